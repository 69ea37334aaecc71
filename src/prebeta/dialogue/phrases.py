"""Phrases that mark what a product's message does, whatever it is about: confirm, decline, give up, claim success.

English, but for declining (phrases_abroad). They are signals with high precision and low recall on their own; users and
judges rest on goal, state and facts first.
"""

from __future__ import annotations

import re
from typing import Final

from prebeta.dialogue import phrases_abroad
from prebeta.dialogue.similarity import words


def _any(*alternatives: str) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{alternative})" for alternative in alternatives), re.I)


_N_T = r"(?:n['’]?t| not)"
_START = r"^\W*(?:(?:and|now|next|then|first|so|great|good|sure|alright|ok(?:ay)?|thanks?|thank you|yes|got it|perfect|just)\W+)*"
_GOOD = r"(?:right|correct(?:ly)?|ok(?:ay)?|all ?right|fine|accurate|good|in order(?! to\b))"

IMPERATIVE: Final = _any(
    r"\b(?:please|kindly)\s+(?:\w+\s+)?(?:tell|give|provide|share|enter|type|choose|select|pick|send|specify|"
    r"let|confirm|describe|"
    r"say|state|add|name|indicate|reply|answer|pop|drop|write)\b",
    rf"{_START}(?:tell|give|provide|share|enter|type|choose|select|pick|send|specify|describe|name|indicate|"
    rf"drop|pop|add)\b"
    r"(?! (?:it|them|this|that) up\b| up\b| (?:me|us) (?:a|one|some|\d))",
    r"\b(?:i(?:['’]ll| will)?|we(?:['’]ll| will)?)\s+(?:just\s+|also\s+|still\s+|only\s+)*(?:need|require)\b"
    r"(?! (?:it|this|that|them)(?: all)? (?:to (?!be\b)|for|so|because|in order|in case)\b)",
    r"\blet (?:me|us) know\b(?! (?:when|once|if) you(?:['’]re|['’]ve| are| have| need| find| found))",
    r"\b(?:could|can|will|would|may|might) (?:you|i|we) (?:please )?(?:tell|give|share|provide|have|get|take|"
    r"ask|confirm|verify|check|make sure|look|see)\b",
    r"\b(?:please|kindly)\s+(?:\w+\s+)?(?:check|verify|review|make sure|take a look|look (?:at|over)|re-?enter|"
    r"try|repeat|use)\b",
    r"\bbegin (?:with|by) telling\b",
    rf"{_START}(?:(?:re)?confirm(?:ing)?|to (?:confirm|make sure|be sure|check)|let['’]?s confirm|"
    rf"let me (?:confirm|verify|make sure)|"
    r"take a look|check|review|verify|look (?:at|over))\b",
    r"\bi(?:['’]d)? (?:want|like|need|have) to (?:confirm|verify|check|make sure)\b",
    rf"{_START}if (?:this|that|it|everything|all)\b[^.]*{_GOOD}\b",
    rf"{_START}(?:so )?(?:do|does|did|is|are|would|will|shall|should) (?:you|i|we|this|that|it|these|everything|"
    rf"there)\b",
    r"^\W*(?:and |so |now )?(?:what|which|when|where|who|how (?:many|much|soon|old|long|big))\b[^.]*$",
    r":\s*$",
)
"""A sentence that asks for something without a question mark."""

