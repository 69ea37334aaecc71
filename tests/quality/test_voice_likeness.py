"""How much like people the template voice writes: its rates, its variety, and whether a classifier tells it from people.

What is measured is what users type to the bundled product. The people are those of two public sets of task dialogues,
which lie beside the project where it is developed; without them, or without scikit-learn, those parts are skipped. The
figures are printed (`pytest -rP`).
"""

from __future__ import annotations

import gzip
import json
import random
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

import prebeta
from prebeta.analysis.realism import Surface, openers, surface, tell_apart
from prebeta.behaviors import Decision
from prebeta.cli.demo import project_of
from prebeta.core.types import Reply, Say
from prebeta.dialogue import acts
from prebeta.runner import Kept
from prebeta.users.agenda import AgendaFactory
from prebeta.users.kit import UserKit
from prebeta.users.profile import fit
from prebeta.users.surface import Voice
from toy_product import READER, answers_to, scenario

DATA = Path(__file__).parents[3] / "shared" / "data"
ANSWERS = {acts.INFORM, acts.CORRECT, acts.AFFIRM, acts.DENY, acts.CLOSE, acts.CHOOSE, acts.INJECT}
"""What isn't free text: what was asked for, and traps, whose words are fixed."""
RELEASES = (4, 1)


@dataclass(frozen=True)
class Message:
    text: str
    act: str
    behaviors: tuple[str, ...]


def typed(release: int, folder: Path, n: int = 500) -> list[list[Message]]:
    """What the users of a run of the demo typed, conversation by conversation."""
    held: list[list[Message]] = []

    def observe(told: object) -> None:
        if isinstance(told, Kept):
            moves = [turn.move for turn in told.transcript.turns if isinstance(turn.move, Say) and turn.move.act]
            held.append([Message(move.text, move.act.name, move.act.behaviors) for move in moves if move.act])

    prebeta.run(project_of(release), None, observe, folder / "voice.db", n=n, seed=1, users=("agenda",))
    return held


@pytest.fixture(scope="module")
def ours(tmp_path_factory: pytest.TempPathFactory) -> dict[int, list[list[Message]]]:
    return {release: typed(release, tmp_path_factory.mktemp(f"release-{release}")) for release in RELEASES}


def texts(held: list[list[Message]], wanted: Callable[[Message], bool]) -> list[list[str]]:
    return [[message.text for message in talk if wanted(message)] for talk in held]


def free(message: Message) -> bool:
    return message.act not in ANSWERS


def answer(message: Message) -> bool:
    return message.act in (acts.INFORM, acts.AFFIRM) and "paste_long" not in message.behaviors


SETS = tuple(DATA / f"{name}.jsonl.gz" for name in ("tm4_dialogues", "sgd_dialogues"))


@pytest.fixture(scope="module")
def people() -> list[list[str]]:
    missing = next((path.name for path in SETS if not path.exists()), None)
    if missing is not None:
        pytest.skip(f"{missing} isn't here")
    return human_talks()


def human_talks() -> list[list[str]]:
    """What people typed in task dialogues."""
    found: list[list[str]] = []
    for path in SETS:
        with gzip.open(path, "rt") as lines:
            talks = [json.loads(line)["messages"] for line in lines]
        found += [[each["content"] for each in talk if each["role"] == "user"] for talk in talks]
    return found


def near(found: float | None, wanted: float, *, share: bool = False) -> bool:
    """Within a fifth of the profile's figure, or five points where it is a share."""
    return found is not None and abs(found - wanted) <= max(0.2 * wanted, 0.05 if share else 0.0)


@pytest.mark.parametrize("release", RELEASES)
def test_free_text_is_written_as_the_profile_says(ours: dict[int, list[list[Message]]], release: int) -> None:
    """METHODS' table but for the share that asks: users here ask as often as their behaviors make them."""
    found = surface(texts(ours[release], free))
    print(f"release {release}, free text", found)
    assert near(found.words, 11)
    assert near(found.p90, 36)
    assert near(found.variation, 3.13)
    assert near(found.short, 0.073, share=True)
    assert near(found.polite, 0.079, share=True)
    assert near(found.lower, 0.41, share=True)
    assert near(found.stops, 0.47, share=True)
    assert near(found.openers, 72)
    assert near(found.alike, 0.035, share=True)
    assert found.asks > 0.32


