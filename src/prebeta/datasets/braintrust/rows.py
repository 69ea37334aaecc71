"""Rows as they are sent, and what of a row that is there already is ours and what is others'."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias

from prebeta.config.hiding import Hiding
from prebeta.datasets.cases import Case, case_of_row, row_of
from prebeta.datasets.cases.reading import case_of_document, case_of_text
from prebeta.datasets.cases.rows import TAG, plain_document
from prebeta.datasets.cases.writing import rendered

Row: TypeAlias = Mapping[str, Any]

HELD_OUT = "held-out"
SOURCE = "braintrust"
"""The run that cases made of others' rows name as theirs."""
_COMPARED = ("input", "output", "expected", "scores", "tags", "metadata")
_OUR_TAGS = (TAG, HELD_OUT, "excluded", "census", "hunt")
_OUR_PREFIXES = ("kind:", "stage:", "policy:")


def dataset_row(case: Case, hiding: Hiding) -> dict[str, Any]:
    """The case as it may leave: without secrets, without what `redact` names; held-out ones by tag.

    `metadata.case` is the file's text: the SDK sorts the keys of what it sends, and a user's facts have an order.
    """
    text = rendered(_plainly(case), hiding)
    row = row_of(case_of_text(text, str(case.path or case.id), case.path))
    tags = [*row["tags"], HELD_OUT] if case.held_out else row["tags"]
    return {**row, "tags": tags, "metadata": {**row["metadata"], "case": text}}


def case_in(row: Row) -> Case | None:
    """The case of a row that prebeta wrote; None for one that others did. Raises UsageError where it was broken since."""
    text = (row.get("metadata") or {}).get("case")
    return _plainly(case_of_text(text, f"row {row.get('id')}")) if isinstance(text, str) else case_of_row(row)


def _plainly(case: Case) -> Case:
    """The same of plain texts and numbers: those read from a file know how they were written, and YAML can't write these."""
    return case_of_document(plain_document(case), str(case.path or case.id), path=case.path)


def is_from_there(case: Case) -> bool:
    """Whether a case was made of a row that others wrote: it is in a dataset already."""
    return case.provenance.run == SOURCE


def with_theirs(row: Row, there: Row) -> dict[str, Any]:
    """Our row with the tags and the keys of metadata that others gave it."""
    metadata = there.get("metadata") or {}
    tags = [tag for tag in there.get("tags") or () if isinstance(tag, str) and not _is_ours(tag)]
    return {
        **row,
        "tags": [*row["tags"], *(tag for tag in dict.fromkeys(tags) if tag not in row["tags"])],
        "metadata": {**{key: metadata[key] for key in metadata if key not in row["metadata"]}, **row["metadata"]},
    }


def is_same(row: Row, there: Row) -> bool:
    """Whether there is nothing to send."""
    return all(_content(name, row[name]) == _content(name, there.get(name)) for name in row if name in _COMPARED)


def is_edited(row: Row, there: Row) -> bool:
    """Whether the row was made of the very same case and changed since: by others, there."""
    case, found = row["metadata"].get("case"), (there.get("metadata") or {}).get("case")
    return case is not None and _content("case", case) == _content("case", found) and not is_same(row, there)


def _is_ours(tag: str) -> bool:
    return tag in _OUR_TAGS or tag.startswith(_OUR_PREFIXES)


def _content(name: str, value: Any) -> str:
    """The value as text, the same however a server sorts keys and tags and writes whole numbers."""
    if name == "tags":
        value = sorted(set(value or ()))
    return json.dumps(_plain(value), sort_keys=True)


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, Iterable) and not isinstance(value, str):
        return [_plain(inner) for inner in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value
