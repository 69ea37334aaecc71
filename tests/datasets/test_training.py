"""Training data: what passed, without near duplicates, the hardest kept; and cells that no spreadsheet takes for formulas."""

from __future__ import annotations

import json
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prebeta.core.results import Assessment, Row, Run
from prebeta.core.types import (
    Goal,
    Job,
    Leave,
    Option,
    Persona,
    Press,
    Reply,
    Say,
    Scenario,
    Stop,
    Transcript,
    Turn,
    Wait,
)
from prebeta.datasets.flat import cell
from prebeta.datasets.training import card, choose

STOP = Stop("product", "end_state")


def row(name: str, outcome: str = "REACHED", *, flawed: bool = False, fired: int = 0) -> Row:
    failed = outcome not in ("REACHED", "DECLINED_OK", "LEFT")
    found = Assessment(outcome, failed, flawed or failed, kind="LOOP" if flawed or failed else None,
                       fired=tuple(f"b{number}" for number in range(fired)))  # fmt: skip
    return Row(name, "r1", "s", 1, "somebody", "a goal", (), "census", "agenda", 0, STOP, found, None, None, 4, 1.0)


def talk(name: str, words: str) -> Transcript:
    moves = (
        Reply(("Hello!",), (Option("A"), Option("B"))),
        Say(words),
        Reply(("One moment.",)),
        Wait(),
        Reply(("Done.",)),
        Press(Option("A")),
        Reply(("Bye.",)),
        Leave("done"),
    )
    turns = tuple(Turn(at, reply=one) if isinstance(one, Reply) else Turn(at, move=one) for at, one in enumerate(moves))
    return Transcript(Job(name, Scenario("s", 1, Persona("p"), Goal("g"))), turns, STOP)


def saying(number: int, count: int = 60) -> str:
    rng = random.Random(number)
    return " ".join("".join(rng.choices("abcdefgh", k=6)) for _ in range(count))


def test_only_what_passed_stays_and_the_rest_is_counted() -> None:
    rows = [row("a"), row("b", "ABANDONED"), row("c", flawed=True), row("d", "LEFT"), row("e", "DECLINED_OK")]
    found = choose(rows, [talk(one.id, saying(at)) for at, one in enumerate(rows)], "openai")
    assert (found.kept, found.of) == (2, 5)
    assert found.left_out == {"failed: ABANDONED": 1, "flawed: LOOP": 1, "outside the rate: LEFT": 1}
    assert len(list(found.lines)) == 2


@pytest.mark.parametrize(
    ("form", "wanted"),
    [
        ("openai", {"messages": [{"role": "assistant", "content": "Hello!\n[ A ] [ B ]"}, {"role": "user", "content": "hi"},
                                 {"role": "assistant", "content": "One moment.\nDone."}, {"role": "user", "content": "A"},
                                 {"role": "assistant", "content": "Bye."}]}),
        ("sharegpt", {"conversations": [{"from": "gpt", "value": "Hello!\n[ A ] [ B ]"}, {"from": "human", "value": "hi"},
                                        {"from": "gpt", "value": "One moment.\nDone."}, {"from": "human", "value": "A"},
                                        {"from": "gpt", "value": "Bye."}]}),
    ],
)  # fmt: skip
def test_both_formats(form: str, wanted: object) -> None:
    (line,) = choose([row("a")], [talk("a", "hi")], form).lines
    assert json.loads(line) == wanted


def test_near_duplicates_are_left_out_and_others_are_not() -> None:
    text = saying(1, 200)
    nearly = f"{text} and one more word"
    half = f"{text[: len(text) // 2]} {saying(2, 100)}"
    found = choose([row(name) for name in "abcd"],
                   [talk("a", text), talk("b", nearly), talk("c", half), talk("d", saying(3, 200))], "openai")  # fmt: skip
    assert found.left_out == {"near duplicate": 1}
    assert len(list(found.lines)) == 3


def test_the_easy_don_t_crowd_out_the_hard() -> None:
    fired = [0] * 20 + [2] * 3 + [5] * 2
    rows = [row(str(at), fired=count) for at, count in enumerate(fired)]
    found = choose(rows, [talk(one.id, saying(at)) for at, one in enumerate(rows)], "openai")
    assert found.levels == {"easy": 5, "medium": 3, "hard": 2}
    assert found.left_out == {"too many of its difficulty": 15}
    assert len(list(found.lines)) == found.kept == 10


@given(st.lists(st.integers(0, 6), max_size=40))
def test_the_hardest_all_stay_and_every_one_is_accounted_for(fired: list[int]) -> None:
    rows = [row(str(at), fired=count) for at, count in enumerate(fired)]
    found = choose(rows, [talk(one.id, saying(at, 12)) for at, one in enumerate(rows)], "sharegpt")
    assert len(list(found.lines)) == found.kept
    assert found.kept + sum(found.left_out.values()) == len(rows)
    assert found.levels["hard"] == sum(count >= 4 for count in fired)
    assert not fired or found.kept > 0


def test_the_card_says_what_was_left_out() -> None:
    run = Run("r1", 7, 3, "done", 0.0, release="2", version="abc")
    found = choose([row("a"), row("b", "STUCK")], [talk("a", "hello")], "openai")
    list(found.lines)
    told = card(run, found, "openai")
    assert "- 1 conversations of 2, format openai, of prebeta run r1 (seed 7)" in told
    assert "release 2, version abc" in told
    assert "| failed: STUCK | 1 |" in told
    assert "| easy | 1 |" in told


@pytest.mark.parametrize("text", ["=1+1", "+SUM(A1)", "-2+3", "@cmd", "\t=1", "  =1", "\r=1", "＝1"])
def test_no_cell_is_a_formula(text: str) -> None:
    assert cell(text) == f"'{text}"


def test_other_cells_are_as_they_are() -> None:
    assert [cell(one) for one in ("a=1", "", None, True, -5, 1.5, "2026-01-01")] == [
        "a=1",
        "",
        "",
        "true",
        "-5",
        "1.5",
        "2026-01-01",
    ]
