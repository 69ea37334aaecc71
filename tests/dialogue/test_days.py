"""Days in the forms people and products write them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prebeta.dialogue.days import Day, find_days, ways_to_write
from prebeta.dialogue.matching import matches

MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
dates = st.dates(min_value=date(2020, 1, 1), max_value=date(2035, 12, 31))
texts = st.one_of(
    dates.map(lambda day: day.isoformat()),
    dates.map(lambda day: f"{day.day} {MONTHS[day.month - 1]}"),
    dates.map(lambda day: f"{day.month}/{day.day}/{day.year}"),
    dates.map(lambda day: f"{day.day}.{day.month}."),
    st.sampled_from(["Monday", "Tues", "sat", "Sundays", "today", "tomorrow", "the day after tomorrow"]),
)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("14 May", Day(14, 5)),
        ("the 14th of May", Day(14, 5)),
        ("May 14", Day(14, 5)),
        ("May the 14th, 2026", Day(14, 5, 2026)),
        ("sept. 3rd", Day(3, 9)),
        ("2026-05-14T09:30", Day(14, 5, 2026)),
        ("14.05.2026", Day(14, 5, 2026)),
        ("5/14", Day(14, 5)),
        ("the third of May", Day(3, 5)),
        ("Twenty-first day of July, 2026", Day(21, 7, 2026)),
        ("on the thirty first of August", Day(31, 8)),
        ("See you on Wednesday!", Day(weekday=2)),
        ("Thurs at 9", Day(weekday=3)),
        ("the day after tomorrow, please", Day(offset=2)),
    ],
)
def test_a_day_is_found(text: str, day: Day) -> None:
    assert day in find_days(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "I may come",
        "call 0171 234 567",
        "a 3-day pass",
        "version 2.14.6",
        "35 May",
        "14:30",
        "monopoly",
        "satisfied",
        "1/2 of it? 45/67",
    ],
)
def test_no_day_is_seen_where_none_is(text: str) -> None:
    assert not [day for day in find_days(text) if day != Day(1, 2, swapped=True)]


@given(texts, texts)
def test_being_the_same_day_goes_both_ways(left: str, right: str) -> None:
    for today in (None, date(2026, 5, 11)):
        for one in find_days(left):
            for other in find_days(right):
                assert one.same_as(other, today) == other.same_as(one, today)


@given(dates)
def test_every_way_to_write_a_day_is_that_day_and_no_other(day: date) -> None:
    written = f"{day.day} {MONTHS[day.month - 1]}"
    next_day = day + timedelta(days=1)
    ways = ways_to_write(written)
    assert len(ways) >= 3
    for way in ways:
        assert matches("date", way, [written])
        assert matches("date", day.isoformat(), [way])
        assert not matches("date", next_day.isoformat(), [way])


@given(dates)
def test_a_year_is_kept_in_every_way_to_write(day: date) -> None:
    for way in ways_to_write(day.isoformat()):
        assert matches("date", day.isoformat(), [way])
        assert not matches("date", day.replace(year=day.year + 1, day=min(day.day, 28)).isoformat(), [way])


@given(dates)
def test_a_weekday_is_only_its_own(day: date) -> None:
    names = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
    assert [name for name in names if matches("date", day.isoformat(), [name])] == [names[day.weekday()]]


def test_words_without_a_calendar_day_have_one_way() -> None:
    assert ways_to_write("tomorrow") == []
    assert ways_to_write("Monday") == []
    assert ways_to_write("whenever") == []
