"""Files with real conversations, as several verbs take them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from prebeta.core.errors import UsageError

if TYPE_CHECKING:
    from prebeta.scenarios.generation.conversations import Conversation


def conversations_in(file: Path, shown: str | None = None) -> tuple[Conversation, ...]:
    """The conversations in a file, which is called `shown` in what is said of it. Raises UsageError."""
    from prebeta.scenarios.generation.conversations import parse_conversations

    shown = str(file) if shown is None else shown
    try:
        text = file.read_text("utf-8-sig")
    except FileNotFoundError:
        raise UsageError(f"{shown} isn't there") from None
    except IsADirectoryError:
        raise UsageError(f"{shown} is a folder; name a file in it") from None
    except UnicodeDecodeError:
        raise UsageError(f"{shown} isn't a text file in UTF-8") from None
    except OSError as error:
        raise UsageError(f"{shown} can't be read: {error.strerror}") from None
    return parse_conversations(text, shown)
