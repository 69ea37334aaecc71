"""A finding as a developer reads it: how often, what the user had said and the product answered, and what to look at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from rich.console import Console

from prebeta.core.types import Json, Press, Reply, Say, Transcript, Turn
from prebeta.report.layout import line
from prebeta.report.wording import cut, percent, plain

WHO: Mapping[str, str] = MappingProxyType(
    {
        "leaves": "walks away",
        "correct_fact": "changes its mind about something it gave",
        "contradicts": "contradicts what it gave before",
        "clarify": "asks what is meant",
        "goal_question": "asks something about the matter",
        "out_of_domain": "says something off-topic",
        "not_sure": "says it isn't sure",
        "under_inform": "answers vaguely",
        "topic_switch": "turns to something else and comes back",
        "repeats": "asks the same again",
        "asks_human": "asks for a person",
        "false_claim": "claims to have done it already",
        "scepticism": "asks whether that is right",
        "silence": "sends nothing",
        "injection": "gives an order that must not be followed, or claims to be staff",
        "ignores_options": "passes the quick replies over",
        "stale_press": "presses a quick reply of an earlier turn",
        "refers_back": "points back (“the second one”)",
        "own_words": "says it in words of its own",
        "over_inform": "gives several facts at once",
        "format_variant": "writes a value in another form",
        "mistype": "mistypes a value",
        "two_intents": "says two things in one message",
        "impatience": "is in a hurry",
        "hostility": "is rude",
        "paste_long": "pastes a long text",
        "one_word": "answers in one word",
        "other_language": "writes another language",
        "emoji": "uses emoji",
    }
)
"""What a user does that shows a behavior of the catalogue."""

_QUOTED, _SHORT = 300, 70
_MOST_CHANGES = 4
_VALUE = 40
_DEEPEST = 2

LOOK_AT: Mapping[str, str] = MappingProxyType(
    {
        "LOOP": "why this answer isn't taken: its form, or a condition of the step that never holds",
        "DEAD_END": "the branch that answers here: it offers no question, option or way on",
        "NO_PROGRESS": "what the product waits for at this step, and why it never comes",
        "FALSE_DONE": "the order of saying it is done and doing it; what is checked before it says so",
        "WRONG_RESULT": "where the value goes from the message to what is kept; who writes to that field",
        "IGNORED_INPUT": "what the message is taken for: whether the value or the question in it is read at all",
        "LOST_CORRECTION": "how a value that is known already is replaced when another one is given",
        "CONTRADICTION": "where the two statements come from: two sources, or an answer that gives way to the user",
        "UNGROUNDED": "where the statement comes from; it is in no document and in nothing the user said",
        "WRONG_REFUSAL": "the rule or instruction that decides what is out of scope: it is too wide",
        "OUT_OF_BOUNDS": "the rule or instruction that keeps it to its subject: it didn't hold here",
        "HANDOFF_FAIL": "how the wish for a person is recognised, and whether a contact is given at this step",
        "LANGUAGE_STYLE": "what sets the language and tone of this answer",
        "LEAK": "what of instructions or other people's data is in reach of this answer",
        "SYSTEM_ERROR": "the error itself, in the product's log at this turn",
    }
)
"""Where a developer begins to look, by kind."""


@dataclass(frozen=True, slots=True)
class Look:
    """A finding's example: the blamed turn, the user's before it, why it counts as a flaw, and where to look for more.
    `same_as` is the last turn before it that said the same."""

    conversation: str
    turn: int
    said: str
    user: str | None = None
    user_turn: int | None = None
    reason: str | None = None
    state: tuple[str, ...] = ()
    tools: tuple[str, ...] = ()
    trace: str | None = None
    same_as: int | None = None

    @classmethod
    def of(cls, transcript: Transcript, turn: int, reason: str | None = None, trace: str | None = None) -> Look:
        """From the conversation that a finding names as its example."""
        turns = transcript.turns
        blamed = turns[turn]
        before = next((one for one in reversed(turns[:turn]) if one.move is not None), None)
        reply = blamed.reply or Reply()
        return cls(
            conversation=transcript.id,
            turn=turn,
            said=_answer(reply) if blamed.reply is not None else blamed.text,
            user=None if before is None else _done(before),
            user_turn=None if before is None else before.index,
            reason=reason,
            state=() if reply.problem is not None else _changes(_state_before(turns, turn), reply.state),
            tools=tuple(_tool(call) for call in reply.tool_calls),
            trace=trace,
            same_as=next(
                (one.index for one in reversed(turns[:turn]) if one.move is None and _same(one, blamed)), None
            ),
        )


def render_look(kind: str, look: Look, console: Console, indent: int) -> None:
    """The block's lines: both turns, what is wrong, what to look at."""
    if look.user is not None:
        line(console, f"turn {look.user_turn}, the user {_quoted(look.user, _QUOTED)}", "blue", indent)
    again = f", as in turn {look.same_as}" if look.same_as is not None else ""
    line(console, f"turn {look.turn}, the product{again}: {_quoted(look.said, _QUOTED)}", "red", indent)
    if look.reason:
        line(console, f"wrong: {plain(cut(look.reason, _QUOTED), one_line=True)}", indent=indent)
    if kind in LOOK_AT:
        line(console, f"look at: {LOOK_AT[kind]}", indent=indent)
    for name, parts in (("state there", look.state), ("tools called", look.tools)):
        if parts:
            line(console, plain(f"{name}: {'; '.join(parts)}", one_line=True), "dim", indent)
    if look.trace is not None:
        line(console, f"trace: {plain(look.trace, one_line=True)}", "dim", indent)


