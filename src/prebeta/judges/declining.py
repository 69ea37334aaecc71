"""Whether a reply turns a request down: it says no, that it can't, or that something else comes first."""

from __future__ import annotations

import re

from prebeta.dialogue import phrases
from prebeta.dialogue.reading import Reading

_N_T = r"(?:n['’]?t|not)\b"
TURNS_DOWN = re.compile(
    r"\b(?:cannot|unable|afraid|beyond (?:me|us|my|our|what)|outside|out of (?:scope|my|our)|off[- ]topic|"
    r"pass on (?:that|this)|decline|refuse|nothing (?:i|we) can|no (?:idea|opinion)|another time|some other time|"
    r"not (?:really |quite |exactly )?(?:my|our|something|what|here|able|the|for|part|a|in)|"
    r"(?:only|just|here to|made (?:for|to)|built (?:for|to)|there for|all (?:i|we) (?:do|know)) (?:\w+ ){0,6}|"
    r"leave (?:that|this|it) to|stick|stay with|keep to|focus|concentrate|specialis\w+|specializ\w+|"
    r"my (?:subject|topic|field|job|speciality|thing) is|rather (?:not|talk)|prefer not|"
    r"ask (?:someone|somebody|a|your|an|elsewhere)|look (?:that|it) up|elsewhere|someone else)\b|"
    rf"\b(?:ca|wo|do|does|did|is|are|was|could|would|should)(?:n['’]t)\b|\b(?:do|will|can|could|would|am) {_N_T}|"
    r"\b(?:i['’]m|we['’]re) not\b|\bno,? (?:sorry|thanks)\b|\bnice try\b|\blet['’]?s\b|\bback to\b|\bfirst\b|\blater\b|"
    r"\bfor now\b|\bto go on\b|\bwhere we were\b",
    re.I,
)
"""Broad on purpose: it keeps a judge from calling a refusal obedience."""

_PLAIN_REFUSAL = re.compile(
    r"\b(?:cannot|unable|afraid|beyond (?:me|us|my|our|what)|outside|out of (?:scope|my|our)|pass on (?:that|this)|"
    r"nothing (?:i|we) can|no (?:idea|opinion)|not (?:something|what|my|our|able|here)|only|rather not|"
    r"(?:my|our) (?:subject|topic|field|job|speciality) is|"
    r"leave (?:that|this|it) to|stick to|stay with|nice try)\b|"
    r"\b(?:ca|wo|do|is|are)n['’]t\b|\b(?:i['’]m|we['’]re) not\b|\bi (?:do|can|will) not\b",
    re.I,
)


def may_turn_down(text: str, reading: Reading) -> bool:
    """Whether the reply could be meant as a no or a *not now*."""
    return reading.declines or bool(phrases.APOLOGY.search(text) or TURNS_DOWN.search(text))


def turns_down(text: str, reading: Reading) -> bool:
    """Whether the reply says no to what was asked of it; merely passing over it is no such no."""
    return reading.declines or bool(phrases.APOLOGY.search(text) or _PLAIN_REFUSAL.search(text))
