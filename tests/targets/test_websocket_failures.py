"""What a product over WebSocket does wrong, and what of it is seen; and how a broken connection is resumed."""

from __future__ import annotations

import asyncio
import json
import socket as sockets
import time
from typing import Any

import pytest
from websocket_served import MESSAGE, context, heard, in_json, product, target_of, tell, texts
from websockets.asyncio.server import ServerConnection, serve

from prebeta.core.errors import Closed, Crashed, Malformed, Refused, Timeout, UnreachableError
from prebeta.core.types import Limits, Say, Stop, Wait

__all__ = ["product"]
SECRET = "s3cret-t0ken"


async def one_answer(socket: ServerConnection) -> None:
    await tell(socket, f"you said {await heard(socket)}")


@pytest.mark.parametrize("code", [1000, 1005])
async def test_a_normal_close_ends_the_conversation(hold, product, code):
    async def closing(socket: ServerConnection) -> None:
        await tell(socket, await heard(socket))
        if code == 1000:
            await socket.close(1000, "bye")
        else:  # a close without a code
            socket.transport.write(b"\x88\x00")
            await socket.wait_closed()

    async with in_json(await product(closing)) as target:
        transcript = await hold(target, "a", "b")
    assert texts(transcript) == ["", "a", "a"]
    assert transcript.stop == Stop("product", "ended")


async def test_a_normal_close_while_the_user_thinks_ends_it_at_the_next_turn(product):
    async def closing(socket: ServerConnection) -> None:
        await tell(socket, await heard(socket))
        await asyncio.sleep(0.3)
        await tell(socket, "Bye.")
        await socket.close(4000, "idle")

    async with in_json(await product(closing), normal_codes=[1000, 4000]) as target, target.open(context()) as session:
        await session.start()
        first = await session.send(Say("a"))
        await asyncio.sleep(0.4)
        second = await session.send(Say("b"))
    assert (first.messages, first.ended) == (("a",), False)
    assert (second.messages, second.ended) == (("Bye.",), True)


@pytest.mark.parametrize(
    ("code", "error", "told"),
    [
        (1011, Crashed, "the product closed the connection with 1011 (internal error): why"),
        (1008, Crashed, "the product closed the connection with 1008 (policy violation): why"),
        (4321, Crashed, "the product closed the connection with 4321: why"),
        (1001, Closed, "the product closed the connection with 1001 (going away): why"),
        (1012, Closed, "the product closed the connection with 1012 (restarting): why"),
    ],
)
async def test_close_codes(product, code, error, told):
    async def closing(socket: ServerConnection) -> None:
        await heard(socket)
        await socket.close(code, "why")

    async with in_json(await product(closing)) as target, target.open(context()) as session:
        await session.start()
        with pytest.raises(error) as raised:
            await session.send(Say("a"))
    assert (type(raised.value), raised.value.detail, raised.value.raw) == (error, told, "why")


async def test_a_product_that_raises(product):
    async def raising(socket: ServerConnection) -> None:
        await heard(socket)
        raise RuntimeError("no")

    async with in_json(await product(raising)) as target, target.open(context()) as session:
        await session.start()
        with pytest.raises(Crashed, match="1011"):
            await session.send(Say("a"))


async def test_an_answer_before_the_line_breaks_counts_and_the_next_turn_fails(hold, product):
    async def dying(socket: ServerConnection) -> None:
        await tell(socket, f"you said {await heard(socket)}")
        socket.transport.abort()

    async with in_json(await product(dying)) as target:
        transcript = await hold(target, "a", "b")
    assert texts(transcript)[:4] == ["", "a", "you said a", "b"]
    assert transcript.stop == Stop("product", "closed", "the product broke the connection off without closing it")


async def test_half_an_answer_is_none_where_its_end_would_be_told(hold, product):
    async def dying(socket: ServerConnection) -> None:
        await tell(socket, f"you said {await heard(socket)}")
        socket.transport.abort()

    async with in_json(await product(dying), {"turn_ends": "type == 'done'"}, quiet_s=None) as target:
        transcript = await hold(target, "a", "b")
    assert transcript.stop.reason == "closed"
    assert "you said a" in transcript.turns[-1].reply.problem.raw


