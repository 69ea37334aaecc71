"""A gated run as Markdown for GitHub's step summary, or for a comment on a merge request.

What a product, a user or a configuration said stands in code spans or with every sign of Markdown escaped: it makes no link,
no mention, no heading, no row of its own and no HTML.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

from prebeta.analysis.gating import Decision
from prebeta.report.finding import brief
from prebeta.report.gated import Gated
from prebeta.report.ruling import remarks
from prebeta.report.wording import cut, percent, plain, rate, times

MOST_FINDINGS = 5
_MARK: Mapping[Decision, str] = MappingProxyType({"passed": "✅", "failed": "❌", "inconclusive": "❔"})
_SIGNS = re.compile(r"([\\`*_{}\[\]<>()#+\-.!|~&$^@])")
_JOINER = "\u2060"
"""Invisible; in a mention, a reference or an address it keeps GitHub from making a link of it."""
_LINKS = re.compile(r"(?<=[@#])|(?<=:)(?=//)|(?<=www)(?=\.)|(?<=gh-)", re.IGNORECASE)
_LONGEST = 300


def markdown(gated: Gated) -> str:
    """Headline, rules, findings with an example and the command that shows it."""
    return "\n".join(_lines(gated)) + "\n"


def escaped(text: str, length: int = _LONGEST) -> str:
    """A line of Markdown that shows the text as it is and does nothing."""
    shown = cut(plain(text, one_line=True), length)
    return _SIGNS.sub(r"\\\1", _LINKS.sub(_JOINER, shown))


def code(text: str, length: int = _LONGEST, *, cell: bool = False) -> str:
    """A code span that shows the text as it is; in a table's `cell` a bar needs a backslash even there."""
    shown = cut(plain(text, one_line=True), length) or " "
    fence = "`" * (max((len(run) for run in re.findall("`+", shown)), default=0) + 1)
    if fence != "`":
        shown = f" {shown} "
    return f"{fence}{shown.replace('|', chr(92) + '|') if cell else shown}{fence}"


def _lines(gated: Gated) -> Iterator[str]:
    gate, summary = gated.gate, gated.summary
    yield f"## {_MARK[gate.result]} prebeta: {gate.result}"
    yield ""
    yield _headline(summary)
    yield ""
    yield "| | rule | why |"
    yield "|---|---|---|"
    for ruled, name, reason in gated.rules():
        yield f"| {_MARK[ruled.result]} {ruled.result} | {code(name, cell=True)} | {escaped(reason, 4 * _LONGEST)} |"
    told = [f"- {escaped(remark, 2 * _LONGEST)}" for remark in remarks(gate)]
    if told:
        yield from ("", *told)
    yield from _findings(gated)


def _headline(summary: Mapping[str, Any]) -> str:
    sample = "census" if summary["samples"]["census"]["valid"] else "hunt"
    counts = summary["samples"][sample]
    release = f", release {code(summary['release'])}" if summary["release"] else ""
    measured = f"**{counts['failed']} of {times(counts['valid'], 'conversation')} failed** ({escaped(rate(summary))})"
    if summary["failure_rate"] is None:
        measured = f"**Nothing measured** in {times(summary['conversations'], 'conversation')}"
    return f"{measured} · run {code(summary['run'])}{release}"


def _findings(gated: Gated) -> Iterator[str]:
    found = gated.summary["findings"]
    first = [*(one for one in found if one["id"] in gated.new), *(one for one in found if one["id"] not in gated.new)]
    if not found:
        return
    yield from ("", "### What broke", "")
    for number, finding in enumerate(first[:MOST_FINDINGS], 1):
        yield from _finding(number, finding, gated)
    more = len(found) - MOST_FINDINGS
    if more > 0:
        listed = f"{gated.hints.program} findings {gated.gate.run}{gated.hints.suffix}"
        yield from ("", f"and {times(more, 'more finding')}: {code(listed)}")


def _finding(number: int, finding: Mapping[str, Any], gated: Gated) -> Iterator[str]:
    new = " **new**" if finding["id"] in gated.new else ""
    yield f"{number}. {escaped(finding['label'])}{new}  "
    often = f"{times(finding['count'], 'conversation')}, {finding['failed']} failed"
    parts = [code(f"{finding['kind']} {finding['id']}"), often]
    whole = gated.summary["failure_rate"]
    if whole is not None and finding["rate_if_mended"] < whole:
        parts.append(f"mended: {percent(whole)} → {percent(finding['rate_if_mended'])}")
    yield f"   {' · '.join(parts)}  "
    look = gated.looks.get(finding["id"])
    if look is not None:
        yield f"   {code(brief(look))}  "
    yield f"   {code(gated.command(finding))}"
