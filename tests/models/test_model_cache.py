"""The cache on disk: what is kept, what is found, and what a kill, another process or a wrong file does to it."""

from __future__ import annotations

import asyncio
import dataclasses
import itertools
import os
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from model_provider import SCHEMA, asked, unused_url

from prebeta.core.errors import ModelError, UsageError
from prebeta.core.protocols import Message, ModelRequest
from prebeta.models import AnthropicOptions, Cache, FunctionOptions, Models, OpenAIOptions, RunTerms
from prebeta.models.cache import base_of, key_of
from prebeta.models.options import HttpOptions
from prebeta.testing import ModelFaults, ModelServer


def counting() -> Any:
    numbers = itertools.count(1)
    return lambda call: {"move": "say", "text": f"{next(numbers)}"} if call.schema else f"answer {next(numbers)}"


def options(url: str, **more: Any) -> OpenAIOptions:
    return OpenAIOptions(url=url, model="any", **more)


async def conversation(of: HttpOptions, cache: Cache | None, name: str = "c1") -> list[tuple[str, Any, bool, bool]]:
    """Five answers to three requests."""
    async with Models({"m": of}, RunTerms(cache=cache)) as models:
        model = models.of("m", name)
        wanted = [asked("a"), asked("b"), asked("a"), asked("a"), asked("a", schema=SCHEMA)]
        answers = [await model.complete(each) for each in wanted]
        cached = sum(answer.cached for answer in answers)
        assert (models.usage(name).cached, models.usage(name).calls) == (cached, len(answers) - cached)
        return [(answer.text, answer.data, answer.whole, answer.cost_usd == 0) for answer in answers]


@pytest.mark.parametrize("kind", [OpenAIOptions, AnthropicOptions])
async def test_a_second_run_pays_nothing_and_hears_the_same(tmp_path: Path, kind: type[Any]) -> None:
    path = tmp_path / "deep" / "answers.db"
    async with ModelServer(counting()) as server:
        of = kind(url=server.url, model="any")
        first = await conversation(of, Cache(path, "record"))
        assert [text for text, *_ in first[:4]] == ["answer 1", "answer 2", "answer 3", "answer 4"]
        assert len(server.calls) == 5
        for mode in ("record", "replay"):
            again = await conversation(of, Cache(path, mode))
            assert [each[:3] for each in again] == [each[:3] for each in first]
            assert all(free for *_, free in again)
        assert await conversation(of, Cache(path, "record"), "another") == again  # whoever asks
        assert len(server.calls) == 5
        assert (await conversation(of, None))[0][0] == "answer 6"  # off
    assert [file.name for file in path.parent.iterdir()] == ["answers.db"]  # nothing left beside it


async def test_replay_needs_no_server_and_no_key_and_no_place_to_write(tmp_path: Path) -> None:
    path = tmp_path / "answers.db"
    async with ModelServer(counting(), key="sk-right") as server:
        of = options(server.url, key="sk-right")
        first = await conversation(of, Cache(path, "record"))
    os.chmod(path, 0o444)
    os.chmod(tmp_path, 0o555)
    try:
        again = await conversation(options(server.url), Cache(path, "replay"))
    finally:
        os.chmod(tmp_path, 0o755)
    assert [each[:3] for each in again] == [each[:3] for each in first]


async def test_a_miss_says_which_request_and_what_to_do(tmp_path: Path) -> None:
    path = tmp_path / "answers.db"
    with Cache(path, "record"):
        pass
    async with Models({"fast": options(unused_url())}, RunTerms(cache=Cache(path, "replay"))) as models:
        told = (
            r"^model fast: no recorded answer to request [0-9a-f]{12} of conversation c7 "
            r"\(2 messages, the last one 'Say goodbye\.'\); record it with --cache record$"
        )
        with pytest.raises(ModelError, match=told):
            await models.of("fast", "c7").complete(asked("Say\n goodbye."))


async def test_without_a_recording_replay_says_so(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"isn't there, so nothing is recorded; run with --cache record first"):
        Cache(tmp_path / "none.db", "replay").__enter__()


@pytest.mark.parametrize("mode", ["record", "replay"])
@pytest.mark.parametrize("wrong", ["text", "other"])
def test_another_file_is_left_alone(tmp_path: Path, wrong: str, mode: Any) -> None:
    path = tmp_path / "notes.db"
    if wrong == "text":
        path.write_text("my notes, which are not a database\n" * 100)
    else:
        with sqlite3.connect(path) as file:
            file.execute("CREATE TABLE runs (id)")
        file.close()
    before = path.read_bytes()
    with pytest.raises(UsageError, match=r"notes\.db"):
        Cache(path, mode).__enter__()
    assert path.read_bytes() == before
    assert [file.name for file in tmp_path.iterdir()] == ["notes.db"]


BASE: dict[str, Any] = {"kind": "openai", "url": "http://h/v1", "model": "m", "extra": {}}
REQUEST = asked("a", temperature=0.5, max_tokens=9, seed=1, schema=SCHEMA, stop=("x",))


def test_all_of_a_request_is_in_its_key() -> None:
    changes: list[dict[str, Any]] = [
        {"temperature": 0.6}, {"temperature": None}, {"max_tokens": 10}, {"seed": 2}, {"schema": None},
        {"stop": ()}, {"messages": (*REQUEST.messages, Message("assistant", ""))},
        {"messages": tuple(reversed(REQUEST.messages))},
    ]  # fmt: skip
    requests = [REQUEST, *(dataclasses.replace(REQUEST, **change) for change in changes)]
    bases = [base_of(request, BASE) for request in requests]
    bases += [base_of(REQUEST, {**BASE, name: "other"}) for name in BASE]
    keys = {key_of(base, nth) for base in bases for nth in range(3)}
    assert len(keys) == 3 * (len(requests) + len(BASE))
    assert base_of(dataclasses.replace(REQUEST, temperature=1), BASE) == base_of(
        dataclasses.replace(REQUEST, temperature=1.0), BASE
    )


