"""From OpenAPI documents to sections that hold conversations with the servers behind them."""

from __future__ import annotations

import asyncio
import json
import random
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import yaml
from aiohttp import web
from hypothesis import given, settings
from hypothesis import strategies as st
from openapi_products import PRODUCTS, Served

from prebeta.config import load, starter
from prebeta.core.errors import UsageError
from prebeta.core.protocols import OpenContext
from prebeta.targets.http.target import HttpTarget
from prebeta.targets.openapi.chats import chats
from prebeta.targets.openapi.document import Document
from prebeta.targets.openapi.live import from_file
from prebeta.targets.wire.recognised import Recognised

SECRETS = {"TOKEN": "t0ken-of-the-vet", "API_KEY": "k3y-of-the-library"}
SECTIONS: dict[str, dict[str, Any]] = {
    "vet_clinic": {
        "headers": {"Authorization": "Bearer ${TOKEN}"},
        "start": {"post": "/api/v1/conversations", "json": {"channel": "web"}},
        "send": {"post": "/api/v1/conversations/{session}/messages", "json": {"content": "{text}"}},
        "reply": {
            "messages": "message || greeting",
            "session": "conversation.id",
            "options": "message.quick_replies",
            "ended": "is_final",
        },
    },
    "library": {
        "headers": {"X-Library-Key": "${API_KEY}"},
        "send": {"post": "/ask", "form": {"question": "{text}", "session": "{session}", "branch": "north"}},
        "reply": {"messages": "answer", "session": "session", "ended": "done"},
    },
    "gym": {
        "send": {"post": "/chat", "json": {"user_message": "{text}", "thread_id": "{session}"}},
        "reply": {"messages": "data.reply", "session": "thread_id"},
    },
    "parcels": {
        "start": {"post": "/sessions"},
        "send": {"post": "/sessions/{session}/turns", "json": {"utterance": "{text}", "locale": "de-DE"}},
        "reply": {"messages": "messages", "session": "[@][?!messages].id | [0]", "ended": "finished"},
    },
    "power": {
        "send": {
            "post": "/converse",
            "json": {"conversationId": "{session}", "input": {"text": "{text}"}, "tenant": "city"},
        },
        "reply": {"messages": "output.text"},
    },
    "garden": {
        "send": {
            "post": "/bot/ask?api_key=${API_KEY}",
            "json": {"question": "{text}", "chat_history": "{history}"},
        },
        "history": {"role": "speaker", "content": "text", "user": "customer", "product": "bot"},
        "reply": {"messages": "data.response"},
    },
}


@pytest.fixture(autouse=True)
def _secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in SECRETS.items():
        monkeypatch.setenv(name, value)


async def served(product: Served, serve_app: Any) -> str:
    async def document(_request: web.Request) -> web.Response:
        return web.json_response(product.document)

    url: str = await serve_app(routes=[web.get(product.place, document), *product.routes])
    return url


async def recognised(url: str) -> Recognised | None:
    async with aiohttp.ClientSession() as client:
        return await HttpTarget.recognise(url, client)


@pytest.mark.parametrize("name", PRODUCTS)
async def test_what_is_read_off_a_document_holds_conversations_with_its_server(
    name: str, serve_app: Any, hold: Any, tmp_path: Path
) -> None:
    product = PRODUCTS[name]()
    url = await served(product, serve_app)
    found = await recognised(url)
    assert found is not None
    assert {key: value for key, value in found.section.items() if key not in ("kind", "url", "timeout_s")} == SECTIONS[
        name
    ]
    product.heard.clear()
    (tmp_path / "prebeta.yaml").write_text(starter(url, found))
    options = load(tmp_path / "prebeta.yaml").target
    async with HttpTarget(options, tmp_path) as target:
        held = await asyncio.gather(
            *(hold(target, f"first {n}", f"second {n}", context=OpenContext(f"c{n}", n)) for n in range(20))
        )
    for n, talk in enumerate(held):
        replies = [turn.reply for turn in talk.turns if turn.reply is not None]
        assert all(
            f"{number} {n}" in reply.text for number, reply in zip(("first", "second"), replies[-2:], strict=True)
        )
        sessions = {reply.session for reply in replies if reply.session}
        assert len(sessions) == 1
    by_session: dict[str, list[str]] = {}
    for session, said in product.heard:
        by_session.setdefault(session, []).append(said)
    assert sorted(by_session.values()) == sorted([f"first {n}", f"second {n}"] for n in range(20))