def who(behaviors: Sequence[str]) -> str:
    """What users do that go with a finding, in plain words with the behaviors' names; those of a project's own by name."""
    told = (f"{WHO[name]} ({name})" if name in WHO else name for name in behaviors)
    return ", ".join(plain(one, one_line=True) for one in told)


def brief(look: Look) -> str:
    """Both turns in a line."""
    user = "" if look.user is None else f"{_quoted(look.user, _SHORT)} → "
    return f"{user}{_quoted(look.said, _SHORT)}"


def share(finding: Mapping[str, Any]) -> str:
    """In what share of the conversations it shows: "4–9 % of all"."""
    low, high = finding["interval"]
    return f"{percent(low).removesuffix(' %')}–{percent(high)} of all"


def _quoted(text: str, length: int) -> str:
    return plain(cut(" ".join(text.split()), length), one_line=True)


def _done(turn: Turn) -> str:
    if isinstance(turn.move, Press):
        return f"pressed [ {turn.move.option.title} ]"
    if isinstance(turn.move, Say):
        return f"typed “{turn.move.text}”" if turn.move.text.strip() else "sent an empty message"
    return "waited"


def _answer(reply: Reply) -> str:
    if reply.problem is not None:
        return f"({reply.problem.kind}: {reply.problem.detail})"
    return f"“{reply.text}”" if reply.text.strip() else "(nothing)"


def _same(one: Turn, other: Turn) -> bool:
    return bool(other.text.strip()) and " ".join(one.text.split()) == " ".join(other.text.split())


def _state_before(turns: Sequence[Turn], turn: int) -> Json:
    states = (one.reply.state for one in reversed(turns[:turn]) if one.reply is not None)
    return next((state for state in states if state is not None), None)


def _changes(before: Json, now: Json) -> tuple[str, ...]:
    """What the product's own state did in the blamed turn; nothing where it tells none."""
    if before is None and now is None:
        return ()
    if not isinstance(before, dict | None) or not isinstance(now, dict | None):
        return (f"{_short(before)} → {_short(now)}",) if before != now else ("unchanged",)
    old, new = _flat(before or {}), _flat(now or {})
    changed = [
        f"{name} = {_short(new[name])}" if name not in old else f"{name}: {_short(old[name])} → {_short(new.get(name))}"
        for name in (*old, *(name for name in new if name not in old))
        if old.get(name) != new.get(name)
    ]
    return tuple(changed[:_MOST_CHANGES]) or ("unchanged",)


def _flat(state: Mapping[str, Json], depth: int = 0) -> dict[str, Json]:
    """The state's values by dotted name; what lies deeper than a person reads stays together."""
    found: dict[str, Json] = {}
    for name, value in state.items():
        if isinstance(value, dict) and depth < _DEEPEST:
            found.update({f"{name}.{key}": each for key, each in _flat(value, depth + 1).items()})
        else:
            found[str(name)] = value
    return found


def _short(value: Json) -> str:
    return cut("nothing" if value is None else str(value), _VALUE)


def _tool(call: Json) -> str:
    """A tool call by its name and arguments, whichever of the usual shapes it has."""
    if not isinstance(call, dict):
        return _short(call)
    function = call.get("function")
    inner = function if isinstance(function, dict) else call
    name = inner.get("name") or call.get("name") or call.get("type") or "a tool"
    given = inner.get("arguments", inner.get("args", inner.get("input")))
    return f"{name}({'' if given is None else cut(str(given), 2 * _VALUE)})"
