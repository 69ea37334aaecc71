"""What an LLM may say of a finding: nothing that it wasn't told."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prebeta.report.grounding import ungrounded

FACTS = (
    '{"what the rules say": "In day after an answer the product ends with another day than the user gave", "conversations": 22,'
    ' "of these failed": 10, "share": "2.9 % to 6.6 %", "example": {"the user": "9 March at Wells & Sons, please", "the chatbot '
    'answered": "Got it, 8 March. Mail info@wells.example."}}'
)


@pytest.mark.parametrize(
    "text",
    [
        "When a user names a day, the product books another one.",
        "The product turns 9 March into 8 March; 10 of 22 conversations failed.",
        "After “9 March” the product answers “Got it, 8 March”.",
        "A user of Wells gets another day. It happens in 2.9 % to 6.6 % of conversations.",
    ],
)
def test_what_is_in_the_facts_may_be_said(text: str) -> None:
    assert ungrounded(text, FACTS) is None


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "empty"),
        ("The product fails in 40 % of conversations.", "40"),
        ("The product books a day early in 22.5 conversations.", "22.5"),
        ("Half of the users get another day.", "Half"),
        ("The product always books the wrong day.", "always"),
        ("Stripe turns the day around.", "Stripe"),
        ("The day is lost in the Tuesday parser of Rasa.", "Tuesday"),
        ("The API loses the day.", "API"),
        ("The product answers “See you on 8 March”.", "quotes"),
        ("Write to ops@wells.example about the day.", "ops@wells.example"),
        ("See https://wells.example/days for the day.", "https"),
        ("The day is parsed in days.py by the product.", "days.py"),
        ("The day is wrong. It is a day early. Users notice.", "longer"),
        ("The product ends with another day. " * 20, "longer"),
    ],
)
def test_what_is_not_in_the_facts_is_refused_with_the_reason(text: str, why: str) -> None:
    assert why in (ungrounded(text, FACTS) or "")


@given(st.text(max_size=200))
def test_any_text_is_answered(text: str) -> None:
    assert ungrounded(text, FACTS) is None or ungrounded(text, FACTS)


@given(st.integers(min_value=23, max_value=10**9))
def test_no_figure_but_those_told_gets_through(number: int) -> None:
    assert ungrounded(f"It fails in {number} conversations.", FACTS) is not None
