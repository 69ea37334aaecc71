"""The clinic's assistant without its server: what prebeta's Python target takes."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from assistant import Answer, Chat


def practice(faults: Collection[str], logs: dict[str, list[dict[str, object]]]) -> type:
    """A class of chats that make these mistakes, and write into `logs` what they did under their id."""
    arrived = iter(range(10**9))

    class Conversation:
        prebeta_inline = True

        def __init__(self, session: str) -> None:
            self.session = session
            self.chat = Chat(f"{next(arrived):06x}", faults)
            logs[session] = self.chat.log

        def start(self) -> dict[str, Any]:
            return self.shown(self.chat.last)

        def send(self, text: str) -> dict[str, Any]:
            return self.shown(self.chat.answer(text))

        def shown(self, answer: Answer) -> dict[str, Any]:
            return {
                "messages": answer.messages,
                "options": answer.suggestions,
                "ended": answer.done,
                "state": answer.booking,
                "session": self.session,
            }

    return Conversation
