"""The `target:` section of a Rasa assistant."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field

from prebeta.targets.wire import template
from prebeta.targets.wire.network_options import JmesPath, NetworkOptions

_KNOWN = ("id", "seed", "account")


def _metadata(value: dict[str, Any]) -> dict[str, Any]:
    template.check(value, _KNOWN)
    return value


class RasaOptions(NetworkOptions):
    """A Rasa assistant, spoken to by its REST channel."""

    kind: Literal["rasa"] = "rasa"
    path: str = Field(
        default="/webhooks/rest/webhook",
        pattern=r"^/",
        description="Path of the REST channel; another for a channel of your own.",
    )
    start: str | None = Field(
        default=None,
        min_length=1,
        description="Sent when a conversation begins, before the user says anything, for example /session_start or /greet. "
        "Left out, the user's first message opens it.",
    )
    press: Literal["payload", "title"] = Field(
        default="payload",
        description="What is sent when the user presses a button; Rasa's own web chats send the payload.",
    )
    metadata: Annotated[dict[str, Any], AfterValidator(_metadata)] = Field(
        default_factory=dict,
        description="Sent with each message, for your actions; {account.NAME}, {id}, {seed} filled in.",
    )
    state: Literal["tracker"] | None = Field(
        default=None,
        description="Ask for the conversation's tracker after each answer: slots, intent, active form, actions run. Rasa must "
        "run with --enable-api. Left out, the state is what custom payloads hold.",
    )
    token: str | None = Field(
        default=None, min_length=1, description="What Rasa was given as --auth-token; needed for the tracker only."
    )
    ended: JmesPath | None = Field(
        default=None,
        description="Whether the conversation is over, in {slots, intent, active_loop, paused, custom}, for example "
        "\"intent == 'goodbye'\". A paused tracker (handed over to a person) is over anyway.",
    )
