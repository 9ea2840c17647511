# The only verbs a newcomer needs: run, test, check, bench; and for those who work on the code: test QUICK=1, coverage,
# architecture (the picture in docs/architecture.md), environment (docs/environment.md) and screenshots.
# any Python from 3.11 on; the one that the pinned versions were tested with goes first
PYTHON ?= $(firstword $(foreach name,python3.11 python3.12 python3.13 python3.14 python3 python,$(if $(shell $(name) -c "import sys; print(sys.version_info >= (3, 11) or '')" 2>/dev/null),$(name))))
VENV ?= .venv
PORT ?= 8050
HOST ?= 127.0.0.1
WORKERS ?= 2
BENCH ?= all
TESTS ?= tests
JOBS ?= 2
QUICK ?=
BIN := $(VENV)/bin
# QUICK=1: no browser, no PostgreSQL, nothing that takes seconds
KINDS := $(if $(QUICK),-m "not browser and not postgres and not slow")
CLIENT := $(if $(QUICK),,build/fingertips.stamp)

.PHONY: run test coverage check bench architecture environment screenshots

# each stamp is remade when what it was made from changes
$(VENV)/run.stamp: pyproject.toml constraints.txt
	@test -n "$(PYTHON)" || { echo "No Python of version 3.11 or later was found. Install one, or name it: make run PYTHON=/path/to/python"; exit 1; }
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[web,pdf,jobs,postgres]'
	touch $@

$(VENV)/test.stamp: pyproject.toml constraints.txt
	@test -n "$(PYTHON)" || { echo "No Python of version 3.11 or later was found. Install one, or name it: make test PYTHON=/path/to/python"; exit 1; }
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[test]'
	touch $@ $(VENV)/run.stamp

# fingertips_py, the client of the field's API, in an environment of its own: it is no dependency, and a test runs it. Where
# the package index cannot be reached the test is skipped and says so.
build/fingertips.stamp: tests/dashboard/fingertips/client.txt constraints.txt
	mkdir -p build
	{ test -x build/fingertips/bin/python || $(PYTHON) -m venv build/fingertips; } \
	  && build/fingertips/bin/python -m pip install --quiet --disable-pip-version-check --retries 1 --timeout 10 \
	  --constraint constraints.txt --requirement $< \
	  && touch $@ || echo "fingertips_py cannot be installed; the test that runs it will be skipped"

# builds the environment, loads the embedded starter edition where it is not loaded yet, and serves
run: $(VENV)/run.stamp
	$(BIN)/python -m etl starter load
	@echo "Open http://$(HOST):$(PORT)  (stop with Ctrl+C)"
	$(BIN)/python -OO -m gunicorn --bind $(HOST):$(PORT) --workers $(WORKERS) app:server

test: $(VENV)/test.stamp $(CLIENT)
	$(BIN)/python -m pytest -n $(JOBS) --dist loadfile $(KINDS) $(TESTS)

# the tests that need no browser, with branch coverage; fails below a room's floor (bench/floors.py)
coverage: export COVERAGE_FILE = $(CURDIR)/build/coverage/measured
coverage: $(VENV)/test.stamp $(CLIENT)
	rm -rf build/coverage
	mkdir -p build/coverage
	$(BIN)/python -m coverage run -m pytest -n $(JOBS) --dist loadfile -m "not browser" $(TESTS)
	$(BIN)/python -m coverage combine --quiet
	$(BIN)/python -m coverage json --quiet -o build/coverage.json
	$(BIN)/python -m bench.floors build/coverage.json

check: $(VENV)/test.stamp
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m indicators.catalogue
	$(BIN)/python -m indicators.evidence

bench: $(VENV)/test.stamp
	$(BIN)/python -m bench $(BENCH)

# docs/images/architecture.svg, from the code's own imports
architecture: $(VENV)/test.stamp
	$(BIN)/python -m bench.architecture

# docs/environment.md, from the settings themselves
environment: $(VENV)/test.stamp
	$(BIN)/python -m bench.environment

# every main page at four widths into build/screenshots, and the README's two pictures
screenshots: $(VENV)/test.stamp
	$(BIN)/python -m bench.screenshots
