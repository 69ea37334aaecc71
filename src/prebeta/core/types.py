"""The nouns of prebeta: what a scenario, a move, a reply, a transcript, a verdict and a run are.

All are frozen. Mappings inside them are never changed after construction: copy, don't mutate.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal, TypeAlias

Json: TypeAlias = Any
Speaker: TypeAlias = Literal["user", "product"]
Sample: TypeAlias = Literal["census", "hunt"]
Blame: TypeAlias = Literal["product", "simulator", "judge", "infrastructure"]
StopBy: TypeAlias = Literal["user", "product", "limit", "harness"]
EndKind: TypeAlias = Literal["reached", "handed_off", "declined"]
VerdictValue: TypeAlias = Literal["pass", "fail", "unsure"]


@dataclass(frozen=True, slots=True)
class Persona:
    """Who speaks. `text` in plain words; `traits` are the dimensions results can be sliced by."""

    text: str
    traits: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Fact:
    """A value a user may give, and other ways people say it (`words`). `value` is what a result is held against."""

    value: str
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SlotSpec:
    """What a project declares about a slot: how it may be asked for, which values exist, how values compare.

    `values` are the declared ones; for a slot given by `pattern` it is empty.
    `match` is one of contains, exact, option, date, id, number.
    """

    name: str
    ask: tuple[str, ...] = ()
    values: tuple[Fact, ...] = ()
    pattern: str | None = None
    match: str = "contains"


@dataclass(frozen=True, slots=True)
class Slot:
    """One fact of a user's goal. `instead` is what it says first when it is going to change its mind."""

    name: str
    fact: Fact
    instead: Fact | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """A question the user wants answered on the way; `expect` must be in a right answer, where known."""

    ask: str
    expect: str | None = None


@dataclass(frozen=True, slots=True)
class Goal:
    """What the user wants, with the slots it can fill and the questions it has."""

    text: str
    slots: tuple[Slot, ...] = ()
    questions: tuple[Question, ...] = ()


@dataclass(frozen=True, slots=True)
class Scenario:
    """Everything that decides how one synthetic user behaves, so that it can be sent again.

    `id` is a hash of the content; `seed` a stable hash of run seed and id. `behaviors` names those this user is armed
    with. `out_of_scope` are requests it may make outside the product's domain; `prefix` user messages sent before it
    takes over; `opening` the first message, where the project fixes one.
    """

    id: str
    seed: int
    persona: Persona
    goal: Goal
    behaviors: tuple[str, ...] = ()
    sample: Sample = "census"
    out_of_scope: tuple[str, ...] = ()
    opening: str | None = None
    account: Mapping[str, Json] | None = None
    prefix: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Option:
    """A quick reply. The title is what a person sees; the payload what the product receives, where they differ."""

    title: str
    payload: str | None = None


@dataclass(frozen=True, slots=True)
class Act:
    """The dialogue act behind a user's move: what it meant, so that judges need not guess.

    `name` is one of `prebeta.dialogue.acts`. `facts` maps slot to the value given in this turn (as in the goal), `said`
    to the form it was uttered in. `asked` is the slot the user took the product to ask for; `understood` is False where
    it could not place the product's message. `behaviors` are those that fired in this turn. Where an LLM speaks, `voice`
    says whose words were sent (model, or template where the LLM's could not be) and `rejected` why which were refused.
    """

    name: str
    facts: Mapping[str, str] = field(default_factory=dict)
    said: Mapping[str, str] = field(default_factory=dict)
    asked: str | None = None
    question: Question | None = None
    behaviors: tuple[str, ...] = ()
    understood: bool = True
    voice: str | None = None
    rejected: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Spent:
    """What LLMs that work for us took: calls made, answers from the cache, tokens in and out, USD (a lower bound where a
    model's price isn't known)."""

    calls: int = 0
    cached: int = 0
    tokens_in: int = 0
    tokens_out: int = 0
    cost_usd: float = 0.0


@dataclass(frozen=True, slots=True)
class Say:
    """The user types."""

    kind: ClassVar[str] = "say"
    text: str
    act: Act | None = None


@dataclass(frozen=True, slots=True)
class Press:
    """The user presses a quick reply."""

    kind: ClassVar[str] = "press"
    option: Option
    act: Act | None = None

    @property
    def text(self) -> str:
        """What a person would see in the chat: the option's title."""
        return self.option.title


@dataclass(frozen=True, slots=True)
class Wait:
    """The user says nothing and looks whether something more arrives."""

    kind: ClassVar[str] = "wait"
    act: Act | None = None
    text: ClassVar[str] = ""


