# `make demo` and `make test` need Python 3.11+ and nothing else; they build .venv first.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.complete
SUPPLY := out/supply

.PHONY: demo test openapi schemathesis test-engine state takeover chaos load fuzz bench bench-tokens lint types contracts check light lock sbom audit clean

$(STAMP): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "factsheet needs Python 3.11 or newer: make PYTHON=python3.11")'
	rm -f $(STAMP)
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

demo: $(STAMP)
	$(BIN)/factsheet extract examples/credit_facility/kaarnavuori_wind --engine lexical --format table --work out/demo

test: $(STAMP)
	$(BIN)/pytest -q

# The jobs' tables against a model of them, many more steps than `make test` takes: make state [STEPS=20000]
STEPS ?= 10000
state: $(STAMP)
	FACTSHEET_STATE_STEPS=$(STEPS) $(BIN)/pytest -q -s tests/stores/test_jobs_machine.py

# 200 queued companies on three workers, one killed every ten seconds: on a machine with nothing else to do
takeover: $(STAMP)
	$(BIN)/python -m chaos.takeover $(if $(COMPANIES),--companies $(COMPANIES))

# A real vLLM on the CPU, in an environment of its own that is built once; FRESH=1 builds it anew.
test-engine: $(STAMP)
	$(BIN)/python tests/engine/environment.py
	$(BIN)/pytest -q tests/engine

# Kills, crashes and outages, and the account of them: 300 kills on both databases (it goes on where it
# was interrupted), or one trial: make chaos SEED=7 [SECONDS=60] [DB=postgresql]
chaos: $(STAMP)
	$(BIN)/python -m chaos $(if $(SEED),--seed $(SEED),--kills 300) $(if $(SECONDS),--seconds $(SECONDS)) $(if $(DB),--database $(DB))

# Attacks of our own making, 10,000 mutated PDFs, and as many broken answers and garbled quotes; it goes
# on where it was interrupted: make fuzz [KINDS="attacks pdfs"] [SEEDS=10000] [FOLDER=pdfs/] [PARALLEL=2]
fuzz: $(STAMP)
	$(BIN)/python -m fuzz $(KINDS) $(if $(SEEDS),--seeds $(SEEDS)) $(if $(FOLDER),--folder $(FOLDER)) $(if $(PARALLEL),--parallel $(PARALLEL))

# Requests at a rate, replayed calls and a thousand jobs, on a machine that does nothing else
load: $(STAMP)
	$(BIN)/python -m bench.load

# On a real vLLM of the same environment: make bench [ARMS="full replay"] [GOLD="..."] [DOCUMENTS="..."]
bench: $(STAMP)
	PYTHONPATH=tests $(BIN)/python -m bench $(ARMS) $(if $(GOLD),--gold $(GOLD)) $(if $(DOCUMENTS),--documents $(DOCUMENTS)) $(if $(URL),--url $(URL))

# Where tokens go, with a real tokenizer and without a server: make bench-tokens [GOLD="..."]
bench-tokens: $(STAMP)
	$(BIN)/python tests/engine/environment.py
	PYTHONPATH=tests $(BIN)/python -m bench.tokens $(GOLD)

# The committed document of the REST service; a test says when it is out of date.
openapi: $(STAMP)
	$(BIN)/factsheet openapi > openapi.json

# Every operation of the REST service, tried by schemathesis in all its phases: make schemathesis [SEED=7] [EXAMPLES=300] [LEAST=5000]
schemathesis: $(STAMP)
	$(BIN)/python -m contract --least $(or $(LEAST),5000) $(if $(SEED),--seed $(SEED)) $(if $(EXAMPLES),--examples $(EXAMPLES))

lint: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(STAMP)
	$(BIN)/mypy

contracts: $(STAMP)
	$(BIN)/lint-imports

check: lint types contracts test

light: $(STAMP)
	.ci/light

lock:
	uv pip compile pyproject.toml dev.in --extra server --group test --universal --python-version 3.11 --generate-hashes -q -o requirements.lock
	uv pip compile pyproject.toml --extra server --universal --python-version 3.11 --generate-hashes -q -c requirements.lock --custom-compile-command "make lock" -o deploy/image/server.lock
	uv pip compile deploy/image/build.in --universal --python-version 3.11 --generate-hashes -q -c requirements.lock --custom-compile-command "make lock" -o deploy/image/build.lock
	uv pip compile deploy/supply/tools.in --universal --python-version 3.11 --generate-hashes -q --custom-compile-command "make lock" -o deploy/supply/tools.lock

# The tools that look at what we are made of, in an environment of their own
$(SUPPLY)/.complete: deploy/supply/tools.lock
	$(PYTHON) -m venv $(SUPPLY)
	$(SUPPLY)/bin/python -m pip install -q --disable-pip-version-check --require-hashes -r deploy/supply/tools.lock
	touch $@

# All that the image installs, with its hashes, as CycloneDX: out/sbom.cdx.json
sbom: $(SUPPLY)/.complete
	$(SUPPLY)/bin/cyclonedx-py requirements deploy/image/server.lock --pyproject pyproject.toml --mc-type application --output-reproducible --output-format JSON --output-file out/sbom.cdx.json

# What is known against the versions that the image installs; asks pypi.org
audit: $(SUPPLY)/.complete
	$(SUPPLY)/bin/pip-audit --disable-pip --require-hashes -r deploy/image/server.lock -r deploy/image/build.lock

clean:
	rm -rf $(VENV)
