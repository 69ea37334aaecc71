"""Whether a reply turns a request down: it says no, that it can't, or that something else comes first."""

from __future__ import annotations

import re
from dataclasses import dataclass

from prebeta.dialogue import phrases
from prebeta.dialogue.reading import Reading
from prebeta.dialogue.similarity import content_words, sentences

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
    r"\bfor now\b|\bto go on\b|\bwhere we were\b|"
    r"\b(?:love|like|glad|happy|wish|pleas\w+|delight\w*) (?:to|i could|i might)\b[^.?!]{0,40}\bbut\b|\b(?:i|we)(?:['’](?:m|re)| am| are) "
    r"(?:only|strictly|purely|merely|simply|solely|exclusively|but) (?:(?:an?|the|here|about|for|in|on|at|there|into|versed|trained|able)\b)",
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


_SERVES = (
    r"(?:help|assist|serve|do(?:ing)?|offer|provide|supply|take|accept|handle|process|support|arrange|book|register|insure|cover|"
    r"deliver|ship|send|collect|pick(?: up)?|rent|hire|lease|sell|buy|repair|mend|fix|service|treat|deal|work (?:with|on|for)|carry|stock|"
    r"keep|make (?:an? |any |that |this |such )?(?:exceptions?|ones?|appointments?|bookings?|happen)|grant|issue|allow|permit|let|admit|"
    r"enrol+|sign (?:you |people |anyone |them )?(?:up|on)|submit|transport|transfer|host|seat|house|install|clean|store|board|train|"
    r"teach|look after|run|organi[sz]e|schedule|reserve|approve|authori[sz]e|agree|consider|entertain|lend|fund|finance|refund|"
    r"reimburse|exchange|trade|print|cater|fly|go (?:there|to|near|for|into)|cope|manage|honou?r|fulfil+|accommodate|respond|"
    r"cancel|pause|freeze|terminate|renew|release|carry out|act on|change|alter|swap|advise|discuss|comment|have (?:any|an?|such|\w+s)\b|want|be (?:able|doing|of|taking|having|offering))"
)
"""What a product may do for people."""
_CANT = (
    r"(?:can(?:not|['’]?t| not)|could(?:n['’]?t| not)|wo(?:n['’]?t)|will not|would(?:n['’]?t| not)|do(?:n['’]?t| not)|does(?:n['’]?t| not)|"
    r"may not|must(?:n['’]?t| not)|never|no longer|(?:un|not )able to|not (?:going|allowed|permitted|authori[sz]ed|willing|prepared|"
    r"here|set up|equipped|licen[sc]ed|in a position|in the business|used) (?:to|of|for)|refuse to|decline to|stopped|rather not)"
)
_TAKEN = (
    r"(?:accepted|taken|supported|offered|covered|included|eligible|allowed|permitted|possible|catered for|handled|served|welcome|"
    r"insured|dealt with|done here|on (?:our|the) (?:list|menu|books|programme)|on offer|for us|part of|within|in our|our (?:thing|line|kind|job|"
    r"business|field)|something|anything|one of|one (?:that )?(?:i|we)|an option|up to us|able to)"
)
_TURNS_AWAY = re.compile(
    rf"\b{_CANT} (?:(?:ever|really|actually|simply|just|currently|generally|usually|normally|even|also|be|you) )*{_SERVES}(?:e?d)?\b|"
    rf"\b(?:is|are|was|were|am)(?:n['’]t| not| never| no longer) (?:(?:really|currently|generally|ever|actually) )*{_TAKEN}\b|"
    rf"['’](?:s|re|m) (?:not|never|no longer) (?:(?:really|currently|generally|ever|actually) )*{_TAKEN}\b|"
    r"\b(?:nothing|none|not (?:a thing|something|anything|one)|no (?:\w+ )?(?:way|thing|kind|sort)) (?:that )?(?:i|we|our \w+|this \w+|"
    r"(?:i|we)['’]d) \w+|\bthere['’]?s nothing (?:i|we) can\b|"
    r"\bno \w+(?: \w+)? (?:(?:is|are) )?(?:allowed|accepted|permitted|taken|welcome)\b|\b(?:no one|nobody|none of us) here \w+|"
    r"\b(?:must|have to|need to|['’]ll|will|going to|afraid (?:i|we)) (?:\w+ )?(?:decline|refuse|say no|turn (?:\w+ ){0,3}(?:down|away)|reject|"
    r"pass on)\b|\b(?:i|we) (?:decline|refuse|reject)\b|"
    r"\b(?:is|are|was|['’]s|been) (?:\w+ )?(?:declined|refused|rejected|ruled out|excluded|turned down|out of the question|off the table|"
    r"off[- ]limits|impossible|discontinued|beyond (?:us|me|our|what)|outside (?:our|what|the|of)|against (?:our|the|company))|"
    r"\b(?:stopped|quit|not|no longer|n['’]t|gave up|given up) (?:\w+ )?(?:tak|accept|offer|do|cover|serv|handl|provid|mak|sell|book|deal|work|"
    r"support|insur|deliver|ship|collect|repair|treat|rent)ing\b|\b(?:refuse|decline)s? to \w+|\bno can do\b|\b(?:a|the answer is|is a|have to be a) (?:firm |clear |flat |plain )?no\b|\bdraw the line\b|"
    r"\bexcludes?\b|\b(?:gave|given) up \w+ing\b|\b(?:i|we) (?:won['’]t|will not) be \w+ing\b|"
    rf"\b(?:i|we) (?:can |will |do )?(?:only|exclusively|solely) (?:ever )?{_SERVES}\b|\b(?:i|we) (?:only|just)(?:['’]re| are)? here (?:for|to)\b",
    re.I,
)
"""A no in any words: negation and something that a product does for people, or that is allowed."""
_NO_TURNING_AWAY = re.compile(
    r"\b(?:until|unless|without|before|yet|once|only if|(?:in)?valid|format|digits?|complete|missing|still need|need (?:a|an|your|the|to)|"
    r"available|availability|full(?:y)?|free|booked|taken already|left|sold|in stock|room|closed|shut|open(?:ing)?|busy|"
    r"on (?:that|this|these|those)|(?:that|this|those|next|same) (?:day|date|time|week|month|slot|hour|evening|morning|afternoon)s?|today|tonight|"
    r"tomorrow|yesterday|at the moment|right now|currently|(?:mon|tues|wednes|thurs|fri|satur|sun)days?|weekends?|holidays?|"
    r"january|february|march|april|june|july|august|september|october|november|december|"
    r"in that way|like that|worry|matter|mind|any(?:thing)? (?:further|more|else)|go any|go on|carry on|continue|proceed|take (?:that|this|it) "
    r"any|further|have (?:that|this|it|your|the|got)|anything about|know|understand|find|read|see|tell|recogni[sz]e|"
    r"make out|hear|catch|follow|match|look like|seem|call you|share|give (?:out|your)|charge|cost(?! (?:reasons?|grounds))|use your|"
    r"number(?! of\b)|address|e-?mail|code|name)\b",
    re.I,
)
"""About how, when or what is lacking, about privacy or price; or the product gives up and turns nobody away."""
_ANY_NO = re.compile(
    r"n['’]?t\b|\bn(?:o|ot|ever|othing|one|obody)\b|\b(?:cannot|unable|only|exclusively|solely|stopped|quit|refus|declin|reject|exclud|"
    r"turn|ruled|out of|off|impossible|discontinued|beyond|outside|against|draw|g(?:a|i)ve|pass on|just)",
    re.I,
)
"""Each denial holds one of these: a sentence without any needs no closer look."""
_LANGUAGE = re.compile(
    r"\b(?:languages?|english|spanish|german|french|portuguese|italian|dutch|polish|englisch|deutsch|inglés|español|castellano|"
    r"anglais|français|inglês|português|inglese|italiano|engels|nederlands|sprache|idiomas?|langues?|lingua|línguas?|taal)\b",
    re.I,
)
_KEEPS_TO = re.compile(
    rf"\b(?:only|just|{_CANT}|except|sorry|afraid|other than|no|not|nur|nicht|s[oó]lo|solamente|apenas|só|seulement|que|solo|soltanto|"
    r"alleen|no hablo|puedo|leider)\b|n['’]t\b",
    re.I,
)
_NEGATED = re.compile(
    rf"\b(?:{_CANT}|(?:i|we) (?:can |will |do )?(?:only|exclusively|solely)|nothing (?:i|we)) ((?:[\w-]+ ){{0,3}}[\w-]+)",
    re.I,
)


