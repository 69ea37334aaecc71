"""What makes two failures the same: the key of a failure mode."""

from __future__ import annotations

import hashlib
import json

from prebeta.analysis.stages import START


def is_nowhere(stage: str | None, slot: str | None) -> bool:
    """Whether neither stage nor slot tells failure modes apart, so that the words of the blamed reply must."""
    return slot is None and stage in (None, START)


def finding_id(kind: str, stage: str | None, slot: str | None, template: str) -> str:
    """Short stable hash of a failure mode's key; the same over runs and releases.

    The template of the blamed reply counts only where the failure is nowhere else: replies vary more than the faults
    behind them.
    """
    key = json.dumps([kind, stage, slot, template if is_nowhere(stage, slot) else ""], ensure_ascii=False)
    return f"F-{hashlib.sha256(key.encode()).hexdigest()[:6]}"
