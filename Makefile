# Everything here needs Python 3.11 or newer and make; the environment is .venv in this folder.
PYTHON ?= python3
PORT ?= 8000
PREFIX ?= /opt/reflecs
BIN := .venv/bin
UV := $(shell command -v uv)
# How to install into the environment in the folder $(1): by uv where there is one, which takes a fifth of the time (UV= for none), or its own pip.
into = $(if $(UV),$(UV) pip install --quiet --python $(1)/bin/python,$(1)/bin/pip install --quiet --disable-pip-version-check)

.DEFAULT_GOAL := help
.PHONY: help setup packages install serve test faults postgresql check format lock bench elasticsearch clean

help: ## Show what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-13s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: .venv/tools ## Make the environment with the locked packages, tools for tests and checks included

# The locked packages that it takes to serve, in an environment in the folder $(1).
define packages
	@$(PYTHON) -c 'import sys; v = sys.version_info; sys.exit(None if v >= (3, 11) else f"Reflecs needs Python 3.11 or newer; this is {v[0]}.{v[1]}")'
	$(PYTHON) -m venv $(1)
	$(call into,$(1)) --require-hashes -r requirements/runtime.txt
endef
# Reflecs itself, besides.
REFLECS := --no-deps --no-build-isolation

# What it takes to serve.
.venv/ready: requirements/runtime.txt pyproject.toml
	$(call packages,.venv)
	$(call into,.venv) $(REFLECS) --editable .
	@touch $@

# What it takes to test and check, beside that.
.venv/tools: .venv/ready requirements/dev.txt
	$(call into,.venv) --require-hashes -r requirements/dev.txt
	@touch $@

# How the image is built (Dockerfile): packages first, which change seldom.
packages:
	$(call packages,$(PREFIX))

install: packages ## Install what it takes to serve into another folder: PREFIX=/opt/reflecs
	$(call into,$(PREFIX)) $(REFLECS) .

serve: .venv/ready ## Serve the catalogue at http://localhost:8000 (another port: PORT=8001); an empty one gets the shipped records and sample data
	@$(BIN)/reflecs load --shipped --if-empty
	@$(BIN)/reflecs archive samples --if-empty
	@$(BIN)/reflecs serve --port $(PORT)

test: setup ## Run the tests; those that need what this machine lacks are skipped and say so
	$(BIN)/python -m pytest --numprocesses auto --dist loadfile --no-loadscope-reorder --ignore tests/faults

check: setup ## Style, types, dependency contracts
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports

format: setup ## Put the code into its form
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

lock: setup ## Lock the packages anew after a change of pyproject.toml
	$(BIN)/uv pip compile --universal --generate-hashes --no-emit-index-url --no-header --quiet pyproject.toml --output-file requirements/runtime.txt
	$(BIN)/uv pip compile --universal --generate-hashes --no-emit-index-url --no-header --quiet pyproject.toml --group dev --output-file requirements/dev.txt

faults: setup ## Kill, freeze and fill real Elasticsearch nodes in the middle of loads and walks; one test at a time
	$(BIN)/python -m pytest tests/faults

postgresql: setup ## Run the tests of accounts, orders, harvests and curating on a real PostgreSQL (Debian: postgresql), which is started for them
	$(BIN)/python -m tests.database --quiet --numprocesses auto --dist loadfile -m "not sqlite" -W ignore::ResourceWarning -W ignore::pytest.PytestUnraisableExceptionWarning \
		tests/database tests/accounts $(addprefix tests/ordering/test_,orders.py selecting.py activating.py leases.py worker.py standing.py) \
		tests/catalogue/curating $(addprefix tests/catalogue/harvesting/test_,brake.py conflicts.py side_by_side.py sources.py runs.py)

bench: setup ## Measure pages and doors at 100,000 records (a smaller number: RECORDS=10000)
	@folder=$$(mktemp -d) && trap 'rm -rf "$$folder"' EXIT && \
	$(BIN)/python -m bench.catalogue --records $(or $(RECORDS),100000) --keep "$$folder" && \
	$(BIN)/python -m bench.doors --records $(or $(RECORDS),100000) --keep "$$folder"

elasticsearch: setup ## Fetch a real Elasticsearch once (Maven, Java 17; 0.9 GB) and run it at http://localhost:9200 until interrupted
	@$(BIN)/python -m tests.cluster

clean: ## Take away the environment and what tools left; the catalogue in var/ stays
	rm -rf .venv build *.egg-info .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
