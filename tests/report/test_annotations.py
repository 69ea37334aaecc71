from __future__ import annotations

import re

from hypothesis import given, settings
from hypothesis import strategies as st
from written_gates import EVIL, gated

from prebeta.report.annotations import annotated, annotation, disarmed

LINE = re.compile(r"::(error|warning) title=([^:,\r\n]*)::([^\r\n]*)")


def test_errors_for_what_failed_and_warnings_for_what_cannot_be_told() -> None:
    made = gated()
    levels = [LINE.fullmatch(line) for line in annotated(made)]
    assert [(found[1], found[2].split(" ")[:4]) for found in levels if found] == [
        ("warning", ["prebeta", "gate", "inconclusive%3A", "max_flawed_rate"]),
        ("error", ["prebeta", "gate", "failed%3A", "no_new_findings"]),
        ("error", ["prebeta", "gate", "failed%3A", "not_worse"]),
        ("error", ["prebeta%2C", "new%3A", "In", "day"]),
    ]
    example = next(one for one in made.summary["findings"] if one["kind"] == "LOOP")["example"]["conversation"]
    assert annotated(made)[-1].endswith(f"::prebeta show after {example} --store s.db")


def test_it_is_escaped_as_the_toolkit_does() -> None:
    assert annotation("error", "a: b, c", "100 %\nnext") == "::error title=a%3A b%2C c::100 %25%0Anext"


def test_hostile_texts_stay_in_their_line() -> None:
    lines = annotated(gated(EVIL, name=EVIL))
    assert len(lines) == 4
    assert all(LINE.fullmatch(line) for line in lines)
    assert not any("##[" in line for line in lines)


def is_command(line: str) -> bool:
    """Whether GitHub's runner takes a line for a command, in the new form or the older one."""
    return line.strip().startswith("::") or "##[" in line


@settings(max_examples=200)
@given(st.text(st.sampled_from("ab:#[]\n\r \t%,"), max_size=40))
def test_no_text_makes_a_second_command(text: str) -> None:
    made = annotation("warning", text, text)
    assert LINE.fullmatch(made)
    assert not is_command(made[2:])


@given(st.text(st.sampled_from("ab:#[\n \t"), max_size=40))
def test_a_log_holds_no_command(text: str) -> None:
    made = disarmed(text)
    assert not any(map(is_command, made.split("\n")))
    assert made.replace("\u2060", "") == text
