"""What `locate`, `shrink`, `why` and `replay` found, on a terminal and as JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.text import Text

from prebeta.analysis.spectrum import ANECDOTE, BEHAVIOR, QUESTION, SLOT, TYPED, Feature, Suspect
from prebeta.core.results import Finding
from prebeta.core.types import Move, Press, Reply, Say, Transcript, Turn, Wait
from prebeta.investigate.locate import Located
from prebeta.investigate.replays import Subject
from prebeta.investigate.shrink import Shrunk
from prebeta.investigate.why import Cause, Why
from prebeta.report.layout import columns, line
from prebeta.report.wording import OUTCOME, cut, percent, plain, times

if TYPE_CHECKING:
    from prebeta.runner.single import Single
    from prebeta.store import Stored

_LONGEST = 400
_MOST_SEEN = 3
_MOST_VALUES = 3


# --- locate -------------------------------------------------------------------------------------------


def render_located(found: Located, subject: Subject, finding: Finding, console: Console) -> None:
    """The decisive turn with what the user had said, and how sure that is."""
    turns = subject.transcript.turns
    line(console, plain(finding.label, one_line=True), "bold")
    line(console, f"conversation {found.conversation}: it breaks at turn {found.turn}", "bold red")
    for index in sorted({*([found.set_up_by] if found.set_up_by is not None else []), *_around(turns, found.turn)}):
        _turn(turns[index], console, marked=index == found.turn)
    console.print()
    line(console, f"{_METHOD[found.method]}: {plain(found.word, one_line=True)}.")
    rows = [
        [
            Text("nothing of the user's" if fork.moves == 0 else f"its first {times(fork.moves, 'message')}"),
            Text(f"fails in {fork.shown} of {fork.held}", "red" if fork.share >= 0.5 else "green"),
            Text("{} – {}".format(*map(percent, fork.interval)), "dim"),
        ]
        for fork in found.forks
    ]
    if rows:
        line(console, "Repeated, then a cooperative user:", "dim")
        columns(console, rows, indent=2)
    line(console, f"{times(found.replays, 'conversation')} held", "dim")


_METHOD: Mapping[str, str] = MappingProxyType(
    {"repair": "Found by repair", "anyone": "It takes no particular user", "judged": "Not found by repair"}
)


def located_json(found: Located, subject: Subject) -> dict[str, Any]:
    turns = subject.transcript.turns
    before = found.set_up_by
    return {
        "conversation": found.conversation,
        "turn": found.turn,
        "text": turns[found.turn].text if found.turn < len(turns) else None,
        "set_up_by": None if before is None else {"turn": before, "text": turns[before].text},
        "method": found.method,
        "word": found.word,
        "reproduced": list(found.reproduced),
        "forks": [{**asdict(fork), "interval": list(fork.interval)} for fork in found.forks],
        "replays": found.replays,
    }


def _around(turns: Sequence[Turn], turn: int) -> tuple[int, ...]:
    """The turn and the user's before it."""
    before = next((one.index for one in reversed(turns[:turn]) if one.move is not None), None)
    return (turn,) if before is None else (before, turn)


def _turn(turn: Turn, console: Console, *, marked: bool) -> None:
    if turn.move is not None:
        line(console, f"  {turn.index:>2} user     {_done(turn.move)}", "blue")
        return
    reply = turn.reply or Reply()
    line(console, f"{'▶' if marked else ' '} {turn.index:>2} product  {_said(reply)}", "bold red" if marked else "")


def _said(reply: Reply) -> str:
    if reply.problem is not None:
        return plain(f"({reply.problem.kind}: {cut(reply.problem.detail, _LONGEST)})", one_line=True)
    titles = " ".join(f"[ {option.title} ]" for option in reply.options)
    return plain(cut(f"{reply.text} {titles}".strip() or "(nothing)", _LONGEST), one_line=True)


def _done(move: Move) -> str:
    """A move as a person would repeat it."""
    if isinstance(move, Press):
        return f"press  [ {plain(move.option.title, one_line=True)} ]"
    if isinstance(move, Say):
        return f"type   {plain(cut(move.text, _LONGEST), one_line=True) or '(an empty message)'}"
    return "wait" if isinstance(move, Wait) else "leave"


# --- shrink -------------------------------------------------------------------------------------------


