"""`prebeta show` and `prebeta findings`: a run's report, one conversation, the failure modes."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from prebeta.cli.options import AsJson, ConfigFile, RunName, StoreFile


class By(StrEnum):
    """What conversations are grouped by."""

    persona = "persona"
    behavior = "behavior"


def show(
    name: RunName = "latest",
    conversation: Annotated[
        str | None, typer.Argument(metavar="CONVERSATION", help="One of its conversations, by id or its beginning.")
    ] = None,
    *,
    by: Annotated[
        By | None, typer.Option("--by", help="How far users got, for each persona trait or each behavior that fired.")
    ] = None,
    config: ConfigFile = None,
    store: StoreFile = None,
    as_json: AsJson = False,
) -> int:
    """Print the report of a run, or one conversation with the blamed turn marked."""
    from prebeta.analysis.findings import placed
    from prebeta.cli.looking import odds_json, odds_marks, odds_note, odds_of
    from prebeta.cli.output import console, write_json
    from prebeta.cli.place import opened, suffix
    from prebeta.cli.reporting import print_groups, print_run
    from prebeta.cli.tracing import trace_link
    from prebeta.core.errors import UsageError

    if by is not None and conversation is not None:
        raise UsageError("--by is about a whole run: leave the conversation out")
    with opened(config, store) as kept:
        run = kept.run(name)
        if by is not None:
            print_groups(kept, run, by.value, as_json)
            return 0
        if conversation is None:
            print_run(kept, run, as_json, suffix(config, store))
            return 0
        stored = kept.conversation(run.id, conversation)
        rows = kept.rows(run.id)
        finding = placed(rows).get(stored.transcript.id)
    link = trace_link(run, stored)
    chances, turning = odds_of(run, rows, stored)
    if as_json:
        from prebeta.cli.naming import namer_of
        from prebeta.datasets.jsonl import row

        write_json(
            {**row(run.id, stored, namer_of(run), finding), "trace_link": link, "odds": odds_json(chances, turning)}
        )
    else:
        from prebeta.report.transcript import render_transcript

        screen = console()
        notes = {} if turning is None else {turning.turn: odds_note(turning)}
        render_transcript(stored, screen, notes, finding, odds_marks(chances))
        if link is not None:
            screen.print(f"trace: {link}", soft_wrap=True)
    return 0


def findings(
    name: RunName = "latest",
    *,
    words: Annotated[
        str | None,
        typer.Option("--words", metavar="MODEL", help="Let a model of the project's put each into a sentence as well."),
    ] = None,
    config: ConfigFile = None,
    store: StoreFile = None,
    as_json: AsJson = False,
) -> int:
    """Print a run's failure modes, ranked by what mending them would give."""
    from prebeta.cli.looking import in_words, looks
    from prebeta.cli.output import console, write_json
    from prebeta.cli.place import opened, program, suffix
    from prebeta.cli.reporting import summary_of

    with opened(config, store) as kept:
        run = kept.run(name)
        summary = summary_of(kept, run)
        shown = {} if as_json and words is None else looks(kept, run, summary["findings"])
    if words is not None:
        found = in_words(run, words, config, summary["findings"], shown)
        told = [{**one, "words": found.get(one["id"])} for one in summary["findings"]]
        summary = {**summary, "findings": told}
    if as_json:
        write_json({key: summary[key] for key in ("run", "release", "failure_rate", "findings", "discovery")})
    else:
        from prebeta.report.console import Extras, render_findings

        render_findings(summary, console(), Extras(suffix=suffix(config, store), program=program(), looks=shown))
    return 0
