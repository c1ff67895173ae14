# The front door. Needs make and Python 3.11, 3.12 or 3.13; everything else goes into .venv.
#   make test PYTHON=/path/to/python3.13 ARGS="-k vouchers"

SHELL := /bin/sh
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
# Trust the certificates that the machine trusts, as pip does.
export UV_SYSTEM_CERTS ?= 1
UV := $(BIN)/uv
ARGS ?=
# pytest's exit code where ARGS choose no test that uses the records.
NONE := [ $$? -eq 5 ]

# A name on the path may be a shim that cannot run, or a Python without venv: so each is tried.
SUITABLE := import ensurepip, sys, venv; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))
PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3; do \
	if $$p -c '$(SUITABLE)' >/dev/null 2>&1; then echo $$p; break; fi; done)

.DEFAULT_GOAL := help
.PHONY: help serve test check lint spec bench docs soak backtest format lock clean

help: ## list what can be made
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-8s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

serve: $(READY) ## run it with a demo business, on SQLite (ARGS="--port 8080")
	@$(BIN)/largesse serve --demo $(ARGS)

test: $(READY) ## run the tests, some minutes (ARGS="-k word" for some)
	@command -v chromium >/dev/null || command -v chromium-browser >/dev/null || \
		echo 'No Chromium: the tests of pages are left out. To have it: apt-get install chromium' >&2
	@$(BIN)/pytest -n auto --dist loadgroup $(ARGS)
	@echo 'And those that use the records again, on PostgreSQL:'
	@$(BIN)/pytest -n auto --dist loadgroup --database=postgresql -m 'django_db and not soak' $(ARGS) || $(NONE)

check: lint docs test ## the whole definition of green: style, types, layers, docs, tests

lint: $(READY) ## style, types, layers, and that tests name statements that exist
	@$(BIN)/ruff format --check --quiet
	@$(BIN)/ruff check --quiet
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo
	@$(BIN)/python -m tools.spec >/dev/null

spec: $(READY) ## every statement of docs/spec with the number of tests that show it
	@$(BIN)/python -m tools.spec

bench: $(READY) ## measure speed beside the peers
	@$(BIN)/python -m bench $(ARGS)

docs: $(READY) ## build the documentation into site/
# Without --quiet, which hides warnings from --strict too.
	@said=$$(NO_MKDOCS_2_WARNING=1 $(BIN)/python -m mkdocs build --strict 2>&1) || { echo "$$said" >&2; exit 1; }

soak: $(READY) ## run the long tests, on SQLite and on PostgreSQL
	@$(BIN)/pytest -m soak $(ARGS)
	@$(BIN)/pytest --database=postgresql -m 'django_db and soak' $(ARGS) || $(NONE)
	@echo 'And every page from two processes that share nothing but PostgreSQL:'
	@$(BIN)/pytest --database=postgresql -m browser $(ARGS) || $(NONE)

backtest: $(READY) demo/book.json ## import a year of real baskets, price them against 1,000 offers
	@$(BIN)/largesse backtest demo/history demo/book.json --out demo/report $(ARGS)

demo/book.json: demo/history/history.json examples/complete_journey/make_book.py
	@$(BIN)/python examples/complete_journey/make_book.py demo/history $@

demo/history/history.json: | $(READY)
	@$(BIN)/largesse history import complete-journey demo/history

format: $(READY) ## write the code in the project's style
	@$(BIN)/ruff check --fix --quiet
	@$(BIN)/ruff format --quiet

lock: $(UV) ## choose the versions in requirements.lock anew (ARGS="--upgrade" for newer ones)
	@$(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes \
		--extra server --extra history --group dev \
		--no-header --no-emit-index-url --no-emit-find-links \
		--custom-compile-command "make lock" \
		--output-file requirements.lock $(ARGS) pyproject.toml
	@if grep -nE '://|@ *file|(^|[ (])/' requirements.lock; then \
		echo 'requirements.lock names an address or a path: see above' >&2; exit 1; fi

clean: ## remove everything that was made
	rm -rf $(VENV) site dist build demo .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(UV):
	@if [ -z "$(PYTHON)" ]; then \
		echo 'No Python 3.11, 3.12 or 3.13 with venv found; name one: make PYTHON=/path/to/python3' >&2; \
		exit 1; fi
	@$(PYTHON) -c '$(SUITABLE)' || { echo '$(PYTHON) is not Python 3.11 to 3.13 with venv' >&2; exit 1; }
	@$(PYTHON) -m venv --clear $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check 'uv>=0.8'

# pip and uv stay, for uv is in the lock itself and pip is what brings it back.
$(READY): $(UV) pyproject.toml requirements.lock
	@echo 'Setting up $(VENV) ...' >&2
	@VIRTUAL_ENV=$(VENV) $(UV) pip sync --quiet --require-hashes requirements.lock
	@VIRTUAL_ENV=$(VENV) $(UV) pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $(READY)
