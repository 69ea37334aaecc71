"""The knowledge base: which entry of knowledge.md answers which question."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache, lru_cache
from importlib.resources import files
from types import MappingProxyType

from prebeta.demo.respell import respell

_FEE = r"(?:fees?|cost|charge|price|rate|commission|pay|expensive|percent\w*|much)"


def _about(*words: str) -> re.Pattern[str]:
    return re.compile("|".join(words))


# Order: the particular before the general. "Card fees" is left out where another entry on fees answers already.
TOPICS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("American Express fees", _about(r"\bamex\b|american express")),
    ("Corporate card fees", _about(r"\b(?:corporate|premium|company|business|commercial"
                                   r"|platinum) (?:credit )?cards?\b")),
    ("PayPal fees", _about(rf"\bpaypal\b.*\b{_FEE}\b|\b{_FEE}\b.*\bpaypal\b")),
    (
        "International card fees",
        _about(
            r"\b(?:international|foreign|american|us|non-?eu(?:ropean)?|overseas|asian|canadian) (?:credit "
            r"|debit )?(?:cards?|customers?|buyers?|payments?)\b"
            r"|cards? from (?:the )?(?:us\b|usa|united states|america|abroad|outside|overseas|canada|asia|other)"
            r"|outside (?:of )?(?:europe|the eu)"
        ),
    ),
    (
        "United Kingdom card fees",
        _about(r"\b(?:uk|british|english) (?:credit |debit )?(?:cards?|customers?|buyers?)\b"
               r"|cards? from (?:the )?(?:uk\b|united kingdom|britain|england)"
               rf"|\b{_FEE}\b.*\b(?:uk|united kingdom|britain)\b"),
    ),
    ("Swiss card fees", _about(rf"\bswiss\b.*\bcards?\b|cards? from switzerland|\b{_FEE}\b.*\bswitzerland\b"
                               rf"|\btwint\b")),
    (
        "In-person fees",
        _about(rf"\b{_FEE}\b.*\b(?:in[- ]person|at the counter|over the counter|card present|in[- ]store|offline"
               rf"|face to face)\b"
               rf"|\b(?:in[- ]person|in[- ]store)\b.*\b{_FEE}\b"),
    ),
    ("Direct debit fees", _about(r"\bdirect debits?\b|\bsepa\b|\bbacs\b")),
    ("Local method fees", _about(r"\bideal\b|\bbancontact\b|\bblik\b|\bbizum\b|\bswish\b|\beps\b"
                                 r"|local (?:payment )?methods?")),
    ("Refunds", _about(r"\brefund\w*|\bmoney back\b|\breturns? (?:a|the|an|work|money)\b|\breimburs\w*"
                       r"|\bgive back\b")),
    ("Chargebacks", _about(r"\bcharge ?-?backs?\b|\bdisput\w+|\bcontest\w* (?:a |the )?(?:payment|charge)")),
    (
        "Payouts",
        _about(
            r"\bpay ?-?outs?\b|\bpaid out\b|\bwhen (?:do|will|would|can) (?:i|we) (?:get|receive|see|have) (?:my"
            r"|our|the|paid)\b.{0,20}"
            r"|\bhow (?:long|fast|soon|quick\w*)\b.{0,40}\b(?:money|funds|paid|get my|bank)\b|\bmoney (?:arrive"
            r"|reach|land|come)|\bsettle(?:ment|d)?\b"
            r"|\b(?:receive|get) (?:my|our|the) (?:money|funds|earnings)\b|\breach(?:es)? my (?:bank )?account"
        ),
    ),
    (
        "Contract",
        _about(
            r"\bcontract\w*|\bminimum (?:term|duration|period)\b|\bcancel\w*|\bnotice\b|\bterminat(?:e|ion)\b"
            r"|\block(?:ed)?[- ]?in\b|\bcommit(?:ment|ted)?\b"
            r"|\b(?:leave|quit|stop|end)\b.{0,15}\b(?:any ?time|again|later|whenever|service|agreement)\b"
            r"|\btied\b|\bbind(?:s|ing)?\b|\bhow long am i\b"
        ),
    ),
    (
        "Setup cost",
        _about(
            r"\bset ?-?(?:ting )?up\b.{0,15}\b(?:costs?|fees?|charges?|price|free|expens\w+)|\b(?:costs?|fees?"
            r"|charges?|pay|much|free)\b.{0,30}\bset(?:ting)?[- ]?up\b"
            r"|\b(?:monthly|base|fixed|basic|sign ?-?up|joining|activation|upfront|up[- ]front|initial) (?:fees?"
            r"|costs?|charges?|price)\b|\bset ?up (?:fees?|costs?)"
            r"|\bis (?:it|this|the plan|the assistant) free\b|\bhidden (?:fees|costs|charges)\b"
        ),
    ),
    (
        "Terminals",
        _about(r"\bterminals?\b|\bcard ?-?readers?\b|\bhardware\b|\b(?:card )?machines?\b|\bdevices?\b"
               r"|\breaders?\b|\bpos\b"),
    ),
    ("Fraud protection", _about(r"\bfraud\w*|\b3-?d ?-?s(?:ecure)?\b|\bstolen cards?\b|\bsca\b"
                                r"|strong customer auth")),
    ("PCI", _about(r"\bpci\b|\bdss\b|\bsaq\b|\bcertifi\w+|\bcompliance\b")),
    (
        "Data protection",
        _about(r"\bgdpr\b|\bdata\b|\bprivacy\b|\bencrypt\w*|\bwhere .{0,20}\bstored\b|\bhow (?:safe|secure)\b"
               r"|\bis (?:it|this|that) (?:safe|secure)\b|\bsecurity\b|\bservers?\b"),
    ),
    ("Currencies", _about(r"\bcurrenc\w+|\bdollars?\b|\bpounds?\b|\bexchange rate|\bconver(?:t|sion)\w*|\busd\b"
                          r"|\bgbp\b|\bchf\b|\bsek\b")),
    ("Apple Pay and Google Pay", _about(r"\bapple ?pay\b|\bgoogle ?pay\b|\bwallets?\b")),
    ("Shop systems", _about(r"\bshopify\b|\bwoo ?commerce\b|\bshopware\b|\bmagento\b|\bprestashop\b"
                            r"|\bplug-?ins?\b|\bshop systems?\b|\bwordpress\b")),
    ("Programming interface", _about(r"\bapis?\b|\bsdks?\b|\brest\b|\bdevelopers?\b|\bsandbox\b|\btest (?:mode"
                                     r"|environment|account)\b|\blibrar(?:y|ies)\b|\bintegrat\w+")),
    ("Failed subscription payments", _about(r"\b(?:fail\w*|declin\w*|bounc\w*|retr(?:y"
                                            r"|ies)\w*)\b.*\b(?:subscri\w+|recurring|payments?|cards?|renewal)"
                                            r"|\b(?:subscri\w+|recurring)\b.*\b(?:fail\w*|declin\w*|bounc\w*)")),
    ("Payment links", _about(r"\bpay(?:ment)?[- ]?links?\b|\blinks? (?:valid|expire|last)|\bqr\b")),
    ("Bookkeeping", _about(r"\bbookkeep\w*|\baccounting\b|\baccountant\b|\bdatev\b|\bxero\b|\bstatements?\b"
                           r"|\bexports?\b|\breports?\b|\breporting\b")),
    ("Reserve", _about(r"\breserves?\b|\bhold(?:ing)? back\b|\bheld back\b|\bwithh(?:e|o)ld\b|\brolling\b")),
    ("Limits", _about(r"\b(?:minimum|maximum|smallest|largest|biggest|highest|lowest|max"
                      r"|min)\b.{0,25}\b(?:payment|amount|transaction|sale)\b|\blimits?\b")),
    ("Volume discount", _about(r"\bdiscounts?\b|\bcheaper\b|\bbetter (?:rates?|prices?|fees?|conditions)\b"
                               r"|\blower (?:rates?|fees?|prices?)\b|\bnegotiat\w+|\bhigh(?:er)? volumes?\b")),
    ("Papers", _about(r"\bpapers?\b|\bdocuments?\b|\bpaperwork\b|\bwhat do (?:i|you|we) need (?:to (?:open|sign"
                      r"|begin|bring|send)|from me)\b|\bpassport\b|\bid card\b|\biban\b|\bproof of\b")),
    (
        "Opening an account",
        _about(
            r"\bhow (?:long|fast|soon|quick\w*|many days)\b.{0,50}\b(?:account|set ?up|open\w*|approv\w*|verif\w*"
            r"|onboard\w*|sign ?up|register\w*|started|take|check\w*|live|ready)\b"
            r"|\b(?:verification|approval|onboarding)\b|\bopen(?:ing)? an? account\b"
        ),
    ),
    (
        "Supported countries",
        _about(r"\b(?:which|what|how many|other|list of) countries\b|\bcountries (?:do|are|can)\b"
               r"|\bavailable in\b|\b(?:do|are) you (?:support\w*|work\w*|operat\w*|active|available) in\b"
               r"|\bsupported countries\b"),
    ),
    (
        "Payment methods",
        _about(r"\b(?:which|what|other) (?:payment )?(?:methods?|cards?|ways to pay|payment (?:types?"
               r"|options?))\b|\bvisa\b|\bmaster ?card\b|\bpayment (?:methods?|options?)\b|\bpaypal\b"
               r"|\baccept(?:ed)? cards?\b|\bcredit cards?\b(?!.*\b(?:fees?|cost)\b)"),
    ),
    ("Support", _about(r"\bsupport (?:hours|team|available|reachable|contact)\b|\bopening hours\b"
                       r"|\bcustomer (?:support|care)\b|\bhow (?:can|do) i (?:reach|contact)\b|\bhelp ?(?:line"
                       r"|desk)\b|\bweekends?\b.*\bsupport|\bsupport\b.*\bweekend")),
    ("The assistant", _about(r"\bare you (?:a |an )?(?:real|bot|robot|human|person|ai|machine|chatbot)\b"
                             r"|\bwho (?:are you|am i|is this)\b|\bwhat (?:are you|can you (?:do|help\w*))\b"
                             r"|\bwhat is (?:this|tallyport)\b|\bam i (?:talking|speaking|chatting)\b")),
    (
        "Card fees",
        _about(
            r"\bfees?\b|\bpric(?:e|es|ing)\b|\brates?\b|\bcommissions?\b|\bhow (?:much|expensive)\b.*\b(?:cost\w*"
            r"|charge|pay|per|take|is|are|do you|does)\b|\bwhat (?:does|do|will|would)\b.*\bcosts?\b"
            r"|\bcosts?\b|\bcharges\b|\byou charge\b|\bcharged\b|\bhow much do you\b"
            r"|\bper (?:payment|transaction)\b|\bcut\b"
        ),
    ),
)  # fmt: skip

_GENERAL = "Card fees"
# Subjects that a general word such as "cost" or "card" must not hide.
_NOT_COVERED = re.compile(
    r"\b(?:vat|tax\w*|loans?|lend\w*|klarna|instal?lments?|instalments?"
    r"|crypto\w*|insur\w*|gift cards?|vouchers?|payroll|cheques?)\b"
)


@cache
def entries() -> Mapping[str, str]:
    """Heading to text, as knowledge.md has them."""
    text = (files("prebeta.demo") / "knowledge.md").read_text(encoding="utf-8")
    parts = re.split(r"^## +(.+)$", text, flags=re.MULTILINE)
    bodies = zip(parts[1::2], parts[2::2], strict=True)
    return MappingProxyType({title.strip(): " ".join(body.split()) for title, body in bodies})


@lru_cache(maxsize=4096)
def topics_of(text: str) -> tuple[str, ...]:
    """The entries that answer a lower-case question, at most two, the particular ones first."""
    if _NOT_COVERED.search(text):
        return ()
    found = _matching(text)
    if found == (_GENERAL,):
        # A typing error may hide the particular subject: "chargebak costs".
        return _matching(respell(text))
    return found


def _matching(text: str) -> tuple[str, ...]:
    found: list[str] = []
    for title, pattern in TOPICS:
        if title == _GENERAL and (found or "business card" in text):
            break
        if pattern.search(text):
            found.append(title)
            if len(found) == 2:
                break
    return tuple(found)
