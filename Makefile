# The README's commands. Each is runnable from a fresh clone and makes its own virtual environment.
SHELL := bash
.DEFAULT_GOAL := help
.PHONY: help demo lab lab-status lab-stop lab-remove lab-scale lab-scale-remove test test-all test-molecule test-life test-lab test-long \
	test-horizon test-forms test-gitops test-image test-scale faults cis check lint lint-files lint-generated \
	lint-examples lint-pipelines lint-docs lint-python lint-yaml lint-shell lint-ansible types sanity test-unit venv runtime install-cli \
	test-cli test-feel sanity-venvs root clients clean

BIN := .venv/bin
export PATH := $(CURDIR)/$(BIN):$(PATH)
step := tools/step
lab := $(BIN)/ansible-playbook -i localhost, playbooks/lab.yml --extra-vars lab_state=

help: ## Say what each target does
	@sed -nE 's/^([a-z%-]+):.*## (.*)/\1\t\2/p' Makefile | expand -t 16

demo: root clients lab ## Start the lab, make the declared hosts on it and run a container on one (root)
	@$(step) "Show the demo" tools/demo

lab: root runtime ## Start the embedded OpenStack (root)
	@$(step) "Start the lab" $(lab)started

lab-status: root runtime ## Say which of the lab's services run (root)
	@$(step) "Look at the lab" $(lab)status

lab-stop: root runtime ## Stop the lab, keeping what it holds (root)
	@$(step) "Stop the lab" $(lab)stopped

lab-remove: root runtime ## Remove the lab and what it holds, not its cache (root)
	@$(step) "Remove the lab" $(lab)removed

lab-scale: root runtime ## Start a second lab, whose servers boot nothing, for fleets (root)
	@$(step) "Start the scale lab" $(lab)started --extra-vars @tests/scale/lab.yml

lab-scale-remove: root runtime ## Remove the scale lab and what it holds (root)
	@$(step) "Remove the scale lab" $(lab)removed --extra-vars @tests/scale/lab.yml

test: root check test-molecule test-lab test-horizon test-gitops test-feel faults ## Run one journey through everything (root)

test-feel: root venv lab ## Make hosts by the line of 2014, with IDs and with names, and use them (root)
	@$(step) "Make hosts by the line of 2014" $(BIN)/pytest tests/cli/vm/test_feel_of_2014.py

test-cli: root venv lab ## Use docker hosts as in 2014, as docker-machine was, interrupted, and wrongly (root)
	@$(step) "Use docker hosts on the lab" $(BIN)/pytest tests/cli

test-all: root test test-cli test-life test-long test-image test-scale ## Run every test there is (root)

test-molecule: root venv ## Run the roles' Molecule scenarios, but for the longest (root)
	@$(step) "Test the roles" tests/molecule/run test --scenario-name docker_context --scenario-name docker_engine

test-life: root venv ## Run the longest: every variable, hardening, package sources, removal of the engine (root)
	@$(step) "Test the engine's life" tests/molecule/run test --scenario-name docker_engine_life

test-lab: root venv lab ## Run the tests that need the lab, but for the longest (root)
	@$(step) "Test against the lab" $(BIN)/pytest tests/lab --ignore tests/lab/long

test-long: root venv lab ## Run the lab's longest: every parameter, every drift of a host, a change that rolls (root)
	@$(step) "Run the lab's longest tests" $(BIN)/pytest tests/lab/long

test-horizon: root venv lab ## Make a host in the lab's Horizon with a browser, and let site.yml take it over (root)
	@$(step) "Use Horizon with a browser" $(BIN)/pytest tests/horizon/test_browser.py

test-gitops: root venv lab ## Play the story of a fleet in Git on the lab: plan, merge, drift, revert (root)
	@$(step) "Play the story of a fleet in Git" $(BIN)/pytest tests/gitops

test-image: root venv lab ## Bake images on the lab and boot a host from one (root)
	@$(step) "Bake images" $(BIN)/pytest tests/image

test-scale: root venv lab-scale ## Run the tests of fleets and plans, on the scale lab (root)
	@$(step) "Test on the scale lab" $(BIN)/pytest tests/scale --numprocesses 3 --dist loadfile

faults: root venv lab-scale ## Spoil API calls and kill the controller on purpose: a sample, or all with FULL=1 (root)
	@$(step) "Spoil API calls and kill controllers" $(BIN)/python -m tests.faults.run

