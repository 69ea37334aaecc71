"""What an agent's answers hold, in A2A 0.3 and 1.x alike: messages, artifacts, data, the state of a task."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from prebeta.core.types import Json
from prebeta.targets.wire import reply

Thing = Mapping[str, Json]

WORKING = frozenset(("submitted", "working"))
ASKING = frozenset(("input-required", "auth-required"))
OVER = frozenset(("completed", "rejected", "canceled", "failed"))


class NoResult(ValueError):
    """An answer that is neither a task nor a message."""


@dataclass(frozen=True, slots=True)
class Result:
    """A task or a message. `state` is the task's in the words of 0.3 ("input-required"), None for a message."""

    thing: Thing
    state: str | None
    task: str | None
    context: str | None


@dataclass(slots=True)
class Said:
    """What came of a turn: texts for a person, and data."""

    texts: list[str] = field(default_factory=list)
    data: list[Json] = field(default_factory=list)

    def add(self, parts: Json) -> None:
        """The words of one message or artifact are one text; one that was said already isn't said again."""
        words = "\n".join(_texts(parts))
        if words.strip() and words not in self.texts:
            self.texts.append(words)
        self.data += [part["data"] for part in _parts(parts) if part.get("data") is not None]

    def merged(self) -> Json:
        """All data: objects made one, a single value as it is, several as a list; None where there is none."""
        if self.data and all(isinstance(one, Mapping) for one in self.data):
            return {name: value for one in self.data for name, value in one.items()}
        return (self.data[0] if len(self.data) == 1 else self.data) if self.data else None


class Reader:
    """Reads the results of one conversation. An artifact stays with its task over many turns: it is said once."""

    def __init__(self, *, progress: bool) -> None:
        self._progress = progress
        self._artifacts: dict[tuple[str | None, str], str] = {}

    def said(self, result: Result, sent: str) -> Said:
        """What is new since the message with the id `sent`."""
        said = Said()
        if result.state is None:
            said.add(result.thing.get("parts"))
            return said
        if self._progress:
            for message in _since(result.thing.get("history"), sent):
                said.add(message.get("parts"))
        for artifact in _objects(result.thing.get("artifacts")):
            key = (result.task, str(artifact.get("artifactId")))
            content = json.dumps(artifact.get("parts"), sort_keys=True)
            if self._artifacts.get(key) != content:
                self._artifacts[key] = content
                said.add(artifact.get("parts"))
        status = _object(result.thing.get("status"))
        said.add(_object(status.get("message")).get("parts"))
        return said


def result_of(found: Json) -> Result:
    """The task or message in a JSON-RPC result. Raises NoResult."""
    if not isinstance(found, Mapping):
        raise NoResult("the result is neither a task nor a message")
    inner = next((found[key] for key in ("task", "message") if isinstance(found.get(key), Mapping)), None)
    thing = inner if inner is not None and "parts" not in found and "status" not in found else found
    if isinstance(thing.get("status"), Mapping):
        return Result(thing, state_of(thing["status"].get("state")), _id(thing, "id"), _id(thing, "contextId"))
    if isinstance(thing.get("parts"), list):
        return Result(thing, None, _id(thing, "taskId"), _id(thing, "contextId"))
    raise NoResult(
        f"the result is neither a task nor a message; its keys: {', '.join(map(str, thing))[:200] or 'none'}"
    )


def state_of(state: Json) -> str:
    """A task's state in the words of 0.3, however it is written."""
    return str(state).lower().removeprefix("task_state_").replace("_", "-").replace("cancelled", "canceled")


def words_of(thing: Thing) -> str:
    """What a task's status says in words, for an error."""
    return " ".join(_texts(_object(_object(thing.get("status")).get("message")).get("parts")))


def _since(history: Json, sent: str) -> list[Thing]:
    """The agent's messages after ours; none where ours isn't among them, for then we can't tell which are new."""
    messages = _objects(history)
    ours = [at for at, one in enumerate(messages) if one.get("messageId") == sent]
    if not ours:
        return []
    return [one for one in messages[ours[-1] + 1 :] if str(one.get("role")).lower().endswith("agent")]


def _texts(parts: Json) -> Iterable[str]:
    return [reply.clean(part["text"]) for part in _parts(parts) if isinstance(part.get("text"), str)]


def _parts(parts: Json) -> list[Thing]:
    """Each part; in the first releases of 0.3 a part may lie under `root`."""
    return [_object(one["root"]) if "root" in one else one for one in _objects(parts)]


def _object(value: Json) -> Thing:
    return value if isinstance(value, Mapping) else {}


def _objects(value: Json) -> list[Thing]:
    return [one for one in value if isinstance(one, Mapping)] if isinstance(value, list) else []


def _id(thing: Thing, key: str) -> str | None:
    value = thing.get(key)
    return value if isinstance(value, str) and value else None
