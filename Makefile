# What a contributor and CI run. `make` alone says what there is. Needs Python 3.11+ and nothing else.
PYTHON ?= python3
UV := $(shell command -v uv 2>/dev/null)
BIN := .venv/bin
READY := .venv/ready
SPARK := .venv/ready-spark

.DEFAULT_GOAL := help
.PHONY: help setup demo test test-slow lint format bench docs gallery lock clean

help: ## Say what there is
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 18

setup: $(READY) ## Make .venv from requirements.lock

$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Zhenzan needs Python 3.11 or newer. Hint: make PYTHON=/path/to/python3.11" >&2; exit 1; }
ifneq ($(UV),)
	$(UV) venv --quiet --allow-existing --python "$$($(PYTHON) -c 'import sys; print(sys.executable)')" .venv
	$(UV) pip install --quiet --python $(BIN)/python --require-hashes -r requirements.lock
	$(UV) pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation -e .
else
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation -e .
endif
	@touch $@

$(SPARK): requirements-spark.lock $(READY)
ifneq ($(UV),)
	$(UV) pip install --quiet --python $(BIN)/python --require-hashes --no-build-isolation -r $<
else
	$(BIN)/python -m pip install --quiet --require-hashes --no-build-isolation -r $<
endif
	@touch $@

demo: $(READY) ## Scan a small simulated world; ends by naming the report
	$(BIN)/zhenzan demo

test: $(READY) ## Run the tests, except the slow ones, on up to four cores
	$(BIN)/python -m pytest --numprocesses auto --maxprocesses 4 --dist loadfile

test-slow: $(SPARK) ## Run the tests that take minutes, with PySpark from requirements-spark.lock
	$(BIN)/python -m pytest -m slow

lint: $(SPARK) ## Check style, types (PySpark's too) and layers
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

format: $(READY) ## Lay out the code
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(READY) ## Measure speed and quality beside peers
	$(BIN)/zhenzan simulate .benchmark-small --accounts 3800 --seed 701
	$(BIN)/zhenzan simulate .benchmark-large --accounts 15100 --seed 701
	$(BIN)/python -m benchmark.beside.pairs --world .benchmark-large
	$(BIN)/python -m benchmark.beside.blocks --world .benchmark-large
	$(BIN)/python -m benchmark.beside.growth --worlds .benchmark-small .benchmark-large
	$(BIN)/python -m benchmark.quality

docs: $(READY) ## Write the reference pages again from the code
	$(BIN)/python docs/generate.py

gallery: $(READY) ## Simulate, draw and write the gallery of worlds again
	$(BIN)/python -m docs.gallery

lock: ## Solve the lock files again (needs uv)
	@test -n "$(UV)" || { echo "make lock needs uv. Hint: pip install uv" >&2; exit 1; }
	$(UV) pip compile benchmark/quality/peers.in --quiet --upgrade --universal --python-version 3.11 \
	  --generate-hashes --no-config --no-emit-index-url --no-emit-find-links \
	  --custom-compile-command "make lock" --output-file benchmark/quality/peers.txt
	$(UV) pip compile pyproject.toml --quiet --upgrade --universal --python-version 3.11 \
	  --group dev --generate-hashes --no-config --no-emit-index-url --no-emit-find-links \
	  --custom-compile-command "make lock" --output-file requirements.lock
	$(UV) pip compile --quiet --upgrade --universal --python-version 3.11 \
	  --group spark --generate-hashes --no-config --no-emit-index-url --no-emit-find-links \
	  --custom-compile-command "make lock" --output-file requirements-spark.lock

clean: ## Delete what the other targets made
	rm -rf .venv .venv-peers .mypy_cache .pytest_cache .ruff_cache .import_linter_cache zhenzan-demo build dist
