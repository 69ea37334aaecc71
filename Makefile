# Every target makes what it needs; python3 >= 3.11 and the package registries are all that must be there.
PYTHON ?= python3
JOBS ?= 2
SHELL := bash
.SHELLFLAGS := -euo pipefail -c

BIN := .venv/bin
READY := .venv/.ready
RUNS := .venv/.runs
UV := $(or $(shell command -v uv),$(BIN)/uv)

# Products that the tests of connectors talk to, each in a place of its own: scripts/parts/NAME.sh. Rasa is 2.5 GB: by wish.
PARTS ?= langgraph deep-chat chromium braintrust

.PHONY: help demo test interop parts check docs bench bench-peers quality lock clean
.DEFAULT_GOAL := help

help:  ## this list
	@grep -E '^[a-z-]+:.*##' Makefile | sed -E 's/^([a-z-]+):.*## */  make \1\t/' | expand -t 20

demo: $(RUNS)  ## send 500 synthetic users to the bundled product and print the report
	@$(BIN)/prebeta demo

test: $(READY) parts  ## the whole test suite
	$(BIN)/pytest -n $(JOBS) --dist loadfile -m "not interop"

interop: $(READY)  ## tests against large third parties: Rasa
	@bash scripts/parts/rasa.sh
	$(BIN)/pytest -m interop

parts: $(READY)  ## what the tests need, where it can be had: LangGraph's server, Chromium, a chat widget, Braintrust's SDK
	@for part in $(PARTS); do bash scripts/parts/$$part.sh; done

check: $(READY)  ## format, lint, types, layers, syntax
	$(BIN)/ruff format --check
	$(BIN)/ruff check --no-cache
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/python -m compileall -q src tests scripts bench

docs: $(READY)  ## write docs/cli.md and docs/schema.json from the program itself
	$(BIN)/python scripts/docs.py

bench: $(READY)  ## prebeta against a bare loop with the same calls, as ratios in one run
	$(BIN)/python bench/run.py

bench-peers: $(READY)  ## the same work with other tools, each in an environment of its own
	$(BIN)/python bench/peers/run.py

quality: $(READY)  ## how many planted faults are found; writes docs/quality.md, takes half an hour
	PYTHONPATH=tests $(BIN)/python tests/quality/measure.py

lock: $(READY)  ## resolve the locks anew from pyproject.toml
	$(UV) pip compile pyproject.toml --python $(BIN)/python --group dev --extra fast --generate-hashes \
	  --no-annotate --no-header --no-emit-index-url --universal -q -o requirements.lock
	$(UV) pip compile pyproject.toml --python $(BIN)/python --extra fast --constraints requirements.lock \
	  --generate-hashes --no-annotate --no-header --no-emit-index-url --universal -q -o requirements-demo.lock

clean:  ## remove what the targets made
	rm -rf .venv .venvs .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache dist
	find src tests scripts bench -name __pycache__ -type d -prune -exec rm -rf {} +

# What prebeta itself needs, with `fast`: the demo doesn't wait for what only tests use. Hashes in the lock are verified;
# bytecode is compiled here so that the first start is as quick as the second.
$(RUNS): requirements-demo.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	  || { echo "prebeta needs Python 3.11 or newer; name one: make PYTHON=python3.11 $(MAKECMDGOALS)" >&2; exit 2; }
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv \
	  || { echo "$(PYTHON) can't make a venv; on Debian and Ubuntu: apt-get install python3-venv" >&2; exit 2; }
	@test -x "$(UV)" || $(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	@$(UV) pip install --quiet --python $(BIN)/python --compile-bytecode -r requirements-demo.lock
	@$(UV) pip install --quiet --python $(BIN)/python --no-deps -e .
	@$(BIN)/python -m compileall -q src
	@touch $@

$(READY): $(RUNS) requirements.lock
	@$(UV) pip install --quiet --python $(BIN)/python --compile-bytecode -r requirements.lock
	@touch $@
