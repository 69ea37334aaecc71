"""The planted faults and the releases that have them. One fault, one class in the file of its kind, one line here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from prebeta.demo.faults.base import Answer, Breakdown, Card, Entry, Fault, Scene
from prebeta.demo.faults.dead_end import OwnWordsNotUnderstood
from prebeta.demo.faults.false_done import DoneWhenHurried
from prebeta.demo.faults.ignored_input import AddressTooSoon
from prebeta.demo.faults.loop import StuckAfterClarifying
from prebeta.demo.faults.lost_correction import ChangeNotKept
from prebeta.demo.faults.no_progress import ChatsAfterNotSure
from prebeta.demo.faults.system_error import BreaksOffTopic
from prebeta.demo.faults.wrong_result import DateADayEarly

# The order in which they are asked within a turn; the change that is lost comes before the date that is misread.
FAULTS: Mapping[str, type[Fault]] = MappingProxyType(
    {
        fault.card.name: fault
        for fault in (
            DoneWhenHurried,
            ChatsAfterNotSure,
            StuckAfterClarifying,
            BreaksOffTopic,
            OwnWordsNotUnderstood,
            AddressTooSoon,
            ChangeNotKept,
            DateADayEarly,
        )
    }
)
"""Name to class; `FAULTS[name].card` describes it."""

RELEASES: Mapping[int, frozenset[str]] = MappingProxyType({1: frozenset(FAULTS), 4: frozenset()})
"""Release to the names of its faults."""


def faults_of(release: int, names: Iterable[str] | None = None) -> tuple[Fault, ...]:
    """New faults for one conversation: those named, else the release's. Raises ValueError for an unknown one."""
    if release not in RELEASES:
        raise ValueError(f"there is no release {release!r}; there are {', '.join(map(str, RELEASES))}")
    wanted = RELEASES[release] if names is None else frozenset(names)
    unknown = wanted - FAULTS.keys()
    if unknown:
        raise ValueError(f"there is no fault {sorted(unknown)[0]!r}; there are {', '.join(FAULTS)}")
    return tuple(make() for name, make in FAULTS.items() if name in wanted)


__all__ = ["FAULTS", "RELEASES", "Answer", "Breakdown", "Card", "Entry", "Fault", "Scene", "faults_of"]
