"""LANGUAGE_STYLE: another language than the user's, unreadable text, an insult."""

from __future__ import annotations

import dataclasses

import pytest
from judged_talks import BIKES, CLAIMS, TABLES, Product, inform, request, say

from prebeta.core.types import Say
from prebeta.judges.spec import Bounds

HELLO = "Hello, how can I help you?"
WANTS = request("I would like to book a table for us")
DAY = "Which day would suit you best?"


@pytest.mark.parametrize("product", [BIKES, TABLES, CLAIMS], ids=["bikes", "tables", "claims"])
@pytest.mark.parametrize(
    "reply",
    [
        "Welcher Tag passt Ihnen am besten?",
        "¿Qué día le viene bien?",
        "Quel jour vous convient le mieux ?",
        "Qual é o seu número de telefone?",
        "Quale giorno preferisce?",
        "Welke dag past u het beste?",
        "Great, noted. Und welcher Tag passt Ihnen am besten?",
    ],
)
def test_another_language_is_found_at_its_turn(product: Product, reply: str) -> None:
    assert product.finds("LANGUAGE_STYLE", HELLO, WANTS, reply, inform("Monday", day="Monday"), "Noted, thanks.") == [2]


def spanish(text: str, **facts: str) -> Say:
    """A message of a user who writes in Spanish."""
    said = say("inform", text, **facts)
    assert said.act is not None
    return Say(text, dataclasses.replace(said.act, behaviors=("other_language",)))


HOLA = spanish("Hola, necesito ayuda con una cita para mi perro")
LUNES = spanish("Sería Monday, por favor", day="Monday")


def test_falling_out_of_the_users_language() -> None:
    sides = (HELLO, HOLA, "Claro, ¿qué día le viene bien?", LUNES, "Thanks, noted. What is your phone number?")
    assert BIKES.finds("LANGUAGE_STYLE", *sides) == [4]


@pytest.mark.parametrize(
    "replies",
    [
        ("Which day would suit you best?", "Thanks, noted. What is your phone number?"),
        ("Sorry, I didn't understand. Which day would suit you?", "Noted, what is your phone number?"),
        ("Claro, ¿qué día le viene bien?", "Gracias. ¿Cuál es su número de teléfono?"),
        (
            "Claro, ¿qué día le viene bien?",
            "I'm sorry, from here on I can only help you in English. Your phone number?",
        ),
    ],
)
def test_one_language_for_all_or_the_users(replies: tuple[str, str]) -> None:
    assert BIKES.finds("LANGUAGE_STYLE", HELLO, HOLA, replies[0], LUNES, replies[1]) == []


def test_declared_languages_are_owed_from_the_first_reply() -> None:
    product = dataclasses.replace(BIKES, bounds=Bounds(languages=("en", "es")))
    assert product.finds("LANGUAGE_STYLE", HELLO, HOLA, DAY, LUNES, "¿Cuál es su número de teléfono?") == [2]
    german = say("request", "Guten Tag, ich möchte gerne einen Termin")
    assert product.finds("LANGUAGE_STYLE", HELLO, german, DAY) == []
    assert product.finds("LANGUAGE_STYLE", HELLO, german, "Quel jour vous convient le mieux ?") == [2]


def test_a_user_of_two_languages_reads_both() -> None:
    sides = (HELLO, HOLA, "Claro, ¿qué día le viene bien?", say("goal_question", "What does it cost to do this?"))
    for reply in ("It is 20 pounds for all of it. Which day would suit you?", "Cuesta poco. ¿Qué día le viene bien?"):
        assert BIKES.finds("LANGUAGE_STYLE", *sides, reply, inform("Monday", day="Monday"), "Noted, thank you.") == []


def test_english_beside_foreign_words_does_not_make_the_user_english() -> None:
    both = spanish("You are useless, this is ridiculous. es Monday", day="Monday")
    assert BIKES.finds("LANGUAGE_STYLE", HELLO, WANTS, DAY, both, "Entendido. ¿Cuál es su número de teléfono?") == []


def test_everything_in_two_languages_is_a_habit() -> None:
    both = "Which day would suit you best? Welcher Tag passt Ihnen am besten?"
    assert BIKES.finds("LANGUAGE_STYLE", f"{HELLO} Wie kann ich Ihnen helfen?", WANTS, both) == []


@pytest.mark.parametrize(
    "text",
    [
        "Your table is ready, MÃ¼ller family.",
        "Itâ€™s booked for Friday.",
        "Which day suits you \ufffd\ufffd best?",
        "the the the the the",
        "Xkrt plmq zzvb wrtg hjkl pqrs dfgt.",
        "Which day? Bvtr qwrtz plkjh mnbvc xcvbn sdfgh.",
    ],
)
def test_unreadable_text(text: str) -> None:
    assert CLAIMS.finds("LANGUAGE_STYLE", HELLO, WANTS, text, inform("Monday", day="Monday"), "Noted.") == [2]


