"""A project's goals drafted from a few sample conversations: what the product asks, what people answer, how it ends.

The product's questions are named by what they ask for and gathered; a slot is proposed for each that comes again. Its
values are what people answered, its line in `answers` the words that tell its questions from all else the product says.
A draft is to be looked over by a person: the notes say where.
"""

from __future__ import annotations

import re
import statistics
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from prebeta.core.errors import UsageError
from prebeta.dialogue import phrases
from prebeta.dialogue.similarity import content_words, jaccard, mask, sentences
from prebeta.scenarios.generation.answering import Values, value_in, values_of
from prebeta.scenarios.generation.conversations import Conversation
from prebeta.scenarios.generation.naming import Asked, asked_for, confirms, questions, same_thing
from prebeta.scenarios.generation.wording import Wording

_RECURS = 0.1
"""Share of the conversations in which a question must come to be a slot's; and it must come twice."""
_MOST_SLOTS = 12
_OPTIONAL = 0.5
_GOAL_WORDS = 9
_LEAD = re.compile(
    r"^\W*(?:(?:hi|hello|hey|good (?:morning|afternoon|evening)|yes|ok(?:ay)?|so|please|there|thanks|well)\b\W*|"
    r"(?:can|could|would|will) (?:you|i|we)\b(?: (?:please|help me|tell me|assist me|mind|get|possibly)\b)*(?: (?:to|with|out)\b)*\W*|"
    r"(?:i|we)(?:['’]?d| would)? (?:really )?(?:like|want|need|wish|love|have|plan|am trying|am looking|was hoping|was wondering)\b"
    r"(?: (?:your help|help|to|for|if you (?:can|could)|you|some help|with)\b)*\W*|"
    r"(?:i['’]?m|i am|we['’]?re) (?:looking|trying|hoping|calling|searching|here|planning|going|writing|in need)\b(?: (?:to|for|about|of)\b)*\W*|"
    r"(?:help me|let me|please|to|get me to)\b\W*)",
    re.I,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class DraftSlot:
    """A slot as proposed: its values, the words it is asked in (`says`), in how many conversations it was asked (`asked`)
    and two of the questions."""

    name: str
    values: Values
    says: str | None
    asked: int
    questions: tuple[str, ...]
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Draft:
    """What could be read off `conversations` samples. `stages` are slots in the order they are usually asked; `notes` say
    what a person should look over."""

    conversations: int
    goal: str
    slots: tuple[DraftSlot, ...]
    stages: tuple[str, ...]
    confirm: str | None = None
    done: str | None = None
    notes: tuple[str, ...] = field(default=())

    def sections(self) -> dict[str, Any]:
        """The parts of prebeta.yaml: goals, end_state, stages and user.answers, as plain data. Without a target."""
        slots = {slot.name: _slot_section(slot) for slot in self.slots}
        goal: dict[str, Any] = {"goal": self.goal, **({"slots": slots} if slots else {})}
        answers: dict[str, Any] = {slot.name: slot.says for slot in self.slots if slot.says is not None}
        stages: dict[str, Any] = {name: {"asks": name} for name in self.stages}
        if self.confirm is not None:
            answers["confirm"] = {"says": self.confirm, "then": "yes"}
            stages["confirm"] = {"says": self.confirm}
        return {
            "end_state": {"when": {"says": self.done} if self.done is not None else {"ended": True}},
            **({"stages": stages} if stages else {}),
            "goals": [goal],
            **({"user": {"answers": answers}} if answers else {}),
        }

    def yaml(self) -> str:
        """The sections as YAML, the notes above them as comments."""
        import yaml

        notes = "".join(f"# {note}\n" for note in self.notes)
        return notes + str(yaml.safe_dump(self.sections(), sort_keys=False, allow_unicode=True, width=120))


def draft(conversations: Sequence[Conversation]) -> Draft:
    """The draft of a project. Raises UsageError where the product says nothing in them."""
    product = [line.text for each in conversations for line in each.lines if line.speaker == "product"]
    said = [mask(part) for text in product for part in sentences(text)]
    if not said:
        raise UsageError("the product says nothing in these conversations; a message needs role: assistant")
    wording = Wording(said)
    least = 1 if len(conversations) == 1 else max(2, round(_RECURS * len(conversations)))
    slots, notes = _slots(conversations, wording, least)
    done = [mask(part) for part in _endings(conversations)]
    asks = [mask(part) for text in product for part in confirms(text)]
    found = Draft(
        conversations=len(conversations),
        goal=_goal(conversations),
        slots=slots,
        stages=tuple(slot.name for slot in slots if not slot.optional and slot.says is not None),
        confirm=wording.telling(asks) if len(asks) >= least else None,
        done=wording.telling(done) if len(done) >= least else None,
    )
    return replace(found, notes=(*_notes(found), *notes))


def _slots(
    conversations: Sequence[Conversation], wording: Wording, least: int
) -> tuple[tuple[DraftSlot, ...], list[str]]:
    """The slots in the order they are asked, and a note for each question whose answers couldn't be read."""
    slots: list[tuple[float, DraftSlot]] = []
    notes = []
    asked = [each for each in _gathered(conversations) if each.conversations >= least]
    for each in sorted(asked, key=lambda each: -each.conversations)[:_MOST_SLOTS]:
        values = values_of(each.name, each.answers)
        if values is None:
            notes.append(f"asked {each.conversations} times, but no answer could be read: {each.questions[0]}")
            continue
        says = wording.telling([mask(words) for words in each.words], [each.name])
        examples = tuple(text for text, _ in Counter(each.questions).most_common(2))
        optional = each.conversations < _OPTIONAL * len(conversations)
        slots.append((each.position, DraftSlot(each.name, values, says, each.conversations, examples, optional)))
    return tuple(slot for _, slot in sorted(slots, key=lambda pair: pair[0])), notes


@dataclass(slots=True)
class _Asked:
    """A recurring question: its wordings, what was answered, where in the conversation it stands (0 to 1)."""

    name: str
    questions: list[str] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    answers: list[str] = field(default_factory=list)
    positions: list[float] = field(default_factory=list)
    conversations: int = 0

    @property
    def position(self) -> float:
        return statistics.median(self.positions)


def _gathered(conversations: Sequence[Conversation]) -> list[_Asked]:
    found: list[tuple[int, float, str, str, Asked]] = []
    for number, conversation in enumerate(conversations):
        for place, line in enumerate(conversation.lines):
            if line.speaker == "product":
                reply = conversation.lines[place + 1].text if place + 1 < len(conversation.lines) else ""
                asks = [(question, asked) for question in questions(line.text) for asked in asked_for(question)]
                found += [(number, place / len(conversation.lines), reply, question, asked) for question, asked in asks]
    merged = same_thing(asked.name for *_, asked in found)
    per_turn = Counter((number, position) for number, position, *_ in found)
    gathered: dict[str, _Asked] = {}
    seen: set[tuple[int, str]] = set()
    for number, position, reply, question, asked in found:
        name = merged[asked.name]
        each = gathered.setdefault(name, _Asked(name))
        each.questions.append(question)
        each.words.append(asked.words)
        each.positions.append(position)
        value = value_in(name, reply, alone=per_turn[number, position] == 1) if reply else None
        each.answers += [value] if value is not None else []
        each.conversations += (number, name) not in seen
        seen.add((number, name))
    return list(gathered.values())


def _endings(conversations: Iterable[Conversation]) -> Iterator[str]:
    """Of each conversation the sentence in which the product last says that the matter is settled."""
    for each in conversations:
        settled = [
            part
            for line in each.lines
            if line.speaker == "product"
            for part in sentences(line.text)
            if not part.rstrip().endswith("?") and any(
                phrases.DONE.search(clause) and not phrases.NOT_DONE.search(clause) for clause in phrases.CLAUSE.split(part)
            )
        ]  # fmt: skip
        if settled:
            yield settled[-1]


def _goal(conversations: Sequence[Conversation]) -> str:
    """What users come for, in the words of the opener that is most like the others."""
    wishes = [wish for each in conversations for wish in _wish(each)]
    if not wishes:
        return "get done what the product is for"
    sets = {wish: content_words(wish) for wish in wishes[:200]}
    weight = {
        wish: sum(jaccard(own, other) for other in sets.values()) - 0.5 * _particulars(wish)
        for wish, own in sets.items()
    }
    return max(weight, key=lambda wish: (weight[wish], -len(wish), wish))


def _wish(conversation: Conversation) -> Iterator[str]:
    place, first = next(
        ((at, line.text) for at, line in enumerate(conversation.lines) if line.speaker == "user"), (0, "")
    )
    if place and any(asked_for(question) for question in questions(conversation.lines[place - 1].text)):
        return  # that answers a question, and may be a name
    for part in sentences(first):
        text = part
        for _ in range(5):
            text = _LEAD.sub("", text, count=1)
        text = " ".join(re.split(r"[.,;?!\n]", text)[0].split()[:_GOAL_WORDS])
        if len(content_words(text)) >= 2:
            yield text[0].lower() + text[1:]
            return


def _particulars(wish: str) -> int:
    """What makes a wish a worse goal: words that are one person's (numbers, names), and that it begins with no verb."""
    return len(re.findall(r"\d+|(?<=\s)[A-Z]\w+|^(?:an?|the|some|be|my|this|it)\b", wish))


def _slot_section(slot: DraftSlot) -> dict[str, Any]:
    source: Mapping[str, Any] = (
        {"pattern": slot.values.pattern} if slot.values.pattern else {"values": list(slot.values.values)}
    )
    return {**source, **({"optional": True} if slot.optional else {})}


def _notes(found: Draft) -> list[str]:
    notes = [f"Drafted from {found.conversations} conversations; look over each line."]
    notes += [
        f"no words tell the question for {slot.name}: {slot.questions[0]}" for slot in found.slots if not slot.says
    ]
    if found.done is None:
        notes.append("no message says that the matter is settled; say in end_state when a user has reached its end")
    if not found.slots:
        notes.append("the product asks for nothing that comes again")
    return notes
