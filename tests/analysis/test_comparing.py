"""Two runs held against each other: what is paired, what is concluded, what is warned of."""

from __future__ import annotations

import json
import random
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from runs_to_compare import held, row, side

from prebeta.analysis.comparing import Side, compare
from prebeta.core.errors import UsageError
from prebeta.core.results import Row
from prebeta.core.types import IMPORTED

DOCUMENT = {"target": {"kind": "python"}, "end_state": {"when": {"ended": True}}, "goals": [{"goal": "book"}]}
KEYS = [
    *("a", "b", "pairs", "rate_a", "rate_b", "difference", "interval", "p", "conclusion", "pairs_needed"),
    *("fixed", "new", "still", "flaky", "excluded", "warnings"),
]


def imported(failed: str, goals: int | None = None, label: bool = True) -> tuple[list[Row], dict[str, bool]]:
    """Rows of a log whose end nobody knows, and what its file says."""
    goals = goals or len(failed)
    rows = [
        replace(one, policy=IMPORTED, scenario=f"{id(failed)}{at}", goal=f"goal {at % goals}")
        for at, one in enumerate(held(["UNKNOWN"] * len(failed)))
    ]
    return rows, {one.id: mark == "x" for one, mark in zip(rows, failed, strict=True)} if label else {}


def log(failed: str, name: str, goals: int | None = None, label: bool = True) -> Side:
    rows, labels = imported(failed, goals, label)
    one = side(rows, name, users=(IMPORTED,), seed=0, project={"imported": {"file": "x", "skipped": 0}})
    return Side(one.run, one.rows, labels)


# --- conclusions ----------------------------------------------------------------------------------------------


def test_better_worse_and_cannot_tell() -> None:
    bad, good = side(held("x" * 30 + "." * 70)), side(held("." * 100), "rb")
    better, worse, same = compare(bad, good), compare(good, bad), compare(good, side(held("." * 100), "rc"))
    assert (better.conclusion, better.rate_a, better.rate_b, better.pairs) == ("better", 0.3, 0.0, 100)
    assert better.interval[1] < 0
    assert (worse.conclusion, worse.difference) == ("worse", 0.3)
    assert (same.conclusion, same.difference, same.pairs_needed, same.p) == ("cannot tell", 0.0, None, 1.0)
    assert same.detectable is not None
    assert 0 < same.detectable < 0.1


def test_its_json_is_the_contracts_and_more() -> None:
    found = compare(side(held("xx...")), side(held("....."), "rb")).to_json()
    assert list(found)[: len(KEYS)] == KEYS
    assert json.loads(json.dumps(found)) == found
    assert found["pairs_needed"] > 5


def test_typical_users_are_held_against_typical_ones() -> None:
    probing = held("x" * 50, first=100, sample="hunt")
    found = compare(side([*held("..x."), *probing]), side([*held("..x."), *probing], "rb"))
    assert (found.pairs, found.rate_a) == (4, 0.25)
    both = compare(side(probing), side(probing, "rb"))
    assert (both.pairs, both.rate_a) == (50, 1.0)
    assert any("probing users only" in each for each in both.warnings)
    with pytest.raises(UsageError, match="run ra sent probing users only"):
        compare(side(probing), side(held("...."), "rb"))


def test_other_policies_beside_the_headline_count_for_nothing() -> None:
    beside = held("x" * 10, policy="autopilot")
    found = compare(side([*held("." * 10), *beside], users=("agenda", "autopilot")), side(held("." * 10), "rb"))
    assert (found.rate_a, found.rate_b) == (0.0, 0.0)


def test_repeats_count_once_a_scenario() -> None:
    """Ten scenarios, two of which are worse each of five times: that is two scenarios, not ten conversations."""
    before = [one for k in range(5) for one in held("." * 10, repeat=k)]
    after = [one for k in range(5) for one in held("xx" + "." * 8, repeat=k)]
    found = compare(side(before, repeats=5), side(after, "rb", repeats=5))
    assert (found.pairs, found.conclusion, found.p) == (10, "cannot tell", 0.5)
    assert found.conversations == (50, 50)
    mixed = compare(side(before, repeats=5), side(held("xx" + "." * 8), "rb"))
    assert (mixed.pairs, mixed.conclusion) == (10, "cannot tell")


# --- what is ours is never the product's ----------------------------------------------------------------------


@pytest.mark.parametrize("outcome", ["INFRA", "SIM_FAULT", "JUDGE_FAULT"])
def test_a_run_that_we_spoiled_is_not_worse(outcome: str) -> None:
    spoiled = side(held([outcome] * 10 + ["ABANDONED"] * 30 + ["REACHED"] * 60), "rb")
    for found in (compare(side(held("." * 100)), spoiled), compare(spoiled, side(held("." * 100)))):
        assert (found.conclusion, found.pairs_needed) == ("cannot tell", None)
        assert f"10 of its 100 conversations broke on our side (10 {outcome})" in found.warnings[0]
        assert "crashed or was spoiled" in found.warnings[0]
        assert found.interval[0] <= 0 <= found.interval[1]
    assert found.excluded["a"][outcome] == 10
    assert found.excluded["pairs"] == 10


