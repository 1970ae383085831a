# One set of commands for people and CI. `make help` lists them.
#
#   make run PORT=8080               another port (also HOST, WORKERS)
#   make run ARGS="--workers 2"      anything `occupations serve` takes
#   make pytest ARGS="-k wages -x"   anything pytest takes
#   make run PYTHON=python3.12       a certain Python
#   make verify DATA=folder          official files from elsewhere than ../shared/data/…
#   make lock ARGS=--upgrade         newest versions that pyproject.toml admits

VENV := .venv
BIN := $(VENV)/bin
PYTHON ?= python3.13 python3.12 python3.11 python3
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet --quiet
UV := uv==0.13.9
ARGS ?=
DATA ?= $(addprefix ../shared/data/,soc-2018 bls-oews bls-oews-older bls-ep bls-ep-older onet \
  crosswalks esco-1.2.0 naics places state-projections)

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help run venv dev browser servers test lint types layers pytest verify box audit sbom build \
  format readme contract lock clean

help: ## List these commands
	@sed -n 's/^\([a-z]*\):[^#]*## \(.*\)/  make \1|\2/p' Makefile | while IFS='|' read -r name text; \
	do printf '%-15s %s\n' "$$name" "$$text"; done

# $(call flag,PORT,port) is "--port 8080" when PORT=8080 was said to make. What the shell's
# environment says does not count: many shells export a HOST of their own.
flag = $(if $(filter command,$(origin $(1))),--$(2) $($(1)))

run: venv ## Start the API; installs what it needs first
	@$(BIN)/occupations serve $(call flag,HOST,host) $(call flag,PORT,port) \
	  $(call flag,WORKERS,workers) $(ARGS)

test: lint types layers pytest ## Everything that CI checks

lint: dev ## Style and formatting (ruff)
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check

types: dev ## Types (mypy, strict)
	@$(BIN)/mypy $(wildcard app migrations seed tests bench)

layers: dev ## Imports point down only (import-linter)
	@$(BIN)/lint-imports --no-logo

pytest: dev ## Tests
	@$(BIN)/pytest -n 2 $(ARGS)

verify: dev ## Import every official file of DATA, compare each cell with what HTTP answers
	@rm -f $(VENV)/verified.sqlite3*
	@OCCUPATIONS_DATABASE_URL=sqlite:///$(VENV)/verified.sqlite3 OCCUPATIONS_EXPORT_FOLDER=none \
	  $(BIN)/occupations import $(DATA)
	@OCCUPATIONS_DATABASE_URL=sqlite:///$(VENV)/verified.sqlite3 $(BIN)/occupations verify $(DATA)
	$(if $(filter command,$(origin DATA)),,@$(BIN)/pytest -n 2 -m whole)

box: dev ## Make the box anew from every official file that goes into it
	@folder=$$(mktemp -d) && trap 'rm -r "$$folder"' EXIT && \
	$(BIN)/occupations employers ../shared/data/title-match/employers.tsv.xz --years 2011-2025 \
	  --to "$$folder/employer-titles.tsv" && \
	$(BIN)/occupations bundle build $(addprefix ../shared/data/,soc-2018 bls-oews bls-ep bls-ep-older \
	  onet crosswalks esco-1.2.0 naics places state-projections census/2022-Census-Occupation-Index.xlsx) \
	  "$$folder/employer-titles.tsv"

audit: dev ## Trust under load, faults and attack, on both databases: an hour or two, one table
	@$(BIN)/python -m tests.audit $(ARGS)

sbom: dev ## Write sbom.json, the software bill of materials (CycloneDX)
	@$(BIN)/python -m tests.audit.supply sbom.json
	@echo "sbom.json: CycloneDX 1.6, from requirements.lock"

build: dev ## Write the wheel and its bill of materials (CycloneDX) into dist/
	@$(PIP) wheel --no-deps --no-build-isolation --wheel-dir dist .
	@$(BIN)/python -m tests.audit.supply dist/sbom.json
	@ls dist

format: dev ## Put code in the one format, mend what can be mended
	@$(BIN)/ruff check --fix
	@$(BIN)/ruff format

readme: dev ## Write README's table of settings anew
	@$(BIN)/python -m tests.test_readme

contract: dev ## Write the contract's examples, its snapshot and docs/reference.md anew
	@$(BIN)/python -m tests.make_examples
	@$(BIN)/python -m tests.test_documented

messages: dev ## Collect the pages' words for translation, and compile the translations
	@$(BIN)/python -m tests.web.messages

# What is installed. A stamp is as new as the lock it was installed from, so a second start calls
# no pip. A virtual environment knows its own place: a moved or broken one is made anew.

