"""Annotations for GitHub Actions: workflow commands on stdout, and the care that no foreign text becomes one.

The runner reads every line that begins with `::` as a command (and `##[` anywhere in it, the older form). Escapes are those of
its toolkit: per cent, line feed and carriage return in messages, colon and comma as well in properties.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from prebeta.report.gated import Gated
from prebeta.report.wording import plain

_MOST = 5
_OLDER = re.compile(r"##\[")
_COMMAND = re.compile(r"^(\s*):(?=:)", re.MULTILINE)
_BLANK = "\u2060"


def annotated(gated: Gated) -> list[str]:
    """A line for each rule that has failed (error) or is inconclusive (warning), and for each new finding (error)."""
    return list(_lines(gated))


def _lines(gated: Gated) -> Iterator[str]:
    for ruled, name, reason in gated.rules():
        if ruled.result != "passed":
            level = "error" if ruled.result == "failed" else "warning"
            yield annotation(level, f"prebeta gate {ruled.result}: {name}", reason)
    for finding in [one for one in gated.summary["findings"] if one["id"] in gated.new][:_MOST]:
        yield annotation("error", f"prebeta, new: {finding['label']}", gated.command(finding))


def annotation(level: str, title: str, message: str) -> str:
    """A workflow command, one line whatever the texts hold."""
    return f"::{level} title={_escaped(title).replace(':', '%3A').replace(',', '%2C')}::{_escaped(message)}"


def disarmed(text: str) -> str:
    """A text for the log of a workflow: nothing in it is a command any more. An invisible sign keeps it from being one."""
    return _OLDER.sub(f"##{_BLANK}[", _COMMAND.sub(f"\\1:{_BLANK}", text))


def _escaped(text: str) -> str:
    shown = _OLDER.sub(f"##{_BLANK}[", plain(text))
    return shown.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
