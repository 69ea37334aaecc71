"""A gated run whose texts may be anything, for the tests of what reports make of them."""

from __future__ import annotations

from dataclasses import replace

from written_conversations import broke, row, run

from prebeta.analysis.comparing import Side, compare
from prebeta.analysis.gating import Base, Rules, decide_against
from prebeta.analysis.summary import summarise
from prebeta.core.results import Row
from prebeta.report.finding import Look
from prebeta.report.gated import Gated
from prebeta.report.ruling import Hints

EVIL = (
    "</failure>]]><script>alert(1)</script> & <!-- ]]> \x00\x1b[2J\ufffe\ud800\r\n::error::x\n"
    "| a | b |\n# head\n@octocat #12 GH-12 [x](http://x.example) ![x](http://x.example/i.png) www.x.example `` ` ``` "
    "<img src=x onerror=alert(1)> ##[add-mask]x ::stop-commands::t %0A::error::y \u202e"
)


def gated(
    said: str = "It is booked.", *, new: int = 12, rules: Rules | None = None, name: str = "day", known: int = 5
) -> Gated:
    """Of two runs of 100 users the later has a new finding, `new` times, at a stage of this name, and one that was known.
    `said` is release, note, and what user and product say."""
    rules = rules or Rules(max_failure_rate=0.5, max_flawed_rate=0.15, no_new_findings=True, not_worse=True)
    name = name.encode("utf-16", "surrogatepass").decode("utf-16", "replace")  # as the store keeps it
    stages = ("bike", name)
    old = [broke(at, "DEAD_END", "bike", stages=("bike",)) for at in range(known)]
    fresh = [broke(at, "LOOP", name, slot=name, stages=stages) for at in range(known, known + new)]
    before = _whole(old, stages)
    after = _whole([*old, *fresh], stages)
    one, other = run(id="before", release=said), run(id="after", release=said, note=said)
    base = Base(one, before, compare(Side(one, before), Side(other, after)))
    summary = summarise(other, after)
    looks = {
        finding["id"]: Look(finding["example"]["conversation"], 4, said, said, 3, said)
        for finding in summary["findings"]
    }
    return Gated(decide_against(other, after, rules, base), summary, Hints("prebeta", " --store s.db"), looks)


def _whole(some: list[Row], stages: tuple[str, ...]) -> tuple[Row, ...]:
    fine = (row(at, stages=stages) for at in range(len(some), 100))
    return tuple(replace(one, sample="census") for one in (*some, *fine))
