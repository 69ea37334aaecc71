"""`prebeta schema`: the JSON Schema of prebeta.yaml."""

from __future__ import annotations

from prebeta.cli.options import AsJson


def schema(as_json: AsJson = True) -> int:  # noqa: ARG001
    """Print the JSON Schema of prebeta.yaml, for editors."""
    from prebeta.cli.output import write_json
    from prebeta.config import json_schema

    write_json(json_schema())
    return 0
