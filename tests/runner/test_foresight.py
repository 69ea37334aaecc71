"""What is told before a run: from the goals where nothing is known, from an earlier run where there is one; never by sending."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from prebeta.analysis.sequential import Until, likely
from prebeta.cli.demo import project_of as demo
from prebeta.config import Project
from prebeta.core.errors import UsageError
from prebeta.runner import RunOptions, arun
from prebeta.runner.foresight import foresee, known_of
from prebeta.store import Store


class Tables:
    """Books a table; takes Tuesday for Monday. `asked` counts what it was sent."""

    prebeta_inline = True
    asked = 0

    def __init__(self) -> None:
        self.day: str | None = None

    def start(self) -> str:
        type(self).asked += 1
        return "Hello! Which day would you like to come?"

    def send(self, text: str) -> dict[str, Any]:
        type(self).asked += 1
        self.day = next((day for day in ("monday", "tuesday", "wednesday") if day in text.lower()), self.day)
        if self.day is None:
            return {"messages": ["Which day would you like?"]}
        state = {"day": "monday" if self.day == "tuesday" else self.day}
        return {"messages": ["Your table is booked. Goodbye!"], "ended": True, "state": state}


def project_of(folder: Path, **more: Any) -> Project:
    product = type("Counted", (Tables,), {"asked": 0})
    end: Any = {"when": {"ended": True, "state": "present"}, "facts": {"day": {"path": "state.day"}}}
    goals: Any = [{"goal": "book a table", "slots": {"day": ["Monday", "Tuesday", "Wednesday"]}}]
    made = Project(target=product, end_state=end, goals=goals, **more)
    return made.placed(made.document, folder)


def test_nothing_is_sent_and_no_store_is_made(tmp_path: Path) -> None:
    project = project_of(tmp_path)
    found = foresee(project, RunOptions(n=40), tmp_path / "s.db")
    assert project.target.function.asked == 0
    assert not (tmp_path / "s.db").exists()
    told = found.to_json()
    assert (told["conversations"], told["samples"]) == (40, {"census": 20, "hunt": 20})
    assert (told["seconds"], told["estimated_from"], told["cost_usd"], told["model_calls"]) == (None, None, 0.0, 0)
    assert told["product_calls"] == told["turns"] + 40 + 1


async def test_the_goals_tell_the_turns_of_a_product_that_works(tmp_path: Path) -> None:
    project, options = demo(4), RunOptions(n=60, sample="census")
    told = foresee(project, options, tmp_path / "s.db").to_json()
    result = await arun(project, options, None, tmp_path / "s.db")
    assert 0.7 < told["turns"] / result.summary["turns"] < 1.4


async def test_an_earlier_run_tells_calls_and_time(tmp_path: Path) -> None:
    project, place = project_of(tmp_path), tmp_path / "s.db"
    first = await arun(project, RunOptions(n=60), None, place)
    sent = project.target.function.asked
    told = foresee(project, RunOptions(n=120), place).to_json()
    assert told["estimated_from"] == first.run.id
    assert told["turns"] == pytest.approx(2 * first.summary["turns"], abs=1)
    assert told["product_calls"] == pytest.approx(2 * sent, rel=0.1)
    assert told["seconds"] == pytest.approx(2 * first.run.seconds, rel=0.01)
    slower = foresee(project, RunOptions(n=120, concurrency=25), place).to_json()
    assert slower["seconds"] == pytest.approx(2 * told["seconds"], rel=0.01)
    assert project.target.function.asked == sent


async def test_when_it_will_stop(tmp_path: Path) -> None:
    project, place = project_of(tmp_path), tmp_path / "s.db"
    assert foresee(project, RunOptions(until="<1%"), place).to_json()["until"] == {
        "wanted": "<1%",
        "fewest": 349,
        "expected": None,
        "rate": None,
    }
    first = await arun(project, RunOptions(n=60, sample="census"), None, place)
    until = foresee(project, RunOptions(until="±3%"), place).to_json()["until"]
    assert until["rate"] == first.failure_rate
    assert until["expected"] == likely(Until.parse("±3%"), first.failure_rate or 0.0)


async def test_setup_and_models_are_counted(tmp_path: Path) -> None:
    models: Any = {"fast": {"kind": "openai", "url": "http://127.0.0.1:9/v1", "model": "gpt-4o-mini", "key": "none"}}
    setup: Any = {"before": {"post": "http://127.0.0.1:9/in"}, "after": {"post": "http://127.0.0.1:9/out"}}
    told = foresee(
        project_of(tmp_path, models=models, user={"voice": "fast"}, setup=setup), RunOptions(n=10), tmp_path / "s.db"
    ).to_json()
    assert told["setup_calls"] == 20
    assert told["model_calls"] == told["turns"]
    assert 0 < told["cost_usd"] < 0.1


async def test_what_a_store_knows_of_the_next_run(tmp_path: Path) -> None:
    project, place = project_of(tmp_path), tmp_path / "s.db"
    first = await arun(project, RunOptions(n=80, sample="census", release="one"), None, place)
    with Store.open(place, create=False) as store:
        alone = known_of(store)
    assert alone is not None
    assert (alone.run, alone.rate, alone.typical, alone.correlation) == (first.run.id, first.failure_rate, 80, None)
    second = await arun(project, RunOptions(n=80, sample="census"), None, place)
    with Store.open(place, create=False) as store:
        paired, named = known_of(store), known_of(store, "one")
        with pytest.raises(UsageError):
            known_of(store, "nothing-like-it")
    assert paired is not None
    assert named is not None
    assert (paired.run, paired.with_run) == (second.run.id, first.run.id)
    assert paired.correlation is not None
    assert paired.correlation > 0.9  # the product goes by its users alone
    assert named.run == first.run.id


async def test_repeats_tell_the_correlation_by_themselves(tmp_path: Path) -> None:
    place = tmp_path / "s.db"
    await arun(project_of(tmp_path), RunOptions(n=40, sample="census", repeats=3), None, place)
    with Store.open(place, create=False) as store:
        known = known_of(store)
    assert known is not None
    assert known.with_run is None
    assert known.correlation is not None
    assert known.correlation > 0.7


async def test_of_probing_users_alone_no_rate_is_known(tmp_path: Path) -> None:
    place = tmp_path / "s.db"
    await arun(project_of(tmp_path), RunOptions(n=20, sample="hunt"), None, place)
    with Store.open(place, create=False) as store:
        known = known_of(store)
    assert known is not None
    assert (known.rate, known.typical) == (None, 0)
