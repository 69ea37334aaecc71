"""A store that lies where nobody can write is read all the same."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from shapes import FAIL, LOOPED, run_named, talk

from prebeta.core.errors import UsageError
from prebeta.store import Store, Wanted
from prebeta.store.tables import SCHEMA_VERSION


def _filled(path: Path) -> None:
    with Store.open(path) as store:
        store.create_run(run_named("r1", state="running"))
        for number in range(5):
            store.put("r1", talk(f"c{number}", "A zebra, please"), [FAIL], LOOPED, number)


def _assert_readable(path: Path) -> None:
    before = {each: each.read_bytes() for each in path.parent.iterdir()}
    with Store.open(path, create=False) as store:
        assert store.run("latest").state == "interrupted"
        assert [row.id for row in store.rows("r1")] == [f"c{number}" for number in range(5)]
        assert len(list(store.conversations("r1"))) == 5
        assert store.search(Wanted("zebra")).turns == 5
        with pytest.raises(UsageError, match="cannot write to the"):
            store.update_run("r1", state="done")
        with pytest.raises(UsageError, match="cannot write to the folder of the store"):
            store.claim("r1").__enter__()
    assert {each: each.read_bytes() for each in path.parent.iterdir()} == before


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A file system that `_freeze` makes read-only; without the right to mount, a folder."""
    place = tmp_path / "a disk, 100% ours?"
    place.mkdir()
    mount = shutil.which("mount")
    mounted = False
    if os.geteuid() == 0 and mount is not None:
        command = [mount, "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(place)]
        mounted = subprocess.run(command, capture_output=True, check=False).returncode == 0
    if os.geteuid() == 0 and not mounted:
        pytest.skip("root may write whatever the mode says, and this machine lets nobody mount")
    yield place
    if mounted:
        subprocess.run(["umount", "-l", place], check=True)
    else:
        place.chmod(0o700)


def _freeze(place: Path) -> None:
    if os.path.ismount(place):
        subprocess.run(["mount", "-o", "remount,ro", place], check=True)
    else:
        place.chmod(0o500)


def test_a_store_on_a_read_only_medium(disk: Path) -> None:
    path = disk / "prebeta.db"
    _filled(path)
    _freeze(disk)
    _assert_readable(path)


def test_one_that_was_searched_before(disk: Path) -> None:
    path = disk / "prebeta.db"
    _filled(path)
    with Store.open(path) as store:
        assert store.search(Wanted("zebra")).turns == 5
    _freeze(disk)
    _assert_readable(path)


@pytest.mark.parametrize("shared_memory", [True, False])
def test_one_whose_write_ahead_log_was_left_by_a_killed_process(
    disk: Path, tmp_path: Path, shared_memory: bool
) -> None:
    path = tmp_path / "live" / "prebeta.db"
    Store.open(path).close()
    reader = sqlite3.connect(path)  # keeps the log from being taken in when the writer is through
    reader.execute("SELECT * FROM runs").fetchall()
    _filled(path)
    for each in path.parent.iterdir():
        if shared_memory or not each.name.endswith("-shm"):
            shutil.copy(each, disk)
    reader.close()
    assert (disk / "prebeta.db-wal").stat().st_size > 0
    _freeze(disk)
    _assert_readable(disk / "prebeta.db")


def test_one_that_is_older(disk: Path) -> None:
    path = disk / "prebeta.db"
    connection = sqlite3.connect(path)
    connection.executescript((Path(__file__).parent / "schema_1.sql").read_text())
    connection.close()
    _freeze(disk)
    with pytest.raises(UsageError, match=f"of schema 1 and can't be brought to {SCHEMA_VERSION} .*copy it to a folder"):
        Store.open(path, create=False)
