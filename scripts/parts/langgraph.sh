#!/usr/bin/env bash
# LangGraph's own server, for the tests of the langgraph and a2a connectors: in an environment of its own, because its
# pins fight with ours. Quick when it is there already; exits 0 with a line on stderr where it can't be had.
set -u
cd "$(dirname "$0")/../.."
pins=examples/langgraph/requirements.txt
home=.venvs/langgraph
if cmp -s "$pins" "$home/.made-from" && [ -x "$home/bin/langgraph" ]; then
  exit 0
fi
uv=$(command -v uv || echo .venv/bin/uv)
if ! { "$uv" venv --quiet --clear --python .venv/bin/python "$home" \
  && "$uv" pip install --quiet --python "$home" -r "$pins" && cp "$pins" "$home/.made-from"; }; then
  echo "scripts/parts/langgraph.sh: LangGraph's server can't be installed; its tests will be skipped" >&2
fi
