"""What becomes a turn of a product that may speak at any time."""

from __future__ import annotations

import asyncio
import json
import threading
import time

import pytest
from websocket_served import context, heard, in_json, product, target_of, tell, texts
from websockets.asyncio.server import ServerConnection
from websockets.sync import server as sync_server

from prebeta.core.types import Option, Press, Reply, Say, Stop, Wait

__all__ = ["product"]


async def echo(socket: ServerConnection) -> None:
    async for frame in socket:
        await socket.send(f"you said {frame}")


async def test_plain_text(hold, product):
    async with target_of(await product(echo)) as target:
        transcript = await hold(target, 'a "quote"\n{text} 中', "b")
    assert texts(transcript) == ["", 'a "quote"\n{text} 中', 'you said a "quote"\n{text} 中', "b", "you said b", ""]
    assert transcript.stop == Stop("user", "patience")


async def test_all_that_an_event_tells(hold, product):
    frames = []

    async def full(socket: ServerConnection) -> None:
        await socket.send(json.dumps({"type": "hello", "chat": 17}))
        async for frame in socket:
            frames.append(json.loads(frame))
            await socket.send(json.dumps({"type": "tool", "name": "look_up"}))
            await socket.send(json.dumps({"type": "state", "state": {"step": len(frames)}}))
            buttons = [{"title": "Yes", "payload": "/yes"}, "No"]
            await tell(socket, "One.", "Two.", trace="t1", buttons=buttons if len(frames) == 1 else None)
            if len(frames) == 2:
                await socket.send(json.dumps({"type": "bye", "over": True}))

    reply = {
        "session": "chat",
        "only": "type == 'message'",
        "state": "state",
        "options": "buttons",
        "ended": "over",
        "trace": "trace",
        "tool_calls": "type == 'tool' && {name: name} || null",
    }
    send = {"json": {"chat": "{session}", "text": "{text}", "payload": "{payload}"}, "press": "title"}
    async with in_json(await product(full), reply, send=send, greets=None) as target:
        transcript = await hold(target, "a", Press(Option("Yes", "/yes")))
    yes_no = (Option("Yes", "/yes"), Option("No"))
    start, first, second = [turn.reply for turn in transcript.turns if turn.reply is not None]
    assert start == Reply(session="17")
    assert first.first_token_s is not None
    assert 0 <= first.first_token_s < 0.15
    assert (first.messages, first.options) == (("One.", "Two."), yes_no * 2)
    assert (first.state, first.tool_calls, first.trace) == ({"step": 1}, ({"name": "look_up"},), "t1")
    assert (second.messages, second.ended, second.state) == (("One.", "Two."), True, {"step": 2})
    assert frames == [{"chat": 17, "text": "a"}, {"chat": 17, "text": "Yes", "payload": "/yes"}]
    assert transcript.stop == Stop("product", "ended")


async def test_a_pressed_quick_reply_may_have_a_frame_of_its_own(hold, product):
    frames = []

    async def listening(socket: ServerConnection) -> None:
        async for frame in socket:
            frames.append(frame)
            await socket.send("ok")

    pressed = {"type": "postback", "data": {"payload": "{payload}"}}
    sends = {"text": "{text}", "pressed": pressed, "press": "payload"}
    async with target_of(await product(listening), send=sends) as target:
        await hold(target, "a", Press(Option("Yes", "/yes")), Press(Option("No")))
    assert frames[0] == "a"
    assert [json.loads(frame) for frame in frames[1:]] == [
        {"type": "postback", "data": {"payload": "/yes"}},
        {"type": "postback", "data": {"payload": "No"}},
    ]


async def test_greetings_of_one_two_and_three_messages_with_pauses(hold, product):
    async def greeting(socket: ServerConnection) -> None:
        await tell(socket, "Hello!", "I am a bot.", "What do you need?", pause_s=0.1)
        await tell(socket, f"You need {await heard(socket)}.")
        await socket.wait_closed()

    async with in_json(await product(greeting), greets=True) as target:
        transcript = await hold(target, "shoes")
    assert texts(transcript)[:3] == ["Hello!\nI am a bot.\nWhat do you need?", "shoes", "You need shoes."]


