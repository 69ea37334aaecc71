"""A run's typed messages held beside how people write: a reference file, or the published figures of the default profile.

Free text and answers are told apart. Of a run it is known what was meant, of a file it isn't: where both sides stand in
files, what opens a conversation or asks counts as free text on both, and the rest as answers.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, TypeAlias

from prebeta.analysis.realism import Surface, Talk, TellingApart, surface, tell_apart
from prebeta.core.errors import UsageError
from prebeta.core.types import Say, Transcript
from prebeta.dialogue import acts

FEWEST: Final = 20
"""Messages that a rate can be taken from."""
_MOST_SIGNS = 5
_TELLING = 0.03
"""How far from chance a feature alone must be to be called a habit."""
_ANSWERS = frozenset((acts.INFORM, acts.CORRECT, acts.AFFIRM, acts.DENY, acts.CHOOSE, acts.CLOSE))

Figures: TypeAlias = Mapping[str, float | None]
"""Statistics by the names of Surface's fields."""


@dataclass(frozen=True, slots=True)
class Measure:
    """A row of the table: Surface's field, what it is called at full width and in a narrow place, whether it is a share,
    and what users do who have more of it or less."""

    name: str
    label: str
    short: str
    share: bool
    more: str
    less: str


MEASURES: Final = tuple(
    Measure(*row)
    for row in (
        ("words", "words a message, median", "words, median", False, "write longer", "write shorter"),
        ("p90", "words, longest tenth", "longest tenth", False, "have longer long messages", "have shorter long messages"),
        ("variation", "variation of length", "length varies", False, "vary length more", "vary length less"),
        ("short", "up to three words", "≤ 3 words", True, "more often write up to three words",
         "less often write up to three words"),
        ("polite", "a polite or praising word", "polite", True, "are more polite", "are less polite"),
        ("lower", "begin in lower case", "lower case", True, "more often begin in lower case",
         "less often begin in lower case"),
        ("stops", "end in . ! or ?", "end in . ! ?", True, "more often end in . ! or ?", "less often end in . ! or ?"),
        ("asks", "ask something", "ask", True, "ask more", "ask less"),
        ("openers", "distinct openers per 100", "openers of 100", False, "open more variously", "open less variously"),
        ("alike", "likeness of two openings", "openings alike", True, "open more alike", "open less alike"),
    )
)  # fmt: skip

# People who write to assistants, 980 messages (METHODS §1).
_FREE: Figures = MappingProxyType(
    {
        **{"words": 11, "p90": 36, "variation": 3.13, "short": 0.073, "polite": 0.079, "lower": 0.41, "stops": 0.47},
        **{"asks": 0.37, "openers": 72, "alike": 0.035},
    }
)
# People in task dialogues, 3,084 messages of Taskmaster-4 and Schema-Guided Dialogue, counted by `surface`.
_SLOTS: Figures = MappingProxyType(
    {"words": 7, "p90": 14, "variation": 0.67, "short": 0.208, "polite": 0.280, "lower": 0.080, "stops": 0.845}
)


