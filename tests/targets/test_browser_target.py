"""The browser connector against real pages in a real browser: what is read, pressed and typed, and what goes wrong."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from prebeta.core.errors import Refused, TargetError, UnreachableError, UsageError
from prebeta.core.protocols import OpenContext
from prebeta.core.types import Limits, Option, Press, Say, Stop, Transcript, Wait
from prebeta.targets.browser.chromium import program_of
from prebeta.targets.browser.options import BrowserOptions
from prebeta.targets.browser.target import BrowserTarget
from prebeta.targets.wire.line import trace_of

pytest.importorskip("playwright", reason="playwright isn't installed: pip install 'prebeta[browser]'")
try:
    program_of(BrowserOptions(url="http://127.0.0.1"))
except UsageError as missing:
    pytest.skip(f"{missing}; scripts/parts/chromium.sh installs it", allow_module_level=True)

Serve = Callable[..., Awaitable[str]]

BARE = """<!doctype html><title>Chat</title><h1>Shop</h1>
<div id="log" role="log"></div><input id="in" placeholder="Type a message"><button id="go">Send</button>
<script>
const log = document.getElementById("log"), field = document.getElementById("in");
const add = (who, text) => {{ const one = document.createElement("p"); one.className = "message " + who; one.textContent = text; log.append(one); return one; }};
const later = (ms) => new Promise((done) => setTimeout(done, ms));
const offer = (...titles) => {{ for (const title of titles) {{ const one = document.createElement("button"); one.textContent = title; one.onclick = () => say(title); log.append(one); }} }};
async function say(text) {{ log.querySelectorAll("button").forEach((one) => one.remove()); add("user", text); await answer(text); }}
field.onkeydown = (event) => {{ if (event.key === "Enter" && field.value) {{ const text = field.value; field.value = ""; say(text); }} }};
{script}
</script>"""


def target_of(url: str, folder: Path, **changes: Any) -> BrowserTarget:
    section = {"url": url, "quiet_s": 0.25, "greeting_s": 0.3, "screenshots": "failed", **changes}
    return BrowserTarget(BrowserTarget.Options(**section), folder)


def bare(script: str) -> Callable[[web.Request], Awaitable[web.Response]]:
    return html(BARE.format(script=script))


def html(text: str) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def page(_: web.Request) -> web.Response:
        return web.Response(text=text, content_type="text/html")

    return page


def replies(transcript: Transcript) -> list[tuple[str, ...]]:
    return [turn.reply.messages for turn in transcript.turns if turn.reply is not None]


def problem(transcript: Transcript) -> Any:
    reply = transcript.turns[-1].reply
    assert reply is not None
    assert reply.problem is not None
    return reply.problem


async def test_many_conversations_each_with_a_desk_of_its_own(serve_app, hold, tmp_path):
    """Streamed words, late words and quick replies, for eight users at once; cookies and the headers are theirs."""
    seen: dict[str, list[Any]] = {}

    async def page(request: web.Request) -> web.Response:
        text = BARE.format(
            script="""
            add("bot", "Hello"); offer("Red", "Blue");
            async function answer(text) {
              const told = await (await fetch("/say", {method: "POST", body: text})).json();
              const one = add("bot", "");
              for (const word of told.text.split(" ")) { one.textContent += word + " "; await later(60); }
              if (text === "Red") offer("Small", "Large");
              if (text === "soon") setTimeout(() => add("bot", "and this came late"), 500);
              window.desk = {heard: told.heard}; if (told.over) document.body.className = "over";
            }"""
        )
        answer = web.Response(text=text, content_type="text/html")
        answer.set_cookie("visit", request.headers["traceparent"].split("-")[1])
        return answer

    async def say(request: web.Request) -> web.Response:
        visit = request.cookies["visit"]
        assert request.headers["X-Synthetic-User"] == "prebeta"
        assert request.headers["X-Key"] == "hunter2secret"
        assert request.headers["traceparent"].split("-")[1] == visit
        text = await request.text()
        seen.setdefault(visit, []).append(text)
        body = {"text": f"you said {text} to hunter2secret", "heard": seen[visit], "over": text == "bye"}
        return web.json_response(body, headers={"traceresponse": f"00-{visit}-0123456789abcdef-01"})

    url = await serve_app(routes=[web.get("/", page), web.post("/say", say)])
    options = {
        "headers": {"X-Key": "hunter2secret"},
        "state": "({...window.desk, key: 'hunter2secret'})",
        "ended": "body.over",
    }
    async with target_of(url, tmp_path, session="document.cookie", **options) as target:
        said = ["soon", Wait(), Wait(), Wait(), "bye"]
        talks = await asyncio.gather(
            *(
                hold(target, f"me {n}", Press(Option("Red")), *said, context=OpenContext(f"c{n}", 1, patience_s=30))
                for n in range(8)
            )
        )
    for n, talk in enumerate(talks):
        assert talk.stop == Stop("product", "ended"), talk
        visit = trace_of(f"c{n}")
        first, own, red, soon, *late, bye = (turn.reply for turn in talk.turns if turn.reply is not None)
        assert (first.messages, first.options) == (("Hello",), (Option("Red"), Option("Blue")))
        assert own.messages == (f"you said me {n} to ***",)
        assert red.messages == ("you said Red to ***",)  # its button was gone, so it was typed
        assert red.options == (Option("Small"), Option("Large"))
        assert soon.messages == ("you said soon to ***",)
        assert [text for one in (*late, bye) for text in one.messages] == ["and this came late", "you said bye to ***"]
        assert bye.state == {"heard": seen[visit], "key": "***"}
        assert seen[visit] == [f"me {n}", "Red", "soon", "bye"]
        assert bye.session == f"visit={visit}"
        assert bye.trace == visit


async def test_messages_are_read_as_a_person_sees_them(serve_app, hold, tmp_path):
    """Lists that are drawn anew, cut, kept in shadow roots and iframes, or sent by reloading the page."""
    anew = """let all = [["bot", "Hi"]];
      const draw = () => { log.replaceChildren(); for (const [who, text] of all.slice(-3)) add(who, text); };
      draw(); let n = 0;
      async function say(text) { all.push(["user", text]); draw(); await later(100); all.push(["bot", text === "x" ? "same" : `answer ${++n}`]); draw(); }"""
    shadow = """<!doctype html><my-chat></my-chat><script>
      customElements.define("my-chat", class extends HTMLElement { connectedCallback() {
        const root = this.attachShadow({mode: "closed"});
        root.innerHTML = "<section><ul></ul><textarea></textarea><button>Send</button></section>";
        const [list, field, go] = ["ul", "textarea", "button"].map((one) => root.querySelector(one));
        const add = (who, html) => { list.insertAdjacentHTML("beforeend", `<li class="${who}"><b style="display:none">hidden</b>${html}</li>`); };
        go.onclick = () => { add("mine", field.value.replace(/\\n/g, "<br>")); const said = field.value; field.value = "";
          setTimeout(() => add("theirs", `<p>Heard: ${said.length}</p><p>Two <button>Yes</button><button>No</button></p>`), 80); };
        field.value = "left over"; add("theirs", "Welcome"); } });</script>"""
    forms = {"log": ["Hi there"]}

    async def reloading(request: web.Request) -> web.Response:
        if request.method == "POST":
            said = (await request.post())["text"]
            forms["log"] += [f"> {said}", f"Noted {said}"]
            raise web.HTTPSeeOther("/form")
        rows = "".join(f'<li class="{"me" if row[0] == ">" else "it"}">{row}</li>' for row in forms["log"])
        return web.Response(
            text=f'<ul>{rows}</ul><form method="post"><input name="text"><button>Go</button></form>',
            content_type="text/html",
        )

    url = await serve_app(
        routes=[
            web.get("/anew", bare("async function answer() {}\n" + anew)),
            web.get("/shadow", html(shadow)),
            web.get(
                "/frame", html("<h1>Shop</h1><input type=search><iframe src=/shadow width=400 height=400></iframe>")
            ),
            web.route("*", "/form", reloading),
        ]
    )
    theirs = {"messages": "my-chat .theirs", "input": "my-chat textarea", "send": "my-chat section > button"}

    async def talk_at(path: str, *said: Any, **options: Any) -> Transcript:
        async with target_of(f"{url}/{path}", tmp_path, **options) as target:
            return await hold(target, *said)

    anew_, shadow_, frame, form = await asyncio.gather(
        talk_at("anew", "one", "x", "x", "two"),
        talk_at("shadow", "a\nb 🚲", **theirs),
        talk_at("frame", "a\nb 🚲", **theirs, iframe="iframe"),
        talk_at("form", "tea", "milk", Wait(), messages="li", user="li.me"),
    )
    assert replies(anew_) == [("Hi",), ("answer 1",), ("same",), ("same",), ("answer 2",)]
    for talk in (shadow_, frame):
        assert replies(talk) == [("Welcome",), ("Heard: 6\n\nTwo",)]
        assert talk.turns[2].reply.options == (Option("Yes"), Option("No"))
    assert replies(form) == [("Hi there",), ("Noted tea",), ("Noted milk",), ()]


async def test_chats_of_other_makes_are_found_without_a_word(serve_app, hold, tmp_path):
    """Roles in data attributes among utility classes; a list that grows upwards; sides for speakers, a box named typing."""
    bodies = {
        "tailwind": """<main></main><form><textarea placeholder="Ask anything"></textarea><button type=submit aria-label="Send">^</button></form>""",
        "reversed": """<div class="feed" role="log" style="display:flex;flex-direction:column-reverse"></div>
            <div contenteditable="true" role="textbox" style="min-height:20px;width:200px"></div>""",
        "sides": """<div class="chat-box"><div class="msgs"></div><div class="loading-bar">.</div>
            <div class="typing-area"><input type="text"><button class="go">Send</button></div></div>""",
    }
    scripts = {
        "tailwind": """const add = (who, text) => main.insertAdjacentHTML("beforeend",
              `<article class="flex me-2 animate-in" data-message-author-role="${who ? "user" : "assistant"}"><div class="ml-2">${text}</div></article>`);
            const [main, form, field] = ["main", "form", "textarea"].map((one) => document.querySelector(one));
            field.onkeydown = (event) => { if (event.key === "Enter" && !event.shiftKey) { event.preventDefault(); send(field.value); field.value = ""; } };""",
        "reversed": """const [list, field] = [".feed", "[role=textbox]"].map((one) => document.querySelector(one));
            const add = (who, text) => list.insertAdjacentHTML("afterbegin", `<div><span>${text}</span></div>`);
            field.onkeydown = (event) => { if (event.key === "Enter") { event.preventDefault(); send(field.innerText); field.innerText = ""; } };""",
        "sides": """const [list, field, go] = [".msgs", "input", ".go"].map((one) => document.querySelector(one));
            const add = (who, text) => list.insertAdjacentHTML("beforeend", `<div class="msg ${who ? "right" : "left"}-msg"><p>${text}</p></div>`);
            go.onclick = () => { send(field.value); field.value = ""; };""",
    }
    answer = """const send = (text) => { add(true, text); setTimeout(() => add(false, "1: " + text), 100); setTimeout(() => add(false, "2"), 200); };
        add(false, "Hello");"""
    pages = {
        kind: f"<!doctype html><h1>Shop</h1>{bodies[kind]}<script>{scripts[kind]}{answer}</script>" for kind in bodies
    }
    url = await serve_app(routes=[web.get(f"/{kind}", html(page)) for kind, page in pages.items()])

    async def heard(kind: str) -> list[tuple[str, ...]]:
        async with target_of(f"{url}/{kind}", tmp_path) as target:
            return replies(await hold(target, "red one", "red one"))

    for found in await asyncio.gather(*map(heard, pages)):
        assert found == [("Hello",), ("1: red one", "2"), ("1: red one", "2")]


async def test_a_websocket_that_is_closed_is_told_as_such(serve_app, hold, tmp_path):
    script = """const line = new WebSocket(`ws://${location.host}/line`); line.onmessage = (event) => add("bot", event.data);
        function answer(text) { line.send(text); }"""

    async def line(request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        await socket.send_str("Hello")
        async for message in socket:
            if message.data == "die":
                break
            await socket.send_str(f"you said {message.data}")
        return socket

    url = await serve_app(routes=[web.get("/", bare(script)), web.get("/line", line)])
    async with target_of(url, tmp_path) as target:
        good, bad = await asyncio.gather(
            hold(target, "a", "b", context=OpenContext("c1", 1, patience_s=15)),
            hold(target, "a", "die", context=OpenContext("c2", 1, patience_s=15)),
        )
    assert replies(good) == [("Hello",), ("you said a",), ("you said b",)]
    assert (problem(bad).kind, problem(bad).detail) == ("closed", "the page's WebSocket /line was closed")


async def test_a_dialog_is_read_and_an_empty_message_leaves_what_stands(serve_app, hold, tmp_path):
    script = (
        'add("bot", "Which?"); offer("A", "B"); async function answer(text) { alert("Careful"); add("bot", "ok"); }'
    )
    url = await serve_app(bare(script))
    async with target_of(url, tmp_path) as target:
        talk = await hold(target, "", Press(Option("B")))
    assert replies(talk) == [("Which?",), ("Which?",), ("ok", "Careful")]
    assert talk.turns[2].reply.options == (Option("A"), Option("B"))


async def test_one_that_breaks_harms_no_other(serve_app, hold, tmp_path):
    """Cut off, garbage, an error answer, silence and a crash, while others go on; each with its evidence and picture."""
    script = """add("bot", "Hello"); async function answer(text) {
        const told = await fetch("/say", {method: "POST", body: text});
        const text_ = (await told.json()).text; add("bot", text_); }"""
    caught = script.replace("const told", "try { const told").replace(
        'add("bot", text_); }', 'add("bot", text_); } catch (e) { add("bot error", "Please try again"); } }'
    )

    async def say(request: web.Request) -> web.StreamResponse:
        text = await request.text()
        if text == "cut":
            assert request.transport is not None
            request.transport.abort()
        if text == "silence":
            await asyncio.sleep(10)
        if text == "garbage":
            return web.Response(text="<<<")
        if text == "boom":
            return web.Response(status=500, text="no json")
        return web.json_response({"text": f"you said {text}"})

    url = await serve_app(routes=[web.get("/", bare(script)), web.get("/caught", bare(caught)), web.post("/say", say)])

    async def all_at(path: str) -> None:
        async with target_of(url + path, tmp_path) as target:
            words = ["cut", "garbage", "boom", "silence", "fine", "well"]
            talks = dict(
                zip(
                    words,
                    await asyncio.gather(
                        *(
                            hold(
                                target,
                                "first",
                                word,
                                "last",
                                limits=Limits(turn_timeout_s=25 if word != "silence" else 9),
                                context=OpenContext(f"{word}{path[1:]}", 1, patience_s=25 if word != "silence" else 9),
                            )
                            for word in words
                        )
                    ),
                    strict=True,
                )
            )
        for word, kind in {"cut": "closed", "garbage": "malformed", "boom": "crashed", "silence": "timeout"}.items():
            stop, found = talks[word].stop, problem(talks[word])
            assert (stop.by, stop.reason) == ("product", kind), found
            picture = f".prebeta/screenshots/{word}{path[1:]}/turn-4.jpg"
            assert picture in found.raw
            assert (tmp_path / picture).read_bytes()[:2] == b"\xff\xd8"
            assert "you said first" in found.raw
        assert "/say" in problem(talks["cut"]).detail
        assert "500" in problem(talks["boom"]).detail
        for word in ("fine", "well"):
            assert replies(talks[word])[1:] == [("you said first",), (f"you said {word}",), ("you said last",)]

    await asyncio.gather(all_at("/"), all_at("/caught"))
    assert not (tmp_path / ".prebeta" / "screenshots" / "fine").exists()


async def test_a_page_that_crashes_hangs_or_goes_away(serve_app, hold, tmp_path):
    script = """add("bot", "Hello"); async function answer(text) {
        if (text === "hang") for (;;) {}
        if (text === "away") location.href = "/elsewhere";
        if (text === "out") location.href = "http://elsewhere.example/";
        add("bot", "ok"); }"""
    url = await serve_app(routes=[web.get("/", bare(script)), web.get("/elsewhere", html("<h1>Sorry</h1>"))])
    async with target_of(url, tmp_path) as target:

        async def told(word: str, seconds: float) -> Any:
            context = OpenContext(word, 1, patience_s=seconds)
            return problem(await hold(target, word, limits=Limits(turn_timeout_s=seconds + 4), context=context))

        hang, away, crash = await asyncio.gather(told("hang", 8), told("away", 12), crashed(target))
        assert (hang.kind, away.kind, crash) == ("timeout", "closed", "crashed")
        assert "/elsewhere" in away.detail
        assert "hang" in hang.detail


async def crashed(target: BrowserTarget) -> str:
    """What a conversation says of itself whose page's process died."""
    from playwright.async_api import Error

    async with target.open(OpenContext("crash", 1, patience_s=10)) as session:
        await session.start()
        with pytest.raises(Error):
            await session.inner._page.page.goto("chrome://crash")
        with pytest.raises(TargetError) as caught:
            await session.send(Say("anyone?"))
    return caught.value.kind


