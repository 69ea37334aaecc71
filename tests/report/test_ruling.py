from __future__ import annotations

import io
from dataclasses import replace

import pytest
from rich.console import Console
from written_conversations import row, run
from written_gates import EVIL, gated

from prebeta.analysis.gating import Gate, Ruled, Rules, decide_against
from prebeta.report.ruling import Hints, render_gate, render_verdict, rule_name, why

HINTS = Hints("prebeta", " --store s.db")


def drawn(gate: Gate, width: int = 100) -> str:
    console = Console(file=io.StringIO(), width=width, markup=False, highlight=False, emoji=False)
    render_gate(gate, console, HINTS)
    return console.file.getvalue()  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        ("running", "the run is still going on; wait until it has ended"),
        ("nothing", "nothing was measured: no conversation was valid; see: prebeta show after --store s.db"),
        ("spoiled", "more than 5 % of the conversations broke on our side, which proves nothing; mend that first, see: "
         "prebeta show after --store s.db"),
        ("base_spoiled", "the run to hold it against proves nothing itself: too much of it broke on our side, or it is still "
         "going on; see: prebeta show before --store s.db"),
        ("no_base", "there is no earlier run of this project to hold it against; the next run has this one (see: prebeta "
         "runs --store s.db)"),
        ("too_few_pairs", "only 3 conversations to hold against run before (release 1), and with fewer than 6 nothing can "
         "show; send more users (-n)"),
    ],
)  # fmt: skip
def test_why_nothing_is_decided(reason: str, said: str) -> None:
    ruled = Ruled("no_new_findings", "inconclusive", reason, 6, n=3, needed=6)  # type: ignore[arg-type]
    assert why(ruled, gated("1").gate, HINTS) == said


@pytest.mark.parametrize(
    ("ruled", "said"),
    [
        (Ruled("max_failure_rate", "inconclusive", "undecided", 0.0, 0, 50, (0.0, 0.058)),
         "0 of 50 typical users failed (0 %, below 5.8 %): 0 % lies in the interval; no number of conversations shows that "
         "nothing ever fails; allow a share, such as 1%"),
        (Ruled("max_failure_rate", "inconclusive", "undecided", 0.05, 5, 100, (0.02, 0.11)),
         "5 of 100 typical users failed (5.0 %, 95 % interval 2.0–11 %): 5 % lies in the interval; at this rate no number of "
         "conversations decides it"),
        (Ruled("max_failure_rate", "inconclusive", "unknown", 0.05, 0, 1, (0.0, 0.9)),
         "at least 0 of 1 typical user failed, and how others ended is not known; declare end_state so that it can be told"),
        (Ruled("min_conversations", "inconclusive", "undecided", 200, n=120, needed=200),
         "only 120 valid conversations; send more users (-n 200)"),
        (Ruled("min_conversations", "passed", "held", 100, n=120), "120 valid conversations"),
    ],
)  # fmt: skip
def test_why_and_what_to_do(ruled: Ruled, said: str) -> None:
    assert why(ruled, gated().gate, HINTS) == said


def test_bars_are_told_as_they_were_given() -> None:
    names = [rule_name(Ruled("max_failure_rate", "passed", "held", bar)) for bar in (0.05, 0.0025, 0.07, 1.0)]
    assert names == [f"max_failure_rate {bar} %" for bar in ("5", "0.25", "7", "100")]
    assert rule_name(Ruled("min_conversations", "passed", "held", 1000)) == "min_conversations 1000"
    assert rule_name(Ruled("not_worse", "passed", "held")) == "not_worse"


def test_many_new_findings_are_cut() -> None:
    gate = gated().gate
    shown = drawn(replace(gate, new=gate.new * 12))
    assert shown.count("  new: ") == 10
    assert "  and 2 more new ones\n" in shown


def test_what_is_accepted_is_told() -> None:
    (new,) = gated().gate.new
    rules = Rules(no_new_findings=True, allow={new.finding.id: "ticket 7", "F-none": "long gone"})
    shown = drawn(gated(rules=rules).gate)
    assert f"  allowed: {new.finding.id}: ticket 7\n" in shown
    assert "  allowed and not found any more: F-none; take it out of gate.allow\n" in shown


def test_one_rule_about_the_rate_is_a_line_below_the_headline() -> None:
    console = Console(file=io.StringIO(), width=100, markup=False, highlight=False, emoji=False)
    for rules in (Rules(0.05), Rules(0.05, 0.2)):
        render_verdict(decide_against(run(), [row(at) for at in range(100)], rules, None), console, HINTS)
    assert console.file.getvalue().splitlines()[:2] == ["Gate: passed: not above 5 %.", "Gate: passed."]  # type: ignore[attr-defined]


@pytest.mark.parametrize("width", [40, 100])
def test_foreign_text_has_no_power_and_every_line_fits(width: int) -> None:
    shown = drawn(gated(EVIL, name=EVIL).gate, width)
    assert not {"\x1b", "\u202e", "\x00"} & set(shown)
    assert max(map(len, shown.splitlines())) <= width
