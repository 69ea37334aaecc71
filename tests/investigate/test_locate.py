from __future__ import annotations

from replayed import Product, aside, give, said, subject

from prebeta.investigate.locate import locate

MOVES = [
    give("Oslo", "city"),
    aside("why?", "clarify", "clarify"),
    give("two", "guests"),
    give("Friday", "day"),
    give("Ada", "name"),
]


async def test_the_move_without_which_it_is_well_decides() -> None:
    product = Product(said("why?"), cooperation=(give("go on"),))
    found = await locate(subject(MOVES), product)
    assert (found.turn, found.set_up_by, found.method) == (4, 3, "repair")
    assert found.reproduced == (2, 2)
    assert found.replays == len(product.held) <= 10
    assert "2nd message" in found.word


async def test_what_is_set_up_early_and_breaks_late_has_both_turns() -> None:
    found = await locate(subject(MOVES), Product(said("why?", "Ada"), cooperation=(give("Ada", "name"),)))
    assert found.set_up_by == 3
    assert found.turn == 10
    assert "breaks later" in found.word


async def test_what_a_cooperative_user_meets_needs_nobody_in_particular() -> None:
    found = await locate(subject(MOVES), Product(said("Oslo"), cooperation=(give("Oslo", "city"),)))
    assert (found.method, found.set_up_by) == ("anyone", None)
    assert "cooperative user" in found.word


async def test_what_does_not_come_again_stays_where_the_judge_put_it() -> None:
    found = await locate(subject(MOVES), Product(said("something else")))
    assert (found.method, found.turn) == ("judged", 10)
    assert found.reproduced == (0, 2)


async def test_a_flaky_product_is_asked_more_often() -> None:
    product = Product(said("why?"), cooperation=(give("go on"),), steady=0.9)
    found = await locate(subject(MOVES), product)
    assert found.turn in (4, 10)
    assert all(fork.held in (2, 5) for fork in found.forks)
