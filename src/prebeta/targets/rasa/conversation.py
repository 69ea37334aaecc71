"""One conversation with a Rasa assistant."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from yarl import URL

from prebeta.core.types import Json, Leave, Move, Option, Reply, Wait
from prebeta.targets.wire import http_wire, reply
from prebeta.targets.wire.line import Call, Exchange, Line
from prebeta.targets.wire.moves import sent
from prebeta.targets.wire.paths import NotFollowed
from prebeta.targets.wire.probing import probing
from prebeta.targets.wire.template import Render

_JSON = "application/json"
_TRACKER = "GET /conversations/{sender}/tracker"
_PARTS = ("text", "image", "attachment", "buttons", "quick_replies", "custom")
_NOT_CALLED = frozenset(("action_listen", "action_session_start", "action_extract_slots", "action_unlikely_intent"))
"""Actions that say nothing about what the assistant does."""


@dataclass(frozen=True, slots=True)
class RasaPlan:
    """What conversations of a run share. `tracker` is the address below which trackers are, None where none is asked for."""

    url: URL
    label: str
    start: str | None
    press_payload: bool
    metadata: Render | None
    tracker: URL | None
    token: str | None
    ended: Callable[[Json], Json] | None


class RasaConversation:
    """A session: its sender id is ours. An empty answer is the assistant's silence, and an empty reply.

    Raises Crashed for an error status, Malformed for anything but a list of messages, Refused, Closed and Timeout; all of
    them are the infrastructure's where it is the tracker that isn't to be had.
    """

    def __init__(self, plan: RasaPlan, line: Line) -> None:
        self._plan, self._line = plan, line
        # Not the context's id: Rasa would go on where a replay left.
        self._sender = uuid.uuid4().hex
        self._metadata = plan.metadata(line.values) if plan.metadata is not None else None
        self._heard_until = 0.0  # the time of the last event of the tracker that is known
        self._tracker: URL | None = None
        if plan.tracker is not None:
            query = {"include_events": "AFTER_RESTART"} | ({} if plan.token is None else {"token": plan.token})
            self._tracker = (plan.tracker / self._sender / "tracker").with_query(query)

    async def start(self) -> Reply:
        """What the assistant says to the start message, if the project has one."""
        return Reply() if self._plan.start is None else await self._said(self._plan.start)

    async def send(self, move: Move) -> Reply:
        """The answer to what was typed or pressed. Nothing comes late over the REST channel: Wait gives an empty reply."""
        if isinstance(move, Wait | Leave):
            return Reply()
        return await self._said(sent(move, self._plan.press_payload)[0])

    async def _said(self, text: str) -> Reply:
        message: dict[str, Json] = {"sender": self._sender, "message": text}
        if self._metadata is not None:
            message["metadata"] = self._metadata
        plan, begun = self._plan, asyncio.get_running_loop().time()
        exchange = await self._line.ask(Call("path", plan.label, "POST", plan.url, http_wire.encode(message), _JSON))
        listed = [] if exchange.no_content else self._line.json(exchange)
        heard = self._heard(listed, exchange)
        state: dict[str, Json] = {}
        calls: tuple[Json, ...] = ()
        if self._tracker is not None:
            async with probing(self._line, begun, _TRACKER):
                state, calls = await self._tracked(self._tracker)
        if heard.custom:
            state["custom"] = heard.custom[0] if len(heard.custom) == 1 else list(heard.custom)
        return Reply(
            messages=heard.messages,
            options=heard.options,
            state=state or None,
            ended=self._ended(state, exchange),
            tool_calls=calls,
            session=self._sender,
            trace=exchange.trace,
        )

    def _heard(self, listed: Json, exchange: Exchange) -> _Heard:
        if not isinstance(listed, list):
            kind = type(listed).__name__
            raise self._line.malformed(
                f"expected a list of messages from {self._plan.label}, got {kind}", exchange.body
            )
        try:
            return _heard(listed)
        except reply.WrongShape as error:
            raise self._line.malformed(str(error), exchange.body) from error

    async def _tracked(self, url: URL) -> tuple[dict[str, Json], tuple[Json, ...]]:
        """The state from the tracker, and the actions that were run since it was asked for before."""
        call = Call("state", _TRACKER, "GET", url)
        exchange = await self._line.ask(call)
        tracker = self._line.json(exchange)
        if not isinstance(tracker, Mapping) or not isinstance(tracker.get("slots"), Mapping):
            raise self._line.malformed(f"no tracker with slots from {call.label}", exchange.body)
        intent = (tracker.get("latest_message") or {}).get("intent") or {}
        state = {
            "slots": dict(tracker["slots"]),
            "intent": intent.get("name"),
            "active_loop": (tracker.get("active_loop") or {}).get("name"),
            "paused": bool(tracker.get("paused")),
        }
        events = [one for one in tracker.get("events") or () if isinstance(one, Mapping)]
        # By time and not by number: a restart or a new session drops those before it.
        new = [one for one in events if _time(one) > self._heard_until]
        self._heard_until = max((self._heard_until, *map(_time, new)))
        return state, tuple(_actions(new, state["active_loop"]))

    def _ended(self, state: Mapping[str, Json], exchange: Exchange) -> bool:
        if state.get("paused") is True:
            return True
        if self._plan.ended is None:
            return False
        try:
            return reply.ended(self._plan.ended(state))
        except NotFollowed as error:
            raise self._line.malformed(str(error), exchange.body) from error


@dataclass(frozen=True, slots=True)
class _Heard:
    """An answer's messages, read."""

    messages: tuple[str, ...]
    options: tuple[Option, ...]
    custom: tuple[Json, ...]


