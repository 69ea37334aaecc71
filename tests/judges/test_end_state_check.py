"""EndStateCheck: when the end state is reached, and what the product then holds."""

from __future__ import annotations

import asyncio
import itertools
import socket
import sys
import threading
import time
import types
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Any

import pytest
from aiohttp import web
from judged_talks import Rule, broke, inform, p

from prebeta.core.errors import JudgeError, UsageError
from prebeta.core.types import EndState, Json, Reply, Turn
from prebeta.judges.end_state import EndStateCheck, Probe


@dataclass(frozen=True)
class Asked:
    get: str
    path: str | None = None
    equals: Any = None


@dataclass(frozen=True)
class When:
    ended: bool | None = None
    state: str | None = None
    path: str | None = None
    says: str | None = None
    probe: Asked | None = None
    function: Any = None


async def check(when: When, reply: Reply, **more: Any) -> EndState | None:
    turns = (Turn(0, reply=p("Which day?")), Turn(1, move=inform("Monday", day="Monday")), Turn(2, reply=reply))
    async with EndStateCheck(when, more.pop("facts", {}), **more) as asks:
        return await asks(turns, reply)


# --- conditions ------------------------------------------------------------------------------------


CONDITIONS = {
    "ended": (True, {"ended": True}, {"ended": False}),
    "state": ("present", {"state": {"done": True}}, {"state": {}}),
    "path": ("state.done", {"state": {"done": True}}, {"state": {"done": False}}),
    "says": ("see you on", {"messages": ("See you ON Monday",)}, {"messages": ("Which day?",)}),
}
"""Of each condition: what is given, a reply that meets it, one that doesn't."""


@pytest.mark.parametrize("given", [some for n in range(1, 5) for some in itertools.combinations(CONDITIONS, n)])
async def test_all_conditions_given_must_hold(given: Sequence[str]) -> None:
    when = When(**{name: CONDITIONS[name][0] for name in given})
    meets = {name: value for condition in given for name, value in CONDITIONS[condition][1].items()}
    assert await check(when, Reply(**meets)) == EndState("reached")
    for broken in given:
        assert await check(when, Reply(**{**meets, **CONDITIONS[broken][2]})) is None, broken


@pytest.mark.parametrize(("state", "reached"), [(None, True), ({}, True), ("", True), ({"a": 1}, False), ("x", False)])
async def test_state_may_be_wanted_absent(state: Json, reached: bool) -> None:
    assert (await check(When(state="absent"), Reply(state=state)) is not None) is reached
    assert (await check(When(state="present"), Reply(state=state)) is not None) is not reached


async def test_ended_may_be_wanted_false() -> None:
    assert await check(When(ended=False), p("x")) is not None
    assert await check(When(ended=False), p("x", ended=True)) is None


@pytest.mark.parametrize(
    ("path", "reached"),
    [
        ("messages[?contains(@, 'booked')]", True),
        ("ended", False),
        ("options[0].payload", True),
        ("state.items", False),
        ("length(state.items) > `0`", False),
        ("length(state.none) > `0`", False),
        ("contains(state.text, 'x')", False),
    ],
)
async def test_paths_look_into_the_whole_reply(path: str, reached: bool) -> None:
    """A function that doesn't suit what is there yet is no error: the end state isn't reached."""
    reply = p("It is booked", options=[("Bye", "BYE")], state={"items": []})
    assert (await check(When(path=path), reply) is not None) is reached


@pytest.mark.parametrize("kind", ["timeout", "crashed"])
async def test_a_failed_reply_reaches_nothing(kind: str) -> None:
    assert await check(When(state="absent"), broke(kind)) is None
    assert await check(When(ended=False), broke(kind, "call the workshop"), handoff="workshop") is None


# --- facts -------------------------------------------------------------------------------------------


FACTS = {
    "day": Rule("state.day"),
    "guests": Rule("state.table.seats"),
    "code": Rule(says=r"code is (\w+)"),
    "word": Rule(says="booked"),
    "sizes": Rule("length(state.list)"),
}


