"""The LLMs of a run: made from the project, with cache and budget, and handed to its users."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from prebeta.config import Project
from prebeta.core.errors import UsageError
from prebeta.core.results import Run
from prebeta.core.types import SlotSpec
from prebeta.users.profile import DEFAULT, Profile, fit

if TYPE_CHECKING:
    from prebeta.models import Models
    from prebeta.users.llm import Wordings

ANSWERS = Path(".prebeta") / "answers.db"
"""Where answers of LLMs are kept, below the project's folder."""


def models_of(project: Project, run: Run | None = None) -> Models | None:
    """The LLMs that a run of the project needs, not opened yet; None where templates speak.

    `run` tells how answers are cached and what they may cost; without it nothing is kept. Each sitting of a run has the
    whole budget. Raises UsageError for a function that isn't there, or a budget in USD for a model without a price.
    """
    if project.voice is None:
        return None
    from prebeta.models import Budget, Cache, Models, RunTerms

    told = {} if run is None else run.project or {}
    mode = told.get("cache", "off" if run is None else "record")
    cache = None if mode == "off" else Cache(project.folder / ANSWERS, mode)
    limits = project.limits
    usd = told.get("max_cost_usd")
    budget = Budget(limits.max_cost_usd if usd is None else usd, limits.max_model_tokens)
    terms = RunTerms(budget, cache, project.folder, 0 if run is None else run.seed)
    return Models({project.voice: project.models[project.voice]}, terms)


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
