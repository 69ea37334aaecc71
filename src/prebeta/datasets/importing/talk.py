"""A conversation that already happened, as it was read from a file: turns, and what the file says about it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Literal

from prebeta.core.types import EndState, Job, Json, Move, Option, Press, Problem, Reply, Say, Stop, Turn, Verdict

Side = Literal["user", "product", "tool"]
_LONGEST_WAIT_S = 3_600.0
"""Who is answered later than that has come back another time: it says nothing of the product's speed."""
_UNFIT = re.compile(r"[^\w.:@+#=-]+")
_LONGEST_ID, _LONGEST_DETAIL = 100, 200


@dataclass(frozen=True, slots=True)
class Told:
    """What a row of prebeta's own says beyond the turns: how the conversation was held and what came of it then.

    `found` are fields of core.Assessment, by name, as they were assessed with the project of then.
    """

    job: Job
    stop: Stop
    end: EndState | None
    verdicts: tuple[Verdict, ...]
    found: Mapping[str, Json]


@dataclass(frozen=True, slots=True)
class Talk:
    """One conversation. `id` is its source's own; `goal` what the file says the user wanted, empty where it doesn't.

    `label` is what a person or a benchmark says: whether the user got what it came for. `notes` are the file's other
    labels, as JSON. `broke` is who broke it off where the file says that it wasn't the product: infrastructure or simulator.
    Times in seconds; `started_at` is 0 where the file has none.
    """

    turns: tuple[Turn, ...]
    id: str | None = None
    goal: str = ""
    label: bool | None = None
    notes: Json = None
    started_at: float = 0.0
    seconds: float = 0.0
    told: Told | None = None
    broke: str | None = None


@dataclass(frozen=True, slots=True)
class Skipped:
    """What could not be imported: the line it begins at, and why."""

    line: int
    reason: str


@dataclass(frozen=True, slots=True)
class Gathered:
    """What a file holds, in its order, and what was left out."""

    talks: tuple[Talk, ...]
    skipped: tuple[Skipped, ...] = ()


@dataclass(frozen=True, slots=True)
class Message:
    """One message of either side, or what a tool gave back (`result`, to the call `call`, where that is known).

    `problem` is an error that stands in the place of an answer; `at` is when it came, in seconds since 1970.
    """

    side: Side
    text: str = ""
    calls: tuple[Mapping[str, Json], ...] = ()
    call: str | None = None
    result: Json = None
    options: tuple[Option, ...] = ()
    state: Json = None
    ended: bool = False
    problem: str | None = None
    at: float | None = None
    latency_s: float | None = None


def talk_of(messages: Sequence[Message], told: Talk) -> Talk | str:
    """A conversation of these messages with what else is `told` of it; why there is none, where there is none."""
    turns = tuple(_turns(messages, told.id))
    if not any(turn.move is not None for turn in turns):
        return "nobody speaks as the user"
    if not any(turn.reply is not None for turn in turns):
        return "nobody speaks as the product"
    times = [message.at for message in messages if message.at is not None]
    begun = min(times, default=0.0)
    return replace(told, turns=turns, started_at=begun, seconds=max(times, default=begun) - begun)


def fit_id(value: Json) -> str | None:
    """A source's own id of a conversation, fit to be typed on a command line; None where there is none, or a very long one."""
    text = str(value).strip() if isinstance(value, str | int) and not isinstance(value, bool) else ""
    text = _UNFIT.sub("-", text).strip("-")
    return text if 0 < len(text) <= _LONGEST_ID else None


def _turns(messages: Sequence[Message], session: str | None) -> Iterator[Turn]:
    """What one side says in several messages in a row is one turn; a tool's results belong to the product's."""
    index, shown, heard_at = 0, (), None
    options: tuple[Option, ...] = shown
    for users, group in groupby(messages, key=lambda message: message.side == "user"):
        said = list(group)
        if users:
            yield Turn(index, move=_move(said, options))
            heard_at, options = said[-1].at, ()
        else:
            reply = _reply(said, session)
            if all(message.side == "tool" for message in said) and not reply.tool_calls:
                continue
            yield Turn(index, reply=reply, latency_s=_latency(said, heard_at))
            options = reply.options
        index += 1


def _move(said: Sequence[Message], options: Iterable[Option]) -> Move:
    text = "\n".join(message.text for message in said if message.text)
    for option in options:
        if text and text in (option.title, option.payload):
            return Press(option)
    return Say(text)


def _reply(said: Sequence[Message], session: str | None) -> Reply:
    broke = next((message.problem for message in said if message.problem), None)
    states = [message.state for message in said if message.state is not None]
    offered = [message.options for message in said if message.options]
    return Reply(
        messages=tuple(message.text for message in said if message.text and message.side == "product"),
        options=offered[-1] if offered else (),
        state=states[-1] if states else None,
        ended=any(message.ended for message in said),
        tool_calls=tuple(_with_results(said)),
        session=session,
        problem=None if broke is None else Problem("crashed", broke[:_LONGEST_DETAIL], broke),
    )


def _with_results(said: Sequence[Message]) -> list[dict[str, Json]]:
    """The calls of a turn, each with what its tool gave back: by the call's id, else in order."""
    calls: list[dict[str, Json]] = []
    for message in said:
        calls += [dict(call) for call in message.calls]
        if message.side != "tool":
            continue
        waiting = [call for call in calls if "result" not in call]
        named = [call for call in waiting if message.call is not None and call.get("id") == message.call]
        for call in (named or waiting)[:1]:
            call["result"] = message.result
    return calls


def _latency(said: Sequence[Message], heard_at: float | None) -> float | None:
    """Seconds until the product's first words."""
    first = next((message for message in said if message.text), said[0])
    if first.latency_s is not None:
        return first.latency_s
    if first.at is None or heard_at is None or not 0 <= first.at - heard_at <= _LONGEST_WAIT_S:
        return None
    return first.at - heard_at
