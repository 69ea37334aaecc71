"""`prebeta personas`: whole outputs, what is refused, and that a pool written is read by a project."""

from __future__ import annotations

import json
import signal
import subprocess
import time
from pathlib import Path

import pytest
from command_line import PROJECT, Done, prebeta, program, project

from model_on_loopback import serving
from prebeta.scenarios.generation.files import read_pool
from prebeta.testing import ModelCall

MODEL = '''
"""Models: one that describes people, one that says nonsense."""
import json, re

PEOPLE = ["a florist who opens late on Sundays", "a tiler who sings at work all day", "a night nurse with two dogs",
          "a beekeeper from the hills", "a tram driver who paints"]


def kind(messages):
    text = str(messages)
    return json.dumps({"personas": [{"seed": n + 1, "text": each} for n, each in enumerate(PEOPLE)]})


def mad(messages):
    return "blah " * 50


def dead(messages):
    raise ConnectionError("nobody home")


def once(messages):
    with open("asked.txt", "a") as file:
        file.write("x")
    return kind(messages)
'''


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "voices.py").write_text(MODEL)
    return project(tmp_path)


def test_generate_list_and_check(folder: Path) -> None:
    made = prebeta(folder, "personas", "generate", "40", "--seed", "3", "-o", "people.yaml")
    assert made == Done(
        0, "wrote 40 personas to people.yaml\nNext: personas: {from: people.yaml} in prebeta.yaml\n", ""
    )
    people = read_pool(folder / "people.yaml")
    assert len(people) == 40

    checked = prebeta(folder, "personas", "check", "people.yaml")
    assert (checked.code, checked.err) == (0, "")
    assert checked.out.startswith("40 users count as ")
    assert [line.split("  ")[1] for line in checked.out.splitlines()[1:]] == [
        "distinct openers", "similarity", "near duplicates", "trait profiles",
    ]  # fmt: skip

    listed = prebeta(folder, "personas", "list", "people.yaml")
    assert listed.out.splitlines()[0] == f" 1  {people[0].text}"
    assert listed.out.splitlines()[1].startswith("    verbosity ")
    assert json.loads(prebeta(folder, "personas", "list", "people.yaml", "--json").out)["personas"][39] == {
        "text": people[39].text, "traits": dict(people[39].traits),
    }  # fmt: skip


def test_the_same_seed_gives_the_same_and_fewer_are_the_first(folder: Path) -> None:
    ten = prebeta(folder, "personas", "generate", "10", "--seed", "8").out
    assert prebeta(folder, "personas", "generate", "10", "--seed", "8").out == ten
    assert ten.startswith(prebeta(folder, "personas", "generate", "4", "--seed", "8").out)
    assert prebeta(folder, "personas", "generate", "10", "--seed", "9").out != ten


def test_a_project_reads_the_pool(folder: Path) -> None:
    prebeta(folder, "personas", "generate", "12", "-o", "people.csv")
    (folder / "prebeta.yaml").write_text(PROJECT.replace("personas: [a regular guest]", "personas: {from: people.csv}"))
    told = json.loads(prebeta(folder, "personas", "check", "--json").out)
    assert (told["users"], told["pool"]) == (12, "prebeta.yaml")
    assert list(told) == [
        "pool", "users", "effective_users", "verdict", "distinct_openers", "similarity", "duplicates",
        "effective_trait_profiles", "traits", "unbalanced", "problems",
    ]  # fmt: skip
    assert prebeta(folder, "personas", "list").out.count("\n") == 24


def test_words_of_the_field_come_from_files_or_the_project(folder: Path) -> None:
    (folder / "fees.md").write_text("# Parcel lockers\nA parcel locker holds the parcel. The parcel locker is free.\n")
    assert "'parcel locker" in prebeta(folder, "personas", "generate", "40", "--from", "fees.md").out
    assert "'table'" in prebeta(folder, "personas", "generate", "60").out


