"""A reply that only asks for a moment is no answer where what was waited for came: it is neither a loop nor idle."""

from __future__ import annotations

from judged_talks import BIKES, PATIENCE, affirm, correct, inform, leave, nudge, p, wait

HOLD_ON = "Noted. One moment, I'm looking who is free."


def test_asking_for_a_moment_twice_is_no_loop() -> None:
    sides = (
        "Which bike is it?",
        inform("city bike", bike="city bike"),
        HOLD_ON,
        wait(),
        "Which day suits you?",
        inform("Monday", day="Monday"),
        HOLD_ON,
        wait(),
        "So a city bike on Monday, is that right?",
        correct("no, Friday", day="Friday"),
        HOLD_ON,
        wait(),
        "So a city bike on Friday, is that right?",
        affirm(),
        "Booked!",
    )
    assert BIKES.finds("LOOP", *sides) == []
    assert BIKES.finds("NO_PROGRESS", *sides) == []


def test_putting_off_for_ever_is_no_progress_and_a_loop() -> None:
    sides = (
        "Which bike is it?",
        inform("city bike", bike="city bike"),
        HOLD_ON,
        wait(),
        p(),
        nudge(),
        HOLD_ON,
        wait(),
        p(),
        nudge(),
        HOLD_ON,
        leave(),
    )
    assert BIKES.finds("NO_PROGRESS", *sides, stop=PATIENCE) == [2]
    again = (
        "Which bike is it?",
        inform("city bike", bike="city bike"),
        HOLD_ON,
        inform("city bike", bike="city bike"),
        HOLD_ON,
    )
    assert BIKES.finds("NO_PROGRESS", *again, leave(), stop=PATIENCE) == [2]
