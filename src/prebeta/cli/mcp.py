"""`prebeta mcp`: the same verbs as tools for a coding agent."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from prebeta.cli.options import StoreFile
from prebeta.core.errors import UsageError


def mcp(
    *,
    config: Annotated[Path, typer.Option("-c", "--config", metavar="FILE", help="The project.")] = Path("prebeta.yaml"),
    store: StoreFile = None,
) -> int:
    """Serve run, findings, show, shrink and compare to a coding agent, over stdin and stdout (Model Context Protocol)."""
    from prebeta.cli.place import store_file

    try:
        from prebeta.mcp.server import server
    except ImportError as error:
        if not (error.name or "").startswith("mcp"):
            raise
        raise UsageError("the server needs the MCP SDK: pip install 'prebeta[mcp]'") from error
    from prebeta.mcp.command import Place

    if not config.exists():
        raise UsageError(f"there is no {config}; make one: prebeta init")
    server(Place(config.absolute(), store_file(config, store).absolute())).run("stdio")
    return 0
