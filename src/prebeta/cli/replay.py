"""`prebeta replay`: the same user once more, against the product of now."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from prebeta.cli.options import AsJson, ConfigFile, StoreFile

if TYPE_CHECKING:
    from prebeta.config import Project
    from prebeta.core.results import Run
    from prebeta.runner.single import Single
    from prebeta.store import Store, Stored


def replay(
    names: Annotated[
        list[str], typer.Argument(metavar="[RUN] CONVERSATION", help="A conversation, by id or its beginning.")
    ],
    *,
    times: Annotated[int, typer.Option("--times", min=1, metavar="K", help="How often.")] = 1,
    from_turn: Annotated[
        int | None, typer.Option("--from-turn", min=0, metavar="T", help="Repeat the user's moves before this turn.")
    ] = None,
    config: ConfigFile = None,
    store: StoreFile = None,
    as_json: AsJson = False,
) -> int:
    """Send the user of a conversation again and say whether it fails the same way. Nothing is stored."""
    import asyncio

    from prebeta.cli.output import console, note, products_prints_on_stderr, write_json
    from prebeta.cli.pinpointed import render_replays, replays_json
    from prebeta.cli.place import opened
    from prebeta.cli.run import warn_of_side_effects
    from prebeta.core.errors import UsageError
    from prebeta.runner.replaying import project_of

    if len(names) > 2:
        raise UsageError("give one conversation: prebeta replay [RUN] CONVERSATION")
    with opened(config, store) as kept:
        run, stored = _conversation(kept, names)
        project = project_of(run, config)
    warn_of_side_effects(project, times)
    if times > 1:
        note(f"holding conversation {stored.transcript.id} {times} times")
    with products_prints_on_stderr():
        held = asyncio.run(_held(project, stored, times, from_turn))
    if as_json:
        write_json(
            {"run": run.id, "conversation": stored.transcript.id, **replays_json(stored, held, _rows(project, held))}
        )
    else:
        render_replays(stored, held, console())
    return 0


def _conversation(store: Store, names: list[str]) -> tuple[Run, Stored]:
    """The conversation meant; without a run it is looked for in all of them, the newest first."""
    from prebeta.core.errors import UsageError

    if len(names) == 2:
        run = store.run(names[0])
        return run, store.conversation(run.id, names[1])
    runs = store.runs() or [store.run("latest")]  # which says that there is none
    for run in reversed(runs):
        begins = [row.id for row in store.rows(run.id) if row.id.startswith(names[0])]
        if begins:
            return run, store.conversation(run.id, names[0])
    raise UsageError(
        f"no conversation {names[0]!r} in any of the {len(runs)} runs of {store.path}; prebeta findings RUN lists some"
    )


async def _held(project: Project, stored: Stored, times: int, from_turn: int | None) -> list[Single]:
    from prebeta.runner.again import again

    return [await again(project, stored.transcript, number, from_turn) for number in range(times)]


def _rows(project: Project, held: list[Single]) -> list[dict[str, Any]]:
    from prebeta.cli.naming import namer_for
    from prebeta.datasets.jsonl import row
    from prebeta.store import Stored

    namer = namer_for(project)
    return [row("replay", Stored(one.transcript, one.verdicts, one.assessment), namer) for one in held]
