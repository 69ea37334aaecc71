"""How well prebeta finds what was planted: products with known mistakes, held against what a run says.

A product is spoken to in this process: what its server says over HTTP is the same code.
"""

from __future__ import annotations

import importlib
import sys
import tempfile
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import prebeta
from prebeta.analysis.findings import placed
from prebeta.config.yaml_lines import parse
from prebeta.runner import Kept

PRODUCTS_FOLDER = Path(__file__).parent.parent / "products"
NEAR = 1
"""A blamed turn this far off still counts as near."""


@dataclass(frozen=True)
class Product:
    """Where a product with planted faults lies, and what makes one: maker(faults, logs) gives a function or class."""

    folder: str
    module: str
    maker: str
    faults_module: str

    def make(self, faults: Collection[str], logs: dict[str, list[dict[str, Any]]]) -> Any:
        return getattr(self._imported(self.module), self.maker)(faults, logs)

    @property
    def faults(self) -> dict[str, Any]:
        """Name to fault, each with its `kind` and in how many `ways` things must come together."""
        found: dict[str, Any] = self._imported(self.faults_module).FAULTS
        return found

    def project(self, target: Any) -> prebeta.Project:
        document = parse((PRODUCTS_FOLDER / self.folder / "prebeta.yaml").read_text(), "prebeta.yaml").document
        document["target"] = {"kind": "python", "function": target}
        return prebeta.Project.model_validate(document)

    def _imported(self, name: str) -> Any:
        folder = str(PRODUCTS_FOLDER / self.folder)
        if folder not in sys.path:
            sys.path.insert(0, folder)
        return importlib.import_module(name)


PRODUCTS = {
    "clinic": Product("clinic", "clinic_client", "practice", "faults"),
    "claims": Product("claims", "claim_client", "desk", "claim_faults"),
    "stays": Product("stays", "stay_client", "hotel", "stay_faults"),
}


@dataclass(frozen=True)
class Wanted:
    """A run to be held: the product with these faults."""

    product: str
    faults: tuple[str, ...]
    n: int
    seed: int = 1
    sample: str = "mixed"


@dataclass(frozen=True)
class Seen:
    """One conversation: what prebeta says about it, and what the product noted (fault to transcript's turn).

    `kind` and `turn` are of the primary verdict; `verdicts` are kind and turn of all that failed.
    """

    outcome: str
    failed: bool
    flawed: bool
    kind: str | None
    turn: int | None
    finding: str | None
    noted: dict[str, int]
    verdicts: tuple[tuple[str, int], ...] = ()

    def gap(self, fault: str) -> int:
        """Turns between the blamed one and the noted one; large where nothing is blamed."""
        return abs(self.turn - self.noted[fault]) if self.turn is not None else 99


def hold(wanted: Wanted) -> list[Seen]:
    """The run's conversations in the order they were planned."""
    product, logs = PRODUCTS[wanted.product], dict[str, list[dict[str, Any]]]()
    project = product.project(product.make(wanted.faults, logs))
    said: dict[str, tuple[tuple[str, int], ...]] = {}

    def observe(told: Any) -> None:
        if isinstance(told, Kept):
            fails = [verdict for verdict in told.verdicts if verdict.value == "fail"]
            said[told.transcript.id] = tuple((each.kind or "", each.turn or 0) for each in fails)

    with tempfile.TemporaryDirectory() as folder:
        store = Path(folder) / "quality.db"
        result = prebeta.run(project, None, observe, store, n=wanted.n, seed=wanted.seed, sample=wanted.sample)
    # The Python target's session is the conversation's id and a stamp; a product that breaks at once never tells it.
    by_conversation = {session.rpartition("-")[0]: log for session, log in logs.items()}
    seen, where = [], placed(result.rows)
    for row in result.rows:
        noted: dict[str, int] = {}
        for entry in by_conversation.get(row.id, ()):
            noted.setdefault(entry["fault"], entry["turn"])
        say = row.assessment
        verdicts = said.get(row.id, ())
        seen.append(Seen(say.outcome, say.failed, say.flawed, say.kind, say.turn, where.get(row.id), noted, verdicts))
    return seen


