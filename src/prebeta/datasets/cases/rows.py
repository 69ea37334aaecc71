"""A case as the row of an eval dataset, and rows, whoever wrote them, as cases and scenarios."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from prebeta.core.errors import UsageError
from prebeta.core.types import Fact, Goal, Persona, Question, Scenario, Slot
from prebeta.datasets.cases.case import Case
from prebeta.datasets.cases.reading import case_of_document
from prebeta.datasets.cases.writing import document_of

TAG = "edge-case"
_SEED_BITS = 48


def row_of(case: Case) -> dict[str, Any]:
    """The dataset row: id, input, expected, tags, metadata. `metadata.case` is the whole file, so that it can come back."""
    scenario, checks, provenance = case.scenario, case.checks, case.provenance
    roles = {"user": "user", "product": "assistant"}
    kinds = dict.fromkeys(f"kind:{flaw.kind}" for flaw in checks.must_not)
    document = plain_document(case)
    return {
        "id": case.id,
        "input": {
            "messages": [{"role": roles[speaker], "content": text} for speaker, text in case.happened[:-1]],
            "persona": scenario.persona.text,
            "goal": {"text": scenario.goal.text, "slots": {slot.name: slot.fact.value for slot in scenario.goal.slots}},
            "behaviors": list(scenario.behaviors),
            "seed": scenario.seed,
        },
        "expected": {
            "end_state": checks.end_state,
            "checks": {name: document["checks"].get(name, {}) for name in ("required", "forbidden")},
            "must_not": document["checks"]["must_not"],
        },
        "tags": [TAG, *kinds, *([f"stage:{case.stage}"] if case.stage is not None else [])],
        "metadata": {
            "run": provenance.run,
            "conversation": provenance.conversation,
            "turn": provenance.turn,
            "release": provenance.release,
            "finding": case.finding,
            "flakiness": document["flakiness"],
            "held_out": case.held_out,
            "title": case.title,
            "case": document,
        },
    }


def plain_document(case: Case) -> dict[str, Any]:
    """What the case's file says, as plain JSON."""
    found: dict[str, Any] = json.loads(json.dumps(document_of(case)))
    return found


def case_of_row(row: Mapping[str, Any]) -> Case | None:
    """The case of a row that prebeta wrote; None for one that others did. Raises UsageError where it was broken since."""
    document = (row.get("metadata") or {}).get("case")
    if not isinstance(document, Mapping):
        return None
    return case_of_document(document, f"row {row.get('id')}")


def scenario_of_row(row: Mapping[str, Any]) -> Scenario:
    """A scenario of a row's `input`, which may be a text (the goal) or a mapping as the contract has it; what is missing is
    left open. Raises UsageError where there is no goal."""
    given = row.get("input")
    told: Mapping[str, Any] = given if isinstance(given, Mapping) else {"goal": given}
    goal = told.get("goal")
    about: Mapping[str, Any] = goal if isinstance(goal, Mapping) else {"text": goal}
    text = about.get("text")
    messages = [one for one in told.get("messages") or () if isinstance(one, Mapping) and one.get("role") == "user"]
    opening = str(messages[0].get("content", "")) if messages else None
    if not isinstance(text, str) or not text.strip():
        text = opening
    if not text:
        raise UsageError(f"row {row.get('id')}: input has no goal; give {{goal: what the user wants}}, or messages")
    slots = about.get("slots")
    own = str(row.get("id") or "")
    content = json.dumps([own, given], sort_keys=True, default=str)
    digest = hashlib.blake2b(content.encode("utf-8", "replace"), digest_size=8)
    seed = told.get("seed")
    return Scenario(
        id=digest.hexdigest(),
        seed=seed if isinstance(seed, int) and seed >= 0 else int(digest.hexdigest(), 16) >> (64 - _SEED_BITS),
        persona=Persona(str(told.get("persona") or "somebody")),
        goal=Goal(
            text,
            tuple(Slot(str(name), Fact(str(value))) for name, value in slots.items())
            if isinstance(slots, Mapping)
            else (),
            tuple(Question(str(one)) for one in about.get("questions") or () if isinstance(one, str)),
        ),
        behaviors=tuple(str(one) for one in told.get("behaviors") or ()),
        opening=opening,
    )
