"""Where users would act for real: which hosts look like the real thing, and what is said of them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from prebeta.config import Project
from prebeta.runner.acquaint import acquaint
from prebeta.runner.side_effects import looks_real, real_places, warning, warning_at

REST: dict[str, Any] = {"end_state": {"when": {"ended": True}}, "goals": [{"goal": "x"}]}
SEND: dict[str, Any] = {"send": {"post": "/chat", "json": {"text": "{text}"}}, "reply": {"messages": "reply"}}


def project(url: str, **more: Any) -> Project:
    target = {"kind": "http", "url": url, **SEND, **more.pop("target", {})}
    return Project.model_validate({"target": target, **REST, **more})


@pytest.mark.parametrize(
    "host",
    [
        *("bot.shop.com", "www.shop.co.uk", "8.8.8.8", "2001:4860:4860::8888", "testament.com", "developers.shop.com"),
        *("demonstration.org", "SHOP.com.", "contest.com", "latest-news.org"),
    ],
)
def test_the_real_thing(host: str) -> None:
    assert looks_real(host)


@pytest.mark.parametrize(
    "host",
    [
        *("localhost", "127.0.0.1", "127.9.9.9", "::1", "10.1.2.3", "192.168.0.7", "172.16.0.1", "169.254.1.1"),
        *("fe80::1%eth0", "fd00::7", "bot", "shop.test", "printer.local", "chat.svc.cluster.local", "api.internal"),
        *("a.localhost", "staging.shop.com", "bot-staging.shop.com", "qa2.shop.com", "shop.dev", "SANDBOX.shop.com"),
        *("my_demo.shop.com", "uat-api.shop.com", "preview--pr7.shop.app", "test.shop.com", "stage1.shop.com"),
    ],
)
def test_where_nothing_is_real(host: str) -> None:
    assert not looks_real(host)


def test_what_is_said_and_how_it_is_silenced() -> None:
    told = warning(project("https://api.shop.com/v1"), 200)
    assert told == (
        "api.shop.com looks like the real thing: the users of 200 conversations will order, book and cancel there for real\n"
        "aim at a copy for tests, or set target.sandbox: true in prebeta.yaml where nothing they do there is real"
    )
    assert warning(project("https://api.shop.com", target={"sandbox": True}), 200) is None
    assert warning(project("https://staging.shop.com"), 200) is None


def test_calls_and_probes_count_as_well() -> None:
    setup = {"before": {"post": "https://crm.shop.com/users?key=1"}, "after": {"delete": "/users/{id}"}}
    end = {"when": {"probe": {"get": "https://orders.shop.com/{session}"}}}
    assert real_places(project("http://127.0.0.1:1", setup=setup, end_state=end)) == ("crm.shop.com", "orders.shop.com")
    assert "crm.shop.com and orders.shop.com look like" in str(
        warning(project("http://bot", setup=setup, end_state=end))
    )


def test_a_product_in_this_process_is_no_ones_business() -> None:
    python = {"kind": "python", "function": "bot:answer"}
    assert warning(Project.model_validate({"target": python, **REST}), 5) is None


def test_it_is_also_said_before_an_address_is_greeted_for_the_first_time() -> None:
    assert str(warning_at("https://api.shop.com/v1?key=1")).startswith(
        "api.shop.com looks like the real thing: it is greeted"
    )
    for address in ("http://127.0.0.1:8080/chat", "https://staging.shop.com", "bot:answer", "http://[x", ""):
        assert warning_at(address) is None


def test_init_says_so_before_anything_is_sent(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    said: list[str] = []

    async def knocked(*_: object) -> bool:
        said.append("knocked")
        return True

    async def asked(connector: Any, url: str, client: object) -> None:
        said.append("asked")

    monkeypatch.setattr("prebeta.runner.acquaint._knock", knocked)
    monkeypatch.setattr("prebeta.runner.acquaint._recognised", asked)
    acquaint("https://api.shop.com/chat", "http", tell=said.append)
    assert [line.partition(" ")[0] for line in said] == ["knocked", "api.shop.com", "aim", "asked"]
    document = {
        "openapi": "3.0.0",
        "servers": [{"url": "https://api.shop.com"}],
        "paths": {
            "/chat": {
                "post": {
                    "responses": {},
                    "requestBody": {
                        "content": {
                            "application/json": {
                                "schema": {"type": "object", "properties": {"message": {"type": "string"}}}
                            }
                        }
                    },
                }
            }
        },
    }
    (tmp_path / "openapi.json").write_text(json.dumps(document), encoding="utf-8")
    said.clear()
    acquaint(str(tmp_path / "openapi.json"), tell=said.append)
    assert said[0].startswith("api.shop.com looks like the real thing")
