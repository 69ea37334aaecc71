"""Personas in files of their own, prefixes and accounts: what is read, and what is said where something is wrong."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from test_config_schema import fits

from prebeta.config import Project, json_schema, load
from prebeta.config.people import read_personas
from prebeta.config.yaml_lines import parse
from prebeta.core.errors import UsageError
from prebeta.core.types import Persona

HEAD = "target: bot:answer\nend_state: {when: {ended: true}}\n"
PEOPLE = "- courier\n- text: parent\n  traits: {age: 40, mood: calm}\n"


def loaded(folder: Path, text: str) -> Project:
    (folder / "prebeta.yaml").write_text(HEAD + text)
    return load(folder / "prebeta.yaml")


def refused(folder: Path, text: str) -> str:
    with pytest.raises(UsageError) as caught:
        loaded(folder, text)
    return str(caught.value).replace(f"{folder}/", "")


@pytest.mark.parametrize("people", [PEOPLE, "personas:\n" + PEOPLE, "\ufeff" + PEOPLE])
def test_personas_from_a_file_alone_and_among_others(tmp_path: Path, people: str) -> None:
    (tmp_path / "people.yaml").write_text(people)
    from_file = (Persona("courier"), Persona("parent", {"age": "40", "mood": "calm"}))
    assert loaded(tmp_path, "goals: [g]\npersonas: {from: people.yaml}\n").people() == from_file
    project = loaded(tmp_path, "goals: [g]\npersonas: [clerk, {from: people.yaml}, {text: x}]\n")
    assert project.people() == (Persona("clerk"), *from_file, Persona("x"))
    assert project.warnings() == ()
    again = Project.from_document(json.loads(json.dumps(project.document)), tmp_path)
    assert again.people() == project.people()


def test_personas_from_a_table(tmp_path: Path) -> None:
    (tmp_path / "people.csv").write_text("text,mood,town\ncourier,hurried,Rome\nparent,,Oslo\n")
    assert loaded(tmp_path, "goals: [g]\npersonas: {from: people.csv}\n").people() == (
        Persona("courier", {"mood": "hurried", "town": "Rome"}),
        Persona("parent", {"town": "Oslo"}),
    )


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "prebeta.yaml:4: personas.from: no file 'people.yaml' in"),
        ("", "prebeta.yaml:4: personas.from: 'people.yaml' should hold a list of personas"),
        ("a: b\n", "prebeta.yaml:4: personas.from: 'people.yaml' should hold a list of personas"),
        (
            "- a\n- text: b\n  trait: {}\n",
            "prebeta.yaml:4: personas.from: people.yaml:3: trait: unknown key; did you mean",
        ),
        ("- a\n- traits: {}\n", "prebeta.yaml:4: personas.from: people.yaml:2: give exactly one of text"),
        ("- a\n- {from: b.yaml}\n", "prebeta.yaml:4: personas.from: people.yaml:2: a persona in a file has a text"),
        ("- a\n- [b\n", "prebeta.yaml:4: personas.from: people.yaml:"),
        ("- !x a\n", "prebeta.yaml:4: personas.from: people.yaml:1: the YAML tag"),
    ],
)
def test_a_file_of_personas_that_is_wrong(tmp_path: Path, content: str | None, said: str) -> None:
    if content is not None:
        (tmp_path / "people.yaml").write_text(content)
    found = refused(tmp_path, "goals: [g]\npersonas: {from: people.yaml}\n")
    assert found.startswith(said), found
    assert "\n" not in found


def test_a_table_without_texts(tmp_path: Path) -> None:
    (tmp_path / "people.csv").write_text("name,mood\nann,calm\n")
    with pytest.raises(UsageError, match="has no column 'text'; it has: name, mood"):
        read_personas(tmp_path, "people.csv")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("personas: [{generate: 3, text: b}]\ngoals: [g]\n", "personas[0]: give exactly one of text, from, generate"),
        ("personas: [x, {from: a.yaml}]\ngoals: [g]\n", "personas[1].from: no file 'a.yaml' in"),
        ("goals: [{goal: g, prefix: [a], starting_prompt: b}]\n", "goals[0]: give either starting_prompt or prefix"),
        (
            "goals: [{goal: g, slots: {day: [x]}, prefix: 'on {dya}'}]\n",
            "goals[0]: prefix: {dya} is no slot of this goal; ",
        ),
        ("goals: [g]\nsetup: {accounts: a.csv}\n", "setup.accounts: no file 'a.csv' in"),
        ("goals: [g]\nsetup: {accounts: []}\n", "setup.accounts: should be a list of accounts"),
        ("goals: [g]\nsetup: {accounts: [ann]}\n", "setup.accounts: should be a list of accounts"),
        ("goals: [g]\nsetup: {}\n", "setup: give module:function, or before and after, or accounts"),
        (
            "goals: [g]\nsetup: {accounts: [{password: hunter2}]}\n",
            "setup.accounts[0].password: a secret doesn't belong in this file; write ${PASSWORD}",
        ),
    ],
)
def test_what_is_wrong_is_said_with_its_place(tmp_path: Path, text: str, said: str) -> None:
    found = refused(tmp_path, text)
    assert said in found
    assert "\n" not in found


def test_accounts_may_stand_beside_calls(tmp_path: Path) -> None:
    project = loaded(tmp_path, "goals: [g]\nsetup: {accounts: [{user: ann, age: 40}], before: {post: /reset}}\n")
    assert project.accounts() == ({"user": "ann", "age": 40},)
    assert project.warnings() == ()


def test_the_schema_knows_the_new_keys() -> None:
    schema: dict[str, Any] = json.loads(json.dumps(json_schema()))
    for personas in ("{from: a.yaml}", "[a, {from: b.csv}]", "courier"):
        for accounts in ("a.csv", "[{user: ann}]"):
            text = f"{HEAD}goals: [{{goal: g, prefix: [hi]}}]\npersonas: {personas}\nsetup: {{accounts: {accounts}}}\n"
            assert fits(parse(text, "f").document, schema, schema)
    for wrong in ("personas: {form: a.yaml}\n", "setup: {accounts: 3}\n"):
        assert not fits(parse(f"{HEAD}goals: [g]\n{wrong}", "f").document, schema, schema)
