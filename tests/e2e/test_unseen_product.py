"""Products prebeta's code has never seen, over HTTP, told by a prebeta.yaml of at most 60 lines.

`pytest tests/e2e/test_unseen_product.py -s -k score` prints how well each planted fault was found.
"""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

PRODUCTS = Path(__file__).parent.parent / "products"
CONVERSATIONS = 200
FAULTS = {
    "calendar_dates_loop": "LOOP",
    "unwell_is_a_dead_end": "DEAD_END",
    "unsure_is_a_dead_end": "DEAD_END",
    "dental_never_gets_on": "NO_PROGRESS",
    "typed_yes_books_nothing": "FALSE_DONE",
    "thursday_becomes_tuesday": "WRONG_RESULT",
    "spaced_phone_is_not_heard": "IGNORED_INPUT",
    "parking_goes_unanswered": "IGNORED_INPUT",
    "corrections_are_dropped": "LOST_CORRECTION",
    "prices_crash": "SYSTEM_ERROR",
}


@pytest.fixture(scope="module")
def clinic(serve: Callable[[str], str]) -> str:
    """The clinic's URL."""
    return serve("clinic")


def ask(url: str, body: object = None) -> Any:
    """GET, or PUT with a body."""
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, {"Content-Type": "application/json"}, method="PUT" if data else "GET")
    with urllib.request.urlopen(request, timeout=10) as answer:
        return json.load(answer)


@pytest.mark.parametrize("config", ["clinic/prebeta.yaml", "clinic/without_answers.yaml", "lostfound/prebeta.yaml"])
def test_sixty_lines_are_enough(config: str) -> None:
    assert len((PRODUCTS / config).read_text().splitlines()) <= 60


def share(result: Mapping[str, Any], outcome: str) -> float:
    return float(result["excluded"].get(outcome, 0) / result["conversations"])


def broken(rows: Sequence[Mapping[str, Any]]) -> str:
    """The conversations that did not come to a right end, to be read in a failing test's output."""
    bad = [row for row in rows if row["failed"] or row["flawed"] or row["blame"]]
    lines = []
    for row in bad[:5]:
        lines.append(
            f"\n{row['outcome']} {row['kind']} turn {row['turn']} {row['stop']} {row['scenario']['behaviors']}"
        )
        lines += [
            f"  {turn['speaker'][:4]} {turn['act'] or ''}: {' / '.join(turn['messages'])}" for turn in row["turns"]
        ]
    return "\n".join(lines)


def test_a_clean_product_passes(clinic: str, prebeta_with: Callable[..., Any]) -> None:
    ask(f"{clinic}/faults", {"on": []})
    prebeta = prebeta_with("clinic/prebeta.yaml", CLINIC_URL=clinic)
    result = prebeta.json("run", "-n", str(CONVERSATIONS), "--seed", "1")
    rows = prebeta.rows()
    assert len(rows) == result["conversations"] == CONVERSATIONS
    assert result["failed"] <= 0.02 * CONVERSATIONS, broken(rows)
    assert result["flawed"] <= 0.02 * CONVERSATIONS, broken(rows)
    assert share(result, "SIM_FAULT") <= 0.02, broken(rows)


def test_without_answers_few_messages_are_not_understood(clinic: str, prebeta_with: Callable[..., Any]) -> None:
    ask(f"{clinic}/faults", {"on": []})
    prebeta = prebeta_with("clinic/without_answers.yaml", CLINIC_URL=clinic)
    result = prebeta.json("run", "-n", str(CONVERSATIONS), "--seed", "1", codes={0, 3})
    assert share(result, "SIM_FAULT") <= 0.10, broken(prebeta.rows())


def test_a_product_that_is_spoken_to_first(serve: Callable[[str], str], prebeta_with: Callable[..., Any]) -> None:
    """One string a reply, no quick replies, no state before the end."""
    prebeta = prebeta_with("lostfound/prebeta.yaml", LOSTFOUND_URL=serve("lostfound"))
    result = prebeta.json("run", "-n", str(CONVERSATIONS), "--seed", "1")
    assert result["failed"] <= 0.02 * CONVERSATIONS, broken(prebeta.rows())
    assert share(result, "SIM_FAULT") <= 0.02, broken(prebeta.rows())


@dataclass(frozen=True)
class Score:
    """How well one fault was found. `fired`: conversations it showed in; the others count those of them; `alarms`: of
    the rest, how many were blamed on the product all the same."""

    fault: str
    found: bool
    fired: int
    kind: int
    exact: int
    near: int
    rest: int
    alarms: int

    def __str__(self) -> str:
        shares = (f"{count / max(self.fired, 1):>6.0%}" for count in (self.kind, self.exact, self.near))
        alarms = f"{self.alarms}/{self.rest}"
        return f"{self.fault:<28}{'yes' if self.found else 'NO':<7}{self.fired:>5}{''.join(shares)}{alarms:>9}"


def score(fault: str, clinic: str, prebeta: Any) -> Score:
    """Run with one fault on, and hold what prebeta says against what the product noted."""
    ask(f"{clinic}/faults", {"on": [fault]})
    result = prebeta.json("run", "-n", str(CONVERSATIONS), "--seed", "1", codes={0, 3})
    noted = {chat: log[0]["turn"] for chat, log in ask(f"{clinic}/faults").items() if log}
    rows = [row for row in prebeta.rows(result["run"]) if row["blame"] in {None, "product"}]
    fired = [row for row in rows if row["session"] in noted]
    gaps = [abs(row["turn"] - noted[row["session"]]) if row["turn"] is not None else 99 for row in fired]
    return Score(
        fault=fault,
        found=any(finding["kind"] == FAULTS[fault] for finding in result["findings"]),
        fired=len(fired),
        kind=sum(row["kind"] == FAULTS[fault] for row in fired),
        exact=sum(gap == 0 for gap in gaps),
        near=sum(gap <= 1 for gap in gaps),
        rest=len(rows) - len(fired),
        alarms=sum(row["flawed"] or row["failed"] for row in rows if row["session"] not in noted),
    )


@pytest.fixture(scope="module")
def scores(clinic: str, prebeta_with: Callable[..., Any]) -> dict[str, Score]:
    """The score of every fault."""
    prebeta = prebeta_with("clinic/prebeta.yaml", CLINIC_URL=clinic)
    found = {fault: score(fault, clinic, prebeta) for fault in FAULTS}
    print(f"\n{'fault':<28}{'found':<7}fired  kind exact    ±1   alarms", *found.values(), sep="\n")
    return found


@pytest.mark.parametrize("fault", FAULTS)
def test_each_fault_is_found(fault: str, scores: Mapping[str, Score]) -> None:
    assert scores[fault].fired >= 5, "too few users ran into it to say anything"
    assert scores[fault].found


def test_the_score_of_all_faults(scores: Mapping[str, Score]) -> None:
    """The mean over faults is held to the goals: kind 90 %, turn 80 %, ±1 92 %; false alarms 2 %."""
    means = {
        name: sum(getattr(score, name) / max(score.fired, 1) for score in scores.values()) / len(scores)
        for name in ("kind", "exact", "near")
    }
    alarms = sum(score.alarms for score in scores.values()) / max(sum(score.rest for score in scores.values()), 1)
    print(means, f"alarms {alarms:.3f}")
    assert means["kind"] >= 0.90
    assert means["exact"] >= 0.80
    assert means["near"] >= 0.92
    assert alarms <= 0.02
