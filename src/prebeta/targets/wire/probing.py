"""Asking for the state of a conversation beside it: what fails there is the probe, and not the conversation."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterator

from prebeta.core.errors import TargetError, Timeout
from prebeta.targets.wire.line import Line

_WHOSE = "the probe failed, not the conversation"
_WHAT = "target.state"
_OF_PATIENCE = 0.9
"""Share of what is left of a turn's time that the probe may take: else its slowness would look like the product's."""
_LEAST_S = 0.05


@contextlib.contextmanager
def blamed_on_probe() -> Iterator[None]:
    """Makes every TargetError in it the infrastructure's, and says so."""
    try:
        yield
    except TargetError as error:
        detail = error.detail if error.detail.startswith(_WHAT) else f"{_WHAT}: {error.detail}"
        raise type(error)(f"{detail}; {_WHOSE}", error.raw, infrastructure=True) from error


@contextlib.asynccontextmanager
async def probing(line: Line, begun: float, asked: str, at_most_s: float | None = None) -> AsyncIterator[None]:
    """As `blamed_on_probe`, and within the time that the turn can spare. `begun` is the loop's time at which the turn
    began, `asked` what is asked, for the message where no answer comes."""
    limit_s = at_most_s
    if line.context.patience_s is not None:
        left_s = (line.context.patience_s - (asyncio.get_running_loop().time() - begun)) * _OF_PATIENCE
        limit_s = max(left_s if at_most_s is None else min(at_most_s, left_s), _LEAST_S)
    with blamed_on_probe():
        try:
            async with asyncio.timeout(limit_s):
                yield
        except TimeoutError as error:
            within = "in time" if limit_s is None else f"within {limit_s:.3g} s"
            raise Timeout(f"no answer {within} from {asked}") from error
