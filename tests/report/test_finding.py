"""A finding's block, from the reader's side: what was said, what is wrong, what the product's state did."""

from __future__ import annotations

import io

from rich.console import Console

from prebeta.behaviors import CATALOGUE
from prebeta.core.types import Goal, Job, Persona, Problem, Reply, Say, Scenario, Stop, Transcript, Turn
from prebeta.report.finding import LOOK_AT, WHO, Look, render_look, who


def held(*replies: Reply) -> Transcript:
    turns: list[Turn] = []
    for reply in replies:
        turns += [Turn(len(turns), Say("a plum")), Turn(len(turns) + 1, reply=reply)]
    job = Job("c1", Scenario("s", 1, Persona(""), Goal("")))
    return Transcript(job, tuple(turns), Stop("user", "patience"))


def block(kind: str, look: Look) -> str:
    console = Console(file=io.StringIO(), width=100, markup=False, highlight=False)
    render_look(kind, look, console, 0)
    return console.file.getvalue()  # type: ignore[attr-defined,no-any-return]


def test_a_repeated_answer_names_the_turn_that_it_repeats() -> None:
    look = Look.of(held(Reply(("Which fruit?",)), Reply(("Well.",)), Reply(("Which  fruit?",))), 5)
    assert look.same_as == 1
    assert "turn 5, the product, as in turn 1: “Which fruit?”\n" in block("LOOP", look)
    assert "as in turn" not in block("LOOP", Look.of(held(Reply(("Which fruit?",)), Reply(("Well.",))), 3))


def test_the_state_is_told_by_what_changed_in_it() -> None:
    states = ({"at": "a", "facts": {}}, {"at": "b", "facts": {"fruit": "plum", "box": {"size": 1}}})
    look = Look.of(held(*(Reply(("hm",), state=state) for state in states)), 3)
    assert look.state == ("at: a → b", "facts.fruit = plum", "facts.box.size = 1")
    same = Look.of(held(*(Reply(("hm",), state=states[0]) for _ in range(2))), 3)
    assert same.state == ("unchanged",)


def test_an_answer_that_broke_says_nothing_of_the_state() -> None:
    look = Look.of(held(Reply(("hm",), state={"at": "a"}), Reply(problem=Problem("crashed", "boom"))), 3)
    assert look.state == ()
    assert "turn 3, the product: (crashed: boom)" in block("SYSTEM_ERROR", look)


def test_every_kind_says_where_to_look() -> None:
    assert len(LOOK_AT) == 15
    for kind in LOOK_AT:
        assert f"look at: {LOOK_AT[kind][:20]}" in block(kind, Look("c1", 1, "“hm”"))


def test_who_meets_it_is_told_in_plain_words() -> None:
    assert set(CATALOGUE) <= set(WHO)
    assert who(["one_word", "mine:Own"]) == "answers in one word (one_word), mine:Own"
