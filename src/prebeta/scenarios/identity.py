"""Stable hashes: the same in every process and on every machine, and no generator is touched."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from prebeta.core.types import Scenario

_SEED_BITS = 48


def identity(scenario: Scenario, ordinal: int) -> str:
    """The id of a scenario: its content, whatever seed drew it, and which repetition of that content it is."""
    content = {each.name: getattr(scenario, each.name) for each in fields(scenario) if each.name not in ("id", "seed")}
    text = json.dumps([content, ordinal], sort_keys=True, ensure_ascii=True, separators=(",", ":"), default=_plain)
    return hashlib.blake2b(text.encode(), digest_size=8).hexdigest()


def _plain(part: Any) -> dict[str, Any]:
    """A part of a scenario as JSON: much faster than `asdict`, which copies all that is below."""
    return dict(part) if isinstance(part, Mapping) else {each.name: getattr(part, each.name) for each in fields(part)}


def seed_of(run_seed: int, scenario_id: str) -> int:
    """A scenario's own seed: 48 bits, so that it is exact in any JSON reader."""
    return _number(f"seed:{run_seed}:{scenario_id}", _SEED_BITS)


def share(*parts: str | int) -> float:
    """A number in [0, 1) that depends on the parts only."""
    return _number(":".join(map(str, parts)), 53) / (1 << 53)


def _number(text: str, bits: int) -> int:
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "big") >> (64 - bits)
