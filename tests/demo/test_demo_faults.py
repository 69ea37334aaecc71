"""Each planted fault: met as its card says, logged at its decisive turn, and never met by the book."""

from __future__ import annotations

from typing import Any

import pytest

from prebeta.demo.assistant import Assistant
from prebeta.demo.faults import FAULTS, RELEASES, Breakdown

BOOK = ("Online shop", "On my website", "Germany", "10,000 to 50,000", "14 May", "anna@shop.de", "Yes, that's right")


def talk(fault: str, *texts: str) -> tuple[Assistant, list[dict[str, Any]]]:
    """The conversation with one fault on; replies by number of the user's message, the greeting first."""
    assistant = Assistant(faults=[fault])
    return assistant, [assistant.start(), *(assistant.send(text) for text in texts)]


def entry(fault: str, turn: int) -> list[dict[str, Any]]:
    return [{"fault": fault, "kind": FAULTS[fault].card.kind, "turn": turn}]


KINDS = (
    *("LOOP", "DEAD_END", "NO_PROGRESS", "FALSE_DONE", "WRONG_RESULT", "IGNORED_INPUT", "LOST_CORRECTION"),
    *("SYSTEM_ERROR", "CONTRADICTION", "WRONG_REFUSAL", "OUT_OF_BOUNDS", "HANDOFF_FAIL", "LANGUAGE_STYLE", "LEAK"),
)


def test_the_cards() -> None:
    assert len(FAULTS) >= 24
    assert {fault.card.kind for fault in FAULTS.values()} == set(KINDS)
    assert len({fault.card.trigger for fault in FAULTS.values()}) == len(FAULTS)
    for name, fault in FAULTS.items():
        assert fault.card.name == name
        assert fault.__module__.rpartition(".")[2].upper() == fault.card.kind


def test_the_releases() -> None:
    first, second, third = RELEASES[1], RELEASES[2], RELEASES[3]
    assert set().union(*RELEASES.values()) <= set(FAULTS)
    assert len(second - first) <= 1
    assert len(first - second) > len(second)
    assert second - third
    assert third - second
    assert not third & (first - second)
    assert RELEASES[4] == set()


@pytest.mark.parametrize(
    "texts",
    [
        BOOK,
        ("Subscriptions", "In an app", "the UK", "Over 250,000", "Monday", "A.B@c.example", "yes"),
        ("it's Restaurant or café", "In person please", "Spain.", "Under 10,000", "next month", "a@b.org", "ok"),
        ("Hi, I'd like to get started with accepting payments", *BOOK),
        (*BOOK[:2], "What does a card payment cost?", *BOOK[2:]),
        (*BOOK[:6], "Change something", "Country", "France", "yes"),
    ],
)
def test_by_the_book_release_1_ends_with_the_plan(texts: tuple[str, ...]) -> None:
    assistant = Assistant(release=1)
    assistant.start()
    *_, end = [assistant.send(text) for text in texts]
    assert end["ended"]
    assert end["state"]["plan"]["products"]
    assert assistant.fault_log == []


@pytest.mark.parametrize(
    "texts",
    [
        (*BOOK[:3], "why do you need that?", *BOOK[3:]),
        ("Online shop", "through our own site", *BOOK[2:]),
        (*BOOK[:4], "not sure", *BOOK[4:]),
        (*BOOK[:2], "Germany, hurry up please", *BOOK[3:]),
        (*BOOK[:4], "14th of May", *BOOK[5:]),
        ("Online shop, and the country is Germany", "On my website", *BOOK[3:]),
        (*BOOK[:2], "Spain", "Actually, make the country Germany", *BOOK[3:]),
        (*BOOK[:3], "tell me a joke", *BOOK[3:]),
    ],
)
def test_with_all_faults_off_the_triggers_do_no_harm(texts: tuple[str, ...]) -> None:
    assistant = Assistant(release=4)
    assistant.start()
    *_, end = [assistant.send(text) for text in texts]
    assert end["ended"]
    assert {key: end["state"]["plan"][key] for key in ("country", "start")} == {
        "country": "Germany",
        "start": "14 May",
    }
    assert assistant.fault_log == []


@pytest.mark.parametrize("question", ["What do you mean by that?", "why do u need to know", "can you explain that?"])
def test_loop(question: str) -> None:
    assistant, replies = talk(
        "stuck_after_clarifying", *BOOK[:3], question, "10k", "what does amex cost?", "Under 10,000"
    )
    explained, again, question_answered, once_more = replies[4:]
    assert assistant.fault_log == entry("stuck_after_clarifying", 10)
    assert again["messages"] == explained["messages"] == once_more["messages"]
    assert again["options"] == explained["options"]
    assert "2.9 %" in question_answered["messages"][0]
    assert "volume" not in once_more["state"]["facts"]


def test_loop_only_after_an_answer_and_only_at_its_steps() -> None:
    assistant, replies = talk("stuck_after_clarifying", "what do you mean?", *BOOK)
    assert replies[-1]["ended"]
    assert assistant.fault_log == []


@pytest.mark.parametrize("words", ["they pay through our page", "website", "at the till", "we send out bills"])
def test_dead_end(words: str) -> None:
    assistant, replies = talk("own_words_not_understood", "Online shop", words, words, "On my website", "hello?")
    for reply in replies[2:]:
        assert reply["messages"] == ["Sorry, I didn't understand that."]
        assert reply["options"] == []
        assert reply["state"]["stage"] == "channel"
    assert assistant.fault_log == entry("own_words_not_understood", 4)
    assert assistant.send("In person", "channel:2")["state"]["facts"]["channel"] == "In person"


