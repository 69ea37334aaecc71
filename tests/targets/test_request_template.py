from __future__ import annotations

import json
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prebeta.targets.wire import http_wire, template

VALUES = {"text": "Hi", "session": 17, "payload": None, "account.mail": "a@b"}


@pytest.mark.parametrize(
    ("source", "filled"),
    [
        ("{text}", "Hi"),
        ("{session}", 17),
        ("<{session}>", "<17>"),
        ("{account.mail}", "a@b"),
        ({"a": "{text}", "b": "{payload}", "c": "({payload})"}, {"a": "Hi", "c": "()"}),
        (["{payload}", "x", 1, None, True], [None, "x", 1, None, True]),
        ({"deep": [{"er": "{text}{text}"}]}, {"deep": [{"er": "HiHi"}]}),
        ("{{text}} is {text}", "{text} is Hi"),
        ({"query": "{ chat { id }}", "n": "{{text}}"}, {"query": "{ chat { id }}", "n": "{text}"}),
        ({"none": None}, {"none": None}),
    ],
)
def test_filling(source, filled):
    assert template.compile_json(source)(VALUES) == filled


def test_filling_changes_no_template():
    source = {"fixed": {"a": [1]}, "said": "{text}"}
    render = template.compile_json(source)
    assert render({"text": "a"})["said"] == "a"
    assert render({"text": "b"})["said"] == "b"
    assert source == {"fixed": {"a": [1]}, "said": "{text}"}


@given(st.text())
def test_words_come_through_json_whole(text):
    render = template.compile_json({"a": "{text}", "b": ["<{text}>"]})
    assert json.loads(http_wire.encode(render({"text": text}))) == {"a": text, "b": [f"<{text}>"]}


@given(st.text())
def test_words_come_through_forms_and_addresses_whole(text):
    url = template.compile_text("http://x/a/{text}?q={text}&r=1", quoted=True)({"text": text})
    parts = urlsplit(url)
    assert parse_qs(parts.query, keep_blank_values=True) == {"q": [text], "r": ["1"]}
    assert parts.path.count("/") == 2
    form = http_wire.encode_form({"q": text}).decode()
    assert parse_qs(form, keep_blank_values=True) == {"q": [text]}


def test_unknown_placeholders_are_named():
    with pytest.raises(
        ValueError, match=r"unknown placeholder \{words\}; known here: \{text\}, \{account.NAME\} \(write \{\{words\}\}"
    ):
        template.check({"a": ["{words}"]}, ("text", "account"))
    template.check("{account.anything} {{words}} { words } {1}", ("text", "account"))
