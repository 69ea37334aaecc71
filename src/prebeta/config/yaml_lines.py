"""YAML read with the line of every key, and with scalars as people mean them.

Only what YAML 1.2's JSON schema knows is more than a text: null, true, false, and numbers written as JSON writes them.
So `then: yes`, `country: no`, `time: 1:30`, `day: 14-05-2026` and `code: 007` stay the texts they are. A number keeps
how it was written (`written`), so that `values: [1.50]` is "1.50" where a text is expected. Keys are always texts.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import yaml

from prebeta.core.errors import UsageError

KeyPath: TypeAlias = tuple[str | int, ...]

_NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?")
_TAG = "tag:yaml.org,2002:"
_MAX_NODES = 100_000
_MAX_DEPTH = 60


class WrittenInt(int):
    """A whole number that remembers how it was written."""

    written: str


class WrittenFloat(float):
    """A number that remembers how it was written."""

    written: str


@dataclass(frozen=True, slots=True)
class Lines:
    """A document and the line (from 1) of each key in it. `problems` are line and message, found while reading."""

    document: Any
    lines: Mapping[KeyPath, int]
    problems: tuple[tuple[int, str], ...] = ()


def read_text(path: Path, shown: str) -> str:
    """The file's text. Raises UsageError where it is missing, a folder, unreadable or no text."""
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        raise UsageError(f"{shown}: no such file; prebeta init writes one") from None
    except IsADirectoryError:
        raise UsageError(f"{shown}: is a folder; name the file in it, e.g. {path / 'prebeta.yaml'}") from None
    except OSError as error:
        raise UsageError(f"{shown}: can't be read: {error.strerror}") from None
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = "\0"
    if "\0" in text:
        raise UsageError(f"{shown}: isn't a text file (UTF-8); prebeta init writes one")
    if not text.strip():
        raise UsageError(f"{shown}: is empty; prebeta init writes one")
    return text


def parse(text: str, shown: str) -> Lines:
    """The document with its lines. Raises UsageError, one line, where it isn't YAML."""
    try:
        node = yaml.compose(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = f"{shown}:{mark.line + 1}" if mark else shown
        column = f" (column {mark.column + 1})" if mark else ""
        tab = mark is not None and _begins_with_tab(text, mark.line)
        hint = "; indent with spaces, not tabs" if tab else ""
        raise UsageError(f"{place}: not valid YAML: {error.problem or error.context}{column}{hint}") from None
    except yaml.YAMLError as error:
        raise UsageError(f"{shown}: not valid YAML: {' '.join(str(error).split())}") from None
    except RecursionError:
        raise UsageError(f"{shown}: not valid YAML: nested too deeply") from None
    builder = _Builder(shown)
    document = builder.value(node, ()) if node is not None else None
    return Lines(document, builder.lines, tuple(builder.problems))


def _begins_with_tab(text: str, line: int) -> bool:
    lines = text.split("\n")
    return line < len(lines) and re.match(r" *\t", lines[line]) is not None


class _Builder:
    """Turns YAML's nodes into plain values and notes the line of each."""

    def __init__(self, shown: str) -> None:
        self.shown = shown
        self.lines: dict[KeyPath, int] = {}
        self.problems: list[tuple[int, str]] = []
        self.count = 0

    def value(self, node: Any, path: KeyPath) -> Any:
        self.count += 1
        if self.count > _MAX_NODES or len(path) > _MAX_DEPTH:
            raise UsageError(f"{self.shown}:{node.start_mark.line + 1}: too large or refers to itself")
        self.lines.setdefault(path, node.start_mark.line + 1)
        if not str(node.tag).startswith(_TAG) or str(node.tag).startswith(f"{_TAG}python"):
            self.problems.append((node.start_mark.line + 1, f"the YAML tag {node.tag} isn't known here; leave it out"))
            return None
        if isinstance(node, yaml.MappingNode):
            return self.mapping(node, path)
        if isinstance(node, yaml.SequenceNode):
            return [self.value(item, (*path, index)) for index, item in enumerate(node.value)]
        return _scalar(node)

    def mapping(self, node: yaml.MappingNode, path: KeyPath) -> dict[str, Any]:
        found: dict[str, Any] = {}
        merged: dict[str, Any] = {}
        first: dict[str, int] = {}
        for key_node, value_node in node.value:
            line = key_node.start_mark.line + 1
            if not isinstance(key_node, yaml.ScalarNode):
                self.problems.append((line, "a key should be a text (put a value that begins with { in quotes)"))
                continue
            key = str(key_node.value)
            if key_node.tag == f"{_TAG}merge":
                merged |= self.merge(value_node, path)
                continue
            if key in first:
                self.problems.append((line, f"the key {key!r} is given twice, first in line {first[key]}"))
                continue
            first[key] = line
            self.lines[(*path, key)] = line
            found[key] = self.value(value_node, (*path, key))
        return {**merged, **found}

    def merge(self, node: Any, path: KeyPath) -> dict[str, Any]:
        """What `<<: *name` brings in; of several the first wins."""
        value = self.value(node, path)
        sources = value if isinstance(value, list) else [value]
        merged: dict[str, Any] = {}
        for source in sources:
            if not isinstance(source, dict):
                self.problems.append((node.start_mark.line + 1, "<< should name a mapping"))
                continue
            merged = {**source, **merged}
        return merged


def _scalar(node: Any) -> Any:
    text = str(node.value)
    plain = not node.style and node.tag != f"{_TAG}str"
    if not plain:
        return text
    if text in ("", "~", "null", "Null", "NULL"):
        return None
    if text.lower() in ("true", "false") and text in (text.lower(), text.title(), text.upper()):
        return text.lower() == "true"
    if not _NUMBER.fullmatch(text):
        return text
    number = WrittenInt(text) if text.lstrip("-").isdigit() else WrittenFloat(text)
    number.written = text
    return number
