"""A case's file at a glance: that it is YAML, and what its test is called by. The rest is read when the test runs, so that
collecting a thousand of them takes no longer than collecting a thousand functions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

_NEEDED = ("case", "title", "finding.id", "finding.kind")


@dataclass(frozen=True, slots=True)
class Glance:
    """What a file says of its case."""

    id: str
    title: str
    finding: str
    kind: str
    held_out: bool


def glance(text: str) -> Glance | None:
    """None where it takes a closer look: it isn't YAML, or says something of that not plainly."""
    import yaml

    try:
        found = dict(_texts(text))
    except (yaml.YAMLError, RecursionError):
        return None
    held_out = found.get("held_out", "false").lower()
    if held_out not in ("true", "false") or not all(found.get(name) for name in _NEEDED):
        return None
    case, title, finding, kind = (found[name] for name in _NEEDED)
    return Glance(case, title, finding, kind, held_out == "true")


@dataclass(slots=True)
class _Open:
    """A mapping or list that is being read; `key` is that of the value to come."""

    name: str
    mapping: bool
    key: str | None = None


def _texts(text: str) -> Iterator[tuple[str, str]]:
    """Key and text of what stands at the top of the document, and one level below as `key.key`."""
    import yaml

    opened: list[_Open] = []
    parser = getattr(yaml, "CSafeLoader", yaml.SafeLoader)(text)
    event: Any = None
    while (kind := type(event := parser.get_event())) is not yaml.StreamEndEvent:
        top = opened[-1] if opened else None
        if kind is yaml.ScalarEvent or kind is yaml.AliasEvent:
            if top is None or not top.mapping:
                continue
            if top.key is None:
                top.key = str(getattr(event, "value", "*"))
            else:
                if len(opened) <= 2 and kind is yaml.ScalarEvent:
                    yield f"{top.name}{top.key}", event.value
                top.key = None
        elif kind is yaml.MappingStartEvent or kind is yaml.SequenceStartEvent:
            name = "" if top is None else f"{top.key}."
            if top is not None and top.mapping:
                top.key = "?" if top.key is None else None
            opened.append(_Open(name, kind is yaml.MappingStartEvent))
        elif kind is yaml.MappingEndEvent or kind is yaml.SequenceEndEvent:
            opened.pop()
