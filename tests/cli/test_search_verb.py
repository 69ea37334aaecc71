from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest
from command_line import Done, prebeta, project

SCHEMA_1 = Path(__file__).parent.parent / "store" / "schema_1.sql"


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = project(tmp_path_factory.mktemp("desk"))
    asked = ("-n", "3", "--seed", "3", "--users", "autopilot", "--release", "7")
    assert prebeta(folder, "run", *asked).code == 0
    return folder


def test_search(held: Path) -> None:
    assert prebeta(held, "search", '"is booked"', "--limit", "2") == Done(
        0,
        "CONVERSATION · turn 2 · product · REACHED · RUN · release 7\n  It »is booked«.\n"
        "CONVERSATION · turn 2 · product · REACHED · RUN · release 7\n  It »is booked«.\n"
        "\n3 turns in 3 conversations, the first 2 shown (--limit)\nNext:\n  prebeta show RUN CONVERSATION\n",
        "",
    )


def test_json(held: Path) -> None:
    found = json.loads(prebeta(held, "search", "booked", "it", "--run", "latest", "--json").out)
    assert (found["text"], found["turns"], found["conversations"]) == ("booked it", 3, 3)
    first = found["hits"][0]
    assert (first["text"], first["marks"]) == ("It is booked.", [[0, 2], [6, 12]])
    keys = "run release conversation turn speaker text marks outcome failed kind stage persona"
    assert list(first) == keys.split()


@pytest.mark.parametrize(
    ("filters", "turns"),
    [
        (("--release", "7", "--outcome", "reached,stuck", "--persona", "regular"), 3),
        (("--release", "8"), 0),
        (("--outcome", "failed"), 0),
        (("--kind", "loop"), 0),
        (("--stage", "day"), 0),
        (("--behavior", "clarify"), 0),
    ],
)
def test_filters(held: Path, filters: tuple[str, ...], turns: int) -> None:
    assert json.loads(prebeta(held, "search", "booked", "--json", *filters).out)["turns"] == turns


def test_nothing_found_and_what_cannot_be_asked(held: Path, tmp_path: Path) -> None:
    assert prebeta(held, "search", "zebra") == Done(0, "no turn holds that\n", "")
    assert prebeta(held, "search", '""').err == 'prebeta: nothing to look for: give a word, or words in "quotes"\n'
    wrong = prebeta(held, "search", "x", "--outcome", "reach")
    assert wrong == Done(2, "", "prebeta: unknown outcome 'reach'; did you mean 'REACHED'?\n")
    assert prebeta(held, "search", "x", "--run", "r9").code == 2
    assert "no store at" in prebeta(tmp_path, "search", "x").err


def test_a_long_turn_is_cut_around_what_was_found_and_obeys_nothing(tmp_path: Path) -> None:
    project(tmp_path)
    long = "\\x1b[31m" + "before " * 40 + "NEEDLE " + "after " * 60
    product = (tmp_path / "desk_product.py").read_text().replace("Hello, what may I book for you?", long)
    (tmp_path / "desk_product.py").write_text(product)
    assert prebeta(tmp_path, "run", "-n", "1", "-q").code == 0
    shown = prebeta(tmp_path, "search", "needle").out.splitlines()[1]
    assert shown.startswith("  …")
    assert shown.endswith("…")
    assert "before »NEEDLE« after" in shown
    assert len(shown) < 200
    assert "\x1b" not in prebeta(tmp_path, "search", '"[31mbefore"').out


def test_a_store_of_an_older_prebeta_is_shown_and_gone_on_with(tmp_path: Path) -> None:
    project(tmp_path)
    (tmp_path / ".prebeta").mkdir()
    with sqlite3.connect(tmp_path / ".prebeta" / "prebeta.db") as connection:
        connection.executescript(SCHEMA_1.read_text().replace("FOLDER", str(tmp_path)))
    connection.close()
    shown = prebeta(tmp_path, "show")
    assert shown.code == 0
    assert "0 of 3 typical users failed" in shown.out
    assert (tmp_path / ".prebeta" / "prebeta.db.bak-v1").exists()
    resumed = json.loads(prebeta(tmp_path, "resume", "--json").out)
    assert resumed["conversations"] >= 6
    assert resumed["outcomes"]["REACHED"] == resumed["conversations"]
    assert json.loads(prebeta(tmp_path, "runs", "--json").out)["runs"][0]["state"] == "done"
    assert json.loads(prebeta(tmp_path, "search", "booked", "--json").out)["conversations"] == resumed["conversations"]