async def test_a_browser_that_ends_is_nobodys_fault_and_is_started_again(serve_app, hold, tmp_path):
    url = await serve_app(bare('add("bot", "Hello"); function answer(text) { add("bot", "ok"); }'))
    async with target_of(url, tmp_path) as target:
        async with target.open(OpenContext("c1", 1, patience_s=10)) as session:
            await session.start()
            await (await target._chromium.browser()).close()
            with pytest.raises(TargetError, match="the browser ended") as caught:
                await session.send(Say("one"))
        assert caught.value.infrastructure
        assert replies(await hold(target, "x")) == [("Hello",), ("ok",)]


async def test_the_server_killed_in_the_middle(tmp_path, hold):
    script = """add("bot", "Hello"); async function answer(text) { add("bot", (await (await fetch("/say")).json()).text); }"""

    async def say(_: web.Request) -> web.Response:
        return web.json_response({"text": "hm"})

    app = web.Application()
    app.add_routes([web.get("/", bare(script)), web.get("/say", say)])
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}"

    async with target_of(url, tmp_path) as target:
        async with target.open(OpenContext("c1", 1, patience_s=8)) as session:
            await session.start()
            assert (await session.send(Say("one"))).messages == ("hm",)
            await runner.cleanup()
            with pytest.raises(Refused, match="GET /say"):
                await session.send(Say("two"))
        talk = await hold(target, "x", context=OpenContext("c2", 1, patience_s=8))
        assert talk.stop == Stop("harness", "infrastructure", problem(talk).detail)
        assert "nothing listens" in problem(talk).detail


