"""What holds of any conversation: judges don't raise, blame product turns, and don't mind the order of mappings."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import Mapping
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from judged_talks import BIKES, CLAIMS, NOON, TABLES, Product

from prebeta.core.types import (
    Act,
    EndState,
    Goal,
    Job,
    Json,
    Leave,
    Option,
    Persona,
    Press,
    Problem,
    Question,
    Reply,
    Say,
    Scenario,
    Slot,
    Stop,
    Transcript,
    Turn,
    Verdict,
    Wait,
)
from prebeta.dialogue import acts
from prebeta.judges.end_state import EndStateJudge
from prebeta.judges.facts import FactReader
from prebeta.judges.rules import RULES, RuleJudge
from prebeta.judges.spec import JudgeSpec

PHRASES = [
    "Which bike is it?", "Which day suits you?", "Under which name?", "How much is the damage?", "What happened?",
    "Is that right?", "Your repair is booked.", "Sorry, I didn't understand.", "Anything else?", "How can I help?",
    "City bike on Monday. Shall I book it?", "It costs 20.", "Sorry, I can't do that.", "One moment please.", "and the",
    "Tuesday, 14 May, 2026-05-14", "10k or 1,200.50", "AB 123-456", "Internal Server Error", '{"a": 1}',
]  # fmt: skip
texts = (
    st.sampled_from(PHRASES)
    | st.text(max_size=40)
    | st.sampled_from(["", " ", "\n", "…", "👍", "１２３", "\x00", "?" * 50])
)
names = st.sampled_from(
    ["bike", "service", "day", "phone", "guests", "name", "policy", "damage", "amount", "date", "zz"]
)
scalars = st.none() | st.booleans() | st.integers() | st.floats() | texts
jsons = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names | texts, inner, max_size=3), max_leaves=6
)
options = st.builds(Option, texts, st.none() | texts)
said = st.dictionaries(
    names, st.sampled_from(["city bike", "Monday", "4", "10000", "Fire", "14 May"]) | texts, max_size=3
)
user_acts = st.none() | st.builds(
    Act,
    st.sampled_from(sorted(acts.COOPERATIVE | acts.ASIDES | {"leave", "what"})),
    said,
    said,
    st.none() | names,
    st.none() | st.builds(Question, texts, st.none() | texts),
)
moves = (
    st.builds(Say, texts, user_acts)
    | st.builds(Press, options, user_acts)
    | st.builds(Wait, user_acts)
    | st.builds(Leave, texts, user_acts)
)
replies = st.builds(
    Reply,
    st.lists(texts, max_size=3).map(tuple),
    st.lists(options, max_size=3).map(tuple),
    jsons | st.dictionaries(names, jsons, max_size=4),
    st.booleans(),
    problem=st.none()
    | st.none()
    | st.builds(Problem, st.sampled_from(["timeout", "crashed"]), texts, st.none() | texts),
)
stops = st.builds(
    Stop,
    st.sampled_from(["user", "product", "limit", "harness"]),
    st.sampled_from(["done", "patience", "ended", "end_state", "crashed", "turns", "infrastructure"]),
)
ends = st.none() | st.builds(
    EndState, st.sampled_from(["reached", "handed_off", "declined"]), st.dictionaries(names, jsons)
)


@st.composite
def transcripts(draw: st.DrawFn) -> Transcript:
    """Any sides in any order, mostly taking turns as a conversation does."""
    sides: list[Any] = draw(st.lists(moves | replies, max_size=12))
    if draw(st.booleans()):
        sides = [side for pair in draw(st.lists(st.tuples(replies, moves), max_size=8)) for side in pair]
    turns = [Turn(at, reply=one) if isinstance(one, Reply) else Turn(at, move=one) for at, one in enumerate(sides)]
    goal = Goal("anything", tuple(Slot(slot.name, slot.values[0]) for slot in BIKES.slots if slot.values))
    started = draw(st.sampled_from([0.0, NOON]))
    job = Job("c1", Scenario("s1", 1, Persona("anybody"), goal))
    return Transcript(job, tuple(turns), draw(stops), draw(ends), started, 1.0)


products = st.sampled_from([BIKES, TABLES, CLAIMS, Product(())])


def judged(product: Product, transcript: Transcript, facts: FactReader | None = None) -> list[Verdict]:
    async def both() -> list[Verdict]:
        reader = facts or product.fact_reader
        return [
            *await RuleJudge(JudgeSpec(product.reader, reader))(transcript),
            *await EndStateJudge(reader)(transcript),
        ]

    return asyncio.run(both())


@given(products, transcripts())
@settings(max_examples=150, deadline=None)
def test_judges_never_raise_and_blame_product_turns(product: Product, transcript: Transcript) -> None:
    verdicts = judged(product, transcript)
    replied = {turn.index for turn in transcript.turns if turn.reply is not None}
    fails = [verdict for verdict in verdicts if verdict.value != "pass"]
    if transcript.turns:
        assert all(verdict.turn in replied for verdict in fails)
    else:
        assert fails == []
    assert {verdict.kind for verdict in fails} <= set(RULES)
    assert all(verdict.reason for verdict in fails)


@given(products, transcripts())
@settings(max_examples=50, deadline=None)
def test_judging_again_gives_the_same(product: Product, transcript: Transcript) -> None:
    judge, facts = RuleJudge(product.spec), product.fact_reader

    async def twice() -> tuple[list[Verdict], list[Verdict]]:
        end = EndStateJudge(facts)
        return [*await judge(transcript), *await end(transcript)], [*await judge(transcript), *await end(transcript)]

    first, second = asyncio.run(twice())
    assert first == second


@given(transcripts())
@settings(max_examples=50, deadline=None)
def test_the_order_of_facts_does_not_matter(transcript: Transcript) -> None:
    backwards = dataclasses.replace(transcript, turns=tuple(_turned(turn) for turn in transcript.turns))
    assert set(judged(BIKES, transcript)) == set(judged(BIKES, backwards))


def _turned(turn: Turn) -> Turn:
    """The same turn with its mappings written in another order."""
    if turn.reply is not None:
        return dataclasses.replace(turn, reply=dataclasses.replace(turn.reply, state=_reversed(turn.reply.state)))
    if turn.move is None or turn.act is None:
        return turn
    act = dataclasses.replace(turn.act, facts=_reversed(turn.act.facts), said=_reversed(turn.act.said))
    return dataclasses.replace(turn, move=dataclasses.replace(turn.move, act=act))


def _reversed(value: Json) -> Json:
    return dict(reversed(list(value.items()))) if isinstance(value, Mapping) else value


@given(products, transcripts())
@settings(max_examples=50, deadline=None)
def test_what_was_never_said_is_no_lost_correction(product: Product, transcript: Transcript) -> None:
    """Without a fact in the user's acts the product can't hold an old one."""
    silent = dataclasses.replace(transcript, turns=tuple(_without_facts(turn) for turn in transcript.turns))
    found = {(verdict.kind, verdict.slot) for verdict in judged(product, silent) if verdict.value == "fail"}
    assert not [one for one in found if one[0] == "LOST_CORRECTION"]


def _without_facts(turn: Turn) -> Turn:
    if turn.move is None or turn.act is None:
        return turn
    return dataclasses.replace(turn, move=dataclasses.replace(turn.move, act=dataclasses.replace(turn.act, facts={})))
