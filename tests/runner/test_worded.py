"""Findings in an LLM's words: only where it says nothing of its own, and nothing else ever changes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import prebeta
from model_on_loopback import serving
from prebeta.cli.main import enter
from prebeta.core.errors import UsageError
from prebeta.report.finding import Look
from prebeta.runner.worded import facts, word
from prebeta.testing import ModelFaults

FINDING: dict[str, Any] = {
    "id": "F-1", "label": "After a question the product leaves it unanswered", "kind": "IGNORED_INPUT", "count": 12,
    "failed": 5, "interval": [0.02, 0.09], "behaviors": ["goal_question"],
}  # fmt: skip
LOOK = Look("c1", 4, "“Which day?”", "typed “Is it free?”", 3, "neither answers nor declines")
GOOD = {"summary": "When a user asks something, the product goes on as if nothing had been asked."}
INVENTED = {"summary": "The Stripe plugin drops 37 questions."}


def project(url: str, folder: Path, **more: Any) -> prebeta.Project:
    told = {
        "target": {"kind": "python", "function": lambda text: "hello"},
        "end_state": {"when": {"ended": True}},
        "goals": ["talk"],
        "models": {"fast": {"kind": "openai", "url": url, "model": "any", "attempts": 1}},
        **more,
    }
    made = prebeta.Project.model_validate(told)
    return made.placed(made.document, folder)


async def worded(server: Any, folder: Path, **more: Any) -> Any:
    return await word(project(server.url, folder, **more), "fast", [FINDING], {"F-1": LOOK})


async def test_a_grounded_summary_is_taken_and_kept_for_the_next_time(tmp_path: Path) -> None:
    with serving([GOOD]) as server:
        found = await worded(server, tmp_path)
        again = await worded(server, tmp_path)
    assert found.words == again.words == {"F-1": GOOD["summary"]}
    assert not found.refused
    assert found.trouble is None
    assert server.counts["answered"] == 1


async def test_what_is_invented_is_asked_for_again_and_then_refused(tmp_path: Path) -> None:
    with serving([INVENTED, GOOD]) as server:
        found = await worded(server, tmp_path)
    assert found.words == {"F-1": GOOD["summary"]}
    with serving([INVENTED]) as server:
        found = await worded(server, tmp_path / "other")
    assert not found.words
    assert "37" in found.refused["F-1"]
    assert server.counts["answered"] == 2


async def test_a_model_that_fails_leaves_the_rules_words(tmp_path: Path) -> None:
    with serving([GOOD], ModelFaults(server_errors=1.0)) as server:
        found = await worded(server, tmp_path)
    assert not found.words
    assert found.refused == {"F-1": "there was no answer"}
    assert found.trouble


async def test_the_budget_is_respected(tmp_path: Path) -> None:
    with serving([GOOD]) as server:
        found = await worded(server, tmp_path, limits={"max_model_tokens": 5})
    assert not server.calls
    assert "budget" in (found.trouble or "")


async def test_an_unknown_model_is_a_matter_of_usage(tmp_path: Path) -> None:
    with serving([GOOD]) as server, pytest.raises(UsageError, match="did you mean 'fast'"):
        await word(project(server.url, tmp_path), "fats", [FINDING], {})


def test_the_facts_hold_what_the_finding_says_and_nothing_of_ids() -> None:
    told = json.loads(facts(FINDING, LOOK))
    assert told["conversations in which it shows"] == 12
    assert told["example"]["the user"] == "typed “Is it free?”"
    assert "F-1" not in facts(FINDING, LOOK)
    assert "example" not in json.loads(facts(FINDING, None))


PRODUCT = """
def reply(messages):
    turns = sum(one["role"] == "user" for one in messages)
    return "Sorry, I didn't understand that." if turns > 1 else "Hello! What is your name?"
"""


def test_the_verb_shows_them_beside_facts_that_stay(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    (tmp_path / "mute_desk.py").write_text(PRODUCT)

    def asked(*arguments: str) -> Any:
        assert enter(list(arguments)) == 0, capsys.readouterr().err
        return capsys.readouterr()

    with serving([GOOD]) as server:
        (tmp_path / "prebeta.yaml").write_text(
            "target: mute_desk:reply\nend_state: {when: {ended: true}}\n"
            "goals: [{goal: leave a name, slots: {name: {values: [Ann, Bob]}}}]\n"
            f"models: {{fast: {{kind: openai, url: '{server.url}', model: any}}}}\n"
        )
        asked("run", "-n", "8", "--json")
        before = json.loads(asked("findings", "--json").out)
        after = json.loads(asked("findings", "--words", "fast", "--json").out)
        shown = asked("findings", "--words", "fast").out
    assert [one.pop("words") for one in after["findings"]] == [GOOD["summary"]] * len(before["findings"])
    assert after == before
    assert before["findings"]
    assert GOOD["summary"] in " ".join(shown.split())
