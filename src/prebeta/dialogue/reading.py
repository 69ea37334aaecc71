"""Reading a product's message as its user would: what does it ask, confirm, decline or claim?

In this order: the project's own `answers` lines; the quick replies, held against the slots' values; the words of the
question, held against the slots' names, `ask` texts, values and what kind of thing the slot is (a day, a phone number).
Elimination ("only one thing is left, so it must be that") needs the conversation and stands with the user.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from prebeta.core.types import Option, Reply, SlotSpec
from prebeta.dialogue import phrases
from prebeta.dialogue.similarity import sentences
from prebeta.dialogue.slots import SlotWords, asked_words, option_value

_CACHE_LIMIT = 5_000
_LONG_MESSAGE, _LONG_SENTENCE = 4_000, 600
"""Characters that are read of a message and of a sentence: half from its beginning, half from its end. A product may send
a whole page or rubbish, and patterns that look ahead would take time with the square of it."""


@dataclass(frozen=True, slots=True)
class AnswerRule:
    """A line of `user.answers`: a product's message matching `pattern` asks for slot `name`, or calls for `then`.

    `then` is yes, no, restate, wait, close, a slot's name, or words to say.
    """

    name: str
    pattern: re.Pattern[str]
    then: str | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """What one product message does. `asks` are slots, likeliest first; `rule` the `answers` line that told it.

    `prompts` says that it asks something at all; where `asks` is empty and none of the other marks explains the prompt,
    the message could not be placed (`placed` is False).
    """

    text: str
    prompt: str
    asks: tuple[str, ...] = ()
    source: Literal["answers", "options", "words", "model"] | None = None
    rule: AnswerRule | None = None
    prompts: bool = False
    confirms: bool = False
    changes: bool = False
    more: bool = False
    open: bool = False
    fallback: bool = False
    declines: bool = False
    done: bool = False
    hold_on: bool = False
    yes_no: bool = False
    empty: bool = False

    @property
    def placed(self) -> bool:
        """Whether it's clear what an answer would be."""
        known = self.asks or self.rule or self.confirms or self.changes or self.more or self.open
        return bool(known) or not self.prompts


_WANTS_WORDS = re.compile(
    r"\b(?:can|could|would|will|may|might) (?:you|i|we) (?:please |just |also )*(?:tell|give|share|describe|explain|let|have|get|"
    r"take|ask|know|write|send|provide|specify|name)\b|\b(?:what|which|when|who|whom|how|where(?! you (?:are|live|work|sit|were)\b))\b|\w+ or (?:by |for |on |in |a |the )*\w+",
    re.I,
)
"""A question in the form of yes or no that wants something else: *could you tell me …*, *by phone or by mail?*"""
_YES_NO = re.compile(
    r"(?:^|[,;:—-]\s*|\b(?:and|so|or|but)\s+)(?:do|does|did|is|are|was|will|would|can|could|shall|should|have|has|may)\s"
    r"(?:you|i|we|this|that|it|there|the|your|my|everything|any)\b[^?]*\??\s*$|"
    r"\b(?:how|what) about\b[^?]*\?|\b(?:did|do) you mean\b",
    re.I,
)
_POLAR = re.compile(
    r"(?:^|[.?!]\s+)\W{0,5}(?:(?:and|so|or|but|then|now|well|just|oh|also),?\s+){0,4}"
    r"(?:(?:do|does|did|is|are|was|were|will|would|can|could|shall|should|have|has|had|may|might|must|am)(?:n['’]t)?\s+\w|"
    r"(?:happy|fine|ok|okay|all ?right|ready|good|sure|certain|still|any|anyone|anybody|anything|ever|got|mind|care|"
    r"comfortable|willing|agreed|correct|true|clear|really|everything|all (?:good|well|set|clear))\b)[^.?!]*\?\s*$",
    re.I,
)
"""As `_YES_NO`, about anything and anybody, or cut short: *is the dog asleep?*, *happy to hold?*"""


@dataclass(frozen=True, slots=True)
class _Mark:
    """What a single sentence does."""

    question: bool
    asks: bool
    fallback: bool
    declines: bool
    hold_on: bool
    done: bool