async def test_an_end_that_is_never_told(hold, product):
    async def endless(socket: ServerConnection) -> None:
        await one_answer(socket)
        await socket.wait_closed()

    async with in_json(await product(endless), {"turn_ends": "type == 'done'"}, quiet_s=None) as target:
        transcript = await hold(target, "a", context=context(patience_s=0.4))
    assert transcript.stop.reason == "timeout"
    assert transcript.stop.detail == (
        "the answer began, and nothing that reply.turn_ends (type == 'done') tells of came within 0.392 s"
    )
    assert transcript.turns[-1].reply.problem.raw == "you said a"


async def test_what_broke_while_the_user_thought_keeps_what_was_said_as_evidence(product):
    async def dying(socket: ServerConnection) -> None:
        await one_answer(socket)
        await asyncio.sleep(0.3)
        await tell(socket, "One more thing.")
        await socket.close(1011, "oops")

    async with in_json(await product(dying)) as target, target.open(context()) as session:
        await session.start()
        await session.send(Say("a"))
        await asyncio.sleep(0.4)
        with pytest.raises(Crashed, match="1011") as raised:
            await session.send(Say("b"))
        assert raised.value.raw == "oops\n(before it the product said: One more thing.)"
        with pytest.raises(Crashed, match="1011"):
            await session.send(Wait())


@pytest.mark.parametrize(
    ("frame", "detail"),
    [
        ("<html>502 Bad Gateway</html>", "a frame isn't JSON"),
        ('{"text": ', "a frame isn't JSON"),
        (b"\xff\xfe\x00", "a frame holds bytes that are no text"),
        ('{"text": 7}', "reply.messages: expected a text"),
        ('{"text": "x", "options": [[1]]}', "reply.options: expected a text"),
    ],
)
async def test_garbage(product, frame, detail):
    async def garbage(socket: ServerConnection) -> None:
        await heard(socket)
        await socket.send(frame)
        await socket.wait_closed()

    async with in_json(await product(garbage), {"options": "options"}) as target, target.open(context()) as session:
        await session.start()
        with pytest.raises(Malformed) as raised:
            await session.send(Say("a"))
    assert raised.value.detail.startswith(detail)
    assert raised.value.raw == (frame if isinstance(frame, str) else frame.decode("utf-8", "replace"))


async def test_bytes_that_are_no_websocket(product):
    async def garbage(socket: ServerConnection) -> None:
        await heard(socket)
        socket.transport.write(b"HTTP/1.1 500 oh\r\n\r\n" * 20)
        await socket.wait_closed()

    async with in_json(await product(garbage)) as target, target.open(context()) as session:
        await session.start()
        with pytest.raises(Malformed, match="not WebSocket"):
            await session.send(Say("a"))


async def test_a_path_that_can_not_be_followed(product):
    async def odd(socket: ServerConnection) -> None:
        await heard(socket)
        await socket.send('{"n": null}')
        await socket.wait_closed()

    async with in_json(await product(odd), {"messages": "join(' ', n)"}) as target, target.open(context()) as session:
        await session.start()
        with pytest.raises(Malformed, match=r"reply\.messages: .* can't be followed"):
            await session.send(Say("a"))


async def test_an_event_that_tells_of_a_failure(product):
    async def failing(socket: ServerConnection) -> None:
        await heard(socket)
        await socket.send(json.dumps({"type": "error", "detail": "model overloaded"}))
        await socket.wait_closed()

    reply = {"error": "type == 'error' && detail || null"}
    async with in_json(await product(failing), reply) as target, target.open(context()) as session:
        await session.start()
        with pytest.raises(Crashed, match="the product tells of an error: 'model overloaded'"):
            await session.send(Say("a"))


