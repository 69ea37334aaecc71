"""A small product with its project, in a folder that pytest is run in."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import prebeta.runner.casework  # so that it isn't loaded anew in every run inside this process
import prebeta.runner.portion  # noqa: F401
from prebeta.behaviors import CATALOGUE
from prebeta.core.results import Row, Run
from prebeta.store import Store

BOT = '''
import os, time

def answer(messages):
    """Takes an order for a cake; on the day in BOT_BROKEN it doesn't understand."""
    time.sleep(float(os.environ.get("BOT_S", "0")))
    said = " ".join(each["content"] for each in messages if each["role"] == "user").lower()
    size = next((size for size in ("small", "large") if size in said), None)
    day = next((day for day in ("monday", "tuesday", "friday") if day in said), None)
    if size is None:
        return {"messages": ["Small or large?"], "options": ["Small", "Large"]}
    if day is None:
        return {"messages": ["Which day would you like it?"], "options": ["Monday", "Tuesday", "Friday"]}
    if day == os.environ.get("BOT_BROKEN", "friday"):
        return {"messages": ["Sorry, I did not understand that."]}
    return {"messages": [f"Ordered for {day}."], "state": {"day": day, "size": size}, "ended": True}
'''

PROJECT = """
target: bot:answer
end_state:
  when: {ended: true, state: present}
  facts: {day: {path: state.day}, size: {path: state.size}}
goals:
  - goal: order a cake
    slots: {size: {values: [Small, Large]}, day: {values: [Monday, Tuesday, Friday]}}
user: {answers: {size: "small or large", day: "which day"}}
behaviors: BEHAVIORS
"""

CASE = """
case: "12d7a0dd68e9"
title: In day after an answer the product leaves the user with nothing to go on with
finding: {id: F-d01017, kind: DEAD_END, stage: day}
checks:
  end_state: reached
  required: {size: Large, day: Friday}
  must_not:
    - {kind: DEAD_END, after: plain}
script:
  - say: I have to order a cake
    act: request
  - say: "Large, and the day is Friday"
    act: inform
    facts: {size: Large, day: Friday}
    said: {size: Large, day: Friday}
    asked: size
scenario:
  id: "65711d39bae31132"
  seed: 228752933330140
  sample: census
  policy: agenda
  persona: a small business owner
  goal: order a cake
  slots: {size: Large, day: Friday}
flakiness: {failed: 5, of: 5}
provenance: {run: r20260101-000000-0000, conversation: "79c7213903bb", turn: 4}
"""


class Toy:
    """The folder, and what is in its store after a run of pytest."""

    def __init__(self, pytester: pytest.Pytester) -> None:
        self.pytester = pytester
        self.cases = pytester.path / "prebeta_cases"

    def case(self, name: str, text: str = CASE, **changes: str) -> Path:
        """Another case: CASE with lines changed by their keys."""
        self.cases.mkdir(exist_ok=True)
        for key, value in {"case": f'"{name}"', **changes}.items():
            text = re.sub(rf"^{key}: .*$", f"{key}: {value}", text, flags=re.MULTILINE)
        path = self.cases / f"{name}.yaml"
        path.write_text(text)
        return path

    def run(self, *words: str | Path, apart: bool = False) -> pytest.RunResult:
        """pytest as people run it, without the plugins of libraries that happen to be here; `apart`: in a process of its own."""
        all_words = ("-p", "no:hypothesispytest", "-p", "no:langsmith_plugin", *words)
        if apart:
            return self.pytester.runpytest_subprocess(*all_words, timeout=120)
        return self.pytester.runpytest_inprocess(*all_words)

    @property
    def store(self) -> Path:
        return self.pytester.path / ".prebeta" / "prebeta.db"

    def runs(self) -> list[tuple[Run, list[Row]]]:
        """The runs of the store with their conversations."""
        if not self.store.exists():
            return []
        with Store.open(self.store, create=False) as store:
            return [(run, store.rows(run.id)) for run in store.runs()]


@pytest.fixture
def toy(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Toy:
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.delenv("PYTEST_ADDOPTS", raising=False)
    none = f"{{{', '.join(f'{name}: 0' for name in CATALOGUE)}}}"
    pytester.makeini("[pytest]\naddopts = --strict-markers\nasyncio_default_fixture_loop_scope = function\n")
    pytester.path.joinpath("bot.py").write_text(BOT)
    pytester.path.joinpath("prebeta.yaml").write_text(PROJECT.replace("BEHAVIORS", none))
    return Toy(pytester)


@pytest.fixture
def works(monkeypatch: pytest.MonkeyPatch) -> None:
    """The product understands every day."""
    monkeypatch.setenv("BOT_BROKEN", "never")
