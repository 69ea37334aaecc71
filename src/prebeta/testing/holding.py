"""One conversation between any product and any user, and what the judges say of it."""

from __future__ import annotations

import asyncio
import hashlib
import inspect
import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from prebeta.core.results import Assessment
from prebeta.core.types import Fact, Goal, Job, Persona, Scenario, Slot, Transcript, Verdict
from prebeta.runner.loop import wait_for
from prebeta.testing.user import ScriptedUser, Step

if TYPE_CHECKING:
    from prebeta.config import Project
    from prebeta.core.protocols import Target, UserFactory


def scenario(goal: str = "get it done", *, behaviors: Sequence[str] = (), seed: int = 1, **facts: str) -> Scenario:
    """A scenario with these facts by slot, of a user armed with these behaviors. More: `dataclasses.replace`."""
    slots = tuple(Slot(name, Fact(value)) for name, value in facts.items())
    content = json.dumps([goal, facts, list(behaviors), seed])
    name = hashlib.blake2b(content.encode(), digest_size=6).hexdigest()
    return Scenario(name, seed, Persona("somebody"), Goal(goal, slots), tuple(behaviors))


async def ahold(
    product: Any,
    sent: Scenario | None = None,
    user: UserFactory | Sequence[Step] | None = None,
    project: Project | None = None,
) -> Transcript:
    """One conversation of a user on this errand with a product: anything a Python target takes, or a Target.

    `user` are the steps of a ScriptedUser, or what makes users; without it the agenda user goes, as in a run. End
    state, `answers` and limits are the project's; without one the end state is that the product says it has ended.
    What goes wrong on either side is in the transcript: `stop`, and `problem` of the reply.
    """
    from prebeta.core.protocols import Target
    from prebeta.runner.single import Seats, hold_one
    from prebeta.targets.python.options import PythonOptions
    from prebeta.targets.python.target import PythonTarget

    sent = sent or scenario()
    project = project or _project_for(sent)
    target: Target = (
        product if isinstance(product, Target) else PythonTarget(PythonOptions(function=product), project.folder)
    )
    makes = user if user is None or callable(user) else ScriptedUser(user)
    policy = "agenda" if user is None else "scripted"
    held = await hold_one(project, Job(sent.id, sent, policy), Seats(makes, target))
    return held.transcript


def hold(
    product: Any,
    sent: Scenario | None = None,
    user: UserFactory | Sequence[Step] | None = None,
    project: Project | None = None,
) -> Transcript:
    """`ahold` from ordinary code."""
    return wait_for(lambda: ahold(product, sent, user, project), asyncio.Event(), "testing.ahold")


async def averdicts_of(transcript: Transcript, project: Project) -> tuple[Verdict, ...]:
    """What the project's judges say of a conversation, the end state's first. Raises what a judge raises."""
    from prebeta.dialogue.reading import Reader
    from prebeta.runner import assemble

    found: list[Verdict] = []
    for judge in assemble(project, (), Reader(project.slots(), project.answers())).judges:
        said = judge(transcript)
        found.extend(await said if inspect.isawaitable(said) else said)
    return tuple(found)


def verdicts_of(transcript: Transcript, project: Project) -> tuple[Verdict, ...]:
    """`averdicts_of` from ordinary code."""
    return wait_for(lambda: averdicts_of(transcript, project), asyncio.Event(), "testing.averdicts_of")


def assessment_of(transcript: Transcript, verdicts: Sequence[Verdict], project: Project) -> Assessment:
    """Outcome, blame and stage that follow from a conversation and its verdicts."""
    from prebeta.analysis.outcome import assess
    from prebeta.dialogue.reading import Reader
    from prebeta.runner.staging import namer_for

    return assess(transcript, verdicts, None, namer_for(project, Reader(project.slots(), project.answers())))


def _project_for(sent: Scenario) -> Project:
    """A project of which nothing is known but the errand: the end state is that the product says it has ended."""
    from prebeta.config import Project

    slots = {slot.name: {"values": [slot.fact.value]} for slot in sent.goal.slots}
    goal = {"goal": sent.goal.text, "slots": slots}
    return Project(target=_nobody, end_state={"when": {"ended": True}}, goals=[goal])


def _nobody(text: str) -> str:
    """Stands for a product where another one is spoken to."""
    return text
