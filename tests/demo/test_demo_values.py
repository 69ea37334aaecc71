"""Values as people write them: volumes, dates, countries, addresses, kinds of business, ways of paying."""

from __future__ import annotations

import pytest

from prebeta.demo.slots import SLOTS
from prebeta.demo.understanding import Context, understand


def value(slot: str, text: str) -> str | None:
    """What is heard for a slot when it is asked for."""
    return understand(text, None, Context(asked=slot, facts={})).facts.get(slot)


@pytest.mark.parametrize(
    ("text", "band"),
    [
        ("8000", "Under 10,000"),
        ("less than 10k I guess", "Under 10,000"),
        ("a few thousand", "Under 10,000"),
        ("maybe 500 a week", "Under 10,000"),
        ("we're just starting, so tiny", "Under 10,000"),
        ("10k", "10,000 to 50,000"),
        ("10,000 a month", "10,000 to 50,000"),
        ("10.000 €", "10,000 to 50,000"),
        ("about 12 500 euros", "10,000 to 50,000"),
        ("20-30k", "10,000 to 50,000"),
        ("somewhere between 15 and 20 thousand", "10,000 to 50,000"),
        ("twenty five thousand", "10,000 to 50,000"),
        ("240,000 a year", "10,000 to 50,000"),
        ("120K", "50,000 to 250,000"),
        ("about 1,5 million per year", "50,000 to 250,000"),
        ("over 250k", "Over 250,000"),
        ("half a million", "Over 250,000"),
        ("€1.2m", "Over 250,000"),
        ("the second one", "10,000 to 50,000"),
    ],
)
def test_volumes_fall_into_their_band(text: str, band: str) -> None:
    heard = understand(text, None, Context("volume", {}, options=SLOTS["volume"].choices))
    assert heard.facts.get("volume") == band


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("14 May", "14 May"),
        ("3rd of May", "3 May"),
        ("03.05.", "3 May"),
        ("may 3", "3 May"),
        ("May the 3rd please", "3 May"),
        ("on 2027-05-03", "3 May 2027"),
        ("3/5", "3 May"),
        ("12/24", "24 December"),
        ("21 Sept 2027", "21 September 2027"),
        ("next tuesday", "next Tuesday"),
        ("this friday", "Friday"),
        ("mon", "Monday"),
        ("Tmrw", "tomorrow"),
        ("day after tomorrow", "day after tomorrow"),
        ("in two weeks", "in 2 weeks"),
        ("asap", "as soon as possible"),
        ("sometime next month", "next month"),
        ("end of june", "end of June"),
        ("in october", "October"),
        ("how about Wednesday?", "Wednesday"),
        ("wendesday", "Wednesday"),
    ],
)
def test_dates_are_kept_in_one_form(text: str, kept: str) -> None:
    assert value("start", text) == kept


@pytest.mark.parametrize("text", ["31.13.", "the 45th of May", "24/7", "whenever the moon is full"])
def test_what_is_no_date_is_not_taken_for_one(text: str) -> None:
    assert value("start", text) is None


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("  ANNA@Shop.DE ", "anna@shop.de"),
        ("anna @ shop.de", "anna@shop.de"),
        ("it's anna.b+pay@mail.shop.co.uk.", "anna.b+pay@mail.shop.co.uk"),
        ("anna at shop dot de", "anna@shop.de"),
        ("you can write to anna(at)shop.de", "anna@shop.de"),
        ("<anna@shop.de>", "anna@shop.de"),
    ],
)
def test_addresses(text: str, kept: str) -> None:
    assert value("email", text) == kept


@pytest.mark.parametrize("text", ["anna", "anna@shop", "at the shop", "@shop.de"])
def test_half_an_address_is_none(text: str) -> None:
    assert value("email", text) is None


@pytest.mark.parametrize(
    ("text", "country"),
    [
        ("germany", "Germany"),
        ("we sit in Munich", "Germany"),
        ("Holland", "Netherlands"),
        ("The UK", "United Kingdom"),
        ("scotland actually", "United Kingdom"),
        ("not Austria but Switzerland", "Switzerland"),
        ("Germny", "Germany"),
        ("swizerland", "Switzerland"),
        ("Is Poland ok?", "Poland"),
    ],
)
def test_countries(text: str, country: str) -> None:
    assert value("country", text) == country


@pytest.mark.parametrize("text", ["Brazil", "we're in the US", "Lisbon, Portugal", "new zealand"])
def test_countries_elsewhere_are_named(text: str) -> None:
    heard = understand(text, None, Context(asked="country", facts={}))
    assert heard.unsupported
    assert not heard.facts


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("I sell shoes online", "Online shop"),
        ("vintage clothes, shipped to your door", "Online shop"),
        ("got an Etsy store with candles", "Online shop"),
        ("my wife and I have a tiny café near the station", "Restaurant or café"),
        ("food truck!", "Restaurant or café"),
        ("im a plumber", "Services and invoices"),
        ("tax consultancy", "Services and invoices"),
        ("dog grooming", "Services and invoices"),
        ("we're a saas startup", "Subscriptions"),
        ("people become members of our club and pay monthly", "Subscriptions"),
        ("flower stall on saturdays", "Shop or market stall"),
        ("a little book shop in town", "Shop or market stall"),
        ("restaraunt", "Restaurant or café"),
    ],
)
def test_kinds_of_business(text: str, kind: str) -> None:
    assert value("business", text) == kind


@pytest.mark.parametrize(
    ("text", "way"),
    [
        ("online", "On my website"),
        ("via our homepage mostly", "On my website"),
        ("they come in and pay at the till", "In person"),
        ("face to face", "In person"),
        ("I send them a bill after the job", "By invoice or link"),
        ("a link by whatsapp", "By invoice or link"),
        ("app", "In an app"),
        ("it's all on the phone, iOS", "In an app"),
        ("not in an app, on our website", "On my website"),
        ("websit", "On my website"),
    ],
)
def test_ways_of_paying(text: str, way: str) -> None:
    assert value("channel", text) == way
