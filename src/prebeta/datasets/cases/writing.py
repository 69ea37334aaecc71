"""Cases written as YAML that people review: many-line texts as blocks, everything foreign inert."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import yaml

from prebeta.config.hiding import Hiding
from prebeta.core.types import Act, Fact, Move, Press, Question, Say, Scenario, Slot, Wait
from prebeta.datasets.cases.case import Case, Checks, MustNot
from prebeta.scenarios.generation.files import write_whole

_HEAD = "# An edge case that prebeta keeps checking: prebeta cases run. What each key says: docs/cases.md\n"
_PLAIN = re.compile(r"[A-Za-z][\w ./()-]*(?<! )", re.ASCII)
_RESERVED = frozenset(("null", "true", "false", "yes", "no", "on", "off", "y", "n"))
_LONGEST_NAME = 60


class _Flow(dict[str, Any]):
    """A mapping to be written in one line."""


class _Row(list[Any]):
    """A list to be written in one line."""


class _Dumper(yaml.SafeDumper):
    """Writes texts so that any YAML reader takes them for what they are, and lists indented as people do."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: ARG002
        super().increase_indent(flow, False)

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002
        return True


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.Node:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=_style(text))


def _style(text: str) -> str | None:
    if _PLAIN.fullmatch(text) and text.lower() not in _RESERVED:
        return None
    lines = text.split("\n")
    readable = len(lines) > 1 and all(line.isprintable() and not line.endswith(" ") for line in lines)
    if readable and not text[0].isspace():
        return "|"
    # An emoji in double quotes would be written as its number.
    return "'" if text.isprintable() and any(ord(sign) > 0xFFFF for sign in text) else '"'


_Dumper.add_representer(str, _text)
_Dumper.add_representer(
    _Flow, lambda dumper, found: dumper.represent_mapping("tag:yaml.org,2002:map", found, flow_style=True)
)
_Dumper.add_representer(
    _Row, lambda dumper, found: dumper.represent_sequence("tag:yaml.org,2002:seq", found, flow_style=True)
)


def rendered(case: Case, hiding: Hiding | None = None) -> str:
    """The file's text. `hiding` is what must not be in it, whoever made the case."""
    document = document_of(case)
    if hiding:
        document = _hidden(document, hiding)
    text: str = yaml.dump(
        _clean(document), Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=10**9, default_flow_style=False
    )
    return _HEAD + text


def write(case: Case, folder: Path, hiding: Hiding | None = None) -> Path:
    """Write a case into a folder, whole or not at all, and give the file. Raises UsageError where it can't be written."""
    path = case.path or folder / file_name(case)
    write_whole(rendered(case, hiding), path)
    return path


def file_name(case: Case) -> str:
    """The title in small letters with the id behind it, so that files sort and no two are one."""
    words = re.sub(r"[^a-z0-9]+", "-", case.title.lower()).strip("-")[:_LONGEST_NAME].strip("-")
    return f"{words}-{case.id}.yaml" if words else f"{case.id}.yaml"


def _hidden(document: dict[str, Any], hiding: Hiding) -> dict[str, Any]:
    """The document without what must not be kept; ids and numbers of our own stay."""
    ours = ("case", "finding", "provenance", "flakiness", "held_out")
    return {key: value if key in ours else _hide(value, hiding, key) for key, value in document.items()}


def _hide(value: Any, hiding: Hiding, key: str) -> Any:
    if key in ("id", "seed", "sample", "policy", "kind", "act", "behaviors"):
        return value
    if isinstance(value, Mapping):
        inside = {name: _hide(inner, hiding, str(name)) for name, inner in value.items()}
        return _Flow(inside) if isinstance(value, _Flow) else inside
    if isinstance(value, list):
        return type(value)(_hide(inner, hiding, key) for inner in value)
    return value if value is None or isinstance(value, bool) else hiding.value(value)


