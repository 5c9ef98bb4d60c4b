# Everything runs in .venv, which the targets make and refresh on their own. Needs Python 3.11 (or later) and make.
PYTHON ?= $(shell for python in python3.11 python3 python3.12 python3.13 python3.14; do \
	"$$python" -c 'import sys, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo "$$python" && break; done)
PY := .venv/bin/python
UV := uv==0.13.9
# Node comes with the packages for development; where they are not installed, the system's will do.
WITH_NODE := PATH="$(CURDIR)/.venv/bin:$$PATH"
NODE_FITS := $(WITH_NODE) node -e 'const [major, minor] = process.versions.node.split("."); \
	process.exit(major > 20 || (major == 20 && minor >= 11) ? 0 : 1)' 2>/dev/null && $(WITH_NODE) npm --version >/dev/null 2>&1
NPM_CI = cd $(@D)/.. && $(WITH_NODE) npm ci --no-progress --loglevel=error && touch node_modules/.stamp
PAGE := schema/http/graphiql
PIP := $(PY) -m pip install --quiet --disable-pip-version-check --no-input
COMPILE := $(PY) -m uv pip compile pyproject.toml --quiet --generate-hashes --no-header --no-annotate \
	--python-version 3.11 --universal $(UPGRADE)

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help run graphiql test test-clients fuzz lint fmt bench schema lock venv

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' Makefile | expand -t 14

run: .venv/run.stamp ## start the server on 127.0.0.1:8000 (HOST, PORT, DATABASE_URL and DATA_DIR change that)
	@case "$$ENVIRONMENT-$$GRAPHIQL" in production-|*-0) ;; *) \
		if ! { $(NODE_FITS); }; then \
			echo 'No Node.js 20.11 or later here, so browsers find no GraphiQL at /graphql: `make graphiql` gets both' >&2; \
		elif ! $(MAKE) --silent --no-print-directory $(PAGE)/dist/index.html; then \
			echo 'GraphiQL could not be built; all else runs. `make graphiql` tries again' >&2; \
		fi ;; \
	esac
	@exec $(PY) server.py serve

graphiql: ## build GraphiQL, the page that browsers find at /graphql
	@{ $(NODE_FITS); } || $(MAKE) --no-print-directory .venv/dev.stamp
	@$(MAKE) --silent --no-print-directory $(PAGE)/dist/index.html

test: lint tests/clients/node_modules/.stamp graphiql ## lint, types, import contracts and all tests
	$(PY) -m pytest -n 2

test-clients: tests/clients/node_modules/.stamp ## frontends' clients, types, lint and breaking changes, against the running service
	$(PY) -m pytest tests/clients

lint: .venv/dev.stamp ## style, types and import contracts
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m mypy
	$(PY) .venv/bin/lint-imports

fmt: .venv/dev.stamp ## put imports and layout in order
	$(PY) -m ruff check --fix .
	$(PY) -m ruff format .

fuzz: .venv/dev.stamp ## send EXAMPLES (1000) generated requests of each operation, as member and as staff
	EXAMPLES=$(or $(EXAMPLES),1000) $(PY) -m pytest -n 2 tests/fuzz

bench: .venv/dev.stamp ## measure the main operations on a PostgreSQL of their own
	$(PY) -m tests.bench

schema: .venv/run.stamp ## write schema/schema.graphql and schema/reference.md afresh
	$(PY) server.py schema > schema/schema.graphql.new
	mv schema/schema.graphql.new schema/schema.graphql
	$(PY) server.py reference > schema/reference.md.new
	mv schema/reference.md.new schema/reference.md

lock: venv ## write the lock files afresh (UPGRADE=--upgrade takes newer versions)
	$(PIP) $(UV)
	$(COMPILE) --output-file .ci/requirements.txt
	$(COMPILE) --group dev --constraint .ci/requirements.txt --output-file .ci/requirements-dev.txt

venv:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or later is needed, with its venv module" >&2; exit 1; }
	@$(PY) -m pip --version >/dev/null 2>&1 || "$(PYTHON)" -m venv --clear .venv

.venv/run.stamp: .ci/requirements.txt
	@$(MAKE) --no-print-directory venv
	$(PIP) --require-hashes --requirement $<
	@touch $@

.venv/dev.stamp: .ci/requirements-dev.txt
	@$(MAKE) --no-print-directory venv
	$(PIP) --require-hashes --requirement $<
	@touch $@ .venv/run.stamp

$(PAGE)/dist/index.html: $(PAGE)/node_modules/.stamp $(PAGE)/build.mjs $(wildcard $(PAGE)/page/*) \
		$(wildcard tests/operations/*.graphql) schema/schema.graphql
	@cd $(PAGE) && $(WITH_NODE) node build.mjs

$(PAGE)/node_modules/.stamp: $(PAGE)/package-lock.json
	@echo 'Fetching what GraphiQL is built from'
	@$(NPM_CI)

%/node_modules/.stamp: %/package-lock.json .venv/dev.stamp
	$(NPM_CI)
