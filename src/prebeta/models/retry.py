"""When to try again: full jitter, and what Retry-After says."""

from __future__ import annotations

import math
import random
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime

_SPREAD_S = 1.0


@dataclass(frozen=True, slots=True)
class Backoff:
    """How often and how long to wait. `attempts` counts the first one; seconds."""

    attempts: int = 8
    first_s: float = 0.25
    most_s: float = 10.0
    most_told_s: float = 60.0

    def wait_s(self, failed: int, told_s: float | None, rng: random.Random) -> float:
        """Seconds to wait after the `failed`th failure (1, 2, …). What the server told is the least, up to
        `most_told_s`, with a little on top so that not all come back at once."""
        span = min(self.most_s, self.first_s * 2.0 ** min(failed - 1, 30))
        if told_s is None:
            return rng.uniform(0.0, span)
        return min(told_s, self.most_told_s) + rng.uniform(0.0, min(span, _SPREAD_S))


def retry_after_s(headers: Mapping[str, str], now: float) -> float | None:
    """Seconds from now that a response's headers ask to wait: a number, an HTTP date, or milliseconds as some send.

    `now` is the time since the epoch. None where nothing is said, or nothing that can be read.
    """
    for name, unit in (("retry-after-ms", 0.001), ("Retry-After", 1.0)):
        told = headers.get(name)
        if told is None:
            continue
        try:
            seconds = float(told) * unit
        except ValueError:
            try:
                seconds = parsedate_to_datetime(told).timestamp() - now
            except (ValueError, OverflowError):
                continue
        if math.isfinite(seconds):
            return max(0.0, seconds)
    return None
