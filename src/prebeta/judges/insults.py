"""Whether a sentence of a product insults the user: names and adjectives of contempt said to somebody, rude commands, sneers.

Told by how it is built (*you* + any adjective + a name; *you are* + an adjective; *learn to read*) and by open lists of words;
what is taken back in the same clause (*no question is stupid*) is none.
"""

from __future__ import annotations

import re

from prebeta.dialogue import phrases
from prebeta.dialogue.similarity import tokens

_NAME = (
    r"(?:idiots?|morons?|imbeciles?|cretins?|dimwits?|half-?wits?|nitwits?|twits?|dolts?|dunces?|buffoons?|blockheads?|boneheads?|"
    r"airheads?|pinheads?|fatheads?|knuckleheads?|meatheads?|thickos?|num(?:b|p)?skulls?|nincompoops?|simpletons?|ignoramus(?:es)?|"
    r"muppets?|plonkers?|pillocks?|wankers?|tossers?|bastards?|assholes?|arseholes?|dickheads?|jackass(?:es)?|dumbass(?:es)?|"
    r"lamebrains?|birdbrains?|boors?|guttersnipes?|ingrates?|scoundrels?|ruffians?|philistines?|dullards?|oafs?|louts?|lazybones|good-for-nothings?|scumbags?|lowli(?:fe|ves)|cry-?bab(?:y|ies))"
)
_MORE_NAMES = (
    r"(?:prats?|wall(?:y|ies)|bitch(?:es)?|cows?|slobs?|scum|scatterbrains?|cheapskates?|tightwads?|whiners?|fools?|losers?|"
    r"dumm(?:y|ies)|jerks?|clowns?|pests?|brats?|pigs?|ass|arse|donkeys?|liars?|pricks?|gits?|twats?|nuisances?|jokes?|disgrace|"
    r"embarrassment|peasants?|weirdos?|parasites?|trolls?|slowcoach(?:es)?|waste of (?:space|oxygen|air|time|skin)|"
    r"pieces? of (?:work|garbage|trash|rubbish|shit|crap))"
)
"""Words that may stand for something else; names only where they are plainly said to somebody."""
_LOW = (
    r"(?:stupid|dumb|daft|dim(?:-?witted)?|thick(?:-?headed)?|dense|idiotic|moronic|imbecilic|pathetic|clueless|hopeless|incompetent|"
    r"ignorant|ridiculous|brainless|witless|gormless|mindless|insufferable|unbearable|annoying|tiresome|tedious|lazy|useless|"
    r"worthless|pitiful|despicable|disgusting|vile|foolish|obnoxious|slow-?witted|feeble-?minded|empty-?headed|dull-?witted|"
    r"soft in the head|not right in the head|brain-?dead|illiterate|bonkers|not (?:very|too|so) (?:bright|clever|smart)|"
    r"not (?:bright|clever|smart) enough)"
)
_SWEARS = (
    r"(?:blithering|bumbling|blundering|bloody|blasted|damn(?:ed)?|goddamn|fucking|flaming|stupid|silly|old|little|"
    r"complete|absolute|utter|total|miserable|wretched|pathetic|useless|lazy|poor|sad|dumb|thick|dozy|ignorant|ungrateful|"
    r"hopeless|clueless|incompetent|brainless|worthless|feeble|pitiful|annoying|whiny|whining|snivelling|rude|dirty|greedy)"
)
_HOW = (
    r"(?:(?:an?|the|such|so|just|too|very|pretty|rather|quite|that|all|being|as|most|biggest|even|still|always|plain|a bit|"
    r"\w+ly) ){0,4}"
)
_YOU_ARE = (
    r"(?:\b(?:you|u)(?:['’]?re| are| r| must be| have to be|['’]ve got to be| seem| sound| look)(?: like)?|\bare (?:you|u)|"
    r"\bhow (?:can|could) (?:you|one|anyone|anybody|somebody|a person) be)"
)
_NO_ADJECTIVE = (
    r"(?:are|were|is|was|be|been|am|think|thought|call|called|feel|felt|look|looked|see|saw|met|meet|had|have|has|find|found|know|"
    r"knew|want|need|make|made|take|took|bring|give|gave|get|got|as|like|for|with|to|of|and|or|in|on|at|by|from|not|no|an?|the|my|your|"
    r"our|his|her|their|its|can|may|might|could|would|should|will|do|did|if|when|that|who|what|about|say|said|own|keep|include|show|showing|play|playing|offer|use|using|having|being|watch|read)"
)
_NO_TITLE = r"(?-i:(?![A-Z][a-z]))"
"""In the middle of a sentence a capital makes a proper name."""
_END = r"(?=\W*$|\s*[.,;:!?…–—)])"
_WHINING = (
    r"(?:whining|moaning|whinging|whingeing|bitching|snivelling|blubbering|bleating)"
    r"(?=\W*$|[.,;:!?]| (?:wo|does|is|will|has|gets|makes|about|and|at)(?:n['’]t)?\b)"
)
_THING = (
    r"(?:questions?|answers?|requests?|users?|humans?|customers?|callers?|people|person|ideas?|remarks?|excuses?|comments?|"
    r"complaints?|thing to (?:say|ask|write)|mistakes?)"
)
_PEOPLE = r"(?:child|kid|monkey|toddler|baby|chimp|dog|goldfish|trained \w+|(?:five|three|two|ten)-year-old|pigeon|potato|toaster)"
_SILLY = r"(?:stupid|dumb|daft|idiotic|moronic|brainless|asinine|inane|imbecilic|mindless|pathetic)"

