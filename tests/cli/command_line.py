"""A project with a product that books at the first word, and the command line run in its folder."""

from __future__ import annotations

import contextlib
import io
import os
import re
import sys
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

from prebeta.cli.main import enter

PRODUCT = '''
"""Books whatever it is told first; `Deaf` does not answer at all."""


class Desk:
    prebeta_inline = True

    def start(self):
        return "Hello, what may I book for you?"

    def send(self, text):
        return {"messages": ["It is booked."], "state": {"id": 1}, "ended": True}


class Deaf:
    def start(self):
        raise RuntimeError("the line is dead")

    def send(self, text):
        return ""


class Slow:
    async def start(self):
        return "Hello, what may I book for you?"

    async def send(self, text):
        import asyncio
        await asyncio.sleep(0.2)
        return {"messages": ["It is booked."], "state": {"id": 1}, "ended": True}
'''

PROJECT = """\
target: {kind: python, function: "desk_product:Desk"}
end_state: {when: {ended: true, path: state.id}}
goals:
  - goal: book a table
    slots: {day: {values: [Monday, Tuesday]}}
personas: [a regular guest]
"""


@dataclass(frozen=True)
class Done:
    """What a command came to, with ids and times made the same."""

    code: int
    out: str
    err: str


def project(folder: Path, text: str = PROJECT) -> Path:
    (folder / "desk_product.py").write_text(PRODUCT)
    (folder / "prebeta.yaml").write_text(text)
    return folder


def prebeta(folder: Path, *arguments: str, **environment: str) -> Done:
    """Run a command line in this process, as if it were typed in the folder; no terminal."""
    out, err = io.StringIO(), io.StringIO()
    with (
        contextlib.chdir(folder),
        mock.patch.dict(os.environ, {**plain_environment(), **environment}, clear=True),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
    ):
        code = enter(arguments)
    return Done(code, normal(out.getvalue(), folder), normal(err.getvalue(), folder))


def plain_environment() -> dict[str, str]:
    """The environment without what changes how we print."""
    return {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "COLUMNS", "PREBETA_DEBUG")}


def program(*arguments: str) -> list[str]:
    """The command that runs the program in a process of its own."""
    return [sys.executable, "-m", "prebeta.cli", *arguments]


def normal(text: str, folder: Path) -> str:
    """The text without what differs from run to run."""
    text = text.replace(str(folder), "FOLDER")
    text = re.sub(r"r\d{8}-\d{6}-[0-9a-f]{4}", "RUN", text)
    text = re.sub(r"\b[0-9a-f]{12}\b", "CONVERSATION", text)
    text = re.sub(r"\d{4}-\d\d-\d\d \d\d:\d\d", "WHEN", text)
    return re.sub(r"took [\d.]+ s \([\d,]+ turns/s\)", "took SECONDS", text)
