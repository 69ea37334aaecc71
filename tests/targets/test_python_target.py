from __future__ import annotations

import asyncio
import functools
import subprocess
import sys
import textwrap
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from prebeta.core.errors import UnreachableError, UsageError
from prebeta.core.protocols import OpenContext
from prebeta.core.types import Limits, Option, Press, Reply, Say, Stop, Wait
from prebeta.targets.python.target import PythonTarget


def target_of(function: Any, folder: Path = Path(), **options: Any) -> PythonTarget:
    return PythonTarget(PythonTarget.Options(function=function, **options), folder)


def texts(transcript: Any) -> list[str]:
    return [turn.text for turn in transcript.turns]


# --- shapes ---------------------------------------------------------------------------------------


def echo(text: str) -> str:
    return f"you said {text}"


async def async_echo(text):
    return f"you said {text}"


def count(messages):
    messages.append("the product may change what it gets")
    return {"role": "assistant", "content": f"{len(messages) - 1} messages, last: {messages[-2]['content']}"}


def count_annotated(past: list[dict[str, str]]) -> str:
    return f"{len(past)} messages, last: {past[-1]['content']}"


async def async_count(history):
    return f"{len(history)} messages, last: {history[-1]['content']}"


class Bot:
    def __init__(self) -> None:
        self.heard: list[str] = []

    def start(self) -> str:
        return "hello"

    def send(self, text: str) -> list[str]:
        self.heard.append(text)
        return [text, f"{len(self.heard)} so far"]


def make_bot():
    return Bot()


class AsyncBot:
    async def start(self) -> str:
        return "hello"

    async def send(self, messages: list[Any]) -> str:
        return " | ".join(f"{one['role']}: {one['content']}" for one in messages)


class CallableBot:
    def __init__(self) -> None:
        self.n = 0

    async def __call__(self, text: str) -> str:
        self.n += 1
        return f"{text} {self.n}"


class Echoing:
    def send(self, text):
        return text


@pytest.mark.parametrize(
    ("function", "said"),
    [
        (echo, ["", "a", "you said a", "b", "you said b", ""]),
        (async_echo, ["", "a", "you said a", "b", "you said b", ""]),
        (lambda text: text.upper(), ["", "a", "A", "b", "B", ""]),
        (str.upper, ["", "a", "A", "b", "B", ""]),
        (functools.partial(async_echo), ["", "a", "you said a", "b", "you said b", ""]),
        (count, ["", "a", "1 messages, last: a", "b", "3 messages, last: b", ""]),
        (count_annotated, ["", "a", "1 messages, last: a", "b", "3 messages, last: b", ""]),
        (async_count, ["", "a", "1 messages, last: a", "b", "3 messages, last: b", ""]),
        (Bot, ["hello", "a", "a\n1 so far", "b", "b\n2 so far", ""]),
        (make_bot, ["hello", "a", "a\n1 so far", "b", "b\n2 so far", ""]),
        (CallableBot, ["", "a", "a 1", "b", "b 2", ""]),
        (Echoing(), ["", "a", "a", "b", "b", ""]),
        (
            AsyncBot,
            [
                "hello",
                "a",
                "assistant: hello | user: a",
                "b",
                "assistant: hello | user: a | assistant: assistant: hello | user: a | user: b",
                "",
            ],
        ),
    ],
    ids=lambda value: getattr(value, "__name__", type(value).__name__),
)
async def test_every_shape_of_callable_converses(hold, function, said):
    async with target_of(function) as target:
        await target.check()
        for _ in range(2):  # the second conversation knows nothing of the first
            transcript = await hold(target, "a", "b")
            assert texts(transcript) == said
            assert transcript.stop == Stop("user", "patience")


async def test_an_async_factory_and_a_factory_of_functions(hold):
    async def make(seed):
        await asyncio.sleep(0)
        return lambda text: f"{text} {seed}"

    async with target_of(make) as target:
        assert texts(await hold(target, "a")) == ["", "a", "a 7", ""]


async def test_arguments_reach_class_and_function(hold):
    class Shop:
        def __init__(self, name, seed=None, account=None):
            self.name = (name, seed, account)

        def send(self, text, seed, session_id):
            return {"text": f"{self.name} {seed}", "id": None}

    def greet(text, greeting):
        return f"{greeting}, {text}"

    context = OpenContext("c9", 11, account={"mail": "a@b"})
    async with target_of(Shop, arguments={"name": "bikes"}) as target:
        transcript = await hold(target, "x", context=context)
    assert transcript.turns[2].text == "('bikes', 11, {'mail': 'a@b'}) 11"
    session = transcript.turns[2].reply.session
    assert session
    assert session != "c9"  # a replay must not go on in the old session
    async with target_of(greet, arguments={"greeting": "Hi"}) as target:
        assert texts(await hold(target, "x"))[2] == "Hi, x"