async def test_facts_are_read_by_path_and_words() -> None:
    state = {"day": "Monday", "table": {"seats": 0}, "list": [1, 2]}
    found = await check(When(state="present"), p("It is Booked.", "Your CODE is X7", state=state), facts=FACTS)
    assert found is not None
    assert found.values == {"day": "Monday", "guests": 0, "code": "X7", "word": "Booked", "sizes": 2}


@pytest.mark.parametrize("state", [{"day": ""}, {"day": []}, {"day": {}}, {"day": None}, {"other": 1}, "text", [1]])
async def test_what_is_empty_or_absent_is_no_value(state: Json) -> None:
    found = await check(When(state="present"), p("Hello", state=state), facts=FACTS)
    assert found is not None
    assert found.values == dict.fromkeys(FACTS)


@pytest.mark.parametrize(("value", "kept"), [(False, False), (0, 0), (0.0, 0.0), ("0", "0")])
async def test_false_and_zero_are_values(value: Json, kept: Json) -> None:
    found = await check(When(state="present"), p("x", state={"day": value}), facts={"day": Rule("state.day")})
    assert found is not None
    assert found.values["day"] is kept or found.values["day"] == kept


# --- hand-off -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        (p("Please call the WORKSHOP on 0123."), "handed_off"),
        (p("Please call the workshop.", ended=True), "handed_off"),
        (p("Did you want to call the workshop?"), None),
        (p("You may call the workshop, or book here.", options=["Book"]), None),
        (p("Did you call the workshop?", ended=True), "handed_off"),
        (p("Please write to us."), None),
        (p("Booked; for changes call the workshop.", state={"id": 1}), "handed_off"),
    ],
)
async def test_a_hand_off_is_told_and_leaves_nothing_to_say(reply: Reply, kind: str | None) -> None:
    found = await check(When(path="state.never"), reply, handoff="call the workshop")
    assert (found.kind if found else None) == kind
    assert found is None or found.evidence == reply.text


# --- the project's own function ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (True, EndState("reached", {"day": "Monday"})),
        (False, None),
        (None, None),
        ({"day": "Friday"}, EndState("reached", {"day": "Friday"})),
        ({}, EndState("reached", {})),
        (EndState("declined", evidence="no stock"), EndState("declined", evidence="no stock")),
    ],
)
@pytest.mark.parametrize("is_async", [False, True])
async def test_functions_decide(answer: object, expected: object, is_async: bool) -> None:
    seen = []

    def plain(turns: Sequence[Turn], reply: Reply) -> object:
        seen.append((len(turns), reply.text))
        return answer

    async def waiting(turns: Sequence[Turn], reply: Reply) -> object:
        return plain(turns, reply)

    when = When(function=waiting if is_async else plain)
    reply = p("Done", state={"day": "Monday"})
    assert await check(when, reply, facts={"day": Rule("state.day")}) == expected
    assert seen == [(3, "Done")]


@pytest.mark.parametrize("answer", ["yes", 1, 0, [], ("reached",)])
async def test_any_other_answer_is_our_error(answer: object) -> None:
    with pytest.raises(JudgeError, match=type(answer).__name__):
        await check(When(function=lambda turns, reply: answer), p("Done"))


async def test_functions_are_asked_last() -> None:
    def never(turns: Sequence[Turn], reply: Reply) -> bool:
        raise AssertionError("asked though not ended")

    assert await check(When(ended=True, function=never), p("Which day?")) is None


def test_a_function_that_hangs_keeps_no_run_from_returning() -> None:
    released = threading.Event()

    def hanging(turns: Sequence[Turn], reply: Reply) -> bool:
        return released.wait()

    async def run() -> None:
        async with EndStateCheck(When(function=hanging), {}) as asked:
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.1):
                    await asked([], p("Done"))

    begun = time.perf_counter()
    asyncio.run(run())
    assert time.perf_counter() - begun < 2
    released.set()


