"""From an OpenAPI document, in a file or where a product serves it, to a `target:` section that runs."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
from pydantic import ValidationError
from yarl import URL

from prebeta.config.interpolation import interpolate
from prebeta.core.errors import TargetError, UsageError
from prebeta.core.protocols import OpenContext
from prebeta.core.types import Json, Say
from prebeta.targets.openapi.chats import Chat, chats, near
from prebeta.targets.openapi.document import Document, is_openapi, parsed
from prebeta.targets.wire import http_wire
from prebeta.targets.wire.answer_shape import Guess, guessed, session_in
from prebeta.targets.wire.greeting import GREETING, SAID, origin, reply_remarks
from prebeta.targets.wire.recognised import Recognised

_PLACES = ("openapi.json", "swagger.json", "v3/api-docs", "api/openapi.json", "swagger/v1/swagger.json")
_IS_DOCUMENT = re.compile(r"\.(?:json|ya?ml)$|(?:openapi|swagger|api-docs)[^/]*$", re.IGNORECASE)
_EXAMPLE = "http://127.0.0.1:8000"
_STAGING = re.compile(r"localhost|127\.0\.0\.1|\b(?:staging|stage|test|dev|sandbox|preview|qa|uat)\b", re.IGNORECASE)
_LIMIT = 20_000_000


@dataclass(frozen=True, slots=True)
class _Base:
    """Where the document's operations are served, and what is to be said of that."""

    url: str
    remark: str = ""


def is_document(target: str) -> bool:
    """Whether a path or address looks like one of a document rather than of a product."""
    return _IS_DOCUMENT.search(target.partition("?")[0].partition("#")[0]) is not None


def from_file(file: Path) -> Recognised:
    """The section for the product that a file describes. Raises UsageError where it describes none."""
    try:
        text = file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        told = getattr(error, "strerror", None) or error
        raise UsageError(f"cannot read {file} ({told}); give a URL, an OpenAPI file or module:function") from error
    document = parsed(text)
    if not is_openapi(document):
        raise UsageError(f"{file} isn't an OpenAPI document: it has no openapi (or swagger) and paths")
    read = Document(document)
    return _of(_chats(read, str(file)), _base(read, None))


async def from_url(url: str, client: aiohttp.ClientSession) -> Recognised | None:
    """The section for the product that the document at this address describes; None where no OpenAPI document is there.
    Raises UsageError where it describes no chat."""
    document = await _fetched(url, client)
    if document is None:
        return None
    read = Document(document)
    return await _heard(_chats(read, url), _base(read, url))


async def documented(url: str, client: aiohttp.ClientSession) -> Recognised | None:
    """The section for the product at this address, where it serves a document in which that path takes what users say."""
    parts = URL(url)
    below = parts.path.rstrip("/")
    root = origin(url)
    places = [f"{url.rstrip('/')}/{_PLACES[0]}"] if below and not parts.query_string else []
    for place in dict.fromkeys([*(f"{root}/{each}" for each in _PLACES), *places]):
        document = await _fetched(place, client)
        if document is None:
            continue
        read = Document(document)
        base = _base(read, place, stay=True)
        served = URL(base.url).path.rstrip("/")
        within = below.removeprefix(served) if below.startswith(served) else below
        found = chats(read, within)
        if found:
            return await _heard(found, base)
    return None


async def _fetched(url: str, client: aiohttp.ClientSession) -> Mapping[str, Any] | None:
    try:
        async with client.get(url, headers={"Accept": "application/json, */*;q=0.5"}) as response:
            if response.status >= 400:
                return None
            body = await response.content.read(_LIMIT)
            while not response.content.at_eof() and len(body) < _LIMIT:
                body += await response.content.read(_LIMIT)
    except (aiohttp.ClientError, OSError, ValueError):
        return None
    document = parsed(body.decode("utf-8", "replace")) if b"paths" in body else None
    return document if is_openapi(document) else None


def _chats(document: Document, where: str) -> tuple[Chat, ...]:
    found = chats(document)
    if not found:
        labels = ", ".join(one.label for one in document.operations())
        raise UsageError(
            f"no operation of {where} seems to take what a user says and answer it; there are: {labels[:300] or 'none'}; "
            "write target.send by hand, or give the URL of the chat itself"
        )
    return found


def _base(document: Document, place: str | None, *, stay: bool = False) -> _Base:
    """Where the operations are served. A document found at a product's own address means that product (`stay`)."""
    root = origin(place) if place is not None else None
    addresses = [one for one in _servers(document) if one]
    if place is not None:
        addresses = [str(URL(place).join(URL(one))) for one in addresses]
    whole = [one for one in addresses if one.startswith(("http://", "https://"))]
    if stay and root is not None:
        own = next((one for one in whole if origin(one) == root), None)
        return _Base((own or root).rstrip("/"))
    if not whole:
        path = next((one for one in addresses if one.startswith("/")), "")
        told = "" if root is not None else "the document doesn't say where it is served; put that in"
        return _Base(((root or _EXAMPLE) + path).rstrip("/"), told)
    best = next((one for one in whole if _STAGING.search(one)), whole[0])
    others = ", ".join(one for one in whole if one != best)
    return _Base(best.rstrip("/"), f"also: {others}" if others else "")


