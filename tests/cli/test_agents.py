"""`init --agents`: what is somebody's stays byte for byte, and twice is as good as once."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from command_line import prebeta, project
from hypothesis import given
from hypothesis import strategies as st

from prebeta.cli.agents import write_agents
from prebeta.core.errors import UsageError

BEGIN, END = "<!-- prebeta: begin -->", "<!-- prebeta: end -->"


@pytest.fixture(autouse=True)
def _by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda _name: "/usr/bin/prebeta")


def test_beside_a_project_that_is_there(tmp_path: Path) -> None:
    folder = project(tmp_path)
    before = (folder / "prebeta.yaml").read_bytes()
    done = prebeta(folder, "init", "--agents")
    assert (done.code, done.out, done.err) == (0, "wrote AGENTS.md\nwrote .mcp.json\n", "")
    guide = (folder / "AGENTS.md").read_text()
    assert guide.startswith(BEGIN)
    assert "prebeta compare BEFORE AFTER" in guide
    servers = json.loads((folder / ".mcp.json").read_text())
    assert servers == {"mcpServers": {"prebeta": {"command": "prebeta", "args": ["mcp"]}}}
    again = prebeta(folder, "init", "--agents", "--json")
    assert [one["done"] for one in json.loads(again.out)["agents"]] == ["left as it is"] * 2
    assert (folder / "AGENTS.md").read_text() == guide
    assert (folder / "prebeta.yaml").read_bytes() == before


def test_with_a_new_project(tmp_path: Path) -> None:
    done = prebeta(tmp_path, "init", "shop", "--agents")
    assert done.code == 0
    assert done.out.startswith("wrote shop/prebeta.yaml\nwrote shop/AGENTS.md\nwrote shop/.mcp.json\nNext: ")
    assert sorted(path.name for path in (tmp_path / "shop").iterdir()) == [".mcp.json", "AGENTS.md", "prebeta.yaml"]


def test_a_project_is_not_written_over_for_a_target(tmp_path: Path) -> None:
    done = prebeta(project(tmp_path), "init", "--agents", "--target", "http://127.0.0.1:1")
    assert (done.code, "stays as it is" in done.err) == (2, True)
    assert not (tmp_path / "AGENTS.md").exists()


@pytest.mark.parametrize("text", ["# Rules\n\nBe kind.\n", "# Rules\r\nBe kind.\r\n", "no end of line", "", "ä\n\n\n"])
def test_what_is_there_stays_and_ours_comes_behind_it(text: str, tmp_path: Path) -> None:
    (tmp_path / "CLAUDE.md").write_bytes(text.encode())
    assert [one.done for one in write_agents(tmp_path)] == ["appended to", "wrote"]
    new = (tmp_path / "CLAUDE.md").read_bytes().decode()
    assert new.startswith(text)
    assert new.replace("\r\n", "\n").endswith(f"{END}\n")
    assert ("\n" in new.replace("\r\n", "")) == ("\r\n" not in text)  # one kind of line end
    assert not (tmp_path / "AGENTS.md").exists()
    assert [one.done for one in write_agents(tmp_path)] == ["left as it is"] * 2
    assert (tmp_path / "CLAUDE.md").read_bytes().decode() == new


def test_older_lines_of_ours_are_brought_up_to_date_in_their_place(tmp_path: Path) -> None:
    (tmp_path / "AGENTS.md").write_text(f"before\n{BEGIN}\nwhat an older one wrote\n{END}\nbehind\n")
    assert write_agents(tmp_path)[0].done == "brought up to date"
    text = (tmp_path / "AGENTS.md").read_text()
    assert text.startswith(f"before\n{BEGIN}\n## Testing")
    assert text.endswith(f"{END}\nbehind\n")
    assert "older one" not in text


@pytest.mark.parametrize("text", [BEGIN, END, f"{END} {BEGIN}", f"{BEGIN}{END}{BEGIN}{END}"])
def test_markers_that_are_not_one_pair_are_for_a_person_to_mend(text: str, tmp_path: Path) -> None:
    (tmp_path / "AGENTS.md").write_text(text)
    with pytest.raises(UsageError, match="must stand there once each"):
        write_agents(tmp_path)
    assert (tmp_path / "AGENTS.md").read_text() == text


def test_both_files_get_the_lines_unless_one_reads_the_other(tmp_path: Path) -> None:
    for name in ("AGENTS.md", "CLAUDE.md"):
        (tmp_path / name).write_text("x\n")
    assert [one.file.name for one in write_agents(tmp_path)] == ["AGENTS.md", "CLAUDE.md", ".mcp.json"]
    (tmp_path / "CLAUDE.md").write_text("@AGENTS.md\n")
    assert [one.file.name for one in write_agents(tmp_path)] == ["AGENTS.md", ".mcp.json"]
    assert (tmp_path / "CLAUDE.md").read_text() == "@AGENTS.md\n"
    (tmp_path / "CLAUDE.md").unlink()
    (tmp_path / "CLAUDE.md").symlink_to("AGENTS.md")
    assert [one.file.name for one in write_agents(tmp_path)] == ["AGENTS.md", ".mcp.json"]


def test_a_file_that_is_no_text_stays(tmp_path: Path) -> None:
    (tmp_path / "AGENTS.md").write_bytes(b"\xff\xfe")
    with pytest.raises(UsageError, match="cannot read"):
        write_agents(tmp_path)
    assert (tmp_path / "AGENTS.md").read_bytes() == b"\xff\xfe"


def test_servers_that_are_there_stay_as_they_were_written(tmp_path: Path) -> None:
    text = '{\n\t"other": [1,2],\n\t"mcpServers": {\n\t\t"git":   {"command": "git-mcp"}\n\t}\n}\n'
    (tmp_path / ".mcp.json").write_text(text)
    assert write_agents(tmp_path)[-1].done == "added to"
    new = (tmp_path / ".mcp.json").read_text()
    assert new.replace('\n    "prebeta": {"command": "prebeta", "args": ["mcp"]},', "") == text
    assert list(json.loads(new)["mcpServers"]) == ["prebeta", "git"]
    assert write_agents(tmp_path)[-1].done == "left as it is"


@pytest.mark.parametrize(
    "text",
    [
        "no json",
        "[]",
        "{}",
        '{"mcpServers": []}',
        '{"mcpServers": {"prebeta": {"command": "mine"}}}',
        '{"text": "\\"mcpServers\\": {", "mcpServers" : 1}',
    ],
)
def test_a_file_of_another_shape_is_left(text: str, tmp_path: Path) -> None:
    (tmp_path / ".mcp.json").write_text(text)
    found = write_agents(tmp_path)[-1]
    assert (found.done, bool(found.detail)) == ("left as it is", True)
    assert (tmp_path / ".mcp.json").read_text() == text


names = st.text(st.sampled_from('ab"\\{}: mcpServers'), max_size=12)
values = st.recursive(
    st.none() | st.integers() | names,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(names | st.just("mcpServers"), inner, max_size=3),
    max_leaves=8,
)


@given(
    st.dictionaries(names, values, max_size=3),
    st.dictionaries(names, values, max_size=3),
    st.sampled_from([None, 1, 4]),
)
def test_whatever_else_stands_in_it_is_the_same_afterwards(
    other: dict[str, Any], servers: dict[str, Any], indent: int | None
) -> None:
    known = {**other, "mcpServers": servers}
    with TemporaryDirectory() as folder:
        file = Path(folder) / ".mcp.json"
        file.write_text(json.dumps(known, indent=indent))
        write_agents(file.parent)
        new = json.loads(file.read_text())
    new["mcpServers"].pop("prebeta", None)
    assert new == known
