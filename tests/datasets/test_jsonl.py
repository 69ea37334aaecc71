from __future__ import annotations

import json

from written_conversations import NAMER, fail, leave, press, says, talk

from prebeta.analysis.outcome import assess
from prebeta.core.types import EndState, Option, Reply, Stop, Verdict
from prebeta.datasets.jsonl import lines
from prebeta.store import Stored

HELD = talk(
    Reply(
        ("Hello!", "Which bike?"), (Option("City bike"), Option("Gravel", "g")), {"step": 1}, session="s-9", trace="t-1"
    ),
    press("City bike", asked="bike"),
    Reply(("Which bike?",), tool_calls=({"name": "look"},), trace="t-2", first_token_s=0.25),
    says("the city one 🚲", "inform", asked="day", behaviors=("emoji",)),
    "Which day?",
    leave("patience"),
    stop=Stop("user", "patience"),
    end=None,
)
VERDICTS = (fail("LOOP", 2, "bike"), Verdict("end_state", "1", "unsure"))

SLOTS = [
    {"name": "bike", "fact": {"value": "city bike", "words": ["the city one"]}, "instead": None},
    {"name": "day", "fact": {"value": "Monday", "words": []}, "instead": None},
]


def test_a_row_is_the_contract() -> None:
    stored = Stored(HELD, VERDICTS, assess(HELD, VERDICTS, None, NAMER))
    (line,) = lines("r1", [stored], NAMER, {"c1": "F-abc"})
    assert "\n" not in line
    nothing: dict[str, object] = {"state": None, "stage": None, "latency_s": None, "first_token_s": None}
    blank = {"behaviors": [], "options": [], "tool_calls": [], **nothing}
    assert json.loads(line) == {
        "id": "c1", "run": "r1",
        "scenario": {"id": "sc1", "seed": 7, "persona": "a courier", "goal": "book a repair", "behaviors": ["clarify"],
                     "slots": SLOTS},
        "sample": "census", "policy": "agenda", "repeat": 0,
        "outcome": "ABANDONED", "failed": True, "flawed": True, "blame": "product",
        "stop": {"by": "user", "reason": "patience"},
        "kind": "LOOP", "turn": 2, "stage": "bike", "slot": "bike", "finding": "F-abc",
        "session": "s-9", "trace": "t-2",
        "turns": [
            {
                **blank, "index": 0, "speaker": "product", "messages": ["Hello!", "Which bike?"],
                "move": None, "act": None,
                "options": [{"title": "City bike", "payload": None}, {"title": "Gravel", "payload": "g"}],
                "state": {"step": 1}, "stage": "bike",
            },
            {**blank, "index": 1, "speaker": "user", "messages": ["City bike"], "move": "press", "act": "inform",
             "asked": "bike"},
            {
                **blank, "index": 2, "speaker": "product", "messages": ["Which bike?"], "move": None, "act": None,
                "stage": "day", "tool_calls": [{"name": "look"}], "first_token_s": 0.25,
            },
            {
                **blank, "index": 3, "speaker": "user", "messages": ["the city one 🚲"], "move": "say", "act": "inform",
                "behaviors": ["emoji"], "asked": "day",
            },
            {
                **blank, "index": 4, "speaker": "product", "messages": ["Which day?"], "move": None, "act": None,
                "stage": "day",
            },
            {**blank, "index": 5, "speaker": "user", "messages": [], "move": "leave", "act": None},
        ],
        "verdicts": [
            {
                "judge": "rules", "version": "1", "value": "fail", "kind": "LOOP", "turn": 2, "slot": "bike",
                "evidence": "evidence", "reason": "reason",
            },
            {
                "judge": "end_state", "version": "1", "value": "unsure", "kind": None, "turn": None, "slot": None,
                "evidence": None, "reason": None,
            },
        ],
    }  # fmt: skip


def test_any_text_a_product_may_send_fits_on_a_line() -> None:
    odd = talk("a\nb\u2028c \ud800 \x00", stop=Stop("product", "end_state"), end=EndState())
    (line,) = lines("r1", [Stored(odd, (), assess(odd, (), None, NAMER))], NAMER, {})
    assert line.isascii()
    assert len(line.splitlines()) == 1
    assert json.loads(line)["turns"][0]["messages"] == ["a\nb\u2028c \ud800 \x00"]
