"""`prebeta init --from`: goals, slots, answers and the end drafted from real conversations into a file that loads."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest
from command_line import PRODUCT, Done, prebeta
from hypothesis import given
from hypothesis import strategies as st

from prebeta.config import Drafted, Project, load, starter
from prebeta.scenarios.generation.conversations import parse_conversations
from prebeta.scenarios.generation.drafting import draft

DATA = Path(__file__).parents[3] / "shared" / "data"
BIKES = (("city bike", "Monday", "0301234567"), ("gravel bike", "14 May", "0307654321"),
         ("cargo bike", "tomorrow", "0309999999"), ("city bike", "next Friday", "0301112223"))  # fmt: skip
WRITTEN = """\

# From here on everything is guessed from 4 conversations in chats.jsonl. Look over each line: what was said
# there need not be what the product is for. Values that tell who somebody is (names, phones, mail, codes) are made up.

# Best is a state the product tells; what it says can be wrong, and these words may stand elsewhere too.
end_state:
  when: {says: "your repair"}     # how it said that the matter is settled

stages:     # in the order in which they usually came
  bike: {asks: "bike"}
  date: {asks: "date"}
  phone: {asks: "phone"}
  confirm: {says: "that right"}

goals:
  - goal: "book a repair for my city bike"     # the opening that is most like the others
    slots:
      # asked in 4 of 4, as in: Which bike do you have?
      bike: {values: ["city bike", "gravel bike", "cargo bike"]}
      # asked in 4 of 4, as in: Which day suits you?
      date: {values: ["Monday", "14 May", "tomorrow", "next Friday"]}
      # asked in 4 of 4, as in: What is your phone number?
      phone: {pattern: "0[0-9]{9}"}

# Not guessed: requests the product should decline, and who the users are.
# out_of_scope: ["Tell me a joke", "Which phone should I buy?"]
# personas: [parent with little time, someone who does this for the first time]

user:
  patience: 3
  answers:     # words that told its questions from all else it said; doctor --one shows which line matched
    bike: "which bike"
    date: "which day"
    phone: "your phone"
    confirm: {says: "that right", then: "yes"}