def _clean(value: Any) -> Any:
    """The same with nothing that no file can hold: half of a character pair becomes a replacement sign."""
    if isinstance(value, str):
        return (
            value.encode("utf-8", "replace").decode() if any("\ud800" <= sign <= "\udfff" for sign in value) else value
        )
    if isinstance(value, Mapping):
        kept = {_clean(str(key)): _clean(inner) for key, inner in value.items()}
        return _Flow(kept) if isinstance(value, _Flow) else kept
    if isinstance(value, list | tuple):
        parts = [_clean(inner) for inner in value]
        return _Row(parts) if isinstance(value, _Row) else parts
    return value


def document_of(case: Case) -> dict[str, Any]:
    """The case as JSON-able data: what its file says."""
    finding = {"id": case.finding, "kind": case.kind, "stage": case.stage, "slot": case.slot}
    provenance = case.provenance
    return {
        "case": case.id,
        "title": case.title,
        "finding": _Flow(_given(finding)),
        **({"held_out": True} if case.held_out else {}),
        **({"happened": [{speaker: text} for speaker, text in case.happened]} if case.happened else {}),
        "checks": _checks(case.checks),
        "script": [_move(move) for move in case.moves],
        "scenario": _scenario(case.scenario, case.policy),
        "flakiness": _Flow(failed=case.flakiness.failed, of=case.flakiness.of),
        "provenance": _given({name: getattr(provenance, name) for name in provenance.__slots__}),
    }


def _given(parts: Mapping[str, Any]) -> dict[str, Any]:
    """What is there of these."""
    return {name: part for name, part in parts.items() if part is not None and part not in ({}, [])}


def _checks(checks: Checks) -> dict[str, Any]:
    return {
        "end_state": checks.end_state,
        **_given(
            {
                "required": dict(checks.required),
                "forbidden": {slot: _Row(values) for slot, values in checks.forbidden.items()},
            }
        ),
        "must_not": [_flaw(flaw) for flaw in checks.must_not],
    }


def _flaw(flaw: MustNot) -> _Flow:
    return _Flow(_given({name: getattr(flaw, name) for name in flaw.__slots__}))


def _move(move: Move) -> dict[str, Any]:
    done: dict[str, Any] = {}
    if isinstance(move, Say):
        done["say"] = move.text
    elif isinstance(move, Press):
        done["press"] = move.option.title
        if move.option.payload is not None:
            done["payload"] = move.option.payload
    elif isinstance(move, Wait):
        done["wait"] = True
    return done if move.act is None else {**done, **_act(move.act)}


def _act(act: Act) -> dict[str, Any]:
    return {
        "act": act.name,
        **_given(
            {
                "facts": _Flow(act.facts),
                "said": _Flow(act.said),
                "asked": act.asked,
                "question": None if act.question is None else _question(act.question),
                "behaviors": _Row(act.behaviors),
            }
        ),
        **({} if act.understood else {"understood": False}),
    }


def _question(question: Question) -> _Flow:
    return _Flow(_given({"ask": question.ask, "expect": question.expect}))


def _scenario(scenario: Scenario, policy: str) -> dict[str, Any]:
    goal = scenario.goal
    return {
        "id": scenario.id,
        "seed": scenario.seed,
        "sample": scenario.sample,
        "policy": policy,
        "persona": scenario.persona.text,
        **_given({"traits": _Flow(scenario.persona.traits)}),
        "goal": goal.text,
        **_given(
            {
                "slots": {slot.name: _slot(slot) for slot in goal.slots},
                "questions": [_question(question) for question in goal.questions],
                "behaviors": _Row(scenario.behaviors),
                "out_of_scope": list(scenario.out_of_scope),
                "opening": scenario.opening,
                "prefix": list(scenario.prefix),
            }
        ),
        **({} if scenario.account is None else {"account": dict(scenario.account)}),
    }


def _slot(slot: Slot) -> Any:
    if not slot.fact.words and slot.instead is None:
        return slot.fact.value
    parts: dict[str, Any] = {"value": slot.fact.value, "words": _words(slot.fact.words)}
    if slot.instead is not None:
        parts["instead"] = _fact(slot.instead)
    return _Flow(_given(parts))


def _fact(fact: Fact) -> Any:
    return fact.value if not fact.words else _Flow(value=fact.value, words=_words(fact.words))


def _words(words: Iterable[str]) -> _Row:
    return _Row(words)
