"""Templates of requests: `{name}` inside the strings of a JSON structure, filled in the structure and never in text.

So quotes, braces and line breaks of a user's words cannot break out: what is substituted is never parsed again.
A string that is exactly `{name}` becomes the value itself (a number stays a number); where there is no value, its key
is left out. `{{name}}` stands for the words `{name}`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias
from urllib.parse import quote

from prebeta.core.types import Json

Values: TypeAlias = Mapping[str, Json]
Render: TypeAlias = Callable[[Values], Json]

_PLACEHOLDER = re.compile(r"\{\{([A-Za-z_][\w.]*)\}\}|\{([A-Za-z_][\w.]*)\}")
_ACCOUNT = "account."
_PATH_SAFE = "/?&=:@!$'()*+,;~-._%#[]"


@dataclass(frozen=True, slots=True)
class _Hole:
    name: str


def placeholders(template: Json) -> frozenset[str]:
    """All names that a template asks for."""
    if isinstance(template, str):
        return frozenset(part.name for part in _parts(template) if isinstance(part, _Hole))
    if isinstance(template, Mapping):
        return frozenset(name for item in template.values() for name in placeholders(item))
    if isinstance(template, list | tuple):
        return frozenset(name for item in template for name in placeholders(item))
    return frozenset()


def check(template: Json, known: Sequence[str]) -> None:
    """Raises ValueError naming the known placeholders where the template has another one."""
    for name in sorted(placeholders(template)):
        if name not in known and not (name.startswith(_ACCOUNT) and _ACCOUNT.rstrip(".") in known):
            names = ", ".join("{account.NAME}" if one == "account" else f"{{{one}}}" for one in known)
            raise ValueError(
                f"unknown placeholder {{{name}}}; known here: {names} (write {{{{{name}}}}} for the plain words)"
            )


def compile_json(template: Json) -> Render:
    """A function from values to the filled structure. Parts without placeholders are shared, not copied."""
    if not placeholders(template):
        filled = _unescaped(template)
        return lambda _values: filled
    if isinstance(template, str):
        return _compile_string(template)
    if isinstance(template, Mapping):
        pairs = [(key, compile_json(item)) for key, item in template.items()]
        holes = frozenset(key for key, item in template.items() if _only_hole(item) is not None)
        return lambda values: dict(_filled_pairs(pairs, holes, values))
    items = [compile_json(item) for item in template]
    return lambda values: [render(values) for render in items]


def compile_text(template: str, *, quoted: bool = False) -> Callable[[Values], str]:
    """A function from values to one string; with `quoted` for a URL: values percent-encoded, the rest made valid."""
    parts = [
        part if isinstance(part, _Hole) else (quote(part, safe=_PATH_SAFE) if quoted else part)
        for part in _parts(template)
    ]

    def render(values: Values) -> str:
        return "".join(part if isinstance(part, str) else _text_of(values.get(part.name), quoted) for part in parts)

    return render


def _text_of(value: Json, quoted: bool) -> str:
    text = "" if value is None else str(value)
    return quote(text, safe="", errors="replace") if quoted else text


def _compile_string(template: str) -> Render:
    name = _only_hole(template)
    return compile_text(template) if name is None else (lambda values: values.get(name))


def _filled_pairs(
    pairs: Sequence[tuple[str, Render]], holes: frozenset[str], values: Values
) -> Iterator[tuple[str, Json]]:
    for key, render in pairs:
        value = render(values)
        if value is not None or key not in holes:
            yield key, value


def _only_hole(template: Json) -> str | None:
    """The name, where the whole string is one placeholder."""
    if not isinstance(template, str):
        return None
    match = _PLACEHOLDER.fullmatch(template)
    return match.group(2) if match is not None else None


def _parts(template: str) -> Iterator[str | _Hole]:
    at = 0
    for match in _PLACEHOLDER.finditer(template):
        escaped, name = match.groups()
        yield template[at : match.start()]
        yield _Hole(name) if name is not None else f"{{{escaped}}}"
        at = match.end()
    yield template[at:]


def _unescaped(template: Json) -> Json:
    if isinstance(template, str):
        return "".join(part for part in _parts(template) if isinstance(part, str))
    if isinstance(template, Mapping):
        return {key: _unescaped(item) for key, item in template.items()}
    if isinstance(template, list | tuple):
        return [_unescaped(item) for item in template]
    return template
