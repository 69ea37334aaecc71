"""The store: the only truth of what was run. One transaction holds a whole conversation."""

from __future__ import annotations

from prebeta.store.store import Store, Stored
from prebeta.store.writer import Writer

__all__ = ["Store", "Stored", "Writer"]
