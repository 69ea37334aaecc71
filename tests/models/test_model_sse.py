"""Events are the same however their bytes arrive."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prebeta.models.sse import Event, EventReader

_words = st.text(st.characters(exclude_characters="\r\n\x00", exclude_categories=["Cs"]), max_size=12)
_lines = st.one_of(
    _words.map(lambda text: f"data: {text}"),
    _words.map(lambda text: f"data:{text}"),
    _words.map(lambda text: f"event: {text}"),
    _words.map(lambda text: f": {text}"),
    _words.map(lambda text: f"id: {text}"),
    st.just(""),
    st.just(""),
    st.just("data"),
)
_streams = st.tuples(
    st.booleans(), st.lists(st.tuples(_lines, st.sampled_from(["\n", "\r\n", "\r"])), max_size=30)
).map(lambda made: ("\ufeff" if made[0] else "") + "".join(line + end for line, end in made[1]))


@given(_streams, st.lists(st.integers(0, 400), max_size=40))
def test_any_cutting_gives_the_same_events(text: str, cuts: list[int]) -> None:
    whole = text.encode()
    at_once, reader = EventReader().feed(whole), EventReader()
    edges = [0, *sorted(min(cut, len(whole)) for cut in cuts), len(whole)]
    pieces = [whole[begin:end] for begin, end in pairwise(edges)]
    assert [event for piece in pieces for event in reader.feed(piece)] == at_once
    reader = EventReader()
    assert [event for byte in whole for event in reader.feed(bytes([byte]))] == at_once


def test_what_events_hold() -> None:
    text = "\ufeffevent: delta\ndata: one\ndata:two\n\n: a comment\n\ndata: été\r\n\r\nevent: lost\n\ndata: open"
    assert EventReader().feed(text.encode()) == [Event("delta", "one\ntwo"), Event("message", "été")]


def test_an_endless_line_is_an_error() -> None:
    reader = EventReader()
    for _ in range(4):
        reader.feed(b"x" * 1_000_000)
    with pytest.raises(ValueError, match="more than"):
        reader.feed(b"x")
