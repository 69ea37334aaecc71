"""Any transcript, verdict and assessment there can be, and one to write by hand."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import strategies as st

from prebeta.core.results import Assessment, Run, Symptom
from prebeta.core.types import (
    Act,
    EndState,
    Fact,
    Goal,
    Job,
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

# What products send: any code point, lone surrogates and NUL too.
texts = st.text(st.characters(codec=None), max_size=8)
# What a light column takes as it is.
plain = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=8)
numbers = st.integers() | st.floats(allow_nan=False)
values: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | numbers | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=5,
)


def some(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(strategy, max_size=2).map(tuple)


def mapping(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.dictionaries(texts, inner, max_size=2)


maybe = st.none() | texts
facts = st.builds(Fact, texts, some(texts))
questions = st.builds(Question, texts, maybe)
goals = st.builds(Goal, texts, some(st.builds(Slot, texts, facts, st.none() | facts)), some(questions))
scenarios = st.builds(
    Scenario,
    id=texts,
    seed=st.integers(),
    persona=st.builds(Persona, texts, mapping(texts)),
    goal=goals,
    behaviors=some(texts),
    sample=st.sampled_from(["census", "hunt"]),
    out_of_scope=some(texts),
    opening=maybe,
    account=st.none() | mapping(values),
    prefix=some(texts),
)
acts = st.builds(Act, texts, mapping(texts), mapping(texts), maybe, st.none() | questions, some(texts), st.booleans())
options = st.builds(Option, texts, maybe)
moves = (
    st.builds(Say, texts, st.none() | acts)
    | st.builds(Press, options, st.none() | acts)
    | st.builds(Wait, st.none() | acts)
    | st.builds(Leave, texts, st.none() | acts)
)
latencies = st.none() | st.floats(0, 100)
replies = st.builds(
    Reply,
    some(texts),
    some(options),
    values,
    st.booleans(),
    some(values),
    maybe,
    maybe,
    st.none() | st.builds(Problem, texts, texts, maybe),
    latencies,
)
turns = st.builds(Turn, st.integers(0, 99), moves, st.none(), latencies) | st.builds(
    Turn, st.integers(0, 99), st.none(), replies, latencies
)
stops = st.builds(Stop, st.sampled_from(["user", "product", "limit", "harness"]), texts, maybe)
ends = st.none() | st.builds(EndState, st.sampled_from(["reached", "handed_off", "declined"]), mapping(values), maybe)
transcripts = st.builds(
    Transcript,
    st.builds(Job, texts, scenarios, texts, st.integers(0, 9)),
    some(turns),
    stops,
    ends,
    st.floats(0, 2e9),
    st.floats(0, 300),
)
verdicts = st.builds(
    Verdict,
    texts,
    texts,
    st.sampled_from(["pass", "fail", "unsure"]),
    maybe,
    st.none() | st.integers(0, 99),
    maybe,
    maybe,
    maybe,
)
symptoms = st.builds(
    Symptom,
    kind=plain,
    turn=st.integers(0, 99),
    stage=st.none() | plain,
    slot=st.none() | plain,
    after=st.none() | plain,
    move=st.none() | plain,
    trigger=plain,
    way=plain,
    said=plain,
    cell=plain,
)
assessments = st.builds(
    Assessment,
    outcome=plain,
    failed=st.booleans(),
    flawed=st.booleans(),
    blame=st.none() | st.sampled_from(["product", "simulator", "judge", "infrastructure"]),
    kind=st.none() | plain,
    turn=st.none() | st.integers(0, 99),
    stage=st.none() | plain,
    slot=st.none() | plain,
    after=st.none() | plain,
    move=st.none() | plain,
    symptoms=some(symptoms),
    stages=some(texts),
    moves=mapping(st.integers(0, 99)),
    fired=some(texts),
    habits=mapping(st.tuples(st.integers(0, 99), st.integers(0, 99))),
)


def run_named(name: str, created_at: float = 1.0, **more: Any) -> Run:
    return replace(Run(name, 1, 3, "done", created_at, project={"document": {}, "folder": "/"}), **more)


def talk(name: str = "c1", text: str = "Which day?") -> Transcript:
    """A short conversation of this id."""
    goal = Goal("book a table", (Slot("day", Fact("Monday")),))
    scenario = Scenario(f"s-{name}", 2**70, Persona("in a hurry", {"age": "old"}), goal, ("clarify",))
    first = Turn(0, reply=Reply((text,), state={"day": None}, session="s1", trace="t1"), latency_s=0.5)
    second = Turn(1, move=Say("Monday", Act("inform", {"day": "Monday"}, behaviors=("one_word",))))
    last = Turn(2, reply=Reply(("Done.",), ended=True, session="s2"), latency_s=0.25)
    end = EndState(values={"day": "Monday"})
    return Transcript(Job(name, scenario), (first, second, last), Stop("product", "end_state"), end, 10.0, 2.5)


REACHED = Assessment("REACHED", False, False, stages=("day",), moves={"say": 1}, fired=("one_word",))
_LOOP = Symptom("LOOP", 2, "day", "day", "inform", "say", said="once more", cell="[]")
LOOPED = Assessment("ABANDONED", True, True, "product", "LOOP", 2, "day", "day", "inform", "say", (_LOOP,), ("day",))
FAIL = Verdict("rules", "1", "fail", "LOOP", 2, "day", "Which day?", "asked again")
PASS = Verdict("end_state", "1", "pass")
