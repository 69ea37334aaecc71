"""The error tree.

PrebetaError
├─ UsageError       the person can mend it: one message that says how, no traceback, exit 2
├─ TargetError      the product did not answer properly -> Stop(by="product")
│  ├─ Timeout       no answer in time
│  ├─ Refused       the connection was refused, the name did not resolve, or 429
│  ├─ Malformed     an answer came that isn't what the project says
│  ├─ Closed        the connection broke off
│  └─ Crashed       an error answer (HTTP 5xx, 4xx), or the product's code raised
├─ HarnessError     ours -> recorded and counted apart
│  ├─ SimulatorError
│  ├─ JudgeError
│  ├─ ModelError
│  │  └─ UnfitAnswer
│  ├─ StoreError
│  └─ UnreachableError   the connection check before a run failed, exit 3
├─ BudgetSpent      the run's budget for LLMs is used up: what is done is kept; nobody's fault
└─ Interrupted      Ctrl-C: what is done is kept, and the message says how to go on
"""

from __future__ import annotations


class PrebetaError(Exception):
    """Base of all errors raised on purpose."""


class UsageError(PrebetaError):
    """The person can mend it; the message says how."""


class TargetError(PrebetaError):
    """The product did not answer properly. `raw` is the evidence; `infrastructure` is True where it is known not to be
    the product's fault (429, our own host out of files)."""

    def __init__(self, detail: str, raw: str | None = None, *, infrastructure: bool = False) -> None:
        super().__init__(detail)
        self.detail = detail
        self.raw = raw
        self.infrastructure = infrastructure

    @property
    def kind(self) -> str:
        """The error's name in lower case, as it stands in Problem.kind and Stop.reason."""
        return type(self).__name__.lower()


class Timeout(TargetError):
    """No answer in time."""


class Refused(TargetError):
    """Not let in: connection refused, name not resolved, 429."""


class Malformed(TargetError):
    """An answer came, but not in the shape the project declares."""


class Closed(TargetError):
    """The connection broke off before the answer was whole."""


class Crashed(TargetError):
    """An error answer, or the product's code raised."""


class HarnessError(PrebetaError):
    """Ours, never the product's."""


class SimulatorError(HarnessError):
    """A synthetic user broke."""


class JudgeError(HarnessError):
    """A judge broke."""


class ModelError(HarnessError):
    """An LLM that works for prebeta did not answer properly."""


class UnfitAnswer(ModelError):
    """An LLM answered, and not in the JSON that was asked for, also when asked again."""


class StoreError(HarnessError):
    """What is known could not be kept (disk full, file gone)."""


class UnreachableError(HarnessError):
    """The connection check before a run failed; the message says what was tried and what to look at."""


class BudgetSpent(PrebetaError):
    """The budget can't pay for the next LLM call: the run ends with what it has."""


class Interrupted(PrebetaError):
    """Ctrl-C or SIGTERM: what is done is kept."""

    def __init__(self, run: str, left: int) -> None:
        super().__init__(f"interrupted with {left} conversations left; go on with: prebeta resume {run}")
        self.run = run
        self.left = left
