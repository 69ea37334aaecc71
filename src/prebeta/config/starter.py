"""The commented prebeta.yaml that `prebeta init` writes."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any
from urllib.parse import SplitResult, urlsplit

from prebeta.config.fields import is_module_attribute
from prebeta.core.errors import UsageError

_EXAMPLE_URL = "http://127.0.0.1:8080/chat"

_HTTP_TARGET = """\
target:
  kind: http
  url: {url}
  # headers: {{Authorization: "Bearer ${{TOKEN}}"}}     # secrets come from the environment
  timeout_s: 30
  # start: {{post: /chats}}                            # where a conversation is opened by a call of its own
  send: {send}{said}
  reply:                                             # JMESPath into the product's answer{how}
{reply}
"""
_SEND_NOTE = "    # {text}: what the user says; {session}: the product's id"
_REPLY = (
    ("messages", "reply", "a text, a list of texts, or a list of {text}"),
    ("session", "id", "the product's id of the conversation"),
    ("options", "suggestions", "quick replies: texts, or {title, payload}"),
    ("ended", "done", "whether the conversation is over"),
    ("state", "state", "the product's own account of the matter"),
)
_COMMENT_AT = 53
_YAML_WORDS = ("true", "false", "null", "yes", "no", "on", "off", "y", "n")

_PYTHON_TARGET = """\
target:
  kind: python
  function: {function}     # f(text) -> str, f(messages) -> str or dict, sync or async, or a class with start and send
"""

_REST = """\

# When has a user reached its end? Best is a state the product tells; "done" in words alone can be wrong.
end_state:
  when:
    says: "booked|confirmed|all set|you're done"     # also: ended: true, state: present, path: state.id, probe: {...}
  # facts:                                           # compared with what the user last said
  #   day: {path: state.day, match: date}            # match: contains, exact, option, date, id, number
  # handoff: {says: "call us"}                       # what counts as a hand-off to people

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
class Guess:
    """What the answers of a product over HTTP look like.

    `said` is the key under which it took the user's words; `session` the one under which it took its id back, if it
    did. `reply` maps the names under target.reply to JMESPaths; `by_value` are those of them that were found by the
    value there, the key's name being unknown.
    """

    said: str
    session: str | None
    reply: Mapping[str, str]
    by_value: tuple[str, ...] = ()


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


def starter(target: str | None = None, guess: Guess | None = None, drafted: Drafted | None = None) -> str:
    """A prebeta.yaml for a URL, for module:function, or with an example URL; with what was guessed of the product's
    answers, and what was drafted from conversations. Raises UsageError for any other target."""
    head = "# What prebeta tests and how; all keys: prebeta schema. Then: prebeta doctor, prebeta run -n 50\n"
    rest = _REST if drafted is None else "\n".join(_sections(drafted)) + "\n"
    return head + _target(target or _EXAMPLE_URL, guess) + rest + _LAST


def is_url(target: str) -> bool:
    """Whether the target is meant as a URL. Raises UsageError where it is neither that nor module:function."""
    return not is_module_attribute(target) and bool(_parts(target))


def _target(target: str, guess: Guess | None) -> str:
    if is_module_attribute(target):
        return _PYTHON_TARGET.format(function=target)
    parts = _parts(target)
    path = parts.path or "/"
    where = f"{path}?{parts.query}" if parts.query else path
    body = {guess.said if guess else "text": "{text}"}
    if guess is not None and guess.session is not None:
        body[guess.session] = "{session}"
    inside = ", ".join(f"{_yaml(key)}: {json.dumps(value)}" for key, value in body.items())
    return _HTTP_TARGET.format(
        url=json.dumps(f"{parts.scheme}://{parts.netloc}"),
        send=f"{{post: {json.dumps(where)}, json: {{{inside}}}}}",
        said=_SEND_NOTE,
        how='; guessed from its answer to "Hello": look them over' if guess is not None else "",
        reply="\n".join(_reply(guess)),
    )


def _reply(guess: Guess | None) -> Iterator[str]:
    """The lines under reply: what was seen, and as comments what else there may be."""
    for name, example, about in _REPLY:
        seen = guess.reply.get(name) if guess is not None else example if name == "messages" else None
        line = f"    {name}: {_yaml(seen)}" if seen is not None else f"    # {name}: {example}"
        if guess is not None and name in guess.by_value:
            about = "guessed by what stood there; is it right?"
        yield f"{line.ljust(_COMMENT_AT - 1)} # {about}"


def _yaml(word: str) -> str:
    """A key or JMESPath as YAML takes it for a text."""
    plain = re.fullmatch(r"[A-Za-z_][\w.]*", word, re.ASCII) and word.lower() not in _YAML_WORDS
    return word if plain else json.dumps(word)


def _parts(target: str) -> SplitResult:
    try:
        parts = urlsplit(target)
    except ValueError:
        parts = urlsplit("")
    if parts.scheme not in ("http", "https") or not parts.netloc:
        raise UsageError(f"{target!r} is neither a URL (http://…) nor module:function")
    if "@" in parts.netloc:
        raise UsageError("leave name and password out of the URL; give them as headers, with ${ENV}")
    return parts


def _sections(drafted: Drafted) -> Iterator[str]:
    """The sections drafted from conversations, each line with what it rests on."""
    found = drafted.sections
    count = f"{drafted.conversations:,} conversation{'' if drafted.conversations == 1 else 's'}"
    yield _DRAFT_HEAD.format(count=count, files=_remark(drafted.files)).rstrip()
    yield from (f"# To mend: {_remark(note, 3 * _SHOWN)}" for note in drafted.notes)
    when = found["end_state"]["when"]
    yield "\n# Best is a state the product tells; what it says can be wrong, and these words may stand elsewhere too."
    yield "end_state:"
    if "says" in when:
        yield f"  when: {{says: {_value(when['says'])}}}     # how it said that the matter is settled"
    else:
        yield "  when: {ended: true}     # no words for it were found: that the product says it is over"
    if "stages" in found:
        yield "\nstages:     # in the order in which they usually came"
        yield from (f"  {_yaml(name)}: {_flow(stage)}" for name, stage in found["stages"].items())
    yield "\ngoals:"
    for goal in found["goals"]:
        yield f"  - goal: {_value(goal['goal'])}     # the opening that is most like the others"
        yield from ["    slots:"] if "slots" in goal else ()
        for name, slot in goal.get("slots", {}).items():
            if name in drafted.remarks:
                yield f"      # {_remark(drafted.remarks[name], 2 * _SHOWN)}"
            yield f"      {_yaml(name)}: {_flow(slot)}"
    yield _DRAFT_BETWEEN.rstrip()
    answers = found.get("user", {}).get("answers", {})
    if answers:
        yield "  answers:     # words that told its questions from all else it said; doctor --one shows which line matched"
        yield from (f"    {_yaml(name)}: {_flow(rule)}" for name, rule in answers.items())


def _flow(value: Any) -> str:
    """A value on one line."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_yaml(key)}: {_flow(inner)}" for key, inner in value.items()) + "}"
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


def _remark(text: str, most: int = _SHOWN) -> str:
    """A text in a comment: on one line, of no more than so many characters."""
    line = "".join(sign if sign.isprintable() else " " for sign in " ".join(text.split()))
    return line if len(line) <= most else f"{line[: most - 1]}…"
