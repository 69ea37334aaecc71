"""Whole runs of the example projects whose product is an agent in this process, and what a wrong one says."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
CONVERSATIONS = 24


@pytest.mark.parametrize(("name", "needs"), [("python-langgraph", "langgraph"), ("python-pydantic-ai", "pydantic_ai")])
def test_the_example_runs_as_it_stands(name: str, needs: str, prebeta_with: Callable[..., Any]) -> None:
    pytest.importorskip(needs)
    prebeta = prebeta_with(f"../../examples/{name}/prebeta.yaml")
    shutil.copy(EXAMPLES / name / "desk.py", prebeta.folder)
    result = prebeta.json("run", "-n", str(CONVERSATIONS), "--seed", "1")
    rows = prebeta.rows()
    assert len(rows) == result["valid"] == CONVERSATIONS
    assert sum(row["outcome"] == "REACHED" for row in rows) >= 0.85 * CONVERSATIONS
    assert len({row["session"] for row in rows}) == CONVERSATIONS


def test_a_wrong_module_is_the_persons_to_mend(prebeta_with: Callable[..., Any]) -> None:
    prebeta = prebeta_with("../../examples/python-langgraph/prebeta.yaml")
    program = Path(sys.executable).with_name("prebeta")
    done = subprocess.run(
        [program, "run", "-n", "2"], cwd=prebeta.folder, capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 2
    assert "target.function: 'desk:graph': no module 'desk' here" in done.stderr
    assert "Traceback" not in done.stderr


def test_no_framework_is_imported_for_a_product_that_uses_none() -> None:
    code = (
        "import asyncio, sys; from pathlib import Path; from prebeta.targets.python.target import PythonTarget\n"
        "target = PythonTarget(PythonTarget.Options(function=lambda text: 'you said ' + text), Path())\n"
        "assert asyncio.run(target.check()).text == 'you said Hello'\n"
        "print(sorted({name.partition('.')[0] for name in sys.modules} & {'langchain_core', 'langgraph', 'pydantic_ai'}))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.strip() == "[]"
