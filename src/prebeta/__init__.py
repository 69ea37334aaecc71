"""prebeta: synthetic users hold whole conversations with your product and tell you where it breaks.

The public names, loaded when first used, so that `import prebeta` costs nothing.
"""

from __future__ import annotations

import importlib
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from prebeta.config import Project, load
    from prebeta.core.errors import Interrupted, PrebetaError, UsageError
    from prebeta.core.protocols import OpenContext
    from prebeta.core.types import (
        EndState,
        Leave,
        Option,
        Press,
        Reply,
        Say,
        Scenario,
        Transcript,
        Turn,
        Verdict,
        Wait,
    )
    from prebeta.runner import Result, aresume, arun, resume, run
    from prebeta.runner.comparing import compare

__version__ = "0.1.0"

__all__ = [
    "EndState",
    "Interrupted",
    "Leave",
    "OpenContext",
    "Option",
    "PrebetaError",
    "Press",
    "Project",
    "Reply",
    "Result",
    "Say",
    "Scenario",
    "Transcript",
    "Turn",
    "UsageError",
    "Verdict",
    "Wait",
    "aresume",
    "arun",
    "compare",
    "load",
    "resume",
    "run",
]

_HOMES = MappingProxyType(
    {
        "prebeta.config": ("Project", "load"),
        "prebeta.core.errors": ("Interrupted", "PrebetaError", "UsageError"),
        "prebeta.core.protocols": ("OpenContext",),
        "prebeta.core.types": (
            *("EndState", "Leave", "Option", "Press", "Reply", "Say", "Scenario", "Transcript", "Turn", "Verdict"),
            "Wait",
        ),
        "prebeta.runner": ("Result", "aresume", "arun", "resume", "run"),
        "prebeta.runner.comparing": ("compare",),
    }
)


def __getattr__(name: str) -> Any:
    for home, names in _HOMES.items():
        if name in names:
            found = getattr(importlib.import_module(home), name)
            globals()[name] = found
            return found
    raise AttributeError(f"module 'prebeta' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted((*globals(), *__all__))