async def test_silence(hold, product):
    async def silent(socket: ServerConnection) -> None:
        await asyncio.wait_for(socket.wait_closed(), 10)

    async with in_json(await product(silent), timeout_s=0.3) as target:
        begun = time.perf_counter()
        transcript = await hold(target, "a")
        assert time.perf_counter() - begun < 1
    assert transcript.stop == Stop("product", "timeout", "no answer within 0.3 s")
    async with in_json(await product(silent), greets=True, timeout_s=0.3) as target:
        transcript = await hold(target, "a")
    assert transcript.stop.detail == ("no greeting, although target.greets says that it speaks first, within 0.3 s")


async def test_the_loop_ends_a_turn_that_has_no_limit_here(hold, product):
    async def silent(socket: ServerConnection) -> None:
        await socket.wait_closed()

    async with in_json(await product(silent)) as target:
        transcript = await hold(target, "a", limits=Limits(turn_timeout_s=0.3))
    assert transcript.stop == Stop("product", "timeout", "no answer within 0.3 s")


async def test_a_product_that_takes_nothing(product):
    """It reads no frames: what is sent piles up, and the turn ends all the same."""

    async def deaf(socket: ServerConnection) -> None:
        socket.transport.pause_reading()
        await asyncio.sleep(3)

    async with in_json(await product(deaf), timeout_s=0.5) as target, target.open(context()) as session:
        await session.start()
        begun = time.perf_counter()
        with pytest.raises(Timeout, match="the product took no message"):
            await session.send(Say("x" * 30_000_000))
        assert time.perf_counter() - begun < 1.5


async def test_a_frame_that_is_too_large(product):
    async def huge(socket: ServerConnection) -> None:
        size = int(await heard(socket))
        await tell(socket, "x" * size)
        await socket.wait_closed()

    url = await product(huge)
    async with in_json(url, frame_limit_kb=64) as target:
        async with target.open(context()) as session:
            await session.start()
            assert len((await session.send(Say("60000"))).text) == 60_000
        async with target.open(context()) as session:
            await session.start()
            with pytest.raises(Malformed, match="a frame larger than 64 KB"):
                await session.send(Say("70000"))


async def test_a_product_that_never_stops_talking(product):
    async def flood(socket: ServerConnection) -> None:
        while True:
            await tell(socket, "x" * 50_000)

    async with in_json(await product(flood)) as target, target.open(context(patience_s=20)) as session:
        await session.start()
        await asyncio.sleep(0.3)
        with pytest.raises(Malformed, match="no end of what the product says"):
            await session.send(Say("a"))


async def test_who_chatters_on_has_its_turn_cut_at_the_limit(product):
    async def chatter(socket: ServerConnection) -> None:
        await heard(socket)
        while True:
            await tell(socket, "and")
            await asyncio.sleep(0.05)

    async with in_json(await product(chatter)) as target, target.open(context(patience_s=0.6)) as session:
        await session.start()
        answer = await session.send(Say("a"))
    assert 5 < len(answer.messages) < 15


async def test_a_ping_of_ours_that_is_not_answered(product):
    async def asleep(socket: ServerConnection) -> None:
        await heard(socket)
        socket.transport.pause_reading()
        await asyncio.sleep(2)

    async with in_json(await product(asleep), ping_s=0.2) as target, target.open(context(patience_s=5)) as session:
        await session.start()
        with pytest.raises(Closed, match="it answers no ping"):
            await session.send(Say("a"))


async def test_a_killed_server_harms_one_conversation_and_no_other(hold, product):
    async def dying(socket: ServerConnection) -> None:
        for number in range(4):
            said = await heard(socket)
            if said == "die":
                socket.transport.abort()
            await tell(socket, f"{number} {said}")

    async with in_json(await product(dying)) as target:
        talks = [
            hold(target, "a", "die" if number == 7 else "b", "c", context=context(name=f"c{number}"))
            for number in range(20)
        ]
        transcripts = await asyncio.gather(*talks)
    broken = transcripts.pop(7)
    assert broken.stop.reason == "closed"
    assert {tuple(texts(one)) for one in transcripts} == {("", "a", "0 a", "b", "1 b", "c", "2 c", "")}


