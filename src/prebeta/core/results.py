"""What is said about conversations and runs: the nouns of analysis, store and report. All are frozen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from prebeta.core.types import Blame, Json, Sample, Stop


@dataclass(frozen=True, slots=True)
class Symptom:
    """One flaw of a conversation, as failure modes are made of them.

    `kind`, blamed `turn`, `slot` as judged; `stage` it fell in; `after` the user's act before it and `move` how that was made.
    `trigger` is what the user's turn was to the product (plain, question, correction, …), `way` the manner within its kind,
    `said` the new words of the blamed reply with particulars masked, `cell` the key of the smallest group it belongs to.
    `step` is what the product was asking for, by project and user alone, where `stage` was told in another way.
    """

    kind: str
    turn: int
    stage: str | None = None
    slot: str | None = None
    after: str | None = None
    move: str | None = None
    trigger: str = "plain"
    way: str = ""
    said: str = ""
    cell: str = ""
    step: str | None = None

    @property
    def place(self) -> str | None:
        """What findings are told apart by: the step, which hangs on no other conversation."""
        return self.step if self.step is not None else self.stage


@dataclass(frozen=True, slots=True)
class Assessment:
    """What follows from stop and verdicts: a pure function of both, kept beside them so that lists stay light.

    `symptoms` are the flaws, the primary one first: the earliest blamed turn. `kind`, `turn`, `stage`, `slot`, `after` (user
    act before the blamed turn) and `move` (how it was made) are the primary one's. `stages` are those entered, in order;
    `moves` counts user turns by kind of move; `fired` the behaviors that fired; `habits` maps a good habit (clarify,
    out_of_domain) to how often the product kept it and how often there was occasion.
    """

    outcome: str
    failed: bool
    flawed: bool
    blame: Blame | None = None
    kind: str | None = None
    turn: int | None = None
    stage: str | None = None
    slot: str | None = None
    after: str | None = None
    move: str | None = None
    symptoms: tuple[Symptom, ...] = ()
    stages: tuple[str, ...] = ()
    moves: Mapping[str, int] = field(default_factory=dict)
    fired: tuple[str, ...] = ()
    habits: Mapping[str, tuple[int, int]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Row:
    """A conversation as lists and counts need it: no turns loaded. `model_calls` and `cost_usd` are what LLMs that work
    for us took; `voices` counts, where one speaks, the user's turns by whose words were sent: model, template (where there
    was nothing to word, as in a bare value), refused (a template's, after the LLM's wording could not be sent). `position` is its place in the run's plan."""

    id: str
    run: str
    scenario: str
    seed: int
    persona: str
    goal: str
    behaviors: tuple[str, ...]
    sample: Sample
    policy: str
    repeat: int
    stop: Stop
    assessment: Assessment
    session: str | None
    trace: str | None
    turns: int
    seconds: float
    model_calls: int = 0
    cost_usd: float = 0.0
    voices: Mapping[str, int] = field(default_factory=dict)
    position: int = 0


@dataclass(frozen=True, slots=True)
class Run:
    """A run as the store knows it. `project` is the configuration it was made with, as JSON without secrets.

    `state` is running, done or interrupted; `seconds` the time spent in conversations' wall clock over all sittings.
    `version` is what the product tells of itself; `commit` the SHA of the sources its project lies among, `dirty` whether
    tracked ones were changed since. None where nobody knows.
    """

    id: str
    seed: int
    conversations: int
    state: str
    created_at: float
    release: str | None = None
    note: str | None = None
    version: str | None = None
    users: tuple[str, ...] = ("agenda",)
    sample: str = "mixed"
    repeats: int = 1
    seconds: float = 0.0
    gate: float | None = None
    project: Json = None
    commit: str | None = None
    dirty: bool | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """A failure mode: conversations with the same flaw.

    `count` are all in which it shows, `failed` those of them that failed with it as their first flaw, `rate_if_mended` is what
    the rate would be without these. `cells` are the keys of the groups it was put together from, which stay the same where
    another run draws the line elsewhere.
    """

    id: str
    kind: str
    stage: str | None
    slot: str | None
    label: str
    count: int
    failed: int
    interval: tuple[float, float]
    rate_if_mended: float
    behaviors: tuple[str, ...]
    conversations: tuple[str, ...]
    example: tuple[str, int]
    cells: tuple[str, ...] = ()