async def test_a_greeting_that_comes_later_than_it_is_waited_for_stands_before_the_answer(hold, product):
    async def slow_to_greet(socket: ServerConnection) -> None:
        await asyncio.sleep(0.3)
        await tell(socket, "Hello!")
        await tell(socket, f"You need {await heard(socket)}.")
        await socket.wait_closed()

    async with (
        in_json(await product(slow_to_greet), greets=None, quiet_s=0.1) as target,
        target.open(context()) as session,
    ):
        assert (await session.start()).empty
        await asyncio.sleep(0.3)
        assert (await session.send(Say("shoes"))).messages == ("Hello!", "You need shoes.")


async def test_what_came_late_stands_before_the_next_answer(product):
    async def late(socket: ServerConnection) -> None:
        while True:
            said = await heard(socket)
            await tell(socket, f"1 {said}", f"2 {said}", pause_s=0.3)

    async with in_json(await product(late)) as target, target.open(context()) as session:
        await session.start()
        first = await session.send(Say("a"))
        await asyncio.sleep(0.3)
        second = await session.send(Say("b"))
        third = await session.send(Wait())
    assert [first.messages, second.messages, third.messages] == [("1 a",), ("2 a", "1 b"), ("2 b",)]


async def test_what_is_in_the_socket_when_the_user_speaks_was_said_before():
    """The loop had no time to read it: it is no answer all the same."""

    def pushing(socket: sync_server.ServerConnection) -> None:
        said = json.loads(socket.recv())["text"]
        socket.send(json.dumps({"text": f"1 {said}"}))
        time.sleep(0.3)  # the turn is over, and then the user's side is busy
        socket.send('{"text": "By the way!"}')
        said = json.loads(socket.recv())["text"]
        time.sleep(0.3)  # longer than quiet: were the push taken for the answer, this would come too late
        socket.send(json.dumps({"text": f"2 {said}"}))

    with sync_server.serve(pushing, "127.0.0.1", 0) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        url = f"ws://127.0.0.1:{server.socket.getsockname()[1]}"
        async with in_json(url) as target, target.open(context()) as session:
            await session.start()
            first = await session.send(Say("a"))
            time.sleep(0.4)  # noqa: ASYNC251
            second = await session.send(Say("b"))
        server.shutdown()
    assert (first.messages, second.messages) == (("1 a",), ("By the way!", "2 b"))


async def test_options_that_came_late_still_stand_there_unless_new_ones_come(product):
    async def late(socket: ServerConnection) -> None:
        for buttons in (None, ["C"]):
            said = await heard(socket)
            await tell(socket, said, buttons=buttons)
            await asyncio.sleep(0.3)
            await tell(socket, "late", buttons=["A", "B"])
        await tell(socket, await heard(socket))
        await socket.wait_closed()

    async with in_json(await product(late), {"options": "buttons"}) as target, target.open(context()) as session:
        await session.start()
        replies = []
        for word in "abc":
            replies.append(await session.send(Say(word)))
            await asyncio.sleep(0.3)
    assert [[option.title for option in one.options] for one in replies] == [[], ["C"], ["A", "B"]]


async def test_typing_keeps_a_turn_open(product):
    async def typing(socket: ServerConnection) -> None:
        said = await heard(socket)
        await tell(socket, "One moment.")
        await socket.send('{"type": "typing"}')
        await asyncio.sleep(0.6)  # four times as long as quiet
        await tell(socket, f"It is {said}.")
        await socket.wait_closed()

    reply = {"typing": "type == 'typing'"}
    async with in_json(await product(typing), reply) as target, target.open(context()) as session:
        await session.start()
        answer = await session.send(Say("a"))
    assert answer.messages == ("One moment.", "It is a.")


