from __future__ import annotations

import asyncio

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from replayed import Product, aside, button, give, said, scenario, subject

from prebeta.core.types import Move
from prebeta.investigate.replays import Replayed, Script
from prebeta.investigate.shrink import BUDGET, NotReproduced, shrink


def texts(moves: tuple[Move, ...]) -> list[str]:
    return [move.text for move in moves]


async def test_the_message_that_breaks_it_is_left_alone() -> None:
    product = Product(said("joke"))
    found = await shrink(
        subject([give("city"), give("two"), aside("a joke", "out_of_domain", "out_of_domain")]), product
    )
    assert texts(found.script.moves) == ["a joke"]
    assert (found.of, found.reproduced, found.sure, found.done) == (3, (5, 5), True, True)
    assert found.behaviors == ("out_of_domain",)
    assert found.turn == 2


async def test_what_must_be_known_is_told_in_one_message() -> None:
    facts = [give("Oslo", "city"), button("Double", "room"), give("3 June", "day"), give("Garcia", "name")]
    product = Product(said("Oslo", "Double", "3 June", "Garcia", "sure?"))
    found = await shrink(subject([*facts, aside("are you sure?", "doubt", "scepticism")]), product)
    assert len(found.script.moves) == 1
    opening = found.script.moves[0].text
    assert opening.endswith("are you sure?")
    assert all(value in opening for value in ("book a table", "city: Oslo", "room: Double", "day: 3 June"))


async def test_manners_that_do_not_matter_go() -> None:
    hurried = give("Oslo", "city", "impatience", said="Oslo!! be quick")
    found = await shrink(subject([give("two", "guests"), hurried]), Product(said("Oslo")))
    assert texts(found.script.moves) == ["Oslo"]
    assert found.behaviors == ()


async def test_manners_that_matter_stay() -> None:
    hurried = give("Oslo", "city", "impatience", said="Oslo!! be quick")
    found = await shrink(subject([give("two", "guests"), hurried]), Product(said("be quick")))
    assert texts(found.script.moves) == ["Oslo!! be quick"]
    assert found.behaviors == ("impatience",)


async def test_what_does_not_come_again_is_said_to() -> None:
    product = Product(said("never said"))
    with pytest.raises(NotReproduced) as refused:
        await shrink(subject([give("a"), give("b")]), product)
    assert refused.value.tries == len(product.held) <= 8


async def test_where_cooperation_is_needed_after_it_it_is_used() -> None:
    product = Product(said("odd", "yes"), cooperation=(give("yes"),))
    found = await shrink(subject([give("city"), give("odd")]), product)
    assert found.script.goes_on
    assert texts(found.script.moves) == ["odd. yes"]


@pytest.mark.parametrize("steady", [0.5, 0.7])
async def test_a_flaky_product_is_shrunk_and_the_doubt_is_told(steady: float) -> None:
    moves = [give(f"word{number}") for number in range(8)]
    product = Product(said("word7"), steady=steady)
    found = await shrink(subject(moves), product)
    assert "word7" in texts(found.script.moves)
    assert len(found.script.moves) <= 4
    assert found.sure == (found.reproduced[0] >= 0.8 * found.reproduced[1])
    assert found.replays == len(product.held) <= BUDGET


async def test_a_small_budget_gives_the_best_so_far() -> None:
    moves = [give(f"word{number}") for number in range(16)]
    product = Product(said(*(f"word{number}" for number in range(0, 16, 3))))
    found = await shrink(subject(moves), product, budget=12)
    assert found.replays == len(product.held) <= 12
    assert not found.done
    assert found.reproduced[0] > 0


async def test_interrupted_it_gives_the_best_so_far() -> None:
    moves = [give(f"word{number}") for number in range(12)]
    product = Product(said("word3", "word11"))
    last = asyncio.Event()

    async def slow(script: Script) -> Replayed:
        if len(product.held) == 6:
            last.set()
            await asyncio.sleep(60)
        return await product(script)

    work = asyncio.create_task(shrink(subject(moves), slow))
    await last.wait()
    work.cancel()
    found = await work
    assert not found.done
    assert {"word3", "word11"} <= set(texts(found.script.moves))


async def test_interrupted_before_anything_is_known_it_is_over() -> None:
    async def slow(_script: Script) -> Replayed:
        await asyncio.sleep(60)
        raise AssertionError

    work = asyncio.create_task(shrink(subject([give("a")]), slow))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    work.cancel()
    with pytest.raises(asyncio.CancelledError):
        await work


async def test_the_case_that_comes_again_is_chosen() -> None:
    flaky, steady = subject([give("nothing")], name="c1"), subject([give("joke")], name="c2")
    product = Product(said("joke"))
    found = await shrink([flaky, steady], product)
    assert found.subject is steady
    assert found.replays == len(product.held)


@settings(max_examples=60, deadline=None)
@given(
    length=st.integers(1, 12),
    needed=st.sets(st.integers(0, 11), min_size=1, max_size=3),
    budget=st.integers(12, 90),
)
def test_the_moves_that_matter_are_found_and_the_budget_is_kept(length: int, needed: set[int], budget: int) -> None:
    wanted = {f"<{number % length}>" for number in needed}
    product = Product(said(*wanted))
    found = asyncio.run(shrink(subject([give(f"<{number}>") for number in range(length)]), product, budget))
    left = " ".join(texts(found.script.moves))
    assert all(text in left for text in wanted), "what matters is never lost"
    assert found.replays == len(product.held) <= budget
    if found.done:
        assert len(found.script.moves) <= len(wanted), "nothing is left that does not matter"


async def test_facts_keep_their_form_where_that_matters() -> None:
    told = give("07236155207", "phone", "format_variant", form="07236-155-207")
    product = Product(said("07236-155-207", "Yes"))
    found = await shrink(
        subject([give("Oslo", "city"), told, button("Yes", "confirm")], scenario(city="Oslo")), product
    )
    assert "07236-155-207" in " ".join(texts(found.script.moves))
    assert len(found.script.moves) == 1
