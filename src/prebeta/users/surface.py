"""The voice by template: words the decided act, composed of parts, in the user's own style.

Noise is calibrated on people writing to assistants (`profile`); each user has its own way and keeps to it mostly. It never
touches a value, and what is added never says anything about the matter.
"""

from __future__ import annotations

import random
import re
from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType

from prebeta.behaviors.base import Decision
from prebeta.core.types import Scenario
from prebeta.dialogue import acts
from prebeta.users import wordings
from prebeta.users.foreign import FOREIGN
from prebeta.users.openings import Hand, compose, wish
from prebeta.users.profile import DEFAULT, Profile, Register

_KEEPS_TO_IT = 0.75
"""Share of messages in which a user writes as it usually does; else as anybody may."""
_OWN_REMARKS = frozenset(
    (acts.GOAL_QUESTION, acts.OUT_OF_DOMAIN, acts.VAGUE, acts.ASK_HUMAN, acts.FALSE_CLAIM, acts.DOUBT, acts.STALL)
)
"""Acts with fixed words that the user writes in its own case; the others' words stay as they are to the letter."""
_LED: Mapping[str, float] = MappingProxyType({acts.GOAL_QUESTION: 0.6, acts.OUT_OF_DOMAIN: 0.35})
_FREE = frozenset((acts.REQUEST, acts.PUZZLED, acts.CLARIFY, acts.NOT_SURE, acts.NUDGE, *_OWN_REMARKS))
_NAMES = re.compile(r"name|contact|\bwho\b", re.I)
_PLURAL = re.compile(r"[^isu]s$")
_DELICATE = re.compile(r"[@./:_\\-]|[A-Z]{2}\W?\d|[A-Z]\d|\d[A-Z]|\d{5}")
"""Addresses, codes and the like, to which a full stop might be taken to belong."""
_NO_NOUN = re.compile(r"(?:when|who|what|where|how|which|is|has|have|needs?|wants?)\b", re.I)


class Voice:
    """One user's way of writing; `plain` is the autopilot's: the value and nothing else."""

    def __init__(
        self, scenario: Scenario, rng: random.Random, *, plain: bool = False, profile: Profile = DEFAULT
    ) -> None:
        self._scenario, self._rng, self._plain, self._profile = scenario, rng, plain, profile
        self._case, self._stop = rng.random(), rng.random()
        self._courtesy = 0.0 if plain else rng.choice((0.0, 0.4, 0.8, 2.8))
        lower = not plain and self._case < profile.free.lower and rng.random() < 0.6
        self._hand = Hand(lower, 0.0 if plain else profile.typos * rng.choice((0.0, 0.5, 0.5, 3.0)))
        self._traits = tuple(scenario.persona.traits.items())

    def say(self, decision: Decision) -> str:
        """The act in words."""
        if decision.literal is not None:
            return self._literal(decision)
        foreign = FOREIGN.get(decision.language, {}).get(decision.act)
        if foreign is not None:
            return self._finish(self._in_language(foreign, decision), decision)
        if decision.act == acts.REQUEST:
            return self._finish(self._request(), decision)
        if decision.act == acts.PUZZLED:
            more = "".join(f". {_named(slot)}: {said}" for slot, said in decision.said.items())
            return self._finish(
                f"I'm not sure what you mean, {wish(self._scenario.goal.text, self._rng)}{more}", decision
            )
        if decision.act == acts.CORRECT:
            slot, value = next(iter(decision.said.items()))
            ways = wordings.STATE if "contradicts" in decision.behaviors else wordings.CORRECT
            return self._finish(self._worded(ways, slot, value), decision)
        if decision.said:
            return self._finish(self._give(decision), decision)
        words = wordings.WORDS.get(decision.act, ("Ok",))
        return self._finish(words[0] if self._plain else self._pick(words), decision)

    def _pick(self, choices: tuple[str, ...]) -> str:
        return choices[int(self._rng.random() * len(choices))]

    def _worded(self, ways: tuple[str, ...], slot: str, value: str) -> str:
        return _filled(self._pick(ways), slot, value)

    def _literal(self, decision: Decision) -> str:
        """Words that are fixed: the project's own to the letter, a user's remark in its own case."""
        text = decision.literal or ""
        if self._plain or decision.act not in _OWN_REMARKS or not text:
            return text
        led = self._rng.random() < _LED.get(decision.act, 0.0)
        return self._finish(_led(self._pick(wordings.LEAD), text) if led else text, decision)

    def _in_language(self, ways: tuple[str, ...], decision: Decision) -> str:
        """The act in the user's other language; facts beyond the first stand behind it."""
        (slot, value), *more = decision.said.items() or [("", self._scenario.goal.text.strip().rstrip("."))]
        text = self._pick(ways).format(n=_named(slot), v=value)
        return "".join((text, *(f", {_named(name)}: {other}" for name, other in more)))

    def _give(self, decision: Decision) -> str:
        (slot, value), *more = decision.said.items()
        if "first" in decision.manners:
            text = self._worded(wordings.FIRST, slot, value)
        elif decision.bare or self._plain:
            text = value
        elif decision.insist:
            text = value if decision.insist > 1 else self._worded(wordings.AGAIN, slot, value)
        elif decision.own and value != decision.facts.get(slot):
            text = value
        else:
            ways = _ways_to_give(slot, value)
            text = self._worded(ways[1:] if decision.own else ways, slot, value)
        for name, other in more:
            text = _filled(self._pick(wordings.ALSO), name, other, text)
        return text

    def _request(self) -> str:
        goal = self._scenario.goal.text
        if self._plain:
            return wish(goal, self._rng)
        return compose(goal, self._traits, self._hand, self._profile, self._rng)

    def _finish(self, text: str, decision: Decision) -> str:
        """What stands beside the answer, politeness, case and the full stop, sparing values at either end."""
        if self._plain:
            return f"{text[0].upper()}{text[1:]}" if not _starts_with_value(text, decision) else text
        register = self._profile.free if decision.act in _FREE else self._profile.answers
        bare = decision.bare or text in decision.said.values()
        text = self._beside(text, decision)
        rude = "hurry" in decision.manners or "hostile" in decision.manners or "paste" in decision.manners
        if not rude and decision.language == "en" and decision.act != acts.CLOSE:
            text = self._polite(text, register)
        if not _starts_with_value(text, decision):
            text = self._cased(text, register)
        stops = self._draw(self._stop) < register.stops
        if text.endswith("?") and not (stops or decision.said) and self._rng.random() < self._profile.unmarked:
            text = text[:-1].rstrip()
        elif stops and not (bare or rude or "emoji" in decision.manners) and _may_stop(text, decision):
            text = f"{text}."
        return f"{text} {self._pick(wordings.EMOJI)}" if "emoji" in decision.manners else text

    def _draw(self, usual: float) -> float:
        return usual if self._rng.random() < _KEEPS_TO_IT else self._rng.random()

    def _cased(self, text: str, register: Register) -> str:
        lower = self._draw(self._case) < register.lower
        start = text[0].lower() if lower else text[0].upper()
        second = text[1:2]
        keep = lower and (second.isupper() or second.isdigit())  # an abbreviation, a code
        return text if keep else f"{start}{text[1:]}"

    def _polite(self, text: str, register: Register) -> str:
        if self._rng.random() >= self._courtesy * register.polite or not text[-1].isalnum():
            return text
        return text + self._pick(wordings.POLITE)

    def _beside(self, text: str, decision: Decision) -> str:
        """The manners of the message: haste, temper, a second question, pasted text."""
        for manner in decision.manners:
            if manner == "hurry":
                text = f"{text}, {self._pick(wordings.HURRY)}"
            elif manner == "hostile":
                before = self._rng.random() < 0.3
                text = f"{self._pick(wordings.HOSTILE)} {text}" if before else f"{text}, {self._pick(wordings.TEMPER)}"
        if decision.question is not None and decision.literal is None:
            text = f"{text}. {_led(self._pick(wordings.AND), decision.question.ask)}"
        return f"{text}\n\n{self._pick(wordings.PASTES)}" if "paste" in decision.manners else text


