"""What the assistant wants to know: the order, the wordings, the quick replies, the explanations."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

SUPPORTED = (
    "Germany",
    "Austria",
    "Switzerland",
    "France",
    "Netherlands",
    "Belgium",
    "Spain",
    "Italy",
    "Ireland",
    "Poland",
    "Sweden",
    "United Kingdom",
)


@dataclass(frozen=True, slots=True)
class Choice:
    """A quick reply: what a person sees, and what the assistant receives when it is pressed."""

    title: str
    payload: str


@dataclass(frozen=True, slots=True)
class Slot:
    """One thing to ask for.

    `asks` are wordings of the question, taken in turn; `hints` say what an answer may look like; `why` explains the
    question; `unsure` helps who doesn't know; `default` is what "skip" means, None where it cannot be left out.
    """

    name: str
    label: str
    asks: tuple[str, ...]
    hints: tuple[str, ...]
    why: str
    unsure: tuple[str, ...]
    choices: tuple[Choice, ...] = ()
    default: str | None = None


def _choices(slot: str, *titles: str) -> tuple[Choice, ...]:
    return tuple(Choice(title, f"{slot}:{number}") for number, title in enumerate(titles, start=1))


BUSINESS = Slot(
    "business",
    "Business",
    (
        "What kind of business do you run?",
        "What do you sell, or what do you do for your customers?",
        "Which of these comes closest to your business?",
        "How would you describe your business in a few words?",
    ),
    (
        "I couldn't place that among the kinds I know. A word or two will do, such as a shop or a café.",
        "Let me put it differently: do you sell goods, food, services or subscriptions?",
        "Pick the nearest one below if none fits exactly.",
    ),
    "The kind tells me which products fit: a café needs a card reader, an online shop needs a checkout page.",
    (
        "If several fit, take the one that brings in most of your money. Online shop is the most common.",
        "The nearest match is enough, and it can be changed later. Online shop is a fair guess for goods.",
    ),
    _choices(
        "business",
        "Online shop",
        "Restaurant or café",
        "Services and invoices",
        "Subscriptions",
        "Shop or market stall",
    ),
)

CHANNEL = Slot(
    "channel",
    "Way of paying",
    (
        "How will your customers pay you?",
        "Where does the paying happen: website, in person, by link, or in an app?",
        "Which way of paying suits your customers best?",
        "How would you like to be paid?",
    ),
    (
        "I need one of four ways: website, in person, invoice or link, or app.",
        "One of the four below is what I can work with; the main one is enough.",
        "Think of a typical customer: do they use a browser, stand before you, get a bill, or tap in an app?",
    ),
    "It decides the technical part: a checkout page, a card reader, payment links, or a kit for your app.",
    (
        "Most businesses begin with their website, and others can be added at any time.",
        "Take the way most of your customers would use today. On my website is the usual start.",
    ),
    _choices("channel", "On my website", "In person", "By invoice or link", "In an app"),
    default="On my website",
)

COUNTRY = Slot(
    "country",
    "Country",
    (
        "Which country is your business based in?",
        "In which country are you based?",
        "What country is the business registered in?",
        "Which country should I plan for?",
    ),
    (
        "The name of the country is enough, Germany or Spain for instance.",
        "I was hoping for a country's name, such as France.",
        "These are the ones we support: " + ", ".join(SUPPORTED) + ".",
    ),
    "Local ways to pay, prices and the rules for opening an account differ from country to country.",
    (
        "Take the one where the business is registered; it stands on your trade licence or tax letters.",
        "If you are not registered yet, name the place where you live and work.",
    ),
)

VOLUME = Slot(
    "volume",
    "Monthly volume",
    (
        "About how much do you expect to take each month, in euros?",
        "What is your monthly volume in euros, roughly?",
        "Roughly what amount comes in per month?",
        "How much money do you expect to process each month?",
    ),
    (
        "A rough figure helps, for instance 8,000 or 20k.",
        "A number or one of the bands below is what I can use, such as 15,000.",
        "Round generously; for example 40k is fine.",
    ),
    "It is all the money your customers pay you in four weeks or so, before costs. It sets the price you get: "
    "from 50,000 euros on, fees go down.",
    (
        "A guess is fine and binds you to nothing. New businesses mostly begin with Under 10,000; "
        "say skip and I take that.",
        "You can multiply an average sale by the sales you hope for. Without a figure I would take Under 10,000: "
        "say skip for that.",
    ),
    _choices("volume", "Under 10,000", "10,000 to 50,000", "50,000 to 250,000", "Over 250,000"),
    default="Under 10,000",
)

START = Slot(
    "start",
    "Start date",
    (
        "When would you like to start?",
        "Which day should payments go live?",
        "What start date do you have in mind?",
        "From when do you want to take payments?",
    ),
    (
        "A date or a weekday works, say 14 May, Monday or next month.",
        "Any form will do: 3 June, tomorrow, in two weeks.",
        "Day and month are enough, like 20 September.",
    ),
    "It is the first day on which customers can pay you. I use it to put the steps of your plan in order.",
    (
        "It can be moved at any time. Checking your papers takes up to two working days, so next week is realistic; "
        "say skip and I take next week.",
        "Most people say next week or next month. With skip I would put down next week.",
    ),
    default="next week",
)

EMAIL = Slot(
    "email",
    "E-mail",
    (
        "Which e-mail address should the plan go to?",
        "What is your e-mail address?",
        "Which e-mail address may I use for your plan?",
        "What e-mail address can we reach you at?",
    ),
    (
        "That doesn't look complete to me; it should read like name@company.com.",
        "I need something with an @ in it, for instance anna@company.com.",
        "Please check the part after the @, as in office@company.com.",
    ),
    "It is used to send you the plan and the link that opens your account, and for nothing else: no advertising.",
    (
        "Any mailbox you read will do, a private one too.",
        "The one you use for business letters is best, but a private one works.",
    ),
)

SLOTS: Mapping[str, Slot] = MappingProxyType(
    {slot.name: slot for slot in (BUSINESS, CHANNEL, COUNTRY, VOLUME, START, EMAIL)}
)
ORDER = tuple(SLOTS)

CONFIRM = Choice("Yes, that's right", "recap:yes")
CHANGE = Choice("Change something", "recap:change")
RECAP_WHY = "This is the summary your plan is made from, so a wrong entry would give you a plan that doesn't fit."
CHANGE_CHOICES = tuple(Choice(slot.label, f"change:{slot.name}") for slot in SLOTS.values())
COUNTRY_CHOICES = tuple(Choice(name, f"country:{name}") for name in SUPPORTED)