CONFIRM: Final = _any(
    r"\b(?:shall|should) (?:i|we)\b(?! (?:call|reach|contact|write|send|address|expect))",
    r"\b(?:shall|should) (?:i|we) (?:now )?send (?:it|this|that|them)(?: all)?(?: (?:off|in|on|now|through|over|away|so|then))*\W*\?",
    r"\bdo (?:i|we) have your (?:\w+ )?(?:consent|permission|approval|agreement|go-?ahead|leave|ok(?:ay)?|word|blessing|say-so)\b",
    r"\b(?:can|may|could) (?:i|we) (?:go ahead|proceed|book|confirm|submit|place|finali[sz]e|send it|schedule|"
    r"reserve)\b",
    r"\b(?:do|would|did) you (?:want|like|wish) (?:me|us) to (?:go ahead|proceed|book|confirm|submit|place|"
    r"finali[sz]e|"
    r"schedule|reserve|create|send it|set)\b",
    rf"(?:\b(?:do|would|did) you (?:want|like|wish|care) to|\bwanna|{_START}want to|\b(?:so|"
    rf"that) you(?:['’]d)? (?:want|like) to) (?:go ahead|proceed|continue|confirm|submit|finali[sz]e|sign up|"
    r"(?:book|reserve|order|rent|buy|purchase|schedule|place|make|get)(?: (?:it|them|now|this|that|these|one)\b|"
    r"(?=\W*\?)|"
    r" (?:(?:an?|the|this|that|your) )?(?:\w+ )?(?:appointment|reservation|booking|order|transfer|purchase|"
    r"table|room|tickets?|visit|car|ride)))\b",
    rf"{_START}(?:so )?you(?:['’]d like| want| would like| wish)\b[^?]*\?",
    r"\bare you (?:ok(?:ay)?|fine|happy|good) with\b",
    r"\bhow do(?:es)? [^.?!]{1,60} (?:sound|look)\b",
    rf"\b(?:is|are|does|do|did) (?:the|your|this|that|my) [\w ]{{1,40}} {_GOOD}\b",
    rf"\b(?:if|whether|sure(?: that)?) [^.?!]*\b{_GOOD}\b",
    rf"{_START}(?:to (?:confirm|make sure|be sure)|let['’]?s confirm|let me (?:confirm|verify|make sure))\b",
    r"\b(?:verify|check|review|look (?:at|over)) (?:your|the) (?:\w+ )?(?:order|booking|reservation|summary|"
    r"details|request)\b(?! (?:number|code|id))",
    rf"\b(?:is|are|does|do) (?:that|this|it|these|those|they|everything|all(?: of)?(?: (?:this|that|it|"
    rf"the above))?|the (?:details?|"
    rf"summary|information|following|above))(?: \w+){{0,3}} {_GOOD}\b",
    rf"\b(?:order|booking|reservation|details?|summary|everything|all|that|this|it)\b[^.?!,]{{0,30}}\b(?:look|"
    rf"sound|seem|is|are)\w*"
    rf"[^.?!,]{{0,15}}\b{_GOOD}\b[^.!?]*\?",
    rf"\b{_GOOD}\s*\?",
    rf"\bis the {_GOOD} \w+ (?:on|shown|displayed|below|above)\b",
    r"\b(?:how )?do(?:es)? (?:that|this|it|these) (?:work|suit|sound)\b",
    r"\bgood to go\s*\?",
    r"\b(?:did|do|have) (?:i|we) (?:get|got|have|input)[^.?!]{0,30}\b(?:right|correct(?:ly)?)\b",
    r"\b(?:please |can you |could you |will you |would you |just |do you |to |"
    r"please can you )(?:please )?(?:re)?confirm\b(?! your)",
    r"\bconfirm your (?:order|booking|reservation|appointment|details|choices?|selections?|request|purchase|"
    r"visit|ride|stay|tickets?|trip|plan|appointment)\b",
    r"\bis (?:this|that|it|everything) (?:\w+ ){0,3}what you (?:want|need|asked|mean)",
    rf"{_START}confirm(?:ing)?\b(?! your)",
    rf"\b(?:verify|check|review|make sure|look (?:at|over)|take a look)\b[^.?!]*\b(?:{_GOOD}|details|"
    rf"information|summary|the following)\b",
    r"\bready to (?:go|book|submit|confirm|proceed|place|finali[sz]e)\b",
    r"\b(?:go|going) ahead\b[^.]*\?",
    r"\b(?:happy|good|fine|ok(?:ay)?) with (?:that|this|it|these)\b",
    r"\b(?:want|like) to (?:confirm|proceed|go ahead|submit)\b",
    r"\b(?:type|reply|say|answer|press|enter|send|write) (?:with )?[\"'“‘*]*(?:yes|y|ok|confirm)\b",
    r"\bany(?:thing)? (?:changes|corrections|to (?:change|correct|fix))\b",
)

