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
