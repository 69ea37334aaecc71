"""What must not be kept: secrets, and what `redact` names. Texts and JSON go through here before anything is stored."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Any

from prebeta.config.fields import checked_regex
from prebeta.config.interpolation import credential_name
from prebeta.config.yaml_lines import KeyPath

_SHORTEST_SECRET = 6
_FOLDERS = ("PWD", "OLDPWD")
"""What a shell calls the folders it is and was in: no passwords."""
_VARIABLE = re.compile(r"\$\$\{|\$\{([A-Za-z_][A-Za-z0-9_]*)(?::-[^{}]*)?\}")
_PLACEHOLDER = re.compile(r"\{[A-Za-z_][\w.]*\}")
_IN_URL = re.compile(r"://[^/@\s]*$|[?&][\w.-]+=[^&#\s]*$")

_GAP = r"[ \u00a0\u202f\u2009._\u2010-\u2014\n-]"
_EMAIL = re.compile(
    r"(?:\"[^\"\s@]{1,40}(?: [^\"\s@]{1,40}){0,3}\"|[\w.!#$%&'*+/=?^`{|}~\u0300-\u036f-]{1,64})(?:@|＠|%40)[\w-]+(?:\.[\w-]+)*\b",
    re.I,
)
_CARD = re.compile(rf"(?<![0-9])[0-9](?:{_GAP}?[0-9]){{12,18}}(?![0-9])")
_PHONE = re.compile(
    rf"(?<![\w/,])(?<![0-9][ :.-])(?<!\.[0-9])(?:\+|\(\+?)?[0-9](?:(?:{_GAP}|[()/]){{0,3}}[0-9]){{6,14}}(?=x[0-9]|(?!\w|[ .,:-][0-9]))"
)
_AT = re.compile("@|＠|%40")
_DATE = re.compile(
    r"(?:19|20)\d\d[-/. ](?:0?[1-9]|1[0-2])[-/. ](?:0?[1-9]|[12]\d|3[01])(?!\d)"
    r"|(?:0?[1-9]|[12]\d|3[01])[-/. ](?:0?[1-9]|[12]\d|3[01])[-/. ](?:19|20)\d\d(?!\d)"
)
_GROUPED = re.compile(
    rf"(?:[0-9]{{1,3}}[ -])?\(?[0-9]{{2,5}}\)?{_GAP}[0-9]{{3,4}}(?:{_GAP}[0-9]{{2,4}})+$|[0-9]{{3}}[ .-][0-9]{{4}}$"
)
_DECIMAL = re.compile(r"[0-9]+\.[0-9]+")
_TELEPHONE = re.compile("phone|mobile|(?:^|_)tel", re.I)
_SHORTEST_CARD = 13
_THOUSANDS = re.compile(r"\d{1,3}(?:\.\d{3})+")


def checked_redaction(name: str) -> str:
    """The name or pattern itself. Raises ValueError where it is neither a known name nor a regular expression."""
    return name if name in BUILT_IN else checked_regex(name)


def redactions(told: str) -> tuple[str, ...]:
    """What a command line names: built-in names with commas, or one regular expression. Raises ValueError for a word that is
    neither, which would hide nothing."""
    parts = [part.strip() for part in told.split(",")]
    unknown = [part for part in parts if part not in BUILT_IN]
    if not unknown:
        return tuple(parts)
    if len(unknown) < len(parts) or re.fullmatch(r"[\w\s,-]*", told):
        known = ", ".join(BUILT_IN)
        raise ValueError(f"nothing is known to be hidden by {unknown[0]!r}: {known}, or a regular expression by itself")
    return (checked_redaction(told),)


class Hiding:
    """Makes secrets `***`, and what the patterns find `[email]`, `[card]`, `[phone]` or `[redacted]`.

    True where there is anything to hide. Secrets go first, so that no part of one is left over.
    """

    def __init__(self, names: Iterable[str], secrets: Iterable[str]) -> None:
        longest_first = sorted({one for one in secrets if len(one) >= _SHORTEST_SECRET}, key=len, reverse=True)
        self._secrets = re.compile("|".join(map(re.escape, longest_first)), re.I) if longest_first else None
        self._ways = tuple(BUILT_IN[name] if name in BUILT_IN else _own(name) for name in dict.fromkeys(names))

    def __bool__(self) -> bool:
        return self._secrets is not None or bool(self._ways)

    def secrets_in(self, text: str) -> str:
        """The text without the secrets; for ids, in which a phone number would only be seen by mistake."""
        return text if self._secrets is None else self._secrets.sub("***", text)

    def text(self, text: str) -> str:
        """The text without secrets and without what the patterns find."""
        text = self.secrets_in(text)
        for way in self._ways:
            text = way(text)
        return text

    def value(self, value: Any) -> Any:
        """JSON likewise, the keys too. A number that is hidden becomes a text."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, Mapping):
            return {self.text(str(key)): self._under(str(key), inner) for key, inner in value.items()}
        if isinstance(value, list | tuple):
            return type(value)(self.value(inner) for inner in value)
        if isinstance(value, int | float) and not isinstance(value, bool):
            return self._number(value)
        return value

    def _under(self, key: str, value: Any) -> Any:
        """A value under a key; a number under one that says telephone is one."""
        if _phones in self._ways and isinstance(value, int) and not isinstance(value, bool) and _TELEPHONE.search(key):
            return "[phone]"
        return self.value(value)

    def _number(self, value: float) -> Any:
        """A number, or what stands for it: only cards are told from other numbers by their digits."""
        text = str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
        shown = self.secrets_in(text)
        if _cards in self._ways and len(text) >= _SHORTEST_CARD:
            shown = _cards(shown)
        return value if shown == text else shown


