# One command for each task; `make` lists them. Needs Python 3.11, pip, make and git, nothing else.
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

PYTHON ?= python3
ENVIRONMENT := .venv/.complete
# uv from the system, else one of our own; nothing outside of this folder is touched.
UV := $(shell uv --version >/dev/null 2>&1 && command -v uv || echo .cache/uv/bin/uv)
RUN := $(UV) run --no-sync

.PHONY: help
help: ## List the commands
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{ printf "  make %-13s %s\n", $$1, $$2 }'

.PHONY: build
build: $(ENVIRONMENT) ## Build warehouse/esg.duckdb from raw/
	$(RUN) esg build

.PHONY: test
test: $(ENVIRONMENT) ## Run all tests
	$(RUN) pytest

.PHONY: bench
bench: $(ENVIRONMENT) ## Measure speed, memory and growth into benchmarks/results.md (an hour)
	$(UV) sync --locked --group bench --quiet
	$(RUN) python -m benchmarks.run

.PHONY: bench-queries
bench-queries: $(ENVIRONMENT) ## Measure queries over ten million rows into benchmarks/queries.md (minutes)
	$(RUN) python -m benchmarks.queries

.PHONY: lint
lint: $(ENVIRONMENT) ## Check style, types and SQL
	$(RUN) ruff check
	$(RUN) ruff format --check
	$(RUN) mypy
	$(RUN) sqlfluff lint --disable-progress-bar dbt/models dbt/tests

.PHONY: format
format: $(ENVIRONMENT) ## Put Python and SQL into the house style
	$(RUN) ruff check --fix
	$(RUN) ruff format
	$(RUN) sqlfluff fix --disable-progress-bar dbt/models dbt/tests

.PHONY: docs
docs: $(ENVIRONMENT) ## Write docs/dictionary.md, and the site about the warehouse into warehouse/docs/
	$(RUN) esg dictionary
	$(RUN) esg docs

.PHONY: outputs
outputs: $(ENVIRONMENT) ## Write docs/accuracy.md and the outputs in warehouse/queries/ from the published warehouse
	$(RUN) esg evaluate tests/golden --write > /dev/null
	for query in warehouse/queries/*.sql; do $(RUN) esg query --file $$query > $${query%.sql}.txt || exit 1; done

.PHONY: dev
dev: $(ENVIRONMENT) ## Run the service, with Dagster's UI on http://127.0.0.1:3000
	$(RUN) esg serve

.PHONY: chaos
chaos: $(ENVIRONMENT) ## Kill 200 builds, time the service, and write docs/reliability.md (an hour)
	$(RUN) python tests/reliability/chaos.py
	$(RUN) python tests/reliability/service.py

.PHONY: fuzz
fuzz: $(ENVIRONMENT) ## Feed hostile bytes to what reads texts for 20 minutes and write docs/reliability.md
	$(UV) sync --locked --group fuzz --quiet
	$(RUN) python tests/reliability/fuzz.py

.PHONY: audit
audit: $(ENVIRONMENT) ## Look for known vulnerabilities; write warehouse/sbom.json and warehouse/licences.json
	$(UV) export --quiet --locked --format cyclonedx1.5 --output-file warehouse/sbom.json
	$(RUN) pip-licenses --from mixed --format json --with-urls --output-file warehouse/licences.json
	$(UV) audit --locked

.PHONY: clean
clean: ## Remove everything that was built, keep the environment
	find warehouse -mindepth 1 -maxdepth 1 ! -name .gitkeep ! -name queries -exec rm -rf {} +
	rm -rf dbt/target dbt/logs .pytest_cache .mypy_cache .ruff_cache

$(ENVIRONMENT): pyproject.toml uv.lock | $(UV)
	$(UV) sync --locked --compile-bytecode
	@touch $@

.cache/uv/bin/uv:
	$(PYTHON) -m venv .cache/uv
	.cache/uv/bin/pip install --quiet uv
