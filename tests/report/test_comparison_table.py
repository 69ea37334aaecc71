"""Two runs held against each other, as a terminal shows it."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
from rich.console import Console
from runs_to_compare import flaw, held, showing, side

from prebeta.analysis.comparing import Comparison, compare
from prebeta.core.results import Row
from prebeta.report.comparison import headline, points, render_comparison

LOOP, LEAK, END = flaw("LOOP", "day", slot="day"), flaw("LEAK", "day"), flaw("DEAD_END", "phone")


def shown(found: Comparison, width: int = 200) -> str:
    out = io.StringIO()
    render_comparison(
        found, Console(file=out, width=width, highlight=False, markup=False, emoji=False), "prebeta", " --store x.db"
    )
    return out.getvalue()


def staged(rows: list[Row]) -> list[Row]:
    return [replace(one, assessment=replace(one.assessment, stages=("day", "phone", "confirm"))) for one in rows]


def story() -> Comparison:
    before = showing(showing(staged(held("x" * 60 + "." * 40)), LOOP, range(50)), END, range(50, 90))
    after = showing(showing(staged(held("." * 100)), END, range(50, 88)), LEAK, (*range(12),))
    return compare(side(before, release="1"), side(after, "rb", release="2"))


def test_the_conclusion_stands_first() -> None:
    lines = shown(story()).splitlines()
    assert lines[0] == "better: 60 % → 0 %, difference −60 points [−69, −50], 100 pairs"
    assert lines[1] == "ra (release 1) → rb (release 2) · share of failing, 95 % interval · p < 0.001"


def test_then_what_became_of_the_findings_and_what_to_type_next() -> None:
    text = shown(story())
    for part in ("Fixed (1)", "New (1)", "Still there (1)", "50 → 0 of 100 · p < 0.001", "0 → 12 of 100"):
        assert part in text
    assert "40 → 38 of 100 · no more than chance" in text
    assert text.splitlines()[-1] == "  prebeta findings rb --store x.db"
    assert "  prebeta show rb c000-0 --store x.db" in text


def test_what_it_takes_to_tell() -> None:
    unsure = shown(compare(side(held("x" * 30 + "." * 70)), side(held("x" * 27 + "." * 73), "rb")))
    assert unsure.startswith("cannot tell: 30 % → 27 %, difference −3 points [")
    assert "A difference of 3 points, should it be real, takes about 2" in unsure
    assert "pairs to show; these are 100." in unsure
    same = shown(compare(side(held("x" * 3 + "." * 97)), side(held("x" * 3 + "." * 97), "rb")))
    assert "No difference seen; one of 7.8 points or more would mostly have shown." in same


def test_a_run_that_crashed() -> None:
    text = shown(compare(side(held("." * 50)), side(held(["INFRA"] * 30 + ["REACHED"] * 20), "rb")))
    assert text.startswith("cannot tell: 0 % → 0 %")
    assert "Note: run rb crashed or was spoiled, which says nothing of the product" in text
    assert "before: none\n  after: 30 INFRA\n  30 pairs lost by that" in text


def test_nothing_to_compare() -> None:
    found = compare(side(held(["INFRA"] * 4)), side(held(["INFRA"] * 4), "rb"))
    assert headline(found) == "cannot tell: nothing was measured that could be compared"
    assert "Next:" in shown(found)


def test_groups_without_pairs() -> None:
    found = compare(side(held("x" * 10 + "." * 40)), side(held("." * 50, first=100), "rb"))
    assert headline(found).endswith("50 and 50 conversations, no pairs")


def test_it_reads_at_forty_columns_and_obeys_no_control_signs() -> None:
    found = replace(story(), warnings=("a \x1b[31mred\x1b[0m note",), releases=("1\x1b[2J", None))
    text = shown(found, 40)
    assert max(map(len, text.splitlines())) <= 40
    assert "\x1b" not in text


@pytest.mark.parametrize(
    ("share", "text"),
    [(-0.536, "−54"), (0.0, "0"), (0.012, "+1.2"), (-0.0001, "0"), (0.06, "+6"), (1.0, "+100"), (-0.0996, "−10")],
)
def test_points(share: float, text: str) -> None:
    assert points(share) == text
