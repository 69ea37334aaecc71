from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import replace

import pytest
from rich.console import Console
from written_conversations import broke, row, run

from prebeta.analysis.summary import summarise
from prebeta.analysis.unplaced import Unplaced
from prebeta.core.results import Row, Run
from prebeta.report.console import Extras, render_findings, render_run, render_runs

STAGES = ("bike", "day", "confirm")
ROWS = [
    *(broke(n, "LOOP", "day", stages=STAGES[:2], slot="day", fired=("clarify",)) for n in range(12)),
    *(broke(n, "DEAD_END", "bike", stages=STAGES[:1], sample="hunt", turns=7) for n in range(12, 17)),
    *(broke(n, "IGNORED_INPUT", "day", outcome="REACHED", stages=STAGES) for n in range(17, 20)),
    *(row(n, stages=STAGES, sample="census" if n % 2 else "hunt") for n in range(20, 100)),
    row(100, "SIM_FAULT", blame="simulator"),
    row(101, "INFRA", blame="infrastructure"),
    *(row(n, policy="autopilot") for n in range(102, 122)),
]


def drawn(rows: Sequence[Row], width: int = 80, extras: Extras | None = None, **of: object) -> str:
    given = {"users": ("agenda", "autopilot"), "release": "7", "note": "new prompt", **of}
    console = Console(file=io.StringIO(), width=width, markup=False, highlight=False, emoji=False)
    render_run(summarise(run(**given), rows), console, extras)
    return console.file.getvalue()  # type: ignore[attr-defined]


def test_the_report_as_a_whole() -> None:
    lost = [Unplaced("Which gear hub?", 3, 'SLOT: "which gear hub"')]
    assert drawn(ROWS, extras=Extras(lost, " --store x.db")) == REPORT


def test_every_line_fits_forty_columns() -> None:
    shown = drawn(ROWS, width=40)
    assert max(map(len, shown.splitlines())) <= 40
    assert shown.splitlines()[2:4] == ["12 of 55 typical users failed (22 %, 95", "% interval 13–34 %)."]
    assert "  REACHED    83\n  ABANDONED  17\n" in shown


def test_how_much_of_the_space_the_probing_users_cover() -> None:
    kept = {"coverage": {"two_way": 1.0, "three_way": 0.9737}}
    text = "  probing users: 2-way coverage 100 %, 3-way 97.3 %\n\n"
    shown = drawn(ROWS, project=kept)
    assert shown.replace(text, "\n") == drawn(ROWS)
    assert shown.index("Who was sent") < shown.index(text) < shown.index("How 102 conversations ended")
    alone = drawn([row(n, sample="hunt") for n in range(20)], users=("agenda",), project=kept)
    assert text in alone
    assert "Who was sent" not in alone


def test_nothing_failed() -> None:
    shown = drawn([row(n) for n in range(500)], users=("agenda",))
    assert "0 of 500 typical users failed (0 %, below 0.6 %).\n" in shown
    assert "What broke" not in shown
    assert "Who was sent" not in shown


def test_nothing_was_valid() -> None:
    shown = drawn([row(0, "INFRA"), row(1, "JUDGE_FAULT")], users=("agenda",))
    assert "Nothing measured: none of 2 conversations was valid.\n" in shown
    assert "INFRA" in shown
    assert "Nothing measured: none of 0 conversations was valid." in drawn([])


@pytest.mark.parametrize(("gate", "word"), [(0.9, "passed"), (0.01, "failed"), (0.2, "inconclusive")])
def test_the_gate_is_told(gate: float, word: str) -> None:
    assert f"\nGate: {word}" in drawn(ROWS, gate=gate)


def test_hunt_alone_is_quoted_as_what_it_is() -> None:
    shown = drawn([row(0, sample="hunt"), row(1, "STUCK", sample="hunt")], users=("agenda",))
    assert "1 of 2 probing users failed (50 %" in shown


def test_only_the_first_findings_are_told_and_where_the_others_are() -> None:
    many = [broke(n, "LOOP", f"stage {n}", slot=f"slot {n}") for n in range(13)]
    shown = drawn(many)
    assert "\n 10.  In stage" in shown
    assert "11.  In" not in shown
    assert "  and 3 more findings: prebeta findings r1\n" in shown


def test_good_habits_are_told_where_there_was_an_occasion() -> None:
    shown = drawn([row(0, habits={"clarify": (3, 4)})], users=("agenda",))
    assert "\nCame back to its step\n  and answered a clarifying question  75 %\n\n" in shown
    assert "off-topic" not in shown
    assert "Came back" not in drawn([row(0)], users=("agenda",))


def test_foreign_text_has_no_power() -> None:
    evil = "\x1b[2J[red]"
    shown = drawn([broke(0, "LOOP", evil, stages=(evil,))], release=evil, note=evil, users=("agenda",))
    assert "\x1b" not in shown
    assert "In ␛[2J[red] after an answer" in shown


