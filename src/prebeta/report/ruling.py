"""What a gate's rules came to, in words: a line of why for each, and what to do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.text import Text

from prebeta.analysis.gating import FEWEST_PAIRS, MOST_EXCLUDED, PREVIOUS, Decision, Gate, Ruled
from prebeta.report.comparison import headline, points
from prebeta.report.layout import columns, line
from prebeta.report.wording import percent, plain, span, times

if TYPE_CHECKING:
    from prebeta.analysis.comparing import Shift

STYLE: Mapping[Decision, str] = MappingProxyType(
    {"passed": "bold green", "failed": "bold red", "inconclusive": "bold yellow"}
)
_MOST, _MOST_NEW = 3, 10
_DID: Mapping[str, str] = MappingProxyType({"max_failure_rate": "failed", "max_flawed_rate": "met a fault"})
_NARROW = 60


@dataclass(frozen=True, slots=True)
class Hints:
    """How the commands in hints begin, what they need to find the store, and the sample that rates are of."""

    program: str = "prebeta"
    suffix: str = ""
    whom: str = "typical user"


def why(ruled: Ruled, gate: Gate, hints: Hints) -> str:
    """Why a rule came to what it did, and what to do where it didn't pass."""
    if ruled.reason in _NOTHING:
        return _NOTHING[ruled.reason].format(
            most=_bar(MOST_EXCLUDED),
            run=f"{hints.program} show {gate.run}{hints.suffix}",
            base="" if gate.base is None else f"{hints.program} show {gate.base.run.id}{hints.suffix}",
        )
    if ruled.reason == "no_base":
        return _no_base(gate, hints)
    if ruled.rule in _DID:
        return _rate(ruled, hints)
    if ruled.rule == "min_conversations":
        valid = f"{times(ruled.n, 'valid conversation')}"
        return valid if ruled.result == "passed" else f"only {valid}; send more users (-n {ruled.needed})"
    if ruled.reason == "too_few_pairs":
        fewest = f"with fewer than {ruled.needed} nothing can show"
        return (
            f"only {times(ruled.n, 'conversation')} to hold against {_base(gate)}, and {fewest}; send more users (-n)"
        )
    return _new(ruled, gate) if ruled.rule == "no_new_findings" else _worse(ruled, gate)


_NOTHING: Mapping[str, str] = MappingProxyType(
    {
        "running": "the run is still going on; wait until it has ended",
        "unfinished": "it began with what had failed before and isn't whole, so its rate is too high; prebeta resume it",
        "incomparable": "the two rates measure different things (other users, another end_state or sample); name a run that"
        " measures the same: --against RUN",
        "nothing": "nothing was measured: no conversation was valid; see: {run}",
        "spoiled": "more than {most} of the conversations broke on our side, which proves nothing; mend that first, see: {run}",
        "base_spoiled": "the run to hold it against proves nothing itself: too much of it broke on our side, or it is still"
        " going on; see: {base}",
    }
)


def rule_name(ruled: Ruled) -> str:
    """The rule with what it asks for: "max_failure_rate 5 %"."""
    if ruled.bar is None or ruled.rule not in (*_DID, "min_conversations"):
        return ruled.rule
    return f"{ruled.rule} {_bar(ruled.bar) if ruled.rule in _DID else f'{ruled.bar:g}'}"


def _bar(share: float) -> str:
    """As it was given: "5 %", "0.25 %"."""
    return f"{share * 100:.10g} %"


def _rate(ruled: Ruled, hints: Hints) -> str:
    measured = f"{ruled.hits} of {times(ruled.n, hints.whom)} {_DID[ruled.rule]}"
    if ruled.reason == "unknown":
        return f"at least {measured}, and how others ended is not known; declare end_state so that it can be told"
    return f"{measured} ({percent(ruled.hits / ruled.n)}, {span(ruled.interval or (0.0, 1.0))}): {_beside(ruled)}"


def _beside(ruled: Ruled) -> str:
    """How the interval of a rate lies to what is asked for."""
    bar = _bar(ruled.bar or 0.0)
    if ruled.result == "passed":
        return f"not above {bar}"
    return f"above {bar}" if ruled.result == "failed" else f"{bar} lies in the interval; {_more(ruled)}"


def _more(ruled: Ruled) -> str:
    if ruled.needed is None and ruled.bar == 0:
        return "no number of conversations shows that nothing ever fails; allow a share, such as 1%"
    if ruled.needed is None:
        return "at this rate no number of conversations decides it"
    return f"about {times(ruled.needed, 'conversation')} would decide it, if the rate stays so (-n {ruled.needed})"


def _base(gate: Gate) -> str:
    if gate.base is None:
        return gate.against
    run = gate.base.run
    release = f" (release {plain(run.release, one_line=True)})" if run.release else ""
    return f"run {run.id}{release}"


def _no_base(gate: Gate, hints: Hints) -> str:
    listed = f"see: {hints.program} runs{hints.suffix}"
    if gate.against == PREVIOUS:
        return f"there is no earlier run of this project to hold it against; the next run has this one ({listed})"
    return f"there is no earlier run {plain(gate.against, one_line=True)!r} to hold it against; {listed}"


def _new(ruled: Ruled, gate: Gate) -> str:
    if ruled.result == "failed":
        more = f" and {len(gate.new) - 1} more" if len(gate.new) > 1 else ""
        return f"{times(len(gate.new), 'finding')} that {_base(gate)} didn't have: {told_shift(gate.new[0])}{more}"
    told = (
        f"no finding is shown to be new since {_base(gate)}; one that fewer than {FEWEST_PAIRS} users meet can't show"
    )
    if not gate.undecided:
        return told
    return f"{told}: {times(len(gate.undecided), 'may be new', 'may be new')}"


