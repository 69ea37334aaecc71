"""CSV with a message a row: which column holds what is said by a mapping, or guessed from the columns' names."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from prebeta.core.errors import UsageError
from prebeta.core.suggest import suggestion
from prebeta.datasets.importing.messages import goal_of
from prebeta.datasets.importing.talk import Gathered, Message, Side, Skipped, Talk, fit_id, talk_of
from prebeta.datasets.importing.values import document_of, options_of, seconds_of, verdict_of
from prebeta.scenarios.generation.conversations import side_of

_NAMES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "conversation": (
            *("conversation", "conversationid", "chat", "chatid", "session", "sessionid", "thread", "threadid"),
            *("dialogue", "dialogueid", "dialog", "dialogid", "ticket", "ticketid", "caseid", "callid", "id"),
        ),
        "speaker": ("speaker", "role", "sender", "from", "author", "who", "actor", "participant", "side", "direction"),
        "text": ("text", "message", "content", "utterance", "body", "messagetext", "msg", "said", "value"),
        "time": ("time", "timestamp", "createdat", "created", "datetime", "date", "sentat", "ts"),
        "options": ("options", "quickreplies", "buttons", "suggestions"),
        "state": ("state",),
        "success": ("success", "passed", "resolved", "solved", "successful"),
        "goal": ("goal", "intent", "task"),
    }
)
"""What a column may hold, and how such columns are called (small letters only)."""
_MUST = ("conversation", "speaker", "text")
FIELDS = (*_NAMES, "user", "product")
"""What `--map` may name: columns, and under `user` and `product` words of the speaker column."""
_USERS = frozenset({"in", "incoming", "inbound", "received", "end-user", "end user", "enduser", "contact", "requester"})
_PRODUCTS = frozenset(
    {"out", "outgoing", "outbound", "sent", "virtual agent", "virtual assistant", "chat bot", "system_bot"}
)
_NEITHER = frozenset({"system", "tool", "developer", "function", "event", "note", "internal"})
_SEPARATORS = ",;\t|"
_LONGEST_CELL = 100_000_000
_NO_UTF8 = re.compile("[\udc80-\udcff]")


@dataclass(frozen=True, slots=True)
class Columns:
    """Which column holds what, and which words of the speaker column stand for whom."""

    named: Mapping[str, str]
    users: frozenset[str] = frozenset()
    products: frozenset[str] = frozenset()


@dataclass(slots=True)
class _Gathering:
    """The messages of one conversation as they come."""

    line: int
    messages: list[Message] = field(default_factory=list)
    label: bool | None = None
    goal: str = ""


def mapping_of(text: str) -> dict[str, str]:
    """`conversation=chat_id,speaker=who,text=message` as a mapping. Raises UsageError for what it can't name."""
    found: dict[str, str] = {}
    for part in filter(None, (part.strip() for part in text.split(","))):
        name, given, column = (piece.strip() for piece in part.partition("="))
        if not given or not column:
            raise UsageError(
                f"--map: {part!r} should be FIELD=COLUMN, e.g. conversation=chat_id,speaker=who,text=message"
            )
        if name not in FIELDS:
            raise UsageError(f"--map: unknown {name!r}; {suggestion(name, FIELDS, 'known: ' + ', '.join(FIELDS))}")
        found[name] = column
    return found


def read_table(text: str, shown: str, mapping: Mapping[str, str]) -> Gathered:
    """The conversations of a CSV file, in the order they begin in. Raises UsageError where its columns can't be told."""
    bad = _NO_UTF8.search(text)
    if bad is not None:
        line = text.count("\n", 0, bad.start()) + 1
        raise UsageError(f"{shown}:{line}: isn't UTF-8; save it as UTF-8, or: iconv -f latin1 -t utf-8 {shown}")
    csv.field_size_limit(_LONGEST_CELL)
    head = text.split("\n", 1)[0]
    separator = max(_SEPARATORS, key=head.count)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    try:
        titles = [title.strip() for title in next(rows, [])]
        columns = _columns(titles, shown, mapping)
        return _gathered(rows, titles, columns)
    except csv.Error as error:
        raise UsageError(f"{shown}:{rows.line_num}: isn't CSV: {error}") from None


