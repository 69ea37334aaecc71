"""Runs whose users speak through an LLM: a real server on loopback, with the trouble that real ones make."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pytest

from model_on_loopback import serving
from prebeta import Project, run
from prebeta.core.errors import UsageError
from prebeta.core.types import Goal, Persona, Scenario
from prebeta.dialogue.reading import Reader
from prebeta.models import Models
from prebeta.store import Store
from prebeta.testing import ModelCall, ModelFaults
from prebeta.users.agenda import AgendaUser, Habits
from prebeta.users.llm import Wordings

PRODUCT = """
ASKED = ["Which cake would you like?", "What name is it for?", "Shall I order it?"]


class Bakery:
    def __init__(self):
        self.said = []

    async def start(self):
        return {"text": ASKED[0], "options": ["Plum", "Apple"]}

    async def send(self, text):
        self.said.append(text)
        at = len(self.said)
        if at >= len(ASKED):
            return {"text": "It is ordered. Goodbye!", "ended": True, "state": {"done": True}}
        return {"text": ASKED[at]}
"""


def project(folder: Path, url: str, **more: Any) -> Project:
    (folder / "bakery_by_llm.py").write_text(PRODUCT)
    document: dict[str, Any] = {
        "target": {"kind": "python", "function": "bakery_by_llm:Bakery"},
        "end_state": {"when": {"ended": True, "state": "present"}},
        "goals": [
            {
                "goal": "order a cake",
                "slots": {"cake": {"values": ["Plum", "Apple"]}, "name": {"values": ["Ada", "Alan"]}},
            }
        ],
        "models": {"fast": {"kind": "openai", "url": url, "model": "any", "price": {"in": 1, "out": 2}}},
        "user": {"voice": {"model": "fast"}},
        "behaviors": {},
        **more,
    }
    return Project.from_document(document, folder)


def obliging(call: ModelCall) -> Any:
    """An LLM that does as it is told, in its own words."""
    told = json.loads(call.messages[1].text)
    if "meaning" not in told:
        return {"expects": "unclear", "fact": "none"}
    return f"{told['meaning']} then"


def told(folder: Path, run_id: str) -> list[list[str]]:
    with Store.open(folder / "s.db", create=False) as store:
        return [[turn.text for turn in one.transcript.turns] for one in store.conversations(run_id)]


def test_users_speak_through_the_llm_and_what_it_took_is_kept(tmp_path: Path) -> None:
    with serving(obliging) as server:
        result = run(project(tmp_path, server.url), n=20, store=tmp_path / "s.db")
    summary = result.summary
    assert (summary["valid"], summary["failed"]) == (20, 0)
    assert summary["model_calls"] == server.counts["answered"] > 20
    assert summary["voices"]["model"] > 20
    assert summary["cost_usd"] == pytest.approx(sum(row.cost_usd for row in result.rows)) != 0
    assert any(text.endswith(" then") for texts in told(tmp_path, result.run.id) for text in texts)


def test_what_is_refused_is_counted_apart_from_what_needs_no_wording(tmp_path: Path) -> None:
    with serving(["How can I help you today?"]) as server:
        result = run(project(tmp_path, server.url), n=20, store=tmp_path / "s.db")
    with Store.open(tmp_path / "s.db", create=False) as store:
        said = [turn.act for one in store.conversations(result.run.id) for turn in one.transcript.turns if turn.act]
    voices = result.summary["voices"]
    assert set(voices) <= {"refused", "template"}
    assert voices["refused"] == sum(bool(act.rejected) for act in said) > 20
    assert sum(voices.values()) == sum(act.voice is not None for act in said)


def test_a_second_run_hears_the_same_from_the_cache_and_calls_nobody(tmp_path: Path) -> None:
    with serving(obliging) as server:
        made = project(tmp_path, server.url)
        first = run(made, n=30, store=tmp_path / "s.db")
        calls = sum(server.counts.values())
        second = run(made, n=30, store=tmp_path / "s.db")
        assert sum(server.counts.values()) == calls
    again = run(made, n=30, store=tmp_path / "s.db", cache="replay")  # nobody is there any more
    assert (first.summary["model_calls"] > 0, second.summary["model_calls"], again.summary["model_calls"]) == (
        True,
        0,
        0,
    )
    texts = [told(tmp_path, each.run.id) for each in (first, second, again)]
    assert texts[0] == texts[1] == texts[2]


def test_a_replay_without_recorded_answers_says_what_to_do_and_blames_nobody_else(tmp_path: Path) -> None:
    with serving(obliging) as server:
        made = project(tmp_path, server.url)
        run(made, n=2, store=tmp_path / "s.db")
        result = run(made, n=6, seed=9, store=tmp_path / "s.db", cache="replay")
    assert result.summary["failed"] == 0
    spoiled = [row for row in result.rows if row.assessment.outcome == "SIM_FAULT"]
    assert spoiled
    assert all("--cache record" in (row.stop.detail or "") for row in spoiled)


TROUBLE = ModelFaults(rate_limited=0.2, cut=0.05, broken_json=0.02, retry_after_s=0.01)


def test_trouble_with_the_llm_is_never_the_products(tmp_path: Path) -> None:
    with serving(obliging, TROUBLE) as server:
        result = run(project(tmp_path, server.url), n=500, store=tmp_path / "s.db", concurrency=100)
        assert server.counts["rate_limited"] > 100
        assert server.counts["cut"] > 20
        assert server.counts["broken_json"] > 5
    assert (result.summary["conversations"], result.summary["valid"], result.summary["failed"]) == (500, 500, 0)
    assert result.summary["excluded"]["SIM_FAULT"] == 0


def test_a_budget_holds_to_within_a_call_a_conversation_in_flight_whatever_the_trouble(tmp_path: Path) -> None:
    at_once = 50
    with serving(obliging, TROUBLE) as server:
        made = project(tmp_path, server.url)
        whole = run(made, n=500, store=tmp_path / "whole.db", cache="off", concurrency=at_once).summary
        budget, a_call = whole["cost_usd"] / 2, whole["cost_usd"] / whole["model_calls"]
        part = run(made, n=500, store=tmp_path / "s.db", cache="off", max_cost_usd=budget, concurrency=at_once)
    assert part.run.state == "interrupted"
    assert (part.summary["valid"], part.summary["failed"]) == (part.summary["conversations"], 0)
    # No call costs more than twice the average one.
    assert 0.8 * budget < part.run.project["llm"]["cost_usd"] <= budget + 2 * a_call * at_once


def test_an_llm_that_is_down_is_the_simulators_fault(tmp_path: Path) -> None:
    models = {"fast": {"kind": "openai", "url": "http://127.0.0.1:9/v1", "model": "any", "attempts": 2}}
    result = run(project(tmp_path, "", models=models), n=3, store=tmp_path / "s.db")
    assert result.summary["excluded"]["SIM_FAULT"] == 3
    assert result.summary["failed"] == 0
    assert "fast" in (result.rows[0].stop.detail or "")


def test_a_budget_ends_the_run_with_what_it_has_and_the_rest_can_be_held_later(tmp_path: Path) -> None:
    with serving(obliging) as server:
        made = project(tmp_path, server.url)
        whole = run(made, n=40, store=tmp_path / "whole.db", cache="off").summary["cost_usd"]
        part = run(made, n=40, store=tmp_path / "s.db", cache="off", max_cost_usd=whole / 2, concurrency=5)
        assert part.run.state == "interrupted"
        assert 0 < part.summary["conversations"] < 40
        assert (part.summary["valid"], part.summary["failed"]) == (part.summary["conversations"], 0)
        assert part.summary["cost_usd"] <= whole / 2 * 1.05
        from prebeta import resume

        again = resume(tmp_path / "s.db", part.run.id)
        assert again.summary["cost_usd"] <= whole / 2 * 1.05  # the budget is the run's, not the sitting's
        rest = resume(tmp_path / "s.db", part.run.id, max_cost_usd=2 * whole)
    assert (rest.run.state, rest.summary["conversations"]) == ("done", 40)
    assert rest.summary["cost_usd"] >= whole  # with what was paid for conversations that were given up


def test_the_free_policy_goes_through_whole_conversations(tmp_path: Path) -> None:
    def player(call: ModelCall) -> Any:
        if "You play a person" not in call.messages[0].text:
            return obliging(call)
        heard = json.loads(call.messages[-2].text)["assistant_says"]
        facts = json.loads(call.messages[0].text.split("needed: ")[1].split("\n")[0])
        if "cake" in heard:
            return {"move": "press", "text": "", "option": facts["cake"]}
        text = f"it's {facts['name']}" if "name" in heard else "yes please"
        return {"move": "say", "text": text, "option": ""}

    with serving(player) as server:
        made = project(tmp_path, server.url, user={"voice": {"model": "fast"}, "policy": "free"})
        result = run(made, n=10, store=tmp_path / "s.db")
    assert (result.summary["valid"], result.summary["failed"]) == (10, 0)
    assert result.run.users == ("free",)


def test_a_budget_in_usd_needs_a_price(tmp_path: Path) -> None:
    models = {"fast": {"kind": "openai", "url": "http://127.0.0.1:9/v1", "model": "nobody-knows"}}
    with pytest.raises(UsageError, match=r"models\.fast: a budget in USD needs the price"):
        run(project(tmp_path, "", models=models), n=1, store=tmp_path / "s.db", max_cost_usd=1)


def test_only_users_whom_an_llm_helps_are_waited_for(tmp_path: Path) -> None:
    reader = Reader(())
    sent = Scenario("s", 1, Persona("anybody"), Goal("order a cake"))
    plain = AgendaUser(sent, reader, random.Random(1), Habits())
    with_llm = Wordings(Models(project(tmp_path, "http://127.0.0.1:9/v1").models), "fast", ())
    helped = AgendaUser(sent, reader, random.Random(1), Habits(), with_llm(sent, random.Random(1)))
    assert (plain.instant, helped.instant) == (True, False)
