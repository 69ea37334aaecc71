"""The full example: every key is accepted, typed, and either used or warned about."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from prebeta.config import Project, load
from prebeta.core.types import Fact, Limits

EXAMPLE = """\
target:
  kind: http            # python | http | sse | websocket | openai | langgraph | rasa | a2a | browser
  url: http://127.0.0.1:8080
  headers: {Authorization: "Bearer ${TOKEN:-none}"}
  timeout_s: 10
  version: ${GIT_SHA:-dev}          # a value, {get: /version, path: version} or {command: ...}
  start: {post: /chats}
  send: {post: "/chats/{session}", json: {text: "{text}"}, press: title}   # press: title or payload
  reply:                            # JMESPath; the same for start and send
    session: id
    messages: messages              # string, list, or list of {text}
    options: suggestions            # strings or {title, payload}
    ended: done
    state: booking
    trace: trace_id
end_state:
  when: {ended: true, state: present}      # also: says, probe: {get, path, equals} or module:function
  facts:                                   # compared with what the user last said
    bike: {path: state.bike, match: contains}
    service: {path: state.service, match: option}
    day: {path: state.day, match: date}
    phone: {path: state.phone, match: id}  # id: case, spaces, dashes ignored; also number, exact
  handoff: {says: "call the workshop"}     # optional: an ending or answer that counts as a hand-off
stages:                                    # optional; else from state, else mined
  bike: {asks: bike}
  confirm: {says: "shall I book"}
goals:
  - goal: book a repair for a bicycle
    weight: 1
    slots:
      bike: {values: [city bike, gravel bike, cargo bike]}        # also from: bikes.csv (rows stay together)
      service: {values: {Flat tyre: [it has a puncture], Brakes: [the brakes squeal],
                         Full service: [everything, please]}}
      day: {values: [Monday, 14 May, tomorrow]}
      phone: {pattern: "0[0-9]{9}"}
    questions:
      - {ask: "What does a full service cost?", expect: "89"}
out_of_scope: ["Tell me a joke", "Which phone should I buy?"]
personas: [courier who needs it today, parent with a cargo bike, {generate: 40}]
behaviors: {clarify: 0.2, out_of_domain: 0.1}         # overrides of the census mix; own behaviors by module:Class
user:
  voice: templates                  # or model: NAME
  policy: agenda                    # or free (with a model), autopilot
  patience: 3
  profile: default                  # or fit: chats.jsonl
  answers:                          # the product's words (regex, any case) -> slot or act
    bike: "which bike|what kind of bike"
    service: "what needs doing"
    day: "which day|when would"
    phone: "phone number"
    confirm: {says: "shall I book", then: yes}
    change: {says: "what to change", then: restate}
models: {fast: {kind: openai, url: "http://127.0.0.1:8000/v1", model: any, key: "${OPENAI_API_KEY}"}}
knowledge: [prices.md]
bounds: {canaries: ["WS-2210"], instructions: prompt.txt}
limits: {max_turns: 30, turn_timeout_s: 30, conversation_timeout_s: 300, concurrency: 50, ramp_up_s: 0}
judges: [rules]                     # rules, rubrics, module:function
redact: [email, card, phone]
setup: null                         # module:function or HTTP call before and after each conversation; gives accounts
gate: {max_failure_rate: 0.05}
store: .prebeta/prebeta.db          # or a postgresql URL
"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-canary")
    monkeypatch.setenv("TOKEN", "token-canary")
    monkeypatch.delenv("GIT_SHA", raising=False)
    (tmp_path / "prebeta.yaml").write_text(EXAMPLE)
    return load(tmp_path / "prebeta.yaml")


def test_the_example_is_read_whole(project: Project, tmp_path: Path) -> None:
    assert project.target.kind == "http"
    assert project.target.headers["Authorization"] == "Bearer token-canary"
    assert project.end_state.when.ended is True
    assert project.end_state.when.state == "present"
    assert project.user.answers["confirm"].then == "yes"
    assert [persona.text for persona in project.personas][:1] == ["courier who needs it today"]
    assert project.personas[2].generate == 40
    assert project.gate is not None
    assert project.gate.max_failure_rate == 0.05
    assert project.core_limits() == Limits()
    assert project.folder == tmp_path.resolve()


def test_slots_know_their_values_and_how_they_compare(project: Project) -> None:
    bike, service, day, phone = project.slots()
    assert (bike.name, bike.match, bike.values[1]) == ("bike", "contains", Fact("gravel bike"))
    assert (service.match, service.values[2]) == ("option", Fact("Full service", ("everything", "please")))
    assert (day.match, [fact.value for fact in day.values]) == ("date", ["Monday", "14 May", "tomorrow"])
    assert (phone.match, phone.values, phone.pattern) == ("id", (), "0[0-9]{9}")


def test_answers_are_compiled_for_any_case(project: Project) -> None:
    rules = {rule.name: rule for rule in project.answers()}
    assert rules["bike"].pattern.search("WHICH BIKE is it?")
    assert (rules["bike"].then, rules["change"].then) == (None, "restate")


def test_what_has_no_effect_yet_is_said_and_nothing_else(project: Project) -> None:
    assert [line.removesuffix(" is accepted but does nothing yet") for line in project.warnings()] == [
        "knowledge",
    ]


def test_the_stored_document_holds_no_secret_and_loads_again(project: Project, tmp_path: Path) -> None:
    text = json.dumps(project.document)
    assert "canary" not in text
    assert "${TOKEN:-none}" in text
    again = Project.from_document(json.loads(text), tmp_path)
    assert again.target == project.target
    assert again.model_dump(exclude={"target"}) == project.model_dump(exclude={"target"})
    assert again.document == project.document
