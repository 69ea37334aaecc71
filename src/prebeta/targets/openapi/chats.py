"""The chats that an OpenAPI document describes: which operations hold a conversation, as a `target:` section."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from urllib.parse import urlencode

from prebeta.core.types import Json
from prebeta.targets.openapi.document import Document, Operation
from prebeta.targets.openapi.parts import (
    Said,
    account_in,
    bare,
    body_of,
    filler,
    history_of,
    is_session,
    of_parameter,
    said_in,
    secrets,
    session_name,
    session_required,
    texts_of,
    words_of,
)
from prebeta.targets.wire.answer_shape import Guess, guessed, session_in, step, value_at
from prebeta.targets.wire.greeting import ABOUT

_WORTH: Mapping[str, int] = MappingProxyType(
    {
        **dict.fromkeys(("chat", "message", "messages", "converse", "ask", "talk", "say", "chatbot"), 5),
        **dict.fromkeys(("reply", "respond", "turn", "turns", "utterance", "utterances", "speak", "interact"), 4),
        **dict.fromkeys(("conversation", "conversations", "chats", "query", "prompt", "dialog", "dialogue"), 3),
        **dict.fromkeys(("completions", "completion", "assistant", "bot", "answer", "respond", "converses"), 3),
        **dict.fromkeys(("send", "agent", "invoke", "question", "questions", "input", "session", "sessions"), 2),
    }
)
_AGAINST = frozenset(
    (
        *("login", "logout", "auth", "token", "tokens", "health", "users", "admin", "upload", "files", "feedback"),
        *("rating", "ratings", "history", "delete", "close", "end", "reset", "search", "export", "metrics", "embed"),
        *("embeddings", "register", "email", "emails", "mail", "sms", "notification", "notifications", "stats"),
        *("translate", "speech", "transcribe", "transcription", "stream", "streaming", "webhook", "webhooks", "ws"),
        *("title", "summary", "summarize", "moderation", "moderations", "documents", "ingest", "contact", "reviews"),
    )
)
_OPENING = frozenset(
    (
        *("session", "sessions", "conversation", "conversations", "thread", "threads", "chat", "chats", "start"),
        *("new", "init", "begin", "open", "create", "dialogs", "dialogues", "dialog", "rooms"),
    )
)
_GREETINGS = ("greeting", "welcome", "welcomemessage", "opening", "firstmessage", "greetingmessage", "prompt", "intro")
_UNTOLD = Said(("text",))
"""For an operation of which the document doesn't say what it takes."""
_ENOUGH = 6
_NEAR = 3


@dataclass(frozen=True, slots=True)
class Chat:
    """A way to hold a conversation by the document. `section` lacks url; `reply` is without messages where the document
    doesn't say what an answer looks like, `untold` names what of the requests it doesn't say."""

    send: Operation
    start: Operation | None
    section: Mapping[str, Json]
    remarks: Mapping[str, str]
    score: int
    untold: frozenset[str] = field(default=frozenset())


def chats(document: Document, below: str = "") -> tuple[Chat, ...]:
    """The ways to hold a conversation, the likeliest first. `below` is the path that their requests must begin with."""
    operations = [*document.operations()]
    likely = []
    for one in operations:
        said = said_in(document, one)
        score = _worth(document, one, said)
        if score >= _ENOUGH and (one.path == below or one.path.startswith(below.rstrip("/") + "/")):
            likely.append((score, one, said))
    likely.sort(key=lambda each: -each[0])
    return tuple(_chat(document, one, said, operations, score) for score, one, said in likely)


def near(found: tuple[Chat, ...]) -> tuple[Chat, ...]:
    """Those that are about as likely as the first."""
    return tuple(one for one in found[1:] if one.score >= found[0].score - _NEAR)


def _worth(document: Document, operation: Operation, said: Said | None) -> int:
    """How much speaks for an operation's taking what a user says in a conversation."""
    fixed = [words_of(part) for part in operation.path.split("/") if part and not part.startswith("{")]
    last, before = (fixed[-1] if fixed else ()), [word for part in fixed[:-1] for word in part]
    worth = max((_WORTH.get(word, 0) for word in last), default=0)
    worth += max((_WORTH.get(word, 0) for word in before), default=0) // 2
    worth += 1 if {"chat", "message", "converse", "conversation"} & {*words_of(operation.about)} else 0
    worth -= 6 * len(_AGAINST & {*last}) + 3 * len(_AGAINST & {*before})
    if said is not None:
        worth += 2 if said.by_type else 6
    elif operation.body is not None and not document.properties(operation.body):
        worth -= 1  # the document doesn't say what it takes
    else:
        return 0
    if operation.answer is None:
        worth -= 4
    elif document.plain(operation.answer):
        guess = _guess(document, operation)
        worth += -6 if guess is None else 2 if guess.by_value else 5
    worth += 0 if session_required(document, operation) is None else 1
    return worth - 3 * operation.deprecated - 5 * operation.streams - {"post": 0, "put": 1, "get": 2}[operation.method]