async def test_the_greeting_is_heard_and_buttons_are_found(serve_app: Any, hold: Any) -> None:
    found = await recognised(await served(PRODUCTS["vet_clinic"](), serve_app))
    assert found is not None
    section = json.loads(json.dumps(found.section).replace("${TOKEN}", SECRETS["TOKEN"]))
    async with HttpTarget(HttpTarget.Options.model_validate(section), Path()) as target:
        talk = await hold(target, "Hello")
    assert talk.turns[0].text == "Woof! What may we do for your pet?"
    assert [option.payload for option in talk.turns[2].reply.options] == ["/vacc"]


async def test_a_path_of_the_document_may_be_named_and_others_are_told(serve_app: Any) -> None:
    product = PRODUCTS["power"]()
    url = await served(product, serve_app)
    found = await recognised(url)
    assert found is not None
    assert found.note == "took POST /converse of the OpenAPI document; just as likely: POST /talk"
    named = await recognised(f"{url}/talk")
    assert named is not None
    assert named.section["send"] == {**SECTIONS["power"]["send"], "post": "/talk"} | {}
    assert product.heard == [], "the document said it all"


@pytest.mark.parametrize("name", PRODUCTS)
@pytest.mark.parametrize("form", ["json", "yaml"])
def test_files_do_without_a_server(name: str, form: str, tmp_path: Path) -> None:
    file = tmp_path / f"api.{form}"
    document = PRODUCTS[name]().document
    file.write_text(json.dumps(document) if form == "json" else yaml.safe_dump(document))
    found = from_file(file)
    assert found.section["send"] == SECTIONS[name]["send"]
    (tmp_path / "prebeta.yaml").write_text(starter("http://h", found))
    assert load(tmp_path / "prebeta.yaml").target.send.press == "title"
    if name == "gym":
        assert found.section["reply"]["messages"] == "reply"  # type: ignore[index,call-overload]
        assert "doesn't say" in found.remarks["reply.messages"]


@pytest.mark.parametrize(
    ("told", "url"),
    [
        ({}, "http://127.0.0.1:8000"),
        ({"servers": [{"url": "/api"}]}, "http://127.0.0.1:8000/api"),
        ({"servers": [{"url": "https://bank.example"}, {"url": "https://staging.bank.example/v1/"}]}, "https://staging.bank.example/v1"),
        ({"servers": [{"url": "https://{where}.example", "variables": {"where": {"default": "eu"}}}]}, "https://eu.example"),
        ({"swagger": "2.0", "openapi": None, "host": "h.example:8443", "basePath": "/b", "schemes": ["http"]}, "http://h.example:8443/b"),
    ],
)  # fmt: skip
def test_where_it_is_served(told: dict[str, Any], url: str, tmp_path: Path) -> None:
    document = {
        key: value
        for key, value in {**PRODUCTS["library" if "swagger" in told else "gym"]().document, **told}.items()
        if value is not None
    }
    (tmp_path / "api.json").write_text(json.dumps(document))
    assert from_file(tmp_path / "api.json").section["url"] == url


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "isn't an OpenAPI document"),
        ("{", "isn't an OpenAPI document"),
        ('{"openapi": "3.0.0"}', "isn't an OpenAPI document"),
        ('{"openapi": "3.0.0", "paths": {}}', "there are: none"),
        ('{"openapi": "3.0.0", "paths": {"/books": {"get": {}}}}', "there are: GET /books"),
        ('{"openapi": "3.0.0", "paths": {"/chat": {"post": {"$ref": "#/paths/~1chat/post"}}, "/x": 3, "y": []}}', "POST /chat"),
    ],
)  # fmt: skip
def test_what_describes_no_chat_is_refused_in_a_line(text: str, told: str, tmp_path: Path) -> None:
    (tmp_path / "api.json").write_text(text)
    with pytest.raises(UsageError) as error:
        from_file(tmp_path / "api.json")
    assert told in str(error.value)
    assert "\n" not in str(error.value)


def test_a_schema_that_holds_itself_many_times_costs_nothing() -> None:
    node: dict[str, Any] = {"type": "object", "properties": {}}
    for number in range(40):
        node["properties"][f"n{number}"] = {"anyOf": [{"$ref": "#/components/schemas/N"}, {"type": "null"}]}
    document = Document({"openapi": "3.1.0", "paths": {}, "components": {"schemas": {"N": node}}})
    assert set(document.sample({"$ref": "#/components/schemas/N"}).values()) == {None}  # type: ignore[union-attr]


