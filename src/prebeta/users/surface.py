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
from prebeta.users import filler, wordings
from prebeta.users.foreign import FOREIGN
from prebeta.users.openings import Hand, compose, typed, wish
from prebeta.users.profile import DEFAULT, Profile, Register

_SHORTER = 0.85
"""Since what has to be said is often longer than the length drawn, this brings the median back to the profile's."""
_TRAILS = 0.8
"""Share of questions that would end without a mark and get words behind it instead."""
_SPELLS_OUT = (False, False, False, True, True)
_KEEPS_TO_IT = 0.75
"""Share of messages in which a user writes as it usually does; else as anybody may."""
_OWN_REMARKS = frozenset(
    (acts.GOAL_QUESTION, acts.OUT_OF_DOMAIN, acts.VAGUE, acts.ASK_HUMAN, acts.FALSE_CLAIM, acts.DOUBT, acts.STALL)
)
"""Acts with fixed words that the user writes in its own case; the others' words stay as they are to the letter."""
_RUDE = frozenset(("hurry", "hostile", "paste"))
_LED: Mapping[str, float] = MappingProxyType({acts.GOAL_QUESTION: 0.6, acts.OUT_OF_DOMAIN: 0.35})
_FREE = frozenset((acts.REQUEST, acts.PUZZLED, acts.CLARIFY, acts.NOT_SURE, acts.NUDGE, acts.CHANGE, *_OWN_REMARKS))
_ROOMY = _FREE - {acts.REQUEST, acts.PUZZLED, acts.STALL}
"""Acts with words to spare around them; a request has its own, a stall is short by nature."""
_NAMES = re.compile(r"name|contact|\bwho\b", re.I)
_PLURAL = re.compile(r"[^isu]s$")
_DELICATE = re.compile(r"[@./:_\\-]|[A-Z]{2}\W?\d|[A-Z]\d|\d[A-Z]|\d{5}")
"""Addresses, codes and the like, to which a full stop might be taken to belong."""
_LONG = re.compile(r"\S{14}|\d\D{0,3}\d\D{0,3}\d")
_NO_NOUN = re.compile(r"(?:when|who|what|where|how|which|is|has|have|needs?|wants?)\b", re.I)


