# `make` lists what there is. Each target sets up what it needs, once: a learner's part first, what tests and pages need on top.
PYTHON   ?= python3
WORKBOOK ?= workbook
BIN      := .venv/bin
READY    := .venv/.ready

# A thread that waits for another sleeps: by default it spins, and with one busy program more than there are cores, a fit
# of k-means then takes many times as long.
PATIENT := OMP_WAIT_POLICY=PASSIVE

# The versions of requirements.txt, checked by their hashes, of what pyproject.toml asks for; groups by --group.
INSTALL := $(BIN)/uv pip install --quiet --python $(BIN)/python --compile-bytecode --require-hashes \
	--requirement pyproject.toml --constraint requirements.txt

# The first step of what writes here.
WRITABLE := test -w . || { echo "This folder cannot be written to: copy it to a place of your own, then call make there."; exit 1; }

.PHONY: help lab workbook progress report serve run experiments setup clean

help: ## list these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-12s %s\n", $$1, $$2}' Makefile

lab: $(READY) ## set up, copy the notebooks to workbook/ (or WORKBOOK=folder) and open them in JupyterLab
	@$(PATIENT) $(BIN)/python -m tools.lab "$(WORKBOOK)"

workbook: $(READY) ## only copy the notebooks, without outputs; a copy that is there is never touched
	@$(BIN)/python -m tools.lab --copy "$(WORKBOOK)"

progress: $(READY) ## show what you have answered and guessed so far (in workbook/, or WORKBOOK=folder)
	@$(BIN)/python -m tools.progress "$(WORKBOOK)"

export DATA
report: $(READY) ## test a table of your own for clusters, and write a page: make report DATA=my.csv writes build/report/my.html
	@$(WRITABLE)
	@$(PATIENT) $(BIN)/python -m tools.report -- "$$DATA"

serve: $(READY) ## start the clustering endpoint at 127.0.0.1:5000
	@$(BIN)/python -m helpers.service

export NOTEBOOK PARAMS
run: $(READY) ## run a notebook with other parameters: make run NOTEBOOK=06_dbscan PARAMS="eps=0.25 min_samples=8"
	@$(WRITABLE)
	@$(BIN)/python -m tools.rerun -- "$$NOTEBOOK" "$$PARAMS"

experiments: $(READY) ## run the published experiments again, and compare (minutes; QUICK=1: under one)
	@$(WRITABLE)
	@$(BIN)/python -m helpers.experiments all $(if $(QUICK),--quick)

