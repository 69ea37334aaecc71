"""Which evidence is worth keeping is told to the target, beside the loop: others' clocks are running in it."""

from __future__ import annotations

import threading
from collections.abc import Collection
from pathlib import Path

import pytest

from prebeta import Project, run
from prebeta.targets.python.target import PythonTarget


class Clerk:
    """Books at once, and falls over for Tuesday."""

    prebeta_inline = True

    async def send(self, text: str) -> str:
        if "tuesday" in text.lower():
            raise LookupError("tuesday")
        return "Your table is booked." if "monday" in text.lower() else "Which day?"


def test_evidence_is_kept_in_a_thread_of_what_went_wrong(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told: dict[str, tuple[tuple[int, ...], str]] = {}

    def keep(_self: PythonTarget, conversation: str, turns: Collection[int]) -> None:
        told[conversation] = (tuple(turns), threading.current_thread().name)

    monkeypatch.setattr(PythonTarget, "keep_evidence", keep, raising=False)
    goals = [{"goal": "book", "slots": {"day": ["Monday", "Tuesday"]}}]
    project = Project(target=Clerk, end_state={"when": {"says": "booked"}}, goals=goals)
    result = run(project.placed(project.document, tmp_path), n=12, seed=1)
    assert {thread for _, thread in told.values()} == {"prebeta-evidence"}
    rows = {row.id: row for row in result.rows}
    assert set(told) == set(rows)
    assert result.failed
    assert all(told[name][0] for name, row in rows.items() if row.assessment.failed)
    assert not all(turns for turns, _ in told.values())
