"""Countries and e-mail addresses in a text."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

from prebeta.demo.found import Found
from prebeta.demo.slots import SUPPORTED

_NAMES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "Germany": ("germany", "deutschland", "allemagne", "berlin", "munich", "hamburg", "cologne", "frankfurt"),
        "Austria": ("austria", "österreich", "oesterreich", "vienna", "graz", "salzburg"),
        "Switzerland": ("switzerland", "schweiz", "suisse", "zurich", "zürich", "geneva", "basel"),
        "France": ("france", "paris", "lyon", "marseille", "bordeaux"),
        "Netherlands": ("netherlands", "holland", "nederland", "amsterdam", "rotterdam", "utrecht"),
        "Belgium": ("belgium", "belgique", "belgië", "brussels", "antwerp", "ghent"),
        "Spain": ("spain", "españa", "espana", "madrid", "barcelona", "valencia", "seville"),
        "Italy": ("italy", "italia", "rome", "milan", "turin", "naples"),
        "Ireland": ("republic of ireland", "ireland", "éire", "dublin", "cork city"),
        "Poland": ("poland", "polska", "warsaw", "krakow", "kraków", "gdansk"),
        "Sweden": ("sweden", "sverige", "stockholm", "gothenburg", "malmö"),
        "United Kingdom": (
            "united kingdom", "great britain", "northern ireland", "britain", "england", "scotland", "wales", "london",
            "manchester", "edinburgh", "uk", "u.k.", "gb",
        ),
    }
)  # fmt: skip
_ELSEWHERE: Mapping[str, str] = MappingProxyType(
    {
        name.lower(): name
        for name in (
            "Portugal", "Denmark", "Norway", "Finland", "Greece", "Hungary", "Romania", "Bulgaria", "Croatia",
            "Slovenia", "Slovakia", "Czechia", "Czech Republic", "Estonia", "Latvia", "Lithuania", "Luxembourg",
            "Malta", "Cyprus", "Iceland", "Liechtenstein", "Ukraine", "Russia", "Turkey", "Serbia", "Albania",
            "United States", "Canada", "Mexico", "Brazil", "Argentina", "Chile", "Colombia", "China", "Japan", "South Korea", "India", "Pakistan",
            "Indonesia", "Thailand", "Vietnam", "Singapore", "Australia", "New Zealand", "South Africa", "Nigeria",
            "Kenya", "Egypt", "Morocco", "Israel", "United Arab Emirates", "Saudi Arabia", "Andorra", "Monaco",
        )
    }
    | dict.fromkeys(("usa", "u.s.", "u.s.a.", "america", "the states", "new york", "california"), "United States")
    | {"dubai": "United Arab Emirates", "uae": "United Arab Emirates", "lisbon": "Portugal", "tokyo": "Japan"}
)  # fmt: skip
_BY_NAME: Mapping[str, str] = MappingProxyType({name: country for country in SUPPORTED for name in _NAMES[country]})


def _any_of(names: Mapping[str, str]) -> re.Pattern[str]:
    longest = sorted(names, key=len, reverse=True)
    return re.compile(rf"(?<![\w@.])(?:{'|'.join(map(re.escape, longest))})(?![\w@]|\.[a-z]{{2}})")


_COUNTRY = _any_of(_BY_NAME)
_OTHER = _any_of(_ELSEWHERE)
_EMAIL = re.compile(r"[a-z0-9][a-z0-9._%+'-]*\s?@\s?(?:[a-z0-9-]+\.)+[a-z]{2,}")
_SPACED = re.compile(
    r"([a-z0-9][a-z0-9._%+-]*)\s*(?:@|\(at\)|\[at\]|\bat\b)\s*([a-z0-9-]+(?:\s*(?:\.|\(dot\)|\[dot\]|\bdot\b)\s*[a-z0-9-]+)+)"
)
_DOT = re.compile(r"\s*(?:\.|\(dot\)|\[dot\]|\bdot\b)\s*")
NAMES = tuple(_BY_NAME)


def find_countries(text: str) -> list[Found]:
    """Supported countries named in a lower-case text, also by a large city."""
    return [Found(hit.start(), hit.end(), _BY_NAME[hit.group()]) for hit in _COUNTRY.finditer(text)]


def unsupported_country(text: str, raw: str) -> str | None:
    """A country named in the text that is not supported. Bare US counts in capitals only."""
    hit = _OTHER.search(text)
    if hit is not None:
        return _ELSEWHERE[hit.group()]
    return "United States" if (re.search(r"\bUS\b", raw) and not raw.isupper()) or raw.strip(" .") == "US" else None


def find_emails(text: str, asked: bool) -> list[Found]:
    """Addresses in a lower-case text; asked for one, spelled-out and spaced forms count too."""
    if "@" in text:
        found = [Found(hit.start(), hit.end(), hit.group().replace(" ", "")) for hit in _EMAIL.finditer(text)]
        if found:
            return found
    if not asked:
        return []
    return [
        Found(hit.start(), hit.end(), f"{hit[1]}@{_DOT.sub('.', hit[2])}")
        for hit in _SPACED.finditer(text)
        if "." in hit[2] or "dot" in hit[2]
    ]
