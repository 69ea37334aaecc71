"""HANDOFF_FAIL: a person was asked for, and two replies name neither hand-off nor contact. Blamed: the first of them.

Only where the project declares a hand-off: a product without one may go on by itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from prebeta.dialogue import acts
from prebeta.judges.rules.view import Exchange, Sign, View

ROW = 2
_NO_CONTACT = re.compile(r"\b(?:e-?mail address|phone number|your (?:e-?mail|phone|number|contact))\b", re.I)
_CONTACT = re.compile(
    r"://|\bwww\.|\w@\w|\+?\d[\d ()/-]{5,}\d|"
    r"\b(?:call|phone|ring|e-?mail|write to|contact|reach|visit|see|speak (?:to|with)|talk to|ask for|come by)\b"
    r"[^.?!]{0,40}\b(?:us|team|staff|desk|office|reception|support|service|colleagues?|counter|workshop|shop|branch|"
    r"manager|agents?|people|person|human|hotline)\b|"
    r"\b(?:transfer|connect|put|pass|hand|forward|rout|escalat)(?:ing|ring|t?ed|ed|e)?\b[^.?!]{0,30}"
    r"\b(?:you|this|it|chat)\b[^.?!]{0,40}\b(?:through|to|over|on|with)\b|"
    r"\b(?:someone|somebody|colleagues?|agent|person|human|member|advisor|adviser|specialist|they)(?: of \w+ \w+)?"
    r"(?:['’]ll| will| is going to| can| could) (?:\w+ )?(?:call|ring|be (?:with|in touch)|contact|get (?:back|in touch)|"
    r"take over|join|reach|write|help)\b|\bwe(?:['’]ll| will) (?:call|ring) you (?:back|shortly|soon|right)\b",
    re.I,
)
_ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+|\+?\d[\d ()/-]{5,}\d")
_PLAIN = re.compile(r"[\s()/-]+")
_NONE = re.compile(
    r"(?:n['’]t|\bnot|\bno one|\bnobody|\bunable to|\bcannot|\bno (?:person|human|agent|colleague))\b", re.I
)


def find(view: View) -> Iterator[Sign]:
    if view.spec.handoff is None or (view.transcript.end is not None and view.transcript.end.kind == "handed_off"):
        return
    exchanges = view.exchanges
    for position, exchange in enumerate(exchanges):
        if exchange.act_name != acts.ASK_HUMAN or exchange.reply.problem is not None:
            continue
        replies = exchanges[position : position + ROW]
        if any(_serves(view, one) or one.reply.problem is not None for one in replies):
            continue
        short = len(replies) < ROW and not _over(view)
        reason = f"a person was asked for; {len(replies)} replies name neither hand-off nor contact"
        yield Sign(exchange.index, reason, exchange.reply.text, unsure=short)


def _serves(view: View, exchange: Exchange) -> bool:
    """The reply hands over, or says how to reach people."""
    assert view.spec.handoff is not None
    text = _without_own(view, exchange)
    if view.spec.handoff.search(text) or any(view.spec.handoff.search(one.title) for one in exchange.reply.options):
        return True
    return any(
        _CONTACT.search(part) and not _NONE.search(part)
        for part in re.split(r"(?<=[.!?])\s+|\n|\bbut\b", text)
        if not (part.rstrip().endswith("?") and _NO_CONTACT.search(part))
    )


def _without_own(view: View, exchange: Exchange) -> str:
    """The reply without what the user said itself: its own number in a recap is nobody to turn to."""
    said = _PLAIN.sub(
        "", "".join(turn.text for turn in view.transcript.turns[: exchange.index] if turn.move)
    ).casefold()
    return _ADDRESS.sub(
        lambda found: " " if _PLAIN.sub("", found[0]).casefold() in said else found[0], exchange.reply.text
    )


def _over(view: View) -> bool:
    """Nothing more was to come: the product ended it or the user was gone."""
    return not view.infrastructure
