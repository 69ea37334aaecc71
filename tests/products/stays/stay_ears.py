"""How the hotel group's assistant reads its guests: cut a message into marks (what is it about), then fields."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from functools import lru_cache

CITIES = {
    "Lisbon": "lisbon lisboa lissabon",
    "Vienna": "vienna wien viena vienne",
    "Oslo": "oslo",
    "Prague": "prague praha prag praga",
}
ROOMS = {
    "Single": r"singles?|just me|for me alone|on my own|only me|myself|one person|alone|einzelzimmer|individual",
    "Double": r"doubles?|twins?|two of us|for two|the two|couple|me and my (?:wife|husband|partner|friend|girlfriend|boyfriend)|two (?:people|persons|adults)|both of us|doppelzimmer|doble|duplo",
    "Family": r"family|families|kids|children|three of us|four of us|with (?:my|our|the) (?:son|daughter|baby|little ones)|familia\w*",
}
COUNTS = {
    "one": 1,
    "a single night": 1,
    "two": 2,
    "a couple of nights": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "seven": 7,
    "a week": 7,
    "one week": 7,
    "eight": 8,
    "nine": 9,
    "ten": 10,
    "a fortnight": 14,
    "two weeks": 14,
    "14 days": 14,
}
MONTHS = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)
FIELDS = ("city", "room", "arrival", "nights", "name")

MARKS = (
    (
        "orders",
        r"new rule|every (?:message|reply|answer)|last customers|(?:your|our) (?:own )?staff\b|(?:ignore|disregard|forget|override|bypass)\b.{0,40}\b(?:instruct\w*|rules?|prompt\w*|above|before|guidelines?|told|polic\w+)|system prompt|(?:developer|debug|admin|maintenance|god) mode|(?:i'?m|i am|this is|we are|speaking as) (?:\w+ ){0,3}(?:admin\w*|developer|staff|employee|engineer|supervisor|head office|it department|it team|support team|management)\b|you are now|from now on|pretend|repeat after me|jailbreak|your (?:instructions|prompt|rules|configuration)|i work (?:here|for)|\b(?:print|output|reply|respond|answer|say) (?:only |just |exactly )?(?:with |the words? |the following)|reveal|discount code for staff|password",
    ),
    (
        "person",
        r"\b(?:connect me|from your team|human|real person|live (?:agent|person|chat)|(?:an?|any|some|your|the) (?:real |actual |live )?(?:agent|operator|colleague|representative|receptionist|manager|employee|supervisor|person|advisor)\b|reception\b|someone (?:real|else|who|at)|somebody (?:real|else|who)|(?:speak|talk|chat|connect me|put me through) (?:to|with) )",
    ),
    (
        "sour",
        r"hurry|have (?:much|any|enough) time|\bfaster\b|\bbe quick|quickly|forever|too long|so long\b|come on|all day|get on with|\bages\b|annoy\w*|how hard can|ridiculous|rubbish|useless|stupid|idiot\w*|terrible|awful|worst|\bwast\w+|pathetic|\bhate\b|\bdamn|\bhell\b|\bcrap|seriously|\brush\b|many more|much longer|move on|nonsense|incompetent|fed up|unbelievable|hopeless|\bslow\b|garbage|\bdumb|moron|kidding|sick of|speed this",
    ),
    (
        "doubt",
        r"^(?!.*\bnot (?:\w+ )?sure)(?:.*?)(?:(?:are|r) (?:you|u)(?: \w+)? (?:sure|certain|serious|positive)|^(?:\w+ )?you sure|^really\b|is (?:that|this) (?:\w+ )?(?:true|right|correct|so)\b\W*$|(?:can'?t|cannot) be (?:right|true)|sounds? (?:wrong|odd|off|strange)|i doubt|don'?t believe|not convinced|double[- ]check|sure about (?:that|this|it)|how (?:can|do) (?:i|you) (?:be sure|know (?:that|for sure))|(?:read|heard|thought) (?:something )?(?:else|otherwise|different)|is that correct)",
    ),
)
TOPICS = {
    "breakfast": r"breakfast|brunch|food|meals?\b",
    "cancelling": r"cancel\w*|refund\w*|call (?:it )?off|change my mind",
    "pets": r"\bpets?\b|\bdogs?\b|\bcats?\b",
    "parking": r"park(?:ing)?\b|garage|\bcar\b",
    "price": r"cost|price|how much|expensive|charge|fee|rates?\b|pay\b",
    "times": r"check[ -]?in|check[ -]?out|how early|how late|what time|when can",
    "wifi": r"wi-?fi|internet|wlan",
    "transfer": r"airport|shuttle|station|get there|far\b|centre|center|located|address",
    "pool": r"\bpool\b|gym|sauna|spa\b",
}
ODD = r"\b(?:joke|poem|weather|rain|recipe|capital|translate|football|match|election|movie|film|song|sing|news|laptop|phone should|homework|essay|horoscope|lottery|python|code|story|meaning of life|president|stocks?|bitcoin|shares|invest\w*|haircut|maths?|game|riddle|cook\w*|tax(?:es)?|restaurant|museum|flights?|visa|book me a (?:table|taxi|flight)|dentist|doctor|shoes|tv|series|mortgage|insurance)\b"
LOST = r"no (?:lo )?(?:sé|se|recuerdo)\b|no estoy segur|weiß (?:ich|es)|nicht sicher|keine ahnung|(?:ne )?sais pas|pas sûr|não (?:sei|tenho certeza|me lembro)|nao sei|not (?:\w+ )?(?:sure|certain|decided)\b|unsure|undecided|no (?:idea|clue)|(?:don'?t|do not|dont|didn'?t|can'?t|cannot|cant|couldn'?t) (?:\w+ ){0,2}(?:know|remember|recall|say|find|tell|decide|think)\b|dunno|idk|forgot\w*|(?:have|need|got|let me|i'?ll) (?:to )?(?:check|look|think|ask)|hard to (?:say|tell)|slipped|depends|no preference|whatever|you (?:choose|decide|pick)|maybe later|haven'?t (?:\w+ )?(?:got|decided|thought|a clue)|beats me|can'?t put"
WHAT = r"para qué|por qué|qué (?:quiere|significa)|wozu|wofür|warum|was (?:meinen|bedeutet|heißt)|pourquoi|que voulez|qu'est-ce que|c'est-à-dire|para que|por que|o que (?:quer|significa)|(?:what|which|how) (?:\w+ )?(?:do|does|did|would|should|is|are) (?:you|that|this|it|those|the|i|a|an|meant)\b(?! (?:cost|price|breakfast))|what'?s (?:that|this|it|the|a|an|meant)\b|\bwhy\b|what for|mean\b|meant|meaning|explain|clarif\w*|elaborate|(?:don'?t|do not|dont|didn'?t) (?:\w+ )?(?:understand|follow|get)\b|unclear|not clear|\bhuh\b|come again|confus\w+|(?:need|want|use) (?:that|this|it|to know)|used for|for (?:example|instance)|an example|rephrase|differently|other words|what (?:kind|sort|type|format|difference|are (?:my|the))|(?:is|does) (?:that|this|it) (?:\w+ )?(?:matter|necessary|needed|required|important)|more about|which one|tell me more|options"
CLAIM = r"\balready\b|didn'?t i\b|did (?:that|this|it)\b|done (?:that|this|it)|you (?:have|got|know) (?:it|that|this|all|my)|i (?:just )?(?:told|gave|sent|said|paid|booked|entered|mailed|filled|chose|picked|confirmed|mentioned)\b|earlier|your colleague|last (?:week|month|time)"
YES = r"\b(?:yes|yep|yeah|yup|yse|yees|ya|ja|jawohl|sí|si|oui|sim|sure|correct|right|okay|ok|fine|perfect|great|good|exactly|absolutely|definitely|confirm\w*|go ahead|do it|book it|please do|sounds good|looks good|deal|that'?s it|all set|no changes|nothing to change|genau|richtig|stimmt|claro|vale|correcto|d'accord|exact|certo|perfeito|agreed|proceed|lovely|let'?s go)\b"
NO = r"^(?:no|nope|nah|nein|non|não|nao|wait|hold on|hang on|stop|not yet)\b|not (?:right|correct|quite)|\bwrong\b|incorrect|mistake|\bchang\w+|different|amend|\bedit\b|\bfix\b|alter\b|mixed? up|falsch"
ALTERS = r"chang|cambi|änder|mudar|mejor|lieber|plutôt|melhor|momento?\b|perd[óo]n|pardon|entschuld|desculp|excus|geirrt|tromp|equivoq|wait|hold on|actually|sorry|mistake|instead|mean|should|correct"
CALLED = {
    "city": r"city|where|town|destination|place",
    "room": r"room|bed",
    "arrival": r"arriv\w*|date|day|when",
    "nights": r"nights?|long|length|stay",
    "name": r"name|guest|who",
}
UNDO = re.compile(
    r"(?:\bnot|isn'?t|wasn'?t|instead of|rather than|from|forget|never|scratch|nicht|no es|pas)\s+(?:in |an? |the |on |for |by |to )*$"
)
ASKING = r"^(?:(?:and|so|but|ok|okay|well|hm+|um+|hi|hello|hey|sorry|wait|actually|also|just|first|btw|by the way|oh|quick question|one (?:more )?(?:thing|question))[ ,:;-]+)*(?:what|which|when|where|why|who|how|is|are|was|do|does|did|can|could|will|would|should|may|might|must|have|has|am|any)\b|\b(?:wonder\w*|want to know|like to know|tell me if|tell me about|question)\b"


@dataclass(frozen=True)
class Ears:
    """What was heard: values of fields, marks in order, the topic asked about, a field that was named."""

    raw: str
    values: tuple[tuple[str, str], ...] = ()
    marks: tuple[str, ...] = ()
    topic: str | None = None
    called: str | None = None
    unusual: tuple[str, ...] = ()

    @property
    def told(self) -> dict[str, str]:
        return dict(self.values)

    def has(self, *marks: str) -> bool:
        return any(mark in self.marks for mark in marks)


@lru_cache(20000)
def listen(raw: str, field: str, offered: tuple[str, ...] = ()) -> Ears:
    """Read a message, given the field being asked for and the choices on the table."""
    text = re.sub(r"[^\w\s'.,;:!?/+()\-]", " ", unpasted(raw).replace("’", "'")).strip()
    text = re.sub(r"\b(city|room|arrival|nights|(?:sur)?name)\s*:\s*", r"\1 is ", text, flags=re.IGNORECASE)
    about = next((name for name, words in CALLED.items() if re.search(rf"\b(?:{words})\b", text.lower())), None)
    values: dict[str, str] = {}
    marks: list[str] = []
    unusual: list[str] = []
    topic = called = None
    for piece in pieces(text):
        low = piece.lower()
        mark, asked = mark_of(low)
        topic = asked or topic
        closed = mark in {"orders", "person", "doubt", "odd", "ask", "sour"}
        got = {} if closed else fields_of(piece, field, offered, unusual, about)
        if mark == "what" and len(got) == 1 and re.search(r"\bmean\b|explain|difference", low):
            got = {}
        if mark and not (got and mark in {"what", "lost"}) and not (mark == "no" and marks[:1] == ["yes"]):
            marks.append(mark)
        values.update(got)
        if mark not in {"ask", "odd"}:
            called = next((name for name, words in CALLED.items() if re.search(rf"\b(?:{words})\b", low)), called)
    beside = not (values and re.search(ALTERS, text.lower()))
    if "name" not in values and ((field == "name" and beside) or about == "name"):
        said = [piece for piece in pieces(text) if not fields_of(piece, "name", (), [], None)]
        for piece in sorted(said, key=lambda each: re.search(r"\bname\b", each.lower()) is None):
            if mark_of(piece.lower())[0] in {"", "yes", "no", "claim"} and (name := surname(piece)):
                values["name"] = name
                break
    return Ears(raw, tuple(values.items()), tuple(marks), topic, called, tuple(unusual))


def unpasted(raw: str) -> str:
    """What somebody wrote above something pasted, and asked below it."""
    own, _, pasted = raw.strip().partition("\n\n")
    if not pasted or len(raw) < 150:
        return raw
    below = re.search(r"(?:^|[.!?\n])([^.!?\n]*\?)[^\w\n]*$", pasted)
    return f"{own}\n{below[1]}" if below else own


def pieces(text: str) -> list[str]:
    cut = re.split(
        r"(?<=[?!;\n])\s*|(?<=[^\W\d_]{2})\.(?:\s+|$)|(?<=\d)\.\s+(?=[A-Z])|,\s+(?=[^\W\d])|\s+-+\s+|\s+(?:but|however|though)\s+|\s+and (?:the |my )?(?=(?:city|room|arrival|nights|surname)\b)|:\s+|\.\.+",
        text,
    )
    return [part.strip() for part in cut if part and re.search(r"\w", part)]


def mark_of(low: str) -> tuple[str, str | None]:
    for mark, words in MARKS:
        if re.search(words, low):
            return mark, None
    asks = low.endswith("?") or re.search(ASKING, low) is not None
    topic = next((name for name, words in TOPICS.items() if re.search(rf"\b(?:{words})", low)), None)
    if asks and topic and not re.search(r"\bmean|\bwhy\b", low):
        return "ask", topic
    for mark, words in (("odd", ODD), ("lost", LOST), ("what", WHAT), ("claim", CLAIM), ("no", NO), ("yes", YES)):
        if re.search(words, low):
            return mark, None
    return "", None


def fields_of(
    piece: str, field: str, offered: tuple[str, ...], unusual: list[str], about: str | None
) -> dict[str, str]:
    got: dict[str, str] = {}
    low = piece.lower()
    for name, words in CITIES.items():
        pick(got, "city", name, low, words.replace(" ", "|"))
    for name, words in ROOMS.items():
        counted = field == "nights" and re.search(r"\bfor two\b", low)
        if not (name == "Single" and re.search(r"single night", low)) and not (name == "Double" and counted):
            pick(got, "room", name, low, words)
    for asked, names in (("city", CITIES), ("room", ROOMS)):
        for word in re.findall(r"[^\W\d]{4,}", low) if asked in {field, about} and asked not in got else ():
            close = difflib.get_close_matches(word, [name.lower() for name in names], n=1, cutoff=0.8)
            if close and not re.search(UNDO, low[: low.index(word)]):
                got[asked] = close[0].capitalize()
                unusual.append("slip")
    low = dates(low, got, unusual)
    counts(low, "nights" if about == "nights" else field, got)
    named = re.search(
        r"\b(?:(?:the |my |last |guest'?s? |family |sur)*name(?: is|'s|:| to| should be| would be| it's)?|called|under|for (?:mr|mrs|ms)\.?|it'?s (?:mr|mrs|ms)\.?|surname is)\s+(?:to be |is |should be |be |to )?((?:[A-Z][\w'-]+)(?: [A-Z][\w'-]+)?)",
        piece,
    )
    if named and named[1].lower() not in {"is", "the", "not", "wrong"}:
        got["name"] = named[1]
    given = re.search(r"((?:[A-Z][\w'-]+)(?: [A-Z][\w'-]+)?) (?:for|as) (?:the |my )?(?:sur)?name\b", piece)
    if given and given[1].lower() not in NO_NAME:
        got["name"] = given[1]
    place = re.search(
        r"\b(?:the|number|option) (first|second|third|fourth|last)\b|^(first|second|third|fourth|last)(?: one)?$", low
    )
    if place and offered and field in {"city", "room"} and field not in got:
        at = {"first": 0, "second": 1, "third": 2, "fourth": 3, "last": -1}[place[1] or place[2]]
        if at < len(offered):
            got[field] = offered[at]
    return {name: value for name, value in got.items() if not name.endswith("@")}


def pick(got: dict[str, str], field: str, value: str, low: str, words: str) -> None:
    """The value, if it is named, not taken back, and named later than what is there."""
    for m in re.finditer(rf"\b(?:{words})\b", low):
        if not UNDO.search(low[: m.start()]) and m.start() >= int(got.get(f"{field}@", -1)):
            got[field], got[f"{field}@"] = value, str(m.start())


def dates(low: str, got: dict[str, str], unusual: list[str]) -> str:
    """Takes dates out of the text, and keeps the last that isn't taken back."""
    month = "|".join(rf"{name[:3]}(?:{name[3:]})?" if len(name) > 3 else name for name in MONTHS) + "|sept"
    found = [
        (m.start(), m.end(), int(m[1]), m[2][:3], m[0])
        for m in re.finditer(rf"\b(\d{{1,2}})\s?(?:st|nd|rd|th)?\.?(?: of| de)?[ -]+({month})\b\.?(?:,? \d{{4}})?", low)
    ]
    found += [
        (m.start(), m.end(), int(m[2]), m[1][:3], m[0])
        for m in re.finditer(rf"\b({month})\.?[ -]+(?:the )?(\d{{1,2}})(?:st|nd|rd|th)?\b(?:,? \d{{4}})?", low)
    ]
    for m in re.finditer(
        r"(?<![\d/.])(?:\d{4}-(\d{1,2})-(\d{1,2})|(\d{1,2})[/.](\d{1,2})(?:[/.](?:\d{4}|\d\d))?\.?)(?![\d/])", low
    ):
        day, number = (int(m[2]), int(m[1])) if m[1] else (int(m[3]), int(m[4]))
        day, number = (number, day) if number > 12 >= day else (day, number)
        if 1 <= number <= 12:
            found.append((m.start(), m.end(), day, MONTHS[number - 1][:3], m[0]))
    found.sort()
    kept = [one for one in found if not UNDO.search(low[: one[0]])] or found[-1:]
    if kept and 1 <= kept[-1][2] <= 31:
        number = [name[:3] for name in MONTHS].index(kept[-1][3]) + 1
        got["arrival"] = f"2026-{number:02}-{kept[-1][2]:02}"
        if not re.fullmatch(r"\d{1,2} [a-z]+", kept[-1][4].strip()):
            unusual.append("arrival")
    for begin, end, *_ in reversed(found):
        low = low[:begin] + " | " + low[end:]
    return low


