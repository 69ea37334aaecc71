"""Products that want a login, a token or a cookie back: what is kept of answers, and that none of it shows anywhere."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from asgi_served import asgi_served
from pydantic import ValidationError
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from prebeta.core.errors import UnreachableError
from prebeta.core.protocols import OpenContext
from prebeta.core.types import Stop, Transcript
from prebeta.targets.http.target import HttpTarget

PASSWORD = 'open/sesame+"7'
LOGIN = {
    "post": "/sessions",
    "json": {"user": "{account.name}", "password": "{account.password}"},
    "keep": {"token": "jwt"},
}


def target_of(url: str, **changes: Any) -> HttpTarget:
    section: dict[str, Any] = {
        "url": url,
        "login": LOGIN,
        "headers": {"Authorization": "Bearer {token}"},
        "start": {"post": "/desk"},
        "send": {"post": "/desk/{session}", "json": {"say": "{text}"}},
        "reply": {"session": "desk", "messages": "said", "trace": "trace"},
    }
    merged = {key: value for key, value in (section | changes).items() if value is not None}
    return HttpTarget(HttpTarget.Options(**merged), Path())


def someone(name: str) -> OpenContext:
    return OpenContext(name, 1, {"name": name, "password": PASSWORD})


def replies(transcript: Transcript) -> list[str]:
    return [turn.reply.text for turn in transcript.turns if turn.reply is not None]


class Desk:
    """A Starlette product with tokens that last `lasts` requests. It knows whose desk is whose, and repeats the token that
    it was shown in all it says, as well in its errors."""

    def __init__(self, lasts: int = 1000, logins: int = 1000) -> None:
        self.lasts, self.logins = lasts, logins
        self.tokens: dict[str, tuple[str, int]] = {}
        self.desks: dict[str, str] = {}
        self.said: list[tuple[str, str]] = []
        self.logged_in = 0

    @property
    def app(self) -> Starlette:
        return Starlette(
            routes=[
                Route("/sessions", self.login, methods=["POST"]),
                Route("/desk", self.open, methods=["POST"]),
                Route("/desk/{desk}", self.say, methods=["POST"]),
            ]
        )

    async def login(self, request: Request) -> Response:
        told = await request.json()
        if told["password"] != PASSWORD or self.logged_in >= self.logins:
            return JSONResponse({"error": f"no {told['password']} for {told['user']}"}, 401)
        self.logged_in += 1
        token = f"eyJ/{self.logged_in:05}.{told['user']}+x="
        self.tokens[token] = (told["user"], self.lasts)
        return JSONResponse({"jwt": token})

    def user(self, request: Request) -> str | None:
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        user, left = self.tokens.get(token, ("", 0))
        self.tokens[token] = (user, left - 1)
        return user if left > 0 else None

    async def open(self, request: Request) -> Response:
        user = self.user(request)
        if user is None:
            return JSONResponse({"error": "expired", "headers": dict(request.headers)}, 401)
        desk = f"d{len(self.desks)}"
        self.desks[desk] = user
        return JSONResponse({"desk": desk, "said": f"good day {user}"})

    async def say(self, request: Request) -> Response:
        user, text = self.user(request), (await request.json())["say"]
        shown = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if user is None:
            return JSONResponse({"error": "expired", "headers": dict(request.headers)}, 401)
        if self.desks[request.path_params["desk"]] != user:
            return JSONResponse({"error": "not your desk"}, 403)
        self.said.append((user, text))
        if text == "break":
            return Response(json.dumps({"token": shown}).replace("/", "\\/"), 500)
        return JSONResponse({"said": [f"{user} said {text}", f"token {shown}"], "trace": f"t-{shown}"})


async def test_twenty_five_users_with_logins_of_their_own(hold):
    desk = Desk()
    async with asgi_served(desk.app) as url, target_of(url) as target:
        held = await asyncio.gather(*(hold(target, "a", "b", context=someone(f"user{n}")) for n in range(25)))
    for n, transcript in enumerate(held):
        said = [f"user{n} said {word}\ntoken ***" for word in "ab"]
        assert replies(transcript) == [f"good day user{n}", *said]
        assert transcript.turns[2].reply.trace == "t-***"
    assert desk.logged_in == 25
    assert "eyJ" not in repr(held)


async def test_a_token_that_runs_out_is_fetched_anew_and_nothing_said_twice(hold):
    desk = Desk(lasts=2)
    async with asgi_served(desk.app) as url, target_of(url) as target:
        held = await asyncio.gather(*(hold(target, *"abcde", context=someone(f"u{n}")) for n in range(20)))
    for n, transcript in enumerate(held):
        assert transcript.stop == Stop("user", "patience")
        assert [text for user, text in desk.said if user == f"u{n}"] == list("abcde")
    assert desk.logged_in == 60
    assert "eyJ" not in repr(held)


async def test_a_token_that_is_refused_right_after_the_login(hold):
    async with asgi_served(Desk(lasts=0).app) as url, target_of(url) as target:
        transcript = await hold(target, "a", context=someone("u"))
        assert (transcript.stop.by, transcript.stop.reason) == ("product", "crashed")
        assert transcript.stop.detail == "POST /desk answered 401, also after a new login"
        assert "eyJ" not in repr(transcript)


async def test_a_login_that_is_no_longer_taken_is_not_the_products_fault(hold):
    async with asgi_served(Desk(lasts=2, logins=1).app) as url, target_of(url) as target:
        transcript = await hold(target, "a", "b", context=someone("u"))
    detail = "POST /sessions answered 401: the login isn't taken; look at target.login"
    assert transcript.stop == Stop("harness", "infrastructure", detail)
    problem = transcript.turns[-1].reply.problem
    assert problem.raw == '{"error":"no *** for u"}'
    assert PASSWORD not in repr(transcript)


async def test_a_token_from_the_start_that_runs_out_is_said_clearly(hold, serve_app):
    """Nothing can be done about it: a new start would be another conversation."""
    left = 2

    async def answer(request: web.Request) -> web.Response:
        nonlocal left
        if request.path == "/desk":
            return web.json_response({"desk": 7, "said": "hello", "pass": {"key": "k3y-to-the-desk"}})
        left -= 1
        if left < 0 or (await request.json())["pass"] != "k3y-to-the-desk":
            return web.json_response({"error": f"{await request.text()} expired"}, status=401)
        return web.json_response({"said": "ok"})

    target = target_of(
        await serve_app(answer),
        login=None,
        headers={},
        start={"post": "/desk", "keep": {"pass_": "pass.key"}},
        send={"post": "/desk/{session}", "json": {"say": "{text}", "pass": "{pass_}"}},
    )
    async with target:
        transcript = await hold(target, "a", "b", "c")
    detail = (
        "POST /desk/{session} answered 401: the kept {pass_} isn't or is no longer taken; only a target.login is done"
    )
    assert (transcript.stop.by, transcript.stop.reason) == ("product", "crashed")
    assert transcript.stop.detail.startswith(detail)
    assert "k3y" not in repr(transcript)


async def test_one_that_breaks_shows_its_evidence_without_the_token(hold):
    async with asgi_served(Desk().app) as url, target_of(url) as target:
        broken, good = await asyncio.gather(
            hold(target, "a", "break", "c", context=someone("u1")), hold(target, "a", "b", context=someone("u2"))
        )
    assert broken.turns[-1].reply.problem.raw == '{"token": "***"}'
    assert good.stop == Stop("user", "patience")


async def test_headers_cookies_paths_and_bodies_take_what_was_kept(hold, serve_app):
    """A login page that sets a cookie on a redirect, a header with a key that changes with each answer, a plain number."""
    seen = []

    async def answer(request: web.Request) -> web.StreamResponse:
        if request.path == "/in":
            moved = web.HTTPFound("/home")
            moved.set_cookie("csrf", "c00kie-mark")
            raise moved
        if request.path == "/home":
            return web.Response(text="<h1>Welcome</h1>", content_type="text/html")
        turn = len(seen)
        seen.append(
            (request.path_qs, request.headers.get("X-Csrf"), request.headers.get("X-Key"), await request.text())
        )
        key = {"X-Next-Key": f"key-number-{turn}"} if turn != 1 else {}
        return web.json_response({"said": f"customer 40017 {request.headers.get('X-Key')}", "no": 40017}, headers=key)

    target = target_of(
        await serve_app(answer),
        login={"post": "/in", "form": {"user": "u"}, "keep": {"mark": {"cookie": "csrf"}}},
        headers={"X-Csrf": "{mark}", "X-Key": "{key}"},
        start={
            "post": "/desk",
            "keep": {"key": {"header": "X-Next-Key"}, "no": {"path": "no", "secret": False}},
        },
        send={
            "put": "/say?no={no}",
            "json": {"say": "{text}", "customer": "{no}", "as text": "no. {no}"},
            "keep": {"key": {"header": "X-Next-Key"}},
        },
        reply={"messages": "said"},
    )
    async with target:
        transcript = await hold(target, "a", "b", "c")
    body = '{"say":"%s","customer":40017,"as text":"no. 40017"}'
    assert seen == [
        ("/desk", "c00kie-mark", None, ""),
        ("/say?no=40017", "c00kie-mark", "key-number-0", body % "a"),
        ("/say?no=40017", "c00kie-mark", "key-number-0", body % "b"),
        ("/say?no=40017", "c00kie-mark", "key-number-2", body % "c"),
    ]
    assert replies(transcript) == ["customer 40017 None", *["customer 40017 ***"] * 3]


@pytest.mark.parametrize(
    ("answer", "stop", "detail", "raw"),
    [
        (
            (200, '{"other": 1}'),
            ("product", "malformed"),
            "login.keep: nothing for 'token' ('jwt') in the answer",
            "other",
        ),
        (
            (200, "<html>"),
            ("product", "malformed"),
            "login.keep: nothing for 'token' ('jwt') in the answer to POST",
            "<html>",
        ),
        ((500, "boom"), ("product", "crashed"), "POST /sessions answered 500", "boom"),
        ((403, "no"), ("harness", "infrastructure"), "POST /sessions answered 403: the login isn't taken", "no"),
    ],
)
async def test_logins_that_go_wrong(hold, serve_app, answer, stop, detail, raw):
    async def handler(_request: web.Request) -> web.Response:
        return web.Response(status=answer[0], text=answer[1])

    async with target_of(await serve_app(handler)) as target:
        transcript = await hold(target, "a", context=someone("u"))
    assert (transcript.stop.by, transcript.stop.reason) == stop
    assert detail in transcript.stop.detail
    assert raw in transcript.turns[0].reply.problem.raw


async def test_the_check_points_at_the_login():
    async with asgi_served(Desk().app) as url:
        with pytest.raises(UnreachableError) as caught:
            await target_of(url, login={**LOGIN, "json": {"user": "u", "password": "wrong-one"}}).check()
        assert "answered 401 to POST /sessions: it doesn't let us in; look at target.login" in str(caught.value)
        with pytest.raises(UnreachableError) as caught:
            await target_of(
                url, login={**LOGIN, "json": {"user": "u", "password": PASSWORD}, "keep": {}}, headers={}
            ).check()
        assert "answered 401 to POST /desk, also" not in str(caught.value)
        assert "answered 401 to POST /desk: it doesn't let us in" in str(caught.value)


async def test_credentials_in_bodies_and_addresses_are_struck_out(hold, serve_app):
    """Those of the file's own, where no header holds them."""

    async def echo(request: web.Request) -> web.Response:
        status = 500 if "b" in request.query.get("q", "") else 200
        return web.json_response({"said": f"{request.path_qs} {await request.text()}"}, status=status)

    send = {
        "post": "/x?api_key=p4th-key&q={text}",
        "json": {"auth": {"client_secret": "b0dy-secret"}, "token": "{account.t}"},
    }
    target = target_of(await serve_app(echo), login=None, headers={}, start=None, send=send, reply={"messages": "said"})
    async with target:
        transcript = await hold(target, "a", "b", context=OpenContext("c", 1, {"t": "acc0unt-token"}))
    told = repr(transcript)
    assert transcript.stop.reason == "crashed"
    assert told.count("***") >= 6
    assert not [secret for secret in ("p4th-key", "b0dy-secret", "acc0unt-token") if secret in told]


