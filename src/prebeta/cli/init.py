"""`prebeta init`: a commented prebeta.yaml, and one message to see that the product answers."""

from __future__ import annotations

import os
import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from prebeta.cli.options import AsJson
from prebeta.core.errors import HarnessError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from prebeta.cli.agents import Written
    from prebeta.config import Drafted, Found
    from prebeta.runner.acquaint import Acquaintance

_UNKNOWN = 3
"""Exit code where the file is written and the product was not recognised."""


@dataclass(frozen=True, slots=True)
class _Product:
    """What is known of the product: its section, whether it was recognised, what was tried, and which variables of the
    environment must be set before it can be spoken to. `silent`: it answered nothing that was tried, so isn't asked
    again; `asked` is the kind that was asked for."""

    found: Found
    known: bool
    tried: str
    unset: tuple[str, ...]
    silent: bool = False
    asked: str | None = None

    @property
    def kind(self) -> str:
        return str(self.found.section["kind"])

    @property
    def account(self) -> str:
        """Why it counts as not recognised, and what was tried, to go behind that."""
        as_ = f" as {self.asked}" if self.asked else ""
        told = "; ".join(each for each in (self.found.note, self.tried) if each)
        return f"{as_}: {told}" if told else as_

    @property
    def guessed(self) -> Mapping[str, str] | None:
        """The paths into its answers, where they were guessed or read off."""
        reply = self.found.section.get("reply")
        return reply if self.known and self.kind == "http" and isinstance(reply, dict) else None


def init(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Where to write prebeta.yaml.")] = Path(),
    target: Annotated[
        str | None,
        typer.Option(
            "--target", metavar="URL|FILE|MODULE:OBJECT", help="The product to be tested, or its OpenAPI document."
        ),
    ] = None,
    kind: Annotated[
        str | None, typer.Option("--kind", metavar="KIND", help="What kind of product it is; else found out.")
    ] = None,
    sources: Annotated[
        list[Path] | None,
        typer.Option("--from", metavar="FILE", help="Real chats (.jsonl, .json) to draft from; may be repeated."),
    ] = None,
    agents: Annotated[
        bool, typer.Option("--agents", help="Tell coding agents how to use it: AGENTS.md or CLAUDE.md, .mcp.json.")
    ] = False,
    as_json: AsJson = False,
) -> int:
    """Write a commented prebeta.yaml, and say hello to the product to check the connection.

    A product at a URL is recognised by what it answers to a request or two, or by its OpenAPI document. With --from,
    goals, slots, the end state and the product's words are drafted from real conversations. With --agents a prebeta.yaml
    that is there already stays as it is.
    """
    from prebeta.cli.output import note, write_json
    from prebeta.config import starter

    file = folder / "prebeta.yaml"
    if os.path.lexists(file):
        if agents and not (target or kind or sources):
            return _for_agents(folder, as_json)
        raise _taken(file)
    drafted = _drafted(sources) if sources else None
    product = _product(target, kind, folder)
    _write(file, starter(target, None if product is None else product.found, drafted))
    problems = _problems(file) if drafted is not None else ()
    answer = _answer(file, product) if product is not None else None
    code = 0 if product is None or product.known else _UNKNOWN
    written = _agents(folder) if agents else ()
    if as_json:
        draft = None if drafted is None else _as_json(drafted, problems)
        told = {"agents": _written_as_json(written)} if agents else {}
        write_json({"file": str(file), **_product_as_json(product), "answer": answer, "drafted": draft, **told})
        return code
    typer.echo(f"wrote {file}")
    if product is not None and not product.known:
        note(f"the product was not recognised{product.account}; look over target: in {file}, then prebeta doctor")
    drafts = _account(file, drafted, problems) if drafted is not None else ()
    for line in (*_told(file, product, answer), *drafts, *_written(written)):
        typer.echo(line)
    what = "look over what is guessed" if drafted is not None else "say in it what users want and when they have it"
    typer.echo(f"Next: {what}, then")
    where = "" if file.parent == Path() else f" -c {file}"
    typer.echo(f"  prebeta doctor --one{where}\n  prebeta run -n 50{where}")
    return code


def _for_agents(folder: Path, as_json: bool) -> int:
    """Only the lines for coding agents, where there is a project."""
    from prebeta.cli.output import write_json

    written = _agents(folder)
    if as_json:
        write_json({"file": str(folder / "prebeta.yaml"), "agents": _written_as_json(written)})
    else:
        typer.echo("\n".join(_written(written)))
    return 0


def _agents(folder: Path) -> tuple[Written, ...]:
    from prebeta.cli.agents import missing_sdk, write_agents
    from prebeta.cli.output import note

    written = write_agents(folder)
    missing = missing_sdk()
    if missing is not None:
        note(f"before an agent can start the server of .mcp.json: {missing}")
    return written


