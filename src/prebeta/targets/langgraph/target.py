"""A graph on a LangGraph server: a thread a conversation, a run a turn, interrupts as the product's questions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import aiohttp

from prebeta.core.errors import UnreachableError
from prebeta.core.protocols import OpenContext
from prebeta.core.types import Reply
from prebeta.models.redirects import staying
from prebeta.targets.langgraph.conversation import LangGraphConversation
from prebeta.targets.langgraph.options import LangGraphOptions
from prebeta.targets.langgraph.plan import GraphPlan
from prebeta.targets.langgraph.recognise import graphs_of, recognise
from prebeta.targets.wire import http_wire
from prebeta.targets.wire.line import Exchange, Line
from prebeta.targets.wire.network import NetworkTarget
from prebeta.targets.wire.recognised import Recognised

_SHOWN = 200


class LangGraphTarget(NetworkTarget[LangGraphOptions]):
    """Connector to LangGraph's server API."""

    Options = LangGraphOptions

    def __init__(self, options: LangGraphOptions, folder: Path) -> None:
        super().__init__(options, folder)
        if options.trace_header is None:
            # The header ends with the run's id, which is the trace's id in LangSmith too.
            self.wiring = replace(self.wiring, trace_header="Content-Location")
        self._plan = GraphPlan.of(options)

    def session(self, line: Line) -> LangGraphConversation:
        return LangGraphConversation(self._plan, line)

    def why_silent(self, heard: Sequence[Exchange], _line: Line) -> str | None:
        """That target.messages finds nothing in the graph's values. Where it finds an empty list, saying nothing is the
        graph's own doing."""
        try:
            values = http_wire.decode(heard[-1].body) if heard else None
            if values is None or self._plan.messages.find(values) is not None:
                return None
        except ValueError:
            return None
        keys = f"; keys there: {', '.join(map(str, values))[:_SHOWN]}" if isinstance(values, dict) and values else ""
        return (
            f"the graph ran and said nothing: target.messages ({self.options.messages!r}) found nothing in its values; is it "
            f"where they have what the user reads?{keys}"
        )

    async def check(self) -> Reply:
        """As any; where the graph isn't there, the message says which are."""
        try:
            return await super().check()
        except UnreachableError as error:
            known = await self._known()
            if known:
                raise UnreachableError(
                    f"target.assistant: {self.wiring.shown_base} has no graph {self.options.assistant!r}; "
                    f"it has: {', '.join(known)}"
                ) from error
            raise

    async def _known(self) -> tuple[str, ...]:
        """The graphs that the server has, where ours isn't among them or can't be asked for: none."""
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=10), trace_configs=[staying()]) as client:
            line = Line(self.wiring, OpenContext("check", 0), client)
            graphs = await graphs_of(self.options.url, client, line.headers)
        known = {name for graph in graphs for name in graph}
        return () if self.options.assistant in known else tuple(name for name, _ in graphs)

    @classmethod
    async def recognise(cls, url: str, client: aiohttp.ClientSession) -> Recognised | None:
        """A server that is alive and lists its graphs."""
        return await recognise(url, client)
