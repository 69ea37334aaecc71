"""`prebeta demo`: the whole loop on the bundled product, no key needed."""

from __future__ import annotations

import os
import tempfile
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from prebeta.core.errors import UsageError

if TYPE_CHECKING:
    from prebeta.config import Project

_STORE = Path(".prebeta/demo.db")


def demo(
    *,
    release: Annotated[int, typer.Option("--release", metavar="1..4", help="Which release of the product.")] = 1,
    n: Annotated[int, typer.Option("-n", metavar="N", help="How many synthetic users to send.")] = 500,
    seed: Annotated[int, typer.Option("--seed", metavar="S", help="The same seed sends the same users.")] = 1,
    users: Annotated[
        str, typer.Option("--users", metavar="NAMES", help="Kinds of users with commas, the headline's first.")
    ] = "agenda,autopilot",
    sample: Annotated[
        str, typer.Option("--sample", help="mixed: half typical users, half probing ones; census; hunt.")
    ] = "mixed",
    store: Annotated[
        Path | None, typer.Option("--store", metavar="FILE", help=f"Where the run is kept; else {_STORE}.")
    ] = None,
    quiet: Annotated[bool, typer.Option("-q", "--quiet", help="No progress on stderr.")] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="One JSON document on stdout and nothing else there.")
    ] = False,
) -> int:
    """Send synthetic users to the bundled product and print what came of it. Ends with 0 whatever the product does."""
    from prebeta.cli.place import suffix
    from prebeta.cli.run import held
    from prebeta.runner import RunOptions, run

    named = tuple(name.strip() for name in users.split(",") if name.strip())
    options = RunOptions(n=n, seed=seed, sample=sample, users=named, release=str(release))
    project = project_of(release)
    place = store or default_store()
    held(lambda watch: run(project, options, watch, place), as_json, quiet, suffix(None, place))
    return 0


def project_of(release: int) -> Project:
    """The bundled project, with the release of the product set. Raises UsageError for one that isn't there."""
    from prebeta.config import Project
    from prebeta.config.yaml_lines import parse, read_text
    from prebeta.demo.faults import RELEASES

    if release not in RELEASES:
        raise UsageError(f"there is no release {release} of the demo; there are: {', '.join(map(str, RELEASES))}")
    file = Path(str(files("prebeta.demo") / "prebeta.yaml"))
    document = parse(read_text(file, str(file)), str(file)).document
    target = document["target"]
    target = {**target, "version": f"release-{release}", "arguments": {**target["arguments"], "release": release}}
    return Project.from_document({**document, "target": target}, file.parent, str(file))


def default_store() -> Path:
    """Beside where one stands; in the system's folder for temporary files where that can't be written to."""
    folder = _STORE.parent if _STORE.parent.exists() else Path()
    return _STORE if os.access(folder, os.W_OK) else Path(tempfile.mkdtemp(prefix="prebeta-demo-")) / "demo.db"
