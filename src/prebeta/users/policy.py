"""What a cooperative user would do next: the act, before behaviors interfere and before it is put into words.

Follow one message through `decide`: silence, the project's own reactions, a slot that is asked for, a confirmation, the
end, an open question, a menu, a question it can't place, and last a statement that asks nothing.
"""

from __future__ import annotations

import random
import re
from dataclasses import dataclass, replace

from prebeta.behaviors.base import Decision
from prebeta.core.types import Option, Reply, Scenario, Slot, SlotSpec
from prebeta.dialogue import acts, phrases
from prebeta.dialogue.matching import mentions
from prebeta.dialogue.reading import Reader, Reading
from prebeta.dialogue.similarity import content_words, jaccard
from prebeta.users.memory import Memory

MOST_CORRECTIONS = 2
"""How often a user corrects the same wrong value before it stops believing that it helps."""


@dataclass(frozen=True, slots=True)
class Policy:
    """Decides for one user. Reads `memory`, never writes it."""

    scenario: Scenario
    reader: Reader
    memory: Memory
    rng: random.Random

    def decide(self, reading: Reading, reply: Reply) -> Decision:
        """The next act after this reply."""
        memory = self.memory
        if reading.empty:
            return self._after_silence()
        if reading.hold_on and not (memory.last and memory.last.wait):
            return Decision(acts.NUDGE, wait=True)
        changing = self._changing()
        if changing is not None and reading.prompts:
            return self._change(changing, reply)
        if reading.rule is not None and not reading.asks:
            return self._by_rule(reading, reply)
        if reading.asks:
            return self._answer(reading, reply)
        if reading.confirms:
            return self._confirm(reading, reply)
        if reading.changes:
            return self._restate()
        if reading.more and not reading.done and memory.requested and memory.remaining and not memory.closed:
            return self.inform(memory.remaining[0])  # there is something else: what it hasn't been asked yet
        if (reading.more and memory.turn > 0) or reading.done:
            return Decision(acts.CLOSE, press=self._negative(reply.options))
        if reading.open or (reading.prompts and not memory.requested and memory.turn == 0):
            return self._open(reply)
        if reply.options:
            return self._menu(reply)
        return self._unplaced(reading) if reading.prompts else self._carry_on(reading)

    def fact(self, slot: Slot) -> str:
        """The value the user would give for a slot now: what it will change its mind about comes first as `instead`."""
        if slot.instead is not None and not self.memory.mind_changed:
            return slot.instead.value
        return slot.fact.value

    def inform(self, slot: Slot, reply: Reply | None = None) -> Decision:
        """Give a slot's value; the fitting quick reply is kept at hand."""
        value = self.fact(slot)
        press = self._fitting(slot, value, reply.options) if reply is not None else None
        insist = self.memory.times_given[slot.name]
        return Decision(
            acts.INFORM, facts={slot.name: value}, said={slot.name: value}, asked=slot.name, press=press, insist=insist
        )

    def _after_silence(self) -> Decision:
        if self.memory.turn == 0:
            return self._request()
        if not (self.memory.last and self.memory.last.wait):
            return Decision(acts.NUDGE, wait=True)
        return Decision(acts.NUDGE)

    def _request(self) -> Decision:
        return Decision(acts.REQUEST, literal=self.scenario.opening)

    def _by_rule(self, reading: Reading, reply: Reply) -> Decision:
        """What an `answers` line with `then` says."""
        assert reading.rule is not None
        then = reading.rule.then or ""
        if then in ("yes", "affirm"):
            return self._confirm(reading, reply)
        if then in ("no", "deny"):
            return Decision(acts.DENY, press=self._negative(reply.options))
        if then == "restate":
            return self._restate()
        if then == "close":
            return Decision(acts.CLOSE, press=self._negative(reply.options))
        if then == "wait":
            return Decision(acts.NUDGE, wait=True)
        return Decision(acts.CHOOSE, literal=then, press=_titled(then, reply.options))

    def _answer(self, reading: Reading, reply: Reply) -> Decision:
        """Give what is asked: the first of the asked slots not given yet, or all of them where the project's own lines
        say that several are asked for at once."""
        asked = [self.memory.slots[name] for name in reading.asks if name in self.memory.slots]
        if not asked:
            option = self._any_choice(reply.options)
            return Decision(acts.CHOOSE, press=option, literal=None if option else "I don't mind, you choose")
        left = [slot for slot in asked if slot.name not in self.memory.given]
        decision = self.inform(left[0] if left else asked[0], reply)
        if reading.source == "answers" and len(left) > 1:
            values = {slot.name: self.fact(slot) for slot in left}
            return Decision(acts.INFORM, facts=values, said=values, asked=decision.asked)
        return decision

    def _confirm(self, reading: Reading, reply: Reply) -> Decision:
        """Agree, unless the recap shows a value that isn't what was said, or what nobody asked for and isn't so."""
        wrong = self.wrong_in(reading.text) or self._wrong_unasked(reading.text)
        if wrong is not None:
            slot, value = wrong
            return Decision(acts.CORRECT, facts={slot: value}, said={slot: value}, asked=slot)
        return Decision(acts.AFFIRM, press=self._affirmative(reply.options))

    def wrong_in(self, text: str) -> tuple[str, str] | None:
        """A slot that the text shows with another of its values and not with the one given; and the one given."""
        for name, value in self.memory.given.items():
            spec = self.reader.slots.get(name)
            if spec is None or self.memory.corrections[name] >= MOST_CORRECTIONS or mentions(text, value, spec.match):
                continue
            forms = next((fact.words for fact in spec.values if fact.value == value), ())
            if any(mentions(text, form, spec.match) for form in forms):
                continue
            shown = [fact.value for fact in spec.values if mentions(text, fact.value, spec.match)]
            shared = {other for other, held in self.memory.given.items() if other != name and held in shown}
            if shown and not shared:
                return name, value
        return None

    def _wrong_unasked(self, text: str) -> tuple[str, str] | None:
        """A slot that the user was never asked for and that the text fills with another of its values; and the right one.

        More than one of its values are a choice and no recap, and a value of several slots counts for the one named with it.
        """
        for slot in self.memory.remaining:
            spec, value = self.reader.slots.get(slot.name), self.fact(slot)
            if spec is None or not spec.values:
                continue
            own = {value, slot.fact.value}
            forms = [form for fact in spec.values if fact.value in own for form in (fact.value, *fact.words)]
            if any(mentions(text, form, spec.match) for form in (*own, *forms)):
                continue
            shown = [fact.value for fact in spec.values if mentions(text, fact.value, spec.match)]
            if len(shown) == 1 and (_labelled(text, slot.name, shown[0]) or self._tells(spec, shown[0])):
                return slot.name, value
        return None

    def _tells(self, spec: SlotSpec, value: str) -> bool:
        """Whether the value says by itself which slot it is of: a word that is no yes, no or number, and no other's."""
        if spec.match == "number" or phrases.YES.search(value) or phrases.NO.search(value):
            return False
        if not any(len(word) > 2 and word.isalpha() for word in value.split()):
            return False
        others = [other for other in self.reader.slots.values() if other.name != spec.name]
        held = [each for name, each in self.memory.given.items() if name != spec.name]
        declared = [form for other in others for fact in other.values for form in (fact.value, *fact.words)]
        return not any(mentions(form, value, spec.match) for form in (*declared, *held, self.scenario.goal.text))

    def _restate(self) -> Decision:
        """Say what is to be changed: what the user pressed *change* for, or corrected last; else that all is well."""
        changing = self._changing()
        if changing is not None:
            return self._correct(changing)
        corrected = [name for name in self.memory.given if self.memory.corrections[name]]
        if corrected:
            return self._correct(self.memory.slots[corrected[-1]])
        return Decision(acts.DENY)

    def _changing(self) -> Slot | None:
        """The slot for which the user said that it wants to change something, until it has."""
        last = self.memory.last
        return self.memory.slots.get(last.asked or "") if last is not None and last.act == acts.CHANGE else None

    def _change(self, slot: Slot, reply: Reply) -> Decision:
        """After *change something*: the quick reply with the new value, or the one that names the slot, or words."""
        decision = self._correct(slot)
        fitting = self._fitting(slot, decision.facts[slot.name], reply.options)
        if fitting is not None:
            return replace(decision, press=fitting)
        named = content_words(slot.name.replace("_", " "))
        naming = next((option for option in reply.options if named & content_words(option.title)), None)
        if naming is not None:
            return Decision(acts.CHANGE, press=naming, asked=slot.name, behaviors=decision.behaviors)
        return decision

    def _correct(self, slot: Slot) -> Decision:
        kept = self.memory.given.get(slot.name, slot.fact.value)
        new = {slot.name: slot.fact.value if slot.instead is not None else kept}
        last = self.memory.last
        behaviors = last.behaviors if last is not None and last.act == acts.CHANGE else ()
        return Decision(acts.CORRECT, facts=new, said=new, asked=slot.name, behaviors=behaviors)

    def _open(self, reply: Reply) -> Decision:
        if self.memory.requested and self.memory.remaining:
            return self.inform(self.memory.remaining[0])
        best = _closest(self.scenario.goal.text, reply.options)
        return Decision(acts.REQUEST, press=best, literal=self.scenario.opening)

    def _menu(self, reply: Reply) -> Decision:
        """Quick replies that stand for none of the slots: the one nearest to the goal, else any that goes on."""
        near = _closest(self.scenario.goal.text, reply.options)
        return Decision(acts.CHOOSE, press=near or self._any_choice(reply.options), understood=near is not None)

    def _unplaced(self, reading: Reading) -> Decision:
        """A question that can't be placed: by elimination, by yes or no, else say what it wants and give one fact."""
        remaining = self.memory.remaining
        if reading.fallback:
            return self._carry_on(reading)  # "could you rephrase that?" isn't a yes-or-no question
        pending = self.memory.slots.get(self.memory.pending or "")
        if pending is not None and pending.name not in self.memory.given and not self.memory.unplaced:
            return replace(self.inform(pending), guess=True)  # it comes back to its step, in other words
        if reading.yes_no and not self.memory.unplaced:
            return self._polar(remaining)
        if len(remaining) == 1 and not self.memory.unplaced:
            return replace(self.inform(remaining[0]), guess=True)
        if not self.memory.requested:
            return Decision(acts.REQUEST, literal=self.scenario.opening, understood=False)
        if remaining:
            given = self.inform(remaining[0])
            return Decision(acts.PUZZLED, facts=given.facts, said=given.said, understood=False)
        return Decision(acts.PUZZLED, understood=False)

    def _polar(self, remaining: tuple[Slot, ...]) -> Decision:
        """A yes or no to what nothing explains; every other time in a row what is left to say, or a wish to go on."""
        if self.memory.beside and self.memory.beside % 2 == 0:
            return replace(self.inform(remaining[0]) if remaining else Decision(acts.NUDGE), guess=True)
        return Decision(acts.DENY if remaining else acts.AFFIRM, guess=True)

    def _carry_on(self, reading: Reading) -> Decision:
        """A statement that asks nothing: give what is still open, else ask to go on."""
        memory = self.memory
        if not memory.requested and memory.turn == 0:
            return self._request()
        pending = memory.slots.get(memory.pending or "")
        unanswered = pending is not None and (pending.name not in memory.given or memory.after_aside)
        if pending is not None and (unanswered or reading.fallback):
            return self.inform(pending)
        return self.inform(memory.remaining[0]) if memory.remaining else Decision(acts.NUDGE)

    def _fitting(self, slot: Slot, value: str, options: tuple[Option, ...]) -> Option | None:
        fitting = _titled(value, options)
        if fitting is not None or not options:
            return fitting
        return next((option for option in options if self.reader.value_of(option, slot.name) == value), None)

    def _any_choice(self, options: tuple[Option, ...]) -> Option | None:
        real = [
            option
            for option in options
            if not phrases.ESCAPE.search(option.title) and not phrases.NO.search(option.title)
        ]
        return self.rng.choice(real or list(options)) if options else None

    @staticmethod
    def _affirmative(options: tuple[Option, ...]) -> Option | None:
        yes = [
            option for option in options if phrases.YES.search(option.title) and not phrases.CHANGE.search(option.title)
        ]
        usable = [option for option in options if not (phrases.NO.search(option.title) or phrases.CHANGE.search(option.title)
                                                       or phrases.ESCAPE.search(option.title))]  # fmt: skip
        return next(iter(yes or usable), None)

    @staticmethod
    def _negative(options: tuple[Option, ...]) -> Option | None:
        return next((option for option in options if phrases.NO.search(option.title)), None)


def _labelled(text: str, name: str, value: str) -> bool:
    """Whether the slot's name stands right before the value: *month: March*, *your month is March*."""
    label = re.sub(r"[\W_]+|(?<=[a-z])(?=[A-Z])", " ", name).strip()
    between = r"\W{0,4}(?:(?:is|are|of|for|set to)\W{1,3})?"
    pattern = rf"\b{re.escape(label)}{between}{re.escape(value)}(?!\w)"
    return re.search(pattern, text, re.I) is not None


def _titled(text: str, options: tuple[Option, ...]) -> Option | None:
    plain = text.casefold().strip()
    return next((option for option in options if option.title.casefold().strip() == plain), None)


def _closest(text: str, options: tuple[Option, ...]) -> Option | None:
    """The quick reply that shares most words with the text; None where none shares any."""
    wanted = content_words(text)
    scored = [(jaccard(wanted, content_words(option.title)), -index) for index, option in enumerate(options)]
    best = max(scored, default=(0.0, 0))
    return options[-best[1]] if best[0] > 0 else None
