"""The log of iterations on a terminal: a line a run with what its change did, then each finding's count over the runs."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from rich.console import Console
from rich.text import Text

from prebeta.analysis.recurrence import Recurrence
from prebeta.analysis.trend import Measured, Step, Trend
from prebeta.core.results import Run
from prebeta.report.comparison import points
from prebeta.report.layout import columns, line
from prebeta.report.wording import bar, cut, name_of_build, percent, plain, span, times

_NARROW = 60
_BAR, _SPAN = 16, 16
_BESIDE = 36
"""Columns that an effect needs to stand beside its run."""
_MOST_FINDINGS = 15
_MOST_COUNTS, _FEW_COUNTS = 12, 6
_STYLE: Mapping[str, str] = MappingProxyType({"better": "bold green", "worse": "bold red", "cannot tell": "yellow"})
_STATE: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "back": ("REGRESSION: it was gone, and came back in {}", "bold red"),
        "new": ("new", "bold red"),
        "open": ("still there", "red"),
        "gone": ("gone", "green"),
        "not seen": ("not seen, but that may be chance", "yellow"),
    }
)


def render_trend(trend: Trend, console: Console, command: str) -> None:
    """The whole history of one project. `command` is what to type for all runs where older ones are left out."""
    line(console, f"{plain(trend.title, one_line=True)} · {times(len(trend.steps), 'run')}", "bold underline")
    if trend.left_out:
        line(console, f"{times(trend.left_out, 'older run')} left out; all: {command}", "dim")
    for step in trend.steps:
        _step(step, trend, console)
    if trend.overall is not None:
        ends = (trend.overall.against, trend.overall.run)
        names = " → ".join(_told_apart(run, trend) for run in ends if run is not None)
        told = Text(f"{names} overall: ", "bold")
        line(console, (told + _effect(trend.overall)).plain, _style(trend.overall))
    console.print()
    _findings(trend, console)


def _step(step: Step, trend: Trend, console: Console) -> None:
    """A run: rate and what its change did in the first line, which run it is and remarks below."""
    here = step.measured
    beside = _beside(step)
    if console.width < _NARROW:
        line(console, f"{_called(step.run)}  {_measured(here)}", "bold", indent=1)
    else:
        names = max(len(_called(each.run)) for each in trend.steps)
        rate = "–" if here.rate is None else percent(here.rate)
        blocks = Text(bar(here.rate or 0.0, _BAR).ljust(_BAR), "red")
        head = Text(_called(step.run).ljust(names), "bold")
        row = [head, Text(rate.rjust(6)), blocks, Text(_interval(here).ljust(_SPAN))]
        fits = console.width - sum(cell.cell_len + 2 for cell in row) >= _BESIDE
        columns(console, [[*row, beside if fits else Text()]], indent=1)
        beside = Text() if fits else beside
    if beside.plain:
        line(console, beside.plain, str(beside.style) or _style(step), indent=3)
    line(console, _which(step), "dim", indent=3)
    for text in _said(step, trend):
        line(console, text, "yellow", indent=3)


def _which(step: Step) -> str:
    """The run's id, when it was, the build it tested, and how far it came where it isn't done."""
    run = step.run
    when = time.strftime("%Y-%m-%d %H:%M", time.localtime(run.created_at))
    state = "" if run.state == "done" else f"{run.state}, {step.measured.held:,} conversations held"
    return " · ".join(part for part in (run.id if run.release else "", when, name_of_build(run), state) if part)


def _measured(here: Measured) -> str:
    return _interval(here) if here.rate is None else f"{percent(here.rate)} ({_interval(here)})"


def _interval(here: Measured) -> str:
    if here.interval is None:
        return f"{here.failed} or more failed" if here.failed else "nothing measured"
    return span(here.interval).removeprefix("95 % interval ")


def _beside(step: Step) -> Text:
    """What was changed, and what came of it."""
    note = plain(step.run.note, one_line=True) if step.run.note else ""
    effect = _effect(step)
    if note and effect.plain:
        return Text(f"{note} → ") + effect
    return Text(note) if note else effect


def _effect(step: Step) -> Text:
    found = step.effect
    if found is None:
        return Text()
    parts: list[str] = [found.conclusion]
    if found.difference is not None:
        low, high = found.interval
        parts.append(f"{points(found.difference)} points ({points(low)} to {points(high)})")
    if found.conclusion == "cannot tell" and found.pairs_needed:
        parts.append(f"takes {found.pairs_needed:,} pairs, had {found.pairs:,}")
    return Text(", ".join(parts), _style(step))


def _style(step: Step) -> str:
    return "" if step.effect is None else _STYLE.get(step.effect.conclusion, "")


def _said(step: Step, trend: Trend) -> tuple[str, ...]:
    """Why there is no effect, and what keeps one from being believed."""
    why: list[str] = []
    if step.why is not None and step.effect is None and step.measured.rate is not None:
        why.append(f"not compared: {step.why}")
    elif step.effect is not None and step.why is not None:
        against = f"with {_told_apart(step.against, trend)} instead" if step.against is not None else ""
        why.append(f"{step.why}; {against}".rstrip("; "))
    warnings = () if step.effect is None else step.effect.warnings
    return tuple(plain(text, one_line=True) for text in (*why, *step.remarks, *warnings))


def _told_apart(run: Run, trend: Trend) -> str:
    """A run's release where no other run has it, else its id."""
    known = [step.run.release for step in trend.steps]
    return _called(run) if known.count(run.release) == 1 else run.id


def _called(run: Run) -> str:
    """A run's release, else its id."""
    return cut(plain(run.release, one_line=True), 20) if run.release else run.id


def _findings(trend: Trend, console: Console) -> None:
    if not trend.findings:
        return
    line(console, "What broke, by run (in how many conversations)", "bold underline")
    for one in trend.findings[:_MOST_FINDINGS]:
        _finding(one, trend, console)
    more = len(trend.findings) - _MOST_FINDINGS
    if more > 0:
        line(console, f"and {times(more, 'rarer finding')}: with --json", "dim")
    console.print()


def _finding(one: Recurrence, trend: Trend, console: Console) -> None:
    state, style = _STATE[one.state]
    returns = [_told_apart(trend.steps[at].run, trend) for at in one.back]
    told = state.format(returns[-1] if returns else "")
    line(console, plain(one.label, one_line=True), "bold", indent=1)
    line(console, f"{_counts(one.seen_counts, console)}   {told}", style, indent=3)
    earlier = returns[:-1] if one.state == "back" else returns
    if earlier:
        line(console, f"it had come back in {', '.join(earlier)}", "red", indent=3)
    line(console, f"{one.kind} {one.id}", "dim", indent=3)


def _counts(counts: Sequence[int | None], console: Console) -> str:
    """ "84 → 40 → 0"; a run that could not have shown it is a dot, the oldest of very many are left out."""
    most = _MOST_COUNTS if console.width >= _NARROW else _FEW_COUNTS
    shown = ["·" if count is None else f"{count:,}" for count in counts[-most:]]
    return " → ".join(["…", *shown] if len(counts) > most else shown)