@pytest.mark.parametrize(("off", "typing_s", "least_s", "most_s"), [(True, 10, 0.3, 0.8), (False, 0.5, 0.5, 1.0)])
async def test_typing_that_comes_to_nothing_ends(product, off, typing_s, least_s, most_s):
    async def typing(socket: ServerConnection) -> None:
        await heard(socket)
        await tell(socket, "That is all.")
        await socket.send('{"type": "typing", "on": true}')
        await asyncio.sleep(0.2)
        if off:
            await socket.send('{"type": "typing", "on": false}')
        await socket.wait_closed()

    reply = {"typing": "type == 'typing' && on", "typing_off": "type == 'typing' && !on"}
    async with in_json(await product(typing), reply, typing_s=typing_s) as target, target.open(context()) as session:
        await session.start()
        begun = time.perf_counter()
        answer = await session.send(Say("a"))
        took_s = time.perf_counter() - begun
    assert answer.messages == ("That is all.",)
    assert least_s <= took_s <= most_s


async def test_typing_for_long_is_no_answer(hold, product):
    async def typing(socket: ServerConnection) -> None:
        await heard(socket)
        while True:
            await socket.send('{"type": "typing"}')
            await asyncio.sleep(0.1)

    async with in_json(await product(typing), {"typing": "type == 'typing'"}) as target:
        transcript = await hold(target, "a", context=context(patience_s=0.7))
    problem = transcript.turns[-1].reply.problem
    assert transcript.stop.reason == "timeout"
    assert "events came, without anything at reply.messages: 'text'" in problem.detail
    assert problem.raw == '{"type": "typing"}'


async def test_an_event_that_ends_the_turn(product):
    """No quiet is waited for, and pauses longer than any don't end it."""

    async def exact(socket: ServerConnection) -> None:
        while True:
            said = await heard(socket)
            await tell(socket, f"1 {said}", f"2 {said}", pause_s=0.0 if said == "a" else 0.4)
            await socket.send('{"type": "done"}')

    reply = {"turn_ends": "type == 'done'"}
    async with in_json(await product(exact), reply, quiet_s=None) as target, target.open(context()) as session:
        await session.start()
        begun = time.perf_counter()
        first = await session.send(Say("a"))
        assert time.perf_counter() - begun < 0.2
        second = await session.send(Say("b"))
    assert [first.messages, second.messages] == [("1 a", "2 a"), ("1 b", "2 b")]


async def test_the_end_of_the_turn_may_be_on_the_last_message_or_on_none(product):
    async def exact(socket: ServerConnection) -> None:
        said = await heard(socket)
        await tell(socket, said)
        await tell(socket, "last", final=True)
        await heard(socket)
        await socket.send('{"final": true}')
        await socket.wait_closed()

    reply = {"turn_ends": "final"}
    async with in_json(await product(exact), reply, quiet_s=None) as target, target.open(context()) as session:
        await session.start()
        first = await session.send(Say("a"))
        second = await session.send(Say("b"))
    assert first.messages == ("a", "last")
    assert second.empty
    assert second.problem is None


async def test_streamed_pieces_make_one_message(product):
    async def streaming(socket: ServerConnection) -> None:
        await heard(socket)
        for answer in ("Good morning to you.", "How are you?"):
            await socket.send('{"type": "start"}')
            for piece in answer.split(" "):
                await socket.send(json.dumps({"type": "token", "token": piece + " "}))
                await asyncio.sleep(0.05)
        await socket.wait_closed()

    reply = {"messages": "text", "pieces": "token"}
    async with in_json(await product(streaming), reply) as target, target.open(context()) as session:
        await session.start()
        answer = await session.send(Say("a"))
    assert answer.messages == ("Good morning to you. ", "How are you? ")


async def test_own_words_that_come_back_are_no_answer(hold, product):
    async def room(socket: ServerConnection) -> None:
        while True:
            said = await heard(socket)
            await socket.send(json.dumps({"from": "user", "text": said}))
            await asyncio.sleep(0.25)
            await socket.send(json.dumps({"from": "bot", "text": said}))

    async with in_json(await product(room), {"ignore": "from == 'user'"}) as target:
        assert texts(await hold(target, "a", "b"))[:5] == ["", "a", "a", "b", "b"]
    async with in_json(await product(room), {"echo": True}) as target:
        assert texts(await hold(target, "a", "b"))[:5] == ["", "a", "a", "b", "b"]


