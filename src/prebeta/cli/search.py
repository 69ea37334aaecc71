"""`prebeta search`: full text over what users and product said."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

    from prebeta.store import Hit, Hits, Wanted

_BEFORE, _LONGEST = 60, 180
"""Characters of a turn that are shown before the first word found, and in all."""


def search(
    words: Annotated[list[str], typer.Argument(metavar="TEXT", help="Words of one turn; '\"a phrase\"'; begin*.")],
    *,
    run: Annotated[str | None, typer.Option("--run", metavar="RUN", help="In this run: id, latest, release.")] = None,
    release: Annotated[str | None, typer.Option("--release", metavar="TEXT", help="In runs of this release.")] = None,
    outcome: Annotated[
        str | None, typer.Option("--outcome", metavar="NAMES", help="Outcomes with commas; also failed, flawed.")
    ] = None,
    kind: Annotated[str | None, typer.Option("--kind", metavar="KIND", help="With this failure: LOOP, …")] = None,
    stage: Annotated[str | None, typer.Option("--stage", metavar="STAGE", help="That broke at this stage.")] = None,
    persona: Annotated[
        str | None, typer.Option("--persona", metavar="TEXT", help="Of personas with this in their description.")
    ] = None,
    behavior: Annotated[str | None, typer.Option("--behavior", metavar="NAME", help="In which it occurred.")] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, metavar="N", help="How many turns to show.")] = 20,
    config: Annotated[Path | None, typer.Option("-c", "--config", metavar="FILE", help="The project.")] = None,
    store: Annotated[
        Path | None, typer.Option("--store", metavar="FILE", help="Another store than the project's.")
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="One JSON document on stdout and nothing else there.")
    ] = False,
) -> int:
    """Find turns by what was said in them, the newest run's first."""
    from prebeta.cli.output import console, write_json
    from prebeta.cli.place import opened, suffix
    from prebeta.store import Wanted

    with opened(config, store) as kept:
        wanted = Wanted(
            text=" ".join(words),
            run=None if run is None else kept.run(run).id,
            release=release,
            outcomes=_outcomes(outcome),
            kind=None if kind is None else kind.upper(),
            stage=stage,
            persona=persona,
            behavior=behavior,
            limit=limit,
        )
        found = kept.search(wanted)
        holds_runs = bool(found.hits or kept.runs())
    if as_json:
        write_json(_document(wanted, found))
    elif found.hits:
        _print(found, console(), suffix(config, store))
    else:
        typer.echo("no turn holds that" if holds_runs else "the store holds no runs yet; start one: prebeta run")
    return 0


def _outcomes(names: str | None) -> tuple[str, ...]:
    from prebeta.analysis.outcome import OUTCOMES
    from prebeta.core.errors import UsageError
    from prebeta.core.suggest import suggestion

    known = {**{name.lower(): name for name in OUTCOMES}, "failed": "failed", "flawed": "flawed"}
    wanted = [name.strip().lower() for name in (names or "").split(",") if name.strip()]
    for name in wanted:
        if name not in known:
            hint = suggestion(name, known.values(), f"known: {', '.join(known.values())}")
            raise UsageError(f"unknown outcome {name!r}; {hint}")
    return tuple(known[name] for name in wanted)


def _document(wanted: Wanted, found: Hits) -> dict[str, Any]:
    hits = [
        {
            "run": hit.run,
            "release": hit.release,
            "conversation": hit.conversation,
            "turn": hit.turn,
            "speaker": hit.speaker,
            "text": hit.text,
            "marks": [list(mark) for mark in hit.marks],
            "outcome": hit.outcome,
            "failed": hit.failed,
            "kind": hit.kind,
            "stage": hit.stage,
            "persona": hit.persona,
        }
        for hit in found.hits
    ]
    return {"text": wanted.text, "turns": found.turns, "conversations": found.conversations, "hits": hits}


def _print(found: Hits, screen: Console, suffix: str) -> None:
    from prebeta.report.layout import columns, line
    from prebeta.report.wording import plain, times

    for hit in found.hits:
        release = f" · release {hit.release}" if hit.release else ""
        broke = f" · {hit.kind} at {hit.stage}" if hit.kind else ""
        about = f"{hit.conversation} · turn {hit.turn} · {hit.speaker} · {hit.outcome}{broke} · {hit.run}{release}"
        line(screen, plain(about, one_line=True), "red" if hit.failed else "green")
        columns(screen, [[_snippet(hit)]], indent=2)
    shown = "" if len(found.hits) == found.turns else f", the first {len(found.hits)} shown (--limit)"
    screen.print()
    line(screen, f"{times(found.turns, 'turn')} in {times(found.conversations, 'conversation')}{shown}")
    first = found.hits[0]
    line(screen, f"Next:\n  prebeta show {first.run} {first.conversation}{suffix}")


def _snippet(hit: Hit) -> Text:
    """The words around the first that was found; what was found stands in »«, for those who see no colours too."""
    from rich.text import Text

    from prebeta.report.wording import plain

    begin = max(hit.marks[0][0] - _BEFORE, 0) if hit.marks else 0
    end = min(begin + _LONGEST, len(hit.text))
    shown = Text("…" if begin else "")
    at = begin
    for left, right in hit.marks:
        if left < at or right > end:
            continue
        shown.append(_flat(plain(hit.text[at:left])))
        shown.append(f"»{_flat(plain(hit.text[left:right]))}«", "bold")
        at = right
    shown.append(_flat(plain(hit.text[at:end])) + ("…" if end < len(hit.text) else ""))
    return shown


def _flat(text: str) -> str:
    """On one line, with the spaces at both ends."""
    return text.replace("\n", " ").replace("\t", " ")
