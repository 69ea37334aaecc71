"""One conversation on a terminal: who said what, how the user did it, and the blamed turn marked."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING

from rich.console import Console

from prebeta.core.results import Assessment
from prebeta.core.types import Json, Leave, Move, Press, Reply, Say, Transcript, Turn, Verdict
from prebeta.report.layout import line
from prebeta.report.wording import OUTCOME, cut, plain

if TYPE_CHECKING:
    from prebeta.store import Stored

_LONGEST = 4000
_USER_INDENT = 4
_SHORTEST = 40
"""Characters a line has at least."""
_LABEL = "label"
"""The judge whose verdicts are what a person or a benchmark says."""
_UNJUDGED: Mapping[str, str] = MappingProxyType(
    {
        "NO_PROGRESS": "from here on nothing advanced",
        "FALSE_DONE": "the user was told that it is done, and it is not",
        "SYSTEM_ERROR": "the product broke",
    }
)
"""What a blamed turn is told with where no judge said more: the conversation's outcome is the reason."""


def render_transcript(
    stored: Stored,
    console: Console,
    notes: Mapping[int, str] | None = None,
    finding: str | None = None,
    marks: Mapping[int, str] | None = None,
) -> None:
    """A stored conversation. `notes` are lines to put below turns, by index: how a message was read, say; `finding` is the
    one its first flaw belongs to; `marks` go behind the head of the product's turns: stage and odds."""
    transcript, found = stored.transcript, stored.assessment
    _about(transcript, found, console)
    blamed = _by_turn(stored.verdicts, found)
    for turn in transcript.turns:
        console.print()
        _turn(turn, console, (marks or {}).get(turn.index, ""), primary=turn.index == found.turn)
        for verdict in blamed.get(turn.index, ()):
            _verdict(verdict, console, primary=turn.index == found.turn and verdict.kind == found.kind)
        if turn.index == found.turn and not any(one.kind == found.kind for one in blamed.get(turn.index, ())):
            line(console, f"▲ {found.kind}: {_UNJUDGED.get(found.kind or '', 'here')}", "bold red", 2)
        if notes is not None and turn.index in notes:
            line(console, plain(notes[turn.index], one_line=True), "cyan", 2)
    console.print()
    _end(transcript, found, console, finding)
    for verdict in blamed.get(None, ()):
        _verdict(verdict, console, primary=False)
    for verdict in stored.verdicts:
        if verdict.judge == _LABEL:
            line(console, plain(f"label: {verdict.value}, {verdict.reason or ''}", one_line=True), "dim")


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


def _turn(turn: Turn, console: Console, mark: str, *, primary: bool) -> None:
    if turn.move is not None:
        doing, text = _doing(turn.move)
        fired = f" · {', '.join(turn.move.act.behaviors)}" if turn.move.act and turn.move.act.behaviors else ""
        act = f" · {turn.move.act.name}" if turn.move.act else ""
        line(console, f"{turn.index:>2} user " + plain(f"{doing}{act}{fired}", one_line=True), "dim", _USER_INDENT)
        if text:
            line(console, cut(plain(text), _LONGEST), "blue", _USER_INDENT + 3)
        return
    reply = turn.reply or Reply()
    head = f"{'▶ ' if primary else ''}{turn.index:>2} product{_late(turn)}{f' · {mark}' if mark else ''}"
    line(console, head, "bold red" if primary else "dim")
    _reply(reply, console)


def _late(turn: Turn) -> str:
    """How long the product took, where a person would notice or where it streams."""
    first_s = turn.reply.first_token_s if turn.reply is not None else None
    if turn.latency_s is None or (turn.latency_s < 1 and first_s is None):
        return ""
    begun = "" if first_s is None else f", first words after {first_s:.2f} s"
    return f" · {turn.latency_s:.1f} s{begun}"


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
    for call in reply.tool_calls:
        line(console, cut(plain(f"⚙ {_tool(call)}", one_line=True), max(console.width - 3, _SHORTEST)), "dim", 3)
    for message in reply.messages:
        line(console, cut(plain(message), _LONGEST), "", 3)
    if reply.options:
        titles = " ".join(f"[ {option.title} ]" for option in reply.options)
        line(console, plain(titles, one_line=True), "magenta", 3)


def _tool(call: Json) -> str:
    """A tool's name and what it was called with, as whoever called it writes that down."""
    if not isinstance(call, Mapping):
        return str(call)
    inner = call.get("function")
    held = inner if isinstance(inner, Mapping) else call
    name = next((held[key] for key in ("name", "tool", "tool_name", "toolName") if isinstance(held.get(key), str)), "")
    given = next((held[key] for key in ("arguments", "args", "input", "parameters") if held.get(key) is not None), None)
    if given is None and not name:
        return json.dumps(call, ensure_ascii=False, default=str)
    shown = given if isinstance(given, str) else json.dumps(given or {}, ensure_ascii=False, default=str)
    return f"{name or 'a tool'}({'' if shown == '{}' else shown})"


def _by_turn(verdicts: Sequence[Verdict], found: Assessment) -> dict[int | None, list[Verdict]]:
    """Fails by blamed turn, the primary one first. One without a kind is a label, and blames nothing."""
    fails = [verdict for verdict in verdicts if verdict.value == "fail" and verdict.kind is not None]
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


def _end(transcript: Transcript, found: Assessment, console: Console, finding: str | None) -> None:
    stop = transcript.stop
    detail = f" ({stop.detail})" if stop.detail else ""
    line(console, plain(f"ended by {stop.by}: {stop.reason}{detail}", one_line=True), "dim")
    if transcript.end is not None and transcript.end.values:
        held = "; ".join(f"{slot} = {value}" for slot, value in transcript.end.values.items())
        line(console, plain(f"the product holds: {held}", one_line=True), "dim")
    if finding is not None:
        line(console, f"finding {finding} · stage {plain(found.stage or '', one_line=True)}", "dim")
