"""The table of `realism` at full and narrow width."""

from __future__ import annotations

import io

from rich.console import Console

from prebeta.analysis.likeness import Likeness, Part
from prebeta.analysis.realism import TellingApart
from prebeta.report.likeness import render_likeness

USERS = {
    "words": 11.0,
    "p90": 31.0,
    "variation": 2.716,
    "short": 0.086,
    "stops": 0.52,
    "openers": None,
    "alike": 0.0604,
}
PEOPLE = {"words": 8.0, "p90": 36.0, "variation": 3.13, "short": 0.073, "stops": 0.31, "openers": 72, "alike": 0.035}
FOUND = Likeness(
    against="chats\x1b[2J.jsonl",
    conversations=250,
    messages=1_683,
    parts=(
        Part("All that was typed", 1_683, USERS, PEOPLE, ("words", "stops")),
        Part("The other messages", 7, None, PEOPLE),
    ),
    apart=TellingApart(0.7012, (0.654, 0.7466), ()),
    habits=("users end more often in . ! or ? than people: 52 % against 31 %",),
)
WIDE = """\
run r1 · 1,683 messages typed in 250 conversations · beside chats␛[2J.jsonl

All that was typed (1,683 messages)
                            users  people
  words a message, median      11       8  more than people
  words, longest tenth         31      36
  variation of length        2.72    3.13
  up to three words         8.6 %   7.3 %
  end in . ! or ?            52 %    31 %  more than people
  distinct openers per 100      –      72
  likeness of two openings  6.0 %   3.5 %

The other messages (7 messages)
  too few to say anything

Can a classifier tell them from people?
  sometimes: AUC 0.70, 95 % interval 0.65–0.75 (0.5 is a coin, 1 always right; 13 features,
  conversations it has not seen)

What gives the users away
  -  users end more often in . ! or ? than people: 52 % against 31 %
"""
NARROW = """\
All that was typed (1,683 messages)
                  users  people
  words, median      11       8  more
  longest tenth      31      36
  length varies    2.72    3.13
  ≤ 3 words       8.6 %   7.3 %
  end in . ! ?     52 %    31 %  more
  openers of 100      –      72
  openings alike  6.0 %   3.5 %
"""


def drawn(width: int) -> str:
    console = Console(file=io.StringIO(), width=width, markup=False, highlight=False, emoji=False)
    render_likeness("r1", FOUND, console)
    return console.file.getvalue()  # type: ignore[attr-defined]


def test_the_table_at_a_hundred_columns() -> None:
    assert drawn(100) == WIDE


def test_the_table_at_forty_columns() -> None:
    shown = drawn(40)
    assert NARROW in shown
    assert max(map(len, shown.splitlines())) <= 40


def test_many_habits_are_cut_and_a_reference_is_proposed() -> None:
    console = Console(file=io.StringIO(), width=100, markup=False, highlight=False, emoji=False)
    render_likeness("r1", Likeness("the default profile", 1, 30, (), None, ("one",) * 10), console)
    shown = console.file.getvalue()  # type: ignore[attr-defined]
    assert shown.count("  -  one\n") == 8
    assert "  and 2 more (--json lists all)\n" in shown
    assert shown.endswith("With --reference FILE of real chats a classifier has a try at it.\n")
