"""From a file or a stored document to a Project, with everything that is wrong said at once."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from prebeta.config import documents
from prebeta.config.complaints import Complaint, from_validation, render
from prebeta.config.connectors import importable
from prebeta.config.interpolation import interpolate, plain_credentials
from prebeta.config.project import Project
from prebeta.config.references import missing_files, unresolved
from prebeta.config.running import GateConfig
from prebeta.config.schema import json_schema
from prebeta.config.yaml_lines import KeyPath, Lines, parse, read_text
from prebeta.core.errors import UsageError


def load(path: str | Path = "prebeta.yaml") -> Project:
    """The project in a file. Raises UsageError with a line for everything that is to be mended."""
    shown = str(path)
    found = parse(read_text(Path(path), shown), shown)
    return _validated(found, Path(path).resolve().parent, shown)


def from_document(document: Mapping[str, Any], folder: Path, shown: str) -> Project:
    """The project behind a document stored before. Raises UsageError."""
    return _validated(Lines(dict(document), {}), folder, shown)


def load_gate(path: str | Path) -> GateConfig | None:
    """The `gate:` of a file, None where it has none. The rest is not looked at: it may need what isn't here now.

    Raises UsageError with a line for everything in it that is to be mended.
    """
    shown = str(path)
    found = parse(read_text(Path(path), shown), shown)
    raw = found.document.get("gate") if isinstance(found.document, dict) else None
    if raw is None:
        return None
    document, complaints = interpolate({"gate": raw}, os.environ)
    try:
        section = _GateAlone.model_validate(document)
    except ValidationError as error:
        unset = {complaint.path for complaint in complaints}
        wrong = from_validation(error, {"gate": raw}, json_schema())
        raise UsageError(
            _rendered([*complaints, *(each for each in wrong if each.path not in unset)], found, shown)
        ) from None
    if complaints:
        raise UsageError(_rendered(complaints, found, shown))
    return section.gate


class _GateAlone(BaseModel):
    gate: GateConfig


def _validated(found: Lines, folder: Path, shown: str) -> Project:
    raw = found.document
    if not isinstance(raw, dict):
        raise UsageError(f"{shown}:1: should be a mapping (key: value) with at least target, end_state and goals")
    document, missing = interpolate(raw, os.environ)
    complaints = [*missing, *plain_credentials(raw)]
    unset = {complaint.path for complaint in missing}
    project: Project | None = None
    with importable(folder):
        try:
            project = Project.model_validate(document)
        except ValidationError as error:
            complaints += [each for each in from_validation(error, raw, json_schema()) if each.path not in unset]
            complaints += unresolved(document)
        complaints += missing_files(document, folder)
    if complaints or found.problems or project is None:
        raise UsageError(_rendered(complaints, found, shown))
    return project.placed(documents.of_file(raw), folder)


def _rendered(complaints: list[Complaint], found: Lines, shown: str) -> str:
    """All complaints by line; problems of reading keep the line they were found in."""
    lines: dict[KeyPath, int] = dict(found.lines)
    known = dict.fromkeys(complaints)
    text = render(known, shown, lines) if known else ""
    reading = [f"{shown}:{line}: {message}" for line, message in found.problems]
    return "\n".join([*reading, *([text] if text else [])])
