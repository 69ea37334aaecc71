"""What isn't a store of ours, or can't be written to, is refused with a line that says what to do, and left alone."""

from __future__ import annotations

import hashlib
import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from shapes import FAIL, LOOPED, run_named, talk

from prebeta.core.errors import StoreError, UsageError
from prebeta.store import Store
from prebeta.store.tables import SCHEMA_VERSION


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _foreign(path: Path, statements: str = "CREATE TABLE theirs(x); INSERT INTO theirs VALUES (1)") -> None:
    connection = sqlite3.connect(path)
    connection.executescript(statements)
    connection.commit()
    connection.close()


def _assert_refused_untouched(path: Path, match: str) -> None:
    before, folder = _digest(path), sorted(path.parent.iterdir())
    for create in (True, False):
        with pytest.raises(UsageError, match=match):
            Store.open(path, create=create)
    assert _digest(path) == before
    assert sorted(path.parent.iterdir()) == folder, "nothing is left beside it"


@pytest.mark.parametrize("content", [b"hello", b"\0" * 5000, b"SQLite format 3\0", os.urandom(4096)])
def test_a_file_that_is_not_sqlite(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "notes.db"
    path.write_bytes(content)
    _assert_refused_untouched(path, "isn't a store of prebeta|another program")


@pytest.mark.parametrize("mode", ["DELETE", "WAL"])
def test_another_programs_sqlite(tmp_path: Path, mode: str) -> None:
    path = tmp_path / "theirs.db"
    _foreign(path, f"PRAGMA journal_mode={mode}; PRAGMA application_id=77; CREATE TABLE meta(name, value)")
    _assert_refused_untouched(path, "is an SQLite file of another program; name another file under store:")


def test_another_programs_sqlite_while_it_is_in_use(tmp_path: Path) -> None:
    path = tmp_path / "theirs.db"
    connection = sqlite3.connect(path)
    connection.executescript("PRAGMA journal_mode=WAL; CREATE TABLE runs(x); INSERT INTO runs VALUES (1)")
    connection.commit()
    before = {each: _digest(each) for each in tmp_path.iterdir()}
    with pytest.raises(UsageError, match=r"another program|not an SQLite file"):
        Store.open(path)
    assert {each: _digest(each) for each in tmp_path.iterdir()} == before
    connection.close()


@pytest.mark.parametrize("mode", ["DELETE", "WAL"])
def test_a_newer_store(tmp_path: Path, mode: str) -> None:
    path = tmp_path / "newer.db"
    Store.open(path).close()
    _foreign(path, f"PRAGMA user_version={SCHEMA_VERSION + 1}; PRAGMA journal_mode={mode}")
    _assert_refused_untouched(path, f"newer prebeta .its schema is {SCHEMA_VERSION + 1}.*upgrade prebeta")


def test_a_store_whose_meta_says_it_is_newer(tmp_path: Path) -> None:
    path = tmp_path / "newer.db"
    Store.open(path).close()
    _foreign(path, f"UPDATE meta SET value={SCHEMA_VERSION + 1} WHERE name='schema_version'")
    _assert_refused_untouched(path, "upgrade prebeta")


def test_a_damaged_store(tmp_path: Path) -> None:
    path = tmp_path / "prebeta.db"
    with Store.open(path) as store:
        store.create_run(run_named("r1"))
    path.write_bytes(path.read_bytes()[:4096])
    with pytest.raises(UsageError, match="damaged"):
        Store.open(path).runs()


def test_an_empty_file_is_a_new_store(tmp_path: Path) -> None:
    path = tmp_path / "empty.db"
    path.touch()
    with Store.open(path) as store:
        store.create_run(run_named("r1"))
        assert store.run("r1").id == "r1"


def test_a_store_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"no store at .*none\.db yet; it is made by the first run: prebeta run"):
        Store.open(tmp_path / "none.db", create=False)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_is_no_store(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="is a folder"):
        Store.open(tmp_path)


