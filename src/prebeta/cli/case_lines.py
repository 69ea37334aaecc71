"""Cases on a terminal and as JSON."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.text import Text

from prebeta.report.layout import columns, line
from prebeta.report.wording import plain, times

if TYPE_CHECKING:
    from prebeta.datasets.cases import Case
    from prebeta.runner.casework import CaseResult, Held
    from prebeta.runner.promoting import Added

_STYLE: Mapping[str, str] = MappingProxyType(
    {"fixed": "green", "still": "bold red", "flaky": "yellow", "changed": "bold red", "spoiled": "magenta"}
)
_ORDER = ("fixed", "still", "flaky", "changed", "spoiled")


def _one(text: str) -> str:
    return plain(text, one_line=True)


# --- add ----------------------------------------------------------------------------------------------


def render_added(made: Sequence[Added], files: Mapping[str, Path], console: Console) -> None:
    """What became of each finding, and where its case lies."""
    for one in made:
        case = one.case
        head = {"added": "added", "known": "there already", "repeats": "refused", "gone": "refused"}[one.came]
        style = {"added": "bold green", "known": "dim"}.get(one.came, "yellow")
        line(console, f"{head}: {_one(one.finding.label)} ({one.finding.id})", style)
        if one.came == "added" and case is not None:
            said = f"{times(len(case.moves), 'message')}"
            of = f" of {one.of}" if one.of is not None and one.of > len(case.moves) else ""
            held_out = " · held out" if case.held_out else ""
            line(console, f"{files[case.id]} · {said}{of} · {one.why}{held_out}", indent=2)
        elif one.came == "repeats" and case is not None:
            line(console, f"{one.why} as {_place(case, files)}", indent=2)
        else:
            where = f"{case.path}: " if case is not None and case.path is not None else ""
            line(console, f"{where}{one.why}", "dim", 2)
    counts = Counter(one.came for one in made)
    if counts["added"]:
        console.print()
        line(console, f"{times(counts['added'], 'case')} added. Look them over and keep them with your code; to hold "
                      "them again: prebeta cases run", "bold")  # fmt: skip


def _place(case: Case, files: Mapping[str, Path]) -> str:
    return str(case.path or files.get(case.id) or case.id)


def added_json(run: str, made: Sequence[Added], files: Mapping[str, Path]) -> dict[str, Any]:
    return {
        "run": run,
        "added": sum(one.came == "added" for one in made),
        "findings": [
            {
                "finding": one.finding.id,
                "label": one.finding.label,
                "came": one.came,
                "why": one.why,
                "messages_before": one.of,
                "case": None if one.case is None else {**case_json(one.case), "file": _place(one.case, files)},
            }
            for one in made
        ],
    }


# --- list ---------------------------------------------------------------------------------------------


def case_json(case: Case) -> dict[str, Any]:
    return {
        "id": case.id,
        "title": case.title,
        "finding": case.finding,
        "kind": case.kind,
        "stage": case.stage,
        "slot": case.slot,
        "messages": len(case.moves),
        "behaviors": list(case.behaviors),
        "flakiness": {"failed": case.flakiness.failed, "of": case.flakiness.of},
        "held_out": case.held_out,
        "file": None if case.path is None else str(case.path),
    }


def render_list(found: Sequence[Case], place: Path, console: Console) -> None:
    if not found:
        line(console, f"No cases in {place}. To make some of a run's findings: prebeta cases add RUN")
        return
    rows = [
        [
            Text(case.id, "dim"),
            Text(_one(case.finding)),
            Text(_one(case.kind)),
            Text(_before(case)),
            Text(_one(case.title)),
        ]
        for case in found
    ]
    columns(console, rows)
    held_out = sum(case.held_out for case in found)
    also = f", {held_out} held out" if held_out else ""
    line(console, f"{times(len(found), 'case')} in {place}{also}", "dim")


def _before(case: Case) -> str:
    told = f"{case.flakiness.failed} of {case.flakiness.of}" if case.flakiness.of else "not measured"
    return f"{told}, held out" if case.held_out else told


# --- run ----------------------------------------------------------------------------------------------


def render_results(results: Sequence[CaseResult], console: Console, hint: str = "", *, whole: bool = False) -> None:
    """A line a case with what to look at (`hint`: what the command for that needs beside); `whole`: the conversation too."""
    for one in results:
        case = one.case
        failed, told = one.counts
        otherwise = f", {one.otherwise} otherwise" if one.otherwise and failed else ""
        counted = {"fixed": "", "spoiled": "", "changed": f" ({one.otherwise} of {told})"}
        often = counted.get(one.status, f" ({failed} of {told}{otherwise})")
        line(console, f"{one.status}{often}: {_one(case.title)}", _STYLE[one.status])
        line(console, f"case {case.id} · finding {_one(case.finding)} · {_why(one)}", "dim", 2)
        if one.status != "fixed" and not whole and not case.held_out:
            line(console, f"look: prebeta cases run {case.id}{hint}", "dim", 2)
        if whole:
            console.print()
            _conversation(telling(one), console)
    counts: Counter[str] = Counter(one.status for one in results)
    said = ", ".join(f"{counts[status]} {status}" for status in _ORDER if counts[status])
    console.print()
    line(console, f"{times(len(results), 'case')}: {said}", "bold")


def _why(one: CaseResult) -> str:
    if one.case.held_out:
        return "held out: what it says is not shown"
    needs = f"; {one.needs} more tries would tell" if one.needs else ""
    by = " (with its user, who decides anew)" if telling(one).by == "user" else ""
    return f"{_one(one.why)}{needs}{by}"


def telling(one: CaseResult) -> Held:
    """The try to look at: one with the case's own failure, else one that failed, else the first."""
    ranked = sorted(one.held, key=lambda held: (not held.same, held.came != "failed", held.came == "spoiled"))
    return ranked[0]


def _conversation(held: Held, console: Console) -> None:
    for turn in held.transcript.turns:
        mark = "▶" if turn.index == held.turn else " "
        style = "bold red" if turn.index == held.turn else "blue" if turn.move is not None else ""
        text = turn.text
        if turn.reply is not None:
            titles = " ".join(f"[ {option.title} ]" for option in turn.reply.options)
            problem = turn.reply.problem
            text = f"({problem.kind}: {problem.detail})" if problem is not None else f"{text} {titles}"
        elif turn.move is not None and turn.move.kind != "say":
            text = f"[ {text} ]" if turn.move.kind == "press" else f"({turn.move.kind}s)"
        line(console, f"{mark} {turn.index:>2} {turn.speaker:<7}  {_one(text) or '(nothing)'}", style)


def results_json(results: Sequence[CaseResult]) -> dict[str, Any]:
    counts: Counter[str] = Counter(one.status for one in results)
    return {
        "cases": len(results),
        "counts": {status: counts[status] for status in _ORDER},
        "results": [_result_json(one) for one in results],
    }


def _result_json(one: CaseResult) -> dict[str, Any]:
    failed, told = one.counts
    shown = not one.case.held_out
    return {
        **case_json(one.case),
        "status": one.status,
        "failed": failed,
        "of": told,
        "why": one.why if shown else None,
        "needs": one.needs,
        "tries": [_held_json(held) for held in one.held] if shown else [],
    }


def _held_json(held: Held) -> dict[str, Any]:
    return {
        "came": held.came,
        "same": held.same,
        "by": held.by,
        "turn": held.turn,
        "why": held.why,
        "turns": [{"index": turn.index, "speaker": turn.speaker, "text": turn.text} for turn in held.transcript.turns],
    }
