"""What others say can't pass for what we say."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from prebeta.mcp.quoting import LONGEST, MARK, bounded, inline, quoted

texts = st.text(st.characters(codec=None), max_size=80) | st.text(st.sampled_from("│“”\n\r\u2028\x1b a"), max_size=40)


@given(texts)
def test_every_line_of_a_quote_is_marked(text: str) -> None:
    assert all(line.startswith(MARK) for line in quoted(text).split("\n"))
    assert all(line.startswith(MARK) for line in quoted(text).splitlines())


@given(texts)
def test_a_quote_in_a_line_stays_in_it_and_in_its_quotes(text: str) -> None:
    said = inline(text)
    assert len(said.splitlines()) == 1
    assert (said[0], said[-1], said.count("“"), said.count("”")) == ("“", "”", 1, 1)
    assert "\x1b" not in said


@given(st.lists(st.text("abc", max_size=400), max_size=80))
def test_an_answer_fits(lines: list[str]) -> None:
    text = "\n".join(lines)
    found = bounded(text)
    assert len(found) <= LONGEST + 120
    assert found == text or "more characters; ask for less" in found.splitlines()[-1]


def test_long_texts_are_cut() -> None:
    assert len(quoted("x" * 5_000)) < 700
    assert len(inline("x" * 5_000)) <= 202