def test_a_few_spoiled_ones_are_shown_on_both_sides() -> None:
    found = compare(
        side(held(["INFRA", "LEFT", *["REACHED"] * 98])), side(held(["REACHED"] * 96 + ["SIM_FAULT"] * 4), "rb")
    )
    assert found.excluded["a"] == {"SIM_FAULT": 0, "JUDGE_FAULT": 0, "INFRA": 1, "LEFT": 1, "UNKNOWN": 0}
    assert found.excluded["b"]["SIM_FAULT"] == 4
    assert (found.excluded["pairs"], found.pairs) == (6, 94)
    assert found.warnings == ()


def test_a_run_that_was_broken_off_counts_up_to_there() -> None:
    """The failing ones take longest: of the first forty two are missing, after which only short ones were done."""
    whole = side(held("x..." * 25))
    done = [one for at, one in enumerate(held("x..." * 25)) if at < 40 or (at < 60 and at % 4)]
    found = compare(whole, side(done, "rb", state="interrupted", conversations=100))
    assert (found.pairs, found.rate_a, found.rate_b, found.conclusion) == (40, 0.25, 0.25, "cannot tell")
    assert any("run rb is not whole (interrupted): it holds 55 of 100 planned" in each for each in found.warnings)
    assert any("15 scenarios that both runs hold are left out" in each for each in found.warnings)


def test_those_who_failed_before_stand_for_no_others() -> None:
    """Broken off after those that `--failed-first` sent first: half of them get through now by chance, nothing got better."""
    whole = side(held(".x.." * 25))
    failed = [one for at, one in enumerate(held(".x......" * 13)[:100]) if at % 4 == 1]
    found = compare(whole, side(failed, "rb", state="interrupted", conversations=100))
    assert (found.pairs, found.conclusion) == (0, "cannot tell")
    assert any("25 scenarios that both runs hold are left out" in each for each in found.warnings)


def test_a_run_without_conversations_measured_nothing() -> None:
    found = compare(side(held("x" * 10)), side([], "rb", state="interrupted", conversations=10))
    assert (found.conclusion, found.pairs, found.rate_a, found.difference) == ("cannot tell", 0, 1.0, None)
    assert "holds no conversation (interrupted)" in found.warnings[0]
    nobody = compare(side(held(["INFRA"] * 5)), side(held(["INFRA"] * 5), "rb"))
    assert (nobody.conclusion, nobody.rate_a, nobody.p) == ("cannot tell", None, 1.0)


# --- what is paired with what -----------------------------------------------------------------------------------


def test_runs_that_share_a_part_are_compared_on_it() -> None:
    found = compare(side(held("x" * 40)), side(held("." * 100), "rb"))
    assert (found.pairs, found.shared, found.scenarios, found.conclusion) == (40, 40, (40, 100), "better")
    assert any("share 40 scenarios of 40 and 100: only those are compared" in each for each in found.warnings)


def test_runs_that_share_nothing_are_two_groups() -> None:
    found = compare(side(held("x" * 40 + "." * 60)), side(held("." * 100, first=500), "rb", seed=2))
    assert (found.pairs, found.by, found.conclusion) == (0, "nothing", "better")
    assert found.conversations == (100, 100)
    assert any("no scenarios (seeds 1 and 2), so they are compared without pairs" in each for each in found.warnings)


def test_two_groups_with_repeats_are_compared_by_scenario() -> None:
    """Ten of twenty users fail each of four times, in the other run five of twenty: 40 and 20 conversations, but 20 users."""
    before = [one for k in range(4) for one in held("x" * 10 + "." * 10, repeat=k)]
    after = [one for k in range(4) for one in held("x" * 5 + "." * 15, repeat=k, first=500)]
    found = compare(side(before, repeats=4), side(after, "rb", seed=2, repeats=4))
    assert (found.by, found.conclusion, found.conversations) == ("nothing", "cannot tell", (80, 80))
    assert 0.1 < found.p < 0.3
    gone = compare(side(before), side([one for one in after if not one.assessment.failed], "rb", seed=2))
    assert gone.conclusion == "better"


def test_other_users_do_not_stand_in_for_those_that_are_missing() -> None:
    """Where the project sends other people now, the few that are the same are all that can be compared."""
    before, after = held("x" * 10 + "." * 90), held("x" * 10) + held("." * 90, first=500)
    other = {"document": {**DOCUMENT, "personas": ["a king"]}}
    changed = compare(side(before, project={"document": DOCUMENT}), side(after, "rb", project=other))
    assert (changed.by, changed.pairs, changed.rate_b) == ("scenario", 10, 1.0)
    assert any("the project was changed between the runs (personas)" in each for each in changed.warnings)
    same = compare(side(before, project={"document": DOCUMENT}), side(after, "rb", project={"document": DOCUMENT}))
    assert (same.by, same.rate_b) == ("nothing", 0.1)


