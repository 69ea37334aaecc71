"""Shorter ways to say what a user said: facts given at once, asides left out, messages made one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby

from prebeta.core.types import Act, Move, Press, Say, Scenario
from prebeta.dialogue import acts
from prebeta.users.replay import bundle, plain

_ASIDES_ALONE = 3
"""So many asides are tried one by one, the last ones first; beyond them halving is quicker."""
_TOGETHER = frozenset((acts.INFORM, acts.REQUEST))
"""Acts that fit in a message with others. A yes to something not asked yet doesn't."""


def is_aside(move: Move) -> bool:
    """Whether a move does more than answer."""
    act = move.act
    return act is not None and (act.name in acts.ASIDES or act.name in (acts.CORRECT, acts.CHANGE))


def is_special(move: Move) -> bool:
    """Whether a cooperative user would not have made this move, or not so."""
    return is_aside(move) or (move.act is not None and bool(move.act.behaviors))


def is_repeatable(move: Move) -> bool:
    """Whether a person may say it again and again: a remark or a question, not an answer."""
    return isinstance(move, Say) and (is_aside(move) or (move.act is not None and move.act.question is not None))


def facts_of(moves: Sequence[Move], *, said: bool = False) -> dict[str, str]:
    """The facts given in these moves, asides left out; as they were uttered if `said`."""
    found: dict[str, str] = {}
    for move in moves:
        if move.act is not None and not is_aside(move):
            found.update({**move.act.facts, **(move.act.said if said else {})})
    return found


def all_plain(moves: Sequence[Move], scenario: Scenario) -> tuple[Move, ...]:
    """The same without what behaviors put into it."""
    return tuple(plain(move, scenario) if isinstance(move, Say) else move for move in moves)


def at_once(move: Move) -> Move:
    """An aside that waits for no question of the product's; what answers one stays as it is."""
    if isinstance(move, Say) and move.act is not None and is_aside(move):
        return Say(move.text, replace(move.act, asked=None))
    return move


def guesses(moves: Sequence[Move], scenario: Scenario) -> Iterator[tuple[Move, ...]]:
    """Scripts that are often enough, those with the least in them first. What they leave out a cooperative user says."""
    if not moves:
        return
    before, last = list(moves[:-1]), at_once(moves[-1])
    told = not is_aside(last) and bool(facts_of([last]))
    yield (last,)
    if told:
        yield (bundle(facts_of(moves), scenario, opening=True),)
    for said in (False, True):
        if facts := facts_of(before, said=said):
            yield (bundle(facts, scenario, opening=True), last)
    specials = [move for move in before if is_special(move)]
    for special in reversed(specials[-_ASIDES_ALONE:]):
        yield from _told_with(before, (special,), last, scenario)
    if len(specials) > 1:
        yield from _told_with(before, specials, last, scenario)
    yield compact(moves, scenario, said=False)
    yield compact(moves, scenario, said=True)


def doubled(scripts: Iterable[tuple[Move, ...]]) -> Iterator[tuple[Move, ...]]:
    """Each script, and after it the same with what is said before an answer said twice, where a person may say it twice."""
    for moves in scripts:
        yield moves
        *before, last = moves
        if any(map(is_repeatable, before)) and not is_repeatable(last):
            yield (*(same for move in before for same in [move] * (2 if is_repeatable(move) else 1)), last)


def _told_with(
    before: Sequence[Move], specials: Sequence[Move], last: Move, scenario: Scenario
) -> Iterator[tuple[Move, ...]]:
    """What is special, and the facts not at all, at the end or at the beginning."""
    free = tuple(at_once(move) for move in specials)
    yield (*free, last)
    facts = facts_of([move for move in before if move not in specials])
    if all(is_aside(move) for move in specials) and (ending := facts_of([last])) and not is_aside(last):
        yield (*free, bundle({**facts, **ending}, scenario, opening=False))
    if facts:
        yield (bundle(facts, scenario, opening=True), *free, last)


def compact(moves: Sequence[Move], scenario: Scenario, *, said: bool) -> tuple[Move, ...]:
    """The same in fewer messages: facts that were given one after the other are given at once."""
    *before, last = moves
    found: list[Move] = []
    waiting: list[Move] = []

    def give() -> None:
        facts = facts_of(waiting, said=said)
        if len(waiting) > 1 and facts:
            found.append(bundle(facts, scenario, opening=not found))
        else:
            found.extend(waiting)
        waiting.clear()

    for move in before:
        if is_aside(move):
            give()
            found.append(move)
        else:
            waiting.append(move)
    give()
    return (*found, last)


def joins(moves: Sequence[Move], scenario: Scenario) -> Iterator[tuple[Move, ...]]:
    """Scripts with messages made one: all of them, all but the last, then each two neighbours from the end."""
    whole = one_of(moves, scenario)
    if len(moves) > 1 and whole is not None:
        yield (whole,)
    if len(moves) > 3 and (first := one_of(moves[:-1], scenario)) is not None:
        yield (first, moves[-1])
    for place in range(len(moves) - 2, -1, -1):
        pair = one_of(moves[place : place + 2], scenario)
        if pair is not None and len(moves) > 2:
            yield (*moves[:place], pair, *moves[place + 2 :])


def one_of(moves: Sequence[Move], scenario: Scenario) -> Say | None:
    """These moves in one message; None where no message does what they do: two asides, a value and its correction."""
    if any(not isinstance(move, Say | Press) or move.act is None or not move.text.strip() for move in moves):
        return None
    told = [move.act for move in moves if move.act is not None]
    specials = {act.name for act in told if act.name not in _TOGETHER}
    if len(specials) > 1 or any(not is_aside(move) for move in moves if move.act and move.act.name not in _TOGETHER):
        return None
    facts: dict[str, str] = {}
    for act in told:
        if any(facts.get(slot, value) != value for slot, value in act.facts.items()):
            return None
        facts |= act.facts
    questions = {act.question.ask: act.question for act in told if act.question is not None}
    if len(questions) > 1 or (sum(is_aside(move) for move in moves) > 1):
        return None
    name = next(iter(specials), acts.REQUEST if acts.REQUEST in {act.name for act in told} else acts.INFORM)
    said = {slot: form for act in told for slot, form in {**act.facts, **act.said}.items()}
    behaviors = tuple(dict.fromkeys(behavior for act in told for behavior in act.behaviors))
    act = Act(name, facts=facts, said=said, question=next(iter(questions.values()), None), behaviors=behaviors)
    return Say(_run_on(_texts(moves, scenario)), act)


def _texts(moves: Sequence[Move], scenario: Scenario) -> list[str]:
    """What the one message is made of: plain answers as facts with their names, all else as it was."""
    found: list[str] = []
    for special, together in groupby(moves, is_special):
        part = list(together)
        facts = facts_of(part)
        plain_ones = not special and bool(facts) and (len(part) > 1 or isinstance(part[0], Press))
        if plain_ones:
            found.append(bundle(facts, scenario, opening=not found).text)
        else:
            found += [move.text for move in part]
    return found


def _run_on(texts: Sequence[str]) -> str:
    """Texts as one, a full stop between them where none is."""
    ended = [text if text.rstrip()[-1:] in ".!?…" else f"{text.rstrip()}." for text in texts[:-1]]
    return " ".join((*ended, texts[-1]))
