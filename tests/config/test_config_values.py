"""Scalars as people mean them, variables, credentials, shorthands, and projects made in Python."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from pydantic import ValidationError

from prebeta.config import NOT_YET, Project, load, load_gate
from prebeta.config.interpolation import interpolate, plain_credentials
from prebeta.config.yaml_lines import parse
from prebeta.core.errors import UsageError
from prebeta.core.types import Fact, Limits

HEAD = 'target: {kind: python, function: "bot:answer", arguments: {n: 1.50}}\nend_state: {when: {ended: true}}\n'


def project_of(folder: Path, text: str) -> Project:
    (folder / "prebeta.yaml").write_text(HEAD + text)
    return load(folder / "prebeta.yaml")


def test_values_stay_as_written(tmp_path: Path) -> None:
    values = "[yes, no, on, 1:30, 14-05-2026, 2026-05-14, 007, +44123, 1.50, 1e3, 12, true, 0x1F, 1_000, '5', null x]"
    project = project_of(tmp_path, f"goals: [{{goal: g, slots: {{s: {{values: {values}}}}}}}]")
    assert [fact.value for fact in project.slots()[0].values] == [
        "yes", "no", "on", "1:30", "14-05-2026", "2026-05-14", "007", "+44123", "1.50", "1e3", "12", "true", "0x1F",
        "1_000", "5", "null x",
    ]  # fmt: skip
    assert project.target.arguments == {"n": 1.5}
    document = json.loads(json.dumps(project.document))
    again = Project.from_document(document, tmp_path)
    assert again.slots() == project.slots()
    assert again.target.arguments == {"n": 1.5}


def test_keys_are_texts_and_words_may_stand_alone(tmp_path: Path) -> None:
    project = project_of(tmp_path, "goals: [{goal: g, slots: {s: {values: {no: nope, 14: [fourteen, 7], on: }}}}]")
    assert project.slots()[0].values == (Fact("no", ("nope",)), Fact("14", ("fourteen", "7")), Fact("on"))


def test_merge_keys_and_anchors() -> None:
    found = parse("a: &a {x: 1, y: 2}\nb:\n  <<: *a\n  y: 3\n", "f").document
    assert found == {"a": {"x": 1, "y": 2}, "b": {"x": 1, "y": 3}}


def test_lines_of_keys() -> None:
    lines = parse("a: 1\nb:\n  - c\n  - d:\n      e: 2\n", "f").lines
    assert [lines[path] for path in (("a",), ("b",), ("b", 0), ("b", 1, "d"), ("b", 1, "d", "e"))] == [1, 2, 3, 4, 5]


def test_variables() -> None:
    document = {"a": "x ${ONE} ${TWO:-two} ${EMPTY:-e}", "b": ["$${ONE}", "$5 {ONE}"], "c": 3}
    found, complaints = interpolate(document, {"ONE": "1", "EMPTY": ""})
    assert found == {"a": "x 1 two e", "b": ["${ONE}", "$5 {ONE}"], "c": 3}
    assert complaints == []


def test_a_value_of_a_variable_is_not_read_again() -> None:
    assert interpolate({"a": "${ONE}"}, {"ONE": "${TWO}"}) == ({"a": "${TWO}"}, [])


@pytest.mark.parametrize(
    "key",
    ["Authorization", "X-Api-Key", "api_key", "apiKey", "KEY", "access_token", "clientSecret", "password", "Cookie"],
)
def test_plain_credentials_are_refused(key: str) -> None:
    assert len(plain_credentials({"target": {"headers": {key: "abc"}}})) == 1
    assert len(plain_credentials({"target": {"headers": {key: 12345}}})) == 1
    for fine in ("${TOKEN}", "Bearer ${TOKEN:-none}", "{session}", ""):
        assert plain_credentials({"target": {"headers": {key: fine}}}) == []
    assert plain_credentials({"user": {"answers": {key: "what is the key"}}}) == []


def test_what_only_looks_like_a_credential() -> None:
    target = {"max_tokens": 5, "keyboard": "qwerty", "reply": {"token": "id"}, "url": "http://127.0.0.1:80/a@b:c"}
    assert plain_credentials({"target": target}) == []
    assert len(plain_credentials({"target": {"url": "http://me:pw@host/"}})) == 1


def test_numbers_may_come_from_variables(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TURNS", "7")
    assert project_of(tmp_path, "goals: [g]\nlimits: {max_turns: '${TURNS}'}").core_limits().max_turns == 7


def test_what_exists_gives_no_warning_when_written_out(tmp_path: Path) -> None:
    text = "goals: [g]\nuser: {voice: templates, policy: autopilot, profile: default}\njudges: [rules]\nsetup:\n"
    assert (
        project_of(tmp_path, text + "behaviors: {clarify: 0, hostility: 0}\nmodels: {}\nbounds: {}\n").warnings() == ()
    )


def test_each_key_without_effect_is_named(tmp_path: Path) -> None:
    text = """goals: [g]
