"""Messages of LangChain's kind: objects, or the dicts and texts that stand for them."""

from __future__ import annotations

import importlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Literal

from prebeta.core.types import Json

Form = Literal["object", "dict", "text"]
"""How a graph or chain keeps its messages."""

_ROLES = MappingProxyType(
    {"ai": "assistant", "AIMessageChunk": "assistant", "human": "user", "HumanMessageChunk": "user"}
)


@dataclass(frozen=True, slots=True)
class Spoken:
    """One message, read. `id` is None where it has none; `call` is the tool call that a tool's message answers."""

    role: str
    text: str
    id: str | None = None
    calls: tuple[Json, ...] = ()
    call: str | None = None


def made(form: Form, role: Literal["user", "assistant"], text: str) -> Any:
    """A message in the form in which the product keeps them."""
    if form == "text":
        return text
    if form == "dict":
        return {"role": role, "content": text}
    module = importlib.import_module("langchain_core.messages")  # loaded already: the product is made with it
    return module.HumanMessage(text) if role == "user" else module.AIMessage(text)


def is_message(value: Any) -> bool:
    """Whether it is one message of LangChain's."""
    return hasattr(value, "content") and isinstance(getattr(value, "type", None), str)


def read(message: Any) -> Spoken:
    """A message of whatever form; a bare text is the assistant's."""
    if isinstance(message, str):
        return Spoken("assistant", message)
    if isinstance(message, Mapping):
        get = message.get
    elif isinstance(message, Sequence) and len(message) == 2:
        get = {"role": message[0], "content": message[1]}.get
    else:
        get = lambda name, other=None: getattr(message, name, other)  # noqa: E731
    role = str(get("role") or get("type") or "assistant")
    return Spoken(
        role=_ROLES.get(role, role),
        text=text_of(get("content")),
        id=get("id"),
        calls=tuple(get("tool_calls") or ()),
        call=get("tool_call_id"),
    )


def text_of(content: Any) -> str:
    """The words of a message's content: a text, or blocks of which those of text count."""
    if isinstance(content, str):
        return content
    if not isinstance(content, Sequence):
        return ""
    parts = (
        block if isinstance(block, str) else block.get("text", "")
        for block in content
        if isinstance(block, str) or (isinstance(block, Mapping) and block.get("type") in ("text", None))
    )
    return "".join(part for part in parts if isinstance(part, str))


def fresh(messages: Sequence[Spoken], known: Sequence[Spoken]) -> Sequence[Spoken]:
    """Those that came in this turn; `known` ends with what was sent. Ids tell; where there are none, what stands behind all
    that is known, or, in a list that was shortened, behind what was sent."""
    ids = {one.id for one in known if one.id is not None}
    if all(one.id is not None for one in messages):
        return [one for one in messages if one.id not in ids]
    if len(messages) >= len(known) and all(map(_same, known, messages)):
        return messages[len(known) :]
    sent = _place_of_sent(messages, known)
    return [one for one in messages[sent + 1 :] if one.id is None or one.id not in ids]


def continues(messages: Sequence[Spoken], known: Sequence[Spoken]) -> bool:
    """Whether these are the conversation so far, perhaps shortened, and not just what came new."""
    ids = {one.id for one in known if one.id is not None}
    return any(one.id in ids for one in messages) or _place_of_sent(messages, known) >= 0


def _place_of_sent(messages: Sequence[Spoken], known: Sequence[Spoken]) -> int:
    """Where the last of what is known stands; -1 where it doesn't."""
    return max((at for at, one in enumerate(messages) if known and _same(known[-1], one)), default=-1)


def _same(one: Spoken, other: Spoken) -> bool:
    return (one.role, one.text) == (other.role, other.text)


def said(messages: Iterable[Spoken]) -> tuple[str, ...]:
    """What the assistant says in them."""
    return tuple(one.text for one in messages if one.role == "assistant" and one.text.strip())


def tool_calls(messages: Sequence[Spoken]) -> tuple[Json, ...]:
    """The tools called in them: {name, args, id}, with the result where it is among them."""
    results = {one.call: one.text for one in messages if one.call is not None}
    return tuple(
        {
            **{key: call[key] for key in ("name", "args", "id") if key in call},
            **({"result": results[str(call.get("id"))]} if call.get("id") in results else {}),
        }
        for one in messages
        for call in one.calls
        if isinstance(call, Mapping)
    )
