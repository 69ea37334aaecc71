"""How much like people the template voice writes: its rates, its variety, and whether a classifier tells it from people.

The people are those of two public sets of task dialogues, which lie beside the project where it is developed; without
them those parts are skipped. The figures are printed (`pytest -rP`).
"""

from __future__ import annotations

import asyncio
import gzip
import json
import math
import random
import re
import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations, count
from pathlib import Path

import pytest

from prebeta.behaviors import Decision
from prebeta.core.types import Reply, Say
from prebeta.dialogue import acts
from prebeta.dialogue.similarity import jaccard, tokens
from prebeta.users.agenda import AgendaFactory
from prebeta.users.kit import UserKit
from prebeta.users.profile import Profile, Register
from prebeta.users.surface import Voice
from toy_product import READER, CakeShop, answers_to, armed, ended, scenario

DATA = Path(__file__).parents[3] / "shared" / "data"
POLITE = re.compile(
    r"\b(?:please|thanks|thank you|great|perfect|awesome|appreciate|kindly|wonderful|excellent)\b", re.I
)
FREE = {acts.REQUEST, acts.PUZZLED, acts.CLARIFY, acts.NOT_SURE, acts.NUDGE, acts.GOAL_QUESTION, acts.OUT_OF_DOMAIN}
FREE |= {acts.VAGUE, acts.ASK_HUMAN, acts.FALSE_CLAIM, acts.DOUBT, acts.STALL}
TALKS = 600
FITTED = Profile(free=Register(lower=0.04, stops=0.87, polite=0.30), words=10.0, spread=0.45, asks=0.45, typos=0.03)
"""The openings of these two sets; our default is another: people who write to assistants (METHODS §1)."""


@dataclass(frozen=True)
class Message:
    text: str
    conversation: int
    act: str = ""
    bare: bool = False


class OpenCakeShop(CakeShop):
    """The cake shop with an open greeting."""

    async def start(self) -> Reply:
        return Reply(("Hello! How can I help?",))


@pytest.fixture(scope="module")
def ours() -> list[Message]:
    """What our users typed to a product that greets openly."""
    from prebeta.conversation import converse
    from prebeta.core.types import Job, Limits

    async def all_of_it() -> list[Message]:
        typed = []
        for number in range(TALKS):
            sent = scenario(number, armed(random.Random(number)))
            user = AgendaFactory(UserKit(READER))(sent, random.Random(sent.seed))
            held = await converse(Job(sent.id, sent), user, OpenCakeShop(), ended, Limits())
            for turn in held.turns:
                if isinstance(turn.move, Say) and turn.act is not None and turn.text.strip():
                    bare = turn.text.strip(" .") in turn.act.said.values()
                    typed.append(Message(turn.text, number, turn.act.name, bare))
        return typed

    return asyncio.run(all_of_it())


def people() -> list[Message]:
    """What people typed in task dialogues. Skips where the data isn't there."""
    typed: list[Message] = []
    talks = count(1)
    for name in ("tm4_dialogues", "sgd_dialogues"):
        path = DATA / f"{name}.jsonl.gz"
        if not path.exists():
            pytest.skip(f"{path.name} isn't here")
        with gzip.open(path, "rt") as lines:
            for line in lines:
                talk = -next(talks)  # ours count upwards
                said = [each["content"] for each in json.loads(line)["messages"] if each["role"] == "user"]
                typed += [Message(text, talk, "" if at else "first") for at, text in enumerate(said) if text.strip()]
    return typed


def features(text: str) -> list[float]:
    """The 13 of METHODS §1."""
    words = text.split()
    many = max(1, len(words))
    return [
        math.log(many),
        float(many <= 3),
        float(text[:1].islower()),
        float(text.rstrip()[-1:] in (".", "!", "?")),
        float("?" in text),
        float(bool(POLITE.search(text))),
        float("\n" in text),
        text.count(",") / many,
        sum(map(len, words)) / many,
        float("'" in text or "’" in text),
        float("!" in text),
        sum(map(str.isupper, text)) / len(text),
        sum(map(str.isdigit, text)) / len(text),
    ]