@dataclass(frozen=True, slots=True)
class Typed:
    """What users typed, conversation by conversation: all of it, its free text, its answers."""

    every: tuple[Talk, ...]
    free: tuple[Talk, ...]
    answers: tuple[Talk, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """One sort of messages beside people's. `users` is None where there are too few; `off` names the figures that differ
    by more than a fifth and, of shares, by more than five points."""

    name: str
    messages: int
    users: Figures | None
    people: Figures
    off: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Likeness:
    """`against` is what the users were held beside; `apart` is None without a reference; `habits` say in plain words what
    gives the users away, the strongest first."""

    against: str
    conversations: int
    messages: int
    parts: tuple[Part, ...]
    apart: TellingApart | None
    habits: tuple[str, ...]


def by_act(transcripts: Iterable[Transcript]) -> Typed:
    """What the users of a run typed. Injected orders, whose words are fixed, are neither free text nor answers, and what
    was pasted is no answer."""
    every, free, answers = [], [], []
    for transcript in transcripts:
        said = [turn.move for turn in transcript.turns if isinstance(turn.move, Say) and turn.move.text.strip()]
        every.append([move.text for move in said])
        free.append([move.text for move in said if not _is(move, (*_ANSWERS, acts.INJECT))])
        answers.append([move.text for move in said if _is(move, _ANSWERS) and not _pasted(move)])
    return Typed(tuple(every), tuple(free), tuple(answers))


def by_text(talks: Iterable[Talk]) -> Typed:
    """What people typed, told apart by the text alone: openings and questions, and the rest."""
    every = tuple([text for text in talk if text.strip()] for talk in talks)
    free = tuple([text for at, text in enumerate(talk) if at == 0 or "?" in text] for talk in every)
    answers = tuple([text for at, text in enumerate(talk) if at and "?" not in text] for talk in every)
    return Typed(every, free, answers)


def beside_profile(users: Typed) -> Likeness:
    """Users of a run beside the default profile. Raises UsageError where they typed fewer than 20 messages."""
    parts = (
        _part("Free text: requests, questions, remarks", users.free, _FREE),
        _part("Answers to what was asked", users.answers, _SLOTS),
    )
    return _made("the default profile", users, parts, None)


def beside_people(users: Typed, people: Typed, shown: str, *, classify: bool, seed: int = 1) -> Likeness:
    """Users of a run beside the people of a file, told apart by the text alone on both sides; `shown` is what the file is
    called. With `classify` a classifier has a try at it. Raises UsageError where either side has fewer than 20
    messages, or for the classifier fewer than ten conversations."""
    _enough(people, shown)
    mine = by_text(users.every)
    parts = []
    for name, ours, theirs in (
        ("All that was typed", mine.every, people.every),
        ("Openings and questions", mine.free, people.free),
        ("The other messages", mine.answers, people.answers),
    ):
        if _count(theirs) >= FEWEST:
            parts.append(_part(name, ours, _figures(surface(theirs), whole=name.startswith("All"))))
    _enough(mine, "the run")
    return _made(shown, users, tuple(parts), tell_apart(mine.every, people.every, seed) if classify else None)


def _made(against: str, users: Typed, parts: tuple[Part, ...], apart: TellingApart | None) -> Likeness:
    _enough(users, "the run")
    held = sum(1 for talk in users.every if talk)
    habits = tuple(_by_classifier(apart)) if apart is not None else tuple(_by_figures(parts))
    return Likeness(against, held, _count(users.every), parts, apart, habits)


def _enough(typed: Typed, name: str) -> None:
    count = _count(typed.every)
    if count < FEWEST:
        raise UsageError(f"{name} has {count} messages that users typed; at least {FEWEST} are needed")


def _part(name: str, talks: Sequence[Talk], people: Figures) -> Part:
    count = _count(talks)
    if count < FEWEST:
        return Part(name, count, None, people)
    users = {key: value for key, value in _figures(surface(talks), whole=True).items() if key in people}
    off = tuple(each.name for each in MEASURES if not _near(each, users.get(each.name), people.get(each.name)))
    return Part(name, count, users, people, off)


def _figures(found: Surface, *, whole: bool) -> Figures:
    """Without `whole` not those that are of first messages."""
    figures = dataclasses.asdict(found)
    return {each.name: figures[each.name] for each in MEASURES if whole or each.name not in ("openers", "alike")}


def _near(measure: Measure, users: float | None, people: float | None) -> bool:
    """Within a fifth, or five points where it is a share; what isn't known differs from nothing."""
    if users is None or people is None:
        return True
    return abs(users - people) <= max(0.2 * people, 0.05 if measure.share else 0.0)


def _by_figures(parts: Iterable[Part]) -> Iterable[str]:
    for part in parts:
        for each in MEASURES:
            if part.users is not None and each.name in part.off:
                ours, theirs = part.users[each.name] or 0.0, part.people[each.name] or 0.0
                does = each.more if ours > theirs else each.less
                numbers = f"{figure(each, ours)} against {figure(each, theirs)}"
                yield f"{part.name.partition(':')[0].lower()}: users {does} than people: {numbers}"


def _by_classifier(apart: TellingApart) -> Iterable[str]:
    """The strongest features, those that tell something by themselves and in the direction in which they are weighed."""
    telling = [
        sign
        for sign in apart.signs
        if abs(sign.auc - 0.5) >= _TELLING and (sign.weight > 0) == (sign.users > sign.people)
    ]
    return [sign.words for sign in telling[:_MOST_SIGNS]]


def figure(measure: Measure, value: float | None) -> str:
    """A number of the table; a dash where it isn't known."""
    if value is None:
        return "–"
    if measure.share:
        return f"{value:.1%}".replace("%", " %") if value < 0.0995 else f"{value:.0%}".replace("%", " %")
    return f"{value:.2f}" if measure.name == "variation" else f"{value:.0f}"


def _count(talks: Iterable[Talk]) -> int:
    return sum(map(len, talks))


def _is(move: Say, names: Iterable[str]) -> bool:
    return move.act is not None and move.act.name in names


def _pasted(move: Say) -> bool:
    return move.act is not None and "paste_long" in move.act.behaviors