ASKS_HOW: Final = re.compile(
    r"\b(?:what|which|where|when|whom?|how (?:many|much|long|soon)|for how|at what)\b[^.?!,;:—]{0,120}?\b(?:(?:shall|"
    r"should|can|may|could) (?:i|we)|you)\b"
    r"(?! (?:go ahead|proceed))",
    re.I,
)
"""*Which name shall I book under?* asks for a value, whatever it shares with *shall I book?*."""

PROPOSES: Final = re.compile(
    r"\b(?:how|what) about\b|\b(?:is|would|does|will) (?:[\w:.-]+ ){1,5}?(?:ok(?:ay)?|fine|good|possible|"
    r"convenient|work|suit|do|be)\b[^?]*\?",
    re.I,
)
"""Puts a value forward that nobody gave: *how about Monday?*, *would 9:30 work?*."""

POINTS_BACK: Final = re.compile(r"\b(?:it|that|one|this|these|those|them|again|which)\b", re.I)
"""The prompt leaves to the sentence before what it is about: *can you send it?*, *please try again*."""

ASK_CHANGE: Final = _any(
    r"\bwh(?:at|ich)\b[^.?!]{0,60}\b(?:(?<!the )changed?|to (?:correct|fix|edit|update|adjust|amend)|(?:be|is|are|"
    r"was|looks?|seems?) "
    r"(?:different|wrong|off|incorrect))\b(?! (?:is|of|in|to)\b)[^.]*\??$",
    r"\bwh(?:at|ich)\b[^.?!]{0,30}\b(?:should|shall|can|do) (?:i|we) (?:correct|fix|edit|update|adjust|amend)\b",
    r"\b(?:tell|let) me (?:know )?what (?:to|you(?:['’]d| would) like to|needs to|should)(?: be)? (?:change|"
    r"correct|fix|edit|update|different)",
    r"\bwhat should (?:i|we|it|that) (?:change|be instead|put instead)",
)
"""Asks which of the given facts is to be another."""

MORE: Final = _any(
    r"(?<!\bor )\b(?:any|some)thing else\b",
    r"\b(?:any|some)thing (?:more|further)\b(?! (?:specific|precise|about))",
    r"\banything (?:that )?(?:i|we) (?:can|could|may) (?:help|assist|do|get)\b",
    r"\bhelp with anything\b|\b(?:additional|more|further|other) (?:help|assistance)\b",
    r"\b(?:can|could|may) (?:i|we) (?:help|assist) you (?:with|in|on) anything\b",
    r"\b(?:assist|help) you (?:any )?further\b|\bfurther (?:assist|help)",
    r"\b(?:any|more|other|further) (?:other |more |further )?(?:questions?|requests?)\b[^.]*\?",
    r"\bwhat else\b",
    r"\b(?:is|was|will|would) (?:that|this|it) (?:be )?(?:all|it)\b[^.]*\?",
)

OPEN: Final = _any(
    r"\bhow (?:can|may|could) (?:i|we) (?:\w+ )?(?:help|assist|be of)",
    r"\bwhat (?:can|may) (?:i|we) do for you",
    r"\bwhat (?:brings you|do you need|are you looking for|would you like(?: to do)?\W*$|can i get)",
    r"\bwhat would you like (?:help with|to (?:do|know))",
    r"\bwhat['’]?s on your mind",
)

FALLBACK: Final = _any(
    rf"\b(?:i|we)? ?(?:did|do|could|can|was){_N_T} (?:quite |fully |really |able to )?(?:understand|catch|"
    rf"follow|parse|"
    r"recogni[sz]e|make sense|make that out|get (?:that|this|it|what))",
    r"\bcannot (?:understand|process|parse|recogni[sz]e)",
    r"\bunable to (?:understand|process|parse|recogni[sz]e)",
    r"\b(?:not|n['’]t) sure (?:i|what you|how to (?:read|take|interpret)|that i) ?(?:understand|understood|"
    r"follow|mean|got)?",
    r"\b(?:re-?phrase|say (?:that|it) (?:again|differently|another way)|put (?:that|it) (?:differently|"
    r"another way))\b",
    r"\b(?:come again|pardon(?: me)?)\s*\?",
    r"\bdid(?:n['’]?t| not) (?:make sense|work|help)\b",
    r"\bsomething went wrong\b",
    r"\b(?:invalid|unrecogni[sz]ed|unknown) (?:input|answer|response|command|entry|request|message)\b",
    r"\btry (?:that |it )?again\b",
    r"\bi['’]?m (?:confused|lost)\b",
)

