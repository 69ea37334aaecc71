"""`init --target` at products of several kinds: the file it writes runs as it is."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from command_line import Done, prebeta, project
from product_on_loopback import on_loopback

CHAT = {
    "openapi": "3.1.0",
    "paths": {
        "/v1/chats": {
            "post": {
                "responses": {
                    "201": {
                        "content": {
                            "application/json": {
                                "schema": {"type": "object", "properties": {"chat_id": {"type": "string"}}}
                            }
                        }
                    }
                }
            }
        },
        "/v1/chats/{chat_id}/messages": {
            "post": {
                "requestBody": {
                    "content": {
                        "application/json": {
                            "schema": {
                                "type": "object",
                                "required": ["text"],
                                "properties": {"text": {"type": "string"}},
                            }
                        }
                    }
                },
                "responses": {
                    "200": {
                        "content": {
                            "application/json": {
                                "schema": {"type": "object", "properties": {"reply": {"type": "string"}}}
                            }
                        }
                    }
                },
            }
        },
    },
}
EXAMPLE = "goals and end_state are still those that init wrote as an example; say in prebeta.yaml what your users want"
LOCKED = {
    **CHAT,
    "security": [{"b": []}],
    "components": {"securitySchemes": {"b": {"type": "http", "scheme": "bearer"}}},
}


def routes(document: Any = None, token: str | None = None) -> list[web.RouteDef]:
    """A hotel's desk that books at the second word, and perhaps its OpenAPI document."""
    said: dict[str, int] = {}

    def let_in(request: web.Request) -> None:
        if token is not None and request.headers.get("Authorization") != f"Bearer {token}":
            raise web.HTTPUnauthorized
        assert request.headers["X-Synthetic-User"] == "prebeta"

    async def describe(_request: web.Request) -> web.Response:
        return web.json_response(document)

    async def start(request: web.Request) -> web.Response:
        let_in(request)
        said[chat := f"h{len(said)}"] = 0
        return web.json_response({"chat_id": chat}, status=201)

    async def send(request: web.Request) -> web.Response:
        let_in(request)
        chat = request.match_info["chat"]
        text = (await request.json())["text"]
        if chat not in said:
            raise web.HTTPNotFound
        said[chat] += 1
        reply = "It is booked." if said[chat] > 1 else f"Which day, please? You said {text}"
        return web.json_response({"reply": reply})

    found = [web.get("/openapi.json", describe)] if document is not None else []
    return [*found, web.post("/v1/chats", start), web.post("/v1/chats/{chat}/messages", send)]


def runs(folder: Path, **environment: str) -> dict[str, Any]:
    """doctor passes and a run comes to its report."""
    assert prebeta(folder, "doctor", **environment).code == 0
    done = prebeta(folder, "run", "-n", "3", "--json", **environment)
    assert done.code in (0, 3), done.err
    found: dict[str, Any] = json.loads(done.out)
    assert found["conversations"] == 3
    return found


def test_a_base_address_with_an_openapi_document(tmp_path: Path) -> None:
    with on_loopback(routes(CHAT)) as url:
        done = prebeta(tmp_path, "init", "--target", url)
        assert done.code == 0, done.err
        assert "took POST /v1/chats/{chat_id}/messages of the OpenAPI document\n" in done.out
        assert "the product answers: Which day, please? You said Hello\n" in done.out
        assert "read off the OpenAPI document, and to be looked over in prebeta.yaml: messages at reply, " in done.out
        runs(tmp_path)
        told = json.loads(prebeta(tmp_path, "init", "more", "--target", f"{url}/openapi.json", "--json").out)
    assert told["kind"] == "http"
    assert told["guessed"] == {"messages": "reply", "session": "chat_id"}
    text = (tmp_path / "prebeta.yaml").read_text()
    assert '  send: {post: "/v1/chats/{session}/messages", json: {text: "{text}"}}' in text
    assert '  start: {post: "/v1/chats"}                         # opens a conversation (POST /v1/chats)\n' in text


def test_without_a_document_the_place_of_words_is_tried_below_the_chat(tmp_path: Path) -> None:
    with on_loopback(routes()) as url:
        done = prebeta(tmp_path, "init", "--target", f"{url}/v1/chats")
        assert done.code == 0, done.err
        runs(tmp_path)
    text = (tmp_path / "prebeta.yaml").read_text()
    assert '  start: {post: "/v1/chats"}' in text
    assert '  send: {post: "/v1/chats/{session}/messages", json: {text: "{text}"}}' in text


