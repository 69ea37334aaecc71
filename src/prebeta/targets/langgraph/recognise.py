"""What a LangGraph server serves: its graphs, and which of their values are what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import aiohttp

from prebeta.core.errors import Malformed
from prebeta.core.types import Json
from prebeta.targets.wire import http_wire
from prebeta.targets.wire.line import joined
from prebeta.targets.wire.recognised import Recognised

_OPTION_KEYS = ("options", "suggestions", "quick_replies", "choices", "buttons")
_ENDED_KEYS = ("ended", "closed", "done", "finished", "completed", "is_done", "is_finished")
_INPUT_KEYS = ("text", "question", "query", "input", "message", "user_input", "prompt")
_ANSWER_KEYS = ("answer", "response", "reply", "output", "result", "generation")
_MOST_GRAPHS = 50


@dataclass(frozen=True, slots=True)
class _Served:
    """A graph, and the schemas of its values by name; empty where they can't be had."""

    name: str
    takes: Mapping[str, Json]
    gives: Mapping[str, Json]

    @property
    def chats(self) -> bool:
        return "messages" in self.takes


async def graphs_of(url: str, client: aiohttp.ClientSession, headers: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """(graph, assistant id) of all that the server serves, by name; empty where it isn't a LangGraph server."""
    found = await _asked(client, "POST", joined(url, "/assistants/search"), headers, {"limit": _MOST_GRAPHS})
    if not isinstance(found, list) or not all(isinstance(one, Mapping) for one in found):
        return ()
    named = {
        one["graph_id"]: one["assistant_id"]
        for one in reversed(found)
        if isinstance(one.get("graph_id"), str) and isinstance(one.get("assistant_id"), str)
    }
    return tuple(sorted(named.items()))


async def recognise(url: str, client: aiohttp.ClientSession) -> Recognised | None:
    """The section for a LangGraph server; None where there is none or it lets nobody in without a key."""
    if not url.lower().startswith(("http://", "https://")):
        return None
    alive = await _asked(client, "GET", joined(url, "/ok"), {})
    if not (isinstance(alive, Mapping) and alive.get("ok") is True):
        return None
    graphs = await graphs_of(url, client, {})
    if not graphs:
        return None
    served = [await _schemas(url, client, *graph) for graph in graphs[:_MOST_GRAPHS]]
    return _section(url, served)


def _section(url: str, served: Sequence[_Served]) -> Recognised:
    best = next((one for one in served if one.chats), served[0])
    section: dict[str, Json] = {"kind": "langgraph", "url": url, "assistant": best.name}
    remarks = {}
    others = [one.name for one in served if one is not best]
    if others:
        remarks["assistant"] = f"the server has also: {', '.join(others)}"
    if not best.chats and best.takes:
        taken = _named(best.takes, _INPUT_KEYS, "string") or next(iter(best.takes))
        given = {name: one for name, one in best.gives.items() if name != taken}
        section["input"] = {taken: "{text}"}
        section["messages"] = _named(given, _ANSWER_KEYS, "string") or next(iter(given), "messages")
        remarks["input"] = "the graph's input has no messages; look whether this is where the user's words go"
    options = next((name for name in _OPTION_KEYS if _type(best.gives.get(name)) == "array"), None)
    ended = next((name for name in _ENDED_KEYS if _type(best.gives.get(name)) == "boolean"), None)
    if options is not None:
        section["options"] = options
    if ended is not None:
        section["ended"] = ended
    end_state = {"when": {"ended": True}} if ended is not None else None
    return Recognised(section, remarks, end_state, f"a LangGraph server with the graph {best.name!r}")


def _named(properties: Mapping[str, Json], names: Sequence[str], kind: str) -> str | None:
    """The property of this type that has one of the names, else the first of the type."""
    of_type = [name for name, one in properties.items() if _type(one) == kind]
    return next((name for name in names if name in of_type), of_type[0] if of_type else None)


def _type(schema: Json) -> str | None:
    if not isinstance(schema, Mapping):
        return None
    choices = schema.get("anyOf")
    types = [_type(one) for one in choices] if isinstance(choices, list) else [schema.get("type")]
    return next((one for one in types if isinstance(one, str) and one != "null"), None)


async def _schemas(url: str, client: aiohttp.ClientSession, name: str, assistant: str) -> _Served:
    told = await _asked(client, "GET", joined(url, f"/assistants/{assistant}/schemas"), {})
    schemas = told if isinstance(told, Mapping) else {}
    whole = schemas.get("state_schema")
    takes, gives = _properties(schemas.get("input_schema") or whole), _properties(schemas.get("output_schema") or whole)
    return _Served(name, takes, {**_properties(whole), **gives})


def _properties(schema: Json) -> Mapping[str, Json]:
    found = schema.get("properties") if isinstance(schema, Mapping) else None
    return found if isinstance(found, Mapping) else {}


async def _asked(
    client: aiohttp.ClientSession, method: str, url: str, headers: Mapping[str, str], body: Json = None
) -> Json:
    """The JSON of an answer; None where there is none."""
    try:
        async with client.request(method, url, json=body, headers=dict(headers)) as response:
            return http_wire.decode(await http_wire.read(response)) if response.status == 200 else None
    except (aiohttp.ClientError, http_wire.HalfRead, Malformed, OSError, ValueError):
        return None
