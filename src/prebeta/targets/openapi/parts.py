"""Which parts of an operation of an OpenAPI document are the user's words, the conversation's id, a credential."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from prebeta.config.interpolation import credential_name
from prebeta.core.types import Json
from prebeta.targets.openapi.document import Document, Operation, Parameter, Schema, type_of

_SAID = (
    *("message", "text", "input", "query", "prompt", "question", "content", "utterance", "usermessage", "userinput"),
    *("messagetext", "usertext", "msg", "q", "userquery", "userprompt", "body", "request", "speech", "inputtext"),
)
_SESSION = frozenset(
    (
        *("session", "sessionid", "conversation", "conversationid", "thread", "threadid", "chat", "chatid", "dialogid"),
        *("dialogueid", "dialog", "contextid", "sessionkey", "sessionuuid", "conversationuuid", "convid", "sid"),
        *("callid", "ticketid", "conversationkey", "sessiontoken", "roomid", "cid"),
    )
)
_PERSON = frozenset(("user", "userid", "sender", "senderid", "from", "customerid", "clientid", "username", "uid"))
_BY_FORMAT: Mapping[str, str] = MappingProxyType(
    {
        "uuid": "00000000-0000-4000-8000-000000000000",
        "date-time": "2030-01-01T00:00:00Z",
        "date": "2030-01-01",
        "email": "user@example.com",
        "uri": "https://example.com",
    }
)
_HISTORIES = ("messages", "history", "chathistory", "input", "turns", "conversation", "conversationhistory", "dialog")
_ROLES = ("role", "sender", "speaker", "author", "from")
_USERS = ("user", "human", "customer", "client")
_PRODUCTS = ("assistant", "bot", "ai", "agent", "model", "chatbot", "system")
_BESIDE = ("error", "usage", "meta", "debug", "trace", "message", "reply", "answer", "problem", "user", "link")
"""How objects are named that tell of something else than the matter."""
_DEEPEST = 3
_NOT_WORDS = ("uuid", "date-time", "date", "email", "uri", "binary", "byte", "password")


@dataclass(frozen=True, slots=True)
class Said:
    """Where the user's words go: the keys to it in the body, or the query parameter. `by_type` where the only text there
    was taken for it. `history` where it is a list of all messages so far: how that is written."""

    path: tuple[str, ...]
    in_query: bool = False
    by_type: bool = False
    history: Mapping[str, str] | None = None


def bare(name: str) -> str:
    """A name without case, dashes and underscores."""
    return re.sub("[^a-z0-9]", "", name.lower())


def is_session(name: str) -> bool:
    return bare(name) in _SESSION


def is_person(name: str) -> bool:
    """Whether a name is that of who speaks."""
    return bare(name) in _PERSON


def said_in(document: Document, operation: Operation) -> Said | None:
    """Where the operation takes the user's words; None where it seems to take none."""
    if operation.body is not None:
        found = _named(document, operation.body, ()) or _only_text(document, operation.body)
        if found is not None:
            return found
    texts = [one for one in operation.parameters if one.place == "query" and type_of(one.schema) in ("string", "")]
    named = [one for one in texts if bare(one.name) in _SAID]
    best = min(named, key=lambda one: _SAID.index(bare(one.name)), default=None)
    return None if best is None else Said((best.name,), in_query=True)


def _named(document: Document, schema: Any, path: tuple[str, ...]) -> Said | None:
    """The text under the likeliest name, those nearer to the top first."""
    properties = document.properties(schema)
    ranked = sorted((name for name in properties if bare(name) in _SAID), key=lambda name: _SAID.index(bare(name)))
    for name in ranked:
        told = document.plain(properties[name])
        if type_of(told) in ("string", "") and "properties" not in told and "enum" not in told:
            return Said((*path, name))
    for name in properties:
        told = document.plain(properties[name])
        history = history_of(document, name, told)
        if history is not None:
            return Said((*path, name), history=history)
    if len(path) >= _DEEPEST:
        return None
    deeper = sorted(properties, key=lambda name: bare(name) not in _SAID)
    inner = (_named(document, properties[name], (*path, name)) for name in deeper)
    return next((found for found in inner if found is not None), None)


