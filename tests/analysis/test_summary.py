from __future__ import annotations

import json

import pytest
from written_conversations import broke, row, run

from prebeta.analysis.gating import alone
from prebeta.analysis.key import finding_id
from prebeta.analysis.stats import interval
from prebeta.analysis.summary import summarise
from prebeta.core.results import Row

ROWS = [
    broke(0, "LOOP", "day", stages=("opening", "bike", "day")),
    broke(1, "LOOP", "day", stages=("opening", "bike", "day"), sample="hunt", move="press"),
    row(2, stages=("opening", "bike", "day", "bike", "confirm")),
    broke(
        3,
        "IGNORED_INPUT",
        None,
        outcome="REACHED",
        flawed=True,
        turn=0,
        after=None,
        move=None,
        stages=("opening", "bike"),
    ),
    row(4, "SIM_FAULT", blame="simulator", stages=("opening",)),
    row(5, "LEFT"),
    row(6, sample="hunt", stages=("opening", "bike", "day", "confirm")),
    row(7, policy="autopilot"),
    row(8, "TIMEOUT", policy="autopilot"),
]


def test_the_summary_is_the_contract() -> None:
    covered = {"two_way": 1.0, "three_way": 0.97}
    held = run(users=("agenda", "autopilot"), release="2", note="new prompt", project={"coverage": covered})
    found = summarise(held, ROWS)
    assert json.loads(json.dumps(found)) == {
        "run": "r1", "release": "2", "note": "new prompt", "seed": 1,
        "conversations": 7, "valid": 5, "failed": 2, "flawed": 3,
        "failure_rate": 1 / 3, "interval": [*interval(1, 3)], "flawed_rate": 2 / 3,
        "samples": {
            "census": {"conversations": 5, "valid": 3, "failed": 1, "flawed": 2},
            "hunt": {"conversations": 2, "valid": 2, "failed": 1, "flawed": 1},
        },
        "coverage": covered,
        "outcomes": {"REACHED": 3, "ABANDONED": 2, "LEFT": 1, "SIM_FAULT": 1},
        "excluded": {"SIM_FAULT": 1, "JUDGE_FAULT": 0, "INFRA": 0, "LEFT": 1},
        "turns": 35, "seconds": 2.5, "cost_usd": 0.0, "model_calls": 0, "voices": {},
        "stages": [
            {"stage": "opening", "entered": 5, "left_failed": 0, "drop_off": 0.0},
            {"stage": "bike", "entered": 5, "left_failed": 0, "drop_off": 0.0},
            {"stage": "day", "entered": 4, "left_failed": 2, "drop_off": 0.5},
            {"stage": "confirm", "entered": 2, "left_failed": 0, "drop_off": 0.0},
        ],
        "resumed_after": {"clarify": None, "out_of_domain": None},
        "by_move": {
            "press": {"turns": 10, "blamed": 1},
            "say": {"turns": 15, "blamed": 1},
            "wait": {"turns": 0, "blamed": 0},
        },
        "findings": [
            {
                "id": finding_id(ROWS[0].assessment.symptoms[0].cell), "kind": "LOOP", "stage": "day", "slot": None,
                "label": "In day after an answer the product repeats itself instead of going on",
                "count": 2, "failed": 2, "interval": [*interval(2, 5)], "rate_if_mended": 0.0, "behaviors": [],
                "conversations": ["c000", "c001"], "example": {"conversation": "c000", "turn": 4},
            },
            {
                "id": finding_id(ROWS[3].assessment.symptoms[0].cell), "kind": "IGNORED_INPUT", "stage": None, "slot": None,
                "label": "At the start the product ignores what it was told or asked",
                "count": 1, "failed": 0, "interval": [*interval(1, 5)], "rate_if_mended": 1 / 3, "behaviors": [],
                "conversations": ["c003"], "example": {"conversation": "c003", "turn": 0},
            },
        ],
        "discovery": {"seen": 2, "estimated": 2.0, "next_100": 1.0},
        "flakiness": None,
        "gate": None,
        "users": {
            "agenda": {
                "conversations": 7, "valid": 5, "failed": 2, "flawed": 3,
                "failure_rate": 1 / 3, "interval": [*interval(1, 3)],
            },
            "autopilot": {
                "conversations": 2, "valid": 2, "failed": 1, "flawed": 0,
                "failure_rate": 0.5, "interval": [*interval(1, 2)],
            },
        },
    }  # fmt: skip


