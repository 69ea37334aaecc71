"""Failure modes: conversations whose primary verdicts share a key, labelled so that a person understands at
once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from prebeta.analysis.outcome import EXCLUDED
from prebeta.analysis.stages import START
from prebeta.analysis.stats import fisher_greater, interval
from prebeta.core.results import Finding, Row

MOST_BEHAVIORS = 3
_QUESTIONS = frozenset({"clarify", "goal_question"})
_LIFT = 1.5
_SIGNIFICANT = 0.05
_COMMON_ACT = 0.6

_WORDING: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "LOOP": ("repeats itself instead of taking the {slot}", "repeats itself instead of going on"),
        "DEAD_END": ("", "leaves the user with nothing to go on with"),
        "NO_PROGRESS": ("does not get past the {slot}", "does not get any further"),
        "FALSE_DONE": ("says it is done without the {slot}", "says it is done when it is not"),
        "WRONG_RESULT": (
            "ends with another {slot} than the user gave",
            "ends with something the user did not say",
        ),
        "IGNORED_INPUT": ("ignores the {slot} it was given", "ignores what it was told or asked"),
        "LOST_CORRECTION": ("keeps the old {slot} though it was corrected", "keeps a corrected value"),
        "CONTRADICTION": ("contradicts itself about the {slot}", "contradicts itself"),
        "UNGROUNDED": ("", "says something that it cannot know"),
        "WRONG_REFUSAL": ("refuses the {slot} though it is its job", "refuses what is its job"),
        "OUT_OF_BOUNDS": ("", "does what is outside its bounds"),
        "HANDOFF_FAIL": ("", "does not hand over to a human when asked"),
        "LANGUAGE_STYLE": ("", "answers in the wrong language or style"),
        "LEAK": ("", "gives away what it must not"),
        "SYSTEM_ERROR": ("", "breaks: error, time-out or nothing at all"),
    }
)
"""What the product does, in words: with the slot concerned (where that says more), and without."""

_AFTER: Mapping[str, str] = MappingProxyType(
    {
        "request": "the user's request",
        "inform": "an answer",
        "affirm": "a yes",
        "deny": "a no",
        "correct": "a correction",
        "clarify": "a clarifying question",
        "goal_question": "a question about the matter",
        "out_of_domain": "an off-topic remark",
        "not_sure": "“not sure”",
        "choose": "a quick reply",
        "change": "the wish to change something",
        "nudge": "a nudge to go on",
        "close": "a goodbye",
        "puzzled": "the user's puzzlement",
        "vague": "a vague answer",
        "ask_human": "the wish for a person",
        "false_claim": "a false claim",
        "doubt": "“are you sure?”",
        "inject": "an order it must not take",
        "silence": "an empty message",
        "stall": "a hesitation",
    }
)


def rate_sample(rows: Sequence[Row]) -> list[Row]:
    """The valid conversations the failure rate is quoted of: the census where there is one, else all."""
    valid = [row for row in rows if row.assessment.outcome not in EXCLUDED]
    return [row for row in valid if row.sample == "census"] or valid


def group(rows: Sequence[Row]) -> list[Finding]:
    """The findings of one policy's conversations, ranked by what mending them gives.

    Those whose conversations failed come first, lowest rate left over first; those that only flawed follow.
    """
    valid = [row for row in rows if row.assessment.outcome not in EXCLUDED]
    members: dict[str, list[Row]] = {}
    for row in valid:
        if row.assessment.finding is not None:
            members.setdefault(row.assessment.finding, []).append(row)
    headline = rate_sample(rows)
    fired = Counter(name for row in valid for name in set(row.assessment.fired))
    found = [_finding(name, hit, valid, headline, fired) for name, hit in members.items()]
    return sorted(found, key=lambda one: (one.failed == 0, one.rate_if_mended, -one.count, one.id))


def _finding(
    name: str, hit: Sequence[Row], valid: Sequence[Row], headline: Sequence[Row], fired: Mapping[str, int]
) -> Finding:
    first = hit[0].assessment
    left = sum(row.assessment.failed for row in headline if row.assessment.finding != name)
    # The shortest is read soonest; a failed one shows the harm as well; among equals the first planned, which is the
    # same in every run of a seed.
    example = min(hit, key=lambda row: (not row.assessment.failed, row.turns))
    return Finding(
        id=name,
        kind=first.kind or "",
        stage=first.stage,
        slot=first.slot,
        label=label(hit),
        count=len(hit),
        failed=sum(row.assessment.failed for row in hit),
        interval=interval(len(hit), len(valid)),
        rate_if_mended=left / len(headline) if headline else 0.0,
        behaviors=_telling(hit, valid, fired),
        conversations=tuple(row.id for row in hit),
        example=(example.id, example.assessment.turn or 0),
    )


def label(hit: Sequence[Row]) -> str:
    """ "In ⟨stage⟩ after ⟨user act⟩ the product ⟨does what⟩"; the act only where most of them share it."""
    first = hit[0].assessment
    where = "At the start" if first.stage in (None, START) else f"In {_spoken(first.stage or '')}"
    act, often = Counter(row.assessment.after for row in hit).most_common(1)[0]
    shared = act if often >= _COMMON_ACT * len(hit) else None
    after = f" after {_AFTER.get(shared, _spoken(shared))}" if shared is not None else ""
    return f"{where}{after} the product {_does(first.kind or 'fault', first.slot, shared)}"


def _does(kind: str, slot: str | None, after: str | None) -> str:
    if kind == "IGNORED_INPUT" and after in _QUESTIONS:
        # Here the slot is the step the question was about, not something the product was given.
        return "leaves the question unanswered"
    with_slot, without = _WORDING.get(kind, ("", f"shows {_spoken(kind).lower()}"))
    return with_slot.format(slot=_spoken(slot)) if slot and with_slot else without


def _spoken(name: str) -> str:
    return name.replace("_", " ")


def _telling(hit: Sequence[Row], valid: Sequence[Row], fired: Mapping[str, int]) -> tuple[str, ...]:
    """Behaviors that fired in significantly more of these conversations than of the others, most telling
    first."""
    here = Counter(name for row in hit for name in set(row.assessment.fired))
    others = len(valid) - len(hit)
    telling: list[tuple[float, str]] = []
    for name, times in here.items():
        elsewhere = fired[name] - times
        if not others or times * others <= _LIFT * elsewhere * len(hit):
            continue
        chance = fisher_greater(times, len(hit), elsewhere, others)
        # As many tests as behaviors: each must stand against all of them.
        if chance * len(fired) <= _SIGNIFICANT:
            telling.append((chance, name))
    return tuple(name for _, name in sorted(telling)[:MOST_BEHAVIORS])
