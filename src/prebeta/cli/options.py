"""Options that several verbs take."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

ConfigFile = Annotated[Path | None, typer.Option("-c", "--config", metavar="FILE", help="prebeta.yaml, or another.")]
StoreFile = Annotated[Path | None, typer.Option("--store", metavar="FILE", help="Another store than the project's.")]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON document on stdout and nothing else there.")]
Quiet = Annotated[bool, typer.Option("-q", "--quiet", help="No progress on stderr.")]
RunName = Annotated[str, typer.Argument(metavar="RUN", help="Its id or the beginning of it, latest, or its release.")]
FindingGiven = Annotated[str, typer.Argument(metavar="FINDING", help="A finding of the run: its id or its beginning.")]
ConversationGiven = Annotated[
    str | None, typer.Argument(metavar="CONVERSATION", help="One that shows it; else the finding's example.")
]

# --- of `run` ---------------------------------------------------------------------------------------------

RunConfig = Annotated[Path, typer.Option("-c", "--config", metavar="FILE", help="The project.")]
Count = Annotated[
    int | None, typer.Option("-n", metavar="N", help="How many synthetic users to send; else 100, with --until 2,000.")
]
Seed = Annotated[int | None, typer.Option("--seed", metavar="S", help="The same seed sends the same users; else 1.")]
SampleName = Annotated[
    str | None,
    typer.Option("--sample", help="mixed: half typical users, half probing ones; census (with --until); hunt."),
]
Users = Annotated[
    str, typer.Option("--users", metavar="NAMES", help="Kinds of users with commas, the headline's first.")
]
Concurrency = Annotated[
    int | None, typer.Option("--concurrency", metavar="C", help="Conversations at once, over the project's.")
]
Release = Annotated[str | None, typer.Option("--release", metavar="TEXT", help="Name of the release tested.")]
Note = Annotated[str | None, typer.Option("--note", metavar="TEXT", help="What changed; kept with the run.")]
Repeats = Annotated[int, typer.Option("--repeats", metavar="K", help="Send each user so many times.")]
UntilKnown = Annotated[
    str | None, typer.Option("--until", metavar="TEXT", help='Stop as soon as it is known: "±3%", "<1%", ">20%".')
]
FailedFirst = Annotated[
    str | None,
    typer.Option("--failed-first", metavar="RUN", help="Send those first that failed there; users as there."),
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Send nothing: tell calls, cost and time beforehand.")]
MaxTime = Annotated[
    float | None, typer.Option("--max-time", metavar="SECONDS", help="Begin no conversation after that.")
]
CacheMode = Annotated[str, typer.Option("--cache", help="Answers of LLMs: record keeps and uses them; replay; off.")]
MaxCost = Annotated[
    float | None, typer.Option("--max-cost", metavar="USD", help="End the run when LLMs have cost this much.")
]
CasesFolder = Annotated[
    Path | None, typer.Option("--cases", metavar="DIR", help="Another folder than prebeta_cases beside prebeta.yaml.")
]

# --- of `cases push` and `cases pull` ---------------------------------------------------------------------

Platform = Annotated[str, typer.Argument(metavar="PLATFORM", help="braintrust")]
PlatformProject = Annotated[str | None, typer.Option("--project", metavar="NAME", help="There; else prebeta.")]
DatasetName = Annotated[str | None, typer.Option("--dataset", metavar="NAME", help="There; else prebeta_cases.")]