WRONG: dict[str, tuple[dict[str, str], str]] = {
    "messages": ({"messages": ".wrong"}, r"target\.messages: '\.wrong' matches nothing .*p\.message"),
    "input": ({"input": "#wrong"}, r"target\.input: '#wrong' matches nothing .*input#in \(Type a message\)"),
    "open": ({"open": "#wrong"}, r"target\.open: '#wrong' matches nothing .*buttons: Send"),
    "iframe": ({"iframe": "#wrong"}, r"target\.iframe: '#wrong' matches nothing"),
    "send": ({"send": "#wrong"}, r"target\.send: '#wrong' matches nothing"),
    "covered": ({"send": "#covered"}, r"the send button can't be clicked: .*cover.*target\.open"),
    "state": ({"state": "no.such"}, r"target\.state can't be evaluated .*no is not defined"),
}


async def test_a_wrong_selector_is_named_with_what_is_there(serve_app, tmp_path):
    cover = """document.body.insertAdjacentHTML("beforeend", `<div style="position:relative;width:80px"><button id=covered>Go</button>
        <div class=cover style="position:absolute;inset:0"></div></div>`);"""
    url = await serve_app(
        bare(f'add("bot", "Hello"); {cover} async function answer() {{ await later(50); add("bot", "ok"); }}')
    )
    checks = [target_of(url, tmp_path, timeout_s=5, **changes).check() for changes, _ in WRONG.values()]
    found = await asyncio.gather(*checks, return_exceptions=True)
    for (name, (_, told)), error in zip(WRONG.items(), found, strict=True):
        assert isinstance(error, UnreachableError), (name, error)
        assert re.search(told, str(error)), error


