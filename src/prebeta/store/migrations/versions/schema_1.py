"""Schema 1: the first there was. It has no script: a new store is made from the tables as they are now."""

from __future__ import annotations

revision = "1"
down_revision = None


def upgrade() -> None:
    """Nothing leads here."""
