"""What is guessed of products' answers, from real shapes, and by talking to servers that take words their own way."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import parse_qsl

import aiohttp
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel

from prebeta import plugins
from prebeta.config import Found, load, starter
from prebeta.core.errors import UsageError
from prebeta.runner import first_answer
from prebeta.runner.acquaint import acquaint, minimal
from prebeta.targets.http.target import HttpTarget
from prebeta.targets.wire.answer_shape import Guess, guessed
from prebeta.targets.wire.greeting import as_guessed
from prebeta.targets.wire.recognised import Recognised

Answer = Callable[[dict[str, Any]], tuple[int, Any]]


def heard_at(url: str) -> Found | None:
    return acquaint(url, "http").found


@pytest.mark.parametrize(
    ("answer", "reply"),
    [
        (
            {"reply": "Hi", "suggestions": [], "done": False, "session_id": "x", "state": None, "trace": "t"},
            {"messages": "reply", "options": "suggestions", "session": "session_id", "ended": "done", "state": "state"},
        ),
        (
            {"data": {"messages": [{"text": "Hi", "quick_replies": ["a"]}], "isOver": None}, "conversationId": 4},
            {
                "messages": "data.messages",
                "options": "data.messages[].quick_replies[]",
                "session": "conversationId",
                "ended": "data.isOver",
            },
        ),
        (
            [{"recipient_id": "u", "text": "Hi", "buttons": [{"title": "A", "payload": "/a"}]}, {"image": "x.png"}],
            {"messages": "[].text", "options": "[].buttons[]"},
        ),
        (
            {"id": "c1", "choices": [{"message": {"role": "assistant", "content": "Hi"}}]},
            {"messages": "choices[].message", "session": "id"},
        ),
        ({"id": "m1", "session": {"id": "s"}, "text": "Hi"}, {"messages": "text", "session": "session.id"}),
        ({"id": 1, "messages": [], "done": False}, {"messages": "messages", "session": "id", "ended": "done"}),
        ({"bot": ["Hi", "you"], "reply-options": ["x"]}, {"messages": "bot", "options": '"reply-options"'}),
        ({"messages": [{"type": "image"}, {"text": "Hi"}]}, {"messages": "messages"}),
        ("Hi", {"messages": "@"}),
    ],
)
def test_the_shapes_products_have(answer: Any, reply: dict[str, str]) -> None:
    assert guessed("text", answer) == Guess("text", None, reply)


def test_an_unknown_key_is_taken_by_what_stands_there_and_said_to_be() -> None:
    found = guessed("text", {"vastaus": "Hei, mitä saisi olla?", "tila": "uusi"})
    assert found == Guess("text", None, {"messages": "vastaus"}, ("messages",))
    assert found is not None
    text = starter("http://h/chat", as_guessed("http://h/chat", found))
    assert "# guessed by what stood there; is it right?" in text


@pytest.mark.parametrize("answer", [{"error": "text is missing"}, {}, [], None, 5, {"ok": True}, {"a": "b"}])
def test_where_nobody_says_anything_nothing_is_guessed(answer: Any) -> None:
    assert guessed("text", answer) is None


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(("text", "message", "yes", "n", "${HOME}", "a b", "session-id", "done"))
            | st.text(max_size=5),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@settings(deadline=None, max_examples=60)
@given(json_values)
def test_whatever_a_product_answers_the_file_that_is_written_loads(
    tmp_path_factory: pytest.TempPathFactory, answer: Any
) -> None:
    found = guessed("text", answer)
    file = tmp_path_factory.mktemp("any") / "prebeta.yaml"
    url = "http://127.0.0.1:1/chat"
    file.write_text(starter(url, as_guessed(url, found) if found is not None else None), encoding="utf-8")
    options = load(file).target.reply
    assert found is None or found.reply == {name: getattr(options, name) for name in found.reply}


# --- servers --------------------------------------------------------------------------------------------


@pytest.fixture
def served() -> Iterator[Callable[[Answer], str]]:
    servers = []

    def serve(answer: Answer) -> str:
        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                said = self.rfile.read(int(self.headers["Content-Length"] or 0)) or b"{}"
                form = "form" in (self.headers["Content-Type"] or "")
                body = {"as": "form", **dict(parse_qsl(said.decode()))} if form else json.loads(said)
                status, told = answer(body)
                data = told.encode() if isinstance(told, str) else json.dumps(told).encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *_: object) -> None:
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
        return f"http://127.0.0.1:{server.server_address[1]}/chat"

    yield serve
    for server in servers:
        server.shutdown()
        server.server_close()


def test_a_product_that_keeps_its_session_gets_it_back(served: Callable[[Answer], str], tmp_path: Path) -> None:
    heard: list[dict[str, Any]] = []

    def answer(body: dict[str, Any]) -> tuple[int, Any]:
        heard.append(body)
        if set(body) - {"message", "sid", "session_id"} or "message" not in body:
            return 422, {"detail": "message is missing"}
        more = {"finished": False} if "session_id" in body else {}
        return 200, {"answer": "Hello, which day?", "session_id": body.get("session_id", "s-1"), **more}

    url = served(answer)
    found = heard_at(url)
    assert found is not None
    assert found.section["send"] == {"post": "/chat", "json": {"message": "{text}", "session_id": "{session}"}}
    assert found.section["reply"] == {"messages": "answer", "session": "session_id", "ended": "finished"}
    assert [set(body) for body in heard] == [{"message"}, {"message", "session_id"}]
    (tmp_path / "prebeta.yaml").write_text(starter(url, found))
    assert first_answer(load(tmp_path / "prebeta.yaml")).session == "s-1"
    assert heard[-1] == {"message": "Hello"}


def test_an_id_that_changes_is_no_session_and_one_that_is_not_taken_is_not_sent(
    served: Callable[[Answer], str],
) -> None:
    count = iter(range(100))
    changing = heard_at(served(lambda _: (200, {"text": "Hello", "id": next(count)})))
    assert changing is not None
    assert changing.section["reply"] == {"messages": "text"}

    def strict(body: dict[str, Any]) -> tuple[int, Any]:
        return (200, {"text": "Hello", "session": "s"}) if set(body) == {"text"} else (422, {})

    not_taken = heard_at(served(strict))
    assert not_taken is not None
    assert not_taken.section["send"] == {"post": "/chat", "json": {"text": "{text}"}}
    assert not_taken.section["reply"] == {"messages": "text", "session": "session"}


def test_words_are_taken_in_many_ways(served: Callable[[Answer], str], tmp_path: Path) -> None:
    """As the whole history; with an id that the caller makes up; by a product that breaks on other keys."""

    def history(body: dict[str, Any]) -> tuple[int, Any]:
        if set(body) != {"messages"}:
            return 422, {"detail": [{"loc": ["body", "messages"], "msg": "Field required"}]}
        return 200, {"message": {"role": "assistant", "content": f"Turn {len(body['messages'])}"}}

    def named(body: dict[str, Any]) -> tuple[int, Any]:
        missing = [name for name in ("query", "session_id", "user_id") if name not in body]
        if missing:
            return 422, {"detail": [{"loc": ["body", name], "msg": "Field required"} for name in missing]}
        return 200, {"answer": "Hi there", "session_id": body["session_id"]}

    def careless(body: dict[str, Any]) -> tuple[int, Any]:
        return (200, {"text": "Hi there"}) if "text" in body else (500, "KeyError")

    expected: list[tuple[Answer, Any]] = [
        (history, {"json": {"messages": "{history}"}}),
        (named, {"json": {"query": "{text}", "session_id": "{session}", "user_id": "{id}"}}),
        (careless, {"json": {"text": "{text}"}}),
    ]
    for number, (answer, send) in enumerate(expected):
        url = served(answer)
        found = heard_at(url)
        assert found is not None
        assert found.section["send"] == {"post": "/chat", **send}
        file = tmp_path / f"{number}.yaml"
        file.write_text(starter(url, found))
        assert first_answer(load(file)).text in ("Hi there", "Turn 1")


def test_a_form_is_tried_where_json_is_refused(served: Callable[[Answer], str]) -> None:
    def answer(body: dict[str, Any]) -> tuple[int, Any]:
        return (200, {"reply": "Hi there"}) if body.get("as") == "form" and "message" in body else (415, {})

    found = heard_at(served(answer))
    assert found is not None
    assert found.section["send"] == {"post": "/chat", "form": {"message": "{text}"}}


@pytest.mark.parametrize("answer", [(401, {}), (500, "oh"), (200, "<html>"), (200, {"ok": True}), (404, {})])
def test_a_product_that_does_not_let_itself_be_guessed(
    served: Callable[[Answer], str], answer: tuple[int, Any]
) -> None:
    heard = []

    def told(body: dict[str, Any]) -> tuple[int, Any]:
        heard.append(body)
        return answer

    assert heard_at(served(told)) is None
    ways = {(200, '{"ok": true}'): 3, (500, '"oh"'): 2}
    assert len(heard) == ways.get((answer[0], json.dumps(answer[1])), 1)


def test_where_nothing_listens() -> None:
    met = acquaint("http://127.0.0.1:9/chat")
    assert (met.found, met.tried) == (None, ("GET /chat (no connection)",))


# --- which kind is asked ----------------------------------------------------------------------------------


class Telling:
    """A connector that knows a product by its address."""

    class Options(BaseModel):
        kind: str = "telling"
        url: str = ""

    asked: ClassVar[list[str]] = []

    @classmethod
    async def recognise(cls, url: str, client: aiohttp.ClientSession) -> Recognised | None:
        cls.asked.append(url)
        async with client.get(url) as response:
            await response.read()
        return (
            Recognised({"kind": "telling", "url": url}, end_state={"when": {"ended": True}}) if "mine" in url else None
        )


class Breaking(Telling):
    """One that breaks on what it meets."""

    @classmethod
    async def recognise(cls, url: str, client: aiohttp.ClientSession) -> Recognised | None:
        raise ValueError("never seen such a thing")


@pytest.fixture
def third_parties(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two connectors of third parties, and one that lacks what it needs, among our own that know nothing."""
    found = {"breaking": Breaking, "telling": Telling, "http": HttpTarget}

    def load(_group: str, name: str) -> Any:
        if name == "lacking":
            raise UsageError("'lacking' needs the module 'x', which isn't installed")
        return found[name]

    Telling.asked.clear()
    monkeypatch.setattr(plugins, "names", lambda _group: ("python", "http", "breaking", "lacking", "telling"))
    monkeypatch.setattr(plugins, "load", load)


