"""The funnel on a terminal: how far people got, and where groups of them failed more than the others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.text import Text

from prebeta.analysis.funnel import FEWEST, Group
from prebeta.report.layout import columns, line
from prebeta.report.wording import bar, cut, percent, plain

_NARROW = 60
_BAR = 24
_NAME, _SHORT_NAME, _GROUP = 24, 12, 48
_MOST_GROUPS = 30
_SHARED = "failed here"


def render_stages(stages: Sequence[Mapping[str, Any]], console: Console) -> None:
    """How many came to each stage, how many of them failed there, and in what share."""
    if not stages:
        return
    line(console, "How far they got", "bold underline")
    wide = console.width >= _NARROW
    most = max(stage["entered"] for stage in stages)
    table: list[list[Text]] = []
    for stage in stages:
        name = cut(plain(stage["stage"], one_line=True), _NAME if wide else _SHORT_NAME)
        left = stage["left_failed"]
        cells = [Text(name), Text(f"{stage['entered']:,}", justify="right")]
        if wide:
            lost = Text("▒" * len(bar(left / most, _BAR)), "red")
            cells.append(Text(bar((stage["entered"] - left) / most, _BAR), "green") + lost)
        share = f" ({percent(stage['drop_off'])})" if wide and left else ""
        cells.append(Text(f"{left} {_SHARED}{share}" if left else "", "red"))
        table.append(cells)
    columns(console, table, indent=2)
    console.print()


def render_groups(by: str, groups: Sequence[Group], valid: int, failed: int, console: Console) -> None:
    """Groups of conversations, those with the most failures first, each with the stages at which significantly more failed
    than of the others."""
    what = {"persona": "persona trait", "behavior": "behavior that fired"}[by]
    line(console, f"By {what} (all: {failed} of {valid} failed)", "bold underline")
    shown = [one for one in groups if one.conversations >= FEWEST][:_MOST_GROUPS]
    for one in shown:
        share = percent(one.failed / one.conversations)
        name = cut(plain(one.name, one_line=True), _GROUP)
        line(console, f"{name}: {one.failed} of {one.conversations} failed ({share})", "bold" if one.more else "", 2)
        for stage in one.stages:
            if stage.stage in one.more:
                came = f"{stage.left_failed} of {stage.entered} ({percent(stage.drop_off)})"
                line(console, f"more than others at {plain(stage.stage, one_line=True)}: {came} failed there", "red", 4)
    left = len(groups) - len(shown)
    if left:
        line(
            console,
            f"not shown: {left} with fewer than {FEWEST} conversations, or further down (all: --json)",
            "dim",
            2,
        )
    if shown and not any(one.more for one in shown):
        line(console, "at no stage did one of them fail significantly more than the others", "dim", 2)
    console.print()