async def test_what_is_no_selector_is_a_usage_error(serve_app, tmp_path):
    url = await serve_app(bare("async function answer() {}"))
    with pytest.raises(UsageError, match=r"target\.messages: 'p\[\[' isn't a CSS selector"):
        await target_of(url, tmp_path, messages="p[[").check()


async def test_only_the_pages_own_host_is_loaded_and_a_login_stays_secret(serve_app, tmp_path, hold):
    """A page that loads from elsewhere, with someone's cookies, behind a password."""
    asked: list[str] = []

    async def page(request: web.Request) -> web.Response:
        if request.headers.get("Authorization") is None:
            return web.Response(status=401, headers={"WWW-Authenticate": "Basic"})
        asked.append(request.cookies.get("sid", ""))
        text = BARE.format(
            script="""add("bot", document.cookie); async function answer() {
              try { await fetch("http://tracker.example/x"); } catch (e) {}
              console.error("token", document.cookie); throw Error("broken for " + document.cookie); }"""
        )
        return web.Response(text=f'<script src="http://cdn.example/x.js"></script>{text}', content_type="text/html")

    url = await serve_app(page)
    secret = "s3cr3t-cookie-of-someone"
    cookie = {
        "name": "sid",
        "value": secret,
        "domain": "127.0.0.1",
        "path": "/",
        "expires": -1,
        "httpOnly": False,
        "secure": False,
        "sameSite": "Lax",
    }
    (tmp_path / "login.json").write_text(json.dumps({"cookies": [cookie], "origins": []}))
    there = url.replace("http://", "http://me:passw0rd@") + "/?lang=english&key=0123456789abcdef0123"
    async with target_of(there, tmp_path, storage_state="login.json") as target:
        talk = await hold(target, "x", context=OpenContext("c1", 1, patience_s=8))
    assert asked == [secret]
    assert replies(talk)[0] == ("sid=***",)
    found = problem(talk)
    assert "own script failed" in found.detail
    assert "cdn.example" in found.raw
    for canary in (secret, "passw0rd", "0123456789abcdef0123"):
        assert canary not in str(talk.turns)
    with pytest.raises(UsageError, match=r"storage_state: none\.json"):
        await target_of(url, tmp_path, storage_state="none.json").check()


