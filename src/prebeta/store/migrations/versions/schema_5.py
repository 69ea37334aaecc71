"""From schema 4 to 5: which commit of the product's sources a run tested, and whether they were changed since."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "5"
down_revision = "4"


def upgrade() -> None:
    """Of older runs nobody knows."""
    op.add_column("runs", sa.Column("commit", sa.Text))
    op.add_column("runs", sa.Column("dirty", sa.Boolean))