def test_examples_stand_for_themselves() -> None:
    tricky = "pay ${HOME} to {text}"
    body = {
        "type": "object",
        "required": ["message", "memo"],
        "properties": {"message": {"type": "string"}, "memo": {"type": "string", "example": tricky}},
    }
    content = {"application/json": {"schema": body}}
    paths = {"/chat": {"post": {"requestBody": {"content": content}, "responses": {}}}}
    section = chats(Document({"openapi": "3.0.0", "paths": paths}))[0].section
    assert section["send"] == {"post": "/chat", "json": {"message": "{text}", "memo": "pay $${{HOME}} to {{text}}"}}


def broken_somewhere(node: Any, rng: random.Random, chance: float) -> Any:
    """The document with parts of it replaced, dropped or doubled."""
    if rng.random() < chance:
        return rng.choice([None, True, 7, "", "word", "#/paths", [], [[]], {}, {"$ref": "#/nowhere"}, {"$ref": "#"}])
    if isinstance(node, dict):
        return {key: broken_somewhere(value, rng, chance) for key, value in node.items() if rng.random() > chance / 4}
    if isinstance(node, list):
        return [broken_somewhere(value, rng, chance) for value in node]
    return node


@settings(deadline=None, max_examples=150)
@given(st.sampled_from(sorted(PRODUCTS)), st.integers(0, 2**32), st.sampled_from([0.02, 0.05, 0.15]))
def test_a_broken_document_gives_a_file_that_loads_or_a_line(
    tmp_path_factory: pytest.TempPathFactory, name: str, seed: int, chance: float
) -> None:
    document = broken_somewhere(PRODUCTS[name]().document, random.Random(seed), chance)
    folder = tmp_path_factory.mktemp("broken")
    (folder / "api.json").write_text(json.dumps(document))
    try:
        found = from_file(folder / "api.json")
    except UsageError:
        return  # it says what is wrong
    (folder / "prebeta.yaml").write_text(starter("http://h", found), encoding="utf-8")
    load(folder / "prebeta.yaml")


def test_names_that_are_no_words_are_quoted_and_places_stand_inside_steps(tmp_path: Path) -> None:
    def answers(**properties: str) -> dict[str, Any]:
        schema = {"type": "object", "properties": {name: {"type": kind} for name, kind in properties.items()}}
        return {"200": {"content": {"application/json": {"schema": schema}}}}

    body = {"type": "object", "required": ["text"], "properties": {"text": {"type": "string"}}}
    paths = {
        "/chats": {"post": {"responses": answers(**{"chat-id": "string", "welcome-message": "string"})}},
        "/chats/{chat-id}:send": {
            "post": {
                "requestBody": {"content": {"application/json": {"schema": body}}},
                "responses": answers(**{"bot-says": "string"}),
            }
        },
    }
    (tmp_path / "api.json").write_text(json.dumps({"openapi": "3.0.0", "paths": paths}))
    found = from_file(tmp_path / "api.json")
    assert found.section["send"] == {"post": "/chats/{session}:send", "json": {"text": "{text}"}}
    assert found.section["reply"] == {"messages": '"bot-says" || "welcome-message"', "session": '"chat-id"'}
    (tmp_path / "prebeta.yaml").write_text(starter("http://h", found))
    assert load(tmp_path / "prebeta.yaml").target.reply.session == '"chat-id"'


@pytest.mark.parametrize(
    "schema",
    [
        {"anyOf": [{"$ref": "#/components/schemas/Visit"}, {"type": "null"}]},
        {"allOf": [{"$ref": "#/components/schemas/Visit"}], "nullable": True},
        {"type": ["object", "null"], "properties": {"day": {"type": "string"}}},
    ],
)
def test_an_object_that_may_be_null_is_the_state(tmp_path: Path, schema: dict[str, Any]) -> None:
    def document(**more: Any) -> dict[str, Any]:
        answer = {"type": "object", "properties": {"reply": {"type": "string"}, "visit": schema, **more}}
        body = {"type": "object", "required": ["text"], "properties": {"text": {"type": "string"}}}
        operation = {
            "requestBody": {"content": {"application/json": {"schema": body}}},
            "responses": {"200": {"content": {"application/json": {"schema": answer}}}},
        }
        visit = {"type": "object", "properties": {"day": {"type": "string"}}}
        return {
            "openapi": "3.1.0",
            "paths": {"/chat": {"post": operation}},
            "components": {"schemas": {"Visit": visit}},
        }

    def reply_of(told: dict[str, Any]) -> Any:
        (tmp_path / "api.json").write_text(json.dumps(told))
        found = from_file(tmp_path / "api.json")
        assert found.source == "the OpenAPI document"
        return found.section["reply"]

    assert reply_of(document()) == {"messages": "reply", "state": "visit"}
    assert reply_of(document(error=schema)) == {"messages": "reply", "state": "visit"}
    assert reply_of(document(patient=schema)) == {"messages": "reply"}
