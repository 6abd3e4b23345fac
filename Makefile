# One command per check. `make help` lists them. Plain pip in a virtual environment; each stamp file
# remembers what is installed, so that nothing is installed again until pyproject.toml changes.

PYTHON ?= python3
VENV   ?= .venv
INDEX  ?= .yinzheng-demo
ENCODER ?= packaged
SIZES  ?= 10000 100000
# Pinned and installed first: a bare `torch` may resolve to a build with gigabytes of CUDA libraries.
TORCH  ?= torch==2.13.0

BIN  := $(VENV)/bin
PIP  := $(BIN)/python -m pip install --quiet --disable-pip-version-check
ENGINE := $(VENV)-engine
BASE := $(VENV)/.installed-base
DEV  := $(VENV)/.installed-dev

# A file stays with one worker, so that its fixtures are made once.
WORKERS := --numprocesses logical --maxprocesses 8 --dist loadfile
CORE := $(addsuffix .py,$(addprefix tests/test_,samples_golden house_imports house_packages house_rooms house_style \
	$(addprefix corpus_,citations decode english format grammar listed metadata numerals tables) \
	$(addprefix models_,folding numerals runs segmenter terms) \
	$(addprefix indexer_,build codec dense lexical ranking snapshot store) \
	$(addprefix search_,answer_question answer_sentences expansion fusion query references searcher spans termbank wording)))

.DEFAULT_GOAL := help
.PHONY: frameworks help engine-test docs pictures bench-page demo serve test quick lint load-test fault-test bench bench-encoder bench-scale lock clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-13s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
	@echo 'Variables: PYTHON=$(PYTHON) VENV=$(VENV) INDEX=$(INDEX) ENCODER=$(ENCODER) TORCH=$(TORCH)'

$(BIN)/python:
	@command -v $(PYTHON) >/dev/null || { echo 'make: no "$(PYTHON)" found; install Python 3.11 or newer, or name it: make demo PYTHON=/path/to/python3' >&2; exit 1; }
	@$(PYTHON) -c 'import sys; v = "%d.%d" % sys.version_info[:2]; sys.version_info >= (3, 11) or sys.exit("make: $(PYTHON) is Python " + v + ", but 3.11 or newer is needed; name another one: make demo PYTHON=python3.12")'
	@echo 'Creating $(VENV) ...'
	@$(PYTHON) -m venv $(VENV) || { echo 'make: could not create $(VENV); some systems have the venv module in a package of its own (python3-venv)' >&2; exit 1; }

$(BASE): pyproject.toml | $(BIN)/python
	@echo 'Installing into $(VENV) (without torch) ...'
	@$(PIP) --editable '.[exports]'
	@touch $@

$(DEV): pyproject.toml | $(BIN)/python
	@echo 'Installing into $(VENV), with torch and the tools of the tests ...'
	@$(PIP) '$(TORCH)'
	@$(PIP) --editable '.[dev,exports,transformers]'
	@touch $(BASE) $@

demo: $(BASE) ## from nothing to a cited answer, on the sample documents
	@rm -rf .yinzheng-demo
	@echo; echo '$$ yinzheng index corpus/samples'
	@$(BIN)/yinzheng index corpus/samples --index .yinzheng-demo
	@echo; echo '$$ yinzheng ask 靠捡垃圾为生的人没有许可证，可以罚款吗？'
	@$(BIN)/yinzheng ask '靠捡垃圾为生的人没有许可证，可以罚款吗？' --index .yinzheng-demo
	@echo; echo '$$ yinzheng search 实验室比对 -k 3'
	@$(BIN)/yinzheng search '实验室比对' -k 3 --index .yinzheng-demo
	@echo
	@echo 'The sample documents are fictional (corpus/samples/README). Next:'
	@echo '  $(BIN)/yinzheng index YOUR-FOLDER --index my-index   index your own documents: Word, PDF, HTML, text'
	@echo "  $(BIN)/yinzheng search '……' --index my-index         and search them"
	@echo
	@if [ -t 1 ]; then $(BIN)/yinzheng serve --index .yinzheng-demo; \
	else echo 'The page: make serve, then open http://127.0.0.1:8765/'; fi

