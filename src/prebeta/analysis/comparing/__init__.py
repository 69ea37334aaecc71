"""Two runs held against each other: did it get better, worse, or can't one tell; and what became of each finding."""

from __future__ import annotations

from prebeta.analysis.comparing.caveats import alike, caveats, left_out, spoiled
from prebeta.analysis.comparing.comparison import Comparison, Conclusion
from prebeta.analysis.comparing.contrast import Contrast, paired, unpaired
from prebeta.analysis.comparing.matching import Matching, Side, clusters, grouped, match
from prebeta.analysis.comparing.shifts import Fate, Shift, Trend, ordered, shifts
from prebeta.analysis.flakiness import correlation
from prebeta.analysis.lineage import incomparable

__all__ = ["Comparison", "Conclusion", "Fate", "Shift", "Side", "Trend", "compare"]


def compare(a: Side, b: Side, *, findings: bool = True) -> Comparison:
    """Hold two runs against each other, `a` the earlier: paired by scenario, typical users with typical users, the headline's
    users only. Without `findings` only the rates are held against each other, which takes a fifth of the time.

    Raises UsageError where one run holds typical users only and the other probing ones only.
    """
    matching = match(a, b, alike=alike(a.run, b.run))
    one, other = _told(a, matching), _told(b, matching)
    spoilt = tuple(filter(None, (spoiled(side, matching) for side in _sides(a, b))))
    contrast, shared = _contrast(matching, one, other)
    doubted = bool(spoilt) or incomparable(a.run, b.run) is not None
    contrast = contrast.doubted() if doubted else contrast
    found = shifts(a, b, matching) if findings else []
    return Comparison(
        a=a.run.id,
        b=b.run.id,
        pairs=0 if matching.by == "nothing" else contrast.n,
        rate_a=contrast.rate_a,
        rate_b=contrast.rate_b,
        difference=contrast.difference,
        interval=contrast.interval,
        p=contrast.p,
        conclusion=_conclusion(contrast),
        pairs_needed=None if doubted else contrast.needed,
        fixed=ordered(found, "fixed"),
        new=ordered(found, "new"),
        still=ordered(found, "still"),
        flaky=ordered(found, "flaky"),
        excluded={
            "a": left_out(a, matching),
            "b": left_out(b, matching),
            "pairs": shared - contrast.n if shared else 0,
        },
        warnings=(*spoilt, *caveats(a, b, matching)),
        by=matching.by,
        detectable=contrast.seen,
        phi=contrast.phi,
        shared=matching.shared,
        scenarios=matching.scenarios,
        conversations=(len(one), len(other)),
        releases=(a.run.release, b.run.release),
    )


def _sides(a: Side, b: Side) -> tuple[Side, ...]:
    return (a,) if a.run.id == b.run.id else (a, b)


def _told(side: Side, matching: Matching) -> dict[str, bool]:
    """Conversation -> whether it failed, of those of the compared sample that count."""
    known = ((row.id, side.failed(row)) for row in side.mine if row.sample == matching.sample)
    return {name: failed for name, failed in known if failed is not None}


def _contrast(matching: Matching, one: dict[str, bool], other: dict[str, bool]) -> tuple[Contrast, int]:
    """The rates held against each other; and how many scenarios both runs hold, 0 where those aren't what is compared."""
    if matching.by != "nothing":
        mine = [
            {matching.key(row) for row in rows if row.sample == matching.sample}
            for rows in (matching.before, matching.after)
        ]
        return paired(clusters(matching, one, other)), len(mine[0] & mine[1])
    groups = [
        list(grouped(matching, rows, told).values()) for rows, told in ((matching.before, one), (matching.after, other))
    ]
    known = [phi for group in groups if (phi := correlation(group)) is not None]
    return unpaired(groups[0], groups[1], max(sum(known) / len(known), 0.0) if known else 0.0), 0


def _conclusion(contrast: Contrast) -> Conclusion:
    if not contrast.sure or not contrast.difference:
        return "cannot tell"
    return "worse" if contrast.difference > 0 else "better"