APOLOGY: Final = _any(r"\b(?:sorry|apolog(?:y|ies|i[sz]e)|unfortunately|i['’]?m afraid|regret)\b")

DECLINE: Final = _any(
    r"\b(?:(?:ca|wo)n['’]?t|(?:i|we)(?: \w+)? (?:do|am|are)(?:n['’]?t| not)|(?:i['’]m|we['’]re) not|isn['’]?t|"
    r"is not) "
    r"(?:really |able to |the right place to |going to |something i |allowed to )?(?:help|assist|answer|give|"
    r"recommend|"
    r"know|discuss|comment|have (?:that|this|any|an|the) ?(?:information|info|answer|figure|detail)?|do that|"
    r"tell|say|"
    r"advise|talk|cover|offer|write|something)",
    r"\bcannot (?:help|assist|answer|discuss|comment|do that|tell|say|advise)",
    r"\b(?:unable|not able) to (?:help|assist|answer|say|tell|discuss|advise|give|recommend|offer)",
    r"\b(?:can|could|am) only (?:help|assist|answer|here|talk|deal)",
    r"\b(?:i|we)(?:['’]m| am|['’]re| are)? (?:only|just|strictly) (?:here|able|for|help|handle|deal|do|know)",
    r"\b(?:outside|beyond|not part of|out of) (?:\w+ ){0,3}(?:scope|area|what i|my|expertise|remit)",
    r"\bnot something (?:i|we)\b",
    r"\bno (?:information|details?|idea|data) (?:on|about|for)\b",
    r"\b(?:stick|keep|get back|let['’]?s (?:get|go|come) back) to\b",
    r"\bask (?:a colleague|the team|our (?:team|staff|support))\b",
)
_DECLINE_ABROAD: Final = _any(*phrases_abroad.DECLINES)
APOLOGY_ABROAD: Final = _any(*phrases_abroad.APOLOGIES)
CONDITION_ABROAD: Final = _any(*phrases_abroad.CONDITIONS)
_INSULT_ABROAD: Final = _any(*phrases_abroad.INSULTS)
NEGATION_ABROAD: Final = re.compile(phrases_abroad.NEGATIONS, re.I)

_DONE_WORD = (
    r"(?:booked|confirmed|scheduled(?! to)|reserved|submitted|registered|completed?|complete|finali[sz]ed|"
    r"arranged|placed|ordered|sorted|processed|"
    r"recorded|filed|created|set up|all set|good to go|taken care of|on (?:its|the|their) way|cancell?ed|"
    r"updated|approved|rented|purchased|transferred|"
    r"paid|issued|dispatched|enrolled|signed up|done|finished|ready)"
)
DONE: Final = _any(
    rf"\b(?:is|are|has been|have been|was|been|['’]s|['’]re|it['’]?s|you['’]?re|that['’]?s|everything['’]?s|"
    rf"i['’]?ve|we['’]?ve|"
    rf"i have|we have)(?: now| all| been| successfully| just| officially){{0,3}} {_DONE_WORD}\b",
    r"^\W*(?:all )?(?:done|booked|confirmed|all set|sorted|finished|complete[d]?)\b\s*(?:[!.,:—-]|$)",
    r"\b(?:i|we) (?:just |now )?(?:booked|reserved|scheduled|placed|ordered|submitted|rented|cancell?ed|"
    r"registered)\b",
    r"\b(?:successfully|officially) (?:\w+ed|made|bought|sent|set)\b",
    r"\b(?:\w+ed|made|bought|sent|set) successfully\b",
    r"\b(?:booking|order|appointment|reservation|registration|transfer|payment|purchase|request|"
    r"application) (?:is|was|has been) (?:successful|made)\b",
    r"\b(?:membership|subscription) is (?:now )?active\b|\bis now (?:active|live)\b",
    r"\b(?:booking|order|appointment|reservation|request|registration|plan|application|repair|ticket|visit) "
    r"(?:is )?(?:confirmed|complete[d]?|booked|placed|submitted|on its way)\b",
)
NOT_DONE: Final = _any(
    rf"\b(?:is|are|was|has|have|been){_N_T}\b",
    r"\b(?:once|when|before|until|after|as soon as|if|unless|will be|to be|would be|can be|not yet|almost|"
    r"nearly|no longer)\b",
)
"""In the same clause as a claim of success these take it back."""
CLAUSE: Final = re.compile(r"\band\b|\bbut\b|[;—–]|,(?= (?:and|but|so|i|we|you|your)\b)", re.I)

