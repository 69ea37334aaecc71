"""The language of short chat lines: told where it shows, None where it doesn't, and never another for English."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from prebeta.dialogue.language import language_of

DATA = Path(__file__).parents[3] / "shared" / "data"
LINES = {
    "en": [
        "Which day suits you best?",
        "What is your phone number?",
        "Is that the right day for you?",
        "I'd like to change something",
    ],
    "es": [
        "¿Qué día le viene bien?",
        "Gracias, su cita está confirmada.",
        "No estoy seguro",
        "Lo siento, no puedo ayudarle con eso.",
    ],
    "de": [
        "Welcher Tag passt Ihnen am besten?",
        "Wie heißt Ihr Tier?",
        "Das weiß ich noch nicht",
        "ich nehme das, bitte",
    ],
    "fr": ["Quel jour vous convient le mieux ?", "Je ne sais pas encore", "Merci, c'est noté.", "C’est pour demain"],
    "pt": [
        "Qual é o seu número de telefone?",
        "Ainda não sei",
        "Desculpe, não posso ajudar com isso.",
        "eu quero isso",
    ],
    "it": ["Quale giorno preferisce?", "Come si chiama il suo animale?", "Grazie, la prenotazione è confermata."],
    "nl": ["Welke dag past u het beste?", "Hoe heet uw huisdier?", "Wat is uw telefoonnummer?"],
}


@pytest.mark.parametrize(("language", "text"), [(name, text) for name, texts in LINES.items() for text in texts])
def test_a_line_tells_its_language(language: str, text: str) -> None:
    assert language_of(text) == language


@pytest.mark.parametrize(
    "text",
    [
        "", "ok", "Monday", "14 May", "👍", "Müller", "No", "es Online shop", "das Auto GmbH in Berlin", "anna@le-der-die.de",
        "Los Angeles to San Jose", "Kia Rio, La Paz", "- DEN to MIA (Flight Number: HAT130)", "Die hard 2 at 7 pm", "City bike, noted.", "?" * 500, "１２３ \x00",
    ],
)  # fmt: skip
def test_names_values_and_single_words_tell_none(text: str) -> None:
    assert language_of(text) is None


def test_a_foreign_title_in_an_english_sentence_leaves_it_english() -> None:
    assert language_of('I would like to see "La casa de papel y el perro de la casa" with you') == "en"


def lines() -> Iterator[str]:
    for name in ("tm4_dialogues", "sgd_dialogues", "clinc_oos", "banking77", "taskmaster_reward"):
        path = DATA / f"{name}.jsonl.gz"
        if not path.exists():
            pytest.skip(f"needs {path.name} in ../shared/data")
        with gzip.open(path, "rt") as file:
            for document in map(json.loads, file):
                messages = document.get("messages") or [{"content": document.get("text")}]
                yield from (message["content"] for message in messages if message.get("content"))


def test_english_is_hardly_ever_taken_for_another() -> None:
    found = [language_of(text) for text in lines()]
    others = sum(one not in (None, "en") for one in found)
    print(
        f"\n{len(found)} lines: {others} taken for another language, {found.count('en') / len(found):.1%} for English"
    )
    assert others <= 0.005 * len(found)
    assert found.count("en") >= 0.7 * len(found)
