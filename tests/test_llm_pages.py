"""The files and commands of docs/llm-users.md and docs/personas.md, as they stand there."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

import pytest
import yaml

sys.path.insert(0, str(Path(__file__).parent / "cli"))
from command_line import prebeta

from prebeta.config import load

DOCS = Path(__file__).parent.parent / "docs"
PAGES = ("llm-users.md", "personas.md")
KEYS = {"OPENAI_API_KEY": "sk-none", "ANTHROPIC_API_KEY": "sk-none"}


def blocks(page: str, *kinds: str) -> list[str]:
    return [
        text
        for kind, text in re.findall(r"^```(\w+)\n(.*?)^```", (DOCS / page).read_text(), re.M | re.S)
        if kind in kinds
    ]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with the files that the pages show, each named in its first line, and chats."""
    for text in (text for page in PAGES for text in blocks(page, "python", "yaml")):
        (tmp_path / text.splitlines()[0].removeprefix("# ")).write_text(text)
    talk = [
        ("user", "hello there, I need a cake"),
        ("assistant", "Which?"),
        ("user", "plum i think"),
        ("assistant", "Name?"),
    ]
    rows = [{"messages": [{"role": who, "content": f"{said} {n}"} for who, said in talk]} for n in range(30)]
    (tmp_path / "chats.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    return tmp_path


def test_every_command_works(folder: Path) -> None:
    for line in (line for page in PAGES for text in blocks(page, "sh") for line in text.splitlines()):
        name, *words = line.split()
        assert name == "prebeta"
        done = prebeta(folder, *words)
        assert done.code == 0, (line, done.err)
        assert "Traceback" not in done.err
    assert (folder / "described.yaml").exists()


def test_every_part_of_a_project_fits(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in KEYS.items():
        monkeypatch.setenv(name, value)
    (folder / "people.yaml").write_text("- a florist in a hurry\n- a tiler who is new to it\n")
    whole = yaml.safe_load((folder / "prebeta.yaml").read_text())
    for part in ("models.yaml", "fitted.yaml", "personas.yaml"):
        (folder / part).write_text(yaml.safe_dump({**whole, "user": {}, **yaml.safe_load((folder / part).read_text())}))
        assert load(folder / part).warnings() == ()
