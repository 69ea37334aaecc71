"""What became of each finding between two runs."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace

import pytest
from runs_to_compare import broke, flaw, held, row, showing, side

from prebeta.analysis.comparing import Comparison, compare
from prebeta.analysis.findings import group
from prebeta.core.results import Row, Symptom

LOOP = flaw("LOOP", "day", slot="day")
END = flaw("DEAD_END", "phone")
STAGES = ("day", "phone", "confirm")


def through(rows: Sequence[Row], stages: tuple[str, ...] = STAGES) -> list[Row]:
    return [replace(one, assessment=replace(one.assessment, stages=stages)) for one in rows]


def plain(n: int) -> list[Row]:
    return through(held("." * n))


def ids(found: Comparison) -> dict[str, list[str]]:
    return {fate: [one.finding.id for one in getattr(found, fate)] for fate in ("fixed", "new", "still", "flaky")}


def test_fixed_new_and_still() -> None:
    before = showing(showing(plain(60), LOOP, range(20)), END, range(30, 50))
    after = showing(showing(plain(60), END, range(31, 49)), flaw("LEAK", "confirm"), range(15))
    found = compare(side(before), side(after, "rb"))
    assert [one.finding.kind for one in found.fixed] == ["LOOP"]
    assert [one.finding.kind for one in found.new] == ["LEAK"]
    assert [one.finding.kind for one in found.still] == ["DEAD_END"]
    (fixed,), (new,), (still,) = found.fixed, found.new, found.still
    assert (fixed.before, fixed.after, fixed.trend) == ((20, 60), (0, 60), "less")
    assert (new.before, new.after, new.trend) == ((0, 60), (15, 60), "more")
    assert (still.before, still.after, still.trend, still.p) == ((20, 60), (18, 60), None, 0.5)
    assert fixed.p < 0.001


def test_two_cases_that_are_gone_are_not_fixed() -> None:
    found = compare(side(showing(plain(60), LOOP, (3, 9))), side(plain(60), "rb"))
    assert [one.finding.kind for one in found.flaky] == ["LOOP"]
    assert (found.fixed, found.flaky[0].p) == ((), 0.5)
    back = compare(side(plain(60)), side(showing(plain(60), LOOP, (3, 9, 11)), "rb"))
    assert (back.new, [one.p for one in back.flaky]) == ((), [pytest.approx(0.25)])


def test_less_often_but_still_there() -> None:
    found = compare(side(showing(plain(100), LOOP, range(84))), side(showing(plain(100), LOOP, range(40)), "rb"))
    (still,) = found.still
    assert (still.before, still.after, still.trend) == ((84, 100), (40, 100), "less")
    assert found.fixed == ()


def test_a_stray_case_before_does_not_make_it_old() -> None:
    """2 of 300 before, 120 now: that is new, and the counts say so; 10 of 300 before is not."""
    after = side(showing(plain(300), LOOP, range(120)), "rb")
    stray, old = side(showing(plain(300), LOOP, range(2))), side(showing(plain(300), LOOP, range(10)))
    assert [(one.before, one.after) for one in compare(stray, after).new] == [((2, 300), (120, 300))]
    assert [(one.before, one.trend) for one in compare(old, after).still] == [((10, 300), "more")]
    assert [one.after for one in compare(after, side(stray.rows, "rc")).still] == [(2, 300)]


def test_each_finding_keeps_the_id_its_own_run_shows() -> None:
    before = showing(showing(plain(60), LOOP, range(20)), END, range(30, 50))
    after = showing(showing(plain(60), END, range(31, 49)), flaw("LEAK", "confirm"), range(15))
    found = compare(side(before), side(after, "rb"))
    earlier, later = {one.id for one in group(before)}, {one.id for one in group(after)}
    assert {one.finding.id for one in found.fixed} <= earlier
    assert {one.finding.id for one in (*found.new, *found.still)} <= later
    assert len([name for names in ids(found).values() for name in names]) == len(earlier | later)


def test_a_line_drawn_differently_is_one_finding_still() -> None:
    """The same words after a plain answer and after a question: which cell leads hangs on which of them there are more of."""
    words = "computer says no to whatever is wanted"
    answer = flaw("LANGUAGE_STYLE", "day", said=words, way="tone")
    asked = flaw("LANGUAGE_STYLE", "day", said=words, way="tone", trigger="question", after="goal_question")
    before = showing(showing(plain(60), answer, range(20)), asked, range(20, 25))
    after = showing(showing(plain(60), answer, range(5)), asked, range(20, 45))
    found = compare(side(before), side(after, "rb"))
    (still,) = found.still
    assert (found.fixed, found.new, found.flaky) == ((), (), ())
    assert (still.before, still.after) == ((25, 60), (30, 60))
    assert still.finding.id == group(after)[0].id
    if group(before)[0].id != group(after)[0].id:
        assert still.other_id == group(before)[0].id


def test_what_nobody_came_to_any_more_is_not_fixed() -> None:
    """The product breaks at the first step now: what was wrong with the last one can't be told."""
    before = showing(plain(60), END, range(30))
    after = [replace(one, id=f"c{at:03}-0") for at, one in enumerate(broke(at, "LOOP", "day") for at in range(60))]
    found = compare(side(before), side(through(after, ("day",)), "rb"))
    assert [one.finding.kind for one in found.new] == ["LOOP"]
    assert [(one.finding.kind, one.reached) for one in found.flaky] == [("DEAD_END", 0)]


