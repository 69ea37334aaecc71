"""The report of a run on a terminal, made to be understood in five seconds and to be readable at 40 columns."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from rich.console import Console
from rich.text import Text

from prebeta.analysis.gating import Gate
from prebeta.analysis.outcome import EXCLUDED, FAILED, OUTCOMES, UNKNOWN
from prebeta.analysis.summary import is_spoiled
from prebeta.analysis.unplaced import Unplaced
from prebeta.core.results import Run
from prebeta.report.finding import Look, brief, render_look, share, who
from prebeta.report.funnel import render_stages
from prebeta.report.layout import columns, line
from prebeta.report.repeats import render_repeats
from prebeta.report.ruling import STYLE, Hints, render_verdict
from prebeta.report.stopping import quoted, render_own_order
from prebeta.report.wording import OUTCOME, bar, covered, cut, name_of_build, percent, plain, rate, times

MOST_FINDINGS = 10
_MOST_UNPLACED = 5
_NARROW = 60
_BAR = 24
_CENT = 0.005
_SAMPLE: Mapping[str, str] = MappingProxyType({"census": "typical", "hunt": "probing"})
_HABIT: Mapping[str, str] = MappingProxyType(
    {"clarify": "and answered a clarifying question", "out_of_domain": "and declined an off-topic remark"}
)


@dataclass(frozen=True, slots=True)
class Extras:
    """What a report may know beyond the summary.

    `looks` are the findings' examples; `unplaced` messages that no user could place; `trouble` what went wrong on our side, with how often;
    `gate` what its rules came to; `program` and `suffix` are how the
    commands in hints begin and what they need to find the store.
    """

    unplaced: Sequence[Unplaced] = ()
    suffix: str = ""
    program: str = "prebeta"
    trouble: Sequence[tuple[str, int]] = ()
    looks: Mapping[str, Look] = field(default_factory=dict)
    gate: Gate | None = None


def render_run(summary: Mapping[str, Any], console: Console, extras: Extras | None = None) -> None:
    """The whole report of a run from its summary."""
    extras = extras or Extras()
    line(console, _title(summary), "dim")
    console.print()
    _headline(summary, console, extras)
    _users(summary, console)
    render_repeats(summary["flakiness"], console)
    _outcomes(summary, console)
    render_stages(summary["stages"], console)
    _habits(summary, console)
    _findings(summary, console, extras)
    _trouble(extras.trouble, console)
    _unplaced(summary, extras.unplaced, console)
    _pace(summary, console)
    _next(summary, console, extras)


def render_findings(summary: Mapping[str, Any], console: Console, extras: Extras | None = None) -> None:
    """All findings of a run, ranked by what mending them would give."""
    found = summary["findings"]
    if not found:
        line(console, f"no findings in {times(summary['valid'], 'valid conversation')} of run {summary['run']}")
        return
    for number, finding in enumerate(found, 1):
        _whole_finding(number, finding, summary, console, extras or Extras())
    _discovery(summary, console)


def render_runs(runs: Iterable[tuple[Run, Mapping[str, Any]]], console: Console) -> None:
    """The runs of a store with state, release, note, rate, and version and commit of the product, the newest first."""
    table: list[list[Text]] = []
    for run, counts in runs:
        when = time.strftime("%Y-%m-%d %H:%M", time.localtime(run.created_at))
        told = (run.release, run.note, name_of_build(run))
        about = " · ".join(plain(part, one_line=True) for part in told if part)
        table.append([Text(run.id, "bold"), Text(run.state), Text(when), Text(_measured(counts)), Text(about)])
    widest = sum(max((row[at].cell_len for row in table), default=0) + 2 for at in range(5))
    if widest - 2 <= console.width:
        columns(console, table)
        return
    for name, state, made, measured, why in table:
        line(console, f"{name}  {state}  {made}", "bold")
        for text in filter(None, (why.plain, measured.plain)):
            line(console, text, indent=2)


def render_checks(checks: Iterable[tuple[str, bool, str]], console: Console) -> None:
    """What `doctor` looked at: name, whether it is well, and what was found or is to be done."""
    for name, ok, detail in checks:
        mark = "ok " if ok else "BAD"
        line(console, f"{mark} {name}: {plain(detail, one_line=True)}", "green" if ok else "bold red")


# --- parts of the report ------------------------------------------------------------------------------


def _title(summary: Mapping[str, Any]) -> str:
    parts = [f"run {summary['run']}"]
    if summary["release"]:
        parts.append(f"release {plain(summary['release'], one_line=True)}")
    if summary["note"]:
        parts.append(plain(summary["note"], one_line=True))
    return " · ".join([*parts, f"seed {summary['seed']}"])


def _headline(summary: Mapping[str, Any], console: Console, extras: Extras) -> None:
    if summary["failure_rate"] is None:
        text = f"Nothing measured: none of {times(summary['conversations'], 'conversation')} was valid."
        line(console, text, "bold yellow")
    else:
        line(console, f"{_measured(summary)}.", "bold red" if summary["failure_rate"] else "bold green")
    render_own_order(summary, console)
    if summary["gate"] is not None:
        if extras.gate is None:
            line(console, f"Gate: {summary['gate']}.", STYLE[summary["gate"]])
        else:
            render_verdict(extras.gate, console, Hints(extras.program, extras.suffix, whom(summary)))
    elif summary["failure_rate"] is not None and is_spoiled(summary):
        text = "Inconclusive: too many conversations are not the product's to answer for, see below."
        line(console, text, STYLE["inconclusive"])
    console.print()


def _measured(summary: Mapping[str, Any]) -> str:
    """ "43 of 250 typical users failed", with rate and interval: of the sample that the rate is quoted of."""
    if summary["failure_rate"] is None:
        return "nothing measured"
    counts = {**summary["samples"][_sample(summary)], **quoted(summary)}
    failed = f"{counts['failed']} of {times(counts['valid'], whom(summary))} failed"
    if unknown := summary["outcomes"].get(UNKNOWN):
        return f"At least {failed}, {counts['flawed']} had a fault; how {unknown:,} ended is not known"
    return f"{failed} ({rate(summary)})"


def whom(summary: Mapping[str, Any]) -> str:
    """Whom a run's rate is of: a typical user, a probing one where no other was sent, or an imported conversation."""
    imported = next(iter(summary["users"]), None) == "imported"
    return "imported conversation" if imported else f"{_SAMPLE[_sample(summary)]} user"


