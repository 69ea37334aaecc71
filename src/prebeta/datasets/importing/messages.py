"""Rows of messages, as OpenAI's API, ShareGPT and most logs have them: {role, content} each, tool calls among them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from prebeta.core.types import Json, Option
from prebeta.datasets.importing.talk import Message, Talk, fit_id, talk_of
from prebeta.datasets.importing.values import document_of, options_of, seconds_of, verdict_of
from prebeta.scenarios.generation.conversations import messages_of, role_of, speaker_of, words_of

_IDS = ("id", "conversation_id", "session_id", "thread_id", "chat_id", "dialogue_id", "dialog_id", "session", "uuid")
_LABELS = ("success", "passed", "resolved", "solved", "successful", "correct", "goal_completed", "reward")
_GOALS = ("goal", "user_goal", "user_instruction", "instruction", "task", "intent", "reason_for_call", "objective")
_NOTES = ("labels", "metadata", "annotations", "tags", "source", "domain", "model")
_TIMES = ("timestamp", "time", "created_at", "created", "ts", "datetime", "date", "sent_at")
_OPTIONS = ("options", "quick_replies", "buttons", "suggestions", "choices")
_ENVELOPES = ("message", "text", "reply", "response", "answer", "content", "output")
_TOOLS = frozenset({"tool", "function", "tool_result", "ipython"})
_LONGEST_GOAL = 1_000
_BROKE = MappingProxyType({"infrastructure_error": "infrastructure", "user_error": "simulator"})
"""How simulations say that a conversation was broken off by what is not the product: tau2-bench's reasons to end."""


def read_messages(row: Any) -> Talk | str:
    """The conversation in a row; why there is none, where there is none."""
    found = messages_of(row)
    if not found:
        return "holds no messages; a row should be {messages: [{role, content}, …]}"
    about = row if isinstance(row, Mapping) else {}
    rooms = [about, *(about[key] for key in ("labels", "metadata") if isinstance(about.get(key), Mapping))]
    notes = {key: about[key] for key in _NOTES if about.get(key) not in (None, "", {}, [])}
    told = Talk(
        turns=(),
        id=next((name for key in _IDS if (name := fit_id(about.get(key))) is not None), None),
        goal=next((goal for room in rooms for key in _GOALS if (goal := goal_of(room.get(key)))), ""),
        label=next(
            (well for room in rooms for key in _LABELS if (well := verdict_of(room.get(key))) is not None), None
        ),
        notes=notes or None,
        broke=next((who for room in rooms if (who := _broken_by(room))), None),
    )
    return talk_of(_unwrapped([message for each in found for message in _messages(each)]), told)


def _broken_by(room: Mapping[str, Any]) -> str | None:
    """Who broke the conversation off, where the file says that it wasn't the product."""
    if room.get("infra_error") is True or room.get("infrastructure_error") is True:
        return "infrastructure"
    reason = room.get("termination_reason")
    return _BROKE.get(reason) if isinstance(reason, str) else None


def goal_of(value: Json) -> str:
    """What the user wanted, in words: a text, or the texts of an object."""
    if isinstance(value, Mapping):
        value = " ".join(part.strip() for part in value.values() if isinstance(part, str))
    return " ".join(value.split())[:_LONGEST_GOAL] if isinstance(value, str) else ""


def _unwrapped(messages: Sequence[Message]) -> Sequence[Message]:
    """With the words of replies that are JSON objects, where most of a conversation's are: then that is how the log keeps
    them, and no person was shown it. A single one among plain replies stays as it is."""
    documents = [document_of(one.text) if one.side == "product" else None for one in messages]
    wrapped = sum(isinstance(each, Mapping) for each in documents)
    plain = sum(one.side == "product" and bool(one.text) for one in messages) - wrapped
    if not wrapped or wrapped < plain:
        return messages
    return [
        _inner(one, each) if isinstance(each, Mapping) else one for one, each in zip(messages, documents, strict=True)
    ]


def _inner(message: Message, document: Mapping[str, Any]) -> Message:
    text = next((words for key in _ENVELOPES if (words := words_of({"text": document.get(key)}))), "")
    options = _offered(document) or message.options
    state = message.state if message.state is not None else document.get("state")
    return replace(message, text=text or "\n".join(_texts(document)), options=options, state=state)


def _offered(document: Mapping[str, Any]) -> tuple[Option, ...]:
    return next((found for key in _OPTIONS if (found := options_of(document.get(key)))), ())


def _texts(value: Json) -> Iterator[str]:
    """All texts in a document."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping | list):
        for each in value.values() if isinstance(value, Mapping) else value:
            yield from _texts(each)


def _messages(message: Mapping[str, Any]) -> Iterator[Message]:
    results = list(_results(message))
    if results:
        yield from results
    side, text = speaker_of(message), words_of(message)
    if side is None or (results and not text):
        return
    product = side == "product"
    yield Message(
        side,
        text,
        calls=tuple(_calls(message)) if product else (),
        options=_offered(message) if product else (),
        state=message.get("state") if product else None,
        ended=product and message.get("ended") is True,
        problem=_problem(message) if product and not text else None,
        at=next((at for key in _TIMES if (at := seconds_of(message.get(key))) is not None), None),
        latency_s=_number(message.get("latency_s")),
    )


def _problem(message: Mapping[str, Any]) -> str | None:
    """The error that a message has in the place of words."""
    found = message.get("error")
    if isinstance(found, Mapping):
        found = found.get("message") or json.dumps(found, ensure_ascii=False, default=str)
    return str(found) if found not in (None, "", False, True) else None


def _results(message: Mapping[str, Any]) -> Iterator[Message]:
    """What tools gave back: a message of their own, or parts of one."""
    if role_of(message) in _TOOLS:
        call = message.get("tool_call_id") or message.get("id")
        yield Message("tool", call=str(call) if call else None, result=document_of(message.get("content")))
    for part in _parts(message, "tool_result"):
        call = part.get("tool_use_id")
        yield Message("tool", call=str(call) if call else None, result=document_of(part.get("content")))


def _calls(message: Mapping[str, Any]) -> Iterator[dict[str, Json]]:
    """The tools called, as {name, arguments, id}."""
    listed = message.get("tool_calls")
    calls = [*(listed if isinstance(listed, list) else ()), message.get("function_call"), *_parts(message, "tool_use")]
    for call in calls:
        if not isinstance(call, Mapping):
            continue
        inner = call["function"] if isinstance(call.get("function"), Mapping) else call
        found = {"name": inner.get("name"), "arguments": document_of(inner.get("arguments", inner.get("input")))}
        if call.get("id"):
            found["id"] = call["id"]
        kept = {key: value for key, value in call.items() if key in ("result", "output", "error")}
        yield {**found, **kept}


def _parts(message: Mapping[str, Any], kind: str) -> Sequence[Mapping[str, Any]]:
    content = message.get("content")
    if not isinstance(content, list):
        return ()
    return [part for part in content if isinstance(part, Mapping) and part.get("type") == kind]


def _number(value: Json) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) and value >= 0 else None
