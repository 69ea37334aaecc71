"""Cases held against products that are the same, mended, broken otherwise, flaky, gone, or have moved on."""

from __future__ import annotations

import asyncio
import itertools
from dataclasses import replace
from typing import Any

import pytest
from rooms import ASKS, AtOnce, Broken, Deaf, Desk, Gone, case, project, wants

from prebeta.core.errors import UsageError
from prebeta.core.types import Act, Say
from prebeta.datasets.cases import Checks, Flakiness, MustNot
from prebeta.runner.casework import ahold_cases, hold_cases, tries_for


async def held(desk: type[Any], one: Any = None, times: int | None = 3, **more: Any) -> Any:
    (found,) = await ahold_cases(project(desk, **more), [one or case()], times, check=False)
    return found


async def test_the_same_product_still_fails() -> None:
    found = await held(Broken)
    assert (found.status, found.counts, found.failing) == ("still", (3, 3), True)
    assert all(one.same and one.turn == 2 and "SYSTEM_ERROR" in one.why for one in found.held)
    assert found.held[0].transcript.turns[1].text == ASKS.text


async def test_a_mended_one_is_fixed_and_the_talk_goes_on_to_its_end() -> None:
    found = await held(Desk)
    assert (found.status, found.counts, found.failing) == ("fixed", (0, 3), False)
    assert found.held[0].transcript.end is not None
    assert found.held[0].by == "script"


async def test_another_failure_is_no_mend() -> None:
    found = await held(Deaf)
    assert (found.status, found.counts, found.otherwise, found.failing) == ("changed", (0, 3), 3, True)
    assert "another failure" in found.why


async def test_a_product_that_is_gone_has_changed() -> None:
    assert (await held(Gone)).status == "changed"


async def test_the_user_decides_anew_where_the_script_is_out_of_date() -> None:
    """The product ends at the first word: the second move was never said, and neither is it by the user."""
    two = case(moves=(Say("Oslo", Act("inform", {"city": "Oslo"}, {"city": "Oslo"}, "city")), ASKS))
    found = await held(AtOnce, two)
    assert found.status == "spoiled"
    assert "moved on" in found.why

    class AsksNameFirst(Broken):
        """Ends where the script begins, unless somebody asks for a person at the start."""

        def send(self, text: str) -> Any:
            return AtOnce.send(self, text) if text == "Oslo" else super().send(text)  # type: ignore[arg-type]

    found = await held(AsksNameFirst, replace(two, scenario=wants("Rome")))
    assert {one.by for one in found.held} == {"user"}


async def test_a_flaky_one_is_called_so() -> None:
    count = itertools.count()

    class Sometimes(Broken):
        def for_a_person(self) -> Any:
            return super().for_a_person() if next(count) % 2 else Desk.for_a_person(self)

    found = await held(Sometimes, times=4)
    assert (found.status, found.counts) == ("flaky", (2, 4))


async def test_what_came_seldom_is_not_fixed_by_a_few_tries() -> None:
    seldom = case(flakiness=Flakiness(1, 5))
    found = await held(Desk, seldom, times=3)
    assert (found.status, found.failing, found.needs) == ("flaky", False, tries_for(seldom) - 3)
    assert "says little: it failed in 1 of 5 before" in found.why
    found = await held(Desk, seldom, times=None)
    assert (found.status, found.counts) == ("fixed", (0, tries_for(seldom)))


def test_how_many_tries_a_case_asks_for() -> None:
    tries = {share: tries_for(case(flakiness=Flakiness(*share))) for share in ((5, 5), (4, 5), (3, 5), (1, 5), (0, 0))}
    assert tries == {(5, 5): 1, (4, 5): 2, (3, 5): 4, (1, 5): 14, (0, 0): 1}
    for failed in range(1, 5):
        k = tries_for(case(flakiness=Flakiness(failed, 5)))
        assert (1 - failed / 5) ** k <= 0.05 < (1 - failed / 5) ** (k - 1)


async def test_our_own_failing_tells_nothing() -> None:
    def setup(context: Any) -> Any:
        raise OSError("no accounts left")

    found = await held(Desk, setup={"function": setup})
    assert (found.status, found.failing) == ("spoiled", False)
    assert "no accounts left" in found.why


