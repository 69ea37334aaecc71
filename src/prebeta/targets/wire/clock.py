"""One turn's time: how much of it is left, and how much of it we waited before we asked."""

from __future__ import annotations

import time

_MARGIN = 0.02
_LEAST_MARGIN_S = 0.05
_MOST_MARGIN = 0.2


class TurnClock:
    """Begun with each turn, and read by all requests that are made in it.

    `patience_s` are the seconds that the project gives an answer, None where nobody says. `left_s` ends a little before
    that (by 2 %, and 0.05 s at least), because the conversation's own limit would not tell what had come. `held_s` is how long requests
    waited in this turn because the product turned some away (429): no part of its latency.
    """

    def __init__(self, patience_s: float | None) -> None:
        self.patience_s = patience_s
        self.held_s = 0.0
        self._begun = time.monotonic()
        whole_s = patience_s or 0.0
        self._margin_s = min(max(_MARGIN * whole_s, _LEAST_MARGIN_S), _MOST_MARGIN * whole_s)

    def begin(self) -> None:
        """A turn begins."""
        self._begun = time.monotonic()
        self.held_s = 0.0

    @property
    def left_s(self) -> float | None:
        """Seconds until an answer must be there, 0 at least; None where nobody says."""
        if self.patience_s is None:
            return None
        return max(self.patience_s - self._margin_s - (time.monotonic() - self._begun), 0.0)

    def held(self, since: float) -> None:
        """A request waited since then (by the monotonic clock); what lies before this turn doesn't count."""
        self.held_s += time.monotonic() - max(since, self._begun)

    def worked_s(self) -> float:
        """Seconds of this turn that were the product's: all but those that were waited because of 429s."""
        return time.monotonic() - self._begun - self.held_s
