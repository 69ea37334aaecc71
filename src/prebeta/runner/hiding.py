"""A conversation as it may be kept: without secrets, and without what the project wants redacted."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeVar

from prebeta.analysis.symptoms import quoting
from prebeta.config import Project
from prebeta.config.hiding import Hiding, credentials_in, environment_secrets, secrets_of
from prebeta.core.types import Transcript, Verdict
from prebeta.store.store import Stored

Kept = TypeVar("Kept", Transcript, Verdict)

_OURS = frozenset(
    (
        "id",
        "seed",
        "conversation",
        "repeat",
        "index",
        "turn",
        "kind",
        "judge",
        "version",
        "policy",
        "sample",
        "behaviors",
        "name",
        "asked",
        "by",
        "slot",
    )
)
"""Fields that hold our own words and ids, which may look like a number to be hidden and are none."""
_IDS = frozenset(("session", "trace"))
"""Ids of the product's: secrets in them are hidden, the rest is no text."""


def hiding_of(project: Project, accounts: Sequence[Mapping[str, Any]] = (), redact: Iterable[str] = ()) -> Hiding:
    """What is hidden of a project's conversations; `accounts` may hold passwords of their own, `redact` is beside the
    project's."""
    return Hiding((*project.redact, *redact), _secrets_of(project, accounts))


def hiding_outward(project: Project | None) -> Hiding:
    """What is hidden of all that leaves this machine: what is hidden of the project's conversations where there is one, and
    whatever the environment holds that is named like a secret."""
    secrets = environment_secrets(os.environ)
    if project is None:
        return Hiding((), secrets)
    return Hiding(project.redact, secrets | _secrets_of(project, project.accounts()))


def _secrets_of(project: Project, accounts: Sequence[Mapping[str, Any]]) -> frozenset[str]:
    target = project.target.model_dump() if hasattr(project.target, "model_dump") else {}
    return secrets_of(project.document, os.environ) | credentials_in(target) | credentials_in(list(accounts))


def keepable(held: Stored, hiding: Hiding) -> Stored:
    """A judged conversation as it may be stored and shown. Assessed was what was really said; the words that an assessment
    quotes are taken anew from what is kept."""
    if not hiding:
        return held
    transcript = hidden(held.transcript, hiding)
    verdicts = tuple(hidden(verdict, hiding) for verdict in held.verdicts)
    return Stored(transcript, verdicts, quoting(held.assessment, transcript))


def hidden(kept: Kept, hiding: Hiding) -> Kept:
    """What was said and found as it may be stored and shown; itself where there is nothing to hide."""
    return _of_object(kept, hiding) if hiding else kept


def _of_object(value: Any, hiding: Hiding) -> Any:
    changed = {}
    for field in dataclasses.fields(value):
        before = getattr(value, field.name)
        if field.name in _OURS or before is None:
            continue
        after = hiding.secrets_in(before) if field.name in _IDS else _of_any(before, hiding)
        if after is not before:
            changed[field.name] = after
    return dataclasses.replace(value, **changed) if changed else value


def _of_any(value: Any, hiding: Hiding) -> Any:
    """The value as it may be kept: the very same object where nothing was hidden."""
    if isinstance(value, str):
        text = hiding.text(value)
        return value if text == value else text
    if dataclasses.is_dataclass(value):
        return _of_object(value, hiding)
    if isinstance(value, tuple):
        parts = tuple(_of_any(one, hiding) for one in value)
        return value if all(after is before for after, before in zip(parts, value, strict=True)) else parts
    if isinstance(value, Mapping | list | int) and not isinstance(value, bool):
        after = hiding.value(value)
        return value if after == value else after
    return value
