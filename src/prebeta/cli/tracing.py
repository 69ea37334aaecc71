"""Where the trace of a conversation is to be seen: `target.trace_link` with its trace id filled in."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING
from urllib.parse import quote

if TYPE_CHECKING:
    from prebeta.core.results import Run
    from prebeta.store import Stored


def trace_link(run: Run, stored: Stored) -> str | None:
    """The address of a conversation's trace in the project's tracing tool; None where the project names none, or
    no trace id is known.

    The trace id is the one that the product told, else the one that was sent to it.
    """
    document = (run.project or {}).get("document") or {}
    target = document.get("target")
    template = target.get("trace_link") if isinstance(target, dict) else None
    if not isinstance(target, dict) or not isinstance(template, str):
        return None
    from prebeta.config.interpolation import interpolate
    from prebeta.targets.wire.line import trace_of

    filled, missing = interpolate(template, os.environ)
    turns = reversed(stored.transcript.turns)
    told = next((turn.reply.trace for turn in turns if turn.reply is not None and turn.reply.trace), None)
    if told is None and target.get("traceparent") is False:
        return None
    trace = quote(told or trace_of(stored.transcript.id), safe="")
    return str(template if missing else filled).replace("{trace}", trace)
