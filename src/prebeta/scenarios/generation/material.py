"""What personas are made from besides their traits: the words of the product's field, and passages for a model.

Sources are a project (goals, slot values, questions, its knowledge files), documents in plain text or Markdown, and logs
of real conversations. All of it is data: only short terms of letters reach a persona composed here, and a model gets
passages as quoted material.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from prebeta.config import Project, load
from prebeta.core.errors import UsageError
from prebeta.dialogue.similarity import content_words, words
from prebeta.scenarios.generation.conversations import Conversation, parse_conversations
from prebeta.scenarios.generation.files import is_project

_MOST_TERMS = 60
_TERM_WORDS = 3
_PASSAGE, _MOST_PASSAGES = 600, 40
_MOST_READ = 2_000_000
"""Characters read of a file."""
_BREAK = re.compile(r"[.!?;:,()\[\]{}<>|*#`\"“”/\n\r\t=_~+]+|\s[-–—]+\s|\d\S*")
_ENDINGS = ("ing", "ed", "ly")
_PRIVATE = re.compile(r"\S+@\S+|https?://\S+|\S*\d{3,}\S*")
"""Addresses and long numbers, which a model needn't see."""
_APOSTROPHE = re.compile(r"['’]")
_WORD = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*")
_CODE = re.compile(r"```.*?```|`[^`]*`|https?://\S+|\S+@\S+", re.S)
_EMPTY_WORDS = (
    "a about above after again all also always am an and another any are as at back be because been before begin being "
    "below between both but by call can cannot come could did do does done down each either else end ever every few find "
    "first for from full get gets give given go goes going good had has have he help her here him his how i if in into "
    "is it its itself just keep kind know last least less let like little long look made make makes many may me more most "
    "much must my near need needs never new next no none nor not nothing now of off often on once one only onto open or "
    "other others our out over own part per please put rather really right said same say see seem set shall she should "
    "show since small so some someone something start still such sure take tell than thank thanks that the their them "
    "then there these they thing things this those through to today together too two under until up upon us use used "
    "uses using very via want wants was way we well were what whatever when where which while who whom whose why will "
    "with within without would yes yet you your yours hello hi hey okay ok day time number name like lot bit etc"
)
_EMPTY = frozenset(_EMPTY_WORDS.split())
_ARTICLES = (
    "a an the my your our his her their its this that these those of for about with without on in per any some no and or "
    "each every by from"
)
_BEFORE_A_NAME = frozenset(_ARTICLES.split())
"""Words after which the name of a thing comes."""
_NO_WORDS = ("date", "id", "number")
"""How values compare that aren't words of the field."""
_OF_A_PERSON = re.compile(r"name|mail|phone|mobile|address|street|birth|contact|person|guest|passenger|patient", re.I)
"""Slots whose values say who somebody is; no persona finds "Alan" confusing."""


@dataclass(frozen=True, slots=True)
class Material:
    """`terms` are words of the field, the likeliest first; `passages` what a model may read; `goals` what users want."""

    terms: tuple[str, ...] = ()
    passages: tuple[str, ...] = ()
    goals: tuple[str, ...] = ()


def read_material(files: Iterable[Path]) -> Material:
    """The material in files: prebeta.yaml, documents, logs (.json, .jsonl). Raises UsageError for unreadable ones."""
    parts = [_of_file(file) for file in files]
    return Material(
        terms=tuple(dict.fromkeys(_dealt([each.terms for each in parts])))[:_MOST_TERMS],
        passages=tuple(_dealt([each.passages for each in parts]))[:_MOST_PASSAGES],
        goals=tuple(dict.fromkeys(goal for each in parts for goal in each.goals)),
    )


def of_project(project: Project) -> Material:
    """The material in a project: what its goals, values and questions name, and its knowledge files."""
    goals = tuple(dict.fromkeys(goal.goal for goal in project.goals))
    told = [spec for spec in project.slots() if spec.match not in _NO_WORDS and not _OF_A_PERSON.search(spec.name)]
    values = [value for spec in told for fact in spec.values for value in (fact.value, *fact.words)]
    asked = [question.ask for goal in project.goals for question in goal.questions]
    known = [_read(project.folder / name) for name in project.knowledge]
    declared = terms([*goals, *asked, *goals, *values])
    return Material(
        terms=tuple(dict.fromkeys(_dealt([declared, terms(known)])))[:_MOST_TERMS],
        passages=(*(f"a user's wish: {goal}" for goal in goals), *_passages(known))[:_MOST_PASSAGES],
        goals=goals,
    )


