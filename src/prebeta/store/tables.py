"""The tables, in SQLAlchemy Core, so that SQLite and PostgreSQL read the same definition.

Documents are JSON in text columns, written and read by `prebeta.store.encode` alone: one encoding that takes
any text a product may send, in any database. Light columns hold what lists and counts need; turns lie in a
table of their own, so that a list of 100,000 conversations reads none of them.

Measured on one core, 500 conversations of 17 turns: with the turns as one document, all in one transaction a
conversation, 0.25 s CPU and 3.0 MB; with a row a turn, those in a second transaction, 0.4 s and 4.2 MB. So it is
the document, as the turns of a conversation are always read together; what was said lies once more in `passages`,
for full-text search, but only from the first search on. zlib would take 0.02 s more for a sixth of the document's size, but no other program could then
look into it.
"""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Float, Index, Integer, MetaData, String, Table, Text

SCHEMA_VERSION = 2
"""A change of the tables takes the next number and a script in migrations/versions that leads there."""
APPLICATION_ID = 0x70726274  # "prbt": how a SQLite file tells that it is ours

metadata = MetaData()

meta = Table(
    "meta",
    metadata,
    Column("name", String, primary_key=True),
    Column("value", Text, nullable=False),
)

runs = Table(
    "runs",
    metadata,
    Column("id", String, primary_key=True),
    Column("seed", String, nullable=False),  # text: a seed may be larger than any integer column
    Column("conversations", Integer, nullable=False),
    Column("state", String, nullable=False),
    Column("created_at", Float, nullable=False),
    Column("release", Text),
    Column("note", Text),
    Column("version", Text),
    Column("users", Text, nullable=False),
    Column("sample", String, nullable=False),
    Column("repeats", Integer, nullable=False),
    Column("seconds", Float, nullable=False),
    Column("gate", Float),
    Column("project", Text, nullable=False),
)

conversations = Table(
    "conversations",
    metadata,
    Column("run", String, primary_key=True),
    Column("id", String, primary_key=True),
    Column("position", Integer, nullable=False),
    Column("scenario", String, nullable=False),
    Column("seed", String, nullable=False),
    Column("persona", Text, nullable=False),
    Column("goal", Text, nullable=False),
    Column("behaviors", Text, nullable=False),
    Column("sample", String, nullable=False),
    Column("policy", String, nullable=False),
    Column("repeat", Integer, nullable=False),
    Column("stop_by", String, nullable=False),
    Column("stop_reason", Text, nullable=False),
    Column("stop_detail", Text),
    Column("outcome", String, nullable=False),
    Column("failed", Boolean, nullable=False),
    Column("flawed", Boolean, nullable=False),
    Column("blame", String),
    Column("kind", String),
    Column("turn", Integer),
    Column("stage", Text),
    Column("slot", Text),
    Column("after", Text),
    Column("move", String),
    Column("finding", Text),
    Column("stages", Text, nullable=False),
    Column("moves", Text, nullable=False),
    Column("fired", Text, nullable=False),
    Column("session", Text),
    Column("trace", Text),
    Column("turns", Integer, nullable=False),
    Column("started_at", Float, nullable=False),
    Column("seconds", Float, nullable=False),
    Column("habits", Text, nullable=False, server_default="{}"),
    Index("conversations_in_plan_order", "run", "position"),
)

transcripts = Table(
    "transcripts",
    metadata,
    Column("run", String, primary_key=True),
    Column("conversation", String, primary_key=True),
    Column("document", Text, nullable=False),
)

verdicts = Table(
    "verdicts",
    metadata,
    Column("run", String, primary_key=True),
    Column("conversation", String, primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("judge", String, nullable=False),
    Column("version", String, nullable=False),
    Column("value", String, nullable=False),
    Column("kind", String),
    Column("turn", Integer),
    Column("document", Text, nullable=False),
)

# What was said in each turn, filled by `prebeta.store.search` when it is first searched for. `id` only grows, so that
# an index over the texts knows what it lacks.
passages = Table(
    "passages",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("run", String, nullable=False),
    Column("conversation", String, nullable=False),
    Column("turn", Integer, nullable=False),
    Column("speaker", String, nullable=False),
    Column("text", Text, nullable=False),
    Index("passages_by_conversation", "run", "conversation"),
    sqlite_autoincrement=True,
)