@pytest.mark.parametrize("release", RELEASES)
def test_answers_are_written_as_in_task_dialogues(
    ours: dict[int, list[list[Message]]], people: list[list[str]], release: int
) -> None:
    theirs, found = surface(people), surface(texts(ours[release], answer))
    print(f"release {release}, answers", found, "people", theirs, sep="\n")
    assert 6 <= found.words <= 7
    assert near(found.p90, theirs.p90)
    assert near(found.variation, theirs.variation)
    assert near(found.short, theirs.short, share=True)
    assert near(found.polite, theirs.polite, share=True)
    assert near(found.lower, theirs.lower, share=True)
    assert near(found.stops, theirs.stops, share=True)


@pytest.mark.parametrize("release", RELEASES)
def test_a_classifier_can_hardly_tell_them_from_people(
    ours: dict[int, list[list[Message]]], people: list[list[str]], release: int
) -> None:
    pytest.importorskip("sklearn", reason="scikit-learn isn't installed")
    for name, wanted, most in (
        ("all", lambda message: True, 0.75),
        ("answers", answer, 0.80),
        ("free text", free, 0.92),
    ):
        found = tell_apart(texts(ours[release], wanted), people)
        low, high = found.interval
        print(f"release {release}, {name}: AUC {found.auc:.3f} ({low:.3f} to {high:.3f})")
        print(*(f"  {sign.weight:+.2f} {sign.words}" for sign in found.signs[:5]), sep="\n")
        assert found.auc <= most


def test_people_are_not_told_from_people(people: list[list[str]]) -> None:
    pytest.importorskip("sklearn", reason="scikit-learn isn't installed")
    mixed = random.Random(1).sample(people, len(people))
    assert tell_apart(mixed[::2], mixed[1::2]).auc == pytest.approx(0.5, abs=0.08)


def test_a_profile_fitted_to_people_brings_openings_nearer_to_them(people: list[list[str]]) -> None:
    pytest.importorskip("sklearn", reason="scikit-learn isn't installed")
    firsts = [talk[:1] for talk in people]

    def told(**named: object) -> float:
        said = [[Voice(scenario(at), random.Random(at), **named).say(Decision(acts.REQUEST))] for at in range(700)]  # type: ignore[arg-type]
        return tell_apart(said, firsts).auc

    fitted, default = told(profile=fit(people)), told()
    print(f"openings: AUC {default:.3f} by default, {fitted:.3f} by a profile fitted to these people")
    assert fitted < default - 0.05


def test_openings_are_as_various_as_peoples(ours: dict[int, list[list[Message]]]) -> None:
    found: Surface = surface(texts(ours[4], lambda message: True))
    print("all that is typed", found)
    assert found.openers is not None
    assert found.openers >= 60
    assert found.alike is not None
    assert found.alike < 0.085


async def test_a_single_product_sees_various_openings_whatever_the_goal_is() -> None:
    for goal in ("a repair for my bike", "move to another plan"):
        said = []
        for number in range(100):
            sent = scenario(number)
            sent = replace(sent, goal=replace(sent.goal, text=goal))
            (move,) = await answers_to(AgendaFactory(UserKit(READER)), sent, [Reply(("How can I help?",))])
            said.append(move.text)
        found = openers(said)
        assert found is not None
        assert found >= 60


def test_nobody_writes_a_long_message_twice(ours: dict[int, list[list[Message]]]) -> None:
    """Composed, not taken from a list: of the messages of twelve words and more hardly one is said again."""
    said = [message.text for talk in ours[4] for message in talk if free(message) and len(message.text.split()) >= 12]
    assert len(set(said)) > 0.98 * len(said)
    assert not any(re.search(r"\{\w*\}", text) for text in said)


def test_speaking_takes_no_time() -> None:
    given = Decision(acts.INFORM, facts={"size": "Large"}, said={"size": "Large"})
    turns = [Decision(acts.REQUEST), *[given] * 5, Decision(acts.CLARIFY), Decision(acts.AFFIRM)] * 10
    voices = [Voice(scenario(at), random.Random(at)) for at in range(40)]
    began = time.process_time()
    for voice in voices:
        for decision in turns:
            voice.say(decision)
    each_ms = (time.process_time() - began) * 1_000 / (len(turns) * len(voices))
    print(f"{each_ms:.4f} ms a message")
    assert each_ms < 0.06  # several times what it takes, for a busy machine
