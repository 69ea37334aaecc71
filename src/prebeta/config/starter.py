"""The commented prebeta.yaml that `prebeta init` writes."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from types import MappingProxyType
from typing import Any
from urllib.parse import SplitResult, urlsplit

from prebeta.config.fields import is_module_attribute
from prebeta.config.starter_target import Found, one_line, target_lines, word
from prebeta.core.errors import UsageError

_SCHEMES = ("http", "https", "ws", "wss")
_EXAMPLE_URL = "http://127.0.0.1:8080/chat"
_SEND_REMARK = "{text}: what the user says; {session}: the product's id"
_MESSAGES_REMARK = "a text, a list of texts, or a list of {text}"
_FUNCTION_REMARK = "f(text) -> str, f(messages) -> str or dict, sync or async, or a class with start and send"

_END_STATE = """\

# When has a user reached its end? Best is a state the product tells; "done" in words alone can be wrong.
end_state:
  when:
    says: "booked|confirmed|all set|you're done"     # also: ended: true, state: present, path: state.id, probe: {...}
  # facts:                                           # compared with what the user last said; docs/end-state.md
  #   day: {path: state.day, match: date}            # match: contains, exact, option, date, number, id (phones too)
  # handoff: {says: "call us"}                       # what counts as a hand-off to people
"""
_REST = """\

# What do users want, and which facts do they bring along?
goals:
  - goal: book an appointment
    slots:
      service: {values: [consultation, check-up, repair]}
      day: {values: [Monday, 14 May, tomorrow]}
      phone: {pattern: "0[0-9]{9}"}                  # made from a regular expression
    # questions:
    #   - {ask: "What does it cost?", expect: "50"}

# Requests the product should decline.
out_of_scope: ["Tell me a joke", "Which phone should I buy?"]

# personas: [parent with little time, someone who does this for the first time]

user:
  patience: 3                                        # product turns without progress until the user leaves
  # answers:                                         # the product's words (regex) for each slot; doctor --one shows
  #   day: "which day|when would"                    # which line matched
  #   confirm: {says: "is that right", then: yes}
"""
_LAST = """\

# gate: {max_failure_rate: 0.05}                     # exit code 1 above it, for CI
# limits: {max_turns: 30, concurrency: 50}
"""
_DRAFT_HEAD = """\

# From here on everything is guessed from {count} in {files}. Look over each line: what was said
# there need not be what the product is for. Values that tell who somebody is (names, phones, mail, codes) are made up.
"""
_DRAFT_BETWEEN = """\

# Not guessed: requests the product should decline, and who the users are.
# out_of_scope: ["Tell me a joke", "Which phone should I buy?"]
# personas: [parent with little time, someone who does this for the first time]

user:
  patience: 3
