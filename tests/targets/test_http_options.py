from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from prebeta.config.interpolation import plain_credentials
from prebeta.targets.http.target import HttpTarget

GOOD: dict[str, Any] = {
    "kind": "http",
    "url": "http://127.0.0.1:8080",
    "headers": {"Authorization": "Bearer x", "X-Number": 3},
    "timeout_s": 10,
    "version": {"get": "/version", "path": "version"},
    "start": {"post": "/chats"},
    "send": {"post": "/chats/{session}", "json": {"text": "{text}"}, "press": "title"},
    "reply": {"session": "id", "messages": "messages", "options": "suggestions", "ended": "done"},
}


def test_the_full_section_is_read():
    options = HttpTarget.Options(**GOOD)
    assert options.headers["X-Number"] == "3"
    assert options.send.body == {"text": "{text}"}


def test_the_schema_names_keys_as_the_file_does():
    schema = HttpTarget.Options.model_json_schema()
    message = schema["$defs"]["MessageOptions"]["properties"]
    assert {"post", "get", "put", "json", "form", "press", "keep"} == set(message)
    fields = [field for part in (schema, *schema["$defs"].values()) for field in part["properties"].items()]
    assert not [name for name, field in fields if name != "kind" and "description" not in field]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"url": "127.0.0.1:8080"}, "isn't an address like http://127.0.0.1:8080"),
        ({"url": "ftp://x"}, "isn't an address like"),
        ({"url": "http://x/?a=b"}, "takes no ? or #"),
        ({"url": "http://a:b@x"}, "give one of them"),
        ({"colour": "red"}, "Extra inputs are not permitted"),
        ({"timeout_s": 0}, "greater than 0"),
        ({"headers": {"X": "a\nb"}}, "header 'X' has a line break"),
        (
            {"headers": {"X": "{text}"}},
            "header 'X': unknown placeholder {text}; known here: {id}, {seed}, {account.NAME}",
        ),
        ({"start": {}}, "give exactly one of post, get, put; got none"),
        ({"start": {"post": "/a", "put": "/b"}}, "got post and put"),
        (
            {"start": {"post": "/{text}"}},
            "unknown placeholder {text}; known here: {session}, {id}, {seed}, {account.NAME}",
        ),
        (
            {"send": {"post": "/", "json": {"t": ["{message}"]}}},
            "unknown placeholder {message}; known here: {text}, {payload}",
        ),
        ({"send": {"post": "/", "json": {"t": "x"}}}, "what the user says is not sent: use {text}"),
        ({"send": {"post": "/{text}", "json": {}, "form": {}}}, "give json or form, not both"),
        ({"send": {"post": "/{text}", "press": "label"}}, "'title' or 'payload'"),
        ({"send": {"post": "/{text}", "body": {}}}, "Extra inputs are not permitted"),
        ({"reply": {"session": "id"}}, "Field required"),
        ({"reply": {"messages": "a..b"}}, "not a JMESPath: 'a..b'"),
        ({"reply": {"messages": "a-b"}}, "not a JMESPath: 'a-b'"),
        ({"reply": {"messages": ""}}, "not a JMESPath: ''"),
        ({"reply": {"messages": "first(a)"}}, "JMESPath 'first(a)': Unknown function: first()"),
        ({"reply": {"messages": "length(a, b)"}}, "JMESPath 'length(a, b)'"),
        ({"version": {"path": "a"}}, "give either get (with path) or command"),
        ({"version": {"command": "x", "path": "a"}}, "path goes with get"),
    ],
)
def test_what_is_wrong_is_said_before_the_run(changes, message):
    with pytest.raises(ValidationError) as caught:
        HttpTarget.Options(**{**GOOD, **changes})
    assert message in str(caught.value)


@pytest.mark.parametrize("path", ["join(' ', messages)", "messages[?role=='ai'].content", "@", "length(x)", 'a."b-c"'])
def test_paths_that_are_right(path):
    HttpTarget.Options(**{**GOOD, "reply": {"messages": path}})


@pytest.mark.parametrize(
    ("section", "refused"),
    [
        ({"headers": {"Authorization": "Bearer {token}"}}, False),
        ({"headers": {"X-Api-Key": "{account.key}"}}, False),
        ({"start": {"post": "/", "keep": {"token": "access_token", "api_key": {"header": "X-Key"}}}}, False),
        ({"login": {"post": "/", "json": {"password": "{account.password}"}}}, False),
        ({"login": {"post": "/", "json": {"password": "hunter2"}}}, True),
        ({"headers": {"Authorization": "Bearer abcdef"}}, True),
        ({"headers": {"Authorization": "hunter2 {token}"}}, True),
        ({"send": {"post": "/", "json": {"token": "access_token"}}}, True),
    ],
)
def test_where_a_secret_stands_plainly_in_the_file(section, refused):
    """What is filled in, and where an answer holds it, is none."""
    assert bool(plain_credentials({"target": section})) is refused
