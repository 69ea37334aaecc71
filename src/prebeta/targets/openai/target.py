"""An assistant that is a model behind OpenAI's chat completions, which most servers speak."""

from __future__ import annotations

import inspect
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import aiohttp
from yarl import URL

from prebeta.config.connectors import importable
from prebeta.core.blocking import Workers
from prebeta.core.errors import UsageError
from prebeta.core.types import Json
from prebeta.models.openai import completions_url
from prebeta.targets.openai.conversation import ChatCompletions, OpenAIConversation, Plan
from prebeta.targets.openai.options import OpenAIChatOptions
from prebeta.targets.openai.tools import function_at, toolbox_of
from prebeta.targets.wire import http_wire
from prebeta.targets.wire.line import Line, Wiring
from prebeta.targets.wire.network import NetworkTarget
from prebeta.targets.wire.recognised import Recognised

_STATE_TAKES = ("session", "tool_calls", "messages")
_MORE = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)


class OpenAITarget(NetworkTarget[OpenAIChatOptions]):
    """Connector to any server that speaks chat completions. The project's functions are imported when it is first spoken
    to, from the project's folder."""

    Options = OpenAIChatOptions

    def __init__(self, options: OpenAIChatOptions, folder: Path) -> None:
        super().__init__(options, folder)
        if options.key is not None:
            headers = {**options.headers, "Authorization": f"Bearer {options.key.get_secret_value()}"}
            self.wiring = Wiring.of(options.model_copy(update={"headers": headers}))
        self._kept = ExitStack()
        self._workers = Workers()
        self._plan: Plan | None = None

    async def __aenter__(self) -> OpenAITarget:
        self._kept.enter_context(importable(self.folder))  # tools import lazily too
        await super().__aenter__()
        return self

    async def __aexit__(self, *exc: object) -> None:
        try:
            await super().__aexit__(*exc)
        finally:
            self._workers.close()
            self._kept.close()

    def session(self, line: Line) -> OpenAIConversation:
        if self._plan is None:
            self._plan = _plan_of(self.options, self.folder)
        return OpenAIConversation(self._plan, line, self._workers)

    @classmethod
    async def recognise(cls, url: str, client: aiohttp.ClientSession) -> Recognised | None:
        """The section for an endpoint that lists its models as OpenAI's does, with the first of them."""
        for base in dict.fromkeys((url.rstrip("/"), f"{url.rstrip('/')}/v1")):
            try:
                async with client.get(f"{base}/models") as response:
                    listed = http_wire.decode(await http_wire.read(response)) if response.status == 200 else None
            except (aiohttp.ClientError, OSError, ValueError, http_wire.HalfRead):
                return None
            models = _models_in(listed)
            if models:
                others = f" (there are also {', '.join(models[1:6])})" if models[1:] else ""
                remarks = {"model": f"the first that it lists{others}"}
                note = "give its instructions as `system`, and its tools as `tools`, so that it is your product that is tested"
                return Recognised({"kind": "openai", "url": base, "model": models[0]}, remarks, None, note)
        return None


def _models_in(listed: Json) -> list[str]:
    data = listed.get("data") if isinstance(listed, dict) and listed.get("object") == "list" else None
    found = [one.get("id") for one in data if isinstance(one, dict)] if isinstance(data, list) else []
    return [one for one in found if isinstance(one, str)]


def _plan_of(options: OpenAIChatOptions, folder: Path) -> Plan:
    """Everything that can be worked out before the first conversation. Raises UsageError."""
    url = URL(completions_url(options.url))
    system = _system(options, folder)
    box = toolbox_of(options)
    named = ("temperature", "top_p", "max_tokens", "seed", "stop")
    settings: dict[str, Any] = {name: value for name in named if (value := getattr(options, name)) is not None}
    if box.tools:
        settings["tools"] = box.told
    first: list[Json] = [] if system is None else [{"role": "system", "content": system}]
    if options.greeting is not None:
        first.append({"role": "assistant", "content": options.greeting})
    state = options.state
    return Plan(
        url=url,
        label=f"POST {url.path}",
        body={"model": options.model, "stream": options.stream, **settings, **options.extra},
        first=tuple(first),
        greeting=options.greeting,
        box=box,
        rounds=options.tool_rounds,
        state_of_tool=None if state is None else state.tool,
        state=None if state is None or state.function is None else _state_function(state.function),
        ended=frozenset(options.ended),
        meaning=ChatCompletions(),
    )


def _system(options: OpenAIChatOptions, folder: Path) -> str | None:
    system = options.system
    if system is None or system.file is None:
        return None if system is None else system.text
    try:
        return (folder / system.file).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or "it isn't UTF-8"
        raise UsageError(f"target.system.file: {system.file!r} can't be read ({why})") from error


def _state_function(told: Any) -> Any:
    function = function_at(told, "target.state")
    wanted = [
        one.name
        for one in inspect.signature(function).parameters.values()
        if one.default is inspect.Parameter.empty and one.kind not in _MORE and one.name not in _STATE_TAKES
    ]
    if wanted:
        raise UsageError(f"target.state: {told} wants {', '.join(wanted)}; it can have {', '.join(_STATE_TAKES)}")
    return function
