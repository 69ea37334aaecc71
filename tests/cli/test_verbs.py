"""Each verb by its whole output, on a product whose conversations all go the same way."""

from __future__ import annotations

import json
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from command_line import PROJECT, Done, prebeta, program, project

REPORT = """\
run RUN · release 7 · new prompt · seed 3

0 of 5 typical users failed (0 %, below 45 %).

Who was sent
  typical users  0 of 5 failed   0 %
  probing users  0 of 5 failed   0 %
  autopilot      0 of 10 failed  0 %
  probing users: 2-way coverage 83.5 %, 3-way 52.5 %

How 10 conversations ended
  REACHED  10  came to the end state

How far they got
  opening  10  ████████████████████████

10 conversations, 10 user turns; the run took SECONDS
Next:
  prebeta export RUN --format jsonl -o RUN.jsonl
"""


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Done]:
    """A folder with one run in its store, and what `run` printed."""
    folder = project(tmp_path_factory.mktemp("desk"))
    asked = ("-n", "10", "--seed", "3", "--users", "agenda,autopilot", "--release", "7", "--note", "new prompt")
    return folder, prebeta(folder, "run", *asked)


def test_run(held: tuple[Path, Done]) -> None:
    assert held[1] == Done(0, REPORT, "")


def test_show_and_resume_print_the_report_again(held: tuple[Path, Done]) -> None:
    assert prebeta(held[0], "show", "latest") == Done(0, REPORT, "")
    assert prebeta(held[0], "show", "7") == Done(0, REPORT, "")
    assert prebeta(held[0], "resume", "latest") == Done(0, REPORT, "")


def test_runs(held: tuple[Path, Done]) -> None:
    line = "RUN  done  WHEN  0 of 5 typical users failed (0 %, below 45 %)  7 · new prompt\n"
    assert prebeta(held[0], "runs") == Done(0, line, "")
    (found,) = json.loads(prebeta(held[0], "runs", "--json").out)["runs"]
    assert (found["state"], found["release"], found["planned"], found["failed"]) == ("done", "7", 10, 0)


def test_findings_of_a_run_without_any(held: tuple[Path, Done]) -> None:
    assert prebeta(held[0], "findings") == Done(0, "no findings in 10 valid conversations of run RUN\n", "")
    assert json.loads(prebeta(held[0], "findings", "--json").out)["findings"] == []


def test_show_json_is_one_document_with_every_key_of_the_contract(held: tuple[Path, Done]) -> None:
    done = prebeta(held[0], "show", "--json")
    keys = (
        "run release note seed conversations valid failed flawed failure_rate interval flawed_rate samples coverage "
        "outcomes "
        "excluded turns seconds cost_usd model_calls voices stages resumed_after by_move findings discovery "
        "flakiness gate users"
    )
    assert (done.code, done.err, list(json.loads(done.out))) == (0, "", keys.split())


def test_export_and_show_of_one_conversation(held: tuple[Path, Done]) -> None:
    folder = held[0]
    assert prebeta(folder, "export", "7", "-o", "out.jsonl").out == "20 conversations of run RUN in out.jsonl\n"
    rows = [json.loads(line) for line in (folder / "out.jsonl").read_text().splitlines()]
    assert len({row["id"] for row in rows}) == 20
    assert {row["outcome"] for row in rows} == {"REACHED"}
    assert [turn["speaker"] for turn in rows[0]["turns"]] == ["product", "user", "product"]
    assert prebeta(folder, "export").out.count("\n") == 20
    told = json.loads(prebeta(folder, "export", "--json", "-o", "again.jsonl").out)
    assert (told["rows"], told["file"]) == (20, "again.jsonl")
    assert (folder / "again.jsonl").read_text() == (folder / "out.jsonl").read_text()
    assert list(folder.glob(".*.part")) == []

    first = rows[0]["id"]
    assert json.loads(prebeta(folder, "show", "latest", first, "--json").out)["turns"][2]["messages"] == [
        "It is booked."
    ]
    shown = prebeta(folder, "show", "latest", first[:8]).out
    assert shown.startswith("conversation CONVERSATION · agenda · seed ")
    assert shown.endswith(
        "\n 2 product · opening, success odds 100 %\n   It is booked.\n\nended by product: end_state\n"
    )


def test_every_line_of_a_report_fits_forty_columns(held: tuple[Path, Done]) -> None:
    for verb in ("show", "runs", "findings"):
        done = prebeta(held[0], verb, COLUMNS="40")
        assert done.code == 0
        assert max(map(len, done.out.splitlines())) <= 40


def test_the_program_itself_in_a_pipe_that_closes(held: tuple[Path, Done]) -> None:
    script = f"{shlex.join(program('export'))} | head -c 10; echo ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", script], cwd=held[0], capture_output=True, text=True, timeout=60, check=True)
    assert done.stderr == ""
    assert done.stdout.endswith("0\n")