def logistic(rows: Sequence[Sequence[float]], wanted: Sequence[float], steps: int = 400) -> list[float]:
    """Weights (the last one the constant) by plain gradient descent on standardised features, classes weighing alike."""
    weights = [0.0] * (len(rows[0]) + 1)
    share = sum(wanted) / len(wanted)
    for _ in range(steps):
        slope = [0.0] * len(weights)
        for row, want in zip(rows, wanted, strict=True):
            error = (_odds(row, weights) - want) * (0.5 / share if want else 0.5 / (1 - share))
            for at, value in enumerate(row):
                slope[at] += error * value
            slope[-1] += error
        weights = [weight - 1.0 * each / len(rows) - 1e-4 * weight for weight, each in zip(weights, slope, strict=True)]
    return weights


def _odds(row: Sequence[float], weights: Sequence[float]) -> float:
    total = weights[-1] + sum(value * weight for value, weight in zip(row, weights[:-1], strict=True))
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, total))))


def auc(one: Sequence[Message], other: Sequence[Message], seed: int = 1) -> float:
    """How well a classifier trained on half of the conversations tells the other half's messages apart (0.5: not at all)."""
    rng = random.Random(seed)
    rows = [
        (features(each.text), float(label), each.conversation)
        for label, side in enumerate((one, other))
        for each in side
    ]
    half = {talk: rng.random() < 0.5 for talk in sorted({talk for _, _, talk in rows})}
    columns = list(zip(*(row for row, _, _ in rows), strict=True))
    scale = [(statistics.mean(column), statistics.pstdev(column) or 1.0) for column in columns]
    plain = [
        ([(value - mean) / wide for value, (mean, wide) in zip(row, scale, strict=True)], y, half[talk])
        for row, y, talk in rows
    ]
    weights = logistic([row for row, _, train in plain if train], [y for _, y, train in plain if train])
    scored = sorted((_odds(row, weights), y) for row, y, train in plain if not train)
    ranks, above = 0.0, sum(y for _, y in scored)
    for rank, (_, y) in enumerate(scored, 1):
        ranks += rank * y
    return (ranks - above * (above + 1) / 2) / (above * (len(scored) - above))


