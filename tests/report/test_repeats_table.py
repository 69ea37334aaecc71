"""What repeats told, as a terminal shows it."""

from __future__ import annotations

import io

from rich.console import Console
from runs_to_compare import held

from prebeta.analysis.flakiness import flakiness
from prebeta.report.repeats import render_repeats


def shown(*rounds: str, width: int = 160) -> str:
    found = flakiness([one for repeat, each in enumerate(rounds) for one in held(each, repeat=repeat)])
    out = io.StringIO()
    render_repeats(None if found is None else found.to_json(), Console(file=out, width=width))
    return out.getvalue()


def test_who_gets_through_each_time() -> None:
    text = shown("..x.", ".xx.", "..x.")
    assert "4 typical users sent more than once" in text
    assert "get through each time       2" in text
    assert "now this, now that (flaky)  1" in text
    assert "1: 67 % · 2: 58 % · 3: 50 %" in text
    assert "lands within ± 40.0 points by chance alone (two rounds go together with phi = 0.62)" in text


def test_a_product_that_never_fails_has_no_correlation() -> None:
    text = shown("....", "....")
    assert "± 0.0 points by chance alone\n" in text


def test_nothing_where_nobody_was_sent_twice() -> None:
    assert shown("..x.") == ""


def test_it_reads_at_forty_columns() -> None:
    assert max(map(len, shown("..x.", "....", width=40).splitlines())) <= 40
