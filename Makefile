# Everything a person does with this repository. `make` alone lists it.
.DEFAULT_GOAL := help
.PHONY: help setup demo test test-slow lint format types docs bench mutants fuzz map explorer-data dist test-packaging clean

PYTHON ?= python3
VENV ?= .venv
WORKERS ?= 2
PY := $(VENV)/bin/python
STAMP := $(VENV)/.toytoy-installed

help:  ## list these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: $(STAMP)  ## the main job: map the (2,1) toy in three ways, compare them, write demo-report/
	$(VENV)/bin/toytoy verify --features 2 --hidden 1 --out demo-report

test: $(STAMP)  ## the test suite, without what is marked slow or benchmark
	$(PY) -m pytest -m "not slow and not benchmark" -n $(WORKERS) --dist loadfile

test-slow: $(STAMP)  ## the tests marked slow, with what they print
	$(PY) -m pytest -m slow --timeout 3600 -s

lint: $(STAMP)  ## ruff: rules and formatting
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .

format: $(STAMP)  ## let ruff mend what it can
	$(PY) -m ruff check --fix .
	$(PY) -m ruff format .

# The root is the package, whatever the checkout's folder is called: the type checkers find it through a link that has
# the right name. mypy takes packages or files, never both, hence two calls.
types: $(STAMP)  ## mypy (strict) and pyright
	mkdir -p build/typing && ln -sfn ../.. build/typing/toytoy
	$(PY) -m mypy -p toytoy.analytic -p toytoy.numeric -p toytoy.compare -m toytoy -m toytoy.cli -m toytoy.__main__
	$(PY) -m mypy tests
	$(PY) -m pyright --pythonpath $(PY)

docs: $(STAMP)  ## the manual, in build/docs/index.html; a warning is an error
	$(PY) -m sphinx -W --keep-going -q -b html docs build/docs
	@echo "open build/docs/index.html"

# KEEP=1 makes the run the one that the manual shows. OCCHIO=folder: where that package is; BASELINE=folder: another kernel.
bench: $(STAMP)  ## time everything beside other ways to do it, six minutes (ONLY=kernels,maps; QUICK=1; KEEP=1)
	$(PY) -m tests.benchmarks.run $(if $(ONLY),--only $(ONLY)) $(if $(QUICK),--quick) $(if $(KEEP),--keep) \
	  $(if $(OCCHIO),--occhio $(OCCHIO)) $(if $(BASELINE),--baseline $(BASELINE)) $(if $(DEVICE),--device $(DEVICE))

# BUDGET seconds in all, e.g. make mutants BUDGET=300 ONLY='compare/gaps.py'; SEED orders the sample
BUDGET ?= 1200
SEED ?= 0
mutants: $(STAMP)  ## change analytic/ and the comparison checks, one place at a time: how much do the tests notice?
	$(PY) -m tests.mutants.run --budget $(BUDGET) --workers $(WORKERS) --seed $(SEED) $(foreach each,$(ONLY),--only '$(each)')

fuzz: $(STAMP)  ## all kinds of odd input, and what became of each (EXAMPLES=200 for a quick look, SEED=1 for others)
	$(PY) -m tests.fuzz.run --examples $(or $(EXAMPLES),20000) --seed $(or $(SEED),0)

map: $(STAMP)  ## rewrite the README's map of modules from their docstrings
	$(PY) -m tests.meta.readme_map

explorer-data: $(STAMP)  ## remake the diagrams that the explorer ships (about 4 minutes)
	$(PY) -m toytoy.compare.explorer.make_shipped

dist: $(STAMP)  ## wheel and source distribution of what is committed, in dist/, held against git's list of files
	$(PY) -m tests.packaging.make_dist

# PACKAGING="not extra and not floors" is what continuous integration runs
test-packaging: $(STAMP)  ## install both in fresh environments, with every extra (5 minutes of two quiet cores, the package index)
	$(PY) -m pytest tests/packaging -m "slow or not slow" -k "$(PACKAGING)"

clean:  ## remove what was built (not the environment)
	rm -rf build dist docs/api/generated docs/figures/generated

setup: $(STAMP)  ## make the environment in .venv, as the other targets do by themselves

# torch goes first, alone, by its pin: pip then takes the wheel that the machine's own settings offer (CPU or not)
# before anything else can ask for another.
$(STAMP): setup.cfg pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(None if sys.version_info >= (3, 11) else "Python 3.11 or later is needed, got " + sys.version.split()[0] + "; name one: make PYTHON=python3.12")'
	@echo "setting up $(VENV): some minutes, about 2 GB"
	$(PYTHON) -m venv $(VENV)
	$(PY) -m pip install --quiet --disable-pip-version-check -c constraints.txt torch
	$(PY) -m pip install --quiet --disable-pip-version-check -c constraints.txt -e ".[all]"
	@echo "compiling the kernels, once for this machine"
	@$(PY) -c 'import toytoy as tt; s = tt.minimize(tt.Problem.toy(2, density=0.5), tt.Multistart(n_starts=1)); tt.curvature(s.problem, s.weights, s.bias)'
	@touch $@