async def test_session_tells_conversations_apart_and_may_come_first(hold):
    async def answer(session, text):
        return f"{session}:{text}"

    async with target_of(answer) as target:
        first, second = await hold(target, "a", "b"), await hold(target, "a")
    ids = {turn.text.partition(":")[0] for turn in first.turns if turn.reply and turn.text}
    assert len(ids) == 1
    assert first.turns[2].reply.session in ids
    assert second.turns[2].reply.session not in ids


async def test_press_sends_the_title_and_the_payload_where_it_is_taken(hold):
    class Buttons:
        def send(self, text, payload=None):
            return f"{text}/{payload}"

    press = Press(Option("Yes please", "/yes"))
    async with target_of(echo) as target:
        assert texts(await hold(target, press))[2] == "you said Yes please"
    async with target_of(Buttons) as target:
        assert texts(await hold(target, press, "x"))[2:5:2] == ["Yes please//yes", "x/None"]


async def test_wait_asks_nothing(hold):
    heard = []
    async with target_of(heard.append) as target:
        transcript = await hold(target, Wait(), "a")
    assert heard == ["a"]
    assert transcript.turns[2].reply == Reply()


async def test_the_prefix_is_sent_at_the_start(hold):
    async with target_of(Bot) as target:
        transcript = await hold(target, "c", context=OpenContext("c", 1, prefix=("a", "b")))
    assert texts(transcript)[:3] == ["b\n2 so far", "c", "c\n3 so far"]


async def test_a_dict_brings_everything(hold):
    state = {"step": 1, "at": {"a"}}

    def answer(text):
        state["step"] += 1
        return {
            "messages": [{"text": "one"}, "two"],
            "suggestions": ["Yes", {"title": "No", "payload": "/no"}],
            "state": state,
            "done": True,
            "tool_calls": [{"name": "f"}],
            "trace_id": 17,
            "session": "s",
        }

    async with target_of(answer) as target:
        transcript = await hold(target, "x")
    state["step"] = 99
    assert transcript.turns[2].reply == Reply(
        ("one", "two"),
        (Option("Yes"), Option("No", "/no")),
        {"step": 2, "at": ["a"]},
        True,
        ({"name": "f"},),
        "s",
        "17",
    )
    assert transcript.stop == Stop("product", "ended")


async def test_a_reply_is_taken_as_it_is(hold):
    reply = Reply(("x",), state={"a": 1})
    async with target_of(lambda text: reply) as target:
        assert (await hold(target, "x")).turns[2].reply == reply


async def test_a_reply_with_parts_of_the_wrong_type_is_malformed(hold):
    async with target_of(lambda text: Reply((object(),))) as target:  # type: ignore[arg-type]
        assert (await hold(target, "x")).stop.reason == "malformed"


@pytest.mark.parametrize("error", [KeyboardInterrupt, GeneratorExit, SystemExit])
async def test_what_would_end_the_program_is_the_products_crash(hold, error):
    def answer(text: str) -> str:
        raise error("mine")

    async with target_of(answer) as target:
        assert (await hold(target, "x")).stop.reason == "crashed"


async def test_numbers_too_long_to_write_out_and_odd_strings_are_made_plain(hold):
    class Odd(str):
        __slots__ = ()

        def __hash__(self) -> int:
            raise RuntimeError

    answer = {"text": Odd("hello"), "state": {"n": 10**6000}}
    async with target_of(lambda text: answer) as target:
        reply = (await hold(target, "x")).turns[2].reply
    assert type(reply.messages[0]) is str
    assert isinstance(reply.state["n"], str)


# --- what goes wrong ------------------------------------------------------------------------------


def looped() -> dict[str, Any]:
    state: dict[str, Any] = {"text": "x"}
    state["state"] = state
    return state


