# `make help` lists the targets. Needs GNU make and Python 3.12, 3.13 or 3.14; the rest is set up in
# .venv on first use, unless a conda environment made from environment.yml is active.

STUDY := analyses/sohaib2025
RECORD := $(STUDY)/published.toml
OUT := results/$(notdir $(STUDY))
PLAN := analyses/phase3
ARGS :=

ifneq ($(CONDA_PREFIX),)
  CONDA_PYTHON := $(shell .ci/find_python conda 2>/dev/null || echo incomplete)
endif
RUN := "$(or $(CONDA_PYTHON),.venv/bin/python)"
REPLAN := $(RUN) -m analyses.command_line

.DEFAULT_GOAL := help
.PHONY: help set-up run test lint format calibrate prove bench faults fuzz validation docs notebooks map lock clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
	@echo "  Options are passed on with ARGS, as in: make run ARGS=--quick"

run: set-up ## From the published trial to the phase III, into results/
	$(REPLAN) audit $(RECORD) --brief
	$(REPLAN) reanalyse $(RECORD) --out $(OUT) $(ARGS)
	$(REPLAN) power $(PLAN)/design.toml --out results/phase3/power
	$(REPLAN) size $(PLAN)/os_alone.toml --power 0.9 --out results/phase3/size
	$(REPLAN) assurance $(PLAN)/os_alone.toml --posterior $(OUT)/os/posterior.nc \
		--evidence $(STUDY)/evidence.toml --out results/phase3/assurance

test: set-up ## Run the tests, all but the long calibration runs
	$(RUN) -m pytest --numprocesses auto --dist loadfile --no-loadscope-reorder $(ARGS)

lint: set-up ## Check style, formatting and types
	$(RUN) -m ruff check .
	$(RUN) -m ruff format --check .
	$(RUN) -m mypy
	$(RUN) -m mypy tests/project/whole_chain.py

format: set-up ## Put the code in the project's format
	$(RUN) -m ruff format .
	$(RUN) -m ruff check --fix .

calibrate: set-up ## Prove the sampler on simulated trials (long)
	$(REPLAN) calibrate $(RECORD) $(ARGS)

prove: set-up ## Run the long tests: samplers, whole trials, family-wise error
	$(RUN) -m pytest -m calibration --numprocesses auto -o faulthandler_timeout=0 $(ARGS)

bench: set-up ## Time the parts that must be fast
	@for script in tests/benchmarks/*.py; do \
		echo "$$script" && $(RUN) "$$script" $(ARGS) || exit 1; \
	done

faults: set-up ## Kill sweeps, fill disks, damage files: the data set stays the same (long)
	$(RUN) -m analyses.selftest.faults --out tests/fixtures/faults/sweeps.json $(ARGS)

fuzz: set-up ## Change input files by the ten thousand: used or refused in a sentence (long)
	$(RUN) tests/fuzz/fuzz_all.py $(ARGS)

validation: set-up ## Run the self-test and write VALIDATION.md from it
	$(REPLAN) selftest --out results/selftest $(ARGS)
	$(RUN) -m analyses.selftest.validation results/selftest/selftest.json

set-up: ## Make or renew .venv; every target above does this first
ifeq ($(CONDA_PYTHON),incomplete)
	@.ci/find_python conda
else ifeq ($(CONDA_PYTHON),)
	@.venv/bin/python -I .ci/set_up.py --check 2>/dev/null || \
		{ python=$$(.ci/find_python base) && "$$python" -I .ci/set_up.py; }
endif

docs: set-up ## Build pages, commands and reference as a site that opens from disk
	$(RUN) .ci/build_site.py $(ARGS)

notebooks: set-up ## Execute all notebooks in place (minutes); ARGS=--check compares their outputs
	$(RUN) .ci/notebooks.py $(ARGS)

map: set-up ## Bring the table of modules in ARCHITECTURE.md up to date
	$(RUN) .ci/module_map.py

lock: ## Pin the newest allowed versions in requirements.lock
	@python=$$(.ci/find_python base) && "$$python" -I .ci/lock.py

clean: ## Remove .venv and all caches; results/ stays
	rm -rf .venv build site replan.egg-info .pytest_cache .ruff_cache .mypy_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