@lru_cache(2_000)
def _named(slot: str) -> str:
    """The slot's name in words: check_in, checkIn and check-in are *check in*."""
    return re.sub(r"[_-]+|(?<=[a-z])(?=[A-Z])", " ", slot).lower()


@lru_cache(2_000)
def _with_article(slot: str) -> str:
    """*the day*; *that* where the slot's name is no noun."""
    named = _named(slot)
    return "that" if _NO_NOUN.match(named) else f"the {named}"


def _led(lead: str, text: str) -> str:
    """The text behind a lead-in, as one sentence where the lead-in doesn't end one."""
    goes_on = lead.endswith((", ", "And ")) and text[1:2].islower()
    return f"{lead}{text[0].lower()}{text[1:]}" if goes_on else f"{lead}{text}"


def _filled(way: str, slot: str, value: str, first: str = "") -> str:
    """The wording with the slot's name and the value in it: *the day is*, *the guests are*."""
    if _PLURAL.search(slot):
        way = way.replace("{t} is", "{t} are")
    return way.format(n=_named(slot), t=_with_article(slot), v=value, first=first)


def _ways_to_give(slot: str, value: str) -> tuple[str, ...]:
    """Sentences around a value: for names, numbers and codes only such as a product reads the value out of easily."""
    if _NAMES.search(slot):
        return wordings.NAME_GIVE
    return wordings.GIVE if value.replace(" ", "").isalpha() else wordings.PLAIN_GIVE


def _starts_with_value(text: str, decision: Decision) -> bool:
    return any(text.startswith(value) for value in decision.said.values())


def _may_stop(text: str, decision: Decision) -> bool:
    """Whether a full stop behind the text would be taken for one, and not for a part of a value."""
    if not text[-1].isalnum():
        return False
    last = next(((slot, value) for slot, value in decision.said.items() if text.endswith(value)), None)
    return last is None or not (_NAMES.search(last[0]) or _DELICATE.search(last[1]))
