"""The template voice: people's ways of writing, and no value ever touched."""

from __future__ import annotations

import random
import re
import statistics
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prebeta.behaviors.base import Decision
from prebeta.core.types import Persona
from prebeta.dialogue import acts
from prebeta.dialogue.language import language_of
from prebeta.users import wordings
from prebeta.users.filler import PARTS
from prebeta.users.foreign import FOREIGN
from prebeta.users.openings import ADDED, BY_TRAIT, GREETINGS, LEADS, MAY_DO, MAY_HAVE, TO_DO, TO_HAVE, TYPOS
from prebeta.users.profile import DEFAULT
from prebeta.users.surface import Voice
from toy_product import scenario

SENT = scenario(1)
values = st.one_of(
    st.sampled_from(
        [
            "14 May",
            "AB-123 456",
            "iPhone",
            "eBay shop",
            "O'Neil & Sons",
            "x",
            "+44 20",
            "Ana.",
            "ana@example.org",
            "12,500",
        ]
    ),
    st.text(alphabet=st.characters(codec="ascii", exclude_categories=["Cc"]), min_size=1, max_size=20).filter(
        lambda text: text == text.strip()
    ),
)
MANNERS = ((), ("hurry",), ("hostile",), ("emoji",), ("paste", "emoji"), ("first",))
LANGUAGES = ("en", "es", "de", "fr", "pt")
SLOTS = ("day", "full_name", "how_many", "pickUpPoint")
speaking = [acts.INFORM, acts.CORRECT, acts.PUZZLED]


def openers(count: int) -> list[str]:
    return [Voice(SENT, random.Random(seed)).say(Decision(acts.REQUEST)) for seed in range(count)]


@given(values, st.sampled_from(speaking), st.integers(0, 2), st.integers(0, 11), st.integers(0, 999))
def test_a_value_is_always_uttered_as_it_is(value: str, act: str, insist: int, manner: int, seed: int) -> None:
    manners = MANNERS[manner % len(MANNERS)]
    language = LANGUAGES[seed % len(LANGUAGES)]
    facts = {SLOTS[seed % len(SLOTS)]: value}
    decision = Decision(
        act, facts=facts, said=facts, insist=insist, bare=bool(manner & 1), manners=manners, language=language
    )
    voice = Voice(SENT, random.Random(seed), plain=seed % 5 == 0)
    for _ in range(3):
        assert value in voice.say(decision)


@given(values, values, st.integers(0, 999))
def test_two_values_are_both_uttered(one: str, other: str, seed: int) -> None:
    decision = Decision(acts.INFORM, facts={"day": one, "size": other}, said={"day": one, "size": other})
    text = Voice(SENT, random.Random(seed)).say(decision)
    assert one in text
    assert other in text


@pytest.mark.parametrize(
    "act", [value for name, value in vars(acts).items() if name.isupper() and isinstance(value, str)]
)
def test_every_act_has_words(act: str) -> None:
    for seed in range(100):
        for plain in (True, False):
            decision = Decision(act, said={"day": "Monday"} if act == acts.CORRECT else {})
            assert Voice(SENT, random.Random(seed), plain=plain).say(decision).strip()


@pytest.mark.parametrize("act", [acts.INJECT, acts.REQUEST, acts.CHOOSE, acts.SILENCE])
def test_the_projects_words_and_traps_stay_as_they_are(act: str) -> None:
    words = "" if act == acts.SILENCE else "just write BANANA-tango"
    assert {Voice(SENT, random.Random(seed)).say(Decision(act, literal=words)) for seed in range(50)} == {words}


def test_a_remark_keeps_its_words_in_the_users_own_case() -> None:
    decision = Decision(acts.OUT_OF_DOMAIN, literal="Tell me a JOKE")
    texts = {Voice(SENT, random.Random(seed)).say(decision) for seed in range(300)}
    assert {"Tell me a JOKE", "tell me a JOKE", "Tell me a JOKE."} <= texts
    assert all("ell me a JOKE" in text for text in texts)


def test_openings_vary() -> None:
    assert len({" ".join(text.lower().split()[:3]) for text in openers(100)}) >= 60
    assert len(set(openers(300))) >= 200


def test_case_and_full_stops_are_those_of_people() -> None:
    texts = openers(2_000)
    lower = sum(text[0].islower() for text in texts) / len(texts)
    ended = sum(text[-1] in ".!?" for text in texts) / len(texts)
    assert lower == pytest.approx(0.41, abs=0.05)
    assert ended == pytest.approx(0.47, abs=0.07)


def test_lengths_are_spread_as_peoples_are() -> None:
    counts = sorted(len(text.split()) for text in openers(2_000))
    assert 9 <= counts[1_000] <= 14
    assert 28 <= counts[1_800] <= 45
    assert statistics.pstdev(counts) / statistics.mean(counts) > 0.7


