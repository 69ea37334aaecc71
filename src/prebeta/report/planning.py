"""What a run would take, and how many conversations a claim needs, on a terminal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich.console import Console

from prebeta.report.layout import line
from prebeta.report.stopping import duration
from prebeta.report.wording import percent, times


def render_foreseen(found: Mapping[str, Any], console: Console) -> None:
    """The JSON of `run --dry-run` for people."""
    line(console, f"Nothing was sent. A run of these options, seed {found['seed']}:", "bold")
    line(console, _who(found), indent=2)
    source = "from the goals" if found["estimated_from"] is None else f"as in {found['estimated_from']}"
    line(console, f"about {times(found['turns'], 'user turn')} ({source})", indent=2)
    setup = f", and {times(found['setup_calls'], 'call')} of setup" if found["setup_calls"] else ""
    line(
        console,
        f"to the product about {times(found['product_calls'], 'call')}{setup}; what it spends is its own",
        indent=2,
    )
    line(console, _models(found), indent=2)
    line(console, _time(found), indent=2)
    if found["until"] is not None:
        line(console, _until(found["until"], found["conversations"]), indent=2)


def render_plan(found: Mapping[str, Any], console: Console) -> None:
    """The JSON of `plan` for people."""
    line(console, _basis(found), "dim")
    for claim in found["claims"]:
        console.print()
        line(console, _answer(claim), "bold")
        for text in _details(claim):
            line(console, text, indent=2)
        for command in claim["commands"]:
            line(console, command, "cyan", indent=2)


def _who(found: Mapping[str, Any]) -> str:
    samples = found["samples"]
    kinds = [f"{samples['census']:,} typical"] if samples["census"] else []
    kinds += [f"{samples['hunt']:,} probing"] if samples["hunt"] else []
    users = ", ".join(f"{count:,} {name}" for name, count in found["users"].items()) if len(found["users"]) > 1 else ""
    most = "at most " if found["until"] is not None else ""
    return f"{most}{times(found['conversations'], 'conversation')}: {' and '.join(kinds)} users{f' ({users})' if users else ''}"


def _models(found: Mapping[str, Any]) -> str:
    if not found["model_calls"]:
        return "no LLM calls of ours, so no cost of ours"
    usd = found["cost_usd"]
    cost = "cost not known: no price (models.NAME.price)" if usd is None else f"about {money(usd)}"
    rough = "" if found["estimated_from"] is not None or usd is None else ", roughly, by list price"
    return f"about {times(found['model_calls'], 'LLM call')} of ours, {cost}{rough}"


def _time(found: Mapping[str, Any]) -> str:
    at_once = f"{found['concurrency']:,} at once"
    if found["seconds"] is None:
        return f"time not known before a first run ({at_once}); try: prebeta run -n 5"
    return f"about {duration(found['seconds'])}, {at_once}"


def _until(until: Mapping[str, Any], most: int) -> str:
    text = f"stops as soon as {until['wanted']} is known: after {until['fewest']:,} typical users at the earliest"
    if until["expected"] is not None:
        text += f", likely after about {until['expected']:,} if {percent(until['rate'])} fail as before"
    return f"{text}; at most {most:,}"


def _basis(found: Mapping[str, Any]) -> str:
    known, parts = found["known"], []
    if found["rate"] is None:
        parts.append("failure rate not known: taken as 50 %, the worst (give --rate)")
    else:
        told = "as given" if found["rate_from"] is None else f"as in {found['rate_from']}"
        parts.append(f"failure rate {percent(found['rate'])}, {told}")
    parts.append(f"correlation {found['correlation']:.2f}, {found['correlation_from']}")
    if known is not None:
        parts.append(f"time and cost as in {known}")
    return "; ".join(parts)


def _answer(claim: Mapping[str, Any]) -> str:
    rate = None if claim["rate"] is None else percent(claim["rate"])
    if claim["claim"] == "within":
        at = "whatever the rate is" if rate is None else f"at {rate}"
        return f"±{_points(claim['bar'])} {at}: {_count(claim)}"
    if claim["claim"] == "below":
        if claim["needed"] is None:
            return f"below {percent(claim['bar'])}: not while {rate} fail"
        how = "of which none fails" if not claim["rate"] else f"to show it with 80 % chance where {rate} fail"
        return f"below {percent(claim['bar'])}: {_count(claim)} {how}"
    pairs = "more pairs than anybody holds" if claim["needed"] is None else f"{claim['needed']:,} pairs"
    return f"{rate} → {percent(claim['bar'])}: {pairs} at correlation {claim['correlation']:.2f}"


def _count(claim: Mapping[str, Any]) -> str:
    return "more than anybody holds" if claim["needed"] is None else times(claim["needed"], "typical user")


def _details(claim: Mapping[str, Any]) -> list[str]:
    texts = []
    if claim["claim"] == "below" and claim["if_failed"]:
        counts = ", ".join(f"{n:,} with {k}" for k, n in enumerate(claim["if_failed"], 1))
        texts.append(f"users it takes where some fail after all: {counts}")
    if claim["claim"] == "below" and claim["needed"] is None:
        texts.append(f"once it is mended: {claim['clean']:,} users of which none fails")
    if claim["claim"] == "change" and claim["needed"] is not None:
        texts.append("a pair is one user sent on both releases; shown with 80 % chance, p ≤ 0.05")
    if claim["seconds"] is not None and claim["needed"] is not None:
        money_too = f" and {money(claim['cost_usd'])}" if claim["cost_usd"] else ""
        texts.append(
            f"about {duration(claim['seconds'])}{money_too}{' a release' if claim['claim'] == 'change' else ''}"
        )
    if claim["until_likely"] is not None:
        texts.append(f'looked at all along (--until "{claim["until"]}"): likely known after {claim["until_likely"]:,}')
    return texts


def _points(share: float) -> str:
    number = f"{share * 100:.6g}"
    return f"{number} {'point' if number == '1' else 'points'}"


def money(usd: float) -> str:
    """ "$1.20"; less than a cent is said so."""
    return f"${usd:,.2f}" if usd >= 0.005 else "under $0.01"
