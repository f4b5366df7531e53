# Two commands do everything a reader needs: `make lab` and `make test`. Both set themselves up.
PYTHON   ?= python3
WORKBOOK ?= workbook
BIN      := .venv/bin
READY    := .venv/.ready
OLDEST   := build/oldest
NBGRADER := build/nbgrader

NOTEBOOKS := $(sort $(wildcard notebooks/*.ipynb))
MISSING   := $(filter-out $(notdir $(wildcard $(WORKBOOK)/*.ipynb)),$(notdir $(NOTEBOOKS)))

# Root may not start Jupyter without saying so (containers); without a display there is no browser to open.
LAB_FLAGS := $(if $(filter 0,$(shell id -u)),--allow-root)
ifeq ($(shell uname),Linux)
LAB_FLAGS += $(if $(DISPLAY)$(WAYLAND_DISPLAY),,--no-browser)
endif
# The printed address opens the first notebook too, not only a browser that Lab starts itself.
LAB_FLAGS += --LabApp.default_url=/lab/tree/00_start_here.ipynb
# Lab would otherwise ask other hosts for news and newer versions, and the learner for leave to do so.
LAB_FLAGS += --LabApp.news_url=None --LabApp.extension_manager=readonly \
	--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate
LAB_SETTINGS := $(BIN)/../share/jupyter/lab/settings

# A thread that waits for another sleeps: by default it runs on the spot, and where a program more is at work than there
# are cores, a fit of k-means then takes many times as long.
PATIENT := OMP_WAIT_POLICY=PASSIVE

# One thread a worker: two workers fill two cores. The slow tier asks for other numbers.
NBVAL := --nbval-current-env --nbval-cell-timeout 120
STRICT := $(NBVAL) --nbval --nbval-sanitize-with tests/sanitize.cfg
TEST_ENV := $(PATIENT) OMP_NUM_THREADS=$(or $(THREADS),1) OPENBLAS_NUM_THREADS=$(or $(THREADS),1)

.PHONY: lab test test-slow test-threads test-oldest bench experiments serve run site student grading slides setup workbook lint lock

lab: workbook $(LAB_SETTINGS)/overrides.json
	@echo "JupyterLab prints its address below; press Ctrl+C here, twice, to stop it."
	@$(PATIENT) $(BIN)/python -m jupyterlab $(LAB_FLAGS) $(WORKBOOK)/00_start_here.ipynb

$(LAB_SETTINGS)/overrides.json: | $(READY)
	@mkdir -p $(LAB_SETTINGS)
	@echo '{"@jupyterlab/apputils-extension:notification": {"fetchNews": "false"}}' > $@

test: $(READY) lint
	$(TEST_ENV) $(BIN)/python -m pytest $(STRICT) --mpl -n 2 --dist loadscope --no-loadscope-reorder -m "not slow" notebooks tests

# What kills servers and workers amid their work has the machine to itself.
test-slow: $(READY)
	$(TEST_ENV) $(BIN)/python -m pytest -m slow -n 2 --dist loadscope tests --ignore tests/test_slow_service.py
	$(TEST_ENV) $(BIN)/python -m pytest -m slow tests/test_slow_service.py
	$(MAKE) test-threads THREADS=1
	$(MAKE) test-threads THREADS=2
	$(MAKE) test-threads THREADS=4
	$(MAKE) test-oldest

# Reproducibility: every notebook again in a fresh kernel; the stored outputs must not depend on how many threads the machine gives.
test-threads: $(READY)
	$(TEST_ENV) $(BIN)/python -m pytest $(STRICT) -n 2 --dist loadscope notebooks

# The lower bounds of pyproject.toml, installed and run. Outputs of other versions may differ (lax), pictures too (no --mpl),
# and old versions warn of what newer ones of their own dependencies have deprecated (-W default). The site's packages are
# not among them: its pages are built with the pinned ones.
test-oldest: $(OLDEST)/.ready
	$(TEST_ENV) $(OLDEST)/bin/python -m pytest -W default $(NBVAL) --nbval-lax -n 2 --dist loadscope -m "not slow" --ignore tests/test_site.py notebooks tests

$(OLDEST)/.ready: pyproject.toml $(READY)
	rm -rf $(OLDEST)
	$(BIN)/python -m venv --without-pip $(OLDEST)
	$(BIN)/uv pip install --quiet --compile-bytecode --python $(OLDEST)/bin/python --resolution lowest-direct -e '.[test]'
	touch $@

# Speed and memory, to be read: nothing here fails for being slow.
bench: $(READY)
	$(BIN)/python -m bench.live
	$(BIN)/python -m bench.memory
	$(BIN)/python -m bench.service
	$(BIN)/python -m bench.page
	$(BIN)/python -m bench.scale

# The published experiments again, against the committed results and the papers; QUICK=1 takes under a minute.
experiments: $(READY)
	@$(BIN)/python -m helpers.experiments all $(if $(QUICK),--quick)

serve: $(READY)
	@$(BIN)/python -m helpers.service

# One notebook with other parameters: make run NOTEBOOK=06_dbscan PARAMS="eps=0.25 min_samples=8"
export NOTEBOOK PARAMS
run: $(READY)
	@$(BIN)/python -m helpers.rerun -- "$$NOTEBOOK" "$$PARAMS"

# The course as pages to be read without Jupyter, from the committed outputs; needs no network.
site: $(READY)
	@$(BIN)/python docs/build.py

# The learner's edition: no solutions, no outputs; build/student, and packed to hand out.
student: $(READY)
	@$(BIN)/python -m helpers.student

# The same exercises as assignments for nbgrader, and an environment that grades them; helpers/grading.py has the recipe.
grading: $(READY) $(NBGRADER)/.ready
	@$(BIN)/python -m helpers.grading build/grading

$(NBGRADER)/.ready: requirements.txt pyproject.toml | $(READY)
	@echo "Setting up nbgrader in $(NBGRADER) (once, under a minute; needs the network)"
	@rm -rf $(NBGRADER)
	@$(BIN)/python -m venv --without-pip $(NBGRADER)
	@$(BIN)/uv pip install --quiet --compile-bytecode --python $(NBGRADER)/bin/python --constraint requirements.txt -e . nbgrader==0.9.6
	@touch $@

# Slides for half a day, from the notebooks' own cells; build/slides.
slides: $(READY)
	@$(BIN)/python -m helpers.slides

lint: $(READY)
	@$(BIN)/python -m ruff check --quiet .
	@$(BIN)/python -m ruff format --quiet --check .

# The marker is written last, and the environment made from nothing before it: a set-up that was stopped half-way, or whose
# Python is gone, is simply made again by the next call. Nothing in it depends on where this folder lies (the path to
# helpers is relative, programs are called through Python), so the folder can be moved. pip and uv must write here,
# whatever other environment is active.
setup: $(READY)
$(READY): requirements.txt pyproject.toml $(if $(shell .venv/bin/python -I -c 'import helpers' 2>/dev/null && echo works),,broken)
	@command -v $(PYTHON) >/dev/null || { echo "No $(PYTHON) here: install Python 3.11 to 3.14, then call make again."; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 15))' || { \
		echo "Python 3.11 to 3.14 is needed and $(PYTHON) is `$(PYTHON) -V 2>&1`: install one of these, then name it: make lab PYTHON=python3.11"; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { \
		echo "This Python cannot make environments: install its venv package (Debian and Ubuntu: sudo apt install python3-venv), then call make again."; exit 1; }
	@echo "Setting up .venv (once, about a minute; needs the network)"
	@$(PYTHON) -m venv --clear .venv
	@awk '/^[^ #]/ {wanted = /^uv==/} wanted' requirements.txt > .venv/uv.txt  # uv's own lines, with its hashes
	@{ PIP_USER= PIP_TARGET= $(BIN)/python -m pip install --quiet --disable-pip-version-check --requirement .venv/uv.txt \
		&& $(BIN)/uv pip install --quiet --python $(BIN)/python --compile-bytecode --require-hashes --requirement requirements.txt \
		&& $(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable . ; } || { \
		echo "The set-up did not finish (the lines above say why): check the network and the free disk space, then call make again; it starts over."; exit 1; }
	@for path in .venv/lib/python*/site-packages/helpers.pth; do echo ../../../.. > $$path; done
	@touch $@

.PHONY: broken
broken:

# The learner's own copies, without outputs so that answers are not given away. A copy that exists is never touched.
workbook: $(READY)
ifneq ($(MISSING),)
	@$(BIN)/python -m nbconvert --log-level ERROR --to notebook --ClearOutputPreprocessor.enabled=True \
		--output-dir $(WORKBOOK)/.new $(addprefix notebooks/,$(MISSING))
	@for name in $(MISSING); do mv -n $(WORKBOOK)/.new/$$name $(WORKBOOK)/$$name; done
	@rm -rf $(WORKBOOK)/.new
endif

# One version of each package for every Python and system, with hashes.
lock:
	$(BIN)/uv pip compile pyproject.toml --all-extras --universal --fork-strategy fewest --python-version 3.11 \
		--generate-hashes --no-emit-index-url --custom-compile-command "make lock" --quiet --output-file requirements.txt