def test_a_file_that_names_its_server_and_a_token(tmp_path: Path) -> None:
    with on_loopback(routes(token="t-0-k-e-n")) as url:
        (tmp_path / "api.json").write_text(json.dumps({**LOCKED, "servers": [{"url": url}]}))
        done = prebeta(tmp_path, "init", "--target", "api.json")
        assert done.code == 0, done.err
        assert "to be set in the environment before it can be spoken to: TOKEN\n" in done.out
        assert "the product answers" not in done.out
        assert prebeta(tmp_path, "doctor").code == 2
        runs(tmp_path, TOKEN="t-0-k-e-n")
        known = prebeta(tmp_path, "init", "known", "--target", "api.json", TOKEN="t-0-k-e-n")
        assert "the product answers: Which day, please?" in known.out
        refused = prebeta(tmp_path, "init", "wrong", "--target", "api.json", TOKEN="another-t0ken")
    assert refused.code == 3
    assert "it doesn't let us in" in refused.err
    assert "another-t0ken" not in refused.err


def test_what_was_tried_is_told_where_nothing_was_recognised(tmp_path: Path) -> None:
    async def other(_request: web.Request) -> web.Response:
        return web.json_response({"foo": 1})

    with on_loopback([web.post("/talk", other)]) as url:
        done = prebeta(tmp_path, "init", "--target", f"{url}/talk")
    assert (done.code, done.out) == (3, "")
    assert done.err.startswith("prebeta: wrote prebeta.yaml, but reply.messages: 'reply' found nothing")
    assert "tried: GET /talk (405)" in done.err
    assert "POST /talk (200)" in done.err


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["--kind", "http"], "--kind http goes with --target URL"),
        (["--target", "http://127.0.0.1:9", "--kind", "htp"], "unknown kind of target 'htp'; did you mean 'http'?"),
        (["--target", "bot:answer", "--kind", "http"], "a product of kind http has a URL"),
        (["--target", "none.json"], "cannot read none.json (No such file or directory); give a URL, an OpenAPI file"),
        (["--target", "http://me:pw@127.0.0.1/x"], "leave name and password out of the URL"),
    ],
)
def test_usage(tmp_path: Path, arguments: list[str], line: str) -> None:
    done = prebeta(tmp_path, "init", *arguments)
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith(f"prebeta: {line}")
    assert done.err.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


def test_a_python_product_by_its_name(tmp_path: Path) -> None:
    project(tmp_path)
    (tmp_path / "prebeta.yaml").unlink()
    done = prebeta(tmp_path, "init", "--target", "desk_product:Desk", "--kind", "python")
    assert done.code == 0, done.err
    runs(tmp_path)


def test_a_name_that_leads_nowhere_is_for_the_person_to_mend(tmp_path: Path) -> None:
    done = prebeta(tmp_path, "init", "--target", "no_such_bot:answer")
    assert (done.code, done.out) == (2, "")
    assert "no module 'no_such_bot'" in done.err
    assert "; looked in FOLDER, where prebeta.yaml is, and among the installed packages\n" in done.err
    assert prebeta(tmp_path, "doctor") == Done(
        2,
        f"ok  config: prebeta.yaml\nok  config: note: {EXAMPLE}\nok  store: FOLDER/.prebeta/prebeta.db will be made by the first run\n"
        "BAD product: target.function: 'no_such_bot:answer': no module 'no_such_bot' here (looked beside prebeta.yaml and"
        " in the environment)\n",
        "",
    )


def test_where_a_module_was_looked_for(tmp_path: Path) -> None:
    (tmp_path / "bot_looked_for.py").write_text("def answer(text):\n    return 'Hello there'\n")
    done = prebeta(tmp_path, "init", "--target", "bot_looked_for:answer", "sub")
    assert done.code == 2
    assert "looked in FOLDER/sub, where prebeta.yaml is, and among the installed packages" in done.err
    assert "; there is one in FOLDER: write the file there (prebeta init FOLDER)\n" in done.err
    (tmp_path / "sub" / "prebeta.yaml").unlink()
    lacking = prebeta(tmp_path, "init", "--target", "bot_looked_for:nope")
    assert lacking.code == 2
    assert "bot_looked_for has no 'nope'; bot_looked_for is FOLDER/bot_looked_for.py\n" in lacking.err


