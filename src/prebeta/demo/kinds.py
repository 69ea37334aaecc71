"""What kind of business it is and how customers pay, from people's own words.

Each kind has words that tell it anywhere, and words that tell it only as an answer to the question.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from prebeta.demo.found import Found


@dataclass(frozen=True, slots=True)
class Kind:
    """`anywhere`: sure in any message; `asked`: enough when it answers the question."""

    value: str
    anywhere: re.Pattern[str]
    asked: re.Pattern[str]


def _kind(value: str, anywhere: str, asked: str) -> Kind:
    return Kind(value, re.compile(rf"\b(?:{anywhere})"), re.compile(rf"\b(?:{asked})"))


# Order decides where several fit: the more particular kind first.
BUSINESSES = (
    _kind(
        "Subscriptions",
        r"subscri(?:ption|ber|be)|memberships?|monthly box|saas\b|software as a service|recurring (?:plan|billing"
        r"|revenue|payment)s?"
        r"|streaming (?:service|platform)|(?:fitness|sports) club|gyms?\b",
        r"recurring|members?\b|gyms?\b|software|monthly|plans\b|newsletter|streaming|patreon|boxes\b|platform",
    ),
    _kind(
        "Restaurant or café",
        r"restaurants?|caf[eé]s?\b|coffee ?(?:shop|house|bar|place|cart)|bistro|pizz(?:eria|a (?:place|shop))"
        r"|baker(?:y|ies)|food ?truck"
        r"|diner|eatery|takeaway|take-away|ice cream (?:parlou?r|shop)|trattoria|brewery|gastro\w*|cocktail bar"
        r"|wine bar|snack bar|tea ?room"
        r"|pubs?\b|bars?\b(?! of)",
        r"food|meals?\b|coffee|kitchen|catering|canteen|lunch|dining|pizza|kebab|sushi|burgers?|drinks|guests",
    ),
    _kind(
        "Online shop",
        r"(?:online|web|e-?commerce|ecom|internet|etsy|shopify|woocommerce|digital)[- ]?(?:shop|store|business"
        r"|boutique|retail\w*|seller|sales|mail order)"
        r"|sell(?:ing|s)?\b[^.?!]{0,60}\b(?:online|on the internet|over the internet|over the web|on the web"
        r"|on etsy|on shopify|via shopify)"
        r"|e-?commerce|webshops?|mail[- ]order|dropship\w*|shopify|woocommerce|etsy|online (?:i )?sell",
        r"online|internet|web\b|ship(?:s|ping)?\b|parcels?",
    ),
    _kind(
        "Services and invoices",
        r"consult(?:ant|ancy|ing)\w*|freelanc\w*|(?:design|marketing|ad|advertising|web|translation|travel"
        r"|real estate|pr) agency"
        r"|(?:an|the|my|our|small) agency|plumb(?:er|ing)|electricians?|lawyers?|law firm|account(?:ant"
        r"|ing firm)s?|tutor\w*|(?:life|business) coach"
        r"|photograph(?:er|y)|hair ?(?:dresser|salon|stylist)|barber\w*|cleaning (?:company|firm|service"
        r"|business)|repair (?:shop|service)"
        r"|contractors?|handym[ae]n|carpent(?:er|ry)|architects?|translat(?:or|ion)s?|dentists?|physio\w*"
        r"|therapist|(?:yoga|dance|music|design) "
        r"(?:studio|school|teacher)|landscap\w+|service (?:business|provider|company)|services? (?:and"
        r"|with) invoices?|trades(?:man|person|people)"
        r"|services? (?:to|for) (?:companies|businesses|clients|other)|invoice (?:my|our) (?:clients|customers)",
        r"services?\b|invoic\w+|clients|agency|repair\w*|clean\w*|teach\w*|train\w*|design\w*|build\w*|coach\w*"
        r"|studio|salon|doctor|clinic"
        r"|practice|craft(?:sman|swoman)|grooming|painter|gardener|lessons|classes|advice|advis\w+|bookkeep\w*"
        r"|projects?\b|workshop|massage|legal",
    ),
    _kind(
        "Shop or market stall",
        r"brick[- ]and[- ]mortar|corner (?:shop|store)|(?:retail|physical|clothes|gift|book|flower|shoe|toy|bike"
        r"|wine|record|real|local|small|little"
        r"|vintage|village) (?:shop|store)|market (?:stall|stand|trader)|stalls?\b|kiosks?\b|book(?:shop|store)"
        r"|florist|grocer\w*|flea market|farm shop"
        r"|butcher\w*|(?:at|on) the market|fashion boutique|supermarket|high street",
        r"shops?\b|stores?\b|boutique|market|retail\w*|flowers|groceries|stand\b|pharmacy",
    ),
    _kind(
        "Online shop",
        r"(?!)",
        r"sell\w*|goods|products|clothes|clothing|shoes|jewel\w*|handmade|candles|merch\w*|deliver\w*|posters"
        r"|books|cosmetics|toys"
        r"|furniture|gadgets|sneakers|t-?shirts|crafts",
    ),
)

CHANNELS = (
    _kind(
        "By invoice or link",
        r"(?:by|via|with|through|per|using|on|send(?:ing)?|get|receive) (?:(?:an?|the|my|our"
        r"|e-?mailed) )*(?:invoices?|pay(?:ment)?[- ]?links?|links?|bills?)\b"
        r"|invoices? or links?|pay(?:ment)?[- ]?links?|pay[- ]by[- ]link|(?:mail|text|whatsapp)(?:ed"
        r"|ing)? (?:them )?a (?:payment )?link",
        r"invoic\w+|links?\b|bill(?:s|ed|ing)?\b|e-?mail(?:ed)?\b|(?:bank|wire) transfer|transfer|qr\b|whatsapp"
        r"|after the job",
    ),
    _kind(
        "In an app",
        r"(?:in|inside|through|via|from|with|within|over) (?:an?|my|our|the|their) (?:own )?(?:mobile |phone "
        r"|native )?app\b|in[- ]app\b|mobile app\b"
        r"|(?:ios|android|iphone) app\b",
        r"app\b|apps\b|phones?\b|mobile|ios\b|android|iphone|smartphone",
    ),
    _kind(
        "In person",
        r"in person|face[- ]to[- ]face|over the counter|at (?:the|my|our) (?:counter|till|table|bar|stall|desk"
        r"|register|checkout counter|door)"
        r"|with a (?:card reader|terminal)|in (?:the|my|our) (?:shop|store|restaurant|caf[eé]|salon"
        r"|studio)\b(?! ?(?:app|online))|on the spot",
        r"person|counter|till\b|shop\b|store\b|tables?\b|readers?\b|terminals?\b|cash|stall|market|door"
        r"|on[- ]site|premises|physical\w*|offline"
        r"|restaurant|caf[eé]|here\b|walk[- ]in|tap\b|swipe|directly|face",
    ),
    _kind(
        "On my website",
        r"(?:on|through|via|at|over|using|from) (?:(?:my|our|the|a|their|own) )*(?:web ?sites?|web ?page|site\b"
        r"|homepage|web ?shop|online (?:shop|store)|online checkout)"
        r"|(?:my|our) (?:own )?(?:web ?site|homepage)|online checkout|(?:they|customers|people|everyone"
        r"|clients)\b[^.?!]{0,20}\bpay (?:me |us )?online",
        r"web ?sites?|online|web\b|internet|browser|site\b|checkout|homepage|page\b|web ?shop|url\b",
    ),
)


def find_kinds(kinds: tuple[Kind, ...], text: str, asked: bool) -> list[Found]:
    """The kinds a lower-case text tells, the likeliest first."""
    found = [Found(hit.start(), hit.end(), kind.value) for kind in kinds if (hit := kind.anywhere.search(text))]
    if not found and asked:
        found = [Found(hit.start(), hit.end(), kind.value) for kind in kinds if (hit := kind.asked.search(text))]
    return found
