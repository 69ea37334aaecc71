"""The pieces of a streamed answer, put together."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from prebeta.core.types import Json, Reply
from prebeta.targets.sse.pieces import Piece
from prebeta.targets.wire import http_wire, reply


@dataclass(slots=True)
class _Message:
    """A message being written. `told`: it also came as a whole, or needs not to."""

    of: str | None
    pieces: list[str] = field(default_factory=list)
    open: bool = True
    told: bool = False

    @property
    def text(self) -> str:
        return "".join(self.pieces)


class Answer:
    """Takes pieces. `begun` once there are words, `complete` when what said it would end has, `error` what broke."""

    def __init__(self) -> None:
        self.begun = False
        self.over = False
        self.error: Json = None
        self.session: Json = None
        self._messages: list[_Message] = []
        self._last_resort: tuple[str, ...] = ()
        self._calls: list[dict[str, Any]] = []
        self._call_of: dict[str, dict[str, Any]] = {}
        self._must_end = self._complete = False
        self._told = Reply()

    @property
    def cut_short(self) -> bool:
        """Whether this is a stream that says when it is complete, and did not."""
        return self._must_end and not self._complete and not self.over

    @property
    def known(self) -> bool:
        """Whether this is a stream, or an answer, of a kind that says so itself."""
        return self._must_end or self._complete

    def take(self, piece: Piece) -> None:
        """Raises WrongShape."""
        kind, value = piece.kind, piece.value
        if kind in ("begun", "complete", "end", "message_end"):
            self._mark(piece)
        elif value is None or value == "":
            return
        elif kind == "delta":
            self._writing(piece.of).pieces.append(reply.clean(value))
            self.begun = self.begun or not value.isspace()
        elif kind == "so_far":
            self._writing(piece.of).pieces[:] = [reply.clean(value)]
            self.begun = self.begun or not value.isspace()
        elif kind == "message":
            for text in reply.messages(value, "stream.message"):
                self._whole(text, piece.of)
        elif kind == "last_resort":
            self._last_resort = reply.messages(value, "messages")
            self.begun = self.begun or bool(self._last_resort)
        elif kind in ("tool_calls", "tool_delta", "tool_result"):
            self._call(piece)
        else:
            self._tell(kind, value)

    def _mark(self, piece: Piece) -> None:
        if piece.kind == "begun":
            self._must_end = True
        elif piece.kind == "complete":
            self._complete = True
        elif piece.kind == "end":
            self.over = True
        else:
            for message in self._messages:
                message.open = message.open and piece.of is not None and message.of != piece.of

    def _writing(self, of: str | None) -> _Message:
        """The message that the next piece belongs to."""
        for message in reversed(self._messages):
            if message.open and message.of == of:
                return message
        self._messages.append(_Message(of))
        return self._messages[-1]

    def _whole(self, text: str, of: str | None) -> None:
        """A whole message, which may be what was written piece by piece before."""
        self.begun = self.begun or not text.isspace()
        written = [message for message in self._messages if not message.told]
        same = [one for one in written if one.of == of and of is not None] or [
            one for one in written if _bare(one.text) == _bare(text)
        ]
        if not same and written and _bare("".join(one.text for one in written)) == _bare(text):
            same = written
        elif same:
            same[-1].pieces[:] = [text]
            same = same[-1:]
        else:
            same = [_Message(of, [text])]
            self._messages += same
        for message in same:
            message.open, message.told = False, True

    def _call(self, piece: Piece) -> None:
        if piece.kind == "tool_calls":
            self._calls += [{"": call} for call in reply.tool_calls(piece.value)]
            return
        of = piece.of or ""
        call = self._call_of.get(of)
        if piece.kind == "tool_result":
            call = call or next((one for one in self._calls if one.get("id") == of), None)
            if call is None:
                self._calls.append(call := {"id": of})
            call["result"] = piece.value
            return
        if call is None or _another(piece.value, call):
            call = self._call_of[of] = {}
            self._calls.append(call)
        for name, value in piece.value.items():
            if name == "arguments" and isinstance(value, str) and isinstance(call.get(name), str):
                call[name] += value
            elif value is not None and (value != "" or name not in call):
                call[name] = value

    def _tell(self, kind: str, value: Json) -> None:
        told = self._told
        if kind == "options":
            more = [one for one in reply.options(value, "stream.options") if one not in told.options]
            self._told = replace(told, options=(*told.options, *more))
        elif kind == "state":
            self._told = replace(told, state=value)
        elif kind == "ended":
            self._told = replace(told, ended=told.ended or reply.ended(value))
        elif kind == "session":
            reply.identifier(value, "stream.session")
            self.session = value  # as it came: a number goes back as a number
        elif kind == "trace":
            self._told = replace(told, trace=reply.trace(value))
        elif kind == "error":
            self.error = value

    def reply(self) -> Reply:
        """All of it; session and times are for the caller to add."""
        texts = tuple(text for message in self._messages if (text := message.text.strip()))
        return replace(
            self._told, messages=texts or self._last_resort, tool_calls=tuple(_finished(call) for call in self._calls)
        )


def _another(told: dict[str, Any], call: dict[str, Any]) -> bool:
    """Whether this begins another call, though it bears the same number: some servers count badly."""
    if told.get("id") and call.get("id"):
        return bool(told["id"] != call["id"])
    named_twice = bool(told.get("name") and call.get("name") and call.get("arguments"))
    return named_twice and isinstance(_finished(call)["arguments"], dict)


def _finished(call: dict[str, Any]) -> Json:
    """A call with its arguments as JSON, where they are that."""
    if "" in call:
        return call[""]
    arguments = call.get("arguments")
    if not isinstance(arguments, str):
        return call
    try:
        return {**call, "arguments": http_wire.decode(arguments.encode("utf-8", "replace")) if arguments else {}}
    except ValueError:
        return call


def _bare(text: str) -> str:
    """The text without its spaces, in which a whole often differs from its pieces."""
    return "".join(text.split())
