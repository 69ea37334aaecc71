"""Which runs are of one project, and which of them can be compared."""

from __future__ import annotations

from typing import Any

import pytest
from written_conversations import run

from prebeta.analysis.lineage import changed, incomparable, lines, title
from prebeta.core.results import Run

BOOKING = {"goals": [{"goal": "book a table"}], "end_state": {"when": {"ended": True}}, "limits": {"max_turns": 20}}


def of(name: str, at: float = 0.0, folder: str = "/shop", *, changes: dict[str, Any] | None = None, **rest: Any) -> Run:
    document = {**BOOKING, **(changes or {})}
    return run(id=name, created_at=at, project={"document": document, "folder": folder}, **rest)


def imported(name: str, at: float = 0.0, file: str = "chats.jsonl", document: dict[str, Any] | None = None) -> Run:
    kept = {"imported": {"file": file, "skipped": 0}, "document": document, "folder": "/shop"}
    return run(id=name, created_at=at, users=("imported",), project=kept)


def named(runs: list[Run]) -> list[list[str]]:
    return [[one.id for one in line] for line in lines(runs)]


def test_runs_of_one_folder_or_of_the_same_goals_are_one_project() -> None:
    other = {"goals": [{"goal": "cancel a table"}]}
    runs = [
        of("a", 1),
        of("goals changed", 2, changes=other),
        of("built elsewhere", 3, "/builds/17"),
        of("another", 4, "/another", changes={"goals": ["open an account"]}),
    ]
    assert named(runs) == [["a", "goals changed", "built elsewhere"], ["another"]]
    assert named([]) == []


def test_a_name_tells_projects_apart_and_the_latest_stands_last() -> None:
    runs = [of("a", 1, changes={"name": "A"}), of("b", 2, changes={"name": "B"}), of("c", 3, changes={"name": "A"})]
    assert named(runs) == [["b"], ["a", "c"]]


def test_imports_without_a_project_are_a_line_of_their_own() -> None:
    runs = [of("a", 1), imported("x", 2), imported("with", 3, document=BOOKING), imported("y", 4, "more.jsonl")]
    assert named(runs) == [["a", "with"], ["x", "y"]]
    assert [title(line) for line in lines(runs)] == ["book a table", "imported from chats.jsonl, more.jsonl"]


def test_a_title_is_the_name_else_the_goal_else_the_folder() -> None:
    assert title([of("a", changes={"name": "Shop"})]) == "Shop"
    assert title([of("a", changes={"goals": ["g" * 99]})]) == "g" * 59 + "…"
    assert title([run(project={"folder": "/shop"})]) == "/shop"


@pytest.mark.parametrize(
    ("other", "why"),
    [
        (of("b"), None),
        (of("b", changes={"limits": {"max_turns": 5}}), None),
        (of("b", changes={"target": "elsewhere"}, sample="census"), None),
        (of("b", users=("autopilot",)), "its users are autopilot, not agenda"),
        (of("b", changes={"end_state": {"when": {"says": "done"}}}), "end_state in prebeta.yaml was changed"),
        (of("b", sample="hunt"), "its rate is of probing users, not of typical ones"),
        (imported("b", document=BOOKING), "its users are imported, not agenda"),
    ],
)
def test_what_keeps_two_runs_from_being_compared(other: Run, why: str | None) -> None:
    found = incomparable(of("a"), other)
    assert (found or "").startswith(why or "")
    assert (found is None) == (why is None)


def test_imports_with_and_without_a_project_measure_different_things() -> None:
    assert incomparable(imported("a"), imported("b")) is None
    assert incomparable(imported("a"), imported("b", document=BOOKING)) is not None


def test_what_else_was_changed() -> None:
    assert changed(of("a"), of("b", changes={"target": "x", "gate": {"max_failure_rate": 0.1}, "store": "s"})) == ()
    assert changed(of("a"), of("b", changes={"limits": {"max_turns": 5}, "behaviors": {"clarify": 0.5}})) == (
        "limits",
        "behaviors",
    )
    # written in another order, or empty, a section says the same
    assert changed(of("a", changes={"user": {}}), of("b")) == ()
