"""WRONG_RESULT: the product holds values other than those last uttered. Blamed: the first turn with the wrong value.

Where the end state was reached the end-state judge says so; this rule speaks of conversations that broke off before.
"""

from __future__ import annotations

from collections.abc import Iterator

from prebeta.judges.rules.view import Sign, View


def find(view: View) -> Iterator[Sign]:
    if view.ended_well or view.infrastructure:
        return
    for wrong in view.wrong:
        if not wrong.old and wrong.value is not None:
            reason = f"{wrong.slot}: the user last said {wrong.wanted!r}, the product holds {wrong.value!r}"
            yield Sign(wrong.turn, reason, view.transcript.turns[wrong.turn].text, wrong.slot)
