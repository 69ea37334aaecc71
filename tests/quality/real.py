"""What the rules see in conversations that really happened, imported as a user of prebeta would; no model is asked.

The conversations are public: agents with tools (tau-bench, tau2-bench), teams of agents (Who&When), people with chatbots
(DBDC3), people in task dialogues (Taskmaster, Schema-Guided Dialogue). They are read from shared/data beside the checkout.
Rules were developed on one half of tau-bench's, by the hash of the id; the other half is shown by itself.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import tempfile
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from prebeta.core.types import Transcript, Verdict
from prebeta.dialogue.reading import Reader
from prebeta.judges.facts import FactReader
from prebeta.judges.rules import RULES
from prebeta.judges.rules.view import Texts, View
from prebeta.judges.secrets import Secrets
from prebeta.judges.spec import JudgeSpec
from prebeta.runner import Kept
from prebeta.runner.importing import ImportOptions, import_file

DATA = Path(__file__).parents[3] / "shared" / "data"
GOOD = ("tm4_dialogues", "sgd_dialogues")
SETS = ("agent_sim", "whowhen", "dbdc3_en", *GOOD)
SPEC = JudgeSpec(Reader((), ()), FactReader({}))
Row = dict[str, Any]
_TERMINAL = "computerterminal"


@dataclass(frozen=True)
class Heard:
    """A row of a file, its conversation as imported, and what the rules said of it for certain."""

    row: Row
    transcript: Transcript
    failed: bool
    verdicts: tuple[Verdict, ...]


@dataclass(frozen=True)
class Agreement:
    """A detector against labels; the weights are counts, or sums of shares where the labels are."""

    hit: float
    alarm: float
    missed: float
    quiet: float

    @classmethod
    def of(cls, pairs: Iterable[tuple[bool, float]]) -> Agreement:
        """Of (flagged, how much of a failure it is: 0 to 1)."""
        sums = [0.0, 0.0, 0.0, 0.0]
        for flagged, bad in pairs:
            sums[0 if flagged else 2] += bad
            sums[1 if flagged else 3] += 1 - bad
        return cls(*sums)

    @property
    def precision(self) -> float | None:
        return self.hit / (self.hit + self.alarm) if self.hit + self.alarm else None

    @property
    def recall(self) -> float:
        return self.hit / (self.hit + self.missed)

    @property
    def f1(self) -> float:
        return 2 * self.hit / (2 * self.hit + self.alarm + self.missed)

    @property
    def right(self) -> float:
        return (self.hit + self.quiet) / (self.hit + self.alarm + self.missed + self.quiet)

    @property
    def kappa(self) -> float:
        """Cohen's: 0 is what chance gives, 1 is agreement."""
        n = self.hit + self.alarm + self.missed + self.quiet
        bad, flagged = (self.hit + self.missed) / n, (self.hit + self.alarm) / n
        chance = bad * flagged + (1 - bad) * (1 - flagged)
        return (self.right - chance) / (1 - chance) if chance < 1 else 0.0

    def cells(self) -> str:
        """Precision, recall, F1 and kappa as a table has them."""
        precision = "–" if self.precision is None else f"{self.precision:.2f}"
        return f"{precision} | {self.recall:.2f} | {self.f1:.2f} | {self.kappa:.2f}"


def here() -> bool:
    return all((DATA / f"{name}.jsonl.gz").exists() for name in SETS)


def blind(row: Row) -> Row:
    """A row as a log would have it: what was said and done, and the goal in words. No label, no expected action."""
    goal = (row.get("labels") or {}).get("user_instruction") or ""
    return {"id": row["id"], "goal": goal, "messages": row["messages"]}


def spoken(row: Row) -> list[int]:
    """The steps of a team's log that an agent speaks in; the others are what its programs gave back."""
    return [at for at, one in enumerate(row["messages"]) if agent_of(one).replace("_", "").lower() != _TERMINAL]


def steps(row: Row) -> Row:
    """A team's log: the question, then each agent's step as a reply, the user saying nothing between. So the k-th of the
    steps spoken is turn 2k + 1; what programs gave back are results of tools."""
    said, messages = set(spoken(row)), [{"role": "user", "content": row["labels"]["question"]}]
    for at, message in enumerate(row["messages"]):
        if at in said and messages[-1]["role"] != "user":
            messages.append({"role": "user", "content": ""})
        messages.append({"role": "assistant" if at in said else "tool", "content": message["content"]})
    return {"id": row["id"], "messages": messages}


@cache
def heard(name: str) -> tuple[Heard, ...]:
    """A file's conversations through `prebeta import`, without a project."""
    with gzip.open(DATA / f"{name}.jsonl.gz", "rt") as lines:
        rows = [json.loads(line) for line in lines]
    kept: list[Kept] = []

    def observe(told: Any) -> None:
        if isinstance(told, Kept):
            kept.append(told)

    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / f"{name}.jsonl"
        shape = steps if name == "whowhen" else blind
        file.write_text("".join(json.dumps(shape(row)) + "\n" for row in rows))
        import_file(file, None, ImportOptions(), Path(folder) / "real.db", observe)
    assert len(kept) == len(rows)
    return tuple(
        Heard(
            row,
            one.transcript,
            one.assessment.failed,
            tuple(verdict for verdict in one.verdicts if verdict.judge == "rules" and verdict.value == "fail"),
        )
        for row, one in zip(rows, kept, strict=True)
    )


