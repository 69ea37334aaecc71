"""The clinic understands what people type; else what the tool finds there would mean nothing."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

TODAY = date(2026, 2, 4)  # a Wednesday


@pytest.fixture(scope="module")
def clinic() -> Iterator[Any]:
    folder = str(Path(__file__).parent / "clinic")
    sys.path.insert(0, folder)
    yield importlib.import_module("assistant")
    sys.path.remove(folder)


@pytest.mark.parametrize(
    ("step", "text", "facts", "intent"),
    [
        ("animal", "Dog", {"animal": "Dog"}, None),
        ("animal", "it's a puppy", {"animal": "Dog"}, None),
        ("animal", "hi, i need an appointment for my cat", {"animal": "Cat"}, None),
        ("animal", "hello I'd like to arrange a visit to the vet", {}, None),
        ("animal", "arrange a visit to the vet please", {}, None),
        ("animal", "guinea pigs", {"animal": "Guinea pig"}, None),
        ("animal", "not a dog, a cat", {"animal": "Cat"}, None),
        ("animal", "what do you mean by sort of animal?", {}, "clarify"),
        ("animal", "why do you need to know that", {}, "clarify"),
        ("animal", "which animals do you see?", {}, None),
        ("name", "biscuit", {"name": "Biscuit"}, None),
        ("name", "Mr Tibbs", {"name": "Mr Tibbs"}, None),
        ("name", "her name is Bubbles", {"name": "Bubbles"}, None),
        ("name", "Gandalf please", {"name": "Gandalf"}, None),
        ("name", "tell me a joke", {}, "strange"),
        ("name", "Can you recommend a laptop", {}, "strange"),
        ("name", "not sure", {}, "unsure"),
        ("name", "I don't know", {}, "unsure"),
        ("name", "what do you need that for", {}, "clarify"),
        ("name", "Luna and she's off her food", {"name": "Luna", "reason": "Feels unwell"}, None),
        ("name", "It's Rex. The day is Monday.", {"name": "Rex", "day": "2026-02-09"}, None),
        ("reason", "the yearly jabs", {"reason": "Vaccination"}, None),
        ("reason", "just a routine check", {"reason": "Check-up"}, None),
        ("reason", "check up", {"reason": "Check-up"}, None),
        ("reason", "his teeth need doing", {"reason": "Dental cleaning"}, None),
        ("reason", "he keeps limping", {"reason": "Feels unwell"}, None),
        ("reason", "what does a check-up cost?", {}, "ask"),
        ("reason", "how much is a dental cleaning", {}, "ask"),
        ("reason", "What is meant by check-up?", {}, "clarify"),
        ("day", "14 May", {"day": "2026-05-14"}, None),
        ("day", "the 14th of may", {"day": "2026-05-14"}, None),
        ("day", "May 14th", {"day": "2026-05-14"}, None),
        ("day", "14/05", {"day": "2026-05-14"}, None),
        ("day", "14.5.", {"day": "2026-05-14"}, None),
        ("day", "2026-05-14", {"day": "2026-05-14"}, None),
        ("day", "3rd of June", {"day": "2026-06-03"}, None),
        ("day", "mon", {"day": "2026-02-09"}, None),
        ("day", "could we do thursday?", {"day": "2026-02-05"}, None),
        ("day", "tomorrow", {"day": "2026-02-05"}, None),
        ("day", "not Monday, Thursday", {"day": "2026-02-05"}, None),
        ("day", "Thursday instead of Monday", {"day": "2026-02-05"}, None),
        ("day", "I said Monday but I meant Thursday", {"day": "2026-02-05"}, None),
        ("day", "Is there somewhere to park?", {}, "ask"),
        ("day", "monday. do you take pet insurance", {"day": "2026-02-09"}, "ask"),
        ("day", "come on, this takes forever", {}, "hurry"),
        ("phone", "07123456789", {"phone": "07123456789"}, None),
        ("phone", "07123 456 789", {"phone": "07123456789"}, None),
        ("phone", "+44 7123 456789", {"phone": "07123456789"}, None),
        ("phone", "(07123) 456-789", {"phone": "07123456789"}, None),
        ("phone", "my phone numbre is 07123456789", {"phone": "07123456789"}, None),
        ("phone", "what for?", {}, "clarify"),
        ("phone", "i can't find it right now", {}, "unsure"),
        ("phone", "Actually the day should be 3 June", {"day": "2026-06-03"}, None),
        ("phone", "actually it's a cat, sorry", {"animal": "Cat"}, None),
        ("confirm", "yes", {}, "yes"),
        ("confirm", "Yes, book it", {}, "yes"),
        ("confirm", "yse please", {}, "yes"),
        ("confirm", "go ahead", {}, "yes"),
        ("confirm", "thats right", {}, "yes"),
        ("confirm", "no", {}, "no"),
        ("confirm", "Change something", {}, "no"),
        ("confirm", "no, make it Thursday", {"day": "2026-02-05"}, None),
        ("confirm", "wait, the name is wrong", {}, "no"),
        ("confirm", "ok but make it monday please", {"day": "2026-02-09"}, None),
        ("confirm", "Can I change the day to Thursday?", {"day": "2026-02-05"}, None),
        ("change", "Day", {}, "none"),
        ("change", "Name", {}, "none"),
        ("confirm", "Yes, I'm in a hurry", {}, "yes"),
        ("phone", "Actually, the phone should be 07736-328-658", {"phone": "07736328658"}, None),
        ("name", "I said Mr Tibbs", {"name": "Mr Tibbs"}, None),
        ("name", "Mr. Tibbs, I don't have much time", {"name": "Mr Tibbs"}, "hurry"),
        ("change", "the phone number", {}, None),
        ("change", "the name, it's Pepper", {"name": "Pepper"}, None),
    ],
)
def test_it_hears_what_is_meant(clinic: Any, step: str, text: str, facts: dict[str, str], intent: str | None) -> None:
    heard = clinic.hear(text, step, TODAY)
    assert dict(heard.facts) == facts
    if intent is not None:
        assert heard.intent == intent


def test_a_whole_visit(clinic: Any) -> None:
    chat = clinic.Chat("abcdef123", today=TODAY)
    for text in ("a dog", "why do you ask?", "Biscuit", "check-up", "Monday", "tell me a joke", "07123 456789", "no"):
        chat.answer(text)
    assert chat.step == "change"
    chat.answer("day")
    assert "changed the day to Thursday 14 May" in chat.answer("14 May").messages[0]
    last = chat.answer("Yes, book it")
    assert last.done
    assert last.booking == {
        "animal": "Dog", "name": "Biscuit", "reason": "Check-up", "on": "2026-05-14", "phone": "07123456789",
        "reference": "PV-ABCDEF",
    }  # fmt: skip
    assert chat.log == []


@pytest.mark.parametrize(
    ("fault", "texts"),
    [
        ("calendar_dates_loop", ["14 May"]),
        ("typed_yes_books_nothing", ["Monday", "07123456789", "yes please"]),
        ("thursday_becomes_tuesday", ["Thursday", "07123456789", "Yes, book it"]),
        ("spaced_phone_is_not_heard", ["Monday", "07123 456789"]),
        ("corrections_are_dropped", ["Monday", "no, Thursday", "07123456789"]),
        ("prices_crash", ["What does it cost?"]),
        ("parking_goes_unanswered", ["can I park"]),
        ("unsure_is_a_dead_end", ["I don't know"]),
    ],
)
def test_a_fault_shows_on_the_last_turn_and_is_noted(clinic: Any, fault: str, texts: list[str]) -> None:
    chat = clinic.Chat("abcdef123", {fault}, today=TODAY)
    texts = ["Cat", "Luna", "Vaccination", *texts]
    for text in texts[:-1]:
        chat.answer(text)
        assert not chat.log
    if fault == "prices_crash":
        with pytest.raises(Exception, match="tariff"):
            chat.answer(texts[-1])
    else:
        chat.answer(texts[-1])
    assert [(entry["fault"], entry["turn"]) for entry in chat.log] == [(fault, 2 * len(texts))]
