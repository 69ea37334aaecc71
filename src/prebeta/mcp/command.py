"""The command line in a process of its own, as a person would run it, with its one JSON document as the answer."""

from __future__ import annotations

import asyncio
import contextlib
import json
import signal
import sys
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from prebeta.core.blocking import alone
from prebeta.core.errors import PrebetaError, UsageError
from prebeta.store import Store

_POLL_S = 1.0
_IN_ORDER_S = 20.0
_PREFIX = "prebeta: "

Progress = Callable[[int, int], Awaitable[None]]
"""Told how many conversations are held, of how many."""


@dataclass(frozen=True, slots=True)
class Done:
    """What a command printed: its document, and its lines on stderr without those of the product."""

    document: Any
    notes: tuple[str, ...]


class Failed(PrebetaError):
    """A command ended with an error; the message is its line."""


class Stopped(asyncio.CancelledError):
    """The caller took its request back; the command was ended in order, and the message says how to go on."""


@dataclass(frozen=True, slots=True)
class Place:
    """The project file and the store that a server works with, and nothing else."""

    config: Path
    store: Path

    def opened(self) -> Store:
        return Store.open(self.store, create=False)


async def command(place: Place, words: Sequence[str], progress: Progress | None = None) -> Done:
    """Run `prebeta WORDS --json` on the server's project and store.

    Raises Failed with the command's own line. Cancelled, it interrupts the command as Ctrl-C does, waits for it to end in
    order, and raises Stopped.
    """
    options = ("-c", str(place.config), "--store", str(place.store), "--json")
    before = await alone(lambda: _known(place), "prebeta-mcp") if progress is not None else frozenset()
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-P", "-m", "prebeta.cli", *words, *options),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        start_new_session=True,  # a Ctrl-C for the server is passed on once, not twice
    )
    working = asyncio.create_task(process.communicate())
    watching = asyncio.create_task(_watch(place, before, progress)) if progress is not None else None
    if watching is not None:
        # A client that is gone can't be told: nothing to complain of at exit.
        watching.add_done_callback(lambda task: task.cancelled() or task.exception())
    try:
        out, err = await asyncio.shield(working)
    except asyncio.CancelledError as error:
        raise Stopped(await _ended_in_order(process, working)) from error
    finally:
        if watching is not None:
            watching.cancel()
    return _read(out, err)


async def _ended_in_order(process: asyncio.subprocess.Process, working: asyncio.Task[tuple[bytes, bytes]]) -> str:
    """Interrupt the command and wait for it, whatever else is cancelled meanwhile. Gives its last word."""
    ending = asyncio.create_task(_interrupted(process, working))
    while not ending.done():
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.shield(ending)
    return ending.result()


async def _interrupted(process: asyncio.subprocess.Process, working: asyncio.Task[tuple[bytes, bytes]]) -> str:
    with contextlib.suppress(ProcessLookupError):
        process.send_signal(signal.SIGINT)
    done, _ = await asyncio.wait({working}, timeout=_IN_ORDER_S)
    if not done:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
    out, err = await working
    try:
        _read(out, err)
    except PrebetaError as error:
        return str(error)
    return "it ended with what it had"


def _read(out: bytes, err: bytes) -> Done:
    told = tuple(line[len(_PREFIX) :] for line in err.decode(errors="replace").splitlines() if line.startswith(_PREFIX))
    try:
        document = json.loads(out)
    except ValueError:
        raise Failed(told[-1] if told else "the command ended without an answer") from None
    if isinstance(document, dict) and "error" in document and "exit_code" in document:
        raise Failed(str(document["error"]))
    return Done(document, told)


async def _watch(place: Place, before: frozenset[str], progress: Progress) -> None:
    """Tell how far the run has come that wasn't there before, as it shows in the store."""
    told = -1
    while True:
        await asyncio.sleep(_POLL_S)
        held, planned = await alone(lambda: _held(place, before), "prebeta-mcp")
        if held > told and planned:
            told = held
            await progress(held, planned)


def _known(place: Place) -> frozenset[str]:
    """The runs that are not being held just now."""
    try:
        with place.opened() as store:
            return frozenset(run.id for run in store.runs() if run.state != "running")
    except UsageError:
        return frozenset()  # there is no store before the first run


def _held(place: Place, before: frozenset[str]) -> tuple[int, int]:
    try:
        with place.opened() as store:
            running = [run for run in store.runs() if run.state == "running"]
            new = [run for run in running if run.id not in before] or running
            return (len(store.done(new[-1].id)), new[-1].conversations) if new else (0, 0)
    except PrebetaError:
        return 0, 0
