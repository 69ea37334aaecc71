"""The examples of docs/pytest.md run as they stand there."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest_prebeta.plugin as door

pytest_plugins = ["pytester"]

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "pytest.md").read_text()
BOT = """
def answer(text):
    for day in ("Monday", "Tuesday"):
        if day.lower() in text.lower():
            return {"messages": [f"Booked for {day}."], "state": {"day": day}, "ended": True}
    return {"messages": ["Which day would you like?"], "options": ["Monday", "Tuesday"]}
"""


def test_the_examples_run(toy: Any) -> None:
    rate, each, project = re.findall(r"^```python\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    (toy.pytester.path / "prebeta.yaml").unlink()
    toy.pytester.makepyfile(my_bot=BOT, test_bot=f"{rate}\n\n{each}")
    toy.pytester.makeconftest(project)
    outcomes = toy.run().parseoutcomes()
    assert sum(outcomes.values()) == 22
    assert "errors" not in outcomes
    assert outcomes["passed"] > 10


def test_the_page_names_every_option_and_fixture() -> None:
    source = Path(door.__file__).read_text()
    options = set(re.findall(r'add\(\s*"(--prebeta-[a-z]+)"', source))
    assert options
    assert options == set(re.findall(r"--prebeta-[a-z]+", PAGE))
    fixtures = set(re.findall(r"@pytest.fixture.*\ndef (prebeta_[a-z]+)", source))
    assert len(fixtures) == 5
    assert all(f"| `{name}`" in PAGE for name in fixtures)
