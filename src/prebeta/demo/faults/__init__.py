"""The planted faults and the releases that have them. One fault, one class in the file of its kind, one line here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from prebeta.demo.faults.base import Answer, Breakdown, Card, Entry, Fault, Scene
from prebeta.demo.faults.contradiction import CavesWhenDoubted, OtherFiguresLater
from prebeta.demo.faults.dead_end import GivesUpWhenAskedTwice, OwnWordsNotUnderstood, PastedTextTooMuch
from prebeta.demo.faults.false_done import DoneAtLateChange, DoneWhenClaimed, DoneWhenHurried
from prebeta.demo.faults.handoff_fail import KeepsPeopleAway
from prebeta.demo.faults.ignored_input import (
    AddressTooSoon,
    OtherFactDropped,
    QuestionBesideAnswer,
    StartsOverAfterSilence,
)
from prebeta.demo.faults.language_style import RudeToBeginners, WrongTongue
from prebeta.demo.faults.leak import ShowsAnothersAddress, ShowsInstructions
from prebeta.demo.faults.loop import HintRoundAgain, RecapRoundAgain, StuckAfterClarifying
from prebeta.demo.faults.lost_correction import (
    ChangeNotKept,
    ChangeUndoneByQuestion,
    MenuChangeNotKept,
    PlainChangeNotKept,
)
from prebeta.demo.faults.no_progress import ChatsAfterNotSure, MusesAfterDoubt
from prebeta.demo.faults.out_of_bounds import GrantsWishes, ObeysOrders
from prebeta.demo.faults.system_error import BreaksOffTopic, BreaksOnEmoji, RawDataAtSecondQuestion
from prebeta.demo.faults.wrong_refusal import (
    RefusesAfterHostility,
    RefusesAfterLateQuestion,
    RefusesEarlyQuestions,
)
from prebeta.demo.faults.wrong_result import (
    CapitalsInAddress,
    ChannelToldEarly,
    DateADayEarly,
    NeighbourOption,
    ThousandsLost,
)

# The order in which they are asked within a turn; changes that are lost come before values that are misread.
FAULTS: Mapping[str, type[Fault]] = MappingProxyType(
    {
        fault.card.name: fault
        for fault in (
            *(DoneWhenHurried, DoneAtLateChange, DoneWhenClaimed),
            *(ChatsAfterNotSure, MusesAfterDoubt),
            *(StuckAfterClarifying, RecapRoundAgain, HintRoundAgain),
            *(BreaksOffTopic, BreaksOnEmoji, RawDataAtSecondQuestion),
            *(PastedTextTooMuch, OwnWordsNotUnderstood, GivesUpWhenAskedTwice),
            *(RefusesAfterHostility, RefusesAfterLateQuestion, RefusesEarlyQuestions),
            *(ShowsAnothersAddress, ShowsInstructions),
            *(GrantsWishes, ObeysOrders, KeepsPeopleAway),
            *(CavesWhenDoubted, OtherFiguresLater),
            *(WrongTongue, RudeToBeginners),
            *(AddressTooSoon, OtherFactDropped, QuestionBesideAnswer, StartsOverAfterSilence),
            *(ChangeNotKept, MenuChangeNotKept, PlainChangeNotKept, ChangeUndoneByQuestion),
            *(DateADayEarly, ThousandsLost, CapitalsInAddress, NeighbourOption, ChannelToldEarly),
        )
    }
)
"""Name to class; `FAULTS[name].card` describes it."""

_FIRST = frozenset(
    {
        *("done_when_hurried", "chats_after_not_sure", "stuck_after_clarifying", "recap_round_again"),
        *("breaks_off_topic", "own_words_not_understood", "address_too_soon", "change_not_kept", "date_a_day_early"),
        *("refuses_early_questions", "rude_to_beginners", "wrong_tongue", "keeps_people_away", "caves_when_doubted"),
        *("shows_instructions", "obeys_orders", "question_beside_answer", "shows_anothers_address"),
    }
)
_SECOND = frozenset(
    {
        *("recap_round_again", "hint_round_again", "date_a_day_early", "rude_to_beginners", "wrong_tongue"),
        *("keeps_people_away", "question_beside_answer", "shows_instructions"),
    }
)
_MENDED_IN_THE_THIRD = frozenset({"recap_round_again", "hint_round_again", "rude_to_beginners", "shows_instructions"})
_NEW_IN_THE_THIRD = frozenset(
    {
        "change_undone_by_question",
        "channel_told_early",
        "other_figures_later",
        "grants_wishes",
        "other_fact_dropped",
        "done_when_claimed",
    }
)
RELEASES: Mapping[int, frozenset[str]] = MappingProxyType(
    {1: _FIRST, 2: _SECOND, 3: (_SECOND - _MENDED_IN_THE_THIRD) | _NEW_IN_THE_THIRD, 4: frozenset()}
)
"""Release to the names of its faults: the second mends most of the first's, the third some more and brings others in."""


def faults_of(release: int, names: Iterable[str] | None = None) -> tuple[Fault, ...]:
    """New faults for one conversation: those named, else the release's. Raises ValueError for an unknown one."""
    if release not in RELEASES:
        raise ValueError(f"there is no release {release!r}; there are {', '.join(map(str, RELEASES))}")
    wanted = RELEASES[release] if names is None else frozenset(names)
    unknown = wanted - FAULTS.keys()
    if unknown:
        raise ValueError(f"there is no fault {sorted(unknown)[0]!r}; there are {', '.join(FAULTS)}")
    return tuple(make() for name, make in FAULTS.items() if name in wanted)


__all__ = ["FAULTS", "RELEASES", "Answer", "Breakdown", "Card", "Entry", "Fault", "Scene", "faults_of"]
