from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prebeta.config.hiding import Hiding, credentials_in, secrets_of

PERSONAL = Hiding(("email", "card", "phone"), ())


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Write to ana.lopez+shop@mail.example.co.uk, please", "Write to [email], please"),
        ("<mailto:jürgen@bücher.example>", "<mailto:[email]>"),
        ("card 4111 1111 1111 1111, exp 04/29", "card [card], exp 04/29"),
        ("card 5500005555555559.", "card [card]."),
        ("card 4111-1111-1111-1111", "card [card]"),
        ("not a card: 4111 1111 1111 1112 3", "not a card: 4111 1111 1111 1112 3"),
        ("call 0412 345 678 now", "call [phone] now"),
        ("call +49 (0)30 901820 now", "call [phone] now"),
        ("call (555) 123-4567", "call [phone]"),
        ("call 555-123-4567.", "call [phone]."),
        ("call 5551234567", "call [phone]"),
        ("tel:+14155552671;", "tel:[phone];"),
        ("on 2026-05-14 at 10:30", "on 2026-05-14 at 10:30"),
        ("on 14.05.2026 we have 12 places", "on 14.05.2026 we have 12 places"),
        ("order 48213977", "order 48213977"),
        ("that is 1,234,567.00 EUR", "that is 1,234,567.00 EUR"),
        ("version 1.22.333.4444", "version 1.22.333.4444"),
        ("10.000.000", "10.000.000"),
        ("no @ here", "no @ here"),
        ("a rate of 0.1234567", "a rate of 0.1234567"),
        ("4111.1111.1111.1111 4111–1111–1111–1111 No.4111111111111111", "[card] [card] No.[card]"),
        ("1-800-555-0199 or 5 555 123 4567 or +1-415-555-2671x22", "[phone] or [phone] or [phone]x22"),
        ("tel.0151 23456789, +49\u2011151\u201123456789", "tel.[phone], [phone]"),
        ('u\uff20x.example m u%40x.example "john doe"@x.example user@localhost', "[email] m [email] [email] [email]"),
        ("2026-11-24T15:06:48", "2026-11-24T15:06:48"),
    ],
)
def test_what_is_personal(text: str, kept: str) -> None:
    assert PERSONAL.text(text) == kept


def test_json_with_keys_and_numbers() -> None:
    value = {"a@b.example": [4111111111111111, 4111111111111111.0, 12, True, None, 1.5, {"tel": "0412 345 678"}]}
    assert PERSONAL.value(value) == {"[email]": ["[card]", "[card]", 12, True, None, 1.5, {"tel": "[phone]"}]}
    assert PERSONAL.value({"at": 1732458127, "phone": 4915123456789}) == {"at": 1732458127, "phone": "[phone]"}


def test_patterns_of_ones_own_and_secrets() -> None:
    hiding = Hiding((r"WS-\d{4}",), ("sk-very-secret", "sk-very-secret-and-long", "abc"))
    assert hiding.text("ws-2210 sk-very-secret-and-long sk-very-secret abc") == "[redacted] *** *** abc"
    assert hiding.secrets_in("ws-2210 sk-very-secret") == "ws-2210 ***"
    assert not Hiding((), ("abc",))


@given(st.text())
def test_twice_is_as_once(text: str) -> None:
    once = PERSONAL.text(text)
    assert PERSONAL.text(once) == once


def test_which_variables_hold_a_secret() -> None:
    document = {
        "target": {
            "url": "https://${WHO}:${PASS_A}@host/${PLACE}?sig=${SIGN}",
            "headers": {"X-Custom": "${IN_HEADER}", "Authorization": "Bearer ${TOKEN:-none}"},
            "send": {"json": {"api_key": "${BY_KEY}", "text": "{text}", "shop": "${SHOP}"}},
            "version": "${GIT_SHA:-dev}",
        },
        "note": "$${TOKEN_B} ${UNSET_TOKEN:-x}",
    }
    names = ["WHO", "PASS_A", "PLACE", "SIGN", "IN_HEADER", "TOKEN", "BY_KEY", "SHOP", "GIT_SHA", "TOKEN_B"]
    environment = {name: f"value-of-{name}" for name in names}
    found = {value.removeprefix("value-of-") for value in secrets_of(document, environment)}
    assert found == {"WHO", "PASS_A", "SIGN", "IN_HEADER", "TOKEN", "BY_KEY"}


def test_credentials_in_values() -> None:
    values = {
        "headers": {"Authorization": "Bearer abc-def-ghi"},
        "send": {"json": {"api_key": "k-123456", "token": "{account.token}", "text": "{text}"}},
        "accounts": [{"login": "ana", "password": "pass-word-1"}],
    }
    assert credentials_in(values) == {"Bearer abc-def-ghi", "abc-def-ghi", "k-123456", "pass-word-1"}


def test_the_folder_one_is_in_is_no_password() -> None:
    from prebeta.config.hiding import environment_secrets

    environment = {"PWD": "/home/me/project", "OLDPWD": "/home/me/other", "DB_PWD": "hunter22"}
    assert environment_secrets(environment) == {"hunter22"}
