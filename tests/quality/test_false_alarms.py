"""Does comparing cry wolf? The short version; `make quality` measures all of it and writes docs/quality.md."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest
from comparing import (
    AGENT_SIM,
    MOODY,
    Setting,
    alarms,
    changed,
    demo,
    imported,
    logged_runs,
    moody_runs,
    same,
    seeded,
    tally,
)

from prebeta.analysis.comparing import compare

TIMES = 150
SLACK = 3 * (0.05 * 0.95 / TIMES) ** 0.5
"""Three standard errors of a share of 5 % in so many comparisons."""
needs_logs = pytest.mark.skipif(not AGENT_SIM.exists(), reason=f"{AGENT_SIM} isn't there")


@pytest.mark.parametrize("n", [6, 25])
def test_the_same_product_twice_is_hardly_ever_better_or_worse(n: int) -> None:
    found = [tally(one, TIMES, seeded(one)) for one in same((n,), ((1, 1), (1, 3)))]
    assert all(one.found <= (0.05 + SLACK) * TIMES for one in found)
    assert sum(one.found for one in found) <= 0.05 * TIMES * len(found)
    assert sum(one.held for one in found) >= 0.95 * TIMES * len(found)


def test_nor_without_pairs() -> None:
    found = [tally(Setting(rate, rate, 0.4, 30, pairs=False), TIMES) for rate in (0.0, 0.05, 0.5, 1.0)]
    assert sum(one.found for one in found) <= 0.05 * TIMES * len(found)


def test_the_interval_holds_the_difference() -> None:
    found = [tally(one, TIMES, seeded(one)) for one in changed((25,), ((1, 1), (3, 3)))]
    assert sum(one.held for one in found) >= 0.94 * TIMES * len(found)


def test_a_change_is_seen() -> None:
    """What is conservative in all things would be of no use: 81 % → 27 % with 40 pairs."""
    assert tally(Setting(0.81, 0.27, 0.4, 40), TIMES).right >= 0.99 * TIMES


def test_a_product_with_chance_in_it() -> None:
    pairs, wrong, findings = alarms(list(moody_runs(8, 12, MOODY)))
    assert pairs == 28
    assert wrong <= 2
    assert findings <= 2


def test_the_story_of_the_demo() -> None:
    found = demo(1, n=100)
    assert found.enough is not None
    assert found.found["1", "2"].conclusion == "better"
    assert found.found["3", "4"].conclusion == "better"
    assert found.found["4", "2"].conclusion == "worse"
    unsure = found.found["2", "3"]
    assert unsure.conclusion == "cannot tell"
    assert unsure.pairs_needed is None or unsure.pairs_needed > unsure.pairs


@needs_logs
def test_runs_of_one_agent_are_hardly_ever_better_or_worse(tmp_path: Path) -> None:
    """The thirteen runs of tau2-bench's retail agent and the trials of tau-bench's, imported as they are."""
    agents = [sides for sides in logged_runs(tmp_path).values() if len(sides) > 1]
    counts = [alarms(sides) for sides in agents]
    pairs, wrong, findings = (sum(each) for each in zip(*counts, strict=True))
    assert pairs >= 12
    assert wrong <= 0.05 * pairs
    assert findings <= 0.05 * pairs


@needs_logs
def test_a_logged_run_that_crashed_is_said_to_have_crashed(tmp_path: Path) -> None:
    rows = [json.loads(line) for line in gzip.decompress(AGENT_SIM.read_bytes()).decode().splitlines()]
    runs = sorted({row["labels"]["run"] for row in rows if row["source"] == "bogoliubon/tau2-bench"})
    one, other = ([row for row in rows if row["labels"].get("run") == name] for name in runs[:2])
    crashed = [
        {**row, "success": False, "messages": row["messages"][:3], "labels": {**row["labels"], "infra_error": True}}
        for row in other[:9]
    ]
    found = compare(imported(one, tmp_path), imported([*crashed, *other[9:]], tmp_path))
    assert (found.conclusion, found.excluded["b"]["INFRA"]) == ("cannot tell", 9)
    assert "crashed or was spoiled, which says nothing of the product" in found.warnings[0]
    empty = [{**row, "success": False, "messages": []} for row in other[:9]]
    lost = compare(imported(one, tmp_path), imported([*empty, *other[9:]], tmp_path))
    assert lost.conclusion == "cannot tell"
    assert "9 of the 18 rows of its file hold no conversation" in lost.warnings[0]
    part = compare(imported(one, tmp_path), imported(other[:6], tmp_path))
    assert (part.conclusion, part.pairs) == ("cannot tell", 6)
    assert any("share 6 goals of 18 and 6" in each for each in part.warnings)
