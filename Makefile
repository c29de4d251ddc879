# Everything a newcomer runs. `make help` lists it.
PYTHON ?= python3
BIN := .venv/bin
STAMP := .venv/.installed
DEV_STAMP := .venv/.installed-dev
SIDE_BY_SIDE := -n auto --maxprocesses 4 --dist worksteal
PIP := $(BIN)/pip --quiet --quiet --disable-pip-version-check --no-input

.DEFAULT_GOAL := help
.PHONY: help install install-dev run demo test test-telegram check eval bench texts language migration requirements browser screenshots fake-zalo

help: ## List the commands
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  make %-14s %s\n", $$1, $$2}'

$(STAMP): requirements.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "banhoc: Python 3.11 or newer is needed; try: make install PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -m venv .venv
	@$(PIP) install --require-hashes -r requirements.txt
	@$(BIN)/python -c "import pathlib, site; pathlib.Path(site.getsitepackages()[0], 'banhoc.pth').write_text('$(CURDIR)\n')"
	@touch $@

$(DEV_STAMP): $(STAMP) requirements-dev.txt
	@$(PIP) install --require-hashes -r requirements-dev.txt
	@touch $@

install: $(STAMP) ## Make .venv with what the product needs, and nothing else

install-dev: $(DEV_STAMP) ## Add what tests and checks need

run: install ## Start everything: web chat at http://127.0.0.1:8080, SQLite under data/
	@$(BIN)/python -m bot

demo: install ## Fill an empty database with an invented organisation
	@$(BIN)/python -m bot demo

browser: ## Find Chromium, or install it from the system's packages where that is allowed
	@sh tests/install_browser.sh

test: install-dev browser ## Run all tests, on SQLite and on a real PostgreSQL, and in a real Chromium
	@$(BIN)/python -m pytest $(SIDE_BY_SIDE)

test-telegram: install-dev ## Drive the Telegram channel with tg-auto-test (needs Python 3.12 or newer on the machine)
	@sh tests/outsider/run.sh

check: install-dev browser ## Lint, types and tests: what CI runs
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/python -m pytest $(SIDE_BY_SIDE)

eval: install-dev ## Measure the understanding and the answers on the labelled sets; writes docs/evaluation.md
	@$(BIN)/python -m tests.evaluation

bench: install-dev ## Measure speed beside a peer in the same run; writes docs/benchmarks.md
	@$(BIN)/python -m tests.benchmarks

texts: install-dev ## List texts that a language lacks
	@$(BIN)/python -m pytest tests/test_texts.py -q

language: install-dev ## Begin a translation: make language L=km
	@$(BIN)/python -m tests.new_language $(L)

migration: install-dev ## Write the next migration: make migration M="what changes"
	@rm -f /tmp/banhoc-migration.sqlite3
	@DATABASE_URL=sqlite:////tmp/banhoc-migration.sqlite3 $(BIN)/python -m bot migrate --write "$(M)"

requirements: ## Compile requirements*.in into pinned files with hashes (needs uv)
	@for f in requirements requirements-dev; do uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate $$f.in -o $$f.txt; done

fake-zalo: install-dev ## Serve the fake Zalo (both products) to try the channels by hand
	@$(BIN)/python -m tests.zalo_fake

screenshots: install-dev browser ## Take the README's pictures from the running product
	@$(BIN)/python -m tests.screenshots
