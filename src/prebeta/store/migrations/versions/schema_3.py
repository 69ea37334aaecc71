"""From schema 2 to 3: what LLMs took in a conversation, and whose words the user spoke."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "3"
down_revision = "2"


def upgrade() -> None:
    """Older conversations had no LLM: nothing was called, and templates spoke."""
    op.add_column("conversations", sa.Column("model_calls", sa.Integer, nullable=False, server_default="0"))
    op.add_column("conversations", sa.Column("cost_usd", sa.Float, nullable=False, server_default="0"))
    op.add_column("conversations", sa.Column("voices", sa.Text, nullable=False, server_default="{}"))
