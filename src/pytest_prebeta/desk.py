"""What a test session knows of prebeta: its project, its store, its runs. One desk a process, made when first needed."""

from __future__ import annotations

import hashlib
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from pytest_prebeta.ahead import Ahead, Tell
from pytest_prebeta.background import Background
from pytest_prebeta.notes import DESK

if TYPE_CHECKING:
    from collections.abc import Sequence

    from prebeta.config import Project
    from prebeta.datasets.cases import Case
    from prebeta.runner import Kept, Result, RunOptions, Told
    from prebeta.runner.casework import CaseResult
    from prebeta.runner.portion import Share

SESSION = "prebeta_session"
"""Under this name xdist's workers are told the session's token, so that they share its runs."""
CONFIG = "prebeta.yaml"
_CASES_AT_ONCE = 32


@dataclass(frozen=True, slots=True)
class Crowd:
    """The users of a mark with each=True or of a prebeta.yaml, and their conversations, held ahead."""

    share: Share
    ahead: Ahead[Kept]

    def conversations(self, position: int) -> tuple[str, ...]:
        """Ids of a user's conversations: as many as it is sent times."""
        n = self.share.run.conversations // self.share.run.repeats
        return tuple(
            self.share.jobs[position + n * repeat].conversation for repeat in range(self.share.options.repeats)
        )


@dataclass(slots=True)
class Desk:
    """The session's state: what is mutable in this plugin is here."""

    config: pytest.Config
    background: Background = field(default_factory=Background)
    token: str = ""
    files: dict[Path, Project] = field(default_factory=dict)
    crowds: dict[str, Crowd] = field(default_factory=dict)
    cases: dict[int, tuple[Project, dict[str, Case], Ahead[CaseResult]]] = field(default_factory=dict)
    results: dict[str, tuple[Project, Result]] = field(default_factory=dict)
    known_cases: dict[str, str] = field(default_factory=dict)
    begun: dict[str, int] = field(default_factory=dict)
    """Runs under way, or given up, and how many of the conversations asked for are left of each."""

    # --- the project ---------------------------------------------------------------------------------------

    def project(self) -> Project:
        """The session's project. Raises UsageError that says how to name one."""
        return self.load(self.config_file())

    def load(self, path: Path) -> Project:
        from prebeta.config import load

        if path not in self.files:
            self.files[path] = load(path)
        return self.files[path]

    def config_file(self) -> Path:
        """--prebeta-config, else `prebeta_config` of the ini file, else the nearest prebeta.yaml from here up to the root."""
        from prebeta.core.errors import UsageError

        here, root = self.config.invocation_params.dir, self.config.rootpath
        named, declared = self.config.getoption("prebeta_config"), self.config.getini("prebeta_config")
        if named:
            return here / str(named)
        if declared:
            return root / str(declared)
        places = [place for place in (here, *here.parents) if place == root or place.is_relative_to(root)] or [here]
        found = next((place / CONFIG for place in (*places, root) if (place / CONFIG).is_file()), None)
        if found is None:
            raise UsageError(
                f"no {CONFIG} in {root}; name it with --prebeta-config FILE or prebeta_config = FILE in pytest's ini file,"
                " or write a fixture prebeta_project that returns a prebeta.Project"
            )
        return found

    def store(self, project: Project) -> Path:
        from prebeta.runner import store_path

        named = self.config.getoption("prebeta_store")
        return self.config.invocation_params.dir / named if named else store_path(project)

    def options(self, named: Mapping[str, Any]) -> RunOptions:
        """Options of a run: what the command line says stands above a mark. Raises UsageError."""
        from prebeta.runner import RunOptions

        given = {name: self.config.getoption(f"prebeta_{name}") for name in ("seed", "release", "note")}
        times = {"repeats": self.config.getoption("prebeta_times")}
        said = {name: value for name, value in {**given, **times}.items() if value is not None}
        return RunOptions.of({**named, **said})

    # --- what is held --------------------------------------------------------------------------------------

    def crowd(self, name: str, project: Project, options: RunOptions) -> Crowd:
        """The crowd of this name: one run for all processes of the session. Raises UsageError."""
        from prebeta.core.errors import UsageError
        from prebeta.runner.portion import Share, hold_portion

        if name in self.crowds:
            return self.crowds[name]
        if len(options.users) > 1:
            raise UsageError(f"users {', '.join(options.users)}: as tests one kind of user is sent")
        share = Share.of(project, options, self.store(project), self.run_id(name))

        async def hold(names: Sequence[str], tell: Tell) -> None:
            def observe(told: Told) -> None:
                from prebeta.runner import Kept

                if isinstance(told, Kept):
                    tell(told.transcript.id, told)

            await hold_portion(share, names, observe)

        self.crowds[name] = Crowd(share, Ahead(self.background, hold))
        return self.crowds[name]

    def case_results(self, project: Project) -> tuple[dict[str, Case], Ahead[CaseResult]]:
        """Where cases of a project are held: known by their files, and their results."""
        if id(project) not in self.cases:
            known: dict[str, Case] = {}

            async def hold(names: Sequence[str], tell: Tell) -> None:
                from prebeta.runner.casework import ahold_cases

                times = self.config.getoption("prebeta_times")
                for begin in range(0, len(names), _CASES_AT_ONCE):
                    some = names[begin : begin + _CASES_AT_ONCE]
                    found = await ahold_cases(project, [known[name] for name in some], times, check=not begin)
                    for name, result in zip(some, found, strict=True):
                        tell(name, result)

            self.cases[id(project)] = project, known, Ahead(self.background, hold)
        _, known, ahead = self.cases[id(project)]
        return known, ahead

    async def hold(self, project: Project, options: RunOptions) -> Result:
        """A run. Raises what `prebeta.arun` raises."""
        from prebeta.core.errors import PrebetaError
        from prebeta.runner import Begun, Kept, arun

        own: list[str] = []

        def observe(told: Told) -> None:
            if isinstance(told, Begun):
                own.append(told.run.id)
                self.begun[told.run.id] = told.planned - told.done
            elif isinstance(told, Kept):
                self.begun[own[-1]] -= 1

        try:
            result = await arun(project, options, observe, self.store(project))
        except PrebetaError:
            self._forget(own)
            raise
        self._forget(own)
        return result

    def _forget(self, runs: Sequence[str]) -> None:
        for run in runs:
            self.begun.pop(run, None)

    def close(self) -> None:
        """Give up what is under way, and note what was asked for and is left."""
        self.background.close()
        for crowd in self.crowds.values():
            if crowd.ahead.left:
                self.begun[crowd.share.run.id] = crowd.ahead.left

    # --- identity ------------------------------------------------------------------------------------------

    def run_id(self, name: str) -> str:
        """The id of a crowd's run, the same in all processes of the session."""
        begun, _, chance = self.token.partition("/")
        key = f"{chance}:{name}".encode()
        return f"r{begun}-{hashlib.blake2b(key, digest_size=2).hexdigest()}"


def new_token() -> str:
    return f"{time.strftime('%Y%m%d-%H%M%S', time.gmtime())}/{secrets.token_hex(8)}"


def desk_of(config: pytest.Config) -> Desk:
    """The session's desk."""
    if DESK not in config.stash:
        told = getattr(config, "workerinput", {}).get(SESSION)
        config.stash[DESK] = Desk(config, token=told or new_token())
    desk: Desk = config.stash[DESK]
    return desk
