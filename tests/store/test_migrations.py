"""An older store becomes one of now when it is opened, or stays as it was."""

from __future__ import annotations

import hashlib
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from shapes import LOOPED, talk

from prebeta.core.errors import PrebetaError, UsageError
from prebeta.store import Migrated, Store, Wanted, migrations
from prebeta.store.tables import SCHEMA_VERSION, metadata

SCHEMA_1 = Path(__file__).with_name("schema_1.sql")
RUN = "r20261124-085224-47f5"
KEPT = {"187eb8e3d9b3", "0d61c5ad4891", "968849239d67"}


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """A store of schema 1 with an interrupted run."""
    path = tmp_path / "prebeta.db"
    with sqlite3.connect(path) as connection:
        connection.executescript(SCHEMA_1.read_text().replace("FOLDER", str(tmp_path)))
    connection.close()
    return path


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _dump(path: Path) -> list[str]:
    connection = sqlite3.connect(path)
    lines = list(connection.iterdump())
    connection.close()
    return lines


@pytest.mark.parametrize("create", [True, False])
def test_an_old_store_opens_with_what_it_holds(old: Path, create: bool, caplog: pytest.LogCaptureFixture) -> None:
    before = _dump(old)
    backup = old.with_name("prebeta.db.bak-v1")
    with Store.open(old, create=create) as store:
        assert store.migrated == Migrated(old, 1, SCHEMA_VERSION, backup)
        assert store.run("latest").id == RUN
        assert store.done(RUN) == KEPT
        assert [(row.assessment.outcome, row.assessment.habits) for row in store.rows(RUN)] == [("REACHED", {})] * 3
        assert store.conversation(RUN, "187e").transcript.turns[2].text == "It is booked."
        assert store.search(Wanted("booked")).turns == 3
        assert store.put(RUN, talk("new"), [], LOOPED, 9)
    assert _dump(backup) == before
    assert caplog.messages == [
        f"prebeta: the store {old} is now of schema {SCHEMA_VERSION} (it was 1); a copy of what it was: {backup}"
    ]
    assert sorted(path.name for path in old.parent.iterdir()) == ["prebeta.db", "prebeta.db.bak-v1"]


def test_a_store_of_now_is_not_migrated_again(old: Path, caplog: pytest.LogCaptureFixture) -> None:
    Store.open(old).close()
    backup = _digest(old.with_name("prebeta.db.bak-v1"))
    caplog.clear()
    with Store.open(old) as store:
        assert store.migrated is None
    assert caplog.messages == []
    assert _digest(old.with_name("prebeta.db.bak-v1")) == backup


def test_the_copy_is_a_store_of_its_own(old: Path) -> None:
    Store.open(old).close()
    with Store.open(old.with_name("prebeta.db.bak-v1")) as store:
        assert store.done(RUN) == KEPT
    assert old.with_name("prebeta.db.bak-v1.bak-v1").exists()


def test_an_old_store_that_somebody_has_open_and_not_all_written_back(old: Path) -> None:
    with sqlite3.connect(old) as writer:
        writer.execute("PRAGMA wal_autocheckpoint=0")
        writer.execute("UPDATE runs SET note='only in the log'")
        writer.commit()
        Store.open(old).close()
        backup = old.with_name("prebeta.db.bak-v1")
        assert any("only in the log" in line for line in _dump(backup))
        writer.execute("UPDATE runs SET note='later'")  # an older prebeta that goes on writing does no harm
        writer.commit()
    writer.close()
    with Store.open(old) as store:
        assert store.run(RUN).note == "later"


def test_a_migrated_store_has_the_tables_of_a_new_one(old: Path, tmp_path: Path) -> None:
    Store.open(old).close()
    Store.open(tmp_path / "new.db").close()
    shapes = []
    for path in (old, tmp_path / "new.db"):
        with Store.open(path) as store, store._engine.connect() as connection:
            options = {"compare_type": True, "compare_server_default": True}
            assert compare_metadata(MigrationContext.configure(connection, opts=options), metadata) == []
            version = connection.exec_driver_sql("PRAGMA user_version").scalar()
            tables = ("conversations", "passages", "runs", "transcripts", "verdicts", "meta")
            columns = {name: connection.exec_driver_sql(f"PRAGMA table_info({name})").all() for name in tables}
            shapes.append((version, columns, migrations.version(connection)))
    assert shapes[0] == shapes[1]
    assert shapes[0][0] == shapes[0][2] == SCHEMA_VERSION


def test_a_script_leads_to_every_schema() -> None:
    assert len(migrations._scripts(1)) == SCHEMA_VERSION - 1


@pytest.mark.parametrize("breaks", ["add_column", "create_table", "create_index"])
def test_what_breaks_on_the_way_leaves_the_old_store(old: Path, breaks: str, monkeypatch: pytest.MonkeyPatch) -> None:
    before = _dump(old)

    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("a mistake in a script")

    monkeypatch.setattr(Operations, breaks, broken, raising=False)
    with pytest.raises(RuntimeError, match="a mistake in a script"):
        Store.open(old)
    assert _dump(old) == before
    monkeypatch.undo()
    with Store.open(old) as store:
        assert store.done(RUN) == KEPT


KILLED = """
import os, sys
from alembic.operations import Operations
from prebeta.store import Store

def killed(*given, **named):
    print("half way", flush=True)
    os.kill(os.getpid(), 9)

Operations.create_index = killed
Store.open(sys.argv[1])
"""


def test_a_kill_on_the_way_leaves_the_old_store(old: Path) -> None:
    before = _dump(old)
    done = subprocess.run([sys.executable, "-c", KILLED, old], capture_output=True, text=True, check=False, timeout=60)
    assert (done.stdout, done.returncode) == ("half way\n", -9)
    assert _dump(old) == before
    with Store.open(old) as store:
        assert store.migrated is not None
        assert store.done(RUN) == KEPT


def test_without_a_copy_nothing_is_changed(old: Path) -> None:
    before = _dump(old)
    old.with_name("prebeta.db.bak-v1").mkdir()  # no file can be put in its place
    with pytest.raises(UsageError, match=r"cannot copy the store .* as it was: make its folder writable"):
        Store.open(old)
    assert _dump(old) == before
    assert not old.with_name("prebeta.db.bak-v1.part").exists()


def test_two_who_open_it_at_once_migrate_it_once(old: Path) -> None:
    program = "import sys; from prebeta.store import Store; s = Store.open(sys.argv[1]); print(s.migrated is not None)"
    both = [
        subprocess.Popen(
            [sys.executable, "-c", program, old], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        for _ in range(3)
    ]
    told = sorted(process.communicate(timeout=60)[0] for process in both)
    assert told == ["False\n", "False\n", "True\n"]


def test_a_store_that_says_it_is_older_than_any(old: Path) -> None:
    with sqlite3.connect(old) as connection:
        connection.execute("UPDATE meta SET value='0'")
    connection.close()
    with pytest.raises(PrebetaError, match="is of schema 0, which no prebeta"):
        Store.open(old)


def test_only_an_old_store_loads_alembic(old: Path, tmp_path: Path) -> None:
    program = (
        "import sys; from prebeta.store import Store\n"
        "for path in sys.argv[1:]: Store.open(path).close()\n"
        "print('alembic' in sys.modules)"
    )
    for paths, loaded in (((tmp_path / "new.db", tmp_path / "new.db"), "False\n"), ((old,), "True\n")):
        done = subprocess.run([sys.executable, "-c", program, *paths], capture_output=True, text=True, check=True)
        assert done.stdout == loaded
        assert ("a copy of what it was" in done.stderr) == (loaded == "True\n")
