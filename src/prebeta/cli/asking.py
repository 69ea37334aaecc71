"""Asking the models of a project, one after the other, whether they answer at all, and how they give JSON."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from prebeta.config import Project
    from prebeta.core.protocols import ModelRequest
    from prebeta.models import ModelOptions

_PATIENCE_S = 30.0
_STATUS = re.compile(r": (\d{3})\b")
_HINTS: Mapping[str, str] = MappingProxyType(
    {
        "404": "look at url and model: either isn't known there",
        "429": "its limit is reached or its credit used up; wait, or look at the account",
        "529": "it is overloaded; try again later",
    }
)
_SAY = "Say OK."
_MOST_TOKENS = 400
"""Room for models that think before they say OK."""


@dataclass(frozen=True, slots=True)
class Answering:
    """How a model answered; `ok` if it can do what the project wants of it. `latency_s` is of the plain message; tokens and USD are of both. `rung` is the way to
    structured output that worked (json_schema, …, prompt); None where none did. `cost_usd` None: price not known.
    `problem` says what is wrong and what to do."""

    name: str
    ok: bool
    latency_s: float | None = None
    tokens_in: int = 0
    tokens_out: int = 0
    cost_usd: float | None = None
    rung: str | None = None
    problem: str | None = None

    @property
    def detail(self) -> str:
        """All of it in a line."""
        parts = [] if self.latency_s is None else [f"answers in {_seconds(self.latency_s)}"]
        if self.tokens_in or self.tokens_out:
            cost = "price not known" if self.cost_usd is None else f"${self.cost_usd:.6f}"
            parts.append(f"two messages took {self.tokens_in} + {self.tokens_out} tokens ({cost})")
        if self.rung is not None:
            parts.append(f"structured output by {self.rung}")
        return "; ".join([*parts, *([self.problem] if self.problem else [])])


def answering(project: Project) -> Iterator[Answering]:
    """Each model under `models:`, in its order, asked as it is looked at."""
    import asyncio

    for name, options in project.models.items():
        found = asyncio.run(_asked(name, options, project.folder))
        played = project.user.policy == "free" and project.voice == name
        yield replace(found, ok=found.problem is None or (found.latency_s is not None and not played))


async def _asked(name: str, options: ModelOptions, folder: Path) -> Answering:
    from prebeta.core.errors import ModelError, UsageError
    from prebeta.models import Models, RunTerms

    brief = options.model_copy(update={"attempts": 1, "timeout_s": min(options.timeout_s, _PATIENCE_S)})
    latency_s: float | None = None
    plain, structured = _requests()
    try:
        made = Models({name: brief}, RunTerms(folder=folder))
    except UsageError as error:  # a function that isn't there
        return Answering(name, False, problem=str(error))
    async with made as models:
        problem = None
        try:
            begun = time.perf_counter()
            await models.of(name).complete(plain)
            latency_s = time.perf_counter() - begun
            await models.of(name).complete(structured)
        except ModelError as error:
            problem = _in_words(str(error).removeprefix(f"model {name} "), structured=latency_s is not None)
        used = models.usage()
        cost = None if used.unpriced else used.cost_usd
        rung = models.endpoint(name).rung
    return Answering(name, problem is None, latency_s, used.tokens_in, used.tokens_out, cost, rung, problem)


def _requests() -> tuple[ModelRequest, ModelRequest]:
    from prebeta.core.protocols import Message, ModelRequest

    schema = {
        "type": "object",
        "properties": {"word": {"type": "string"}},
        "required": ["word"],
        "additionalProperties": False,
    }
    message = (Message("user", _SAY),)
    as_json = (Message("user", f'{_SAY} As JSON: {{"word": "OK"}}'),)
    return ModelRequest(message, max_tokens=_MOST_TOKENS), ModelRequest(as_json, max_tokens=_MOST_TOKENS, schema=schema)


def _in_words(error: str, *, structured: bool) -> str:
    """What is wrong and what to do, in a line."""
    found = _STATUS.search(error)
    hint = _HINTS.get(found[1], "") if found is not None else ""
    if structured and not hint:
        hint = "it can word what users say, but not play them (user.policy: free), nor read what the rules can't"
    if "nothing listens" in error:
        hint = "start it, or mend url"
    elif "does not resolve" in error:
        hint = "mend url"
    begin = "no structured output: " if structured else ""
    return f"{begin}{error}{f'; {hint}' if hint else ''}"


def _seconds(latency_s: float) -> str:
    return f"{latency_s:.1f} s" if latency_s >= 1 else f"{1000 * latency_s:.0f} ms"
