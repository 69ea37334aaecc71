"""Functions with a mark: the run or the user they ask for, and how they end with it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any

import pytest

from pytest_prebeta.ahead import said_plainly
from pytest_prebeta.desk import desk_of
from pytest_prebeta.marking import MARK, Wish, wish_of
from pytest_prebeta.notes import conclude, note
from pytest_prebeta.seats import Conversation, Seat, await_user, conclude_user, judged_user, take_seat

if TYPE_CHECKING:
    from prebeta.config import Project
    from prebeta.runner import Result
    from pytest_prebeta.judging import Judged

_RESULTS = pytest.StashKey[list["Result"]]()
"""The results that a test's mark is to judge."""


def before(item: pytest.Item) -> Judged | None:
    """End a test whose run or user failed. Gives what is to be said after its own lines, where nothing could be told."""
    judged = judged_user(item)
    if judged is not None:
        if judged.came != "inconclusive":
            conclude_user(item, judged)
        return judged
    for result in item.stash.get(_RESULTS, []):
        found = _judged(item, result)
        if found.came == "failed":
            _conclude(item, result, found)
    return None


def after(item: pytest.Item, doubts: Judged | None) -> None:
    """End a test whose own lines passed."""
    if doubts is not None:
        conclude_user(item, doubts)
        return
    results = item.stash.get(_RESULTS, [])
    for result, found in sorted(
        ((result, _judged(item, result)) for result in results), key=lambda each: _ORDER.index(each[1].came)
    ):
        _conclude(item, result, found)


_ORDER = ("failed", "passed", "inconclusive")


def _judged(item: pytest.Item, result: Result) -> Judged:
    from pytest_prebeta.judging import of_run

    return of_run(result, _wish(item).rules)


def _conclude(item: pytest.Item, result: Result, found: Judged) -> None:
    from pytest_prebeta.writing import of_run

    conclude(item, found, lambda: of_run(result, found.why, item.config.invocation_params.dir))


def result_of(request: pytest.FixtureRequest, project: Project) -> Result:
    """The result of the mark's run, held once for all tests with the same mark and project."""
    item = _item(request)
    if item.get_closest_marker(MARK) is None or _wish(item).each:
        pytest.fail(
            f"prebeta_result is of a run: mark the test @pytest.mark.{MARK}(n=50, max_failure_rate=…)", pytrace=False
        )
    wish, desk = _wish(item), desk_of(request.config)
    with said_plainly():
        options = desk.options(wish.options)
        key = f"{id(project)} {options!r}"
        if key not in desk.results:
            desk.results[key] = project, desk.background.start(desk.hold(project, options)).result()
    result = desk.results[key][1]
    _keep(item, result)
    return result


def runner(request: pytest.FixtureRequest, project: Project) -> Callable[..., Result]:
    item = _item(request)

    def run(**named: Any) -> Result:
        try:
            asyncio.get_running_loop()
        except RuntimeError:
            pass
        else:
            pytest.fail("prebeta: an event loop is running in this test; write: await prebeta_arun(…)", pytrace=False)
        desk = desk_of(request.config)
        with said_plainly():
            options = desk.options({**_options(item), **named})
            result = desk.background.start(desk.hold(project, options)).result()
        _keep(item, result)
        return result

    return run


def async_runner(request: pytest.FixtureRequest, project: Project) -> Callable[..., Coroutine[Any, Any, Result]]:
    item = _item(request)

    async def run(**named: Any) -> Result:
        desk = desk_of(request.config)
        with said_plainly():
            result = await desk.hold(project, desk.options({**_options(item), **named}))
        _keep(item, result)
        return result

    return run


def conversation_of(request: pytest.FixtureRequest, project: Project) -> Conversation:
    """The conversation of the user that is this test's parameter."""
    item = _item(request)
    if item.get_closest_marker(MARK) is None or not _wish(item).each or not hasattr(request, "param"):
        pytest.fail(
            f"prebeta_conversation is of one user: mark the test @pytest.mark.{MARK}(n=20, each=True)", pytrace=False
        )
    desk, name = desk_of(request.config), crowd_name(item)
    with said_plainly():
        crowd = desk.crowd(name, project, desk.options(_wish(item).options))
    return await_user(item, crowd)


def seat_of(item: pytest.Item) -> None:
    """Note which user a function's item is: known when it is collected, so that all of them are held together."""
    position = _parameters(item).get("prebeta_conversation")
    if position is not None:
        take_seat(item, Seat(crowd_name(item), position))


def crowd_name(item: pytest.Item) -> str:
    """One crowd for all users of a function; one for each set of its other parameters."""
    others = {name: value for name, value in _parameters(item).items() if name != "prebeta_conversation"}
    return f"{item.nodeid.partition('[')[0]} {others!r}" if others else item.nodeid.partition("[")[0]


def _parameters(item: pytest.Item) -> dict[str, Any]:
    found: dict[str, Any] = getattr(getattr(item, "callspec", None), "params", {})
    return found


def _keep(item: pytest.Item, result: Result) -> None:
    """Have the test's mark judge a result, and say in its report which run it was."""
    from pytest_prebeta.writing import again_words, store_words

    if item.get_closest_marker(MARK) is not None:
        item.stash.setdefault(_RESULTS, []).append(result)
    place = store_words(result.store, item.config.invocation_params.dir)
    told = {
        "run": result.run.id,
        "failure_rate": None if result.failure_rate is None else f"{result.failure_rate:.4f}",
        "interval": None if result.interval is None else "{:.4f} to {:.4f}".format(*result.interval),
        "store": str(result.store),
        "show": f"prebeta show {result.run.id}{place}",
    }
    if result.findings:
        first = result.findings[0]
        conversation = first.example.conversation
        replay = again_words(result.run.project, conversation, place)
        told |= {"finding": first.finding.id, "conversation": conversation, "replay": replay}
    note(item, **told)


def _item(request: pytest.FixtureRequest) -> pytest.Item:
    item = request.node
    assert isinstance(item, pytest.Item)
    return item


def _wish(item: pytest.Item) -> Wish:
    mark = item.get_closest_marker(MARK)
    assert mark is not None
    return wish_of(mark)


def _options(item: pytest.Item) -> dict[str, Any]:
    return {} if item.get_closest_marker(MARK) is None else dict(_wish(item).options)
