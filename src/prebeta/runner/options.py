"""How a run is to be made, and what its observers are told."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from typing import Any, TypeAlias

from prebeta.analysis.sequential import Until
from prebeta.core.errors import UsageError
from prebeta.core.events import Event
from prebeta.core.results import Assessment, Run
from prebeta.core.suggest import suggestion
from prebeta.core.types import Transcript, Verdict

SAMPLES = ("mixed", "census", "hunt")
CACHES = ("record", "replay", "off")


@dataclass(frozen=True, slots=True)
class RunOptions:
    """How a run is to be made. Raises UsageError for what makes no sense.

    `n` scenarios are drawn, each held `repeats` times by the first of `users`; without users it is the project's
    policy. `concurrency` overrides the project's. After `max_time_s` no conversation begins and running ones are
    given up: what is there is the result. With `watch_turns` observers are told each turn. `cache`: answers of LLMs are
    kept and taken from there (record), taken from there only (replay), or neither (off). When LLMs have cost
    `max_cost_usd` the run ends with what it has.

    `until` ("±3%", "<1%", ">20%") ends the run as soon as that is known, with `n` as the bound. `failed_first` names a run
    whose failed users go first; what is not given of n, seed and sample is that run's then. Else n is 100, or what `until`
    may take; seed 1; sample mixed, and census with `until`, as only typical users tell the rate.
    """

    n: int | None = None
    seed: int | None = None
    sample: str | None = None
    users: tuple[str, ...] = ()
    concurrency: int | None = None
    release: str | None = None
    note: str | None = None
    repeats: int = 1
    max_time_s: float | None = None
    watch_turns: bool = False
    cache: str = "record"
    max_cost_usd: float | None = None
    until: str | None = None
    failed_first: str | None = None

    def __post_init__(self) -> None:
        if self.cache not in CACHES:
            raise UsageError(
                f"unknown cache {self.cache!r}; {suggestion(self.cache, CACHES, 'one of: ' + ', '.join(CACHES))}"
            )
        if self.max_cost_usd is not None and not self.max_cost_usd >= 0:
            raise UsageError(f"max_cost_usd is {self.max_cost_usd}; give USD, 0 or more")
        for name in ("n", "repeats", "concurrency", "max_time_s"):
            value = getattr(self, name)
            if value is not None and not value > 0:
                raise UsageError(f"{name} is {value}; give a number above 0")
        if self.sample is not None and self.sample not in SAMPLES:
            raise UsageError(f"unknown sample {self.sample!r}; one of: {', '.join(SAMPLES)}")
        self._check_until()
        if len(set(self.users)) < len(self.users):
            raise UsageError(f"users {', '.join(self.users)}: each kind of user once, please")

    def _check_until(self) -> None:
        if self.until is None:
            return
        Until.parse(self.until)
        if self.failed_first is not None:
            raise UsageError(
                "--until and --failed-first don't go together: users who failed before go first then, so the rate of those"
                " held is too high at every moment, and nothing may be decided by it; leave one of them out"
            )
        if self.sample == "hunt":
            raise UsageError(
                "--until with --sample hunt: probing users don't tell how often typical ones fail; give census or mixed"
            )

    @classmethod
    def of(cls, named: Mapping[str, Any]) -> RunOptions:
        """Options by keyword; `users` also as a text with commas."""
        known = [field.name for field in fields(cls)]
        for name in named:
            if name not in known:
                hint = suggestion(name, known, f"known: {', '.join(known)}")
                raise UsageError(f"unknown option {name!r}; {hint}")
        users = named.get("users", ())
        split = users.split(",") if isinstance(users, str) else users
        return cls(**{**named, "users": tuple(user.strip() for user in split)})


@dataclass(frozen=True, slots=True)
class Begun:
    """A run begins or goes on: so many conversations are planned, so many lie in the store already."""

    run: Run
    planned: int
    done: int


@dataclass(frozen=True, slots=True)
class Kept:
    """A conversation is over, judged, and on its way into the store."""

    transcript: Transcript
    verdicts: tuple[Verdict, ...]
    assessment: Assessment


@dataclass(frozen=True, slots=True)
class Enough:
    """What `until` asked for is known, after so many of the typical users: no more conversations begin, those under way end."""

    wanted: str
    after: int


@dataclass(frozen=True, slots=True)
class FailedAgain:
    """The users that failed in `failed_first` are all through: `again` is the summary's key `failed_first`."""

    again: Mapping[str, Any]


Told: TypeAlias = Begun | Kept | Enough | FailedAgain | Event
"""What an observer is told: Begun, then the engine's events with Kept in place of ConversationEnded."""
Observer: TypeAlias = Callable[[Told], None]
