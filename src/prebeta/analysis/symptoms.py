"""What went wrong in one conversation, flaw by flaw, described by what stays the same when the fault strikes elsewhere.

One fault shows in many stages, slots and words. What its cases have in common is the kind of failure, what the user had just
done (asked a question, corrected itself, hesitated), and, where the user only answered, which slot that was about.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from prebeta.analysis.key import Cell
from prebeta.analysis.stages import START, stage_at
from prebeta.core.results import Assessment, Symptom
from prebeta.core.types import Reply, Transcript, Turn
from prebeta.dialogue import acts
from prebeta.dialogue.language import language_of
from prebeta.dialogue.similarity import mask, sentences
from prebeta.judges.rules.failing_tool import failure

PLAIN = "plain"
QUESTION, HESITATION, CORRECTION = "question", "hesitation", "correction"
UNSAID_WAY = "unsaid"
"""The way of a wrong result in a slot that the product filled by itself."""
TOOL_WAY = "tool"
"""The way of a product that goes on with a tool of its own that fails."""
_LONGEST = 240

_TRIGGERS: Mapping[str, str] = MappingProxyType(
    {
        acts.GOAL_QUESTION: QUESTION,
        **dict.fromkeys((acts.NOT_SURE, acts.VAGUE, acts.STALL), HESITATION),
        **dict.fromkeys((acts.CORRECT, acts.CHANGE), CORRECTION),
        **{
            act: act
            for act in (
                *(acts.CLARIFY, acts.OUT_OF_DOMAIN, acts.ASK_HUMAN, acts.FALSE_CLAIM, acts.DOUBT, acts.INJECT),
                acts.SILENCE,
            )
        },
    }
)
"""Act -> what it is to a product, where that isn't an ordinary answer."""

_OF_A_SLOT = frozenset(
    ("LOOP", "IGNORED_INPUT", "WRONG_RESULT", "WRONG_REFUSAL", "CONTRADICTION", "FALSE_DONE", "NO_PROGRESS")
)
"""Kinds in which the slot tells faults apart, where the user only answered."""
_OF_A_STAGE = frozenset(("LOOP", "NO_PROGRESS", "DEAD_END"))
"""Kinds in which the stage does, where there is no slot."""
_WHATEVER_CAME = frozenset(("WRONG_RESULT", "FALSE_DONE"))
"""Kinds that show at the end, long after what brought them about: the user's last turn says nothing about them."""
_ECHOES = frozenset(
    ("LOOP", "IGNORED_INPUT", "NO_PROGRESS", "WRONG_RESULT", "LOST_CORRECTION", "DEAD_END", "WRONG_REFUSAL")
)
"""Kinds that an earlier flaw of the same slot leaves behind: the product asks again, or ends with the wrong value."""
_SWALLOWING = frozenset(
    ("SYSTEM_ERROR", "DEAD_END", "WRONG_REFUSAL", "LANGUAGE_STYLE", "NO_PROGRESS", "IGNORED_INPUT", "LOOP")
)
"""Kinds whose reply may not have taken in what it answers."""
_NEAR = 6
_MACHINE = re.compile(r"^[{\[<]|\bTraceback\b|\w(?:Error|Exception)\b|\bline \d+|\bat \w[\w.$]*\(")
_ERROR_CLASS = re.compile(r"\b([A-Z]\w*(?:Error|Exception|Timeout|Refused|Closed|Down|Fault)|[45]\d\d)\b")


@dataclass(frozen=True, slots=True)
class Flaw:
    """What a judge says went wrong: kind, blamed turn, slot concerned; `unsaid` where the user never gave that slot."""

    kind: str
    turn: int
    slot: str | None = None
    unsaid: bool = False


def symptoms(
    transcript: Transcript,
    flaws: Sequence[Flaw],
    steps: Sequence[str | None],
    names: Sequence[str | None] | None = None,
) -> tuple[Symptom, ...]:
    """A conversation's flaws as failure modes are made of them, in the order given: the primary one first, then by turn.

    Others of the same turn are that flaw seen by another rule, and what follows in the same slot or repeats a blamed reply is
    its echo, as is what became of a value told in a message that a blamed reply answered: they are left out, and so is a flaw
    of the same cell as one before. `steps` are what cells are made of; `names` the
    stages to show, where they are told otherwise.
    """
    kept: list[Flaw] = []
    for flaw in flaws:
        echo = flaw.slot is not None and flaw.kind in _ECHOES and any(flaw.slot == one.slot for one in kept)
        afar = flaw.kind == "NO_PROGRESS" and any(abs(flaw.turn - one.turn) <= _NEAR for one in kept)
        again = flaw.kind == "LOOP" and any(_text(transcript, flaw.turn) == _text(transcript, one.turn) for one in kept)
        lost = flaw.kind in _ECHOES and any(_went_with(transcript, flaw, one) for one in kept)
        if not (echo or afar or again or lost or any(flaw.turn == one.turn for one in kept)):
            kept.append(flaw)
    found: dict[str, Symptom] = {}
    for flaw in kept:
        symptom = _symptom(transcript, flaw, steps)
        if names is not None:
            symptom = replace(symptom, stage=stage_at(names, flaw.turn), step=symptom.stage)
        found.setdefault(symptom.cell, symptom)
    return tuple(found.values())


