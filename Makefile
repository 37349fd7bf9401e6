# What a developer types. `make` alone lists it.

STACK ?= dev
SERVICE ?= worker
PYTHON ?= python3

BIN := .venv/bin
READY := .venv/.ready

.DEFAULT_GOAL := help
.PHONY: help setup up preview status smoke logs down test test-airflow test-running test-matrix matrix test-operator test-fast image-test compose check bench pins

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
	@echo 'STACK=prod chooses the other stack.'

setup: $(READY) ## Make .venv from the pins; quick when nothing has changed

up: setup ## Deploy the stack to an AWS emulated on this machine, and go on serving it
	$(BIN)/airflow-ecs rehearse --project . --stack $(STACK)

preview: setup ## Show what `up` would create, without creating it
	$(BIN)/airflow-ecs rehearse --project . --stack $(STACK) --preview

status: setup ## Print as JSON what is being served
	@$(BIN)/airflow-ecs status --project . --stack $(STACK)

smoke: setup ## Run a DAG on what `up` has started, and look at all that has a part in it
	$(BIN)/airflow-ecs smoke --project . --stack $(STACK)

logs: setup ## Follow one service: make logs SERVICE=worker
	@$(BIN)/airflow-ecs logs --project . --stack $(STACK) --service $(SERVICE) --follow

down: setup ## End what `up` has started
	$(BIN)/airflow-ecs down --project . --stack $(STACK)

test: setup ## Run the tests, but for those that start an Airflow each
	$(BIN)/pytest -n auto --dist worksteal \
	    --ignore tests/airflow --ignore tests/faults --ignore tests/image --ignore tests/matrix

# Two at a time, since one Airflow leaves half of two cores idle.
test-airflow: setup ## Run the tests that start an Airflow: smoke, page, broken links, faults
	$(MAKE) --jobs 2 --output-sync=line --keep-going test-running test-matrix

test-running:
	$(BIN)/pytest tests/airflow tests/faults

test-matrix:
	$(BIN)/pytest tests/matrix

matrix: setup ## Start an Airflow for every executor with every source of DAGs: an hour
	$(BIN)/pytest tests/matrix --every

test-operator: setup ## Run the tests of remote tasks on another Airflow: AIRFLOW=its environment
	PYTHONPATH=$$(echo $(AIRFLOW)/lib/python*/site-packages) \
	    $(BIN)/pytest -W default tests/remote -k operator

test-fast: setup ## Run the tests that take no server, wheel or deployment
	$(BIN)/pytest -n auto --dist loadfile -m 'not slow'

image-test: setup ## Build the image and run it in containers, where there is a Docker engine
	$(BIN)/pytest tests/image

compose: setup ## Write docker/docker-compose.yml again
	$(BIN)/airflow-ecs compose > docker/.compose && mv docker/.compose docker/docker-compose.yml

check: setup ## Check style, types, and the direction of imports
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: setup ## Measure planning and deployment
	$(BIN)/python -m bench

# uv resolves for every platform and Python at once, which pip can't. It keeps the versions of
# the present files where it may; `make pins UPGRADE=--upgrade` takes the newest.
COMPILE = $(BIN)/uv pip compile $(UPGRADE) --quiet --universal --generate-hashes \
	--no-emit-index-url --custom-compile-command 'make pins'

pins: setup ## Resolve requirements/dev.txt and docker/requirements.txt again
	$(BIN)/pip install --quiet uv
	$(COMPILE) --python-version 3.11 --extra dev --output-file requirements/dev.txt pyproject.toml
	$(COMPILE) --python-version 3.11.5 --output-file docker/requirements.txt docker/requirements.in

$(READY): requirements/dev.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit( \
	    "Python 3.11 or later is needed, and $(PYTHON) is " + sys.version.split()[0] \
	    + "; write make PYTHON=…")'
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@
