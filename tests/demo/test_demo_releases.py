"""The releases as synthetic users find them: loosely, on few of them. What 500 find stands in the docs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from prebeta.cli.demo import project_of
from prebeta.runner import RunOptions, run


def summary(release: int, folder: Path, users: str = "agenda", n: int = 150) -> dict[str, Any]:
    options = RunOptions(n=n, seed=1, sample="census", users=(users,))
    return dict(run(project_of(release), options, store=folder / "demo.db").summary)


@pytest.mark.parametrize(("release", "low", "high"), [(1, 0.68, 0.92), (2, 0.16, 0.38), (3, 0.14, 0.36)])
def test_about_so_many_of_the_typical_users_fail(release: int, low: float, high: float, tmp_path: Path) -> None:
    found = summary(release, tmp_path)
    assert low <= found["failure_rate"] <= high
    assert not any(found["excluded"].values())


def test_without_faults_none_fails_and_hardly_any_is_flawed(tmp_path: Path) -> None:
    found = summary(4, tmp_path)
    assert found["failed"] == 0
    assert found["flawed"] <= 3


def test_by_the_book_the_first_release_works(tmp_path: Path) -> None:
    found = summary(1, tmp_path, users="autopilot", n=60)
    assert found["failed"] <= 3


def test_all_that_the_projects_file_says_has_its_effect() -> None:
    assert not [line for line in project_of(1).warnings() if not line.startswith("knowledge")]
