# `make site` and `make test` do all set-up themselves: nothing but Python 3.11+ and make is needed before.
# Set-up is skipped while pyproject.toml and constraints.txt are unchanged.

PYTHON ?= python3
VENV   ?= .venv
JOBS   ?= 3
SITE   ?= site

BIN     := $(VENV)/bin
PIP     := $(BIN)/python -m pip --disable-pip-version-check
INSTALL := $(PIP) install --quiet --constraint constraints.txt --build-constraint constraints.txt
# One worker more than the two cores that are meant: some of them wait for a browser.
# The tests of a file stay in one process, so that what they share, such as a site, is made once; the long files first.
PYTEST  := $(BIN)/python -m pytest --numprocesses $(JOBS) --dist loadfile --no-loadscope-reorder

# Tests start hundreds of processes, each of which would compile the package anew where this is set.
export PYTHONDONTWRITEBYTECODE :=

.DEFAULT_GOAL := help

.PHONY: help
help: ## Show this list
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | sort | awk -F '\t' '{ printf "  make %-12s %s\n", $$1, $$2 }'

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "reportgen needs Python 3.11 or later; try make PYTHON=python3.12")'
	@echo "Creating the virtual environment $(VENV)"
	@$(PYTHON) -m venv $(VENV)

# pip itself first: dependency groups and build constraints need a recent one.
$(VENV)/.pip: constraints.txt | $(BIN)/python
	@$(PIP) install --quiet --upgrade --constraint constraints.txt pip
	@touch $@

$(VENV)/.runtime: pyproject.toml $(VENV)/.pip
	@echo "Installing reportgen and what it runs on"
	@$(INSTALL) --editable .
	@touch $@

$(VENV)/.dev: $(VENV)/.runtime
	@echo "Installing what the tests and checks need"
	@$(INSTALL) --editable '.[watch,distributed,fast]' --group dev
	@touch $@

.PHONY: setup
setup: $(VENV)/.dev ## Make the virtual environment for development

.PHONY: chromium
chromium: $(VENV)/.dev
	@PYTHON=$(BIN)/python scripts/get_chromium.sh

.PHONY: site
site: $(VENV)/.runtime ## Build the site from results/ into site/
	$(BIN)/reportgen build results --out $(SITE) --version dev

.PHONY: test
test: setup ## Check style, types and behaviour
	@$(MAKE) --jobs 2 --output-sync=target lint chromium compiled
	$(PYTEST) -m 'not slow'

# What pytest compiles of a test it keeps, so that not every one of its processes does so.
.PHONY: compiled
compiled: $(VENV)/.dev
	@$(BIN)/python -m pytest --collect-only --quiet -p no:xdist > /dev/null || true # errors are told by the tests

.PHONY: test-slow
test-slow: chromium ## Run every test, with hypothesis searching long
	HYPOTHESIS_PROFILE=thorough $(PYTEST)

.PHONY: test-peers
test-peers: $(VENV)/.dev ## Install other tools and check that their stored figures are still theirs
	$(BIN)/python scripts/test_peers.py

.PHONY: lint
lint: $(VENV)/.dev ## Check style, types, spelling, import layers and workflows
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/codespell
	$(BIN)/lint-imports --no-cache --no-logo
	$(BIN)/zizmor --offline --no-progress --quiet .github site_templates/ci/github/dot-github/workflows/*.yml

.PHONY: format
format: $(VENV)/.dev ## Put the code in its standard form
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

.PHONY: docs
docs: $(VENV)/.dev ## Renew docs/cli.md, docs/summaries.md and docs/diff-alarms.md from the code itself
	$(BIN)/python scripts/make_cli_docs.py
	$(BIN)/python scripts/make_summary_docs.py
	$(BIN)/python scripts/make_alarm_docs.py

.PHONY: golden
golden: $(VENV)/.dev ## Renew the golden site; read its diff before committing
	$(BIN)/python -m pytest tests/golden --update-golden

.PHONY: benchmark
benchmark: $(VENV)/.dev ## Time builds of large corpora and rank agreement beside their alternatives
	$(BIN)/python benchmarks/build.py
	$(BIN)/python benchmarks/concurrence.py
	$(BIN)/python benchmarks/diff.py
	$(BIN)/python benchmarks/versions.py

.PHONY: clean
clean: ## Remove the site, caches and the virtual environment
	rm -rf $(SITE) $(VENV) .cache .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache build dist