def rates(messages: Sequence[Message]) -> dict[str, float]:
    texts = [each.text for each in messages]
    counts = sorted(len(text.split()) for text in texts)

    def share(test: re.Pattern[str]) -> float:
        return round(sum(bool(test.search(text)) for text in texts) / len(texts), 3)

    return {
        "messages": len(texts),
        "median": counts[len(counts) // 2],
        "p90": counts[int(0.9 * len(counts))],
        "variation": round(statistics.pstdev(counts) / statistics.mean(counts), 2),
        "up to 3": round(sum(each <= 3 for each in counts) / len(counts), 3),
        "polite": share(POLITE),
        "lower": share(re.compile(r"\A[a-zà-ÿ]")),
        "ended": share(re.compile(r"[.!?]\s*\Z")),
        "asks": share(re.compile(r"\?")),
    }


def firsts(messages: Sequence[Message]) -> list[str]:
    seen: dict[int, str] = {}
    for each in messages:
        seen.setdefault(each.conversation, each.text)
    return list(seen.values())


def openers(texts: Sequence[str]) -> float:
    """Distinct first three words per 100 conversations: the mean over hundreds of them."""
    hundreds = [texts[at : at + 100] for at in range(0, len(texts) - 99, 100)]
    return statistics.mean(len({" ".join(text.lower().split()[:3]) for text in each}) for each in hundreds)


def alike(texts: Sequence[str]) -> float:
    held = [tokens(text) for text in texts[:200]]
    return statistics.mean(jaccard(one, other) for one, other in combinations(held, 2))


def test_free_text_is_written_as_people_write_it(ours: list[Message]) -> None:
    free = rates([each for each in ours if each.act in FREE])
    request = rates([each for each in ours if each.act == acts.REQUEST])
    print("free text", free, "requests", request, sep="\n")
    assert 9 <= request["median"] <= 14
    assert 26 <= request["p90"] <= 45
    assert request["variation"] > 0.7
    assert free["lower"] == pytest.approx(0.41, abs=0.07)
    assert free["asks"] > 0.3
    assert 0.03 < free["polite"] < 0.13
    assert request["ended"] == pytest.approx(0.47, abs=0.1)


def test_answers_are_short_and_vary(ours: list[Message]) -> None:
    answers = [each for each in ours if each.act == acts.INFORM]
    worded = rates([each for each in answers if not each.bare])
    print("answers", rates(answers), "worded", worded, sep="\n")
    assert 5 <= worded["median"] <= 7
    assert worded["variation"] > 0.4


def test_openings_are_as_various_as_peoples(ours: list[Message]) -> None:
    texts = firsts(ours)
    print(f"distinct 3-word openers per 100: {openers(texts):.1f}; mean Jaccard of first messages: {alike(texts):.3f}")
    assert openers(texts) >= 60
    assert alike(texts) < 0.30  # the goal's words are the same in all


async def test_a_single_product_sees_various_openings_whatever_the_goal_is() -> None:
    for goal in ("a repair for my bike", "move to another plan"):
        texts = []
        for number in range(100):
            sent = scenario(number)
            sent = replace(sent, goal=replace(sent.goal, text=goal))
            (move,) = await answers_to(AgendaFactory(UserKit(READER)), sent, [Reply(("How can I help?",))])
            texts.append(move.text)
        assert len({" ".join(text.lower().split()[:3]) for text in texts}) >= 60


def test_a_classifier_can_hardly_tell_them_from_people(ours: list[Message]) -> None:
    theirs = people()
    english = [each for each in ours if each.text.isascii() or each.text[-1] in "🙂👍😅🙏😊🎉"]
    found = auc(theirs, english)
    first = auc(
        [each for each in theirs if each.act == "first"], [each for each in english if each.act == acts.REQUEST]
    )
    plain = auc(*([replace(each, text=re.sub(r"\d", "a", each.text)) for each in side] for side in (theirs, english)))
    answers = auc(
        [each for each in theirs if each.act != "first"],
        [
            replace(each, text=re.sub(r"\d", "a", each.text))
            for each in english
            if each.act not in FREE and not each.bare
        ],
    )
    fitted = auc(
        [each for each in theirs if each.act == "first"],
        [
            Message(Voice(scenario(at), random.Random(at), profile=FITTED).say(Decision(acts.REQUEST)), at)
            for at in range(TALKS)
        ],
    )
    odd, even = ([each for each in theirs if each.conversation % 2 == rest] for rest in (1, 0))
    halves = auc(odd, even)
    print(f"AUC users against people: {found:.3f}; without digits, which are the product's matter: {plain:.3f};")
    print(
        f"openings: {first:.3f}, by a profile fitted to these people: {fitted:.3f}; worded answers: {answers:.3f}; people against people: {halves:.3f}"
    )
    print("people", rates(theirs), "ours", rates(english), sep="\n")
    print(f"openers per 100: {openers([each.text for each in theirs if each.act == 'first']):.1f}")
    assert found < 0.88
    assert fitted < 0.79
    assert 0.4 < halves < 0.6


def test_speaking_takes_no_time() -> None:
    voice = Voice(scenario(1), random.Random(1))
    given = Decision(acts.INFORM, facts={"size": "Large"}, said={"size": "Large"})
    turns = [Decision(acts.REQUEST), *[given] * 5, Decision(acts.CLARIFY), Decision(acts.AFFIRM)] * 400
    began = time.process_time()
    for decision in turns:
        voice.say(decision)
    each_ms = (time.process_time() - began) * 1_000 / len(turns)
    print(f"{each_ms:.4f} ms a message")
    assert each_ms < 0.06  # twice what it ought to take, for a busy machine
