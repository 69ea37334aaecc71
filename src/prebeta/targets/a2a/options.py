"""The `target:` section of an agent that speaks A2A."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field, field_validator, model_validator

from prebeta.targets.wire import template
from prebeta.targets.wire.network_options import JmesPath, NetworkOptions, address

_KNOWN = ("id", "seed", "account")


class A2AOptions(NetworkOptions):
    """An agent that speaks A2A (JSON-RPC over HTTP, protocol 0.3 or 1.x): its card says where and how."""

    kind: Literal["a2a"] = "a2a"
    card: str | None = Field(
        default=None,
        description="Path of the agent card below url. Left out, /.well-known/agent-card.json, then agent.json there.",
    )
    endpoint: str | None = Field(
        default=None,
        description="Where the agent takes JSON-RPC: a path below url, or an address. Left out, the card's.",
    )
    protocol: Literal["0.3", "1.0"] | None = Field(
        default=None, description="Version of A2A to speak. Left out, the card's, the newest if it has several."
    )
    stream: bool = Field(
        default=False,
        description="Use message/stream: the time to the first words is measured. The card must offer it.",
    )
    messages: JmesPath | None = Field(
        default=None,
        description="JMESPath in a turn's data parts to what is said, for an agent that doesn't answer in texts; what it "
        "says in texts counts all the same.",
    )
    state: JmesPath | None = Field(
        default=None,
        description="JMESPath in a turn's data parts (merged, where they are objects) to the product's own account of "
        "the matter. Left out, all of them.",
    )
    options: JmesPath | None = Field(
        default=None,
        description="JMESPath in them to quick replies. Left out, a list named options, choices, suggestions, "
        "quick_replies or buttons.",
    )
    ended: JmesPath | None = Field(default=None, description="JMESPath in them to whether the conversation is over.")
    completed_ends: bool = Field(
        default=False,
        description="The conversation is over when a task is completed: for agents that hold one task over many turns.",
    )
    progress: bool = Field(
        default=True, description="What the agent says while it works on a task counts as said (not with stream)."
    )
    press: Literal["title", "payload"] = Field(
        default="title", description="What is sent when the user presses a quick reply."
    )
    accepts: list[str] | None = Field(
        default=None, description="Media types that the agent is told we take (acceptedOutputModes)."
    )
    metadata: dict[str, Any] | None = Field(
        default=None, description="Metadata of each message; {id}, {seed}, {account.NAME} are filled in."
    )
    poll_s: float = Field(
        default=0.2, gt=0, description="Seconds between looks at a task that is still being worked on."
    )

    @field_validator("endpoint")
    @classmethod
    def _is_address(cls, endpoint: str | None) -> str | None:
        if endpoint is None or endpoint.startswith("/"):
            return endpoint
        return address(endpoint, query=True)

    @model_validator(mode="after")
    def _sound_metadata(self) -> A2AOptions:
        try:
            template.check(self.metadata, _KNOWN)
        except ValueError as error:
            raise ValueError(f"metadata: {error}") from error
        return self