async def test_nobody_listens(hold):
    with sockets.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"ws://user:{SECRET}@127.0.0.1:{taken.getsockname()[1]}/chat?key={SECRET}"
        async with in_json(url) as target:
            transcript = await hold(target, "a")
            assert transcript.stop.by == "harness"
            assert transcript.stop.reason == "infrastructure"
            assert "nothing listens at 127.0.0.1" in transcript.stop.detail
            with pytest.raises(UnreachableError, match=r"is the product started, and is target\.url right\?"):
                await target.check()
    assert SECRET not in str(transcript)


@pytest.mark.parametrize(
    ("status", "told"),
    [
        (401, "it doesn't let us in; look at target.headers"),
        (404, "is there a WebSocket at this path?"),
        (200, "is there a WebSocket at this path?"),
        (503, "answered 503 to the WebSocket handshake"),
    ],
)
async def test_a_handshake_that_is_refused(product, status, told):
    async def never(socket: ServerConnection) -> None:
        raise AssertionError

    def refuse(connection: ServerConnection, request: Any) -> Any:
        return connection.respond(status, f"no {SECRET}")

    url = await product(never, process_request=refuse)
    async with target_of(f"{url}/chat?token={SECRET}") as target, target.open(context()) as session:
        with pytest.raises(Crashed) as raised:
            await session.start()
        assert told in raised.value.detail
        assert f"answered {status}" in raised.value.detail
        assert SECRET not in raised.value.detail + str(raised.value.raw)
        with pytest.raises(UnreachableError) as unreachable:
            await target.check()
        assert told in str(unreachable.value)
        assert SECRET not in str(unreachable.value)


async def test_who_is_turned_away_waits_as_long_as_asked(product):
    seen = []

    def busy(connection: ServerConnection, request: Any) -> Any:
        seen.append(time.perf_counter())
        if len(seen) == 1 or len(seen) > 2:
            answer = connection.respond(429, "slow down")
            answer.headers["Retry-After"] = "0.3" if len(seen) == 1 else "60"
            return answer
        return None

    url = await product(one_answer, process_request=busy)
    async with in_json(url) as target:
        async with target.open(context()) as session:
            await session.start()
            assert (await session.send(Say("a"))).messages == ("you said a",)
        assert seen[1] - seen[0] >= 0.29
        async with target.open(context()) as session:
            with pytest.raises(Refused, match="429") as raised:
                await session.start()
            assert raised.value.infrastructure


async def test_no_opening_in_time(product):
    async def silent(socket: ServerConnection) -> None:
        await socket.send('{"type": "hi"}')
        await socket.wait_closed()

    opening = [{"await": "type == 'welcome'"}]
    async with in_json(await product(silent), open=opening, timeout_s=0.3) as target, target.open(context()) as session:
        with pytest.raises(Timeout) as raised:
            await session.start()
    assert "target.open waits for an event with type == 'welcome'" in raised.value.detail
    assert raised.value.raw == '{"type": "hi"}'


async def test_a_login_that_is_refused(product):
    async def strict(socket: ServerConnection) -> None:
        token = json.loads(await socket.recv())["token"]
        await socket.close(4401, f"bad token {token}")

    opening = [{"type": "login", "token": SECRET}, {"await": "ok"}]
    async with in_json(await product(strict), open=opening) as target:
        async with target.open(context()) as session:
            with pytest.raises(Crashed) as raised:
                await session.start()
        with pytest.raises(UnreachableError) as unreachable:
            await target.check()
    assert raised.value.detail == "the product closed the connection with 4401: bad token ***"
    assert SECRET not in str(raised.value.raw) + str(unreachable.value)