"""
_SHOWN = 90


@dataclass(frozen=True, slots=True)
class Drafted:
    """What was read off real conversations: `sections` are end_state, stages, goals and user.answers as plain data.

    `files` says where they are from, `notes` what a person should look over, `remarks` what is known of a slot.
    """

    sections: Mapping[str, Any]
    conversations: int
    files: str
    notes: tuple[str, ...] = ()
    remarks: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class Plain:
    """A product of which no more is known than its address, or than a connector told."""

    section: Mapping[str, Any]
    remarks: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    end_state: Mapping[str, Any] | None = None
    note: str = ""


def starter(target: str | None = None, found: Found | None = None, drafted: Drafted | None = None) -> str:
    """A prebeta.yaml for what was found of a product, else for a URL, for module:function, or with an example URL; with
    what was drafted from conversations. Raises UsageError for any other target."""
    head = "# What prebeta tests and how; all keys: prebeta schema. Then: prebeta doctor, prebeta run -n 50\n"
    known = found or unknown(target or _EXAMPLE_URL)
    rest = _end_state(known) + _REST if drafted is None else "\n".join(_sections(drafted)) + "\n"
    return head + "\n".join(target_lines(known.section, known.remarks)) + "\n" + rest + _LAST


def unknown(target: str) -> Plain:
    """The section for a product of which nothing is known but what stands there. Raises UsageError where that is neither a
    URL nor module:function."""
    if is_module_attribute(target):
        return Plain({"kind": "python", "function": target}, {"function": _FUNCTION_REMARK})
    parts = _parts(target)
    where = f"{parts.path or '/'}{f'?{parts.query}' if parts.query else ''}".replace("${", "$${")
    section = {
        "kind": "http",
        "url": f"{parts.scheme}://{parts.netloc}",
        "timeout_s": 30,
        "send": {"post": where, "json": {"text": "{text}"}},
        "reply": {"messages": "reply"},
    }
    reply = "JMESPath into the product's answer"
    remarks = {"send": _SEND_REMARK, "reply": reply, "reply.messages": _MESSAGES_REMARK}
    return Plain(section, remarks)


def untouched(document: Mapping[str, Any]) -> str | None:
    """A line for the person whose project still has the goals that `starter` wrote as an example; None for others."""
    written = _examples()
    if document.get("goals") != written["goals"]:
        return None
    what = "goals and end_state are" if document.get("end_state") == written["end_state"] else "goals are"
    return f"{what} still those that init wrote as an example; say in prebeta.yaml what your users want"


@cache
def _examples() -> Mapping[str, Any]:
    import yaml

    found: Mapping[str, Any] = yaml.safe_load(_END_STATE + _REST)
    return found


def is_url(target: str) -> bool:
    """Whether the target is meant as a URL. Raises UsageError where it is neither that nor module:function."""
    return not is_module_attribute(target) and bool(_parts(target))


def _end_state(known: Found) -> str:
    if known.end_state is None:
        return _END_STATE
    said = "\n".join(f"  {word(key)}: {_flow(value)}" for key, value in known.end_state.items())
    rest = _END_STATE.partition("    says:")[2].partition("\n")[2]
    return f"\n# When has a user reached its end? Best is a state the product tells.\nend_state:\n{said}\n{rest}"


def _parts(target: str) -> SplitResult:
    try:
        parts = urlsplit(target)
    except ValueError:
        parts = urlsplit("")
    if parts.scheme not in _SCHEMES or not parts.netloc:
        raise UsageError(f"{target!r} is neither a URL (http://…) nor module:function")
    if "@" in parts.netloc:
        raise UsageError("leave name and password out of the URL; give them as headers, with ${ENV}")
    return parts


def _sections(drafted: Drafted) -> Iterator[str]:
    """The sections drafted from conversations, each line with what it rests on."""
    found = drafted.sections
    count = f"{drafted.conversations:,} conversation{'' if drafted.conversations == 1 else 's'}"
    yield _DRAFT_HEAD.format(count=count, files=one_line(drafted.files, _SHOWN)).rstrip()
    yield from (f"# To mend: {one_line(note, 3 * _SHOWN)}" for note in drafted.notes)
    when = found["end_state"]["when"]
    yield "\n# Best is a state the product tells; what it says can be wrong, and these words may stand elsewhere too."
    yield "end_state:"
    if "says" in when:
        yield f"  when: {{says: {_value(when['says'])}}}     # how it said that the matter is settled"
    else:
        yield "  when: {ended: true}     # no words for it were found: that the product says it is over"
    if "stages" in found:
        yield "\nstages:     # in the order in which they usually came"
        yield from (f"  {word(name)}: {_flow(stage)}" for name, stage in found["stages"].items())
    yield "\ngoals:"
    for goal in found["goals"]:
        yield f"  - goal: {_value(goal['goal'])}     # the opening that is most like the others"
        yield from ["    slots:"] if "slots" in goal else ()
        for name, slot in goal.get("slots", {}).items():
            if name in drafted.remarks:
                yield f"      # {one_line(drafted.remarks[name], 2 * _SHOWN)}"
            yield f"      {word(name)}: {_flow(slot)}"
    yield _DRAFT_BETWEEN.rstrip()
    answers = found.get("user", {}).get("answers", {})
    if answers:
        yield "  answers:     # words that told its questions from all else it said; doctor --one shows which line matched"
        yield from (f"    {word(name)}: {_flow(rule)}" for name, rule in answers.items())


def _flow(value: Any) -> str:
    """A value on one line."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{word(key)}: {_flow(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_flow, value)) + "]"
    return _value(value)


def _value(value: Any) -> str:
    """A number, a truth value or a text, in quotes; `${` in it stands for itself."""
    if not isinstance(value, str):
        return json.dumps(value)
    value = value.replace("${", "$${")
    if value.isprintable():
        return json.dumps(value, ensure_ascii=False)
    import yaml

    return str(yaml.safe_dump(value, default_style='"', width=math.inf)).strip()
