"""How far a run's users are from people, on a terminal."""

from __future__ import annotations

from rich.console import Console
from rich.text import Text

from prebeta.analysis.likeness import MEASURES, Likeness, Part, figure
from prebeta.analysis.realism import TellingApart
from prebeta.report.layout import columns, line
from prebeta.report.wording import plain, times

_NARROW = 60
_NOTHING, _LITTLE, _MUCH = 0.6, 0.75, 0.9
_MOST_HABITS = 8


def render_likeness(run: str, found: Likeness, console: Console) -> None:
    """The tables, what the classifier says, and what gives the users away."""
    typed = f"{times(found.messages, 'message')} typed in {times(found.conversations, 'conversation')}"
    against = plain(found.against, one_line=True)
    line(console, f"run {run} · {typed} · beside {against}", "dim")
    console.print()
    for part in found.parts:
        _part(part, console)
    if found.apart is not None:
        _apart(found.apart, console)
    line(console, "What gives the users away", "bold underline")
    for habit in found.habits[:_MOST_HABITS]:
        columns(console, [[Text("-"), Text(plain(habit, one_line=True))]], indent=2)
    if len(found.habits) > _MOST_HABITS:
        line(console, f"and {len(found.habits) - _MOST_HABITS} more (--json lists all)", "dim", indent=2)
    if not found.habits:
        line(console, "no habit by itself", "green", indent=2)
    if found.apart is None:
        console.print()
        line(console, "With --reference FILE of real chats a classifier has a try at it.", "dim")


def _part(part: Part, console: Console) -> None:
    line(console, f"{part.name} ({times(part.messages, 'message')})", "bold underline")
    if part.users is None:
        line(console, "too few to say anything", "yellow", indent=2)
        console.print()
        return
    wide = console.width >= _NARROW
    rows = [[Text(""), Text("users", "dim", justify="right"), Text("people", "dim", justify="right"), Text("")]]
    for each in MEASURES:
        if each.name in part.people:
            ours, theirs = part.users.get(each.name), part.people[each.name]
            off = each.name in part.off and ours is not None and theirs is not None
            more = off and (ours or 0.0) > (theirs or 0.0)
            mark = "" if not off else ("more" if more else "less") + (" than people" if wide else "")
            cells = [Text(figure(each, value), justify="right") for value in (ours, theirs)]
            rows.append([Text(each.label if wide else each.short), *cells, Text(mark, "yellow")])
    columns(console, rows, indent=2)
    console.print()


def _apart(apart: TellingApart, console: Console) -> None:
    low, high = apart.interval
    line(console, "Can a classifier tell them from people?", "bold underline")
    said = f"{_in_words(apart.auc)}: AUC {apart.auc:.2f}, 95 % interval {low:.2f}–{high:.2f}"
    line(console, f"{said} (0.5 is a coin, 1 always right; 13 features, conversations it has not seen)", indent=2)
    console.print()


def _in_words(auc: float) -> str:
    if auc < _NOTHING:
        return "hardly"
    if auc < _LITTLE:
        return "sometimes"
    return "often" if auc < _MUCH else "nearly always"
