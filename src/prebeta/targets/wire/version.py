"""Which version of the product is under test: told, or asked of a command."""

from __future__ import annotations

import asyncio
import shlex
from pathlib import Path

from prebeta.core.errors import UsageError

_PATIENCE_S = 20.0


async def of_command(command: str | list[str], folder: Path) -> str | None:
    """The first line a command prints; run without a shell, in `folder`. Raises UsageError when it fails."""
    arguments = shlex.split(command) if isinstance(command, str) else command
    what = f"target.version: the command {shlex.join(arguments)!r}"
    try:
        process = await asyncio.create_subprocess_exec(
            *arguments,
            cwd=folder,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
    except (OSError, ValueError, IndexError, TypeError) as error:
        raise UsageError(f"{what} can't be started: {error}") from error
    try:
        async with asyncio.timeout(_PATIENCE_S):
            out, err = await process.communicate()
    except TimeoutError as error:
        process.kill()
        await process.communicate()
        raise UsageError(f"{what} did not end within {_PATIENCE_S:g} s") from error
    if process.returncode != 0:
        raise UsageError(f"{what} ended with {process.returncode}: {_first_line(err) or 'no message'}")
    return _first_line(out)


def _first_line(output: bytes) -> str | None:
    lines = output.decode(errors="replace").strip().splitlines()
    return lines[0].strip() if lines else None