async def test_frames_that_are_lists(product):
    async def batches(socket: ServerConnection) -> None:
        await socket.recv()
        await socket.send(json.dumps([{"text": "one"}, {"text": "two"}, {"typing": True}]))
        await socket.recv()
        await socket.send(json.dumps(["message", {"text": "three"}]))
        await socket.recv()
        await socket.send(json.dumps({"batch": [{"text": "four"}, {"text": "five"}]}))
        await socket.wait_closed()

    url = await product(batches)
    async with (
        in_json(url, {"messages": "text || [1].text || batch[].text"}) as target,
        target.open(context()) as session,
    ):
        await session.start()
        replies = [(await session.send(Say(word))).messages for word in "abc"]
    assert replies == [("one", "two"), ("three",), ("four", "five")]
    async with (
        in_json(url, {"events": "[].text || batch[]", "messages": "text || @"}) as target,
        target.open(context()) as session,
    ):
        await session.start()
        assert (await session.send(Say("a"))).messages == ("one", "two")


async def test_text_beside_json(product):
    async def mixed(socket: ServerConnection) -> None:
        await socket.recv()
        await socket.send('{"typing": true}')
        await asyncio.sleep(0.3)
        await socket.send("42")
        await socket.send("plain words")
        await socket.send(b'{"options": ["A"]}')
        await socket.wait_closed()

    reply = {"typing": "typing", "options": "options"}
    async with target_of(await product(mixed), reply=reply) as target, target.open(context()) as session:
        await session.start()
        answer = await session.send(Say("a"))
    assert (answer.messages, answer.options) == (("42", "plain words"), (Option("A"),))


async def test_frames_to_send_after_connecting(product):
    """Login, then what waits for an event, then what speaks of the id that the product told."""
    frames = []

    async def strict(socket: ServerConnection) -> None:
        frames.append(await socket.recv())
        await socket.send('{"type": "welcome"}')
        frames.append(await socket.recv())
        await asyncio.sleep(0.05)
        await socket.send('{"type": "room", "id": "r1"}')
        frames.append(await socket.recv())
        await tell(socket, "Hello!")
        frames.append(await socket.recv())
        await tell(socket, "Yes.")
        await socket.wait_closed()

    opening = [
        {"login": "{account.name}", "seed": "{seed}"},
        {"await": "type == 'welcome'"},
        "ROOM please",
        {"join": "{session}"},
    ]
    reply = {"only": "type == 'message'", "session": "type == 'room' && id || null"}
    async with (
        in_json(await product(strict), reply, open=opening, greets=True) as target,
        target.open(context(account={"name": "Ann"})) as session,
    ):
        start = await session.start()
        answer = await session.send(Say("a"))
    assert [frames[0], frames[2]] == ['{"login":"Ann","seed":7}', '{"join":"r1"}']
    assert (frames[1], start.messages, start.session) == ("ROOM please", ("Hello!",), "r1")
    assert (answer.messages, answer.session) == (("Yes.",), "r1")


async def test_pings_of_either_kind(product):
    pongs = []

    async def pinging(socket: ServerConnection) -> None:
        said = await heard(socket)
        await asyncio.wait_for(await socket.ping(), 1)
        await socket.send('{"type": "ping", "n": 1}')
        pongs.append(await socket.recv())
        await tell(socket, said)
        await socket.wait_closed()

    pong = [{"when": "type == 'ping'", "send": {"type": "pong", "chat": "{session}"}}]
    async with in_json(await product(pinging), pong=pong) as target, target.open(context()) as session:
        await session.start()
        answer = await session.send(Say("a"))
    assert answer.messages == ("a",)
    assert json.loads(pongs[0])["type"] == "pong"
    assert len(json.loads(pongs[0])["chat"]) == 32


