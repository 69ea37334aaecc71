"""`prebeta plan`: how many conversations a claim needs; and what `run --dry-run` tells."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from prebeta.cli.options import AsJson, ConfigFile, StoreFile
from prebeta.core.errors import UsageError

if TYPE_CHECKING:
    from prebeta.analysis.claims import Claim
    from prebeta.config import Project
    from prebeta.runner import RunOptions
    from prebeta.runner.foresight import Known

_PERCENT = re.compile(
    r"([−-]|\+\s*/?\s*-|±)?\s*(\d+(?:[.,]\d+)?|[.,]\d+)\s*(%|percent|points?|pts?|pp)?", re.IGNORECASE
)


def plan(
    *,
    run: Annotated[
        str | None,
        typer.Argument(metavar="RUN", help="The run that tells rate, correlation, time and cost; else the latest."),
    ] = None,
    rate: Annotated[str | None, typer.Option("--rate", metavar="PERCENT", help="The failure rate of now: 27%.")] = None,
    to: Annotated[str | None, typer.Option("--to", metavar="PERCENT", help="Show a change to this rate: 20%.")] = None,
    difference: Annotated[
        str | None, typer.Option("--difference", metavar="POINTS", help="Show that it fell by so many points: 5.")
    ] = None,
    within: Annotated[
        str | None, typer.Option("--within", metavar="POINTS", help="Know the rate to so many points: ±3%.")
    ] = None,
    below: Annotated[str | None, typer.Option("--below", metavar="PERCENT", help="Show that fewer fail: 1%.")] = None,
    correlation: Annotated[
        float | None,
        typer.Option("--correlation", metavar="R", help="How alike a user's outcomes in two runs are, 0 to 1."),
    ] = None,
    config: ConfigFile = None,
    store: StoreFile = None,
    as_json: AsJson = False,
) -> int:
    """Tell how many conversations a claim needs, and the command that holds them."""
    from prebeta.cli.output import console, write_json
    from prebeta.cli.place import store_file, suffix
    from prebeta.report.planning import render_plan

    if to is not None and difference is not None:
        raise UsageError("give --to or --difference, not both")
    if correlation is not None and not 0 <= correlation < 1:
        raise UsageError(f"--correlation is {correlation}; give 0 to less than 1")
    known = _known(store_file(config, store), run)
    now = None if rate is None else _share("--rate", rate)
    if now is None and known is not None:
        now = known.rate
    told = _Told(known, now, rate is not None, correlation, suffix(config, store))
    wanted = {"within": within, "below": below, "to": to, "difference": difference}
    found = told.document(_claims(wanted, now, told.phi))
    if as_json:
        write_json(found)
    else:
        render_plan(found, console())
    return 0


def tell_beforehand(project: Project, options: RunOptions, store: Path | None, as_json: bool) -> int:
    """`run --dry-run`: what the run would take; nothing is sent, no store is made."""
    from prebeta.cli.output import console, write_json
    from prebeta.cli.run import warn_of_side_effects
    from prebeta.report.planning import render_foreseen
    from prebeta.runner.foresight import foresee
    from prebeta.runner.record import store_path

    found = foresee(project, options, store or store_path(project)).to_json()
    warn_of_side_effects(project, found["conversations"])
    if as_json:
        write_json(found)
    else:
        render_foreseen(found, console())
    return 0


class _Told:
    """What the claims are worked out from, and where each part comes from."""

    def __init__(
        self, known: Known | None, rate: float | None, rate_given: bool, correlation: float | None, suffix: str
    ) -> None:
        from prebeta.analysis.claims import CORRELATION

        self._known, self._rate, self._suffix = known, rate, suffix
        self._rate_from = None if rate_given or known is None else known.run
        measured = None if known is None else known.correlation
        if correlation is not None:
            self.phi, self._phi_from = correlation, "as given"
        elif measured is not None and known is not None:
            self.phi = max(measured, 0.0)
            with_run = f" and {known.with_run}" if known.with_run else "'s repeats"
            self._phi_from = f"as in {known.run}{with_run}"
        else:
            self.phi, self._phi_from = CORRELATION, "as is usual"

    def document(self, claims: list[Claim]) -> dict[str, Any]:
        """The JSON of `plan`."""
        return {
            "rate": self._rate,
            "rate_from": self._rate_from,
            "correlation": self.phi,
            "correlation_from": self._phi_from,
            "known": None if self._known is None else self._known.run,
            "claims": [self._with_commands(claim) for claim in claims],
        }

    def _with_commands(self, claim: Claim) -> dict[str, Any]:
        from prebeta.analysis.needed import clean

        known, n = self._known, claim.needed
        found = claim.to_json()
        found["seconds"] = None if known is None or n is None else round(known.seconds * n, 3)
        found["cost_usd"] = None if known is None or n is None else round(known.usd * n, 6)
        if claim.kind == "below":
            found["clean"] = n = clean(claim.bar) if n is None else n
        found["commands"] = self._commands(claim, n)
        return found

    def _commands(self, claim: Claim, n: int | None) -> list[str]:
        from prebeta.cli.place import program

        if n is None:
            return []
        hold = f"{program()} run --sample census -n {n}{self._suffix}"
        if claim.kind != "change":
            return [hold]
        again = f"{hold} --release NEW"
        if self._known is not None and self._known.typical >= n:
            return [again, f"{program()} compare {self._known.run} NEW{self._suffix}"]
        return [f"{hold} --release OLD", again, f"{program()} compare OLD NEW{self._suffix}"]


def _claims(wanted: dict[str, str | None], rate: float | None, phi: float) -> list[Claim]:
    """What is asked for; without anything the usual questions."""
    from prebeta.analysis import claims

    if not any(wanted.values()):
        usual = [claims.within(0.05, rate), claims.within(0.03, rate), claims.below(0.01, rate)]
        if rate is not None and rate > 0:
            usual += [claims.change(rate, max(rate - 0.05, 0.0), phi), claims.change(rate, rate / 2, phi)]
        return usual
    found = []
    if (within := wanted["within"]) is not None:
        found.append(claims.within(_share("--within", within, most=0.5), rate))
    if (below := wanted["below"]) is not None:
        found.append(claims.below(_share("--below", below), rate))
    if wanted["to"] is None and wanted["difference"] is None:
        return found
    if rate is None:
        raise UsageError("a change from which rate? give --rate 27%, or a store with a run")
    if (to := wanted["to"]) is not None:
        target = _share("--to", to, zero=True)
    else:
        target = rate - _share("--difference", str(wanted["difference"]))
    if target < 0 or target == rate:
        raise UsageError(f"from {rate * 100:g} % to {target * 100:g} % is no change to look for; give another")
    return [*found, claims.change(rate, target, phi)]


def _known(place: Path, name: str | None) -> Known | None:
    from prebeta.runner.foresight import known_of
    from prebeta.store import Store

    if name is None and not Store.is_there(place):
        return None
    with Store.open(place, create=False) as store:
        return known_of(store, name)


def _share(option: str, text: str, most: float = 1.0, *, zero: bool = False) -> float:
    """A percentage as a share. Without the sign it must be 1 or more, as 0.5 may be meant either way."""
    found = _PERCENT.fullmatch(text.strip())
    if found is None:
        raise UsageError(f"{option} {text!r} isn't understood; say it in percent, like 27%")
    number = float(found[2].replace(",", "."))
    if found[3] is None and 0 < number < 1:
        raise UsageError(f"{option} {text!r} may be meant either way; say {number:g}% or {number * 100:g}%")
    if not (number > 0 or zero) or number / 100 >= most:
        raise UsageError(f"{option} is {text}; give more than 0 and less than {most * 100:g} %")
    return number / 100