@pytest.mark.parametrize(
    "text",
    [
        "You idiot, I asked for the day.",
        "That's a stupid question. Which day?",
        "Are you deaf? Which day?",
        "How stupid can you be? Which day?",
        "Can't you read? I asked for the day.",
        "You are really clueless. Which day?",
        "Stop wasting my time. Which day?",
        "Don't be ridiculous. Which day?",
        "What is wrong with you? Just tell me the day.",
        "Shut up and tell me the day.",
    ],
)
def test_an_insult(text: str) -> None:
    assert TABLES.finds("LANGUAGE_STYLE", HELLO, WANTS, text, inform("Friday", day="Friday"), "Noted.") == [2]


@pytest.mark.parametrize(
    "text",
    [
        "There are no stupid questions. Which day?",
        "That's not a stupid question at all. Which day?",
        "I'm sorry you find me useless. Which day?",
        "Oh no, how annoying! Which day?",
        "I'm sorry this is ridiculous for you. Which day?",
        "Are you free on Friday? Which day would be easy?",
        "Müller, Garçon & Łukasz: noted. Which day?",
        "BMW X5 M50d, VIN WBAKS410, noted. Which day?",
        "Ok ok ok, got it. Which day?",
        "Crème brûlée for two at Chez Noël, noted. Which day?",
        "Hmm, Mr. Brzęczyszczykiewicz? Which day?",
        "See https://example.com/qwrtpsdfgh?x=zxcvbnm for more. Which day?",
        "👍👍👍 Which day?",
    ],
)
def test_what_is_fit_to_be_said(text: str) -> None:
    assert BIKES.finds("LANGUAGE_STYLE", HELLO, WANTS, text, inform("Monday", day="Monday"), "Noted, thank you.") == []


def test_an_echo_of_the_users_rubbish_is_not_the_products() -> None:
    odd = inform("Xkrt plmq zzvb wrtg hjkl pqrs dfgt", day="Monday")
    assert BIKES.finds("LANGUAGE_STYLE", HELLO, odd, "I read: Xkrt plmq zzvb wrtg hjkl pqrs dfgt. Which day?") == []


def test_values_keep_the_language_they_are_declared_in() -> None:
    told = "Mudei isso. O resumo agora é este:\n- Serviço: by the way of all of them\nEstá tudo certo para você?"
    pt = spanish("Olá, eu gostaria disto, é para isto aqui")
    service = spanish("Seria Full service of all the parts", service="Full service of all the parts")
    sides = (HELLO, pt, "Claro, que dia é melhor para você?", service, told)
    assert BIKES.finds("LANGUAGE_STYLE", *sides) == []
    assert BIKES.finds("LANGUAGE_STYLE", *sides[:4], "Anotado: Full service of all the parts. Que dia é melhor?") == []
    assert BIKES.finds("LANGUAGE_STYLE", *sides[:4], "Noted, thank you. Which day is the best for you?") == [4]


@pytest.mark.parametrize(
    "text",
    [
        "Your stupid moaning won't make it faster. Which day?",
        "Stop whining. Which day?",
        "Your endless whining doesn't help. Which day?",
        "Sie Idiot, welcher Tag?",
        "Sind Sie so blöd? Welcher Tag?",
        "Vous êtes vraiment stupide. Quel jour ?",
        "¿Es usted tonto? ¿Qué día?",
        "Cállese y dígame el día.",
        "Você é burro? Qual dia?",
        "Sei un idiota. Quale giorno?",
        "Wat een stomme vraag. Welke dag?",
    ],
)
def test_an_insult_in_other_words_and_languages(text: str) -> None:
    (reason,) = (one.reason for one in TABLES.verdicts(TABLES.talk(HELLO, WANTS, text)) if one.kind == "LANGUAGE_STYLE")
    assert reason is not None
    assert reason.startswith("insults the user")


@pytest.mark.parametrize(
    "text",
    [
        "Is your nagging pain still there? Which day?",
        "How long has your moaning boiler been like this? Which day?",
        "Es gibt keine dummen Fragen. Welcher Tag?",
        "Das ist keine dumme Frage. Welcher Tag?",
        "Il n'y a pas de question stupide. Quel jour ?",
        "No es una pregunta tonta. ¿Qué día?",
        "Não há pergunta burra. Qual dia?",
        "Si vous êtes pressé, quel jour ?",
    ],
)
def test_what_sounds_like_an_insult_and_is_none(text: str) -> None:
    verdicts = TABLES.verdicts(TABLES.talk(HELLO, WANTS, text))
    assert not [one for one in verdicts if (one.reason or "").startswith("insults")]


@pytest.mark.parametrize("text", ["Das wäre dann Monday, how hard can it be", "Eu diria que é Monday, please be quick"])
def test_english_beside_foreign_words_tells_the_language_all_the_same(text: str) -> None:
    spoken = (
        HELLO,
        spanish(text, day="Monday"),
        "Noted. What is your phone number?",
        say("goal_question", "Are pets allowed in the house?"),
    )
    strange = "Sí, claro: todo está incluido, no tiene que preocuparse. What is your phone number?"
    assert BIKES.finds("LANGUAGE_STYLE", *spoken, strange) == [4]
