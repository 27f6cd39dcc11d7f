# `make` or `make help` lists what can be done here.
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
PYTHON ?= python3
BIN := .venv/bin
PORT ?= 8000
DATA ?= .demo
SOURCES := bot botapi cli console dispatch intake records runtime triage tests benchmarks scripts

.PHONY: help setup demo demo-reset test lint fix simulate faults learn bench screenshots pins clean

help: ## list these commands
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Point Écoute needs Python 3.11 or later; set PYTHON=/path/to/python3.11"; exit 1; }
	@$(PYTHON) -m venv .venv \
		|| { rm -rf .venv; echo "No venv module here. On Debian: apt install python3-venv"; exit 1; }

.venv/setup.stamp: .venv/bin/python requirements/runtime.txt pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/runtime.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

.venv/dev.stamp: .venv/setup.stamp requirements/dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	@touch $@

# EDS-NLP, which `make bench` compares with, and what it needs: kept out of the project's environment.
.venv-eds/stamp: requirements/eds.txt | .venv/bin/python
	$(BIN)/python -m venv --clear .venv-eds
	.venv-eds/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/eds.txt
	@touch $@

setup: .venv/setup.stamp ## prepare .venv with the pinned dependencies and the command point-ecoute

demo: setup ## serve a demonstration on http://127.0.0.1:8000 (PORT=, DATA=)
	@exec $(BIN)/point-ecoute demo --port $(PORT) --data $(DATA)

demo-reset: setup ## the same, from scratch: erases the demonstration's data first
	@exec $(BIN)/point-ecoute demo --port $(PORT) --data $(DATA) --reset

test: .venv/dev.stamp ## run every test (SQLite, PostgreSQL, Valkey, Chromium)
	$(BIN)/python -m pytest $(ARGS)

lint: .venv/dev.stamp ## style, types, import rules, dependencies, spelling, listening point
	$(BIN)/ruff format --check $(SOURCES)
	$(BIN)/ruff check $(SOURCES)
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/deptry .
	$(BIN)/codespell *.md docs
	$(BIN)/point-ecoute check --config-only

fix: .venv/dev.stamp ## put code into the project's format
	$(BIN)/ruff format $(SOURCES)
	$(BIN)/ruff check --fix $(SOURCES)

bench: .venv/dev.stamp .venv-eds/stamp ## measure speed and memory; writes artefacts/bench-*.json
	$(BIN)/python -m benchmarks

simulate: .venv/dev.stamp ## live a year of 20,000 signals with a clock of its own (half an hour)
	$(BIN)/python -m scripts.simulation

faults: .venv/dev.stamp ## kill all parts at random for three minutes, with wrong clocks, a Valkey that hangs, an odd Bot API
	$(BIN)/python -m scripts.faults 2> /dev/null

learn: .venv/dev.stamp ## learn the weights of triage anew from corpora/learn (some minutes)
	OMP_NUM_THREADS=1 $(BIN)/python -m scripts.learning

screenshots: .venv/dev.stamp ## pictures of the pages, in artefacts/screenshots
	$(BIN)/python -m scripts.screenshots

pins: ## pin the newest allowed dependencies anew (needs uv)
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --no-strip-extras \
		--exclude-newer "1 week" --group build pyproject.toml -o requirements/runtime.txt
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --no-strip-extras \
		--exclude-newer "1 week" --group build --group dev pyproject.toml -o requirements/dev.txt

clean: ## remove what make created, but for the demonstration's data
	rm -rf .venv .venv-eds artefacts .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
