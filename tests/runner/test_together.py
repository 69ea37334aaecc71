from __future__ import annotations

import asyncio

import pytest

from prebeta.core.errors import UnreachableError, UsageError
from prebeta.runner.together import together


async def number(found: int, delay_s: float) -> int:
    await asyncio.sleep(delay_s)
    return found


async def test_results_come_in_the_order_given() -> None:
    assert await together(number(one, 0.004 - one / 1000) for one in range(4)) == [0, 1, 2, 3]
    assert await together(number(one, 0) for one in range(0)) == []


async def test_what_the_first_raises_comes_out_as_it_is_and_the_others_have_ended() -> None:
    ended: list[str] = []

    async def other() -> None:
        try:
            await asyncio.sleep(60)
        finally:
            ended.append("other")

    async def fails() -> None:
        await asyncio.sleep(0)
        try:
            raise OSError("refused")
        except OSError as error:
            raise UnreachableError("the product doesn't answer") from error

    with pytest.raises(UnreachableError, match="doesn't answer") as caught:
        await together((other(), fails()))
    assert ended == ["other"]
    assert isinstance(caught.value.__cause__, OSError)


async def test_one_within_another_lets_a_usage_error_through() -> None:
    async def fails() -> int:
        raise UsageError("no such slot")

    with pytest.raises(UsageError, match="no such slot"):
        await together([together([fails(), number(1, 60)])])


async def test_cancelled_from_outside_it_is_cancelled() -> None:
    task = asyncio.create_task(together([number(1, 60)]))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