def _heard(listed: Sequence[Json]) -> _Heard:
    """Raises WrongShape."""
    messages: list[str] = []
    options: list[Option] = []
    custom: list[Json] = []
    for one in listed:
        if not isinstance(one, Mapping) or not any(part in one for part in _PARTS):
            keys = ", ".join(map(str, one))[:200] if isinstance(one, Mapping) else type(one).__name__
            raise reply.WrongShape(f"a message with none of {', '.join(_PARTS)}; its keys: {keys or 'none'}")
        messages += reply.messages(one.get("text"), "text")
        messages += [f"[{part}] {_address(one[part])}" for part in ("image", "attachment") if one.get(part)]
        for part in ("buttons", "quick_replies"):
            options += reply.options(one.get(part), part)
        if one.get("custom") is not None:
            custom.append(one["custom"])
            messages += _words(one["custom"])
    return _Heard(tuple(messages), tuple(options), tuple(custom))


def _address(value: Json) -> str:
    """Where an image or attachment is; attachments may be {type, payload: {src}}."""
    while isinstance(value, Mapping):
        value = next((value[key] for key in ("payload", "src", "url", "link") if value.get(key)), value.get("type"))
    return str(value)


def _words(custom: Json) -> tuple[str, ...]:
    """What a custom payload says in words: its text, where it has one."""
    told = custom.get("text") if isinstance(custom, Mapping) else custom
    return (reply.clean(told),) if isinstance(told, str) else ()


def _time(event: Mapping[str, Any]) -> float:
    told = event.get("timestamp")
    return float(told) if isinstance(told, int | float) else 0.0


def _actions(events: Sequence[Mapping[str, Any]], active_loop: Json) -> Sequence[Json]:
    """The actions among these events, without those that only speak or listen, and without forms."""
    forms = {event.get("name") for event in events if event.get("event") == "active_loop"} | {active_loop}
    return [
        {"name": event["name"], **({"policy": event["policy"]} if event.get("policy") else {})}
        for event in events
        if event.get("event") == "action"
        and isinstance(event.get("name"), str)
        and not event["name"].startswith("utter_")
        and event["name"] not in _NOT_CALLED
        and event["name"] not in forms
    ]


def no_api(last: Exchange | None, has_token: bool) -> str | None:
    """What to do where the tracker was refused; None where it wasn't."""
    status = None if last is None or last.call.option != "state" else last.status
    if status not in (401, 403, 404):
        return None
    if status == 404:
        return "target.state: tracker needs Rasa's HTTP API, which isn't there (404): start Rasa with --enable-api"
    wrong = "target.token isn't the one" if has_token else "target.token is missing: give what"
    return f"target.state: Rasa keeps its tracker from us ({status}): {wrong} Rasa was given as --auth-token"
