"""The doubles we ship do what they say, on their own and in a whole run."""

from __future__ import annotations

import asyncio
import random
from pathlib import Path
from typing import Any

import pytest

import prebeta
from prebeta import testing
from prebeta.core.errors import SimulatorError, UsageError
from prebeta.core.protocols import Target
from prebeta.core.types import Leave, Option, Press, Reply, Say, Stop, Transcript, Turn, Wait
from prebeta.testing import (
    ScriptedProduct,
    ScriptedUser,
    ahold,
    assessment_of,
    averdicts_of,
    crash,
    hang_up,
    hold,
    late,
    malformed,
    press,
    say,
    scenario,
    verdicts_of,
)


def _said(transcript: Transcript) -> list[str]:
    return [turn.text for turn in transcript.turns if turn.reply is not None]


def test_all_names_are_there() -> None:
    assert testing.__all__ == sorted(testing.__all__)
    assert all(hasattr(testing, name) for name in testing.__all__)


def test_answers_as_a_list_come_in_turn_and_the_last_one_again() -> None:
    product = ScriptedProduct(["one", ["two", "and more"]], opening="Hello")
    transcript = hold(product, user=["a", "b", "c"])
    assert _said(transcript) == ["Hello", "one", "two\nand more", "two\nand more"]
    assert product.heard == [["a", "b", "c"]]
    hold(product, user=["x"])
    assert product.heard == [["a", "b", "c"], ["x"]], "every conversation begins anew"


def test_answers_by_pattern() -> None:
    product = ScriptedProduct({"^mon": {"text": "Monday, fine"}, "day": "Which?", "": "Sorry?"})
    assert _said(hold(product, user=["Monday", "some day", "xyz"])) == ["", "Monday, fine", "Which?", "Sorry?"]
    without_rest = hold(ScriptedProduct({"monday": "fine"}), user=["Tuesday"])
    assert without_rest.stop == Stop(
        "product", "crashed", "the script has no answer to 'Tuesday'; give one under the empty pattern"
    )


def test_answers_by_a_function_sync_or_async() -> None:
    async def slowly(text: str) -> dict[str, Any]:
        await asyncio.sleep(0)
        return {"messages": [text.upper()], "options": ["Yes"], "state": {"n": 1}}

    assert _said(hold(ScriptedProduct(str.upper), user=["abc"])) == ["", "ABC"]
    reply = hold(ScriptedProduct(slowly), user=["abc"]).turns[2].reply
    assert reply == Reply(("ABC",), (Option("Yes"),), {"n": 1})


@pytest.mark.parametrize(
    ("fault", "stop"),
    [
        (crash("no memory"), Stop("product", "crashed", "no memory")),
        (hang_up(), Stop("product", "closed", "the connection was closed")),
        (malformed("<b>"), Stop("product", "malformed", "the answer is in no known shape")),
        (KeyError("x"), Stop("product", "crashed", "KeyError: 'x'")),
        (42, Stop("product", "malformed", "expected a text, a list of texts or a dict, got int")),
    ],
)
def test_faults_end_it_at_their_message(fault: Any, stop: Stop) -> None:
    product = ScriptedProduct(faults={2: fault})
    for _ in range(2):
        transcript = hold(product, user=["a", "b", "c"])
        assert (transcript.stop, len(transcript.turns)) == (stop, 5)


def test_a_fault_at_the_opening_and_one_as_an_answer() -> None:
    assert hold(ScriptedProduct(faults={0: crash()}), user=["a"]).stop.reason == "crashed"
    assert hold(ScriptedProduct(["ok", hang_up()]), user=["a", "b"]).stop.reason == "closed"


def test_nothing_at_all_and_late_answers() -> None:
    transcript = hold(ScriptedProduct(["", late(0.05, "sorry for the wait")]), user=["a", "b"])
    first, second = (transcript.turns[index] for index in (2, 4))
    assert first.reply is not None
    assert first.reply.empty
    assert (second.text, (second.latency_s or 0) >= 0.04) == ("sorry for the wait", True)


def test_a_time_out_by_the_projects_limits() -> None:
    project = prebeta.Project(
        target=str, end_state={"when": {"ended": True}}, goals=[{"goal": "x"}], limits={"turn_timeout_s": 0.05}
    )
    assert hold(ScriptedProduct([late(5)]), user=["a"], project=project).stop.reason == "timeout"


@pytest.mark.parametrize("answers", ["text", []])
def test_answers_that_are_none(answers: Any) -> None:
    with pytest.raises(UsageError, match="a list with at least one"):
        ScriptedProduct(answers)


