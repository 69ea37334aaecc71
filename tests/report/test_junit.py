from __future__ import annotations

from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from hypothesis import given, settings
from hypothesis import strategies as st
from written_gates import EVIL, gated

from prebeta.analysis.gating import Rules
from prebeta.report.junit import junit

COUNTS = {"failures": "failure", "errors": "error", "skipped": "skipped"}
CASE = {"failure", "error", "skipped", "system-out"}


def suite_of(text: str) -> Element:
    """The document's suite, once it is found to be what the XSD of Jenkins' xUnit plugin asks for."""
    root = ElementTree.fromstring(text.encode("utf-8"))
    assert root.tag == "testsuites"
    (suite,) = root
    assert suite.tag == "testsuite"
    assert suite.get("name")
    assert [part.tag for part in suite] == sorted(
        (part.tag for part in suite), key=("properties", "testcase", "system-out").index
    )
    cases = suite.findall("testcase")
    for each in (root, suite):
        assert int(each.get("tests", "")) == len(cases)
        for count, tag in COUNTS.items():
            assert int(each.get(count, "")) == sum(case.find(tag) is not None for case in cases)
        float(each.get("time", ""))
    for case in cases:
        assert case.get("name")
        assert case.get("classname")
        parts = [part.tag for part in case]
        assert set(parts) <= CASE
        assert len(parts) == len(set(parts)) <= 1
        assert all(part.get("message") and part.get("type") for part in case if part.tag != "system-out")
    for each in suite.iterfind("properties/property"):
        assert set(each.attrib) == {"name", "value"}
    return suite


def cases(suite: Element) -> dict[str, str]:
    found = suite.findall("testcase")
    return {f"{case.get('classname')} {str(case.get('name')).split()[0]}": (case[0].tag) for case in found}


def test_a_case_for_each_rule_and_each_finding() -> None:
    made = gated()
    suite = suite_of(junit(made, 1_700_000_000.0))
    new, known = (
        made.gate.new[0].finding.id,
        next(one["id"] for one in made.summary["findings"] if one["kind"] == "DEAD_END"),
    )
    assert cases(suite) == {
        "prebeta.gate max_failure_rate": "system-out",
        "prebeta.gate max_flawed_rate": "error",
        "prebeta.gate no_new_findings": "failure",
        "prebeta.gate not_worse": "failure",
        f"prebeta.findings.LOOP {new}": "failure",
        f"prebeta.findings.DEAD_END {known}": "skipped",
    }
    assert suite.get("timestamp") == "2023-11-14T22:13:20"
    failure = suite.find("testcase[@name='no_new_findings']/failure")
    assert failure is not None
    assert f"prebeta show after {made.summary['findings'][0]['example']['conversation']} --store s.db" in str(
        failure.text
    )
    assert known not in str(failure.text)


def test_it_is_red_exactly_where_the_gate_is() -> None:
    for made in (
        gated(new=0),
        gated(new=2),
        gated(rules=Rules(max_failure_rate=0.5)),
        gated(rules=Rules(0.01)),
        gated(),
    ):
        suite = suite_of(junit(made, 0.0))
        red = int(suite.get("failures", "")) > 0
        assert red == (made.gate.result == "failed")
        assert (int(suite.get("errors", "")) > 0) == any(one.result == "inconclusive" for one in made.gate.rules)


def test_hostile_texts_are_only_text() -> None:
    suite = suite_of(junit(gated(EVIL, name=EVIL), 0.0))
    assert "<script>alert(1)</script>" in str(suite.get("name"))
    assert {part.tag for part in suite.iter()} <= {"testsuite", "properties", "property", "testcase", *CASE}


@settings(max_examples=40, deadline=None)
@given(st.text(st.characters(codec=None), max_size=40))
def test_any_text_gives_valid_xml(text: str) -> None:
    suite_of(junit(gated(text, name=text or "x"), 0.0))
