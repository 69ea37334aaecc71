"""`prebeta personas`: make a pool of personas, look at one, and measure how varied it is."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from prebeta.cli.options import AsJson, ConfigFile
from prebeta.cli.place import CONFIG

if TYPE_CHECKING:
    from prebeta.config import Project
    from prebeta.core.types import Persona
    from prebeta.scenarios.generation.described import Made
    from prebeta.scenarios.generation.diversity import Diversity
    from prebeta.scenarios.generation.material import Material

personas = typer.Typer(name="personas", help="The persona pool: generate, list, check.", rich_markup_mode=None)
_SHOWN = 10
_MOST, _A_WHILE = 100_000, 10_000
_Pool = Annotated[
    Path | None, typer.Argument(metavar="FILE", help="Personas (YAML, CSV, JSONL) or a project; else prebeta.yaml.")
]


@personas.command("generate")
def generate(
    number: Annotated[int, typer.Argument(metavar="N", help="How many.")],
    *,
    seed: Annotated[int, typer.Option("--seed", metavar="S", help="The same seed gives the same personas.")] = 1,
    sources: Annotated[
        list[Path] | None,
        typer.Option("--from", metavar="FILE", help="Project, document or log of chats (.jsonl); may be repeated."),
    ] = None,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", metavar="FILE", help="A .yaml, .csv or .jsonl file; else stdout.")
    ] = None,
    model: Annotated[
        str | None, typer.Option("--model", metavar="NAME", help="Let this model describe them; or module:function.")
    ] = None,
    cache: Annotated[
        str | None, typer.Option("--cache", help="The model's answers: record (the default), replay or off.")
    ] = None,
    max_cost: Annotated[
        float | None,
        typer.Option("--max-cost", metavar="USD", help="Ask the model no more when it has cost this much."),
    ] = None,
    config: Annotated[Path | None, typer.Option("-c", "--config", metavar="FILE", help="The project.")] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="One JSON document on stdout and nothing else there.")
    ] = False,
) -> int:
    """Make N different personas, balanced over their traits, from facets or with a model.

    Words of the product's field come from --from, else from the project where there is one. What a model can't give is
    composed from facets.
    """
    from prebeta.cli.describing import Asked, account, described
    from prebeta.cli.output import note
    from prebeta.core.errors import UsageError
    from prebeta.scenarios.generation.composing import compose
    from prebeta.scenarios.generation.files import rendered

    if not 1 <= number <= _MOST:
        raise UsageError(f"the number of personas should be from 1 to {_MOST:,}, not {number:,}")
    if number > _A_WHILE:
        note(f"composing {number:,} personas takes some {number // 1000} s")
    if model is None and not (cache is None and max_cost is None):
        raise UsageError("--cache and --max-cost are for a model's answers; name one: --model NAME")
    if output is not None:
        rendered((), output.suffix)  # an unknown ending is told before the work
    project = _project(config)
    material = _material(sources or [], project)
    made: Made | None = None
    if model is None:
        people = compose(number, seed, material.terms)
    else:
        made = described(number, material, Asked(model, project, seed, cache or "record", max_cost))
        people = made.personas
        note(account(made))
    _give(people, made, output, as_json)
    return 0


def _give(people: tuple[Persona, ...], made: Made | None, output: Path | None, as_json: bool) -> None:
    """The pool into its file, or on stdout."""
    from prebeta.cli.output import write_json
    from prebeta.scenarios.generation.files import rendered, write_pool

    if output is not None:
        write_pool(people, output)
    if as_json:
        write_json({"file": None if output is None else str(output), **_summary(people, made)})
    elif output is None:
        typer.echo(rendered(people), nl=False)
    else:
        typer.echo(
            f"wrote {len(people):,} personas to {output}\nNext: personas: {{from: {output.name}}} in prebeta.yaml"
        )


@personas.command("list")
def list_(file: _Pool = None, *, config: ConfigFile = None, as_json: AsJson = False) -> int:
    """Print the personas of a file or project with their traits."""
    from prebeta.cli.output import write_json
    from prebeta.report.wording import plain

    shown, people = _pool_of(file, config)
    if as_json:
        write_json({"pool": shown, "personas": [_row(each) for each in people]})
        return 0
    width = len(str(len(people)))
    for number, each in enumerate(people, 1):
        traits = " · ".join(f"{name} {level}" for name, level in each.traits.items())
        typer.echo(f"{number:>{width}}  {plain(each.text, one_line=True)}")
        if traits:
            typer.echo(f"{'':>{width}}  {plain(traits, one_line=True)}")
    return 0


@personas.command("check")
def check(
    file: _Pool = None,
    *,
    seed: Annotated[int, typer.Option("--seed", metavar="S", help="Of more than 1,000, draws those compared.")] = 0,
    config: ConfigFile = None,
    as_json: AsJson = False,
) -> int:
    """Measure how varied a pool is: openers, similarity, duplicates, contradictions, and how many users it really is."""
    from prebeta.cli.output import write_json
    from prebeta.scenarios.generation.checking import persona_problem
    from prebeta.scenarios.generation.diversity import diversity

    shown, people = _pool_of(file, config)
    measured = diversity(people, seed)
    problems = [(number, found) for number, each in enumerate(people, 1) if (found := persona_problem(each))]
    if as_json:
        write_json(_measures(shown, measured, problems))
    else:
        _print(people, measured, problems)
    return 0


def _project(config: Path | None) -> Project | None:
    from prebeta.config import load

    return load(config or CONFIG) if config is not None or CONFIG.exists() else None


def _material(sources: list[Path], project: Project | None) -> Material:
    from prebeta.scenarios.generation.material import Material, of_project, read_material

    if sources:
        return read_material(sources)
    return of_project(project) if project is not None else Material()


def _pool_of(file: Path | None, config: Path | None) -> tuple[str, tuple[Persona, ...]]:
    """What to call a pool, and its personas: of a file, or of a project."""
    from prebeta.config import load
    from prebeta.config.yaml_lines import read_text
    from prebeta.core.errors import UsageError
    from prebeta.scenarios.generation.files import is_project, read_pool
    from prebeta.scenarios.space import pool

    if file is not None and config is not None:
        raise UsageError("name either a FILE or -c, not both")
    place = file or config or CONFIG
    in_yaml = place.suffix.lower() in (".yaml", ".yml") and (file is None or place.is_file())
    if in_yaml and is_project(read_text(place, str(place))):
        project = load(place)
        people = pool(project)
        return (str(place) if project.personas else f"{place} (it declares none: the built-in neutral ones)"), people
    return str(place), read_pool(place)


def _row(persona: Persona) -> dict[str, Any]:
    return {"text": persona.text, "traits": dict(persona.traits)}


def _summary(people: tuple[Persona, ...], made: Made | None) -> dict[str, Any]:
    described = 0 if made is None else made.described
    return {
        "personas": [_row(each) for each in people],
        "described": described,
        "composed": len(people) - described,
        "rejected": {} if made is None else dict(made.rejected),
        "stopped": None if made is None else made.stopped,
    }


def _measures(shown: str, measured: Diversity, problems: list[tuple[int, str]]) -> dict[str, Any]:
    return {
        "pool": shown,
        "users": measured.users,
        "effective_users": round(measured.effective, 1),
        "verdict": measured.verdict,
        "distinct_openers": measured.openers,
        "similarity": {"median": round(measured.median, 4), "p95": round(measured.high, 4), "of": measured.compared},
        "duplicates": [{"persona": one + 1, "repeats": other + 1} for one, other in measured.duplicates],
        "effective_trait_profiles": round(measured.profiles, 1),
        "traits": {
            each.trait: {"counts": dict(each.counts), "unsaid": each.unsaid, "missing": list(each.missing),
                         "over": list(each.over)}
            for each in measured.balances
        },
        "unbalanced": list(measured.unbalanced),
        "problems": [{"persona": number, "problem": problem} for number, problem in problems],
    }  # fmt: skip


def _print(people: tuple[Persona, ...], measured: Diversity, problems: list[tuple[int, str]]) -> None:
    from prebeta.report.wording import cut, plain

    def quoted(position: int) -> str:
        return f"{position + 1} “{cut(plain(people[position].text, one_line=True), 70)}”"

    lines = [
        measured.verdict,
        f"  distinct openers   {measured.openers:,} of {measured.users:,} (first three words)",
        f"  similarity         median {measured.median:.2f}, 95th percentile {measured.high:.2f} (words in common)",
        f"  near duplicates    {len(measured.duplicates):,} ({len(measured.duplicates) / measured.users:.1%})",
        f"  trait profiles     {measured.profiles:,.0f} effective",
    ]
    lines += [f"    {quoted(one)} repeats {quoted(other)}" for one, other in measured.duplicates[:_SHOWN]]
    lines += [f"  unbalanced         {line}" for line in measured.unbalanced]
    lines += [f"  not usable         {quoted(number - 1)}: {problem}" for number, problem in problems[:_SHOWN]]
    if len(problems) > _SHOWN:
        lines.append(f"  … and {len(problems) - _SHOWN} more that aren't usable (--json lists all)")
    typer.echo("\n".join(lines))
