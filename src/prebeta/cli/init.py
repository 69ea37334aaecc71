"""`prebeta init`: a commented prebeta.yaml, and one message to see that the product answers."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from prebeta.cli.options import AsJson
from prebeta.core.errors import HarnessError, UsageError

if TYPE_CHECKING:
    from prebeta.config import Guess


def init(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Where to write prebeta.yaml.")] = Path(),
    target: Annotated[
        str | None, typer.Option("--target", metavar="URL|MODULE:FUNCTION", help="The product to be tested.")
    ] = None,
    as_json: AsJson = False,
) -> int:
    """Write a commented prebeta.yaml, and say hello to the product to check the connection.

    Of a product at a URL the keys of its answers are guessed from a message or two.
    """
    from prebeta.cli.output import write_json
    from prebeta.config import load, starter

    file = folder / "prebeta.yaml"
    if os.path.lexists(file):
        raise _taken(file)
    guess = _guess(target)
    _write(file, starter(target, guess))
    answer = _answer(file) if target is not None and load(file) else None
    if as_json:
        write_json({"file": str(file), "answer": answer, "guessed": None if guess is None else dict(guess.reply)})
        return 0
    typer.echo(f"wrote {file}")
    if answer is not None:
        typer.echo(f"the product answers: {answer}")
    if guess is not None:
        found = ", ".join(f"{name} at {path}" for name, path in guess.reply.items())
        typer.echo(f"guessed from its answers, and to be looked over in {file}: {found}")
    typer.echo("Next: say in it what users want and when they have it, then")
    where = "" if file.parent == Path() else f" -c {file}"
    typer.echo(f"  prebeta doctor --one{where}\n  prebeta run -n 50{where}")
    return 0


def _guess(target: str | None) -> Guess | None:
    """What the answers of a product at a URL look like."""
    from prebeta.config import is_url

    if target is None or not is_url(target):
        return None
    from prebeta.runner.acquaint import acquaint

    return acquaint(target)


def _taken(file: Path) -> UsageError:
    return UsageError(f"{file} is there already and stays as it is; name another folder: prebeta init DIR")


def _write(file: Path, text: str) -> None:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("x", encoding="utf-8") as opened:
            opened.write(text)
    except FileExistsError as error:
        raise _taken(file if os.path.lexists(file) else file.parent) from error
    except OSError as error:
        raise UsageError(f"cannot write {file} ({error.strerror or error}); name another folder") from error


def _answer(file: Path) -> str:
    from prebeta.config import load
    from prebeta.report.wording import cut, plain
    from prebeta.runner import first_answer

    try:
        return cut(plain(first_answer(load(file)).text, one_line=True), 200)
    except HarnessError as error:
        raise HarnessError(f"wrote {file}, but {error}") from error
