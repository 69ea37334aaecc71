"""What is guessed of products' answers, from real shapes, and by talking to servers that take words their own way."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prebeta.config import Guess, load, starter
from prebeta.runner import first_answer
from prebeta.runner.acquaint import acquaint, guessed

Answer = Callable[[dict[str, Any]], tuple[int, Any]]


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
    assert "# guessed by what stood there; is it right?" in starter("http://h/chat", found)


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
    file.write_text(starter("http://127.0.0.1:1/chat", found), encoding="utf-8")
    options = load(file).target.reply
    assert found is None or found.reply == {name: getattr(options, name) for name in found.reply}


# --- servers --------------------------------------------------------------------------------------------


@pytest.fixture
def served() -> Iterator[Callable[[Answer], str]]:
    servers = []

    def serve(answer: Answer) -> str:
        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
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
    found = acquaint(url)
    reply = {"messages": "answer", "session": "session_id", "ended": "finished"}
    assert found == Guess("message", "session_id", reply)
    assert [set(body) for body in heard] == [{"text"}, {"message"}, {"message", "session_id"}]
    (tmp_path / "prebeta.yaml").write_text(starter(url, found))
    assert first_answer(load(tmp_path / "prebeta.yaml")).session == "s-1"
    assert heard[-1] == {"message": "Hello"}


def test_an_id_that_changes_is_no_session_and_one_that_is_not_taken_is_not_sent(
    served: Callable[[Answer], str],
) -> None:
    count = iter(range(100))
    assert acquaint(served(lambda _: (200, {"text": "Hello", "id": next(count)}))) == Guess(
        "text", None, {"messages": "text"}
    )

    def strict(body: dict[str, Any]) -> tuple[int, Any]:
        return (200, {"text": "Hello", "session": "s"}) if set(body) == {"text"} else (422, {})

    assert acquaint(served(strict)) == Guess("text", None, {"messages": "text", "session": "session"})


@pytest.mark.parametrize("answer", [(401, {}), (500, "oh"), (200, "<html>"), (200, {"ok": True}), (404, {})])
def test_a_product_that_does_not_let_itself_be_guessed(
    served: Callable[[Answer], str], answer: tuple[int, Any]
) -> None:
    heard = []

    def told(body: dict[str, Any]) -> tuple[int, Any]:
        heard.append(body)
        return answer

    assert acquaint(served(told)) is None
    assert len(heard) == (6 if answer == (200, {"ok": True}) else 1)


def test_where_nothing_listens() -> None:
    assert acquaint("http://127.0.0.1:9/chat") is None
