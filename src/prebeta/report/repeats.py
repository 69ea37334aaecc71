"""What sending the same users several times told: who gets through each time, and how far rates move by chance alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich.console import Console
from rich.text import Text

from prebeta.report.layout import columns, line
from prebeta.report.wording import percent, times

_MOST_ROUNDS = 8


def render_repeats(found: Mapping[str, Any] | None, console: Console) -> None:
    """From the summary's `flakiness`; nothing where nobody was sent twice."""
    if found is None:
        return
    line(console, f"{times(found['scenarios'], 'typical user')} sent more than once", "bold underline")
    counts = (
        ("get through each time", found["always_passes"], "green"),
        ("fail each time", found["always_fails"], "red"),
        ("now this, now that (flaky)", found["flaky"], "yellow"),
    )
    columns(
        console, [[Text(name), Text(str(count), style, justify="right")] for name, count, style in counts], indent=2
    )
    rounds = [f"{k}: {percent(share)}" for k, share in enumerate(found["pass"][:_MOST_ROUNDS], 1)]
    line(console, f"get through k times in a row (pass^k)  {' · '.join(rounds)}", indent=2)
    line(console, _noise(found), indent=2)
    console.print()


def _noise(found: Mapping[str, Any]) -> str:
    low = (
        f"noise floor: the same product again, with these users sent once, lands within ± {found['noise_floor'] * 100:.1f} points"
        " by chance alone"
    )
    return low if found["phi"] is None else f"{low} (two rounds go together with phi = {found['phi']:.2f})"