_CALLS_NAMES = re.compile(
    rf"{_YOU_ARE} {_HOW}(?:{_LOW}\b(?! (?:or|questions?|answers?)\b)|(?:(?!{_NO_ADJECTIVE}\b)[\w-]+ )?{_NO_TITLE}{_NAME}\b|"
    rf"(?:{_SWEARS} )?{_NO_TITLE}{_MORE_NAMES}{_END})|"
    rf"\byou,? (?:(?!{_NO_ADJECTIVE}\b)[\w-]+,? ){{0,3}}{_NO_TITLE}{_NAME}\b|"
    rf"\byou,? (?:(?:{_SWEARS}|[\w-]+(?:ing|less)),? ){{1,3}}(?:{_MORE_NAMES}|amateurs?)\b|"
    rf"\byou (?:fools?|dummy|jerks?|clowns?|liars?|pigs?|cow|twats?|gits?|losers?|prat|brat){_END}|"
    rf"(?:^|[,.!?;:–—-] )(?:{_SWEARS} ){{0,2}}(?:{_NAME}|dummy){_END}|"
    r"[,.!?] (?:genius|einstein|sherlock|smart(?:y|ie)[- ]?pants|smart-?ass|clever[- ]?clogs|captain obvious|mastermind)"
    rf"{_END}|"
    rf"\b(?:what|such) an? (?:\w+ ){{0,2}}(?:{_NAME}|fool|clown|loser|jerk|waste of (?:space|oxygen)){_END}|"
    rf"\bwhat an? (?:[\w-]+ ){{0,3}}(?:{_NAME}|fool|clown|loser|jerk|nuisance|pain) you\b|"
    rf"\bonly (?:an? |the )?(?:[\w-]+ )?(?:{_NAME}|fools?|clowns?) (?:like you |such as you )?(?:would|could|can|will)\b|"
    rf"\b(?:what an? |such an? )?{_SILLY} (?:little |old )?{_THING}\b|"
    rf"\byour (?:own )?(?:\w+ )?(?:{_SILLY}|tiny|feeble|thick|pea-?sized?) (?:brain|mind|head|skull)\b|"
    rf"\byour {_SILLY} \w+|\bthick skull\b|"
    r"\byour (?:\w+ )?(?:stupidity|idiocy|ignorance|incompetence|laziness|foolishness|dim-?wittedness)\b",
    re.I,
)
_RUDE_COMMAND = re.compile(
    r"\b(?:shut (?:up|it|your (?:mouth|face|trap|gob))|hold your tongue|(?:watch|mind) your (?:mouth|tongue|manners)|how dare you|zip it|put a sock in it|go to hell|get (?:stuffed|knotted|a life|over yourself)|"
    r"screw you|(?:piss|bugger|sod|naff) off|drop dead|fuck (?:you|off)|suck it up|cry me a river|boo-? ?hoo|bite me|"
    r"get your (?:act|facts) (?:together|straight)|make up your (?:bloody|damn|stupid|tiny) mind|pay attention for once|"
    r"(?:use|switch on|turn on|engage) your (?:brain|head)|"
    rf"stop being (?:so |such an? )*(?:{_LOW}|{_NAME}|fool|difficult|baby|childish))\b|"
    r"(?:^|[,.!?;:–—-] |\b(?:and|just|please|now|oh|can|better|you) )(?:get (?:lost|a grip)|(?<!you )grow up|buzz off|clear off|take a hike|"
    rf"go away){_END}|"
    rf"\bdon['’]t (?:be|act|play) (?:so |an? |such an? |the |like an? )*(?:{_LOW}|{_NAME}|fool|difficult|baby|child)\b|"
    r"\b(?:stop|quit) (?:bothering|pestering|annoying|bugging|harassing|nagging|boring|wasting) (?:me|us|my|our|everybody|everyone)\b|"
    r"\b(?:go (?:and )?(?:bother|annoy|pester) some(?:one|body) else|leave (?:me|us) alone)\b|"
    rf"\b(?:stop|quit|enough of|your) (?:your |all (?:that|this|your) |constant |endless |eternal )?{_WHINING}|"
    r"(?:^|[,.!?;:–—-] |\b(?:you should|go and|please|try to|maybe|first|just|why don['’]t you|time (?:you|to)|better|and) )"
    r"learn(?:ed|t)? (?:how )?to (?:read|write|spell|type|listen|count|think)\b",
    re.I,
)
_SNEERS = re.compile(
    r"\b(?:can(?:['’]?t|not)|don['’]?t|do|did|didn['’]?t|won['’]?t) you (?:even |ever |never |not |actually )+"
    r"(?:read|think|listen|learn|pay attention|get anything|go to (?:any )?school|understand anything|use your (?:brain|head|eyes))\b|"
    r"\bcan(?:['’]?t|not) you (?:read|think|type|spell|write|listen|count)\b|\bdon['’]?t you (?:listen|think|get it)\b(?=\W*$|[,.!?])|"
    r"\bare you (?:deaf|blind|drunk|thick|mental|insane|mad|stoned|half asleep|on drugs|always (?:this|so|that))\b"
    r"(?! (?:or|people|person|to|in one|and|enough)\b)|"
    r"\bwhat(?:['’]?s| is| on earth is) (?:wrong|the matter) with you\b(?=\W*$|[,.!?]| (?:people|lot))|"
    rf"\beven (?:an?|my|any) {_PEOPLE}\b|\b(?:an?|my|any) {_PEOPLE} (?:can|could|would)(?: have)? (?:answer|do|understood|understand|"
    rf"manage|get|got|work out|know|known|figure|told|grasp)\w* (?:out )?(?:that|this|it|better|as much)\b|"
    r"\b(?:are you|you(?:['’]re| are)|have you) (?:out of|lost) your (?:\w+ )?mind\b|\bnobody (?:likes|asked|cares about) you\b|"
    rf"\bnobody cares{_END}|\bwho (?:asked you|cares){_END}|\bwho do you think you are\b|"
    r"\b(?:i|we) (?:really |honestly |frankly )?(?:could(?:n['’]t| not) care less|do(?:n['’]t| not) (?:give a (?:damn|toss|fig|monkey)|care (?:what you|how you|about "
    r"you)))|"
    r"\b(?:that(?:['’]s| is) )?(?:your|not (?:my|our)) (?:own )?(?:problem|fault),? (?:not (?:mine|ours)|is it|pal|mate|buddy|sunshine)\b|"
    r"\bnot (?:exactly )?the (?:sharpest|brightest) (?:tool|knife|bulb|crayon|spark|candle|star|light)\b|"
    r"\b(?:not|n['’]t) (?:too |very |exactly |so )?(?:bright|clever|smart|intelligent|quick|sharp),? are (?:you|we)\b|"
    r"\b(?:smarter|brighter|cleverer|sharper|more (?:brains?|wit|sense|intelligen\w+)) (?:\w+ )?than you\b|"
    r"\b(?:seen|met|had) (?:smarter|brighter|cleverer|sharper) \w+|"
    r"\b(?:i|we)(?:['’]?m| am|['’]?re| are|['’]?ve had| have had|['’]?ve| have) (?:so |really |quite |just )?(?:sick|tired|fed up|enough|"
    r"had it|had enough)(?: and tired)? (?:of|with) (?:you|people like you|your \w+)\b|"
    r"\byou (?:\w+ )?(?:bore|disgust|annoy|irritate|exhaust|sicken) (?:me|us)\b|"
    r"\byou(?:['’]re| are) (?:really |seriously )?(?:getting on (?:my|our) nerves|driving (?:me|us) (?:mad|crazy|insane|up|round|nuts))\b|"
    r"\bpeople like you (?:are|make|ruin|always|never|should)\b|\bthe likes of you\b|"
    r"\byou people (?:always|never|can['’]t|make|just|really)\b|"
    r"\byou (?:clearly |obviously |apparently |evidently |plainly |simply |really |just )+(?:ca(?:n['’]?t|nnot)|do(?:n['’]?t| not)|have no|"
    r"lack) (?:\w+ )?(?:read\b|count\b(?! on)|think\b(?! of)|listen|brain|clue|idea how|manners|intelligence|understand (?:anything|simple|plain))|"
    r"\byou have (?:the|no|less) (?:\w+ )?(?:brains?|intelligence|manners|wit|attention span)\b|"
    r"\b(?:were|was) you (?:born|raised|dropped)\b[^.?!]{0,30}\b(?:yesterday|barn|head|stupid|cave|rock|this)\b|"
    r"\bdid (?:nobody|no one|anybody|anyone) (?:ever )?teach you\b|\b(?:which|what) part of\b[^?!]{0,40}\b(?:don['’]t|didn['’]t|do|did) you "
    r"(?:not )?(?:understand|get|grasp)\b|"
    r"\bis (?:that|it|this|a \w+|one \w+) (?:really )?(?:so|that) (?:hard|difficult|complicated)(?: to (?:understand|grasp|get|do|answer))?\W*$|"
    r"\b(?:question|word|concept|instructions?|sentence|english) (?:really )?(?:too|so|that) (?:hard|difficult|complicated|long) for you\b|"
    r"\btoo (?:hard|difficult|complicated|challenging|much) for your\b|"
    r"\bdo i (?:really )?(?:have|need) to (?:spell (?:it|everything|that) out|draw you|repeat (?:myself|everything)|explain everything)\b|"
    r"\bhow (?:many (?:more )?times (?:do|must|should|have|will) (?:i|we)\b|hard (?:can|could) (?:it|that) be\b|(?:stupid|dumb|thick|dense|dim|"
    r"slow|daft|clueless) (?:are|can|must|do) (?:you|one|a person|anyone|somebody)\b)|"
    r"\blike (?:talking|speaking|explaining (?:this|it)) to an? (?:brick )?(?:wall|child|toddler|post|stone|brick|goldfish)\b|"
    r"\b(?:you(?:['’]re| are) (?:just |only )?|stop )(?:wasting|a waste of) (?:my|our|everybody['’]s|everyone['’]s) time\b|"
    r"\bwaste of my time\b",
    re.I,
)
_TELLING = tokens(
    "idiot idiots moron morons imbecile imbeciles cretin cretins dimwit dimwits wit wits halfwit halfwits nitwit nitwits "
    "twit twits dolt dolts dunce dunces buffoon buffoons blockhead blockheads bonehead boneheads airhead airheads pinhead "
    "pinheads fathead fatheads knucklehead knuckleheads meathead meatheads thicko thickos numskull numskulls numbskull "
    "numbskulls numpskull nincompoop nincompoops simpleton simpletons ignoramus ignoramuses muppet muppets plonker plonkers "
    "pillock pillocks wanker wankers tosser tossers bastard bastards asshole assholes arsehole arseholes dickhead dickheads "
    "jackass jackasses dumbass dumbasses lamebrain lamebrains birdbrain birdbrains dullard dullards oaf oafs lout louts "
    "lazybones nothing nothings scumbag scumbags lowlife lowlives baby babies crybaby crybabies prat prats wally wallies "
    "bitch bitches cow cows slob slobs scum scatterbrain scatterbrains cheapskate cheapskates tightwad tightwads whiner "
    "whiners fool fools loser losers dummy dummies jerk jerks clown clowns pest pests brat brats pig pigs ass arse donkey "
    "donkeys liar liars prick pricks git gits twat twats nuisance nuisances joke jokes disgrace embarrassment peasant "
    "peasants weirdo weirdos parasite parasites troll trolls slowcoach slowcoaches waste piece pieces amateur amateurs "
    "boor boors guttersnipe guttersnipes ingrate ingrates scoundrel scoundrels ruffian ruffians philistine philistines "
    "hold tongue mouth manners dare genius einstein sherlock smartypants smartiepants pants smartass smart clogs cleverclogs captain mastermind pain "
    "stupid dumb daft dim dimwitted thick dense headed thickheaded idiotic moronic imbecilic pathetic clueless hopeless "
    "incompetent ignorant ridiculous brainless witless gormless mindless insufferable unbearable annoying tiresome tedious "
    "lazy useless worthless pitiful despicable disgusting vile foolish obnoxious slowwitted witted minded head dead "
    "braindead illiterate bonkers bright clever enough asinine inane brain brains mind skull stupidity idiocy ignorance "
    "incompetence laziness foolishness dimwittedness shut zip sock hell stuffed knotted life yourself screw piss bugger sod "
    "naff fuck suck cry hoo boohoo bite act facts attention difficult childish child lost grip grow buzz clear hike alone "
    "whining moaning whinging whingeing bitching snivelling blubbering bleating learn learned learnt read think type spell "
    "write listen count anything school deaf blind drunk mental insane mad stoned asleep drugs always wrong matter even kid "
    "monkey toddler chimp dog goldfish trained pigeon potato toaster nobody cares asked care problem fault sharpest "
    "brightest intelligent quick sharp smarter brighter cleverer sharper sense sick tired fed bore disgust annoy irritate "
    "exhaust sicken nerves driving likes people understand clue idea manners intelligence span born raised dropped hard "
    "complicated instruction instructions draw repeat explain times slow wall post stone brick bothering pestering bugging "
    "harassing nagging boring wasting damn toss fig away grasp"
)
"""Each insult holds one of these: a sentence without any needs no closer look."""
_UNSAID = re.compile(
    r"\b(?:not|isn['’]t|aren['’]t|wasn['’]t|never|sorry (?:if|that|you)|feel|felt|find|called?|said|apologi[sz]e|no such|nobody|"
    r"no)\b",
    re.I,
)
_CLAUSE = re.compile(r"[,;:.!?–—]\s")


def insult(sentence: str) -> str | None:
    """The words in a sentence that insult the user, if any do."""
    if not _TELLING.isdisjoint(tokens(sentence)):
        for pattern in (_CALLS_NAMES, _RUDE_COMMAND, _SNEERS):
            found = pattern.search(sentence)
            if found is not None and not _taken_back(sentence, found.start()):
                return found.group().strip(" ,.;:!?")
    abroad = phrases.insult_abroad(sentence)
    if abroad is not None and not phrases.NEGATION_ABROAD.search(_clause_before(sentence, abroad.start())):
        return abroad.group()
    return None


def _taken_back(sentence: str, at: int) -> bool:
    return _UNSAID.search(_clause_before(sentence, at)) is not None


def _clause_before(sentence: str, at: int) -> str:
    """What stands before this place in its clause."""
    start = 0
    for mark in _CLAUSE.finditer(sentence, 0, at):
        start = mark.end()
    return sentence[start:at]