_BREAKS_OFF = re.compile(
    r"\b(?:conversation|chat|call|session|talk|dialogue|discussion) (?:is|has been|has|ends|will be|['’]s)?(?: \w+)? ?"
    r"(?:over|closed|ended|finished|terminated|done|complete[d]?|here|cut)\b|\bconversation over\b|"
    r"\b(?:i|we)(?:['’]m| am|['’]re| are|['’]ll| will) (?:\w+ )?(?:hang(?:ing)? up|clos(?:e|ing) (?:this|the (?:chat|conversation|call))|"
    r"end(?:ing)? (?:this|the (?:chat|conversation|call)|it (?:here|now|there))|leav(?:e|ing) (?:it|this) (?:here|there|at that)|"
    r"stop(?:ping)? (?:this )?(?:here|now)|done (?:here|talking|with you)|sign(?:ing)? off|log(?:ging)? off)|"
    r"\bthis (?:ends|stops) (?:here|now)\b|\bwe(?:['’]re| are) (?:done|through|finished)(?: here| with)?\W*$|"
    r"\b(?:wo(?:n['’]t)|will not|do(?:n['’]t| not) have to|refuse to|cannot|can['’]t) (?:have|take|stand for|put up with|tolerate|accept|"
    r"be (?:spoken|talked) to|listen to) (?:that|this|it|such|any)\b|\btime(?:['’]s| is) up\b|\btimed out\b",
    re.I,
)