async def test_credentials_in_the_address_change_no_key(tmp_path: Path) -> None:
    path = tmp_path / "answers.db"
    async with ModelServer(counting()) as server:
        await conversation(options(f"{server.url}?sig=hush"), Cache(path, "record"))
        await conversation(options(server.url), Cache(path, "replay"))


async def test_the_options_defaults_are_part_of_the_request(tmp_path: Path) -> None:
    async with ModelServer(counting()) as server:
        for temperature in (0.1, 0.9):
            await conversation(options(server.url, temperature=temperature), Cache(tmp_path / "a.db", "record"))
        assert len(server.calls) == 10


async def test_two_conversations_with_one_request_hear_one_answer(tmp_path: Path) -> None:
    async with ModelServer(counting(), ModelFaults(latency_s=0.05)) as server:
        cache = Cache(tmp_path / "a.db", "record")
        async with Models({"m": options(server.url)}, RunTerms(cache=cache)) as models:
            answers = await asyncio.gather(*(models.of("m", f"c{n}").complete(asked()) for n in range(10)))
            assert {answer.text for answer in answers} == {"answer 1"}
            assert sum(answer.cached for answer in answers) == 9
            assert len(server.calls) == 1
            assert len(cache) == 1


async def test_who_waits_for_another_takes_over_when_that_gives_up(tmp_path: Path) -> None:
    async with ModelServer(counting(), ModelFaults(latency_s=0.1)) as server:
        cache = Cache(tmp_path / "a.db", "record")
        async with Models({"m": options(server.url)}, RunTerms(cache=cache)) as models:
            tasks = [asyncio.create_task(models.of("m", f"c{n}").complete(asked())) for n in range(4)]
            await asyncio.sleep(0.03)
            tasks[0].cancel()
            tasks[2].cancel()
            done = await asyncio.gather(*tasks, return_exceptions=True)
            assert [isinstance(each, asyncio.CancelledError) for each in done] == [True, False, True, False]
            assert len(cache) == 1


async def test_a_request_that_failed_is_not_counted(tmp_path: Path) -> None:
    answers = iter([ModelError, "first", "second"])

    def flaky(messages: list[dict[str, str]]) -> str:
        found = next(answers)
        if isinstance(found, str):
            return found
        raise ValueError("out of order")

    of = {"m": FunctionOptions(function=flaky)}
    path = tmp_path / "a.db"
    async with Models(of, RunTerms(cache=Cache(path, "record"))) as models:
        model = models.of("m")
        with pytest.raises(ModelError, match="it raised ValueError: out of order"):
            await model.complete(asked())
        assert [(await model.complete(asked())).text for _ in range(2)] == ["first", "second"]
    async with Models(of, RunTerms(cache=Cache(path, "replay"))) as models:
        model = models.of("m")
        assert [(await model.complete(asked())).text for _ in range(2)] == ["first", "second"]


RECORDER = """
import asyncio, sys
from pathlib import Path
from prebeta.core.protocols import Message, ModelRequest
from prebeta.models import Cache, Models, OpenAIOptions, RunTerms

async def main(url, path, begin):
    async with Models({"m": OpenAIOptions(url=url, model="any")}, RunTerms(cache=Cache(Path(path), "record"))) as models:
        for number in range(begin, begin + 100_000):
            answer = await models.of("m", f"c{number}").complete(ModelRequest((Message("user", str(number)),)))
            print(number, answer.text, flush=True)

asyncio.run(main(sys.argv[1], sys.argv[2], int(sys.argv[3])))
"""


async def test_a_kill_in_the_middle_loses_nothing_that_was_answered(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    async with ModelServer(lambda call: f"to {call.text}") as server:
        heard: dict[int, str] = {}
        # Two processes write at the same time, and both are killed.
        started = [
            await asyncio.create_subprocess_exec(
                sys.executable, "-c", RECORDER, server.url, str(path), str(begin), stdout=subprocess.PIPE
            )
            for begin in (0, 1_000_000)
        ]
        for process in started:
            assert process.stdout is not None
            for _ in range(60):
                number, answer = (await process.stdout.readline()).decode().split(" ", 1)
                heard[int(number)] = answer.strip()
        for process in started:
            os.kill(process.pid, signal.SIGKILL)
        for process in started:
            assert process.stdout is not None
            for line in (await process.stdout.read()).decode().splitlines(keepends=True):
                if line.endswith("\n"):
                    number, answer = line.split(" ", 1)
                    heard[int(number)] = answer.strip()
            assert await process.wait() == -signal.SIGKILL
        asked_before = len(server.calls)
        for mode in ("replay", "record"):
            async with Models({"m": options(server.url)}, RunTerms(cache=Cache(path, mode))) as models:
                for number, answer in heard.items():
                    request = ModelRequest((Message("user", str(number)),))
                    assert (await models.of("m", "c").complete(request)).text == answer
        assert len(server.calls) == asked_before
        assert len(heard) >= 120


def test_tens_of_thousands_of_answers(tmp_path: Path) -> None:
    from prebeta.core.protocols import Completion

    with Cache(tmp_path / "a.db", "record") as cache:
        for number in range(20_000):
            cache.put(key_of(b"base", number), "m", Completion(f"{number}"))
        assert len(cache) == 20_000
        found = cache.get(key_of(b"base", 19_999))
        assert found is not None
        assert (found.text, found.cached, found.cost_usd) == ("19999", True, 0.0)
        kept = cache.put(key_of(b"base", 7), "m", Completion("later"))
        assert kept.text == "7"  # the first one stays