async def test_cookies_stay_out_of_the_evidence(hold, serve_app):
    async def answer(request: web.Request) -> web.StreamResponse:
        if request.path == "/in":
            moved = web.HTTPFound("/home")
            moved.set_cookie("sid", "s3ssion-cookie")
            moved.set_cookie("lang", "en")
            raise moved
        if request.path == "/home":
            return web.json_response({"id": "s3ssion-cookie", "said": "hello"})
        return web.json_response({"cookies": f"{sorted(request.cookies.items())}"}, status=500)

    target = target_of(
        await serve_app(answer),
        login=None,
        headers={},
        start={"post": "/in"},
        send={"post": "/say", "json": {"say": "{text}", "id": "{session}"}},
        reply={"messages": "said", "session": "id"},
    )
    async with target:
        transcript = await hold(target, "a")
    assert transcript.turns[0].reply.session == "s3ssion-cookie"
    assert transcript.turns[-1].reply.problem.raw == """{"cookies": "[('lang', 'en'), ('sid', '***')]"}"""


async def test_cookie_sessions_need_nothing(hold):
    async def door(_request: Request) -> Response:
        response = RedirectResponse("/hall", status_code=303)
        response.set_cookie("sid", f"s{len(known)}")
        known.append([])
        return response

    async def hall(request: Request) -> Response:
        return JSONResponse({"said": f"hall of {request.cookies['sid']}"})

    async def say(request: Request) -> Response:
        words = known[int(request.cookies["sid"][1:])]
        words.append((await request.json())["say"])
        return JSONResponse({"said": " ".join(words)})

    known: list[list[str]] = []
    app = Starlette(
        routes=[Route("/door", door, methods=["POST"]), Route("/hall", hall), Route("/say", say, methods=["POST"])]
    )
    async with asgi_served(app) as url:
        target = target_of(
            url,
            login=None,
            headers={},
            start={"post": "/door"},
            send={"post": "/say", "json": {"say": "{text}"}},
            reply={"messages": "said"},
        )
        async with target:
            held = await asyncio.gather(*(hold(target, f"{n}a", f"{n}b") for n in range(20)))
    for n, transcript in enumerate(held):
        assert replies(transcript)[1:] == [f"{n}a", f"{n}a {n}b"]


