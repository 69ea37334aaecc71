"""Cases to write, read and compare."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from prebeta.core.types import Act, Fact, Goal, Option, Persona, Press, Question, Say, Scenario, Slot, Wait
from prebeta.datasets.cases import Case, Checks, Flakiness, MustNot, Provenance

SLOTS = (
    Slot("city", Fact("Oslo", ("the harbour town",)), Fact("Rome")),
    Slot("day", Fact("Monday")),
)
SCENARIO = Scenario(
    id="5c3a",
    seed=77,
    persona=Persona("a regular guest", {"device": "phone"}),
    goal=Goal("book a room", SLOTS, (Question("Is breakfast included?", "yes"),)),
    behaviors=("correct_fact", "silence"),
    sample="hunt",
    out_of_scope=("Tell me a joke",),
    account={"user": "ana", "level": 2, "tags": ["a", None], "share": 0.5},
)
MOVES = (
    Say("book a room. city: Rome", Act("request", {"city": "Rome"}, {"city": "Rome"})),
    Say("No, Oslo", Act("correct", {"city": "Oslo"}, {"city": "Oslo"}, "day", behaviors=("correct_fact",))),
    Press(Option("Monday", "day/1"), Act("inform", {"day": "Monday"}, {"day": "Monday"}, "day")),
    Wait(Act("silence", understood=False)),
    Say(""),
)


def case(**changes: Any) -> Case:
    """A case with every field used, but for what is changed."""
    fields: dict[str, Any] = {
        "id": "0123456789ab",
        "title": "After a correction the product keeps the old city",
        "finding": "F-1a2b3c",
        "kind": "LOST_CORRECTION",
        "scenario": SCENARIO,
        "moves": MOVES,
        "checks": Checks(
            (MustNot("LOST_CORRECTION", "correction"), MustNot("SYSTEM_ERROR", way="crashed KeyError")),
            required={"city": "Oslo"},
            forbidden={"city": ("Rome", "007")},
        ),
        "flakiness": Flakiness(4, 5),
        "provenance": Provenance("r20260101-000000-abcd", "c1", 5, "2", "abc123", "2026-01-01"),
        "stage": "city",
        "slot": "city",
        "policy": "agenda",
        "held_out": True,
        "happened": (("product", "Which city?\n[ Oslo ] [ Rome ]"), ("user", "Rome"), ("product", "Rome it is.")),
    }
    return Case(**{**fields, **changes})


TEXTS = st.text(max_size=40) | st.sampled_from(
    (
        "!!python/object/apply:os.system ['true']",
        "{{ x }}: - # &a *a",
        "yes",
        "1e5",
        "007",
        "null",
        "~",
        " leading",
        "trailing ",
        "a\n\n b\n",
        "---\n...\n",
        "tab\there",
        "\u2028\x85\x07\x00\ufeff",
        "é\U0001f600 'q' \"d\" \\",
        "\n",
        "a: |\n  b",
    )
)