# gate: {max_failure_rate: 0.05}                     # exit code 1 above it, for CI
# limits: {max_turns: 30, concurrency: 50}
"""


def workshop(bike: str, day: str, phone: str) -> str:
    said = (
        "Hello! How can I help you?", f"Hi, I'd like to book a repair for my {bike}",
        "Which bike do you have?", f"It's a {bike}, please",
        "Thanks. Which day suits you?", f"{day} would be great",
        "What is your phone number?", f"My number is {phone}",
        f"So a repair for a {bike} on {day}. Is that right?", "Yes",
        "Your repair is booked. See you then!",
    )  # fmt: skip
    return json.dumps(
        {"messages": [{"role": ("assistant", "user")[n % 2], "content": text} for n, text in enumerate(said)]}
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "chats.jsonl").write_text("\n".join(workshop(*each) for each in BIKES))
    (tmp_path / "desk_product.py").write_text(PRODUCT)
    return tmp_path


def test_what_was_guessed_is_written_and_told(folder: Path) -> None:
    done = prebeta(folder, "init", "--from", "chats.jsonl", "--target", "desk_product:Desk")
    assert done == Done(
        0,
        "wrote prebeta.yaml\nthe product answers: Hello, what may I book for you?\n"
        "drafted from 4 conversations, and to be looked over in prebeta.yaml: the goal 'book a repair for my city bike', "
        "3 slots (bike, date, phone), 4 lines of answers\n"
        "Next: look over what is guessed, then\n  prebeta doctor --one\n  prebeta run -n 50\n",
        "",
    )
    text = (folder / "prebeta.yaml").read_text()
    target, mark, rest = text.partition("\n# From here on")
    assert "function: desk_product:Desk" in target
    assert mark + rest == WRITTEN
    assert not any(phone in text for *_, phone in BIKES)
    assert load(folder / "prebeta.yaml").warnings() == ()


def test_several_files_and_json(folder: Path) -> None:
    (folder / "more.json").write_text(f"[{workshop('tandem', 'Sunday', '0305555555')}]")
    told = json.loads(prebeta(folder, "init", "new", "--from", "chats.jsonl", "--from", "more.json", "--json").out)
    assert (told["answer"], told["guessed"]) == (None, None)
    assert list(told["drafted"]) == ["conversations", "sections", "notes", "problems"]
    assert told["drafted"]["conversations"] == 5
    assert "5 conversations in chats.jsonl, more.json. Look over" in (folder / "new" / "prebeta.yaml").read_text()


def test_what_could_not_be_read_is_to_be_mended(folder: Path) -> None:
    talk = [{"role": "user", "content": "hi there my friend"}, {"role": "assistant", "content": "Good day."}]
    (folder / "short.json").write_text(json.dumps([talk]))
    done = prebeta(folder, "init", "--from", "short.json")
    assert "no slots, 0 lines of answers\n  to mend: no message says that the matter is settled; " in done.out
    text = (folder / "prebeta.yaml").read_text()
    assert "# To mend: the product asks for nothing that comes again\n" in text
    assert "when: {ended: true}     # no words for it were found" in text
    load(folder / "prebeta.yaml")


def test_a_question_with_somebodys_name_is_not_quoted(folder: Path) -> None:
    (folder / "chats.jsonl").write_text(
        "\n".join(workshop(*each).replace("Which day suits you?", "Which day suits you, Mr Krause?") for each in BIKES)
    )
    prebeta(folder, "init", "--from", "chats.jsonl")
    assert "      # asked in 4 of 4\n      date: {" in (folder / "prebeta.yaml").read_text()


@pytest.mark.parametrize(
    ("file", "line"),
    [
        ("none.jsonl", "none.jsonl isn't there"),
        ("desk_product.py", "desk_product.py:2: isn't JSON"),
        (".", ". is a folder; name a file in it"),
    ],
)
def test_a_file_that_is_no_use_leaves_nothing_behind(folder: Path, file: str, line: str) -> None:
    done = prebeta(folder, "init", "--from", file)
    assert (done.code, done.out) == (2, "")
    assert line in done.err
    assert not (folder / "prebeta.yaml").exists()


texts = st.text(max_size=30) | st.sampled_from(("${HOME}", "a: b", "#", "\u2028", "yes", "'\"\\", "\ufeff", "\x85"))
names = st.sampled_from(("day", "null", "a-b", "1st", "no", "größe"))


@given(
    goal=texts.filter(str.strip),
    values=st.lists(texts.filter(str.strip), min_size=1, unique=True),
    name=names,
    note=texts,
)
def test_whatever_was_said_the_file_holds_it_to_the_letter(goal: str, values: list[str], name: str, note: str) -> None:
    import yaml

    sections = {
        "end_state": {"when": {"says": "done"}},
        "stages": {name: {"asks": name}},
        "goals": [{"goal": goal, "slots": {name: {"values": values}}}],
        "user": {"answers": {name: "which"}},
    }
    text = starter("bot:reply", None, Drafted(sections, 1, note, (note,), {name: note}))
    found = yaml.safe_load(text.replace("$${", "${"))
    assert {key: found[key] for key in ("end_state", "stages", "goals")} == {
        key: sections[key] for key in ("end_state", "stages", "goals")
    }
    assert found["user"]["answers"] == {name: "which"}


@pytest.mark.parametrize("name", ["sgd_dialogues", "agent_sim"])
def test_real_conversations_give_a_file_that_loads(name: str, folder: Path) -> None:
    path = DATA / f"{name}.jsonl.gz"
    if not path.exists():
        pytest.skip(f"{path.name} isn't here")
    with gzip.open(path, "rt") as lines:
        rows = [json.loads(line) for line in lines]
    for domain in sorted({row["domain"] for row in rows})[:12]:
        chats = "\n".join(json.dumps(row) for row in rows if row["domain"] == domain)
        (folder / "real.jsonl").write_text(chats)
        done = prebeta(folder, "init", f"of-{domain}".replace(",", "-"), "--from", "real.jsonl", "--json")
        assert done.code == 0, done.err
        file = folder / json.loads(done.out)["file"]
        found: Project = load(file)
        sections = draft(parse_conversations(chats, "real")).sections()
        assert [goal.goal for goal in found.goals] == [goal["goal"] for goal in sections["goals"]]