@dataclass(frozen=True, slots=True)
class Leave:
    """The user is gone. `reason`: done (it was told so), patience, unprovoked, not_understood (simulator's fault)."""

    kind: ClassVar[str] = "leave"
    reason: str
    act: Act | None = None
    text: ClassVar[str] = ""


Move: TypeAlias = Say | Press | Wait | Leave


@dataclass(frozen=True, slots=True)
class Problem:
    """Why the product did not answer properly. `kind` is the error's name in lower case; `raw` the evidence, cut."""

    kind: str
    detail: str
    raw: str | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    """What the product said in one turn: 0..n messages, and what it tells about itself.

    `state` is the product's own account of the matter, `session` its id of the conversation, `trace` its trace id,
    `ended` whether it says that the conversation is over. A reply with a `problem` is the record of a failure.
    `first_token_s`: seconds until the first words came, where they were streamed.
    """

    messages: tuple[str, ...] = ()
    options: tuple[Option, ...] = ()
    state: Json = None
    ended: bool = False
    tool_calls: tuple[Json, ...] = ()
    session: str | None = None
    trace: str | None = None
    problem: Problem | None = None
    first_token_s: float | None = None

    @property
    def text(self) -> str:
        """All messages, a line each."""
        return "\n".join(self.messages)

    @property
    def empty(self) -> bool:
        """Nothing a person could read or press."""
        return not self.options and not any(message.strip() for message in self.messages)


@dataclass(frozen=True, slots=True)
class Turn:
    """One turn of either side: a user's `move` or the product's `reply`. `index` counts both from 0."""

    index: int
    move: Move | None = None
    reply: Reply | None = None
    latency_s: float | None = None

    @property
    def speaker(self) -> Speaker:
        return "user" if self.move is not None else "product"

    @property
    def act(self) -> Act | None:
        return self.move.act if self.move is not None else None

    @property
    def text(self) -> str:
        if self.move is not None:
            return self.move.text
        return self.reply.text if self.reply is not None else ""


@dataclass(frozen=True, slots=True)
class Stop:
    """Why a conversation ended; known at once and mechanical.

    | by | reasons |
    |---|---|
    | user | done, patience, unprovoked; of a conversation that was imported: imported, unfinished |
    | product | end_state, ended, timeout, crashed, malformed, closed, refused |
    | limit | turns, time |
    | harness | simulator, infrastructure, judge |

    A log that was imported ends where it ends: unfinished where the end state was looked for and isn't there, imported
    where nothing can tell.
    """

    by: StopBy
    reason: str
    detail: str | None = None


@dataclass(frozen=True, slots=True)
class EndState:
    """The product's end state as the end check found it. `values` maps slot to the value the product holds."""

    kind: EndKind = "reached"
    values: Mapping[str, Json] = field(default_factory=dict)
    evidence: str | None = None


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of a conversation and of a run. Times in seconds; `max_turns` counts user turns."""

    max_turns: int = 30
    turn_timeout_s: float = 30.0
    conversation_timeout_s: float = 300.0
    concurrency: int = 50
    ramp_up_s: float = 0.0


IMPORTED = "imported"
"""The policy of users who were not sent: of a log."""


@dataclass(frozen=True, slots=True)
class Job:
    """One conversation to be held: who is sent (scenario), by which kind of user (policy), for which time (repeat)."""

    conversation: str
    scenario: Scenario
    policy: str = "agenda"
    repeat: int = 0


@dataclass(frozen=True, slots=True)
class Transcript:
    """A whole conversation, with the end state's probes, so that it can be judged again without running it."""

    job: Job
    turns: tuple[Turn, ...]
    stop: Stop
    end: EndState | None = None
    started_at: float = 0.0
    seconds: float = 0.0
    spent: Spent | None = None

    def __str__(self) -> str:
        return "\n".join(f"{turn.index:>3} {turn.speaker}: {turn.text}" for turn in self.turns)

    @property
    def id(self) -> str:
        return self.job.conversation

    @property
    def scenario(self) -> Scenario:
        return self.job.scenario

    @property
    def of_log(self) -> bool:
        """Whether this happened elsewhere and was imported: what its user meant is not known then, at best inferred."""
        return self.job.policy == IMPORTED


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a judge says. `turn` is the blamed turn's index, `slot` the fact concerned, `evidence` a quotation."""

    judge: str
    version: str
    value: VerdictValue
    kind: str | None = None
    turn: int | None = None
    slot: str | None = None
    evidence: str | None = None
    reason: str | None = None
