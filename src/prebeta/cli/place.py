"""Where the store is: named on the command line, in prebeta.yaml, or where it is by default."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from prebeta.store import Store

CONFIG = Path("prebeta.yaml")
STORE = Path(".prebeta/prebeta.db")


def store_file(config: Path | None, store: Path | None) -> Path:
    """The store to read from. Only `store:` of the project is looked at: the rest may need what isn't here now."""
    if store is not None:
        return store
    if config is None and not CONFIG.exists():
        return STORE
    return _declared(config or CONFIG)


def _declared(config: Path) -> Path:
    import os

    from prebeta.config.interpolation import interpolate
    from prebeta.config.yaml_lines import parse, read_text
    from prebeta.core.errors import UsageError

    document = parse(read_text(config, str(config)), str(config)).document
    found = document.get("store") if isinstance(document, dict) else None
    if not isinstance(found, str):
        return config.parent / STORE
    location, missing = interpolate(found, os.environ)
    if missing:
        raise UsageError(f"{config}: store: {missing[0].message}")
    return config.parent / str(location)


def opened(config: Path | None, store: Path | None) -> Store:
    """The store, to be read; it must exist."""
    from prebeta.store import Store

    return Store.open(store_file(config, store), create=False)


def suffix(config: Path | None, store: Path | None) -> str:
    """What the commands in hints need to find the same store."""
    import shlex

    if store is not None:
        return f" --store {shlex.quote(str(store))}"
    return f" -c {shlex.quote(str(config))}" if config is not None and config != CONFIG else ""


def program() -> str:
    """How the commands in hints begin: prebeta where it is found by name, else the way it was called."""
    import shutil
    import sys

    called = Path(sys.argv[0])
    if shutil.which("prebeta") is not None or called.name != "prebeta":
        return "prebeta"
    here = called.resolve()
    return str(here.relative_to(Path.cwd())) if here.is_relative_to(Path.cwd()) else str(called)
