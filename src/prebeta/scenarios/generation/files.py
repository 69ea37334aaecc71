"""Personas in files: YAML as `personas: {from: FILE}` reads it, CSV, or JSONL. A file is written whole or not at all."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any

from pydantic import ValidationError

from prebeta.config.goals import PersonaConfig
from prebeta.config.people import read_personas
from prebeta.core.errors import UsageError
from prebeta.core.types import Persona

_MOST_IN_YAML = 10_000
_JSON_LINES = (".jsonl", ".ndjson")


def read_pool(file: Path) -> tuple[Persona, ...]:
    """The personas in a YAML, CSV or JSONL file. Raises UsageError, one line that names file and line."""
    if file.suffix.lower() not in _JSON_LINES:
        return read_personas(file.parent, file.name)
    try:
        lines = file.read_text("utf-8-sig").splitlines()
    except FileNotFoundError:
        raise UsageError(f"no file {str(file)!r}") from None
    except UnicodeDecodeError:
        raise UsageError(f"{str(file)!r} isn't a text file in UTF-8") from None
    except OSError as error:
        raise UsageError(f"{str(file)!r} can't be read: {error.strerror}") from None
    found = tuple(_persona(line, f"{file}:{number}") for number, line in enumerate(lines, 1) if line.strip())
    if not found:
        raise UsageError(f"{str(file)!r} holds no personas")
    return found


def is_project(text: str) -> bool:
    """Whether YAML text is a project (prebeta.yaml) and not a list of personas."""
    return re.search(r"^(?:target|end_state|goals)\s*:", text, re.M) is not None


def _persona(line: str, place: str) -> Persona:
    try:
        value = json.loads(line)
        persona = PersonaConfig.model_validate(value)
    except ValidationError as error:
        raise UsageError(f"{place}: {error.errors()[0]['msg'].removeprefix('Value error, ')}") from None
    except (ValueError, RecursionError):
        raise UsageError(f"{place}: isn't JSON; a line should be {{text, traits}}") from None
    if persona.text is None:
        raise UsageError(f"{place}: a persona in a file has a text and, if you like, traits")
    return Persona(persona.text, dict(persona.traits))


def rendered(personas: Sequence[Persona], suffix: str = ".yaml") -> str:
    """The personas as text in the format of a file's ending. Raises UsageError for an unknown ending."""
    write = _FORMATS.get(suffix.lower())
    if write is None:
        raise UsageError(f"unknown ending {suffix!r}; known: {', '.join(_FORMATS)}")
    return write(personas)


def write_pool(personas: Sequence[Persona], file: Path) -> None:
    """Write the file whole, in the place of one that is there: whoever stops us half-way leaves the old one as it was.

    Raises UsageError for an unknown ending and where it can't be written.
    """
    write_whole(rendered(personas, file.suffix), file)


def write_whole(text: str, file: Path) -> None:
    """Write a text file by way of a neighbour that takes its place when it is complete. Raises UsageError."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=f".{file.name}.", dir=file.parent)
    except OSError as error:
        raise UsageError(f"cannot write {file} ({error.strerror or error}); name another with -o") from None
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as opened:
            opened.write(text)
        Path(name).chmod(0o666 & ~_umask())
        Path(name).replace(file)
    except OSError as error:
        Path(name).unlink(missing_ok=True)
        raise UsageError(f"cannot write {file} ({error.strerror or error}); name another with -o") from None
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _umask() -> int:
    """What a new file may not be; a temporary one is closed to others, the file it becomes should be as usual."""
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _yaml(personas: Sequence[Persona]) -> str:
    """Texts in double quotes as JSON has them, which YAML reads the same."""
    if len(personas) > _MOST_IN_YAML:
        raise UsageError(
            f"more than {_MOST_IN_YAML:,} personas are too many for YAML; write a .csv file: -o personas.csv"
        )
    parts = []
    for each in personas:
        traits = ", ".join(f"{_key(name)}: {_key(level)}" for name, level in each.traits.items())
        parts.append(f"- text: {_quoted(each.text)}\n" + (f"  traits: {{{traits}}}\n" if traits else ""))
    return "".join(parts)


def _quoted(text: str) -> str:
    """In double quotes as JSON has it; what can't be printed as YAML writes it (JSON's pairs of escapes it can't read)."""
    quoted = json.dumps(text, ensure_ascii=False)
    return "".join(one if one.isprintable() else f"\\U{ord(one):08x}" for one in quoted)


def _key(word: str) -> str:
    plain = (
        word.isascii() and word.isalpha() and word.lower() not in ("null", "true", "false", "yes", "no", "on", "off")
    )
    return word if plain else _quoted(word)


def _json_lines(personas: Sequence[Persona]) -> str:
    rows: list[Mapping[str, Any]] = [{"text": each.text, "traits": dict(each.traits)} for each in personas]
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def _csv(personas: Sequence[Persona]) -> str:
    names = list(dict.fromkeys(name for each in personas for name in each.traits))
    out = io.StringIO()
    rows = csv.writer(out, lineterminator="\n")
    rows.writerow(["text", *names])
    rows.writerows([each.text, *(each.traits.get(name, "") for name in names)] for each in personas)
    return out.getvalue()


_FORMATS: Mapping[str, Callable[[Sequence[Persona]], str]] = MappingProxyType(
    {".yaml": _yaml, ".yml": _yaml, ".jsonl": _json_lines, ".ndjson": _json_lines, ".csv": _csv}
)
