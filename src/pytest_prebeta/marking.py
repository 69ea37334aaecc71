"""`@pytest.mark.prebeta(...)`: what it may say, checked when it is collected, without loading prebeta."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import pytest

MARK, HELD_OUT = "prebeta", "prebeta_held_out"

RUN_OPTIONS = frozenset(
    (
        *("n", "seed", "sample", "users", "concurrency", "release", "note", "repeats", "max_time_s", "cache"),
        *("max_cost_usd", "until", "failed_first"),
    )
)
"""What a mark hands to the run: options of `prebeta.run`."""
RULES = frozenset(("max_failure_rate", "max_flawed_rate", "min_conversations"))
"""What a mark asks of the run, as under `gate:` in prebeta.yaml."""
_RATES = frozenset(("max_failure_rate", "max_flawed_rate"))
_OWN = frozenset(("each",))
KNOWN = RUN_OPTIONS | RULES | _OWN
_NOT_FOR_EACH: Mapping[str, str] = MappingProxyType(
    {
        "max_time_s": "a user that was not sent is no test",
        "max_cost_usd": "a user that was not sent is no test",
        "until": "which users are sent is not known before",
        "failed_first": "the order is that of the tests; pytest has --failed-first",
    }
)


@dataclass(frozen=True, slots=True)
class Wish:
    """A mark: `options` of the run, the `rules` it is held to, and whether `each` user is a test of its own."""

    options: Mapping[str, Any]
    rules: Mapping[str, Any]
    each: bool = False

    @property
    def n(self) -> int:
        n: int = self.options["n"]
        return n


class BadMark(ValueError):
    """A mark that says what can't be: one line that tells how to write it."""


def wish_of(mark: pytest.Mark) -> Wish:
    """What a mark says. Raises BadMark."""
    said = dict(mark.kwargs)
    if mark.args:
        raise BadMark(f"@pytest.mark.{MARK} takes names only; write n={mark.args[0]!r}, max_failure_rate=…")
    for name in said:
        if name not in KNOWN:
            near = difflib.get_close_matches(name, sorted(KNOWN), n=1)
            hint = f"did you mean {near[0]}?" if near else f"known: {', '.join(sorted(KNOWN))}"
            raise BadMark(f"@pytest.mark.{MARK} knows no {name!r}; {hint}")
    for name, (fits, wanted) in _WANTED.items():
        if said.get(name) is not None and not fits(said[name]):
            raise BadMark(f"@pytest.mark.{MARK}: {name} is {said[name]!r}; give {wanted}")
    each = said.get("each", False)
    if each and "n" not in said:
        raise BadMark(f"@pytest.mark.{MARK}: each=True makes a test of each user; say of how many: n=20")
    if each:
        for name in said:
            if name in RULES:
                raise BadMark(
                    f"@pytest.mark.{MARK}: with each=True every user passes or fails by itself; {name} belongs to a mark "
                    "without it"
                )
            if name in _NOT_FOR_EACH:
                raise BadMark(f"@pytest.mark.{MARK}: {name} can't go with each=True: {_NOT_FOR_EACH[name]}")
    options = {name: value for name, value in said.items() if name in RUN_OPTIONS and value is not None}
    rules = {name: value for name, value in said.items() if name in RULES and value is not None}
    if not _RATES.isdisjoint(rules) and "failed_first" not in options:
        options.setdefault("sample", "census")  # only typical users tell a rate: all of n shall count
    return Wish(options, rules, bool(each))


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 1


def _is_share(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= 1


_WANTED: Mapping[str, tuple[Callable[[Any], bool], str]] = MappingProxyType(
    {
        "n": (_is_count, "a number of users, 1 or more"),
        "repeats": (_is_count, "a number of times, 1 or more"),
        "min_conversations": (_is_count, "a number of conversations, 1 or more"),
        "max_failure_rate": (_is_share, "a share from 0 to 1: 0.05 is 5 %"),
        "max_flawed_rate": (_is_share, "a share from 0 to 1: 0.05 is 5 %"),
        "each": (lambda value: isinstance(value, bool), "True or False"),
    }
)
