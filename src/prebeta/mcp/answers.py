"""What tools answer: short texts with the ids that the next call needs, everything foreign in them marked as quoted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from prebeta.analysis.comparing import Comparison, Shift
from prebeta.analysis.outcome import UNKNOWN
from prebeta.core.results import Run
from prebeta.core.types import Move, Press, Turn
from prebeta.mcp.quoting import inline, quoted
from prebeta.report.comparison import headline
from prebeta.report.wording import OUTCOME, name_of_build, percent, rate, times
from prebeta.store import Stored

_WINDOW = 12
_OPENING = 4
_MESSAGE = 500
_MOST_SHIFTS = 8
_MOST_NOTES = 6


def of_run(summary: Mapping[str, Any], most: int = 5, notes: Sequence[str] = ()) -> str:
    """A run from its summary: rate, how conversations ended, and the first findings."""
    lines = [_title(summary), _headline(summary)]
    ended = (f"{name} {count} ({OUTCOME.get(name, '')})" for name, count in summary["outcomes"].items())
    lines.append(f"ended: {'; '.join(ended)}")
    ours = {name: count for name, count in summary["excluded"].items() if count}
    if ours:
        lines.append(f"not counted, because it was not the product: {', '.join(f'{k} {n}' for k, n in ours.items())}")
    if summary["gate"] is not None:
        lines.append(f"gate: {summary['gate']}")
    lines += [f"note: {inline(note, 300)}" for note in notes[:_MOST_NOTES]]
    return "\n".join((*lines, "", of_findings(summary, most)))


def of_findings(summary: Mapping[str, Any], most: int) -> str:
    """The failure modes of a run, ranked by what mending them would give."""
    found, run = summary["findings"], summary["run"]
    if not found:
        return f"no findings in {times(summary['valid'], 'valid conversation')} of run {run}"
    lines = [f"{times(len(found), 'finding')} of run {run}, ranked by what mending each would give:"]
    for number, one in enumerate(found[:most], 1):
        example = one["example"]
        gain = ""
        if summary["failure_rate"] is not None and one["rate_if_mended"] < summary["failure_rate"]:
            gain = f"; mended: {percent(summary['failure_rate'])} → {percent(one['rate_if_mended'])}"
        lines.append(f"{number}. {one['id']} {one['kind']}: {inline(one['label'])}")
        lines.append(f"   {times(one['count'], 'conversation')}, {one['failed']} failed by it{gain}")
        if one["behaviors"]:
            lines.append(f"   mostly with users who: {', '.join(inline(name, 60) for name in one['behaviors'])}")
        lines.append(f"   example: conversation {example['conversation']}, turn {example['turn']}")
    if len(found) > most:
        lines.append(f"and {len(found) - most} more: findings(run={run!r}, most={len(found)})")
    first = found[0]
    lines += [
        "",
        f"next: show(run={run!r}, conversation={first['example']['conversation']!r}) reads an example;"
        f" shrink(run={run!r}, finding={first['id']!r}) finds the shortest script that breaks it;"
        f" after a change to the product run again with the same seed, then compare(before={run!r})",
    ]
    return "\n".join(lines)


def of_runs(listed: Iterable[tuple[Run, Mapping[str, Any]]]) -> str:
    """The runs of the store, the newest first."""
    lines = []
    for run, counts in listed:
        about = [f"release {inline(run.release, 60)}"] if run.release else []
        about += [f"note {inline(run.note)}"] if run.note else []
        about += [inline(name_of_build(run), 120)] if name_of_build(run) else []
        lines.append(f"{run.id} · {run.state} · {_rate(counts)}{''.join(f' · {part}' for part in about)}")
        if run.state == "interrupted":
            lines.append(f"   to hold what is left: resume(run={run.id!r})")
    return "\n".join(lines) or "no runs yet; start one: run()"


def of_conversation(run: str, stored: Stored, finding: str | None) -> str:
    """A conversation around the blamed turn, who said what; foreign texts quoted."""
    transcript, found = stored.transcript, stored.assessment
    scenario = transcript.scenario
    verdict = "failed" if found.failed else "flawed" if found.flawed else "well"
    lines = [
        f"conversation {transcript.id} of run {run}: {found.outcome} ({OUTCOME.get(found.outcome, '')}), {verdict}",
        f"the user: {inline(scenario.persona.text)}; wants: {inline(scenario.goal.text)}",
    ]
    if scenario.goal.slots:
        facts = (f"{slot.name} = {inline(slot.fact.value, 80)}" for slot in scenario.goal.slots)
        lines.append(f"facts the user gives: {'; '.join(facts)}")
    if found.turn is not None:
        lines.append(f"first flaw: {found.kind} at turn {found.turn}{f', finding {finding}' if finding else ''}")
    reasons = {verdict.turn: verdict for verdict in stored.verdicts if verdict.value == "fail"}
    chosen = _around(transcript.turns, found.turn)
    last = -1
    for turn in chosen:
        if turn.index != last + 1:
            lines.append(f"({times(turn.index - last - 1, 'turn')} left out)")
        last = turn.index
        lines += _turn(turn, blamed=turn.index == found.turn)
        reason = reasons.get(turn.index)
        if reason is not None:
            lines.append(f"   ^ {reason.kind}: {inline(reason.reason or '')}")
    if last < len(transcript.turns) - 1:
        lines.append(f"({times(len(transcript.turns) - 1 - last, 'turn')} left out)")
    stop = transcript.stop
    lines.append(f"ended by {stop.by}: {inline(stop.reason)}{f' {inline(stop.detail, 300)}' if stop.detail else ''}")
    return "\n".join(lines)


def of_comparison(found: Comparison) -> str:
    """Whether the later run is better, and what became of the findings."""
    lines = [f"{found.a} → {found.b}: {headline(found)}"]
    if found.conclusion == "cannot tell":
        needed = (
            "" if found.pairs_needed is None else f"; a difference like this takes {found.pairs_needed:,} pairs to show"
        )
        lines.append(f"this is no evidence for or against the change{needed}")
    lines += [f"note: {inline(warning, 300)}" for warning in found.warnings]
    for name, shifts in (
        ("fixed", found.fixed),
        ("new", found.new),
        ("still there", found.still),
        ("flaky", found.flaky),
    ):
        if shifts:
            lines.append(f"{name} ({len(shifts)}):")
            lines += [_shift(one) for one in shifts[:_MOST_SHIFTS]]
            lines += [f"  and {len(shifts) - _MOST_SHIFTS} more"] if len(shifts) > _MOST_SHIFTS else []
    worst = (*found.new, *found.still)
    if worst:
        shown = worst[0].finding
        lines += ["", f"next: show(run={found.b!r}, conversation={shown.example[0]!r})"]
    return "\n".join(lines)


def of_shrunk(told: Mapping[str, Any]) -> str:
    """The shortest script that breaks it, to be typed or made a test."""
    shown, held = told["reproduced"]
    lines = [
        f"run {told['run']}, finding {told['finding']}: {times(told['messages'], 'message')} of {told['of']} are enough;"
        f" it failed in {shown} of {held} tries ({told['replays']} conversations held)",
    ]
    if not told["sure"]:
        lines.append("it does not always fail: repeat the script until it does")
    for number, step in enumerate(told["script"], 1):
        lines.append(f"{number}. the user {'presses' if step['do'] == 'press' else 'says'}:")
        lines.append(quoted(step["text"], _MESSAGE))
    lines += ["then the product answers wrongly:", quoted(told["answer"], _MESSAGE)]
    return "\n".join(lines)


def of_doctor(told: Mapping[str, Any]) -> str:
    """What was looked at, and what is to be done."""
    return "\n".join(
        f"{'ok ' if one['ok'] else 'BAD'} {one['name']}: {inline(one['detail'], 400)}" for one in told["checks"]
    )


def _title(summary: Mapping[str, Any]) -> str:
    release = f" · release {inline(summary['release'], 60)}" if summary["release"] else ""
    return f"run {summary['run']}{release} · seed {summary['seed']} · {times(summary['conversations'], 'conversation')}"


def _headline(summary: Mapping[str, Any]) -> str:
    if summary["failure_rate"] is None:
        return "nothing measured: no conversation was valid"
    text = f"failure rate of {_whom(summary)}: {_rate(summary)}"
    unknown = summary["outcomes"].get(UNKNOWN)
    return f"{text}; how {unknown} ended is not known" if unknown else text


def _whom(summary: Mapping[str, Any]) -> str:
    return "typical users" if summary["samples"]["census"]["valid"] else "probing users"


def _rate(summary: Mapping[str, Any]) -> str:
    if summary["failure_rate"] is None:
        return "nothing measured"
    name = "census" if summary["samples"]["census"]["valid"] else "hunt"
    counts = summary["samples"][name]
    return f"{counts['failed']} of {counts['valid']} failed ({rate(summary)})"


def _around(turns: Sequence[Turn], blamed: int | None) -> list[Turn]:
    """The opening, and what lies around the blamed turn or the end."""
    middle = blamed if blamed is not None else len(turns) - 1
    return [turn for turn in turns if turn.index < _OPENING or abs(turn.index - middle) <= _WINDOW]


def _turn(turn: Turn, *, blamed: bool) -> list[str]:
    mark = ">> " if blamed else ""
    if turn.move is not None:
        return [f"{mark}{turn.index} user {_done(turn.move)}:", quoted(turn.text, _MESSAGE)]
    reply = turn.reply
    assert reply is not None
    lines = [f"{mark}{turn.index} product:", quoted(reply.text, _MESSAGE)]
    if reply.options:
        lines.append(f"   offers: {', '.join(inline(option.title, 60) for option in reply.options[:12])}")
    if reply.problem is not None:
        lines.append(f"   no proper answer: {reply.problem.kind}, {inline(reply.problem.detail, 300)}")
    return lines


def _done(move: Move) -> str:
    done = "presses" if isinstance(move, Press) else move.kind + "s"
    behaviors = () if move.act is None else move.act.behaviors
    return f"{done} ({', '.join(behaviors)})" if behaviors else done


def _shift(one: Shift) -> str:
    finding = one.finding
    counts = f"{one.before[0]} of {one.before[1]} → {one.after[0]} of {one.after[1]}"
    return f"  {finding.id} {finding.kind}: {inline(finding.label)} ({counts})"
