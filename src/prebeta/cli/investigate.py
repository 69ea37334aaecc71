"""`prebeta locate`, `shrink` and `why`: where a failure comes from, found by talking to the product again."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from prebeta.cli.options import AsJson, ConfigFile, ConversationGiven, FindingGiven, RunName, StoreFile

if TYPE_CHECKING:
    from prebeta.config import Project
    from prebeta.core.results import Finding, Row, Run
    from prebeta.core.types import Transcript
    from prebeta.investigate.replays import Replay, Subject

_CANDIDATES = 4
_MOST_READ = 3_000
"""So many conversations tell what users of a run do; beyond them only those that show the finding are read."""
Found = TypeVar("Found")


@dataclass(frozen=True, slots=True)
class _Opened:
    """What lies in the store of a finding that is looked into."""

    run: Run
    finding: Finding
    project: Project
    subjects: tuple[Subject, ...]
    rows: tuple[Row, ...]
    transcripts: tuple[Transcript, ...]


def locate(
    name: RunName,
    finding: FindingGiven,
    conversation: ConversationGiven = None,
    config: ConfigFile = None,
    store: StoreFile = None,
    as_json: AsJson = False,
) -> int:
    """Find the turn that decides: the same beginning, then a cooperative user, again and again."""
    from prebeta.cli.output import console, note, write_json
    from prebeta.cli.pinpointed import located_json, render_located
    from prebeta.investigate.locate import locate as search

    opened = _opened(name, finding, conversation, config, store)
    subject = opened.subjects[0]
    note(f"holding conversation {subject.transcript.id} again from several of its turns")
    found = _held(opened.project, lambda replay: search(subject, replay))
    if as_json:
        write_json({"run": opened.run.id, "finding": opened.finding.id, **located_json(found, subject)})
    else:
        render_located(found, subject, opened.finding, console())
    return 0


def shrink(
    name: RunName,
    finding: FindingGiven,
    conversation: ConversationGiven = None,
    *,
    budget: Annotated[int, typer.Option("--budget", min=4, metavar="N", help="Conversations to hold at most.")] = 30,
    config: ConfigFile = None,
    store: StoreFile = None,
    as_json: AsJson = False,
) -> int:
    """Find the shortest script that still breaks it. Ctrl-C ends the search with the best so far."""
    from prebeta.cli.output import console, note, write_json
    from prebeta.cli.pinpointed import render_shrunk, shrunk_json
    from prebeta.core.errors import UsageError
    from prebeta.investigate.shrink import NotReproduced
    from prebeta.investigate.shrink import shrink as search

    opened = _opened(name, finding, conversation, config, store)
    note(f"holding at most {budget} conversations; Ctrl-C keeps the best so far")
    try:
        found = _held(opened.project, lambda replay: search(opened.subjects, replay, budget))
    except NotReproduced as error:
        raise UsageError(f"{error}: it may be mended, or come by chance; to see: prebeta replay {opened.run.id} "
                         f"{opened.subjects[0].transcript.id} --times 5") from error  # fmt: skip
    if as_json:
        write_json({"run": opened.run.id, "finding": opened.finding.id, **shrunk_json(found)})
    else:
        render_shrunk(found, opened.finding, console())
    return 0


def why(
    name: RunName, finding: FindingGiven, config: ConfigFile = None, store: StoreFile = None, as_json: AsJson = False
) -> int:
    """Say which behaviors and values cause it: the same conversations with and without each."""
    from prebeta.cli.output import console, note, write_json
    from prebeta.cli.pinpointed import render_why, told, why_json
    from prebeta.investigate.why import why as ask
    from prebeta.runner.replaying import cases_of

    opened = _opened(name, finding, None, config, store, whole=True)
    cases = cases_of(opened.finding, opened.rows, opened.transcripts, opened.project)
    note("holding conversations that show it again, with and without what may cause it")
    found = _held(opened.project, lambda replay: ask(cases, replay, lambda cause: note(told(cause))))
    if as_json:
        write_json({"run": opened.run.id, "finding": opened.finding.id, **why_json(found)})
    else:
        render_why(found, opened.finding, console())
    return 0


def _opened(
    name: str, finding: str, conversation: str | None, config: Path | None, store: Path | None, *, whole: bool = False
) -> _Opened:
    """Everything that is needed from the store. Raises UsageError."""
    from prebeta.cli.place import opened
    from prebeta.runner.replaying import filler_for, finding_of, project_of, speaking, subject_of

    with opened(config, store) as kept:
        run = kept.run(name)
        found = finding_of(kept, run, finding)
        project = project_of(run, config)
        if project.redact:
            from prebeta.cli.output import note

            note(
                "this run was redacted: users say other values of the project's slots where it hid what they said;"
                " a failure that hangs on the value itself may not come again"
            )
        shown = dict.fromkeys((found.example[0], *found.conversations))
        wanted = [conversation] if conversation is not None else list(shown)[:_CANDIDATES]
        filler = filler_for(project)
        subjects = tuple(speaking(subject_of(kept, run, found, one), filler) for one in wanted)
        rows = tuple(kept.rows(run.id, run.users[0])) if whole else ()
        about = (one.transcript for one in kept.conversations(run.id)) if whole else iter(())
        transcripts = tuple(
            filler.transcript(one) for place, one in enumerate(about) if place < _MOST_READ or one.id in shown
        )
    return _Opened(run, found, project, subjects, rows, transcripts)


def _held(project: Project, investigate: Callable[[Replay], Awaitable[Found]]) -> Found:
    """What comes of an investigation with the product opened. What a product in this process prints goes to stderr."""
    import asyncio

    from prebeta.cli.output import products_prints_on_stderr
    from prebeta.cli.run import warn_of_side_effects
    from prebeta.runner.replaying import replaying

    warn_of_side_effects(project)

    async def work() -> Found:
        async with replaying(project, check=True) as replay:
            return await investigate(replay)

    with products_prints_on_stderr():
        return asyncio.run(work())