async def test_secrets_are_struck_out_of_all_that_is_said(product, caplog):
    account = {"password": "p4ssw0rd/ä", "name": "Ann"}

    async def leaking(socket: ServerConnection) -> None:
        assert socket.request is not None
        login = json.loads(await socket.recv())
        key = socket.request.path.partition("?")[2]
        await socket.send(json.dumps({"type": "hello", "session": "s-1", "resume": "resume-t0ken"}))
        while True:
            said = await heard(socket)
            if said == "crash":
                await socket.close(1011, "resume-t0ken")
                return
            headers = socket.request.headers["Authorization"]
            await tell(socket, f"{key} {headers} {login} resume-t0ken", state=[login])

    opening = [{"user": "{account.name}", "password": "{account.password}", "api_key": SECRET}]
    reply = {"session": "session", "token": "resume", "state": "state"}
    url = f"{await product(leaking)}/chat?key=qu3ry&lang=english"
    target = in_json(url, reply, open=opening, headers={"Authorization": "Bearer h34der"})
    async with target, target.open(context(account=account)) as session:
        await session.start()
        answer = await session.send(Say("a"))
        with pytest.raises(Crashed) as raised:
            await session.send(Say("crash"))
    told = f"{answer} {raised.value.detail} {raised.value.raw} {caplog.text}"
    for secret in (SECRET, "p4ssw0rd", "qu3ry", "h34der", "resume-t0ken"):
        assert secret not in told
    assert "Ann" in answer.text
    assert "lang=english" in answer.text
    assert answer.session == "s-1"


class Rooms:
    """A product that keeps its rooms: who comes back with its token gets what was said meanwhile."""

    def __init__(self, breaks: int = 1) -> None:
        self.breaks = breaks
        self.heard: list[str] = []
        self.frames: list[Any] = []
        self.paths: list[str] = []
        self.sockets: list[ServerConnection] = []
        self.refuse = 0

    async def __call__(self, socket: ServerConnection) -> None:
        assert socket.request is not None
        self.paths.append(socket.request.path)
        self.sockets.append(socket)
        if self.refuse and len(self.paths) > 1:
            self.refuse -= 1
            socket.transport.abort()
            return
        self.frames.append(json.loads(await socket.recv()))
        if "resume" in self.frames[-1]:
            for said in self.heard:
                await tell(socket, f"You said {said}.")
            self.heard.clear()
        else:
            await socket.send(json.dumps({"type": "hello", "session": "r1", "token": f"key-{len(self.paths)}"}))
        async for frame in socket:
            said = json.loads(frame)["text"]
            if self.breaks:
                self.breaks -= 1
                self.heard.append(said)
                socket.transport.abort()
                return
            await tell(socket, f"You said {said}.")

    def target(self, url: str, **resume: Any) -> Any:
        section = {"url": f"{url}/again/{{session}}", "open": [{"resume": "{token}"}], **resume}
        reply = {"session": "session", "token": "token"}
        return in_json(url, reply, open=[{"join": "new"}], resume=section)


async def test_a_conversation_goes_on_after_its_connection_broke(hold, product):
    rooms = Rooms()
    async with rooms.target(await product(rooms)) as target:
        transcript = await hold(target, "a", "b")
    assert texts(transcript)[:5] == ["", "a", "You said a.", "b", "You said b."]
    assert rooms.paths == ["/", "/again/r1"]
    assert rooms.frames == [{"join": "new"}, {"resume": "key-1"}]
    assert transcript.stop == Stop("user", "patience")


async def test_it_is_tried_again_a_bounded_number_of_times(hold, product):
    rooms = Rooms()
    rooms.refuse = 2
    async with rooms.target(await product(rooms)) as target:
        transcript = await hold(target, "a", "b")
    assert texts(transcript)[:5] == ["", "a", "You said a.", "b", "You said b."]
    assert len(rooms.paths) == 4
    rooms = Rooms()
    rooms.refuse = 99
    async with rooms.target(await product(rooms), tries=2) as target:
        transcript = await hold(target, "a", "b")
    assert len(rooms.paths) == 3
    assert transcript.stop.reason == "closed"
    assert "and 2 tries to resume the conversation failed: " in transcript.stop.detail


