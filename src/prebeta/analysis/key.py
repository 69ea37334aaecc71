"""What makes two flaws the same: the key of a failure mode."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Cell:
    """The smallest group of flaws: same kind, trigger, slot and stage (None where it tells nothing), and way."""

    kind: str
    trigger: str
    slot: str | None
    stage: str | None
    way: str

    def __str__(self) -> str:
        """As it is stored, to be read back by `read_cell`."""
        parts = [self.kind, self.trigger, self.slot, self.stage, self.way]
        return json.dumps(parts, ensure_ascii=False, separators=(",", ":"))


def read_cell(text: str) -> Cell:
    return Cell(*json.loads(text))


def finding_id(cell: str, words: str = "") -> str:
    """Short stable hash of a failure mode; the same over runs and releases. `words` count only where nothing else tells
    modes apart."""
    return f"F-{hashlib.sha256(f'{cell}{words}'.encode()).hexdigest()[:6]}"
