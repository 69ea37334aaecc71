"""The registry: built-ins and entry points by name, loaded when asked for and not before.

A third party adds a connector, judge or behavior by an entry point in the group `prebeta.target`, `prebeta.judge` or
`prebeta.behavior`; our own are listed here the same way. `module:attribute` is accepted wherever a name is.
"""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from importlib.metadata import entry_points
from types import MappingProxyType
from typing import Any

from prebeta.core.errors import UsageError
from prebeta.core.suggest import suggestion

BUILT_IN: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "target": MappingProxyType(
            {
                "python": "prebeta.targets.python.target:PythonTarget",
                "http": "prebeta.targets.http.target:HttpTarget",
                "websocket": "prebeta.targets.websocket.target:WebsocketTarget",
                "sse": "prebeta.targets.sse.target:SseTarget",
                "openai": "prebeta.targets.openai.target:OpenAITarget",
                "langgraph": "prebeta.targets.langgraph.target:LangGraphTarget",
                "a2a": "prebeta.targets.a2a.target:A2ATarget",
                "browser": "prebeta.targets.browser.target:BrowserTarget",
                "rasa": "prebeta.targets.rasa.target:RasaTarget",
            }
        ),
        "user": MappingProxyType(
            {
                "agenda": "prebeta.users.agenda:AgendaFactory",
                "autopilot": "prebeta.users.autopilot:AutopilotFactory",
                "free": "prebeta.users.free:FreeFactory",
            }
        ),
        "model": MappingProxyType(
            {
                "openai": "prebeta.models.options:OpenAIOptions",
                "anthropic": "prebeta.models.options:AnthropicOptions",
                "function": "prebeta.models.options:FunctionOptions",
            }
        ),
        "judge": MappingProxyType({"rules": "prebeta.judges.rules:RuleJudge"}),
        "behavior": MappingProxyType({}),
    }
)


def names(group: str) -> tuple[str, ...]:
    """All names of a group, built-ins first."""
    third = (point.name for point in entry_points(group=f"prebeta.{group}"))
    return tuple(dict.fromkeys((*BUILT_IN.get(group, {}), *third)))


def load(group: str, name: str) -> Any:
    """The object behind a name of a group. Raises UsageError with the nearest right name."""
    built_in = BUILT_IN.get(group, {})
    if name in built_in:
        return attribute(built_in[name])
    for point in entry_points(group=f"prebeta.{group}", name=name):
        return point.load()
    if ":" in name:
        return attribute(name)
    known = names(group)
    listed = f"known: {', '.join(known) or 'none'}; or module:attribute"
    raise UsageError(f"unknown {group} {name!r}; {suggestion(name, known, listed)}")


def attribute(path: str) -> Any:
    """The object named `module:attribute`. Raises UsageError that says which half is wrong."""
    module_name, colon, name = path.partition(":")
    if not (colon and module_name and name):
        raise UsageError(f"{path!r} isn't of the form module:attribute")
    try:
        found: Any = importlib.import_module(module_name)
    except ModuleNotFoundError as error:
        if error.name is not None and not module_name.startswith(error.name):
            raise UsageError(
                f"{path!r}: {module_name} needs the module {error.name!r}, which isn't installed"
            ) from error
        raise UsageError(
            f"{path!r}: no module {module_name!r} here (looked beside prebeta.yaml and in the environment)"
        ) from error
    for part in name.split("."):
        if not hasattr(found, part):
            hint = suggestion(part, dir(found), "")
            raise UsageError(f"{path!r}: {module_name} has no {part!r}{hint and f'; {hint}'}")
        found = getattr(found, part)
    return found