def _sample(summary: Mapping[str, Any]) -> str:
    return "census" if summary["samples"]["census"]["valid"] else "hunt"


def _users(summary: Mapping[str, Any], console: Console) -> None:
    """The users beside each other: typical and probing ones, and the other policies of the run."""
    rows: list[tuple[str, Mapping[str, Any]]] = []
    others = list(summary["users"])[1:]
    for sample, name in _SAMPLE.items():
        if summary["samples"][sample]["conversations"]:
            rows.append((f"{name} users", summary["samples"][sample]))
    rows += [(plain(policy, one_line=True), summary["users"][policy]) for policy in others]
    if len(rows) > 1:
        _heading(console, "Who was sent")
        _counted(rows, console)
    if summary["coverage"] is not None:
        shares = (covered(summary["coverage"][ways]) for ways in ("two_way", "three_way"))
        line(console, "probing users: 2-way coverage {}, 3-way {}".format(*shares), "dim", indent=2)
    if len(rows) > 1 or summary["coverage"] is not None:
        console.print()


def _counted(rows: Sequence[tuple[str, Mapping[str, Any]]], console: Console) -> None:
    table: list[list[Text]] = []
    for name, counts in rows:
        share = counts["failed"] / counts["valid"] if counts["valid"] else 0.0
        cells = [Text(name), _failed(counts)]
        if console.width >= _NARROW:
            cells += [Text(percent(share) if counts["valid"] else "", justify="right"), Text(bar(share, _BAR), "red")]
        table.append(cells)
    columns(console, table, indent=2)


def _failed(counts: Mapping[str, Any]) -> Text:
    if not counts["valid"]:
        return Text("nothing measured", "yellow")
    return Text(f"{counts['failed']} of {counts['valid']} failed", "red" if counts["failed"] else "green")


