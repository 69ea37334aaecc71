"""What the command line says of products where things are real, and where their traces are to be seen."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from command_line import prebeta
from product_on_loopback import on_loopback

from prebeta.runner import side_effects
from prebeta.targets.wire.line import trace_of

PROJECT = """\
target:
  kind: http
  url: {url}
  headers: {{Authorization: "Bearer ${{KIOSK_TOKEN:-none}}"}}
  send: {{post: /chat, json: {{text: "{{text}}"}}}}
  reply: {{messages: reply, ended: done{more}
end_state: {{when: {{ended: true, probe: {{get: "/orders/{{session}}?key=k1"}}}}}}
goals: [{{goal: buy a ticket}}]
setup: {{before: {{post: /accounts}}}}
"""


def routes(heard: list[Any], traces: bool = False) -> list[web.RouteDef]:
    async def answer(request: web.Request) -> web.Response:
        heard.append((request.path.split("/")[1], request.headers.get("X-Synthetic-User")))
        told = {"traceresponse": f"00-{'ab' * 16}-{'c' * 16}-01"} if traces else {}
        return web.json_response({"reply": "It is booked.", "done": True, "name": "Ann"}, headers=told)

    return [web.route("*", "/{any:.*}", answer)]


@pytest.mark.parametrize(("announce", "header"), [("", "prebeta"), ("\n  announce: false", None)])
def test_all_requests_tell_that_no_person_speaks(tmp_path: Path, announce: str, header: str | None) -> None:
    heard: list[Any] = []
    with on_loopback(routes(heard)) as url:
        (tmp_path / "prebeta.yaml").write_text(PROJECT.format(url=url, more="}" + announce))
        assert prebeta(tmp_path, "run", "-n", "2", "-q").code == 0
    assert set(heard) == {("chat", header), ("orders", header), ("accounts", header)}


def test_users_would_do_it_for_real(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with on_loopback(routes([])) as url:
        (tmp_path / "prebeta.yaml").write_text(PROJECT.format(url=url, more="}"))
        assert "real" not in prebeta(tmp_path, "run", "-n", "2", "-q").err
        monkeypatch.setattr(side_effects, "looks_real", lambda host: host == "127.0.0.1")
        run = prebeta(tmp_path, "run", "-n", "2", "--repeats", "2", "--json")
        doctor = prebeta(tmp_path, "doctor")
        (tmp_path / "prebeta.yaml").write_text(PROJECT.format(url=url, more="}\n  sandbox: true"))
        silenced = prebeta(tmp_path, "run", "-n", "2", "-q")
    first, second = run.err.splitlines()
    assert first == (
        "prebeta: 127.0.0.1 looks like the real thing: the users of 4 conversations will order, book and cancel there for"
        " real"
    )
    assert "set target.sandbox: true" in second
    assert (run.code, json.loads(run.out)["conversations"]) == (0, 4)
    assert "127.0.0.1 looks like the real thing: synthetic users will order" in doctor.err
    assert (doctor.code, silenced.code, silenced.err) == (0, 0, "")


@pytest.mark.parametrize("told", [True, False])
def test_a_conversation_leads_to_its_trace(tmp_path: Path, told: bool) -> None:
    link = '}}\n  trace_link: "${{TRACING:-https://traces.test}}/t/{{trace}}"'.replace("{{", "{").replace("}}", "}")
    with on_loopback(routes([], told)) as url:
        (tmp_path / "prebeta.yaml").write_text(PROJECT.format(url=url, more=link))
        assert prebeta(tmp_path, "run", "-n", "1", "-q").code == 0
    (stored,) = sqlite_ids(tmp_path)
    trace = "ab" * 16 if told else trace_of(stored)
    expected = f"https://traces.test/t/{trace}"
    assert json.loads(prebeta(tmp_path, "show", "latest", stored, "--json").out)["trace_link"] == expected
    shown = prebeta(tmp_path, "show", "latest", stored, TRACING="https://eu.traces.test").out
    assert shown.endswith(f"trace: https://eu.traces.test/t/{trace}\n")


def sqlite_ids(folder: Path) -> list[str]:
    """Ids of the conversations, which what is printed here doesn't tell: there they are made the same."""
    from prebeta.store import Store

    with Store.open(folder / ".prebeta" / "prebeta.db", create=False) as store:
        return [row.id for row in store.rows(store.run("latest").id)]