def of_conversations(conversations: Sequence[Conversation]) -> Material:
    """The material in real conversations: what users bring up first, and how they say it."""
    openers = [line.text for each in conversations for line in each.lines if line.speaker == "user"]
    firsts = [next((line.text for line in each.lines if line.speaker == "user"), "") for each in conversations]
    return Material(terms(openers), _passages(_PRIVATE.sub("…", text) for text in firsts), ())


def terms(texts: Sequence[str]) -> tuple[str, ...]:
    """Up to 60 terms of one to three words that the texts are about, the likeliest first.

    Runs of words between empty ones and punctuation, as in RAKE (Rose, Engel, Cramer, Cowley 2010), of which only those
    count that stand like the name of a thing: after an article or the like, or as a head or a short text of their own.
    A run weighs by how often it comes, and longer ones more, since they say more.
    """
    counts: Counter[str] = Counter()
    shown: dict[str, str] = {}
    for run in (run for text in texts for run in _names(_CODE.sub(". ", text))):
        key = " ".join(sorted(content_words(run))) or run.lower()
        counts[key] += 1
        shown.setdefault(key, run)
    weight = {key: math.log1p(count) * (1 + 0.5 * (len(shown[key].split()) - 1)) for key, count in counts.items()}
    kept: dict[str, frozenset[str]] = {}
    for key in sorted(weight, key=lambda key: (-weight[key], shown[key])):
        own = frozenset(words(shown[key]))
        if not any(own <= other for other in kept.values()):
            kept[shown[key]] = own
        if len(kept) == _MOST_TERMS:
            break
    return tuple(kept)


def _names(text: str) -> Iterable[str]:
    """Runs of words that stand like the name of a thing."""
    for line in text.splitlines():
        head = line.startswith("#") or (len(line.split()) <= _TERM_WORDS and line.rstrip()[-1:].isalnum())
        for part in _BREAK.split(line):
            before, run = "" if head else "start", list[str]()
            for word in [*_WORD.findall(part), ""]:
                if word and len(word) > 1 and word.lower() not in _EMPTY and not _APOSTROPHE.search(word):
                    run.append(word if word.isupper() and len(word) < 6 else word.lower())
                    continue
                if (head or before in _BEFORE_A_NAME) and _is_name(run):
                    yield " ".join(run)
                before, run = word.lower(), []


def _is_name(run: Sequence[str]) -> bool:
    """One to three words, one of them of some length, the first and last not in a verb's form."""
    fits = 0 < len(run) <= _TERM_WORDS and max(map(len, run)) > 3
    return fits and not run[0].endswith(_ENDINGS) and not run[-1].endswith(_ENDINGS)


def _passages(texts: Iterable[str]) -> tuple[str, ...]:
    """Paragraphs, cut to some hundred characters, without what makes a line break or a fence."""
    parts = (" ".join(part.split()) for text in texts for part in re.split(r"\n\s*\n", text))
    return tuple(dict.fromkeys(part[:_PASSAGE] for part in parts if len(part) > 20))[:_MOST_PASSAGES]


def _of_file(file: Path) -> Material:
    text = _read(file)
    suffix = file.suffix.lower()
    if suffix in (".jsonl", ".json", ".ndjson"):
        return of_conversations(parse_conversations(text, str(file)))
    if suffix in (".yaml", ".yml") and is_project(text):
        return of_project(load(file))
    return Material(terms([text]), _passages([text]), ())


def _read(file: Path) -> str:
    try:
        return file.read_bytes()[: 4 * _MOST_READ].decode("utf-8-sig")[:_MOST_READ]
    except FileNotFoundError:
        raise UsageError(f"no file {str(file)!r}") from None
    except IsADirectoryError:
        raise UsageError(f"{str(file)!r} is a folder; name the files in it") from None
    except UnicodeDecodeError:
        raise UsageError(f"{str(file)!r} isn't a text file in UTF-8") from None
    except OSError as error:
        raise UsageError(f"{str(file)!r} can't be read: {error.strerror}") from None


def _dealt(lists: Sequence[Sequence[str]]) -> list[str]:
    """The lists in one, taking from each in turn."""
    longest = max(map(len, lists), default=0)
    return [each[place] for place in range(longest) for each in lists if place < len(each)]