async def test_checks_a_person_added_hold() -> None:
    wrong = Checks((MustNot("SYSTEM_ERROR", "ask_human"),), required={"city": "Oslo"}, forbidden={"day": ("Monday",)})
    found = await held(Desk, case(checks=wrong))
    assert (found.status, found.why) == ("changed", "day must not be 'Monday'")
    declined = Checks((MustNot("SYSTEM_ERROR"),), end_state="declined")
    found = await held(Desk, case(checks=declined))
    assert "DECLINED_OK was expected, it ended with REACHED" in found.why
    anyhow = Checks((MustNot("SYSTEM_ERROR"),), end_state="any")
    assert (await held(Deaf, case(checks=anyhow))).status == "fixed"
    with pytest.raises(UsageError, match=r"checks.required.ctiy: end_state.facts has no 'ctiy'; did you mean 'city'"):
        await held(Desk, case(checks=Checks((MustNot("LEAK"),), required={"ctiy": "Oslo"})))


async def test_must_not_says_as_much_as_is_written() -> None:
    anywhere = case(checks=Checks((MustNot("SYSTEM_ERROR"),)))
    assert (await held(Broken, anywhere)).status == "still"
    elsewhere = case(checks=Checks((MustNot("SYSTEM_ERROR", "clarify"),)))
    assert (await held(Broken, elsewhere)).status == "changed"


async def test_many_cases_come_back_in_order_and_not_more_at_once_than_asked() -> None:
    now, most = 0, 0

    class Counting(Desk):
        prebeta_inline = False

        async def start(self) -> Any:
            nonlocal now, most
            now += 1
            most = max(most, now)
            await asyncio.sleep(0.002)
            return super().start()

        async def send(self, text: str) -> Any:
            nonlocal now
            reply = super().send(text)
            now -= bool(reply.get("ended"))
            return reply

    many = [case(id=f"{number:012x}") for number in range(12)]
    found = await ahold_cases(project(Counting), many, 2, 3, check=False)
    assert [one.case.id for one in found] == [one.id for one in many]
    assert all(one.status == "fixed" for one in found)
    assert 1 < most <= 3


def test_the_sync_door_says_the_same() -> None:
    (found,) = hold_cases(project(Broken), [case()], 1)
    assert found.status == "still"


async def test_in_a_loop_the_sync_door_says_what_to_write() -> None:
    with pytest.raises(UsageError, match=r"await prebeta\.runner\.casework\.ahold_cases"):
        hold_cases(project(Desk), [case()])


async def test_redacted_values_are_drawn_anew_the_same_each_time() -> None:
    heard: list[str] = []

    class Listening(Desk):
        def asked(self) -> Any:
            return (
                super().asked()
                if "phone" in self.held or "day" not in self.held
                else {"messages": ["What is your phone number?"]}
            )

        def send(self, text: str) -> Any:
            if found := [word for word in text.split() if word.startswith("0") and len(word) == 10]:
                heard.append(found[0])
                self.held["phone"] = found[0]
            return super().send(text)

    slots = {"city": {"values": ["Oslo"]}, "day": {"values": ["Monday"]}, "phone": {"pattern": "0[0-9]{9}"}}
    goals = [{"goal": "book a room", "slots": slots}]
    facts = {"phone": {"path": "state.phone", "match": "id"}}
    end_state = {"when": {"ended": True, "state": "present"}, "facts": facts}
    from prebeta.core.types import Fact, Goal, Slot

    scenario = replace(
        wants(behaviors=()),
        goal=Goal(
            "book a room", (Slot("city", Fact("Oslo")), Slot("day", Fact("Monday")), Slot("phone", Fact("[phone]")))
        ),
    )
    typed = Say("It is [phone]", Act("inform", {"phone": "[phone]"}, {"phone": "[phone]"}, "phone"))
    one = case(scenario=scenario, moves=(typed,), checks=Checks((MustNot("LEAK"),), required={"phone": "[phone]"}))
    found = await held(Listening, one, goals=goals, end_state=end_state, redact=["phone"])
    assert found.status == "fixed"
    assert len(heard) == 3
    assert len(set(heard)) == 1
    assert heard[0] not in repr(found.held)