class Voice:
    """One user's way of writing; `plain` is the autopilot's: the value and nothing else."""

    def __init__(
        self, scenario: Scenario, rng: random.Random, *, plain: bool = False, profile: Profile = DEFAULT
    ) -> None:
        rng = random.Random(rng.getrandbits(64))  # its own: how a user writes never changes what it decides
        self._scenario, self._rng, self._plain, self._profile = scenario, rng, plain, profile
        self._case, self._stop = rng.random(), rng.random()
        self._courtesy = 0.0 if plain else rng.choice((0.0, 0.4, 0.8, 2.8))
        lower = not plain and self._case < profile.free.lower and rng.random() < 0.6
        slips = 0.0 if plain else profile.typos * rng.choice((0.0, 0.5, 0.5, 3.0))
        self._hand = Hand(lower, slips, not plain and rng.choice(_SPELLS_OUT))
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
        return _filled(self._hand.spelt(self._pick(ways)), slot, value)

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
        named = _named(slot)
        # Unasked, a bare value would mean nothing: what it is stands before it.
        told = f"{named}: {value}" if "first" in decision.manners else value
        text = self._pick(ways).format(n=named, v=told)
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
        pointed = "refers_back" in decision.behaviors  # a place among the quick replies, which stands for itself
        whole = pointed or decision.bare or self._plain or decision.insist or decision.manners
        return text if whole else self._lengthened(text, decision)

    def _lengthened(self, text: str, decision: Decision) -> str:
        """An answer with words around it, as many as people's have."""
        if any(_NAMES.search(slot) for slot in decision.said):
            return text  # whatever stands beside a name could be one
        register = self._profile.answers
        room = int(self._rng.lognormvariate(0.0, register.spread) * register.words + 0.5) - text.count(" ") - 1
        if _LONG.search(text):
            room += 10  # who types out an address or a long number isn't curt
        if room >= 4 and _may_go_on(text, decision):
            after = self._afterthought(text, decision)
            text += after
            room -= after.count(" ")
        if room >= 8:
            return f"{self._typed(filler.ramble(room, self._hand.lower, self._rng))}. {text}"
        led = 0.8 if text[0].islower() and _starts_with_value(text, decision) else 0.4 if room > 0 else 0.0
        return f"{self._pick(wordings.AH)} {text}" if self._rng.random() < led else text

    def _aside(self, text: str, decision: Decision) -> str:
        """What parts an answer from the temper behind it."""
        last = _last(text, decision)
        plain = text[-1].isalpha() and (last is None or last[1].replace(" ", "").isalpha())
        return self._pick((", ", ". ", " - ")) if plain and _may_go_on(text, decision) else ", "

    def _between(self, text: str, decision: Decision) -> str:
        """What parts a remark from the words behind it: no mark right behind an address or code."""
        if text[-1] in ".?!":
            return " "
        return " - " if _delicate(text, decision) else self._pick((", ", " - ", "... ", ", "))

    def _afterthought(self, text: str, decision: Decision) -> str:
        return self._typed(filler.afterthought(self._rng, self._hand.lower, _delicate(text, decision)))

    def _typed(self, text: str) -> str:
        return typed(text, self._hand, self._rng)

    def _with_words_around(self, text: str, decision: Decision) -> str:
        """A question or a remark with what people write beside it: its length is drawn first, then filled."""
        register = self._profile.free
        length = self._rng.lognormvariate(0.0, register.spread) * register.words * _SHORTER
        room = int(length + 0.5) - text.count(" ") - 1
        if self._rng.random() < register.rambles:
            room = filler.long_winded(self._rng)
        if room < 2 or decision.manners:
            return text
        if room < 7:
            mark = " " if text[-1] in ".?!" else " - "
            return f"{text}{mark}{self._typed(filler.tag(self._rng))}" if _may_go_on(text, decision) else text
        around = self._typed(filler.ramble(room, self._hand.lower, self._rng))
        if self._rng.random() < 0.3 or not _may_go_on(text, decision):
            return f"{around}. {text}"
        return f"{text}{self._between(text, decision)}{around}"

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
        bare = decision.insist and text in decision.said.values()
        if decision.act in _ROOMY and decision.language == "en":
            text = self._with_words_around(text, decision)
        text = self._beside(text, decision)
        rude = not _RUDE.isdisjoint(decision.manners)
        if not rude and decision.language == "en" and decision.act != acts.CLOSE:
            text = self._polite(text, register)
        if not _starts_with_value(text, decision):
            text = self._cased(text, register)
        before = "emoji" in decision.manners and self._rng.random() < 0.6
        if not (bare or "paste" in decision.manners or ("emoji" in decision.manners and not before)):
            text = self._ended(text, decision, register)
        if before:
            return f"{self._pick(wordings.EMOJI)} {text}"
        return f"{text} {self._pick(wordings.EMOJI)}" if "emoji" in decision.manners else text

    def _ended(self, text: str, decision: Decision, register: Register) -> str:
        """With its full stop, or without one: a question that has to end without its mark trails off."""
        stops = self._draw(self._stop) < register.stops
        english = decision.language == "en"
        if not stops:
            if not text.endswith("?") or decision.said:
                return text
            if self._rng.random() < self._profile.unmarked:
                return text[:-1].rstrip()
            return f"{text} {filler.tag(self._rng)}" if english and self._rng.random() < _TRAILS else text
        if not text[-1].isalnum():
            return text
        if not _may_stop(text, decision):
            if not english or decision.bare or not _may_go_on(text, decision):
                return text
            text += self._afterthought(text, decision)
        return f"{text}{'!' if self._rng.random() < register.exclaims else '.'}"

    def _draw(self, usual: float) -> float:
        return usual if self._rng.random() < _KEEPS_TO_IT else self._rng.random()

    def _cased(self, text: str, register: Register) -> str:
        lower = self._draw(self._case) < register.lower
        start = text[0].lower() if lower else text[0].upper()
        second = text[1:2]
        keep = lower and (second.isupper() or second.isdigit())  # an abbreviation, a code
        return text if keep else f"{start}{text[1:]}"

    def _polite(self, text: str, register: Register) -> str:
        if self._rng.random() >= self._courtesy * register.polite:
            return text
        return text + self._pick(wordings.POLITE if text[-1].isalnum() else wordings.POLITE_APART)

    def _beside(self, text: str, decision: Decision) -> str:
        """The manners of the message: haste, temper, a second question, pasted text."""
        for manner in decision.manners:
            if manner == "hurry":
                text = f"{text}{self._aside(text, decision)}{self._pick(wordings.HURRY)}"
            elif manner == "hostile":
                before = self._rng.random() < 0.3
                text = (
                    f"{self._pick(wordings.HOSTILE)} {text}"
                    if before
                    else f"{text}{self._aside(text, decision)}{self._pick(wordings.TEMPER)}"
                )
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


def _last(text: str, decision: Decision) -> tuple[str, str] | None:
    """The slot and value that the text ends in."""
    return next(((slot, value) for slot, value in decision.said.items() if text.endswith(value)), None)


def _may_stop(text: str, decision: Decision) -> bool:
    """Whether a full stop behind the text would be taken for one, and not for a part of a value."""
    last = _last(text, decision)
    return last is None or not (_NAMES.search(last[0]) or _DELICATE.search(last[1]))


def _may_go_on(text: str, decision: Decision) -> bool:
    """Whether words behind the text couldn't be taken for a part of a value: of a name they could."""
    last = _last(text, decision)
    return last is None or not _NAMES.search(last[0])


def _delicate(text: str, decision: Decision) -> bool:
    """Whether the text ends in an address or code, right behind which no mark may stand."""
    last = _last(text, decision)
    return last is not None and bool(_DELICATE.search(last[1]))
