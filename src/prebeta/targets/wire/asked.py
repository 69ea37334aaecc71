"""What a product asks in structured form (an interrupt's value, a data part): its words, its options, and how to answer."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

from prebeta.core.types import Json, Option, Press, Say
from prebeta.targets.wire import reply

_QUESTION_KEYS = ("question", "prompt", "message", "text", "description", "query", "content", "ask", "title", "reason")
_OPTION_KEYS = ("options", "choices", "suggestions", "quick_replies", "buttons")
_DECISIONS = MappingProxyType({"approve": "Approve", "reject": "Reject"})
_INBOX = MappingProxyType({"allow_accept": ("Accept", "accept"), "allow_ignore": ("Ignore", "ignore")})

Shape = Literal["plain", "decisions", "inbox"]


@dataclass(frozen=True, slots=True)
class Asked:
    """A question. `answers` maps an option's title to what is sent back for it, where that isn't the title.

    `shape` is how the answer is wrapped: as it is, as LangChain's decisions on tool calls (`count` of them), or as the
    responses of an agent inbox.
    """

    messages: tuple[str, ...]
    options: tuple[Option, ...] = ()
    answers: Mapping[str, Json] = field(default_factory=lambda: MappingProxyType({}))
    shape: Shape = "plain"
    count: int = 1


def asked(value: Json) -> Asked:
    """The question in a value of any shape. What has no words that we know is shown as JSON, so that nothing is lost."""
    if isinstance(value, list) and value and all(isinstance(one, Mapping) and "action_request" in one for one in value):
        return _inbox(value)
    if isinstance(value, Mapping):
        if isinstance(value.get("action_requests"), list):
            return _decisions(value)
        return _plain(value)
    return Asked((_words(value),) if value not in (None, "", []) else ())


def options_in(value: Mapping[str, Json]) -> tuple[tuple[Option, ...], dict[str, Json]]:
    """Quick replies under one of the usual names, with what each sends back; none where what stands there is no list."""
    raw = next((value[key] for key in _OPTION_KEYS if isinstance(value.get(key), list)), None)
    if raw is None:
        return (), {}
    try:
        options = reply.options(raw, "options")
    except reply.WrongShape:
        return (), {}
    given = [one for one in raw if one is not None]
    answers = {
        option.title: next((one[key] for key in ("payload", "value") if one.get(key) is not None), option.title)
        for option, one in zip(options, given, strict=True)
        if isinstance(one, Mapping)
    }
    return options, answers


def answer(question: Asked, move: Say | Press, *, payload: bool) -> Json:
    """What goes back for a move. `payload`: a press sends what the option holds, not its title."""
    title = _chosen(question, move)
    if question.shape == "decisions":
        kind = "approve" if title == _DECISIONS["approve"] else "reject"
        said = {} if title is not None else {"message": move.text}
        return {"decisions": [{"type": kind, **said}] * question.count}
    if question.shape == "inbox":
        kinds = dict(_INBOX.values())
        one = {"type": "response", "args": move.text} if title is None else {"type": kinds[title], "args": None}
        return [one] * question.count
    if isinstance(move, Say):
        return move.text
    if payload and move.option.title in question.answers:
        return question.answers[move.option.title]
    return move.option.payload if payload and move.option.payload is not None else move.option.title


def _chosen(question: Asked, move: Say | Press) -> str | None:
    """The title of the option that a move names: pressed, or typed word for word."""
    said = move.text.strip().strip(".!").casefold()
    return next((one.title for one in question.options if one.title.casefold() == said), None)


def _plain(value: Mapping[str, Json]) -> Asked:
    options, answers = options_in(value)
    for key in _QUESTION_KEYS:
        if isinstance(value.get(key), str) and value[key].strip():
            return Asked((reply.clean(value[key]),), options, answers)
    rest = {key: one for key, one in value.items() if not options or key not in _OPTION_KEYS}
    return Asked((_words(rest),) if rest else (), options, answers)


def _decisions(value: Mapping[str, Json]) -> Asked:
    """LangChain's human-in-the-loop: tool calls to be approved or rejected."""
    requests = [one for one in value["action_requests"] if isinstance(one, Mapping)]
    configs = value.get("review_configs")
    allowed = {
        decision
        for one in (configs if isinstance(configs, list) else [])
        if isinstance(one, Mapping)
        for decision in _each(one.get("allowed_decisions"))
    }
    options = tuple(Option(title) for kind, title in _DECISIONS.items() if not allowed or kind in allowed)
    return Asked(tuple(map(_request, requests)), options, shape="decisions", count=len(requests))


def _inbox(value: Sequence[Mapping[str, Json]]) -> Asked:
    """Requests of an agent inbox: accept, ignore, or respond in words."""
    config = value[0].get("config")
    allowed = config if isinstance(config, Mapping) else dict.fromkeys(_INBOX, True)
    options = tuple(Option(title) for key, (title, _) in _INBOX.items() if allowed.get(key))
    said = tuple(_request({**_mapping(one["action_request"]), **one}) for one in value)
    return Asked(said, options, shape="inbox", count=len(value))


def _request(one: Mapping[str, Json]) -> str:
    if isinstance(one.get("description"), str) and one["description"].strip():
        return reply.clean(one["description"])
    name = one.get("name") or one.get("action") or one.get("tool") or ""
    return f"{name} {_words(one.get('args', {}))}".strip()


def _mapping(value: Json) -> Mapping[str, Json]:
    return value if isinstance(value, Mapping) else {}


def _each(value: Json) -> Iterable[str]:
    return [one for one in value if isinstance(one, str)] if isinstance(value, list) else []


def _words(value: Json) -> str:
    return reply.clean(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))
