"""One conversation on a terminal: who said what, how the user did it, and the blamed turn marked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING

from rich.console import Console

from prebeta.core.results import Assessment
from prebeta.core.types import Leave, Move, Press, Reply, Say, Transcript, Turn, Verdict
from prebeta.report.layout import line
from prebeta.report.wording import OUTCOME, cut, plain

if TYPE_CHECKING:
    from prebeta.store import Stored

_LONGEST = 4000
_USER_INDENT = 4
_UNJUDGED: Mapping[str, str] = MappingProxyType(
    {
        "NO_PROGRESS": "from here on nothing advanced",
        "FALSE_DONE": "the user was told that it is done, and it is not",
        "SYSTEM_ERROR": "the product broke",
    }
)
"""What a blamed turn is told with where no judge said more: the conversation's outcome is the reason."""


def render_transcript(stored: Stored, console: Console, notes: Mapping[int, str] | None = None) -> None:
    """A stored conversation. `notes` are lines to put below turns, by index: how a message was read, say."""
    transcript, found = stored.transcript, stored.assessment
    _about(transcript, found, console)
    blamed = _by_turn(stored.verdicts, found)
    for turn in transcript.turns:
        console.print()
        _turn(turn, console, primary=turn.index == found.turn)
        for verdict in blamed.get(turn.index, ()):
            _verdict(verdict, console, primary=turn.index == found.turn and verdict.kind == found.kind)
        if turn.index == found.turn and not any(one.kind == found.kind for one in blamed.get(turn.index, ())):
            line(console, f"▲ {found.kind}: {_UNJUDGED.get(found.kind or '', 'here')}", "bold red", 2)
        if notes is not None and turn.index in notes:
            line(console, plain(notes[turn.index], one_line=True), "cyan", 2)
    console.print()
    _end(transcript, found, console)
    for verdict in blamed.get(None, ()):
        _verdict(verdict, console, primary=False)


def _about(transcript: Transcript, found: Assessment, console: Console) -> None:
    scenario = transcript.scenario
    line(console, f"conversation {transcript.id} · {transcript.job.policy} · seed {scenario.seed}", "dim")
    line(console, f"persona: {plain(scenario.persona.text, one_line=True)}", "dim")
    line(console, f"goal: {plain(scenario.goal.text, one_line=True)}", "dim")
    facts = []
    for slot in scenario.goal.slots:
        changed = f" (first {slot.instead.value})" if slot.instead is not None else ""
        facts.append(f"{slot.name} = {slot.fact.value}{changed}")
    if facts:
        line(console, f"facts: {plain('; '.join(facts), one_line=True)}", "dim")
    if scenario.behaviors:
        line(console, f"armed with: {plain(', '.join(scenario.behaviors), one_line=True)}", "dim")
    state = "failed" if found.failed else "flawed" if found.flawed else ""
    style = "bold red" if found.failed else "bold yellow" if found.flawed or found.blame else "bold green"
    line(console, f"{found.outcome}: {OUTCOME.get(found.outcome, '')}{f' ({state})' if state else ''}", style)


def _turn(turn: Turn, console: Console, *, primary: bool) -> None:
    if turn.move is not None:
        doing, text = _doing(turn.move)
        fired = f" · {', '.join(turn.move.act.behaviors)}" if turn.move.act and turn.move.act.behaviors else ""
        act = f" · {turn.move.act.name}" if turn.move.act else ""
        line(console, f"{turn.index:>2} user " + plain(f"{doing}{act}{fired}", one_line=True), "dim", _USER_INDENT)
        if text:
            line(console, cut(plain(text), _LONGEST), "blue", _USER_INDENT + 3)
        return
    reply = turn.reply or Reply()
    late = f" · {turn.latency_s:.1f} s" if turn.latency_s is not None and turn.latency_s >= 1 else ""
    line(console, f"{'▶ ' if primary else ''}{turn.index:>2} product{late}", "bold red" if primary else "dim")
    _reply(reply, console)


def _doing(move: Move) -> tuple[str, str]:
    """How the user made this move, and its words."""
    if isinstance(move, Press):
        return "presses", f"[ {move.option.title} ]"
    if isinstance(move, Say):
        return "types", move.text if move.text.strip() else "(an empty message)"
    if isinstance(move, Leave):
        return f"leaves: {move.reason}", ""
    return "waits", ""


def _reply(reply: Reply, console: Console) -> None:
    if reply.problem is not None:
        line(console, plain(f"({reply.problem.kind}: {reply.problem.detail})", one_line=True), "red", 3)
        if reply.problem.raw:
            line(console, cut(plain(reply.problem.raw), _LONGEST), "dim", 3)
    elif reply.empty:
        line(console, "(nothing)", "red", 3)
    for message in reply.messages:
        line(console, cut(plain(message), _LONGEST), "", 3)
    if reply.options:
        titles = " ".join(f"[ {option.title} ]" for option in reply.options)
        line(console, plain(titles, one_line=True), "magenta", 3)


def _by_turn(verdicts: Sequence[Verdict], found: Assessment) -> dict[int | None, list[Verdict]]:
    """Fails by blamed turn, the primary one first."""
    fails = [verdict for verdict in verdicts if verdict.value == "fail"]
    fails.sort(key=lambda verdict: verdict.kind != found.kind)
    blamed: dict[int | None, list[Verdict]] = {}
    for verdict in fails:
        turn = found.turn if verdict.turn is None and verdict.kind == found.kind else verdict.turn
        blamed.setdefault(turn, []).append(verdict)
    return blamed


def _verdict(verdict: Verdict, console: Console, *, primary: bool) -> None:
    slot = f" ({verdict.slot})" if verdict.slot else ""
    reason = f": {verdict.reason}" if verdict.reason else ""
    style = "bold red" if primary else "yellow"
    line(console, plain(f"▲ {verdict.kind}{slot}{reason}", one_line=True), style, 2)
    if verdict.evidence:
        line(console, cut(plain(f"evidence: {verdict.evidence}", one_line=True), _LONGEST), style, 4)


def _end(transcript: Transcript, found: Assessment, console: Console) -> None:
    stop = transcript.stop
    detail = f" ({stop.detail})" if stop.detail else ""
    line(console, plain(f"ended by {stop.by}: {stop.reason}{detail}", one_line=True), "dim")
    if transcript.end is not None and transcript.end.values:
        held = "; ".join(f"{slot} = {value}" for slot, value in transcript.end.values.items())
        line(console, plain(f"the product holds: {held}", one_line=True), "dim")
    if found.finding is not None:
        line(console, f"finding {found.finding} · stage {plain(found.stage or '', one_line=True)}", "dim")