def test_third_parties_are_asked_before_anything_is_said(third_parties: None, served: Callable[[Answer], str]) -> None:
    heard: list[Any] = []

    def answer(body: dict[str, Any]) -> tuple[int, Any]:
        heard.append(body)
        return 200, {"reply": "Hello", "session": "1"}

    url = served(answer)
    met = acquaint(f"{url}/mine")
    assert met.found is not None
    assert (met.found.section["kind"], heard) == ("telling", [])
    text = starter(url, met.found)
    assert "end_state:\n  when: {ended: true}\n" in text
    other = acquaint(url)
    assert other.found is not None
    assert (other.found.section["kind"], len(heard)) == ("http", 2)
    assert len(Telling.asked) == 2
    assert other.absent == ("lacking: 'lacking' needs the module 'x', which isn't installed",)


def test_one_that_is_not_sure_is_taken_where_no_other_knows(
    third_parties: None, served: Callable[[Answer], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def perhaps(url: str, client: aiohttp.ClientSession) -> Recognised:
        return Recognised({"kind": "telling", "url": url}, sure=False)

    monkeypatch.setattr(Telling, "recognise", perhaps)
    for answer, kind in (({"reply": "Hello"}, "http"), ({"foo": 1}, "telling")):
        found = acquaint(served(lambda _, answer=answer: (200, answer))).found  # type: ignore[misc]
        assert found is not None
        assert found.section["kind"] == kind


class Demanding(BaseModel):
    """Options that nobody could guess."""

    kind: str
    url: str
    key: str


def test_a_kind_that_is_named_is_the_only_one_asked(
    third_parties: None, served: Callable[[Answer], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    url = served(lambda _: (200, {"reply": "Hello"}))
    met = acquaint(url, "telling")
    assert met.found is None
    assert met.told() == "tried: GET /chat (501); or give the chat's own path, its OpenAPI file, or --kind"
    assert minimal("telling", url).section == {"kind": "telling", "url": url}
    plain = minimal("http", url)
    assert (plain.section["send"], plain.section["reply"]) == (
        {"post": "/chat", "json": {"text": "{text}"}},
        {"messages": "reply"},
    )
    monkeypatch.setattr(Telling, "Options", Demanding)
    with pytest.raises(UsageError, match=r"wasn't recognised as telling, and its section can't be guessed \(key: "):
        minimal("telling", url)


def test_a_product_that_hangs_is_left_after_a_knock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("prebeta.runner.acquaint._KNOCK_S", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        met = acquaint(f"http://127.0.0.1:{silent.getsockname()[1]}/chat")
    assert (met.found, met.tried) == (None, ("GET /chat (no answer in time)",))


def test_what_a_python_object_is_stands_beside_it(tmp_path: Path) -> None:
    (tmp_path / "graph_of_mine.py").write_text(
        "class Pregel:\n    pass\nPregel.__module__ = 'langgraph.pregel'\ngraph = Pregel()\n"
        "def answer(text):\n    return text\n"
    )
    graph, function, broken = (
        acquaint(f"graph_of_mine:{name}", folder=tmp_path).found for name in ("graph", "answer", "nope")
    )
    assert graph is not None
    assert function is not None
    assert broken is not None
    assert graph.remarks["function"].startswith("a LangGraph graph")
    assert function.remarks["function"] == broken.remarks["function"]
    assert function.remarks["function"].startswith("f(text) -> str")


def test_what_takes_a_while_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"_KNOCK_S": 0.5, "_SOON_S": 0.1, "_AGAIN_S": 0.15}.items():
        monkeypatch.setattr(f"prebeta.runner.acquaint.{name}", value)
    told: list[str] = []
    with socket.create_server(("127.0.0.1", 0)) as silent:
        acquaint(f"http://127.0.0.1:{silent.getsockname()[1]}/chat", tell=told.append)
    assert told[:2] == ["waiting for a first answer …", "waiting for a first answer, still waiting …"]


def test_an_address_without_a_path_is_looked_at_where_products_commonly_stand() -> None:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"] or 0))
            data = b'{"answer": "Hello, I am here."}'
            self.send_response(200 if self.path == "/api/chat" else 404)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        found = heard_at(f"http://127.0.0.1:{server.server_address[1]}")
        server.shutdown()
    assert found is not None
    assert found.section["send"] == {"post": "/api/chat", "json": {"message": "{text}"}}


@pytest.mark.parametrize(("status", "most"), [(400, 12), (404, 7), (500, 5), (503, 1), (401, 1), (200, 4)])
@pytest.mark.parametrize("path", ["", "/talk"])
def test_little_is_sent_to_what_does_not_answer(status: int, most: int, path: str) -> None:
    """And nothing to where conversations and orders are opened."""
    posted: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"] or 0))
            posted.append(self.path)
            self.send_response(status)
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"{}")

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        met = acquaint(f"http://127.0.0.1:{server.server_address[1]}{path}")
        server.shutdown()
    assert met.found is None
    assert 1 <= len(posted) <= most
    assert set(posted) <= {path or "/", "/chat", "/api/chat", "/chat/stream", "/message"}
