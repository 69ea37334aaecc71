"""`prebeta realism`: how far a run's users write from how people do, and what gives them away."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from prebeta.cli.options import AsJson, ConfigFile, RunName, StoreFile

if TYPE_CHECKING:
    from prebeta.analysis.likeness import Likeness, Part, Typed
    from prebeta.core.results import Run


def realism(
    name: RunName = "latest",
    reference: Annotated[
        Path | None,
        typer.Option("--reference", metavar="FILE", help="Real chats (.jsonl, .json); else the profile of the run."),
    ] = None,
    seed: Annotated[int, typer.Option("--seed", metavar="S", help="Draws what the classifier learns from.")] = 1,
    config: ConfigFile = None,
    store: StoreFile = None,
    as_json: AsJson = False,
) -> int:
    """Compare how the users of a run write with how people do, and name the habits that give them away."""
    from prebeta.analysis.likeness import beside_people, beside_profile, by_act
    from prebeta.cli.output import console, write_json
    from prebeta.cli.place import opened
    from prebeta.core.errors import UsageError

    people = None if reference is None else _people(reference, str(reference))
    with opened(config, store) as kept:
        run = kept.run(name)
        mine = (stored.transcript for stored in kept.conversations(run.id))
        users = by_act(one for one in mine if one.job.policy == run.users[0])
    if not any(map(len, users.every)):
        raise UsageError(f"the users of run {run.id} typed nothing: there is no writing to compare")
    fitted = _fitted_to(run)
    if people is not None:
        found = beside_people(users, people, str(reference), classify=True, seed=seed)
    elif fitted is not None:
        shown = f"{fitted.name}, which the profile is fitted to"
        found = beside_people(users, _people(fitted, f"{fitted}, which the profile of the run is fitted to,"), shown,
                              classify=False)  # fmt: skip
    else:
        found = beside_profile(users)
    if as_json:
        write_json({"run": run.id, **_as_json(found)})
    else:
        from prebeta.report.likeness import render_likeness

        render_likeness(run.id, found, console())
    return 0


def _fitted_to(run: Run) -> Path | None:
    """The file that the profile of the run was fitted to."""
    kept: Any = run.project if isinstance(run.project, dict) else {}
    document = kept.get("document") or {}
    profile = (document.get("user") or {}).get("profile")
    fit = profile.get("fit") if isinstance(profile, dict) else None
    return Path(kept.get("folder", ".")) / fit if fit else None


def _people(file: Path, shown: str) -> Typed:
    """What people typed in a file of real chats. Raises UsageError."""
    from prebeta.analysis.likeness import by_text
    from prebeta.cli.reading import conversations_in

    talks = conversations_in(file, shown)
    return by_text([line.text for line in talk.lines if line.speaker == "user"] for talk in talks)


def _as_json(found: Likeness) -> dict[str, Any]:
    apart = found.apart
    return {
        "against": found.against,
        "conversations": found.conversations,
        "messages": found.messages,
        "parts": [_part(part) for part in found.parts],
        "classifier": None
        if apart is None
        else {
            "auc": round(apart.auc, 4),
            "interval": [round(bound, 4) for bound in apart.interval],
            "signs": [
                {"feature": sign.feature, "weight": round(sign.weight, 3), "users": round(sign.users, 4),
                 "people": round(sign.people, 4), "auc": round(sign.auc, 4)}
                for sign in apart.signs
            ],
        },
        "habits": list(found.habits),
    }  # fmt: skip


def _part(part: Part) -> dict[str, Any]:
    def rounded(figures: Any) -> dict[str, float | None]:
        return {name: None if value is None else round(value, 4) for name, value in figures.items()}

    users = None if part.users is None else rounded(part.users)
    return {"part": part.name, "messages": part.messages, "users": users, "people": rounded(part.people),
            "off": list(part.off)}  # fmt: skip