# The marker is written last, and the environment made from nothing before it: a set-up that was stopped half-way, or whose
# Python is gone, is simply made again by the next call. Nothing in it depends on where this folder lies (the path to
# helpers is relative, programs are called through Python), so the folder can be moved. pip and uv must write here,
# whatever other environment is active.
setup: $(READY) ## make .venv with what a learner needs (the other targets do it, too)
$(READY): requirements.txt pyproject.toml $(if $(shell .venv/bin/python -I -c 'import helpers' 2>/dev/null && echo works),,broken)
	@$(WRITABLE)
	@command -v $(PYTHON) >/dev/null || { echo "No $(PYTHON) here: install Python 3.11 to 3.14, then call make again."; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 15))' || { \
		echo "Python 3.11 to 3.14 is needed and $(PYTHON) is `$(PYTHON) -V 2>&1`: install one of these, then name it: make lab PYTHON=python3.11"; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { \
		echo "This Python cannot make environments: install its venv package (Debian and Ubuntu: sudo apt install python3-venv), then call make again."; exit 1; }
	@echo "Setting up .venv (once, under a minute; needs the network)"
	@$(PYTHON) -m venv --clear .venv
	@awk '/^[^ #]/ {wanted = /^uv==/} wanted' requirements.txt > .venv/uv.txt  # uv's own lines, with its hashes
	@{ PIP_USER= PIP_TARGET= $(BIN)/python -m pip install --quiet --disable-pip-version-check --requirement .venv/uv.txt \
		&& $(INSTALL) --group setup \
		&& $(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable . ; } || { \
		echo "The set-up did not finish (the lines above say why): check the network and the free disk space, then call make again; it starts over."; exit 1; }
	@for path in .venv/lib/python*/site-packages/helpers.pth; do echo ../../../.. > $$path; done
	@touch $@

.PHONY: broken
broken:

# What people gave stays, too: data and models kept by the endpoint, and what was handed in to be graded.
clean: ## remove what was generated: build/, but for instance/ and grading/, and caches; .venv and workbook/ stay
	@$(WRITABLE)
	rm -rf .pytest_cache .ruff_cache .hypothesis *.egg-info
	@test ! -d build || find build -mindepth 1 -maxdepth 1 ! -name instance ! -name grading -exec rm -rf {} +
	@find . \( -path ./.venv -o -path ./workbook \) -prune -o -name __pycache__ -type d -exec rm -rf {} +

# --- the learner's edition ends here
DEV      := .venv/.dev
SITE     := .venv/.site
OLDEST   := build/oldest
NBGRADER := build/nbgrader

# One thread a worker: two workers fill two cores. The slow tier asks for other numbers.
NBVAL := --nbval-current-env --nbval-cell-timeout 120
STRICT := $(NBVAL) --nbval --nbval-sanitize-with tests/sanitize.cfg
TEST_ENV := $(PATIENT) CLUSTERING_STATIC=1 OMP_NUM_THREADS=$(or $(THREADS),1) OPENBLAS_NUM_THREADS=$(or $(THREADS),1)

.PHONY: test test-slow test-threads test-oldest bench site student grading slides class refresh lint lock

$(SITE): $(READY)
	@$(WRITABLE)
	@echo "Adding what the pages need to .venv (once; needs the network)"
	@$(INSTALL) --group site
	@touch $@

$(DEV): $(READY)
	@$(WRITABLE)
	@echo "Adding what tests, pages and benchmarks need to .venv (once; needs the network)"
	@$(INSTALL) --group dev
	@touch $@ $(SITE)

test: $(DEV) lint ## run every notebook and the everyday tests, and compare what is printed with what is committed
	$(TEST_ENV) $(BIN)/python -m pytest $(STRICT) --mpl -n 2 --dist loadscope --no-loadscope-reorder -m "not slow" notebooks tests

# What kills servers and workers amid their work has the machine to itself.
test-slow: $(DEV) ## run what takes longer: kills, other thread counts, the oldest versions (25 minutes)
	@$(WRITABLE)
	$(TEST_ENV) $(BIN)/python -m pytest -m slow -n 2 --dist loadscope tests --ignore tests/service/test_killed.py
	$(TEST_ENV) $(BIN)/python -m pytest -m slow tests/service/test_killed.py
	$(MAKE) test-threads THREADS=1
	$(MAKE) test-threads THREADS=2
	$(MAKE) test-threads THREADS=4
	$(MAKE) test-oldest

# Reproducibility: every notebook again in a fresh kernel; the stored outputs must not depend on how many threads the machine gives.
test-threads: $(DEV)
	@$(WRITABLE)
	$(TEST_ENV) $(BIN)/python -m pytest $(STRICT) -n 2 --dist loadscope notebooks

# The lower bounds of pyproject.toml, installed and run. Outputs of other versions may differ (lax), pictures too (no --mpl),
# and old versions warn of what newer ones of their own dependencies have deprecated (-W default). The site's packages are
# not among them: its pages are built with the pinned ones.
test-oldest: $(OLDEST)/.ready
	$(TEST_ENV) $(OLDEST)/bin/python -m pytest -W default $(NBVAL) --nbval-lax -n 2 --dist loadscope -m "not slow" --ignore tests/docs notebooks tests

$(OLDEST)/.ready: pyproject.toml $(READY)
	rm -rf $(OLDEST)
	$(BIN)/python -m venv --without-pip $(OLDEST)
	$(BIN)/uv pip install --quiet --compile-bytecode --python $(OLDEST)/bin/python --resolution lowest-direct --group test -e .
	touch $@

# Speed and memory, to be read: nothing here fails for being slow.
bench: $(DEV) ## measure speed and memory beside what one would use instead (about 45 minutes)
	@$(WRITABLE)
	$(BIN)/python -m bench.live
	$(BIN)/python -m bench.service
	$(BIN)/python -m bench.page
	$(BIN)/python -m bench.memory
	$(BIN)/python -m bench.scale

site: $(SITE) ## write the course as pages that need no network: build/site/index.html
	@$(WRITABLE)
	@$(BIN)/python docs/build.py

student: $(READY) ## write the learner's edition, without solutions and outputs: build/student.zip
	@$(WRITABLE)
	@$(BIN)/python -m tools.student

grading: $(READY) $(NBGRADER)/.ready ## write the exercises as assignments for nbgrader: build/grading
	@$(WRITABLE)
	@$(BIN)/python -m tools.grading build/grading

$(NBGRADER)/.ready: requirements.txt pyproject.toml | $(READY)
	@$(WRITABLE)
	@echo "Setting up nbgrader in $(NBGRADER) (once, under a minute; needs the network)"
	@rm -rf $(NBGRADER)
	@$(BIN)/python -m venv --without-pip $(NBGRADER)
	@$(BIN)/uv pip install --quiet --compile-bytecode --python $(NBGRADER)/bin/python --constraint requirements.txt -e . nbgrader==0.9.6
	@touch $@

slides: $(READY) ## write slides for half a day from the notebooks' own cells: build/slides/index.html
	@$(WRITABLE)
	@$(BIN)/python -m tools.slides

export FOLDER
class: $(READY) ## show what a class thinks, from what it handed in: make class FOLDER=handed-in writes build/class/index.html
	@$(WRITABLE)
	@$(BIN)/python -m tools.class_report -- "$$FOLDER"

refresh: $(READY) ## execute a committed notebook and store its outputs: make refresh NOTEBOOK=06_dbscan
	@$(WRITABLE)
	@$(TEST_ENV) $(BIN)/python -m tools.refresh -- "$$NOTEBOOK"

lint: $(DEV) ## check style, as make test does first
	@$(WRITABLE)
	@$(BIN)/python -m ruff check --quiet .
	@$(BIN)/python -m ruff format --quiet --check .

lock: $(READY) ## pin one version of each package for every Python and system, with hashes: requirements.txt
	@$(WRITABLE)
	$(BIN)/uv pip compile pyproject.toml --group dev --group setup --universal --fork-strategy fewest --python-version 3.11 \
		--generate-hashes --no-emit-index-url --custom-compile-command "make lock" --quiet --output-file requirements.txt
