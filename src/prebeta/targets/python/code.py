"""The line between our code and the product's: whatever is raised behind it is the product's own crash."""

from __future__ import annotations

import asyncio
import errno
import re
import traceback
from pathlib import Path
from types import TracebackType

from prebeta.core.errors import Crashed, TargetError
from prebeta.targets.wire.reply import RAW_LIMIT, clean

_OUT_OF_FILES = frozenset((errno.EMFILE, errno.ENFILE))
_OURS = "prebeta.targets."


class ProductCode:
    """`with ProductCode():` around a call of the product's code. Raises Crashed with its traceback as evidence.

    What is not the product's passes: our own cancelling (a time limit, the end of the run), and a TargetError, which a
    product may raise on purpose. Ctrl-C comes as a signal to the loop, so a KeyboardInterrupt here is the product's.
    """

    __slots__ = ()

    def __enter__(self) -> None:
        return None

    def __exit__(self, _type: object, error: BaseException | None, _trace: TracebackType | None) -> None:
        if error is None or isinstance(error, TargetError):
            return
        if isinstance(error, asyncio.CancelledError) and _we_cancel():
            return
        out_of_host = isinstance(error, MemoryError) or getattr(error, "errno", None) in _OUT_OF_FILES
        raise Crashed(summary(error), _evidence(error), infrastructure=out_of_host) from error


def summary(error: BaseException) -> str:
    """The error in a line: "TypeError: …"."""
    told = traceback.TracebackException(type(error), error, None)
    told.__notes__ = None  # frameworks note there which of their tasks it was
    lines = clean("".join(told.format_exception_only())).strip().splitlines()
    return (lines[-1] if lines else type(error).__name__)[:300]


def last_place(evidence: str | None) -> str:
    """Where the traceback ends: " (bot.py, line 7)", or nothing."""
    places = re.findall(r'^ *File "([^"]+)", line (\d+)', evidence or "", re.MULTILINE)
    return f" ({Path(places[-1][0]).name}, line {places[-1][1]})" if places else ""


def _we_cancel() -> bool:
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0


def _evidence(error: BaseException) -> str:
    """The traceback from the product's first frame on; its end, where it is long."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None and _is_ours(trace):
        trace = trace.tb_next
    text = clean("".join(traceback.format_exception(type(error), error, trace)))
    return text if len(text) <= RAW_LIMIT else "…" + text[-(RAW_LIMIT - 1) :]


def _is_ours(trace: TracebackType) -> bool:
    return str(trace.tb_frame.f_globals.get("__name__", "")).startswith(_OURS)
