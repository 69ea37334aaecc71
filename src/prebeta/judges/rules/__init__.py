"""Failure kinds by rule, one file a kind. Each rule reads a View and yields (turn, slot, evidence, reason)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from types import MappingProxyType

from prebeta.core.types import Transcript, Verdict, VerdictValue
from prebeta.dialogue.reading import Reader
from prebeta.judges.facts import FactReader
from prebeta.judges.rules import (
    dead_end,
    false_done,
    ignored_input,
    loop,
    lost_correction,
    no_progress,
    system_error,
    wrong_result,
)
from prebeta.judges.rules.view import Sign, Texts, View

VERSION = "1"

RULES: Mapping[str, Callable[[View], Iterator[Sign]]] = MappingProxyType(
    {
        "LOOP": loop.find,
        "DEAD_END": dead_end.find,
        "NO_PROGRESS": no_progress.find,
        "FALSE_DONE": false_done.find,
        "WRONG_RESULT": wrong_result.find,
        "IGNORED_INPUT": ignored_input.find,
        "LOST_CORRECTION": lost_correction.find,
        "SYSTEM_ERROR": system_error.find,
    }
)


class RuleJudge:
    """All rules over one transcript; the first sign of each kind and slot counts."""

    name = "rules"

    def __init__(self, reader: Reader, facts: FactReader) -> None:
        self._reader, self._facts, self._texts = reader, facts, Texts()

    async def __call__(self, transcript: Transcript) -> Sequence[Verdict]:
        """The failures found, in order of their turns."""
        view = View(transcript, self._reader, self._facts, self._texts)
        verdicts: dict[tuple[str, str | None], Verdict] = {}
        for kind, find in RULES.items():
            for sign in find(view):
                value: VerdictValue = "unsure" if sign.unsure else "fail"
                key = (kind, sign.slot)
                if key not in verdicts or (verdicts[key].value == "unsure" and value == "fail"):
                    verdicts[key] = Verdict(
                        self.name, VERSION, value, kind, sign.turn, sign.slot, sign.evidence, sign.reason
                    )
        return sorted(verdicts.values(), key=lambda verdict: verdict.turn or 0)
