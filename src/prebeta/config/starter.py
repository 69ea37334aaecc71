"""The commented prebeta.yaml that `prebeta init` writes."""

from __future__ import annotations

import json
from urllib.parse import urlsplit

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
  send: {{post: {path}, json: {{text: "{{text}}"}}}}    # {{text}}: what the user says; {{session}}: the product's id
  reply:                                             # JMESPath into the product's answer
    messages: reply                                  # a text, a list of texts, or a list of {{text}}
    # session: id
    # options: suggestions                           # quick replies: texts, or {{title, payload}}
    # ended: done
    # state: state                                   # the product's own account of the matter
"""

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

# gate: {max_failure_rate: 0.05}                     # exit code 1 above it, for CI
# limits: {max_turns: 30, concurrency: 50}
"""


def starter(target: str | None = None) -> str:
    """A prebeta.yaml for a URL, for module:function, or with an example URL. Raises UsageError for anything else."""
    head = "# What prebeta tests and how; all keys: prebeta schema. Then: prebeta doctor, prebeta run -n 50\n"
    return head + _target(target or _EXAMPLE_URL) + _REST


def _target(target: str) -> str:
    if is_module_attribute(target):
        return _PYTHON_TARGET.format(function=target)
    try:
        parts = urlsplit(target)
    except ValueError:
        parts = urlsplit("")
    if parts.scheme not in ("http", "https") or not parts.netloc:
        raise UsageError(f"{target!r} is neither a URL (http://…) nor module:function")
    if "@" in parts.netloc:
        raise UsageError("leave name and password out of the URL; give them as headers, with ${ENV}")
    path = parts.path or "/"
    base = f"{parts.scheme}://{parts.netloc}"
    where = f"{path}?{parts.query}" if parts.query else path
    return _HTTP_TARGET.format(url=json.dumps(base), path=json.dumps(where))