def _servers(document: Document) -> list[str]:
    raw = document.raw
    if document.old:
        host, path = raw.get("host"), str(raw.get("basePath") or "")
        named = raw.get("schemes")
        schemes = named if isinstance(named, list) and named else ["https"]
        return [f"{scheme}://{host}{path}" for scheme in schemes] if host else [path]
    found = []
    servers = raw.get("servers")
    for one in servers if isinstance(servers, list) else ():
        url = str(one.get("url", "")) if isinstance(one, Mapping) else ""
        variables = one.get("variables") if isinstance(one, Mapping) else None
        for name, told in variables.items() if isinstance(variables, Mapping) else ():
            url = url.replace(f"{{{name}}}", str(told.get("default", name) if isinstance(told, Mapping) else name))
        found.append(url)
    return found


async def _heard(found: tuple[Chat, ...], base: _Base) -> Recognised:
    """The section, what the document leaves open filled in by greeting the product."""
    best = found[0]
    section: dict[str, Json] = {"kind": "http", "url": base.url, **best.section}
    remarks = dict(best.remarks)
    if best.untold:
        section, more = await _filled(section, best)
        remarks |= more
    return _of(found, base, section, remarks)


def _of(
    found: tuple[Chat, ...],
    base: _Base,
    section: Mapping[str, Json] | None = None,
    remarks: Mapping[str, str] | None = None,
) -> Recognised:
    best = found[0]
    section = dict(section if section is not None else {"kind": "http", "url": base.url, **best.section})
    section["url"] = base.url.replace("${", "$${")
    remarks = {**best.remarks, **(remarks or {}), **({"url": base.remark} if base.remark else {})}
    reply = section["reply"]
    if isinstance(reply, Mapping) and "messages" not in reply:
        section["reply"] = {"messages": "reply", **reply}
        remarks["reply.messages"] = "the document doesn't say what an answer looks like; look it over"
    if "send" in best.untold and "text" in str(section["send"]) and "send" not in remarks:
        remarks["send"] = "the document doesn't say what it takes; look it over"
    others = near(found)
    note = f"took {best.send.label} of the OpenAPI document"
    if others:
        note += f"; just as likely: {', '.join(one.send.label for one in others)}"
    source = "the OpenAPI document" if "reply" not in best.untold else "the OpenAPI document and its answers"
    return Recognised(section, remarks, note=note, source=source)


async def _filled(section: dict[str, Json], chat: Chat) -> tuple[dict[str, Json], dict[str, str]]:
    """The section with what the product's own answers to a greeting tell, and the remarks on that."""
    remarks: dict[str, str] = {}
    reply = dict(_of_mapping(section["reply"]))
    if "session" in chat.untold:
        status, opened = await _spoken(_with_reply(section, {}), greet=False)
        path = session_in(opened) if status is not None and status < 400 else None
        if path is not None:
            reply["session"] = path
            remarks["reply.session"] = "guessed from its answer to start"
    for said in SAID if "send" in chat.untold else (None,):
        tried = section if said is None else {**section, "send": _saying(_of_mapping(section["send"]), said)}
        status, answer = await _spoken(_with_reply(tried, reply))
        guess = guessed("", answer) if status is not None and status < 400 else None
        if guess is None:
            if status is None or status in (401, 403) or status > 500:  # other words would fare no better
                break
            continue
        section = tried
        if "reply" in chat.untold:
            known = {name: path for name, path in guess.reply.items() if name != "session" or chat.start is None}
            if chat.start is None:
                reply.pop("session", None)  # its own answer knows better than the document
            if "{session}" not in str(section["send"]):
                known.pop("session", None)
            reply = {**known, **reply}
            remarks |= dict(reply_remarks(Guess("", None, known, guess.by_value), 'guessed from its answer to "Hello"'))
            remarks.pop("send", None)
        break
    return {**section, "reply": reply}, remarks


def _saying(send: Mapping[str, Json], said: str) -> dict[str, Json]:
    return {key: {said: "{text}"} if value == {"text": "{text}"} else value for key, value in send.items()}


def _with_reply(section: Mapping[str, Json], reply: Mapping[str, Json]) -> dict[str, Json]:
    return {**section, "reply": {"messages": "@", **{key: value for key, value in reply.items() if key == "session"}}}


def _of_mapping(value: Json) -> Mapping[str, Json]:
    return value if isinstance(value, Mapping) else {}


async def _spoken(section: Mapping[str, Json], *, greet: bool = True) -> tuple[int | None, Json]:
    """Status and JSON of the last answer, after a conversation was opened and greeted as the section says."""
    from prebeta.targets.http.target import HttpTarget

    filled, missing = interpolate(dict(section), os.environ)
    try:
        options = HttpTarget.Options.model_validate(filled)
    except ValidationError:
        return None, None
    if missing:
        return None, None
    async with HttpTarget(options, Path()) as target:
        opened = target.open(OpenContext("acquaint", 0))
        async with opened as session:
            try:
                await session.start()
                if greet:
                    await session.send(Say(GREETING))
            except TargetError:
                pass  # what came is looked at all the same
            last = opened.line.last
    try:
        return (None, None) if last is None else (last.status, http_wire.decode(last.body))
    except ValueError:
        return None, None