class Reader:
    """Reads messages of one product. Readings are cached: products say the same things to many users."""

    def __init__(self, slots: Sequence[SlotSpec], answers: Sequence[AnswerRule] = ()) -> None:
        self.slots = {slot.name: slot for slot in slots}
        self.answers = tuple(answers)
        self._words = [SlotWords(slot) for slot in slots]
        self._cache: dict[tuple[tuple[str, ...], tuple[str, ...]], Reading] = {}
        self._marks: dict[str, _Mark] = {}
        self._prompts: dict[str, tuple[bool, bool, bool, bool]] = {}
        self._pointed: dict[str, tuple[str, ...]] = {}

    def read(self, reply: Reply) -> Reading:
        """The reading of a reply's messages and options."""
        key = (reply.messages, tuple([option.title for option in reply.options]))
        found = self._cache.get(key)
        if found is None:
            if len(self._cache) >= _CACHE_LIMIT:
                self._cache.clear()
            found = self._cache[key] = self._read(reply)
        return found

    def value_of(self, option: Option, slot: str) -> str | None:
        """The slot's declared value that a quick reply stands for, if it does."""
        spec = self.slots.get(slot)
        return option_value(option.title, spec) if spec is not None else None

    def _read(self, reply: Reply) -> Reading:
        text = reply.text
        parts = [_cut(part, _LONG_SENTENCE) for part in sentences(_cut(text, _LONG_MESSAGE))]
        marks = [self._mark(part) for part in parts]
        asking = [part for part, mark in zip(parts, marks, strict=True) if mark.asks]
        prompt = " ".join(asking) or (parts[-1] if parts and reply.options else "")
        prompts = bool(asking or reply.options)
        rule, asks, source = self._asked(text, prompt, reply.options)
        changes, confirms, more, opens = self._moves(prompt)
        if source == "options" and confirms and not set(asks).intersection(self._pointed_at(prompt)):
            # Yes and no may be a slot's values, too: where it asks to confirm and not for that slot, they stand for neither.
            asks, source = self._but_agreement(asks, reply.options)
        changes = changes and not (asks or rule)
        confirms = prompts and not (asks or rule or changes) and (confirms or _offers_yes_and_no(reply.options))
        more, opens = more and not asks, opens and not asks
        if not asks and rule is None and not (confirms or changes or more or opens) and prompt:
            asks = self._by_words(asking or [prompt], parts)
            source = "words" if asks else None
        fallback = any(mark.fallback for mark in marks)
        question = any(mark.question for mark in marks) and not more
        settled = not (fallback or question or asks or confirms or changes or opens)
        done = settled and any(mark.done for mark in marks)
        return Reading(
            text=text,
            prompt=prompt,
            asks=asks,
            source=source,
            rule=rule,
            prompts=prompts,
            confirms=confirms or (rule is not None and rule.then in ("yes", "affirm")),
            changes=changes or (rule is not None and rule.then == "restate"),
            more=more or (rule is not None and rule.then == "close"),
            open=opens,
            fallback=fallback,
            declines=any(mark.declines for mark in marks),
            done=done,
            hold_on=not (prompts or done) and any(mark.hold_on for mark in marks),
            yes_no=bool(_YES_NO.search(prompt) or _POLAR.search(prompt)) and not _WANTS_WORDS.search(prompt),
            empty=reply.empty,
        )

    def _mark(self, part: str) -> _Mark:
        """What one sentence does by itself. Most sentences come again in other messages, so they are read once."""
        found = self._marks.get(part)
        if found is None:
            if len(self._marks) >= _CACHE_LIMIT:
                self._marks.clear()
            question = _questions(part)
            found = self._marks[part] = _Mark(
                question=question,
                asks=question or bool(phrases.IMPERATIVE.search(part)),
                fallback=bool(phrases.FALLBACK.search(part)),
                declines=phrases.declines(part),
                hold_on=bool(phrases.HOLD_ON.search(part)),
                done=not question and _claims_done(part),
            )
        return found

    def _moves(self, prompt: str) -> tuple[bool, bool, bool, bool]:
        """Whether a prompt asks what to change, asks to confirm, asks for more wishes, or is open."""
        found = self._prompts.get(prompt)
        if found is None:
            if len(self._prompts) >= _CACHE_LIMIT:
                self._prompts.clear()
            plain = phrases.ASKS_HOW.sub(" asked ", prompt)
            confirms = bool(phrases.CONFIRM.search(plain))
            changes = not confirms and bool(phrases.ASK_CHANGE.search(prompt))
            more, opens = bool(phrases.MORE.search(prompt)), bool(phrases.OPEN.search(prompt))
            found = self._prompts[prompt] = (changes, confirms, more, opens)
        return found

    def _asked(
        self, text: str, prompt: str, options: Sequence[Option]
    ) -> tuple[AnswerRule | None, tuple[str, ...], Literal["answers", "options", "words"] | None]:
        """The `answers` line that holds and the slots asked for, by `answers` and then by options."""
        rule, asks = self._by_answers(prompt)
        if rule is None and prompt != text:
            offered = self._by_options(options)
            rule, asks = (None, offered) if offered else self._by_answers(_cut(text, _LONG_MESSAGE))
            if offered:
                return None, offered, "options"
        if rule is not None:
            return rule, asks, "answers"
        offered = self._by_options(options)
        return None, offered, "options" if offered else None

    def _by_answers(self, text: str) -> tuple[AnswerRule | None, tuple[str, ...]]:
        """The rule that matches last in the text, and the slots of all slot rules that match, last first.

        The last is taken because the question stands at a message's end; a rule with `then` counts before slot rules.
        """
        if not text:
            return None, ()
        hits = []
        for rule in self.answers:
            last = None
            for match in rule.pattern.finditer(text):
                last = match
            if last is not None:
                hits.append((rule.then is not None and rule.then not in self.slots, last.start(), rule))
        if not hits:
            return None, ()
        hits.sort(key=lambda hit: (hit[0], hit[1]), reverse=True)
        first = hits[0][2]
        if hits[0][0]:
            return first, ()
        names = [rule.then if rule.then in self.slots else rule.name for _, _, rule in hits]
        return first, tuple(dict.fromkeys(name for name in names if name is not None))

    def _by_options(self, options: Sequence[Option]) -> tuple[str, ...]:
        """Slots whose declared values stand on at least half of the quick replies (not counting *skip*, *other*, …)."""
        real = [option for option in options if not phrases.ESCAPE.search(option.title)]
        if not real:
            return ()
        scored = []
        for name, spec in self.slots.items():
            hits = sum(option_value(option.title, spec) is not None for option in real)
            if hits and hits * 2 >= len(real):
                scored.append((hits, name))
        best = max((hits for hits, _ in scored), default=0)
        return tuple(name for hits, name in sorted(scored, reverse=True) if hits == best)

    def _but_agreement(
        self, asks: Sequence[str], options: Sequence[Option]
    ) -> tuple[tuple[str, ...], Literal["options"] | None]:
        """Of the slots that quick replies stand for those with more than an agreeing and a refusing value on them."""
        left = tuple(
            name
            for name in asks
            if not all(
                phrases.YES.search(option.title) or phrases.NO.search(option.title)
                for option in options
                if self.value_of(option, name) is not None
            )
        )
        return left, "options" if left else None

    def _by_words(self, asking: Sequence[str], parts: Sequence[str]) -> tuple[str, ...]:
        """Slots that the words of what is asked point at, likeliest first.

        Questions count before imperatives, and a later question before an earlier one: what is really asked stands
        last. A prompt that says nothing itself is read with the sentences before it, or by the value it puts forward.
        """
        found = [name for part in reversed(asking) if _questions(part) for name in self._pointed_at(part)]
        found = found or list(self._pointed_at(" ".join(asking)))
        last = asking[-1]
        if not found and phrases.PROPOSES.search(last):
            said = asked_words(last)
            found = [slot.name for slot in self._words if slot.shown(last, said)]
        if not found and (phrases.POINTS_BACK.search(last) or not _YES_NO.search(last)):
            until = parts.index(last) if last in parts else len(parts)
            before = [self._pointed_at(part) for part in parts[:until]]
            found = [name for names in reversed(before) for name in names] or list(self._pointed_at(" ".join(parts)))
        return tuple(dict.fromkeys(found))

    def _pointed_at(self, prompt: str) -> tuple[str, ...]:
        """Slots that these words point at, likeliest first; those far behind the first are dropped."""
        found = self._pointed.get(prompt)
        if found is None:
            if len(self._pointed) >= _CACHE_LIMIT:
                self._pointed.clear()
            said = asked_words(prompt)
            scored = [(slot.score(prompt, said), slot.name) for slot in self._words]
            if all(score < 1.0 for score, _ in scored):
                scored = [(slot.score(prompt, said, kin=True), slot.name) for slot in self._words]
            best = max((score for score, _ in scored), default=0.0)
            ranked = sorted(scored, key=lambda pair: -pair[0]) if best >= 1.0 else []
            found = self._pointed[prompt] = tuple(name for score, name in ranked if score >= 0.75 * best)
        return found


def _offers_yes_and_no(options: Sequence[Option]) -> bool:
    titles = [option.title for option in options]
    agree = any(phrases.YES.search(title) for title in titles)
    return agree and any(phrases.NO.search(title) or phrases.CHANGE.search(title) for title in titles)


def _claims_done(part: str) -> bool:
    """A clause says that the matter is settled, without a condition."""
    clauses = phrases.CLAUSE.split(part)
    return any(phrases.DONE.search(clause) and not phrases.NOT_DONE.search(clause) for clause in clauses)


def _cut(text: str, most: int) -> str:
    half = most // 2
    return text if len(text) <= most else f"{text[:half]} … {text[-half:]}"


def _questions(part: str) -> bool:
    """Whether a sentence ends as a question."""
    return part.rstrip(" \"')*_").endswith("?")