def looked_at(row: Row) -> bool:
    """Whether rules may have been developed on it."""
    return hashlib.blake2b(row["id"].encode()).digest()[0] % 2 == 0


def first_turn(one: Heard) -> int | None:
    """The turn that is blamed first."""
    return min((verdict.turn for verdict in one.verdicts if verdict.turn is not None), default=None)


def turn_of(row: Row, message: int) -> int:
    """The turn that a message of the row is part of, as import counts: what one side says in a row is one turn."""
    sides = [one["role"] == "user" for one in row["messages"][: message + 1] if one["role"] != "system"]
    return sum(side != before for side, before in zip(sides[1:], sides, strict=False))


# --- the three measures -----------------------------------------------------------------------------------


def outcome(rows: Sequence[Heard]) -> Agreement:
    """Failed or not, by whether a rule found fault."""
    return Agreement.of((bool(one.verdicts), float(not one.row["success"])) for one in rows)


def bad_writes(rows: Sequence[Heard]) -> list[tuple[int | None, int]]:
    """(blamed turn, turn of the first bad write) of failed conversations that have one."""
    found = []
    for one in rows:
        at = one.row["labels"]["derived"].get("first_bad_write_turn")
        if at is not None and not one.row["success"]:
            found.append((first_turn(one), turn_of(one.row, at)))
    return found


def agent_of(message: Row) -> str:
    """Who speaks in a team's log."""
    return str(message.get("name") or message["role"]).partition(" (")[0]


