"""When two ways to write something are the same fact, and when they are not."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prebeta.dialogue.matching import matches, mentions, same_id

SAME = {
    "contains": [
        ("city bike", "a blue city bike"),
        ("City Bike", "city bike"),
        ("Mr Tibbs", "mr. tibbs"),
        ("12 High Street", "12, High Street, Leeds"),
    ],
    "exact": [("Plus", " Plus "), ("a b", "a b")],
    "option": [
        ("Check-up", "check up"),
        ("No internet", "NO_INTERNET"),
        ("Pick-up", "pickup"),
        ("Direct debit", "direct-debit"),
    ],
    "id": [
        ("AB123456", "ab 123-456"),
        ("ABC-12345", "abc12345"),
        ("0171 234 567", "0171234567"),
        ("01712345678", "+44 1712 345678"),
        ("07123456789", "00447123456789"),
    ],
    "number": [
        ("1200", "1,200"),
        ("1200", "1.200"),
        ("1200", "1200.00 EUR"),
        ("1200", "1.2k"),
        ("20000", "20 000"),
        ("20000", "20k"),
        ("1000000", "1 million"),
        ("3", "three nights"),
        ("2", "2 guests"),
        ("14.5", "14,50"),
    ],
    "date": [
        ("14 May", "May 14th"),
        ("14 May", "2026-05-14"),
        ("14 May", "14.5."),
        ("14 May", "14/05/2026"),
        ("14 May", "Thursday, 14 May 2026"),
        ("3 June 2026", "the 3rd of June"),
        ("Monday", "next Monday"),
        ("Monday", "Mon"),
        ("Monday", "2026-05-11"),
        ("tomorrow", "Tomorrow morning"),
    ],
}
DIFFERENT = {
    "contains": [("city bike", "city"), ("city", "velocity"), ("Ana", "Banana"), ("Plus", "Surplus")],
    "exact": [("Plus", "plus"), ("Plus", "Plus plan")],
    "option": [("Small", "Medium"), ("Plus", "Plus plan"), ("Credit card", "Debit card")],
    "id": [
        ("0123456789", "0123456780"),
        ("AB123456", "AB123465"),
        ("ABC-12345", "ABC-1234"),
        ("0123456789", "123456789"),
    ],
    "number": [("1200", "12000"), ("1200", "120"), ("2", "12"), ("3", "thirteen"), ("20000", "20"), ("5", "5.5")],
    "date": [
        ("12 May", "21 May"),
        ("12 May", "12 June"),
        ("12 May", "2026-05-21"),
        ("3 May 2026", "3 May 2027"),
        ("Monday", "Tuesday"),
        ("Monday", "2026-05-12"),
        ("today", "tomorrow"),
        ("12 May", "no date"),
    ],
}


@pytest.mark.parametrize(("how", "wanted", "actual"), [(how, *pair) for how, pairs in SAME.items() for pair in pairs])
def test_the_same_fact(how: str, wanted: str, actual: str) -> None:
    assert matches(how, actual, [wanted])


@pytest.mark.parametrize(
    ("how", "wanted", "actual"), [(how, *pair) for how, pairs in DIFFERENT.items() for pair in pairs]
)
def test_another_fact(how: str, wanted: str, actual: str) -> None:
    assert not matches(how, actual, [wanted])


def test_a_relative_day_is_held_against_the_conversations_own_day() -> None:
    monday = date(2026, 5, 11)
    assert matches("date", "2026-05-12", ["tomorrow"], monday)
    assert matches("date", "Tuesday", ["tomorrow"], monday)
    assert not matches("date", "2026-05-20", ["tomorrow"], monday)
    assert not matches("date", "2026-05-12", ["tomorrow"])  # nobody said which day it is


def test_nested_and_missing_values() -> None:
    assert matches("option", ["Ham", "Olives"], ["olives"])
    assert matches("number", {"nights": 3, "rooms": 1}, ["3"])
    assert matches("number", 3, ["three"])
    assert not matches("contains", None, ["none"])
    assert not matches("contains", [], ["Ham"])
    assert not matches("contains", "Ham", [])


@pytest.mark.parametrize(
    ("text", "value", "how"),
    [
        ("I noted 14 May, is that right?", "May 14", "date"),
        ("We'll call 0171-234-567 soon", "0171 234 567", "id"),
        ("That's 1,200 euros", "1200", "number"),
        ("A no-internet ticket", "No internet", "option"),
        ("Dr. Lee will see you", "Dr Lee", "contains"),
    ],
)
def test_mentions(text: str, value: str, how: str) -> None:
    assert mentions(text, value, how)


@pytest.mark.parametrize(
    ("text", "value", "how"),
    [
        ("I noted 15 May", "14 May", "date"),
        ("We'll call 0171 234 568", "0171 234 567", "id"),
        ("That's 12,000 euros", "1200", "number"),
        ("A small town", "Smal", "option"),
        ("The cityscape", "city", "contains"),
    ],
)
def test_mentions_nothing_else(text: str, value: str, how: str) -> None:
    assert not mentions(text, value, how)


@given(st.integers(min_value=0, max_value=9_999_999))
def test_a_number_matches_its_grouped_form_and_no_neighbour(number: int) -> None:
    assert matches("number", f"{number:,}", [str(number)])
    assert matches("number", number, [f"{number:,}"])
    assert not matches("number", number + 1, [str(number)])


@given(st.integers(min_value=1, max_value=9_999))
def test_thousands_may_be_written_short(thousands: int) -> None:
    assert matches("number", thousands * 1000, [f"{thousands}k"])


@given(
    st.text(alphabet="ABCDEFGHJK0123456789", min_size=4, max_size=12),
    st.sampled_from(" -./"),
    st.integers(0, 11),
    st.booleans(),
)
def test_an_id_may_be_split_and_in_any_case(code: str, mark: str, at: int, lower: bool) -> None:
    written = code[: at % len(code)] + mark + code[at % len(code) :]
    assert same_id(code, written.lower() if lower else written)
    assert not same_id(code, written + "7")


@given(st.text(), st.text(), st.sampled_from(sorted(SAME)))
def test_any_two_texts_can_be_compared(left: str, right: str, how: str) -> None:
    assert matches(how, left, [right]) in (True, False)
    assert mentions(left, right, how) in (True, False)


@given(
    st.text(alphabet=st.characters(codec="ascii", categories=["L", "N"]), min_size=1),
    st.sampled_from(["exact", "option", "id", "contains"]),
)
def test_a_value_is_itself(value: str, how: str) -> None:
    assert matches(how, value, [value])
