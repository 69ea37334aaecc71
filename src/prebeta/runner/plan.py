"""What a run is made of: its conversations, and the parts they are held with."""

from __future__ import annotations

import dataclasses
import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from prebeta import plugins, scenarios
from prebeta.analysis.stages import StageNamer
from prebeta.behaviors import Behavior, catalogue
from prebeta.config import Project
from prebeta.config.connectors import importable
from prebeta.config.hiding import Hiding
from prebeta.core.protocols import Judge, Target
from prebeta.core.results import Run
from prebeta.core.types import Job, Limits, Scenario
from prebeta.dialogue.reading import Reader
from prebeta.engine.sitting import Parts
from prebeta.judges.end_state import EndStateCheck, EndStateJudge, Probe
from prebeta.judges.facts import FactReader
from prebeta.judges.spec import Bounds, JudgeSpec
from prebeta.runner.hiding import hiding_of
from prebeta.runner.speaking import models_of, profile_of, wordings_of
from prebeta.runner.staging import namer_for
from prebeta.targets.wire import announcing
from prebeta.targets.wire.prepared import HttpCalls, PreparedTarget
from prebeta.targets.wire.template import compile_text
from prebeta.users.kit import UserKit

if TYPE_CHECKING:
    from prebeta.config.ending import ProbeConfig
    from prebeta.models import Models

_BESIDE = "autopilot"
_FEWEST_BESIDE = 20
_MOST_COUNTED = 5_000
_LATER = ("rubrics",)  # accepted in a project, which warns that they do nothing yet


@dataclass(frozen=True, slots=True)
class Plan:
    """All conversations of a run and what they are held with: fixed by project and run, so it can be made again."""

    jobs: tuple[Job, ...]
    parts: Parts
    limits: Limits
    namer: StageNamer
    hiding: Hiding
    models: Models | None = None

    @classmethod
    def of(cls, project: Project, run: Run, watch_turns: bool = False) -> Plan:
        """The plan of a run. Raises UsageError where the project asks for what isn't there."""
        reader = Reader(project.slots(), project.answers())
        limits = project.core_limits()
        concurrency = (run.project or {}).get("concurrency")
        if concurrency is not None:
            limits = dataclasses.replace(limits, concurrency=concurrency)
        models = models_of(project, run)
        parts = assemble(project, run.users, reader, models, watch_turns)
        hiding = hiding_of(project, project.accounts())
        return cls(_jobs(project, run), parts, limits, namer_for(project, reader), hiding, models)

    def as_target_allows(self) -> Plan:
        """The plan with no more conversations at once than the target takes, which it may know only after its check."""
        most = getattr(self.parts.target, "most_at_once", None)
        if most is None or most >= self.limits.concurrency:
            return self
        return dataclasses.replace(self, limits=dataclasses.replace(self.limits, concurrency=most))

    def left(self, done: set[str]) -> list[Job]:
        return [job for job in self.jobs if job.conversation not in done]


def assemble(
    project: Project, users: tuple[str, ...], reader: Reader, models: Models | None = None, watch_turns: bool = False
) -> Parts:
    """Target, users, end check and judges of a project. Neither the target nor the LLMs are opened yet."""
    with importable(project.folder):
        end_check, judges = judging(project, reader)
        own = catalogue(name for name in project.behaviors if ":" in name)
        helped = wordings_of(project, models, tuple(reader.slots.values()))
        kit = UserKit(reader, project.user.patience, own, profile_of(project), helped)
        return Parts(
            target=target_of(project),
            users={name: plugins.load("user", name)(kit) for name in users},
            end_check=end_check,
            judges=judges,
            watch_turns=watch_turns,
        )


def judging(project: Project, reader: Reader) -> tuple[EndStateCheck, tuple[Judge, ...]]:
    """The end check and the judges of a project: all that is needed to look at a conversation that was held already."""
    with importable(project.folder):
        end = project.end_state
        facts = FactReader(end.facts)
        base_url = str(getattr(project.target, "url", None) or "")
        probe = None if end.when.probe is None else Probe(end.when.probe, base_url, _headers(project, end.when.probe))
        handoff = None if end.handoff is None else end.handoff.says
        end_check = EndStateCheck(end.when, end.facts, handoff, probe, project.folder)
        spec = JudgeSpec(reader, facts, _bounds(project), re.compile(handoff, re.IGNORECASE) if handoff else None)
        judges = [_judge(name, spec) for name in project.judges if name not in _LATER]
        return end_check, (EndStateJudge(facts), *judges)


