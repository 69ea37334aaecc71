"""Rows of a dataset as case files: prebeta's own come back as they are, others' as the user they tell of."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal, TypeAlias

from prebeta.config.hiding import Hiding
from prebeta.core.errors import UsageError
from prebeta.datasets.braintrust.rows import SOURCE, Row, case_in, is_from_there
from prebeta.datasets.cases import (
    Case,
    Checks,
    Flakiness,
    MustNot,
    Provenance,
    row_of,
    scenario_of_row,
    write,
)
from prebeta.datasets.cases.case import END_STATES, REACHED
from prebeta.datasets.cases.reading import case_of_document
from prebeta.datasets.cases.rows import plain_document

State: TypeAlias = Literal["new", "changed", "same", "differs", "unusable"]
_FACTLESS = "it tells no facts: give scenario.slots, or the user has no answers where the product asks for some"
_NO_WAY_ON = "NO_PROGRESS"
_LONGEST_TITLE = 70


@dataclass(frozen=True, slots=True)
class Came:
    """A row that was looked at. `foreign`: others wrote it. differs: the file here says other things and is kept; unusable:
    no case can be made of it. `why` says what it lacks."""

    row: str
    state: State
    foreign: bool = False
    case: Case | None = None
    path: Path | None = None
    why: str | None = None


def pull(
    rows: Iterable[Row], known: Iterable[Case], folder: Path, hiding: Hiding, *, force: bool = False
) -> tuple[Came, ...]:
    """Write the cases of rows into the folder. A file that says other things than its row is kept, unless `force`."""
    here = {case.id: case for case in known}
    return tuple(_came(row, here, folder, hiding, force) for row in rows)


def _came(row: Row, here: Mapping[str, Case], folder: Path, hiding: Hiding, force: bool) -> Came:
    id_ = str(row.get("id"))
    try:
        case = case_of_any_row(row)
    except UsageError as error:
        return Came(id_, "unusable", why=str(error).splitlines()[0])
    foreign = is_from_there(case)
    local = here.get(case.id)
    if local is not None and plain_document(local) == plain_document(case):
        return Came(id_, "same", foreign, local, local.path)
    if local is not None and not force:
        return Came(id_, "differs", foreign, local, local.path)
    path = write(replace(case, path=None if local is None else local.path), folder, hiding)
    why = _FACTLESS if foreign and not case.scenario.goal.slots else None
    return Came(id_, "new" if local is None else "changed", foreign, case, path, why)


def case_of_any_row(row: Row) -> Case:
    """The case of a row, whoever wrote it. Raises UsageError where it tells of no user, or was broken."""
    own = case_in(row)
    expected = row.get("expected")
    if own is not None:
        if not isinstance(expected, Mapping) or expected == row_of(own)["expected"]:
            return own
        return _with_checks(own, expected, f"row {row.get('id')}")
    return _foreign(row, expected if isinstance(expected, Mapping) else {})


def _with_checks(case: Case, expected: Mapping[str, Any], shown: str) -> Case:
    """The case with what people changed of what is expected, there. Raises UsageError."""
    document = plain_document(case)
    checks = {name: expected[name] for name in ("end_state", "must_not") if expected.get(name)}
    given = expected.get("checks")
    facts = (
        {}
        if not isinstance(given, Mapping)
        else {name: given[name] for name in ("required", "forbidden") if name in given}
    )
    document["checks"] = {**document["checks"], **facts, **checks}
    return case_of_document(document, shown)


def _foreign(row: Row, expected: Mapping[str, Any]) -> Case:
    """A user without a script, who has to come to the end; checks where the row has any in our form."""
    scenario = scenario_of_row(row)
    id_ = str(row.get("id"))
    digest = hashlib.sha256(f"{SOURCE}:{id_}".encode()).hexdigest()[:12]
    told = expected.get("end_state")
    end_state = told if isinstance(told, str) and told in END_STATES else REACHED
    title = " ".join(scenario.goal.text.split())
    bare = Case(
        id=digest,
        title=title if len(title) <= _LONGEST_TITLE else title[: _LONGEST_TITLE - 1] + "…",
        finding=SOURCE,
        kind=_NO_WAY_ON,
        scenario=scenario,
        moves=(),
        checks=Checks((MustNot(_NO_WAY_ON),), end_state),
        flakiness=Flakiness(0, 0),
        provenance=Provenance(SOURCE, id_, 0),
        held_out="held-out" in (row.get("tags") or ()),
    )
    ours = {name: expected[name] for name in ("checks", "must_not") if name in expected}
    return _with_checks(bare, ours, f"row {id_}") if ours else case_of_document(plain_document(bare), f"row {id_}")
