"""Stages mined from what a product says, where neither project, state nor users tell them.

Masked questions that are worded alike are one template, named by its own words: so a name hangs on nothing
but the template, and a small change of wording keeps it. Where wording varies freely, as an LLM's does, hardly any
two are alike; then the words that questions of many conversations share name the stage.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from prebeta.analysis.naming import ALIKE, Naming, Template, act_of, likeness, spoken_text, template_words
from prebeta.core.types import Turn
from prebeta.dialogue.reading import Reader, Reading
from prebeta.dialogue.similarity import content_words, mask, stem, words

_MOST_TEXTS, _MOST_TEMPLATES, _MOST_KEYS = 300, 20, 12
_FEWEST, _OFTEN = 3, 0.03
_KEY_OFTEN, _EVERYWHERE = 0.05, 0.6
_COVERED = 0.6
_BESIDE = 0.5
_SAME_NAME = 0.5
_WORD = re.compile(r"[^\W_]+(?:[-'’][^\W_]+)*")
_MASKED = re.compile(r"<[a-z]+>")
_HOW = frozenset(("many", "much"))
_WH = frozenset(("which", "what", "when", "where", "who", "how"))
_SAYS_NOTHING = frozenset(map(stem, (
    "know", "tell", "provide", "give", "look", "looking", "help", "let", "assist", "sure", "thank", "thanks", "great", "good",
    "fine", "perfect", "prefer", "preferred", "choose", "pick", "select", "more", "else", "information", "info", "detail",
    "specific", "kind", "type", "sort", "then", "now", "also", "still", "all", "one", "two", "first", "next", "ll", "ve", "re",
    "go", "going", "proceed", "share", "enter", "type", "write", "say", "mean", "see", "find", "found", "check", "and", "but",
    "right", "well", "sorry", "hi", "hello", "hey", "ask", "question", "about", "am", "make", "made", "take", "use", "using",
    "anything", "something", "other", "another", "own", "back", "here's", "that's", "it's", "i'll", "i've", "i'm", "don't",
    "let's", "you're", "you'd", "you've", "many", "much", "into", "up", "out", "than", "only", "into", "them", "their", "its",
    "january", "february", "march", "april", "june", "july", "august", "september", "october", "november", "december",
    "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday",
    "th", "st", "nd", "rd", "pm", "don", "been", "being", "were", "because", "able", "think",
)))  # fmt: skip


def mined(conversations: Sequence[Sequence[Turn]], reader: Reader, known: Naming | None = None) -> Naming | None:
    """The templates of a run's replies; None where too few recur to tell anything. Templates of `known`, the naming of an
    earlier run, keep their names."""
    seen = list(_texts(conversations, reader))
    homes: dict[str, set[int]] = defaultdict(set)
    for conversation, text in seen:
        homes[text].add(conversation)
    least = max(_FEWEST, _OFTEN * len(conversations))
    groups = _groups(homes, known)
    spread = [(frozenset().union(*(homes[text] for text in texts)), texts) for texts in groups]
    kept = [texts for where, texts in sorted(spread, key=lambda one: (-len(one[0]), one[1][0])) if len(where) >= least]
    templates = _named(kept[:_MOST_TEMPLATES], known)
    covered = {text for texts in kept[:_MOST_TEMPLATES] for text in texts}
    left = [one for one in seen if one[1] not in covered]
    keys = {} if len(left) <= (1 - _COVERED) * len(seen) else _keys(left, len(conversations))
    return Naming("replies", templates=templates, keys=keys) if templates or keys else None


def _texts(conversations: Sequence[Sequence[Turn]], reader: Reader) -> Iterator[tuple[int, str]]:
    """Of each product turn that asks something its act doesn't tell already: the conversation and the masked question."""
    for number, turns in enumerate(conversations):
        for turn in turns:
            if turn.reply is None or turn.reply.problem is not None or turn.reply.empty:
                continue
            reading = reader.read(turn.reply)
            text = _masked(reading)
            if reading.prompts and act_of(reading) is None and not reading.fallback and text:
                yield number, text


def _masked(reading: Reading) -> str:
    text = mask(spoken_text(reading))
    return text if template_words(text) else ""