def test_a_file_where_the_folder_should_be(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(UsageError, match=r"cannot use .* as a store"):
        Store.open(tmp_path / "file" / "prebeta.db")


@pytest.mark.parametrize("location", ["", ":memory:", "postgresql://h/db", "mysql://h/db"])
def test_a_location_that_is_no_file(location: str) -> None:
    with pytest.raises(UsageError, match=r"give the path of a file|give its path"):
        Store.open(location)


def test_a_url_of_sqlite_is_its_path(tmp_path: Path) -> None:
    with Store.open(f"sqlite:///{tmp_path}/by_url.db") as store:
        assert store.path == tmp_path / "by_url.db"


# --- read-only ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("folder", ["/proc", "/sys/kernel"])
def test_a_folder_where_nobody_can_make_files(folder: str) -> None:
    for path in (Path(folder) / "prebeta.db", Path(folder) / "new" / "prebeta.db"):
        with pytest.raises(UsageError, match=r"cannot (use|write to)"):
            Store.open(path)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write whatever the mode says")
@pytest.mark.parametrize("existing", [True, False])
def test_a_folder_without_write_permission(tmp_path: Path, existing: bool) -> None:
    path = tmp_path / "locked" / "prebeta.db"
    path.parent.mkdir()
    if existing:
        Store.open(path).close()
    path.parent.chmod(0o500)
    with pytest.raises(UsageError, match=r"cannot (use|write to)"):
        Store.open(path)
    path.parent.chmod(0o700)


@pytest.fixture
def mounted(tmp_path: Path) -> Iterator[Path]:
    """A file system of 1 MB."""
    mount = shutil.which("mount")
    if os.geteuid() != 0 or mount is None:
        pytest.skip("mounting a file system needs root and mount")
    place = tmp_path / "disk"
    place.mkdir()
    done = subprocess.run([mount, "-t", "tmpfs", "-o", "size=1m", "tmpfs", place], capture_output=True, check=False)
    if done.returncode:
        pytest.skip(f"this machine lets nobody mount: {done.stderr.decode().strip()}")
    yield place
    subprocess.run(["umount", "-l", place], check=True)


def test_a_read_only_file_system(mounted: Path) -> None:
    path = mounted / "prebeta.db"
    with Store.open(path) as store:
        store.create_run(run_named("r1"))
    subprocess.run(["mount", "-o", "remount,ro", mounted], check=True)
    with pytest.raises(UsageError, match="cannot write to the store"):
        Store.open(path)
    with pytest.raises(UsageError, match=r"cannot (use|write to)"):
        Store.open(mounted / "other" / "prebeta.db")


# --- no room left ---------------------------------------------------------------------------------------


def _fill(store: Store) -> int:
    for number in range(10_000):
        store.put("r1", talk(f"c{number}", text="x" * 20_000), [FAIL], LOOPED, number)
    return 10_000


def test_a_full_disk_keeps_what_was_stored(mounted: Path) -> None:
    with Store.open(mounted / "prebeta.db") as store:
        with pytest.raises(StoreError, match="no room left"):
            _fill(store)
        kept = len(store.done("r1"))
        assert 0 < kept < 100
    elsewhere = shutil.copytree(mounted, mounted.parent / "elsewhere")  # the database and its write-ahead log
    with Store.open(elsewhere / "prebeta.db") as store:
        assert len(list(store.conversations("r1"))) == kept


def test_a_full_database_keeps_what_was_stored(tmp_path: Path) -> None:
    store = Store.open(tmp_path / "prebeta.db")
    with store._engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA max_page_count=100")
    with pytest.raises(StoreError, match="no room left"):
        _fill(store)
    kept = len(store.done("r1"))
    assert 0 < kept < 100
    store.close()
    with Store.open(tmp_path / "prebeta.db") as store:
        assert [stored.transcript.id for stored in store.conversations("r1")] == [f"c{n}" for n in range(kept)]