def told_shift(shift: Shift) -> str:
    label = plain(shift.finding.label, one_line=True)
    return f"{shift.finding.id} {label} ({shift.before[0]} → {shift.after[0]} of {shift.after[1]})"


def _worse(ruled: Ruled, gate: Gate) -> str:
    assert gate.base is not None
    found = gate.base.comparison
    told = f"than {_base(gate)}: {headline(found).partition(': ')[2]}"
    if ruled.result == "failed":
        return f"worse {told}"
    if found.conclusion == "better":
        return f"better {told}"
    high = max(found.interval[1], 0.0)
    return f"not shown to be worse {told}; up to {points(high).lstrip('+')} points worse is not ruled out"


# --- on a terminal --------------------------------------------------------------------------------------------


def render_gate(gate: Gate, console: Console, hints: Hints, source: str = "") -> None:
    """The whole in a line, then each rule, then what else to know and what to do next. `source` says where the rules come
    from."""
    line(console, f"Gate: {gate.result}, run {gate.run}{f' ({source})' if source else ''}", STYLE[gate.result])
    render_rules(gate, console, hints)
    for told in remarks(gate):
        line(console, told, "red" if told.startswith("new:") else "dim", indent=2)
    for step in _steps(gate):
        line(console, f"{hints.program} {step}{hints.suffix}", "cyan", indent=2)


def _steps(gate: Gate) -> Iterator[str]:
    """The commands that show why it didn't pass."""
    broken = {one.rule for one in gate.rules if one.result == "failed"}
    if broken:
        yield f"findings {gate.run}"
    if gate.base is not None and broken.intersection(("no_new_findings", "not_worse")):
        yield f"compare {gate.base.run.id} {gate.run}"


def render_verdict(gate: Gate, console: Console, hints: Hints) -> None:
    """The gate below a run's headline: in a line where its only rule is the one about the rate told there."""
    first = gate.rules[0]
    if len(gate.rules) == 1 and first.rule == "max_failure_rate":
        told = _beside(first) if first.reason in ("held", "broken", "undecided") else why(first, gate, hints)
        line(console, f"Gate: {gate.result}: {told}.", STYLE[gate.result])
        return
    line(console, f"Gate: {gate.result}.", STYLE[gate.result])
    render_rules(gate, console, hints)


def render_rules(gate: Gate, console: Console, hints: Hints) -> None:
    """A line for each rule: what it came to, which it is, why."""
    if console.width < _NARROW:
        for one in gate.rules:
            line(console, f"{one.result}: {rule_name(one)}", STYLE[one.result], indent=2)
            line(console, why(one, gate, hints), indent=4)
        return
    table = [
        [Text(one.result, STYLE[one.result]), Text(rule_name(one)), Text(why(one, gate, hints))] for one in gate.rules
    ]
    columns(console, table, indent=2)


def remarks(gate: Gate) -> Iterator[str]:
    """The findings that decided, and what doesn't decide and is worth knowing, a line each."""
    for shift in gate.new[:_MOST_NEW]:
        yield f"new: {told_shift(shift)}"
    if len(gate.new) > _MOST_NEW:
        yield f"and {len(gate.new) - _MOST_NEW} more new ones"
    for shift in gate.undecided[:_MOST]:
        yield f"maybe new: {told_shift(shift)}"
    if len(gate.undecided) > _MOST:
        yield f"and {len(gate.undecided) - _MOST} more that may be new"
    for shift in gate.grown[:_MOST]:
        yield f"known, and more often: {told_shift(shift)}"
    for name, reason in gate.allowed:
        yield f"allowed: {plain(name, one_line=True)}: {plain(reason, one_line=True)}"
    for name in gate.gone:
        yield f"allowed and not found any more: {plain(name, one_line=True)}; take it out of gate.allow"
    if gate.base is not None:
        for warning in gate.base.comparison.warnings:
            yield f"note: {plain(warning, one_line=True)}"


def gate_json(gate: Gate, hints: Hints) -> dict[str, Any]:
    """The JSON of `prebeta gate --json`."""
    base = gate.base
    return {
        "run": gate.run,
        "gate": gate.result,
        "rules": [
            {
                "rule": one.rule,
                "result": one.result,
                "why": why(one, gate, hints),
                "bar": one.bar,
                "hits": one.hits,
                "of": one.n,
                "interval": None if one.interval is None else list(one.interval),
                "needed": one.needed,
            }
            for one in gate.rules
        ],
        "against": None if base is None else base.run.id,
        "new": [_shift_json(one) for one in gate.new],
        "undecided": [_shift_json(one) for one in gate.undecided],
        "grown": [_shift_json(one) for one in gate.grown],
        "allowed": dict(gate.allowed),
        "warnings": [] if base is None else list(base.comparison.warnings),
    }


def _shift_json(shift: Shift) -> dict[str, Any]:
    finding = shift.finding
    return {
        "id": finding.id,
        "kind": finding.kind,
        "label": finding.label,
        "before": {"count": shift.before[0], "of": shift.before[1]},
        "after": {"count": shift.after[0], "of": shift.after[1]},
        "p": shift.p,
        "example": {"conversation": finding.example[0], "turn": finding.example[1]},
    }
