from __future__ import annotations

import io
from dataclasses import replace

import pytest
from rich.console import Console
from written_conversations import NAMER, broken, fail, leave, press, says, scenario, talk

from prebeta.analysis.outcome import assess
from prebeta.core.types import EndState, Fact, Goal, Job, Option, Reply, Slot, Stop, Transcript, Verdict, Wait
from prebeta.report.transcript import render_transcript
from prebeta.store import Stored


def drawn(transcript: Transcript, *verdicts: Verdict, width: int = 80, notes: dict[int, str] | None = None) -> str:
    stored = Stored(transcript, verdicts, assess(transcript, verdicts, None, NAMER))
    console = Console(file=io.StringIO(), width=width, markup=False, highlight=False)
    render_transcript(stored, console, notes, "F-cf57c7" if verdicts else None)
    return console.file.getvalue()  # type: ignore[attr-defined]


def held() -> Transcript:
    asked = talk(
        Reply(("Hello!", "Which bike?"), (Option("City bike"), Option("Gravel bike", "gravel"))),
        press("City bike", asked="bike"),
        "Which day?",
        says("monday", "inform", asked="day", behaviors=("one_word",)),
        "Which day?",
        leave("patience"),
        stop=Stop("user", "patience"),
    )
    goal = Goal("book a repair", (Slot("bike", Fact("city bike")), Slot("day", Fact("Tuesday"), Fact("Monday"))))
    return replace(asked, job=Job("c1", scenario(goal=goal)))


@pytest.mark.parametrize(
    ("call", "shown"),
    [
        ({"name": "look_up", "args": {"word": "shoes"}, "id": "t1", "result": "yes"}, '⚙ look_up({"word": "shoes"})'),
        ({"function": {"name": "book", "arguments": '{"day": "Mon"}'}}, '⚙ book({"day": "Mon"})'),
        ({"name": "ping", "arguments": {}}, "⚙ ping()"),
        ({"name": "ping"}, "⚙ ping()"),
        ({"odd": 1}, '⚙ {"odd": 1}'),
        ("ping", "⚙ ping"),
    ],
)
def test_the_tools_of_a_reply_are_a_line_each(call: object, shown: str) -> None:
    said = talk(Reply(("There.",), tool_calls=(call,)), leave("done"), stop=Stop("user", "done"))
    assert f" 0 product\n   {shown}\n   There.\n" in drawn(said)


def test_a_long_tool_call_is_cut_to_one_line() -> None:
    call = {"name": "look_up", "args": {"word": "shoes " * 100 + "\n\x1b[2J"}}
    lines = drawn(talk(Reply(tool_calls=(call,)), leave("done"), stop=Stop("user", "done"))).splitlines()
    (shown,) = [line for line in lines if "⚙" in line]
    assert len(shown) == 80
    assert shown.endswith("…")
    assert "shoes" not in lines[lines.index(shown) + 1]


def test_a_conversation_is_shown_whole_with_the_blamed_turn_marked() -> None:
    assert (
        drawn(held(), fail("LOOP", 4, "day"))
        == """\
conversation c1 · agenda · seed 7
persona: a courier
goal: book a repair
facts: bike = city bike; day = Tuesday (first Monday)
armed with: clarify
ABANDONED: gave up: out of patience (failed)

 0 product
   Hello!
   Which bike?
   [ City bike ] [ Gravel bike ]

     1 user presses · inform
       [ City bike ]

 2 product
   Which day?

     3 user types · inform · one_word
       monday

▶  4 product
   Which day?
  ▲ LOOP (day): reason
    evidence: evidence

     5 user leaves: patience

ended by user: patience
finding F-cf57c7 · stage day
"""
    )


def test_it_is_readable_at_forty_columns() -> None:
    shown = drawn(held(), fail("LOOP", 4, "day"), width=40)
    assert max(map(len, shown.splitlines())) <= 40
    assert "    evidence: evidence\n" in shown
    assert "facts: bike = city bike; day = Tuesday\n(first Monday)\n" in shown


def test_hostile_words_have_no_power() -> None:
    hostile = Reply(("[bold]x[/bold] \x1b[31mred\x1b[0m \x1b]8;;http://evil\x1b\\",), (Option("\x1b[2J"),))
    shown = drawn(talk(hostile, says("[red]\x07", "inform"), stop=Stop("limit", "turns")))
    assert "\x1b" not in shown
    assert "\x07" not in shown
    assert "[bold]x[/bold] ␛[31mred␛[0m" in shown
    assert "[red]␇" in shown


def test_what_is_no_message_is_shown_as_what_it_is() -> None:
    held = talk("", Wait(), broken("timeout"), stop=Stop("product", "timeout", "no answer within 30 s"))
    shown = drawn(held)
    assert "   (nothing)\n" in shown
    assert "     1 user waits\n" in shown
    assert "   (timeout: it broke)\n" in shown
    assert "▲ SYSTEM_ERROR: the product broke\n" in shown
    assert "ended by product: timeout (no answer within 30 s)\n" in shown


@pytest.mark.parametrize(
    ("first_token_s", "latency_s", "told"),
    [
        (None, 0.4, "product\n"),
        (None, 1.26, "product · 1.3 s\n"),
        (0.126, 0.4, "product · 0.4 s, first words after 0.13 s\n"),
    ],
)
def test_how_long_a_reply_took(first_token_s: float | None, latency_s: float, told: str) -> None:
    said = talk(Reply(("Hi",), first_token_s=first_token_s), stop=Stop("product", "ended"))
    late = replace(said, turns=(replace(said.turns[0], latency_s=latency_s),))
    assert f" 0 {told}" in drawn(late)


def test_the_end_state_and_other_faults_are_told_too() -> None:
    end = EndState("reached", {"bike": "city bike", "day": None})
    held = talk("bike?", says("city", "inform"), "done", stop=Stop("product", "end_state"), end=end)
    shown = drawn(held, fail("DEAD_END", 2), fail("IGNORED_INPUT", 2, "bike"), Verdict("end_state", "1", "pass"))
    assert "REACHED: came to the end state (flawed)\n" in shown
    assert shown.index("▲ DEAD_END") < shown.index("▲ IGNORED_INPUT (bike)")
    assert "the product holds: bike = city bike; day = None\n" in shown


@pytest.mark.parametrize("index", [0, 2])
def test_notes_stand_below_their_turns(index: int) -> None:
    shown = drawn(held(), notes={index: "read by answers.bike"})
    below = shown.index("read by answers.bike")
    assert shown.index(f"{index} product") < below < shown.index(f"{index + 1} user")
