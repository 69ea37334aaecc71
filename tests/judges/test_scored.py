"""Scorers of others as judges: plain functions, and autoevals' own where it is installed."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from judged_talks import talk, wonders

from prebeta.core.errors import JudgeError
from prebeta.core.types import Transcript
from prebeta.judges.scored import scored

ROOT = Path(__file__).resolve().parents[2]
AUTOEVALS = ROOT / ".venvs" / "braintrust" / "bin" / "python"


def answered(*replies: str) -> Transcript:
    """A question with an `expect`, one without, and what came to each."""
    sides = ("Hello!", wonders("What does it cost?", "89"), replies[0], wonders("Is it far?"), replies[1])
    return talk(*sides)


async def test_answers_are_scored_against_what_was_expected() -> None:
    asked: list[dict[str, Any]] = []

    def exact(output: str, expected: str, input: str) -> float:
        asked.append({"output": output, "expected": expected, "input": input})
        return float(output == expected)

    (right,) = await scored(exact)(answered("89", "No."))
    assert asked == [{"output": "89", "expected": "89", "input": "What does it cost?"}]
    assert (right.judge, right.value, right.turn, right.kind) == ("exact", "pass", 2, None)
    (wrong,) = await scored(exact)(answered("Twelve.", "No."))
    assert (wrong.value, wrong.kind, wrong.turn, wrong.evidence) == ("fail", "UNGROUNDED", 2, "Twelve.")


@pytest.mark.parametrize(("score", "value"), [(0.7, "pass"), (0.69, "fail"), (None, "unsure")])
async def test_scores_come_in_any_shape(score: float | None, value: str) -> None:
    class Scorer:
        async def eval_async(self, output: str, expected: str, **more: Any) -> Any:
            return SimpleNamespace(score=score)

    (found,) = await scored(Scorer(), least=0.7, kind="WRONG_PRICE")(answered("x", "y"))
    assert (found.value, found.judge) == (value, "Scorer")
    assert found.kind == ("WRONG_PRICE" if value == "fail" else None)


async def test_what_is_no_score_is_the_judges_fault() -> None:
    with pytest.raises(JudgeError, match="should be a number from 0 to 1"):
        await scored(lambda **_: 7)(answered("x", "y"))


async def test_an_answer_that_never_came_is_not_scored() -> None:
    assert not await scored(lambda **_: 0)(talk("Hello!", wonders("What does it cost?", "89")))


def test_autoevals_scorers_are_judges() -> None:
    if not AUTOEVALS.exists():
        pytest.skip("autoevals isn't there; scripts/parts/braintrust.sh installs it")
    script = (
        "import asyncio, json\n"
        "from autoevals import Levenshtein\n"
        "from judged_talks import talk, wonders\n"
        "from prebeta.judges.scored import scored\n"
        "judge = scored(Levenshtein(), least=0.9)\n"
        "for reply in ('It is 89', 'No idea'):\n"
        "    found = asyncio.run(judge(talk('Hello!', wonders('How much?', 'It is 89'), reply)))\n"
        "    print(json.dumps([(one.judge, one.value, one.turn) for one in found]))\n"
    )
    path = os.pathsep.join((str(ROOT / "src"), str(Path(__file__).parent)))
    done = subprocess.run(
        [str(AUTOEVALS), "-c", script],
        env={"PATH": os.environ["PATH"], "PYTHONPATH": path},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert [json.loads(line) for line in done.stdout.splitlines()] == [
        [["Levenshtein", "pass", 2]],
        [["Levenshtein", "fail", 2]],
    ]
