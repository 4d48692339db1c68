# `make demo` and `make test` do all the set-up on a fresh machine: Python 3.11 or newer, make and a network.
PYTHON ?= python3
BIN := .venv/bin
STAMP := .venv/.installed

.PHONY: demo test bench messages readme clean

demo: $(STAMP)
	$(BIN)/docgen demo

test: $(STAMP)
	$(BIN)/ruff check docgen tests
	$(BIN)/mypy
	$(BIN)/pytest -n 2 --dist worksteal -q tests

bench: $(STAMP)
	$(BIN)/python -m tests.bench

messages: $(STAMP)
	$(BIN)/python -m tests.catalogue

$(STAMP): pyproject.toml constraints.txt
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install -q --disable-pip-version-check -c constraints.txt -e '.[dev]'
	touch $@

readme: $(STAMP)
	$(BIN)/python -m tests.readme

clean:
	rm -rf .venv build dist .mypy_cache .ruff_cache .pytest_cache
