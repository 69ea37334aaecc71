"""How a run is to be made, and what its observers are told."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from typing import Any, TypeAlias

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
    """

    n: int = 100
    seed: int = 1
    sample: str = "mixed"
    users: tuple[str, ...] = ()
    concurrency: int | None = None
    release: str | None = None
    note: str | None = None
    repeats: int = 1
    max_time_s: float | None = None
    watch_turns: bool = False
    cache: str = "record"
    max_cost_usd: float | None = None

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
        if self.sample not in SAMPLES:
            raise UsageError(f"unknown sample {self.sample!r}; one of: {', '.join(SAMPLES)}")
        if len(set(self.users)) < len(self.users):
            raise UsageError(f"users {', '.join(self.users)}: each kind of user once, please")

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


Told: TypeAlias = Begun | Kept | Event
"""What an observer is told: Begun, then the engine's events with Kept in place of ConversationEnded."""
Observer: TypeAlias = Callable[[Told], None]
