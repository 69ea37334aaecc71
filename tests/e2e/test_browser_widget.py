"""Chats on web pages in a real browser: a widget from npm, and the example project as it stands."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from prebeta.core.errors import UsageError
from prebeta.targets.browser.chromium import program_of
from prebeta.targets.browser.options import BrowserOptions

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = ROOT / "examples" / "browser"
WIDGET = ROOT / ".venvs" / "deep-chat" / "deepChat.bundle.js"


def needs_browser() -> None:
    pytest.importorskip("playwright", reason="playwright isn't installed: pip install 'prebeta[browser]'")
    try:
        program_of(BrowserOptions(url="http://127.0.0.1"))
    except UsageError as error:
        pytest.skip(f"{error}; scripts/parts/chromium.sh installs it")


def test_whole_conversations_with_a_widget_from_npm(
    serve: Callable[[str], str], prebeta_with: Callable[..., Any]
) -> None:
    needs_browser()
    if not WIDGET.exists():
        pytest.skip("no deep-chat here; scripts/parts/deep-chat.sh fetches it from npm")
    prebeta = prebeta_with("deepchat/prebeta.yaml", DEEPCHAT_URL=serve("deepchat"))
    result = prebeta.json("run", "-n", "20", "--seed", "3", "--sample", "census")
    rows = prebeta.rows()
    bad = [
        (row["id"], row["outcome"], row["kind"], row["turn"])
        for row in rows
        if row["failed"] or row["outcome"] != "REACHED"
    ]
    assert len(rows) == result["conversations"] == 20
    assert not bad
    turns = [turn for row in rows for turn in row["turns"]]
    assert sum(turn["move"] == "press" for turn in turns) >= 20
    assert sum(turn["move"] == "say" for turn in turns) >= 20
    # No cross-talk: each desk wrote down a card that its own visitor gave, and no two visitors have the same.
    cards = [row["turns"][-1]["state"]["card"] for row in rows]
    for row, card in zip(rows, cards, strict=True):
        typed = " ".join(text for turn in row["turns"] if turn["speaker"] == "user" for text in turn["messages"])
        assert card in re.sub(r"[ -]", "", typed).upper()
    assert len(set(cards)) == len({row["scenario"]["id"] for row in rows})
    pictures = list((prebeta.folder / ".prebeta" / "screenshots").glob("*/turn-*.jpg"))
    assert pictures
    assert all(picture.read_bytes()[:2] == b"\xff\xd8" for picture in pictures)


def test_the_example_runs_as_it_stands(
    tmp_path_factory: pytest.TempPathFactory, prebeta_with: Callable[..., Any]
) -> None:
    needs_browser()
    with subprocess.Popen(
        [sys.executable, EXAMPLE / "server.py", "0"], stdout=subprocess.PIPE, text=True, cwd=EXAMPLE
    ) as server:
        try:
            assert server.stdout is not None
            url = server.stdout.readline().strip()
            prebeta = prebeta_with("deepchat/prebeta.yaml", LIBRARY_URL=url)
            shutil.copy(EXAMPLE / "prebeta.yaml", prebeta.folder / "prebeta.yaml")
            result = prebeta.json("run", "-n", "4", "--seed", "1", "--sample", "census")
            assert result["conversations"] == result["outcomes"]["REACHED"] == 4
        finally:
            server.terminate()
