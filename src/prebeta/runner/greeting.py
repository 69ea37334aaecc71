"""The first words with a product: whether it answers at all, and what version it says it is."""

from __future__ import annotations

import asyncio
import contextlib
from typing import Any

from prebeta.config import Project
from prebeta.core.errors import TargetError, UnreachableError
from prebeta.core.protocols import OpenContext
from prebeta.core.types import Reply, Say
from prebeta.engine.sitting import Parts
from prebeta.runner.plan import Plan, target_of
from prebeta.runner.single import entered

_FIRST_ANSWER_S = 30.0


def entered_parts(plan: Plan) -> contextlib.AbstractAsyncContextManager[None]:
    """Target, end check, judges and LLMs of a plan, opened."""
    return entered(plan.parts.target, plan.parts.end_check, *plan.parts.judges, plan.models)


async def product_version(parts: Parts) -> str | None:
    """The product's version, after it answered one message. Raises UnreachableError where it doesn't."""
    target: Any = parts.target
    await _greeted(target)
    return await target.version() if hasattr(target, "version") else None


def first_answer(project: Project) -> Reply:
    """What the product says to one message. Raises UnreachableError that says what to look at."""

    async def ask() -> Reply:
        target: Any = target_of(project)
        async with entered(target):
            return await _greeted(target)

    return asyncio.run(ask())


async def _greeted(target: Any) -> Reply:
    """One conversation opened and one message sent: by the connector's own `check`, which knows what to look at, or
    by nothing but `open`, which is all a connector must have."""
    if hasattr(target, "check"):
        checked: Reply = await target.check()
        return checked
    try:
        async with asyncio.timeout(_FIRST_ANSWER_S), target.open(OpenContext("check", 0)) as session:
            reply: Reply = await session.start()
            return reply if not reply.empty else await session.send(Say("Hello"))
    except TimeoutError as error:
        raise UnreachableError(f"the product gave no answer within {_FIRST_ANSWER_S:g} s") from error
    except TargetError as error:
        raise UnreachableError(f"the product doesn't answer: {error.detail}") from error
