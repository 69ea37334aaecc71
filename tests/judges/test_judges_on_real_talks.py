"""The rules over conversations of real agents: what came to a right end should set off next to nothing.

`pytest tests/judges/test_judges_on_real_talks.py -s` prints the rates. There are no acts, slots or states in the data,
so this measures what rests on the product's words alone.
"""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from judged_talks import LIMIT, Product, p, talk

from prebeta.core.types import Reply, Say, Transcript, Verdict

DATA = Path(__file__).parents[3] / "shared" / "data"
WRITES = re.compile(r"^(?:book|cancel|update|modify|return|exchange|send|transfer)_")
NOTHING = Product(())


def conversations(name: str) -> Iterator[dict[str, Any]]:
    path = DATA / f"{name}.jsonl.gz"
    if not path.exists():
        pytest.skip(f"needs {path.name} in ../shared/data")
    with gzip.open(path, "rt") as lines:
        yield from map(json.loads, lines)


def transcript(document: dict[str, Any]) -> Transcript:
    sides: list[Reply | Say] = []
    for message in document["messages"]:
        text = message.get("content") or ""
        if message["role"] == "user":
            sides.append(Say(text))
        elif message["role"] == "assistant" and text.strip():
            sides.append(p(text))
    return talk(*sides, stop=LIMIT)


@cache
def judged(name: str) -> tuple[tuple[dict[str, Any], Transcript, Sequence[Verdict]], ...]:
    """Each conversation of a file with what the rules say of it."""
    found = []
    for document in conversations(name):
        held = transcript(document)
        found.append((document, held, NOTHING.verdicts(held)))
    return tuple(found)


def fires(kind: str, verdicts: Sequence[Verdict]) -> list[Verdict]:
    return [one for one in verdicts if one.kind == kind and one.value == "fail"]


def rate(kind: str, names: Sequence[str], *, but: str = "$^") -> tuple[float, list[Verdict], int]:
    """Share of conversations in which a kind fires with a reason other than `but`; all signs; how many there were."""
    hit, all_signs, total = 0, [], 0
    for name in names:
        for document, _, verdicts in judged(name):
            if document["success"] is False:
                continue
            signs = [one for one in fires(kind, verdicts) if not re.search(but, one.reason or "")]
            hit, total = hit + bool(signs), total + 1
            all_signs += signs
    print(f"\n{kind} {'+'.join(names)}: {hit} of {total} = {hit / total:.2%}")
    for sign in all_signs[:5]:
        print("   ", sign.turn, sign.reason, "|", repr((sign.evidence or "")[-100:]))
    return hit / total, all_signs, total


def test_people_and_agents_in_good_talks_set_off_no_system_error() -> None:
    """Raw JSON is left out: some of these agents did send it to their customers."""
    names = ["agent_sim", "sgd_dialogues", "tm4_dialogues", "taskmaster_reward"]
    share, _, total = rate("SYSTEM_ERROR", names, but="raw JSON")
    assert total > 1500
    assert share <= 0.005


def test_raw_json_is_just_that() -> None:
    _, signs, _ = rate("SYSTEM_ERROR", ["agent_sim"])
    raw = [sign for sign in signs if "raw JSON" in (sign.reason or "")]
    assert len(raw) >= 40
    assert all(
        isinstance(json.loads(sign.evidence or ""), dict | list) for sign in raw if len(sign.evidence or "") < 2000
    )


def test_agents_that_succeeded_came_to_no_dead_end() -> None:
    share, _, _ = rate("DEAD_END", ["agent_sim", "sgd_dialogues"])
    assert share <= 0.02


def test_refusals_in_orders_by_people_are_seldom_dead_ends() -> None:
    share, _, _ = rate("DEAD_END", ["tm4_dialogues", "taskmaster_reward"])
    assert share <= 0.02


def claims(document: dict[str, Any], verdicts: Sequence[Verdict]) -> tuple[bool, bool, str]:
    """Of a conversation cut before the agent's first write: does it claim to be done? And of the whole?"""
    messages = document["messages"]
    first = next(
        (
            at
            for at, one in enumerate(messages)
            if any(WRITES.match(call["name"]) for call in one.get("tool_calls") or [])
        ),
        None,
    )
    if first is None:
        return False, False, ""
    before = fires("FALSE_DONE", NOTHING.verdicts(transcript({**document, "messages": messages[:first]})))
    return bool(before), bool(fires("FALSE_DONE", verdicts)), (before[0].evidence or "") if before else ""


def test_agents_claim_to_be_done_after_they_did_something_and_not_before() -> None:
    """A claim is told from *shall I?* and *will be*: before the first write next to none, after it most."""
    read = [claims(document, verdicts) for document, _, verdicts in judged("agent_sim") if document["success"]]
    early, late = sum(one[0] for one in read) / len(read), sum(one[1] for one in read) / len(read)
    print(f"\nclaims before the first write {early:.1%}, in the whole {late:.1%}")
    for _, _, text in [one for one in read if one[0]][:8]:
        print("   ", repr(text[:60]), "…", repr(text[-160:]))
    assert early <= 0.05
    assert late >= 0.5


@pytest.mark.parametrize("name", ["agent_sim", "flow_sim_weak", "dbdc3_en", "tm4_dialogues", "sgd_dialogues"])
def test_no_conversation_breaks_a_rule(name: str) -> None:
    for _, held, verdicts in judged(name):
        replied = {turn.index for turn in held.turns if turn.reply is not None}
        assert {verdict.turn for verdict in verdicts} <= replied


@pytest.mark.parametrize("kind", ["CONTRADICTION", "WRONG_REFUSAL", "OUT_OF_BOUNDS", "LANGUAGE_STYLE", "LEAK"])
def test_people_and_agents_in_good_talks_set_off_none_of_these(kind: str) -> None:
    """There are no acts in the data, so this measures contradictions, languages and insults, and that nothing else fires."""
    share, _, total = rate(kind, ["agent_sim", "sgd_dialogues", "tm4_dialogues", "taskmaster_reward"])
    assert total > 1500
    assert share <= 0.002
