"""The log of iterations at full and narrow width."""

from __future__ import annotations

import io
import re

from rich.console import Console
from written_conversations import broke, row, run

from prebeta.analysis.comparing import Side
from prebeta.analysis.trend import Trend, trend
from prebeta.report.trend import render_trend


def side(name: str, fails: int, at: float, **changes: object) -> Side:
    project = {"document": {"goals": [{"goal": "book a\x1b[2J repair"}]}, "folder": "/shop"}
    made = run(id=name, created_at=at, conversations=100, project=project, **changes)
    rows = [broke(n, "LOOP", "day", stages=("day",)) if n < fails else row(n, stages=("day",)) for n in range(100)]
    return Side(made, tuple(rows))


def history() -> Trend:
    return trend(
        [
            side("r1", 40, 1_700_000_000.0, release="1", version="1.0"),
            side("r2", 0, 1_700_086_400.0, release="2", note="asks \x1b[31monce", commit="0123456789", dirty=True),
            side("r3", 30, 1_700_172_800.0, release="2", version="1.2", state="interrupted"),
        ],
        left_out=4,
    )


WIDE = """\
book a␛[2J repair · 3 runs
4 older runs left out; all: prebeta trend -n 7
 1    40 %  ██████            31–50 %
   r1 · WHEN · 1.0
 2     0 %                    below 3.0 %       asks ␛[31monce → better, −40 points (−50 to −30)
   r2 · WHEN · @ 0123456 with changes
 2    30 %  █████             22–40 %           worse, +30 points (+21 to +40)
   r3 · WHEN · 1.2 · interrupted, 100 conversations held
"""
FINDING = """\
What broke, by run (in how many conversations)
 In day after an answer the product repeats itself instead of going on
   40 → 0 → 30   REGRESSION: it was gone, and came back in r3
   LOOP F-"""


def rendered(width: int) -> str:
    out = io.StringIO()
    render_trend(history(), Console(file=out, width=width, color_system=None, markup=False), "prebeta trend -n 7")
    return re.sub(r"\d{4}-\d\d-\d\d \d\d:\d\d", "WHEN", out.getvalue())


def test_at_full_width() -> None:
    text = rendered(100)
    assert text.startswith(WIDE)
    # only one run is of release 1; two are of release 2, so the id tells which
    assert "\n1 → r3 overall: better, −10 points" in text
    assert FINDING in text
    assert max(map(len, text.splitlines())) <= 100


def test_at_forty_columns() -> None:
    text = rendered(40)
    assert max(map(len, text.splitlines())) <= 40
    assert " 2  0 % (below 3.0 %)\n   asks ␛[31monce → better, −40 points" in text
    assert "40 → 0 → 30   REGRESSION" in text


def test_nothing_in_it_is_for_a_terminal_to_obey() -> None:
    assert "\x1b" not in rendered(100) + rendered(40)


def test_very_many_runs_show_the_last_ones() -> None:
    out = io.StringIO()
    many = trend([side(f"r{n}", 40 if n % 2 else 0, 1_700_000_000.0 + n) for n in range(14)])
    render_trend(many, Console(file=out, width=100, color_system=None), "")
    assert "   … → 0 → 40 → 0 → 40 → 0 → 40 → 0 → 40 → 0 → 40 → 0 → 40   REGRESSION" in out.getvalue()
    assert "it had come back in r3, r5, r7, r9, r11" in out.getvalue()