def history_of(document: Document, name: str, told: Schema) -> Mapping[str, str] | None:
    """How the list of all messages so far is written, where this is one: what `target.history` says other than by
    default."""
    if bare(name) not in _HISTORIES or type_of(told) != "array":
        return None
    properties = document.properties(told.get("items"))
    role = next((each for each in properties if bare(each) in _ROLES), None)
    content = next((each for each in properties if bare(each) in ("content", "text", "message", "body")), None)
    if role is None or content is None:
        return None
    roles = document.plain(properties[role]).get("enum")
    names = [str(each) for each in roles] if isinstance(roles, list) else []
    user = next((each for each in names if each.lower() in _USERS), "user")
    product = next((each for each in names if each.lower() in _PRODUCTS), "assistant")
    found = {"role": role, "content": content, "user": user, "product": product}
    usual = {"role": "role", "content": "content", "user": "user", "product": "assistant"}
    return {key: value for key, value in found.items() if value != usual[key]}


def _only_text(document: Document, schema: Any) -> Said | None:
    """The only text that must be given and could be anything; else the only one that may be."""
    properties = document.properties(schema)
    texts = []
    for name, inner in properties.items():
        told = document.plain(inner)
        plain = type_of(told) == "string" and "enum" not in told and told.get("format") not in _NOT_WORDS
        if plain and not is_session(name) and bare(name) not in _PERSON and credential_name((name,)) is None:
            texts.append(name)
    required = [name for name in texts if name in document.required(schema)]
    for several in (required, texts):
        if len(several) == 1:
            return Said((several[0],), by_type=True)
    return None


def session_required(document: Document, operation: Operation) -> bool | None:
    """Whether the conversation's id must be sent; None where it can't."""
    told: list[bool] = [
        one.required for one in operation.parameters if one.place in ("path", "query") and is_session(one.name)
    ]
    if operation.body is not None:
        required = document.required(operation.body)
        told += [name in required for name in document.properties(operation.body) if is_session(name)]
    return any(told) if told else None


def session_name(document: Document, operation: Operation) -> str | None:
    """Under which name the conversation's id is sent; None where it isn't."""
    names = [one.name for one in operation.parameters if one.place in ("path", "query")]
    names += document.properties(operation.body) if operation.body is not None else ()
    return next(filter(is_session, names), None)


def body_of(document: Document, schema: Any, said: tuple[str, ...], history: bool = False) -> dict[str, Json]:
    """The body to send: the user's words where they go, the conversation's id (else its history), and what must be there
    beside."""
    required = document.required(schema)
    properties = document.properties(schema)
    remembers = any(map(is_session, properties))
    filled: dict[str, Json] = {}
    for name, inner in properties.items():
        if said and name == said[0]:
            if len(said) > 1:
                filled[name] = body_of(document, inner, said[1:], history)
            else:
                filled[name] = "{history}" if history else "{text}"
        elif said and not remembers and history_of(document, name, document.plain(inner)) is not None:
            filled[name] = "{history}"
        elif is_session(name):
            filled[name] = "{session}"
        elif name in required:
            filled[name] = filler(document, name, inner)
    return filled


def filler(document: Document, name: str, schema: Any, depth: int = 0) -> Json:
    """What to send for something that must be there and isn't ours to know."""
    told = document.plain(schema)
    secret = credential_name((name,))
    if secret is not None:
        return f"${{{secret}}}"
    if bare(name) in _PERSON and type_of(told) in ("string", ""):
        return "{id}"
    for key in ("const", "default", "example"):
        if told.get(key) is not None:
            return escaped(told[key])
    for key in ("enum", "examples"):
        if isinstance(told.get(key), list) and told[key]:
            return escaped(told[key][0])
    kind = type_of(told)
    if kind == "object":
        if depth > _DEEPEST:
            return {}
        needed = document.required(told)
        inside = {key: inner for key, inner in document.properties(told).items() if key in needed}
        return {key: filler(document, key, inner, depth + 1) for key, inner in inside.items()}
    if kind == "array":
        least = told.get("minItems")
        several = depth <= _DEEPEST and isinstance(least, int) and least > 0
        return [filler(document, name, told.get("items"), depth + 1)] if several else []
    if kind in ("integer", "number"):
        return told["minimum"] if isinstance(told.get("minimum"), int | float) else 1
    if kind == "boolean":
        return False
    return _BY_FORMAT.get(str(told.get("format")), name)