def quoting(assessment: Assessment, transcript: Transcript) -> Assessment:
    """The assessment with the words of blamed replies taken from this transcript: one from which secrets were removed."""
    found = tuple(replace(one, said=_said(transcript, one.turn)) for one in assessment.symptoms)
    return replace(assessment, symptoms=found)


def _went_with(transcript: Transcript, flaw: Flaw, before: Flaw) -> bool:
    """Whether the value a flaw is about was last told in the message that an earlier blamed reply answers: it never arrived."""
    if flaw.slot is None or before.kind not in _SWALLOWING or before.turn >= flaw.turn:
        return False
    turns = transcript.turns[: flaw.turn]
    told = next((one.index for one in reversed(turns) if one.act is not None and flaw.slot in one.act.facts), None)
    answered = next((one.index for one in reversed(turns[: before.turn]) if one.move is not None), None)
    return told is not None and told == answered


def _text(transcript: Transcript, index: int) -> str:
    return transcript.turns[index].text if 0 <= index < len(transcript.turns) else ""


def _symptom(transcript: Transcript, flaw: Flaw, names: Sequence[str | None]) -> Symptom:
    kind, turn = flaw.kind, flaw.turn
    before = next((one for one in transcript.turns[:turn][::-1] if one.move is not None), None)
    trigger = _trigger(kind, before)
    stage = stage_at(names, turn)
    slot = flaw.slot if trigger == PLAIN and kind in _OF_A_SLOT else None
    place = stage if trigger == PLAIN and slot is None and kind in _OF_A_STAGE and stage != START else None
    way = UNSAID_WAY if flaw.unsaid and kind == "WRONG_RESULT" else _way(kind, transcript, turn)
    return Symptom(
        kind=kind,
        turn=turn,
        stage=stage,
        slot=flaw.slot,
        after=before.act.name if before is not None and before.act is not None else None,
        move=before.move.kind if before is not None and before.move is not None else None,
        trigger=trigger,
        way=way,
        said=_said(transcript, turn),
        cell=str(Cell(kind, trigger, slot, place, way)),
    )


def _trigger(kind: str, before: Turn | None) -> str:
    """What the user's turn before the blamed one was to the product."""
    if kind == "LOST_CORRECTION":
        return CORRECTION
    if kind in _WHATEVER_CAME or before is None or before.act is None:
        return PLAIN
    return QUESTION if before.act.question is not None else _TRIGGERS.get(before.act.name, PLAIN)


def _way(kind: str, transcript: Transcript, index: int) -> str:
    """The manner within a kind, where kinds hold several: how it broke, whether language or tone, too early or never."""
    turn = transcript.turns[index] if 0 <= index < len(transcript.turns) else None
    reply = turn.reply if turn is not None else None
    if reply is None:
        return ""
    if kind == "SYSTEM_ERROR":
        return _breakdown(reply)
    if kind == "LANGUAGE_STYLE":
        heard = next((one.text for one in transcript.turns[:index][::-1] if one.move is not None), "")
        spoken = language_of(reply.text)
        return "tone" if spoken is None or spoken == (language_of(heard) or "en") else f"language {spoken}"
    if kind == "FALSE_DONE":
        later = (one.reply for one in transcript.turns[index + 1 :] if one.reply is not None)
        return "early" if any(one.options or "?" in one.text for one in later) else "never"
    return ""


def _breakdown(reply: Reply) -> str:
    if reply.problem is not None:
        found = _ERROR_CLASS.search(reply.problem.detail)
        return f"{reply.problem.kind} {found[1]}" if found is not None else reply.problem.kind
    text = reply.text.strip()
    if _MACHINE.search(text) is None and any(isinstance(call, Mapping) and failure(call) for call in reply.tool_calls):
        return TOOL_WAY
    if not text:
        return "empty"
    return "data" if text[0] in "{[<" else "trace"


def _said(transcript: Transcript, index: int) -> str:
    """What is new in the blamed reply and no question, in lower case, without this user's particulars."""
    turn = transcript.turns[index] if 0 <= index < len(transcript.turns) else None
    if turn is None or turn.reply is None or turn.reply.problem is not None:
        return ""
    earlier = next((one for one in transcript.turns[:index][::-1] if one.reply is not None), None)
    known = set(sentences(earlier.text)) if earlier is not None else set()
    new = [part for part in sentences(turn.text) if "?" not in part and part not in known]
    facts = [fact for slot in transcript.scenario.goal.slots for fact in (slot.fact, slot.instead) if fact is not None]
    return mask(" ".join(new), (form for fact in facts for form in (fact.value, *fact.words)))[:_LONGEST]
