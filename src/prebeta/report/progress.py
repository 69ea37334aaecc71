"""Live progress of a run: one line that is rewritten on a terminal, plain lines now and then elsewhere."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from typing import TextIO

from prebeta.analysis.outcome import EXCLUDED
from prebeta.core.results import Assessment

_LIVE_S = 0.1
_PLAIN_S = 5.0


class Progress:
    """Counts finished conversations and says so on `stream`; at most ten times a second, each five elsewhere."""

    def __init__(
        self, total: int, stream: TextIO, *, live: bool | None = None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._total, self._stream, self._clock = total, stream, clock
        self._live = stream.isatty() if live is None else live
        self._begun = self._told = clock()
        self._done = self._reached = self._failed = self._excluded = self._turns = 0
        self._open = False

    def update(self, assessment: Assessment, turns: int) -> None:
        """One more conversation is through; `turns` are the user's."""
        self._done += 1
        self._turns += turns
        if assessment.outcome in EXCLUDED:
            self._excluded += 1
        elif assessment.failed:
            self._failed += 1
        else:
            self._reached += 1
        now = self._clock()
        if now - self._told >= (_LIVE_S if self._live else _PLAIN_S):
            self._told = now
            self._tell(now)

    def close(self) -> None:
        """Take the live line away, so that the report stands alone."""
        if self._open:
            self._stream.write("\r\x1b[K")
            self._stream.flush()
            self._open = False

    def line(self, now: float) -> str:
        """What is known now: done, reached, failed, excluded, turns a second, estimate to the end."""
        elapsed = max(now - self._begun, 1e-6)
        parts = [f"{self._done}/{self._total} done", f"{self._reached} reached", f"{self._failed} failed"]
        parts += [f"{self._excluded} excluded", f"{self._turns / elapsed:,.0f} turns/s"]
        if 0 < self._done < self._total:
            parts.append(f"{_duration(elapsed / self._done * (self._total - self._done))} left")
        return " · ".join(parts)

    def _tell(self, now: float) -> None:
        text = self.line(now)
        if self._live:
            # Cut to the width: a line that wraps could not be rewritten.
            self._stream.write("\r\x1b[K" + text[: shutil.get_terminal_size().columns - 1])
            self._open = True
        else:
            self._stream.write(text + "\n")
        self._stream.flush()


def _duration(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours} h {minutes} min"
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"