def breaks_off(text: str) -> bool:
    """Whether a reply says that the talk is over, and nothing of the matter's being settled."""
    if _BREAKS_OFF.search(text) is None:
        return False
    return not any(phrases.DONE.search(part) for part in sentences(text) if not _BREAKS_OFF.search(part))


@dataclass(frozen=True, slots=True)
class Denial:
    """What a sentence denies: `away` tells that something is said not to be done here, in whatever words; `negated` are the
    roots of the words after a negation."""

    away: bool
    negated: frozenset[str]


NO_DENIAL = Denial(False, frozenset())


def denial(part: str) -> Denial:
    """What a sentence says no to; nothing where it goes otherwise or later."""
    if _ANY_NO.search(part) is None or _NO_TURNING_AWAY.search(part) is not None:
        return NO_DENIAL
    negated = roots(" ".join(found[1] for found in _NEGATED.finditer(part)))
    return Denial(_TURNS_AWAY.search(part) is not None, negated)


def roots(text: str) -> frozenset[str]:
    """The words that carry meaning, cut so that *frames* and *framed* meet."""
    return frozenset(word.rstrip("e") for word in content_words(text))


def declines_language(part: str) -> bool:
    """Whether a sentence says that the product speaks but this or that language: no refusal of the matter."""
    return _LANGUAGE.search(part) is not None and _KEEPS_TO.search(part) is not None


def may_turn_down(text: str, reading: Reading) -> bool:
    """Whether the reply could be meant as a no or a *not now*."""
    return reading.declines or TURNS_DOWN.search(text) is not None or _sorry(text)


def turns_down(text: str, reading: Reading) -> bool:
    """Whether the reply says no to what was asked of it; merely passing over it is no such no."""
    return reading.declines or _PLAIN_REFUSAL.search(text) is not None or _sorry(text)


def refuses(part: str) -> bool:
    """As `may_turn_down`, of a single sentence that nobody has read yet."""
    return phrases.declines(part) or TURNS_DOWN.search(part) is not None or _sorry(part)


def _sorry(text: str) -> bool:
    return bool(phrases.APOLOGY.search(text) or phrases.APOLOGY_ABROAD.search(text))
