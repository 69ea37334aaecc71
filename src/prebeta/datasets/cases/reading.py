"""Cases read from their files. What is wrong is said with file, line and key."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from prebeta.config.complaints import from_validation, render
from prebeta.config.yaml_lines import KeyPath, parse, read_text
from prebeta.core.errors import UsageError
from prebeta.core.types import (
    Act,
    Fact,
    Goal,
    Move,
    Option,
    Persona,
    Press,
    Question,
    Say,
    Scenario,
    Slot,
    Speaker,
    Wait,
)
from prebeta.datasets.cases.case import Case, Checks, Flakiness, MustNot, Provenance
from prebeta.datasets.cases.document import (
    CaseDocument,
    ChecksDocument,
    FactDocument,
    MoveDocument,
    QuestionDocument,
    SaidDocument,
    ScenarioDocument,
    SlotDocument,
)

FOLDER = "prebeta_cases"
"""Where cases lie, beside prebeta.yaml."""
_ENDINGS = (".yaml", ".yml")


def read_case(path: Path) -> Case:
    """The case in a file. Raises UsageError, a line for everything that is to be mended: file, line, key."""
    shown = str(path)
    try:
        text = read_text(path, shown)
    except UsageError as error:
        raise UsageError(str(error).replace("prebeta init writes one", "prebeta cases add writes them")) from None
    return case_of_text(text, shown, path)


def case_of_text(text: str, shown: str, path: Path | None = None) -> Case:
    """The case that a YAML text says; `shown` names it in errors. Raises UsageError."""
    found = parse(text, shown)
    if found.problems:
        problems = (f"{shown}:{line}: {message}" for line, message in found.problems)
        raise UsageError("\n".join(problems))
    return case_of_document(found.document, shown, found.lines, path)


def case_of_document(
    document: Any, shown: str, lines: Mapping[KeyPath, int] | None = None, path: Path | None = None
) -> Case:
    """The case of what a file or a row says; `lines` are those of its keys, for errors. Raises UsageError."""
    if not isinstance(document, dict):
        raise UsageError(f"{shown}:1: should be a mapping (key: value), as prebeta cases add writes it")
    try:
        return _case(CaseDocument.model_validate(document), path)
    except ValidationError as error:
        complaints = from_validation(error, document, CaseDocument.model_json_schema())
        raise UsageError(render(complaints, shown, dict(lines or {}))) from None


def read_cases(folder: Path) -> tuple[Case, ...]:
    """All cases of a folder, by file name; those in folders below it too. Raises UsageError: of every broken file a line for
    what is to be mended, and for two files of one id."""
    complaints: list[str] = []
    cases: dict[str, Case] = {}
    for path in case_files(folder):
        try:
            case = read_case(path)
        except UsageError as error:
            complaints.append(str(error))
            continue
        if case.id in cases:
            complaints.append(f"{path}: case: {case.id} is the case of {cases[case.id].path} already; keep one of them")
        cases.setdefault(case.id, case)
    if complaints:
        raise UsageError("\n".join(complaints))
    return tuple(cases.values())


def case_files(folder: Path) -> list[Path]:
    """The files of a folder that hold cases, sorted; none where there is no such folder."""
    return sorted(path for path in folder.rglob("*") if path.suffix in _ENDINGS and path.is_file())


def _case(found: CaseDocument, path: Path | None) -> Case:
    finding, flakiness, provenance = found.finding, found.flakiness, found.provenance
    return Case(
        id=found.case,
        title=found.title,
        finding=finding.id,
        kind=finding.kind,
        scenario=_scenario(found.scenario),
        moves=tuple(map(_move, found.script)),
        checks=_checks(found.checks),
        flakiness=Flakiness(flakiness.failed, flakiness.of),
        provenance=Provenance(**provenance.model_dump()),
        stage=finding.stage,
        slot=finding.slot,
        policy=found.scenario.policy,
        held_out=found.held_out,
        happened=tuple(map(_said, found.happened)),
        path=path,
    )


def _said(found: SaidDocument) -> tuple[Speaker, str]:
    return ("product", found.product or "") if found.user is None else ("user", found.user)


def _checks(found: ChecksDocument) -> Checks:
    flaws = tuple(MustNot(**one.model_dump()) for one in found.must_not)
    return Checks(flaws, found.end_state, dict(found.required), dict(found.forbidden))


def _scenario(found: ScenarioDocument) -> Scenario:
    goal = Goal(
        found.goal,
        tuple(_slot(name, slot) for name, slot in found.slots.items()),
        tuple(map(_question, found.questions)),
    )
    return Scenario(
        id=found.id,
        seed=found.seed,
        persona=Persona(found.persona, dict(found.traits)),
        goal=goal,
        behaviors=found.behaviors,
        sample=found.sample,
        out_of_scope=found.out_of_scope,
        opening=found.opening,
        account=None if found.account is None else dict(found.account),
        prefix=found.prefix,
    )


def _slot(name: str, found: SlotDocument) -> Slot:
    instead = found.instead
    return Slot(name, Fact(found.value, found.words), None if instead is None else _fact(instead))


def _fact(found: FactDocument) -> Fact:
    return Fact(found.value, found.words)


def _question(found: QuestionDocument) -> Question:
    return Question(found.ask, found.expect)


def _move(found: MoveDocument) -> Move:
    act = None
    if found.act is not None:
        act = Act(
            name=found.act,
            facts=dict(found.facts),
            said=dict(found.said),
            asked=found.asked,
            question=None if found.question is None else _question(found.question),
            behaviors=found.behaviors,
            understood=found.understood,
        )
    if found.say is not None:
        return Say(found.say, act)
    return Wait(act) if found.press is None else Press(Option(found.press, found.payload), act)