def _guess(document: Document, operation: Operation) -> Guess | None:
    """Where the parts of its answers are, by the schema."""
    guess = _by_names(document, operation)
    account = None if operation.answer is None or guess is None else account_in(document, operation.answer)
    if guess is None or account is None or "state" in guess.reply or step(account) in _first_steps(guess):
        return guess
    return replace(guess, reply={**guess.reply, "state": step(account)})


def _first_steps(guess: Guess) -> set[str]:
    return {re.split(r"[.\[]", path)[0] for path in guess.reply.values()}


def _by_names(document: Document, operation: Operation) -> Guess | None:
    if operation.answer is None:
        return None
    sample = document.sample(operation.answer)
    guess = guessed("", sample)
    if guess is not None:
        return guess
    texts = texts_of(document, operation.answer)
    if len(texts) != 1 or not isinstance(sample, dict):
        return None
    more = guessed("", {**sample, "reply": "word"}) if "reply" not in sample else None
    rest = {name: path for name, path in (more.reply if more is not None else {}).items() if path != "reply"}
    return Guess("", None, {"messages": step(texts[0]), **rest}, ("messages",))


def _chat(document: Document, send: Operation, said: Said | None, operations: list[Operation], score: int) -> Chat:
    start = _start_for(document, send, operations)
    guess = _guess(document, send)
    reply = dict(guess.reply) if guess is not None else {}
    session = _session_path(document, send, start, guess)
    if session is not None:
        reply["session"] = session
    else:
        reply.pop("session", None)  # none tells it in time: we make one
    if start is not None and "messages" in reply:
        reply["messages"] = _with_greeting(document, start, reply["messages"])
    headers, query = secrets(document, send)
    headers |= dict(_headers(document, send))
    section: dict[str, Json] = {"kind": "http", "timeout_s": 30}
    section |= {"headers": headers} if headers else {}
    if start is not None:
        section["start"] = _request(document, start, None, query)
    section["send"] = _request(document, send, said or _UNTOLD, query)
    history = _history(document, send, said)
    section |= {"history": dict(history)} if history else {}
    section["reply"] = {
        name: reply[name] for name in ("messages", "session", "options", "ended", "state") if name in reply
    }
    untold = {"send"} if said is None else set()
    untold |= {"reply"} if guess is None else set()
    if start is not None and session is None and not document.plain(start.answer or {}):
        untold.add("session")
    return Chat(send, start, section, dict(_remarks(said, guess, send, start, section)), score, frozenset(untold))


def _history(document: Document, send: Operation, said: Said | None) -> Mapping[str, str]:
    """How the history is written, where it is sent and written otherwise than by default."""
    if said is None or send.body is None or said.in_query:
        return {}
    if said.history is not None:
        return said.history
    if "{history}" not in body_of(document, send.body, said.path).values():
        return {}
    properties = document.properties(send.body).items()
    beside = (history_of(document, name, document.plain(inner)) for name, inner in properties)
    return next((found for found in beside if found), {})


def _remarks(
    said: Said | None, guess: Guess | None, send: Operation, start: Operation | None, section: Mapping[str, Json]
) -> Iterator[tuple[str, str]]:
    if start is not None:
        yield "start", f"opens a conversation ({start.label})"
    elif "{session}" in str(section["send"]) and "session" not in _inner(section["reply"]):
        yield "send", "{text}: what the user says; {session}: an id that we make, as no operation gives one"
    if said is not None and said.by_type:
        yield "send", f"{said.path[-1]} is the only text there; is it what the user says?"
    yield "reply", f"JMESPath into the answer, by the document's {send.label}"
    yield from ((f"reply.{name}", ABOUT[name]) for name in _inner(section["reply"]) if name in ABOUT)
    if guess is not None and guess.by_value:
        yield "reply.messages", "the only text there; is it what the product says?"
    if "headers" in section:
        yield "headers", "from the environment"


def _inner(value: Json) -> Mapping[str, Json]:
    return value if isinstance(value, Mapping) else {}


def _session_path(document: Document, send: Operation, start: Operation | None, guess: Guess | None) -> str | None:
    """The JMESPath to the conversation's id, in the answers of start and send alike."""
    if start is None:
        if session_required(document, send) is not False:
            return None
        if guess is not None:
            return guess.reply.get("session")
        name = session_name(document, send)
        return None if name is None else step(name)
    sample = document.sample(start.answer or {})
    path = session_in(sample) if isinstance(sample, dict | list) else None
    if path is None:
        return None
    if isinstance(sample, dict):
        names = [one.strip("{}") for one in send.path.split("/") if one.startswith("{")]
        path = next((step(name) for name in sample if bare(name) in map(bare, names) and is_session(name)), path)
    answer = document.sample(send.answer or {})
    if guess is None or value_at(answer, path) is None or is_session(path.rpartition(".")[2]):
        return path
    head = guess.reply["messages"].partition("[")[0].partition(".")[0]  # there that id is the message's
    return path if head in ("", "@") or value_at(sample, head) is not None else f"[@][?!{head}].{path} | [0]"


