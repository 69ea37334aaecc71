"""The stand-in for Braintrust, and folders of cases to send there. The cases themselves are those of the tests beside."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent.parent / "cases"))

from braintrust_command import SDKS, interpreter
from braintrust_stand_in import StandIn, stand_in


@pytest.fixture
def board() -> Iterator[StandIn]:
    with stand_in() as found:
        yield found


@pytest.fixture(params=SDKS)
def sdk(request: pytest.FixtureRequest) -> Path:
    """An interpreter with the SDK: the newest, and the lowest supported."""
    return interpreter(request.param)


@pytest.fixture
def newest() -> Path:
    return interpreter(SDKS[0])