async def test_recognises_a_page_and_writes_what_runs(serve_app, tmp_path):
    import aiohttp

    launched = BARE.replace(
        '<div id="log"',
        '<button id="launch" onclick="box.hidden = false; this.remove()">Chat</button><div id=box hidden><div id="log"',
    ).replace("<script>", "</div><script>")
    script = 'add("bot", "Hello"); async function answer(text) { await later(30); add("bot", "you said " + text); }'

    async def other(_: web.Request) -> web.Response:
        return web.json_response({})

    url = await serve_app(
        routes=[
            web.get("/", html(launched.format(script=script))),
            web.get("/api", other),
            web.get("/plain", html("<h1>Nothing</h1>")),
        ]
    )
    async with aiohttp.ClientSession() as client:
        assert await BrowserTarget.recognise(f"{url}/api", client) is None
        assert await BrowserTarget.recognise(f"{url}/nowhere", client) is None
        plain, found = await asyncio.gather(*(BrowserTarget.recognise(url + path, client) for path in ("/plain", "")))
    assert plain is not None
    assert "no chat to type into" in plain.note
    assert found is not None
    assert found.section == {"kind": "browser", "url": url}
    assert "input#in (Type a message)" in found.note
    target = BrowserTarget(BrowserTarget.Options(**found.section), tmp_path)
    assert (await target.check()).messages == ("you said Hello",)


def test_pictures_are_kept_for_the_turns_that_matter(tmp_path):
    target = target_of("http://127.0.0.1", tmp_path)
    folder = tmp_path / ".prebeta" / "screenshots" / "c1"
    folder.mkdir(parents=True)
    for turn in (0, 2, 4):
        (folder / f"turn-{turn}.jpg").write_bytes(b"x")
    target.keep_evidence("c1", (2,))
    assert [one.name for one in folder.iterdir()] == ["turn-2.jpg"]
    target.keep_evidence("c1", ())
    target.keep_evidence("never", ())
    assert not folder.exists()


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"url": "ftp://x"}, "isn't an address"),
        ({"messages": " "}, "an empty selector"),
        ({"input": "//textarea"}, "isn't a CSS selector"),
        ({"viewport": "big"}, "isn't a size like 1280x800"),
        ({"allow": ["http://cdn.example"]}, "isn't a host like"),
    ],
)
def test_options_say_what_to_mend(changes, told):
    with pytest.raises(ValueError, match=told):
        BrowserTarget.Options(**{"url": "http://127.0.0.1", **changes})
