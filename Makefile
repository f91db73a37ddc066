# The commands of the README. `make` alone lists them.
PYTHON ?= python3
BIN := .venv/bin
APP := .venv-app
# DVC starts its stages as `python`
export PATH := $(CURDIR)/$(BIN):$(PATH)

# uv installs in a third of pip's time, but reads none of pip's settings: where it can't reach an index, pip does it.
define install
	$(PYTHON) -m venv $(1)
	awk '/^[a-z]/ {uv = /^uv==/} uv' requirements.lock | $(1)/bin/python -m pip install --quiet --require-hashes -r /dev/stdin
	$(1)/bin/uv pip install --quiet --compile-bytecode --python $(1)/bin/python --require-hashes -r $(2) || \
		$(1)/bin/python -m pip install --quiet --require-hashes -r $(2)
endef

.PHONY: help setup demo app test bench lint repro lock vendor clean
help:      ## list the targets
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):[^#]*## /  make \1\t/' | expand -t 16

setup: $(BIN)/ready  ## install everything into .venv, by the hashes in requirements.lock

$(BIN)/ready: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; v = sys.version_info[:2]; sys.exit(not (3, 11) <= v < (3, 14) and "Python 3.11 to 3.13 is needed, as TensorFlow has no other; this is %d.%d. Try: make PYTHON=python3.13" % v)'
	$(call install,.venv,requirements.lock)
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

# An environment of its own: the page needs no TensorFlow, and Gradio an older Pillow.
$(APP)/ready: requirements-app.lock
	$(call install,$(APP),requirements-app.lock)
	@touch $@

app: $(APP)/ready  ## open a page on this machine that tells expressions in a photo or the camera's picture
	PYTHONPATH=src $(APP)/bin/python -m emotions.app

demo: setup  ## run the whole pipeline on generated faces, in demo/
	$(BIN)/python -m emotions.demo

test: setup $(APP)/ready  ## run all tests
	$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder --max-worker-restart 0

bench: setup  ## measure what the pipeline costs; ARCHIVE=faces.zip measures on real faces
	$(BIN)/python -m benchmarks $(if $(ARCHIVE),--archive $(ARCHIVE)) $(PARTS)

lint: setup  ## ruff and mypy --strict
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

repro: setup  ## download the Kaggle data set and run the whole grid, a core or a GPU a cell
	$(BIN)/python -m emotions.check
	$(BIN)/python -m emotions.fanout
	$(BIN)/dvc repro

lock: setup  ## resolve pyproject.toml into requirements.lock again
	$(BIN)/uv pip compile pyproject.toml --extra dev --extra litert --universal --python-version 3.11 --upgrade \
		--generate-hashes --no-header --quiet -o requirements.lock
	$(BIN)/uv pip compile --group app --universal --python-version 3.11 --upgrade \
		--generate-hashes --no-header --quiet -o requirements-app.lock

vendor: setup  ## make the page template of `dvc plots` from its npm packages again; needs npm
	$(BIN)/python -m plots

clean:     ## remove what was installed, the demo and checkpoints; DVC's cache and results stay
	rm -rf .venv $(APP) demo .checkpoints