async def test_a_scripted_user_goes_through_its_steps() -> None:
    shown = Turn(0, reply=Reply(("?",), (Option("Yes", "Y1"),)))
    user = ScriptedUser(["hi", Wait(), press("YES"), lambda reply: Say(reply.text)])(scenario(), random.Random(1))
    moves = [await user.next([shown]) for _ in range(6)]
    assert moves[:2] == [Say("hi"), Wait()]
    assert isinstance(moves[2], Press)
    assert moves[2].option == Option("Yes", "Y1")
    assert moves[3:] == [Say("?"), Leave("unprovoked"), Leave("unprovoked")]
    done = ScriptedUser([], then=Leave("done"))(scenario(), random.Random(1))
    assert await done.next([]) == Leave("done")


async def test_pressing_what_is_not_shown_is_the_simulators_fault() -> None:
    with pytest.raises(SimulatorError, match="no quick reply 'No' to press; shown: none"):
        press("No")(Reply())
    held = await ahold(ScriptedProduct(), user=[press("No")])
    assert (held.stop.by, held.stop.reason) == ("harness", "simulator")


def test_what_was_meant_is_on_the_turn() -> None:
    held = hold(ScriptedProduct(), user=[say("on Monday", day="Monday"), say("why?", "clarify"), "whatever"])
    acts = [turn.act for turn in held.turns if turn.move is not None]
    assert acts[0] is not None
    assert (acts[0].name, acts[0].facts) == ("inform", {"day": "Monday"})
    assert acts[1] is not None
    assert (acts[1].name, acts[1].facts, acts[2]) == ("clarify", {}, None)


def test_scenarios_are_told_apart_by_what_they_are() -> None:
    first = scenario("book", day="Monday")
    assert first == scenario("book", day="Monday")
    assert len({first.id, scenario("book", day="Tuesday").id, scenario("book", seed=2, day="Monday").id}) == 3
    assert [(slot.name, slot.fact.value) for slot in first.goal.slots] == [("day", "Monday")]


def test_without_a_user_the_agenda_user_is_sent() -> None:
    booked = {"messages": ["It is booked."], "state": {"day": "Monday"}, "ended": True}
    product = ScriptedProduct({"monday": booked, "": "Which day would you like?"}, opening="Hello!")
    held = hold(product, scenario("book a table", day="Monday"))
    assert (held.job.policy, held.stop) == ("agenda", Stop("product", "end_state"))


PROJECT: dict[str, Any] = {
    "end_state": {"when": {"ended": True, "state": "present"}, "facts": {"day": {"path": "state.day"}}},
    "goals": [{"goal": "book a table", "slots": {"day": {"values": ["Monday", "Tuesday"]}}}],
    "user": {"answers": {"day": "which day"}},
}


def test_judges_of_a_project_say_what_a_run_would() -> None:
    booked = {"messages": ["It is booked."], "state": {"day": "Tuesday"}, "ended": True}
    product = ScriptedProduct([booked], opening="Which day?")
    project = prebeta.Project(target=product, **PROJECT)
    held = hold(product, scenario("book a table", day="Monday"), [say("Monday", day="Monday")], project)
    verdicts = verdicts_of(held, project)
    assert ("end_state", "fail", "WRONG_RESULT", 2, "day") in [
        (verdict.judge, verdict.value, verdict.kind, verdict.turn, verdict.slot) for verdict in verdicts
    ]
    found = assessment_of(held, verdicts, project)
    assert (found.outcome, found.failed, found.kind, found.slot) == ("REACHED_WRONG", True, "WRONG_RESULT", "day")


async def test_inside_a_loop_the_async_names_are_told() -> None:
    with pytest.raises(UsageError, match=r"await prebeta\.testing\.ahold"):
        hold(ScriptedProduct())
    project = prebeta.Project(target=ScriptedProduct(), **PROJECT)
    with pytest.raises(UsageError, match=r"await prebeta\.testing\.averdicts_of"):
        verdicts_of(await ahold(ScriptedProduct(), user=["a"]), project)
    assert await averdicts_of(await ahold(ScriptedProduct(), user=["a"]), project) == ()


def test_a_scripted_product_stands_a_whole_run(tmp_path: Path) -> None:
    def answer(text: str) -> dict[str, Any]:
        for day in ("Monday", "Tuesday"):
            if day.lower() in text.lower():
                return {"messages": ["It is booked."], "state": {"day": day}, "ended": True}
        return {"messages": ["Which day would you like?"], "options": ["Monday", "Tuesday"]}

    product = ScriptedProduct(answer, opening="Hello!")
    assert isinstance(product, Target)
    project = prebeta.Project(target=product, **PROJECT)
    result = prebeta.run(project, n=8, seed=1, users=("autopilot",), store=tmp_path / "prebeta.db")
    assert result.summary["outcomes"]["REACHED"] == 8
    assert len([heard for heard in product.heard if heard]) == 8, "and one that only checked the connection"


def test_a_target_of_ones_own_may_stand_in_its_place() -> None:
    class Other:
        def open(self, context: prebeta.OpenContext) -> Any:
            return ScriptedProduct(["from a target"]).open(context)

    assert _said(hold(Other(), user=["a"])) == ["", "from a target"]