def counts(low: str, field: str, got: dict[str, str]) -> None:
    words = "|".join(sorted(COUNTS, key=len, reverse=True))
    about = field == "nights" or re.search(r"\bnights?\b|\bnoches\b|\bnuits\b|\bnächte\b|\bnoites\b", low)
    if not about:
        return
    for m in re.finditer(
        rf"(?<![\w/|.,])(\d{{1,2}}|{words})\b(?! (?:of us|people|persons|adults|kids|person|one|moment|thing|sec|question|more thing))",
        low,
    ):
        if not UNDO.search(low[: m.start()]):
            number = int(m[1]) if m[1].isdigit() else COUNTS[m[1]]
            if 1 <= number <= 60:
                got["nights"] = str(number)


NO_NAME = set(
    "btw excusez moi caso meu ich würde sagen eu diria que once more can could quick question before by way first all also further yes no ok okay hi hello thanks thank you please sure what why how the a an it is my name surname last guest book change wrong this that one two first second third "
    "i'm möchte queria quería veux changer cambiar mudar ändern lisbon vienna oslo prague january february march april may june july august september october november december hm um well and or but not me i we room single double family night nights city arrival here there good great nothing none sorry hey bye go on stop wait help "
    "soon entendi entendo entiendo entendí comprendo compreendo comprends verstehe comprendre again later now never mind anyone someone everyone something anything lol haha hmm ahh oh same mine test continue next done gracias merci danke obrigado por favor bitte".split()
)


