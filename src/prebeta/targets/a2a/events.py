"""A task put together from the events of a stream, in A2A 0.3 and 1.x alike."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from prebeta.core.types import Json
from prebeta.targets.a2a.results import NoResult

_NAMES = MappingProxyType({"statusUpdate": "status-update", "artifactUpdate": "artifact-update"})


class StreamedTask:
    """Takes the results of a stream's events; `result` is what message/send would have answered with."""

    def __init__(self) -> None:
        self._message: Json = None
        self._task: dict[str, Any] = {}
        self._artifacts: dict[str, dict[str, Any]] = {}

    def take(self, event: Json) -> bool:
        """One event. True where it holds words of the agent. Raises NoResult."""
        kind, thing = _kind(event)
        if kind == "message":
            self._message = thing
            return _speaks(thing)
        self._task.setdefault("id", thing.get("id") or thing.get("taskId"))
        self._task.setdefault("contextId", thing.get("contextId"))
        if kind == "task":
            self._task.update(thing)
            for artifact in thing.get("artifacts") or ():
                self._add(artifact, append=False)
            return bool(self._artifacts) or _speaks(_message_of(thing))
        if kind == "status-update":
            self._task["status"] = thing.get("status")
            return _speaks(_message_of(thing))
        artifact = thing.get("artifact")
        if isinstance(artifact, Mapping):
            self._add(artifact, append=thing.get("append") is True)
        return _speaks(artifact)

    @property
    def result(self) -> Json:
        """The message, or the task as far as it came; None where there was nothing."""
        if self._message is not None:
            return self._message
        return {**self._task, "artifacts": list(self._artifacts.values())} if self._task else None

    def _add(self, artifact: Mapping[str, Json], *, append: bool) -> None:
        name = str(artifact.get("artifactId"))
        known = self._artifacts.get(name)
        parts = [dict(part) for part in artifact.get("parts") or () if isinstance(part, Mapping)]
        if known is None or not append:
            self._artifacts[name] = {**artifact, "parts": parts}
            return
        for part in parts:  # pieces of one text are one text
            last = known["parts"][-1] if known["parts"] else {}
            if isinstance(part.get("text"), str) and isinstance(last.get("text"), str):
                last["text"] += part["text"]
            else:
                known["parts"].append(part)


def _kind(event: Json) -> tuple[str, Mapping[str, Any]]:
    if isinstance(event, Mapping):
        if isinstance(event.get("kind"), str):
            return event["kind"], event
        for name in ("task", "message", *_NAMES):
            if isinstance(event.get(name), Mapping):
                return _NAMES.get(name, name), event[name]
    raise NoResult("an event of the stream is neither a task, a message nor an update")


def _message_of(thing: Mapping[str, Any]) -> Json:
    status = thing.get("status")
    return status.get("message") if isinstance(status, Mapping) else None


def _speaks(thing: Json) -> bool:
    parts = thing.get("parts") if isinstance(thing, Mapping) else None
    return isinstance(parts, list) and any(isinstance(part, Mapping) and part.get("text") for part in parts)
