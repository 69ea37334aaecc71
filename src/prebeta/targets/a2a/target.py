"""An agent that speaks A2A: found by its card, spoken to by JSON-RPC, its tasks waited for."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from pathlib import Path

import aiohttp

from prebeta.core.errors import Crashed, Malformed
from prebeta.targets.a2a.card import WELL_KNOWN, Agent, WrongCard, agent_of, is_card, told_without_card
from prebeta.targets.a2a.conversation import A2AConversation, AgentPlan
from prebeta.targets.a2a.options import A2AOptions
from prebeta.targets.wire import http_wire, template
from prebeta.targets.wire.line import Call, Exchange, Line, joined
from prebeta.targets.wire.network import NetworkTarget
from prebeta.targets.wire.paths import finder_or_none
from prebeta.targets.wire.recognised import Recognised

_SHOWN = 200


class A2ATarget(NetworkTarget[A2AOptions]):
    """Connector to an A2A agent."""

    Options = A2AOptions

    def __init__(self, options: A2AOptions, folder: Path) -> None:
        super().__init__(options, folder)
        self._plan = AgentPlan(
            settings=options,
            agent=self._found,
            metadata=None if options.metadata is None else template.compile_json(options.metadata),
            messages=finder_or_none(options.messages, "target.messages"),
            state=finder_or_none(options.state, "target.state"),
            options=finder_or_none(options.options, "target.options"),
            ended=finder_or_none(options.ended, "target.ended"),
        )
        self._agent = told_without_card(options)
        self._looking = asyncio.Lock()

    def session(self, line: Line) -> A2AConversation:
        return A2AConversation(self._plan, line)

    def why_silent(self, heard: Sequence[Exchange], _line: Line) -> str | None:
        """That target.messages finds nothing in the agent's data. Without such a path, or where it finds an empty list,
        saying nothing is the agent's own doing."""
        try:
            data = http_wire.decode(heard[-1].body) if heard else None
            if self._plan.messages is None or self._plan.messages(data) is not None:
                return None
        except ValueError:
            return None
        keys = f"; keys there: {', '.join(map(str, data))[:_SHOWN]}" if isinstance(data, dict) and data else ""
        return (
            f"target.messages: {self.options.messages!r} found nothing in the agent's data, and it said no text{keys}"
        )

    async def _found(self, line: Line) -> Agent:
        """Where the agent is: its card is asked for once, by whoever comes first."""
        if self._agent is None:
            async with self._looking:
                if self._agent is None:
                    self._agent = await self._asked_for(line)
        return self._agent

    async def _asked_for(self, line: Line) -> Agent:
        paths = WELL_KNOWN if self.options.card is None else (self.options.card,)
        for path in paths:
            label = f"GET {path}"
            call = Call("card" if self.options.card else "url", label, "GET", line.wiring.url_of(path))
            try:
                exchange = await line.ask(call)
            except Crashed:
                status = line.last.status if line.last is not None else None
                if status == 404 and path != paths[-1]:
                    continue
                raise
            try:
                return agent_of(line.json(exchange), self.options)
            except WrongCard as error:
                raise line.malformed(str(error), exchange.body) from error
        raise AssertionError("there is at least one path")

    @classmethod
    async def recognise(cls, url: str, client: aiohttp.ClientSession) -> Recognised | None:
        """An agent whose card is where A2A wants it, or that is given by its card's own address."""
        if not url.lower().startswith(("http://", "https://")):
            return None
        base = next((url.removesuffix(path) for path in WELL_KNOWN if url.endswith(path)), url)
        for path in WELL_KNOWN:
            try:
                async with client.get(joined(base, path)) as response:
                    card = http_wire.decode(await http_wire.read(response)) if response.status == 200 else None
            except (aiohttp.ClientError, http_wire.HalfRead, Malformed, OSError, ValueError):
                continue
            if isinstance(card, Mapping) and is_card(card):
                section = {"kind": "a2a", "url": base.rstrip("/")}
                return Recognised(section, note=f"the A2A agent {card['name']!r}")
        return None
