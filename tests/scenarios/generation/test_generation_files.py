"""Personas in files: what is written is read again; a file is whole or not there."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prebeta.config.people import read_personas
from prebeta.core.errors import UsageError
from prebeta.core.types import Persona
from prebeta.scenarios.generation.composing import compose
from prebeta.scenarios.generation.files import is_project, read_pool, rendered, write_pool, write_whole

TEXTS = st.text(st.characters(blacklist_categories=("Cs", "Cc", "Zl", "Zp")), min_size=1, max_size=40).map(
    lambda text: " ".join(f"x{text}y".split())
)
PEOPLE = st.lists(st.builds(Persona, TEXTS, st.dictionaries(st.sampled_from(["mood", "on", "a b"]), TEXTS, max_size=2)),
                  min_size=1, max_size=6)  # fmt: skip


@pytest.mark.parametrize("ending", [".yaml", ".yml", ".jsonl", ".csv"])
def test_composed_personas_are_read_again(tmp_path: Path, ending: str) -> None:
    people = compose(30, 2, ("card: fees", "it's #1"))
    file = tmp_path / f"pool{ending}"
    write_pool(people, file)
    assert read_pool(file) == people
    if ending != ".jsonl":
        assert read_personas(tmp_path, file.name) == people
    assert [each.name for each in tmp_path.iterdir()] == [file.name]


@settings(max_examples=60, deadline=None)
@given(people=PEOPLE)
def test_any_text_survives_yaml_and_jsonl(people: list[Persona], tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("pool")
    for name in ("a.yaml", "a.jsonl"):
        write_pool(people, folder / name)
        assert read_pool(folder / name) == tuple(people)


def test_a_file_that_fails_half_way_leaves_the_old_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "pool.yaml"
    write_whole("old", file)
    for error, raised in ((KeyboardInterrupt(), KeyboardInterrupt), (OSError(28, "no space"), UsageError)):
        with monkeypatch.context() as patched:
            patched.setattr(Path, "replace", lambda *_, error=error: (_ for _ in ()).throw(error))
            with pytest.raises(raised):
                write_whole("new", file)
        assert file.read_text() == "old"
        assert [each.name for each in tmp_path.iterdir()] == ["pool.yaml"]


def test_what_cannot_be_written_or_read_is_said_in_a_line(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"unknown ending '\.txt'; known: \.yaml"):
        rendered(compose(1), ".txt")
    (tmp_path / "taken").write_text("")
    with pytest.raises(UsageError, match="cannot write"):
        write_pool(compose(1), tmp_path / "taken" / "pool.yaml")
    with pytest.raises(UsageError, match="too many for YAML"):
        rendered([Persona("a nurse at night")] * 10_001)
    with pytest.raises(UsageError, match="no file"):
        read_pool(tmp_path / "none.jsonl")
    for text, line in (("{\n", r"x\.jsonl:1: isn't JSON"), ('{"txt": 1}\n', r"x\.jsonl:1: "), ("\n", "holds no personas"),
                       ('{"generate": 4}\n', "has a text")):  # fmt: skip
        (tmp_path / "x.jsonl").write_text(text)
        with pytest.raises(UsageError, match=line):
            read_pool(tmp_path / "x.jsonl")


def test_projects_are_told_from_pools() -> None:
    assert is_project("# x\ntarget: http://a\n")
    assert not is_project("- text: 'my goals: none'\n  traits: {mood: calm}\n")
