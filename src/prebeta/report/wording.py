"""Numbers and foreign texts as a terminal may show them."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from prebeta.core.results import Run

OUTCOME: Mapping[str, str] = MappingProxyType(
    {
        "REACHED": "came to the end state",
        "DECLINED_OK": "rightly declined",
        "HANDED_OFF_OK": "handed over as declared",
        "UNKNOWN": "nothing tells whether it came to its end",
        "REACHED_WRONG": "ended with something else than the user said",
        "ABANDONED": "gave up: out of patience",
        "STUCK": "in a loop or dead end",
        "TURN_LIMIT": "not done within the turn limit",
        "TIMEOUT": "no answer in time",
        "ERROR": "the product broke",
        "LEFT": "left unprovoked",
        "SIM_FAULT": "our own user failed: nothing of the product's",
        "JUDGE_FAULT": "a judge broke",
        "INFRA": "network or machine",
    }
)

_SHA = 7
_KEPT = "\n\t"
_CONTROL_PICTURES = 0x2400


def plain(text: str, *, one_line: bool = False) -> str:
    """The text with nothing in it that a terminal would obey: control characters become visible signs.

    Escape sequences, C1 controls, bidirectional overrides and lone surrogates lose their power; letters, marks and
    emoji stay as they are. `one_line` turns line breaks and tabs into spaces.
    """
    if one_line:
        text = " ".join(text.split())
    return "".join(sign if sign in _KEPT or _harmless(sign) else _shown(sign) for sign in text)


def _harmless(sign: str) -> bool:
    if sign.isascii():
        return sign.isprintable()
    # Cf holds both the joiners that emoji and scripts need and the overrides that reorder a line.
    category = unicodedata.category(sign)
    return sign in "\u200c\u200d" or category not in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")


def _shown(sign: str) -> str:
    code = ord(sign)
    if code < 0x20:
        return chr(_CONTROL_PICTURES + code)
    return "␡" if code == 0x7F else "�"


def cut(text: str, length: int) -> str:
    """At most `length` characters, the last an ellipsis where something is left out."""
    return text if len(text) <= length else text[: max(length - 1, 0)] + "…"


def percent(share: float) -> str:
    """ "17 %"; below 10 % with one decimal, so that 0.4 % is not shown as nothing."""
    value = share * 100
    if value == 0 or value >= 9.95:
        return f"{value:.0f} %"
    return f"{value:.1f} %"


def covered(share: float) -> str:
    """A share of what there is to cover, rounded down: "100 %" says that nothing is missing."""
    return f"{math.floor(share * 1000 + 1e-9) / 10:g} %"


def span(interval: tuple[float, float] | list[float]) -> str:
    """An interval as "95 % interval 13–22 %", or what 0 of n and n of n say."""
    low, high = interval
    if low == 0:
        return f"below {percent(high)}"
    if high == 1:
        return f"above {percent(low)}"
    return f"95 % interval {percent(low).removesuffix(' %')}–{percent(high)}"


def rate(counts: Mapping[str, Any]) -> str:
    """ "43 of 250", with its rate and interval where something was measured."""
    if counts.get("failure_rate") is None:
        return "nothing measured"
    return f"{percent(counts['failure_rate'])}, {span(counts['interval'])}"


def bar(share: float, width: int) -> str:
    """A bar of text; something that isn't nothing shows at least one block."""
    full = round(share * width)
    return "█" * max(full, 1 if share > 0 else 0)


def times(count: int, one: str, many: str | None = None) -> str:
    """ "1 turn", "2,000 turns"."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def name_of_build(run: Run) -> str:
    """ "v1.4 @ 3f2a91c with changes": version and commit of the product, as far as they are known."""
    sha = None if run.commit is None else f"@ {run.commit[:_SHA]}{' with changes' if run.dirty else ''}"
    return " ".join(plain(part, one_line=True) for part in (run.version, sha) if part)