async def test_functions_that_block_are_called_at_once() -> None:
    everyone = threading.Barrier(50)

    def meeting(turns: Sequence[Turn], reply: Reply) -> bool:
        everyone.wait(10)
        return True

    async with EndStateCheck(When(function=meeting), {}) as asked:
        found = await asyncio.gather(*(asked([], p("Done")) for _ in range(50)))
    assert found == [EndState("reached")] * 50


@pytest.fixture
def own_module() -> Iterator[str]:
    name = "an_end_of_ones_own"
    sys.modules[name] = types.ModuleType(name)
    sys.modules[name].reached = lambda turns, reply: reply.ended  # type: ignore[attr-defined]
    yield name
    del sys.modules[name]


async def test_functions_may_be_named(own_module: str) -> None:
    assert await check(When(function=f"{own_module}:reached"), p("x", ended=True)) == EndState("reached")
    assert await check(When(function=f"{own_module}:reached"), p("x")) is None
    with pytest.raises(UsageError, match="reach"):
        EndStateCheck(When(function=f"{own_module}:reach"), {})


# --- the probe, against a server -------------------------------------------------------------------------


@dataclass
class Backend:
    """The product's side. `asked` are the paths it was asked for, `headers` those of the last call."""

    url: str = ""
    asked: list[str] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=dict)

    async def answer(self, request: web.Request) -> web.Response:
        self.asked.append(request.raw_path)
        self.headers = dict(request.headers)
        kind = request.match_info["kind"]
        if kind.isdigit():
            return web.Response(status=int(kind), text="oops")
        if kind == "slow":
            await asyncio.sleep(2)
        if kind == "text":
            return web.Response(text="not JSON")
        if kind == "bytes":
            return web.Response(body=b"\xff\xfe{", content_type="application/json")
        if kind == "plain":
            return web.Response(text='{"status": "booked"}', content_type="text/plain")
        return web.json_response({"status": "booked", "seats": 4, "empty": [], "no": False, "none": None})


@pytest.fixture
async def backend() -> AsyncIterator[Backend]:
    served = Backend()
    app = web.Application()
    app.router.add_get("/{kind}", served.answer)
    app.router.add_get("/{kind}/{id:.*}", served.answer)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    served.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield served
    await runner.cleanup()


async def probed(backend: Backend, rule: Asked, reply: Reply | None = None) -> EndState | None:
    probe = Probe(rule, backend.url, {"Authorization": "Bearer x"})
    return await check(When(probe=rule), reply or p("Done"), probe=probe)


@pytest.mark.parametrize(
    ("rule", "reached"),
    [
        (Asked("/orders"), True),
        (Asked("orders", "status"), True),
        (Asked("/orders", "status", "booked"), True),
        (Asked("/orders", "status", "open"), False),
        (Asked("/orders", "seats", 4), True),
        (Asked("/orders", "seats", "4"), False),
        (Asked("/orders", "no", False), True),
        (Asked("/orders", "no"), False),
        (Asked("/orders", "empty"), False),
        (Asked("/orders", "none"), False),
        (Asked("/orders", "length(none)"), False),
        (Asked("/plain", "status"), True),
        (Asked("/404", "status"), False),
    ],
)
async def test_probes_ask_the_products_side(backend: Backend, rule: Asked, reached: bool) -> None:
    assert (await probed(backend, rule) is not None) is reached
    assert backend.headers["Authorization"] == "Bearer x"
    assert len(backend.asked) == 1


async def test_the_session_stands_in_the_path_quoted(backend: Backend) -> None:
    await probed(backend, Asked("/orders/{session}/state"), Reply(("Done",), session="a/b c?d"))
    assert backend.asked == ["/orders/a%2Fb%20c%3Fd/state"]


async def test_a_whole_url_stands_for_itself(backend: Backend) -> None:
    probe = Probe(Asked(f"{backend.url}/orders"), "http://127.0.0.1:1")
    assert await check(When(), p("Done"), probe=probe) is not None


