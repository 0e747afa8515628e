# `make demo` and `make test` do all the set-up themselves; `make` alone lists what there is.
.DEFAULT_GOAL := help
BIN := .venv/bin
STAMP := .venv/.installed
COMPILED := .venv/.compiled
PLAIN := .venv/.plain
COMPILED_FROM := hatch_build.py $(shell sed -n 's/^    "\(.*\.py\)",$$/\1/p' hatch_build.py)
export PYTHON
COMPILE = uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --custom-compile-command "make lock" pyproject.toml
# After `make install` uv may stand in .venv or, where the machine had none, in .cache.
export PATH := $(CURDIR)/$(BIN):$(CURDIR)/.cache/uv/bin:$(PATH)

# What one target alone needs lies beside .venv, so that `make install` stays small.
ONE_USE := uv pip install --quiet --require-hashes --python $(BIN)/python

.PHONY: help docs env site notebooks install compile plain install-perplexity demo test check spark hostile soak fuzz \
	readers format lock golden dist clean

help:  ## list these targets
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/\1\t\2/p' $(MAKEFILE_LIST) | awk -F'\t' '{printf "%-20s%s\n", $$1, $$2}'

$(STAMP): requirements.lock pyproject.toml scripts/setup.sh
	@sh scripts/setup.sh
	@touch $@

# What every tag of every page goes through, as C; without a C compiler it stays plain Python.
$(COMPILED): $(STAMP) $(COMPILED_FROM)
	@[ -e $(PLAIN) ] || $(BIN)/python hatch_build.py
	@touch $@

install: $(COMPILED)  ## everything into .venv, and a Java runtime where there is none

compile: $(STAMP)  ## compile extraction; after a change, check, test and demo do it by themselves
	@rm -f $(PLAIN)
	@$(BIN)/python hatch_build.py
	@touch $(COMPILED)

plain: $(STAMP)  ## go back to plain Python and stay there, to work on extraction, until make compile
	$(BIN)/python hatch_build.py --plain
	@touch $(PLAIN) $(COMPILED)

install-perplexity: $(STAMP)  ## KenLM as well; needs a C++ compiler and cmake
	uv pip install --python $(BIN)/python --require-hashes -r requirements-perplexity.lock

demo: $(COMPILED)  ## build a small dataset from the sample WARC, without network
	$(BIN)/interleaf demo

test: $(COMPILED)  ## all tests, in two processes, each with a Spark session of its own
	$(BIN)/python -m pytest -n 2

check: $(COMPILED)  ## format, lint, types, unit tests
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/python -m pytest -n 2 -m "not spark"

spark: $(COMPILED)  ## the tests that start Spark
	$(BIN)/python -m pytest -m spark

hostile: $(COMPILED)  ## what must not stop, hang or damage a run: pages, archives, servers
	$(BIN)/python -m pytest tests/hostile

soak: $(COMPILED)  ## the same for an hour: killed runs, a fetcher under load, real archives
	$(BIN)/python -m pytest -m soak tests

fuzz: $(COMPILED)  ## archives, bodies, pages and URLs by chance, for FUZZ_SECONDS (60)
	FUZZ_SECONDS=$${FUZZ_SECONDS:-60} $(BIN)/python -m pytest tests/hostile/test_fuzz.py

# One environment for each library that trains on our exports; their newest versions do not share one.
READERS := webdataset energon mds datasets
readers: $(COMPILED)  ## export the sample to every form and read it back by the libraries that train on it
	@for reader in $(READERS); do \
		uv venv --quiet --clear --python $(BIN)/python .cache/readers/$$reader && \
		uv pip install --quiet --require-hashes --python .cache/readers/$$reader/bin/python \
			-r requirements-readers-$$reader.lock || exit 1; done
	$(BIN)/python -m interleaf demo --out build/readers/demo
	$(BIN)/python -m tests.readers.compare build/readers/demo build/readers/demo/placed \
		--environments .cache/readers --work build/readers/exports

format: $(STAMP)  ## lay out the code and mend what ruff can mend
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

lock: $(STAMP)  ## choose versions anew, within the ranges of pyproject.toml
	$(COMPILE) --upgrade --extra dev --extra clip --extra safety --extra signals -o requirements.lock
	$(COMPILE) --upgrade --extra perplexity --constraint requirements.lock -o requirements-perplexity.lock
	for reader in $(READERS); do $(filter-out pyproject.toml,$(COMPILE)) --upgrade \
		tests/readers/$$reader.in -o requirements-readers-$$reader.lock; done
	$(filter-out pyproject.toml,$(COMPILE)) --upgrade docs/site.in -o requirements-site.lock
	$(filter-out pyproject.toml,$(COMPILE)) --upgrade --constraint requirements.lock \
		notebooks/notebooks.in -o requirements-notebooks.lock

golden: $(COMPILED)  ## write the golden files of the tests anew; read the diff
	$(BIN)/python -m pytest --golden

docs: $(STAMP)  ## write docs/sources.md anew from what the settings say of themselves
	$(BIN)/python scripts/write_sources.py

site: docs  ## the documentation as a site, in build/site
	$(ONE_USE) --target .cache/site -r requirements-site.lock
	NO_MKDOCS_2_WARNING=1 PYTHONPATH=$(CURDIR)/.cache/site $(BIN)/python -m mkdocs build --strict

notebooks: $(COMPILED)  ## run all notebooks on the sample and keep their outputs
	$(ONE_USE) --target .cache/notebooks -r requirements-notebooks.lock
	$(BIN)/python -m interleaf demo --out build/notebooks/demo
	PYTHONPATH=$(CURDIR)/.cache/notebooks:$(CURDIR) $(BIN)/python scripts/run_notebooks.py build/notebooks/demo

dist: $(STAMP)  ## a wheel, and the same as a zip for spark-submit --py-files
	rm -rf dist
	uv build --quiet --wheel --no-build-isolation --python $(BIN)/python --out-dir dist
	cd dist && for wheel in *.whl; do cp "$$wheel" "$${wheel%%-py3*}.zip"; done
	@ls dist

env: $(COMPILED)  ## an archive of our packages for spark-submit --archives (docs/cluster.md)
	@sh scripts/build_env.sh

clean:  ## remove what was built, but not the environment
	rm -rf dist build demo-out spark-warehouse metastore_db derby.log \
		.pytest_cache .mypy_cache .ruff_cache .hypothesis
