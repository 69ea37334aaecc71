"""`prebeta doctor` and the models of a project: a server on loopback, and what is wrong with others."""

from __future__ import annotations

import json
import re
import socket
from pathlib import Path

import pytest
from command_line import PROJECT, Done, prebeta, project

from model_on_loopback import serving
from prebeta.testing import ModelFaults

KEY = "sk-test-0123456789"


def with_models(folder: Path, *lines: str, more: str = "") -> Path:
    return project(folder, f"{PROJECT}models:\n" + "".join(f"  {line}\n" for line in lines) + more)


def doctor(folder: Path, *arguments: str, **environment: str) -> Done:
    done = prebeta(folder, "doctor", *arguments, **environment)
    assert KEY not in done.out + done.err
    return Done(done.code, re.sub(r"in \d+ ms", "in TIME", done.out), done.err)


def nobody() -> str:
    """An address where nobody listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{taken.getsockname()[1]}"


def test_a_model_that_answers(tmp_path: Path) -> None:
    with serving(key=KEY) as server:
        with_models(
            tmp_path,
            f'fast: {{kind: openai, url: "{server.url}", model: gpt-4o-mini, key: "${{KEY}}"}}',
            f'other: {{kind: anthropic, url: "{server.url}", model: any, key: "${{KEY}}"}}',
        )
        done = doctor(tmp_path, KEY=KEY)
        asked = len(server.calls)
    assert done.out == (
        "ok  config: prebeta.yaml\n"
        "ok  store: FOLDER/.prebeta/prebeta.db will be made by the first run\n"
        "ok  model fast: answers in TIME; two messages took 10 + 5 tokens ($0.000005); structured output by json_schema\n"
        "ok  model other: answers in TIME; two messages took 10 + 5 tokens (price not known); structured output by tool\n"
        "ok  product: answers: Hello, what may I book for you?\n"
    )
    assert (done.code, asked) == (0, 4)


def test_a_format_that_is_refused_is_stepped_down_from(tmp_path: Path) -> None:
    with serving(faults=ModelFaults(refuses={"json_schema": 500})) as server:
        with_models(tmp_path, f'fast: {{kind: openai, url: "{server.url}", model: any}}')
        told = json.loads(doctor(tmp_path, "--json").out)
    assert told["ok"] is True
    assert [check["name"] for check in told["checks"]] == ["config", "store", "model fast", "product"]
    (fast,) = told["models"]
    assert fast["latency_s"] > 0
    assert {**fast, "latency_s": 0, "tokens_in": 0, "tokens_out": 0} == {
        "name": "fast", "ok": True, "latency_s": 0, "tokens_in": 0, "tokens_out": 0, "cost_usd": None,
        "rung": "json_object_schema", "problem": None,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("model", "line"),
    [
        ('{kind: openai, url: "URL", model: any, key: "${KEY2:-not-it-at-all}"}',
         "at URL: 401 Incorrect API key provided (look at key)"),
        ('{kind: openai, url: "URL", model: any}', "at URL: 401 Incorrect API key provided (give key: ${NAME})"),
        ('{kind: openai, url: "NOBODY", model: any}', "at NOBODY: nothing listens at ADDRESS; start it, or mend url"),
        ('{kind: openai, url: "http://no.such.host.invalid/v1", model: any}',
         "at http://no.such.host.invalid/v1: the name 'no.such.host.invalid' does not resolve; mend url"),
        ('{kind: function, function: "desk_product:nothing"}', "'desk_product:nothing': desk_product has no 'nothing'"),
    ],
)  # fmt: skip
def test_what_is_wrong_and_what_to_do(tmp_path: Path, model: str, line: str) -> None:
    away = nobody()
    with serving(key=KEY) as server:
        with_models(tmp_path, f"fast: {model.replace('URL', server.url).replace('NOBODY', away)}")
        done = doctor(tmp_path)
        wanted = line.replace("URL", server.url).replace("NOBODY", away).replace("ADDRESS", away.partition("//")[2])
    assert done.code == 3
    assert f"BAD model fast: {wanted}\n" in done.out
    assert "ok  product: answers" in done.out  # the rest is looked at all the same


def test_a_model_nobody_knows_there(tmp_path: Path) -> None:
    with serving(faults=ModelFaults(refuses={"model": 404})) as server:
        with_models(tmp_path, f'fast: {{kind: openai, url: "{server.url}", model: gpt-0}}')
        done = doctor(tmp_path)
    assert done.code == 3
    assert "; look at url and model: either isn't known there\n" in done.out


def test_a_limit_is_told_and_not_waited_for(tmp_path: Path) -> None:
    with serving(faults=ModelFaults(rate_limited=1.0, retry_after_s=30)) as server:
        with_models(tmp_path, f'fast: {{kind: openai, url: "{server.url}", model: any}}')
        done = doctor(tmp_path)
    assert done.code == 3
    assert "429 rate limited; its limit is reached or its credit used up" in done.out


@pytest.mark.parametrize(("policy", "code"), [("agenda", 0), ("free", 3)])
def test_without_structured_output_it_can_speak_but_not_play(tmp_path: Path, policy: str, code: int) -> None:
    with serving(["OK."]) as server:
        user = f"user: {{voice: {{model: fast}}, policy: {policy}}}\n"
        with_models(tmp_path, f'fast: {{kind: openai, url: "{server.url}", model: any}}', more=user)
        done = doctor(tmp_path)
    assert done.code == code
    assert "no structured output: " in done.out
    assert "it can word what users say, but not play them" in done.out


def test_a_key_that_is_not_set(tmp_path: Path) -> None:
    with_models(tmp_path, 'fast: {kind: openai, model: any, key: "${NO_SUCH_KEY}"}')
    done = doctor(tmp_path)
    assert (done.code, done.out) == (2, "")
    assert done.err == (
        "prebeta: prebeta.yaml:8: models.fast.key: the environment variable NO_SUCH_KEY isn't set; "
        "set it (export NO_SUCH_KEY=…) or give a default: ${NO_SUCH_KEY:-…}\n"
    )
