"""Test items that are no functions of the user's: a case of prebeta_cases/, a user of prebeta.yaml.

They are pytest.Function items all the same, so that fixtures of the user's apply to them and other plugins know them.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, cast

import pytest

from pytest_prebeta import marking
from pytest_prebeta.ahead import said_plainly, to_come, without_secrets
from pytest_prebeta.desk import desk_of
from pytest_prebeta.glance import Glance
from pytest_prebeta.notes import conclude, note
from pytest_prebeta.seats import Seat, await_user, conclude_user, take_seat

if TYPE_CHECKING:
    from prebeta.config import Project
    from prebeta.datasets.cases import Case
    from prebeta.runner.casework import CaseResult

CASES = "prebeta_cases"
DEFAULT_USERS = 50


class CaseFile(pytest.Module):
    """A file of prebeta_cases/: one case, one item, by the case's id."""

    obj = None

    def collect(self) -> Iterator[pytest.Item]:
        from pytest_prebeta.glance import glance

        try:
            seen = glance(self.path.read_text(encoding="utf-8-sig"))
        except (OSError, UnicodeDecodeError):
            seen = None
        seen = seen or self._looked_into()
        known = desk_of(self.config).known_cases
        first = known.setdefault(seen.id, self.nodeid)
        if first != self.nodeid:
            raise self.CollectError(f"{self.nodeid}: case: {seen.id} is the case of {first} already; keep one of them")
        yield CaseItem.of(self, seen)

    def _looked_into(self) -> Glance:
        from prebeta.core.errors import UsageError

        try:
            case = read(self.path, self.nodeid)
        except UsageError as error:
            raise self.CollectError(without_secrets(str(error))) from None
        return Glance(case.id, case.title, case.finding, case.kind, case.held_out)


def read(path: Path, shown: str) -> Case:
    """The case in a file. Raises UsageError with a line for everything that is to be mended."""
    from prebeta.config.yaml_lines import read_text
    from prebeta.datasets.cases.reading import case_of_text

    return case_of_text(read_text(path, shown), shown, path)


def _case(prebeta_project: Project) -> None:
    """What a case's item calls for: the session's project."""


class CaseItem(pytest.Function):
    """A case, held against the product of now. `case` and `result` are there once it is set up."""

    seen: Glance
    case: Case | None = None
    result: CaseResult | None = None

    @classmethod
    def of(cls, parent: CaseFile, seen: Glance) -> CaseItem:
        item: CaseItem = cls.from_parent(parent, name=seen.id, callobj=_case)
        item.seen = seen
        item.add_marker(marking.MARK)
        if seen.held_out:
            item.add_marker(marking.HELD_OUT)
        note(item, case=seen.id, finding=seen.finding, kind=seen.kind)
        return item

    @property
    def project(self) -> Project:
        """What the fixture prebeta_project gave."""
        return cast("Project", self.funcargs["prebeta_project"])

    def read(self, project: Project) -> Case:
        """The case, once it is known to fit the project. Raises UsageError."""
        from prebeta.datasets.cases.checking import fits

        if self.case is None:
            case = read(self.path, self.nodeid.partition("::")[0])
            fits(case, project)
            self.case = case
        return self.case

    def setup(self) -> None:
        super().setup()
        project = self.project
        known, ahead = desk_of(self.config).case_results(project)
        with said_plainly():
            self.read(project)
            ahead.ask(_coming(self, project, known))
            self.result = ahead.wait(self.nodeid)

    def runtest(self) -> None:
        from pytest_prebeta.judging import of_case

        assert self.result is not None
        judged = of_case(self.result)
        note(self, case_status=self.result.status, replay=self._again())
        conclude(self, judged, lambda: self._shown(judged.why))

    def _shown(self, why: str) -> str:
        from prebeta.cli.naming import namer_for
        from pytest_prebeta.judging import shortest
        from pytest_prebeta.writing import of_try

        assert self.result is not None
        seen = self.seen
        lines = [seen.title, f"case {seen.id}, finding {seen.finding}: {why}"]
        if not seen.held_out:
            namer = namer_for(self.project)
            lines += ["", of_try(shortest(self.result.held), self.result, namer)]
        return "\n".join([*lines, f"again: {self._again()}"])

    def _again(self) -> str:
        """The command that holds this case again."""
        from pytest_prebeta.writing import config_words

        desk, project = desk_of(self.config), self.project
        file = next((file for file, loaded in desk.files.items() if loaded is project), None)
        if file is None or self.path.parent != file.parent / CASES:
            return f'pytest "{self.nodeid}"'
        return f"prebeta cases run {self.seen.id}{config_words(file, self.config.invocation_params.dir)}"

    def reportinfo(self) -> tuple[Path, int, str]:
        return self.path, 0, f"{self.path.name}: {self.name}"


def _coming(item: pytest.Item, project: Project, known: dict[str, Case]) -> list[str]:
    """The cases that this process is going to hold, this one first, without those that can't be held."""
    from prebeta.core.errors import UsageError

    for one in to_come(item):
        if isinstance(one, CaseItem):
            with contextlib.suppress(UsageError):  # its own test will say so
                known.setdefault(one.nodeid, one.read(project))
    return list(known)


class UsersFile(pytest.Module):
    """A prebeta.yaml: its users, an item each, by the scenario's id."""

    obj = None

    def collect(self) -> Iterator[pytest.Item]:
        from prebeta.core.errors import UsageError

        desk = desk_of(self.config)
        n = self.config.getoption("prebeta_scenarios") or DEFAULT_USERS
        try:
            project = desk.load(self.path)
            crowd = desk.crowd(self.nodeid, project, desk.options({"n": n}))
        except UsageError as error:
            raise self.CollectError(without_secrets(str(error))) from None
        for position, job in enumerate(crowd.share.jobs[:n]):
            yield UserItem.of(self, job.scenario.id, Seat(self.nodeid, position))


def _user() -> None:
    """What a user's item calls for: nothing."""


class UserItem(pytest.Function):
    """A user of a project, sent on a conversation with its product."""

    @classmethod
    def of(cls, parent: UsersFile, name: str, seat: Seat) -> UserItem:
        item: UserItem = cls.from_parent(parent, name=name, callobj=_user)
        item.add_marker(marking.MARK)
        take_seat(item, seat)
        note(item, scenario=name)
        return item

    def setup(self) -> None:
        super().setup()
        crowd = desk_of(self.config).crowds[self.parent.nodeid] if self.parent is not None else None
        assert crowd is not None
        await_user(self, crowd)

    def runtest(self) -> None:
        conclude_user(self)

    def reportinfo(self) -> tuple[Path, int, str]:
        return self.path, 0, f"{self.path.name}: {self.name}"
