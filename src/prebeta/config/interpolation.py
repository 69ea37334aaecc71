"""`${ENV}` and `${ENV:-default}` in texts, and the refusal of plain credentials.

`$${` stands for a literal `${`. As in a shell, the default of `:-` also stands in for an empty variable.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from prebeta.config.complaints import Complaint
from prebeta.config.yaml_lines import KeyPath

_REFERENCE = re.compile(r"\$\$\{|\$\{(?:([A-Za-z_][A-Za-z0-9_]*)(:-([^{}]*))?\})?")
_PLACEHOLDER = re.compile(r"(?:(?:bearer|basic|token|jwt|key|apikey) )?\{[A-Za-z_][\w.]*\}", re.IGNORECASE)
_USER_INFO = re.compile(r"^[a-z][a-z0-9+.-]*://[^/@\s:]*:([^/@\s]+)@", re.IGNORECASE)
_IN_QUERY = re.compile(
    r"[?&](?:api[_-]?key|key|(?:access[_-]?)?token|secret|password|sig)=(?!\{)([^&#\s]+)", re.IGNORECASE
)
_CREDENTIAL_SECTIONS = ("target", "models", "setup")
_CREDENTIAL_WORDS = frozenset(
    (
        *(
            "authorization",
            "apikey",
            "key",
            "token",
            "secret",
            "password",
            "passwd",
            "pass",
            "pwd",
            "passphrase",
            "jwt",
        ),
        *("credential", "credentials", "cookie"),
    )
)


def interpolate(document: Any, environment: Mapping[str, str]) -> tuple[Any, list[Complaint]]:
    """The document with variables put in, and what is missing."""
    complaints: list[Complaint] = []

    def put_in(text: str, path: KeyPath) -> str:
        def one(found: re.Match[str]) -> str:
            name, default = found[1], found[3]
            if found[0] == "$${":
                return "${"
            if name is None:
                complaints.append(Complaint(path, "'${' begins a variable like ${NAME}; write $${ for a literal '${'"))
                return ""
            value = environment.get(name)
            if default is not None:
                return value or str(default)
            if value is None:
                hint = f"set it (export {name}=…) or give a default: ${{{name}:-…}}"
                complaints.append(Complaint(path, f"the environment variable {name} isn't set; {hint}"))
                return "missing"
            return value

        return _REFERENCE.sub(one, text)

    return _mapped(document, (), put_in), complaints


def unset(document: Any, environment: Mapping[str, str]) -> tuple[str, ...]:
    """The variables without a default that a document names and the environment lacks."""
    names: dict[str, None] = {}

    def look(text: str, _path: KeyPath) -> str:
        for found in _REFERENCE.finditer(text):
            if found[1] is not None and found[3] is None and found[1] not in environment:
                names[found[1]] = None
        return text

    _mapped(document, (), look)
    return tuple(names)


def plain_credentials(document: Any) -> list[Complaint]:
    """Complaints about secrets that stand in the file as they are."""
    complaints: list[Complaint] = []

    def look(text: str, path: KeyPath) -> str:
        if path[0] in _CREDENTIAL_SECTIONS and not _is_reply(path) and "${" not in text.replace("$${", ""):
            name = credential_name(path)
            if name is not None and text and not _PLACEHOLDER.fullmatch(text):
                message = f"a secret doesn't belong in this file; write ${{{name}}} and set {name} in the environment"
                complaints.append(Complaint(path, message))
            elif _USER_INFO.match(text) or _IN_QUERY.search(text):
                message = "a password doesn't belong in this file; write ${PASSWORD} and set it in the environment"
                complaints.append(Complaint(path, message))
        return text

    _mapped(document, (), look, numbers=True)
    return complaints


def without_secrets(document: Any) -> Any:
    """The document with each plain credential replaced by a variable of its key's name, so that it may be stored."""
    secret = {complaint.path: complaint for complaint in plain_credentials(document)}

    def hide(text: str, path: KeyPath) -> str:
        if path not in secret:
            return text
        name = credential_name(path)
        if name is not None:
            return f"${{{name}}}"
        found = _USER_INFO.match(text) or _IN_QUERY.search(text)
        return text if found is None else f"{text[: found.start(1)]}${{PASSWORD}}{text[found.end(1) :]}"

    return _mapped(document, (), hide, numbers=True)


def credential_name(path: KeyPath) -> str | None:
    """The name of a variable for the secret under this key; None where the key isn't named like a credential."""
    key = next((step for step in reversed(path) if isinstance(step, str)), "")
    words = [word.lower() for word in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+", key)]
    if not words or not (_CREDENTIAL_WORDS & {words[-1], "".join(words[-2:])}):
        return None
    return "_".join(words).upper()


def _is_reply(path: KeyPath) -> bool:
    """JMESPaths into the product's answer, which are never secrets."""
    return path[:2] == ("target", "reply") or (path[0] == "target" and "keep" in path[:-1])


def _mapped(value: Any, path: KeyPath, change: Callable[[str, KeyPath], str], numbers: bool = False) -> Any:
    """The value with `change` applied to each text in it (with `numbers`, also to what is written as a number)."""
    if isinstance(value, dict):
        return {key: _mapped(inner, (*path, key), change, numbers) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_mapped(inner, (*path, index), change, numbers) for index, inner in enumerate(value)]
    if isinstance(value, str):
        return change(value, path)
    if numbers and isinstance(value, int | float) and not isinstance(value, bool):
        text = str(value)
        changed = change(text, path)
        return value if changed == text else changed
    return value