def _columns(titles: Sequence[str], shown: str, mapping: Mapping[str, str]) -> Columns:
    named: dict[str, str] = {}
    for name, column in mapping.items():
        if name in _NAMES:
            if column not in titles:
                hint = suggestion(column, titles, f"there are: {', '.join(titles)}")
                raise UsageError(f"{shown} has no column {column!r} (--map {name}={column}); {hint}")
            named[name] = column
    plain = {"".join(char for char in title.lower() if char.isalnum()): title for title in reversed(titles)}
    for name, usual in _NAMES.items():
        free = (plain[one] for one in usual if one in plain and plain[one] not in named.values())
        guess = next(free, None)
        if name not in named and guess is not None:
            named[name] = guess
    missing = [name for name in _MUST if name not in named]
    if missing:
        wanted = ",".join(f"{name}=COLUMN" for name in missing)
        raise UsageError(
            f"{shown}: which column holds the {' and the '.join(missing)}? say so: --map {wanted} (there are: {', '.join(titles)})"
        )
    return Columns(named, _words(mapping.get("user")), _words(mapping.get("product")))


def _words(given: str | None) -> frozenset[str]:
    return frozenset(word.strip().lower() for word in (given or "").split("|") if word.strip())


def _gathered(rows: Iterator[list[str]], titles: Sequence[str], columns: Columns) -> Gathered:
    found: dict[str, _Gathering] = {}
    skipped: list[Skipped] = []
    place = {name: titles.index(column) for name, column in columns.named.items()}
    line = 2
    for row in rows:
        begun, line = line, rows.line_num + 1  # type: ignore[attr-defined]
        if not any(cell.strip() for cell in row):
            continue
        cells = {name: row[at].strip() if at < len(row) else "" for name, at in place.items()}
        fault = _take(cells, columns, found, begun)
        if fault is not None:
            skipped.append(Skipped(begun, fault))
    talks: list[Talk] = []
    for name, one in found.items():
        talk = talk_of(_in_time(one.messages), Talk((), fit_id(name), one.goal, one.label))
        if isinstance(talk, str):
            skipped.append(Skipped(one.line, f"conversation {name!r}: {talk}"))
        else:
            talks.append(talk)
    return Gathered(tuple(talks), tuple(sorted(skipped, key=lambda each: each.line)))


def _take(cells: Mapping[str, str], columns: Columns, found: dict[str, _Gathering], line: int) -> str | None:
    """Add a row to its conversation; or say why it can't be."""
    conversation, who = cells["conversation"], cells["speaker"].lower()
    if not conversation:
        return f"names no conversation in column {columns.named['conversation']!r}"
    if who in _NEITHER:
        return None
    side = _side(who, columns)
    if side is None:
        return f"{cells['speaker']!r} is neither user nor product; say who it is: --map user=WORD or product=WORD"
    one = found.setdefault(conversation, _Gathering(line))
    label = verdict_of(cells.get("success", ""))
    one.label = one.label if label is None else label
    one.goal = one.goal or goal_of(cells.get("goal"))
    product = side == "product"
    state = cells.get("state")
    one.messages.append(
        Message(
            side,
            cells["text"],
            options=options_of(cells.get("options", "")) if product else (),
            state=document_of(state) if state and product else None,
            at=seconds_of(cells.get("time")) if cells.get("time") else None,
        )
    )
    return None


def _side(who: str, columns: Columns) -> Side | None:
    if who in columns.users:
        return "user"
    if who in columns.products:
        return "product"
    return side_of(who) or ("user" if who in _USERS else "product" if who in _PRODUCTS else None)


def _in_time(messages: Sequence[Message]) -> Sequence[Message]:
    """In the order of their times, where all have one: some logs stand the newest first."""
    times = [message.at for message in messages]
    if any(at is None for at in times):
        return messages
    return sorted(messages, key=lambda message: message.at or 0.0)