def _with_greeting(document: Document, start: Operation, messages: str) -> str:
    """The path to what the product says, also where it greets under another name."""
    sample = document.sample(start.answer or {})
    if not isinstance(sample, dict) or value_at(sample, messages) is not None:
        return messages
    greeting = next((name for name in sample if bare(name) in _GREETINGS and isinstance(sample[name], str)), None)
    return messages if greeting is None else f"{messages} || {step(greeting)}"


def _start_for(document: Document, send: Operation, operations: list[Operation]) -> Operation | None:
    """The operation that opens the conversation that `send` needs; None where it needs none, or none is there."""
    needed = session_required(document, send)
    steps = send.path.split("/")
    places = [index for index, part in enumerate(steps) if part.startswith("{")]
    if needed is None and not places:
        return None
    if not needed and not places:
        guess = _guess(document, send)
        if guess is None or "session" in guess.reply:
            return None  # its first answer tells it
    before = "/".join(steps[: places[-1]]) if places else ""
    ranked = [(worth, one) for one in operations if one is not send and (worth := _opens(document, one, before)) > 0]
    return max(ranked, key=lambda each: (each[0], -len(each[1].path)))[1] if ranked else None


def _opens(document: Document, operation: Operation, before: str) -> int:
    """How much speaks for an operation's opening conversations; `before` is the path in front of the id."""
    words = {word for part in operation.path.split("/") if not part.startswith("{") for word in words_of(part)}
    answer = document.plain(operation.answer or {})
    gives = session_in(document.sample(operation.answer or {})) is not None
    if operation.method == "get" or operation.answer is None or (answer and not gives) or _AGAINST & words:
        return 0
    within = {part for part in operation.path.split("/") if part.startswith("{")} - {*before.split("/")}
    if within or session_required(document, operation):
        return 0
    worth = 6 if before and operation.path.rstrip("/") == before else 0
    worth += 3 if before and operation.path.startswith(before + "/") else 0
    worth += 3 if _OPENING & words else 0
    worth += 2 if gives else 0
    said = said_in(document, operation)
    takes = said is not None and not said.by_type and operation.path.rstrip("/") != before
    return worth - 4 * takes if worth >= 3 else 0


def _request(document: Document, operation: Operation, said: Said | None, query: Mapping[str, str]) -> dict[str, Json]:
    """The request as it stands in a section."""
    given: list[tuple[str, str]] = []
    for one in operation.parameters:
        if one.place == "query" and said is not None and said.in_query and one.name == said.path[0]:
            given.append((one.name, "{text}"))
        elif one.place == "query" and (one.required or is_session(one.name)):
            given.append((one.name, str(of_parameter(document, one))))
    given += list(query.items())
    path = _path(document, operation, is_start=said is None)
    request: dict[str, Json] = {operation.method: path + (f"?{urlencode(given, safe='{}$:')}" if given else "")}
    if operation.body is not None:
        in_body = said.path if said is not None and not said.in_query else ()
        body = body_of(document, operation.body, in_body, said is not None and said.history is not None)
        if said is _UNTOLD:
            body["text"] = "{text}"
        if body or operation.form or in_body:
            request["form" if operation.form else "json"] = body
        elif document.properties(operation.body) or said is None:
            request["json"] = {}
    return request


def _path(document: Document, operation: Operation, is_start: bool) -> str:
    """The path with its parameters filled in: the conversation's id is the last of those that could be."""
    names = re.findall(r"\{([^{}/]+)\}", operation.path)
    known = {one.name: one for one in operation.parameters if one.place == "path"}
    ids = [name for name in names if is_session(name)] or ([] if is_start else names[-1:])
    path = operation.path
    for name in names:
        schema = known[name].schema if name in known else {}
        value = "{session}" if ids and name == ids[-1] else str(filler(document, name, schema))
        path = path.replace(f"{{{name}}}", value)
    return path


def _headers(document: Document, operation: Operation) -> Iterator[tuple[str, str]]:
    """Headers that must be there; one that names the conversation gets its id with us."""
    for one in operation.parameters:
        if one.place == "header" and one.required and one.name.lower() not in ("authorization", "content-type"):
            value = "{id}" if is_session(one.name.removeprefix("X-")) else filler(document, one.name, one.schema)
            yield one.name, str(value)
