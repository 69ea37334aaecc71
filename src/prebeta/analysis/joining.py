"""The failure modes of several runs, so that one fault is one line whatever a single run calls it.

Which cells are one fault is decided in each run from what it holds, so runs draw the line in different places. Here two cells
are together only if no run that shows both has them apart: what one run can tell apart is told apart in all of them. They
come together where a run has them in one mode, or, seen in different runs only, where all conversations together would.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from prebeta.analysis.grouping import Case, Mode, modes
from prebeta.core.results import Row


@dataclass(frozen=True, slots=True)
class Joint:
    """Flaws of several runs that are one failure mode: the `cases` of each run, and the mode each has them in by itself,
    None where it shows none of them."""

    cases: tuple[tuple[Case, ...], ...]
    own: tuple[Mode | None, ...]

    @property
    def all_cases(self) -> tuple[Case, ...]:
        return tuple(case for several in self.cases for case in several)

    @property
    def id(self) -> str:
        """That of the last run in whose own mode these are most, else of the last that shows them."""
        there = [(mode, len(cases)) for mode, cases in zip(self.own, self.cases, strict=True) if mode is not None]
        mostly = [mode.id for mode, count in there if 2 * count >= len(mode.cases)]
        return (mostly or [mode.id for mode, _ in there])[-1]

    def mode(self, at: int) -> Mode | None:
        """What run `at` shows of it, under the id that is its own there."""
        own, cases = self.own[at], self.cases[at]
        if own is None:
            return None
        sizes = Counter(case.symptom.cell for case in cases)
        return Mode(own.id, tuple(sorted(sizes, key=lambda cell: (-sizes[cell], cell))), cases)


@dataclass(slots=True)
class _Unit:
    """What is together so far: the mode it is in for each run, and the modes of all runs taken as one that it touches."""

    modes: list[int | None]
    together: set[int]
    atoms: list[str]

    def takes(self, modes_: Sequence[int | None], whole: int) -> tuple[bool, bool]:
        """Whether these flaws belong here: because a run says so, because all runs taken as one do."""
        both = [(one, other) for one, other in zip(self.modes, modes_, strict=True) if None not in (one, other)]
        if any(one != other for one, other in both):
            return False, False
        return bool(both), whole in self.together


def joined(runs: Sequence[Sequence[Row]]) -> list[Joint]:
    """The failure modes of these runs' conversations, those with most cases first. A row belongs to one run."""
    own = [modes(rows) for rows in runs]
    whole = modes(row for rows in runs for row in rows)
    atom_of = _atoms(own, whole)
    cases: dict[str, list[list[Case]]] = defaultdict(lambda: [[] for _ in runs])
    homes: dict[str, list[Counter[int]]] = defaultdict(lambda: [Counter() for _ in runs])
    for at, found in enumerate(own):
        for place, mode in enumerate(found):
            for case in mode.cases:
                atom = atom_of[_key(case)]
                cases[atom][at].append(case)
                homes[atom][at][place] += 1
    wholes = {atom_of[_key(case)]: place for place, mode in enumerate(whole) for case in mode.cases}
    order = sorted(cases, key=lambda atom: (-sum(map(len, cases[atom])), atom))
    units: list[_Unit] = []
    for atom in order:
        places = [counts.most_common(1)[0][0] if counts else None for counts in homes[atom]]
        _put(units, atom, places, wholes[atom])
    return [
        Joint(
            tuple(tuple(case for atom in unit.atoms for case in cases[atom][at]) for at in range(len(runs))),
            tuple(None if place is None else own[at][place] for at, place in enumerate(unit.modes)),
        )
        for unit in units
    ]


def _put(units: list[_Unit], atom: str, places: Sequence[int | None], whole: int) -> None:
    said = [unit.takes(places, whole) for unit in units]
    for reason in (0, 1):
        home = next((unit for unit, why in zip(units, said, strict=True) if why[reason]), None)
        if home is not None:
            home.modes = [one if one is not None else new for one, new in zip(home.modes, places, strict=True)]
            home.together.add(whole)
            home.atoms.append(atom)
            return
    units.append(_Unit(list(places), {whole}, [atom]))


def _atoms(own: Sequence[Sequence[Mode]], whole: Sequence[Mode]) -> Mapping[tuple[int, int], str]:
    """A flaw -> what is never taken apart: its cell, with the mode it is in among all runs where words split the cell."""
    in_modes = Counter(cell for found in own for mode in found for cell in set(mode.cells))
    most = Counter(cell for found in own for cell in {cell for mode in found for cell in mode.cells})
    split = {cell for cell, times in in_modes.items() if times > most[cell]}
    return {
        _key(case): f"{case.symptom.cell} {mode.id}" if case.symptom.cell in split else case.symptom.cell
        for mode in whole
        for case in mode.cases
    }


def _key(case: Case) -> tuple[int, int]:
    return id(case.row), id(case.symptom)
