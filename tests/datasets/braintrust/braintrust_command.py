"""`prebeta cases` run by an interpreter that has Braintrust's real SDK, against the stand-in."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest
from braintrust_stand_in import KEY, StandIn

ROOT = Path(__file__).resolve().parents[3]
SDKS = ("braintrust", "braintrust-lowest")
"""The environments that scripts/parts/braintrust.sh makes: the newest SDK, and the lowest that the extra allows."""


def interpreter(name: str) -> Path:
    """Skips where the SDK isn't there."""
    found = ROOT / ".venvs" / name / "bin" / "python"
    if not found.exists():
        pytest.skip("Braintrust's SDK isn't there; scripts/parts/braintrust.sh installs it")
    return found


def environment(board: StandIn, more: Mapping[str, str] | None = None) -> dict[str, str]:
    """As little as it takes: nothing of the tests' own environment but PATH."""
    told = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT / "src"), "NO_COLOR": "1", "COLUMNS": "200"}
    return {**told, "BRAINTRUST_API_KEY": KEY, "BRAINTRUST_APP_URL": board.url, **(more or {})}


def cases(
    sdk: Path, board: StandIn, folder: Path, *words: str, env: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run `prebeta cases WORDS` in a folder."""
    return subprocess.run(
        command(sdk, *words),
        cwd=folder,
        env=environment(board, env),
        capture_output=True,
        text=True,
        timeout=90,
        check=False,
    )


def command(sdk: Path, *words: str) -> list[str]:
    return [str(sdk), "-m", "prebeta.cli", "cases", *words]
