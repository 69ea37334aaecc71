"""Goals drafted from sample conversations: slots with fitting names, values, the words of the questions, the end."""

from __future__ import annotations

import gzip
import json
import random
import re
from collections import defaultdict
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from prebeta.config import Project
from prebeta.config.patterns import generate, parse
from prebeta.core.errors import UsageError
from prebeta.core.types import Reply
from prebeta.dialogue.reading import Reader
from prebeta.dialogue.similarity import sentences
from prebeta.scenarios.generation.answering import value_in, values_of
from prebeta.scenarios.generation.checking import goal_problems
from prebeta.scenarios.generation.conversations import Conversation, Line, parse_conversations
from prebeta.scenarios.generation.drafting import Draft, draft
from prebeta.scenarios.generation.naming import asked_for, confirms, questions
from prebeta.scenarios.generation.wording import Wording

DATA = Path(__file__).parents[4] / "shared/data/sgd_dialogues.jsonl.gz"


def talk(*texts: str) -> Conversation:
    """Product and user in turn, the product first."""
    return Conversation(tuple(Line("user" if n % 2 else "product", text) for n, text in enumerate(texts)))


def workshop(bike: str, day: str, phone: str) -> Conversation:
    return talk(
        "Hello! How can I help you?", f"Hi, I'd like to book a repair for my {bike}",
        "Which bike do you have?", f"It's a {bike}, please",
        "Thanks. Which day suits you?", f"{day} would be great",
        "What is your phone number?", f"My number is {phone}",
        f"So a repair for a {bike} on {day}. Is that right?", "Yes",
        "Your repair is booked. See you then!",
    )  # fmt: skip


SHOP = (
    workshop("city bike", "Monday", "0301234567"),
    workshop("gravel bike", "14 May", "0307654321"),
    workshop("cargo bike", "tomorrow", "0309999999"),
    workshop("city bike", "next Friday", "0301112223"),
)


def project(found: Draft) -> Project:
    return Project.model_validate({"target": {"kind": "python", "function": "desk:answer"}, **found.sections()})


def test_a_product_with_fixed_words_is_drafted_whole() -> None:
    found = draft(SHOP)
    slots = {slot.name: slot for slot in found.slots}
    assert list(slots) == ["bike", "date", "phone"]
    assert slots["bike"].values.values[0] == "city bike"
    assert set(slots["bike"].values.values) == {"city bike", "gravel bike", "cargo bike"}
    assert set(slots["date"].values.values) == {"Monday", "14 May", "tomorrow", "next Friday"}
    assert slots["date"].values.match == "date"
    assert found.stages == ("bike", "date", "phone")
    assert "repair" in found.goal
    for pattern, text in ((slots["bike"].says, "Which bike do you have?"), (slots["date"].says, "Which day suits you?"),
                          (slots["phone"].says, "What is your phone number?"), (found.done, "Your repair is booked."),
                          (found.confirm, "So a repair for a gravel bike on Monday. Is that right?")):  # fmt: skip
        assert pattern is not None
        assert re.search(pattern, text, re.I), (pattern, text)
    for text in ("Hello! How can I help you?", "Your repair is booked. See you then!"):
        assert not any(re.search(str(slot.says), text, re.I) for slot in found.slots)


def test_what_tells_a_person_is_not_copied() -> None:
    text = draft(SHOP).yaml()
    assert "0301234567" not in text
    assert "0[0-9]{9}" in text
    named = tuple(talk("What is your full name?", name, "And your e-mail address?", f"{name.split()[0]}@mail.test", "Done.")
                  for name in ("Ada Byron", "Grace Hopper", "Ada Lovelace"))  # fmt: skip
    told = draft(named).yaml()
    assert not re.search(r"Ada|Byron|Hopper|Lovelace|mail\.test", told)
    assert "example" in told


@pytest.mark.parametrize("conversations", [SHOP, SHOP[:2], SHOP[:1]])
def test_a_draft_is_a_valid_project_whose_goals_hold(conversations: tuple[Conversation, ...]) -> None:
    found = draft(conversations)
    assert yaml.safe_load(found.yaml()) == found.sections()
    assert goal_problems(project(found)) == ()
    assert found.notes[0].startswith(f"Drafted from {len(conversations)} conversations")


def test_nothing_to_draft_from_is_said() -> None:
    with pytest.raises(UsageError, match="says nothing"):
        draft([Conversation((Line("user", "hello"), Line("user", "there")))])
    found = draft([talk("Welcome.", "hi", "Goodbye.")])
    assert found.slots == ()
    assert found.sections()["end_state"] == {"when": {"ended": True}}
    assert any("nothing that comes again" in note for note in found.notes)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.lists(st.text(max_size=40), min_size=2, max_size=6), min_size=1, max_size=4))
def test_any_words_give_a_valid_draft_or_a_plain_error(texts: list[list[str]]) -> None:
    try:
        found = draft([talk(*(f"Which {one}?" for one in each)) for each in texts])
    except UsageError:
        return
    project(found)


