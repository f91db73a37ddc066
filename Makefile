# The commands of the README. `make` alone lists them.
PYTHON ?= python3
export PATH := $(CURDIR)/.venv/bin:$(PATH)

.PHONY: help setup demo test lint repro lock clean
help:      ## list the targets
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):[^#]*## /  make \1\t/' | expand -t 16

setup: .venv/ready  ## install everything into .venv, by the hashes in requirements.lock

.venv/ready: requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; this is " + sys.version.split()[0] + ". Try: make PYTHON=python3.11")'
	$(PYTHON) -m venv .venv
	.venv/bin/python -m pip install --quiet --require-hashes -r requirements.lock
	.venv/bin/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	touch $@

demo: setup  ## run the whole pipeline on generated faces, in demo/
	python -m emotions.demo

test: setup  ## run all tests
	python -m pytest -n 2

lint: setup  ## ruff and mypy --strict
	ruff check .
	ruff format --check .
	mypy

repro: setup  ## download the Kaggle data set and run the report's whole grid
	dvc repro

lock: setup  ## resolve pyproject.toml into requirements.lock again
	uv pip compile pyproject.toml --extra dev --universal --python-version 3.11 --upgrade \
		--generate-hashes --no-emit-index-url --no-header --quiet -o requirements.lock

clean:     ## remove what was installed and the demo; DVC's cache and results stay
	rm -rf .venv demo
