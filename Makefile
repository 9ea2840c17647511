# The only verbs a newcomer needs: run, test, check, bench; and screenshots, for those who work on the pages.
PYTHON ?= python3.11
VENV ?= .venv
PORT ?= 8050
HOST ?= 127.0.0.1
WORKERS ?= 2
BENCH ?= all
TESTS ?= tests
JOBS ?= 2
BIN := $(VENV)/bin

.PHONY: run test check bench screenshots

# each stamp is remade when what it was made from changes
$(VENV)/run.stamp: pyproject.toml constraints.txt
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[postgres]'
	touch $@

$(VENV)/test.stamp: pyproject.toml constraints.txt
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[test]'
	touch $@ $(VENV)/run.stamp

# builds the environment, loads the embedded starter edition where it is not loaded yet, and serves
run: $(VENV)/run.stamp
	$(BIN)/python -m etl starter load
	@echo "Open http://$(HOST):$(PORT)  (stop with Ctrl+C)"
	$(BIN)/gunicorn --bind $(HOST):$(PORT) --workers $(WORKERS) app:server

test: $(VENV)/test.stamp
	$(BIN)/python -m pytest -n $(JOBS) --dist loadfile $(TESTS)

check: $(VENV)/test.stamp
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m indicators.catalogue

bench: $(VENV)/test.stamp
	$(BIN)/python -m bench $(BENCH)

# every main page at four widths into build/screenshots, and the README's two pictures
screenshots: $(VENV)/test.stamp
	$(BIN)/python -m bench.screenshots
