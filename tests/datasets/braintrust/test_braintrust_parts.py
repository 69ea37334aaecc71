"""The parts that need no SDK: halving, what is others' in a row, and trying again."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from some_cases import case

from prebeta.config.hiding import Hiding
from prebeta.core.errors import UsageError
from prebeta.datasets.braintrust import case_of_any_row, dataset_row, log_in, push
from prebeta.datasets.braintrust.rows import Row, case_in, is_edited, is_same, with_theirs
from prebeta.datasets.braintrust.wire import Fault, Postman, Rejected, Talking, Unavailable

NOTHING = Hiding((), ())


class Board:
    """A board in memory that rejects some rows and breaks after some requests."""

    def __init__(self, bad: Iterable[str] = (), breaks_after: int | None = None) -> None:
        self.rows: dict[str, Row] = {}
        self.bad = frozenset(bad)
        self.left = breaks_after

    def there(self) -> dict[str, Row]:
        return dict(self.rows)

    def send(self, rows: Iterable[Row]) -> None:
        rows = list(rows)
        if self.left is not None:
            self.left -= 1
            if self.left < 0:
                raise Unavailable("gone")
        found = self.bad & {row["id"] for row in rows}
        if found:
            raise Rejected(f"bad: {min(found)}")
        self.rows.update({row["id"]: row for row in rows})


def rows_of(count: int) -> list[dict[str, Any]]:
    return [
        {"id": f"{number:03}", "input": number, "expected": None, "tags": [], "metadata": {}} for number in range(count)
    ]


@given(st.integers(0, 130), st.sets(st.integers(0, 129), max_size=9))
def test_exactly_the_bad_rows_are_rejected_each_for_its_own_reason(count: int, bad: set[int]) -> None:
    wrong = {f"{number:03}" for number in bad if number < count}
    board = Board(wrong)
    told = push(board, rows_of(count), sleep=lambda _: None)
    assert dict(told.rejected) == {id_: f"bad: {id_}" for id_ in wrong}
    assert set(told.new) == set(board.rows) == {f"{number:03}" for number in range(count)} - wrong
    assert (told.unsent, told.unseen, told.broke) == ((), (), None)


@given(st.integers(0, 160), st.integers(0, 4))
def test_after_a_break_pushing_again_brings_the_rest(count: int, taken: int) -> None:
    board = Board(breaks_after=taken)
    told = push(board, rows_of(count), sleep=lambda _: None)
    assert set(told.new) == set(board.rows)
    assert len(told.new) + len(told.unsent) == count
    assert (told.broke is None) is (not told.unsent)
    board.left = None
    again = push(board, rows_of(count), sleep=lambda _: None)
    assert (again.new, set(again.same)) == (told.unsent, set(told.new))


def test_whole_numbers_keys_and_tags_in_another_order_are_the_same() -> None:
    row = {"id": "1", "input": {"a": 1, "b": 2}, "expected": None, "tags": ["x", "y"], "metadata": {}}
    assert is_same(row, {"metadata": {}, "tags": ["y", "x"], "input": {"b": 2.0, "a": 1}, "_xact_id": "7"})
    assert not is_same(row, {**row, "input": {"a": 1, "b": 3}})


def test_tags_and_metadata_of_others_stay_and_old_ones_of_ours_go() -> None:
    row = dataset_row(case(held_out=False), NOTHING)
    there = {**row, "tags": ["held-out", "kind:LOOP", "reviewed"], "metadata": {"owner": "Ana", "title": "old"}}
    merged = with_theirs(row, there)
    assert merged["tags"] == [*row["tags"], "reviewed"]
    assert merged["metadata"] == {"owner": "Ana", **row["metadata"]}


def test_only_a_row_of_the_very_same_case_can_be_edited() -> None:
    row = dataset_row(case(), NOTHING)
    assert not is_edited(row, row)
    assert is_edited(row, {**row, "input": "else"})
    assert not is_edited(row, dataset_row(case(title="Before"), NOTHING))


def test_the_file_in_a_row_keeps_the_order_of_facts() -> None:
    one = case()
    row = dataset_row(one, NOTHING)
    back = case_in({"metadata": dict(sorted(row["metadata"].items()))})
    assert back is not None
    assert [slot.name for slot in back.scenario.goal.slots] == ["city", "day"]
    assert back == one


@pytest.mark.parametrize(
    "given_input",
    ["get a refund", {"goal": "get a refund"}, {"messages": [{"role": "user", "content": "get a refund"}]}],
)
def test_a_user_is_made_of_a_row_of_others(given_input: Any) -> None:
    found = case_of_any_row({"id": "r1", "input": given_input, "expected": "a text", "tags": None, "metadata": None})
    assert (found.scenario.goal.text, found.title) == ("get a refund", "get a refund")
    assert (found.checks.end_state, found.provenance.conversation) == ("reached", "r1")
    assert case_of_any_row({"id": "r1", "input": given_input}).id == found.id


def test_checks_that_are_broken_are_named() -> None:
    row = dataset_row(case(), NOTHING)
    with pytest.raises(UsageError, match=r"row .*end_state"):
        case_of_any_row({**row, "expected": {**row["expected"], "end_state": "perhaps"}})


class Response:
    def __init__(self, status: int, headers: Mapping[str, str] | None = None) -> None:
        self.status_code, self.headers, self.text, self.content = status, headers or {}, "why", b"why"


class Inner:
    def __init__(self, *answers: int | Exception) -> None:
        self.answers = list(answers)

    def send(self, request: Any, **options: Any) -> Response:
        assert options["timeout"] == 30.0
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return Response(answer, {"Retry-After": "9999"} if answer == 429 else {})


def test_what_may_pass_is_tried_four_times_and_no_wait_is_long() -> None:
    waits: list[float] = []
    postman = Postman(Inner(500, 429, OSError("x"), 200), waits.append)
    assert postman.send("r").status_code == 200
    assert (waits, postman.fault) == ([0.5, 30.0, 2.0], None)
    postman = Postman(Inner(503, 503, 503, 503), waits.append)
    assert postman.send("r").status_code == 503
    assert postman.fault == Fault(503, "why")


def test_what_is_wrong_is_not_tried_again() -> None:
    postman = Postman(Inner(400), lambda _: None)
    assert postman.send("r").status_code == 400
    assert postman.fault == Fault(400, "why")


@pytest.mark.parametrize(
    ("answers", "kind", "said"),
    [
        ((400,), Rejected, "400: why"),
        ((403,), UsageError, "refuses the key"),
        ((429,) * 4, Unavailable, "fewer requests"),
        ((502,) * 4, Unavailable, "broke"),
        ((ConnectionError("x"),) * 4, Unavailable, "can't be reached"),
        ((TimeoutError("x"),) * 4, Unavailable, "no answer in 30 s"),
        ((200,), Rejected, "SDK does not take it: of its own"),
    ],
)
def test_whatever_the_sdk_raises_is_named_by_what_the_request_came_to(
    answers: tuple[int | Exception, ...], kind: type[Exception], said: str
) -> None:
    postman = Postman(Inner(*answers), lambda _: None)

    def sdk() -> None:
        postman.send("r")
        raise ValueError("of its own")

    with pytest.raises(kind, match=said), Talking(postman):
        sdk()


def test_without_the_sdk_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BRAINTRUST_API_KEY", "sk-any")
    monkeypatch.setitem(sys.modules, "braintrust", None)
    with pytest.raises(UsageError, match=r"pip install 'prebeta\[braintrust\]'"):
        log_in()
