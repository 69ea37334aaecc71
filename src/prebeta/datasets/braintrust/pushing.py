"""Rows sent so that sending twice changes nothing, a bad one doesn't hold up the others, and a break can be gone on from."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from prebeta.datasets.braintrust.boards import Board
from prebeta.datasets.braintrust.rows import Row, is_edited, is_same, with_theirs
from prebeta.datasets.braintrust.wire import Rejected, Unavailable

AT_ONCE = 50
"""Rows a request: what a break in the middle costs at most."""
_LOOKS, _BETWEEN_S = 5, 1.0


@dataclass(frozen=True, slots=True)
class Pushed:
    """What became of rows, by id.

    `edited` were changed there since by others and are left alone. `rejected` maps to the reason. `unsent` were not come
    to, because of `broke`. `unseen` were taken and don't show there.
    """

    new: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    same: tuple[str, ...] = ()
    edited: tuple[str, ...] = ()
    rejected: tuple[tuple[str, str], ...] = ()
    unsent: tuple[str, ...] = ()
    unseen: tuple[str, ...] = ()
    broke: str | None = None


def push(
    board: Board, rows: Sequence[Row], *, force: bool = False, sleep: Callable[[float], None] = time.sleep
) -> Pushed:
    """Send what isn't there yet or differs, and look whether it is there then.

    What others added to a row (tags, keys of metadata) stays; rows that they changed are left alone, unless `force`.
    Raises Rejected, Unavailable where what is there can't even be read.
    """
    there = board.there()
    wanted = {str(row["id"]): with_theirs(row, there.get(str(row["id"]), {})) for row in rows}
    same = tuple(id_ for id_, row in wanted.items() if id_ in there and is_same(row, there[id_]))
    edited = () if force else tuple(id_ for id_, row in wanted.items() if id_ in there and is_edited(row, there[id_]))
    todo = {id_: row for id_, row in wanted.items() if id_ not in same and id_ not in edited}
    rejected: dict[str, str] = {}
    sent: list[str] = []
    broke = None
    try:
        for id_, reason in _sent(board, list(todo.values())):
            if reason is None:
                sent.append(id_)
            else:
                rejected[id_] = reason
    except Unavailable as error:
        broke = str(error)
    unseen = () if broke is not None else _unseen(board, {id_: todo[id_] for id_ in sent}, sleep)
    return Pushed(
        new=tuple(id_ for id_ in sent if id_ not in there),
        changed=tuple(id_ for id_ in sent if id_ in there),
        same=same,
        edited=edited,
        rejected=tuple(rejected.items()),
        unsent=tuple(id_ for id_ in todo if id_ not in rejected and id_ not in sent),
        unseen=unseen,
        broke=broke,
    )


def _sent(board: Board, rows: Sequence[Row]) -> Iterator[tuple[str, str | None]]:
    """Each row's id with None, or the reason it was rejected for. A request is taken or rejected whole: one that is rejected
    is halved until the row is found that it is for."""
    for start in range(0, len(rows), AT_ONCE):
        waiting = [rows[start : start + AT_ONCE]]
        while waiting:
            some = waiting.pop()
            try:
                board.send(some)
            except Rejected as error:
                if len(some) == 1:
                    yield str(some[0]["id"]), str(error)
                else:
                    middle = len(some) // 2
                    waiting += [some[middle:], some[:middle]]
            else:
                yield from ((str(row["id"]), None) for row in some)


def _unseen(board: Board, sent: Mapping[str, Row], sleep: Callable[[float], None]) -> tuple[str, ...]:
    """What was taken and isn't there; a look takes place up to five times, as it may need a moment to show."""
    missing = tuple(sent)
    for look in range(_LOOKS if sent else 0):
        if look:
            sleep(_BETWEEN_S)
        try:
            there = board.there()
        except Unavailable:
            continue
        missing = tuple(id_ for id_ in missing if id_ not in there or not is_same(sent[id_], there[id_]))
        if not missing:
            break
    return missing