@pytest.mark.parametrize(
    ("question", "names"),
    [
        ("Which city are you in?", ["city"]),
        ("What type of food are you looking for and where would you like me to look?", ["food", "location"]),
        ("How many tickets would you like?", ["tickets"]),
        ("When would you like to come?", ["date"]),
        ("And at what time?", ["time"]),
        ("Where are you leaving from?", ["origin"]),
        ("Where would you like to go?", ["destination"]),
        ("What day do you want to pick it up?", ["pickup_date"]),
        ("Could you please provide your user ID and the order ID?", ["user_id", "order_id"]),
        ("Please give me your e-mail address.", ["email"]),
        ("What kind of business do you run?", ["business_type"]),
        ("What's your date of birth?", ["birth_date"]),
        ("Time of appointment?", ["time"]),
    ],
)
def test_questions_are_named_by_what_they_ask(question: str, names: list[str]) -> None:
    assert questions(question) == (question,)
    assert [each.name for each in asked_for(question)] == names


@pytest.mark.parametrize(
    "text",
    ["Is that right?", "Anything else I can help with?", "How can I help you?", "Would you like me to book it?",
     "How about the Corolla?", "Your table is booked.", "Please confirm the following details: two at noon."],
)  # fmt: skip
def test_offers_and_confirmations_ask_for_nothing(text: str) -> None:
    assert questions(text) == ()


def test_confirmations_are_known() -> None:
    assert confirms("Booked for two. Is that correct?") == ("Is that correct?",)
    assert confirms("Anything else? Which day suits you?") == ()


@pytest.mark.parametrize(
    ("name", "reply", "value"),
    [
        ("date", "I'd like to come on the 5th of March please.", "the 5th of March"),
        ("time", "Make it half past 6", "half past 6"),
        ("tickets", "just two, thanks", "two"),
        ("city", "Somewhere in San Mateo. Sushi sounds good.", "San Mateo"),
        ("destination", "From Paris to London please", "London"),
        ("origin", "From Paris to London please", "Paris"),
        ("event_type", "I want rock events", "rock"),
        ("bike", "Yes, it's a cargo bike, thanks", "cargo bike"),
        ("order_id", "My user id is ab_123 and the order id is #W1234", "#W1234"),
        ("bike", "What do you mean?", None),
        ("bike", "I don't know", None),
    ],
)
def test_values_are_read_from_answers(name: str, reply: str, value: str | None) -> None:
    assert value_in(name, reply, alone=True) == value


@settings(max_examples=60)
@given(st.text(max_size=80), st.sampled_from(["date", "time", "city", "bike", "order_id", "phone", "amount"]))
def test_any_answer_can_be_read(reply: str, name: str) -> None:
    value = value_in(name, reply, alone=True)
    assert value is None or value.strip() == value
    found = values_of(name, [value] if value else [])
    if found is not None and found.pattern is not None:
        assert re.fullmatch(found.pattern, generate(parse(found.pattern), random.Random(1)))


def test_phrases_tell_the_wanted_from_the_others() -> None:
    wanted = ["which bike do you have", "what kind of bike is it", "which bike is it"]
    others = ["which day suits you", "your bike is ready", "is it right"]
    pattern = Wording([*wanted, *others]).telling(wanted, ["bike"])
    assert pattern is not None
    assert all(re.search(pattern, text) for text in wanted)
    assert not any(re.search(pattern, text) for text in others)
    assert Wording(["is it", "is it"]).telling(["is it"]) is None


GOLD = {
    "Restaurants_2": {"food": "food|cuisine", "city": "city|location|area", "time": "time"},
    "RentalCars_1": {"where": "pickup_(?:city|location)|origin", "time": "time", "until": "end|drop|return|duration"},
    "Events_1": {"city": "city|location", "kind": "type|event|category", "tickets": "ticket|number"},
    "Flights_3": {"from": "origin", "to": "destination", "date": "^(?:departure_)?date", "back": "return"},
    "Homes_1": {"area": "city|location|area", "bedrooms": "bed", "visit": "date"},
    "RideSharing_1": {"to": "destination|location", "people": "people|number|seat"},
    "Services_4": {"city": "city|location", "kind": "type"},
    "Buses_1": {"from": "origin", "to": "destination", "date": "date"},
}
"""Domain -> what its product asks for again and again (read by a person) -> names that fit."""


@pytest.mark.skipif(not DATA.exists(), reason="the dialogues of ../shared/data aren't here")
def test_on_real_dialogues_most_recurring_questions_get_a_fitting_slot() -> None:
    rows = defaultdict(list)
    with gzip.open(DATA, "rt", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            rows[row["domain"]].append(line)
    asked = named = slots = told = read = in_all = 0
    for domain, things in GOLD.items():
        conversations = parse_conversations("".join(rows[domain]), domain)
        found = draft(conversations)
        names = [slot.name for slot in found.slots]
        asked += len(things)
        named += sum(any(re.search(fits, name) for name in names) for fits in things.values())
        slots += len(names)
        made = project(found)
        reader = Reader(made.slots(), made.answers())
        product = [part for each in conversations for line in each.lines if line.speaker == "product"
                   for part in sentences(line.text)]  # fmt: skip
        for slot in found.slots:
            own = [part for part in product if slot.name in [each.name for each in asked_for(part) if questions(part)]]
            told += sum(slot.says is not None and bool(re.search(slot.says, part, re.I)) for part in own)
            read += sum(slot.name in reader.read(Reply((part,))).asks for part in own)
            in_all += len(own)
    print(f"{named} of {asked} recurring questions named, {slots} slots; of {in_all} question sentences {told} matched by "
          f"answers, {read} read right by a user")  # fmt: skip
    assert named >= 0.9 * asked
    assert slots <= 1.5 * asked
    assert told >= 0.5 * in_all
    assert read >= 0.7 * in_all
