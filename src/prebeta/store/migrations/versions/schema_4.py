"""From schema 3 to 4: all flaws of a conversation instead of the first one's finding."""

from __future__ import annotations

import json

import sqlalchemy as sa
from alembic import op

revision = "4"
down_revision = "3"

_COLUMNS = ("kind", "turn", "stage", "slot", "after", "move")


def upgrade() -> None:
    """Of older conversations only the first flaw is known, and not what brought it about: it counts as an ordinary answer."""
    op.add_column("conversations", sa.Column("symptoms", sa.Text, nullable=False, server_default="[]"))
    bind = op.get_bind()
    table = sa.table("conversations", *(sa.column(name) for name in ("run", "id", "symptoms", *_COLUMNS)))
    columns = (table.c.run, table.c.id, *(table.c[name] for name in _COLUMNS))
    found = bind.execute(sa.select(*columns).where(table.c.kind.is_not(None))).all()
    for run, conversation, kind, turn, stage, slot, after, move in found:
        cell = json.dumps([kind, "plain", slot, None, ""], ensure_ascii=False, separators=(",", ":"))
        symptom = [kind, turn or 0, stage, slot, after, move, "plain", "", "", cell]
        chosen = sa.update(table).where(table.c.run == run, table.c.id == conversation)
        bind.execute(chosen.values(symptoms=json.dumps([symptom])))
    with op.batch_alter_table("conversations") as batch:
        batch.drop_column("finding")