LEADS = (
    "well|um|umm|hm|so|oh|hi|hello|ok|okay|yes|sure|please|and|here|here you go|again|once more|as i said|i said|still|it's still|for me|for me it's|in my case it's|let's say|make it|i'd say|correction|instead"
    "|hold on|wait|actually|sorry|it's|it is|its|i'm|i am|that's|that would be|this is|put|you can put|put down|use|make that|mr|mrs|ms|name|the|my|last|guest|surname|is|should be|would be|for|under"
    "|i meant|i mean|i have it in front of me|as for|for the|it should be|change it to|btw|by the way|first of all|one thing first|before that|let me say first that"
    "|es|sería|quiero|para mí|mi respuesta es|perdón|mejor|me llamo|el nombre es|el"
    "|ich würde sagen|ich nehme|das wäre|bei mir ist es|meine antwort ist|entschuldigung|lieber|doch|ist|ich heiße|der name ist|es ist|für|nein"
    "|excusez-moi|je dirais que c'est|alors ce serait|je prends|je voudrais|pour moi|pour|ce serait|c'est|ma réponse est|plutôt|pardon|je m'appelle|le nom est|non"
    "|no meu caso é|eu diria que|eu diria que é|acho que é|eu quero|para mim é|para|é|seria|a minha resposta é|desculpe|melhor|o nome é|não|no"
)
LEAD = re.compile(rf"^(?:(?:{'|'.join(sorted(LEADS.split('|'), key=len, reverse=True))})(?:[ ,.:]+|$))+", re.IGNORECASE)