def test_check_tells_copies_contradictions_and_what_is_unbalanced(folder: Path) -> None:
    lines = [
        {"text": "a florist who opens late on Sundays", "traits": {"mood": "calm"}},
        {"text": "a boy of ten who is CTO of a bank", "traits": {"mood": "calm"}},
    ] * 5
    (folder / "pool.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    done = prebeta(folder, "personas", "check", "pool.jsonl")
    assert done.code == 0
    assert done.out.startswith("10 users are really 2; 8 nearly repeat an earlier one\n")
    assert "3 “a florist who opens late on Sundays” repeats 1 “a florist" in done.out
    assert "unbalanced         mood: calm is 100% of 10, nobody is hurried or sceptical" in done.out
    assert (
        "not usable         2 “a boy of ten who is CTO of a bank”: contradicts itself: a child + an executive"
        in done.out
    )
    told = json.loads(prebeta(folder, "personas", "check", "pool.jsonl", "--json").out)
    assert told["effective_users"] == pytest.approx(2, abs=0.1)
    assert told["duplicates"][0] == {"persona": 3, "repeats": 1}
    assert len(told["problems"]) == 5


def test_neutral_personas_stand_in_where_a_project_has_none(folder: Path) -> None:
    (folder / "prebeta.yaml").write_text(PROJECT.replace("personas: [a regular guest]\n", ""))
    told = json.loads(prebeta(folder, "personas", "list", "--json").out)
    assert len(told["personas"]) == 36
    assert "it declares none" in told["pool"]


def test_with_a_model(folder: Path) -> None:
    done = prebeta(folder, "personas", "generate", "4", "--model", "voices:kind", "--json")
    told = json.loads(done.out)
    assert done.code == 0
    assert (told["described"], told["composed"]) == (4, 0)
    assert done.err.startswith("prebeta: the model described 4 of 4 (")

    mad = prebeta(folder, "personas", "generate", "4", "--model", "voices:mad", "-o", "x.yaml")
    assert mad.code == 0
    assert "described 0 of 4" in mad.err
    assert len(read_pool(folder / "x.yaml")) == 4


def test_answers_are_recorded_and_replayed_as_in_a_run(folder: Path) -> None:
    words = ("personas", "generate", "4", "--model", "voices:once")
    first = prebeta(folder, *words)
    asked = (folder / "asked.txt").read_text()
    assert first.code == 0
    assert asked
    assert (folder / ".prebeta" / "answers.db").is_file()
    assert prebeta(folder, *words) == first
    assert prebeta(folder, *words, "--cache", "replay") == first
    assert (folder / "asked.txt").read_text() == asked
    assert prebeta(folder, *words, "--cache", "off").out == first.out
    assert (folder / "asked.txt").read_text() == asked * 2
    missing = prebeta(folder, *words, "--cache", "replay", "--seed", "7", "-o", "none.yaml")
    assert (missing.code, missing.out) == (3, "")
    assert "no recorded answer to request" in missing.err
    assert not (folder / "none.yaml").exists()


def test_a_model_that_never_answers_makes_no_pool(folder: Path) -> None:
    done = prebeta(folder, "personas", "generate", "4", "--model", "voices:dead", "-o", "none.yaml")
    assert (done.code, done.out) == (3, "")
    assert "model voices:dead at voices:dead: " in done.err
    assert "nothing is written. Without --model they are composed from facets" in done.err
    assert not (folder / "none.yaml").exists()


def test_the_budget_ends_the_asking_and_the_rest_is_composed(folder: Path) -> None:
    def people(call: ModelCall) -> object:
        texts = [f"a {one} who collects {other}" for one in ("tiler", "florist", "night nurse", "beekeeper", "baker")
                 for other in ("old maps", "tin toys", "train tickets", "sea glass", "postcards of bridges")]  # fmt: skip
        start = 10 * (len(server.calls) - 1)
        return {"personas": [{"seed": n + 1, "text": texts[(start + n) % 25]} for n in range(10)]}

    with serving(people) as server:
        priced = f'models: {{fast: {{kind: openai, url: "{server.url}", model: any, price: {{in: 100, out: 100}}}}}}\n'
        (folder / "prebeta.yaml").write_text(PROJECT + priced)
        done = prebeta(folder, "personas", "generate", "60", "--model", "fast", "--max-cost", "0.15", "--json")
        calls = len(server.calls)
    told = json.loads(done.out)
    assert done.code == 0
    assert len(told["personas"]) == 60
    assert told["stopped"].startswith("the budget of $0.15 can't pay for a call of about $")
    assert 0 < told["described"] < 60
    assert calls < 6
    assert "stopped asking: the budget" in done.err


def test_checking_five_hundred_takes_no_time(folder: Path) -> None:
    prebeta(folder, "personas", "generate", "500", "-o", "people.yaml")
    began = time.process_time()
    assert prebeta(folder, "personas", "check", "people.yaml").code == 0
    assert time.process_time() - began < 3


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (("generate", "0"), "the number of personas should be from 1 to 100,000, not 0"),
        (("generate", "x"), "invalid value for 'N'"),
        (("generate",), "missing argument 'N'"),
        (("generate", "2", "-o", "pool.txt"), "unknown ending '.txt'"),
        (("generate", "2", "-o", "pool"), "unknown ending ''"),
        (("generate", "2", "--from", "none.md"), "no file 'none.md'"),
        (("generate", "2", "--model", "fast"), "there is no model 'fast' under models; prebeta.yaml declares none"),
        (("check", "none.yaml"), "no file 'none.yaml' in"),
        (("check", "none.jsonl"), "no file 'none.jsonl'"),
        (("check", "a.yaml", "-c", "prebeta.yaml"), "name either a FILE or -c, not both"),
        (("list", "desk_product.py"), "desk_product.py"),
        (("chekc",), "no such command 'chekc'"),
        ((), "missing command; see: prebeta personas --help"),
        (("generate",), "see: prebeta personas generate --help"),
        (
            ("generate", "2", "--max-cost", "1"),
            "--cache and --max-cost are for a model's answers; name one: --model NAME",
        ),
        (
            ("generate", "2", "--model", "voices:kind", "--cache", "reply"),
            "unknown cache 'reply'; did you mean 'replay'?",
        ),
        (
            ("generate", "2", "--model", "voices:kind", "--cache", "replay"),
            "isn't there, so nothing is recorded; run with",
        ),
        (("generate", "2", "--model", "voices:kind", "--max-cost", "1"), "a budget in USD needs the price of"),
    ],
)
def test_what_is_wrong_is_said_in_a_line(folder: Path, words: tuple[str, ...], line: str) -> None:
    done = prebeta(folder, "personas", *words)
    assert (done.code, done.out) == (2, "")
    assert line in done.err
    assert done.err.count("\n") == 1


def test_an_interrupt_leaves_no_half_written_file(tmp_path: Path) -> None:
    command = program("personas", "generate", "10000", "-o", "pool.yaml")
    with subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        time.sleep(4)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=60)
    assert process.returncode == 130, err
    assert list(tmp_path.iterdir()) == []
