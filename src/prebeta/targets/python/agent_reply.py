"""From what a graph, chain or agent came to, to a core Reply."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from prebeta.core.errors import Malformed
from prebeta.core.types import Option, Reply
from prebeta.targets.python.options import AgentReplyOptions
from prebeta.targets.wire import reply
from prebeta.targets.wire.paths import Finder, finder_or_none

_TEXT_KEYS = ("output", "answer", "response", "reply", "text", "content", "message", "result", "generation")
_OPTION_KEYS = ("options", "suggestions", "quick_replies", "choices", "buttons")
_ENDED_KEYS = ("ended", "closed", "done", "finished", "completed", "is_done", "is_finished")
_YES = frozenset(("approve", "approved", "yes", "y", "ok", "okay", "accept", "confirm"))


@dataclass(frozen=True, slots=True)
class AnswerPaths:
    """The paths of target.reply, compiled once a run; None where the project gives none."""

    messages: Finder | None
    options: Finder | None
    state: Finder | None
    ended: Finder | None

    @classmethod
    def of(cls, options: AgentReplyOptions) -> AnswerPaths:
        def path(name: str) -> Finder | None:
            return finder_or_none(getattr(options, name), f"reply.{name}")

        return cls(path("messages"), path("options"), path("state"), path("ended"))

    def read(self, whole: Any, guess: Reply) -> Reply:
        """The guess, with whatever the project's paths find in the whole result. Raises Malformed."""
        if self.messages is self.options is self.state is self.ended is None:
            return guess
        document = reply.plain(whole)
        try:
            return Reply(
                messages=guess.messages
                if self.messages is None
                else reply.messages(self.messages(document), "reply.messages"),
                options=guess.options
                if self.options is None
                else reply.options(self.options(document), "reply.options"),
                state=guess.state if self.state is None else self.state(document),
                ended=guess.ended if self.ended is None else reply.ended(self.ended(document)),
                tool_calls=guess.tool_calls,
                session=guess.session,
            )
        except reply.WrongShape as error:
            raise Malformed(str(error), reply.shown(document)) from error


def words_in(values: Mapping[str, Any]) -> tuple[str, ...]:
    """What is said in a result without messages: the text under one of the usual keys."""
    for key in _TEXT_KEYS:
        value = values.get(key)
        if value is not None:
            with suppress(reply.WrongShape):
                return reply.messages(reply.plain(value), key)
    return ()


def options_in(values: Mapping[str, Any]) -> tuple[Option, ...]:
    """Quick replies under one of the usual keys, where they look like some."""
    for value in _found(values, _OPTION_KEYS):
        with suppress(reply.WrongShape):
            return reply.options(reply.plain(value), "options")
    return ()


def ended_in(values: Mapping[str, Any]) -> bool:
    return any(value is True for value in _found(values, _ENDED_KEYS))


def _found(values: Mapping[str, Any], keys: Iterable[str]) -> Iterable[Any]:
    return (values[key] for key in keys if values.get(key) is not None)


def unread(name: str, answer: Any) -> Malformed:
    """Nothing that can be said was found, and no path says where to look."""
    there = f"; its keys: {', '.join(map(str, answer))[:200]}" if isinstance(answer, Mapping) and answer else ""
    kind = type(answer).__name__
    return Malformed(
        f"{name} gave a {kind} without words{there}: say where under target.reply.messages", reply.shown(answer)
    )


def approves(text: str) -> bool:
    """Whether a typed or pressed answer to "may I?" is a yes."""
    return text.strip().rstrip(".!").lower() in _YES


def approval_options() -> Sequence[Option]:
    return (Option("Approve", "approve"), Option("Deny", "deny"))
