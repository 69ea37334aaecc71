"""The hotel assistant as prebeta's Python target takes it: a class, with cards flattened to messages and options."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from stay_desk import Stay, Turn


def hotel(faults: Collection[str], logs: dict[str, list[dict[str, Any]]]) -> type:
    """A class of conversations that make these mistakes, and write into `logs` what they did under their id."""
    arrived = iter(range(10**9))

    class Conversation:
        prebeta_inline = True

        def __init__(self, session: str) -> None:
            self.session = session
            self.stay = Stay(next(arrived), faults)
            logs[session] = self.stay.log

        def start(self) -> dict[str, Any]:
            return self.shown(self.stay.open())

        def send(self, text: str, payload: str | None = None) -> dict[str, Any]:
            return self.shown(self.stay.answer(payload or text))

        def shown(self, turn: Turn) -> dict[str, Any]:
            parts = [item.get(key) for item in turn.items for key in ("text", "title", "subtitle")]
            return {
                "messages": [part for part in parts if part],
                "options": [button for item in turn.items for button in item.get("buttons", ())],
                "ended": turn.over,
                "state": self.stay.state(),
                "session": self.session,
            }

    return Conversation
