# The README's commands. Each is runnable from a fresh clone and makes its own virtual environment.
SHELL := bash
.DEFAULT_GOAL := help
.PHONY: help test check lint types test-unit venv clean

BIN := .venv/bin
export PATH := $(CURDIR)/$(BIN):$(PATH)
step := tools/step

help: ## Say what each target does
	@sed -nE 's/^([a-z-]+):.*## (.*)/\1\t\2/p' Makefile | expand -t 14

test: check ## Run every test there is

check: lint types test-unit ## Check style, types and generated files, and run the unit tests (no cloud needed)

lint: venv
	@$(step) "Check paths and licence headers" $(BIN)/python tools/check_files.py
	@$(step) "Check the collection's links" $(BIN)/python tools/check_links.py
	@$(step) "Check the generated files" $(BIN)/python tools/generate.py --check
	@$(step) "Check the roles' option tables" $(BIN)/python tools/role_docs.py --check
	@$(step) "Lint the Python code" $(BIN)/ruff check
	@$(step) "Check the Python code's format" $(BIN)/ruff format --check
	@$(step) "Lint the YAML files" $(BIN)/yamllint --strict .
	@$(step) "Lint the shell scripts" tools/shell_files $(BIN)/shellcheck
	@$(step) "Lint the roles and playbooks" $(BIN)/ansible-lint --offline

types: venv
	@$(step) "Check the types" $(BIN)/mypy

test-unit: venv ## Run the unit tests
	@$(step) "Run the unit tests" $(BIN)/pytest -q

venv:
	@tools/venv tests/requirements.txt

clean: ## Remove the virtual environment and the caches, not the lab
	rm -rf .venv .cache .ansible .mypy_cache .pytest_cache .ruff_cache tests/output
