from __future__ import annotations

from dataclasses import replace

import pytest
from written_conversations import broke, flaw, row

from prebeta.analysis.findings import group, label, placed
from prebeta.analysis.grouping import Case
from prebeta.analysis.stats import wilson
from prebeta.core.results import Row


def cases(*rows: Row) -> list[Case]:
    return [Case(one, one.assessment.symptoms[0], True) for one in rows]


def test_findings_are_ranked_by_what_mending_them_gives() -> None:
    rows = [
        *(broke(n, "LOOP", "day") for n in range(3)),
        *(broke(n, "DEAD_END", "bike", sample="hunt") for n in range(3, 9)),
        *(broke(n, "IGNORED_INPUT", "day", outcome="REACHED") for n in range(9, 19)),
        *(row(n) for n in range(19, 29)),
        *(row(n, sample="hunt") for n in range(29, 35)),
    ]
    found = group(rows)
    # The dead end was met by probing users only: mending it does not change the rate of typical ones.
    assert [(one.kind, one.count, one.failed) for one in found] == [
        ("LOOP", 3, 3),
        ("DEAD_END", 6, 6),
        ("IGNORED_INPUT", 10, 0),
    ]
    census = 3 + 10 + 10
    assert [one.rate_if_mended for one in found] == [0.0, 3 / census, 3 / census]
    assert found[0].interval == wilson(3, len(rows))
    assert found[0].conversations == ("c000", "c001", "c002")


def test_without_a_census_the_rate_is_of_all() -> None:
    rows = [
        broke(0, "LOOP", "day", sample="hunt"),
        row(1, sample="hunt"),
        row(2, "TIMEOUT", sample="hunt"),
    ]
    assert group(rows)[0].rate_if_mended == pytest.approx(1 / 3)


def test_what_is_outside_the_rate_is_no_part_of_a_finding() -> None:
    lost = replace(row(0, "SIM_FAULT"), assessment=replace(broke(0, "LOOP", "day").assessment, outcome="SIM_FAULT"))
    assert group([lost]) == []
    assert group([]) == []


def test_the_example_is_the_shortest_that_failed() -> None:
    rows = [
        broke(0, "LOOP", "day", turns=20),
        broke(1, "LOOP", "day", turns=8, turn=6),
        broke(2, "LOOP", "day", turns=3, outcome="REACHED"),
    ]
    assert group(rows)[0].example == ("c001", 6)


@pytest.mark.parametrize(
    ("given", "text"),
    [
        (
            {"kind": "LOST_CORRECTION", "stage": "pick_up day", "slot": "phone_number", "after": "correct"},
            "In pick up day after a correction the product keeps the old phone number though it was corrected",
        ),
        (
            {"kind": "LOOP", "stage": "confirm", "after": "clarify"},
            "In confirm after a clarifying question the product repeats itself instead of going on",
        ),
        (
            {"kind": "IGNORED_INPUT", "stage": "day", "slot": "day", "after": "clarify"},
            "In day after a clarifying question the product leaves the question unanswered",
        ),
        (
            {"kind": "IGNORED_INPUT", "stage": "day", "slot": "day", "after": "inform"},
            "In day after an answer the product ignores the day it was given",
        ),
        (
            {"kind": "SYSTEM_ERROR", "stage": "opening", "after": None},
            "At the start the product breaks: error, time-out or nothing at all",
        ),
        (
            {"kind": "WRONG_RESULT", "stage": "confirm", "slot": "day", "after": "affirm", "way": "unsaid"},
            "In confirm after a yes the product ends with a day that the user never gave",
        ),
        (
            {"kind": "WRONG_RESULT", "stage": "confirm", "slot": "e_mail", "after": "affirm", "way": "unsaid"},
            "In confirm after a yes the product ends with an e mail that the user never gave",
        ),
        (
            {"kind": "WRONG_RESULT", "stage": "confirm", "slot": "day", "after": "affirm"},
            "In confirm after a yes the product ends with another day than the user gave",
        ),
        ({"kind": "ODD_ONE", "stage": "day", "after": "new_act"}, "In day after new act the product shows odd one"),
    ],
)
def test_labels_say_where_after_what_and_what(given: dict[str, str], text: str) -> None:
    assert label(cases(broke(0, **given))) == text


def test_a_label_names_the_act_only_where_most_share_it() -> None:
    mixed = [broke(n, "LOOP", "day", after=act) for n, act in enumerate(("inform", "clarify", "correct"))]
    assert label(cases(*mixed)) == "In day the product repeats itself instead of going on"


def test_behaviors_named_are_those_that_tell_the_finding_apart() -> None:
    rows = [
        *(broke(n, "LOOP", "day", fired=("correct_fact", "one_word")) for n in range(10)),
        *(row(n, fired=("one_word",)) for n in range(10, 40)),
        *(row(n, fired=("correct_fact", "emoji")) for n in range(40, 44)),
    ]
    assert group(rows)[0].behaviors == ("correct_fact",)


def test_a_behavior_seen_three_times_by_chance_is_not_named() -> None:
    rows = [
        *(broke(n, "LOOP", "day", fired=("emoji",)) for n in range(3)),
        *(row(n, fired=("emoji",) if n % 3 else ()) for n in range(3, 33)),
    ]
    assert group(rows)[0].behaviors == ()


def test_a_flaw_that_is_never_the_first_is_a_finding_from_the_third_on() -> None:
    twice = [broke(n, "LOOP", "day", flaw("LEAK", "confirm", turn=8)) for n in range(2)]
    assert [one.kind for one in group(twice)] == ["LOOP"]
    often = [broke(n, "LOOP", "day", flaw("LEAK", "confirm", turn=8)) for n in range(3)]
    loop, leak = group(often)
    assert (loop.kind, loop.count, loop.failed) == ("LOOP", 3, 3)
    assert (leak.kind, leak.count, leak.failed, leak.example) == ("LEAK", 3, 0, ("c000", 8))
    assert placed(often) == {row.id: loop.id for row in often}