@pytest.mark.parametrize(
    ("answer", "detail", "raw"),
    [
        (42, "got int", "42"),
        (b"bytes", "got bytes", "b'bytes'"),
        ({"foo": 1}, "its keys: foo", "{'foo': 1}"),
        ({"text": 3}, "messages: expected a text", "{'text': 3}"),
        (["a", 3], "answer: expected a text", "['a', 3]"),
        ({"text": "a", "options": 3}, "options: expected a list", "{'options': 3, 'text': 'a'}"),
    ],
)
async def test_an_answer_of_another_kind_is_malformed(hold, answer, detail, raw):
    async with target_of(lambda text: answer) as target:
        transcript = await hold(target, "x")
    problem = transcript.turns[-1].reply.problem
    assert (transcript.stop.by, transcript.stop.reason) == ("product", "malformed")
    assert detail in problem.detail
    assert problem.raw == raw


async def test_none_is_an_empty_reply(hold):
    async with target_of(lambda text: None) as target:
        transcript = await hold(target, "x")
    assert transcript.turns[2].reply.empty
    assert transcript.stop.by == "user"


async def raise_key_error(text):
    raise KeyError("price")


def raise_type_error(text):
    return text + 1


def leave(text):
    sys.exit("bye")


def stop_iteration(text):
    return next(iter(()))


async def cancel_itself(text):
    raise asyncio.CancelledError


async def own_timeout(text):
    raise TimeoutError("the database did not answer")


class InlineCrash:
    prebeta_inline = True

    def send(self, text):
        raise ValueError("no")


class BadConstructor:
    def __init__(self):
        raise ValueError("no configuration")

    def send(self, text):
        return text


class OddMapping(dict):
    def get(self, key, default=None):
        raise ValueError("odd")


@pytest.mark.parametrize(
    ("function", "detail"),
    [
        (raise_key_error, "KeyError: 'price'"),
        (raise_type_error, 'TypeError: can only concatenate str (not "int") to str'),
        (leave, "SystemExit: bye"),
        (stop_iteration, "StopIteration"),
        (cancel_itself, "asyncio.exceptions.CancelledError"),
        (own_timeout, "TimeoutError: the database did not answer"),
        (InlineCrash, "ValueError: no"),
        (BadConstructor, "ValueError: no configuration"),
        (lambda text: OddMapping(text="x"), "ValueError: odd"),
        (lambda text: looped(), "RecursionError: maximum recursion depth exceeded"),
    ],
)
async def test_what_the_product_raises_is_its_crash(hold, function, detail):
    async with target_of(function) as target:
        transcript = await hold(target, "x", "y")
    problem = transcript.turns[-1].reply.problem
    assert transcript.stop.by == "product"
    assert problem.kind == transcript.stop.reason == "crashed"
    assert problem.detail.startswith(detail)
    assert len(problem.raw) <= 4096


async def test_the_traceback_begins_in_the_product(hold):
    async with target_of(raise_type_error) as target:
        raw = (await hold(target, "x")).turns[-1].reply.problem.raw
    assert "raise_type_error" in raw
    assert "prebeta/targets" not in raw
    assert raw.strip().endswith("to str")


async def test_a_long_traceback_keeps_its_end(hold):
    def deep(text, n=300):
        if n:
            return [deep, hold][0](text, n - 1) if n % 2 else deep(text, n - 1)
        raise ValueError("é" * 3000 + "the end")

    async with target_of(deep) as target:
        raw = (await hold(target, "x")).turns[-1].reply.problem.raw
    assert len(raw) <= 4096
    assert raw.rstrip().endswith("the end")


async def test_lone_surrogates_do_not_get_in(hold):
    async with target_of(lambda text: {"text": "bad \ud800 text", "state": {"\udfff": ["\ud800"]}}) as target:
        reply = (await hold(target, "x")).turns[2].reply
    assert reply.text == "bad � text"
    assert reply.state == {"�": ["�"]}


async def test_a_slow_product_times_out_and_its_late_answer_is_dropped(hold):
    release = threading.Event()
    late = []

    def slow(text):
        if text == "slow":
            release.wait(20)
            late.append(text)
        return text

    async with target_of(slow) as target:
        transcript = await hold(target, "slow", "x", limits=Limits(turn_timeout_s=0.05))
        assert (transcript.stop.by, transcript.stop.reason) == ("product", "timeout")
        assert [turn.text for turn in transcript.turns] == ["", "slow", ""]
        release.set()
        transcript = await hold(target, "quick")
        assert texts(transcript) == ["", "quick", "quick", ""]
    await asyncio.to_thread(_until, lambda: late == ["slow"])


async def test_an_async_product_times_out_too(hold):
    async def slow(text):
        await asyncio.sleep(20)

    async with target_of(slow, timeout_s=0.05) as target:
        transcript = await hold(target, "x")
    assert transcript.stop == Stop("product", "timeout", "no answer within 0.05 s")


