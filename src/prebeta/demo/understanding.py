"""From a message to what it says: facts, questions, and signs such as hurry or doubt. No memory, no answers here."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from prebeta.demo import signals
from prebeta.demo.amounts import find_amounts
from prebeta.demo.dates import find_dates
from prebeta.demo.found import Found, choose
from prebeta.demo.kinds import BUSINESSES, CHANNELS, find_kinds
from prebeta.demo.places import find_countries, find_emails, unsupported_country
from prebeta.demo.respell import respell
from prebeta.demo.slots import CHANGE, CHANGE_CHOICES, CONFIRM, COUNTRY_CHOICES, ORDER, SLOTS, Choice
from prebeta.demo.topics import topics_of

MAX_CHARACTERS = 2_000
LONG = 240
"""Characters from which a message is taken to hold pasted text below its first paragraph."""
_ENDS = " \t\r\n.!,;:\"'()"
_REFUSAL = re.compile(r"\brather not\b|\bprefer not\b|\bnone of your\b|\bwon'?t (?:say|tell)\b")
_ANY_LETTER = re.compile(r"\w")
_IN_MY_CASE = re.compile(r"\b(?:in my case|en mi caso|in meinem fall|dans mon cas|no meu caso)\b")
"""Says nothing, and holds what looks like Monday and like autumn."""
_LAST_QUESTION = re.compile(r"[.!?]\s+([^.!?\n]{3,150}\?)\W*$")
_SELF = re.compile(
    r"\b(?:sell\w*|run|runs|own|owns|i have an?|we have an?|we'?re an?|i'?m an?|i am an?"
    r"|we are an?)\b"
)
_ORDERING = re.compile(
    r"^\W*(?:(?:please|can you|could you|and|also|hey|ok|okay|now|just|but|hm+|um+|oh|well|so|actually)\W+)*(?:tell|write|give|sing|recommend"
    r"|suggest|translate"
    r"|show|make me|help me|teach|play|find|book|order|do my|solve|compose|talk|let'?s (?:talk|chat|play|discuss)"
    r"|i(?:'d)? (?:want|need"
    r"|like|would like|love)(?: to)?(?: know| hear| have| see)?|what about|how about)\b"
)
_ASIDES = (
    ("injection", signals.INJECTION),
    ("human", signals.HUMAN),
    ("hostile", signals.HOSTILE),
    ("impatient", signals.IMPATIENT),
    ("sceptical", signals.SCEPTICAL),
)
_MANNERS = frozenset({"hostile", "impatient", "thanks", "greeting"})
_QUIET = (
    ("claimed", signals.CLAIMED),
    ("request", signals.REQUEST),
    ("repeat", signals.REPEAT),
    ("thanks", signals.THANKS),
    ("greeting", signals.GREETING),
    ("language", signals.FOREIGN),
)


@dataclass(frozen=True, slots=True)
class Context:
    """Where the conversation stands: the slot asked for, what is known and given last, the quick replies shown."""

    asked: str | None
    facts: Mapping[str, str]
    last: tuple[str, ...] = ()
    options: tuple[Choice, ...] = ()
    menu: bool = False


@dataclass(frozen=True, slots=True)
class Heard:
    """What a message says.

    `facts`: slot to value, new or changed. `exact`: a quick reply or its label. `signs`: impatient, sceptical, hostile,
    human, injection, out_of_domain, unknown, not_sure, skip, affirm, deny, corrected, revise, change, request,
    greeting, thanks, repeat, claimed, language, empty. `topics`: entries of the knowledge base asked for. `clarify`:
    the slot to explain, or recap. `named`: a slot to change, without a value. `same`: slots given again with
    the value they have.
    """

    text: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)
    exact: bool = False
    signs: frozenset[str] = frozenset()
    topics: tuple[str, ...] = ()
    clarify: str | None = None
    named: str | None = None
    unsupported: str | None = None
    same: tuple[str, ...] = ()

    @property
    def told(self) -> bool:
        """Whether it says something of the matter."""
        return bool(self.facts or self.topics or self.clarify or self.named or self.unsupported or self.same)

    @property
    def placed(self) -> bool:
        """Whether anything in the message was understood for sure."""
        guessed = {"out_of_domain", "unknown", "vague"} if "vague" in self.signs else set[str]()
        return bool(self.told or self.signs - guessed - {"corrected"})


def _exact() -> Mapping[str, Choice]:
    choices = [*(choice for slot in SLOTS.values() for choice in slot.choices), *COUNTRY_CHOICES, CONFIRM, CHANGE]
    named = {choice.title.lower().strip(_ENDS): choice for choice in choices}
    return MappingProxyType(named | {choice.payload.lower(): choice for choice in (*choices, *CHANGE_CHOICES)})


_EXACT = _exact()
_MENU: Mapping[str, Choice] = MappingProxyType({choice.title.lower(): choice for choice in CHANGE_CHOICES})


def understand(text: str, payload: str | None, context: Context) -> Heard:
    """What a message says in this context. A payload known wins over the text."""
    raw = own_words(text)
    low = raw.lower().replace("’", "'").replace("\u00a0", " ").strip()
    low = _IN_MY_CASE.sub("", low)
    bare = low.strip(_ENDS)
    choice = _EXACT.get((payload or "").lower()) or (context.menu and _MENU.get(bare)) or _EXACT.get(bare)
    if choice:
        return _pressed(low, choice, context)
    if not _ANY_LETTER.search(low):
        return _wordless(low)
    heard = _read(low, raw, context)
    if not heard.placed or not (heard.told or heard.signs - _MANNERS):
        mended = respell(low)
        if mended != low:
            again = _read(mended, raw, context)
            # Of a question that made sense as it stood, only a better question or a fact may be made.
            better = again.facts or again.topics or again.clarify
            heard = again if better or (again.placed and "vague" not in heard.signs) else heard
    if not heard.placed and not heard.signs and len(low.split()) <= 6:
        heard = replace(heard, topics=topics_of(low))
    return heard


def own_words(text: str) -> str:
    """What a person wrote itself: a long text below the first paragraph is pasted and says nothing of the matter, but for
    a question at its end."""
    first, gap, below = text.partition("\n\n")
    if not gap or not first.strip() or len(text) <= LONG:
        return text[:MAX_CHARACTERS]
    asked = _LAST_QUESTION.search(below[-MAX_CHARACTERS:])
    return f"{first}\n{asked[1]}" if asked else first


def _pressed(low: str, choice: Choice, context: Context) -> Heard:
    kind, _, _ = choice.payload.partition(":")
    if choice is CONFIRM:
        return Heard(low, exact=True, signs=frozenset({"affirm"}))
    if choice is CHANGE:
        return Heard(low, exact=True, signs=frozenset({"change"}))
    if kind == "change":
        return Heard(low, exact=True, named=choice.payload.partition(":")[2], signs=frozenset({"revise"}))
    if context.facts.get(kind) == choice.title:
        return Heard(low, exact=True, same=(kind,))
    return Heard(low, facts={kind: choice.title}, exact=True)


def _wordless(low: str) -> Heard:
    if signals.AFFIRM.search(low):
        return Heard(low, signs=frozenset({"affirm"}))
    if signals.DENY.search(low):
        return Heard(low, signs=frozenset({"deny"}))
    return Heard(low, signs=frozenset({"repeat" if "?" in low else "empty"}))


class _Notes:
    """What has been found in the clauses of one message so far."""

    def __init__(self) -> None:
        self.signs: set[str] = set()
        self.topics: list[str] = []
        self.clarify: str | None = None
        self.said: list[str] = []


def _read(low: str, raw: str, context: Context) -> Heard:
    notes = _Notes()
    for name, pattern in _ASIDES:
        if pattern.search(low):
            notes.signs.add(name)
    for clause in signals.CLAUSES.split(low):
        clause = clause.strip()
        if not clause:
            continue
        if clause.endswith("?") or signals.QUESTION.match(clause) or signals.INQUIRY.search(clause):
            _question(clause, notes, context)
        elif _ORDERING.match(clause) and signals.OFF_TOPIC.search(clause):
            notes.signs.add("out_of_domain")
        elif signals.CLARIFY_SAID.search(clause):
            notes.clarify = notes.clarify or _slot_named(clause, context) or context.asked or "recap"
        elif "injection" not in notes.signs:
            notes.said.append(clause)
    if {"unknown", "vague"} <= notes.signs and not signals.OFF_TOPIC.search(low):
        notes.signs.discard("out_of_domain")
    said = ". ".join(notes.said)
    heard = _statement(said, raw, notes, context) if said else Heard()
    return replace(
        heard, text=low, signs=frozenset(notes.signs), topics=tuple(dict.fromkeys(notes.topics)), clarify=notes.clarify
    )


def _question(clause: str, notes: _Notes, context: Context) -> None:
    """What a clause that asks something is about; a guess at the answer ("maybe Monday?") is kept as said."""
    named = _slot_named(clause, context)
    meaning = signals.CLARIFY.search(clause) is not None
    topics = topics_of(clause)
    offered = _offered(clause, context)
    if meaning and named and not (topics and "mean" in clause and context.asked != named):
        notes.clarify = notes.clarify or named
    elif notes.signs & {"human", "injection"} or (notes.signs & {"impatient", "sceptical"} and not topics):
        return
    elif signals.OFF_TOPIC.search(clause):
        notes.signs.add("out_of_domain")
    elif topics and not (offered and not signals.QUESTION.match(clause)):
        notes.topics.extend(topics)
    elif offered:
        notes.said.append(clause)
    elif signals.REPEAT.search(clause):
        notes.signs.add("repeat")
    elif meaning:
        notes.clarify = notes.clarify or context.asked or "recap"
    elif signals.NOT_SURE.search(clause) or signals.SKIP.search(clause) or signals.REVISE.search(clause):
        notes.said.append(clause)
    elif signals.REQUEST.search(clause):
        notes.signs.add("request")
    elif len(clause.split()) > 1 and clause not in ("how?", "what?"):
        notes.signs |= {"unknown" if signals.DOMAIN.search(clause) else "out_of_domain", "vague"}


def _offered(clause: str, context: Context) -> bool:
    """Whether a question holds an answer to what is asked, or a correction, as in "can we make it Spain?"."""
    asking = signals.QUESTION.match(clause)
    if context.asked and find(context.asked, clause, asked=not asking):
        return True
    if not asking and any(find(slot, clause, asked=False) for slot in ORDER):
        return True
    return bool(signals.CORRECTION.search(clause)) and any(find(slot, clause, asked=False) for slot in context.facts)


def _slot_named(clause: str, context: Context) -> str | None:
    named = [slot for slot in ORDER if signals.SLOT_WORDS[slot].search(clause)]
    return context.asked if context.asked in named else next(iter(reversed(named)), None)


def _statement(said: str, raw: str, notes: _Notes, context: Context) -> Heard:
    corrected = signals.CORRECTION.search(said) is not None
    named = [slot for slot in ORDER if signals.SLOT_WORDS[slot].search(said)]
    facts, same = _facts(said, context, named, corrected)
    if corrected:
        notes.signs.add("corrected")
    if facts:
        return Heard(facts=facts, same=same)
    if context.asked == "country" or "country" in named or corrected:
        elsewhere = unsupported_country(said, raw)
        if elsewhere is not None:
            return Heard(unsupported=elsewhere)
    if same and not corrected:
        return Heard(same=same)
    return Heard(named=_other_signs(said, named, notes, context))


def _other_signs(said: str, named: Sequence[str], notes: _Notes, context: Context) -> str | None:
    """Signs that matter only where no fact was given; returns the slot the person wants to change, if it says so."""
    signs = notes.signs
    aside = bool(notes.clarify or notes.topics)
    if signals.NOT_SURE.search(said) and not aside:
        signs.add("not_sure")
        return None
    if signals.SKIP.search(said):
        signs.add("skip")
        return None
    picked = context.asked is None and not signals.AFFIRM.search(said)
    if named and (picked or signals.REVISE.search(said)):
        signs.add("revise")
        return context.asked if context.asked in named else named[0]
    affirmed = signals.AFFIRM.search(said) is not None
    if signals.REVISE.search(said) and not affirmed:
        signs.add("change")
    if affirmed and not signals.DENY.search(said):
        signs.add("affirm")
    elif signals.DENY.search(said):
        signs.add("deny")
    signs.update(name for name, pattern in _QUIET if pattern.search(said))
    return None


def find(slot: str, text: str, *, asked: bool, taken: Sequence[Found] = ()) -> list[Found]:
    """Values of a slot in a lower-case text; `asked`: the text answers the question for it."""
    if slot == "business":
        return find_kinds(BUSINESSES, text, asked)
    if slot == "channel":
        return find_kinds(CHANNELS, text, asked)
    if slot == "country":
        return find_countries(text)
    if slot == "volume":
        return find_amounts(text, asked, taken or (find_dates(text, asked=False) if not text.isdigit() else ()))
    return find_dates(text, asked) if slot == "start" else find_emails(text, asked)


def _facts(
    said: str, context: Context, named: Sequence[str], corrected: bool
) -> tuple[dict[str, str], tuple[str, ...]]:
    """New and changed values in what was said, and the slots given again with the value they have."""
    emails = find_emails(said, context.asked == "email")
    if emails:
        # An address holds words and numbers of other slots; so does the talk of it.
        said = signals.SLOT_WORDS["email"].sub("~~", "".join(_without(said, emails)))
    direct = not (corrected and named and context.asked not in named)
    if _REFUSAL.search(said):
        direct = False
    if context.asked == "business" and signals.REQUEST.search(said) and not _SELF.search(said):
        direct = False
    found: dict[str, list[Found]] = {"email": emails} if emails else {}
    for slot in ORDER[:-1]:
        asked = (slot == context.asked and direct) or (slot in named and slot != "business")
        hits = find(slot, said, asked=asked, taken=found.get("start", ()))
        if hits:
            found[slot] = hits
    _drop_borrowed(found, context.asked or "", named)
    if context.asked not in found and context.options and context.asked and (hit := signals.ORDINAL.search(said)):
        titles = [choice.title for choice in context.options]
        index = signals.ORDINALS[hit["which"]]
        if index < len(titles):
            found[context.asked] = [Found(hit.start(), hit.end(), titles[index])]
    if not found and corrected and direct:
        for slot in (*reversed(context.last), *named):
            if hits := find(slot, said, asked=True):
                found[slot] = hits
                break
    return _kept(found, said, context, corrected or bool(named))


def _drop_borrowed(found: dict[str, list[Found]], asked: str, named: Sequence[str]) -> None:
    """Words that belong to another slot's value answer nothing: "the business is Services and invoices" says nothing of
    the way of paying."""
    for one in found.get(asked, ())[:1]:
        for slot, others in found.items():
            if slot != asked and any(
                other.start < one.end
                and one.start < other.end
                and (slot in named or other.end - other.start > one.end - one.start)
                for other in others
            ):
                del found[asked]
                return


def _kept(
    found: Mapping[str, list[Found]], said: str, context: Context, marked: bool
) -> tuple[dict[str, str], tuple[str, ...]]:
    values: dict[str, str] = {}
    same = []
    for slot in ORDER:
        hits = found.get(slot)
        current = context.facts.get(slot)
        if not hits:
            continue
        value = hits[0].value if slot == "email" else choose(hits, said, current if marked else None)
        if value is None:
            continue
        if value == current:
            same.append(slot)
        else:
            values[slot] = value
    fresh = any(slot not in context.facts or slot == context.asked for slot in values)
    if not marked and fresh:
        # Kinds are told by many words, so an answer to something else must not change them.
        for slot in ("business", "channel"):
            if slot in context.facts and slot != context.asked:
                values.pop(slot, None)
    return values, tuple(same)


def _without(text: str, found: Sequence[Found]) -> list[str]:
    parts, last = [], 0
    for one in found:
        parts += [text[last : one.start], "~~"]
        last = one.end
    return [*parts, text[last:]]