def blamed_steps() -> tuple[int, int, int, int]:
    """Of Who&When: conversations, those with a blame, with the right agent, with the right step."""
    rows, blamed, agent, step = heard("whowhen"), 0, 0, 0
    for one in rows:
        turn, labels = first_turn(one), one.row["labels"]
        if turn is not None:
            at = spoken(one.row)[(turn - 1) // 2]
            blamed += 1
            agent += agent_of(one.row["messages"][at]) == labels["mistake_agent"]
            step += at == int(labels["mistake_step"])
    return len(rows), blamed, agent, step


def every_sign(transcript: Transcript) -> set[int]:
    """All turns that any rule finds fault with; a run keeps the first of a kind."""
    view = View(transcript, SPEC, Secrets(SPEC.bounds), Texts())
    return {sign.turn for find in RULES.values() for sign in find(view) if not sign.unsure}


def breakdowns() -> list[tuple[bool, bool, str, float]]:
    """A system turn each: flagged in a run, flagged by any sign, the majority's mark, share of annotators who said X."""
    found = []
    for one in heard("dbdc3_en"):
        kept, every = {verdict.turn for verdict in one.verdicts}, every_sign(one.transcript)
        for label in one.row["labels"]["turn_breakdown"]:
            share = label["X"] / (label["O"] + label["T"] + label["X"])
            found.append((label["turn"] in kept, label["turn"] in every, label["majority"], share))
    return found


# --- the page ---------------------------------------------------------------------------------------------


def section() -> list[str]:
    """The page's part on real conversations."""
    if not here():
        return ["Not measured: the public conversations don't lie in shared/data beside the checkout."]
    return [
        "Conversations of others, brought in by `prebeta import` without a project and without a model: the rules see what was "
        "said, the tools called and the goal in words; no label, no expected action, no policy. Goals there are none: floors "
        "stand beside.",
        "",
        *_outcomes(),
        "",
        *_turns(),
        "",
        *_breakdowns(),
        "",
        *_alarms(),
        "",
        *_unseen(),
    ]


def _outcomes() -> list[str]:
    rows = heard("agent_sim")
    groups = (
        ("rules, half they were developed on", [one for one in rows if looked_at(one.row)]),
        ("rules, other half", [one for one in rows if not looked_at(one.row)]),
        ("rules, all", rows),
    )
    bad = [float(not one.row["success"]) for one in rows]
    found = [(words, outcome(part)) for words, part in groups]
    found += [
        (f"always “{word}”", Agreement.of((word == "failed", one) for one in bad)) for word in ("failed", "success")
    ]
    return [
        f"**Outcome**: {len(rows)} conversations of LLM agents with tools (tau-bench, tau2-bench; airline and retail), "
        f"{sum(bad):.0f} of them failed by the benchmark's reward. Flagged is where a rule found fault.",
        "",
        "| | conversations | failed | right | precision | recall | F1(fail) | κ |",
        "|---|---|---|---|---|---|---|---|",
        *(
            f"| {words} | {one.hit + one.alarm + one.missed + one.quiet:.0f} | {one.hit + one.missed:.0f} | {one.right:.2f} | "
            f"{one.cells()} |"
            for words, one in found
        ),
        f"| end tokens and transfers (told with the data) | {len(bad)} | {sum(bad):.0f} | – | – | – | 0.32 | 0.09 |",
    ]


def _turns() -> list[str]:
    told = []
    for words, part in (
        ("all", heard("agent_sim")),
        ("other half", [one for one in heard("agent_sim") if not looked_at(one.row)]),
    ):
        pairs = bad_writes(part)
        near = [abs(blamed - true) for blamed, true in pairs if blamed is not None]
        cells = f"{len(near)} | {sum(gap == 0 for gap in near)} | {sum(gap <= 2 for gap in near)}"
        told.append(f"| agents with tools, {words}: first bad write | {len(pairs)} | {cells} | – |")
    n, blamed, agent, step = blamed_steps()
    return [
        "**Blamed turn**, of failed conversations whose decisive turn is labelled. *near*: at most one reply off. Of Who&When "
        "LLM judges name the right step in 8.8–16.6 %, chance in 4.2–19.1 %.",
        "",
        "| | conversations | a turn is blamed | exact | near | agent right |",
        "|---|---|---|---|---|---|",
        *told,
        f"| teams of agents (Who&When): decisive step | {n} | {blamed} | {step} ({step / n:.1%}) | – | {agent} ({agent / n:.1%}) |",
    ]


def _breakdowns() -> list[str]:
    turns = breakdowns()
    shares = sum(share for *_, share in turns)
    majority = [(mark == "X", share) for _, _, mark, share in turns]
    in_majority = sum(share for true, share in majority if true)
    one_p, one_r = in_majority / shares, in_majority / sum(true for true, _ in majority)
    rows = [
        ("rules, first of a kind in a conversation (as reported)", [kept for kept, *_ in turns]),
        ("rules, every sign", [every for _, every, *_ in turns]),
        ("flagging everything", [True] * len(turns)),
    ]
    lines = []
    for words, flags in rows:
        hard = Agreement.of(zip(flags, (float(mark == "X") for _, _, mark, _ in turns), strict=True))
        soft = Agreement.of(zip(flags, (share for *_, share in turns), strict=True))
        amiss = sum(mark != "O" for flag, (_, _, mark, _) in zip(flags, turns, strict=True) if flag) / max(
            1, sum(flags)
        )
        lines.append(
            f"| {words} | {sum(flags)} | {hard.cells()} | {soft.precision or 0:.2f} | {soft.f1:.2f} | {amiss:.0%} |"
        )
    human = 2 * one_p * one_r / (one_p + one_r)
    return [
        f"**Breakdowns**: {len(turns):,} turns of chatbots in {len(heard('dbdc3_en'))} conversations with people (DBDC3), each "
        "marked by 30 annotators: X is a breakdown, T may be one. Against the distribution: what share of annotators says X "
        "where it is flagged, and F1 with these shares as weights. Last: the majority says X or T where it is flagged.",
        "",
        "| | flagged | precision | recall | F1(X), majority | κ | annotators saying X | F1(X), distribution | X or T |",
        "|---|---|---|---|---|---|---|---|---|",
        *lines,
        f"| one annotator against the majority | {shares / len(turns):.0%} of turns | {one_p:.2f} | {one_r:.2f} | {human:.2f} "
        "| – | – | – | – |",
    ]


def _alarms() -> list[str]:
    groups = [
        ("agents with tools that succeeded", [one for one in heard("agent_sim") if one.row["success"]]),
        ("people in task dialogues (Taskmaster 4)", heard(GOOD[0])),
        ("people in task dialogues (SGD)", heard(GOOD[1])),
    ]
    return [
        "**False alarms** where all is well:",
        "",
        "| | conversations | failed | a rule found fault |",
        "|---|---|---|---|",
        *(
            f"| {words} | {len(part)} | {sum(one.failed for one in part)} | {sum(bool(one.verdicts) for one in part)} |"
            for words, part in groups
        ),
    ]


def _unseen() -> list[str]:
    failed = [one for one in heard("agent_sim") if not one.row["success"]]
    silent = Counter(one.row["labels"]["derived"].get("kind") for one in failed if not one.verdicts)
    return [
        f"What a rule can't see there: in {silent.total()} of the {len(failed)} failed conversations no single message or call "
        f"is wrong by itself. In {silent['wrong_or_extra_write']} the agent did something else than goal and policy ask for "
        f"(another variant or payment, say), in {silent['missing_write']} less, in {silent['transferred_instead_of_doing']} it "
        "handed over what it could have done; it reads like those that went well. Of a synthetic user "
        "prebeta knows each fact it gave and holds the end state against it, of a log as far as a project declares slots and "
        "`end_state`; from a goal in prose alone it takes a reader of goal and policy, such as a judge of one's own. Teams of "
        "agents err in reasoning, and chatbots mostly break down with answers beside the point in sound sentences: no rule "
        "reads either. What rules flag in chatbots (“I don't know” and no way on, insults) annotators more often call T than X.",
    ]
