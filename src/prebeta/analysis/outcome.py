"""What a conversation came to: a pure function of its stop, its end state and the verdicts.

Precedence, first that holds:

1. We broke: the stop says infrastructure, simulator or judge.
2. A judge broke: JUDGE_FAULT, but only where its verdict could have changed whether the conversation failed.
   That is where the product reached its end state and nobody compared it with what the user said. A
   conversation that ended by patience, a limit, an error or a refusal has failed (or not) whatever a judge
   would say: to leave it out would flatter the product exactly where judges choke on its replies.
3. The end state was found: right, wrong, declined or handed off.
4. Why it stopped.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from prebeta.analysis.habits import habits
from prebeta.analysis.key import finding_id, is_nowhere
from prebeta.analysis.stages import StageNamer, entered, stage_at
from prebeta.core.results import Assessment
from prebeta.core.types import Blame, Transcript, Turn, Verdict
from prebeta.dialogue.similarity import mask

FAILED = frozenset({"REACHED_WRONG", "ABANDONED", "STUCK", "TURN_LIMIT", "TIMEOUT", "ERROR"})
SUCCEEDED = frozenset({"REACHED", "DECLINED_OK", "HANDED_OFF_OK"})
EXCLUDED: Mapping[str, Blame | None] = MappingProxyType(
    {"SIM_FAULT": "simulator", "JUDGE_FAULT": "judge", "INFRA": "infrastructure", "LEFT": None}
)
"""Outside the rate, with who is to blame."""

OUTCOMES = (
    *("REACHED", "DECLINED_OK", "HANDED_OFF_OK"),
    *("REACHED_WRONG", "ABANDONED", "STUCK", "TURN_LIMIT", "TIMEOUT", "ERROR"),
    *("LEFT", "SIM_FAULT", "JUDGE_FAULT", "INFRA"),
)
"""All outcomes in the order reports show them."""

END_JUDGE = "end_state"
"""The judge that holds the end state against what the user last said; where it fails, the end is a wrong one."""

# Where two kinds blame one turn, the one that says most about the cause is primary: what broke outright; then what a
# product must never do, whatever else went wrong with it; then what is plainly untrue; then how the talk went wrong, the
# particular before the general (another language, a refusal, a person not put through or a dead end before the old or wrong
# value it leaves behind, the loop or the question passed over that they also are). NO_PROGRESS stands last: it is what any
# of the others looks like from afar, and it blames the first of three turns, which often is the turn another kind explains.
_RANK: Mapping[str, int] = MappingProxyType(
    {
        kind: rank
        for rank, kind in enumerate(
            (
                *("SYSTEM_ERROR", "LEAK", "OUT_OF_BOUNDS", "FALSE_DONE", "LANGUAGE_STYLE"),
                *("WRONG_REFUSAL", "HANDOFF_FAIL", "DEAD_END", "LOST_CORRECTION", "WRONG_RESULT"),
                *("CONTRADICTION", "LOOP"),
                *("IGNORED_INPUT", "UNGROUNDED"),
            )
        )
    }
)
_OTHER, _LAST = 50, 100

_HARNESS: Mapping[str, str] = MappingProxyType(
    {"infrastructure": "INFRA", "simulator": "SIM_FAULT", "judge": "JUDGE_FAULT"}
)
_KIND_OF_OUTCOME: Mapping[str, str] = MappingProxyType(
    {"REACHED_WRONG": "FALSE_DONE", "TIMEOUT": "SYSTEM_ERROR", "ERROR": "SYSTEM_ERROR"}
)


@dataclass(frozen=True, slots=True)
class _Primary:
    """What a conversation is blamed for first."""

    kind: str
    turn: int
    slot: str | None = None


def assess(
    transcript: Transcript, verdicts: Sequence[Verdict], judge_error: str | None, namer: StageNamer
) -> Assessment:
    """The outcome, who is to blame, and the primary verdict with its stage and finding.

    A conversation outside the rate has no kind, no finding and is not `flawed`: what a broken simulator draws
    out of a product says nothing about it. A failed one always has a kind, so that the findings miss none.
    """
    outcome = _outcome(transcript, verdicts, judge_error)
    fails = [verdict for verdict in verdicts if verdict.value == "fail" and verdict.kind is not None]
    names = namer.name(transcript.turns)
    failed, counted = outcome in FAILED, outcome not in EXCLUDED
    flawed = counted and bool(fails)
    primary = _primary(outcome, fails, transcript.turns, names) if failed or flawed else None
    acts = [turn.act for turn in transcript.turns if turn.act is not None]
    shape = Assessment(
        outcome,
        failed,
        flawed,
        blame="product" if failed or flawed else EXCLUDED.get(outcome),
        stages=entered(names),
        moves=dict(Counter(turn.move.kind for turn in transcript.turns if turn.move is not None)),
        fired=tuple(dict.fromkeys(behavior for act in acts for behavior in act.behaviors)),
        habits=habits(transcript, verdicts, namer.reader),
    )
    return shape if primary is None else _with_primary(shape, primary, transcript, names)


def _with_primary(
    shape: Assessment, primary: _Primary, transcript: Transcript, names: Sequence[str | None]
) -> Assessment:
    stage = stage_at(names, primary.turn)
    before = next((turn for turn in transcript.turns[: primary.turn][::-1] if turn.move is not None), None)
    template = _template(transcript, primary.turn) if is_nowhere(stage, primary.slot) else ""
    return replace(
        shape,
        kind=primary.kind,
        turn=primary.turn,
        stage=stage,
        slot=primary.slot,
        after=before.act.name if before is not None and before.act is not None else None,
        move=before.move.kind if before is not None and before.move is not None else None,
        finding=finding_id(primary.kind, stage, primary.slot, template),
    )


def _outcome(transcript: Transcript, verdicts: Sequence[Verdict], judge_error: str | None) -> str:
    stop = transcript.stop
    if stop.by == "harness":
        return _HARNESS.get(stop.reason, "INFRA")
    if transcript.end is not None:
        return _of_end(transcript.end.kind, verdicts, judge_error)
    kinds = {verdict.kind for verdict in verdicts if verdict.value == "fail"}
    if stop.by == "user":
        return {"done": "REACHED_WRONG", "patience": "ABANDONED"}.get(stop.reason, "LEFT")
    if stop.by == "limit":
        if stop.reason == "time":
            return "TIMEOUT"
        return "STUCK" if kinds & {"LOOP", "DEAD_END"} else "TURN_LIMIT"
    if stop.reason == "ended":
        return "REACHED_WRONG" if "FALSE_DONE" in kinds else "STUCK"
    return "TIMEOUT" if stop.reason == "timeout" else "ERROR"


def _of_end(kind: str, verdicts: Sequence[Verdict], judge_error: str | None) -> str:
    if kind == "declined":
        return "DECLINED_OK"
    if kind == "handed_off":
        return "HANDED_OFF_OK"
    at_end = [verdict for verdict in verdicts if verdict.judge == END_JUDGE]
    if any(verdict.value == "fail" for verdict in at_end):
        return "REACHED_WRONG"
    # A judge that broke might have found something: only what another one found is known.
    unknown = judge_error is not None and not any(verdict.value == "fail" for verdict in verdicts)
    return "JUDGE_FAULT" if unknown else "REACHED"


def _primary(outcome: str, fails: Sequence[Verdict], turns: Sequence[Turn], names: Sequence[str | None]) -> _Primary:
    last = _last_product_turn(turns)
    if fails:
        first = min(fails, key=lambda verdict: _order(verdict, last))
        return _Primary(first.kind or "", last if first.turn is None else first.turn, first.slot)
    kind = _KIND_OF_OUTCOME.get(outcome, "NO_PROGRESS")
    return _Primary(kind, _standstill(turns, names) if kind == "NO_PROGRESS" else last)


def _order(verdict: Verdict, last: int) -> tuple[int, int, str]:
    """Earliest turn first; one that blames no turn speaks of the conversation's end."""
    kind = verdict.kind or ""
    rank = _LAST if kind == "NO_PROGRESS" else _RANK.get(kind, _OTHER)
    return (last if verdict.turn is None else verdict.turn, rank, kind)


def _last_product_turn(turns: Sequence[Turn]) -> int:
    return next((turn.index for turn in reversed(turns) if turn.reply is not None), max(len(turns) - 1, 0))


def _standstill(turns: Sequence[Turn], names: Sequence[str | None]) -> int:
    """The first product turn after the last that opened a stage not seen before, or the last product turn."""
    seen: set[str] = set()
    advanced = -1
    for index, name in enumerate(names):
        if name is not None and name not in seen:
            seen.add(name)
            advanced = index
    after = (turn.index for turn in turns if turn.reply is not None and turn.index > advanced)
    return next(after, _last_product_turn(turns))


def _template(transcript: Transcript, index: int) -> str:
    """The blamed turn's words without this user's particulars, or the problem's name where it has no
    words."""
    if not 0 <= index < len(transcript.turns):
        return ""
    turn = transcript.turns[index]
    if turn.reply is not None and turn.reply.problem is not None:
        return turn.reply.problem.kind
    facts = [fact for slot in transcript.scenario.goal.slots for fact in (slot.fact, slot.instead) if fact is not None]
    return mask(turn.text, (form for fact in facts for form in (fact.value, *fact.words)))
