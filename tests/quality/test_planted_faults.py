"""Does prebeta find what was planted? The short version; `make quality` measures all of it and writes docs/quality.md."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Callable, Collection
from typing import Any

import pytest
from scorecard import NEAR, PRODUCTS, Clean, Score, Wanted, all_faults, clean, hold, mean, score

CONVERSATIONS = 120
SHORT = all_faults()[::3]
"""Every third fault: all products, nearly all kinds."""
ENOUGH = 5
"""Conversations that ran into a fault, below which its shares say nothing."""


def test_there_are_enough_faults_of_every_kind() -> None:
    planted = [fault for product in PRODUCTS.values() for fault in product.faults.values()]
    assert len(planted) >= 40
    assert {fault.ways for fault in planted} == {1, 2, 3}
    assert {fault.kind for fault in planted} == {
        *("LOOP", "DEAD_END", "NO_PROGRESS", "FALSE_DONE", "WRONG_RESULT", "IGNORED_INPUT", "LOST_CORRECTION"),
        *("CONTRADICTION", "WRONG_REFUSAL", "OUT_OF_BOUNDS", "HANDOFF_FAIL", "LANGUAGE_STYLE", "LEAK", "SYSTEM_ERROR"),
    }


@pytest.fixture(scope="module")
def scores() -> list[Score]:
    return [score(product, fault, hold(Wanted(product, (fault,), CONVERSATIONS))) for product, fault in SHORT]


@pytest.fixture(scope="module", params=list(PRODUCTS))
def without_faults(request: pytest.FixtureRequest) -> Clean:
    return clean(request.param, hold(Wanted(request.param, (), CONVERSATIONS)))


def test_most_faults_are_found(scores: list[Score]) -> None:
    met = [one for one in scores if one.hit >= ENOUGH]
    assert len(met) >= 0.7 * len(scores), "too few users ran into the faults to say anything"
    missed = [one.fault for one in met if not one.found]
    assert len(missed) <= 0.1 * len(met), missed


def test_kind_and_turn_are_mostly_right(scores: list[Score]) -> None:
    met = [one for one in scores if one.hit >= ENOUGH]
    assert mean(one.share("right") for one in met) >= 0.85
    assert mean(one.share("exact") for one in met) >= 0.75
    assert mean(one.share("near") for one in met) >= 0.75


def test_clean_products_are_seldom_blamed(without_faults: Clean) -> None:
    assert without_faults.failed <= 0.03 * without_faults.n
    assert without_faults.flawed <= 0.06 * without_faults.n
    assert without_faults.ours <= 0.03 * without_faults.n


def ask(url: str, body: object = None) -> Any:
    """GET, or PUT with a body."""
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, {"Content-Type": "application/json"}, method="PUT" if data else "GET")
    with urllib.request.urlopen(request, timeout=10) as answer:
        return json.load(answer)


@pytest.fixture(scope="module")
def stays(serve: Callable[[str], str]) -> str:
    """The URL of the hotel assistant's server: cards, several messages, now and then late."""
    return serve("stays")


@pytest.fixture(scope="module")
def run(stays: str, prebeta_with: Callable[..., Any]) -> Callable[[Collection[str]], Any]:
    """Rows of a run of 60 over HTTP with these faults on, and what the server noted."""
    prebeta = prebeta_with("stays/prebeta.yaml", STAYS_URL=stays)

    def held(faults: Collection[str]) -> Any:
        ask(f"{stays}/faults", {"on": sorted(faults)})
        prebeta.json("run", "-n", "60", "--seed", "1", codes={0, 3})
        return prebeta.rows(), ask(f"{stays}/faults")

    return held


def test_over_http_a_clean_product_passes(run: Callable[[Collection[str]], Any]) -> None:
    rows, noted = run(())
    assert not any(noted.values())
    assert sum(row["failed"] for row in rows) <= 2
    assert sum(row["blame"] not in (None, "product") for row in rows) <= 1
    assert {turn["move"] for row in rows for turn in row["turns"] if turn["speaker"] == "user"} >= {"say", "press"}


@pytest.mark.parametrize("fault", ["hurried_bookings_vanish", "obeys_orders", "questions_take_it_down"])
def test_over_http_a_fault_is_found(run: Callable[[Collection[str]], Any], fault: str) -> None:
    rows, noted = run({fault})
    kind = PRODUCTS["stays"].faults[fault].kind
    turns = {session: log[0]["turn"] for session, log in noted.items() if log}
    hit = [row for row in rows if row["session"] in turns]
    right = [row for row in hit if row["kind"] == kind and abs(row["turn"] - turns[row["session"]]) <= NEAR]
    assert len(hit) >= ENOUGH
    assert len(right) >= 0.75 * len(hit)
