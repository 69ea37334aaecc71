"""Which language a message is in: English, Spanish, German, French or Portuguese. By a few words of each."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_ADDRESS = re.compile(r"\S+@\S+")
SURE = 2
"""So many points make a message clear. A telling word has two, one that other languages share has one."""


def _marks(telling: str, shared: str) -> Mapping[str, int]:
    return MappingProxyType(dict.fromkeys(telling.split(), 2) | dict.fromkeys(shared.split(), 1))


_MARKS: Mapping[str, Mapping[str, int]] = MappingProxyType(
    {
        "es": _marks(
            "hola buenos días buenas necesito gustaría quiero sería gracias estoy perdón quiere qué cómo cuánto claro seguro "
            "quería cambiar respuesta eso todavía tengo nada diría creo entonces",
            "es el los las una para por favor mí sí mejor bien correcto está todo sé",
        ),
        "de": _marks(
            "guten hallo ich brauche möchte gerne entschuldigung meinen wozu nicht danke weiß nehme wäre stimmt bitte vielen "
            "lieber ändern richtig antwort warum brauchen damit folgendes geht würde meinem dann",
            "es ist das mir bei ja nein alles noch doch der und",
        ),
        "fr": _marks(
            "bonjour voudrais j'ai salut plaît merci c'est réponse pourquoi qu'est sais suis prends plutôt voulez avez-vous "
            "besoin ceci serait",
            "oui je vous moi ma les une tout bien pas sûr encore veux",
        ),
        "pt": _marks(
            "olá preciso gostaria obrigado obrigada desculpe não tenho certeza quero minha precisa mim isso disso disto queria "
            "mudar isto ainda resposta então meu acho diria",
            "é sim seria para por favor uma bom melhor quer dizer certo mesmo sei está",
        ),
        "en": _marks(
            "what how why the is my that with does your want this need about make should please would what's it's i'm i'd don't",
            "i it for me you and of a do are be can in yes",
        ),
    }
)  # fmt: skip
_FOREIGN = frozenset(mark for name, marks in _MARKS.items() if name != "en" for mark in marks)


def language_of(text: str, current: str) -> tuple[str | None, int]:
    """The likeliest language of a lower-case text and its points; None where nothing tells.

    Of several that are as likely the current one is taken.
    """
    words = _WORD.findall(_ADDRESS.sub("", text) if "@" in text else text)
    if current == "en" and _FOREIGN.isdisjoint(words):
        return None, 0
    english = sum([_MARKS["en"].get(word, 0) for word in words])
    best, most = ("en", english) if english else (None, 0)
    for name, marks in _MARKS.items():
        points = sum([marks.get(word, 0) for word in words]) if name != "en" else 0
        if points >= SURE and english >= SURE and max(points, english) < 2 * min(points, english):
            return None, 0  # English words around another language's, or the other way round
        if points > most or (points and points == most and name == current):
            best, most = name, points
    return best, most
