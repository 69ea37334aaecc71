"""docs/end-state.md says of `match` what is so."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from prebeta.dialogue.matching import matches

PAGE = (Path(__file__).parents[2] / "docs" / "end-state.md").read_text(encoding="utf-8")
TODAY = date(2026, 5, 13)


@pytest.mark.parametrize(
    ("how", "held", "said", "same"),
    [
        ("contains", "Ann Lee, Main St", "ann lee", True),
        ("contains", "Ann", "Ann Lee", False),
        ("exact", "A-17", "A-17", True),
        ("exact", "a-17", "A-17", False),
        ("option", "check_up", "Check-up", True),
        ("option", "Check", "Check-up", False),
        ("date", "2026-05-14", "14 May", True),
        ("date", "2026-05-14", "the 14th of May", True),
        ("date", "2026-05-14", "tomorrow", True),
        ("date", "15 May", "14 May", False),
        ("number", "1200", "1,200", True),
        ("number", "1200", "1.2k", True),
        ("number", "3", "three", True),
        ("number", "12", "1200", False),
        ("number", "0171 555 1234", "0171 555 9999", True),
        ("id", "+49 171 2345678", "0171/234 5678", True),
        ("id", "0171 234567", "0171 2345678", False),
    ],
)
def test_its_table_holds(how: str, held: str, said: str, same: bool) -> None:
    row = next(line for line in PAGE.splitlines() if line.startswith(f"| `{how}`"))
    prose = PAGE.partition("A phone number")[2]
    assert all(f"*{one}*" in row or f"*{one}*" in " ".join(prose.split()) for one in (held, said))
    assert matches(how, held, [said], TODAY) is same
