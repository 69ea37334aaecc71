"""Which language a text is in, by its commonest words and letters; made for short chat lines.

Precise rather than eager: a text with too few telling words is of no known language (None). Names, values and single
words are, so a Spanish value in an English sentence does not make it Spanish.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType


def _bag(text: str) -> frozenset[str]:
    return frozenset(text.split())


_WORDS: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "en": _bag(
            "the a an and or but of for to in on at is are was were be been do does did have has had i you he she "
            "it we they me him us them my your his her its our their this that these those what which who whom "
            "whose when where why how can could will would shall should may might must not no yes don't i'm i'd "
            "i'll i've it's that's you're we're can't won't isn't doesn't with from by as if so than then there "
            "here just about any some all more please thanks thank sorry want need like know get go going let "
            "help hello hi okay ok good great sure much many one after before been only also into up out over "
            "again very"
        ),
        "es": _bag(
            "el la los las un una unos unas y o pero de del al en por para con sin sobre es son está están era "
            "fue ser estar soy estoy hay ha he han había que qué cuál cuáles quién cuándo dónde cómo cuánto "
            "cuánta por-qué no sí si yo tú él ella usted ustedes nosotros ellos me te se le les lo nos mi mis tu "
            "tus su sus nuestro nuestra este esta estos estas ese esa eso esto aquí ahí muy más menos también ya "
            "todavía aún entonces porque cuando como quiero quiere quisiera necesito necesita puedo puede pueden "
            "podría tengo tiene gracias hola buenos buenas días día tardes favor perdón claro bien mejor vale "
            "todo nada algo sería gustaría desea prefiere dígame ayudar ayudarle ayudarte cita correcto seguro "
            "desde hasta cada otro otra"
        ),
        "de": _bag(
            "der die das den dem des ein eine einen einem einer und oder aber von vom zu zum zur im in am an auf "
            "für mit ohne bei nach aus über unter ist sind war waren sein bin bist haben habe hat hatte wird "
            "werden würde kann können könnte muss müssen möchte möchten soll sollen darf dürfen nicht kein keine "
            "ja nein ich du er sie es wir ihr mich mir dich dir uns ihnen ihm mein meine meinen dein deine ihre "
            "ihren unser unsere dies diese dieser dieses was welche welcher welches wer wann wo warum wie viel "
            "viele hier da dort noch schon auch nur sehr mehr bitte danke vielen dank hallo guten tag gerne gut "
            "alles etwas nichts dann denn wenn weil dass ob brauche brauchen geht gibt damit als so doch lieber "
            "heute morgen"
        ),
        "fr": _bag(
            "le la les un une des du de et ou mais à au aux en dans sur sous pour par avec sans est sont était "
            "être suis êtes ai as avez avons ont avait ce cet cette ces c'est qu'est-ce que qui quoi quel quelle "
            "quels quelles quand où comment pourquoi combien ne pas plus non oui je tu il elle on nous vous ils "
            "elles me te se lui leur mon ma mes ton ta tes son sa ses notre nos votre vos ici là très aussi "
            "encore déjà alors donc parce si comme veux voudrais voulez peux peut pouvez besoin faut fait faire "
            "merci bonjour salut plaît d'accord bien tout rien quelque chose serait j'ai j'aimerais n'est n'ai "
            "l'adresse êtes-vous voulez-vous pouvez-vous souhaitez désirez quelle heure jour rendez-vous"
        ),
        "pt": _bag(
            "o a os as um uma uns umas e ou mas de do da dos das no na nos nas em por para pelo pela com sem "
            "sobre é são está estão era foi ser estar sou estou há tem tenho têm que quê qual quais quem quando "
            "onde como quanto quanta porquê não sim se eu tu você vocês ele ela nós eles me te lhe meu minha meus "
            "minhas seu sua seus suas nosso nossa este esta isto esse essa isso aqui ali aí muito mais menos "
            "também já ainda então porque quero quer gostaria preciso precisa posso pode poderia obrigado "
            "obrigada olá bom boa dia tarde noite favor desculpe claro bem melhor tudo nada algo seria deseja "
            "prefere ajudar certo só até desde cada outro outra depois antes ao aos à às"
        ),
        "it": _bag(
            "il lo la i gli le un uno una e o ma di del della dei delle dello al alla ai alle in nel nella per "
            "con senza su sul sulla è sono era essere sei siamo ho hai ha abbiamo hanno che chi cosa quale quali "
            "quando dove come perché quanto quanta non no sì se io tu lui lei noi voi loro mi ti si ci vi mio mia "
            "miei tuo tua suo sua nostro vostro questo questa questi quello quella qui qua molto più meno anche "
            "già ancora allora vorrei voglio vuole posso può puoi potrebbe devo bisogno grazie ciao buongiorno "
            "buonasera prego scusi scusa certo bene meglio tutto niente qualcosa sarebbe desidera preferisce "
            "aiutarla aiutarti giorno"
        ),
        "nl": _bag(
            "de het een en of maar van voor naar met zonder bij uit over onder op in aan is zijn was waren ben "
            "bent heb hebt heeft hebben had wordt worden zou kan kunnen kunt moet moeten wil wilt willen zal mag "
            "niet geen ja nee ik jij je hij zij ze wij we jullie u mij me jou hem haar ons hun mijn jouw uw deze "
            "dit die dat wat welke wie wanneer waar waarom hoe hoeveel hier daar nog al ook alleen heel meer "
            "graag alstublieft alsjeblieft bedankt dank hallo goedemorgen goed alles iets niets dan als omdat "
            "nodig gaat doen dag"
        ),
    }
)


def _tells() -> dict[str, tuple[tuple[str, float], ...]]:
    """Word to the languages it speaks for, each with its weight: a word of several languages says less of each."""
    of_word: dict[str, list[str]] = {}
    for language, words in _WORDS.items():
        for word in words:
            of_word.setdefault(word, []).append(language)
    return {word: tuple((one, 1 / len(found)) for one in found) for word, found in of_word.items()}


_TELLS: Mapping[str, tuple[tuple[str, float], ...]] = MappingProxyType(_tells())
_ASCII_LETTERS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"\b[cdjlmnst]'[aehiouy]", re.I), "fr"),
    (re.compile(r"\b(?:dell|all|nell|un|c|l)'[aeiou]|zione\b", re.I), "it"),
)
"""Spellings that show without an accent."""
_LETTERS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile("[¿¡ñ]", re.I), "es"),
    (re.compile("ß"), "de"),
    (re.compile("[äöü]", re.I), "de"),
    (re.compile("[ãõ]", re.I), "pt"),
    (re.compile(r"[œùêî]|\b[cdjlmnst]['’][aeéêhiouy]", re.I), "fr"),
    (re.compile(r"ción\b", re.I), "es"),
    (re.compile(r"ção\b|ções\b", re.I), "pt"),
    (re.compile(r"\b(?:dell|all|nell|un|c|l)['’][aeioèu]|zione\b", re.I), "it"),
)
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_NOT_WORDS = re.compile(r"\S+@\S+|\b\w+://\S+|[\"“«„][^\"”»“]{1,80}[\"”»“]")
_NOT_WORDS_SIGNS = frozenset('@/"“«„')
"""Without any of these in a text the slow pattern above can't match."""
_LEAST, _LEAD, _SHARE, _MOST_READ = 2.0, 2.0, 0.25, 2_000
_SOME_ENGLISH = 1.0
"""With more English words than this a text is no foreign one, whatever names and values stand in it."""


