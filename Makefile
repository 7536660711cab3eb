# `make` alone prints what there is. Each target makes its own environment when it has none.
PYTHON ?= python3.11
VENV   := .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/.ready
DEV    := $(VENV)/.ready-dev
FUZZ   := $(VENV)/.ready-fuzz

# A night has several processes: where none keeps what it compiled, each compiles all of it anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help demo test test-all check bench eval fuzz docs lock clean

help:  ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

$(READY): requirements.lock pyproject.toml
	@test -d $(VENV) || $(PYTHON) -m venv $(VENV)
	@echo "weir: installing what the lock file pins (about a minute)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all: -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
	@touch $@

$(DEV): $(READY) requirements-dev.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all: -r requirements-dev.lock
	@touch $@

$(FUZZ): $(DEV) requirements-fuzz.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all: -r requirements-fuzz.lock
	@touch $@

demo: $(READY)  ## the whole night on sample_data/, and what came of it
	@$(BIN)/python -m sample_data.demo

test: $(DEV)  ## the tests (under 12 minutes on 2 cores)
	@PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/python -m pytest -n auto --dist worksteal

test-all: $(DEV)  ## the same, and those that compare whole nights in more ways (minutes more)
	@HYPOTHESIS_PROFILE=search PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/python -m pytest -n auto --dist worksteal -m ""

check: $(DEV)  ## lint, format, types, import directions, generated docs up to date
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy -p weir
	@$(BIN)/python tools/imports.py
	@$(BIN)/python tools/docs.py --check

bench: $(DEV)  ## side-by-side speed and memory, 5 million lines (about ten minutes)
	@$(BIN)/python -m benchmarks.run

eval: $(DEV)  ## what detection finds of the corpus, stock Presidio beside it (a few minutes)
	@$(BIN)/python -m tests.corpus.evaluate

fuzz: $(FUZZ)  ## look for texts that break detection, FUZZ_SECONDS=60 for each property (7 minutes)
	@$(BIN)/python -m tests.fuzz

docs: $(DEV)  ## rewrite the generated reference
	@$(BIN)/python tools/docs.py

lock:  ## rewrite the lock files
	@$(PYTHON) tools/lock.py

clean:  ## remove the environment and everything made by demo and bench
	rm -rf $(VENV) demo bench .mypy_cache .ruff_cache .pytest_cache