cis: runtime ## Score the declared hosts by docker-bench-security's checks; HOST=name REPORT=file BENCH=checkout
	@$(step) "Score the hosts" $(BIN)/ansible-playbook playbooks/cis.yml $(if $(HOST),--limit $(HOST)) \
		$(if $(REPORT),--extra-vars cis_report=$(abspath $(REPORT))) $(if $(BENCH),--extra-vars cis_bench=$(abspath $(BENCH)))

bench-%: tests/bench/% root venv ## Measure one thing and print it with its goal, e.g. bench-host (root)
	@$(step) "Measure $*" $<

bench-host bench-lab bench-cli bench-create: lab

bench-quiet bench-fleet bench-inventory: lab-scale

# Steps run side by side, the longest first; the lines of each stay together and appear when it ends.
check: venv sanity-venvs ## Check style, types, docs and generated files, and run the unit tests (no cloud needed)
	+@$(step) "Run every check" $(MAKE) --no-print-directory --jobs=$$(nproc) --output-sync=line --keep-going \
		sanity lint-ansible lint-docs test-forms test-unit types lint

lint: lint-files lint-generated lint-examples lint-pipelines lint-docs lint-python lint-yaml lint-shell
lint: lint-ansible ## Check style and generated files

lint-files: venv
	@$(step) "Check paths and licence headers" $(BIN)/python tools/check_files.py
	@$(step) "Check the collection's links" $(BIN)/python tools/check_links.py
	@$(step) "Check the changelog's fragments" $(BIN)/antsibull-changelog lint
	@$(step) "Check the hooks' settings" $(BIN)/pre-commit validate-config

lint-generated: venv
	@$(step) "Check the generated files" $(BIN)/python tools/generate.py --check
	@$(step) "Check the roles' defaults and option tables" $(BIN)/python tools/role_docs.py --check
	@$(step) "Check the description of the hardening profiles" $(BIN)/python tools/hardening_docs.py --check

lint-examples: venv
	@$(step) "Check examples, samples and templates" $(BIN)/python tools/check_docs.py
	@$(step) "Check the declared hosts by their schema" $(BIN)/check-jsonschema --schemafile docs/hosts.schema.json \
		inventory/hosts.yml examples/gitops/inventory/hosts.yml
	@$(step) "Check their variables by their schema" $(BIN)/check-jsonschema --schemafile docs/variables.schema.json \
		$(shell find inventory examples -path '*_vars/*.yml')

lint-pipelines: venv
	@$(step) "Check the pipelines by their systems' schemas" tools/check_pipelines examples/gitops

lint-docs: venv
	@$(step) "Lint the collection's documentation" \
		$(BIN)/antsibull-docs lint-collection-docs --plugin-docs --validate-collection-refs=dependent .

lint-python: venv
	@$(step) "Lint the Python code" $(BIN)/ruff check
	@$(step) "Check the Python code's format" $(BIN)/ruff format --check

lint-yaml: venv
	@$(step) "Lint the YAML files" $(BIN)/yamllint --strict .

lint-shell: venv
	@$(step) "Lint the shell scripts" tools/shell_files $(BIN)/shellcheck

lint-ansible: venv # with the declared hosts alone, since the observed ones would be asked of the cloud
	@$(step) "Lint the roles and playbooks" env ANSIBLE_INVENTORY=inventory/hosts.yml $(BIN)/ansible-lint --offline

types: venv
	@$(step) "Check the types" $(BIN)/mypy

sanity: venv
	@$(step) "Run ansible-test's sanity tests" tools/sanity

test-unit: venv ## Run the unit tests
	@$(step) "Run the unit tests" $(BIN)/pytest -q

test-forms: venv ## Put the templates through Horizon's own forms (no cloud needed)
	@$(step) "Put the templates through Horizon's forms" $(BIN)/pytest -q tests/horizon/test_forms.py

venv:
	@tools/venv tests/requirements.txt

runtime: ## Make the environment that playbooks run in
	@tools/venv requirements.txt

install-cli: runtime ## Make docker hosts a plugin of the docker client, for its user
	@$(step) "Link docker-hosts into the docker client's plugins" tools/install_cli

sanity-venvs: venv
	@$(step) "Make ansible-test's environments" tools/sanity --prime-venvs

root:
	@((EUID == 0)) || { echo "This needs root, since it boots a container: run sudo make $(MAKECMDGOALS)" >&2; exit 1; }

clients:
	@tools/need docker ssh

clean: ## Remove the virtual environment, the caches and the containers of tests, not the lab
	@shopt -s nullglob; for container in .cache/molecule/containers/*/container; do "$$container" remove; done
	rm -rf --one-file-system .venv .cache .ansible .mypy_cache .pytest_cache .ruff_cache tests/output
