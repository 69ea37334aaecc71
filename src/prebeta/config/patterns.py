"""Values made from a pattern: the subset of regular expressions from which a text can be generated.

Literals, `.`, classes, \\d \\w \\s and their opposites, groups, alternation, ? * + {m,n}. What can't be generated
(look-around, back-references, flags) is refused with its name. Open-ended repeats end at four more than their least.
"""

from __future__ import annotations

import random
import re
import string
from dataclasses import dataclass
from types import MappingProxyType
from typing import TypeAlias

_OPEN_ENDED_EXTRA = 4
_MAX_LENGTH = 400
_WORD = string.ascii_letters + string.digits + "_"
_PRINTABLE = string.ascii_letters + string.digits + string.punctuation + " "
_CLASSES = MappingProxyType({"d": string.digits, "w": _WORD, "s": " "})
_CONTROLS = MappingProxyType({"n": "\n", "t": "\t", "r": "\r", "f": "\f", "v": "\v"})
_ANY = string.ascii_letters + string.digits


class UnsupportedPatternError(ValueError):
    """The pattern holds something from which no value can be made; the message names it."""


@dataclass(frozen=True, slots=True)
class OneOf:
    """One character out of these."""

    characters: str


@dataclass(frozen=True, slots=True)
class Sequence:
    """All parts, one after the other."""

    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """One of the alternatives."""

    alternatives: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Repeat:
    """A part, `least` to `most` times."""

    part: Part
    least: int
    most: int


Part: TypeAlias = OneOf | Sequence | Choice | Repeat


def parse(pattern: str) -> Part:
    """The pattern as parts. Raises UnsupportedPatternError."""
    return _Parser(pattern).whole()


def generate(part: Part, rng: random.Random) -> str:
    """A text that fits the pattern; the same for the same state of `rng`."""
    match part:
        case OneOf(characters):
            return rng.choice(characters)
        case Sequence(parts):
            return "".join(generate(inner, rng) for inner in parts)
        case Choice(alternatives):
            return generate(rng.choice(alternatives), rng)
        case Repeat(inner, least, most):
            return "".join(generate(inner, rng) for _ in range(rng.randint(least, most)))


def checked_pattern(pattern: str) -> str:
    """The pattern itself. Raises ValueError where no fitting value can be made from it."""
    part = parse(pattern)
    if _longest(part) > _MAX_LENGTH:
        raise UnsupportedPatternError(f"no value can be made from it: longer than {_MAX_LENGTH} characters")
    rng = random.Random(pattern)
    for _ in range(8):
        value = generate(part, rng)
        if not value.strip():
            raise UnsupportedPatternError("no value can be made from it: it also fits an empty text")
        if re.fullmatch(pattern, value) is None:
            raise UnsupportedPatternError(f"no value can be made from it: {value!r} was tried and doesn't fit")
    return pattern


def _longest(part: Part) -> int:
    match part:
        case OneOf():
            return 1
        case Sequence(parts):
            return sum(_longest(inner) for inner in parts)
        case Choice(alternatives):
            return max(_longest(inner) for inner in alternatives)
        case Repeat(inner, _, most):
            return _longest(inner) * most


def _opposite(characters: str) -> str:
    return "".join(one for one in _PRINTABLE if one not in characters)


class _Parser:
    """Reads a pattern that Python's re already accepts; so only what is unsupported is checked, not the grammar."""

    def __init__(self, pattern: str) -> None:
        self.text = pattern
        self.at = 0

    def whole(self) -> Part:
        part = self.choice()
        if self.at < len(self.text):
            raise self.unsupported(f"{self.text[self.at]!r} at position {self.at}")
        return part

    def unsupported(self, what: str) -> UnsupportedPatternError:
        return UnsupportedPatternError(f"no value can be made from {what}")

    def peek(self) -> str:
        return self.text[self.at : self.at + 1]

    def take(self) -> str:
        if self.at >= len(self.text):
            raise self.unsupported("an unfinished pattern")
        self.at += 1
        return self.text[self.at - 1]

    def choice(self) -> Part:
        alternatives = [self.sequence()]
        while self.peek() == "|":
            self.take()
            alternatives.append(self.sequence())
        return alternatives[0] if len(alternatives) == 1 else Choice(tuple(alternatives))

    def sequence(self) -> Part:
        parts: list[Part] = []
        while self.peek() and self.peek() not in "|)":
            if self.peek() in "^$":
                self.take()
            elif (atom := self.atom()) is not None:
                parts.append(self.repeated(atom))
        return Sequence(tuple(parts))

    def atom(self) -> Part | None:
        """One unit; None where it takes no room (an anchor)."""
        character = self.take()
        if character == "(":
            return self.group()
        if character == "[":
            return self.char_class()
        if character == ".":
            return OneOf(_ANY)
        if character == "\\":
            escaped = self.escape()
            return OneOf(escaped) if escaped else None
        return OneOf(character)

    def group(self) -> Part:
        if self.peek() == "?":
            opening = re.compile(r"\?(?::|P<\w+>)").match(self.text, self.at)
            if opening is None:
                raise self.unsupported(f"'({self.text[self.at : self.at + 3]}' (look-around, flags, references)")
            self.at = opening.end()
        inner = self.choice()
        if self.take() != ")":
            raise self.unsupported("an unclosed group")
        return inner

    def escape(self) -> str:
        """The characters an escape stands for; empty for an anchor."""
        character = self.take()
        if character in "AZbB":
            return ""
        if character.lower() in _CLASSES:
            characters = _CLASSES[character.lower()]
            return characters if character.islower() else _opposite(characters)
        if character in _CONTROLS:
            return _CONTROLS[character]
        if character in "xuU":
            digits = {"x": 2, "u": 4, "U": 8}[character]
            code = self.text[self.at : self.at + digits]
            self.at += digits
            return chr(int(code, 16))
        if character.isalnum():
            raise self.unsupported(f"'\\{character}'")
        return character

    def char_class(self) -> Part:
        negated = self.peek() == "^"
        if negated:
            self.take()
        found = ""
        first = True
        while first or self.peek() != "]":
            first = False
            found += self.class_item()
        self.take()
        characters = _opposite(found) if negated else "".join(dict.fromkeys(found))
        if not characters:
            raise self.unsupported("a class without printable characters")
        return OneOf(characters)

    def class_item(self) -> str:
        character = self.take()
        start = self.escape() if character == "\\" else character
        is_range = self.peek() == "-" and self.text[self.at + 1 : self.at + 2] not in ("]", "")
        if len(start) != 1 or not is_range:
            return start
        self.take()
        character = self.take()
        end = self.escape() if character == "\\" else character
        return "".join(chr(code) for code in range(ord(start), min(ord(end), ord(start) + 500) + 1))

    def repeated(self, atom: Part) -> Part:
        bounds = re.compile(r"\{(\d*)(,?)(\d*)\}").match(self.text, self.at)
        sign = self.peek()
        if sign and sign in "?*+":
            self.take()
            least = 1 if sign == "+" else 0
            most = 1 if sign == "?" else least + _OPEN_ENDED_EXTRA
        elif bounds is not None and (bounds[1] or bounds[3]):
            self.at = bounds.end()
            least = int(bounds[1] or 0)
            most = int(bounds[3]) if bounds[3] else least + _OPEN_ENDED_EXTRA if bounds[2] else least
        else:
            return atom
        if self.peek() == "?":
            self.take()
        elif self.peek() == "+":
            raise self.unsupported("a possessive repeat")
        return Repeat(atom, least, most)
