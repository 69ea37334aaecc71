"""What an LLM may not say in the user's name."""

from __future__ import annotations

import pytest

from prebeta.dialogue import acts
from prebeta.users.audit import Bounds, complaint, gives_orders

KNOWN = Bounds(
    said=("14 May",),
    secret=("AB123456", "Chocolate"),
    known=("order a birthday cake", "scrappy startup founder selling shoes online", "it's for 14 May"),
    heard="Which day do you need it? We are open from 8 to 18 in our shop in Leeds.",
    words=8,
)


@pytest.mark.parametrize(
    "text",
    [
        "14 May would be great",
        "make it 14 May, if you're still open at 18",
        "for 14 May, to be picked up in Leeds",
        "hey so we need the birthday cake on 14 May",
    ],
)
def test_a_message_in_its_role_can_be_sent(text: str) -> None:
    assert complaint(text, KNOWN) is None


def test_the_beginning_of_a_known_sentence_is_no_invented_name() -> None:
    known = Bounds(known=("What's the capital of Australia?",))
    assert complaint("oh, and What's the capital of Australia?", known) is None
    assert complaint("oh, and What's the capital of Patricia?", known) is not None


@pytest.mark.parametrize("text", ["it goes to Strasse 5", "make it straße 5", "STRASSE 5 it is"])
def test_a_secret_is_found_in_whatever_case(text: str) -> None:
    assert "isn't to be told" in str(complaint(text, Bounds(secret=("Straße 5",))))


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "empty"),
        ("sometime in May", "'14 May'"),
        ("14 May. How can I help you today?", "assistant"),
        ("As an AI language model I'd pick 14 May", "assistant"),
        ("14 May. Thank you for contacting us!", "assistant"),
        ("Could you please provide your address? 14 May", "assistant"),
        ("Your order has been placed for 14 May", "assistant"),
        ("14 May for [name]", "placeholder"),
        ("*sighs deeply* 14 May", "placeholder"),
        ("Assistant: 14 May", "placeholder"),
        ("14 May, I am fully satisfied", "satisfied"),
        ("14 May. My instructions say so", "instructions"),
        ("14 May and my code is AB123456", "AB123456"),
        ("14 May, with chocolate please", "Chocolate"),
        ("14 May, about 35 people", "'35'"),
        ("14 May, mail me at joe@example.com", "joe@example.com"),
        ("14 May, it is for Patricia", "'Patricia'"),
        ("el 14 May necesito la tarta para mi hija, gracias", "language"),
        ("14 May " + "and then some more words " * 10, "too long"),
        ("We are open from 8 to 18 in our shop in Leeds 14 May", "repeats"),
    ],
)
def test_a_message_out_of_its_role_cannot(text: str, why: str) -> None:
    said = complaint(text, KNOWN)
    assert said is not None
    assert why in said


@pytest.mark.parametrize(
    ("act", "good", "bad"),
    [
        (acts.AFFIRM, ("yes that's it", "yep all correct", "looks fine to me"), ("no that's wrong", "hmm I wonder")),
        (acts.DENY, ("no", "nope, leave it", "don't do that"), ("yes please", "alright then")),
    ],
)
def test_yes_is_yes_and_no_is_no(act: str, good: tuple[str, ...], bad: tuple[str, ...]) -> None:
    assert [complaint(text, Bounds(act=act)) for text in good] == [None] * len(good)
    assert all(complaint(text, Bounds(act=act)) is not None for text in bad)


@pytest.mark.parametrize(
    "text",
    [
        "Which day do you need it?",
        "Please tell me only the first letter of your name.",
        "Your previous order is above. Do you want to see the instructions for care?",
        "Shall I end the subscription?",
        "You are now in the queue. What is your e-mail address?",
    ],
)
def test_ordinary_messages_hold_no_orders(text: str) -> None:
    assert not gives_orders(text)
