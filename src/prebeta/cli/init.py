"""`prebeta init`: a commented prebeta.yaml, and one message to see that the product answers."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from prebeta.cli.options import AsJson
from prebeta.core.errors import HarnessError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from prebeta.config import Drafted, Guess


def init(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Where to write prebeta.yaml.")] = Path(),
    target: Annotated[
        str | None, typer.Option("--target", metavar="URL|MODULE:FUNCTION", help="The product to be tested.")
    ] = None,
    sources: Annotated[
        list[Path] | None,
        typer.Option("--from", metavar="FILE", help="Real chats (.jsonl, .json) to draft from; may be repeated."),
    ] = None,
    as_json: AsJson = False,
) -> int:
    """Write a commented prebeta.yaml, and say hello to the product to check the connection.

    Of a product at a URL the keys of its answers are guessed from a message or two. With --from, goals, slots, the end
    state and the product's words are drafted from real conversations.
    """
    from prebeta.cli.output import write_json
    from prebeta.config import load, starter

    file = folder / "prebeta.yaml"
    if os.path.lexists(file):
        raise _taken(file)
    drafted = _drafted(sources) if sources else None
    guess = _guess(target)
    _write(file, starter(target, guess, drafted))
    problems = _problems(file) if drafted is not None else ()
    answer = _answer(file) if target is not None and load(file) else None
    if as_json:
        draft = None if drafted is None else _as_json(drafted, problems)
        guessed = None if guess is None else dict(guess.reply)
        write_json({"file": str(file), "answer": answer, "guessed": guessed, "drafted": draft})
        return 0
    typer.echo(f"wrote {file}")
    if answer is not None:
        typer.echo(f"the product answers: {answer}")
    if guess is not None:
        found = ", ".join(f"{name} at {path}" for name, path in guess.reply.items())
        typer.echo(f"guessed from its answers, and to be looked over in {file}: {found}")
    if drafted is not None:
        typer.echo("\n".join(_account(file, drafted, problems)))
    what = "look over what is guessed" if drafted is not None else "say in it what users want and when they have it"
    typer.echo(f"Next: {what}, then")
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


def _drafted(sources: list[Path]) -> Drafted:
    """What the conversations of the files tell of goals, slots, stages, answers and the end state."""
    from prebeta.cli.reading import conversations_in
    from prebeta.config import Drafted
    from prebeta.scenarios.generation.drafting import draft

    found = draft([talk for source in sources for talk in conversations_in(source)])
    remarks = {
        slot.name: f"asked in {slot.asked} of {found.conversations}{_example(slot.questions)}" for slot in found.slots
    }
    files = ", ".join(source.name for source in sources)
    return Drafted(found.sections(), found.conversations, files, found.notes[1:], remarks)


def _example(questions: Sequence[str]) -> str:
    """A question, if there is one without numbers and names in it: those may be a customer's."""
    plain = next((each for each in questions if not re.search(r"\d|\w.*\b[A-Z][a-z]", each)), None)
    return "" if plain is None else f", as in: {plain}"


def _problems(file: Path) -> tuple[str, ...]:
    """What of the drafted goals can't be used as it stands."""
    from prebeta.config import load
    from prebeta.scenarios.generation.checking import goal_problems

    return goal_problems(load(file))


def _as_json(drafted: Drafted, problems: tuple[str, ...]) -> dict[str, Any]:
    return {
        "conversations": drafted.conversations,
        "sections": dict(drafted.sections),
        "notes": list(drafted.notes),
        "problems": list(problems),
    }


def _account(file: Path, drafted: Drafted, problems: tuple[str, ...]) -> Iterator[str]:
    """What was drafted, and what of it needs a person."""
    from prebeta.report.wording import cut, plain, times

    goal = drafted.sections["goals"][0]
    slots = goal.get("slots", {})
    named = f"{times(len(slots), 'slot')} ({', '.join(slots)})" if slots else "no slots"
    answers = drafted.sections.get("user", {}).get("answers", {})
    yield (
        f"drafted from {times(drafted.conversations, 'conversation')}, and to be looked over in {file}: "
        f"the goal {plain(goal['goal'], one_line=True)!r}, {named}, {times(len(answers), 'line')} of answers"
    )
    yield from (f"  to mend: {cut(plain(each, one_line=True), 200)}" for each in (*drafted.notes, *problems))


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
