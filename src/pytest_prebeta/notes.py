"""What a test's report carries besides its outcome: to JUnit as properties, to the terminal's summary, through xdist."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from pytest_prebeta.judging import Judged

DESK = pytest.StashKey[Any]()
"""Where a session's desk lies, where anything of prebeta's was run; here, so that looking for it loads nothing."""
NOTE = pytest.StashKey[dict[str, Any]]()
ATTRIBUTE = "prebeta"
"""The report's attribute that holds the note: values that any process can read."""


class PrebetaWarning(UserWarning):
    """A test could not tell whether the product passes, with --prebeta-inconclusive=warn."""


_NOT_IN_JUNIT = frozenset(("store",))


def note(item: pytest.Item, **said: str | None) -> None:
    """Put down what is known of a test; each becomes a property `prebeta_NAME` of its JUnit entry, the latest of a name."""
    known = item.stash.setdefault(NOTE, {})
    for name, value in said.items():
        if value is not None and known.get(name) != value:
            known[name] = value
            if name not in _NOT_IN_JUNIT:
                item.user_properties[:] = [one for one in item.user_properties if one[0] != f"prebeta_{name}"]
                item.user_properties.append((f"prebeta_{name}", value))


def conclude(item: pytest.Item, judged: Judged, shown: Callable[[], str]) -> None:
    """End a test as it was judged. `shown` is what a failing one shows; it is asked only then."""
    note(item, status=judged.came, why=judged.why)
    if judged.came == "failed":
        pytest.fail(shown(), pytrace=False)
    if judged.came == "passed":
        return
    wanted = item.config.getoption("prebeta_inconclusive")
    if wanted == "fail":
        pytest.fail(f"inconclusive: {shown()}", pytrace=False)
    if wanted == "warn":
        warnings.warn(PrebetaWarning(f"{item.nodeid}: inconclusive: {judged.why}"), stacklevel=2)
        return
    raise pytest.skip.Exception(f"inconclusive: {judged.why}")


def onto(report: pytest.TestReport, item: pytest.Item) -> None:
    """Give a test's report its note. The place of an inconclusive test is its own, not where that was decided."""
    known = item.stash.get(NOTE, None)
    if known is None:
        return
    setattr(report, ATTRIBUTE, dict(known))
    if report.skipped and known.get("status") == "inconclusive" and isinstance(report.longrepr, tuple):
        path, line, _ = item.reportinfo()
        report.longrepr = (str(path), (line or 0) + 1, report.longrepr[2])


def of(report: Any) -> dict[str, Any] | None:
    """A report's note, where it has one."""
    found: dict[str, Any] | None = getattr(report, ATTRIBUTE, None)
    return found
