"""From schema 1 to 2: how often the product kept its good habits, and the texts that are searched."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "2"
down_revision = "1"


def upgrade() -> None:
    """Older conversations have no habits counted: `{}`."""
    op.add_column("conversations", sa.Column("habits", sa.Text, nullable=False, server_default="{}"))
    op.create_table(
        "passages",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("run", sa.String, nullable=False),
        sa.Column("conversation", sa.String, nullable=False),
        sa.Column("turn", sa.Integer, nullable=False),
        sa.Column("speaker", sa.String, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("passages_by_conversation", "passages", ["run", "conversation"])