def _outcomes(summary: Mapping[str, Any], console: Console) -> None:
    _heading(console, f"How {times(summary['conversations'], 'conversation')} ended")
    counted = {name: summary["outcomes"].get(name, 0) for name in OUTCOMES if name not in EXCLUDED}
    columns(console, _outcome_rows(counted, console), indent=2)
    if summary["flawed"]:
        line(console, f"{summary['flawed']} of {summary['valid']} had a fault on the way, whatever the end", indent=2)
    if any(summary["excluded"].values()):
        line(console, "not counted, because it was not the product:", "dim", indent=2)
        columns(console, _outcome_rows(summary["excluded"], console), indent=2)
    console.print()


def _outcome_rows(counts: Mapping[str, int], console: Console) -> list[list[Text]]:
    rows = []
    for name, count in counts.items():
        if count:
            style = "yellow" if name in EXCLUDED else "red" if name in FAILED else "green"
            cells = [Text(name, style), Text(f"{count:,}", justify="right")]
            rows.append([*cells, Text(OUTCOME[name], "dim")] if console.width >= _NARROW else cells)
    return rows


def _habits(summary: Mapping[str, Any], console: Console) -> None:
    """How often the product came back to its step after an aside, where there was any."""
    rates = [(name, summary["resumed_after"][habit]) for habit, name in _HABIT.items()]
    known = [(name, share) for name, share in rates if share is not None]
    if not known:
        return
    _heading(console, "Came back to its step")
    columns(console, [[Text(name), Text(percent(share), justify="right")] for name, share in known], indent=2)
    console.print()


def _findings(summary: Mapping[str, Any], console: Console, extras: Extras) -> None:
    found = summary["findings"]
    if not found:
        return
    _heading(console, "What broke, by what mending it would give")
    for number, finding in enumerate(found[:MOST_FINDINGS], 1):
        _finding(number, finding, summary, console, extras)
    if len(found) > MOST_FINDINGS:
        more = times(len(found) - MOST_FINDINGS, "more finding")
        line(console, f"and {more}: {extras.program} findings {summary['run']}{extras.suffix}", indent=2)
    _discovery(summary, console)


def _finding(
    number: int,
    finding: Mapping[str, Any],
    summary: Mapping[str, Any],
    console: Console,
    extras: Extras,
    *,
    whole: bool = False,
) -> None:
    columns(console, [[Text(f"{number:>2}.", "bold"), Text(plain(finding["label"], one_line=True), "bold")]], indent=1)
    count, failed = finding["count"], finding["failed"]
    harm = "all failed" if failed == count else f"{failed} failed"
    often = f"{times(count, 'conversation')}, {harm}" + (f" ({share(finding)})" if whole else "")
    parts = [f"{finding['kind']} {finding['id']}", often]
    if summary["failure_rate"] is not None and finding["rate_if_mended"] < summary["failure_rate"]:
        rates = f"{percent(summary['failure_rate'])} → {percent(finding['rate_if_mended'])}"
        parts.append(f"if mended, the failure rate goes {rates}" if whole else f"mended: {rates}")
    if finding["behaviors"] and not whole:
        parts.append(f"mostly with {', '.join(plain(name, one_line=True) for name in finding['behaviors'])}")
    line(console, " · ".join(parts), indent=6)
    look = extras.looks.get(finding["id"])
    if look is not None and not whole:
        line(console, brief(look), indent=6)
    example = finding["example"]
    where = f"{extras.program} show {summary['run']} {example['conversation']}{extras.suffix}"
    line(console, f"{where}   (turn {example['turn']})", "cyan", indent=6)


