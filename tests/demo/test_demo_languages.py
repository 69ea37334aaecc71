"""The assistant in Spanish, German, French and Portuguese."""

from __future__ import annotations

import re
from importlib.resources import files

import pytest
import yaml

from prebeta.demo.assistant import Assistant
from prebeta.demo.languages import SURE, language_of
from prebeta.demo.slots import SLOTS
from prebeta.demo.translations import TRANSLATED
from prebeta.demo.wording import PHRASES

LANGUAGES = ("es", "de", "fr", "pt")
ANSWERS = {
    name: re.compile(rule if isinstance(rule, str) else rule["says"], re.IGNORECASE)
    for name, rule in yaml.safe_load((files("prebeta.demo") / "prebeta.yaml").read_text())["user"]["answers"].items()
}
TALKS = {
    "es": ("Hola, necesito ayuda: get started with accepting payments", "es Online shop", "sería In person, por favor",
           "¿Para qué necesita eso?", "para mí Spain", "No estoy seguro", "quiero Under 10,000", "es 14 May",
           "la respuesta es a.b@c.example", "Sí, está bien"),
    "de": ("Guten Tag, ich brauche Hilfe: get started with accepting payments", "es ist Online shop", "das wäre In person",
           "Wozu brauchen Sie das?", "bei mir ist es Spain", "Das weiß ich noch nicht", "ich nehme Under 10,000, bitte",
           "es ist 14 May", "meine Antwort ist a.b@c.example", "Ja, das stimmt so"),
    "fr": ("Bonjour, je voudrais ceci : get started with accepting payments", "c'est Online shop", "ce serait In person",
           "Qu'est-ce que vous voulez dire ?", "pour moi c'est Spain", "Je ne sais pas encore", "je prends Under 10,000",
           "c'est 14 May", "ma réponse est a.b@c.example", "Oui, c'est bien ça"),
    "pt": ("Olá, preciso de ajuda: get started with accepting payments", "é Online shop", "seria In person, por favor",
           "O que quer dizer com isso?", "para mim é Spain", "Não tenho certeza", "eu quero Under 10,000", "é 14 May",
           "a minha resposta é a.b@c.example", "Sim, está certo"),
}  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_whole_talk_in_the_customers_language(language: str) -> None:
    assistant = Assistant()
    assistant.start()
    replies = [assistant.send(text) for text in TALKS[language]]
    assert replies[-1]["ended"]
    assert replies[-1]["state"]["facts"] == {
        "business": "Online shop", "channel": "In person", "country": "Spain", "volume": "Under 10,000",
        "start": "14 May", "email": "a.b@c.example",
    }  # fmt: skip
    wordings = TRANSLATED[language]
    prompts = [text for kind, texts in wordings.items() if kind.startswith("ask ") for text in texts]
    prompts += [text.rpartition("\n")[2] for text in wordings["recap"]]
    for reply in replies[:-1]:
        assert reply["messages"][-1].endswith(tuple(prompts))
    assert replies[-1]["messages"][0].startswith(wordings["done"][0].partition("{")[0])


@pytest.mark.parametrize("language", LANGUAGES)
def test_who_turns_to_english_is_answered_in_english(language: str) -> None:
    assistant = Assistant()
    assistant.start()
    assistant.send(TALKS[language][0])
    assert "working days" in assistant.send("How long until I get my money?")["messages"][0]
    assert assistant.send("Online shop")["messages"][-1] in SLOTS["channel"].asks


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_translations_are_whole_and_fit_the_project(language: str) -> None:
    wordings = TRANSLATED[language]
    asked = {f"{kind} {slot}" for kind in ("ask", "hint", "unsure", "why", "label") for slot in SLOTS}
    assert set(wordings) - set(PHRASES) == asked | {"why recap"}
    assert set(PHRASES) - set(wordings) == {"again", "after", "language"}
    for kind in set(PHRASES) & set(wordings):
        holes = set(re.findall(r"{\d}", PHRASES[kind][0]))
        extra = {"{0}"} if kind in ("human", "unknown", "stuck") else set()
        assert all(set(re.findall(r"{\d}", text)) == holes | extra for text in wordings[kind]), kind
    questions = {slot: wordings[f"ask {slot}"] for slot in SLOTS}
    questions |= {"confirm": wordings["recap"], "change": wordings["change"]}
    for name, texts in questions.items():
        for text in texts:
            assert [rule for rule, pattern in ANSWERS.items() if pattern.search(text)] == [name], text
    others = [
        text for kind, texts in wordings.items() if kind.split()[0] not in ("ask", "recap", "change") for text in texts
    ]
    assert not [text for text in others for pattern in ANSWERS.values() if pattern.search(text)]


@pytest.mark.parametrize(
    "text",
    [
        "a little book shop", "I send them a bill, I'm in a hurry", "the usual", "germany", "14 may", "10,000 to 50,000",
        "also, are refunds free?", "no", "it's a bistro", "un@example.es", "no idea to be honest",
    ],
)  # fmt: skip
def test_english_and_bare_values_are_not_taken_for_another_language(text: str) -> None:
    language, points = language_of(text, "en")
    assert language in (None, "en") or points < SURE
