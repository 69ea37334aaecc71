"""The door: options, the mark, collection, fixtures. Loaded at every start of pytest, so it loads nothing but pytest."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Generator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from pytest_prebeta import marking, notes

if TYPE_CHECKING:
    from prebeta.config import Project
    from prebeta.runner import Result
    from pytest_prebeta.seats import Conversation

_RESULT, _CONVERSATION = "prebeta_result", "prebeta_conversation"
_BY_HAND = frozenset(("prebeta_run", "prebeta_arun"))
_YAML = (".yaml", ".yml")
_PROJECT, _CASES = "prebeta", "prebeta_cases"


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("prebeta", "prebeta: cases and synthetic users as tests")
    add = group.addoption
    add("--prebeta-config", metavar="FILE", help="The project; else prebeta_config of the ini file, else prebeta.yaml.")
    add("--prebeta-store", metavar="FILE", help="Where runs are kept; else the project's store.")
    add("--prebeta-scenarios", metavar="N", type=_count, help="Collect N users of each prebeta.yaml, a test each.")
    add("--prebeta-times", metavar="K", type=_count, help="Hold each case and each user so many times.")
    add("--prebeta-seed", metavar="S", type=int, help="The same seed sends the same users; over that of marks.")
    add("--prebeta-release", metavar="TEXT", help="Name of the release tested, kept with the runs.")
    add("--prebeta-note", metavar="TEXT", help="What changed, kept with the runs.")
    add(
        "--prebeta-inconclusive",
        choices=("skip", "fail", "warn"),
        default="skip",
        help="What a test is that can't tell: neither passed nor failed (skip, the default), failed, or passed with a"
        " warning.",
    )
    parser.addini("prebeta_config", "The project for prebeta's tests; a relative path counts from the root directory.")


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise ValueError(f"{text!r} is no number above 0")
    return int(text)


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line(
        "markers",
        f"{marking.MARK}(n, max_failure_rate=None, each=False, seed=1, sample='mixed', ...): send n synthetic users; held to"
        " the rate, or with each=True a test each. Cases and users of prebeta.yaml bear it too.",
    )
    config.addinivalue_line("markers", f"{marking.HELD_OUT}: a case that is held out, so that no mend is tuned on it.")


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Of xdist: its workers share the session's runs."""
    from pytest_prebeta.desk import SESSION, desk_of

    node.workerinput[SESSION] = desk_of(node.config).token


# --- collection -------------------------------------------------------------------------------------------------------


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """A case, or a project whose users are asked for; nothing is loaded for the many other files."""
    if file_path.suffix not in _YAML:
        return None
    users = file_path.stem == _PROJECT and (
        parent.session.isinitpath(file_path) or parent.config.getoption("prebeta_scenarios") is not None
    )
    if not users and not any(folder.name == _CASES for folder in file_path.parents):
        return None
    from pytest_prebeta.items import CaseFile, UsersFile

    kind = UsersFile if users else CaseFile
    found: pytest.Collector = kind.from_parent(parent, path=file_path)
    return found


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    mark = metafunc.definition.get_closest_marker(marking.MARK)
    if mark is None:
        return
    try:
        wish = marking.wish_of(mark)
    except marking.BadMark as error:
        raise pytest.Collector.CollectError(f"{metafunc.definition.nodeid}: {error}") from None
    if wish.each:
        if _CONVERSATION not in metafunc.fixturenames:
            metafunc.fixturenames.append(_CONVERSATION)
        ids = [f"user{number}" for number in range(1, wish.n + 1)]
        metafunc.parametrize(_CONVERSATION, range(wish.n), ids=ids, indirect=True)


def pytest_itemcollected(item: pytest.Item) -> None:
    """Give a marked function what it doesn't ask for by itself."""
    if item.get_closest_marker(marking.MARK) is None or not hasattr(item, "fixturenames") or _is_ours(item):
        return
    wish = _wish(item)
    names: list[str] = item.fixturenames
    needed = _CONVERSATION if wish.each else _RESULT
    if needed not in names and (wish.each or not _BY_HAND.intersection(names)):
        names.append(needed)
    if wish.each:
        from pytest_prebeta.marked import seat_of

        seat_of(item)


def _is_ours(item: pytest.Item) -> bool:
    return item.path.suffix in _YAML


def _wish(item: pytest.Item) -> marking.Wish:
    mark = item.get_closest_marker(marking.MARK)
    assert mark is not None
    return marking.wish_of(mark)


# --- running ----------------------------------------------------------------------------------------------------------


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, None, None]:
    """A marked function fails with its run or user before its own lines; where that can't tell they come first."""
    if item.get_closest_marker(marking.MARK) is None or _is_ours(item):
        return (yield)
    from pytest_prebeta import marked

    doubts = marked.before(item)
    result = yield
    marked.after(item, doubts)
    return result


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    notes.onto(report, item)
    return report


@pytest.hookimpl(tryfirst=True)
def pytest_report_teststatus(report: Any) -> tuple[str, str, tuple[str, dict[str, bool]]] | None:
    known = notes.of(report)
    if known is not None and report.skipped and known.get("status") == "inconclusive":
        return "inconclusive", "?", ("INCONCLUSIVE", {"yellow": True})
    return None


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    desk = session.config.stash.get(notes.DESK, None)
    if desk is not None:
        desk.close()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    told: dict[str, dict[str, Any]] = {}
    for report in (report for several in terminalreporter.stats.values() for report in several):
        known = notes.of(report)
        if known is not None and len(known) >= len(told.get(report.nodeid, ())):  # the phases' later reports know more
            told[report.nodeid] = known
    desk = terminalreporter.config.stash.get(notes.DESK, None)
    begun = {} if desk is None else desk.begun
    if told or begun:
        from pytest_prebeta.summary import write

        write(terminalreporter, list(told.items()), begun)


# --- fixtures ---------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def prebeta_project(request: pytest.FixtureRequest) -> Project:
    """The project that is tested: of --prebeta-config, `prebeta_config` in the ini file, or the nearest prebeta.yaml.

    Write a fixture of this name to test a project made in Python."""
    from pytest_prebeta.ahead import said_plainly
    from pytest_prebeta.desk import desk_of

    with said_plainly():
        return desk_of(request.config).project()


@pytest.fixture
def prebeta_run(request: pytest.FixtureRequest, prebeta_project: Project) -> Callable[..., Result]:
    """Send users by hand: `prebeta_run(n=50, seed=1, …)` gives the Result; options as of `prebeta.run`, those of the test's
    mark where they are not given. In an async test: prebeta_arun."""
    from pytest_prebeta.marked import runner

    return runner(request, prebeta_project)


@pytest.fixture
def prebeta_arun(
    request: pytest.FixtureRequest, prebeta_project: Project
) -> Callable[..., Coroutine[Any, Any, Result]]:
    """`prebeta_run` for async tests: `result = await prebeta_arun(n=50)`."""
    from pytest_prebeta.marked import async_runner

    return async_runner(request, prebeta_project)


@pytest.fixture
def prebeta_result(request: pytest.FixtureRequest, prebeta_project: Project) -> Result:
    """The Result of the run that the test's mark asks for. Tests of a session with the same mark and project share it."""
    from pytest_prebeta.marked import result_of

    return result_of(request, prebeta_project)


@pytest.fixture
def prebeta_conversation(request: pytest.FixtureRequest, prebeta_project: Project) -> Conversation:
    """The conversation of this test's user, of a mark with each=True."""
    from pytest_prebeta.marked import conversation_of

    return conversation_of(request, prebeta_project)