@dataclass(frozen=True)
class Score:
    """One fault alone: `hit` counts conversations that ran into it, and kind, exact and near those of them that were
    blamed rightly; `alarms` the others that were blamed all the same, `rest` how many others there are."""

    product: str
    fault: str
    kind: str
    ways: int
    n: int
    hit: int
    right: int
    exact: int
    near: int
    unplaced: int
    rest: int
    alarms: int

    @property
    def found(self) -> bool:
        return self.right > 0

    def share(self, name: str) -> float:
        """right, exact or near as a share of the conversations that ran into the fault."""
        return float(getattr(self, name) / self.hit) if self.hit else 0.0


OURS = frozenset({"SIM_FAULT", "JUDGE_FAULT", "INFRA"})


def score(product: str, fault: str, seen: Sequence[Seen]) -> Score:
    """Those that ended as our own fault after running into it count as missed, not as left out."""
    planted = PRODUCTS[product].faults[fault]
    hit = [one for one in seen if fault in one.noted and one.outcome != "LEFT"]
    rest = [one for one in seen if fault not in one.noted and one.outcome not in OURS]
    return Score(
        product, fault, planted.kind, planted.ways, len(seen),
        hit=len(hit),
        right=sum(one.kind == planted.kind for one in hit),
        exact=sum(one.gap(fault) == 0 for one in hit),
        near=sum(one.gap(fault) <= NEAR for one in hit),
        unplaced=sum(one.outcome in OURS for one in hit),
        rest=len(rest),
        alarms=sum(one.failed or one.flawed for one in rest),
    )  # fmt: skip


@dataclass(frozen=True)
class Clean:
    """A product without faults: how many conversations were blamed on it, or failed by our own doing."""

    product: str
    n: int
    failed: int
    flawed: int
    ours: int


def clean(product: str, seen: Sequence[Seen]) -> Clean:
    return Clean(
        product,
        len(seen),
        failed=sum(one.failed for one in seen),
        flawed=sum(one.flawed for one in seen),
        ours=sum(one.outcome in OURS for one in seen),
    )


@dataclass(frozen=True)
class Together:
    """A fault while all of its product's are on: in how many conversations it showed, whether some finding of its kind
    has one of them, blamed at its turn (±1), and whether any verdict says so, primary or not."""

    fault: str
    hit: int
    found: bool
    said: bool


def together(product: str, seen: Sequence[Seen]) -> list[Together]:
    """Every fault of a product, from a run with all of them on."""
    found = []
    for fault, planted in PRODUCTS[product].faults.items():
        hit = [one for one in seen if fault in one.noted]
        primary = any(one.kind == planted.kind and one.gap(fault) <= NEAR for one in hit)
        said = any(
            kind == planted.kind and abs(turn - one.noted[fault]) <= NEAR for one in hit for kind, turn in one.verdicts
        )
        found.append(Together(fault, len(hit), primary, said))
    return found


def first_found(fault: str, kind: str, seen: Sequence[Seen]) -> int | None:
    """After how many conversations the fault was found first: ran into, and blamed for what it is."""
    return next((n for n, one in enumerate(seen, 1) if fault in one.noted and one.kind == kind), None)


def mean(values: Iterable[float]) -> float:
    listed = list(values)
    return sum(listed) / len(listed) if listed else 0.0


def all_faults(suits: Callable[[Any], bool] = lambda fault: True) -> list[tuple[str, str]]:
    """(product, fault) of every planted fault that suits."""
    return [
        (name, fault)
        for name, product in PRODUCTS.items()
        for fault, planted in product.faults.items()
        if suits(planted)
    ]
