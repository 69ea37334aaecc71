"""The part of docs/quality.md on how users write, beside their profile and beside people."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

from test_voice_likeness import RELEASES, SETS, answer, free, human_talks, texts, typed

from prebeta.analysis.realism import Surface, surface, tell_apart

_ROWS = (
    ("words, median", "words", "11"),
    ("words, 90 %", "p90", "36"),
    ("coefficient of variation of length", "variation", "3.13"),
    ("≤ 3 words", "short", "7.3 %"),
    ("polite or praising word", "polite", "7.9 %"),
    ("starts lower-case", "lower", "41 %"),
    ("ends in . ! ?", "stops", "47 %"),
    ("asks a question", "asks", "37 %"),
    ("distinct 3-word openers per 100", "openers", "72"),
    ("pairwise Jaccard of first messages", "alike", "0.035"),
)
_SHARES = frozenset(("short", "polite", "lower", "stops", "asks"))


def _shown(held: Surface, name: str) -> str:
    value = getattr(held, name)
    if value is None:
        return "–"
    return f"{100 * value:.1f} %" if name in _SHARES else f"{value:.3g}"


def section() -> Sequence[str]:
    """Free text and answers of the bundled product's users, and the classifier where the public dialogues lie beside."""
    with tempfile.TemporaryDirectory() as folder:
        held = {release: typed(release, Path(folder), n=500) for release in (RELEASES[0],)}[RELEASES[0]]
    people = human_talks() if all(path.exists() for path in SETS) else None
    columns = [surface(texts(held, free)), surface(texts(held, answer)), *([surface(people)] if people else [])]
    head = "| | free text, profile | free text | answers |" + (" people (tm4, sgd), all |" if people else "")
    rows = [
        "What the users of 500 conversations with the bundled product (release 4) typed. Free text follows people who write "
        "to assistants, answers follow task dialogues.",
        "",
        head,
        "|---" * head.count(" |") + "|",
    ]
    for words, name, wanted in _ROWS:
        rows.append(f"| {words} | {wanted} | " + " | ".join(_shown(one, name) for one in columns) + " |")
    if people:
        every = texts(held, lambda message: True)
        apart = tell_apart(every, people)
        low, high = apart.interval
        rows += [
            "",
            f"A logistic classifier on 13 surface features, learnt on half of the conversations, tells all typed messages "
            f"from those of tm4 and sgd with AUC **{apart.auc:.2f}** ({low:.2f} to {high:.2f}; goal ≤ 0.75; 0.5 is not at all).",
        ]
    return rows
