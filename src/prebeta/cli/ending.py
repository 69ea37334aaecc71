"""How a command ends: its exit code and what it says on stderr. The one place where both are decided."""

from __future__ import annotations

import errno
import json
import os
import sys
import traceback
from types import TracebackType
from typing import TypeAlias

import typer

from prebeta.core.errors import Interrupted, PrebetaError, UsageError

PASSED, BELOW, USAGE, INCONCLUSIVE, INTERRUPTED = 0, 1, 2, 3, 130

Ending: TypeAlias = BaseException | str | None
"""What a command came to: an error, a gate's word, or nothing to object to."""


def exit_code(ending: Ending) -> int:
    """0 passed or no gate · 1 below the gate · 2 usage · 3 inconclusive or harness · 130 interrupted."""
    if ending is None or ending == "passed" or isinstance(ending, BrokenPipeError):
        return PASSED
    if ending == "failed":
        return BELOW
    if isinstance(ending, UsageError) or _is_parsers(ending):
        return USAGE
    if isinstance(ending, Interrupted | KeyboardInterrupt):
        return INTERRUPTED
    return INCONCLUSIVE


class Door:
    """What every command goes through: errors become a line on stderr and an exit code, never a traceback; with
    `as_json` also a document {"error", "exit_code"} on stdout, so that a program that reads us gets one in any case."""

    def __init__(self, *, as_json: bool = False) -> None:
        self.code = PASSED
        self._as_json = as_json

    def __enter__(self) -> Door:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        if error is None:
            return True
        if isinstance(error, SystemExit) and isinstance(error.__context__, BrokenPipeError):
            error = error.__context__  # the parser makes an exit of it
        if isinstance(error, SystemExit):
            return False
        self.code = exit_code(error)
        if isinstance(error, BrokenPipeError):
            # Who reads us has gone, `| head` say. Python would complain when it flushes at exit.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.__stdout__.fileno() if sys.__stdout__ else 1)
            return True
        message = without_secrets(_message(error))
        for line in message.splitlines():
            typer.echo(f"prebeta: {line}", err=True)
        if self._as_json:
            typer.echo(json.dumps({"error": message, "exit_code": self.code}, ensure_ascii=False))
        if os.environ.get("PREBETA_DEBUG") and not _is_parsers(error):
            traceback.print_exception(error, file=sys.stderr)
        return True


def without_secrets(text: str) -> str:
    """A text without the values of the environment's variables that are named like credentials: addresses may hold them."""
    from prebeta.config.hiding import Hiding, environment_secrets

    return Hiding((), environment_secrets(os.environ)).secrets_in(text)


def _message(error: BaseException) -> str:
    if isinstance(error, PrebetaError):
        return str(error)
    if isinstance(error, KeyboardInterrupt):
        return "interrupted"
    if _is_parsers(error):
        return _parsers(error)
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        return f"no room left to write {error.filename or 'the output'}; free some space"
    detail = " ".join(str(error).split())
    name = type(error).__name__
    return f"unexpected {name}{f': {detail}' if detail else ''}; PREBETA_DEBUG=1 shows where it came from"


def _is_parsers(ending: Ending) -> bool:
    """Whether the command line's parser complains. By its marks: older typer has click's classes, newer its own."""
    return hasattr(ending, "format_message") and hasattr(ending, "exit_code")


def _parsers(error: BaseException) -> str:
    """The parser's complaint in a line, and where help is to be had."""
    said = str(error.format_message()).strip().rstrip(".")  # type: ignore[attr-defined]
    context = getattr(error, "ctx", None)
    called = getattr(context, "command_path", None) or "prebeta"
    return f"{said[:1].lower()}{said[1:]}; see: {called} --help"
