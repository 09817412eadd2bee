# Needs python3 (3.11 or newer, with venv), git and make; everything else goes into .venv from the lock.

PYTHON ?= python3
BIN := .venv/bin
STAMP := .venv/.installed
UV_VERSION := 0.13.9
PYTEST_ARGS ?=

export PIP_DISABLE_PIP_VERSION_CHECK := 1
# As the bot itself does: the linear algebra of the tests is small, and two of them run side by side.
export OPENBLAS_NUM_THREADS := 1

.DEFAULT_GOAL := help
.PHONY: help demo test check lint types pytest coverage bench measurements schema commands site pictures format lock clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: $(STAMP) ## run the main job on the built-in example: no account, no network
	@$(BIN)/amts-bot demo

test: check ## what CI runs: the same as check

check: lint types pytest ## format, lint, types and tests; changes nothing

lint: $(STAMP) ## ruff: format and rules, changes nothing
	$(BIN)/ruff format --check
	$(BIN)/ruff check

types: $(STAMP) ## mypy, strict
	$(BIN)/mypy

pytest: $(STAMP) ## the tests alone; PYTEST_ARGS="-n 0 -k name" goes to pytest
	$(BIN)/pytest $(PYTEST_ARGS)

# Not part of `test`: on Python 3.11 the tests take half as long again under it (10.6 s instead of 6.7 s
# for tests/text/merge). There is no threshold: the table is for people who look for what no test runs.
coverage: $(STAMP) ## the tests again, and the lines and branches that none of them runs
	rm -rf build/coverage
	$(BIN)/coverage run -m pytest $(PYTEST_ARGS)
	$(BIN)/coverage combine --quiet
	$(BIN)/coverage report

bench: $(STAMP) ## replay real page syncs, take every page version apart, then time a whole book and odd pages
	$(BIN)/python -m benchmarks.replay
	$(BIN)/python -m benchmarks.corpus
	$(BIN)/python -m benchmarks.book
	$(BIN)/python -m benchmarks.growth

measurements: $(STAMP) ## make the marked tables of docs/measurements.md again; needs the real books
	$(BIN)/python -m benchmarks.tables

schema: $(STAMP) ## write docs/amts.schema.json, which editors check amts.toml with
	$(BIN)/python -m amts_bot.book.schema > docs/amts.schema.json

commands: $(STAMP) ## write docs/commands.md, the page of all commands, from the help texts
	$(BIN)/python -m amts_bot.commands.reference > docs/commands.md

site: $(STAMP) ## write the documents as a small site into build/site; needs no network
	$(BIN)/python -m benchmarks.site

pictures: $(STAMP) ## draw the pictures of the documents from real runs; needs a Chromium
	$(BIN)/python -m benchmarks.terminal
	$(BIN)/python -m benchmarks.pictures

format: $(STAMP) ## let ruff format the code and mend what it safely can
	$(BIN)/ruff format
	$(BIN)/ruff check --fix

# Pins stay as they are while they satisfy pyproject.toml: `make lock UPGRADE=--upgrade` moves them.
# One lock serves every platform and Python we support, and no index is named in it. The development
# lock takes the runtime lock as a constraint, so tests run on the versions that the container has.
LOCK = build/lock/bin/uv pip compile --quiet --no-config --universal --python-version 3.11 \
	--generate-hashes --no-emit-index-url --custom-compile-command "make lock" $(UPGRADE) pyproject.toml

lock: ## pin all packages again, with hashes, in requirements/
	$(PYTHON) -m venv build/lock
	build/lock/bin/pip install --quiet uv==$(UV_VERSION)
	$(LOCK) --group build --output-file requirements/runtime.txt
	$(LOCK) --extra charts --extra crawl --group dev --constraint requirements/runtime.txt --output-file requirements/dev.txt

clean: ## remove the environment, caches and build output
	rm -rf .venv build dist src/*.egg-info .mypy_cache .pytest_cache .ruff_cache .hypothesis
	find src tests benchmarks -name __pycache__ -type d -prune -exec rm -rf {} +

$(STAMP): pyproject.toml requirements/runtime.txt requirements/dev.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "$(PYTHON) is older than 3.11: run make PYTHON=python3.11" >&2; exit 1; }
	@echo "Setting up .venv, once: a minute or two"
	@$(PYTHON) -m venv .venv
	@$(BIN)/pip --quiet --quiet install --no-deps --require-hashes -r requirements/dev.txt
	@$(BIN)/pip --quiet --quiet install --no-deps --no-build-isolation --editable .
# pip compiles what it installs, and an editable package is not installed: its modules would be compiled in every run
# where PYTHONDONTWRITEBYTECODE is set.
	@$(BIN)/python -m compileall -q src
	@touch $@
