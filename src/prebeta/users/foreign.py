"""Phrases of users who write in another language; values stay as they are, for the product must know them.

The goal stands in quotation marks, since it is in the project's language. Slots' names are the project's too, so they
come without an article.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from prebeta.dialogue import acts

Phrases = Mapping[str, tuple[str, ...]]

_SPANISH: Phrases = MappingProxyType(
    {
        acts.REQUEST: (
            'Hola, necesito ayuda con esto: "{v}"',
            'Buenos días, quisiera hacer lo siguiente: "{v}"',
            'Hola, me gustaría esto, por favor: "{v}"',
            'Buenas tardes, se trata de lo siguiente: "{v}"',
            'Buenas, escribo por lo siguiente: "{v}"',
        ),
        acts.INFORM: (
            *("en mi caso es {v}", "sería {v}, por favor", "para mí es {v}", "la respuesta es {v}", "creo que es {v}"),
            *("yo diría que {v}", "pues sería {v} en mi caso", "eso sería {v}"),
        ),
        acts.CORRECT: (
            "Perdón, quiero cambiar una cosa: {n} es {v}",
            "Perdón, me equivoqué en {n}: es {v}",
            "No, mejor {v}, quería cambiar {n}",
            "Un momento, para {n} es mejor {v}",
        ),
        acts.AFFIRM: ("Sí, por favor", "Sí, está bien así", "Sí, todo es correcto", "Sí, claro que sí", "Sí, eso es"),
        acts.CLOSE: (
            *("No, eso es todo, gracias", "Nada más, muchas gracias", "Eso es todo por mi parte, gracias"),
            "No, gracias, ya está todo",
        ),
        acts.NOT_SURE: (
            *("No estoy seguro de eso", "Todavía no lo sé", "No lo sé, la verdad", "La verdad es que no estoy seguro"),
            "Pues ahora mismo no lo sé",
        ),
        acts.CLARIFY: (
            *("¿Qué quiere decir con eso?", "¿Para qué necesita eso?", "¿Por qué me pregunta eso?"),
            *("¿Qué significa eso exactamente?", "No entiendo, ¿qué quiere decir?"),
        ),
    }
)
_GERMAN: Phrases = MappingProxyType(
    {
        acts.REQUEST: (
            'Guten Tag, ich brauche Hilfe bei Folgendem: "{v}"',
            'Hallo, ich möchte gerne Folgendes: "{v}"',
            'Hallo, es geht um das hier: "{v}"',
            'Guten Tag, ich hätte gerne das hier: "{v}"',
            'Guten Tag, mein Anliegen ist das hier: "{v}"',
        ),
        acts.INFORM: (
            *("es ist {v}", "das wäre {v}", "bei mir ist es {v}", "meine Antwort ist {v}", "das wäre dann {v}"),
            *("das ist bei mir {v}", "in meinem Fall ist es {v}", "ich würde sagen, es ist {v}"),
        ),
        acts.CORRECT: (
            "Entschuldigung, bei {n} ist es {v}",
            "Nein, doch lieber {v}, ich möchte {n} ändern",
            "Moment, ich möchte das ändern: {n} ist {v}",
            "Ich habe mich geirrt, bei {n} ist es {v}",
        ),
        acts.AFFIRM: (
            "Ja, bitte",
            "Ja, das stimmt so",
            "Ja, das ist richtig",
            "Ja, alles ist richtig so",
            "Ja, so ist es",
        ),
        acts.CLOSE: (
            *("Nein, das ist alles, danke", "Das war alles, vielen Dank", "Nein danke, das war es schon"),
            "Das ist alles, danke",
        ),
        acts.NOT_SURE: (
            *("Ich bin mir nicht sicher", "Das weiß ich noch nicht", "Da bin ich mir nicht sicher"),
            *("Das weiß ich leider nicht", "Ich weiß es gerade nicht"),
        ),
        acts.CLARIFY: (
            *("Was meinen Sie damit?", "Wozu brauchen Sie das?", "Warum ist das wichtig?", "Was bedeutet das genau?"),
            "Das verstehe ich nicht, was meinen Sie damit?",
        ),
    }
)
_FRENCH: Phrases = MappingProxyType(
    {
        acts.REQUEST: (
            "Bonjour, j'ai besoin d'aide pour ceci : \"{v}\"",
            'Bonjour, je voudrais ceci, s\'il vous plaît : "{v}"',
            'Salut, c\'est pour ceci : "{v}"',
            'Bonjour, je vous écris pour ceci : "{v}"',
            'Bonjour, je viens pour ceci : "{v}"',
        ),
        acts.INFORM: (
            *("c'est {v}", "ce serait {v}", "pour moi c'est {v}", "ma réponse est {v}", "chez moi c'est {v}"),
            *("je dirais que c'est {v}", "alors ce serait {v}", "c'est {v} pour moi"),
        ),
        acts.CORRECT: (
            "Pardon, pour {n} c'est {v}",
            "Non, plutôt {v}, je veux changer {n}",
            "Excusez-moi, je voudrais changer {n} : c'est {v}",
            "Je me suis trompé, pour {n} c'est {v}",
        ),
        acts.AFFIRM: (
            *("Oui, s'il vous plaît", "Oui, c'est bien ça", "Oui, c'est correct", "Oui, tout est bon"),
            "Oui, c'est tout à fait ça",
        ),
        acts.CLOSE: (
            *(
                "Non, c'est tout, merci",
                "C'est tout, merci beaucoup",
                "Non merci, ce sera tout",
                "C'est tout pour moi, merci",
            ),
        ),
        acts.NOT_SURE: (
            *("Je ne suis pas sûr", "Je ne sais pas encore", "Je n'en suis pas sûr", "Pour l'instant je ne sais pas"),
            "Là, je ne sais pas",
        ),
        acts.CLARIFY: (
            *(
                "Qu'est-ce que vous voulez dire ?",
                "Pourquoi avez-vous besoin de ça ?",
                "Pourquoi me demandez-vous ça ?",
            ),
            *("Qu'est-ce que ça veut dire exactement ?", "Je ne comprends pas, que voulez-vous dire ?"),
        ),
    }
)
_PORTUGUESE: Phrases = MappingProxyType(
    {
        acts.REQUEST: (
            'Olá, preciso de ajuda com isto: "{v}"',
            'Bom dia, eu gostaria do seguinte: "{v}"',
            'Olá, é para isto aqui: "{v}"',
            'Boa tarde, eu quero fazer o seguinte: "{v}"',
            'Olá, eu escrevo por causa disto: "{v}"',
        ),
        acts.INFORM: (
            *("no meu caso é {v}", "seria {v}, por favor", "para mim é {v}", "a minha resposta é {v}", "acho que é {v}"),
            *("eu diria que é {v}", "então seria {v}", "isso seria {v} no meu caso"),
        ),
        acts.CORRECT: (
            "Desculpe, em {n} é {v}",
            "Não, melhor {v}, eu queria mudar {n}",
            "Desculpe, eu quero mudar uma coisa: {n} é {v}",
            "Eu me enganei, para {n} é {v}",
        ),
        acts.AFFIRM: ("Sim, por favor", "Sim, está certo", "Sim, é isso mesmo", "Sim, está tudo certo", "Sim, está bom assim"),
        acts.CLOSE: (
            *("Não, é só isso, obrigado", "Mais nada, muito obrigado", "Não, obrigado, isso é tudo"),
            "Isso é tudo, muito obrigado",
        ),
        acts.NOT_SURE: (
            *("Não tenho certeza disso", "Ainda não sei", "Não sei dizer agora", "Para ser sincero, não sei"),
            "Eu ainda não tenho certeza",
        ),
        acts.CLARIFY: (
            *("O que quer dizer com isso?", "Para que precisa disso?", "Por que você me pergunta isso?"),
            *("O que significa isso exatamente?", "Não entendi, o que quer dizer?"),
        ),
    }
)  # fmt: skip
FOREIGN: Mapping[str, Phrases] = MappingProxyType({"es": _SPANISH, "de": _GERMAN, "fr": _FRENCH, "pt": _PORTUGUESE})
"""Language to the ways to word each act: `{v}` is the value or the goal, `{n}` the slot's name."""
