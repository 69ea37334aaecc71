"""What a conversation says about a case: did its own failure show, and do its checks hold."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Literal, TypeAlias

from prebeta.analysis.outcome import EXCLUDED
from prebeta.config import Project
from prebeta.core.errors import UsageError
from prebeta.core.results import Assessment, Symptom
from prebeta.core.suggest import suggestion
from prebeta.core.types import Act, Json, Reply, Transcript, Verdict
from prebeta.datasets.cases.case import ANY, REACHED, Case
from prebeta.dialogue.reading import Reader
from prebeta.judges.facts import FactReader, Utterance, day_of, utterances

Came: TypeAlias = Literal["passed", "failed", "spoiled"]
_OUTCOME_OF: Mapping[str, str] = MappingProxyType({"declined": "DECLINED_OK", "handed_off": "HANDED_OFF_OK"})
_BROKE = frozenset(("ERROR", "TIMEOUT"))


@dataclass(frozen=True, slots=True)
class Heard:
    """A conversation of a case with what judges found in it; `left` is how many moves of the script were never said, None
    where its user decided."""

    transcript: Transcript
    verdicts: tuple[Verdict, ...]
    assessment: Assessment
    flaws: tuple[Symptom, ...]
    left: int | None = None


@dataclass(frozen=True, slots=True)
class Outlook:
    """What one conversation says. `settled` where nothing else need be asked; `fit` where all of a script was said, each thing
    where it was asked for; `triggered` where the user did what the case is about."""

    heard: Heard
    came: Came
    why: str
    same: bool = False
    turn: int | None = None
    settled: bool = True
    fit: bool = True
    triggered: bool = True

    def beside(self, user: Outlook) -> Outlook:
        """What script and user say together. Shrunk scripts are odd: that something else breaks counts where it does with the
        user as well, or where the user does nothing of what the case is about."""
        if user.same:
            return user
        if self.heard.left == 0 and self.came == "passed":
            return self
        if user.came == "passed" and not user.triggered:
            if self.fit:
                return self
            return replace(user, came="spoiled", why="the product has moved on: nobody came to where it broke")
        return user


def fits(case: Case, project: Project) -> None:
    """Raises UsageError where a case checks facts that the project tells nothing of."""
    known = project.end_state.facts
    for key, facts in (("required", case.checks.required), ("forbidden", case.checks.forbidden)):
        for slot in facts:
            if slot not in known:
                hint = suggestion(slot, known, f"it knows: {', '.join(known) or 'none'}")
                raise UsageError(
                    f"{case.path or case.id}: checks.{key}.{slot}: end_state.facts has no {slot!r}; {hint}"
                )


def looked_at(case: Case, heard: Heard, facts: FactReader, reader: Reader) -> Outlook:
    """The case's own failure first, then its checks, then what else broke where the script ended."""
    fit = heard.left == 0 and not _misfits(heard, case, reader)
    places = _places(case, heard)
    triggered = heard.left == 0 if heard.left is not None else bool(places) or not case.moves
    own = next((one for one in heard.flaws if any(flaw.is_shown_by(one) for flaw in case.checks.must_not)), None)
    outcome = heard.assessment.outcome
    spoiled = EXCLUDED.get(outcome) is not None
    if own is not None and not (spoiled and heard.left == 0 and own.turn > max(places, default=0)):
        return Outlook(heard, "failed", f"{own.kind} at turn {own.turn}", same=True, turn=own.turn, fit=fit)
    by_user = heard.left is None
    if spoiled:
        why = heard.transcript.stop.detail or _in_words(outcome)
        ours = outcome == "SIM_FAULT" and not fit  # a script that doesn't fit is no verdict on a user who decides anew
        return Outlook(heard, "spoiled", why, settled=by_user or not ours, fit=fit, triggered=triggered)
    broken = next(_broken(case, heard, facts), None)
    if broken is not None:
        settled = by_user or outcome in _BROKE  # whatever was said, that is no answer
        return Outlook(heard, "failed", *broken, settled=settled, fit=fit, triggered=triggered)
    other = next((one for one in heard.flaws if one.turn in places), None)
    if other is not None:
        why = f"another failure in its place: {other.kind} at turn {other.turn}"
        return Outlook(heard, "failed", why, turn=other.turn, settled=by_user, fit=fit, triggered=triggered)
    return Outlook(heard, "passed", _ended(heard), settled=by_user or fit, fit=fit, triggered=triggered)


