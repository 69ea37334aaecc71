"""The schema says the same as the loader: what loads fits it, what an editor should mark doesn't."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from test_config_example import EXAMPLE

from prebeta.config import json_schema, load, starter
from prebeta.config.yaml_lines import parse
from prebeta.core.errors import UsageError

TYPES = {"object": dict, "array": list, "string": str, "integer": int, "number": (int, float), "boolean": bool}


def fits(value: Any, node: Any, root: dict[str, Any]) -> bool:
    """Whether a value fits a JSON Schema: the part of the standard that pydantic makes use of."""
    if node is True or node is False:
        return node
    if "$ref" in node and not fits(value, root["$defs"][node["$ref"].rsplit("/", 1)[1]], root):
        return False
    for several, wanted in (("anyOf", any), ("oneOf", any), ("allOf", all)):
        if several in node and not wanted(fits(value, inner, root) for inner in node[several]):
            return False
    if "const" in node and value != node["const"]:
        return False
    if "enum" in node and value not in node["enum"]:
        return False
    return typed(value, node) and bounded(value, node) and parts_fit(value, node, root)


def typed(value: Any, node: dict[str, Any]) -> bool:
    names = node.get("type", [])
    names = [names] if isinstance(names, str) else names
    return not names or any(
        value is None
        if name == "null"
        else isinstance(value, TYPES[name]) and (name == "boolean") == isinstance(value, bool)
        for name in names
    )


def bounded(value: Any, node: dict[str, Any]) -> bool:
    if isinstance(value, str):
        return re.search(node.get("pattern", ""), value) is not None
    if isinstance(value, list):
        return len(value) >= node.get("minItems", 0)
    if isinstance(value, int | float):
        above = value > node["exclusiveMinimum"] if "exclusiveMinimum" in node else True
        return above and node.get("minimum", value) <= value <= node.get("maximum", value)
    return True


def parts_fit(value: Any, node: dict[str, Any], root: dict[str, Any]) -> bool:
    if isinstance(value, list):
        return all(fits(item, node.get("items", True), root) for item in value)
    if not isinstance(value, dict):
        return True
    known = node.get("properties", {})
    more = node.get("additionalProperties", True)
    return all(key in value for key in node.get("required", ())) and all(
        fits(inner, known.get(key, more), root) for key, inner in value.items()
    )


@pytest.fixture(scope="module")
def schema() -> dict[str, Any]:
    return json.loads(json.dumps(json_schema()))  # type: ignore[no-any-return]


def test_the_example_and_the_starters_fit(schema: dict[str, Any]) -> None:
    for text in (EXAMPLE, starter(), starter("http://127.0.0.1:1/a/b"), starter("bot:answer")):
        assert fits(parse(text, "f").document, schema, schema)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("goals:", "gaols:"),
        ("timeout_s: 10", "tiemout_s: 10"),
        ("kind: http ", "kind: htp "),
        ("patience: 3", "patience: none"),
        ("match: date", "match: dates"),
        ("max_failure_rate: 0.05", "max_failure_rate: 5"),
        ("{asks: bike}", "{aks: bike}"),
    ],
)
def test_what_the_loader_refuses_an_editor_marks(
    schema: dict[str, Any], old: str, new: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "x")
    assert EXAMPLE.count(old) == 1
    text = EXAMPLE.replace(old, new)
    assert not fits(parse(text, "f").document, schema, schema)
    (tmp_path / "prebeta.yaml").write_text(text)
    with pytest.raises(UsageError):
        load(tmp_path / "prebeta.yaml")


def test_shorthands_and_variables_fit(schema: dict[str, Any]) -> None:
    text = """target: http://127.0.0.1
end_state: {when: "m:f", facts: {a: state.a}, handoff: bye}
personas: [1, {text: x}]
user: {answers: {a: which}}
goals: [more, {goal: 3, questions: [why], slots: {a: {values: [1, 2.50, true]}, b: [x]}}]
limits: {max_turns: "${TURNS:-3}"}
"""
    assert fits(parse(text, "f").document, schema, schema)


def test_all_keys_have_a_description_and_no_others_are_allowed(schema: dict[str, Any]) -> None:
    mappings = list(with_keys(schema))
    assert len(mappings) > 20
    for node in mappings:
        # under stages any name is a step of the project's own
        assert node["additionalProperties"] in (False, {"$ref": "#/$defs/StageConfig"}), node
        for key, inner in node["properties"].items():
            known = schema["$defs"][inner["$ref"].rsplit("/", 1)[1]] if "$ref" in inner else inner
            assert key == "kind" or inner.get("description") or known.get("description"), f"{node.get('title')}.{key}"


def with_keys(node: Any) -> Iterator[dict[str, Any]]:
    """All parts of a schema that are mappings with keys of their own."""
    if isinstance(node, dict):
        if isinstance(node.get("properties"), dict) and "type" in node:
            yield node
        for inner in node.values():
            yield from with_keys(inner)
    elif isinstance(node, list):
        for inner in node:
            yield from with_keys(inner)


@pytest.mark.parametrize(
    "target", [None, "http://127.0.0.1:8080", "https://bot.example/api/chat?v=2", "my.bot:Bot.run"]
)
def test_a_starter_loads_and_says_that_its_goals_are_an_example(target: str | None, tmp_path: Path) -> None:
    (tmp_path / "prebeta.yaml").write_text(starter(target))
    project = load(tmp_path / "prebeta.yaml")
    example = (
        "goals and end_state are still those that init wrote as an example; say in prebeta.yaml what your users want"
    )
    assert project.warnings() == (example,)
    assert [slot.name for slot in project.slots()] == ["service", "day", "phone"]
    if target is not None and target.startswith("https"):
        assert (project.target.url, project.target.send.post) == ("https://bot.example", "/api/chat?v=2")


def test_once_a_goal_is_said_nothing_is_an_example(tmp_path: Path) -> None:
    text = starter("my.bot:Bot")
    (tmp_path / "prebeta.yaml").write_text(text.replace("book an appointment", "report a lost parcel"))
    assert load(tmp_path / "prebeta.yaml").warnings() == ()
    (tmp_path / "prebeta.yaml").write_text(text.replace("booked|", "your parcel|"))
    assert [line.partition(" still")[0] for line in load(tmp_path / "prebeta.yaml").warnings()] == ["goals are"]


def test_what_a_starter_is_not_for() -> None:
    for wrong in ("nonsense", "ftp://x", "http://", "http://[", "http://me:pw@host/"):
        with pytest.raises(UsageError):
            starter(wrong)


def test_the_commented_lines_of_the_starter_load_too(tmp_path: Path) -> None:
    text = re.sub(r"(?m)^( *)# (?= *(?:- |[a-z_]+:))", r"\1", starter("bot:answer"))
    path = tmp_path / "prebeta.yaml"
    path.write_text(text)
    project = load(path)
    assert project.gate is not None
    assert project.user.answers["confirm"].then == "yes"