def test_nothing_valid_is_nothing_measured() -> None:
    found = summarise(run(), [row(0, "INFRA"), row(1, "SIM_FAULT")])
    assert (found["failure_rate"], found["interval"], found["flawed_rate"]) == (None, None, None)
    assert found["discovery"] == {"seen": 0, "estimated": None, "next_100": None}
    assert summarise(run(), [])["conversations"] == 0


def test_without_a_census_the_rate_is_of_the_hunt() -> None:
    found = summarise(run(), [row(0, sample="hunt"), row(1, "STUCK", sample="hunt")])
    assert found["failure_rate"] == 0.5


def many(failed: int, fine: int, lost: int = 0) -> list[Row]:
    outcomes = ["ABANDONED"] * failed + ["REACHED"] * fine + ["SIM_FAULT"] * lost
    return [row(number, outcome) for number, outcome in enumerate(outcomes)]


@pytest.mark.parametrize(
    ("rows", "verdict"),
    [
        (many(0, 100), "passed"),  # 0 of 100: below 3 %
        (many(0, 50), "inconclusive"),  # 0 of 50: only below 5.8 %
        (many(1, 199), "passed"),
        (many(8, 192), "inconclusive"),  # 4 %, but the interval reaches above the bar
        (many(40, 160), "failed"),
        (many(0, 100, lost=6), "inconclusive"),  # more than 5 % spoiled
        (many(0, 100, lost=5), "passed"),
        (many(0, 0, lost=3), "inconclusive"),
        ([], "inconclusive"),
    ],
)
def test_the_gate_is_decided_by_the_interval(rows: list[Row], verdict: str) -> None:
    assert alone(run(gate=0.05), rows) == verdict
    assert alone(run(), rows) is None


def test_good_habits_are_shares_of_their_occasions() -> None:
    rows = [
        row(0, habits={"clarify": (1, 2), "out_of_domain": (0, 1)}),
        row(1, habits={"clarify": (2, 2)}),
        row(2, "SIM_FAULT", habits={"clarify": (0, 5)}),
        row(3, policy="autopilot", habits={"clarify": (0, 5)}),
    ]
    assert summarise(run(), rows)["resumed_after"] == {"clarify": 0.75, "out_of_domain": 0.0}
    assert summarise(run(), rows[1:])["resumed_after"] == {"clarify": 1.0, "out_of_domain": None}


def test_a_move_is_blamed_where_the_fault_came_right_after_it() -> None:
    """Turns are counted over all valid conversations; a fault stands with the move that the user had just made."""
    rows = [
        row(0, moves={"say": 2, "press": 3, "wait": 1}),
        broke(1, "LOOP", "day", move="press", moves={"press": 4}),
        broke(2, "LOOP", "day", move="say", moves={"say": 1}),
        broke(3, "SYSTEM_ERROR", "opening", move=None, moves={}),
        row(4, "LEFT", moves={"press": 9}),
    ]
    assert summarise(run(), rows)["by_move"] == {
        "press": {"turns": 7, "blamed": 1},
        "say": {"turns": 3, "blamed": 1},
        "wait": {"turns": 1, "blamed": 0},
    }


def test_a_run_of_which_no_coverage_is_known() -> None:
    assert [summarise(run(project=kept), ROWS)["coverage"] for kept in (None, {}, {"coverage": None})] == [None] * 3