serve: $(BASE) ## the HTTP service over INDEX (the samples unless another is named)
	@test -d '$(INDEX)' || $(BIN)/yinzheng index corpus/samples --index '$(INDEX)'
	@$(BIN)/yinzheng serve --index '$(INDEX)'

docs: $(BASE) ## the tables of docs/json.md, from the declarations of the answers
	@$(BIN)/python -m api.service.json_tables

bench-page: $(DEV) ## how fast and how large the page is
	@$(BIN)/python -m tests.bench.page

pictures: $(DEV) ## the pictures of the page in docs/pictures, by the browser on this machine
	@$(BIN)/python -m tests.pictures

lint: $(DEV) ## ruff and mypy
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

test: lint ## everything that has to pass: lint, then the tests, on all cores
	$(BIN)/pytest $(WORKERS) --durations 20

quick: lint ## while working: lint, types and the tests of the core, a minute and a half
	$(BIN)/pytest $(WORKERS) $(CORE)

load-test: $(DEV) ## attack and load: generated requests, half-open connections, exchanged indexes, throughput; half an hour
	@$(BIN)/python -m tests.load

fault-test: $(DEV) ## every fault, disk size, damage and kill in turn: a thousand of each, a quarter of an hour
	$(BIN)/pytest -m long -s

engine-test: | $(BIN)/python ## an index on a Milvus server beside one in a folder; in a virtual environment of its own
	@test -x $(ENGINE)/bin/python || $(PYTHON) -m venv $(ENGINE)
	@$(ENGINE)/bin/python -m pip install --quiet --disable-pip-version-check --editable '.[exports,milvus]' \
		'hypothesis>=6.115' 'milvus-lite>=3.2' 'pytest>=8.3'
	$(ENGINE)/bin/python -m pytest -m 'long or not long' --durations 5 tests/test_engine_*.py

bench: $(DEV) ## quality and speed, on the samples and, where ../shared exists, on its documents
	@$(BIN)/python tests/bench/report.py
	@echo; $(BIN)/python -m tests.figures

bench-scale: $(DEV) ## build rate, updates, start, memory and queries at SIZES units; needs ../shared
	@$(BIN)/python tests/bench/scale.py $(SIZES)

frameworks: $(DEV) ## the adapters of LangChain, LlamaIndex and Haystack, used as each framework uses them
	@$(PIP) '.[langchain,llamaindex,haystack]' langchain-tests
	$(BIN)/pytest -o asyncio_mode=auto tests/test_adapters_*.py

bench-encoder: $(DEV) ## one encoder (ENCODER) by itself, beside word matching, and among distractors; needs ../shared
	@OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 MKL_NUM_THREADS=1 RAYON_NUM_THREADS=1 \
		$(BIN)/python tests/bench/encoder.py --encoder '$(ENCODER)'

lock: $(BASE) ## the exact versions that the container image is built with, from the package index
	@$(BIN)/python -m pip install --quiet --dry-run --ignore-installed --report $(VENV)/lock.json '.[exports]'
	@{ echo '# Own work: what `make lock` found for Python 3.11 on Linux; Dockerfile installs exactly this.'; \
	  $(BIN)/python -c 'import json, sys; found = (i["metadata"] for i in json.load(sys.stdin)["install"]); \
	  print(*sorted(m["name"].lower().replace("_", "-") + "==" + m["version"] for m in found if m["name"] != "yinzheng"), sep="\n")' \
	  < $(VENV)/lock.json; } > deploy/requirements.txt

clean: ## remove what make has made, the virtual environment included
	rm -rf $(VENV) $(ENGINE) .yinzheng-demo build dist .mypy_cache .pytest_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