def escaped(value: Json) -> Json:
    """What a document gives as an example, so that nothing in it is taken for a variable or placeholder."""
    if isinstance(value, str):
        return re.sub(r"\{([A-Za-z_][\w.]*)\}", r"{{\1}}", value.replace("${", "$${"))
    if isinstance(value, Mapping):
        return {str(key): escaped(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [escaped(inner) for inner in value]
    return value if isinstance(value, int | float | bool) or value is None else str(value)


def of_parameter(document: Document, one: Parameter) -> Json:
    """What to send for a parameter, with the conversation's id where it is that."""
    return "{session}" if is_session(one.name) else filler(document, one.name, one.schema)


def secrets(document: Document, operation: Operation) -> tuple[dict[str, str], dict[str, str]]:
    """Headers and query parameters that let us in, their values as variables of the environment; the first of several
    ways. Empty where the operation asks for none, or may do without."""
    raw = document.raw
    schemes: Any = raw.get("securityDefinitions") if document.old else _inside(raw.get("components"), "securitySchemes")
    if not operation.security or any(not one for one in operation.security) or not isinstance(schemes, Mapping):
        return {}, {}
    headers: dict[str, str] = {}
    query: dict[str, str] = {}
    for name in operation.security[0]:
        told = document.followed(schemes.get(name))
        kind, scheme = str(told.get("type", "")).lower(), str(told.get("scheme", "")).lower()
        key = str(told.get("name", name))
        if kind == "apikey" and told.get("in") == "query":
            query[key] = f"${{{credential_name((key,)) or 'API_KEY'}}}"
        elif kind == "apikey" and told.get("in") == "cookie":
            headers["Cookie"] = f"{key}=${{SESSION_COOKIE}}"
        elif kind == "apikey":
            headers[key] = "Bearer ${TOKEN}" if key.lower() == "authorization" else "${API_KEY}"
        elif kind == "basic" or scheme == "basic":
            headers["Authorization"] = "Basic ${BASIC_AUTH}"
        elif kind:
            headers["Authorization"] = "Bearer ${TOKEN}"
    return headers, query


def _inside(value: Any, key: str) -> Any:
    return value.get(key) if isinstance(value, Mapping) else None


def words_of(text: str) -> tuple[str, ...]:
    """The words in a path or name, in lower case."""
    return tuple(word.lower() for word in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+", text))


def texts_of(document: Document, schema: Schema) -> tuple[str, ...]:
    """The plain texts at the top of an answer that could be what somebody says."""
    return tuple(
        name
        for name, inner in document.properties(schema).items()
        if type_of(told := document.plain(inner)) == "string"
        and "enum" not in told
        and told.get("format") not in _NOT_WORDS
        and not is_session(name)
        and not bare(name).endswith(("id", "at", "type", "status", "code", "error", "model", "version", "language"))
    )


def account_in(document: Document, schema: Schema) -> str | None:
    """The object at the top of an answer that may be null: the product's own account of the matter, such as an appointment
    that isn't made yet. None where there is no such one, or several."""
    nullable = [
        name
        for name, inner in document.properties(schema).items()
        if _may_be_null(document, inner)
        and type_of(document.plain(inner)) == "object"
        and document.properties(inner)
        and not bare(name).startswith(_BESIDE)
    ]
    return nullable[0] if len(nullable) == 1 else None


def _may_be_null(document: Document, schema: Any) -> bool:
    told = document.followed(schema)
    if told.get("nullable") is True or (isinstance(told.get("type"), list) and "null" in told["type"]):
        return True
    parts = [one for key in ("anyOf", "oneOf") if isinstance(told.get(key), list) for one in told[key]]
    return any(document.followed(one).get("type") == "null" for one in parts)
