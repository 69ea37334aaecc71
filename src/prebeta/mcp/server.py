"""The tools of `prebeta mcp`, on the official SDK."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterator
from functools import partial
from typing import Annotated, Any, TypeVar

from mcp.server.mcpserver import Context, MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp.types import ToolAnnotations
from pydantic import Field

from prebeta import __version__
from prebeta.analysis.findings import placed
from prebeta.analysis.summary import summarise
from prebeta.core.blocking import alone
from prebeta.core.errors import PrebetaError
from prebeta.mcp import answers
from prebeta.mcp.command import Done, Place, Progress, Stopped, command
from prebeta.mcp.quoting import RULE, bounded
from prebeta.runner.comparing import compare_runs
from prebeta.runner.gating import summary_with_gate
from prebeta.store import Store

Found = TypeVar("Found")

INSTRUCTIONS = f"""\
prebeta sends synthetic users on whole conversations with the product of this project and says how many failed, where and why.
The loop: run → findings → show or shrink the first finding → mend the product → run again with the same n and seed, a release \
name and a note → compare(before=the first run). Believe compare, not two rates beside each other: "cannot tell" means just \
that. A finding counts as mended when compare lists it under fixed.
{RULE}"""

RunName = Annotated[str, Field(description="A run: its id or the beginning of it, latest, or its release.")]
FindingName = Annotated[str, Field(description="A finding of the run, as F-a1b2c3.")]


def server(place: Place) -> MCPServer:
    """A server that works with one project file and its store."""
    made = MCPServer("prebeta", version=__version__, instructions=INSTRUCTIONS, log_level="WARNING")
    tools = _Tools(place)
    reading: tuple[Callable[..., Any], ...] = (tools.runs, tools.findings, tools.show, tools.compare)
    talking: tuple[Callable[..., Any], ...] = (tools.run, tools.resume, tools.shrink, tools.doctor)
    for tool in reading:
        made.add_tool(
            tool, annotations=ToolAnnotations(read_only_hint=True, open_world_hint=False), structured_output=False
        )
    for tool in talking:  # users order and book there, if it is a live system
        made.add_tool(
            tool, annotations=ToolAnnotations(destructive_hint=True, open_world_hint=True), structured_output=False
        )
    return made


class _Tools:
    """The tools; their docstrings and parameters are what an agent reads."""

    def __init__(self, place: Place) -> None:
        self._place = place

    # --- what talks to the product ---------------------------------------------------------------------------

    async def run(
        self,
        context: Context,
        n: Annotated[int, Field(ge=1, le=100_000, description="How many synthetic users to send.")] = 100,
        seed: Annotated[int, Field(description="The same seed and n send the same users, which compare needs.")] = 1,
        release: Annotated[str | None, Field(description="Name of the release tested.")] = None,
        note: Annotated[
            str | None, Field(description="What was changed since the last run; kept with this one.")
        ] = None,
    ) -> str:
        """Send synthetic users on conversations with the product as it is now, and say how many failed and why.

        They do what users do: where the project aims at a live system, they order and book there.
        """
        words = ["run", "-n", str(n), "--seed", str(seed)]
        words += [f"--release={release}"] if release else []
        words += [f"--note={note}"] if note else []
        done = await self._talk(context, words, counted=True)
        return bounded(answers.of_run(done.document, notes=done.notes))

    async def resume(self, context: Context, run: RunName = "latest") -> str:
        """Hold what is left of a run that was interrupted."""
        done = await self._talk(context, ["resume", _plainly(run)], counted=True)
        return bounded(answers.of_run(done.document, notes=done.notes))

    async def shrink(
        self,
        context: Context,
        run: RunName,
        finding: FindingName,
        budget: Annotated[int, Field(ge=4, le=200, description="Conversations to hold at most.")] = 30,
    ) -> str:
        """Find the shortest script of messages that still breaks it, by talking to the product as it is now."""
        words = ["shrink", _plainly(run), _plainly(finding), "--budget", str(budget)]
        done = await self._talk(context, words)
        return bounded(answers.of_shrunk(done.document))

    async def doctor(self, context: Context) -> str:
        """Check the project file, its models, the store, and that the product answers a message."""
        return bounded(answers.of_doctor((await self._talk(context, ["doctor"])).document))

    # --- what reads the store --------------------------------------------------------------------------------

    async def runs(
        self, last: Annotated[int, Field(ge=1, le=100, description="How many, the newest first.")] = 10
    ) -> str:
        """List the runs with their ids, states, failure rates, releases and notes."""

        def read(store: Store) -> str:
            newest = store.runs()[::-1][:last]
            return answers.of_runs((run, summarise(run, store.rows(run.id))) for run in newest)

        return bounded(await self._read(read))

    async def findings(
        self,
        run: RunName = "latest",
        most: Annotated[int, Field(ge=1, le=100, description="How many, the weightiest first.")] = 10,
    ) -> str:
        """The failure modes of a run, ranked by what mending each would give, each with an example to show."""
        return bounded(await self._read(lambda store: answers.of_findings(_summary(store, run), most)))

    async def show(
        self,
        run: RunName = "latest",
        conversation: Annotated[str | None, Field(description="One of its conversations: id or its beginning.")] = None,
    ) -> str:
        """A run's report; with a conversation what was said in it, the blamed turn marked with >>."""

        def read(store: Store) -> str:
            if conversation is None:
                return answers.of_run(_summary(store, run))
            found = store.run(run)
            stored = store.conversation(found.id, conversation)
            return answers.of_conversation(found.id, stored, placed(store.rows(found.id)).get(stored.transcript.id))

        return bounded(await self._read(read))

    async def compare(
        self,
        before: Annotated[str, Field(description="The earlier run: id or its beginning, or release.")],
        after: Annotated[str, Field(description="The later run, or latest.")] = "latest",
    ) -> str:
        """Whether the later run is better, worse, or it can't be told, and which findings are fixed, new or still there."""
        return bounded(await self._read(lambda store: answers.of_comparison(compare_runs(store, before, after))))

    # --- below -----------------------------------------------------------------------------------------------

    async def _talk(self, context: Context, words: list[str], *, counted: bool = False) -> Done:
        """Run a command; with `counted` the caller is told how many conversations are held."""

        async def told(held: int, planned: int) -> None:
            await context.report_progress(held, planned, f"{held} of {planned} conversations held")

        progress: Progress | None = told if counted else None
        with _as_tool_errors():
            try:
                return await command(self._place, words, progress)
            except Stopped as stopped:
                # Nobody waits for an answer any more: it goes to the log, and `runs` tells it again.
                print(f"prebeta mcp: {words[0]} was cancelled: {stopped}", file=sys.stderr, flush=True)  # noqa: T201
                raise

    async def _read(self, read: Callable[[Store], Found]) -> Found:
        """Have something read from the store in a thread, so that the protocol is served meanwhile."""

        def work() -> Found:
            with self._place.opened() as store:
                return read(store)

        with _as_tool_errors():
            found: Found = await alone(partial(work), "prebeta-mcp")
            return found


def _summary(store: Store, name: str) -> dict[str, Any]:
    return summary_with_gate(store, store.run(name))


def _plainly(name: str) -> str:
    """A name that the command line can't take for an option. Raises ToolError."""
    if name.startswith("-") or not name:
        raise ToolError(f"{name!r} is no name of a run or a finding; runs() and findings() tell them")
    return name


@contextlib.contextmanager
def _as_tool_errors() -> Iterator[None]:
    """What a person could mend becomes the tool's error, in its own line."""
    try:
        yield
    except PrebetaError as error:
        raise ToolError(str(error)) from error
