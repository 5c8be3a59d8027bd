# Every target sets up what it needs and is safe to repeat. Needs Python 3.11 or newer and make, nothing else.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
# half as many again as cores: stories that wait for a service leave them idle
WORKERS ?= $(shell python3 -c 'import os; n = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1; print(n + n // 2)' 2>/dev/null || echo auto)
BIN := $(VENV)/bin

.PHONY: run demo test lint bench bench-carriers chaos previous soak lock clean help

help: ## what there is
	@grep -E '^[a-z-]+:.*##' Makefile | sed -E 's/:.*## /\t/' | expand -t 16

run: $(VENV)/.ready ## a real bot: reads .env, checks everything first, says what is missing
	@test -f .env || (cp .env.example .env && echo "A fresh .env was made: put the token from @BotFather into it, then make run again." && exit 1)
	@$(BIN)/herald check && exec $(BIN)/herald run

demo: $(VENV)/.ready ## a page with three phones on the real service, on a fast clock; no account needed
	@$(BIN)/herald demo

test: $(VENV)/.ready-dev ## the whole suite, on SQLite and on a real PostgreSQL
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder --cov --cov-report=term
	@echo "Rules and kit, every branch:" && $(BIN)/coverage report --fail-under=100 --include='bot/domain/*,carriers/kit/*'

lint: $(VENV)/.ready-dev ## ruff, mypy --strict, import contracts
	$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy && $(BIN)/lint-imports

bench: $(VENV)/.ready-dev ## figures as ratios in one run, with the machine they were measured on; fails where one is missed
	@$(MAKE) --no-print-directory $(KARRIO)/.ready || echo "!! karrio could not be set up: the rest is measured without it"
	$(BIN)/python -m tests.benchmarks

CHAOS ?= --seconds 300

chaos: $(VENV)/.ready-dev ## four workers on a real PostgreSQL, killed and cut off for five minutes, then counted
	$(BIN)/python -m tests.chaos $(CHAOS)

PREVIOUS ?=

previous: $(VENV)/.ready-dev ## workers of the last release (PREVIOUS=tag or commit) on the tables of today, then side by side
	$(BIN)/python -m tests.previous $(PREVIOUS)

SOAK ?= --seconds 300 --parcels 1000000

soak: $(VENV)/.ready-dev ## a million open parcels on a real PostgreSQL for five minutes: what grows, what is late, what it costs
	$(BIN)/python -m tests.soak $(SOAK)

KARRIO := build/karrio
KARRIO_CARRIERS := aramex australiapost bpost canadapost chronopost dhl-express dhl-parcel-de dhl-universal dpd easypost \
	fedex gls hermes landmark laposte mydhl royalmail ups usps

bench-carriers: $(VENV)/.ready-dev $(KARRIO)/.ready ## reading carriers' answers against karrio on the same answers
	$(BIN)/python -m tests.benchmarks.karrio

$(KARRIO)/.ready:
	@echo "Setting up karrio 2026.1.32 in an environment of its own (it is no dependency)…"
	@$(PYTHON) -m venv $(KARRIO)
	@$(KARRIO)/bin/python -m pip install --quiet --disable-pip-version-check karrio==2026.1.32 \
		$(foreach name,$(KARRIO_CARRIERS),karrio-$(name)==2026.1.32)
	@touch $@

lock: $(VENV)/.ready-dev ## renew the lock files from pyproject.toml
	$(BIN)/python -m tests.lock

clean: ## remove what was set up
	rm -rf $(VENV) build *.egg-info

$(VENV)/bin/python:
	@test -n "$(PYTHON)" || (echo "Python 3.11 or newer is needed." && exit 1)
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || (echo "Python 3.11 or newer is needed, $(PYTHON) is older." && exit 1)
	$(PYTHON) -m venv $(VENV)

$(VENV)/.ready: requirements.lock pyproject.toml | $(VENV)/bin/python
	@echo "Setting up (once, a minute or two)…"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
	@touch $@

$(VENV)/.ready-dev: requirements-dev.lock $(VENV)/.ready
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements-dev.lock
	@touch $@
