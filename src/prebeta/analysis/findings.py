"""Failure modes as people read them: counted, ranked by what mending them gives, labelled so that one understands at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType

from prebeta.analysis.grouping import Case, Mode, modes
from prebeta.analysis.key import read_cell
from prebeta.analysis.outcome import EXCLUDED
from prebeta.analysis.stages import START
from prebeta.analysis.stats import LEVEL, fisher_greater, interval
from prebeta.analysis.symptoms import TOOL_WAY, UNSAID_WAY
from prebeta.core.results import Finding, Row
from prebeta.core.types import IMPORTED

MOST_BEHAVIORS = 3
_QUESTIONS = frozenset({"clarify", "goal_question"})
_LIFT = 1.5
_COMMON = 0.6
_OFTEN = 3
_ACT_OF = MappingProxyType({"question": "goal_question", "hesitation": "not_sure", "correction": "correct"})

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


def by_user(rows: Iterable[Row], *, flawed: bool = False) -> list[tuple[int, int]]:
    """For each user, who may have been sent several times: in how many of how many conversations it failed (or, with
    `flawed`, met a fault)."""
    hits, held = Counter[str](), Counter[str]()
    for row in rows:
        held[row.scenario] += 1
        hits[row.scenario] += row.assessment.flawed if flawed else row.assessment.failed
    return [(hits[name], size) for name, size in held.items()]


def group(rows: Sequence[Row]) -> list[Finding]:
    """The findings of one policy's conversations, ranked by what mending them gives.

    Those whose conversations failed come first, lowest rate left over first; those that only flawed follow. A flaw that was
    nowhere the first one is a finding from its third conversation on.
    """
    valid = [row for row in rows if row.assessment.outcome not in EXCLUDED]
    return described([mode for mode in modes(valid) if is_finding(mode.cases)], rows)


def described(found: Iterable[Mode], rows: Sequence[Row]) -> list[Finding]:
    """These failure modes as findings of one policy's conversations, ranked as `group` does."""
    valid = [row for row in rows if row.assessment.outcome not in EXCLUDED]
    headline = rate_sample(rows)
    fired = Counter(name for row in valid for name in set(row.assessment.fired))
    told = [_finding(mode, valid, headline, fired) for mode in found]
    return sorted(told, key=lambda one: (one.failed == 0, one.rate_if_mended, -one.count, one.id))


def is_finding(cases: Sequence[Case]) -> bool:
    """Whether a run's flaws of one mode are worth telling: one was a conversation's first, or there are three."""
    return len(cases) >= _OFTEN or any(case.primary for case in cases)


def placed(rows: Sequence[Row]) -> dict[str, str]:
    """Conversation -> the finding of its primary verdict, of those that have one; each policy's by themselves."""
    valid: dict[str, list[Row]] = {}
    for row in rows:
        if row.assessment.outcome not in EXCLUDED:
            valid.setdefault(row.policy, []).append(row)
    found = (case for mine in valid.values() for mode in modes(mine) for case in ((mode.id, one) for one in mode.cases))
    return {case.row.id: name for name, case in found if case.primary}


def _finding(mode: Mode, valid: Sequence[Row], headline: Sequence[Row], fired: Mapping[str, int]) -> Finding:
    first = {case.row.id for case in mode.cases if case.primary}
    rows = list({case.row.id: case.row for case in mode.cases}.values())
    left = sum(row.assessment.failed for row in headline if row.id not in first)
    # The shortest is read soonest, where nothing went wrong before; a failed one shows the harm as well; among equals the
    # first planned, which is the same in every run of a seed.
    example = min(mode.cases, key=lambda case: (not case.primary, not case.row.assessment.failed, case.row.turns))
    return Finding(
        id=mode.id,
        kind=mode.cell.kind,
        stage=_shared(case.symptom.stage for case in mode.cases),
        slot=mode.cell.slot or _shared(case.symptom.slot for case in mode.cases),
        label=label(mode.cases),
        count=len(rows),
        failed=sum(row.assessment.failed for row in rows if row.id in first),
        interval=interval(len(rows), len(valid)),
        rate_if_mended=left / len(headline) if headline else 0.0,
        behaviors=_telling(rows, valid, fired),
        conversations=tuple(row.id for row in rows),
        example=(example.row.id, example.symptom.turn),
        cells=mode.cells,
    )


def _shared(names: Iterable[str | None]) -> str | None:
    """What most of them say, None where they differ."""
    counts = Counter(names)
    name, often = counts.most_common(1)[0]
    return name if often >= _COMMON * counts.total() else None


def label(cases: Sequence[Case]) -> str:
    """ "In ⟨stage⟩ after ⟨user act⟩ the product ⟨does what⟩": stage and act only where most of them share it."""
    found = [case.symptom for case in cases]
    stage = _shared(one.stage or START for one in found)
    act = _shared(one.after for one in found) or _ACT_OF.get(read_cell(found[0].cell).trigger)
    if stage == START:
        # nothing tells the steps of what was imported without a project
        where = "Somewhere" if cases[0].row.policy == IMPORTED else "At the start"
    else:
        where = f"In {_spoken(stage)}" if stage is not None else ""
    after = f"after {_AFTER.get(act, _spoken(act))}" if act is not None else ""
    opening = " ".join(part for part in (where, after) if part) or "At several steps"
    cell = read_cell(found[0].cell)
    slot = cell.slot or _shared(one.slot for one in found)
    does = _does(found[0].kind or "fault", slot, act) if cell.way != UNSAID_WAY else _unsaid(slot)
    does = "goes on with a tool that keeps failing" if cell.way == TOOL_WAY else does
    return f"{opening[0].upper()}{opening[1:]} the product {does}"


def _does(kind: str, slot: str | None, after: str | None) -> str:
    if kind == "IGNORED_INPUT" and after in _QUESTIONS:
        # Here the slot is the step the question was about, not something the product was given.
        return "leaves the question unanswered"
    with_slot, without = _WORDING.get(kind, ("", f"shows {_spoken(kind).lower()}"))
    return with_slot.format(slot=_spoken(slot)) if slot and with_slot else without


def _unsaid(slot: str | None) -> str:
    if not slot:
        return "ends with what the user never gave"
    return f"ends with {'an' if slot[0].lower() in 'aeiou' else 'a'} {_spoken(slot)} that the user never gave"


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
        if chance * len(fired) <= LEVEL:
            telling.append((chance, name))
    return tuple(name for _, name in sorted(telling)[:MOST_BEHAVIORS])