def _whole_finding(
    number: int, finding: Mapping[str, Any], summary: Mapping[str, Any], console: Console, extras: Extras
) -> None:
    """All that is known of a finding, and what to do next."""
    _finding(number, finding, summary, console, extras, whole=True)
    if finding["behaviors"]:
        line(console, f"mostly when the user {who(finding['behaviors'])}", indent=6)
    if finding.get("words"):
        line(console, f"in words: {plain(finding['words'], one_line=True)}", "italic", indent=6)
    look = extras.looks.get(finding["id"])
    if look is not None:
        render_look(finding["kind"], look, console, indent=6)
    shown = ", ".join(finding["conversations"][:8])
    more = len(finding["conversations"]) - 8
    line(console, f"conversations: {shown}{f' and {more} more' if more > 0 else ''}", "dim", indent=6)
    step = f"{extras.program} why {summary['run']} {finding['id']}{extras.suffix}"
    line(
        console, f"{step}   (the cause; likewise shrink: the shortest script, locate: the turn that decides)", "cyan", 6
    )


def _discovery(summary: Mapping[str, Any], console: Console) -> None:
    found = summary["discovery"]
    if found["estimated"] is None or not found["seen"]:
        console.print()
        return
    unseen = max(round(found["estimated"] - found["seen"]), 0)
    hidden = f"about {unseen} more unseen" if unseen else "hardly any unseen"
    coming = f"about {found['next_100']:.1f} new ones" if found["next_100"] >= 0.05 else "hardly a new one"
    text = f"{times(found['seen'], 'finding')} seen, {hidden}; in 100 more conversations {coming}"
    line(console, text, "dim", indent=2)
    console.print()


def _trouble(trouble: Sequence[tuple[str, int]], console: Console) -> None:
    """What broke on our side, in the words of the error, so that nobody looks for it in the product."""
    if not trouble:
        return
    _heading(console, "What went wrong on our side")
    for told, count in trouble:
        line(console, f"{count} × {cut(plain(told, one_line=True), 300)}", indent=2)
    console.print()


def _unplaced(summary: Mapping[str, Any], unplaced: Sequence[Unplaced], console: Console) -> None:
    if not unplaced or not summary["excluded"]["SIM_FAULT"]:
        return
    _heading(console, "Messages our users could not place")
    for one in unplaced[:_MOST_UNPLACED]:
        line(console, f"{one.count} × {cut(plain(one.message, one_line=True), 200)}", indent=2)
        line(console, f"under user.answers:  {plain(one.line, one_line=True)}", "cyan", indent=4)
    console.print()


def _pace(summary: Mapping[str, Any], console: Console) -> None:
    seconds = summary["seconds"]
    speed = f" ({summary['turns'] / seconds:,.0f} turns/s)" if seconds > 0 else ""
    held = f"{times(summary['conversations'], 'conversation')}, {times(summary['turns'], 'user turn')}"
    line(console, f"{held}; the run took {seconds:.1f} s{speed}", "dim")
    _models(summary, console)


def _models(summary: Mapping[str, Any], console: Console) -> None:
    """What LLMs took and whose words were sent, where one was at work."""
    voices = summary["voices"]
    if not summary["model_calls"] and not voices:
        return
    usd = summary["cost_usd"]
    cost = "" if not usd else f", ${usd:,.2f}" if usd >= _CENT else ", under $0.01"
    parts = [f"{times(summary['model_calls'], 'LLM call')}{cost}"]
    if voices:
        played = next(iter(summary["users"]), None) == "free"
        what = ("turn", "played") if played else ("message", "worded")
        parts.append(f"{times(voices.get('model', 0), what[0])} {what[1]} by the LLM")
        parts.append(f"{voices.get('refused', 0):,} by templates after its wording was refused")
        parts += [f"{voices['template']:,} needed no wording"] if voices.get("template") else []
    line(console, "; ".join([parts[0], ", ".join(parts[1:])] if parts[1:] else parts), "dim")


def _next(summary: Mapping[str, Any], console: Console, extras: Extras) -> None:
    run = summary["run"]
    steps = []
    if summary["findings"]:
        steps.append(f"show {run} {summary['findings'][0]['example']['conversation']}")
        steps.append(f"findings {run}")
    steps.append(f"export {run} --format jsonl -o {run}.jsonl")
    line(console, "Next:", "dim")
    for step in steps:
        line(console, f"{extras.program} {step}{extras.suffix}", "cyan", indent=2)


# --- layout -------------------------------------------------------------------------------------------


def _heading(console: Console, text: str) -> None:
    line(console, text, "bold underline")
