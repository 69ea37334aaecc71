"""The `target:` section of a product over WebSocket: what is accepted, and what is said of mistakes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yarl
from aiohttp import web
from pydantic import ValidationError

from prebeta.targets.websocket.options import WebsocketOptions
from prebeta.targets.websocket.plan import plan_of, secrets_in
from prebeta.targets.websocket.target import WebsocketTarget

URL = "ws://127.0.0.1:1/chat"


def test_an_address_is_enough() -> None:
    options = WebsocketOptions(url=URL)
    plan = plan_of(options)
    assert plan.send.render({"text": "a {b}"}) == "a {b}"
    assert (plan.quiet_s, plan.unasked_s, plan.resume, plan.names_session) == (1, 1, None, False)


def test_placeholders_in_the_address() -> None:
    plan = plan_of(WebsocketOptions(url="wss://h/x/{id}?user={account.name}&s={session}"))
    values = {"id": "c 1", "account.name": "Ä&b", "session": "s/1"}
    assert plan.url(values) == "wss://h/x/c%201?user=%C3%84%26b&s=s%2F1"
    assert plan.shown == "wss://h/x/%7Bid%7D"


def test_quiet_is_not_waited_for_where_an_event_ends_the_turn() -> None:
    plan = plan_of(WebsocketOptions(url=URL, reply={"messages": "text", "turn_ends": "done"}))
    assert (plan.quiet_s, plan.unasked_s) == (float("inf"), 1)
    both = plan_of(WebsocketOptions(url=URL, quiet_s=3, reply={"messages": "text", "turn_ends": "done"}))
    assert (both.quiet_s, both.unasked_s) == (3, 3)


def test_secrets_of_the_frames() -> None:
    options = WebsocketOptions(
        url=URL,
        open=[{"login": {"apiKey": "k1234", "user": "ann", "password": "{account.password}"}}],
        resume={"open": [["x", {"authorization": "Bearer b1"}]]},
    )
    assert plan_of(options).secrets == ("Bearer b1", "k1234")


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"url": "http://127.0.0.1"}, "isn't an address like ws://127.0.0.1:8080"),
        ({"url": "ws://h/{text}"}, "url: unknown placeholder {text}"),
        ({"send": {"json": {"a": "b"}}}, "what the user says is not sent: use {text}"),
        ({"send": {"json": {"a": "{text}"}, "text": "{text}"}}, "exactly one of text (a plain frame) and json"),
        ({"send": {"text": "{words}"}}, "unknown placeholder {words}"),
        ({"send": {"text": "{text}", "pressed": {"a": 1}}}, "what the user says is not sent"),
        ({"send": {"text": "{text}", "pressed": 7}}, "a frame is a text, or JSON"),
        ({"open": [7]}, "a frame is a text, or JSON"),
        ({"open": [{"await": "a ="}]}, "not a JMESPath: 'a ='"),
        ({"open": ["{text}"]}, "unknown placeholder {text}"),
        ({"open": ["{token}"]}, "{token} is sent but never told: give reply.token"),
        ({"resume": {"url": "ws://h/{token}"}}, "{token} is sent but never told"),
        ({"resume": {"tries": 0}}, "greater than or equal to 1"),
        ({"reply": {"messages": "text ="}}, "not a JMESPath"),
        ({"reply": {"message": "text"}}, "Extra inputs are not permitted"),
        ({"url": URL + "?s={session}", "reply": {"session": "id"}}, "put it into resume.url"),
        ({"pong": [{"when": "a", "send": "{text}"}]}, "unknown placeholder {text}"),
        ({"normal_codes": [99]}, "greater than or equal to 1000"),
        ({"quiet_s": 0}, "greater than 0"),
    ],
)
def test_mistakes(changes: dict[str, Any], told: str) -> None:
    with pytest.raises(ValidationError) as raised:
        WebsocketOptions(**{"url": URL, **changes})
    assert told in str(raised.value)


def test_every_option_is_described() -> None:
    schema = WebsocketOptions.model_json_schema(by_alias=True)
    models = [schema, *(schema["$defs"][name] for name in schema["$defs"] if name != "VersionOptions")]
    missing = [
        name
        for model in models
        for name, field in model.get("properties", {}).items()
        if name != "kind" and not field.get("description")
    ]
    assert missing == []


def test_what_is_secret_in_an_address() -> None:
    url = yarl.URL(
        "wss://ann:pass@h/x?lang=english&name=Anna+Smith&api_key=k1&sig=s1&k=abcdefgh12345678&room=lobby-and-hall-x"
    )
    assert set(secrets_in(url)) == {"pass", "k1", "s1", "abcdefgh12345678"}


async def test_the_version_is_asked_for_at_the_same_host(serve_app) -> None:
    async def version(request: web.Request) -> web.Response:
        return web.json_response({"release": request.path})

    url = (await serve_app(version)).replace("http", "ws") + "/chat?token=abcd"
    options = WebsocketOptions(url=url, version={"get": "/version", "path": "release"})
    async with WebsocketTarget(options, Path()) as target:
        assert await target.version() == "/version"
