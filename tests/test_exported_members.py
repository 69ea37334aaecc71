"""The façade: all it promises is there, and importing it costs nothing."""

from __future__ import annotations

import ast
import importlib
import subprocess
import sys
from pathlib import Path

import pytest

import prebeta


@pytest.mark.parametrize("name", prebeta.__all__)
def test_every_public_name_is_there(name: str) -> None:
    assert getattr(prebeta, name) is not None
    assert name in dir(prebeta)


def test_names_are_sorted_and_few() -> None:
    assert prebeta.__all__ == sorted(prebeta.__all__)
    assert len(prebeta.__all__) <= 25


def test_type_checkers_see_the_same_names() -> None:
    tree = ast.parse(Path(prebeta.__file__).read_text())
    block = next(node for node in tree.body if isinstance(node, ast.If))
    seen = {
        alias.name: node.module
        for node in block.body
        if isinstance(node, ast.ImportFrom) and node.module is not None
        for alias in node.names
    }
    assert sorted(seen) == prebeta.__all__
    for name, module in seen.items():
        assert getattr(importlib.import_module(module), name) is getattr(prebeta, name)


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="'prebeta' has no attribute 'nothing'"):
        _ = prebeta.nothing  # type: ignore[attr-defined]


def test_importing_loads_nothing_heavy() -> None:
    program = [sys.executable, "-X", "importtime", "-c", "import prebeta"]
    done = subprocess.run(program, capture_output=True, text=True, check=True)
    loaded = {line.rpartition("|")[2].strip().partition(".")[0] for line in done.stderr.splitlines()}
    assert "prebeta" in loaded
    assert not loaded & {"sqlalchemy", "aiohttp", "pydantic", "rich", "typer", "yaml", "jmespath", "asyncio"}
