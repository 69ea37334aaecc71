"""The project's functions as a model's tools: called with what it says, answered with what they return or raise."""

from __future__ import annotations

import asyncio
import importlib
import inspect
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from pydantic import BaseModel, ValidationError

from prebeta import plugins
from prebeta.core.blocking import Worker, Workers
from prebeta.core.errors import Crashed, UsageError
from prebeta.core.protocols import OpenContext
from prebeta.core.types import Json
from prebeta.targets.openai import schema as openai_schema
from prebeta.targets.openai.options import OpenAIChatOptions, ToolOptions
from prebeta.targets.python import shape
from prebeta.targets.python.code import ProductCode, last_place
from prebeta.targets.wire import http_wire, reply

_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")


@dataclass(frozen=True, slots=True)
class Tool:
    """A tool as the model is told of it, and how it is called. `arguments` is None where the project gives the schema;
    `ours` maps a parameter to what we put into it (session, context)."""

    name: str
    told: Mapping[str, Json]
    function: Callable[..., Any]
    arguments: type[BaseModel] | None
    ours: Mapping[str, str]
    is_async: bool

    def read(self, given: Json) -> dict[str, Any]:
        """The function's arguments from those the model gives. Raises ValueError that tells the model what is wrong."""
        if not isinstance(given, Mapping):
            raise ValueError("the arguments aren't a JSON object")
        if self.arguments is None:
            return dict(given)
        try:
            found = self.arguments.model_validate(dict(given))
        except ValidationError as error:
            wrong = (f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors(include_url=False))
            raise ValueError("; ".join(wrong)) from None
        return {name: getattr(found, name) for name in type(found).model_fields if name in found.model_fields_set}


@dataclass(frozen=True, slots=True)
class Toolbox:
    """All tools of a project."""

    tools: Mapping[str, Tool]
    timeout_s: float | None

    @property
    def told(self) -> list[Json]:
        return [tool.told for tool in self.tools.values()]


def toolbox_of(options: OpenAIChatOptions) -> Toolbox:
    """Raises UsageError for a function that isn't there or can't be a tool, and for names that don't exist."""
    tools: dict[str, Tool] = {}
    for told in options.tools:
        tool = _tool(told)
        if tool.name in tools:
            raise UsageError(
                f"target.tools: two tools are called {tool.name!r}; give one of them another name by its schema"
            )
        tools[tool.name] = tool
    wanted = [*options.ended, *([options.state.tool] if options.state is not None and options.state.tool else [])]
    for name in wanted:
        if name not in tools:
            raise UsageError(f"target: no tool is called {name!r}; there are {', '.join(tools) or 'none'}")
    return Toolbox(tools, options.tool_timeout_s)


def function_at(told: Any, option: str) -> Callable[..., Any]:
    """The project's function of that name. Raises UsageError, also for what its module raises while it is imported."""
    found = told
    if isinstance(told, str):
        try:
            with ProductCode():
                importlib.import_module(told.partition(":")[0])
        except Crashed as error:
            if not isinstance(error.__cause__, ModuleNotFoundError):
                raise UsageError(
                    f"{option}: {told} can't be imported: {error.detail}{last_place(error.raw)}"
                ) from error
        found = plugins.attribute(told)  # says which module is missing
    if not callable(found):
        raise UsageError(f"{option}: {told} is no function")
    function: Callable[..., Any] = found
    return function


def _tool(options: ToolOptions) -> Tool:
    function = function_at(options.function, "target.tools")
    given = options.parameters
    if given is not None and given.get("type") == "function" and isinstance(given.get("function"), dict):
        given = given["function"]
    whole = given if given is not None and "name" in given and "properties" not in given else None
    name = str((whole or {}).get("name") or getattr(function, "__name__", type(function).__name__))
    if not _NAME.fullmatch(name):
        raise UsageError(
            f"target.tools: {name!r} can't be a tool's name (letters, digits, _ and -); give one by its schema"
        )
    parameters, hints = openai_schema.signature(function, name)
    arguments = openai_schema.arguments_of(function, name) if given is None else None
    schema = openai_schema.schema_of(arguments, name) if arguments is not None else given
    told: dict[str, Json] = {"name": name, "parameters": schema}
    if whole is not None:
        told = {"parameters": {"type": "object", "properties": {}}, **whole}
    if description := openai_schema.description_of(function):
        told.setdefault("description", description)
    return Tool(
        name=name,
        told={"type": "function", "function": told},
        function=function,
        arguments=arguments,
        ours={
            one.name: what
            for one in parameters.values()
            if (what := openai_schema.ours(one, hints.get(one.name))) is not None
        },
        is_async=shape.is_async(function),
    )


class Caller:
    """Calls tools for one conversation, blocking ones in its thread."""

    def __init__(self, box: Toolbox, workers: Workers, context: OpenContext, session: str) -> None:
        self._box, self._workers = box, workers
        self._ours = {"session": session, "context": context}
        self._worker: Worker | None = None

    def close(self) -> None:
        if self._worker is not None:
            self._workers.give(self._worker)
            self._worker = None

    async def answer(self, call: Mapping[str, Json]) -> dict[str, Json]:
        """The call with `result`, or with `error` where it can't be made or its function raises."""
        done: dict[str, Json] = dict(call)
        tool = self._box.tools.get(str(call.get("name")))
        try:
            if tool is None:
                raise ValueError(
                    f"there is no tool {call.get('name')!r}; there are {', '.join(self._box.tools) or 'none'}"
                )
            arguments = tool.read(call.get("arguments"))
            own = {name: self._ours[what] for name, what in tool.ours.items()}
            async with asyncio.timeout(self._box.timeout_s):
                found = await self.call(partial(tool.function, **arguments, **own), is_async=tool.is_async)
            done["result"] = reply.plain(found)
        except ValueError as error:  # of our own: what the function raises is a Crashed
            done["error"] = str(error)
        except Crashed as error:
            if error.infrastructure:
                raise
            done["error"] = error.detail
        except TimeoutError:
            if self._box.timeout_s is None:
                raise
            done["error"] = f"it took longer than {self._box.timeout_s:g} s"
        return done

    async def call(self, function: Callable[[], Any], *, is_async: bool) -> Any:
        """What it returns. Raises Crashed for whatever it raises, but a TargetError."""
        with ProductCode():
            if is_async:
                return await function()
            if self._worker is None or self._worker.busy:
                self.close()
                self._worker = self._workers.take()
            outcome = await self._worker.call(function)
            found = outcome.result()
            return await found if inspect.isawaitable(found) else found


def as_text(done: Mapping[str, Json]) -> str:
    """What the model is told of a call."""
    if "error" in done:
        return f"Error: {done['error']}"
    result = done["result"]
    return result if isinstance(result, str) else http_wire.encode(result).decode()


def last_result(calls: Sequence[Mapping[str, Json]], name: str) -> Json:
    """What the last good call of a tool gave; None where there was none."""
    return next((one["result"] for one in reversed(calls) if one.get("name") == name and "result" in one), None)
