"""stdout and stderr: one JSON document or a report there, progress and notes here."""

from __future__ import annotations

import contextlib
import json
import os
import sys
from collections.abc import Iterator
from typing import IO, TYPE_CHECKING, Any, cast

import typer

if TYPE_CHECKING:
    from rich.console import Console

    from prebeta.runner import Told


_PIPE = 1000
"""Columns where there is no terminal and COLUMNS is not set: lines stay whole, for grep and for logs."""


def write_json(document: Any) -> None:
    """One JSON document on stdout; ASCII, so that no terminal's encoding can spoil it, and without what GitHub's runner would
    take for a command wherever it stands in a line."""
    text = json.dumps(document, indent=2, ensure_ascii=True, default=str)
    sys.stdout.write(text.replace("##[", r"##\u005b") + "\n")
    sys.stdout.flush()


def console() -> Console:
    """stdout for people: colours on a terminal only, and none with NO_COLOR; nothing in a text is taken as markup."""
    from rich.console import Console

    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(errors="replace")
    plain = bool(os.environ.get("NO_COLOR")) or not sys.stdout.isatty()
    return Console(
        file=cast(IO[str], _Log(sys.stdout)) if _on_github() else sys.stdout,
        force_terminal=False if plain else None,
        color_system=None if plain else "auto",
        highlight=False,
        markup=False,
        emoji=False,
        width=_PIPE if not sys.stdout.isatty() and "COLUMNS" not in os.environ else None,
    )


def note(text: str) -> None:
    """A line on stderr."""
    from prebeta.cli.ending import without_secrets

    line = f"prebeta: {without_secrets(text)}"
    typer.echo(_disarmed(line) if _on_github() else line, err=True)


def _on_github() -> bool:
    return os.environ.get("GITHUB_ACTIONS") == "true"


def _disarmed(text: str) -> str:
    from prebeta.report.annotations import disarmed

    return disarmed(text)


class _Log:
    """stdout in a workflow of GitHub's: what a product said, and a line that wraps before it, is never a command to the
    runner."""

    def __init__(self, stdout: IO[str]) -> None:
        self._stdout = stdout

    def write(self, text: str) -> int:
        return self._stdout.write(_disarmed(text))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stdout, name)


@contextlib.contextmanager
def products_prints_on_stderr() -> Iterator[None]:
    """What a product in this process prints during a run goes to stderr, whichever way it writes: stdout is ours."""
    kept: int | None = None
    with contextlib.suppress(OSError, ValueError):  # stdout may be closed, or no file (under test)
        if sys.stdout.fileno() == 1 and sys.stderr.fileno() == 2:
            sys.stdout.flush()
            kept = os.dup(1)
            os.dup2(2, 1)
    stdout = sys.stdout
    try:
        with contextlib.redirect_stdout(sys.stderr):
            yield
    finally:
        sys.stdout = stdout
        if kept is not None:
            os.dup2(kept, 1)
            os.close(kept)


class Watcher:
    """Follows a run on stderr; silent when told so."""

    def __init__(self, *, quiet: bool) -> None:
        from prebeta.report.progress import Progress

        self._make = Progress
        self._quiet = quiet
        self._progress: Progress | None = None

    def __call__(self, told: Told) -> None:
        from prebeta.analysis.failed_first import line
        from prebeta.core.events import RunEnded
        from prebeta.report.stopping import notes
        from prebeta.runner import Begun, Enough, FailedAgain, Kept

        if isinstance(told, RunEnded) and told.unpaid is not None:
            self.close()
            note(f"the run ends with what it has: {told.unpaid}")
        elif isinstance(told, FailedAgain):
            self._say(line(told.again))
        elif isinstance(told, Enough):
            self._say(
                f"{told.wanted} is known after {told.after:,} typical users; conversations under way end, no others begin"
            )
        if self._quiet:
            return
        if isinstance(told, Begun):
            for text in notes(told.run) if not told.done else ():
                note(text)
            self._progress = self._make(told.planned - told.done, sys.stderr)
        elif isinstance(told, Kept) and self._progress is not None:
            self._progress.update(told.assessment, sum(told.assessment.moves.values()))

    def _say(self, text: str) -> None:
        """A line of its own; the progress goes on below it."""
        if self._progress is not None:
            self._progress.close()
        note(text)

    def close(self) -> None:
        if self._progress is not None:
            self._progress.close()
