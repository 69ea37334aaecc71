"""Two runs held against each other, on a terminal: the conclusion first, then what became of the findings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from rich.console import Console
from rich.text import Text

from prebeta.analysis.comparing import Comparison, Shift
from prebeta.report.layout import columns, line
from prebeta.report.wording import percent, plain, times

MOST_SHIFTS = 10
_STYLE: Mapping[str, str] = MappingProxyType(
    {"better": "bold green", "worse": "bold red", "cannot tell": "bold yellow"}
)
_HEADINGS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "fixed": ("Fixed", "green"),
        "new": ("New", "red"),
        "still": ("Still there", "red"),
        "flaky": ("Seen in one run only, too seldom to call it fixed or new", "yellow"),
    }
)
_MINUS = "−"


def render_comparison(found: Comparison, console: Console, program: str = "prebeta", suffix: str = "") -> None:
    """`program` and `suffix` are how the commands in hints begin and what they need to find the store."""
    line(console, headline(found), _STYLE[found.conclusion])
    line(console, _title(found), "dim")
    advice = _advice(found)
    if advice:
        line(console, advice)
    for warning in found.warnings:
        line(console, f"Note: {plain(warning, one_line=True)}", "yellow")
    console.print()
    for fate, shifts in (("fixed", found.fixed), ("new", found.new), ("still", found.still), ("flaky", found.flaky)):
        _shifts(fate, shifts, console)
    _excluded(found, console)
    line(console, "Next:", "dim")
    for step in _steps(found):
        line(console, f"{program} {step}{suffix}", "cyan", indent=2)


def headline(found: Comparison) -> str:
    """ "better: 81 % → 27 %, difference −54 points [−60, −48], 250 pairs"."""
    if found.rate_a is None or found.rate_b is None or found.difference is None:
        return "cannot tell: nothing was measured that could be compared"
    low, high = found.interval
    span = f"{points(found.difference)} points [{points(low)}, {points(high)}]"
    held = times(found.pairs, "pair")
    if found.by == "nothing":
        held = f"{found.conversations[0]:,} and {found.conversations[1]:,} conversations, no pairs"
    return f"{found.conclusion}: {percent(found.rate_a)} → {percent(found.rate_b)}, difference {span}, {held}"


def points(share: float) -> str:
    """A difference of shares in points with its sign, with a decimal where it is small."""
    value = share * 100
    shown = f"{abs(value):.0f}" if abs(value) >= 9.95 else f"{abs(value):.1f}"
    if float(shown) == 0:
        return "0"
    return f"{_MINUS if value < 0 else '+'}{shown.removesuffix('.0')}"


def _title(found: Comparison) -> str:
    names = []
    for run, release in zip((found.a, found.b), found.releases, strict=True):
        names.append(run if release is None else f"{run} (release {plain(release, one_line=True)})")
    whom = "of failing, 95 % interval"
    return f"{names[0]} → {names[1]} · share {whom} · {_chance(found.p)}"


def _chance(p: float) -> str:
    return "p < 0.001" if p < 0.001 else f"p = {p:.2g}" if p < 0.995 else "p = 1"


def _advice(found: Comparison) -> str | None:
    """What it would take to tell, where one can't."""
    if found.conclusion != "cannot tell" or found.difference is None:
        return None
    if found.pairs_needed is not None:
        now = f"these are {found.pairs:,}" if found.by != "nothing" else "there are none here"
        return (
            f"A difference of {points(abs(found.difference)).removeprefix('+')} points, should it be real, takes about"
            f" {found.pairs_needed:,} pairs to show; {now}."
        )
    if found.difference == 0 and found.detectable is not None:
        return f"No difference seen; one of {points(found.detectable).removeprefix('+')} points or more would mostly have shown."
    return None


def _shifts(fate: str, shifts: Sequence[Shift], console: Console) -> None:
    if not shifts:
        return
    name, style = _HEADINGS[fate]
    line(console, f"{name} ({len(shifts)})", "bold underline")
    for shift in shifts[:MOST_SHIFTS]:
        columns(console, [[Text("·", style), Text(plain(shift.finding.label, one_line=True))]], indent=1)
        line(console, " · ".join(_about(fate, shift)), "dim", indent=4)
    if len(shifts) > MOST_SHIFTS:
        line(console, f"and {len(shifts) - MOST_SHIFTS} more: --json lists all", "dim", indent=1)
    console.print()


def _about(fate: str, shift: Shift) -> list[str]:
    (before, of), (after, of_after) = shift.before, shift.after
    counts = f"{before} → {after} of {of:,}" if of == of_after else f"{before} of {of:,} → {after} of {of_after:,}"
    parts = [f"{shift.finding.kind} {shift.finding.id}", counts]
    parts.append(_still(shift) if fate == "still" else _chance(shift.p))
    if fate == "flaky" and 2 * shift.reached < shift.pairs:
        parts.append(f"only {shift.reached:,} came that far in both runs")
    if shift.other_id is not None:
        parts.append(f"{shift.other_id} in the other run")
    return parts


def _still(shift: Shift) -> str:
    if shift.trend is not None:
        return f"{shift.trend} often, {_chance(shift.p)}"
    if shift.reached < shift.pairs:
        return f"no more than chance among the {shift.reached:,} that came that far in both runs"
    return "no more than chance"


def _excluded(found: Comparison, console: Console) -> None:
    sides = [{name: count for name, count in found.excluded[side].items() if count} for side in ("a", "b")]
    if not any(sides):
        return
    line(console, "Not counted, because nobody knows or it was not the product:", "dim")
    for side, counts in zip(("before", "after"), sides, strict=True):
        told = ", ".join(f"{count:,} {name}" for name, count in counts.items()) or "none"
        line(console, f"{side}: {told}", "dim", indent=2)
    if found.excluded["pairs"]:
        line(console, f"{times(found.excluded['pairs'], 'pair')} lost by that", "dim", indent=2)
    console.print()


def _steps(found: Comparison) -> list[str]:
    steps = []
    for shift in (*found.new[:1], *found.still[:1]):
        conversation = shift.finding.example[0]
        run = found.b if conversation in shift.finding.conversations and shift.after[0] else found.a
        steps.append(f"show {run} {conversation}")
    return [*dict.fromkeys(steps), f"findings {found.b}"]