def test_imported_conversations_are_paired_by_their_goal() -> None:
    found = compare(log("xxxxxxxxxx", "ra"), log("..........", "rb"))
    assert (found.by, found.pairs, found.conclusion) == ("goal", 10, "better")
    assert any("paired by their goal" in each for each in found.warnings)
    assert any("is what their files say" in each for each in found.warnings)
    greeting = compare(log("xxxxxxxxxx", "ra", goals=2), log("..........", "rb", goals=2))
    assert greeting.by == "nothing"


def test_what_nobody_knows_the_end_of_counts_for_nothing() -> None:
    found = compare(log("xxxxxxxxxx", "ra", label=False), log("..........", "rb", label=False))
    assert (found.pairs, found.conclusion, found.excluded["a"]["UNKNOWN"]) == (0, "cannot tell", 10)
    assert any("20 of the imported conversations ended is not known" in each for each in found.warnings)


def test_an_import_that_lacks_rows_was_cut_short() -> None:
    whole, cut = log("." * 40, "ra"), log("x" * 30, "rb")
    run = replace(cut.run, project={"imported": {"file": "x", "skipped": 10}})
    found = compare(whole, Side(run, cut.rows, cut.labels))
    assert found.conclusion == "cannot tell"
    assert "10 of the 40 rows of its file hold no conversation" in found.warnings[0]


# --- warnings ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("a", "b", "said"),
    [
        ({"version": "1.2"}, {"version": "1.2"}, "both runs are of product version 1.2"),
        ({"release": "1"}, {"release": "1"}, "both runs are of release 1"),
        ({"seed": 1}, {"seed": 2}, "the seeds differ (seeds 1 and 2)"),
        (
            {"project": {"document": DOCUMENT}},
            {"project": {"document": {**DOCUMENT, "end_state": {"when": {"says": "done"}}}}},
            "end_state in prebeta.yaml was changed",
        ),
        (
            {"project": {"document": DOCUMENT}},
            {"project": {"document": {**DOCUMENT, "judges": ["rules", "mine:judge"]}}},
            "the project was changed between the runs (judges)",
        ),
    ],
)
def test_what_a_person_should_know(a: dict[str, object], b: dict[str, object], said: str) -> None:
    found = compare(side(held("x..."), **a), side(held("x..."), "rb", **b))
    assert any(said in each for each in found.warnings)


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ({"version": "1"}, {"version": "2"}),
        ({"version": "1", "release": "a"}, {"version": "2", "release": "a"}),
        (
            {"project": {"document": DOCUMENT}},
            {"project": {"document": {**DOCUMENT, "target": {"kind": "http"}, "gate": {"max_failure_rate": 0.1}}}},
        ),
    ],
)
def test_nothing_to_warn_of(a: dict[str, object], b: dict[str, object]) -> None:
    assert compare(side(held("x..."), **a), side(held("x..."), "rb", **b)).warnings == ()


def test_a_run_against_itself() -> None:
    one = side(held("x" * 20 + "." * 20))
    found = compare(one, one)
    assert (found.conclusion, found.difference) == ("cannot tell", 0.0)
    assert found.warnings == ("a run is held against itself: there is nothing to see",)


# --- properties -------------------------------------------------------------------------------------------------

OUTCOMES = st.sampled_from(["REACHED", "ABANDONED", "INFRA", "LEFT", "UNKNOWN", "TIMEOUT"])


@settings(deadline=None, max_examples=60)
@given(st.lists(OUTCOMES, max_size=30), st.lists(OUTCOMES, max_size=30), st.integers(0, 20))
def test_whatever_the_runs_hold_the_conclusion_agrees_with_the_interval(
    one: list[str], other: list[str], apart: int
) -> None:
    found = compare(side(held(one)), side(held(other, first=apart), "rb"))
    low, high = found.interval
    assert (found.conclusion == "cannot tell") == (low <= 0 <= high)
    assert found.conclusion != "better" or high < 0
    assert found.conclusion != "worse" or low > 0
    json.dumps(found.to_json())


@settings(deadline=None, max_examples=30)
@given(st.lists(OUTCOMES, min_size=1, max_size=30), st.randoms(use_true_random=False))
def test_the_order_of_conversations_says_nothing(one: list[str], chance: random.Random) -> None:
    other = [row(at, chance.choice(["REACHED", "ABANDONED"])) for at in range(len(one))]
    shuffled = list(other)
    chance.shuffle(shuffled)
    a = side(held(one))
    first, second = compare(a, side(other, "rb")), compare(a, side(shuffled, "rb"))
    assert (first.pairs, first.rate_b, first.p) == (second.pairs, second.rate_b, second.p)
