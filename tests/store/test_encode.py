from __future__ import annotations

import datetime
import json
from dataclasses import replace

import shapes
from hypothesis import given

from prebeta.core.types import Reply, Transcript, Turn, Verdict
from prebeta.store.encode import decode_transcript, decode_verdict, dumps, encode_transcript, encode_verdict, label


@given(shapes.transcripts)
def test_a_transcript_comes_back_exactly(transcript: Transcript) -> None:
    text = encode_transcript(transcript)
    assert text.isascii()
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
    assert label("a\ud800b") == "a?b"
