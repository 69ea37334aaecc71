"""Failure kinds by rule, one file a kind. Each rule reads a View and yields (turn, slot, evidence, reason)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from types import MappingProxyType

from prebeta.core.types import Transcript, Verdict, VerdictValue
from prebeta.judges.rules import (
    contradiction,
    dead_end,
    failing_tool,
    false_done,
    handoff_fail,
    ignored_input,
    language_style,
    leak,
    loop,
    lost_correction,
    no_progress,
    out_of_bounds,
    system_error,
    wrong_refusal,
    wrong_result,
)
from prebeta.judges.rules.view import Sign, Texts, View
from prebeta.judges.secrets import Secrets
from prebeta.judges.spec import JudgeSpec

VERSION = "2"


def _broke(view: View) -> Iterator[Sign]:
    yield from system_error.find(view)
    yield from failing_tool.find(view)


RULES: Mapping[str, Callable[[View], Iterator[Sign]]] = MappingProxyType(
    {
        "LOOP": loop.find,
        "DEAD_END": dead_end.find,
        "NO_PROGRESS": no_progress.find,
        "FALSE_DONE": false_done.find,
        "WRONG_RESULT": wrong_result.find,
        "IGNORED_INPUT": ignored_input.find,
        "LOST_CORRECTION": lost_correction.find,
        "CONTRADICTION": contradiction.find,
        "WRONG_REFUSAL": wrong_refusal.find,
        "OUT_OF_BOUNDS": out_of_bounds.find,
        "HANDOFF_FAIL": handoff_fail.find,
        "LANGUAGE_STYLE": language_style.find,
        "LEAK": leak.find,
        "SYSTEM_ERROR": _broke,
    }
)


class RuleJudge:
    """All rules over one transcript; the first sign of each kind and slot counts."""

    name = "rules"

    def __init__(self, spec: JudgeSpec) -> None:
        self._spec, self._secrets, self._texts = spec, Secrets(spec.bounds), Texts()

    async def __call__(self, transcript: Transcript) -> Sequence[Verdict]:
        """The failures found, in order of their turns."""
        view = View(transcript, self._spec, self._secrets, self._texts)
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
