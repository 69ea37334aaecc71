from __future__ import annotations

import pytest
from written_conversations import broke, row, scenario

from prebeta.analysis.findings import label
from prebeta.analysis.grouping import Case, modes
from prebeta.analysis.symptoms import TOOL_WAY, Flaw, symptoms
from prebeta.core.types import Act, Job, Reply, Say, Stop, Transcript, Turn


def talk(*said: tuple[str, str | None, Reply]) -> Transcript:
    """What the user said, the slot it gave, and the product's reply, again and again."""
    turns = [Turn(0, reply=Reply(("hello",)))]
    for text, slot, reply in said:
        turns.append(Turn(len(turns), move=Say(text, Act("inform", facts={slot: text} if slot else {}))))
        turns.append(Turn(len(turns), reply=reply))
    return Transcript(Job("c1", scenario()), tuple(turns), Stop("user", "gone"))


def kinds(transcript: Transcript, *flaws: Flaw) -> list[tuple[str, int]]:
    return [(one.kind, one.turn) for one in symptoms(transcript, flaws, [None] * len(transcript.turns))]


ASKED, DEAD, FINE = Reply(("which bike?",)), Reply(("Sorry, something went wrong.",)), Reply(("noted, which day?",))


def test_what_a_broken_reply_never_took_in_is_no_fault_of_its_own() -> None:
    held = talk(("city bike", "bike", DEAD), ("well?", None, ASKED))
    assert kinds(held, Flaw("DEAD_END", 2), Flaw("IGNORED_INPUT", 4, "bike")) == [("DEAD_END", 2)]


def test_told_again_and_lost_again_it_is() -> None:
    held = talk(("city bike", "bike", DEAD), ("city bike", "bike", FINE), ("well?", None, ASKED))
    assert kinds(held, Flaw("DEAD_END", 2), Flaw("IGNORED_INPUT", 6, "bike")) == [
        ("DEAD_END", 2),
        ("IGNORED_INPUT", 6),
    ]


@pytest.mark.parametrize("kind", ["LEAK", "CONTRADICTION"])
def test_a_reply_that_took_it_in_hides_nothing(kind: str) -> None:
    held = talk(("city bike", "bike", FINE), ("well?", None, ASKED))
    assert kinds(held, Flaw(kind, 2), Flaw("IGNORED_INPUT", 4, "bike")) == [(kind, 2), ("IGNORED_INPUT", 4)]


FAILED = ({"name": "book", "error": "503"},)


@pytest.mark.parametrize(
    ("reply", "way"),
    [
        (Reply(("One moment, I try again.",), tool_calls=FAILED), TOOL_WAY),
        (Reply((), tool_calls=FAILED), TOOL_WAY),
        (Reply(("Traceback (most recent call last):",), tool_calls=FAILED), "trace"),
        (Reply(("Traceback (most recent call last):",)), "trace"),
        (Reply(('{"error": 1}',)), "data"),
        (Reply(()), "empty"),
    ],
)
def test_a_tool_that_keeps_failing_is_a_way_of_its_own(reply: Reply, way: str) -> None:
    held = talk(("city bike", "bike", reply))
    (found,) = symptoms(held, [Flaw("SYSTEM_ERROR", 2)], [None] * len(held.turns))
    assert found.way == way


def test_the_label_names_the_tool() -> None:
    held = talk(("city bike", "bike", Reply(("One moment.",), tool_calls=FAILED)))
    (found,) = symptoms(held, [Flaw("SYSTEM_ERROR", 2)], [None] * len(held.turns))
    assert "tool that keeps failing" in label([Case(row(1), found, primary=True)])


def test_of_many_cells_each_conversation_has_a_mode_and_those_alike_are_one() -> None:
    said = "mrs kranz from room seven"
    rows = [broke(number, "LEAK", None, trigger=f"t{number}", said=said) for number in range(400)]
    found = modes(
        [*rows, *(broke(1000 + number, "LEAK", None, trigger="question", said=said) for number in range(900))]
    )
    assert sum(len(mode.cases) for mode in found) == 1300
    assert len(found) == 1
