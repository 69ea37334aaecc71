from __future__ import annotations

import pytest

from prebeta.cli.ending import Ending, exit_code
from prebeta.core.errors import Interrupted, JudgeError, StoreError, Timeout, UnreachableError, UsageError


@pytest.mark.parametrize(
    ("ending", "code"),
    [
        (None, 0),
        ("passed", 0),
        ("failed", 1),
        ("inconclusive", 3),
        (UsageError("x"), 2),
        (UnreachableError("x"), 3),
        (StoreError("x"), 3),
        (JudgeError("x"), 3),
        (Timeout("x"), 3),
        (KeyError("x"), 3),
        (Interrupted("r1", 3), 130),
        (KeyboardInterrupt(), 130),
        (BrokenPipeError(), 0),
    ],
)
def test_every_ending_has_its_code(ending: Ending, code: int) -> None:
    assert exit_code(ending) == code
