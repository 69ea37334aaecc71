"""The store: the only truth of what was run. One transaction holds a whole conversation."""

from __future__ import annotations

from prebeta.store.migrations import Migrated
from prebeta.store.search import Hit, Hits, Wanted
from prebeta.store.store import Store, Stored
from prebeta.store.writer import Writer

__all__ = ["Hit", "Hits", "Migrated", "Store", "Stored", "Wanted", "Writer"]