@pytest.mark.parametrize("words", ["in person", "That would be In person", "channel:2"])
def test_no_dead_end_for_the_quick_reply(words: str) -> None:
    assistant, replies = talk("own_words_not_understood", "Online shop", words)
    assert replies[-1]["state"]["facts"]["channel"] == "In person"
    assert assistant.fault_log == []


@pytest.mark.parametrize("words", ["not sure", "I don't know yet", "no idea"])
def test_no_progress(words: str) -> None:
    assistant, replies = talk("chats_after_not_sure", *BOOK[:4], words, *["14 May", "14 May!", "Monday", "hello?"] * 3)
    helped, *chat = replies[5:]
    assert helped["messages"][-1].endswith("?")
    assert assistant.fault_log == entry("chats_after_not_sure", 12)
    assert len({reply["messages"][0] for reply in chat}) == len(chat)
    for reply in chat:
        assert reply["state"]["stage"] == "start"
        assert "start" not in reply["state"]["facts"]
        assert "?" not in reply["messages"][0]


@pytest.mark.parametrize(
    "words", ["come on, hurry up", "Germany, can we speed this up?", "Germany, I don't have much time"]
)
def test_false_done(words: str) -> None:
    assistant, replies = talk("done_when_hurried", *BOOK[:2], words, "ok", "Germany")
    assert replies[3]["messages"] == ["All set! Your plan is on its way to you."]
    for reply in replies[3:]:
        assert not reply["ended"]
        assert reply["state"]["plan"] is None
    assert assistant.fault_log == entry("done_when_hurried", 6)


def test_hurry_at_the_recap_is_no_false_done() -> None:
    assistant, replies = talk("done_when_hurried", *BOOK[:6], "yes, quickly please")
    assert replies[-1]["state"]["plan"]
    assert assistant.fault_log == []


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("14th of May", "13 May"),
        ("May 14", "13 May"),
        ("14.05.", "13 May"),
        ("June 1st", "31 May"),
        ("1/3", "28 February"),
    ],
)
def test_wrong_result(written: str, kept: str) -> None:
    assistant, replies = talk("date_a_day_early", *BOOK[:4], written, *BOOK[5:])
    assert replies[5]["state"]["facts"]["start"] == kept
    assert replies[-1]["state"]["plan"]["start"] == kept
    assert assistant.fault_log == entry("date_a_day_early", 10)


@pytest.mark.parametrize("written", ["14 May", "on 14 may please", "Monday", "next month"])
def test_plain_dates_are_kept(written: str) -> None:
    assistant, _ = talk("date_a_day_early", *BOOK[:4], written, *BOOK[5:])
    assert assistant.fault_log == []


@pytest.mark.parametrize("words", ["Online shop, and the email is a@b.org", "a@b.org is my mail, I sell shoes online"])
def test_ignored_input(words: str) -> None:
    assistant, replies = talk("address_too_soon", words, "a@b.org", *BOOK[1:5])
    assert replies[1]["state"] == {"facts": {"business": "Online shop"}, "stage": "email", "plan": None}
    assert "e-mail" in replies[1]["messages"][-1]
    assert replies[2]["state"]["facts"]["email"] == "a@b.org"
    assert replies[-1]["state"]["stage"] == "recap"
    assert assistant.fault_log == entry("address_too_soon", 2)


def test_other_facts_together_are_all_taken() -> None:
    assistant, replies = talk("address_too_soon", "Online shop, and the country is Spain", "On my website, 20k a month")
    assert replies[-1]["state"]["stage"] == "start"
    assert assistant.fault_log == []


@pytest.mark.parametrize(
    "words", ["Actually, make the country France", "sorry, I meant France", "we're in France, not Germany"]
)
def test_lost_correction(words: str) -> None:
    assistant, replies = talk("change_not_kept", *BOOK[:3], words, *BOOK[3:])
    assert "France" in replies[4]["messages"][0]
    assert replies[4]["state"]["facts"]["country"] == "Germany"
    assert replies[-1]["state"]["plan"]["country"] == "Germany"
    assert assistant.fault_log == entry("change_not_kept", 8)


@pytest.mark.parametrize("words", ["Can you tell me a joke?", "what's the weather like", "Which phone should I buy?"])
def test_system_error(words: str) -> None:
    assistant = Assistant(faults=["breaks_off_topic"])
    assistant.start()
    assistant.send("Online shop")
    with pytest.raises(Breakdown, match="smalltalk"):
        assistant.send(words)
    assert assistant.fault_log == entry("breaks_off_topic", 4)
    assert assistant.send("In person")["state"]["facts"]["channel"] == "In person"


def test_a_fault_that_holds_the_conversation_is_the_only_one() -> None:
    assistant = Assistant(release=1)
    assistant.start()
    for text in (*BOOK[:3], "no idea", "10k", "hurry up", "actually, make the country France", "tell me a joke"):
        assistant.send(text)
    assert [one["fault"] for one in assistant.fault_log] == ["chats_after_not_sure"]


def test_the_log_is_not_in_what_the_assistant_tells() -> None:
    assistant, replies = talk("change_not_kept", *BOOK[:3], "Actually, make the country France")
    assert assistant.fault_log
    assert set(replies[-1]) == {"messages", "options", "state", "ended"}
    assert set(replies[-1]["state"]) == {"facts", "stage", "plan"}
