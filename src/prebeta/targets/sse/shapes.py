"""Events read without being told how: well-known streams, else the names and keys that products commonly use."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from prebeta.core.types import Json
from prebeta.targets.sse.events import TEXT_LINE, Read
from prebeta.targets.sse.families import family_of, text_of
from prebeta.targets.sse.pieces import Piece, Pieces
from prebeta.targets.wire import reply

_DONE = "[DONE]"
_END = frozenset(("done", "end", "complete", "completed", "close", "closed", "stop", "finished", "stream_end", "eof"))
_ERROR = frozenset(("error", "exception", "fatal"))
_MESSAGE_END = frozenset(("message_end", "message_complete", "message_done", "end_of_message"))
_WHOLE = frozenset(("message_complete", "full", "final", "full_message", "whole", "assistant_message", "bot_message"))
_SILENT = frozenset(
    ("ping", "heartbeat", "keepalive", "keep-alive", "metadata", "status", "typing", "debug", "log", "progress", "id")
)
_SILENT_PARTS = ("tool", "reason", "think", "usage", "source", "citation")
_SESSION_EVENTS = frozenset(("session", "conversation", "thread", "session_start", "conversation_start"))
_OPTION_EVENTS = frozenset(("options", "suggestions", "quick_replies", "quickreplies", "buttons"))
_TOOL_EVENTS = frozenset(("tool_call", "tool_calls", "function_call", "tool_use"))
_ENDED_EVENTS = frozenset(("ended", "conversation_end", "conversation_ended", "goodbye"))
_OTHERS = frozenset(("user", "human", "tool", "system", "function"))

_DELTA_KEYS = ("token", "delta", "chunk", "text", "content", "answer", "response")
_MESSAGE_KEYS = ("message", "messages", "reply", "output")
_SESSION_KEYS = (
    *("session", "session_id", "conversation_id", "thread_id", "chat_id"),
    *("sessionId", "conversationId", "threadId", "chatId"),
)
_OPTION_KEYS = ("options", "suggestions", "quick_replies", "quickReplies", "buttons")
_TRACE_KEYS = ("trace_id", "traceId", "trace")
_ERROR_KEYS = ("message", "errorText", "error", "detail")


def pieces_of(read: Read) -> Pieces:
    """What an event says, as far as its shape tells."""
    family = family_of(read)
    if family is not None:
        return family(read)
    if read.text.strip() == _DONE:
        return iter((Piece("end"),))
    if isinstance(read.data, Mapping):
        return _object(read, read.data)
    return _list(read) if isinstance(read.data, list) else _text(read)


def _text(read: Read) -> Pieces:
    """Plain text, or a JSON string. Empty data stand for a line break, which can't stand in them otherwise."""
    kinds, words = {one.lower() for one in read.kinds}, read.data if isinstance(read.data, str) else read.text
    if kinds & _ERROR:
        yield Piece("error", words or "it doesn't say what")
    elif kinds & _ENDED_EVENTS:
        yield Piece("ended", True)
    elif kinds & _END:
        yield Piece("end")
    elif kinds & _MESSAGE_END:
        yield Piece("message_end")
    elif kinds & _SESSION_EVENTS:
        yield Piece("session", words.strip() or None)
    elif kinds & _OPTION_EVENTS:
        yield Piece("options", words.strip() or None)
    elif kinds & _WHOLE:
        yield Piece("message", words)
    elif TEXT_LINE in kinds:
        yield Piece("delta", words + "\n")
    elif not _silent(kinds):
        yield Piece("delta", words if words or read.is_json else "\n")


def _list(read: Read) -> Pieces:
    kinds = {one.lower() for one in read.kinds}
    if kinds & _OPTION_EVENTS:
        yield Piece("options", read.data)
    elif kinds & _TOOL_EVENTS:
        yield Piece("tool_calls", read.data)
    elif not _silent(kinds):
        try:
            yield Piece("message", list(reply.messages(read.data, "")))
        except reply.WrongShape:
            return


def _object(read: Read, data: Mapping[str, Any]) -> Pieces:
    kinds = {one.lower() for one in read.kinds}
    if kinds & _ERROR or (data.get("error") and not any(data.get(key) for key in _DELTA_KEYS)):
        yield Piece("error", _first(data, _ERROR_KEYS) or data)
        return
    yield from _beside_words(kinds, data)
    ends = bool(kinds & _END) or data.get("done") is True
    if not _silent(kinds) and data.get("role") not in _OTHERS:
        yield from _words(data, whole=bool(kinds & _WHOLE) or ends)
    if kinds & _MESSAGE_END:
        yield Piece("message_end")
    if ends or "finish" in kinds:
        yield Piece("end" if ends else "complete")


def _beside_words(kinds: Iterable[str], data: Mapping[str, Any]) -> Pieces:
    kinds = frozenset(kinds)
    session = _first(data, _SESSION_KEYS) or (data.get("id") if kinds & _SESSION_EVENTS else None)
    if isinstance(session, str | int):
        yield Piece("session", session)
    yield Piece("trace", _first(data, _TRACE_KEYS))
    yield Piece("options", _first(data, _OPTION_KEYS) or (data.get("items") if kinds & _OPTION_EVENTS else None))
    state = data.get("state")
    if state is None and "state" in kinds:
        state = {name: value for name, value in data.items() if name not in ("type", "event")}
    yield Piece("state", state)
    calls = data.get("tool_calls") or data.get("tool_call")
    if calls is None and kinds & _TOOL_EVENTS:
        calls = {name: value for name, value in data.items() if name not in ("type", "event")}
    yield Piece("tool_calls", calls)
    yield Piece("ended", bool(kinds & _ENDED_EVENTS) or data.get("ended"))


def _words(data: Mapping[str, Any], *, whole: bool) -> Pieces:
    of = next((str(data[key]) for key in ("message_id", "messageId") if data.get(key) is not None), None)
    for key in _MESSAGE_KEYS:
        try:
            found = reply.messages(data.get(key), key)
        except reply.WrongShape:
            continue
        if found:
            yield Piece("message", list(found), of)
            return
    found_key = next((key for key in _DELTA_KEYS if data.get(key) is not None), None)
    words = text_of(data[found_key]) if found_key is not None else ""
    if words:
        yield Piece("message" if whole else "delta", words, of)


def _silent(kinds: Iterable[str]) -> bool:
    return any(one in _SILENT or any(part in one for part in _SILENT_PARTS) for one in kinds)


def _first(data: Mapping[str, Any], keys: Iterable[str]) -> Json:
    return next((data[key] for key in keys if data.get(key) is not None), None)
