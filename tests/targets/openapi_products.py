"""Products of different domains with the OpenAPI documents that describe them, each behind a real server.

They are strict, as such products are: what isn't in the document is refused, ids that they never gave are unknown.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web


@dataclass
class Served:
    """A product: its document, where that is to be had, and what it was sent."""

    document: Any
    routes: Sequence[web.RouteDef]
    heard: list[Any] = field(default_factory=list)
    place: str = "/openapi.json"


def _text(value: Any, **more: Any) -> dict[str, Any]:
    return {"type": "string", **({"title": value} if value else {}), **more}


def _object(required: Sequence[str] = (), **properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(required)}


def _takes(schema: Any, media: str = "application/json") -> dict[str, Any]:
    return {"required": True, "content": {media: {"schema": schema}}}


def _gives(schema: Any, code: str = "200") -> dict[str, Any]:
    return {code: {"description": "OK", "content": {"application/json": {"schema": schema}}}}


def _ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


async def _json(request: web.Request, required: set[str], known: set[str]) -> dict[str, Any]:
    body = await request.json() if request.can_read_body else {}
    if not isinstance(body, dict) or not required <= set(body) <= required | known:
        raise web.HTTPUnprocessableEntity(text='{"detail": [{"msg": "Field required"}]}')
    return body


def vet_clinic() -> Served:
    """Conversations as resources, a bearer token, a greeting where one is opened, and ids of messages beside."""
    product = Served(None, ())
    chats: set[str] = set()
    count = itertools.count(1)

    def allowed(request: web.Request) -> None:
        if request.headers.get("Authorization") != "Bearer t0ken-of-the-vet":
            raise web.HTTPUnauthorized

    async def open_one(request: web.Request) -> web.Response:
        allowed(request)
        await _json(request, {"channel"}, {"locale"})
        chats.add(chat := f"conv-{next(count)}")
        answer = {"conversation": {"id": chat, "created_at": "now"}, "greeting": "Woof! What may we do for your pet?"}
        return web.json_response(answer, status=201)

    async def say(request: web.Request) -> web.Response:
        allowed(request)
        if request.match_info["id"] not in chats:
            raise web.HTTPNotFound
        body = await _json(request, {"content"}, {"attachments"})
        product.heard.append((request.match_info["id"], body["content"]))
        said = {"text": f"You said: {body['content']}", "quick_replies": [{"title": "Vaccination", "payload": "/vacc"}]}
        return web.json_response({"id": next(count), "message": said, "is_final": False})

    product.document = {
        "openapi": "3.1.0",
        "info": {"title": "Vet clinic", "version": "1"},
        "paths": {
            "/api/v1/conversations": {
                "get": {"operationId": "list", "responses": _gives({"type": "array", "items": _ref("Conversation")})},
                "post": {"requestBody": _takes(_ref("New")), "responses": _gives(_ref("Opened"), "201")},
            },
            "/api/v1/conversations/{conversation_id}/messages": {
                "parameters": [{"name": "conversation_id", "in": "path", "required": True, "schema": _text("")}],
                "get": {"responses": _gives({"type": "array", "items": _ref("Answer")})},
                "post": {"requestBody": _takes(_ref("Said")), "responses": _gives(_ref("Answer"))},
            },
            "/api/v1/conversations/{conversation_id}/feedback": {
                "post": {"requestBody": _takes(_object(["text"], text=_text("")))}
            },
            "/auth/token": {"post": {"requestBody": _takes(_object(["username"], username=_text("")))}},
        },
        "security": [{"bearer": []}],
        "components": {
            "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer"}},
            "schemas": {
                "New": _object(["channel"], channel={"enum": ["web", "phone"]}, locale=_text("")),
                "Conversation": _object(["id"], id=_text(""), created_at=_text("", format="date-time")),
                "Opened": _object([], conversation=_ref("Conversation"), greeting=_text("")),
                "Said": _object(
                    ["content"], content=_text(""), attachments={"type": "array", "items": _text("", format="uri")}
                ),
                "Button": _object(["title"], title=_text(""), payload={"anyOf": [_text(""), {"type": "null"}]}),
                "Message": _object(
                    ["text"],
                    text=_text(""),
                    quick_replies={"type": "array", "items": _ref("Button")},
                    parent=_ref("Message"),
                ),
                "Answer": _object(
                    ["id"], id={"type": "integer"}, message=_ref("Message"), is_final={"type": "boolean"}
                ),
            },
        },
    }
    product.routes = [web.post("/api/v1/conversations", open_one), web.post("/api/v1/conversations/{id}/messages", say)]
    return product


def library() -> Served:
    """Swagger 2 below a path of its own, a key in a header, an id in the first answer, a form."""
    product = Served(None, (), place="/swagger.json")
    cards: set[str] = set()

    async def ask(request: web.Request) -> web.Response:
        if request.headers.get("X-Library-Key") != "k3y-of-the-library":
            raise web.HTTPForbidden
        form = dict(await request.post())
        if "question" not in form or set(form) - {"question", "session", "branch"} or form.get("branch") != "north":
            raise web.HTTPBadRequest
        if form.get("session") not in (None, *cards):
            raise web.HTTPNotFound
        session = str(form.get("session") or f"s{len(cards)}")
        cards.add(session)
        product.heard.append((session, form["question"]))
        return web.json_response({"answer": f"About {form['question']}", "session": session, "done": False})

    product.document = {
        "swagger": "2.0",
        "basePath": "/v2",
        "paths": {
            "/ask": {
                "post": {
                    "consumes": ["application/x-www-form-urlencoded"],
                    "parameters": [
                        {"name": "question", "in": "formData", "type": "string", "required": True},
                        {"name": "session", "in": "formData", "type": "string"},
                        {"name": "branch", "in": "formData", "type": "string", "required": True, "default": "north"},
                    ],
                    "responses": {"200": {"description": "", "schema": {"$ref": "#/definitions/Answer"}}},
                }
            },
            "/books": {"get": {"parameters": [{"name": "q", "in": "query", "type": "string"}], "responses": {}}},
        },
        "definitions": {"Answer": _object([], answer=_text(""), session=_text(""), done={"type": "boolean"})},
        "securityDefinitions": {"key": {"type": "apiKey", "in": "header", "name": "X-Library-Key"}},
        "security": [{"key": []}],
    }
    product.routes = [web.post("/v2/ask", ask)]
    return product


def gym() -> Served:
    """As FastAPI writes it where functions return plain dicts: nothing is said of answers."""
    product = Served(None, ())
    known: set[str] = set()

    async def chat(request: web.Request) -> web.Response:
        body = await _json(request, {"user_message"}, {"thread_id", "metadata"})
        if body.get("thread_id") not in (None, *known):
            raise web.HTTPNotFound
        thread = body.get("thread_id") or f"t{len(known)}"
        known.add(thread)
        product.heard.append((thread, body["user_message"]))
        return web.json_response({"data": {"reply": f"Heard {body['user_message']}"}, "thread_id": thread})

    optional = {"anyOf": [_text(""), {"type": "null"}], "title": "Thread Id"}
    product.document = {
        "openapi": "3.1.0",
        "paths": {
            "/chat": {"post": {"requestBody": _takes(_ref("ChatRequest")), "responses": _gives({})}},
            "/health": {"get": {"responses": _gives({})}},
        },
        "components": {
            "schemas": {
                "ChatRequest": _object(
                    ["user_message"],
                    user_message=_text("User Message"),
                    thread_id=optional,
                    metadata={"type": "object"},
                )
            }
        },
    }
    product.routes = [web.post("/chat", chat)]
    return product


def parcels() -> Served:
    """Sessions and turns, where `id` is the session's at first and a turn's later; schemas that hold themselves."""
    product = Served(None, ())
    sessions: set[str] = set()
    count = itertools.count(100)

    async def open_one(_request: web.Request) -> web.Response:
        sessions.add(session := f"p{next(count)}")
        return web.json_response({"id": session, "status": "open"})

    async def turn(request: web.Request) -> web.Response:
        if request.match_info["id"] not in sessions:
            raise web.HTTPNotFound
        body = await _json(request, {"utterance", "locale"}, {"context"})
        if body["locale"] not in ("de-DE", "en-GB"):
            raise web.HTTPBadRequest
        product.heard.append((request.match_info["id"], body["utterance"]))
        messages = [{"type": "text", "text": "One moment."}, {"type": "text", "text": f"Parcel {body['utterance']}?"}]
        return web.json_response({"id": next(count), "messages": messages, "finished": False})

    node = _object([], name=_text(""), children={"type": "array", "items": _ref("Node")}, parent=_ref("Node"))
    product.document = {
        "openapi": "3.0.3",
        "servers": [{"url": "https://api.parcels.example/"}, {"url": "/"}],
        "paths": {
            "/sessions": {"post": {"summary": "Open", "responses": _gives(_ref("Session"))}},
            "/sessions/{id}": {"get": {"responses": _gives(_ref("Session"))}},
            "/sessions/{id}/turns": {"post": {"requestBody": _takes(_ref("Turn")), "responses": _gives(_ref("Turned"))}},
            "/sessions/{id}/rating": {
                "post": {"requestBody": _takes(_object(["text"], text=_text(""))), "responses": _gives({})}
            },
        },
        "components": {
            "schemas": {
                "Node": node,
                "Loop": {"$ref": "#/components/schemas/Loop"},
                "Base": _object(["id"], id=_text(""), loop=_ref("Loop")),
                "Session": {"allOf": [_ref("Base"), _object(["status"], status={"enum": ["open", "closed"]})]},
                "Turn": _object(["utterance", "locale"], utterance=_text(""), locale={"enum": ["de-DE", "en-GB"]}, context=_ref("Node")),
                "Part": _object([], type={"enum": ["text"]}, text=_text("")),
                "Turned": _object(
                    [], id={"type": "integer"}, messages={"type": "array", "items": _ref("Part")}, finished={"type": "boolean"}
                ),
            }
        },
    }  # fmt: skip
    product.routes = [web.post("/sessions", open_one), web.post("/sessions/{id}/turns", turn)]
    return product


def power() -> Served:
    """An id that the caller makes up, words deep inside, an answer as lists of texts, two ways that are about as good."""
    product = Served(None, ())

    async def converse(request: web.Request) -> web.Response:
        body = await _json(request, {"conversationId", "input", "tenant"}, set())
        if body["tenant"] != "city" or len(body["conversationId"]) < 8:
            raise web.HTTPBadRequest
        product.heard.append((body["conversationId"], body["input"]["text"]))
        return web.json_response({"output": {"text": ["The meter?", f"You wrote {body['input']['text']}"]}})

    answer = _object([], output=_object([], text={"type": "array", "items": _text("")}))
    body = _object(
        ["conversationId", "input", "tenant"],
        conversationId=_text("", minLength=8),
        input=_object(["text"], text=_text("")),
        tenant=_text("", example="city"),
    )
    operation = {"requestBody": _takes(body), "responses": _gives(answer)}
    product.document = {
        "openapi": "3.0.0",
        "paths": {
            "/converse": {"post": operation},
            "/talk": {"post": operation},
            "/meters": {"post": {"requestBody": _takes(_object(["number"], number=_text("")))}},
        },
    }
    product.routes = [web.post("/converse", converse)]
    return product


def garden() -> Served:
    """One that remembers nothing: the history goes with each message, in words of its own; the key is in the query."""
    product = Served(None, ())

    async def ask(request: web.Request) -> web.Response:
        if request.query.get("api_key") != "k3y-of-the-library":
            raise web.HTTPForbidden
        body = await _json(request, {"question", "chat_history"}, {"lang"})
        said = [turn["text"] for turn in body["chat_history"] if turn["speaker"] == "customer"]
        assert [turn["speaker"] for turn in body["chat_history"]] == ["customer", "bot"] * len(said)
        product.heard.append((said[0] if said else body["question"], body["question"]))
        return web.json_response({"data": {"response": f"After {len(said)}: {body['question']}", "sources": []}})

    turn = _object(["speaker", "text"], speaker={"enum": ["bot", "customer"]}, text=_text(""))
    body = _object(
        ["question", "chat_history"], question=_text(""), chat_history={"type": "array", "items": turn}, lang=_text("")
    )
    answer = _object([], data=_object([], response=_text(""), sources={"type": "array", "items": _text("")}))
    product.document = {
        "openapi": "3.0.1",
        "paths": {
            "/bot/ask": {"post": {"requestBody": _takes(body), "responses": _gives(answer, "default"), "security": [{"q": []}]}},
            "/bot/ask/stream": {"post": {"requestBody": _takes(body), "responses": _gives(answer)}},
            "/search": {"get": {"parameters": [{"name": "q", "in": "query", "schema": _text("")}], "responses": {}}},
        },
        "components": {"securitySchemes": {"q": {"type": "apiKey", "in": "query", "name": "api_key"}}},
    }  # fmt: skip
    product.routes = [web.post("/bot/ask", ask)]
    return product


PRODUCTS: dict[str, Callable[[], Served]] = {
    "vet_clinic": vet_clinic,
    "library": library,
    "gym": gym,
    "parcels": parcels,
    "power": power,
    "garden": garden,
}
