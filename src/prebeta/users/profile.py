"""How people write: rates that the voice draws from, for free text and for answers to what was asked.

Free text follows people who write to assistants, answers the shorter task dialogues (METHODS §1). `fit` makes a profile
of a project's own chats.
"""

from __future__ import annotations

import math
import re
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from prebeta.core.errors import UsageError

_POLITE = re.compile(r"\b(?:please|thanks|thank you|thx|cheers|kindly|appreciate)\b", re.I)
_STOP = re.compile(r"[.!]\s*\Z")
_ENOUGH = 20
"""Messages that a rate can be taken from."""
_TENTH = 1.2816
"""Standard deviations between the median and the 90 % point of a normal distribution."""
_RAMBLING = 120
"""Words from which on a message is none of the usual ones."""


@dataclass(frozen=True, slots=True)
class Register:
    """Shares of messages: `lower` start in lower case, `stops` end in . ! or ?, `polite` hold a please or thanks, `exclaims`
    those of the full stops that are exclamation marks. `words` is the median length in words, `spread` the standard
    deviation of its logarithm, `rambles` the share of messages that go on for hundreds of words.
    """

    lower: float
    stops: float
    polite: float
    words: float
    spread: float
    exclaims: float = 0.04
    rambles: float = 0.0


@dataclass(frozen=True, slots=True)
class Profile:
    """`free` is how requests, questions and remarks are written, `answers` how what was asked for is given. `asks` is the
    share of requests put as a question, `typos` the rate at which a misspelt word slips into one sentence. `unmarked`:
    share of questions without their mark among those who leave out full stops; 0, though people do leave them out, since
    a product that goes by the mark would be blamed for it.
    """

    free: Register = field(
        default_factory=lambda: Register(
            lower=0.41, stops=0.47, polite=0.08, words=11.0, spread=0.92, exclaims=0.02, rambles=0.01
        )
    )
    answers: Register = field(
        default_factory=lambda: Register(lower=0.08, stops=0.85, polite=0.30, words=4.5, spread=0.6)
    )
    asks: float = 0.30
    typos: float = 0.08
    unmarked: float = 0.0


DEFAULT = Profile()


def fit(talks: Iterable[Sequence[str]]) -> Profile:
    """A profile of real chats: what one person typed in one conversation, in its order, for each conversation.

    What opens a conversation or asks something is free text, the rest answers; where there are fewer than 20 messages of
    the one sort, both sorts together stand for it. `typos` and `unmarked` can't be told from texts and stay the default's.
    Raises UsageError where there are fewer than 20 messages in all.
    """
    spoken = [said for talk in talks if (said := [text.strip() for text in talk if text.strip()])]
    firsts = [said[0] for said in spoken]
    free = [*firsts, *(text for said in spoken for text in said[1:] if "?" in text)]
    answers = [text for said in spoken for text in said[1:] if "?" not in text]
    every = [*free, *answers]
    if len(every) < _ENOUGH:
        raise UsageError(f"{len(every)} messages of people are too few to fit a profile to; give at least {_ENOUGH}")
    return Profile(
        free=_register(free if len(free) >= _ENOUGH else every),
        answers=_register(answers if len(answers) >= _ENOUGH else every),
        asks=_share("?" in text for text in firsts),
    )


def _register(texts: Sequence[str]) -> Register:
    counts = sorted(len(text.split()) for text in texts)
    usual = [count for count in counts if count < _RAMBLING] or counts
    middle, high = statistics.median(usual), usual[int(0.9 * len(usual))]
    stopped = [text for text in texts if _STOP.search(text)]
    return Register(
        lower=_share(text[0].islower() for text in texts),
        stops=_share(text[-1] in ".!?" for text in texts),
        polite=_share(bool(_POLITE.search(text)) for text in texts),
        words=float(middle),
        spread=math.log(high / middle) / _TENTH,
        exclaims=_share(text[-1] == "!" for text in stopped),
        rambles=1.0 - len(usual) / len(counts),
    )


def _share(found: Iterable[bool]) -> float:
    each = [*found]
    return sum(each) / len(each) if each else 0.0
