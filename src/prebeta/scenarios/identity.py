"""Stable hashes: the same in every process and on every machine, and no generator is touched."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict

from prebeta.core.types import Scenario

_SEED_BITS = 48


def identity(scenario: Scenario, ordinal: int) -> str:
    """The id of a scenario: its content, whatever seed drew it, and which repetition of that content it is."""
    content = asdict(scenario)
    del content["id"], content["seed"]
    text = json.dumps([content, ordinal], sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return hashlib.blake2b(text.encode(), digest_size=8).hexdigest()


def seed_of(run_seed: int, scenario_id: str) -> int:
    """A scenario's own seed: 48 bits, so that it is exact in any JSON reader."""
    return _number(f"seed:{run_seed}:{scenario_id}", _SEED_BITS)


def share(*parts: str | int) -> float:
    """A number in [0, 1) that depends on the parts only."""
    return _number(":".join(map(str, parts)), 53) / (1 << 53)


def _number(text: str, bits: int) -> int:
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "big") >> (64 - bits)
