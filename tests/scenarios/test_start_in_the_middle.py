"""Scenarios that start in the middle, and accounts that users take in turn."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from prebeta.config import Project, load
from prebeta.core.errors import UsageError
from prebeta.scenarios import sample

RATES = {"correct_fact": 0.9, "clarify": 0.3}
HEAD = "target: bot:answer\nend_state: {when: {ended: true}}\n"


def project(goal: dict[str, Any], **more: Any) -> Project:
    document = {"target": "bot:answer", "end_state": {"when": {"ended": True}}, "goals": [goal], **more}
    return Project.model_validate(document)


def test_a_prefix_is_said_with_the_users_own_values() -> None:
    slots = {
        "bike": {"values": ["city", "cargo"], "optional": True}, "day": ["Monday", "Friday"], "town": ["Rome", "Oslo"],
    }  # fmt: skip
    goal = {"goal": "book", "slots": slots, "prefix": ["Hi", "It's a {bike} bike, for {day}"]}
    for name in ("census", "hunt"):
        said = set()
        for each in sample(project(goal), 200, 1, name, RATES):
            values = {slot.name: slot.fact.value for slot in each.goal.slots}
            assert each.prefix == ("Hi", f"It's a {values['bike']} bike, for {values['day']}")
            assert [slot.name for slot in each.goal.slots if slot.instead is not None] == (
                ["town"] if "correct_fact" in each.behaviors else []
            )
            said.add(each.prefix)
        assert len(said) == 4


def test_a_message_whose_row_has_no_value_is_left_out(tmp_path: Path) -> None:
    (tmp_path / "towns.csv").write_text("town,code\nRome,1\nOslo,\n")
    goal = "{goal: g, prefix: ['To {town}', 'Code {code}'], slots: {town: {from: towns.csv}, code: {from: towns.csv}}}"
    (tmp_path / "prebeta.yaml").write_text(f"{HEAD}goals: [{goal}]\n")
    found = {each.prefix for each in sample(load(tmp_path / "prebeta.yaml"), 50, 1, "census", {})}
    assert found == {("To Rome", "Code 1"), ("To Oslo",)}


def test_accounts_are_taken_in_turn_and_are_part_of_the_content() -> None:
    accounts = [{"user": f"u{number}", "balance": number} for number in range(4)]
    with_accounts = project({"goal": "g"}, setup={"accounts": accounts})
    assert with_accounts.warnings() == ()
    scenarios = sample(with_accounts, 40, 1, "mixed", RATES)
    for half in (scenarios[::2], scenarios[1::2]):
        taken = Counter(each.account["user"] for each in half if each.account is not None)
        assert taken == dict.fromkeys(("u0", "u1", "u2", "u3"), 5)
    assert sample(with_accounts, 17, 1, "mixed", RATES) == scenarios[:17]
    assert len({each.id for each in scenarios}) == 40
    without = sample(project({"goal": "g"}), 40, 1, "mixed", RATES)
    assert {each.account for each in without} == {None}
    assert not {each.id for each in without} & {each.id for each in scenarios}


def test_accounts_from_a_table_and_from_a_function(tmp_path: Path) -> None:
    (tmp_path / "accounts.csv").write_text("user;plan\nann;free\nben;paid\n")
    (tmp_path / "accounts_of_this_test.py").write_text(
        "def some():\n    return [{'user': 'cy'}]\ndef none():\n    return []\ndef odd():\n    return [{'user': {1, 2}}]\n"
    )
    path = tmp_path / "prebeta.yaml"
    for source, users in (("accounts.csv", {"ann", "ben"}), ("accounts_of_this_test:some", {"cy"})):
        path.write_text(f"{HEAD}goals: [g]\nsetup: {{accounts: '{source}'}}\n")
        found = sample(load(path), 10, 1, "census", {})
        assert {each.account["user"] for each in found if each.account is not None} == users
    for source, said in (
        ("none", "should give a list of accounts"),
        ("odd", "can't be kept as JSON"),
        ("no", "has no"),
    ):
        path.write_text(f"{HEAD}goals: [g]\nsetup: {{accounts: 'accounts_of_this_test:{source}'}}\n")
        with pytest.raises(UsageError, match=said):
            sample(load(path), 10, 1, "census", {})


def test_accounts_by_a_function_in_python() -> None:
    given = project({"goal": "g"}, setup={"accounts": lambda: [{"user": "ann"}]})
    assert sample(given, 1, 1, "census", {})[0].account == {"user": "ann"}
