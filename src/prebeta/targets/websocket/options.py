"""The `target:` section of a product over WebSocket, checked where it is written and not at the first message."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, Field, model_validator

from prebeta.core.types import Json
from prebeta.targets.wire import template
from prebeta.targets.wire.network_options import STRICT, JmesPath, NetworkOptions, address

_AT_START = ("session", "id", "seed", "account")
_AT_RESUME = (*_AT_START, "token")
_AT_SEND = ("text", "payload", *_AT_RESUME)
AWAIT = "await"
"""The only key of an entry of `open` that is no frame: wait until an event fits its path."""


def _ws_address(url: str) -> str:
    return address(url, ("ws", "wss"), query=True)


def _in_full(value: Any) -> Any:
    """`send: '{text}'` is a frame of plain text."""
    return {"text": value} if isinstance(value, str) else value


def _frame(value: Json) -> Json:
    if not isinstance(value, str | Mapping | list):
        raise ValueError("a frame is a text, or JSON (a mapping or a list)")
    if isinstance(value, Mapping) and set(value) == {AWAIT}:
        WaitOptions.model_validate(value)
    return value


Frame = Annotated[Json, AfterValidator(_frame)]


class WaitOptions(BaseModel):
    """An entry of `open` that sends nothing: what is to come before the next frame is sent."""

    model_config = STRICT
    awaited: JmesPath = Field(alias=AWAIT, description="JMESPath; true of the event that is waited for.")


class SendOptions(BaseModel):
    """The frame that carries what the user typed or pressed. Exactly one of text, json."""

    model_config = STRICT
    text: str | None = Field(default=None, description="A frame of plain text, as '{text}'.")
    body: Json = Field(
        default=None,
        alias="json",
        description="A frame of JSON, for example {type: message, text: '{text}'}. Placeholders: {text}, {payload}, "
        "{session}, {token}, {id}, {seed}, {account.NAME}; a key whose placeholder has no value is left out.",
    )
    press: Literal["title", "payload"] = Field(
        default="title", description="What {text} is when the user presses a quick reply."
    )
    pressed: Frame = Field(
        default=None,
        description="A frame of its own for pressed quick replies, for example {type: postback, payload: '{payload}'}.",
        validate_default=False,
    )

    @model_validator(mode="after")
    def _sound(self) -> SendOptions:
        if (self.text is None) == (self.body is None):
            raise ValueError("give exactly one of text (a plain frame) and json")
        for part in (self.frame, self.pressed):
            template.check(part, _AT_SEND)
            if part is not None and not template.placeholders(part) & {"text", "payload"}:
                raise ValueError("what the user says is not sent: use {text} in the frame")
        return self

    @property
    def frame(self) -> Json:
        """A string for a frame of text, else its JSON."""
        return self.text if self.text is not None else self.body


class ReplyOptions(BaseModel):
    """JMESPath expressions to what an event (a frame, or one of several in it) tells."""

    model_config = STRICT
    messages: JmesPath | None = Field(
        default=None,
        description="To a text, a list of texts, or of {text}, {content}, {message}. Left out, each frame that isn't "
        "JSON is a message as it stands.",
    )
    plain: bool = Field(default=False, description="Frames that aren't JSON are messages too; else they are malformed.")
    events: JmesPath | None = Field(
        default=None, description="To the events in a frame. Left out, a list of objects holds an event each."
    )
    only: JmesPath | None = Field(
        default=None, description="True of events that hold messages or options, as: type == 'message'."
    )
    ignore: JmesPath | None = Field(
        default=None, description="True of events that tell nothing, such as own words that come back: from == 'user'."
    )
    echo: bool = Field(default=False, description="The product sends back what the user said: that is dropped, once.")
    pieces: JmesPath | None = Field(
        default=None, description="To a piece of a message that is streamed; pieces in a row make one message."
    )
    typing: JmesPath | None = Field(default=None, description="True of events that tell that the product is typing.")
    typing_off: JmesPath | None = Field(default=None, description="True of events that tell that it stopped.")
    turn_ends: JmesPath | None = Field(
        default=None, description="True of the event that ends a turn of the product; its own messages belong to it."
    )
    error: JmesPath | None = Field(
        default=None, description="To what an event tells of a failure of the product's own: the turn fails with it."
    )
    session: JmesPath | None = Field(
        default=None, description="To the product's id of the conversation. Left out, we make one."
    )
    token: JmesPath | None = Field(
        default=None, description="To what a conversation is resumed with: a secret, or a mark of the last event."
    )
    options: JmesPath | None = Field(
        default=None, description="To quick replies: texts, or {title, payload}, {label, value}."
    )
    ended: JmesPath | None = Field(default=None, description="To whether the conversation is over.")
    state: JmesPath | None = Field(default=None, description="To the product's own account of the matter.")
    trace: JmesPath | None = Field(default=None, description="To the product's trace id.")
    tool_calls: JmesPath | None = Field(default=None, description="To the tools called in this turn.")


class PongOptions(BaseModel):
    """An answer that the product wants to its own kind of ping. Pings of the protocol are answered anyhow."""

    model_config = STRICT
    when: JmesPath = Field(description="True of the event that is answered, as: type == 'ping'.")
    send: Frame = Field(description="The frame that answers it, for example {type: pong}.")

    @model_validator(mode="after")
    def _sound(self) -> PongOptions:
        template.check(self.send, _AT_RESUME)
        return self


class ResumeOptions(BaseModel):
    """How a conversation goes on after its connection broke off."""

    model_config = STRICT
    tries: int = Field(default=3, ge=1, le=20, description="How often it is tried in one turn, ever more slowly.")
    url: Annotated[str, AfterValidator(_ws_address)] | None = Field(
        default=None, description="Where to connect then, with {session} or {token}; left out, target.url."
    )
    open: list[Frame] | None = Field(
        default=None, description="Frames to send then, instead of target.open, as {resume: '{session}'}."
    )
    resend: bool = Field(
        default=False, description="Send the user's message again where it had not been answered when the line broke."
    )

    @model_validator(mode="after")
    def _sound(self) -> ResumeOptions:
        template.check([self.url, self.open], _AT_RESUME)
        return self


class WebsocketOptions(NetworkOptions):
    """A product that is spoken to over a WebSocket; it may speak at any time."""

    kind: Literal["websocket"] = "websocket"
    url: Annotated[str, AfterValidator(_ws_address)] = Field(
        description="Where the product listens, for example ws://127.0.0.1:8765/chat?user={id}. Placeholders: "
        "{session} (where reply.session is left out), {id}, {seed}, {account.NAME}."
    )
    subprotocols: list[str] = Field(default_factory=list, description="Offered at the handshake, best first.")
    open: list[Frame] = Field(
        default_factory=list,
        description="Frames to send after connecting (login, join, subscribe): a text, or JSON. One with {session} waits "
        "until the product told its id; {await: PATH} waits for an event of which the path is true.",
    )
    prefix: str = Field(
        default="",
        description="Put before each frame of JSON, and expected before each that is read, as 42 with Socket.IO; others "
        "are looked at by pong and await alone.",
    )
    send: Annotated[SendOptions, BeforeValidator(_in_full, json_schema_input_type=str | SendOptions)] = Field(
        default_factory=lambda: SendOptions(text="{text}"), description="The frame with what the user types or presses."
    )
    reply: ReplyOptions = Field(default_factory=ReplyOptions, description="Where the parts of an event are.")
    greets: bool | None = Field(
        default=None,
        description="Whether the product speaks first: it is waited for until it does, or not at all. Left out, as long "
        "as quiet_s.",
    )
    quiet_s: float | None = Field(
        default=None,
        gt=0,
        description="Seconds without a word after which a turn of the product is over: 1; with turn_ends only if given.",
    )
    typing_s: float = Field(
        default=10, gt=0, description="Seconds for which a typing event keeps the turn open, unless another one comes."
    )
    wait_s: float = Field(
        default=5, gt=0, description="Seconds a user who was asked to wait, or who said nothing, looks for more."
    )
    ping_s: float | None = Field(
        default=None, gt=0, description="Ping the product so often; one that doesn't answer is gone."
    )
    pong: list[PongOptions] = Field(default_factory=list, description="Answers to pings of the product's own kind.")
    normal_codes: list[Annotated[int, Field(ge=1000, le=4999)]] = Field(
        default=[1000], description="Close codes by which the product ends a conversation; so does a close without one."
    )
    resume: ResumeOptions | None = Field(
        default=None, description="How to go on after the connection broke off. Left out, the conversation has failed."
    )
    frame_limit_kb: int = Field(default=4096, ge=1, le=65536, description="The largest frame that is taken, in KB.")

    @model_validator(mode="after")
    def _sound(self) -> WebsocketOptions:
        try:
            template.check(self.url, _AT_START)
        except ValueError as error:
            raise ValueError(f"url: {error}") from error
        template.check(self.open, _AT_RESUME)
        if self.reply.session is not None and "session" in template.placeholders(self.url):
            raise ValueError("url has {session} in it, which the product tells only later: put it into resume.url")
        told = {"session": self.reply.session, "token": self.reply.token}
        frames = [self.open, self.send.frame, self.send.pressed, self.resume and [self.resume.url, self.resume.open]]
        if "token" in template.placeholders(frames) and told["token"] is None:
            raise ValueError("{token} is sent but never told: give reply.token")
        return self
