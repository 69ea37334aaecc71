"""How well cases keep their answer: findings of products with planted faults become cases, which are held again and again."""

from __future__ import annotations

import asyncio
import tempfile
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scorecard import PRODUCTS, Product

import prebeta
from prebeta.runner.casework import CaseResult, ahold_cases
from prebeta.runner.promoting import Added, Wish, candidates, make_cases
from prebeta.store import Store


@dataclass(frozen=True)
class Kept:
    """Cases of all findings of a product with its faults on: what became of the findings, the cases held twice on that
    product, and once, as often as they ask for, on it with its faults mended."""

    made: tuple[Added, ...]
    first: tuple[CaseResult, ...]
    second: tuple[CaseResult, ...]
    mended: tuple[CaseResult, ...]

    @property
    def came(self) -> Counter[str]:
        return Counter(one.came for one in self.made)

    @property
    def kept(self) -> float:
        """Share of cases of which the same is said both times: the product is the same."""
        same = [one.status == two.status for one, two in zip(self.first, self.second, strict=True)]
        return sum(same) / len(same) if same else 1.0

    @property
    def wrong(self) -> int:
        """How often a case is called fixed, or broken otherwise, though nothing was mended."""
        return sum(one.status in ("fixed", "changed") for one in (*self.first, *self.second))

    @property
    def fixed(self) -> float:
        """Share of cases that are called fixed where the faults are mended."""
        return sum(one.status == "fixed" for one in self.mended) / len(self.mended) if self.mended else 1.0


def kept_cases(
    name: str, n: int, seed: int, times: int = 5, most: int | None = None, products: Mapping[str, Product] = PRODUCTS
) -> Kept:
    """Hold a run with all faults on, make cases of its findings, and hold those."""
    product, logs = products[name], dict[str, list[dict[str, Any]]]()
    broken = product.project(product.make(tuple(product.faults), logs))
    clean = product.project(product.make((), logs))
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "cases.db"
        result = prebeta.run(broken, None, None, place, n=n, seed=seed)
        with Store.open(place, create=False) as store:
            wanted = [one.finding.id for one in result.findings][:most]
            found = candidates(store, "latest", wanted)
        return asyncio.run(_held(broken, clean, found, times))


async def _held(broken: prebeta.Project, clean: prebeta.Project, found: Any, times: int) -> Kept:
    made = await make_cases(broken, found, (), Wish(times=5))
    cases = [one.case for one in made if one.came == "added" and one.case is not None]
    first = await ahold_cases(broken, cases, times)
    second = await ahold_cases(broken, cases, times)
    return Kept(made, first, second, await ahold_cases(clean, cases, None))