@pytest.mark.parametrize("kind", ["500", "403", "429", "text", "bytes"])
async def test_no_usable_answer_is_our_error(backend: Backend, kind: str) -> None:
    with pytest.raises(JudgeError, match=f"{backend.url}/{kind}"):
        await probed(backend, Asked(f"/{kind}", "status"))


async def test_a_refused_connection_is_our_error() -> None:
    with socket.socket() as held:  # bound, not listening
        held.bind(("127.0.0.1", 0))
        with pytest.raises(JudgeError, match="no usable answer"):
            await probed(Backend(f"http://127.0.0.1:{held.getsockname()[1]}"), Asked("/orders"))


async def test_the_probe_is_asked_only_where_the_rest_holds(backend: Backend) -> None:
    rule = Asked("/orders", "status")
    when = When(ended=True, probe=rule)
    assert await check(when, p("Which day?"), probe=Probe(rule, backend.url)) is None
    assert backend.asked == []
    assert await check(when, p("Bye", ended=True), probe=Probe(rule, backend.url)) is not None
    assert backend.asked == ["/orders"]


async def test_a_probe_that_is_not_answered_in_time_is_our_error(backend: Backend) -> None:
    async with asyncio.timeout(5):
        rule = Asked("/slow")
        with pytest.raises(JudgeError, match=r"no answer within 0\.1 s"):
            await check(When(), p("Done"), probe=Probe(rule, backend.url, timeout_s=0.1))


@pytest.mark.parametrize("kind", ["500", "text", "refused", "malformed"])
async def test_what_a_probe_is_sent_with_is_not_told(backend: Backend, kind: str) -> None:
    base = backend.url.replace("://", "://me:pa55word@")
    url = {"refused": "http://me:pa55word@127.0.0.1:9/x", "malformed": "http://me:pa55word@127.0.0.1:notaport/x"}
    rule = Asked(f"{url.get(kind, f'{base}/{kind}')}?token=s3cret-token")
    with pytest.raises(JudgeError) as error:
        await probed(backend, rule)
    assert "127.0.0.1" in str(error.value)
    assert "s3cret" not in str(error.value)
    assert "pa55" not in str(error.value)


@pytest.fixture
async def two_servers() -> AsyncIterator[tuple[str, list[Any]]]:
    """One that gives cookies, and at /away leads to another, whose headers are kept too."""
    seen: list[Any] = []
    async with AsyncExitStack() as stack:

        async def served(answer: Any) -> str:
            app = web.Application()
            app.router.add_get("/{tail:.*}", answer)
            runner = web.AppRunner(app, shutdown_timeout=0.1)
            await runner.setup()
            stack.push_async_callback(runner.cleanup)
            await web.TCPSite(runner, "127.0.0.1", 0).start()
            return f"http://127.0.0.1:{runner.addresses[0][1]}"

        async def note(request: web.Request) -> web.Response:
            seen.append((request.path, dict(request.headers)))
            answer = web.json_response({"ok": True})
            answer.set_cookie("sid", "of-this-conversation")
            return answer

        other = await served(note)

        async def lead(request: web.Request) -> web.Response:
            if request.path == "/away":
                return web.Response(status=302, headers={"Location": f"{other}/there"})
            return await note(request)

        yield await served(lead), seen


async def test_a_probe_keeps_no_cookies_and_does_not_leave_the_product(two_servers: tuple[str, list[Any]]) -> None:
    url, seen = two_servers
    probe = Probe(Asked("/orders"), url.replace("127.0.0.1", "localhost"), {"X-Api-Key": "k"})
    for _ in range(2):
        assert await probe.holds(p("Done"))
    await probe.close()
    assert [(path, "Cookie" in headers) for path, headers in seen] == [("/orders", False)] * 2
    probe = Probe(Asked("/away"), url, {"X-Api-Key": "k"})
    with pytest.raises(JudgeError, match=r"it redirects to http://127\.0\.0\.1:\d+/there"):
        await probe.holds(p("Done"))
    await probe.close()
    assert len(seen) == 2