def test_init_writes_a_project_that_loads_and_asks_the_product(tmp_path: Path) -> None:
    project(tmp_path)
    (tmp_path / "prebeta.yaml").unlink()
    done = prebeta(tmp_path, "init", "--target", "desk_product:Desk")
    assert done == Done(
        0,
        "wrote prebeta.yaml\nthe product answers: Hello, what may I book for you?\n"
        "Next: say in it what users want and when they have it, then\n  prebeta doctor --one\n  prebeta run -n 50\n",
        "",
    )
    again = prebeta(tmp_path, "init")
    assert (again.code, again.out) == (2, "")
    assert (
        again.err
        == "prebeta: prebeta.yaml is there already and stays as it is; name another folder: prebeta init DIR\n"
    )
    other = prebeta(tmp_path, "init", "new", "--json")
    nothing = {
        "kind": None,
        "recognised": None,
        "guessed": None,
        "note": None,
        "unset": [],
        "answer": None,
        "drafted": None,
    }
    assert json.loads(other.out) == {"file": "new/prebeta.yaml", **nothing}
    assert "kind: http" in (tmp_path / "new" / "prebeta.yaml").read_text()


def test_doctor(tmp_path: Path) -> None:
    project(tmp_path)
    done = prebeta(tmp_path, "doctor")
    assert done.code == 0
    assert done.out == (
        "ok  config: prebeta.yaml\n"
        "ok  store: FOLDER/.prebeta/prebeta.db will be made by the first run\n"
        "ok  product: answers: Hello, what may I book for you?\n"
    )
    assert not (tmp_path / ".prebeta").exists()


def test_doctor_holds_one_conversation_and_says_how_each_message_was_read(tmp_path: Path) -> None:
    answers = 'user: {answers: {day: "what may i book"}}\n'
    project(tmp_path, PROJECT + answers)
    done = prebeta(tmp_path, "doctor", "--one")
    assert "  read by answers.day: 'what may i book'\n" in done.out
    assert "REACHED: came to the end state" in done.out
    told = json.loads(prebeta(tmp_path, "doctor", "--one", "--json").out)
    assert told["ok"]
    assert [turn.get("answers") for turn in told["conversation"]["turns"]] == ["day", None, None]
    assert not (tmp_path / ".prebeta").exists()


def test_schema_is_one_json_document(tmp_path: Path) -> None:
    done = prebeta(tmp_path, "schema")
    assert (done.code, done.err) == (0, "")
    assert json.loads(done.out)["properties"]["end_state"]


def test_version_and_help(tmp_path: Path) -> None:
    assert prebeta(tmp_path, "--version").out == "0.1.0\n"
    listed = prebeta(tmp_path)
    assert listed == prebeta(tmp_path, "--help")
    verbs = (
        "demo init doctor run resume runs compare trend plan gate show findings locate shrink why replay search realism chat "
        "export import schema mcp cases personas"
    )
    shown = listed.out.partition("Commands:\n")[2].splitlines()
    assert [line.split()[0] for line in shown] == verbs.split()


def test_no_color_and_no_terminal_give_plain_text(held: tuple[Path, Done]) -> None:
    assert "\x1b" not in prebeta(held[0], "show", TERM="xterm-256color", FORCE_COLOR="").out
    assert "\x1b" not in prebeta(held[0], "show", NO_COLOR="1", TERM="xterm-256color").out


def test_init_guesses_what_the_answers_of_a_product_at_a_url_look_like(tmp_path: Path) -> None:
    script = (
        "import json, http.server as h\n"
        "class P(h.BaseHTTPRequestHandler):\n"
        "    def do_POST(self):\n"
        "        said = json.loads(self.rfile.read(int(self.headers['Content-Length'])))\n"
        "        data = json.dumps({'answer': 'Hello!', 'chips': ['Book'], 'chat': said.get('chat', 'c1')}).encode()\n"
        "        self.send_response(200); self.send_header('Content-Length', str(len(data))); self.end_headers()\n"
        "        self.wfile.write(data)\n"
        "s = h.HTTPServer(('127.0.0.1', 0), P); print(s.server_port, flush=True); s.serve_forever()\n"
    )
    command = [sys.executable, "-c", script]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        assert process.stdout is not None
        url = f"http://127.0.0.1:{process.stdout.readline().strip()}/talk"
        done = prebeta(tmp_path, "init", "--target", url)
        again = prebeta(tmp_path, "init", "more", "--target", url, "--json")
        process.kill()
    assert done == Done(
        0,
        "wrote prebeta.yaml\nthe product answers: Hello!\nguessed from its answers, and to be looked over in"
        " prebeta.yaml: messages at answer, session at chat, options at chips\nNext: say in it what users want and when"
        " they have it, then\n  prebeta doctor --one\n  prebeta run -n 50\n",
        "",
    )
    guessed = {"messages": "answer", "options": "chips", "session": "chat"}
    assert json.loads(again.out) == {
        "file": "more/prebeta.yaml",
        "kind": "http",
        "recognised": True,
        "guessed": guessed,
        "note": None,
        "unset": [],
        "answer": "Hello!",
        "drafted": None,
    }
    written = (tmp_path / "prebeta.yaml").read_text()
    assert 'send: {post: "/talk", json: {message: "{text}", chat: "{session}"}}' in written
    assert "    # ended: done  " in written, "what was not seen stays a comment"


def test_a_run_that_our_own_llm_spoiled_is_inconclusive_and_says_why(tmp_path: Path) -> None:
    llm = (
        "models: {m: {kind: openai, url: 'http://127.0.0.1:9/v1', model: m, attempts: 1}}\nuser: {voice: {model: m}}\n"
    )
    folder = project(tmp_path, PROJECT + llm)
    done = prebeta(folder, "run", "-n", "6", "--cache", "off", "-q")
    assert done.code == 3
    assert "not the product's to answer for" in done.out or "Nothing measured" in done.out
    assert "What went wrong on our side" in done.out
    assert "× ModelError: model m at http://127.0.0.1:9/v1" in done.out
