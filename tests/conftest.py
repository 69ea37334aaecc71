"""What several rooms' tests share: products served in processes of their own, and prebeta run as people run it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

PRODUCTS = Path(__file__).parent / "products"


@contextmanager
def _served(script: Path) -> Iterator[str]:
    """The URL of a product's server, which prints it as its first line."""
    with subprocess.Popen([sys.executable, script], stdout=subprocess.PIPE, text=True, cwd=script.parent) as process:
        try:
            assert process.stdout is not None
            url = process.stdout.readline().strip()
            assert url.startswith("http://"), f"{script} didn't say its URL"
            yield url
        finally:
            process.terminate()


@pytest.fixture(scope="module")
def serve() -> Iterator[Callable[[str], str]]:
    """Starts tests/products/NAME/server.py and gives its URL; ends it after the module's tests."""
    with ExitStack() as stack:
        yield lambda name: stack.enter_context(_served(PRODUCTS / name / "server.py"))


@dataclass(frozen=True)
class CommandLine:
    """prebeta run in a folder and an environment, as a person would."""

    folder: Path
    env: Mapping[str, str]

    def __call__(self, *words: str, codes: Collection[int] = (0,), timeout_s: float = 120) -> str:
        """stdout of `prebeta WORDS`, which must end with one of `codes`."""
        program = Path(sys.executable).with_name("prebeta")
        env = {**os.environ, "NO_COLOR": "1", "CI": "true", **self.env}
        done = subprocess.run(
            [program, *words], capture_output=True, text=True, cwd=self.folder, env=env, check=False, timeout=timeout_s
        )
        assert done.returncode in codes, (
            f"exit {done.returncode} of prebeta {' '.join(words)}\n{done.stdout}\n{done.stderr}"
        )
        return done.stdout

    def json(self, *words: str, codes: Collection[int] = (0,)) -> Any:
        """The one JSON document that `prebeta WORDS --json` prints."""
        return json.loads(self(*words, "--json", codes=codes))

    def rows(self, run: str = "latest") -> list[dict[str, Any]]:
        """The run's conversations as `export` gives them."""
        return [json.loads(line) for line in self("export", run, "--format", "jsonl").splitlines()]


@pytest.fixture(scope="module")
def prebeta_with(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., CommandLine]:
    """prebeta_with("clinic/prebeta.yaml", NAME=value, …): prebeta in a new folder with that file of tests/products/."""

    def make(config: str, **env: str) -> CommandLine:
        folder = tmp_path_factory.mktemp("project")
        shutil.copy(PRODUCTS / config, folder / "prebeta.yaml")
        return CommandLine(folder, env)

    return make