@pytest.mark.parametrize(
    ("changes", "message", "where"),
    [
        (
            {"headers": {"A": "{tok}"}},
            "header 'A': unknown placeholder {tok}; known here: {id}, {seed}, {account.NAME}, {token}",
            (),
        ),
        ({"login": {**LOGIN, "json": "{text}"}}, "unknown placeholder {text}; known here: {id}, {seed}", ("login",)),
        ({"login": {**LOGIN, "keep": {"session": "a"}}}, "{session} has a meaning already", ("login", "keep")),
        ({"login": {**LOGIN, "keep": {"a-b": "a"}}}, "'a-b' can't be a placeholder", ("login", "keep")),
        (
            {"login": {**LOGIN, "keep": {"a": {"path": "a", "cookie": "b"}}}},
            "give exactly one of path, header, cookie",
            None,
        ),
        ({"login": {**LOGIN, "keep": {"a": "b c"}}}, "not a JMESPath", None),
        (
            {"start": {"post": "/x", "keep": {"a": "desk"}}},
            "start.keep: 'a' is the session's id, which is kept anyway",
            (),
        ),
        (
            {"start": {"post": "/{late}"}, "send": {"post": "/{text}", "keep": {"late": "x"}}},
            "unknown placeholder {late}",
            ("start",),
        ),
    ],
)
def test_what_is_wrong_is_said_before_the_run(changes, message, where):
    with pytest.raises(ValidationError) as caught:
        target_of("http://127.0.0.1:1", **changes)
    assert message in str(caught.value)
    if where is not None:
        assert where in [error["loc"] for error in caught.value.errors()]