async def test_pings_are_answered_while_the_user_thinks(product):
    answered = asyncio.Event()

    async def pinging(socket: ServerConnection) -> None:
        await tell(socket, "Hello!")
        await asyncio.sleep(0.4)
        await asyncio.wait_for(await socket.ping(), 1)
        answered.set()
        await socket.wait_closed()

    async with in_json(await product(pinging), greets=True) as target, target.open(context()) as session:
        await session.start()
        await asyncio.wait_for(answered.wait(), 2)


async def test_what_goes_with_the_handshake(product):
    requests = []

    async def recorded(socket: ServerConnection) -> None:
        requests.append((socket.request, socket.subprotocol))
        await echo(socket)

    url = await product(recorded, subprotocols=["chat.v2"])
    address = f"{url}/ws?user={{id}}&key={{account.key}}"
    headers = {"Authorization": "Bearer {account.key}", "Origin": "http://shop.example"}
    target = target_of(address, headers=headers, subprotocols=["chat.v1", "chat.v2"])
    async with target, target.open(context(account={"key": "s3cret/ä"})) as session:
        await session.start()
        await session.send(Say("a"))
    request, subprotocol = requests[0]
    assert subprotocol == "chat.v2"
    assert request.path == "/ws?user=c1&key=s3cret%2F%C3%A4"
    assert request.headers["X-Synthetic-User"] == "prebeta"
    assert request.headers["traceparent"].startswith("00-")
    assert request.headers["Origin"] == "http://shop.example"


async def test_silence_may_be_met_with_silence(product):
    """Nobody answers an empty message; that is no failure."""

    async def patient(socket: ServerConnection) -> None:
        while True:
            said = await heard(socket)
            if said:
                await tell(socket, said)

    async with in_json(await product(patient), wait_s=0.2) as target, target.open(context()) as session:
        await session.start()
        assert (await session.send(Say(""))).empty
        assert (await session.send(Wait())).empty
        assert (await session.send(Say("a"))).messages == ("a",)


async def test_a_thousand_messages_in_a_turn_keep_their_order(hold, product):
    """A thousand messages in one turn arrive in order."""

    async def chatty(socket: ServerConnection) -> None:
        await heard(socket)
        await tell(socket, *map(str, range(1000)))
        await socket.wait_closed()

    async with in_json(await product(chatty)) as target:
        transcript = await hold(target, "a")
    assert transcript.turns[2].reply.messages == tuple(map(str, range(1000)))


async def test_socket_io(product):
    """Its frames as they go over the wire: packets of Engine.IO with events in them."""
    frames = []

    async def socket_io(socket: ServerConnection) -> None:
        await socket.send('0{"sid":"x","upgrades":[],"pingInterval":25000,"pingTimeout":20000}')
        assert await socket.recv() == "40"
        await socket.send('40{"sid":"y"}')
        frames.append(await socket.recv())
        await socket.send('42["bot",{"text":"Hello!"}]')
        await socket.send("2")
        frames.append(await socket.recv())
        await socket.send('42["noise",{"text":"not for you"}]')
        frames.append(await socket.recv())
        await socket.send('42["bot",{"text":"Yes.","buttons":["A"]}]')
        await socket.wait_closed()

    section = {
        "prefix": "42",
        "open": ["40", {"await": "starts_with(@, '40')"}, ["join", {"room": "{id}"}]],
        "pong": [{"when": "@ == '2'", "send": "3"}],
        "send": {"json": ["user", {"message": "{text}"}]},
        "greets": True,
    }
    reply = {"messages": "[1].text", "only": "[0] == 'bot'", "options": "[1].buttons"}
    async with in_json(await product(socket_io), reply, **section) as target, target.open(context()) as session:
        start = await session.start()
        answer = await session.send(Say("a"))
    assert (start.messages, answer.messages, answer.options) == (("Hello!",), ("Yes.",), (Option("A"),))
    assert frames == ['42["join",{"room":"c1"}]', "3", '42["user",{"message":"a"}]']