def _groups(homes: dict[str, set[int]], known: Naming | None) -> list[list[str]]:
    """Texts that are alike, each group led by its commonest one, which must recur. An earlier run's templates lead theirs."""
    leaders: list[frozenset[str]] = [one.words for one in known.templates] if known is not None else []
    groups: list[list[str]] = [[] for _ in leaders]
    for text in sorted(homes, key=lambda text: (-len(homes[text]), text))[:_MOST_TEXTS]:
        own = template_words(text)
        near = max(((likeness(own, leader), -place) for place, leader in enumerate(leaders)), default=(0.0, 0))
        if near[0] >= ALIKE:
            groups[-near[1]].append(text)
        elif len(homes[text]) >= _FEWEST:  # what is said once may be like others only in its flourishes
            leaders.append(own)
            groups.append([text])
    return [texts for texts in groups if texts]


def _named(groups: Sequence[Sequence[str]], known: Naming | None) -> tuple[Template, ...]:
    """The groups as templates, no two of one name."""
    found: dict[str, Template] = {}
    for texts in groups:
        own = template_words(texts[0])
        earlier = max(
            ((likeness(own, one.words), one.name) for one in (known.templates if known is not None else ())),
            default=(0.0, ""),
        )
        name = earlier[1] if earlier[0] >= _SAME_NAME else ""
        if not name or name in found:
            name = next((each for each in _names(texts[0]) if each not in found), "")
        if name:
            found[name] = Template(name, own)
    return tuple(found.values())


def _names(text: str) -> Iterator[str]:
    """Names for a template by its words, the shortest first: the question word and what follows it, then more of the words."""
    said = _WORD.findall(_MASKED.sub(" ", text))
    telling = [word for word in said if content_words(word) - _SAYS_NOTHING]
    telling = list(dict.fromkeys(telling)) or [word for word in said if content_words(word)] or said
    asked = next((place for place, word in enumerate(said) if word in _WH), None)
    head = (
        said[asked : asked + (2 if _HOW.intersection(said[asked + 1 : asked + 2]) else 1)] if asked is not None else []
    )
    after = said[asked + len(head) : asked + len(head) + 2] if asked is not None else []
    if after and after[0] in telling:
        begin = [*head, *(after if after[-1] in telling and len(head) == 1 else after[:1])]
        yield from _longer(begin, telling)
    elif telling:
        yield from _phrases(said, telling)


def _longer(begin: Sequence[str], telling: Sequence[str]) -> Iterator[str]:
    rest = [word for word in telling if word not in begin]
    return (" ".join((*begin, *rest[:more])) for more in range(len(rest) + 1))


def _phrases(said: Sequence[str], telling: Sequence[str]) -> Iterator[str]:
    """What it is about in two words that stand together, those behind *your* first; then more of the words."""
    places = [place for place, word in enumerate(said) if word in telling]
    first = min(places, key=lambda place: (place == 0 or said[place - 1] != "your", place))
    beside = first + 1 in places and said[first + 1] != said[first]
    return _longer(said[first : first + (2 if beside else 1)], telling)


def _keys(asked: Sequence[tuple[int, str]], conversations: int) -> dict[str, str]:
    """Word -> stage, of words that questions of many conversations share: each is the one that most of those have which no
    word before it told."""
    places_of: dict[str, set[int]] = defaultdict(set)
    bags = [template_words(text) - _SAYS_NOTHING for _, text in asked]
    least = max(_FEWEST, _KEY_OFTEN * conversations)
    for place, bag in enumerate(bags):
        for word in bag:
            places_of[word].add(place)
    holding = {word: places for word, places in places_of.items() if len(places) <= _EVERYWHERE * len(asked)}
    found: dict[str, str] = {}
    told: set[int] = set()
    while len(found) < _MOST_KEYS:
        sizes = {word: len({asked[place][0] for place in places - told}) for word, places in holding.items()}
        best = max(sizes, key=lambda word: (sizes[word], word), default="")
        if not best or sizes[best] < least:
            break
        name = _phrase(best, [asked[place][1] for place in sorted(holding[best])])
        found[best] = name if name not in found.values() else best
        told |= holding.pop(best)
    return found


def _phrase(key: str, texts: Sequence[str]) -> str:
    """A word as it is usually written, with the one before it where that is mostly the same and says something."""
    forms: Counter[str] = Counter()
    pairs: Counter[tuple[str, str]] = Counter()
    for text in texts:
        said = words(text)
        for place, word in enumerate(said):
            if stem(word) == key:
                forms[word] += 1
                before = said[place - 1] if place else ""
                if before in _WH or (template_words(before) and stem(before) not in _SAYS_NOTHING):
                    pairs[before, word] += 1
    pair, times = max(pairs.items(), key=lambda one: (one[1], one[0]), default=(("", ""), 0))
    if times >= _BESIDE * forms.total():
        return " ".join(pair)
    return max(forms, key=lambda form: (forms[form], form))
