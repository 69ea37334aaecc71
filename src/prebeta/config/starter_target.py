"""The commented `target:` section that `prebeta init` writes, from plain data."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any, Protocol

_WIDEST = 100
_REMARK_AT = 53
_YAML_WORDS = ("true", "false", "null", "yes", "no", "on", "off", "y", "n")
_PLAIN = re.compile(r"[A-Za-z_][\w.]*(?::[A-Za-z_][\w.]*)?", re.ASCII)
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]")

# What else may stand in a section, by kind: (the key after which it stands, empty for the end; the key itself, the line,
# the remark).
_BESIDE: Mapping[str, tuple[tuple[str, str, str, str], ...]] = MappingProxyType(
    {
        "http": (
            ("url", "headers", 'headers: {Authorization: "Bearer ${TOKEN}"}', "secrets come from the environment"),
            ("timeout_s", "start", "start: {post: /chats}", "where a conversation is opened by a call of its own"),
        ),
        "http.reply": (
            ("", "session", "session: id", "the product's id of the conversation"),
            ("", "options", "options: suggestions", "quick replies: texts, or {title, payload}"),
            ("", "ended", "ended: done", "whether the conversation is over"),
            ("", "state", "state: state", "the product's own account of the matter"),
        ),
    }
)


class Found(Protocol):
    """What is known of a product: its `target:` section as plain data with `kind`, and remarks on keys of it
    (`reply.messages`). `end_state` is that section where the kind of product tells one, `note` a line for the person."""

    @property
    def section(self) -> Mapping[str, Any]: ...
    @property
    def remarks(self) -> Mapping[str, str]: ...
    @property
    def end_state(self) -> Mapping[str, Any] | None: ...
    @property
    def note(self) -> str: ...


def target_lines(section: Mapping[str, Any], remarks: Mapping[str, str]) -> Iterator[str]:
    """The lines of the section. `${NAME}` in it stays a variable; each remark stands beside its key."""
    yield "target:"
    yield from _block(section, remarks, str(section.get("kind", "")), "")


def _block(section: Mapping[str, Any], remarks: Mapping[str, str], kind: str, path: str) -> Iterator[str]:
    indent = "  " * (path.count(".") + 1 + bool(path))
    beside = _BESIDE.get(f"{kind}.{path}" if path else kind, ())
    for key, value in section.items():
        inner = f"{path}.{key}" if path else key
        flow = f"{indent}{word(key)}: {flow_value(value)}"
        deeper = isinstance(value, Mapping) and bool(value)
        if deeper and (len(flow) > _WIDEST or f"{kind}.{inner}" in _BESIDE or _on_parts(inner, remarks)):
            yield _with_remark(f"{indent}{word(key)}:", remarks.get(inner))
            yield from _block(value, remarks, kind, inner)
        else:
            yield _with_remark(flow, remarks.get(inner))
        yield from _beside(beside, key, section, indent)
    yield from _beside(beside, "", section, indent)


def _beside(
    beside: tuple[tuple[str, str, str, str], ...], key: str, section: Mapping[str, Any], indent: str
) -> Iterator[str]:
    """What else may stand after a key, as comments."""
    for after, name, line, remark in beside:
        if after == key and name not in section:
            yield _with_remark(f"{indent}# {line}", remark)


def _on_parts(path: str, remarks: Mapping[str, str]) -> bool:
    return any(other.startswith(f"{path}.") for other in remarks)


def _with_remark(line: str, remark: str | None) -> str:
    return line if not remark else f"{line.ljust(_REMARK_AT - 1)} # {one_line(remark, 160)}"


def word(text: str) -> str:
    """A key or a short text as YAML takes it for a text."""
    return text if _PLAIN.fullmatch(text) and text.lower() not in _YAML_WORDS else _quoted(text)


def flow_value(value: Any) -> str:
    """Plain data on one line."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{word(str(key))}: {flow_value(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(flow_value, value)) + "]"
    if isinstance(value, str):
        return word(value)
    return json.dumps(value)


def one_line(text: str, most: int) -> str:
    """A text in a comment: on one line, of no more than so many characters."""
    line = "".join(sign if sign.isprintable() else " " for sign in " ".join(text.split()))
    return line if len(line) <= most else f"{line[: most - 1]}…"


def _quoted(text: str) -> str:
    """In quotes as JSON has them, which are YAML's too; letters of other languages as they are."""
    shown = json.dumps(text, ensure_ascii=False)
    return shown if not _CONTROL.search(shown) else json.dumps(text)