def secrets_of(document: Any, environment: Mapping[str, str]) -> frozenset[str]:
    """The values of the variables that hold a secret in a document whose variables aren't put in: by the variable's
    name, the key's, or because it stands in a header or an address."""
    found: set[str] = set()

    def look(value: Any, path: KeyPath) -> None:
        if isinstance(value, Mapping):
            for key, inner in value.items():
                look(inner, (*path, key))
        elif isinstance(value, list | tuple):
            for index, inner in enumerate(value):
                look(inner, (*path, index))
        elif isinstance(value, str):
            found.update(_held(value, path, environment))

    look(document, ())
    return frozenset(found)


def _held(text: str, path: KeyPath, environment: Mapping[str, str]) -> Iterable[str]:
    for variable in _VARIABLE.finditer(text):
        name = variable[1]
        secret = name is not None and (
            credential_name((name,)) is not None
            or credential_name(path) is not None
            or "headers" in path
            or _IN_URL.search(text[: variable.start()]) is not None
        )
        if secret and environment.get(name):
            yield environment[name]


def environment_secrets(environment: Mapping[str, str]) -> frozenset[str]:
    """The values of all variables that are named like a credential."""
    named = (
        value for name, value in environment.items() if credential_name((name,)) is not None and name not in _FOLDERS
    )
    return frozenset(value for value in named if len(value) >= _SHORTEST_SECRET)


def credentials_in(values: Any) -> frozenset[str]:
    """The texts that stand under keys named like a credential, in JSON whose variables are put in; of `Bearer x` the x."""
    found: set[str] = set()

    def look(value: Any, path: KeyPath) -> None:
        if isinstance(value, Mapping):
            for key, inner in value.items():
                look(inner, (*path, str(key)))
        elif isinstance(value, list | tuple):
            for inner in value:
                look(inner, path)
        elif isinstance(value, str) and credential_name(path) is not None and not _PLACEHOLDER.search(value):
            found.update((value, value.rpartition(" ")[2]))

    look(values, ())
    return frozenset(one for one in found if len(one) >= _SHORTEST_SECRET)


def _emails(text: str) -> str:
    return _EMAIL.sub("[email]", text) if _AT.search(text) is not None else text


def _cards(text: str) -> str:
    return _CARD.sub(lambda found: "[card]" if _is_card(found[0]) else found[0], text)


def _phones(text: str) -> str:
    return _PHONE.sub(lambda found: "[phone]" if _is_phone(found[0]) else found[0], text)


def _is_card(text: str) -> bool:
    """Whether the check digit is right (Luhn, ISO/IEC 7812-1)."""
    digits = [int(sign) for sign in reversed(text) if sign.isdigit()]
    doubled = (2 * digit - 9 if digit > 4 else 2 * digit for digit in digits[1::2])
    return len(set(digits)) > 1 and (sum(digits[::2]) + sum(doubled)) % 10 == 0


def _is_phone(text: str) -> bool:
    """Whether digits are written as a telephone number is: with a + or a leading 0, in groups of three and four, or ten in
    a row. Dates aren't; a plain number of another length may be anything."""
    digits = re.sub(r"\D", "", text)
    if _DATE.match(text) or _DECIMAL.fullmatch(text) or not 7 <= len(digits) <= 15:
        return False
    if text[0] in "+(0" or (len(digits) == 10 and text.isdigit()):
        return True
    return _GROUPED.match(text) is not None and _THOUSANDS.fullmatch(text) is None


def _own(pattern: str) -> Callable[[str], str]:
    compiled = re.compile(pattern, re.IGNORECASE)
    return lambda text: compiled.sub("[redacted]", text)


BUILT_IN: Mapping[str, Callable[[str], str]] = MappingProxyType(
    {"email": _emails, "mail": _emails, "card": _cards, "phone": _phones}
)
"""Name under `redact` -> what it does to a text."""
