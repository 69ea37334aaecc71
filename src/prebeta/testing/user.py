"""A user that does what a test says."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

from prebeta.core.errors import SimulatorError
from prebeta.core.types import Act, Leave, Move, Press, Reply, Say, Scenario, Turn
from prebeta.dialogue import acts

Step = str | Move | Callable[[Reply], Move]


def say(text: str, act: str = acts.INFORM, **facts: str) -> Say:
    """A typed message that judges know the meaning of: its act, and the facts given in it by slot."""
    return Say(text, Act(act, facts, facts))


def press(title: str, **facts: str) -> Callable[[Reply], Move]:
    """Press the quick reply of this title, which gives these facts, if any. Where the product doesn't show it, that is
    the simulator's fault."""

    def pressed(reply: Reply) -> Move:
        for option in reply.options:
            if option.title.casefold() == title.casefold():
                return Press(option, Act(acts.INFORM if facts else acts.CHOOSE, facts, facts))
        shown = ", ".join(option.title for option in reply.options) or "none"
        raise SimulatorError(f"no quick reply {title!r} to press; shown: {shown}")

    return pressed


class ScriptedUser:
    """Makes users that go through `steps`, in every conversation anew: a text is typed (its meaning stays unknown to
    judges; see `say`), a move made, a function asked for the move after the product's last reply. After that comes `then`; else it leaves unprovoked,
    which is outside any rate."""

    def __init__(self, steps: Sequence[Step], then: Move | None = None) -> None:
        self._steps, self._then = tuple(steps), then or Leave("unprovoked")

    def __call__(self, scenario: Scenario, rng: random.Random) -> _Following:  # noqa: ARG002
        return _Following((*self._steps, self._then))


class _Following:
    def __init__(self, steps: Sequence[Step]) -> None:
        self._steps = iter(steps)
        self._last = steps[-1]

    async def next(self, turns: Sequence[Turn]) -> Move:
        step = next(self._steps, self._last)
        if isinstance(step, str):
            return Say(step)
        if callable(step):
            return step(next((turn.reply for turn in reversed(turns) if turn.reply is not None), Reply()))
        return step
