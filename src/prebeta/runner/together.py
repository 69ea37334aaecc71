"""Several things awaited at once, none of which goes on alone where another fails."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterable
from typing import Any, TypeVar

Result = TypeVar("Result")


async def together(works: Iterable[Coroutine[Any, Any, Result]]) -> list[Result]:
    """What they come to, in the order given. Raises what the first of them raised, as it is; the others are cancelled and
    have ended by then."""
    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(work) for work in works]
    except BaseExceptionGroup as errors:
        failed = errors.exceptions[0]
    else:
        return [task.result() for task in tasks]
    # out here, so that neither its own cause is replaced nor the group shown as what it came of
    raise failed
