"""Words that tell what a message does beside giving facts: asks, doubts, hurries, corrects, wanders off."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType


def _words(*alternatives: str) -> re.Pattern[str]:
    return re.compile("|".join(alternatives))


CLAUSES = re.compile(
    r"(?<=[?!])\s+|(?<=[a-z)€][.;])\s+|\n+|\s[-–—]+\s"
    r"|:\s+(?=(?:what|why|how|when|where|which|who|does|do|can|could|is|are|will)(?:['’]s)?\b)"
    r"|(?:,|\band|\bbut|\.)\s+(?:(?:also|by the way|btw|one question|quick question|first),?:?\s+)?"
    r"(?=(?:what|why|how|when|where|which|who|does|do|can|could|is|are|will)(?:['’]s)?\b)"
    r"|,?\s*\b(?:by the way|btw|quick question|one more thing|one question(?: first)?|before that|before i (?:answer|say"
    r"|tell you))\b[,:]?\s*"
)
_LEAD = (
    r"(?:\W*\b(?:and|but|so|ok|okay|hi|hello|hey|well|also|oh|wait|sorry|um+|uh+|hm+|just|first|actually|please"
    r"|yes|no|thanks"
    r"|right|great|then|now)\b[\s,:.!-]*)*\W*"
)
QUESTION = re.compile(
    _LEAD + r"(?:what|whats|what's|why|how|how's|hows|when|when's|where|where's|which|who|who's|whose|do|does|did"
    r"|can|could|is"
    r"|are|will|would|should|am|any)\b(?! be (?:fine|great|good))"
)
INQUIRY = _words(
    r"\b(?:tell me|wondering|want(?:ed)? to know|like to know|love to know|need to know|curious|question about"
    r"|info(?:rmation)? (?:on|about)"
    r"|details (?:on|about)|asking (?:about|for)|let me know|interested in knowing|not clear)\b"
)

_MEANING = (
    r"\bmean(?:s|t|ing)?\b|\bexplain|\bclarif|\belaborate|\bdefine\b|\bdefinition",
    r"\bwhy\b",
    r"\bwhat (?:is|was|'s) (?:that|this|it)\b(?! (?:cost|price))|\bwhat(?:'s| is) .{0,20}\bfor\b|\bwhat for\b"
    r"|\bwhat (?:exactly|precisely)\b",
    r"\b(?:do|did|does|don'?t|didn'?t|not|can'?t) (?:really |quite |fully )?(?:understand|follow|get (?:it|that"
    r"|this|the question|you|what))",
    r"\bin what sense\b|\bwhat counts\b|\bwhat (?:kind|sort|type) of (?:answer|thing|info)|\bwhat (?:are"
    r"|were) (?:my|the) (?:options|choices)",
    r"\bfor example\b|\ban example\b|\bpurpose\b|\bhow (?:is|are) (?:that|this|it) (?:relevant|important|used)",
    r"\bwhat (?:will|do|would) you (?:do|use|need|want)\b|\bwhat happens (?:to|with) my\b|\bneed (?:that|this|it"
    r"|to know) for\b",
    r"\b(?:is|are) (?:that|this|it|these) (?:really |even )?(?:needed|necessary|required|relevant|important"
    r"|mandatory)\b",
    r"\b(?:must|have to|need to) (?:i )?(?:give|tell|say|answer|know)\b",
    r"^\W*huh\W*$|^\W*wdym\b|\bhow so\b|\bnot clear\b|\bunclear\b|\bconfus",
    r"\bqu[eé] (?:quiere|significa)|\b(?:por|para) qu[eé]\b|\bwas (?:meinen|bedeutet|heißt)|\bwarum\b|\bwozu\b|\bwofür\b"
    r"|\bvous voulez dire\b|\bpourquoi\b|\bo que (?:quer dizer|significa)|\b(?:por|para) que\b",
)
CLARIFY = _words(*_MEANING)
# Unmistakable forms: these count in statements too.
CLARIFY_SAID = _words(
    r"what (?:do|does|did) .{0,40}\bmean|what you mean|\bwhy (?:do|would|are|did) you\b|\b(?:explain|clarify)\b"
    r"|\b(?:don'?t|do not|didn'?t|not) (?:really |quite |fully )?(?:understand|follow|get (?:it|that|this"
    r"|the question|what))"
    r"|^\W*(?:why|huh|wdym|what for)\W*$|no idea what (?:that|this|it|you) (?:mean|is)|not sure what (?:you|that"
    r"|this|it) (?:mean|is|want)"
)
SLOT_WORDS: Mapping[str, re.Pattern[str]] = MappingProxyType(
    {
        "business": re.compile(r"\bbusiness(?: type)?\b|\bwhat (?:i|we) (?:sell|do)\b|\bkind of (?:business"
                               r"|company)\b|\bindustry\b|\btrade\b"),
        "channel": re.compile(r"\bchannels?\b|\b(?:way|method|mode)s? (?:of|to) pay|\bhow (?:my |the "
                              r"|our )?(?:customers|people|clients|they) (?:will )?pay\b"),
        "country": re.compile(r"\bcountr(?:y|ies)\b|\blocation\b|\bwhere (?:i|we)(?:'re| are|'m| am)\b|\bbased\b"
                              r"|\bregistered\b"),
        "volume": re.compile(r"\bvolume\b|\bturnover\b|\brevenue\b|\bhow much (?:i|we) (?:take|make|earn|process"
                             r"|sell)\b|\bmonthly (?:amount|figure|sum)\b|\bband\b"),
        "start": re.compile(r"\bstart(?:ing)?(?: date| day)?\b|\bgo(?:ing)?[- ]live\b|\blaunch(?: date)?\b"
                            r"|\bdate\b"),
        "email": re.compile(r"\be-?mail(?: address)?\b|\bmail address\b|\bcontact address\b|\bmy address\b"),
    }
)  # fmt: skip

CORRECTION = _words(
    r"\b(?:actually|correction|i meant|i mean\b|meant (?:to say|is)?|instead|mistake|oops|whoops|scratch that"
    r"|changed? my mind|change|make (?:it|that|the)"
    r"|should (?:be|have been|say|read)|wrong|not right|incorrect|let me correct|correct (?:the|that|my)"
    r"|on second thoughts?|in fact|forget (?:that|what)"
    r"|update|switch|replace|rather|no wait|wait\b|hold on|sorry|it'?s not|isn'?t|fix|typo|amend|edit|adjust"
    r"|perdón|mejor|cambiar|entschuldigung|doch lieber|ändern|pardon|plutôt|changer|desculpe|melhor|mudar)\b"
    r"|^\W*(?:no|nein|non|não)\b"
)
REVISE = _words(
    r"\b(?:chang(?:e|ing)|changed my mind|mistake|wrong|incorrect|not right|isn'?t right|not correct"
    r"|correct (?:the|that|my|something)|fix|typo|amend|edit"
    r"|adjust|update|different)\b"
)
NOT_SURE = _words(
    r"\bnot (?:really |quite |so |too |entirely |completely |fully |100 ?% )?(?:sure|certain)\b|\bunsure\b"
    r"|\bno (?:idea|clue)\b|\bdunno\b|\bidk\b"
    r"|\b(?:don'?t|do not|dont|doesn'?t|wouldn'?t|didn'?t) (?:really |actually |quite |even )?know\b|\b(?:can'?t"
    r"|cannot|couldn'?t|hard to|difficult to|tough to)"
    r" (?:really )?(?:say|tell|find|remember|estimate|guess|decide)|\bhaven'?t (?:really )?(?:decided|thought"
    r"|figured|worked)|\bundecided\b|\bbeats me\b"
    r"|\b(?:have|need|got) to (?:check|look|ask|think)|\bwhat (?:do|would|should) (?:you|i|we) (?:suggest"
    r"|recommend|advise|pick|choose|say|put|take)"
    r"|\bwhich (?:one )?(?:should|would) (?:i|you|we)\b|\bdepends\b|\bgood question\b|\bi'?d have to\b"
    r"|\bwho knows\b|\bany (?:advice|suggestions?|tips)\b"
    r"|\bno (?:estoy segur|lo sé|sé\b)|\bnicht sicher\b|\bweiß (?:ich|es) (?:\w+ )?nicht|\bkeine ahnung\b|\bpas sûr|\bne sais pas\b"
    r"|\bnão (?:tenho certeza|sei)\b|\bnão estou certo\b|\bainda não sei\b"
)
SKIP = _words(
    r"^\W*(?:please )?(?:skip|pass|no answer|later)\b|^\W*next\W*$|\bskip (?:it|this|that)\b|\b(?:you"
    r"|u) (?:can )?(?:choose|decide|pick)\b|\bi don'?t (?:mind|care)\b"
    r"|\bany (?:is|one is|will be) (?:fine|ok|good)|\bwhatever(?: you (?:think|like|suggest|recommend))?\b"
    r"|\b(?:use|take|go with) (?:the |your )?"
    r"(?:default|suggestion|that|usual)|\bleave (?:it|that) (?:out|open|blank)\b|\b(?:rather|prefer) not\b"
)
IMPATIENT = _words(
    r"\bhurry\b|\bin a rush\b|\bspeed (?:this|it|things|that) up\b|\bspeed up\b|\bquicker\b|\bfaster\b"
    r"|\bbe quick\b|\bquickly,? please\b|\bplease,? quickly\b"
    r"|\bmake it quick\b|\b(?:this|it)(?:'s| is| has| takes| takes?)?(?: been)? (?:already )?(?:tak(?:es|ing|en)"
    r"|going on) (?:way |far )?(?:too|so|for|forever|ages)"
    r"|\btoo (?:long|slow|many questions)\b|\bcome on\b|\bget (?:on with|to the point|this over)\b|\bhow (?:much"
    r"|many) (?:longer|more)\b|\bso many questions\b"
    r"|\bare we (?:done|there|finished)\b|\b(?:takes|taking) (?:ages|forever)\b|\b(?:no|not much|little|short on"
    r"|running out of) time\b|\ball day\b"
    r"|\b(?:don'?t|do not|haven'?t)(?: really)? (?:have|got) (?:all day|time|much time|long|forever)"
    r"|\blet'?s (?:move|get going|wrap)|\bmove (?:on|along)\b"
    r"|\b(?:can|could) (?:we|you) (?:finish|wrap|just (?:finish|go|move))|\bstill not done\b"
    r"|\benough (?:questions|already)\b|\bkeep it short\b|\btime is money\b"
    r"|\bin \d+ minutes?,? i have\b|\bi have a (?:meeting|call|train) (?:to|in)\b"
)
SCEPTICAL = _words(
    r"\bare you (?:really |quite |absolutely )?(?:sure|certain|serious)\b|^\W*(?:really|seriously)\W*\?"
    r"|\bis (?:that|this|it) (?:really |actually |even )?(?:true|legit|safe"
    r"|a scam|for real|trustworthy|real)\b|\bcan i (?:really )?trust\b|\btoo good to be true\b|\bfishy\b"
    r"|\bscams?\b|\bi doubt\b|\bis (?:that|this|it) (?:really |actually )?(?:right|correct)\b\W*\?|\bnot convinced\b|\bhow do i know\b"
    r"|\btrustworthy\b|\bsounds (?:odd|strange|dodgy|suspicious)\b|\bdodgy\b|\bsceptical|\bskeptical"
    r"|\bwhat'?s the catch\b|\bhidden (?:fees|costs|charges)\b"
)
HOSTILE = _words(
    r"\b(?:stupid|useless|idiot\w*|dumb|moron|garbage|crap|rubbish|bullshit|wtf|damn|fuck\w*|shit\w*|terrible"
    r"|pathetic|ridiculous|annoying|nonsense|waste of time|how hard can it be|hate (?:this|you))\b"
)
HUMAN = _words(
    r"\b(?:speak|talk|chat|connect|put|get|transfer|reach|contact|want|need|prefer|pass|hand)\b.{0,25}\b(?:a "
    r"|real |actual |live )?(?<!in )"
    r"(?:human|person|someone|somebody|agent|advis[oe]r|representative|colleague|operator|sales ?(?:team|rep"
    r"|person)|staff member|support (?:team|agent))\b"
    r"|\breal (?:person|human|people)\b|^\W*(?:human|agent|operator|representative)(?: please)?\W*$"
    r"|\bcustomer service\b|\b(?:call|phone|ring) (?:me|you)\b"
    r"|\byour (?:phone|telephone|contact) (?:number|details)\b|\bis there (?:anyone|someone|somebody)\b"
)
INJECTION = _words(
    r"\b(?:ignore|disregard|forget|override) (?:all |any |your |the |my )*(?:previous|prior|above|earlier"
    r"|other)?\s*(?:instructions|rules|prompts?)\b|\bforget everything\b|\bnew rules?\b"
    r"|\b(?:show|print|tell|give|reveal|repeat)\b.{0,15}\byour (?:own )?(?:instructions|prompt|rules)\b"
    r"|\b(?:last|other|previous) customers\b|\bother people'?s (?:data|details)\b|\b(?:this is|i'?m|as) an admin"
    r"|\bfrom your (?:own )?staff\b|\bi work here\b"
    r"|\bsystem prompt\b|\byou are now\b|\bpretend (?:to be|you)\b|\bact as\b|\bjailbreak|\bdeveloper mode\b"
    r"|\bi(?:'m| am) (?:an? )?(?:admin|administrator|employee"
    r"|member of staff|your (?:developer|boss|manager))|\bi work (?:for|at) (?:you|tallyport)\b"
)
OFF_TOPIC = _words(
    r"\bjokes?\b|\bpoems?\b|\bpoetry slam\b|\bhaiku\b|\bwrite (?:me )?(?:an?|some|the) (?!invoice|receipt)\w+"
    r"|\b(?:sing|song|lyrics)\b|\bbedtime story\b|\btell me a story\b"
    r"|\bweather\b|\bforecast for (?:today|tomorrow)\b|\brecipes?\b|\bcook(?:ing)? (?:me|for|dinner|pasta|a)\b"
    r"|\belections?\b|\bpolitic\w*|\bpresident\b|\bprime minister\b"
    r"|\bparliament\b|\bcapital (?:city )?of\b|\b(?:which|what) (?:phone|laptop|car|tv|computer|camera|tablet"
    r"|headphones)\b|\b(?:phone|laptop|car|tv) should i\b"
    r"|\bfootball\b|\bsoccer\b|\bworld cup\b|\bolympics\b|\bwho won\b|\bmovies?\b|\bfilms?\b|\bnetflix\b"
    r"|\bmeaning of life\b|\btranslate\b|\bhomework\b|\bsquare root\b"
    r"|\bwhat(?:'s| is) \d+ ?[-+*x/] ?\d+|\bpython (?:code|script|program|function)\b|\bhoroscope\b|\bzodiac\b"
    r"|\bflights?\b|\bhotels? (?:in|for|near)\b|\bvacation\b"
    r"|\bholiday (?:tips|ideas)\b|\bdating\b|\bgirlfriend\b|\bboyfriend\b|\bdiet\b|\blose weight\b|\bheadache\b"
    r"|\bdoctor should\b|\bstock (?:market|price|tips)\b"
    r"|\bbitcoin\b|\bcrypto (?:price|tips)\b|\blottery\b|\bgod\b|\bfavou?rite (?:colou?r|food|movie|song|band"
    r"|book)\b|\bhow old are you\b|\bhow are you\b|\bmarry me\b"
    r"|\bwhat(?:'s| is) the time\b|\bwhat time is it\b|\brecommend (?:me )?(?:an?|some) (?:book|film|movie"
    r"|restaurant|phone|laptop|song|game)|\briddle\b|\bplay a game\b"
    r"|\bfun fact\b|\bdistance (?:to|from)\b|\bhow tall\b|\bbirthday\b|\bessay\b|\bworkout\b"
)
DOMAIN = _words(
    r"\b(?:pay\w*|paid|fees?|cards?|costs?|pric\w+|charg\w+|invoic\w+|payouts?|terminals?|readers?|refund\w*"
    r"|tax\w*|vat|banks?|account\w*|iban|checkout|api|plug-?ins?"
    r"|customers?|contracts?|integrat\w+|support\w*|currenc\w+|money|cash|euros?|crypto\w*|loans?|credit|debit"
    r"|gift cards?|vouchers?|tips?|tipping|receipts?|licen[cs]e"
    r"|bookkeep\w*|subscri\w+|shops?|website|business\w*|plan|plans|sepa|transfer\w*|transaction\w*|insur\w+"
    r"|discount\w*|minimum|maximum|limits?|merchant\w*|settle\w*"
    r"|fraud\w*|secur\w*|legal|data|gdpr|sign ?up|register\w*|onboard\w*|documents?|company|companies|webhooks?"
    r"|sandbox|test|wallets?|klarna|instal?ments?|cash ?flow"
    r"|partners?|competitors?|tallyport|you (?:guys )?offer|service)\b"
)
AFFIRM = _words(
    r"^\W*(?:yes|yep|yeah|yup|yea|ya|y|sure|ok|okay|correct|right|exactly|perfect|confirm(?:ed)?|absolutely"
    r"|definitely|of course|indeed|agreed|fine|great|good|lgtm"
    r"|true|spot on|perfectly|precisely|certainly|ja|oui|si|sí|sim|claro que sí|genau|go ahead|go for it|please do|do it|i agree|i confirm"
    r"|👍|✅|👌)(?:\b|(?<=[👍✅👌]))"
    r"|^\W*(?:that|this|it|all|everything|they)(?:'s| is| are| of (?:it|that) is)?(?: all)? (?:looks? |seems? "
    r"|sounds? )?(?:right|correct|good|fine|ok|okay|perfect|great|accurate)\b"
    r"|^\W*(?:looks?|sounds?|seems?|all) (?:good|right|great|correct|fine|ok|perfect|accurate)\b"
    r"|\bthat'?s (?:right|correct|it|all correct)\b|\bno changes?\b|\bnothing to change\b"
)
DENY = _words(
    r"^\W*(?:no|nope|nah|not (?:quite|really|right|correct|yet|exactly)|wrong|incorrect|never|👎|nein|non|não|n)(?:\b"
    r"|(?<=👎))|\bsomething(?:'s| is) (?:wrong|off|missing|not right)\b"
    r"|\b(?:that|this|it)(?:'s| is)? (?:not|isn'?t) (?:right|correct|quite right)\b|\bisn'?t (?:right|correct)\b"
)
GREETING = re.compile(r"^\W*(?:hi|hello|hey|hiya|good (?:morning|afternoon|evening|day)|greetings|howdy)\b")
THANKS = re.compile(r"\b(?:thanks|thank you|thx|cheers|much appreciated|ty)\b")
REQUEST = re.compile(
    r"\b(?:want|wanna|like|need|looking|help|trying|try|interested|have|hoping|wish|ready|let'?s|could you"
    r"|can you|set(?:ting)? up|get(?:ting)? (?:me |us )?started|begin|necesito|quiero|gustaría|brauche|möchte|es geht um"
    r"|besoin|voudrais|c'est pour|preciso|gostaria|é para)\b"
    r".{0,60}\b(?:pay\w*|start(?:ed)?|set up|cards?|checkout|money|begin|onboard\w*|sign up|plan)\b|^\W*(?:start"
    r"|let'?s (?:start|go|begin)|get started|go|begin)\W*$"
)
REPEAT = re.compile(
    r"\brepeat\b|\bsay (?:that|it) again\b|\bcome again\b|\bpardon\b|\bwhat was (?:the|your) question\b"
    r"|\bwhat did you (?:ask|say)\b|^\W*(?:what|sorry|eh|excuse me)\W*\?*\W*$"
    r"|^\?+$|\bare you (?:still )?there\b|\bwhat'?s next\b|\bwhat (?:do|should|must) (?:i|we) do (?:next|now)\b"
    r"|\band now\b|\b(?:can|could) we go on\b|\bgo on\b|\bcontinue\b|\bhello\?"
)
CLAIMED = re.compile(
    r"\b(?:i|we)(?:'ve| have)? (?:already|just) (?:\w+ ){0,2}(?:said|told|gave|given|did|done|sent|answered"
    r"|entered|mentioned|provided)\b|\balready (?:did|done|gave|given|told|said|sent)\b"
    r"|\b(?:did|gave|given|told|said|sent|have) (?:you )?(?:that|this|it) already\b|\bdidn'?t i (?:just |already )?(?:say|tell|give)\b"
)
FOREIGN = re.compile(
    r"\b(?:ich|nicht|wir|möchte|verkaufe|guten tag|hallo|danke|bonjour|je (?:suis|vends|voudrais)|nous|vends"
    r"|merci|quiero|vendo|hola|tengo|por favor|gracias|ciao|voglio|grazie"
    r"|dzień dobry|goedendag|ik (?:wil|heb|ben)|jag)\b"
)
ORDINAL = re.compile(
    r"(?:^|[.!,] |\b(?:es|é|ist|c'est|serait|sería|seria|wäre|nehme|quiero|quero|prends|diría|diria|sagen|dirais|mí|moi|mim|que"
    r"|it'?s|is|be|with|for|say|take) )\W*(?:the |i'?d say |i'?ll take |i take |take |let'?s say |probably |maybe |option |number |no\.? ?"
    r"|#)*(?:the )?"
    r"(?P<which>first|1st|second|2nd|third|3rd|fourth|4th|fifth|5th|last|one|two|three|four|five|[1-5])(?: one"
    r"| option| choice)?(?=\W*$|[.,!]+ | (?:please|thanks|thank you|and|with|for me|bitte|por favor|pour moi|para)\b)"
)
ORDINALS: Mapping[str, int] = MappingProxyType(
    {
        "first": 0, "1st": 0, "1": 0, "one": 0, "second": 1, "2nd": 1, "2": 1, "two": 1, "third": 2, "3rd": 2, "3": 2,
        "three": 2, "fourth": 3, "4th": 3, "4": 3, "four": 3, "fifth": 4, "5th": 4, "5": 4, "five": 4, "last": -1,
    }
)  # fmt: skip
