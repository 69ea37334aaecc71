from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from shapes import FAIL, LOOPED, PASS, REACHED, run_named, talk, texts, transcripts

from prebeta.core.errors import UsageError
from prebeta.core.results import Symptom
from prebeta.core.types import Goal, Option, Persona, Problem, Reply, Stop, Transcript, Turn, Verdict
from prebeta.store import Hit, Store, Wanted, passages


@pytest.fixture(params=["index", "no index"])
def store(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """A store of two runs, with SQLite's full text and without."""
    if request.param == "no index":
        monkeypatch.setattr(passages, "_MAKE", passages._MAKE.replace("fts5", "no_such_thing"))
    with Store.open(tmp_path / "prebeta.db") as opened:
        opened.create_run(run_named("r1", 1.0, release="v1"))
        opened.create_run(run_named("r2", 2.0, release="v2"))
        opened.put("r1", talk("c1", "Which day, in July perhaps?"), [FAIL], LOOPED, 0)
        opened.put("r1", talk("c2", "Café Zürich, which table?"), [PASS], REACHED, 1)
        opened.put("r2", talk("c3", 'She said "no" AND left (twice); price-list: 89 €'), [FAIL], REACHED, 0)
        opened.put("r2", talk("c4", "何日がよろしいですか"), [], replace(REACHED, outcome="DECLINED_OK"), 1)
        yield opened


def _found(store: Store, text: str, **filters: object) -> list[tuple[str, int]]:
    hits = store.search(Wanted(text, **filters))  # type: ignore[arg-type]
    return [(hit.conversation, hit.turn) for hit in hits.hits]


def _marked(hit: Hit) -> list[str]:
    return [hit.text[begin:end] for begin, end in hit.marks]


def test_a_hit_says_where_it_stands_and_what_came_of_the_conversation(store: Store) -> None:
    found = store.search(Wanted("JULY"))
    assert (found.turns, found.conversations) == (1, 1)
    words = "Which day, in July perhaps?"
    where = ("r1", "v1", "c1", 0, "product", words, ((14, 18),))
    assert found.hits == (Hit(*where, "ABANDONED", True, "LOOP", "day", "in a hurry"),)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("which", [("c1", 0), ("c2", 0)]),
        ("table which", [("c2", 0)]),
        ("which monday", []),  # both words, but in two turns
        ('"in july"', [("c1", 0)]),
        ('"july in"', []),
        ('"in july', [("c1", 0)]),
        ("monday", [("c3", 1), ("c4", 1), ("c1", 1), ("c2", 1)]),  # the newest run first, then plan and turns
        ("なに", []),
        ("よろしい", [("c4", 0)]),
        ("(twice);", [("c3", 0)]),
        ("price-list", [("c3", 0)]),
        ("€", [("c3", 0)]),
        ("AND", [("c3", 0)]),
        ("zebra", []),
        ("%", []),
        ("_", []),
    ],
)
def test_words_are_found(store: Store, text: str, found: list[tuple[str, int]]) -> None:
    assert _found(store, text) == found


@pytest.mark.parametrize(
    "text", ["NEAR(a b", "a AND", "text:a", "^which", "a OR OR", "-x", "{a b}: c", "'", "a\0b", "* +"]
)
def test_what_is_syntax_elsewhere_is_a_word_here(store: Store, text: str) -> None:
    assert isinstance(_found(store, text), list)


@pytest.mark.parametrize("text", ["", "  ", '""', '"'])
def test_nothing_to_look_for(store: Store, text: str) -> None:
    with pytest.raises(UsageError, match="nothing to look for: give a word"):
        store.search(Wanted(text))


def test_marks_are_around_every_word_found(store: Store) -> None:
    assert _marked(store.search(Wanted('"which table" caf*')).hits[0]) in (
        ["Café", "which table"],
        ["Caf", "which table"],
    )
    assert _marked(store.search(Wanted("日")).hits[0]) == ["日"]


def test_with_the_index_accents_do_not_matter_and_parts_of_words_are_not_found(tmp_path: Path) -> None:
    with Store.open(tmp_path / "prebeta.db") as store:
        store.put("r1", talk("c1", "Café Zürich"), [], REACHED)
        assert _found(store, "cafe zurich") == [("c1", 0)]
        assert _found(store, "zuri") == []
        assert _found(store, "zuri*") == [("c1", 0)]


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({"run": "r1"}, ["c1", "c2"]),
        ({"release": "v2"}, ["c3", "c4"]),
        ({"release": "v3"}, []),
        ({"outcomes": ("ABANDONED",)}, ["c1"]),
        ({"outcomes": ("DECLINED_OK", "failed")}, ["c4", "c1"]),
        ({"kind": "LOOP"}, ["c3", "c1"]),  # in c3 a judge said so, though it isn't the first failure there
        ({"stage": "day"}, ["c1"]),
        ({"persona": "HURRY"}, ["c3", "c4", "c1", "c2"]),
        ({"persona": "hurry%"}, []),
        ({"behavior": "one_word"}, ["c3", "c4", "c2"]),
        ({"behavior": "one_wor"}, []),
        ({"limit": 1}, ["c3"]),
        ({"release": "v1", "kind": "LOOP", "stage": "day"}, ["c1"]),
    ],
)
def test_filters(store: Store, filters: dict[str, object], found: list[str]) -> None:
    assert [name for name, _ in _found(store, "monday", **filters)] == found


