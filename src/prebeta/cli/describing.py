"""Having a model describe personas, with the cache and the budget of a run."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from prebeta.core.errors import ModelError, UsageError

if TYPE_CHECKING:
    from prebeta.config import Project
    from prebeta.core.protocols import Completion, Model, ModelRequest
    from prebeta.models import ModelOptions, RunTerms
    from prebeta.scenarios.generation.described import Made
    from prebeta.scenarios.generation.material import Material


@dataclass(frozen=True, slots=True)
class Asked:
    """Which model is asked, and on which terms. `name` is one under `models` of the project, or module:function; `cache`
    record, replay or off; the budget in USD is the project's where none is given."""

    name: str
    project: Project | None
    seed: int
    cache: str = "record"
    max_cost_usd: float | None = None


class _Remembered:
    """A model that remembers whether it ever answered, and what the last failure was."""

    def __init__(self, model: Model) -> None:
        self._model = model
        self.answered = False
        self.failure: ModelError | None = None

    async def complete(self, request: ModelRequest) -> Completion:
        try:
            answer = await self._model.complete(request)
        except ModelError as error:
            self.failure = error
            raise
        self.answered = True
        return answer


def described(number: int, material: Material, asked: Asked) -> Made:
    """So many personas, by the model as far as it can. Raises UsageError, and ModelError where it never answered."""
    from prebeta.models import Models
    from prebeta.scenarios.generation.described import describe

    async def ask() -> Made:
        async with Models({asked.name: _options(asked.name, asked.project)}, _terms(asked)) as models:
            remembered = _Remembered(models.of(asked.name, "personas"))
            made = await describe(number, remembered, material, asked.seed)
        if remembered.failure is not None and not remembered.answered:
            raise ModelError(f"{remembered.failure}; nothing is written. Without --model they are composed from facets")
        return made

    return asyncio.run(ask())


def _terms(asked: Asked) -> RunTerms:
    """Cache and budget as a run has them."""
    from prebeta.models import Budget, Cache, RunTerms
    from prebeta.runner import RunOptions
    from prebeta.runner.speaking import ANSWERS

    checked = RunOptions(cache=asked.cache, max_cost_usd=asked.max_cost_usd)
    folder, usd, tokens = Path.cwd(), asked.max_cost_usd, None
    if asked.project is not None:
        limits, folder = asked.project.limits, asked.project.folder
        usd, tokens = limits.max_cost_usd if usd is None else usd, limits.max_model_tokens
    cache = None
    if checked.cache != "off":
        cache = Cache(folder / ANSWERS, "replay" if checked.cache == "replay" else "record")
    return RunTerms(Budget(usd, tokens), cache, folder, asked.seed)


def _options(name: str, project: Project | None) -> ModelOptions:
    from prebeta.config.fields import is_module_attribute
    from prebeta.core.suggest import suggestion
    from prebeta.models import model_options

    known = {} if project is None else project.models
    if name in known:
        options: ModelOptions = known[name]
        return options
    if is_module_attribute(name):
        return model_options(name)
    hint = suggestion(name, known, f"known: {', '.join(known)}" if known else "prebeta.yaml declares none")
    raise UsageError(f"there is no model {name!r} under models; {hint}")


def account(made: Made) -> str:
    """What came of asking, in a line."""
    composed = len(made.personas) - made.described
    refused = ", ".join(f"{count} × {why}" for why, count in made.rejected.items())
    parts = [
        f"the model described {made.described} of {len(made.personas)} ({made.asked} asked for)",
        f"{composed} composed from facets" if composed else "",
        f"not taken: {refused}" if refused else "",
        f"stopped asking: {made.stopped}" if made.stopped else "",
    ]
    return "; ".join(part for part in parts if part)