venv: $(VENV)/.runtime ## Install what `run` needs
dev: $(VENV)/.dev ## Install what `test` needs

ifneq ($(shell test -x $(BIN)/python && cat $(VENV)/.place 2>/dev/null),$(CURDIR))
.PHONY: $(VENV)/.place
endif

SERVERS := nginx-light openssl pgbouncer postgresql
servers: ## As root, on Debian: install what `test` runs beside the API (nginx and others)
	@dpkg --status $(SERVERS) > /dev/null 2>&1 || { apt-get -qq update && \
	  DEBIAN_FRONTEND=noninteractive apt-get -qq install --no-install-recommends $(SERVERS) > /dev/null; }
	@command -v promtool > /dev/null || { cd $$(mktemp -d) && apt-get -qq download prometheus \
	  && dpkg-deb --fsys-tarfile prometheus_*.deb | tar -x -C / ./usr/bin/promtool; }

browser: ## As root, on Debian: install Chromium, in which `test` opens the pages
	@command -v chromium > /dev/null || { apt-get -qq update && DEBIAN_FRONTEND=noninteractive \
	  apt-get -qq install --no-install-recommends chromium > /dev/null; }

$(VENV)/.place:
	@found=; bare=; \
	for name in $(PYTHON); do \
	  version=$$($$name -c 'import sys; print("%d.%d.%d" % sys.version_info[:3])' 2>/dev/null) \
	    || continue; \
	  case $$version in \
	    3.1[1-9].*|3.[2-9][0-9].*) ;; \
	    *) found="$$found, $$name is $$version"; continue ;; \
	  esac; \
	  if ! $$name -c 'import ensurepip, venv' 2>/dev/null; then \
	    bare="$$bare, $$name ($$version)"; continue; \
	  fi; \
	  echo "Python $$version: making $(VENV)"; \
	  $$name -m venv --clear $(VENV) && pwd > $@ && exit 0; \
	  echo "$$name could not make a virtual environment in $(VENV); what it said stands above." >&2; \
	  exit 1; \
	done; \
	if [ -n "$$bare" ]; then \
	  echo "Python's venv and ensurepip modules are missing in: $${bare#, }." >&2; \
	  echo "On Debian and Ubuntu they come with: apt-get install python3-venv" >&2; \
	else \
	  found="$${found#, }"; \
	  echo "Python 3.11 or newer is needed; found: $${found:-none}." >&2; \
	  echo "Looked for: $(PYTHON). Another one: make PYTHON=/path/to/python3.12 $(MAKECMDGOALS)" >&2; \
	fi; \
	exit 1

# The project goes in last, from this folder, built with the setuptools of the lock.
$(VENV)/.runtime: $(VENV)/.place requirements.lock pyproject.toml
	@echo "Installing the API's packages"
	@$(PIP) install --no-deps --require-hashes -r requirements.lock
	@$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.dev: $(VENV)/.runtime requirements-dev.lock
	@echo "Installing the tests' packages"
	@$(PIP) install --no-deps --require-hashes -r requirements-dev.lock
	@touch $@

# The locks hold versions and hashes, no addresses; uv is told to heed no settings of this machine,
# so that every hash is that of the public registry's file.
COMPILE = env $$(env | sed -n 's/^\(UV_[A-Z_]*\)=.*/-u \1/p') .cache/uv/bin/uv pip compile --quiet \
  --no-config --system-certs --universal --python-version 3.11 --generate-hashes --no-annotate \
  --no-header $(ARGS)

lock: $(VENV)/.place ## Pin every package anew in the lock files
	@test -x .cache/uv/bin/uv || $(BIN)/python -m venv .cache/uv
	@.cache/uv/bin/python -m pip install --disable-pip-version-check --quiet --quiet $(UV)
	@$(BIN)/python -c 'import tomllib, pathlib; \
	  print(*tomllib.loads(pathlib.Path("pyproject.toml").read_text())["build-system"]["requires"])' \
	  > .cache/build.in
	@$(COMPILE) pyproject.toml .cache/build.in -o requirements.lock
	@$(COMPILE) pyproject.toml .cache/build.in --extra dev -c requirements.lock -o requirements-dev.lock
	@for name in bundles clients duckdb fuzz redbot schemathesis static supply; do \
	  $(COMPILE) tests/audit/tools/$$name.in -o tests/audit/tools/$$name.lock || exit 1; done
	@for folder in audit/node audit/clients/npm browser/axe; do (cd tests/$$folder && \
	  npm install --package-lock-only --ignore-scripts --silent) || exit 1; done

clean: ## Remove everything that was installed or built; never a database
	@rm -rf $(VENV) .cache build dist *.egg-info .mypy_cache .pytest_cache .ruff_cache \
	  .import_linter_cache
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
