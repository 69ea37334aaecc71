"""Full text over what was said, with the filters of lists."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    Select,
    and_,
    column,
    exists,
    func,
    literal_column,
    or_,
    select,
    table,
    text,
    true,
)

from prebeta.core.errors import UsageError
from prebeta.store.passages import CLOSE, OPEN
from prebeta.store.tables import conversations, passages, runs, verdicts
from prebeta.store.text import dumps, dumps_own, label

_MARKED = re.compile(f"{OPEN}([^{CLOSE}]*){CLOSE}")
_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")
"""Scripts that put no space between words (Thai, Lao, Burmese, Khmer, Chinese, Japanese): looked for as they stand."""
_TERM = re.compile(r'"([^"]*)"?|(\S+)')


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for: turns that hold every word of `text`, a part in "quotes" as it stands, `word*` as a beginning.

    The rest narrows it down to conversations: of a run's id; of a release; of these outcomes (`failed` and `flawed` are
    outcomes too); with a failure `kind` found in them; that broke at `stage`; of personas with `persona` in their text;
    in which `behavior` fired. At most `limit` hits are given.
    """

    text: str
    run: str | None = None
    release: str | None = None
    outcomes: tuple[str, ...] = ()
    kind: str | None = None
    stage: str | None = None
    persona: str | None = None
    behavior: str | None = None
    limit: int = 20


@dataclass(frozen=True, slots=True)
class Hit:
    """A turn that holds what was looked for. `marks` are (begin, end) of the found words in `text`."""

    run: str
    release: str | None
    conversation: str
    turn: int
    speaker: str
    text: str
    marks: tuple[tuple[int, int], ...]
    outcome: str
    failed: bool
    kind: str | None
    stage: str | None
    persona: str


@dataclass(frozen=True, slots=True)
class Hits:
    """The first hits, and how many turns and conversations hold what was looked for."""

    hits: tuple[Hit, ...]
    turns: int
    conversations: int


@dataclass(frozen=True, slots=True)
class _Term:
    words: str
    beginning: bool = False

    @property
    def indexable(self) -> bool:
        """Whether the index knows it as words of its own."""
        return not _UNSPACED.search(self.words) and any(
            unicodedata.category(sign)[0] in "LN" or unicodedata.category(sign) == "Co" for sign in self.words
        )

    @property
    def query(self) -> str:
        """As FTS5 takes it: a string, in which nothing is syntax."""
        inside = self.words.replace('"', '""')
        return f'"{inside}"' + (" *" if self.beginning else "")


def find(connection: Connection, wanted: Wanted, *, indexed: bool) -> Hits:
    """The hits, the newest run's first, in the order of plan and turns. Raises UsageError where no word is given."""
    terms = _terms(label(wanted.text) or "")
    if not terms:
        raise UsageError('nothing to look for: give a word, or words in "quotes"')
    by_index = [term for term in terms if indexed and term.indexable]
    looked_at = [term for term in terms if term not in by_index]
    source, conditions = _source(by_index)
    conditions += [passages.c.text.icontains(term.words, autoescape=True) for term in looked_at]
    conditions += _filters(wanted)
    counted: Any = select(func.count(), func.count(func.distinct(passages.c.run + "/" + passages.c.conversation)))
    turns, talks = tuple(connection.execute(_of(counted, source, conditions)).one())
    shown = func.highlight(literal_column("passages_index"), 0, OPEN, CLOSE) if by_index else passages.c.text
    query = _of(select(*_COLUMNS, shown), source, conditions)
    order = (runs.c.created_at.desc(), passages.c.run, conversations.c.position, passages.c.turn)
    found = connection.execute(query.order_by(*order).limit(wanted.limit))
    return Hits(tuple(_hit(tuple(one), looked_at) for one in found), turns, talks)


_COLUMNS = (
    *(passages.c.run, runs.c.release, passages.c.conversation, passages.c.turn, passages.c.speaker),
    *(conversations.c.outcome, conversations.c.failed, conversations.c.kind, conversations.c.stage),
    conversations.c.persona,
)


def _terms(words: str) -> list[_Term]:
    """The words and quoted parts of what a person typed. A quote that isn't closed holds to the end."""
    found = []
    for quoted, word in _TERM.findall(words):
        beginning = word.endswith("*") and len(word) > 1
        term = _Term((quoted or word).rstrip("*" if beginning else "").strip(), beginning)
        if term.words:
            found.append(term)
    return found


def _source(terms: Sequence[_Term]) -> tuple[FromClause, list[ColumnElement[bool]]]:
    """The passages, those alone that the index gives for the terms, where there are any."""
    joined = passages.join(
        conversations, and_(conversations.c.run == passages.c.run, conversations.c.id == passages.c.conversation)
    ).outerjoin(runs, runs.c.id == passages.c.run)
    if not terms:
        return joined, []
    query = " AND ".join(term.query for term in terms)
    index = table("passages_index", column("rowid"))
    return (
        index.join(joined, passages.c.id == index.c.rowid),
        [text("passages_index MATCH :query").bindparams(query=query)],  # type: ignore[list-item]
    )


def _of(query: Select[Any], source: FromClause, conditions: Sequence[ColumnElement[bool]]) -> Select[Any]:
    return query.select_from(source).where(true(), *conditions)


def _filters(wanted: Wanted) -> Iterator[ColumnElement[bool]]:
    light = conversations.c
    if wanted.run is not None:
        yield passages.c.run == wanted.run
    if wanted.release is not None:
        yield runs.c.release == wanted.release
    if wanted.outcomes:
        named = [outcome for outcome in wanted.outcomes if outcome not in ("failed", "flawed")]
        marks = [light[name].is_(True) for name in ("failed", "flawed") if name in wanted.outcomes]
        yield or_(light.outcome.in_(named), *marks)
    if wanted.kind is not None:
        key = (verdicts.c.run == light.run, verdicts.c.conversation == light.id)
        judged = exists().where(*key, verdicts.c.value == "fail", verdicts.c.kind == wanted.kind)
        yield or_(light.kind == wanted.kind, judged)
    if wanted.stage is not None:
        yield light.stage == wanted.stage
    if wanted.persona is not None:
        yield light.persona.icontains(wanted.persona, autoescape=True)
    if wanted.behavior is not None:
        either = (dumps(wanted.behavior), dumps_own(wanted.behavior))  # letters beyond ASCII are escaped by one of them
        yield or_(*(light.fired.contains(written, autoescape=True) for written in either))


def _hit(found: tuple[Any, ...], looked_at: Sequence[_Term]) -> Hit:
    run, release, conversation, turn, speaker, outcome, failed, kind, stage, persona, marked = found
    words, marks = _unmarked(marked)
    lower = words.lower() if len(words.lower()) == len(words) else words
    for term in looked_at:
        marks += [match.span() for match in re.finditer(re.escape(term.words.lower()), lower)]
    spans = tuple(sorted(marks))
    return Hit(run, release, conversation, turn, speaker, words, spans, outcome, failed, kind, stage, persona)


def _unmarked(marked: str) -> tuple[str, list[tuple[int, int]]]:
    """The text without the index's marks, and where they stood."""
    marks = []
    for number, match in enumerate(_MARKED.finditer(marked)):
        begin = match.start() - 2 * number
        marks.append((begin, begin + len(match[1])))
    return _MARKED.sub(r"\1", marked), marks