def _until(condition: Any) -> None:
    end = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.01)


# --- threads --------------------------------------------------------------------------------------


async def test_blocking_products_do_not_wait_for_each_other(hold):
    everyone_is_here = threading.Barrier(50, timeout=20)

    def blocking(text):
        everyone_is_here.wait()  # passes only when fifty are in it at once
        return text

    async with target_of(blocking) as target:
        held = await asyncio.gather(*(hold(target, "x") for _ in range(50)))
    assert all(texts(one) == ["", "x", "x", ""] for one in held)


async def test_a_conversation_stays_in_one_thread_and_inline_needs_none(hold):
    class Threads:
        def __init__(self):
            self.seen = {threading.get_ident()}

        def send(self, text):
            self.seen.add(threading.get_ident())
            return f"{len(self.seen)} {threading.get_ident()}"

    class Inline(Threads):
        prebeta_inline = True

    here = str(threading.get_ident())
    async with target_of(Threads) as target:
        number, thread = texts(await hold(target, "a", "b", "c"))[6].split()
        assert number == "1"
        assert thread != here
    async with target_of(Inline) as target:
        assert texts(await hold(target, "a"))[2].split() == ["1", here]


async def test_threads_are_used_again_and_end(hold):
    def threads() -> int:
        return sum(one.name == "prebeta-product" for one in threading.enumerate())

    await asyncio.to_thread(_until, lambda: threads() == 0)
    async with target_of(echo) as target:
        for _ in range(20):
            await hold(target, "x")
        assert threads() == 1
    await asyncio.to_thread(_until, lambda: threads() == 0)


@pytest.mark.parametrize("name", ["close", "aclose"])
async def test_instances_are_closed(hold, name):
    closed = []

    class Closing:
        def send(self, text):
            return text

    async def aclose(self):
        closed.append(self)
        raise OSError("a failing close is not part of the conversation")

    def close(self) -> None:
        closed.append(self)

    setattr(Closing, name, aclose if name == "aclose" else close)
    async with target_of(Closing) as target:
        await hold(target, "x")
        await hold(target, "x")
    assert len(closed) == len(set(closed)) == 2
    shared = Closing()
    async with target_of(shared) as target:
        await hold(target, "x")
    assert shared not in closed  # it isn't ours


def test_a_hanging_product_does_not_hang_the_exit(tmp_path):
    script = tmp_path / "script.py"
    script.write_text(
        textwrap.dedent(
            """
            import asyncio, threading
            from pathlib import Path
            from prebeta.core.protocols import OpenContext
            from prebeta.core.types import Say
            from prebeta.targets.python.target import PythonTarget

            def hang(text):
                threading.Event().wait()

            async def main():
                target = PythonTarget(PythonTarget.Options(function=hang), Path("."))
                async with target, target.open(OpenContext("c", 1)) as session:
                    await session.start()
                    try:
                        async with asyncio.timeout(0.1):
                            await session.send(Say("x"))
                    except TimeoutError:
                        print("timed out", flush=True)

            asyncio.run(main())
            """
        )
    )
    done = subprocess.run([sys.executable, script], capture_output=True, text=True, timeout=30, check=False)
    assert (done.returncode, done.stdout.strip(), done.stderr) == (0, "timed out", "")


# --- before the run -------------------------------------------------------------------------------


def two_needed(text, database):
    return ""


class NeedsMore:
    def __init__(self, database):
        pass

    def send(self, text):
        return text


class WrongSend:
    def send(self, text, channel):
        return text


class NoSend:
    pass


@pytest.mark.parametrize(
    ("function", "message"),
    [
        (two_needed, "expected f(text) or f(messages); got two_needed(text, database)"),
        (lambda: "hi", "takes no text and gives a str"),
        (WrongSend, "expected send(text) or send(messages); got WrongSend.send(text, channel)"),
        (NeedsMore, "NeedsMore needs database: give it under target.arguments"),
        (NoSend, "expected a class with send(text); NoSend has no send"),
        (Bot(), "its send can't tell them apart: give its class"),
    ],
)
async def test_the_check_says_how_a_product_should_be_called(function, message):
    with pytest.raises(UsageError) as caught:
        await target_of(function).check()
    assert str(caught.value).startswith("target.function: ")
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("function", "message"),
    [
        (raise_type_error, "did not answer the message 'Hello': TypeError: can only concatenate"),
        (lambda text: 42, "expected a text, a list of texts or a dict, got int"),
    ],
)
async def test_the_check_says_what_is_wrong(function, message):
    with pytest.raises(UnreachableError) as caught:
        await target_of(function).check()
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


