"""`prebeta gate`: CI's answer."""

from __future__ import annotations

import math
import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from prebeta.cli.options import AsJson, ConfigFile, RunName, StoreFile
from prebeta.cli.output import note
from prebeta.core.errors import UsageError

if TYPE_CHECKING:
    from prebeta.analysis.gating import Rules
    from prebeta.core.results import Run
    from prebeta.report.gated import Gated
    from prebeta.store import Store


def gate(
    name: RunName = "latest",
    max_failure_rate: Annotated[
        str | None, typer.Option("--max-failure-rate", metavar="R", help="Of typical users; 5% or 0.05.")
    ] = None,
    max_flawed_rate: Annotated[
        str | None, typer.Option("--max-flawed-rate", metavar="R", help="Of those that met a fault, whatever the end.")
    ] = None,
    no_new_findings: Annotated[
        bool, typer.Option("--no-new-findings", help="Fail for findings significantly new since the other run.")
    ] = False,
    not_worse: Annotated[
        bool, typer.Option("--not-worse", help="Fail where the failure rate is significantly above the other run's.")
    ] = False,
    against: Annotated[
        str | None,
        typer.Option("--against", metavar="RUN", help="The other run: id, release, or previous (the default)."),
    ] = None,
    junit: Annotated[Path | None, typer.Option("--junit", metavar="FILE", help="Write JUnit XML.")] = None,
    summary: Annotated[
        Path | None, typer.Option("--summary", metavar="FILE", help="Write Markdown; $GITHUB_STEP_SUMMARY gets it too.")
    ] = None,
    annotations: Annotated[
        bool, typer.Option("--annotations", help="Print GitHub's annotations, as it does by itself on GitHub.")
    ] = False,
    config: ConfigFile = None,
    store: StoreFile = None,
    as_json: AsJson = False,
) -> int:
    """Pass a run or not, by the rules under gate: in prebeta.yaml or given here. Exit code 0 passed, 1 failed, 3 inconclusive."""
    from prebeta.cli.ending import exit_code
    from prebeta.cli.place import opened, suffix

    given = {
        "max_failure_rate": _rate("--max-failure-rate", max_failure_rate),
        "max_flawed_rate": _rate("--max-flawed-rate", max_flawed_rate),
        "no_new_findings": no_new_findings or None,
        "not_worse": not_worse or None,
        "against": against,
    }
    with opened(config, store) as kept:
        run = kept.run(name)
        if against is not None:
            _must_be_there(kept, against)
        rules, source = _rules(run, config, {key: value for key, value in given.items() if value is not None})
        gated = _gated(kept, run, rules, suffix(config, store))
    if run.state != "done":
        note(f"this run is not whole ({run.state}); what is missing counts for nothing")
    _print(gated, source, as_json=as_json)
    _write(gated, run, junit, summary)
    if not as_json and (annotations or os.environ.get("GITHUB_ACTIONS") == "true"):
        from prebeta.report.annotations import annotated

        for line in annotated(gated):
            typer.echo(line)
    return exit_code(gated.gate.result)


def _rate(option: str, given: str | None) -> float | None:
    """A share, given as one or as a percentage. Raises UsageError."""
    from prebeta.config.fields import as_rate

    if given is None:
        return None
    try:
        share = float(as_rate(given))
    except ValueError:
        share = math.nan
    if 0 <= share <= 1:
        return share
    hint = f"; did you mean {given}%?" if 1 < share <= 100 and not given.endswith("%") else ""
    raise UsageError(f"{option}: should be 0 to 1, or a percentage such as 5%, not {given!r}{hint}")


def _must_be_there(store: Store, against: str) -> None:
    """A run named on the command line has to be known; one that prebeta.yaml names may still be to come."""
    from prebeta.analysis.gating import PREVIOUS

    if against != PREVIOUS:
        store.run(against)


def _rules(run: Run, config: Path | None, given: Mapping[str, Any]) -> tuple[Rules, str]:
    """The rules of prebeta.yaml as it is now, else those the run was made with, and over them what the command line gives;
    and where they come from."""
    from prebeta.analysis.gating import rules_of
    from prebeta.cli.place import CONFIG
    from prebeta.config import load_gate
    from prebeta.runner.gating import declared

    file = config or (CONFIG if CONFIG.exists() else None)
    rules = rules_of(run) if file is None else declared(load_gate(file))
    sources = [str(file) if file is not None else "the run's own"] if rules.given else []
    if not given:
        return rules, f"rules: {sources[0]}" if sources else ""
    rules = replace(rules, **given)
    if "against" in given and not rules.compares:
        rules = replace(rules, no_new_findings=True, not_worse=True)
    return rules, f"rules: {' and '.join([*sources, 'command line'])}"


def _gated(store: Store, run: Run, rules: Rules, suffix: str) -> Gated:
    from prebeta.cli.looking import looks
    from prebeta.cli.place import program
    from prebeta.cli.reporting import summary_of
    from prebeta.report.console import whom
    from prebeta.report.gated import Gated
    from prebeta.report.markdown import MOST_FINDINGS
    from prebeta.report.ruling import Hints
    from prebeta.runner.gating import gate as hold

    found = hold(store, run.id, rules)
    summary = summary_of(store, run)
    new = {shift.finding.id for shift in found.new}
    findings = summary["findings"]
    shown = [one for at, one in enumerate(findings) if at < MOST_FINDINGS or one["id"] in new]
    hints = Hints(program(), suffix, whom(summary))
    return Gated(found, summary, hints, looks(store, run, shown))


def _print(gated: Gated, source: str, *, as_json: bool) -> None:
    from prebeta.cli.output import console, write_json
    from prebeta.report.ruling import gate_json, render_gate

    if as_json:
        about = ("release", "conversations", "valid", "failure_rate", "interval", "flawed_rate")
        write_json({**gate_json(gated.gate, gated.hints), **{key: gated.summary[key] for key in about}})
    else:
        render_gate(gated.gate, console(), gated.hints, source)


def _write(gated: Gated, run: Run, junit_file: Path | None, summary_file: Path | None) -> None:
    """The files that were asked for, and GitHub's step summary where there is one."""
    if junit_file is not None:
        from prebeta.report.junit import junit

        _put(junit_file, junit(gated, run.created_at), "--junit")
    github = os.environ.get("GITHUB_STEP_SUMMARY")
    if summary_file is None and not github:
        return
    from prebeta.report.markdown import markdown

    text = markdown(gated)
    if summary_file is not None:
        _put(summary_file, text, "--summary")
    if github:
        try:
            with Path(github).open("a", encoding="utf-8") as file:
                file.write(text)
        except OSError as error:
            note(f"GitHub's step summary couldn't be written: {error.strerror}")


def _put(file: Path, text: str, option: str) -> None:
    """A report, in a folder that is made where it is missing, as reports of builds often are."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise UsageError(f"cannot write {file} ({error.strerror}); name another file: {option} FILE") from error
