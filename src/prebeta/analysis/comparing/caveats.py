"""What a person should know before believing a comparison, in plain words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from prebeta.analysis.comparing.matching import Matching, Side
from prebeta.analysis.gating import MOST_EXCLUDED, OURS
from prebeta.analysis.lineage import changed, incomparable
from prebeta.analysis.outcome import EXCLUDED, UNKNOWN
from prebeta.core.results import Row, Run

_WHO = frozenset(("goals", "personas", "behaviors", "user", "out_of_scope", "models"))
"""Sections of a project that decide who is sent."""


def alike(a: Run, b: Run) -> bool:
    """Whether two runs send users of the same kind."""
    return a.users[:1] == b.users[:1] and not _WHO.intersection(changed(a, b))


def spoiled(side: Side, matching: Matching) -> str | None:
    """Why a run says nothing about the product; None where it does."""
    if not side.mine:
        return f"{_name(side.run)} holds no conversation{_state(side.run)}: nothing was measured"
    skipped = ((side.run.project or {}).get("imported") or {}).get("skipped") or 0
    if skipped > MOST_EXCLUDED * (skipped + len(side.mine)):
        return (
            f"{_name(side.run)} crashed or was cut short, which says nothing of the product: {skipped} of the"
            f" {skipped + len(side.mine)} rows of its file hold no conversation"
        )
    for rows in (side.mine, [row for row in side.mine if row.sample == matching.sample]):
        ours = Counter(row.assessment.outcome for row in rows if row.assessment.outcome in OURS)
        if ours.total() > MOST_EXCLUDED * len(rows):
            counted = ", ".join(f"{count} {name}" for name, count in ours.most_common())
            return (
                f"{_name(side.run)} crashed or was spoiled, which says nothing of the product: {ours.total()} of its"
                f" {len(rows)} conversations broke on our side ({counted}); mend that and run it again"
            )
    return None


def caveats(a: Side, b: Side, matching: Matching) -> tuple[str, ...]:
    """The warnings, what weighs most first; those of runs that were `spoiled` stand apart."""
    return (*_same(a.run, b.run), *_not_alike(a.run, b.run), *_broken_off(a, b, matching), *_unshared(a, b, matching),
            *_unknown(a, b, matching))  # fmt: skip


def _same(a: Run, b: Run) -> Iterator[str]:
    if a.id == b.id:
        yield "a run is held against itself: there is nothing to see"
    elif a.version is not None and a.version == b.version:
        yield f"both runs are of product version {a.version}: what differs is chance, or a change that the version doesn't tell"
    elif a.release is not None and a.release == b.release and (a.version is None or b.version is None):
        yield f"both runs are of release {a.release}: what differs is chance, or a change that the release doesn't tell"


def _not_alike(a: Run, b: Run) -> Iterator[str]:
    reason = incomparable(a, b)
    if reason is not None:
        yield f"the two rates measure different things: of {_name(b)}, {reason}"
    sections = changed(a, b)
    if sections:
        who = _WHO.intersection(sections)
        what = "other users were sent" if who else "it was measured otherwise"
        yield f"the project was changed between the runs ({', '.join(sections)}): a difference may come of that, for {what}"


def _broken_off(a: Side, b: Side, matching: Matching) -> Iterator[str]:
    for side in (a, b):
        held, planned = len(side.mine), side.run.conversations
        if side.run.state != "done" and side.mine:
            yield (
                f"{_name(side.run)} is not whole{_state(side.run)}: it holds {held} of {planned} planned conversations;"
                " what is missing counts for nothing"
            )
    if matching.cut:
        yield (
            f"{matching.cut} scenarios that both runs hold are left out: those a broken-off run finished are the quick ones, or"
            " those it sent first for a reason, and stand for no others"
        )


def _unshared(a: Side, b: Side, matching: Matching) -> Iterator[str]:
    one, other = matching.scenarios
    seeds = f" (seeds {a.run.seed} and {b.run.seed})" if a.run.seed != b.run.seed else ""
    what = "goals" if matching.by == "goal" else "scenarios"
    if matching.by == "nothing":
        some = f"only {matching.shared} of their scenarios" if matching.shared else "no scenarios"
        yield (
            f"the runs share {some}{seeds}, so they are compared without pairs, as two groups of different users: that needs"
            " far more conversations to tell; the same --seed sends the same users"
        )
        return
    if matching.by == "goal":
        yield "imported conversations are paired by their goal"
    if matching.shared < max(one, other):
        yield f"the runs share {matching.shared} {what} of {one} and {other}{seeds}: only those are compared"
    elif seeds:
        yield f"the seeds differ{seeds}: the same users, but not what they do by chance"
    if matching.sample == "hunt":
        yield "both runs sent probing users only: how often they fail says nothing of typical users"


def _unknown(a: Side, b: Side, matching: Matching) -> Iterator[str]:
    mine = [(side, row) for side in (a, b) for row in side.mine if row.sample == matching.sample]
    unknown = sum(row.assessment.outcome == UNKNOWN and side.failed(row) is None for side, row in mine)
    if unknown:
        yield f"how {unknown} of the imported conversations ended is not known: they count for nothing"
    told = sum(row.id in side.labels for side, row in mine)
    if told:
        yield f"whether {told} imported conversations failed is what their files say, not what was found in them"


def left_out(side: Side, matching: Matching) -> dict[str, int]:
    """How many conversations of the compared sample count for nothing, by outcome."""
    rows: Sequence[Row] = [row for row in side.mine if row.sample == matching.sample]
    counts = Counter(row.assessment.outcome for row in rows if side.failed(row) is None)
    return {name: counts[name] for name in (*EXCLUDED, UNKNOWN)}


def _name(run: Run) -> str:
    return f"run {run.id}" if run.release is None else f"run {run.id} (release {run.release})"


def _state(run: Run) -> str:
    return "" if run.state == "done" else f" ({run.state})"