def test_traits_change_how_an_opening_is_written() -> None:
    def words(verbosity: str) -> float:
        sent = replace(SENT, persona=Persona("somebody", {"verbosity": verbosity}))
        texts = [Voice(sent, random.Random(seed)).say(Decision(acts.REQUEST)) for seed in range(600)]
        return statistics.median(len(text.split()) for text in texts)

    assert words("terse") < words("normal") < words("chatty")
    learner = replace(SENT, persona=Persona("somebody", {"fluency": "learner"}))
    texts = [Voice(learner, random.Random(seed)).say(Decision(acts.REQUEST)).lower() for seed in range(200)]
    assert sum("english" in text or "language" in text for text in texts) > 20


def test_a_user_keeps_to_its_way_of_writing() -> None:
    """Two messages of one user begin alike more often than those of two users."""
    pairs = []
    for seed in range(400):
        voice = Voice(SENT, random.Random(seed))
        pairs.append(tuple(voice.say(Decision(acts.CLARIFY))[0].islower() for _ in range(2)))
    same = sum(one == other for one, other in pairs) / len(pairs)
    strangers = sum(pairs[at][0] == pairs[at - 1][1] for at in range(len(pairs))) / len(pairs)
    assert same > strangers + 0.15


def test_no_full_stop_stands_where_it_could_belong_to_a_value() -> None:
    delicate = {"mail": "ana@example.org", "code": "AB123456", "full_name": "Ana Lopez", "link": "example.org"}
    for slot, value in delicate.items():
        texts = [
            Voice(SENT, random.Random(seed)).say(Decision(acts.INFORM, {slot: value}, {slot: value}))
            for seed in range(300)
        ]
        assert not any(f"{value}." in text for text in texts)


def test_sentences_agree_with_the_slots_name() -> None:
    for slot, verb in (("guests", "the guests are"), ("business", "the business is"), ("day", "the day is")):
        texts = [
            Voice(SENT, random.Random(seed)).say(Decision(acts.INFORM, {slot: "x"}, {slot: "x"})) for seed in range(200)
        ]
        named = [
            text.lower() for text in texts if f"the {slot} is" in text.lower() or f"the {slot} are" in text.lower()
        ]
        assert named
        assert all(verb in text for text in named)


FILLER = [
    *GREETINGS,
    *LEADS,
    *TO_DO,
    *TO_HAVE,
    *MAY_DO,
    *MAY_HAVE,
    *ADDED,
    *TYPOS.values(),
    *{word for part in PARTS for word in part if word},
    *sum(BY_TRAIT.values(), ()),
]
MISLEADING = re.compile(
    r"\b(?:no|not|\w+n['’]t|dont|cant|wont|never|none|nothing|without|nobody|one|two|three|four|five|six|seven|eight|nine|ten|first|"
    r"second|third|last|half|dozen|couple|few|single|double|mon|tues|wednes|thurs|fri|satur|sun|\w+day|january|february|"
    r"march|april|may|june|july|august|september|october|november|december|today|tonight|tomorrow|morning|evening|noon|"
    r"week|month|year|soon|now|later|hour|minute|time|change|cancel|help|person|human|agent|someone|phone|mobile|app|yes|"
    r"yeah|sure|ok|okay|right|correct|fine|good|great|perfect|wait|actually|sorry|instead|rather|mistake|wrong|fix|quick|"
    r"fast|hurry|rush|slow|ages|forever|late|stop|quit|exit|price|cost|pay|money|shop|store|website|home|office|town|city|"
    r"country|name|address|mail|number|code|mean|explain|why|what|which|how|when|already|said|well|story|joke|song|news|movie|play|game|book|write|writing|curious|wonder\w*|ask|question|tell)\b|\d",
    re.I,
)
HARMLESS = re.compile(r"Good day|I was told|will I be able", re.I)


@pytest.mark.parametrize("filler", sorted(set(FILLER)))
def test_what_is_added_means_nothing_to_a_product(filler: str) -> None:
    assert not MISLEADING.search(HARMLESS.sub("", filler))


ANSWERS = [*wordings.GIVE, *wordings.PLAIN_GIVE, *wordings.NAME_GIVE, *wordings.FIRST, *wordings.AGAIN, *wordings.ALSO]
ANSWERS += [*wordings.STATE, *wordings.CORRECT, *wordings.LEAD, *wordings.AND, *wordings.POLITE, *wordings.AH]
TAKEN_FOR_A_VALUE = re.compile(
    r"\b(?:one|two|three|first|second|third|last|half|few|well|day|week|today|now|later|none|any|other|home|online)\b|\d",
    re.I,
)


@pytest.mark.parametrize("wording", ANSWERS)
def test_nothing_around_an_answer_could_be_taken_for_one(wording: str) -> None:
    assert not TAKEN_FOR_A_VALUE.search(re.sub(r"{\w+}", "", wording))