async def test_the_check_has_a_time_limit():
    with pytest.raises(UnreachableError, match=r"no answer within 0\.05 s"):
        await target_of(lambda text: threading.Event().wait(1), timeout_s=0.05).check()


async def test_the_check_returns_what_the_product_says():
    assert (await target_of(Bot).check()).text == "hello"
    assert (await target_of(echo).check()).text == "you said Hello"


async def test_a_product_is_found_beside_the_project(hold, tmp_path):
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "shop_bot.py").write_text(
            f"def answer(text):\n    import shop_words\n    return shop_words.WORD + ' {name}'\n"
        )
        (tmp_path / name / "shop_words.py").write_text(f"WORD = '{name}'\n")
    before = list(sys.path)
    async with target_of("shop_bot:answer", tmp_path / "one") as target:
        assert (await target.check()).text == "one one"
        assert texts(await hold(target, "x"))[2] == "one one"
    del sys.modules["shop_words"]
    async with target_of("shop_bot:answer", tmp_path / "two") as target:
        assert texts(await hold(target, "x"))[2] == "two two"
    assert sys.path == before


@pytest.mark.parametrize(
    ("function", "source", "message"),
    [
        ("no_such_bot:answer", None, "no module 'no_such_bot' here"),
        ("typo_bot:anser", "def answer(text): ...", "typo_bot has no 'anser'; did you mean 'answer'?"),
        ("syntax_bot:answer", "def answer(text:\n", "'syntax_bot:answer' can't be imported: SyntaxError"),
        ("raising_bot:answer", "\n1 / 0\n", "ZeroDivisionError: division by zero (raising_bot.py, line 2)"),
        ("exiting_bot:answer", "raise SystemExit(3)", "can't be imported: SystemExit: 3"),
        ("needing_bot:answer", "import no_such_part", "needs the module 'no_such_part'"),
        (
            "value_bot:answer",
            "answer = 3",
            "expected f(text), f(messages), or a class with send; value_bot:answer is a int",
        ),
    ],
)
async def test_the_check_says_why_a_module_cannot_be_had(tmp_path, function, source, message):
    if source is not None:
        (tmp_path / f"{function.partition(':')[0]}.py").write_text(source)
    with pytest.raises(UsageError) as caught:
        await target_of(function, tmp_path).check()
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


async def test_versions(tmp_path):
    assert await target_of(echo).version() is None
    assert await target_of(echo, version=1.5).version() == "1.5"
    (tmp_path / "version.txt").write_text("v7\nmore\n")
    command = {"command": [sys.executable, "-c", "print(open('version.txt').read())"]}
    assert await target_of(echo, tmp_path, version=command).version() == "v7"
    for broken, message in (
        ("no-such-command --x", "can't be started"),
        ([sys.executable, "-c", "raise SystemExit('no tag')"], "ended with 1: no tag"),
    ):
        with pytest.raises(UsageError, match=message):
            await target_of(echo, version={"command": broken}).version()


@pytest.mark.parametrize("function", ["nocolon", ":x", "m:", 3, None])
def test_options_refuse_what_cannot_be_a_product(function):
    with pytest.raises(ValueError, match="module:attribute"):
        PythonTarget.Options(function=function)


async def test_a_turn_costs_little(hold):
    def quick(text):
        return text

    quick.prebeta_inline = True
    async with target_of(quick) as target, target.open(OpenContext("c", 1)) as session:
        await session.start()
        begun = time.process_time()
        for _ in range(5000):
            await session.send(Say("x"))
        assert (time.process_time() - begun) / 5000 < 0.0002  # measured: about 0.00001


async def test_a_function_with_one_dialogue_for_all_is_held_one_at_a_time(caplog: pytest.LogCaptureFixture) -> None:
    steps = iter(range(99))
    target = target_of(lambda text: f"step {next(steps)}")
    await target.check()
    assert target.most_at_once == 1
    assert "one dialogue for all" in caplog.text


async def test_functions_that_can_tell_conversations_apart_or_need_not_are_not_slowed() -> None:
    numbers = iter(range(99))
    for function in (lambda text: text.upper(), lambda messages: f"{next(numbers)} {len(messages)}"):
        target = target_of(function)
        await target.check()
        assert target.most_at_once is None
