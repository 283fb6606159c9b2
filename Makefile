# The two commands of the README are `make run` and `make test`; each sets up all it needs.
PYTHON ?= python3
PORT ?= 8080
BIN := .venv/bin

.PHONY: run demo test check coverage bench refresh-cost catalogue-cost contract-drift lock clean

run: .venv/run.stamp
	@$(BIN)/artesian up --port $(PORT)

demo: .venv/dev.stamp
	@$(BIN)/python -m artesian.sim.demo --port $(PORT)

test: .venv/dev.stamp
	@$(BIN)/python -m pytest -n auto $(TESTS)

check: .venv/dev.stamp
	@scripts/check

coverage: .venv/dev.stamp
	@scripts/coverage

bench: .venv/dev.stamp
	@$(BIN)/python bench/run.py

refresh-cost: .venv/dev.stamp
	@$(BIN)/python bench/refresh_cost.py --large

catalogue-cost: .venv/dev.stamp
	@$(BIN)/python bench/catalogue_cost.py

contract-drift: .venv/dev.stamp
	@$(BIN)/python scripts/github_schemas.py

lock: .venv/dev.stamp
	@scripts/lock

clean:
	rm -rf .venv .cache .mypy_cache .ruff_cache .pytest_cache .hypothesis

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Artesian needs Python 3.11 or newer; this is " + sys.version.split()[0] + ". Try: make PYTHON=python3.12 run")'
	@echo 'Making .venv with '"$$($(PYTHON) --version)"
	@$(PYTHON) -m venv .venv

.venv/run.stamp: .venv/bin/python requirements/run.txt requirements/build.txt pyproject.toml
	@echo 'Installing locked dependencies (about a minute the first time)'
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/run.txt -r requirements/build.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

.venv/dev.stamp: .venv/run.stamp requirements/dev.txt
	@echo 'Installing what tests and checks need'
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	@touch $@
