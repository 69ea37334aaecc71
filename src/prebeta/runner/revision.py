"""Which commit of its sources a product is tested at, as git or the CI system tells; never a reason for a run to fail."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

_GIT_S = 2.0
_OF_CI = ("GITHUB_SHA", "CI_COMMIT_SHA")


@dataclass(frozen=True, slots=True)
class Revision:
    """A commit's SHA, and whether tracked files of the work tree were changed since. None where nobody knows."""

    commit: str | None = None
    dirty: bool | None = None


def revision_of(folder: Path) -> Revision:
    """Of the repository that a project's folder belongs to; without git or a repository what the CI system says.

    A folder that its repository ignores, as one of an installed package, doesn't belong to it. Untracked files don't
    count as a change: the store itself often is one. Takes at most 6 s, on a very large repository with a cold cache.
    """
    commit = _git(folder, "rev-parse", "--verify", "HEAD")
    if commit is None or _git(folder, "check-ignore", "--quiet", ".") is not None:
        return Revision(next((found for name in _OF_CI if (found := os.environ.get(name))), None))
    changed = _git(folder, "status", "--porcelain", "--untracked-files=no")
    return Revision(commit, None if changed is None else bool(changed))


def _git(folder: Path, *words: str) -> str | None:
    """What git prints; None where it isn't there, doesn't succeed or takes too long."""
    # Nothing is locked: a git that the person runs meanwhile must not fail.
    command = ["git", "--no-optional-locks", "-C", str(folder), *words]
    try:
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=_GIT_S,
            check=False,
        )
    except (OSError, ValueError, subprocess.TimeoutExpired):
        return None
    return done.stdout.strip() if done.returncode == 0 else None
