"""Files with real conversations, as several verbs take them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from prebeta.scenarios.generation.conversations import Conversation


def conversations_in(file: Path, shown: str | None = None) -> tuple[Conversation, ...]:
    """The conversations in a file, which is called `shown` in what is said of it. Raises UsageError."""
    from prebeta.scenarios.generation.conversations import parse_conversations, read_chats

    shown = str(file) if shown is None else shown
    return parse_conversations(read_chats(file, shown), shown)