def _written(written: Sequence[Written]) -> tuple[str, ...]:
    return tuple(f"{one.done} {one.file}{f': {one.detail}' if one.detail else ''}" for one in written)


def _written_as_json(written: Sequence[Written]) -> list[dict[str, str]]:
    return [{"file": str(one.file), "done": one.done, "detail": one.detail} for one in written]


def _product(target: str | None, kind: str | None, folder: Path) -> _Product | None:
    """The product behind --target; None where none is given."""
    from prebeta.cli.output import note, products_prints_on_stderr
    from prebeta.config import unknown
    from prebeta.runner.acquaint import acquaint, asks_products, minimal

    if target is None:
        if kind is not None:
            raise UsageError(f"--kind {kind} goes with --target URL")
        return None
    with products_prints_on_stderr():
        met = acquaint(target, kind, folder, note)
    if met.found is not None:
        return _Product(met.found, True, "", _unset(met.found))
    if met.partial is not None:
        return _Product(met.partial, False, _unheard(met), (), silent=True, asked=kind)
    if kind is not None and not asks_products(kind, folder):
        return _Product(minimal(kind, target), True, "", (), asked=kind)
    web_socket = "websocket" if target.lower().startswith("ws") else None
    assumed = kind or web_socket
    found = unknown(target) if assumed in (None, "http") else minimal(assumed, target)
    return _Product(found, False, _unheard(met), (), asked=kind)


def _unset(found: Found) -> tuple[str, ...]:
    """The variables that the section names and the environment lacks."""
    from prebeta.config.interpolation import unset

    return unset(dict(found.section), os.environ)


def _unheard(met: Acquaintance) -> str:
    """What was tried, and which kinds could not be asked."""
    absent = f"not asked: {'; '.join(met.absent)}" if met.absent else ""
    return "; ".join(each for each in (met.told(), absent) if each)


def _told(file: Path, product: _Product | None, answer: str | None) -> Iterator[str]:
    """What was found of the product, for people."""
    from prebeta.report.wording import plain

    if product is None:
        return
    if product.known and product.asked is None and product.kind not in ("http", "python"):
        yield f"recognised as {product.kind}"
    if product.found.note and product.known:
        yield plain(product.found.note, one_line=True)
    if answer is not None:
        yield f"the product answers: {answer}"
    if product.guessed is not None:
        found = ", ".join(f"{name} at {path}" for name, path in product.guessed.items())
        source = getattr(product.found, "source", "its answers")
        how = "guessed from" if source == "its answers" else "read off"
        yield f"{how} {source}, and to be looked over in {file}: {found}"
    if product.unset:
        yield f"to be set in the environment before it can be spoken to: {', '.join(product.unset)}"


def _product_as_json(product: _Product | None) -> dict[str, Any]:
    if product is None:
        return {"kind": None, "recognised": None, "guessed": None, "note": None, "unset": []}
    guessed = None if product.guessed is None else dict(product.guessed)
    return {
        "kind": product.kind,
        "recognised": product.known,
        "guessed": guessed,
        "note": product.found.note or None,
        "unset": list(product.unset),
    }


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


def _answer(file: Path, product: _Product) -> str | None:
    """What the product says to a greeting; None where it can't be spoken to yet. Raises HarnessError that says what is
    wrong and what was tried."""
    from prebeta.cli.output import products_prints_on_stderr
    from prebeta.config import load
    from prebeta.report.wording import cut, plain
    from prebeta.runner import first_answer

    if product.unset or product.silent:
        return None
    try:
        project = load(file)
        with products_prints_on_stderr():
            return cut(plain(first_answer(project).text, one_line=True), 200)
    except (HarnessError, UsageError) as error:
        tried = f"; {product.tried}" if product.tried else ""
        raise type(error)(f"wrote {file}, but {error}{tried}{_looked_in(file, product, str(error))}") from error


def _looked_in(file: Path, product: _Product, error: str) -> str:
    """Where a module was looked for that isn't there, or which file it is that lacks a name."""
    name = str(product.found.section.get("function", "")).partition(":")[0]
    there = getattr(sys.modules.get(name), "__file__", None)
    if there is not None and f"{name} has no " in error:
        return f"; {name} is {there}"
    if not name or "no module" not in error:
        return ""
    first = f"{name.partition('.')[0]}"
    here = Path.cwd()
    beside = here != file.parent.resolve() and ((here / f"{first}.py").exists() or (here / first).is_dir())
    move = f"; there is one in {here}: write the file there (prebeta init {here})" if beside else ""
    return f"; looked in {file.parent.resolve()}, where prebeta.yaml is, and among the installed packages{move}"
