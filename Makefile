# Two commands for everybody: `make demo` and `make test`. Each sets up what it needs inside this checkout and nowhere else.
PYTHON ?= python3
VENV   := $(CURDIR)/.venv
PEERS  := $(CURDIR)/.venv-peers
TREE   := $(CURDIR)/.tree
WORK   := $(CURDIR)/.work
SLP    := $(TREE)/ansible_collections/c9800/slp
BIN    := $(VENV)/bin
JOBS   ?= 2

# The user's own Ansible settings, home and installed collections stay out of it.
export ANSIBLE_COLLECTIONS_PATH := $(TREE)
export ANSIBLE_HOME := $(WORK)/ansible
export ANSIBLE_CONFIG := $(CURDIR)/tests/ansible.cfg
export PIP_CACHE_DIR := $(WORK)/pip
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PATH := $(BIN):$(PATH)

.DEFAULT_GOAL := help
.PHONY: help setup demo test checks lint types arrows unit molecule sanity peers matrix bench build clean

help: ## say what there is
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-9s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(VENV)/.ready $(SLP) ## the virtual environment, and the collection in place

$(VENV)/.ready: requirements.txt requirements-lab.txt requirements-dev.txt constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; say which with: make PYTHON=python3.12")'
	@echo "Setting up $(VENV) ..."
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/pip install --quiet --requirement requirements-dev.txt --constraint constraints.txt 2>$(VENV)/pip.log || { cat $(VENV)/pip.log; exit 1; }
	@touch $@

$(SLP):
	@mkdir -p $(@D)
	@ln -sfn ../../.. $@

demo: setup ## the air gap end to end on a mock fleet
	@tests/demo.sh

test: setup ## everything that must hold
	@$(MAKE) --no-print-directory --jobs=$(JOBS) --output-sync=target checks
	@CORES='2.16 2.21' $(MAKE) --no-print-directory matrix
	@$(MAKE) --no-print-directory unit

checks: lint types arrows sanity molecule peers

lint: setup ## style of code, playbooks, changelog
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/yamllint --strict .
	cd $(SLP) && $(BIN)/ansible-lint --offline --profile production
	$(BIN)/antsibull-changelog lint

types: setup ## mypy --strict
	$(BIN)/mypy -p ansible_collections.c9800.slp.plugins

arrows: setup ## the design's rules 1 and 2: who may import whom
	cd $(TREE) && $(BIN)/lint-imports --config $(CURDIR)/.importlinter

unit: setup ## unit and integration tests, with coverage of the domain, the archive and the portal
	$(BIN)/pytest tests/unit tests/integration -n $(JOBS) --cov --cov-report=term:skip-covered --cov-report=xml:$(WORK)/coverage.xml --cov-fail-under=90
	@for area in module_utils/slp module_utils/portal plugin_utils/archive; do \
	  $(BIN)/coverage report --include="*/plugins/$$area/*" --fail-under=90 >$(WORK)/coverage.txt || { cat $(WORK)/coverage.txt; exit 1; }; done

molecule: setup ## the scenarios, on mock targets
	JOBS=$(JOBS) tests/molecule.sh

sanity: setup ## ansible-test sanity
	tests/sanity.sh

peers: setup $(PEERS)/.ready ## independent clients and parsers against the mock targets
	$(PEERS)/bin/pytest tests/peers -p no:cacheprovider --override-ini=filterwarnings= --override-ini=addopts=--import-mode=importlib

$(PEERS)/.ready: tests/peers/requirements.txt
	@echo "Setting up $(PEERS) ..."
	@$(PYTHON) -m venv $(PEERS)
	@$(PEERS)/bin/pip install --quiet --requirement tests/peers/requirements.txt 2>$(PEERS)/pip.log || { cat $(PEERS)/pip.log; exit 1; }
	@touch $@

matrix: setup ## device and kill tests on every ansible-core line that the Pythons at hand can run
	tests/matrix.sh

bench: setup ## logins, mock targets, parsers, whole runs
	tests/benchmarks/run.sh

build: setup ## the collection's archive for Galaxy
	$(BIN)/ansible-galaxy collection build --force --output-path $(WORK)

clean: ## remove everything that was set up or made
	rm -rf $(VENV) $(PEERS) $(TREE) $(WORK) .mypy_cache .ruff_cache .pytest_cache .hypothesis .coverage*