def test_what_llms_took_is_told_where_one_was_at_work() -> None:
    spoken = [replace(row(n), model_calls=3, cost_usd=0.01, voices={"model": 4, "refused": 1}) for n in range(400)]
    shown = drawn(spoken, users=("agenda",), width=120)
    line = "1,200 LLM calls, $4.00; 1,600 messages worded by the LLM, 400 by templates after its wording was refused"
    assert f"turns/s)\n{line}\nNext:\n" in shown
    cached = [replace(row(0), voices={"model": 1, "template": 2})]
    line = "0 LLM calls; 1 message worded by the LLM, 0 by templates after its wording was refused, 2 needed no wording"
    assert line in drawn(cached, users=("agenda",), width=120)
    free = [replace(row(0, policy="free"), voices={"model": 5})]
    line = "0 LLM calls; 5 turns played by the LLM, 0 by templates after its wording was refused"
    assert line in drawn(free, users=("free",), width=120)
    read = [replace(row(0), model_calls=1, cost_usd=0.0001)]
    assert "\n1 LLM call, under $0.01\n" in drawn(read, users=("agenda",), width=120)
    assert "LLM" not in drawn([row(0)], users=("agenda",))
    assert max(map(len, drawn(spoken, width=40).splitlines())) <= 40


def test_findings_in_full() -> None:
    console = Console(file=io.StringIO(), width=100, markup=False, highlight=False)
    render_findings(summarise(run(), ROWS), console)
    shown = console.file.getvalue()  # type: ignore[attr-defined]
    assert shown.count("conversations: ") == 3
    assert "conversations: c000, c001, c002, c003, c004, c005, c006, c007 and 4 more\n" in shown
    console = Console(file=io.StringIO(), width=100)
    render_findings(summarise(run(), [row(0)]), console)
    assert console.file.getvalue() == "no findings in 1 valid conversation of run r1\n"  # type: ignore[attr-defined]


def test_runs_side_by_side() -> None:
    listed: list[tuple[Run, dict[str, object]]] = [
        (run(id="r2", release="8", note="again", state="interrupted"), summarise(run(), ROWS)),
        (run(id="r1"), summarise(run(), [])),
    ]
    wide = Console(file=io.StringIO(), width=120, markup=False, highlight=False)
    build = run(id="r2", version="1.4", commit="0123456789abcdef", dirty=True)
    render_runs([(build, summarise(run(), ROWS))], wide)
    assert wide.file.getvalue().endswith("34 %)  1.4 @ 0123456 with changes\n")  # type: ignore[attr-defined]
    console = Console(file=io.StringIO(), width=110, markup=False, highlight=False)
    render_runs(listed, console)
    first, second = console.file.getvalue().splitlines()  # type: ignore[attr-defined]
    assert first.split("  ")[:2] == ["r2", "interrupted"]
    assert first.endswith("12 of 55 typical users failed (22 %, 95 % interval 13–34 %)  8 · again")
    assert second.endswith("nothing measured")
    narrow = Console(file=io.StringIO(), width=40, markup=False, highlight=False)
    render_runs(listed, narrow)
    assert max(map(len, narrow.file.getvalue().splitlines())) <= 40  # type: ignore[attr-defined]


REPORT = """\
run r1 · release 7 · new prompt · seed 1

12 of 55 typical users failed (22 %, 95 % interval 13–34 %).

Who was sent
  typical users  12 of 55 failed  22 %  █████
  probing users  5 of 45 failed   11 %  ███
  autopilot      0 of 20 failed    0 %

How 102 conversations ended
  REACHED    83  came to the end state
  ABANDONED  17  gave up: out of patience
  20 of 100 had a fault on the way, whatever the end
  not counted, because it was not the product:
  SIM_FAULT  1  our own user failed: nothing of the product's
  INFRA      1  network or machine

How far they got
  bike     100  ███████████████████████▒  5 failed here (5.0 %)
  day       95  ████████████████████▒▒▒   12 failed here (13 %)
  confirm   83  ████████████████████

What broke, by what mending it would give
  1.  In day after an answer the product repeats itself instead of taking the
      day
      LOOP F-781e44 · 12 conversations, all failed · mended: 22 % → 0 % · mostly
      with clarify
      prebeta show r1 c000 --store x.db   (turn 4)
  2.  In bike after an answer the product leaves the user with nothing to go on
      with
      DEAD_END F-594080 · 5 conversations, all failed
      prebeta show r1 c012 --store x.db   (turn 4)
  3.  In day after an answer the product ignores what it was told or asked
      IGNORED_INPUT F-81988c · 3 conversations, 0 failed
      prebeta show r1 c017 --store x.db   (turn 4)
  3 findings seen, hardly any unseen; in 100 more conversations hardly a new one

Messages our users could not place
  3 × Which gear hub?
    under user.answers:  SLOT: "which gear hub"

102 conversations, 510 user turns; the run took 2.5 s (204 turns/s)
Next:
  prebeta show r1 c000 --store x.db
  prebeta findings r1 --store x.db
  prebeta export r1 --format jsonl -o r1.jsonl --store x.db
"""