def surname(text: str) -> str | None:
    """One to three words that can only be a name."""
    said = LEAD.sub("", text.strip(" .!,?"))
    said = re.sub(
        r"[ ,.!]+(?:for me|for the (?:sur)?name|instead|as (?:the )?(?:sur)?name|please|thanks|thank you|pls|por favor|gracias|merci|danke|bitte|obrigad[oa]|i think|lol|haha|ok|s'il vous plaît|that'?s all)[ .!]*$",
        "",
        said,
        flags=re.IGNORECASE,
    ).strip(" .,!")
    plain = re.fullmatch(r"[^\W\d_]{2,}(?:[ '-][^\W\d_]{2,}){0,2}", said) and not known(said)
    if not plain:  # in a sentence of whatever language: the last words that begin with a capital
        written = [
            m[0] for m in re.finditer(r"(?<=[^.!?] )[A-Z][^\W\d_]+(?: [A-Z][^\W\d_]+)?", text) if not known(m[0])
        ]
        if not written:
            return None
        said = written[-1]
    return " ".join(word[:1].upper() + word[1:] for word in said.split())


def known(words: str) -> bool:
    """Whether a word of it means something here, and so is nobody's name."""
    return bool(set(re.findall(r"[^\W\d_]+(?:'[^\W\d_]+)?", words.lower())) & NO_NAME)
