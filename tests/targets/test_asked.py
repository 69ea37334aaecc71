from __future__ import annotations

import json

import pytest

from prebeta.core.types import Option, Press, Say
from prebeta.targets.wire.asked import answer, asked

APPROVAL = {
    "action_requests": [
        {"name": "pay", "args": {"euros": 5}},
        {"name": "mail", "args": {}, "description": "Mail her?"},
    ],
    "review_configs": [{"action_name": "pay", "allowed_decisions": ["approve", "reject"]}],
}
INBOX = [{"action_request": {"action": "mail", "args": {"to": "x"}}, "config": {"allow_accept": True}}]


@pytest.mark.parametrize(
    ("value", "messages", "titles"),
    [
        ("Which day?", ("Which day?",), []),
        ({"question": "Which day?", "options": ["Mon", "Tue"]}, ("Which day?",), ["Mon", "Tue"]),
        ({"prompt": "Sure?", "choices": [{"label": "Yes", "value": True}]}, ("Sure?",), ["Yes"]),
        ({"text_to_revise": "abc"}, ('{"text_to_revise": "abc"}',), []),
        ({"draft": "abc", "options": ["Keep it"]}, ('{"draft": "abc"}',), ["Keep it"]),
        ({"options": ["a"]}, (), ["a"]),
        ({"question": "?", "options": "no list"}, ("?",), []),
        ({"question": "?", "options": [{"no": "title"}]}, ("?",), []),
        (["a", 1], ('["a", 1]',), []),
        (None, (), []),
        (7, ("7",), []),
        (APPROVAL, ('pay {"euros": 5}', "Mail her?"), ["Approve", "Reject"]),
        (INBOX, ('mail {"to": "x"}',), ["Accept"]),
    ],
)
def test_what_is_asked(value, messages, titles):
    question = asked(value)
    assert question.messages == messages
    assert [option.title for option in question.options] == titles


@pytest.mark.parametrize(
    ("value", "move", "told"),
    [
        ("Which day?", Say("Monday"), "Monday"),
        ({"question": "Sure?", "options": [{"label": "Yes", "value": True}]}, Press(Option("Yes", "true")), True),
        ({"question": "Sure?", "options": [{"label": "Yes", "value": False}]}, Press(Option("Yes", "x")), False),
        ({"question": "Sure?", "options": ["Yes"]}, Press(Option("Yes")), "Yes"),
        ({"question": "Sure?"}, Press(Option("Old", "/old")), "/old"),
        (APPROVAL, Press(Option("Approve")), {"decisions": [{"type": "approve"}] * 2}),
        (APPROVAL, Say("approve!"), {"decisions": [{"type": "approve"}] * 2}),
        (APPROVAL, Say("why?"), {"decisions": [{"type": "reject", "message": "why?"}] * 2}),
        (INBOX, Press(Option("Accept")), [{"type": "accept", "args": None}]),
        (INBOX, Say("do it later"), [{"type": "response", "args": "do it later"}]),
    ],
)
def test_how_it_is_answered(value, move, told):
    assert answer(asked(value), move, payload=True) == told


def test_a_press_can_send_the_title():
    question = asked({"question": "Sure?", "options": [{"label": "Yes", "value": True}]})
    assert answer(question, Press(Option("Yes", "true")), payload=False) == "Yes"


def test_words_that_cannot_be_stored_are_made_plain():
    assert asked(json.loads('{"question": "a\\ud800b"}')).messages[0].encode()