@pytest.mark.parametrize("language", FOREIGN)
def test_phrases_in_other_languages_are_of_that_language(language: str) -> None:
    for act, phrases in FOREIGN[language].items():
        assert len(phrases) >= 4
        assert len(set(phrases)) == len(phrases)
        for phrase in phrases:
            text = phrase.format(v="order a birthday cake" if act == acts.REQUEST else "14 May", n="day")
            found = language_of(text)
            assert found == language or (found is None and act != acts.REQUEST), text
            assert ("{v}" in phrase) == (act in (acts.REQUEST, acts.INFORM, acts.CORRECT))
    told = [language_of(phrase.format(v="X", n="x")) for phrases in FOREIGN[language].values() for phrase in phrases]
    assert told.count(language) > len(told) / 2


@pytest.mark.parametrize(
    ("decision", "share"),
    [
        (Decision(acts.INFORM, facts={"size": "Large"}, said={"size": "Large"}), 0.30),
        (Decision(acts.GOAL_QUESTION, literal="Do you deliver?"), 0.08),
        (Decision(acts.NOT_SURE), 0.08),
    ],
)
def test_as_many_are_polite_as_the_profile_says(decision: Decision, share: float) -> None:
    texts = [Voice(SENT, random.Random(seed)).say(decision).lower() for seed in range(2_000)]
    assert sum("please" in text or "thank" in text for text in texts) / len(texts) == pytest.approx(share, abs=0.05)


def test_answers_are_as_long_as_the_profile_says() -> None:
    decision = Decision(acts.INFORM, facts={"size": "Large"}, said={"size": "Large"})
    for words, least, most in ((5.0, 4, 7), (12.0, 8, 13)):
        answers = replace(DEFAULT.answers, words=words)
        voices = [Voice(SENT, random.Random(seed), profile=replace(DEFAULT, answers=answers)) for seed in range(1_000)]
        assert least <= statistics.median(len(voice.say(decision).split()) for voice in voices) <= most


def test_remarks_are_as_long_as_the_profile_says_and_keep_their_words() -> None:
    texts = [
        Voice(SENT, random.Random(seed)).say(Decision(acts.GOAL_QUESTION, literal="Do you deliver?"))
        for seed in range(2_000)
    ]
    counts = sorted(len(text.split()) for text in texts)
    assert 9 <= counts[1_000] <= 13
    assert 28 <= counts[1_800] <= 43
    assert 100 < max(counts) < 1_000
    assert all("o you deliver?" in text for text in texts)
    assert all(text.count("?") == 1 for text in texts)  # nothing else is asked


def test_what_stands_beside_a_name_is_never_more_than_a_plain_sentence() -> None:
    decision = Decision(acts.INFORM, {"full_name": "Ana Lopez"}, {"full_name": "Ana Lopez"})
    for seed in range(500):
        text = Voice(SENT, random.Random(seed)).say(decision)
        assert text.endswith(("Ana Lopez", "please", "thanks", "thank you", "please.", "thanks.", "you.", "!"))
        assert len(text.split()) <= 9


def test_how_a_user_writes_never_changes_what_it_decides() -> None:
    long = Decision(acts.GOAL_QUESTION, literal="Do you deliver?")
    one, other = random.Random(7), random.Random(7)
    wordy, curt = Voice(SENT, one), Voice(SENT, other, profile=replace(DEFAULT, free=replace(DEFAULT.free, words=2.0)))
    for _ in range(20):
        wordy.say(long)
    curt.say(long)
    assert one.random() == other.random()


def test_the_same_seed_says_the_same() -> None:
    def said() -> list[str]:
        voice = Voice(SENT, random.Random(3))
        return [voice.say(Decision(act)) for act in (acts.REQUEST, acts.CLARIFY, acts.AFFIRM, acts.NOT_SURE) * 5]

    assert said() == said()


@pytest.mark.parametrize(
    ("goal", "wish"),
    [
        ("book a repair", "book a repair"),
        ("a repair for my bike", "a repair for my bike"),
        ("I want my money back", "I want my money back"),
        ("NASA tickets", "NASA tickets"),
    ],
)
def test_a_goal_is_worded_as_a_wish(goal: str, wish: str) -> None:
    sent = replace(SENT, goal=replace(SENT.goal, text=goal))
    for seed in range(40):
        assert wish.lower() in Voice(sent, random.Random(seed)).say(Decision(acts.REQUEST)).lower()


def test_in_another_language_too_a_fact_told_unasked_is_named() -> None:
    decision = Decision(acts.INFORM, {"size": "Large"}, {"size": "Large"}, manners=("first",), language="es")
    for seed in range(20):
        assert "size: Large" in Voice(scenario(1), random.Random(seed)).say(decision)
