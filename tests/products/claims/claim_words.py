"""What the claims desk makes of a message: the particulars in it, and what else the person wants."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache

CAUSES = {
    "Theft": r"stolen|thefts?|stole|thie(?:f|ves)|robb\w+|burgl\w+|broke in\b|broken into|break[ -]?in|pinched|nicked|mugged",
    "Water damage": r"water|leak\w*|flood\w*|burst|pipes?|soak\w*|damp|dripp\w+|overflow\w*",
    "Storm": r"storms?|stormy|hail\w*|wind|gale|lightning|hurricane|blown|blew",
    "Broken glass": r"glass|windows?|windscreen|pane|mirror|smash\w*|crack\w*|shatter\w*",
}
CAUSE_WORDS = ("theft", "stolen", "water", "storm", "broken", "glass", "window", "burst")
MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
NOT_LETTERS = set(
    "is no my to at of in on it or so as id nr be an by do go he hi if me oh us we és es el la le de".split()
)
"""Two letters before digits that are a word of the sentence."""
TOPICS = {
    "time": r"how (?:long|soon|fast|quickly)|when (?:do|will|would|can|does)|duration|processing time|take long",
    "excess": r"excess|deductible|own share|pay myself",
    "papers": r"receipts?|photos?|pictures?|proof|invoice|documents?|evidence|papers?",
    "police": r"police|crime number",
    "premium": r"premium|more expensive|price go|pay more|no[- ]claims|contract",
    "payout": r"bank|paid out|pay ?out|refund",
    "privacy": r"privacy|my data|gdpr|data safe",
}
STRANGE = re.compile(
    r"\b(?:poem|joke|weather|bitcoin|shares?|stock|recipe|capital of|translat\w+|football|match last|election|movie|film|song|sing|news"
    r"|laptop|holiday|restaurant|pizza|homework|essay|horoscope|lottery|code for|python|story|meaning of life|hotel|flights?|book to read"
    r"|president|dog breed|haircut|math\w*|phone to buy|riddle|game|music|dinner|cook\w*|invest\w*|mortgage)\b"
)
QUESTION = re.compile(
    r"^(?:(?:and|so|but|ok|okay|well|hm+|um+|hi|hello|hey|sorry|wait|actually|also|just|first|btw|by the way|oh|one (?:more )?(?:thing|question)"
    r"|quick question|before (?:that|i go on|we go on|i forget))[ ,:;-]+)*"
    r"(?:what|which|when|where|why|who|whom|whose|how|is|are|was|do|does|did|can|could|will|would|should|shall|may|might|must|have|has|am|any)\b"
)
PERSON = re.compile(
    r"\b(?:connect me|from your team|human|real (?:person|human|one)|(?:a|an|some|any) (?:actual |living |real )?(?:person|people|agent|colleague|employee|advisor|adviser|operator|representative)"
    r"|someone (?:real|else|there|at)|somebody (?:real|else|there)|(?:speak|talk|chat) (?:to|with) (?:someone|somebody|your|the|a|an)|representative|customer service|hotline|call me|ring me|manager|supervisor)\b"
)
INJECTION = re.compile(
    r"new rule|every (?:message|reply|answer)|(?:your|our) (?:own )?staff\b|last customers|(?:ignore|forget|disregard|override|skip|bypass) (?:all |any |your |the |my |these |those |everything |previous |prior |earlier |above )*(?:instructions?|rules?|prompts?|guidelines|orders|above|said|told|policy|checks?)"
    r"|system prompt|developer mode|debug mode|admin mode|jailbreak|(?:i am|i'm|im|this is|as) (?:an? |the |your |from )*(?:admin\w*|developer|employee|staff|engineer|manager here|supervisor|support team|it department)"
    r"|you are now|pretend|act as|repeat after me|new instructions?|your instructions|reveal|override code|maintenance mode|works? (?:here|for you)"
    r"|\b(?:reply|answer|respond|write|print|say|output) (?:only |just |back )?(?:with |the words? |the following)"
)
SURE = re.compile(
    r"^(?!.*\bnot (?:\w+ )?sure)(?!.*\bunsure).*?(?:(?:are|r) (?:you|u) (?:really |quite |absolutely |so |very )?(?:sure|certain|serious|positive)|you sure|really\?|is that (?:really )?(?:true|so|right|correct)\b|sounds? wrong|doubt|can i (?:really )?(?:trust|rely|believe)|i don'?t believe|that can'?t be|sure about (?:that|this)|not what i (?:heard|read|was told)|is that correct)"
)
ALREADY = re.compile(
    r"\balready\b|didn'?t i\b|like i said|as i said|i did that|i'?ve done (?:that|this|it)|you (?:have|got) (?:it|that|this|all)\b|(?:i|we) (?:just )?(?:told|sent|gave|said|mailed|uploaded|filled|paid|submitted|entered|confirmed)\b|(?:last|this) (?:week|month|morning)|your colleague"
)
UNSURE = re.compile(
    r"not (?:\w+ )?(?:sure|certain|positive)\b|unsure|no (?:idea|clue)|(?:don'?t|do not|dont|didn'?t|can'?t|cannot|cant|couldn'?t|could not) (?:\w+ )?(?:know|remember|recall|find|say|tell|locate|think of|have)\b"
    r"|no (?:lo )?(?:sé|se|recuerdo)\b|no estoy segur|weiß (?:ich|es)|nicht sicher|keine ahnung|(?:ne )?sais pas|pas sûr|não (?:sei|tenho certeza|me lembro)|nao sei|dunno|forgot\w*|(?:have|need|got|let me|i'?ll|must) (?:to )?(?:check|look|think|search|ask)|hard to (?:say|tell)|idk|haven'?t got|not (?:at|to) hand|slipped my mind|beats me|your guess|undecided|it depends|can'?t put my (?:hands|finger)"
)
CLARIFY = re.compile(
    r"para qué|por qué|qué (?:quiere|significa)|wozu|wofür|warum|was (?:meinen|bedeutet|heißt)|pourquoi|que voulez|qu'est-ce que|c'est-à-dire|para que|por que|o que (?:quer|significa)|what (?:exactly |precisely )?(?:do|does|did|would) (?:you|that|this|it) (?:mean|need|want|refer|expect|look)|what(?:'s| is| are) (?:that|this|it|those|a|an|meant|the (?:point|difference|reason|format|right))\b|what (?:do|does) .{1,30} mean"
    r"|mean by|is meant|^(?:\w+[ ,]+){0,3}why\b|\bwhy (?:do|does|is|would|should|are)\b|what for|(?:need|want|ask\w*|use) (?:that|this|it|me|for)? ?for\b|explain|clarif\w*|elaborate|(?:don'?t|do not|dont|didn'?t) (?:\w+ )?(?:understand|follow|get)\b|not clear|unclear"
    r"|\bhuh\b|come again|meaning|confus\w+|in what|what (?:kind|sort|type|format|counts|should|number|difference|would)|does (?:it|that|this) matter|for example|for instance|an example|rephrase|is (?:that|this|it) (?:really )?(?:necessary|needed|required|important|mandatory)"
    r"|do you (?:really )?need|have to (?:give|tell|say|answer)|where (?:do|can|would|will) i (?:find|see|get)|how (?:do|should|would|can) i (?:find|answer|write|know|put|tell)|what (?:are|were) (?:my|the) (?:options|choices)|which (?:one|number)|say (?:that|it) (?:again|differently)|in other words|tell me more"
)
CROSS = re.compile(
    r"hurry|have (?:much|any|enough) time|(?:much|any|enough|no|my|of) time\b|faster|quick\w*|forever|too long|so long|come on|all day|get on with|\bages\b|annoy\w*|how hard can|ridiculous|\brubbish\b|\buseless\b|\bstupid\b|idiot\w*|\bterrible\b|\bawful\b|\bworst\b|waste|wasting|joke of|\bpathetic\b|\bhate\b|\bdamn\b|\bhell\b|\bcrap\b"
    r"|\bseriously\b|impatient|late for|\brush\b|many more|much longer|are we (?:done|there)|move on|nonsense|incompetent|fed up|unbelievable|hopeless|sick of|\bslow\b|garbage|\bdumb\b|moron"
)
YES = re.compile(
    r"\b(?:yes|yep|yeah|yup|yse|ya|ja|jawohl|sí|si|oui|sim|sure|correct|right|ok|okay|fine|perfect|great|good|exactly|absolutely|definitely|agreed|indeed|confirm\w*|please do|go ahead|do (?:it|that|so)|send (?:it|the|this|off|in)|all good|go for it|sounds good|looks good|that'?s it|no changes?|nothing (?:to change|else)|approved|proceed|submit|genau|richtig|korrekt|correcto|claro|vale|d'accord|exact|certo|correto|👍|✅)"
)
NO = re.compile(
    r"^(?:no|nope|nah|nein|non|não|nao|wait|hold on|hang on|stop|not yet)\b|not (?:right|correct|quite|true)|\bwrong\b|incorrect|mistake|\bchange\b|different|amend|\bedit\b|\bfix\b|alter\b|mixed? up|isn'?t right|falsch|stimmt nicht|incorrecto|errado|faux"
)
NAMES = {
    "policy": r"policy|contract number|number",
    "cause": r"cause|what happened|damage|kind|incident|event|type",
    "date": r"\bdate\b|\bday\b|\bwhen\b",
    "amount": r"amount|sum|\bvalue\b|worth|cost|money|price",
    "mail": r"mail|address|contact",
}
LABELS = "policy(?: number)?|cause|date|amount|mail|e-?mail(?: address)?"
TAKEN_BACK = re.compile(
    r"\b(?:not|isn'?t|wasn'?t|instead of|rather than|no longer|from|scratch|forget|never|said|was|nicht|pas|no es|não)\s+(?:an? |the |on |by |about |it'?s |it was )*$"
)


@dataclass(frozen=True)
class Heard:
    """`facts` maps a particular to its value; `wants` are in the order they came; `topic` of the last question."""

    text: str
    facts: dict[str, str] = field(default_factory=dict)
    wants: tuple[str, ...] = ()
    topic: str | None = None
    names: str | None = None
    forms: frozenset[str] = frozenset()


@lru_cache(20000)
def hear(text: str, step: str) -> Heard:
    """Read one message, given what the desk is asking for."""
    plain = re.sub(r"[^\w\s'.,;:!?@£€$/+()\-👍✅]", " ", first_of(text).replace("’", "'"))
    plain = re.sub(rf"\b({LABELS})\s*:\s*", r"\1 ", plain, flags=re.IGNORECASE)
    labels = frozenset(slot for slot, words in NAMES.items() if re.search(words, plain.lower()))
    facts: dict[str, str] = {}
    wants: list[str] = []
    forms: set[str] = set()
    topic, names = None, None
    for clause in clauses(plain):
        low = clause.lower()
        want, about = wish(low)
        topic = about or topic
        if want == "no" and wants and wants[0] == "yes":
            want = ""
        if want:
            wants.append(want)
        if want in {"ask", "strange", "clarify", "injection", "sure", "person"} or (want == "unsure" and len(low) < 60):
            continue
        found, how = particulars(clause, "amount" if "amount" in labels and step != "date" else step)
        facts.update(found)
        forms |= how
        names = next((slot for slot, words in NAMES.items() if re.search(words, low)), names)
    return Heard(text, facts, tuple(wants), topic, names, frozenset(forms))


def first_of(text: str) -> str:
    """Of something long, with paragraphs, the first, and a question at its very end: the rest was pasted."""
    if len(text) <= 150 or "\n\n" not in text.strip():
        return text
    end = re.search(r"[^.!?\n]*\?[^\w\n]*$", text)
    return text.strip().split("\n\n")[0] + ("\n" + end[0] if end else "")


def clauses(text: str) -> list[str]:
    """Parts that may mean different things."""
    parts = re.split(
        r"(?<=[?!;\n])\s*|(?<=[^\W\d_]{2})\.(?:\s+|$)|(?<=\d)\.\s+(?=[A-Z])|,\s+(?=[^\W\d])|\s+-+\s+|\s+(?:but|however|though)\s+|:\s+|\.\.+",
        text,
    )
    return [part.strip() for part in parts if part and re.search(r"\w|👍|✅", part)]


def wish(low: str) -> tuple[str, str | None]:
    """What a clause wants besides telling something, and the topic of a question."""
    asks = (
        low.rstrip().endswith("?")
        or QUESTION.search(low) is not None
        or re.search(r"\b(?:wonder|tell me|want to know|like to know|question)\b", low) is not None
    )
    if INJECTION.search(low):
        return "injection", None
    if PERSON.search(low):
        return "person", None
    if CROSS.search(low) and not re.search(r"quick question|how (?:long|quick|fast|soon)|when (?:do|will)", low):
        return "cross", None
    if SURE.search(low):
        return "sure", None
    topic = next((name for name, words in TOPICS.items() if re.search(rf"\b(?:{words})", low)), None)
    if asks and topic and not re.search(r"\bmean|\bwhy\b", low):
        return "ask", topic
    if STRANGE.search(low):
        return "strange", None
    if UNSURE.search(low):
        return "unsure", None
    if CLARIFY.search(low):
        return "clarify", None
    if ALREADY.search(low):
        return "already", None
    if NO.search(low):
        return "no", None
    return ("yes" if YES.search(low) else ""), None


def particulars(clause: str, step: str) -> tuple[dict[str, str], set[str]]:
    """Particular to value; of several not taken back the last. Second: unusual forms they came in."""
    facts, forms, rest = {}, set(), clause
    for slot, finder in FINDERS.items():
        hits = list(finder(rest, step))
        kept = [hit for hit in hits if not TAKEN_BACK.search(rest[: hit[0]].lower())]
        if kept or (hits and not re.search(r"\b(?:not|from|instead|rather)\b", rest.lower())):
            _, _, facts[slot], form = (kept or hits)[-1]
            if form:
                forms.add(f"{slot} {form}")
        for begin, end, _, _ in reversed(hits):
            if slot != "cause":
                rest = rest[:begin] + "|" + rest[end:]
    return facts, forms


Hits = Iterator[tuple[int, int, str, str]]


def mails(clause: str, step: str) -> Hits:
    for m in re.finditer(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+", clause):
        yield m.start(), m.end(), m[0].lower().rstrip("."), ""


def policies(clause: str, step: str) -> Hits:
    for m in re.finditer(r"(?<![A-Za-z])([A-Za-z])[ .-]?([A-Za-z])[ .-]{0,3}((?:\d[ .-]?){5}\d)(?!\d)", clause):
        if (m[1] + m[2]).lower() not in NOT_LETTERS:
            digits = re.sub(r"\D", "", m[3])
            told = m[0] != f"{m[1]}{m[2]}{digits}".upper()
            yield m.start(), m.end(), (m[1] + m[2]).upper() + digits, "spelt" if told else ""


def dates(clause: str, step: str) -> Hits:
    low, month = clause.lower(), "|".join(MONTHS)
    found = [
        (m, m[1], m[2], m[0])
        for m in re.finditer(
            rf"\b(\d{{1,2}})\s*(?:st|nd|rd|th)?\.?(?: of| de| de la)?[ -]+({month})[a-z]*\b(?:[ ,]+\d{{4}})?", low
        )
    ]
    found += [
        (m, m[2], m[1], m[0])
        for m in re.finditer(rf"\b({month})[a-z]*[ .-]+(?:the )?(\d{{1,2}})(?:st|nd|rd|th)?\b(?:[ ,]+\d{{4}})?", low)
    ]
    for m in re.finditer(
        r"\b(?:\d{4}-(\d{1,2})-(\d{1,2})|(\d{1,2})[/.](\d{1,2})(?:[/.](?:\d{4}|\d\d)?)?)(?![\d])", low
    ):
        day, number = (m[2], m[1]) if m[1] else (m[3], m[4])
        if int(number) > 12 >= int(day):
            day, number = number, day
        if 1 <= int(number) <= 12:
            found.append((m, day, MONTHS[int(number) - 1], "numbers"))
    for m, day, name, how in sorted(found, key=lambda one: one[0].start()):
        if 1 <= int(day) <= 31:
            odd = "" if re.fullmatch(r"\d{1,2} [a-z]+", how.strip()) else "spelt"
            yield m.start(), m.end(), f"2025-{MONTHS.index(name) + 1:02}-{int(day):02}", odd


def amounts(clause: str, step: str) -> Hits:
    money = re.search(
        r"[£€$]|\b(?:pounds?|quid|euros?|gbp|usd|dollars?|amount|worth|costs?|value|sum|about)\b", clause.lower()
    )
    alone = len(clause.split()) <= 6 and re.search(r"\d{2}", clause)
    if step != "amount" and not money and not alone:
        return
    for m in re.finditer(
        r"(?:[£€$]\s?)?(?<![\w|])(\d{1,3}(?:[ ,.']\d{3})+|\d{2,6})(?:[.,]\d{1,2})?(k)?(?![\w])(?:\s?[£€$])?", clause
    ):
        number = re.sub(r"\D", "", m[1]) + ("000" if m[2] else "")
        if step != "amount" and not money and len(number) > 5:
            continue  # a policy number without its letters, rather
        yield m.start(), m.end(), number, "" if m[0] == number else "spelt"


def meant(word: str) -> str:
    """The word that says a cause, where letters of it changed places; as long as what was written."""
    same = [known for known in CAUSE_WORDS if sorted(known) == sorted(word)]
    close = same or difflib.get_close_matches(word, CAUSE_WORDS, n=1, cutoff=0.82)
    return close[0].ljust(len(word))[: len(word)] if close else word


def causes(clause: str, step: str) -> Hits:
    """Also with a slip of the finger, where the cause is asked for."""
    low = clause.lower()
    if step == "cause":
        low = re.sub(r"[^\W\d]{5,}", lambda m: meant(m[0]), low)
    hits = [
        (m.start(), m.end(), cause, "")
        for cause, words in CAUSES.items()
        for m in re.finditer(rf"\b(?:{words})\b", low)
    ]
    yield from sorted(hits)
    place = re.search(
        r"\b(?:the|number|option) (first|second|third|fourth|last)\b|^(first|second|third|fourth|last)(?: one)?$", low
    )
    if step == "cause" and not hits and place:
        number = {"first": 0, "second": 1, "third": 2, "fourth": 3, "last": 3}[place[1] or place[2]]
        yield place.start(), place.end(), list(CAUSES)[number], "by place"


FINDERS: dict[str, Callable[[str, str], Hits]] = {
    "mail": mails,
    "policy": policies,
    "date": dates,
    "amount": amounts,
    "cause": causes,
}
