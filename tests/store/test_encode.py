from __future__ import annotations

import datetime
import enum
import json
import math
import uuid
from dataclasses import replace

import pytest
import shapes
from hypothesis import given

from prebeta.core.types import Reply, Transcript, Turn, Verdict
from prebeta.store import text as texts
from prebeta.store.encode import decode_transcript, decode_verdict, encode_transcript, encode_verdict
from prebeta.store.text import dumps, dumps_own, label, loads


@given(shapes.transcripts)
def test_a_transcript_comes_back_exactly(transcript: Transcript) -> None:
    text = encode_transcript(transcript)
    text.encode()
    assert "\0" not in text
    assert decode_transcript(text) == transcript


@given(shapes.verdicts)
def test_a_verdict_comes_back_exactly(verdict: Verdict) -> None:
    assert decode_verdict(encode_verdict(verdict)) == verdict


def test_a_state_that_is_not_json_does_not_lose_the_conversation() -> None:
    ring: dict[object, object] = {(1, 2): "odd key"}
    ring["self"] = ring
    deep: list[object] = []
    for _ in range(5000):
        deep = [deep]
    for state in (datetime.date(2026, 5, 14), ring, deep, {"x": {1, 2}}):
        transcript = replace(shapes.talk(), turns=(Turn(0, reply=Reply(("Hi",), state=state)),))
        found = decode_transcript(encode_transcript(transcript))
        assert found.turns[0].text == "Hi"
        assert found.turns[0].reply is not None
        assert found.turns[0].reply.state is not None


def test_dates_and_objects_are_written_as_their_repr() -> None:
    assert json.loads(dumps({"day": datetime.date(2026, 5, 14)})) == {"day": "datetime.date(2026, 5, 14)"}


def test_labels_lose_only_what_no_column_takes() -> None:
    assert label("Zürich ✓") == "Zürich ✓"
    assert label(None) is None
    assert label("a\0b") == "a\ufffdb"
    assert label("a\ud800b\0") == "a\ufffdb\ufffd"
    assert label(7) == 7


@given(shapes.transcripts)
def test_without_orjson_the_document_is_the_same(transcript: Transcript) -> None:
    quick = encode_transcript(transcript)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(texts, "orjson", None)
        assert loads(encode_transcript(transcript)) == loads(quick)


class Colour(enum.Enum):
    RED = "red"


@pytest.mark.parametrize(
    "state", [math.inf, {"x": [math.nan]}, Colour.RED, uuid.UUID(int=1), datetime.date(2026, 5, 14), {1: "one"}, 2**80]
)
def test_what_json_writers_write_differently_is_left_to_one_of_them(
    state: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    transcript = replace(shapes.talk(), turns=(Turn(0, reply=Reply(("Zürich",), state={"deep": [state]})),))
    quick = encode_transcript(transcript)
    monkeypatch.setattr(texts, "orjson", None)
    assert encode_transcript(transcript) == quick


def test_a_plain_document_is_written_by_the_quicker_one(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("orjson")
    monkeypatch.setattr(texts, "_encoder", None)
    told = shapes.talk()
    told = replace(told, job=replace(told.job, scenario=replace(told.scenario, seed=7)))
    assert "Which day?" in encode_transcript(told)
    assert dumps_own({"a": ("é",)}) == '{"a":["é"]}'
