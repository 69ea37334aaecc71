"""The LLMs of a run: made from the project, with cache and budget, and handed to its users."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from prebeta.config import Project
from prebeta.core.errors import UsageError
from prebeta.core.results import Run
from prebeta.core.types import SlotSpec
from prebeta.users.profile import DEFAULT, Profile, fit

if TYPE_CHECKING:
    from prebeta.models import Models, Usage
    from prebeta.users.llm import Wordings

ANSWERS = Path(".prebeta") / "answers.db"
"""Where answers of LLMs are kept, below the project's folder."""


def models_of(project: Project, run: Run | None = None) -> Models | None:
    """The LLMs that a run of the project needs, not opened yet; None where templates speak.

    `run` tells how answers are cached and what they may still cost; without it nothing is kept. Raises UsageError for a function that isn't there, or a budget in USD for a model without a price.
    """
    if project.voice is None:
        return None
    from prebeta.models import Budget, Cache, Models, RunTerms

    told = {} if run is None else run.project or {}
    mode = told.get("cache", "off" if run is None else "record")
    cache = None if mode == "off" else Cache(project.folder / ANSWERS, mode)
    limits, spent = project.limits, told.get("llm") or {}
    usd = limits.max_cost_usd if told.get("max_cost_usd") is None else told["max_cost_usd"]
    budget = Budget(
        None if usd is None else max(0.0, usd - spent.get("cost_usd", 0.0)),
        None if limits.max_model_tokens is None else max(0, limits.max_model_tokens - spent.get("tokens", 0)),
    )
    terms = RunTerms(budget, cache, project.folder, 0 if run is None else run.seed)
    return Models({project.voice: project.models[project.voice]}, terms)


def with_spent(run: Run, usage: Usage) -> dict[str, Any]:
    """What is kept of a run's project, with what LLMs took in this sitting added: also for conversations that were given
    up, which no row tells of."""
    kept = dict(run.project or {})
    before = kept.get("llm") or {}
    kept["llm"] = {
        "calls": before.get("calls", 0) + usage.calls,
        "tokens": before.get("tokens", 0) + usage.tokens,
        "cost_usd": before.get("cost_usd", 0.0) + usage.cost_usd,
    }
    return kept


def profile_of(project: Project) -> Profile:
    """How the project's users write: the built-in profile, or one fitted to its chats. Raises UsageError."""
    name = project.user.profile.fit
    if name is None:
        return DEFAULT
    from prebeta.scenarios.generation.conversations import parse_conversations

    try:
        text = (project.folder / name).read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(
            f"user.profile.fit: {name!r} can't be read: {getattr(error, 'strerror', None) or error}"
        ) from None
    talks = parse_conversations(text, name)
    return fit([line.text for line in talk.lines if line.speaker == "user"] for talk in talks)


def wordings_of(project: Project, models: Models | None, slots: Sequence[SlotSpec]) -> Wordings | None:
    """What an LLM does for each user; None where there is none."""
    if models is None or project.voice is None:
        return None
    from prebeta.users.llm import Wordings

    return Wordings(models, project.voice, slots)