def target_of(project: Project) -> Target:
    """The connector to the project's product, not opened yet."""
    target: Target = plugins.load("target", project.target.kind)(project.target, project.folder)
    setup = project.setup
    if setup is None or not setup.calls:
        return target
    with importable(project.folder):
        function = plugins.attribute(setup.function) if isinstance(setup.function, str) else setup.function
    calls = None
    if setup.before is not None or setup.after is not None:
        base_url = str(getattr(project.target, "url", None) or "")
        calls = HttpCalls(base_url, setup.before, setup.after, announce=_announces(project))
    return PreparedTarget(target, function, calls)


def _judge(name: str, spec: JudgeSpec) -> Judge:
    """A judge by name. Our own and third parties' classes are made with the spec; functions are judges."""
    found = plugins.load("judge", name)
    judge: Judge = found(spec) if isinstance(found, type) else found
    return judge


def _bounds(project: Project) -> Bounds:
    """What must never show up in an answer. Raises UsageError where the instructions can't be read."""
    declared = project.bounds
    return Bounds(declared.canaries, project.instructions(), project.accounts(), declared.languages)


def _headers(project: Project, probe: ProbeConfig) -> dict[str, str]:
    """What the end-state probe sends: that no person speaks, and to the product itself the target's headers, without those
    that hold what only its conversations know."""
    own: dict[str, str] = dict(getattr(project.target, "headers", None) or {})
    unsent = set(probe.unsent(project.target))
    if probe.elsewhere(str(getattr(project.target, "url", None) or "")):
        unsent = {name for name in own if name.lower() != announcing.HEADER.lower()}
    known = {name: compile_text(value)({}) for name, value in own.items() if name not in unsent}
    announced = announcing.HEADER.lower() in map(str.lower, known) or not _announces(project)
    return known if announced else {**known, announcing.HEADER: announcing.VALUE}


def _announces(project: Project) -> bool:
    """Whether all requests tell that no person speaks: unless the target says `announce: false`."""
    return getattr(project.target, "announce", True) is not False


def _jobs(project: Project, run: Run) -> tuple[Job, ...]:
    """Every conversation of a run, the headline's first, each scenario once before any a second time."""
    n = run.conversations // run.repeats
    drawn = scenarios.sample(project, n, run.seed, run.sample, _rates(project))
    return tuple(
        Job(_conversation_id(run.id, scenario, policy, repeat), scenario, policy, repeat)
        for policy in run.users
        for repeat in range(run.repeats)
        for scenario in drawn[: _share(policy, run.users, n)]
    )


def coverage(project: Project, jobs: Sequence[Job]) -> dict[str, float] | None:
    """How much of the space the probing users of a plan cover, as it stands in the summary; None where there are none.

    Of very many the first ones are counted: it can only be more.
    """
    probing = {job.scenario.id: job.scenario for job in jobs if job.scenario.sample == "hunt"}
    if not probing:
        return None
    found = scenarios.coverage(list(probing.values())[:_MOST_COUNTED], project, _rates(project))
    return {"two_way": found.two_way, "three_way": found.three_way}


def _rates(project: Project) -> dict[str, float]:
    """Each behavior's census rate, the project's overrides merged in."""
    return {**{name: behavior.rate for name, behavior in _behaviors(project).items()}, **project.behaviors}


def _behaviors(project: Project) -> Mapping[str, Behavior]:
    """The catalogue with the project's own."""
    with importable(project.folder):
        return catalogue(name for name in project.behaviors if ":" in name)


def _share(policy: str, users: tuple[str, ...], n: int) -> int:
    """How many scenarios a kind of user is sent on: the happy path beside the headline needs fewer."""
    return min(n, max(_FEWEST_BESIDE, n // 20)) if policy == _BESIDE and users[0] != policy else n


def _conversation_id(run_id: str, scenario: Scenario, policy: str, repeat: int) -> str:
    text = f"{run_id}\n{scenario.id}\n{policy}\n{repeat}"
    return hashlib.blake2b(text.encode(), digest_size=6).hexdigest()