def test_the_counts_are_of_all_and_not_of_those_shown(store: Store) -> None:
    found = store.search(Wanted("monday", limit=1))
    assert (len(found.hits), found.turns, found.conversations) == (1, 4, 4)


def test_what_came_since_the_last_search_is_found_too(store: Store) -> None:
    assert _found(store, "zebra") == []
    store.put("r2", talk("c5", "A zebra crossing"), [], REACHED, 2)
    assert _found(store, "zebra") == [("c5", 0)]
    assert len(_found(store, "monday")) == 5


def test_quick_replies_and_what_broke_are_found(store: Store) -> None:
    turns = (
        Turn(0, reply=Reply(("Hi",), (Option("Flat tyre", "X1"), Option("Brakes")))),
        Turn(1, reply=Reply(problem=Problem("timeout", "no answer within 30 s"))),
    )
    store.put("r2", replace(talk("c6"), turns=turns, stop=Stop("product", "timeout")), [], LOOPED, 3)
    assert _found(store, "tyre") == [("c6", 0)]
    assert _found(store, '"no answer within"') == [("c6", 1)]


def test_a_conversation_in_which_nobody_spoke_is_looked_at_once(store: Store) -> None:
    store.put("r2", replace(talk("c7"), turns=()), [], LOOPED, 4)
    assert _found(store, "zebra") == []
    with store._engine.connect() as connection:
        assert connection.execute(passages._missing(passages.transcripts.c.run)).all() == []


def test_nobody_fills_in_the_same_text_twice(store: Store) -> None:
    for number in range(300):
        store.put("r2", talk(f"d{number}", "A zebra"), [], REACHED, number)
    counts: list[int] = []

    def look() -> None:
        with Store.open(store.path) as other:
            counts.append(other.search(Wanted("zebra")).turns)

    threads = [threading.Thread(target=look) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert counts == [300] * 4


def test_texts_filled_in_where_there_was_no_index_are_indexed_where_there_is_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make = passages._MAKE
    with Store.open(tmp_path / "prebeta.db") as store:
        store.put("r1", talk("c1", "A zebra"), [], REACHED)
        monkeypatch.setattr(passages, "_MAKE", make.replace("fts5", "no_such_thing"))
        assert _found(store, "zebr") == [("c1", 0)]
        monkeypatch.setattr(passages, "_MAKE", make)
        assert (_found(store, "zebr"), _found(store, "zebra")) == ([], [("c1", 0)])


def test_a_run_writes_no_texts(tmp_path: Path) -> None:
    with Store.open(tmp_path / "prebeta.db") as store:
        store.put("r1", talk("c1", "A zebra"), [], REACHED)
        connection = sqlite3.connect(store.path)
        assert connection.execute("SELECT count(*) FROM passages").fetchone() == (0,)
        assert connection.execute("SELECT name FROM sqlite_master WHERE name LIKE 'passages_index%'").fetchall() == []
        connection.close()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=15, deadline=None)
@given(transcript=transcripts, text=texts)
def test_any_text_can_be_stored_and_looked_for(
    tmp_path_factory: pytest.TempPathFactory, transcript: Transcript, text: str
) -> None:
    with Store.open(tmp_path_factory.mktemp("any") / "prebeta.db") as store:
        store.put("any", transcript, [], REACHED)
        for asked in (text, *(turn.text for turn in transcript.turns)):
            try:
                hits = store.search(Wanted(asked)).hits
            except UsageError:
                continue
            assert all(0 <= begin < end <= len(hit.text) for hit in hits for begin, end in hit.marks)


@pytest.mark.parametrize("sign", ["\ud800", "\0"])
def test_what_no_database_takes_is_replaced_when_written_and_when_looked_for(tmp_path: Path, sign: str) -> None:
    odd, fit = f"a{sign}b", "a\ufffdb"
    with Store.open(tmp_path / "prebeta.db") as store:
        store.create_run(run_named("r1", release=odd, note=odd, version=odd))
        assert (store.run("r1").release, store.run("r1").note) == (fit, fit)
        told = replace(talk("c1", f"zebra {odd}"), stop=Stop("product", odd, odd))
        scenario = replace(told.job.scenario, id=odd, persona=Persona(odd), goal=Goal(odd), behaviors=(odd,))
        told = replace(told, job=replace(told.job, conversation=odd, scenario=scenario, policy=odd))
        verdict = Verdict(odd, odd, "fail", odd, 0, odd, odd, odd)
        broken = replace(
            LOOPED,
            kind=odd,
            stage=odd,
            slot=odd,
            after=odd,
            symptoms=(Symptom(odd, 1, odd),),
            stages=(odd,),
            fired=(odd,),
        )
        store.put("r1", told, [verdict], broken)
        assert store.put("r1", told, [verdict], broken) is False
        assert store.conversation("r1", odd).transcript == told, "the document keeps it all"
        assert store.conversation("r1", odd).verdicts == (verdict,)
        row = store.rows("r1")[0]
        assert (row.id, row.persona, row.stop.detail, row.assessment.stage) == (fit, fit, fit, fit)
        assert row.assessment.fired == (odd,)
        for narrowed in ({}, {"release": odd}, {"kind": odd}, {"stage": odd}, {"persona": odd}, {"behavior": odd}):
            assert store.search(Wanted("zebra", **narrowed)).turns == 1, narrowed  # type: ignore[arg-type]
        assert store.search(Wanted(f'"{odd}"')).turns == 1
        assert store.search(Wanted("zebra", run=odd)).turns == 0