def render_shrunk(found: Shrunk, finding: Finding, console: Console) -> None:
    """A script that a person can type, and what comes of it."""
    line(console, plain(finding.label, one_line=True), "bold")
    shown, held = found.reproduced
    script = _script(found.example, found.turn)
    enough = "is" if len(script) == 1 else "are"
    instead = f" instead of {found.of}" if len(script) < found.of else ""
    text = f"{times(len(script), 'message')}{instead} {enough} enough; it failed in {shown} of {held} tries."
    line(console, text, "bold red")
    if found.repeats:
        line(console, f"It fails by chance: say the last message up to {found.repeats + 1} times.", "yellow")
    if not found.sure:
        line(console, "It does not always fail: repeat the script until it does.", "yellow")
    if not found.done:
        line(console, "The search was not over; there may be a shorter one (--budget).", "yellow")
    console.print()
    _turns(found.example, found.turn, console)
    console.print()
    if found.behaviors:
        line(console, f"behaviors still in it: {', '.join(found.behaviors)}", "dim")
    line(console, f"{times(found.replays, 'conversation')} held", "dim")


def _turns(example: Transcript, last: int, console: Console) -> None:
    number = 0
    for turn in example.turns[: last + 1]:
        if turn.move is not None:
            number += 1
            line(console, f"{number:>3}. {_done(turn.move)}", "blue")
        elif turn.reply is not None and (turn.reply.problem is not None or not turn.reply.empty or turn.index == last):
            mark = "▶" if turn.index == last else " "
            line(console, f"  {mark}      {_said(turn.reply)}", "bold red" if turn.index == last else "dim")


def _script(example: Transcript, last: int) -> list[Move]:
    return [turn.move for turn in example.turns[:last] if turn.move is not None]


def shrunk_json(found: Shrunk) -> dict[str, Any]:
    script = _script(found.example, found.turn)
    said = found.example.turns[found.turn]
    return {
        "script": [{"do": "press" if isinstance(move, Press) else move.kind, "text": move.text} for move in script],
        "answer": said.text,
        "turn": found.turn,
        "messages": len(script),
        "of": found.of,
        "behaviors": list(found.behaviors),
        "reproduced": list(found.reproduced),
        "repeats": found.repeats,
        "sure": found.sure,
        "done": found.done,
        "replays": found.replays,
    }


# --- why ----------------------------------------------------------------------------------------------


def render_why(found: Why, finding: Finding, console: Console) -> None:
    """What causes it, as a table, and in a sentence before that."""
    line(console, plain(finding.label, one_line=True), "bold")
    line(console, _answer(found), "bold red" if found.top is not None else "bold yellow")
    console.print()
    rows = [_row(cause) for cause in found.causes]
    if rows:
        heads = ("taken away", "", "failed with it → without", "change, 95 %")
        columns(console, [[Text(head, "dim") for head in heads], *rows], indent=2)
        console.print()
    shown, held = found.anyone
    line(console, f"A cooperative user with the same goal met it in {shown} of {held} replays.")
    if found.together is not None:
        names = " and ".join(name_of(feature) for feature in found.together.features)
        line(
            console, f"Both are needed: {names} ({found.together.shown} of {found.together.n} conversations with both)."
        )
    _seen_with(found, console)
    line(console, f"{times(found.replays, 'conversation')} held", "dim")


def _answer(found: Why) -> str:
    if found.top is not None:
        names = [name_of(cause.feature) for cause in found.causes if cause.verdict == "confirmed"]
        return f"Cause: {'; '.join(names)}."
    shown, held = found.anyone
    if held and shown >= held / 2:
        return "No particular user is needed: a cooperative one meets it as well."
    if found.reproduced[1] and found.reproduced[0] < found.reproduced[1] / 2:
        return "Not decided: it comes too seldom when the same is said again ({} of {}).".format(*found.reproduced)
    return "Not decided: nothing that was taken away made it go." if found.causes else "Nothing to take away was found."


def _row(cause: Cause) -> list[Text]:
    pairs = cause.pairs
    low, high = cause.interval
    needs = f", needs {cause.needs} more" if cause.needs is not None else ""
    style = {"confirmed": "bold red", "undecided": "yellow"}.get(cause.verdict, "dim")
    return [
        Text(name_of(cause.feature)),
        Text(f"{cause.verdict}{needs}", style),
        Text(f"{pairs.both + pairs.gone} of {pairs.n} → {pairs.both + pairs.came} of {pairs.n}"),
        Text(f"{_points(-pairs.change)} points ({_points(-high)} to {_points(-low)})"),
    ]


def _points(share: float) -> str:
    return f"{round(100 * share):+d}" if round(100 * share) else "0"


def told(cause: Cause) -> str:
    """A cause that was tested, in a line."""
    return f"{name_of(cause.feature)}: {cause.verdict}"