def _broken(case: Case, heard: Heard, facts: FactReader) -> Iterator[tuple[str, bool, int | None]]:
    """Which checks don't hold: why, that it isn't the case's own failure, and the turn to look at."""
    found, checks = heard.assessment, case.checks
    wanted = _OUTCOME_OF.get(checks.end_state)
    if checks.end_state == REACHED and (found.failed or found.outcome in EXCLUDED):
        broke = f"{found.kind} at turn {found.turn}, " if found.kind else ""
        yield f"another failure: {broke}{found.outcome}", False, found.turn
    elif wanted is not None and found.outcome != wanted:
        yield f"{wanted} was expected, it ended with {found.outcome}", False, found.turn
    elif checks.end_state == ANY and found.outcome in _BROKE:
        yield f"another failure: {found.kind} at turn {found.turn}, {found.outcome}", False, found.turn
    yield from ((why, False, None) for why in _wrong_facts(case, heard, facts))


def _wrong_facts(case: Case, heard: Heard, facts: FactReader) -> Iterator[str]:
    end = heard.transcript.end
    if end is None or end.kind != "reached":
        return
    scenario = heard.transcript.scenario
    words = {slot.name: slot.fact for slot in scenario.goal.slots}
    told = utterances(scenario, heard.transcript.turns)
    for slot, value in case.checks.required.items():
        if slot not in end.values or (slot in words and slot not in told):
            continue  # what the user never came to tell, the product can't hold
        if slot in told and told[slot][-1].value != value:
            continue  # and what it said last counts, which the end state's judge looks at
        fact = words.get(slot)
        forms = (value, *fact.words) if fact is not None and fact.value == value else (value,)
        said = told.get(slot, ())
        forms = (*forms, *(form for one in said if one.value == value for form in one.forms))
        if not _same(facts, slot, end.values[slot], forms, heard):
            yield f"{slot} should be {value!r}, the product holds {_held(end.values[slot])}"
    for slot, values in case.checks.forbidden.items():
        wrong = next((one for one in values if _same(facts, slot, end.values.get(slot), (one,), heard)), None)
        if wrong is not None:
            yield f"{slot} must not be {wrong!r}"


def _same(facts: FactReader, slot: str, value: Json, forms: tuple[str, ...], heard: Heard) -> bool:
    said = Utterance(0, forms[0], forms, mistyped="mistype" in heard.assessment.fired)
    return value is not None and facts.same(slot, value, said, day_of(heard.transcript))


def _held(value: Json) -> str:
    return "nothing" if value is None else repr(value)


def _places(case: Case, heard: Heard) -> tuple[int, ...]:
    """The product's turns in which the case's failure would show: the answer to the script's last move, or where its user
    decided, the answers to moves like that."""
    if not case.moves:
        return ()
    last = case.moves[-1]
    turns = heard.transcript.turns
    if heard.left is None:
        asking = {turn.index for turn in turns if turn.move is not None and _alike(turn.act, last.act)}
    else:
        said = _scripted(case, heard)
        asking = {index for index in said[-1:] if turns[index].text == last.text}
    return tuple(turn.index for turn in turns if turn.reply is not None and turn.index - 1 in asking)


def _scripted(case: Case, heard: Heard) -> list[int]:
    """The user's turns in which the script spoke; the others are the cooperative user's."""
    left, found = list(case.moves), []
    for turn in heard.transcript.turns:
        if turn.move is not None and left:
            place = next((at for at, move in enumerate(left) if move.text == turn.text), None)
            if place is not None:
                left.pop(place)
                found.append(turn.index)
    return found


def _alike(act: Act | None, last: Act | None) -> bool:
    """Whether a user did again what a script ended with."""
    if act is None or last is None:
        return last is None
    return act.name == last.name and set(act.behaviors) >= set(last.behaviors)


def _misfits(heard: Heard, case: Case, reader: Reader) -> bool:
    """Whether the product asked for something else than a move of the script answers."""
    turns = heard.transcript.turns
    for index in _scripted(case, heard):
        act = turns[index].act
        reply = next((turn.reply for turn in turns[:index][::-1] if turn.reply is not None), Reply())
        asks = reader.read(reply).asks if act is not None and act.asked is not None else ()
        if asks and act is not None and act.asked not in asks:
            return True
    return False


def _ended(heard: Heard) -> str:
    beside = [f"{one.kind} at turn {one.turn}" for one in heard.flaws]
    also = f"; beside it: {', '.join(beside)}" if beside else ""
    return f"{heard.assessment.outcome}{also}"


def _in_words(outcome: str) -> str:
    words = {"SIM_FAULT": "our user could not follow the product", "JUDGE_FAULT": "a judge broke"}
    return words.get(outcome, "the network or the machine failed")
