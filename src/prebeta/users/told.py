"""What was said so far."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from prebeta.core.types import Reply


@dataclass(frozen=True, slots=True)
class Told:
    """What a message may draw on: the facts given (slot to value), and the product's last message."""

    given: Mapping[str, str]
    reply: Reply
