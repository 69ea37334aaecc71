"""Writes the pages of docs/ that the program itself can tell; with --check only says which are stale (exit 1)."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

DOCS = Path(__file__).resolve().parent.parent / "docs"
PLAIN = {**os.environ, "COLUMNS": "100", "TERMINAL_WIDTH": "100", "NO_COLOR": "1", "TERM": "dumb"}


def told(*words: str) -> str:
    """What `prebeta WORDS` prints."""
    program = Path(sys.executable).with_name("prebeta")
    done = subprocess.run([program, *words], capture_output=True, text=True, check=True, env=PLAIN)
    return "\n".join(line.rstrip() for line in done.stdout.strip().splitlines())


def command_line() -> str:
    """Every verb with its help, those of a verb below it."""
    top = told("--help")
    verbs = verbs_in(top)
    if not verbs:
        raise SystemExit("scripts/docs.py finds no verbs in `prebeta --help`")
    with ThreadPoolExecutor(2) as pool:
        helps = dict(zip(verbs, pool.map(lambda verb: told(verb, "--help"), verbs), strict=True))
        below = [(verb, inner) for verb, text in helps.items() for inner in verbs_in(text)]
        inner_helps = dict(zip(below, pool.map(lambda words: told(*words, "--help"), below), strict=True))
    parts = ["# Command line", "Written by `make docs` from the program's own help.", f"```\n{top}\n```"]
    for verb, text in helps.items():
        parts += [f"## prebeta {verb}", f"```\n{text}\n```"]
        for words, inner in inner_helps.items():
            parts += [f"### prebeta {' '.join(words)}", f"```\n{inner}\n```"] if words[0] == verb else []
    return "\n\n".join(parts) + "\n"


def verbs_in(text: str) -> list[str]:
    """The verbs that a help lists."""
    return re.findall(r"^  ([a-z][a-z-]*)(?:  |$)", text.partition("Commands:")[2], re.MULTILINE)


def main() -> int:
    pages = {"cli.md": command_line(), "schema.json": told("schema") + "\n"}
    stale = [name for name, text in pages.items() if _written(name) != text]
    if "--check" in sys.argv[1:]:
        for name in stale:
            print(f"docs/{name} is not what the program says; write it again: make docs", file=sys.stderr)
        return 1 if stale else 0
    for name in stale:
        (DOCS / name).write_text(pages[name], encoding="utf-8")
        print(f"wrote docs/{name}")
    return 0


def _written(name: str) -> str | None:
    path = DOCS / name
    return path.read_text(encoding="utf-8") if path.exists() else None


if __name__ == "__main__":
    sys.exit(main())
