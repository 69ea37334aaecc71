"""Bad input: each a line that names file, line, key, and what to do; all of them at once."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from prebeta.config import Project, load
from prebeta.core.errors import UsageError

GOOD = """\
target: {kind: python, function: "bot:answer"}
end_state:
  when: {ended: true}
  facts: {day: state.day}
goals:
  - goal: book
    slots:
      day: {values: [Monday, Tuesday]}
      place: [Rome, Oslo]
"""


def complaints(folder: Path, text: str | bytes) -> list[str]:
    path = folder / "prebeta.yaml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(UsageError) as caught:
        load(path)
    return [line.removeprefix(f"{folder}/") for line in str(caught.value).splitlines()]


def loaded(folder: Path, text: str) -> Project:
    path = folder / "prebeta.yaml"
    path.write_text(text)
    return load(path)


def test_the_base_of_these_tests_is_right(tmp_path: Path) -> None:
    project = loaded(tmp_path, GOOD)
    assert project.end_state.facts["day"].path == "state.day"
    assert project.warnings() == ()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("target: [a\nb: {", r"prebeta.yaml:2: not valid YAML: .+ \(column \d+\)"),
        ("target:\n\tkind: http\n", r"prebeta.yaml:2: not valid YAML: .+; indent with spaces, not tabs"),
        (b"\x7fELF\x00\x01\x02", r"prebeta.yaml: isn't a text file \(UTF-8\); prebeta init writes one"),
        ("target: ä".encode("latin-1"), r"prebeta.yaml: isn't a text file \(UTF-8\); .+"),
        ("", r"prebeta.yaml: is empty; prebeta init writes one"),
        ("# only a comment\n", r"prebeta.yaml:1: should be a mapping \(key: value\) with at least target, .+"),
        ("- a\n- b\n", r"prebeta.yaml:1: should be a mapping .+"),
        ("a: 1\n---\nb: 2\n", r"prebeta.yaml:2: not valid YAML: .+"),
        ("a: &x [*x]\n", r"prebeta.yaml:1: too large or refers to itself"),
        ("\x07: bell\n", r"prebeta.yaml: not valid YAML: .+|prebeta.yaml:1: not valid YAML: .+"),
    ],
)
def test_what_is_no_project_at_all(tmp_path: Path, text: str | bytes, said: str) -> None:
    lines = complaints(tmp_path, text)
    assert len(lines) == 1
    assert re.fullmatch(said, lines[0]), lines


def test_a_missing_file_and_a_folder(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"nowhere.yaml: no such file; prebeta init writes one$"):
        load(tmp_path / "nowhere.yaml")
    with pytest.raises(UsageError, match=r": is a folder; name the file in it, e.g. .+/prebeta.yaml$"):
        load(tmp_path)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("goals:", "gaols:", "prebeta.yaml:5: gaols: unknown key; did you mean 'goals'?"),
        ("function:", "functoin:", "prebeta.yaml:1: target.functoin: unknown key; did you mean 'function'?"),
        (
            "{values: [M",
            "{valeus: [M",
            "prebeta.yaml:8: goals[0].slots.day.valeus: unknown key; did you mean 'values'?",
        ),
        ("kind: python", "kind: pyton", "prebeta.yaml:1: target.kind: unknown kind of target 'pyton'; did you mean"),
        ("facts: {day", "facts: {dya", "prebeta.yaml:4: end_state.facts.dya: 'dya' is no slot of a goal (did you mean"),
        ("state.day}", "state..day}", "prebeta.yaml:4: end_state.facts.day: not a JMESPath: "),
        ("{ended: true}", "{says: '(a'}", "prebeta.yaml:3: end_state.when.says: not a regular expression: missing )"),
        ("{ended: true}", "{says: '[[a]'}", "prebeta.yaml:3: end_state.when.says: not a regular expression: "),
        ("{ended: true}", "{}", "prebeta.yaml:3: end_state.when: give at least one of ended, state, path, says, "),
        ("{ended: true}", "{ended: soon}", "prebeta.yaml:3: end_state.when.ended: should be a valid boolean"),
        (
            "{ended: true}",
            "{state: here}",
            "prebeta.yaml:3: end_state.when.state: should be 'present' or 'absent', not",
        ),
        (
            "[Monday, Tuesday]",
            "[Monday, Monday]",
            "prebeta.yaml:8: goals[0].slots.day.values: the value 'Monday' is given",
        ),
        (
            "values: [Monday, Tuesday]",
            "pattern: '(?=a)b'",
            "prebeta.yaml:8: goals[0].slots.day.pattern: no value can be",
        ),
        (
            "values: [Monday, Tuesday]",
            "optional: true",
            "prebeta.yaml:8: goals[0].slots.day: give exactly one of values",
        ),
        (
            "values: [Monday, Tuesday]",
            "from: days.csv",
            "prebeta.yaml:8: goals[0].slots.day.from: no file 'days.csv' in",
        ),
        ("goals:", "goals: []\nmore:", "prebeta.yaml:5: goals: should not be empty"),
        ("place:", "day:", "prebeta.yaml:9: the key 'day' is given twice, first in line 8"),
        (
            "[Rome, Oslo]",
            "!!python/object:os.system [a]",
            "prebeta.yaml:9: the YAML tag tag:yaml.org,2002:python/object",
        ),
        ("- goal: book", "- {x: 1}\n  - goal: book", "prebeta.yaml:6: goals[0].goal: is missing"),
        ("{kind: python, ", "{", "prebeta.yaml:1: target: kind is missing; one of: python, http"),
    ],
)
def test_one_wrong_thing(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert GOOD.count(old) == 1
    lines = complaints(tmp_path, GOOD.replace(old, new))
    assert any(line.startswith(said) for line in lines), lines


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ("behaviors: {clarfy: 0.2}", "behaviors.clarfy: unknown behavior 'clarfy'; did you mean 'clarify'?"),
        ("behaviors: {clarify: 1.2}", "behaviors.clarify: should be less than or equal to 1, not 1.2"),
        ("user: {policy: agneda}", "user.policy: unknown policy 'agneda'; did you mean 'agenda'?"),
        ("user: {patience: 0}", "user.patience: should be greater than or equal to 1, not 0"),
        ("user: {voice: parrot}", "user.voice: there is no voice or model 'parrot'; known: templates"),
        ("user: {answers: {dya: when}}", "user.answers.dya: 'dya' is no slot of a goal (did you mean 'day'?); if it"),
        ("user: {answers: {day: '*'}}", "user.answers.day: not a regular expression: nothing to repeat"),
        ("stages: {one: {asks: palce}}", "stages.one.asks: 'palce' is no slot of a goal (did you mean 'place'?)"),
        ("stages: {one: {}}", "stages.one: give either asks or says"),
        ("limits: {max_turns: many}", "limits.max_turns: should be a valid integer, not 'many'"),
        ("limits: {concurency: 3}", "limits.concurency: unknown key; did you mean 'concurrency'?"),
        ("limits: 3", "limits: should be a mapping (key: value), not 3"),
        ("gate: {max_failure_rate: 5}", "gate.max_failure_rate: should be less than or equal to 1, not 5"),
        ("gate: {max_failure_rate: '120%'}", "gate.max_failure_rate: should be less than or equal to 1, not '120%'"),
        ("gate: {max_failure_rate: little}", "gate.max_failure_rate: should be a valid number, not 'little'"),
        ("gate: {against: previous}", "gate: holds no rule; give max_failure_rate, no_new_findings or another"),
        ("gate: {no_new_findings: true, allow: {F-1: ''}}", "gate.allow.F-1: should not be empty"),
        ("judges: [ruels]", "judges[0]: unknown judge 'ruels'; known: rules, rubrics, or module:function"),
        ("setup: nonsense", "setup: should name a function as module:attribute"),
        ("personas: [{traits: {age: 30}}]", "personas[0]: give exactly one of text, from, generate"),
        ("out_of_scope: {a: b}", "out_of_scope: should be a list"),
        ("models: {m: {kind: openai}}", "models.m.model: is missing"),
        ("user: {policy: free}", "user.policy: free: an LLM decides there, so name one: user: {voice: {model: NAME}}"),
        ("models: {m: {kind: opnai}}", "models.m.kind: unknown kind of model 'opnai'; did you mean 'openai'? known"),
        (
            "models: {m: {kind: openai, model: x, key: sk-1}}",
            "models.m.key: a secret doesn't belong in this file; write ${KEY}",
        ),
        (
            "models: {m: {kind: openai, model: x, key: '${NOT_SET_HERE}'}}",
            "models.m.key: the environment variable NOT_SET_HERE",
        ),
        (
            "name: ${NOT_SET_HERE}",
            "name: the environment variable NOT_SET_HERE isn't set; set it (export NOT_SET_HERE=",
        ),
        ("name: ${1x}", "name: '${' begins a variable like ${NAME}; write $${ for a literal '${'"),
    ],
)
def test_one_wrong_section(tmp_path: Path, more: str, said: str) -> None:
    lines = complaints(tmp_path, f"{GOOD}{more}\n")
    assert len(lines) == 1, lines
    assert lines[0].startswith(f"prebeta.yaml:10: {said}"), lines


def test_everything_wrong_is_said_at_once_and_in_order(tmp_path: Path) -> None:
    text = GOOD.replace("function:", "functon:").replace("facts: {day", "facts: {dya") + "nmae: x\ngate: {a: 1}\n"
    lines = complaints(tmp_path, text)
    assert [line.split(": ")[:2] for line in lines] == [
        ["prebeta.yaml:1", "target.function"],
        ["prebeta.yaml:1", "target.functon"],
        ["prebeta.yaml:4", "end_state.facts.dya"],
        ["prebeta.yaml:10", "nmae"],
        ["prebeta.yaml:11", "gate.a"],
    ]


def test_a_secret_from_the_environment_is_never_in_a_message(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CANARY", "s3cret")
    lines = complaints(tmp_path, GOOD + "limits: {max_turns: '${CANARY}'}\ngate: {max_failure_rate: '${CANARY}'}\n")
    assert len(lines) == 2
    assert "s3cret" not in "\n".join(lines)


def test_columns_of_a_table_are_checked(tmp_path: Path) -> None:
    (tmp_path / "days.csv").write_text("dya,place\nMonday,Rome\n")
    lines = complaints(tmp_path, GOOD.replace("values: [Monday, Tuesday]", "from: days.csv"))
    assert lines == ["prebeta.yaml:8: goals[0].slots.day.from: 'days.csv' has no column 'day'; did you mean 'dya'?"]


def test_alternatives_of_a_connector_give_one_line_each(tmp_path: Path) -> None:
    target = (
        "{kind: http, url: 'http://x', version: {gte: /v}, send: {post: /, json: {t: '{text}'}}, reply: {messages: m}}"
    )
    lines = complaints(tmp_path, GOOD.replace('{kind: python, function: "bot:answer"}', target))
    assert lines == ["prebeta.yaml:1: target.version.gte: unknown key; did you mean 'get'?"]


def test_a_stored_document_with_errors(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"(?m)^stored project: gaols: unknown key; did you mean 'goals'\?$"):
        Project.from_document({"gaols": []}, tmp_path)


def test_a_section_without_anything_in_it_is_empty_and_not_missing(tmp_path: Path) -> None:
    (tmp_path / "prebeta.yaml").write_text("target:\ngoals:\nuser: {}\n")
    with pytest.raises(UsageError) as error:
        load(tmp_path / "prebeta.yaml")
    told = [line.partition("prebeta.yaml:")[2] for line in str(error.value).splitlines()]
    assert told == [
        "1: end_state: is missing",
        "1: target: is empty; the connector to the product: a mapping with kind, a URL, or module:function",
        "2: goals: is empty; what users want from the product",
    ]
