"""What a report says of a run that stops by itself, and of one that began with those that failed before."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich.console import Console

from prebeta.analysis.failed_first import line as failed_line
from prebeta.analysis.sequential import fewest
from prebeta.analysis.until import until_of
from prebeta.core.results import Run
from prebeta.report.layout import line
from prebeta.report.wording import percent, span, times

_CENT = 0.005


def quoted(summary: Mapping[str, Any]) -> dict[str, int]:
    """The conversations that the rate of a run that stops by itself is quoted of; nothing for another."""
    until = summary.get("until")
    return {} if until is None else {"failed": until["failed"], "valid": until["valid"]}


def notes(run: Run) -> list[str]:
    """What to know when such a run begins."""
    n, found = run.conversations // run.repeats, []
    if (until := until_of(run)) is not None:
        counting = n - n // 2 if run.sample == "mixed" else n
        if run.sample == "mixed":
            found.append(
                "only typical users count for --until: every other conversation, a probing one, tells nothing of the rate"
            )
        if fewest(until) > counting:
            found.append(
                f"{until} takes {fewest(until):,} typical users at the least, and there are {counting:,}: give more with -n"
            )
    first = (run.project or {}).get("failed_first")
    if first is not None:
        found.append(
            f"first the {len(first['failed']):,} that failed in {first['run']}, then {len(first['flawed']):,} that had a fault"
            f" there, then the rest of {times(n, 'user')} (seed {run.seed}, sample {run.sample})"
        )
    return found


def render_own_order(summary: Mapping[str, Any], console: Console) -> None:
    """The lines below the headline."""
    if summary.get("until") is not None:
        line(console, until_line(summary))
    if summary.get("failed_first") is not None:
        text = failed_line(summary["failed_first"])
        line(console, f"{text[:1].upper()}{text[1:]}.")


def until_line(summary: Mapping[str, Any]) -> str:
    """ "Stopped after 180 of 500: 27 % ± 3.0; 320 conversations saved (4 min, $1.20)", or how far it came."""
    until = summary["until"]
    planned = until["held"] + until["saved"]
    if not until["reached"]:
        stands = f"so far {_stands(until)}" if until["counted"] else "nothing is measured"
        return f"Not known yet: {until['wanted']}; {stands} after {times(until['held'], 'conversation')}."
    known = f"{_word(until)}: {_stands(until)}"
    if not until["saved"]:
        return f"Known with the last of {planned:,} conversations, {known}."
    saved = f"{times(until['saved'], 'conversation')} saved{_worth(until)}"
    return f"Stopped after {until['held']:,} of {planned:,}, {known}; {saved}."


def _word(until: Mapping[str, Any]) -> str:
    if until["wanted"].startswith("±"):
        return f"{until['wanted']} reached"
    return f"{until['wanted']} {'holds' if until['answer'] == 'yes' else 'does not hold'}"


def _stands(until: Mapping[str, Any]) -> str:
    low, high = until["interval"]
    if until["wanted"].startswith("±") and until["rate"] is not None:
        return f"{percent(until['rate'])} ± {(high - low) * 50:.1f}"
    return span(until["interval"])


def _worth(until: Mapping[str, Any]) -> str:
    parts = []
    if until["saved_seconds"] >= 1:
        parts.append(duration(until["saved_seconds"]))
    if until["saved_usd"] >= _CENT:
        parts.append(f"${until['saved_usd']:,.2f}")
    return f" ({', '.join(parts)})" if parts else ""


def duration(seconds: float) -> str:
    """ "45 s", "4 min", "2 h 10 min"."""
    if seconds < 90:
        return f"{max(round(seconds), 1)} s"
    hours, minutes = divmod(round(seconds / 60), 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min"
