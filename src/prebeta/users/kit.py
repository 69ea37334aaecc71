"""What every kind of synthetic user is made with."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from prebeta.behaviors import CATALOGUE, Behavior
from prebeta.core.types import Scenario
from prebeta.dialogue.reading import Reader
from prebeta.users.profile import DEFAULT, Profile

if TYPE_CHECKING:
    from prebeta.users.llm import Helped  # with LLMs come libraries that users without one don't need


@dataclass(frozen=True, slots=True)
class UserKit:
    """Handed to each user factory, ours and installed ones, so that a new need doesn't change their signatures.

    `patience`: product turns without progress before a user leaves. `behaviors`: name to behavior, own ones included.
    `profile`: how they write. `helped`: what an LLM does for a user of this scenario; None where templates speak.
    """

    reader: Reader
    patience: int = 3
    behaviors: Mapping[str, Behavior] = field(default_factory=lambda: CATALOGUE)
    profile: Profile = DEFAULT
    helped: Callable[[Scenario, random.Random], Helped] | None = None
