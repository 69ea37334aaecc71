"""`prebeta chat`: talk to the product oneself, with the same checks watching."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from prebeta.cli.options import AsJson

if TYPE_CHECKING:
    from prebeta.cli.typing_in import Talk
    from prebeta.config import Project
    from prebeta.runner.single import Single

_A_DAY_S = 86_400.0
_MOST_TURNS = 1_000


def chat(
    *,
    config: Annotated[Path, typer.Option("-c", "--config", metavar="FILE", help="The project.")] = Path("prebeta.yaml"),
    demo: Annotated[
        int | None, typer.Option("--demo", metavar="1..4", help="The bundled product of this release instead.")
    ] = None,
    watch: Annotated[bool, typer.Option("--watch", help="Say how each message of the product is read.")] = False,
    as_json: AsJson = False,
) -> int:
    """Talk to the product yourself; afterwards the same judges say what they saw. Nothing is stored."""
    import asyncio

    from prebeta.cli.demo import project_of
    from prebeta.cli.typing_in import Talk
    from prebeta.config import load
    from prebeta.runner.loop import wait_for

    project = load(config) if demo is None else project_of(demo)
    stop = asyncio.Event()
    talk = Talk(project, sys.stderr if as_json else sys.stdout, stop, watch=watch)
    held = wait_for(lambda: _hold(project, talk), stop, "arun")
    _tell(project, held, talk, as_json)
    return 0


async def _hold(project: Project, talk: Talk) -> Single:
    """The conversation with the person at the keyboard, whose patience and time are their own affair."""
    from dataclasses import replace

    from prebeta.core.types import Goal, Job, Persona, Scenario
    from prebeta.runner.single import Seats, hold_one

    account = next(iter(project.accounts()), None)
    scenario = Scenario("chat", 1, Persona("the person at the keyboard"), Goal("their own"), account=account)
    limits = replace(project.core_limits(), max_turns=_MOST_TURNS, conversation_timeout_s=_A_DAY_S)
    seats = Seats(lambda _scenario, _rng: talk, None, limits, talk.see)
    talk.greet()
    return await hold_one(project, Job("chat", scenario, "chat"), seats, check=True)


def _tell(project: Project, held: Single, talk: Talk, as_json: bool) -> None:
    """What came of it: on the screen, and as the row that `export` would give."""
    from prebeta.cli.naming import namer_for
    from prebeta.cli.output import write_json
    from prebeta.datasets.jsonl import row
    from prebeta.store import Stored

    talk.conclude(held)
    if as_json:
        write_json(row("chat", Stored(held.transcript, held.verdicts, held.assessment), namer_for(project)))
