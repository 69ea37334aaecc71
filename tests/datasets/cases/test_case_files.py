"""Cases as files: what is written is read back exactly, whatever was said, and what is wrong is said where it is."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from some_cases import MOVES, SCENARIO, TEXTS, case

from prebeta import Project
from prebeta.config.hiding import Hiding
from prebeta.core.errors import UsageError
from prebeta.core.types import Act, Fact, Goal, Persona, Say, Slot
from prebeta.datasets.cases import Case, case_id, read_case, read_cases, rendered, write
from prebeta.datasets.cases.reading import case_of_text
from prebeta.datasets.cases.writing import file_name


def back(one: Case, hiding: Hiding | None = None) -> Case:
    return case_of_text(rendered(one, hiding), "case.yaml")


def test_every_field_comes_back() -> None:
    assert back(case()) == case()


def test_a_case_with_hardly_anything_comes_back() -> None:
    bare = case(
        moves=(),
        happened=(),
        held_out=False,
        stage=None,
        slot=None,
        scenario=replace(SCENARIO, account=None, goal=Goal("x")),
    )
    assert back(bare) == bare


@given(TEXTS, TEXTS, st.lists(TEXTS, max_size=3))
@settings(max_examples=100, suppress_health_check=[HealthCheck.too_slow])
def test_any_text_comes_back(said: str, value: str, several: list[str]) -> None:
    slots = (Slot("city", Fact(value, tuple(several)), Fact(said)),)
    moves = (Say(said, Act("inform", {"city": value}, {"city": said}, "city")), MOVES[2])
    one = case(
        moves=moves,
        happened=(("product", said), ("user", value)),
        scenario=replace(
            SCENARIO,
            persona=Persona(said, {"device": value}),
            goal=Goal(value, slots),
            opening=said,
            prefix=tuple(several),
            out_of_scope=tuple(several),
            account={"name": said, "more": [value, 1, None, True, 2.5]},
        ),
    )
    assert back(one) == one


@given(TEXTS)
@settings(max_examples=50)
def test_another_yaml_reader_takes_what_a_product_said_for_text(said: str) -> None:
    found = yaml.safe_load(rendered(case(happened=(("product", said),))))
    assert found["happened"] == [{"product": said}]


def test_half_a_pair_of_signs_is_replaced() -> None:
    (found,) = back(case(moves=(Say("a\ud83d b"),))).moves
    assert found.text == "a? b"


def test_long_texts_are_blocks_and_emoji_stay() -> None:
    text = rendered(case(moves=(Say("😊 hello"), Say("one\ntwo: three"))))
    assert "say: '😊 hello'" in text
    assert "say: |-\n      one\n      two: three\n" in text


def test_what_must_be_hidden_is_not_written() -> None:
    hiding = Hiding(("phone", "email"), ("hunter2-secret",))
    one = case(
        moves=(
            Say("call 0412 345 678, hunter2-secret", Act("inform", {"phone": "0412345678"}, {"phone": "0412 345 678"})),
        ),
        happened=(("product", "so 0412 345 678, ana@mail.example"),),
        scenario=replace(
            SCENARIO,
            goal=Goal("book", (Slot("phone", Fact("0412 345 678", ("ana@mail.example",))),)),
            account={"password": "hunter2-secret"},
        ),
    )
    text = rendered(one, hiding)
    for canary in ("345 678", "0412345678", "ana@mail", "hunter2"):
        assert canary not in text
    found = back(one, hiding)
    assert (found.id, found.scenario.seed, found.provenance) == (one.id, one.scenario.seed, one.provenance)
    assert found.moves[0].text == "call [phone], ***"


def test_a_case_is_written_beside_others_and_read_with_them(tmp_path: Path) -> None:
    first, second = case(), case(id="ffff00001111", title="Über alles: what?")
    paths = [write(one, tmp_path / "cases") for one in (first, second)]
    assert [path.name for path in paths] == [
        "after-a-correction-the-product-keeps-the-old-city-0123456789ab.yaml",
        "ber-alles-what-ffff00001111.yaml",
    ]
    assert {one.id: one.path for one in read_cases(tmp_path / "cases")} == {first.id: paths[0], second.id: paths[1]}
    assert read_case(paths[0]) == replace(first, path=paths[0])
    assert file_name(case(title="…")) == "0123456789ab.yaml"


def test_no_folder_holds_no_cases(tmp_path: Path) -> None:
    assert read_cases(tmp_path / "nowhere") == ()


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("kind: LOST_CORRECTION, stage", "knid: LOST_CORRECTION, stage", "case.yaml:4: finding.knid: unknown key; did you mean 'kind'?"),
        ("failed: 4", "failed: 9", "flakiness: failed 9 of 5 is more than all"),
        ("end_state: reached", "end_state: arrived", "checks.end_state: should be 'reached', 'declined', 'handed_off' or 'any'"),
        ("held_out: true", "held_out: true\nheld_out: false", "the key 'held_out' is given twice, first in line 5"),
        ("press: Monday", "pres: Monday", "script[2].pres: unknown key; did you mean 'press'?"),
        ("payload: day/1", "say: both", "script[2]: give exactly one of say, press, wait"),
        ("seed: 77", "seed: many", "scenario.seed: should be a valid integer, not 'many'"),
        ("- product: Rome it is.", "- robot: Rome it is.", "happened[2].robot: unknown key"),
        ("title: After", "title: [", "not valid YAML"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_with_line_and_key(before: str, after: str, said: str) -> None:
    text = rendered(case())
    assert before in text
    with pytest.raises(UsageError) as error:
        case_of_text(text.replace(before, after, 1), "case.yaml")
    assert said in str(error.value)
    assert str(error.value).startswith("case.yaml:")


def test_all_broken_files_are_told_at_once(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / f"{name}.yaml").write_text("title: x\n")
    write(case(), tmp_path)
    (tmp_path / "copy.yaml").write_text(rendered(case()))
    with pytest.raises(UsageError) as error:
        read_cases(tmp_path)
    told = str(error.value)
    assert f"{tmp_path / 'a.yaml'}:1: case: is missing" in told
    assert f"{tmp_path / 'b.yaml'}:1: case: is missing" in told
    assert f"{tmp_path / 'copy.yaml'}: case: 0123456789ab is the case of" in told
    with pytest.raises(UsageError, match="no such file; prebeta cases add writes them"):
        read_case(tmp_path / "gone.yaml")


def test_ids_are_the_matter_s_not_the_place_s() -> None:
    def project(goal: str, port: int) -> Project:
        return Project.model_validate(
            {
                "target": {"kind": "http", "url": f"http://127.0.0.1:{port}", "send": {"post": "/", "json": {"t": "{text}"}}, "reply": {"messages": "text"}},
                "end_state": {"when": {"ended": True}},
                "goals": [{"goal": goal, "slots": {"day": {"values": ["Monday"]}}}],
            }
        )  # fmt: skip

    assert case_id(project("book", 1), "F-1", "s1") == case_id(project("book", 2), "F-1", "s1")
    ids = {case_id(project(*one[:2]), *one[2:]) for one in (("book", 1, "F-1", "s1"), ("sell", 1, "F-1", "s1"), ("book", 1, "F-2", "s1"), ("book", 1, "F-1", "s2"))}  # fmt: skip
    assert len(ids) == 4