def test_what_could_not_be_seen_before_is_not_new() -> None:
    before = through([broke(at, "LOOP", "day") for at in range(60)], ("day",))
    found = compare(side(before), side(showing(plain(60), END, range(30)), "rb"))
    assert [one.finding.kind for one in found.fixed] == ["LOOP"]
    assert [(one.finding.kind, one.before, one.after) for one in found.flaky] == [("DEAD_END", (0, 60), (30, 60))]


def test_findings_of_groups_without_pairs() -> None:
    found = compare(side(showing(plain(80), LOOP, range(20))), side(through(held("." * 80, first=500)), "rb", seed=2))
    assert found.by == "nothing"
    assert [(one.before, one.after) for one in found.fixed] == [((20, 80), (0, 80))]


def test_a_run_against_itself_has_everything_still() -> None:
    one = side(showing(plain(30), LOOP, range(10)))
    found = compare(one, one)
    assert (found.fixed, found.new, found.flaky) == ((), (), ())
    assert [(each.before, each.after) for each in found.still] == [((10, 30), (10, 30))]


def test_probing_users_count_for_findings() -> None:
    """The rate is of typical users; what is broken shows with probing ones as well."""
    probing = through(held("." * 60, first=100, sample="hunt"))
    before = side([*plain(60), *showing(probing, LOOP, range(20))])
    found = compare(before, side([*plain(60), *probing], "rb"))
    assert [(one.finding.kind, one.before) for one in found.fixed] == [("LOOP", (20, 120))]


def test_the_json_of_a_finding() -> None:
    (fixed,) = compare(side(showing(plain(60), LOOP, range(20))), side(plain(60), "rb")).to_json()["fixed"]
    assert fixed["before"] == {"count": 20, "of": 60}
    assert fixed["after"] == {"count": 0, "of": 60}
    assert fixed["kind"] == "LOOP"
    assert fixed["example"] == {"conversation": fixed["conversations"][0], "turn": 4}
    assert fixed["p"] < 0.001


def test_false_alarms_over_a_whole_list_of_findings() -> None:
    """Twenty flaws that come and go by chance, the same product twice, 200 times: hardly ever is one called new or fixed."""
    chance = random.Random(7)
    alarms = sum(_alarm(chance) for _ in range(200))
    assert alarms <= 0.05 * 200


def _alarm(chance: random.Random) -> bool:
    flaws = [(flaw("WRONG_RESULT", "day", slot=f"slot {at}"), chance.choice((0.01, 0.03, 0.1))) for at in range(20)]
    runs = [_flickering(chance, flaws) for _ in range(2)]
    found = compare(side(runs[0]), side(runs[1], "rb"))
    return bool(found.fixed or found.new or any(one.trend for one in found.still))


def _flickering(chance: random.Random, flaws: Sequence[tuple[Symptom, float]]) -> list[Row]:
    rows = through([row(at) for at in range(60)])
    for symptom, rate in flaws:
        rows = showing(rows, symptom, [at for at in range(60) if chance.random() < rate])
    return rows


def test_runs_that_name_their_stages_in_two_ways_still_show_what_is_new() -> None:
    """As a broken-off run and a whole one do; that nobody "came to" the stage says nothing then."""
    before = through(held("." * 100), ("n0", "n1", "confirm"))
    found = compare(side(before), side(showing(plain(100), LOOP, range(40)), "rb"))
    assert [(one.finding.kind, one.before, one.after) for one in found.new] == [("LOOP", (0, 100), (40, 100))]
    blocked = through(held("." * 100), ("day",))
    behind = compare(side(blocked), side(showing(plain(100), END, range(40)), "rb"))
    assert behind.new == ()
    assert [one.reached for one in behind.flaky] == [0]


def test_what_nobody_comes_to_any_more_is_not_fixed_and_what_was_hidden_is_not_new() -> None:
    """The product breaks in the last step now, where its end had been wrong."""
    wrong = flaw("WRONG_RESULT", "phone", slot="day")
    at_the_end = through(held(["REACHED_WRONG"] * 60 + ["REACHED"] * 40), ("day", "phone"))
    ended = showing(at_the_end, wrong, range(60))
    crashed = showing(through(held(["ERROR"] * 100), ("day", "phone")), flaw("SYSTEM_ERROR", "phone"), range(100))
    found = compare(side(ended), side(crashed, "rb"))
    assert [one.finding.kind for one in found.new] == ["SYSTEM_ERROR"]
    assert (found.fixed, [(one.finding.kind, one.reached) for one in found.flaky]) == ((), [("WRONG_RESULT", 0)])
    back = compare(side(crashed), side(ended, "rb"))
    assert [one.finding.kind for one in back.fixed] == ["SYSTEM_ERROR"]
    assert back.new == ()
