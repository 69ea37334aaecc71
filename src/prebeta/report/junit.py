"""A gated run as JUnit XML, as Jenkins, GitLab and GitHub's test reporters read it.

A suite for the run; a test case for each rule, and one for each finding. A rule that has failed is a failure; one that is
inconclusive an error, the test that could not be carried out: reporters show neither as passed. A finding is a failure where
the gate failed for it because it is new; any other is skipped with a message, as pytest reports a known failure (xfail), so that
the report is red exactly where the gate is.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from prebeta.report.finding import brief
from prebeta.report.gated import Gated
from prebeta.report.wording import percent, plain, times

_MOST = 5
_PROPERTIES = (
    "run",
    "release",
    "note",
    "seed",
    "conversations",
    "valid",
    "failed",
    "flawed",
    "failure_rate",
    "cost_usd",
)


def junit(gated: Gated, created_at: float) -> str:
    """The document. `created_at` is when the run began, in seconds since 1970."""
    suites = Element("testsuites", name="prebeta")
    suite = SubElement(suites, "testsuite", name=_line(gated.title()), hostname="localhost")
    properties = SubElement(suite, "properties")
    for name in _PROPERTIES:
        if gated.summary.get(name) is not None:
            SubElement(properties, "property", name=name, value=_line(str(gated.summary[name])))
    for ruled, name, reason in gated.rules():
        case = SubElement(suite, "testcase", classname="prebeta.gate", name=_line(name), time="0")
        if ruled.result == "failed":
            _told(case, "failure", "failed", reason, "\n".join([reason, *_findings(gated, ruled.rule)]))
        elif ruled.result == "inconclusive":
            _told(case, "error", "inconclusive", reason, reason)
        else:
            SubElement(case, "system-out").text = plain(reason)
    for finding in gated.summary["findings"]:
        _finding(suite, gated, finding)
    _count(suites, suite, gated, created_at)
    indent(suites)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + tostring(suites, encoding="unicode") + "\n"


def _finding(suite: Element, gated: Gated, finding: Mapping[str, Any]) -> None:
    name = f"{finding['id']} {finding['label']}"
    case = SubElement(
        suite, "testcase", classname=f"prebeta.findings.{_line(finding['kind'])}", name=_line(name), time="0"
    )
    message = f"{times(finding['count'], 'conversation')}, {finding['failed']} failed"
    body = "\n".join([message, *_example(gated, finding)])
    if finding["id"] in gated.new:
        _told(case, "failure", "new", f"new: {message}", body)
    else:
        _told(case, "skipped", "known", message, body)


def _findings(gated: Gated, rule: str) -> list[str]:
    """The findings that a failed rule is made of, the worst first."""
    found = [one for one in gated.summary["findings"] if rule != "no_new_findings" or one["id"] in gated.new]
    lines: list[str] = []
    for finding in found[:_MOST]:
        lines += ["", f"{finding['id']} {plain(finding['label'], one_line=True)}", *_example(gated, finding)]
    return lines


def _example(gated: Gated, finding: Mapping[str, Any]) -> list[str]:
    look = gated.looks.get(finding["id"])
    return [*([] if look is None else [brief(look)]), gated.command(finding)]


def _told(case: Element, tag: str, kind: str, message: str, body: str) -> None:
    SubElement(case, tag, message=_line(message), type=f"prebeta.{kind}").text = plain(body)


def _count(suites: Element, suite: Element, gated: Gated, created_at: float) -> None:
    cases = suite.findall("testcase")
    counts = {
        "tests": len(cases),
        "failures": sum(case.find("failure") is not None for case in cases),
        "errors": sum(case.find("error") is not None for case in cases),
        "skipped": sum(case.find("skipped") is not None for case in cases),
    }
    for element in (suites, suite):
        for name, count in counts.items():
            element.set(name, str(count))
        element.set("time", f"{gated.summary['seconds']:.3f}")
    suite.set("timestamp", time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(created_at)))
    rate = gated.summary["failure_rate"]
    measured = "nothing measured" if rate is None else f"failure rate {percent(rate)}"
    SubElement(suite, "system-out").text = f"gate {gated.gate.result}, {measured}, run {gated.gate.run}"


def _line(text: str) -> str:
    """A text for an attribute: a line, with no sign that XML does not allow."""
    return plain(text, one_line=True)