def test_a_run_with_the_example_s_goals_is_no_verdict(tmp_path: Path) -> None:
    project(tmp_path)
    (tmp_path / "prebeta.yaml").unlink()
    assert prebeta(tmp_path, "init", "--target", "desk_product:Desk").code == 0
    done = prebeta(tmp_path, "run", "-n", "4", "-q")
    assert done.err == f"prebeta: note: {EXAMPLE}\nprebeta: note: this says nothing of the product yet: {EXAMPLE}\n"


def piecemeal(routes_take: str) -> list[web.RouteDef]:
    """A bot that takes words under a key of its own, and streams events named as nobody else names them."""

    async def chat(request: web.Request) -> web.StreamResponse:
        said = await request.json()
        if routes_take not in said:
            return web.json_response({"detail": "no"}, status=422)
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        for piece in ("Which ", "day", "?"):
            await response.write(f"event: piece\ndata: {json.dumps({'t': piece, 'n': 1})}\n\n".encode())
        await response.write(b'event: chips\ndata: {"list": ["Monday", "Tuesday"]}\n\nevent: fin\ndata: {}\n\n')
        return response

    return [web.post("/talk", chat)]


@pytest.mark.parametrize("key", ["message", "question"])
@pytest.mark.parametrize("kind", [None, "sse"])
def test_a_stream_with_names_of_its_own(tmp_path: Path, key: str, kind: str | None) -> None:
    with on_loopback(piecemeal(key)) as url:
        named = [] if kind is None else ["--kind", kind]
        done = prebeta(tmp_path, "init", "--target", f"{url}/talk", *named)
        assert done.code == 0, done.err
        assert "recognised as sse\nthe product answers: Which day?\n" in done.out
        runs(tmp_path)
    text = (tmp_path / "prebeta.yaml").read_text()
    assert f'send: {{post: "/talk", json: {{{key}: "{{text}}"}}}}' in text
    stream = "{delta: {event: piece, path: t}, options: {event: chips, path: list}, end: fin}"
    assert f"  stream: {stream} # guessed from the events that came, piece (t, n), chips (list), fin" in text


def test_a_kind_that_was_asked_for_and_not_recognised_has_its_file_all_the_same(tmp_path: Path) -> None:
    with on_loopback(routes()) as url:
        done = prebeta(tmp_path, "init", "--target", f"{url}/nothing", "--kind", "sse")
    assert (done.code, done.out) == (3, "")
    assert done.err.startswith("prebeta: wrote prebeta.yaml, but ")
    assert "tried: GET /nothing (404), POST /nothing (404)" in done.err
    text = (tmp_path / "prebeta.yaml").read_text()
    assert "  kind: sse                                          # as asked for: the product was not recognised" in text
    assert '  send: {post: "/nothing", json: {text: "{text}"}}   # a guess: look what the product takes\n' in text


def test_a_websocket_that_answers_no_frame_is_said_not_to_be_recognised(tmp_path: Path) -> None:
    async def chat(request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        await socket.send_json({"kind": "bot", "body": "Hi there", "chips": ["Book"]})
        async for _ in socket:
            await socket.send_json({"kind": "problem", "body": "bad frame"})
        return socket

    with on_loopback([web.get("/ws", chat)]) as url:
        done = prebeta(tmp_path, "init", "--target", f"{url.replace('http', 'ws')}/ws")
        told = json.loads(
            prebeta(tmp_path, "init", "more", "--target", f"{url.replace('http', 'ws')}/ws", "--json").out
        )
    assert done.code == 3
    assert "the product answers" not in done.out
    assert "prebeta: the product was not recognised: it spoke first, in frames with kind, body, chips; " in done.err
    assert 'no frame was answered; tried {"kind":"message","body":"{text}"}, ' in done.err
    assert (told["recognised"], told["kind"], told["answer"]) == (False, "websocket", None)
    text = (tmp_path / "prebeta.yaml").read_text()
    assert "as asked for" not in text
    assert "    options: chips" in text
