"""Why it breaks: what goes when one thing is taken away, all else said as it was.

Suspects come from the conversations of the run (analysis.spectrum). Each is put to the test: pairs of replays of conversations
that show the failure, with it and without it, compared by McNemar's exact test. What only goes together with a failure does
not make it go away.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal, TypeAlias

from prebeta.analysis.paired import Pairs, change_interval, mcnemar
from prebeta.analysis.spectrum import (
    ANECDOTE,
    BEHAVIOR,
    QUESTION,
    SLOT,
    TYPED,
    Feature,
    Sighting,
    Suspect,
    features,
    safe_values,
    spectrum,
)
from prebeta.analysis.stats import LEVEL, interval
from prebeta.core.results import Symptom
from prebeta.core.types import Transcript
from prebeta.investigate.edits import Told, in_own_form, rewords, without
from prebeta.investigate.replays import Replay, Replayed, Script, Subject, on_the_way, repeated, shows

Verdict: TypeAlias = Literal["confirmed", "not the cause", "undecided"]

PAIRS = (6, 10, 20, 40)
"""After so many pairs it is looked whether the answer is known: after six whether it is not the cause, for all that is
confirmed must stand against as many tests as are made. The last are held only where they are likely to decide."""
SUSPECTS = 8
_HALF = 0.5
_LEFT = 1 / 3
_MOST_NEEDED = 400
_FIRST_OF_RUN = 4
_VALUES_TRIED = 3
_CONVERSATIONS = 2
"""So many conversations of a finding that has as many must have it, for it to be the cause."""


@dataclass(frozen=True, slots=True)
class Cases:
    """A failure in a run: conversations that show it, what is about all conversations that count, and the values of each slot
    that a user may have."""

    subjects: tuple[Subject, ...]
    sightings: tuple[Sighting, ...]
    values: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Cause:
    """What came of taking one feature away. `needs`: so many more pairs would decide it, at shares like these; None where
    it is decided, or too many would be needed."""

    feature: Feature
    pairs: Pairs
    verdict: Verdict
    needs: int | None
    suspect: Suspect | None = None

    @property
    def interval(self) -> tuple[float, float]:
        """95 % interval of the change."""
        return change_interval(self.pairs)


@dataclass(frozen=True, slots=True)
class Why:
    """Causes put to the test, the likeliest first; `anyone`: in how many of how many replays a cooperative user with the same
    goal met it; `spectrum` what the run says beside; `together` two confirmed ones of which both are needed."""

    causes: tuple[Cause, ...]
    anyone: tuple[int, int]
    reproduced: tuple[int, int]
    spectrum: tuple[Suspect, ...]
    together: Suspect | None
    conversations: int
    replays: int

    @property
    def top(self) -> Cause | None:
        """The likeliest confirmed cause."""
        return next((cause for cause in self.causes if cause.verdict == "confirmed"), None)

    @property
    def anecdote(self) -> bool:
        """Whether too few conversations show it for the run itself to say anything."""
        return self.conversations < ANECDOTE


def verdict_of(pairs: Pairs, level: float = LEVEL) -> tuple[Verdict, int | None]:
    """What pairs say, and how many more would decide where they don't.

    Confirmed: significantly more often with it (`level`: the chance of error for this one), and without it a third at most is
    left. Not the cause: of the times that it showed, taking it away ended less than half, with 95 % confidence.
    """
    decided = _decided(pairs, level)
    if decided is not None:
        return decided, None
    for factor in range(2, _MOST_NEEDED // max(1, pairs.n) + 1):
        if _decided(pairs.times(factor), level) is not None:
            return "undecided", pairs.n * (factor - 1)
    return "undecided", None


def _decided(pairs: Pairs, level: float) -> Verdict | None:
    shown, left = pairs.both + pairs.gone, pairs.both + pairs.came
    if pairs.gone > pairs.came and mcnemar(pairs.gone, pairs.came) <= level and left <= _LEFT * shown:
        return "confirmed"
    ended = max(0, pairs.gone - pairs.came)
    return "not the cause" if shown and interval(ended, shown)[1] < _HALF else None


async def why(cases: Cases, replay: Replay, progress: Callable[[Cause], None] = lambda _: None) -> Why:
    """Put the likeliest causes of a failure to the test."""
    found = spectrum(cases.sightings)
    suspects = _suspects(cases, found)
    # As many tests as suspects: that any of them is confirmed by chance is to stay under 5 % (Bonferroni).
    trial = _Trial(cases, replay, LEVEL / max(1, len(suspects)))
    anyone = await trial.anyone()
    causes = []
    for feature, suspect in suspects:
        pairs = await trial.pairs(feature)
        if not pairs.n:
            continue
        verdict, needs = trial.verdict(feature, pairs)
        causes.append(Cause(feature, pairs, verdict, needs, suspect))
        progress(causes[-1])
    causes.sort(key=lambda one: (_RANKED[one.verdict], -one.pairs.change, -(one.suspect.ochiai if one.suspect else 0)))
    confirmed = {cause.feature for cause in causes if cause.verdict == "confirmed"}
    together = next((one for one in found if len(one.features) > 1 and confirmed >= set(one.features)), None)
    shown = len({subject.transcript.id for subject in cases.subjects})
    return Why(tuple(causes), anyone, trial.reproduced, found, together, shown, trial.replays)


_RANKED: Mapping[str, int] = MappingProxyType({"confirmed": 0, "undecided": 1, "not the cause": 2})


def _suspects(cases: Cases, found: Sequence[Suspect]) -> list[tuple[Feature, Suspect | None]]:
    """What is put to the test: what happened right before the failure, then what the run points at, the likeliest first."""
    known = {one.features[0]: one for one in found if len(one.features) == 1}
    chosen: dict[Feature, Suspect | None] = {}
    immediate: dict[Feature, int] = {}
    for subject in cases.subjects:
        move = subject.moves[-1] if subject.moves else None
        for name in move.act.behaviors if move is not None and move.act is not None else ():
            immediate[Feature(BEHAVIOR, name)] = immediate.get(Feature(BEHAVIOR, name), 0) + 1
    often = [feature for feature, times in immediate.items() if times >= 0.2 * len(cases.subjects)]
    for feature in sorted(often, key=lambda one: -immediate[one])[:3]:
        chosen[feature] = known.get(feature)
    for suspect in found:
        for feature in suspect.features:
            testable = feature.kind in (BEHAVIOR, QUESTION, SLOT, TYPED) and feature.at is None
            likely = suspect.significant or len(chosen) < _FIRST_OF_RUN
            if testable and likely and not any(_same(feature, one) for one in chosen):
                chosen[feature] = known.get(feature, suspect)
    return list(chosen.items())[:SUSPECTS]


def _same(one: Feature, other: Feature) -> bool:
    return (one.kind, one.name) == (other.kind, other.name)


class _Trial:
    """Holds conversations with and without something, and remembers those with everything."""

    def __init__(self, cases: Cases, replay: Replay, level: float) -> None:
        self._cases, self._replay, self.level = cases, replay, level
        self._told = [Told.of(subject.transcript, subject.symptom.turn) for subject in cases.subjects]
        self._about = [features(one.transcript, one.symptom.turn) for one in cases.subjects]
        self._whole: dict[tuple[int, int], bool] = {}
        self._seen: dict[int, set[str]] = {}
        self.replays = 0

    @property
    def reproduced(self) -> tuple[int, int]:
        """In how many of the replays with everything the failure came again."""
        return sum(self._whole.values()), len(self._whole)

    async def anyone(self) -> tuple[int, int]:
        """A cooperative user with these goals."""
        shown = held = 0
        for place, told in enumerate(self._told[: PAIRS[0]]):
            one = await self._held(Script(told.scenario, (), goes_on=True))
            if one is not None:
                shown, held = shown + (shows(one, self._cases.subjects[place].cells) is not None), held + 1
        return shown, held

    def verdict(self, feature: Feature, pairs: Pairs) -> tuple[Verdict, int | None]:
        """What the pairs say. What only one of several conversations has, may be what ends it there, and isn't the cause
        of the finding."""
        verdict, needs = verdict_of(pairs, self.level)
        alone = len(self._places(feature)) < min(_CONVERSATIONS, len(self._told))
        return ("undecided", None) if verdict == "confirmed" and alone else (verdict, needs)

    async def pairs(self, feature: Feature) -> Pairs:
        """Replays with and without, until the answer is known. Where taking it away puts a message in other words each
        conversation counts once: again and again with the same words is no more evidence that the words don't matter."""
        places = self._places(feature)
        found = Pairs()
        for number in range(min(PAIRS[-1], len(places)) if rewords(feature) else PAIRS[-1] if places else 0):
            if number in PAIRS and (_decided(found, self.level) is not None or not self._promising(found, number)):
                break
            place, again = places[number % len(places)], number // len(places)
            with_it = await self._with_everything(place, again)
            without_it = await self._without(feature, place) if with_it is not None else None
            if with_it is not None and without_it is not None:
                found = found.plus(with_it, without_it)
        return found

    def _promising(self, found: Pairs, number: int) -> bool:
        """Whether more pairs are likely to decide it."""
        if not found.n:
            return False
        needs = verdict_of(found, self.level)[1]
        return number < PAIRS[1] or (needs is not None and found.n + needs <= PAIRS[-1])

    async def _without(self, feature: Feature, place: int) -> bool | None:
        """Whether it shows without the feature; None where something else went wrong instead, so that nobody knows."""
        if feature.kind == SLOT and not await self._whatever_form(feature, place):
            return None
        others = self._others(feature, place)
        for value in others[:_VALUES_TRIED] if feature.kind == SLOT else ("",):
            script = without(self._told[place], feature, (value,))
            held = None if script is None else await self._held(script)
            if held is None:
                continue
            if shows(held, self._cases.subjects[place].cells) is not None:
                return True
            subject = self._cases.subjects[place]
            came_there = feature.kind != SLOT or on_the_way(subject.transcript, held.transcript, subject.symptom.turn)
            if came_there and not any(self._hides(one, place) for one in held.symptoms):
                return False
        return None

    async def _whatever_form(self, feature: Feature, place: int) -> bool:
        """Whether it shows with the value in its own form as well, where it was typed in another."""
        script = in_own_form(self._told[place], feature)
        if script is None:
            return True
        held = await self._held(script)
        return held is not None and shows(held, self._cases.subjects[place].cells) is not None

    def _hides(self, symptom: Symptom, place: int) -> bool:
        """Whether something new went wrong where the failure would have shown, or much like it."""
        was = self._cases.subjects[place].symptom
        return symptom.cell not in self._seen[place] and (symptom.turn <= was.turn or symptom.kind == was.kind)

    def _places(self, feature: Feature) -> list[int]:
        """Conversations that have it, those in which least else was about first; of a value those that say it as it is."""
        having = [place for place, about in enumerate(self._about) if _has(about, feature)]
        if feature.kind == SLOT:
            plain = [place for place in having if in_own_form(self._told[place], feature) is None]
            having = plain if len(plain) >= _CONVERSATIONS else having
        return sorted(having, key=lambda place: (self._beside(place, feature), place))

    def _beside(self, place: int, feature: Feature) -> int:
        """How many other behaviors stand in the same messages."""
        acts = (move.act for move in self._told[place].moves if move.act is not None)
        return sum(len(act.behaviors) - 1 for act in acts if feature.name in act.behaviors)

    def _others(self, feature: Feature, place: int) -> tuple[str, ...]:
        if feature.kind != SLOT:
            return ()
        safe = safe_values(feature.name, self._cases.sightings)
        declared = self._cases.values.get(feature.name, ())
        ranked = [value for value in safe if value in declared] + [value for value in declared if value not in safe]
        slots = {slot.name: slot for slot in self._told[place].scenario.goal.slots}
        slot = slots.get(feature.name)
        instead = slot.instead.value if slot is not None and slot.instead is not None else None
        return tuple(value for value in ranked if value != instead) if declared else ()

    async def _with_everything(self, place: int, again: int) -> bool | None:
        key = (place, again)
        if key not in self._whole:
            held = await self._held(self._told[place].script)
            if held is None:
                return None
            self._seen.setdefault(place, set()).update(one.cell for one in held.symptoms)
            self._whole[key] = shows(held, self._cases.subjects[place].cells) is not None
        return self._whole[key]

    async def _held(self, script: Script) -> Replayed | None:
        self.replays += 1
        held = await repeated(self._replay, script, 1)
        return held[0] if held else None


def _has(about: frozenset[Feature], feature: Feature) -> bool:
    if feature.kind == SLOT:
        return any(Feature(SLOT, feature.name, (value,)) in about for value in feature.values)
    return feature in about


def sighting(transcript: Transcript, symptom_turn: int | None, *, flawed: bool) -> Sighting:
    """A conversation for the spectrum: up to the failure where it shows, else whole."""
    return Sighting(features(transcript, symptom_turn), symptom_turn is not None, flawed)
