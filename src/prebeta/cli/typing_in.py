"""A person at the keyboard as the user of a conversation: what they see, and what they type as moves."""

from __future__ import annotations

import asyncio
import codecs
import json
import os
import sys
import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING, TextIO

from prebeta.core.types import Leave, Move, Option, Press, Reply, Say, Turn, Wait

if TYPE_CHECKING:
    from rich.console import Console

    from prebeta.config import Project
    from prebeta.dialogue.reading import Reading
    from prebeta.runner.single import Single

_HELP = "/quit ends it, /state shows the product's state, /wait looks for something late, /say TEXT types TEXT as it is"
_LONGEST = 4000


class Lines:
    """Lines of stdin, read in a thread, so that the product goes on working while somebody thinks."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._lines: asyncio.Queue[str | None] | None = None

    async def next(self) -> str | None:
        """The next line without its end; None when there will be no more."""
        if self._lines is None:
            self._lines = asyncio.Queue()
            reading = (asyncio.get_running_loop(), self._lines)
            # A daemon, reading the descriptor itself: it may still wait for a line when the program ends.
            threading.Thread(target=self._read, args=reading, daemon=True, name="prebeta-keyboard").start()
        line = await self._lines.get()
        if line is None:
            self._lines.put_nowait(None)
        return line

    def _read(self, loop: asyncio.AbstractEventLoop, lines: asyncio.Queue[str | None]) -> None:
        def tell(line: str | None) -> None:
            if not loop.is_closed():
                loop.call_soon_threadsafe(lines.put_nowait, line)

        decode = codecs.getincrementaldecoder("utf-8")("replace").decode
        rest = ""
        while chunk := self._chunk():
            *whole, rest = (rest + (decode(chunk) if isinstance(chunk, bytes) else chunk)).split("\n")
            for line in whole:
                tell(line.removesuffix("\r"))
        if rest:
            tell(rest)
        tell(None)

    def _chunk(self) -> bytes | str:
        try:
            descriptor = self._stream.fileno()
        except (OSError, ValueError):  # no file: a text put in its place
            return self._stream.readline()
        try:
            return os.read(descriptor, 65_536)
        except OSError:  # the terminal is gone
            return b""


class Talk:
    """The person's side: `see` shows turns as they are taken, `next` asks for a move, `conclude` shows the verdicts.

    `stop` ends it: then the person is gone.
    """

    def __init__(self, project: Project, out: TextIO, stop: asyncio.Event, *, watch: bool) -> None:
        from prebeta.dialogue.reading import Reader

        self._screen = _console(out)
        self._terminal = sys.stdin.isatty()
        self._lines, self._stop = Lines(sys.stdin), stop
        self._reader = Reader(project.slots(), project.answers()) if watch else None
        self._shown = Reply()

    def greet(self) -> None:
        self._line(_HELP, "dim")

    def see(self, turn: Turn) -> None:
        """Show what the product says; what was typed stands there already, unless it came through a pipe."""
        if turn.reply is None:
            if not self._terminal and turn.text:
                self._line(f"you> {turn.text}", "blue")
            return
        reply = self._shown = turn.reply
        if reply.problem is not None:
            self._line(f"({reply.problem.kind}: {reply.problem.detail})", "red")
        elif reply.empty:
            self._line("(nothing)", "dim")
        for message in reply.messages:
            self._line(message, "")
        for number, option in enumerate(reply.options, 1):
            self._line(f"  {number}  {option.title}", "magenta")
        if self._reader is not None and reply.problem is None and not reply.empty:
            self._line(f"  ({understood(self._reader.read(reply))})", "dim")

    async def next(self, turns: Sequence[Turn]) -> Move:  # noqa: ARG002
        """What the person does next."""
        while True:
            line = await self._line_or_stop()
            if line is None:
                return Leave("unprovoked")
            move = self._move(line)
            if move is not None:
                return move

    async def _line_or_stop(self) -> str | None:
        """The next line; None at its end and after Ctrl-C."""
        if self._terminal:
            self._screen.print("you> ", style="blue", end="")
            self._screen.file.flush()
        stopped = asyncio.ensure_future(self._stop.wait())
        typed = asyncio.ensure_future(self._lines.next())
        await asyncio.wait({stopped, typed}, return_when=asyncio.FIRST_COMPLETED)
        stopped.cancel()
        if typed.done() and not self._stop.is_set():
            line = typed.result()
        else:
            typed.cancel()
            line = None
        if line is None and self._terminal:
            self._screen.print()
        return line

    def _move(self, line: str) -> Move | None:
        """The move a line stands for; None where it is none."""
        command, _, rest = line.strip().partition(" ")
        if command == "/quit":
            return Leave("unprovoked")
        if command == "/wait":
            return Wait()
        if command == "/say":
            return Say(rest)
        if command == "/state":
            state = self._shown.state
            told = "the product tells no state" if state is None else json.dumps(state, indent=2, ensure_ascii=False)
            self._line(told, "dim")
            return None
        if not command or command.startswith("/"):
            self._line(_HELP, "dim")
            return None
        option = self._option(line.strip())
        return Say(line) if option is None else Press(option)

    def _option(self, typed: str) -> Option | None:
        """The quick reply of a number that was typed."""
        options = self._shown.options
        return options[int(typed) - 1] if typed.isdecimal() and 0 < int(typed) <= len(options) else None

    def conclude(self, held: Single) -> None:
        """Why it ended, what the product holds, and what the judges saw."""
        from prebeta.report.wording import OUTCOME

        transcript, found = held.transcript, held.assessment
        self._screen.print()
        detail = f" ({transcript.stop.detail})" if transcript.stop.detail else ""
        self._line(f"ended by {transcript.stop.by}: {transcript.stop.reason}{detail}", "dim")
        bad = found.failed or found.flawed
        if found.outcome == "LEFT":
            self._line("the end state was not reached", "")
        else:
            self._line(f"{found.outcome}: {OUTCOME.get(found.outcome, '')}", "bold red" if bad else "bold green")
        if transcript.end is not None and transcript.end.values:
            for slot, value in transcript.end.values.items():
                self._line(f"  {slot}: {'nothing' if value is None else value}", "")
            self._line("whether that is what you said only you can tell: the meaning of typed words isn't known", "dim")
        self._verdicts(held)

    def _verdicts(self, held: Single) -> None:
        told = [verdict for verdict in held.verdicts if verdict.value != "pass"]
        for verdict in told:
            where = "" if verdict.turn is None else f" at turn {verdict.turn}"
            slot = f" ({verdict.slot})" if verdict.slot else ""
            unsure = " perhaps" if verdict.value == "unsure" else ""
            self._line(f"▲ {verdict.kind}{slot}{unsure}{where}: {verdict.reason or ''}", "yellow")
            if verdict.evidence:
                self._line(f"    evidence: {verdict.evidence}", "dim")
        if held.judge_error is not None:
            self._line(f"a judge broke: {held.judge_error}", "red")
        elif not told:
            self._line("the judges saw no failure", "dim")

    def _line(self, text: str, style: str) -> None:
        from prebeta.report.layout import line
        from prebeta.report.wording import cut, plain

        bare = text.lstrip(" ")
        line(self._screen, cut(plain(bare), _LONGEST), style, len(text) - len(bare))


def understood(reading: Reading) -> str:
    """What a synthetic user would take the message for, in a few words."""
    marks = {
        "asks to confirm": reading.confirms,
        "asks what to change": reading.changes,
        "asks for anything else": reading.more,
        "asks openly": reading.open,
        "says that it is done": reading.done,
        "asks to wait": reading.hold_on,
        "a fallback": reading.fallback,
        "a refusal": reading.declines,
    }
    told = [f"asks for {' or '.join(reading.asks)}"] if reading.asks else []
    told += [name for name, holds in marks.items() if holds]
    if reading.rule is not None:
        told.append(f"by answers.{reading.rule.name}")
    return " · ".join(told) or ("asks for nothing" if reading.placed else "not understood: no line of answers fits")


def _console(out: TextIO) -> Console:
    from prebeta.cli.output import console

    screen = console()
    screen.file = out
    return screen
