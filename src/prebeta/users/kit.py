"""What every kind of synthetic user is made with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from prebeta.behaviors import CATALOGUE, Behavior
from prebeta.dialogue.reading import Reader


@dataclass(frozen=True, slots=True)
class UserKit:
    """Handed to each user factory, ours and installed ones, so that a new need doesn't change their signatures.

    `patience`: product turns without progress before a user leaves. `behaviors`: name to behavior, own ones included.
    """

    reader: Reader
    patience: int = 3
    behaviors: Mapping[str, Behavior] = field(default_factory=lambda: CATALOGUE)
