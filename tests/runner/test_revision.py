"""A run knows the commit it tested, and never fails for want of one."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from prebeta.runner import revision
from prebeta.runner.revision import Revision, revision_of

GIT = shutil.which("git")
needs_git = pytest.mark.skipif(GIT is None, reason="git isn't there")


@pytest.fixture(autouse=True)
def _no_ci(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("GITHUB_SHA", "CI_COMMIT_SHA", "GIT_DIR", "GIT_WORK_TREE"):
        monkeypatch.delenv(name, raising=False)


def git(folder: Path, *words: str) -> str:
    who = {"GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a@example.org"}
    env = {**os.environ, **who, **{name.replace("AUTHOR", "COMMITTER"): value for name, value in who.items()}}
    command = ["git", "-C", str(folder), *words]
    return subprocess.run(command, check=True, capture_output=True, text=True, env=env, timeout=30).stdout.strip()


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository with one commit, and a project in a folder of it."""
    git(tmp_path, "init", "-q")
    (tmp_path / "bot").mkdir()
    (tmp_path / "bot" / "prebeta.yaml").write_text("target: x\n")
    (tmp_path / ".gitignore").write_text("venv/\n")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-q", "-m", "first")
    return tmp_path


@needs_git
def test_the_commit_and_whether_it_was_changed(repository: Path) -> None:
    sha = git(repository, "rev-parse", "HEAD")
    assert revision_of(repository / "bot") == Revision(sha, False)
    (repository / "bot" / "prebeta.db").write_text("a store is no change")
    assert revision_of(repository / "bot") == Revision(sha, False)
    (repository / "bot" / "prebeta.yaml").write_text("target: y\n")
    assert revision_of(repository / "bot") == Revision(sha, True)
    assert revision_of(repository) == Revision(sha, True)


@needs_git
def test_a_shallow_clone_with_a_detached_head(repository: Path, tmp_path: Path) -> None:
    clone = tmp_path / "clone"
    git(tmp_path, "clone", "-q", "--depth", "1", repository.as_uri(), str(clone))
    git(clone, "checkout", "-q", "--detach")
    assert revision_of(clone / "bot") == Revision(git(repository, "rev-parse", "HEAD"), False)


@needs_git
def test_an_installed_package_is_no_part_of_the_repository_around_it(repository: Path) -> None:
    package = repository / "venv" / "lib" / "package"
    package.mkdir(parents=True)
    assert revision_of(package) == Revision(None, None)


@needs_git
@pytest.mark.parametrize("name", ["GITHUB_SHA", "CI_COMMIT_SHA"])
def test_without_a_repository_the_ci_system_tells(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert revision_of(tmp_path) == Revision(None, None)
    monkeypatch.setenv(name, "abc123")
    assert revision_of(tmp_path) == Revision("abc123", None)


def test_without_git(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert revision_of(tmp_path) == Revision(None, None)
    monkeypatch.setenv("GITHUB_SHA", "abc123")
    assert revision_of(tmp_path / "not there") == Revision("abc123", None)


@needs_git
def test_a_repository_without_a_commit(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q")
    assert revision_of(tmp_path) == Revision(None, None)


def test_a_git_that_takes_too_long(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    slow = tmp_path / "git"
    slow.write_text("#!/bin/sh\nexec sleep 30\n")
    slow.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    monkeypatch.setattr(revision, "_GIT_S", 0.2)
    assert revision_of(tmp_path) == Revision(None, None)
