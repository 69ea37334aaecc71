"""Secrets and what is to be redacted never reach the store, whatever a product says."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prebeta import Project, run
from prebeta.config.hiding import Hiding
from prebeta.core.types import (
    Act,
    EndState,
    Fact,
    Goal,
    Job,
    Option,
    Persona,
    Press,
    Problem,
    Reply,
    Say,
    Scenario,
    Slot,
    Stop,
    Transcript,
    Turn,
    Verdict,
)
from prebeta.runner.hiding import hidden, hiding_outward

CANARIES = (
    "sk-canary-111",
    "hunter2-canary",
    "body-canary-222",
    "ana@mail.example",
    "4111 1111 1111 1111",
    "0412 345 678",
)

PRODUCT = """
class Clinic:
    def __init__(self, api_key):
        self.api_key, self.turns = api_key, 0

    async def start(self):
        return "Which day? (debug: %s)" % self.api_key

    async def send(self, text):
        self.turns += 1
        if self.turns == 1:
            return {"text": "Your phone number?", "options": ["0412 345 678"], "state": {"mail": "ana@mail.example"}}
        if self.turns == 2 and "again" not in text:
            return {"text": "I'm sorry, I can't do that under the Password Hunter2-Canary. Goodbye."}
        if self.turns == 3:
            return {"text": "Card 4111 1111 1111 1111 is charged, shall I book?", "tool_calls": [{"card": 4111111111111111}]}
        if text.startswith("boom"):
            raise RuntimeError(self.api_key)
        return {"text": "Booked.", "ended": True, "state": {"phone": "0412 345 678", "hunter": "hunter2-canary"}}
"""


def test_nothing_that_must_not_be_kept_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLINIC_KEY", "sk-canary-111")
    (tmp_path / "clinic_canary.py").write_text(PRODUCT)
    (tmp_path / "accounts.csv").write_text("login,password\nana,hunter2-canary\n")
    document: dict[str, Any] = {
        "target": {"kind": "python", "function": "clinic_canary:Clinic", "arguments": {"api_key": "${CLINIC_KEY}"}},
        "end_state": {"when": {"ended": True}, "facts": {"phone": {"path": "state.phone", "match": "id"}}},
        "goals": [
            {"goal": "book a visit", "slots": {"day": {"values": ["Monday"]}, "phone": {"values": ["0412 345 678"]}}}
        ],
        "setup": {"accounts": "accounts.csv"},
        "redact": ["email", "card", "phone"],
    }
    store = tmp_path / "s.db"
    result = run(Project.from_document(document, tmp_path), n=20, store=store)
    assert result.summary["conversations"] == 20
    kept = b"".join(path.read_bytes() for path in tmp_path.glob("s.db*"))
    # The project's own values are the project's words: they stand in its document, as in the file.
    found = [one for one in CANARIES if one.lower().encode() in kept.lower().replace(b'"values":["0412 345 678"]', b"")]
    assert found == []
    assert b"[phone]" in kept
    assert b"***" in kept


TEXT = "mail ana@mail.example or sk-canary-111"


def conversation() -> Transcript:
    scenario = Scenario(
        "123456789012",
        7,
        Persona(TEXT),
        Goal(TEXT, (Slot("phone", Fact("0412 345 678")),)),
        account={"mail": "a@b.example"},
    )
    act = Act("inform", {"phone": "0412 345 678"}, {"phone": "0412 345 678"}, "phone")
    turns = (
        Turn(
            0, reply=Reply((TEXT,), (Option("a@b.example", TEXT),), {"x": [TEXT]}, session="sk-canary-111 0412345678")
        ),
        Turn(1, Say(TEXT, act)),
        Turn(2, reply=Reply(problem=Problem("crashed", TEXT, TEXT))),
        Turn(3, Press(Option(TEXT), act)),
    )
    job = Job("123456789012", scenario)
    return Transcript(
        job, turns, Stop("product", "crashed", TEXT), EndState("reached", {"phone": "0412 345 678"}, TEXT)
    )


def test_every_text_of_a_transcript_is_gone_through() -> None:
    hiding = Hiding(("email", "phone"), ("sk-canary-111",))
    kept = hidden(conversation(), hiding)
    assert not [one for one in ("mail.example", "b.example", "canary", "0412 345 678") if one in repr(kept)]
    assert kept.job.conversation == kept.scenario.id == "123456789012"
    assert kept.turns[0].reply is not None
    assert kept.turns[0].reply.session == "*** 0412345678"
    assert kept.turns[1].act is not None
    assert kept.turns[1].act.facts == {"phone": "[phone]"}
    verdict = hidden(Verdict("rules", "1", "fail", "LEAK", 2, "phone", TEXT, TEXT), hiding)
    assert (verdict.evidence, verdict.reason) == ("mail [email] or ***", "mail [email] or ***")


@given(st.text(alphabet=st.characters(exclude_characters="@0123456789")))
def test_what_has_nothing_to_hide_stays_the_same_object(text: str) -> None:
    kept = Transcript(
        Job("c", Scenario("s", 1, Persona(text), Goal(text))), (Turn(0, Say(text)),), Stop("user", "done")
    )
    assert hidden(kept, Hiding(("email", "phone", "card"), ("sk-canary-111",))) is kept


def test_what_leaves_the_machine_tells_no_secret_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHOP_API_KEY", "correct-horse-battery")
    project = Project.model_validate(
        {"target": {"kind": "python", "function": "a:b"}, "goals": [{"goal": "order"}], "redact": ["email"],
         "end_state": {"when": {"ended": True}}}
    )  # fmt: skip
    said = "correct-horse-battery of a@example.org"
    assert hiding_outward(None).text(said) == "*** of a@example.org"
    assert hiding_outward(project).text(said) == "*** of [email]"
