"""Values made from patterns always fit them; what can't be made is refused by name."""

from __future__ import annotations

import random
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prebeta.config.patterns import UnsupportedPatternError, checked_pattern, generate, parse

PATTERNS = [
    "0[0-9]{9}",
    r"\+44 ?7\d{3} ?\d{6}",
    "[A-Z]{2}-[0-9]{4}",
    "(?:red|green|blue) (car|bike)s?",
    r"^\w+@example\.(?P<tld>com|org)$",
    "[^a-z0-9]{3}x*",
    r"[\d\-a-c]{2,}",
    "a|b|",
    r"\A[]x]{2}\Z",
    r"\x41\u0042{1,2}?",
    r"[a\]b]{,3}z",
    "{x}{1",
    r"\D\W.\S",
]


@pytest.mark.parametrize("pattern", PATTERNS)
@pytest.mark.parametrize("seed", range(30))
def test_a_made_value_fits(pattern: str, seed: int) -> None:
    value = generate(parse(pattern), random.Random(seed))
    assert re.fullmatch(pattern, value), value
    assert value == generate(parse(pattern), random.Random(seed))


@pytest.mark.parametrize(
    ("pattern", "named"),
    [
        ("(?=a)b", "look-around"),
        ("(?<!a)b", "look-around"),
        ("(?i)a", "flags"),
        (r"(a)\1", r"'\\1'"),
        ("a++", "possessive"),
        ("a*", "empty text"),
        ("[0-9]{500}", "longer than"),
        (r"a\bb", "doesn't fit"),
        ("[^\\x00-\\x7f]", "printable"),
    ],
)
def test_what_no_value_can_be_made_from(pattern: str, named: str) -> None:
    with pytest.raises(UnsupportedPatternError, match=named):
        checked_pattern(pattern)


@given(st.text("ab0.*+?|()[]{}^$\\-,1dwsDWS:P<>!=", max_size=12))
def test_any_pattern_is_made_or_refused(pattern: str) -> None:
    try:
        re.compile(pattern)
    except (re.error, OverflowError, FutureWarning, DeprecationWarning):
        return
    try:
        checked_pattern(pattern)
    except UnsupportedPatternError:
        return
    part = parse(pattern)
    for seed in range(3):
        assert len(generate(part, random.Random(seed))) <= 400
