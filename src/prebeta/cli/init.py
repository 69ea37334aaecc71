"""`prebeta init`: a commented prebeta.yaml, and one message to see that the product answers."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from prebeta.cli.options import AsJson
from prebeta.core.errors import HarnessError, UsageError


def init(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Where to write prebeta.yaml.")] = Path(),
    target: Annotated[
        str | None, typer.Option("--target", metavar="URL|MODULE:FUNCTION", help="The product to be tested.")
    ] = None,
    as_json: AsJson = False,
) -> int:
    """Write a commented prebeta.yaml and send one message to check the connection."""
    from prebeta.cli.output import write_json
    from prebeta.config import load, starter

    text = starter(target)
    file = folder / "prebeta.yaml"
    _write(file, text)
    answer = _answer(file) if target is not None and load(file) else None
    if as_json:
        write_json({"file": str(file), "answer": answer})
        return 0
    typer.echo(f"wrote {file}")
    if answer is not None:
        typer.echo(f"the product answers: {answer}")
    typer.echo("Next: say in it what users want and when they have it, then")
    where = "" if file.parent == Path() else f" -c {file}"
    typer.echo(f"  prebeta doctor --one{where}\n  prebeta run -n 50{where}")
    return 0


def _write(file: Path, text: str) -> None:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("x", encoding="utf-8") as opened:
            opened.write(text)
    except FileExistsError as error:
        raise UsageError(
            f"{file} is there already and stays as it is; name another folder: prebeta init DIR"
        ) from error
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