async def test_a_message_that_was_lost_may_be_sent_again(hold, product):
    class Forgetful(Rooms):
        async def __call__(self, socket: ServerConnection) -> None:
            self.heard.clear()
            await super().__call__(socket)

    rooms = Forgetful()
    async with rooms.target(await product(rooms), resend=True) as target:
        transcript = await hold(target, "a", "b")
    assert texts(transcript)[:5] == ["", "a", "You said a.", "b", "You said b."]
    rooms = Forgetful()
    async with rooms.target(await product(rooms)) as target:
        transcript = await hold(target, "a", "b", context=context(patience_s=0.8))
    assert transcript.stop.reason == "timeout"


async def test_it_breaks_while_the_user_thinks_and_what_came_meanwhile_is_kept(product):
    said = []

    async def restless(socket: ServerConnection) -> None:
        if "resume" in json.loads(await socket.recv()):
            await tell(socket, "While you were away.")
            said.append(await heard(socket))
            await tell(socket, "Welcome back.")
            await socket.wait_closed()
        await socket.send('{"token": "abcd"}')
        said.append(await heard(socket))
        await tell(socket, "Good.")
        await asyncio.sleep(0.3)
        await socket.close(1012, "restart")

    resume = {"open": [{"resume": "{token}"}]}
    async with (
        in_json(await product(restless), {"token": "token"}, open=[{"join": 1}], resume=resume) as target,
        target.open(context()) as session,
    ):
        await session.start()
        first = await session.send(Say("a"))
        await asyncio.sleep(0.7)
        second = await session.send(Say("b"))
    assert (first.messages, second.messages) == (("Good.",), ("While you were away.", "Welcome back."))
    assert said == ["a", "b"]


async def test_a_user_who_speaks_while_the_line_is_down_is_heard_after(product):
    rooms = Rooms(breaks=0)
    url = await product(rooms)
    async with rooms.target(url) as target, target.open(context()) as session:
        await session.start()
        await session.send(Say("a"))
        rooms.refuse = 1
        rooms.sockets[0].transport.abort()
        await asyncio.sleep(0.05)
        assert (await session.send(Say("b"))).messages == ("You said b.",)
    assert len(rooms.paths) == 3


async def test_a_conversation_that_failed_or_ended_leaves_nothing_behind(hold, product):
    async def silent(socket: ServerConnection) -> None:
        await socket.wait_closed()

    before = asyncio.all_tasks()
    async with in_json(await product(silent)) as target:
        await asyncio.gather(*(hold(target, "a", limits=Limits(turn_timeout_s=0.2)) for _ in range(10)))
        ours = [task for task in asyncio.all_tasks() - before if task.get_name() == "prebeta-websocket"]
        assert ours == []


async def test_a_server_killed_in_the_middle(hold):
    async def dying(socket: ServerConnection) -> None:
        await tell(socket, f"you said {await heard(socket)}")
        await socket.wait_closed()

    server = await serve(dying, "127.0.0.1", 0)
    port = next(iter(server.sockets)).getsockname()[1]
    async with in_json(f"ws://127.0.0.1:{port}", send=MESSAGE) as target, target.open(context()) as session:
        await session.start()
        await session.send(Say("a"))
        server.close()
        await server.wait_closed()
        with pytest.raises(Closed, match="1001"):
            await session.send(Say("b"))
        async with target.open(context()) as after:
            with pytest.raises(Refused, match="nothing listens"):
                await after.start()


async def test_the_check_says_which_path_finds_nothing(product):
    async def other(socket: ServerConnection) -> None:
        await heard(socket)
        await socket.send('{"body": {"words": "Hello, I am here"}}')
        await socket.wait_closed()

    async with in_json(await product(other), timeout_s=0.3) as target:
        with pytest.raises(UnreachableError) as raised:
            await target.check()
    assert str(raised.value) == (
        "no answer within 0.3 s; 1 event came, without anything at reply.messages: 'text'"
        ' (it said: {"body": {"words": "Hello, I am here"}})'
    )


async def test_the_check_of_a_good_product(product):
    async with in_json(await product(one_answer)) as target:
        assert (await target.check()).messages == ("you said Hello",)