def language_of(text: str) -> str | None:
    """The language as its two letters (en, es, de, fr, pt, it, nl), or None where the text doesn't tell.

    It takes about two telling words, a fourth of all words, and twice as much weight as for any other language.
    """
    plain = text[:_MOST_READ]
    if not _NOT_WORDS_SIGNS.isdisjoint(plain):
        plain = _NOT_WORDS.sub(" ", plain)
    plain = plain.replace("’", "'")
    codes = not plain.isupper()  # DEN and HAT are an airport and a flight, unless all is written so
    found = [word.lower() for word in _WORD.findall(plain) if not (codes and len(word) > 1 and word.isupper())]
    distinct = set(found)
    if len(found) < 2:
        return None
    weights = dict.fromkeys(_WORDS, 0.0)
    for word in distinct:
        for language, weight in _TELLS.get(word, ()):
            weights[language] += weight
    for pattern, language in _LETTERS if not plain.isascii() else _ASCII_LETTERS:
        if pattern.search(plain):
            weights[language] += 1.0
    (best, weight), (_, second) = sorted(weights.items(), key=lambda pair: -pair[1])[:2]
    if weight < _LEAST or weight < _LEAD * second:
        return None
    if best != "en" and weights["en"] > _SOME_ENGLISH:
        return None
    covered = sum(word in _WORDS[best] for word in found)
    return best if covered >= _SHARE * len(found) else None
