"""`prebeta doctor`: config, store, models and product, each with what to do; `--one` holds one annotated conversation."""

from __future__ import annotations

import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from prebeta.cli.options import AsJson
from prebeta.core.errors import HarnessError, PrebetaError, UsageError

if TYPE_CHECKING:
    from prebeta.config import Project
    from prebeta.dialogue.reading import Reading
    from prebeta.store import Stored

_SHOWN = 160


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at. `detail` says what was found, or what to do."""

    name: str
    ok: bool
    detail: str


def doctor(
    *,
    one: Annotated[
        bool, typer.Option("--one", help="Hold one conversation and say how each message was read.")
    ] = False,
    seed: Annotated[int, typer.Option("--seed", metavar="S", help="Which user --one sends.")] = 1,
    config: Annotated[Path, typer.Option("-c", "--config", metavar="FILE", help="The project.")] = Path("prebeta.yaml"),
    store: Annotated[
        Path | None, typer.Option("--store", metavar="FILE", help="Another store than the project's.")
    ] = None,
    as_json: AsJson = False,
) -> int:
    """Check config, store, models and product, and say what to do. Each model is sent two short messages."""
    from prebeta.cli.asking import answering
    from prebeta.cli.output import products_prints_on_stderr, write_json
    from prebeta.cli.run import warn_of_side_effects
    from prebeta.config import load

    project = load(config)
    checks = [Check("config", True, str(config))]
    checks += [Check("config", True, f"note: {warning}") for warning in project.warnings()]
    warn_of_side_effects(project)
    kept = _store(project, store)
    with products_prints_on_stderr():
        models = [*answering(project)]
    product, mendable = _product(project)
    checks += [kept, *(Check(f"model {each.name}", each.ok, each.detail) for each in models), product]
    healthy = all(check.ok for check in checks)
    held = _one(project, seed) if one and healthy else None
    if as_json:
        conversation = None if held is None else _as_json(project, held)
        listed = [asdict(check) for check in checks]
        asked = [asdict(each) for each in models]
        write_json({"ok": healthy, "checks": listed, "models": asked, "conversation": conversation})
    else:
        _print(checks, held, project)
    return 0 if healthy else 2 if mendable or not kept.ok else 3


def _product(project: Project) -> tuple[Check, bool]:
    """Whether the product answers, and if not, whether that is for the project to mend."""
    from prebeta.cli.output import products_prints_on_stderr
    from prebeta.report.wording import cut, plain
    from prebeta.runner import first_answer

    try:
        with products_prints_on_stderr():
            reply = first_answer(project)
    except (HarnessError, UsageError) as error:
        return Check("product", False, plain(str(error), one_line=True)), isinstance(error, UsageError)
    if reply.empty:
        ended = " and the conversation is over" if reply.ended else ""
        return Check("product", True, f"answers, and says nothing{ended}"), False
    options = "".join(f" [{option.title}]" for option in reply.options)
    return Check("product", True, cut(f"answers: {plain(reply.text + options, one_line=True)}", _SHOWN)), False


def _store(project: Project, store: Path | None) -> Check:
    """Open the store as a run would, but leave none behind where there was none."""
    from prebeta.report.wording import times
    from prebeta.runner import store_path
    from prebeta.store import Store

    place = store or store_path(project)
    if not place.exists():
        return Check("store", True, f"{place} will be made by the first run")
    try:
        with Store.open(place) as kept:
            return Check("store", True, f"{place} holds {times(len(kept.runs()), 'run')}")
    except PrebetaError as error:
        return Check("store", False, str(error))


def _one(project: Project, seed: int) -> Stored:
    """One typical user's conversation, kept nowhere."""
    from prebeta.runner import RunOptions, run
    from prebeta.store import Store

    with tempfile.TemporaryDirectory(prefix="prebeta-doctor-") as folder:
        result = run(project, RunOptions(n=1, seed=seed, sample="census"), store=Path(folder) / "one.db")
        with Store.open(result.store, create=False) as kept:
            return kept.conversation(result.run.id, result.rows[0].id)


def _readings(project: Project, held: Stored) -> dict[int, Reading]:
    from prebeta.dialogue.reading import Reader

    reader = Reader(project.slots(), project.answers())
    return {turn.index: reader.read(turn.reply) for turn in held.transcript.turns if turn.reply is not None}


def reading_in_words(reading: Reading) -> str:
    """How a message of the product was read, and by which line of `answers`."""
    from prebeta.analysis.unplaced import answers_line

    if reading.rule is not None:
        then = f", then: {reading.rule.then}" if reading.rule.then else ""
        return f"read by answers.{reading.rule.name}: {reading.rule.pattern.pattern!r}{then}"
    if reading.asks:
        how = "the quick replies" if reading.source == "options" else "the words of slot and question"
        return f"read as asking for {', '.join(reading.asks)}, by {how}; no line of answers matched"
    marks = {
        "a recap to confirm": reading.confirms,
        "asking what to change": reading.changes,
        "asking for anything else": reading.more,
        "an open question": reading.open,
        "a claim that it is done": reading.done,
        "a fallback": reading.fallback,
        "a refusal": reading.declines,
    }
    known = [name for name, holds in marks.items() if holds]
    if known:
        return f"read as {', '.join(known)}"
    if not reading.placed:
        return f"not placed; under user.answers add a line like  {answers_line(reading.text)}"
    return "read as asking for nothing"


def _as_json(project: Project, held: Stored) -> dict[str, Any]:
    from prebeta.cli.naming import namer_for
    from prebeta.datasets.jsonl import row

    readings = _readings(project, held)
    found = row("doctor", held, namer_for(project))
    for turn in found["turns"]:
        if turn["index"] in readings:
            reading = readings[turn["index"]]
            turn["read"] = reading_in_words(reading)
            turn["answers"] = reading.rule.name if reading.rule is not None else None
    return found


def _print(checks: list[Check], held: Stored | None, project: Project) -> None:
    from prebeta.cli.output import console
    from prebeta.report.console import render_checks
    from prebeta.report.transcript import render_transcript

    screen = console()
    render_checks([(check.name, check.ok, check.detail) for check in checks], screen)
    if held is not None:
        screen.print()
        notes = {index: reading_in_words(reading) for index, reading in _readings(project, held).items()}
        render_transcript(held, screen, notes)
