from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from prebeta.analysis.summary import summarise
from prebeta.core.errors import UsageError
from prebeta.core.results import Run
from prebeta.runner.gating import base_of, declared, gate, summary_with_gate
from prebeta.store import Store

DOCUMENT = {"goals": [{"goal": "book a table"}], "end_state": {"when": {"ended": True}}}


def made(name: str, at: float, **of: object) -> Run:
    base = Run(name, 1, 10, "done", at, project={"document": DOCUMENT, "folder": "/here"})
    return replace(base, **of)  # type: ignore[arg-type]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "s.db") as opened:
        other = {"goals": [{"goal": "report a lost parcel"}], "end_state": {"when": {"ended": True}}}
        loose = {**DOCUMENT, "end_state": {"when": {"says": "thanks"}}}
        for run in (
            made("r1", 1, release="main"),
            made("r2", 2, release="main"),
            made("r3", 3, release="pr-1"),
            made("r4", 4, state="interrupted"),
            made("r5", 5, project={"document": other, "folder": "/there"}),
            made("r6", 6, project={"document": loose, "folder": "/here"}),
            made("r7", 7, release="main"),
        ):
            opened.create_run(run)
        yield opened


def base(store: Store, run: str, name: str) -> str | None:
    found = base_of(store, store.run(run), name)
    return None if found is None else found.id


def test_previous_is_the_whole_run_before_it_whose_rate_measures_the_same(store: Store) -> None:
    assert base(store, "r2", "previous") == "r1"
    assert base(store, "r7", "previous") == "r3"  # past one broken off, another project, and another end state
    assert base(store, "r1", "previous") is None
    assert base(store, "r5", "previous") is None


def test_a_release_is_its_latest_run_before_it(store: Store) -> None:
    assert base(store, "r3", "main") == "r2"
    assert base(store, "r7", "main") == "r2"
    assert base(store, "r1", "main") is None
    assert base(store, "r2", "v9") is None


def test_a_run_by_its_id_may_also_be_a_later_one(store: Store) -> None:
    assert base(store, "r1", "r7") == "r7"
    with pytest.raises(UsageError, match="r1 is the run itself"):
        base(store, "r1", "r1")
    with pytest.raises(UsageError, match="7 runs begin with 'r'"):
        base(store, "r1", "r")


def test_without_a_rule_there_is_nothing_to_decide(store: Store) -> None:
    assert not declared(None).given
    with pytest.raises(UsageError, match="no rule"):
        gate(store, "r1")


def test_a_summary_tells_what_rules_on_another_run_come_to(store: Store) -> None:
    kept = {"document": DOCUMENT, "folder": "/here", "gate": {"min_conversations": 0, "not_worse": True}}
    store.create_run(made("r8", 8, project=kept))
    run = store.run("r8")
    assert summarise(run, [])["gate"] == "passed"  # by its own rule alone
    whole = summary_with_gate(store, run)
    assert whole["gate"] == gate(store, "r8").result == "inconclusive"
    assert summary_with_gate(store, store.run("r7"))["gate"] is None
