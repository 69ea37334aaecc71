"""How people write: rates that the voice draws from, for free text and for answers to what was asked.

Free text follows people who write to assistants, answers the shorter task dialogues (METHODS §1).
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Register:
    """Shares of messages: `lower` start in lower case, `stops` end in a full stop where neither value nor question
    stands last, `polite` hold a please or thanks."""

    lower: float
    stops: float
    polite: float


@dataclass(frozen=True, slots=True)
class Profile:
    """`words` is the median length of an opening request, `spread` the standard deviation of its logarithm. `asks` is the
    share of requests put as a question, `typos` the rate at which a misspelt word slips into one sentence. `unmarked`: share
    of questions without their mark among those who leave out full stops; 0, though people do leave them out, since a
    product that goes by the mark would be blamed for it.
    """

    free: Register = field(default_factory=lambda: Register(lower=0.41, stops=0.47, polite=0.08))
    answers: Register = field(default_factory=lambda: Register(lower=0.12, stops=0.85, polite=0.14))
    words: float = 12.0
    spread: float = 0.92
    asks: float = 0.30
    typos: float = 0.08
    unmarked: float = 0.0


DEFAULT = Profile()
