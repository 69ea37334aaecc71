"""The verbs. Listing them costs next to nothing: what they need they import when they run."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from typing import Annotated

import typer

from prebeta import __version__
from prebeta.cli.case_platforms import pull, push
from prebeta.cli.cases import cases
from prebeta.cli.chat import chat
from prebeta.cli.compare import compare
from prebeta.cli.demo import demo
from prebeta.cli.doctor import doctor
from prebeta.cli.ending import Door
from prebeta.cli.export import export
from prebeta.cli.gate import gate
from prebeta.cli.importing import import_
from prebeta.cli.init import init
from prebeta.cli.investigate import locate, shrink, why
from prebeta.cli.mcp import mcp
from prebeta.cli.personas import personas
from prebeta.cli.plan import plan
from prebeta.cli.realism import realism
from prebeta.cli.replay import replay
from prebeta.cli.run import resume, run
from prebeta.cli.runs import runs
from prebeta.cli.schema import schema
from prebeta.cli.search import search
from prebeta.cli.show import findings, show
from prebeta.cli.trend import trend
from prebeta.core.errors import UsageError
from prebeta.core.suggest import suggestion

VERBS: tuple[Callable[..., int], ...] = (
    demo,
    init,
    doctor,
    run,
    resume,
    runs,
    compare,
    trend,
    plan,
    gate,
    show,
    findings,
    locate,
    shrink,
    why,
    replay,
    search,
    realism,
    chat,
    export,
    import_,
    schema,
    mcp,
)


def _name(verb: Callable[..., int]) -> str:
    """What a verb is called; a Python keyword has an underscore behind it in the code."""
    return verb.__name__.removesuffix("_")


app = typer.Typer(
    name="prebeta",
    help="Send synthetic users on whole conversations with your product, and see where it breaks.",
    rich_markup_mode=None,
    add_completion=False,
    pretty_exceptions_enable=False,
)
for verb in VERBS:
    app.command(_name(verb))(verb)
cases.command("push")(push)
cases.command("pull")(pull)
app.add_typer(cases)
app.add_typer(personas)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(__version__)
        raise typer.Exit


@app.callback()
def everything(
    _version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print it.")
    ] = False,
) -> None:
    """Send synthetic users on whole conversations with your product, and see where it breaks."""


def enter(arguments: Sequence[str]) -> int:
    """Run a command line and give its exit code."""
    door = Door(as_json="--json" in arguments)
    with door:
        _check_verb(arguments)
        door.code = app(list(arguments) or ["--help"], prog_name="prebeta", standalone_mode=False) or 0
        sys.stdout.flush()
    return door.code


def main() -> None:
    """The program `prebeta`."""
    raise SystemExit(enter(sys.argv[1:]))


def _check_verb(arguments: Sequence[str]) -> None:
    verbs = [*map(_name, VERBS), str(cases.info.name), str(personas.info.name)]
    if not arguments or arguments[0].startswith("-") or arguments[0] in verbs:
        return
    hint = suggestion(arguments[0], verbs, f"there are: {', '.join(verbs)}")
    raise UsageError(f"unknown verb {arguments[0]!r}; {hint}")