models: {m: {kind: openai, model: x}}
user: {voice: {model: m}, policy: free}
knowledge: [prices.md]
judges: [rules, rubrics]
setup: {before: {post: /accounts}}
behaviors: {hostility: 0.5, clarify: 0.5}
"""
    project = project_of(tmp_path, text)
    assert [line.removesuffix(" is accepted but does nothing yet") for line in project.warnings()] == [
        "knowledge", "judges: rubrics",
            ]  # fmt: skip
    assert (project.user.policy, project.voice) == ("free", "m")
    assert all(
        any(line.startswith(key.rstrip("*")) or key.replace(".", ": ") in line for key in NOT_YET)
        for line in project.warnings()
    )


def test_a_section_with_nothing_in_it_is_as_good_as_absent(tmp_path: Path) -> None:
    project = project_of(tmp_path, "goals: [g]\nlimits:\nuser:\nstages:\n  # one: {asks: a}\ngate:\n")
    assert project.core_limits() == Limits()
    assert project.gate is None


def test_slots_of_several_goals_are_joined(tmp_path: Path) -> None:
    text = """goals:
  - {goal: a, slots: {s: {values: {x: [ex], y: []}, ask: which}}}
  - {goal: b, slots: {s: {values: {y: [why], z: []}, ask: [which, what]}, t: {pattern: "[0-9]"}}}
"""
    joined, other = project_of(tmp_path, text).slots()
    assert joined.values == (Fact("x", ("ex",)), Fact("y", ("why",)), Fact("z"))
    assert joined.ask == ("which", "what")
    assert (other.name, other.pattern) == ("t", "[0-9]")


def test_a_target_by_function_name_and_by_connector_of_the_project(tmp_path: Path) -> None:
    (tmp_path / "own_connector_of_this_test.py").write_text(
        "from pydantic import BaseModel, ConfigDict\n"
        "class Own:\n"
        "    class Options(BaseModel):\n"
        "        model_config = ConfigDict(extra='forbid')\n"
        "        kind: str\n"
        "        wire: str\n"
    )
    path = tmp_path / "prebeta.yaml"
    path.write_text("target: bot:answer\nend_state: {when: {ended: true}}\ngoals: [g]\n")
    assert load(path).target.function == "bot:answer"
    own = "target: {kind: 'own_connector_of_this_test:Own', wire: red}\nend_state: {when: 'm:f'}\ngoals: [g]\n"
    path.write_text(own)
    assert load(path).target.wire == "red"
    path.write_text(own.replace("wire", "wier"))
    with pytest.raises(UsageError, match=r"prebeta.yaml:1: target.wier: unknown key"):
        load(path)


def test_a_project_made_in_python() -> None:
    def answer(text: str) -> str:
        return text

    project = Project(
        target=answer,  # type: ignore[arg-type]
        end_state={"when": {"says": "done"}},  # type: ignore[arg-type]
        goals=[{"goal": "g", "slots": {"s": ["a ${x}", "b"]}}],  # type: ignore[arg-type]
    )
    assert project.target.kind == "python"
    assert project.target.function is answer
    assert project.folder == Path.cwd()
    document = json.loads(json.dumps(project.document))
    assert document["target"]["function"].endswith("answer")
    document["target"]["function"] = "bot:answer"
    assert Project.from_document(document, Path.cwd()).slots() == project.slots()


def test_a_secret_given_in_python_is_not_in_the_document(monkeypatch: pytest.MonkeyPatch) -> None:
    target = {"kind": "python", "function": "bot:Bot", "arguments": {"api_key": "s3cret", "url": "http://me:s3cret@x/"}}
    project = Project.model_validate({"target": target, "end_state": {"when": {"ended": True}}, "goals": ["g"]})
    assert "s3cret" not in json.dumps(project.document)
    monkeypatch.setenv("API_KEY", "s3cret")
    monkeypatch.setenv("PASSWORD", "s3cret")
    assert Project.from_document(project.document, Path.cwd()).target == project.target


def test_errors_in_python_name_the_place_and_never_the_input() -> None:
    with pytest.raises(ValidationError, match="unknown kind of target 'nope'") as caught:
        Project.model_validate(
            {"target": {"kind": "nope", "key": "s3cret"}, "end_state": {"when": "m:f"}, "goals": ["g"]}
        )
    assert "s3cret" not in str(caught.value)
    with pytest.raises(ValidationError, match="'day' is no slot of a goal"):
        Project.model_validate(
            {"target": "a:b", "end_state": {"when": "m:f", "facts": {"day": "state.day"}}, "goals": ["g"]}
        )


@pytest.mark.parametrize(
    ("written", "share"), [("5%", 0.05), ("'2.5 %'", 0.025), ("0.05", 0.05), ("100%", 1.0), ("'${RATE:-7%}'", 0.07)]
)
def test_a_rate_of_the_gate_may_be_a_percentage(tmp_path: Path, written: str, share: float) -> None:
    gate = project_of(tmp_path, f"goals: [g]\ngate: {{max_failure_rate: {written}}}\n").gate
    assert gate is not None
    assert gate.max_failure_rate == pytest.approx(share)


def test_the_gate_can_be_read_by_itself(tmp_path: Path) -> None:
    path = tmp_path / "prebeta.yaml"
    path.write_text("target: ${NOT_HERE}\nnonsense: 1\ngate:\n  no_new_findings: true\n  allow: {F-1: known}\n")
    gate = load_gate(path)
    assert gate is not None
    assert (gate.no_new_findings, gate.allow, gate.max_failure_rate) == (True, {"F-1": "known"}, None)
    path.write_text("target: x:y\n")
    assert load_gate(path) is None
    path.write_text("target: x:y\n\ngate: {max_failure_rate: '${NOT_HERE}', not_wrose: true}\n")
    with pytest.raises(UsageError) as wrong:
        load_gate(path)
    assert [line.split(": ")[:2] for line in str(wrong.value).splitlines()] == [
        [f"{path}:3", "gate.max_failure_rate"],
        [f"{path}:3", "gate.not_wrose"],
    ]