def _seen_with(found: Why, console: Console) -> None:
    """What the run itself points at, held again or not."""
    if found.anecdote:
        line(
            console,
            f"It showed in {times(found.conversations, 'conversation')} only: fewer than {ANECDOTE} are an anecdote.",
            "yellow",
        )
    told = [suspect for suspect in found.spectrum if suspect.significant][:_MOST_SEEN]
    for suspect in told:
        names = " with ".join(name_of(feature) for feature in suspect.features)
        elsewhere = f"{suspect.shown_without} of {suspect.n_without} without"
        line(console, f"in the run: {names}: {suspect.shown} of {suspect.n} conversations, {elsewhere}", "dim")


def name_of(feature: Feature) -> str:
    """A feature in words."""
    at = f" at {feature.at}" if feature.at is not None else ""
    name = plain(feature.name, one_line=True)
    if feature.kind == BEHAVIOR:
        return f"{name}{at}"
    if feature.kind == QUESTION:
        return f"asking “{cut(name, 60)}”"
    if feature.kind == SLOT:
        shown = [plain(value, one_line=True) for value in feature.values[:_MOST_VALUES]]
        return f"{name} = {' or '.join([*shown, *(['…'] if len(feature.values) > _MOST_VALUES else [])])}"
    return (
        f"typing the {name} instead of pressing it" if feature.kind == TYPED else f"{name} {', '.join(feature.values)}"
    )


def why_json(found: Why) -> dict[str, Any]:
    top = found.top
    return {
        "top": None if top is None else name_of(top.feature),
        "causes": [_cause_json(cause) for cause in found.causes],
        "together": None if found.together is None else _suspect_json(found.together),
        "anyone": list(found.anyone),
        "reproduced": list(found.reproduced),
        "spectrum": [_suspect_json(suspect) for suspect in found.spectrum[:20]],
        "conversations": found.conversations,
        "anecdote": found.anecdote,
        "replays": found.replays,
    }


def _cause_json(cause: Cause) -> dict[str, Any]:
    return {
        "name": name_of(cause.feature),
        "feature": {**asdict(cause.feature), "values": list(cause.feature.values)},
        "verdict": cause.verdict,
        "needs": cause.needs,
        "pairs": {**asdict(cause.pairs), "n": cause.pairs.n},
        "change": -cause.pairs.change,
        "interval": [-cause.interval[1], -cause.interval[0]],
    }


def _suspect_json(suspect: Suspect) -> dict[str, Any]:
    return {
        "names": [name_of(feature) for feature in suspect.features],
        "shown": suspect.shown,
        "n": suspect.n,
        "shown_without": suspect.shown_without,
        "n_without": suspect.n_without,
        "ochiai": round(suspect.ochiai, 4),
        "q": suspect.q,
    }


# --- replay -------------------------------------------------------------------------------------------


def render_replays(stored: Stored, held: Sequence[Single], console: Console) -> None:
    """What came of each replay; the whole conversation where there was one."""
    from prebeta.report.transcript import render_transcript
    from prebeta.store import Stored

    if len(held) == 1:
        one = held[0]
        render_transcript(Stored(one.transcript, one.verdicts, one.assessment), console)
        console.print()
    else:
        for number, one in enumerate(held, 1):
            found = one.assessment
            broke = f" · {found.kind} at turn {found.turn}" if found.kind else ""
            style = "red" if found.failed else "yellow" if found.flawed else "green"
            line(console, f"{number:>3}. {found.outcome}: {OUTCOME.get(found.outcome, '')}{broke}", style)
    was = stored.assessment
    before = f"{was.outcome}{f', {was.kind} at turn {was.turn}' if was.kind else ''}"
    failed, same = sum(one.assessment.failed for one in held), sum(same_flaw(stored, one) for one in held)
    line(console, f"Before: {before}. Now: {failed} of {len(held)} failed"
                  f"{f', {same} with the same flaw' if was.kind else ''}.", "bold")  # fmt: skip


def same_flaw(stored: Stored, held: Single) -> bool:
    """Whether the first flaw of the stored conversation shows again."""
    cells = {symptom.cell for symptom in stored.assessment.symptoms[:1]}
    return any(symptom.cell in cells for symptom in held.assessment.symptoms)


def replays_json(stored: Stored, held: Sequence[Single], rows: Sequence[dict[str, Any]]) -> dict[str, Any]:
    was = stored.assessment
    return {
        "before": {"outcome": was.outcome, "failed": was.failed, "kind": was.kind, "turn": was.turn},
        "times": len(held),
        "failed": sum(one.assessment.failed for one in held),
        "same": sum(same_flaw(stored, one) for one in held),
        "replays": [{**row, "same": same_flaw(stored, one)} for row, one in zip(rows, held, strict=True)],
    }
