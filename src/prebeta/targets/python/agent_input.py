"""What a graph or chain wants to be called with, as its input schema tells it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import NoneType, UnionType
from typing import Any, NotRequired, Required, Union, get_args, get_origin, get_type_hints, is_typeddict

from prebeta.core.errors import Crashed
from prebeta.core.types import Json
from prebeta.targets.python.agent_kinds import has_base
from prebeta.targets.python.agent_messages import Form
from prebeta.targets.python.code import ProductCode
from prebeta.targets.python.shape import WrongSignature

_HISTORY = ("messages", "history", "chat_history", "conversation", "message_history")
_TEXT = ("input", "question", "query", "text", "message", "user_input", "prompt", "human_input", "user_message")


@dataclass(frozen=True, slots=True)
class InputShape:
    """`messages` and `text` are keys of a mapping; where both are None the input is the list of messages (`whole` is
    "messages") or the text itself. With both keys, the messages are those before the text."""

    messages: str | None = None
    text: str | None = None
    whole: str | None = None
    form: Form = "object"

    @property
    def takes_messages(self) -> bool:
        return self.messages is not None or self.whole == "messages"

    def filled(self, messages: Sequence[Any], text: str) -> Any:
        """The input for these messages, of which the last is the text."""
        if self.whole is not None:
            return list(messages) if self.whole == "messages" else text
        given: dict[str, Any] = {}
        if self.messages is not None:
            given[self.messages] = list(messages[:-1] if self.text is not None else messages)
        if self.text is not None:
            given[self.text] = text
        return given


def shape_of(agent: Any, name: str) -> InputShape:
    """Raises WrongSignature where nobody could tell."""
    if has_base(agent, "langchain_core", "BaseLanguageModel"):
        return InputShape(whole="messages")
    schema = _schema(agent)
    properties = schema.get("properties")
    if isinstance(properties, Mapping) and properties:
        return _of_keys(properties, schema.get("required") or (), name)
    kinds = [schema, *schema.get("anyOf", ())]
    if any(one.get("type") == "array" for one in kinds if isinstance(one, Mapping)):
        return InputShape(whole="messages")
    if schema.get("type") == "object":
        raise WrongSignature(
            f"{name} takes a dict of unknown keys: say which under target.input, e.g. {{input: '{{text}}'}}"
        )
    return InputShape(whole="text")


def _of_keys(properties: Mapping[str, Json], required: Sequence[str], name: str) -> InputShape:
    messages = next((key for key in _HISTORY if _may_be_list(properties.get(key))), None)
    others = [key for key in properties if key != messages and _may_be_text(properties[key])]
    text = next((key for key in _TEXT if key in others), None)
    if text is None:
        needed = [key for key in others if key in required] or (others if messages is None else [])
        text = needed[0] if len(needed) == 1 and messages is None else None
    if messages == "messages":
        # In a state with both, the words belong among the messages, unless the other key is one that must be given.
        text = text if text in required and messages not in required else None
    if messages is None and text is None:
        keys = ", ".join(properties)
        raise WrongSignature(f"{name} takes {{{keys}}}: say under target.input which gets {{text}} or {{messages}}")
    return InputShape(messages, text, form=_form(properties.get(messages or "")))


def _schema(agent: Any) -> Mapping[str, Json]:
    state = getattr(getattr(agent, "builder", None), "input_schema", None)
    try:
        with ProductCode():
            # A graph's own: pydantic makes no JSON Schema of a typing.TypedDict before Python 3.12.
            schema = agent.get_input_jsonschema() if state is None else _of_state(state)
    except Crashed:  # a type of theirs that has no JSON Schema
        return {"properties": {"messages": {}}} if has_base(agent, "langgraph", "Pregel") else {}
    return schema if isinstance(schema, Mapping) else {}


def _of_state(state: Any) -> Mapping[str, Json]:
    hints = get_type_hints(state)
    required = getattr(state, "__required_keys__", frozenset(hints))
    return {"properties": {key: _spec(hint) for key, hint in hints.items()}, "required": sorted(required)}


def _spec(hint: Any) -> Json:
    """As much of a type's JSON Schema as tells texts, lists of messages and the rest apart."""
    origin = get_origin(hint)
    if origin in (Required, NotRequired):
        return _spec(get_args(hint)[0])
    if origin in (Union, UnionType):
        kinds = [_spec(one) for one in get_args(hint) if one is not NoneType]
        return kinds[0] if len(kinds) == 1 else {"type": "mixed"}
    if hint is Any:
        return {}
    if hint is str:
        return {"type": "string"}
    if (origin or hint) in (list, tuple, Sequence):
        inner = get_args(hint)
        return {"type": "array", "items": _item(inner[0]) if inner else {}}
    return {"type": "object"}


def _item(hint: Any) -> Json:
    if hint is str:
        return {"type": "string"}
    return {"type": "object"} if (get_origin(hint) or hint) is dict or is_typeddict(hint) else {}


def _may_be_list(spec: Json) -> bool:
    return isinstance(spec, Mapping) and (spec.get("type") in ("array", None))


def _may_be_text(spec: Json) -> bool:
    return isinstance(spec, Mapping) and (spec.get("type") in ("string", None)) and "$ref" not in spec


def _form(spec: Json) -> Form:
    items = spec.get("items") if isinstance(spec, Mapping) else None
    kind = items.get("type") if isinstance(items, Mapping) else None
    return {"object": "dict", "string": "text"}.get(str(kind), "object")  # type: ignore[return-value]
