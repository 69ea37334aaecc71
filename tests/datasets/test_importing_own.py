"""Rows of our own export: read back into what they were made from, and never a reason to break."""

from __future__ import annotations

import copy
import io
import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console
from written_conversations import NAMER, fail, leave, says, talk

from prebeta.analysis.outcome import assess
from prebeta.core.types import (
    EndState,
    Option,
    Press,
    Problem,
    Question,
    Reply,
    Stop,
    Transcript,
    Verdict,
    Wait,
)
from prebeta.datasets.importing.own import is_own, read_own
from prebeta.datasets.importing.talk import Talk
from prebeta.datasets.jsonl import row
from prebeta.report.transcript import render_transcript
from prebeta.store import Stored
from prebeta.store.encode import decode_transcript, encode_transcript

ASKS = Reply(
    ("Hello!", "Which bike?"), (Option("City bike", "b1"), Option("Gravel")), {"step": 1}, session="s", trace="t"
)
HELD = {
    "reached": talk(
        ASKS,
        Press(Option("City bike", "b1"), says("", "inform", "bike", facts={"bike": "city bike"}).act),
        Reply(("And what is it for?",), session="s", trace="t", first_token_s=0.2),
        says("why?", "clarify", "use", question=Question("Why?", "safety"), behaviors=("clarify",), understood=False),
        Reply((), session="s", trace="t", tool_calls=({"name": "look", "result": [1]},)),
        Wait(),
        Reply(("Booked.",), state={"bike": "city bike"}, ended=True, session="s", trace="t"),
        stop=Stop("product", "end_state"),
        end=EndState("reached", {"bike": "city bike"}),
    ),
    "left": talk(ASKS, says("hm", "vague", "bike"), ASKS, leave("patience"), stop=Stop("user", "patience")),
    "broke": talk(ASKS, says("hm"), Reply(problem=Problem("timeout", "no answer", "raw"), session="s", trace="t"),
                  stop=Stop("product", "timeout")),
    "ours": talk(ASKS, says("hm"), ASKS, leave("not_understood"), stop=Stop("harness", "simulator")),
}  # fmt: skip
VERDICTS = (fail("LOOP", 2, "bike"), Verdict("end_state", "1", "pass", reason="fine"))


def exported(held: Transcript) -> dict[str, Any]:
    found: dict[str, Any] = row("r1", Stored(held, VERDICTS, assess(held, VERDICTS, None, NAMER)), NAMER)
    return dict(json.loads(json.dumps(found)))


@pytest.mark.parametrize("held", HELD.values(), ids=HELD)
def test_a_row_gives_back_what_it_was_made_from(held: Transcript) -> None:
    found = exported(held)
    assert is_own(found)
    back = read_own(found)
    assert isinstance(back, Talk)
    assert back.told is not None
    assert [(turn.move, turn.reply) for turn in back.turns] == [(turn.move, turn.reply) for turn in held.turns]
    assert back.told.stop == Stop(held.stop.by, held.stop.reason)
    assert back.told.end == held.end
    assert back.told.verdicts == VERDICTS
    assert back.told.job.scenario.goal == held.scenario.goal
    assert (back.told.job.policy, back.id) == (held.job.policy, held.id)
    assert back.told.found["outcome"] == found["outcome"]


def test_rows_of_before_tell_less_and_are_read() -> None:
    found = exported(HELD["reached"])
    found.pop("end")
    for part in ("slots", "questions"):
        found["scenario"].pop(part, None)
    for turn in found["turns"]:
        for part in ("facts", "said", "asked", "question", "understood", "ended", "first_token_s"):
            turn.pop(part, None)
    back = read_own(found)
    assert isinstance(back, Talk)
    assert back.told is not None
    assert back.told.end == EndState("reached")
    act = back.turns[1].act
    assert act is not None
    assert (act.name, act.asked) == ("inform", found["turns"][0]["stage"])


@given(st.data())
def test_a_damaged_row_is_told_of_and_breaks_nothing(data: st.DataObject) -> None:
    found = copy.deepcopy(exported(HELD["reached"]))
    place: Any = found
    while True:
        keys = sorted(place) if isinstance(place, dict) else list(range(len(place)))
        key = data.draw(st.sampled_from(keys))
        if isinstance(place[key], dict | list) and place[key] and data.draw(st.booleans()):
            place = place[key]
            continue
        place[key] = data.draw(st.sampled_from([None, 0, "x", [], {}, [1], {"a": 1}, True, -1.5]))
        break
    back = read_own(found)
    if isinstance(back, str):
        assert back.startswith("isn't as prebeta exports it")
        return
    assert back.told is not None
    held = Transcript(back.told.job, back.turns, back.told.stop, back.told.end)
    shown = assess(held, back.told.verdicts, None, NAMER)
    kept = Stored(decode_transcript(encode_transcript(held)), back.told.verdicts, replace(shown, **back.told.found))
    assert kept.transcript == held
    render_transcript(kept, Console(file=io.StringIO()))
