"""Stages mined from what a product asks: named by its own words, and by the same ones in the next run."""

from __future__ import annotations

import random
from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from prebeta.analysis.naming import Naming, likeness, template_words
from prebeta.analysis.stages import StageNamer, find_naming
from prebeta.analysis.templates import mined
from prebeta.core.types import Act, Reply, Say, Turn
from prebeta.dialogue.reading import Reader

READER = Reader((), ())
QUESTIONS = (
    "Which day suits you best?",
    "What is your phone number?",
    "How many people are coming along?",
    "Shall I book it for you?",
)
NEXT_RELEASE = (
    "Which day would suit you best?",
    "And what is your phone number, please?",
    "How many people are coming along with you?",
    "Shall I book it for you?",
)


def talks(questions: Sequence[str], n: int = 40, seed: int = 1) -> list[tuple[Turn, ...]]:
    """Conversations that go through the questions, each asked again at times, and end now and then."""
    rng, made = random.Random(seed), []
    for _ in range(n):
        said = ["Hello! How can I help you?"]
        for question in questions:
            said += [question] * rng.choice((1, 1, 2))
            if rng.random() < 0.1:
                break
        turns: list[Turn] = []
        for text in said:
            turns += [Turn(len(turns), reply=Reply((text,)))]
            turns += [Turn(len(turns), Say(f"it is {rng.randrange(1000)}"))]
        made.append(tuple(turns))
    return made


def names(naming: Naming | None) -> list[str]:
    assert naming is not None
    return sorted(one.name for one in naming.templates)


def test_templates_are_named_by_their_own_words() -> None:
    assert names(mined(talks(QUESTIONS), READER)) == ["how many people", "phone number", "which day suits"]


def test_names_stay_in_another_run_and_with_another_question_beside_them() -> None:
    first = names(mined(talks(QUESTIONS), READER))
    assert names(mined(talks(QUESTIONS[::-1], n=90, seed=7), READER)) == first
    more = mined(talks((*QUESTIONS, "Where does your grandmother live?")), READER)
    assert names(more) == sorted([*first, "grandmother live"])


def test_names_stay_when_a_release_words_its_questions_a_little_differently() -> None:
    before = mined(talks(QUESTIONS), READER)
    assert names(mined(talks(NEXT_RELEASE), READER, before)) == names(before)


def test_another_products_templates_lend_no_names() -> None:
    before = mined(talks(("Which gravel do you fancy?", "Who sails the boat?")), READER)
    assert names(mined(talks(QUESTIONS), READER, before)) == names(mined(talks(QUESTIONS), READER))


def test_where_wording_varies_freely_shared_words_name_the_stage() -> None:
    rng = random.Random(2)
    flourishes = [
        f"{how} {what}" for how in ("ever so", "truly", "quite", "rather", "most") for what in "abcdefghijklmnop"
    ]

    def free(word: str) -> str:
        one, other, last = (rng.choice(flourishes) for _ in range(3))
        return f"{one}, {other}, could you tell me the {word} that {last} fits?"

    made = []
    for _ in range(60):
        turns: list[Turn] = []
        for word in ("colour", "postcode", "warranty"):
            turns += [Turn(len(turns), reply=Reply((free(word),))), Turn(len(turns) + 1, Say("well"))]
        made.append(tuple(turns))
    found = mined(made, READER)
    assert found is not None
    told = StageNamer({}, READER, found)
    paths = [tuple(name for name in told.name(turns) if name) for turns in made]
    right = sum(
        path[place].split()[-1] == word
        for path in paths
        for place, word in enumerate(("colour", "postcode", "warranty"))
    )
    assert right >= 0.8 * 3 * len(paths)


def test_small_talk_has_no_stages() -> None:
    rng = random.Random(4)
    said = [
        f"{one} {two}?"
        for one in ("Cats", "Rain", "Music", "Tea", "Why")
        for two in ("again", "today", "then", "my dear")
    ]
    made = [tuple(Turn(place, reply=Reply((rng.choice(said),))) for place in range(0, 12)) for _ in range(60)]
    assert find_naming(made, StageNamer({}, READER)) is None


def test_what_users_took_the_product_to_ask_goes_before_templates() -> None:
    asked = [
        tuple(
            Turn(turn.index, Say("x", Act("inform", asked="slot"))) if turn.move is not None else turn for turn in turns
        )
        for turns in talks(QUESTIONS)
    ]
    assert find_naming(asked, StageNamer({}, READER)) is None
    assert find_naming(talks(QUESTIONS), StageNamer({}, READER)) is not None


def test_the_state_goes_before_what_users_took_it_to_ask() -> None:
    steps = ("a", "b", "c", "d")
    held = [
        tuple(
            Turn(place, reply=Reply(("Which day?",), state={"at": steps[place // 2]}))
            if place % 2 == 0
            else Turn(place, Say("x", Act("inform", asked="day")))
            for place in range(8)
        )
        for _ in range(20)
    ]
    found = find_naming(held, StageNamer({}, READER))
    assert found == Naming("state", "state.at")
    assert [name for name in StageNamer({}, READER, found).name(held[0]) if name] == list(steps)


def test_a_naming_is_kept_as_json() -> None:
    for naming in (
        mined(talks(QUESTIONS), READER),
        Naming("state", "state.step"),
        Naming("filled", fields=("state.a", "state.b")),
        Naming("replies", keys={"day": "which day", "phone": "phone number"}),
    ):
        assert naming is not None
        assert Naming.of_json(naming.to_json()) == naming
    assert Naming.of_json(None) is None


@given(st.lists(st.text(alphabet="abcdefg <>?'", max_size=60), min_size=1, max_size=30))
def test_any_text_may_be_mined(texts: list[str]) -> None:
    made = [(Turn(0, reply=Reply((f"{text}?",))),) for text in texts * 3]
    found = mined(made, READER)
    assert found is None or all(one.name for one in found.templates)
    assert found is None or len({one.name for one in found.templates}) == len(found.templates)
    StageNamer({}, READER, found).name(made[0])


@given(st.text(max_size=40), st.text(max_size=40))
def test_likeness_is_a_cosine(one: str, other: str) -> None:
    left, right = template_words(one), template_words(other)
    assert likeness(left, right) == likeness(right, left)
    assert 0.0 <= likeness(left, right) <= 1.0 + 1e-9
    assert likeness(left, left) in (0.0, 1.0) or abs(likeness(left, left) - 1.0) < 1e-9
