"""The tables, in SQLAlchemy Core, so that SQLite and PostgreSQL read the same definition.

Documents are JSON in `Text` columns, written and read by `prebeta.store.encode` alone: one encoding that takes
any text a product may send, in any database. Texts as they are lie in columns of `Name` and `Words`, which take any
text too. Light columns hold what lists and counts need; turns lie in a
table of their own, so that a list of 100,000 conversations reads none of them.

Measured on one core, 500 conversations of 17 turns: with the turns as one document, all in one transaction a
conversation, 0.25 s CPU and 3.0 MB; with a row a turn, those in a second transaction, 0.4 s and 4.2 MB. So it is
the document, as the turns of a conversation are always read together; what was said lies once more in `passages`,
for full-text search, but only from the first search on. zlib would take 0.02 s more for a sixth of the document's size, but no other program could then
look into it.
"""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Float, Index, Integer, MetaData, Table, Text

from prebeta.store.text import Name, Words

SCHEMA_VERSION = 5
"""A change of the tables takes the next number and a script in migrations/versions that leads there."""
APPLICATION_ID = 0x70726274  # "prbt": how a SQLite file tells that it is ours

metadata = MetaData()

meta = Table(
    "meta",
    metadata,
    Column("name", Name, primary_key=True),
    Column("value", Text, nullable=False),
)

runs = Table(
    "runs",
    metadata,
    Column("id", Name, primary_key=True),
    Column("seed", Name, nullable=False),  # text: a seed may be larger than any integer column
    Column("conversations", Integer, nullable=False),
    Column("state", Name, nullable=False),
    Column("created_at", Float, nullable=False),
    Column("release", Words),
    Column("note", Words),
    Column("version", Words),
    Column("users", Text, nullable=False),
    Column("sample", Name, nullable=False),
    Column("repeats", Integer, nullable=False),
    Column("seconds", Float, nullable=False),
    Column("gate", Float),
    Column("project", Text, nullable=False),
    Column("commit", Words),
    Column("dirty", Boolean),
)

conversations = Table(
    "conversations",
    metadata,
    Column("run", Name, primary_key=True),
    Column("id", Name, primary_key=True),
    Column("position", Integer, nullable=False),
    Column("scenario", Name, nullable=False),
    Column("seed", Name, nullable=False),
    Column("persona", Words, nullable=False),
    Column("goal", Words, nullable=False),
    Column("behaviors", Text, nullable=False),
    Column("sample", Name, nullable=False),
    Column("policy", Name, nullable=False),
    Column("repeat", Integer, nullable=False),
    Column("stop_by", Name, nullable=False),
    Column("stop_reason", Words, nullable=False),
    Column("stop_detail", Words),
    Column("outcome", Name, nullable=False),
    Column("failed", Boolean, nullable=False),
    Column("flawed", Boolean, nullable=False),
    Column("blame", Name),
    Column("kind", Name),
    Column("turn", Integer),
    Column("stage", Words),
    Column("slot", Words),
    Column("after", Words),
    Column("move", Name),
    Column("stages", Text, nullable=False),
    Column("moves", Text, nullable=False),
    Column("fired", Text, nullable=False),
    Column("session", Words),
    Column("trace", Words),
    Column("turns", Integer, nullable=False),
    Column("started_at", Float, nullable=False),
    Column("seconds", Float, nullable=False),
    Column("habits", Text, nullable=False, server_default="{}"),
    Column("model_calls", Integer, nullable=False, server_default="0"),
    Column("cost_usd", Float, nullable=False, server_default="0"),
    Column("voices", Text, nullable=False, server_default="{}"),
    Column("symptoms", Text, nullable=False, server_default="[]"),
    Index("conversations_in_plan_order", "run", "position"),
)

transcripts = Table(
    "transcripts",
    metadata,
    Column("run", Name, primary_key=True),
    Column("conversation", Name, primary_key=True),
    Column("document", Text, nullable=False),
)

verdicts = Table(
    "verdicts",
    metadata,
    Column("run", Name, primary_key=True),
    Column("conversation", Name, primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("judge", Name, nullable=False),
    Column("version", Name, nullable=False),
    Column("value", Name, nullable=False),
    Column("kind", Name),
    Column("turn", Integer),
    Column("document", Text, nullable=False),
)

# What was said in each turn, filled by `prebeta.store.search` when it is first searched for. `id` only grows, so that
# an index over the texts knows what it lacks.
passages = Table(
    "passages",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("run", Name, nullable=False),
    Column("conversation", Name, nullable=False),
    Column("turn", Integer, nullable=False),
    Column("speaker", Name, nullable=False),
    Column("text", Words, nullable=False),
    Index("passages_by_conversation", "run", "conversation"),
    sqlite_autoincrement=True,
)