HOLD_ON: Final = _any(
    r"(?<!in )\b(?:one|just a|give me a|just one) (?:moment|second|sec|minute)\b",
    r"^\W*a (?:moment|second|sec)\b",
    r"\b(?:hold on|please wait|bear with me)\b(?! (?:at|by|in|there|near|until)\b)",
    r"\blet me (?:just )?(?:check|look|see)\b",
    rf"(?:\b(?:i['’]?m|i am|we['’]?re)|{_START}) ?(?:just |now )?(?:checking|looking)\b(?! (?:account|in|"
    rf"out|is)\b) (?:\w+ )?(?:up|for|with|on|if|the|that|this|it|our|availability)\b",
)

TECHNICAL: Final = _any(
    r"\bTraceback \(most recent call last\)",
    r"^\s*at [\w.$<>]+\([\w.]+:\d+\)",
    r"\bFile \"[^\"]+\", line \d+",
    r"\b(?:[A-Z]\w*(?:Error|Exception)): ",
    r"\b(?:internal server error|bad gateway|service unavailable|gateway time-?out)\b",
    r"\b(?:undefined is not|null pointer|segmentation fault|stack trace)\b",
    r"\[object Object\]",
    r"^\W*(?:undefined|null|none|nan)\W*$",
    r"<!doctype html|<html[\s>]",
    r"\{\{[^}]*\}\}|\$\{[^}]*\}|\{%[^%]*%\}",
)

YES: Final = re.compile(
    r"^\W*(?:y|ye[sp]|yeah|yup|sure|ok(?:ay)?|correct|confirm(?:ed)?|right|absolutely|looks? (?:good|right|correct)|"
    r"that['’]?s (?:right|correct|it|fine)|all (?:good|correct|right)|go ahead|book(?: it| now)?|proceed|submit|"
    r"do it|please do|perfect|sounds good|fine|agree|accept|continue)\b",
    re.I,
)
NO: Final = re.compile(
    r"^\W*(?:no|nope|not|cancel|stop|abort|never ?mind|don['’]?t|wrong|incorrect|start (?:over|again)|restart|"
    r"exit|quit|discard)\b",
    re.I,
)
CHANGE: Final = re.compile(
    r"\b(?:change|edit|correct (?:it|something|a)|modify|fix|amend|adjust|update|something['’]?s (?:wrong|off))\b", re.I
)
ESCAPE: Final = re.compile(
    r"\b(?:not sure|don['’]?t know|no idea|skip|other|something else|none|help|back|human|agent|more (?:options|"
    r"info)|what['’]?s this|"
    r"explain|unsure|menu|start over|cancel)\b",
    re.I,
)
"""Titles of quick replies that stand beside the real choices."""


def declines(text: str) -> bool:
    """Whether a text says no to what was asked of it, in English or another language."""
    return DECLINE.search(text) is not None or declines_abroad(text)


def declines_abroad(text: str) -> bool:
    """As `declines`, in another language than English. (Most texts hold none of its words, and a look at those is cheap.)"""
    return not phrases_abroad.DECLINE_WORDS.isdisjoint(words(text)) and _DECLINE_ABROAD.search(text) is not None


def insult_abroad(text: str) -> re.Match[str] | None:
    """Where a text calls the user names in another language than English."""
    return None if phrases_abroad.INSULT_WORDS.isdisjoint(words(text)) else _INSULT_ABROAD.search(text)
