"""Phrases of users who write in another language; values stay as they are, for the product must know them."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from prebeta.dialogue import acts

Phrases = Mapping[str, tuple[str, ...]]


def _bank(**words: tuple[str, ...]) -> Phrases:
    return MappingProxyType(words)


FOREIGN: Mapping[str, Phrases] = MappingProxyType(
    {
        "es": _bank(
            **{
                acts.REQUEST: (
                    "Hola, necesito ayuda: {v}",
                    "Buenos días, me gustaría lo siguiente: {v}",
                    "Hola, quiero esto por favor: {v}",
                ),
                acts.INFORM: ("es {v}", "sería {v}, por favor", "para mí {v}", "quiero {v}", "la respuesta es {v}"),
                acts.CORRECT: ("Perdón, el {n} es {v}", "No, mejor {v}, quería cambiar el {n}"),
                acts.AFFIRM: ("Sí", "Sí, por favor", "Sí, está bien", "Claro que sí, es correcto"),
                acts.CLOSE: ("No, eso es todo, gracias", "Nada más, muchas gracias"),
                acts.NOT_SURE: ("No estoy seguro", "No lo sé todavía"),
                acts.CLARIFY: ("¿Qué quiere decir con eso?", "¿Para qué necesita eso?"),
            }
        ),
        "de": _bank(
            **{
                acts.REQUEST: (
                    "Guten Tag, ich brauche Hilfe: {v}",
                    "Hallo, ich möchte gerne Folgendes: {v}",
                    "Hallo, es geht um das hier: {v}",
                ),
                acts.INFORM: (
                    "es ist {v}",
                    "das wäre {v}",
                    "bei mir ist es {v}",
                    "ich nehme {v}, bitte",
                    "meine Antwort ist {v}",
                ),
                acts.CORRECT: ("Entschuldigung, {n} ist {v}", "Nein, doch lieber {v}, ich möchte {n} ändern"),
                acts.AFFIRM: ("Ja", "Ja, bitte", "Ja, das stimmt so", "Ja, das ist richtig"),
                acts.CLOSE: ("Nein, das ist alles, danke", "Das war alles, vielen Dank"),
                acts.NOT_SURE: ("Ich bin nicht sicher", "Das weiß ich noch nicht"),
                acts.CLARIFY: ("Was meinen Sie damit?", "Wozu brauchen Sie das?"),
            }
        ),
        "fr": _bank(
            **{
                acts.REQUEST: (
                    "Bonjour, j'ai besoin d'aide : {v}",
                    "Bonjour, je voudrais ceci : {v}",
                    "Salut, c'est pour ceci : {v}",
                ),
                acts.INFORM: (
                    "c'est {v}",
                    "ce serait {v}",
                    "pour moi {v}",
                    "je prends {v}, s'il vous plaît",
                    "ma réponse est {v}",
                ),
                acts.CORRECT: ("Pardon, pour {n} c'est {v}", "Non, plutôt {v}, je veux changer {n}"),
                acts.AFFIRM: ("Oui", "Oui, s'il vous plaît", "Oui, c'est bien ça", "Oui, c'est correct"),
                acts.CLOSE: ("Non, c'est tout, merci", "C'est tout, merci beaucoup"),
                acts.NOT_SURE: ("Je ne suis pas sûr", "Je ne sais pas encore"),
                acts.CLARIFY: ("Qu'est-ce que vous voulez dire ?", "Pourquoi avez-vous besoin de ça ?"),
            }
        ),
        "pt": _bank(
            **{
                acts.REQUEST: (
                    "Olá, preciso de ajuda: {v}",
                    "Bom dia, eu gostaria disto: {v}",
                    "Olá, é para isto aqui: {v}",
                ),
                acts.INFORM: (
                    "é {v}",
                    "seria {v}, por favor",
                    "para mim é {v}",
                    "eu quero {v}",
                    "a minha resposta é {v}",
                ),
                acts.CORRECT: ("Desculpe, {n} é {v}", "Não, melhor {v}, queria mudar {n}"),
                acts.AFFIRM: ("Sim", "Sim, por favor", "Sim, está certo", "Sim, é isso mesmo"),
                acts.CLOSE: ("Não, é só isso, obrigado", "Mais nada, muito obrigado"),
                acts.NOT_SURE: ("Não tenho certeza", "Ainda não sei"),
                acts.CLARIFY: ("O que quer dizer com isso?", "Para que precisa disso?"),
            }
        ),
    }
)
"""Language to the ways to word each act: `{v}` is the value or the wish, `{n}` the slot's name."""
