"""What a conversation came to: a pure function of its stop, its end state and the verdicts.

Precedence, first that holds:

1. We broke: the stop says infrastructure, simulator or judge.
2. A judge broke: JUDGE_FAULT, but only where its verdict could have changed whether the conversation failed.
   That is where the product reached its end state and nobody compared it with what the user said. A
   conversation that ended by patience, a limit, an error or a refusal has failed (or not) whatever a judge
   would say: to leave it out would flatter the product exactly where judges choke on its replies.
3. The end state was found: right, wrong, declined or handed off.
4. Why it stopped. A log that was imported just ends: it failed where the product broke at its last turn, or where the
   end state was looked for, isn't there, and a judge found a fault. Else it isn't known (UNKNOWN), or the user left.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from prebeta.analysis.habits import habits
from prebeta.analysis.stages import StageNamer, entered
from prebeta.analysis.symptoms import Flaw, symptoms
from prebeta.core.results import Assessment, Symptom
from prebeta.core.types import Blame, Transcript, Turn, Verdict
from prebeta.judges.held import UNSAID

FAILED = frozenset({"REACHED_WRONG", "ABANDONED", "STUCK", "TURN_LIMIT", "TIMEOUT", "ERROR"})
SUCCEEDED = frozenset({"REACHED", "DECLINED_OK", "HANDED_OFF_OK"})
UNKNOWN = "UNKNOWN"
"""Neither: an imported conversation of which nothing tells whether it came to its end."""
EXCLUDED: Mapping[str, Blame | None] = MappingProxyType(
    {"SIM_FAULT": "simulator", "JUDGE_FAULT": "judge", "INFRA": "infrastructure", "LEFT": None}
)
"""Outside the rate, with who is to blame."""

OUTCOMES = (
    *("REACHED", "DECLINED_OK", "HANDED_OFF_OK", UNKNOWN),
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
_NONE = Symptom("", 0)

_HARNESS: Mapping[str, str] = MappingProxyType(
    {"infrastructure": "INFRA", "simulator": "SIM_FAULT", "judge": "JUDGE_FAULT"}
)
_KIND_OF_OUTCOME: Mapping[str, str] = MappingProxyType(
    {"REACHED_WRONG": "FALSE_DONE", "TIMEOUT": "SYSTEM_ERROR", "ERROR": "SYSTEM_ERROR"}
)


def assess(
    transcript: Transcript, verdicts: Sequence[Verdict], judge_error: str | None, namer: StageNamer
) -> Assessment:
    """The outcome, who is to blame, and the flaws with their stages.

    A conversation outside the rate has no kind, no symptoms and is not `flawed`: what a broken simulator draws
    out of a product says nothing about it. A failed one always has a kind, so that the findings miss none.
    """
    outcome = _outcome(transcript, verdicts, judge_error)
    fails = [verdict for verdict in verdicts if verdict.value == "fail" and verdict.kind is not None]
    steps = namer.steps(transcript.turns)
    names = steps if namer.naming is None else namer.name(transcript.turns)
    failed, counted = outcome in FAILED, outcome not in EXCLUDED
    flawed = counted and bool(fails)
    flaws = _flaws(outcome, fails, transcript.turns, steps) if failed or flawed else []
    found = symptoms(transcript, flaws, steps, None if namer.naming is None else names)
    primary = found[0] if found else _NONE
    acts = [turn.act for turn in transcript.turns if turn.act is not None]
    return Assessment(
        outcome,
        failed,
        flawed,
        blame="product" if failed or flawed else EXCLUDED.get(outcome),
        kind=primary.kind or None,
        turn=primary.turn if found else None,
        stage=primary.stage,
        slot=primary.slot,
        after=primary.after,
        move=primary.move,
        symptoms=found,
        stages=entered(names),
        moves=dict(Counter(turn.move.kind for turn in transcript.turns if turn.move is not None)),
        fired=tuple(dict.fromkeys(behavior for act in acts for behavior in act.behaviors)),
        habits=habits(transcript, verdicts, namer.reader),
    )


def flaws_of(transcript: Transcript, verdicts: Sequence[Verdict], namer: StageNamer) -> tuple[Symptom, ...]:
    """What judges find fault with in a conversation, however it ended: of one that was broken off on purpose, say."""
    fails = [verdict for verdict in verdicts if verdict.value == "fail" and verdict.kind is not None]
    steps = namer.steps(transcript.turns)
    return symptoms(transcript, _flaws("", fails, transcript.turns, steps), steps) if fails else ()


def _outcome(transcript: Transcript, verdicts: Sequence[Verdict], judge_error: str | None) -> str:
    stop = transcript.stop
    if stop.by == "harness":
        return _HARNESS.get(stop.reason, "INFRA")
    if transcript.end is not None:
        return _of_end(transcript.end.kind, verdicts, judge_error)
    if transcript.of_log:
        return _of_log(transcript, verdicts)
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


def _of_log(transcript: Transcript, verdicts: Sequence[Verdict]) -> str:
    """An imported conversation without an end state."""
    last = _last_product_turn(transcript.turns)
    fails = [verdict for verdict in verdicts if verdict.value == "fail" and verdict.kind is not None]
    broke = {verdict.kind for verdict in fails if verdict.turn is None or verdict.turn >= last}
    # A loop is blamed on its second occurrence; it may go on to the end.
    looped = any(
        one.kind == "LOOP" and transcript.turns[one.turn or 0].text == transcript.turns[last].text for one in fails
    )
    if "SYSTEM_ERROR" in broke:
        return "ERROR"
    if looped or broke & {"LOOP", "DEAD_END"}:
        return "STUCK"
    if transcript.stop.reason == "imported":
        return UNKNOWN
    return "ABANDONED" if fails else "LEFT"


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


def _flaws(outcome: str, fails: Sequence[Verdict], turns: Sequence[Turn], names: Sequence[str | None]) -> list[Flaw]:
    """What a conversation is blamed for, the primary one first, each with a turn. A failed one has at least one."""
    last = _last_product_turn(turns)
    if fails:
        ordered = sorted(fails, key=lambda verdict: _order(verdict, last))
        return [_flaw(one, last) for one in ordered]
    kind = _KIND_OF_OUTCOME.get(outcome, "NO_PROGRESS")
    return [Flaw(kind, _standstill(turns, names) if kind == "NO_PROGRESS" else last)]


def _flaw(verdict: Verdict, last: int) -> Flaw:
    unsaid = UNSAID in (verdict.reason or "")
    return Flaw(verdict.kind or "", last if verdict.turn is None else verdict.turn, verdict.slot, unsaid)


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
