# Regionrom. `make run` and `make test` need only Python 3.11 or newer with venv and pip.

PYTHON ?= python3
PORT ?= 8000
BIN := .venv/bin
WORKERS ?= auto

.PHONY: help setup run test check bench axe lighthouse guide lock catalogues

help:
	@echo "make run         serve the demo region on http://127.0.0.1:$(PORT)"
	@echo "make test        run the whole suite"
	@echo "make check       format, lint, types, then the suite"
	@echo "make setup       only make .venv"
	@echo "make axe         look at every page with axe in a real browser, in all languages, widths and colours"
	@echo "make lighthouse  measure five pages with Lighthouse (Node needed, not kept)"
	@echo "make guide       take the pictures of docs/veileder/ anew, from the demo"
	@echo "make bench       print measured figures"
	@echo "make catalogues  gather texts to translate, and compile the catalogues"
	@echo "make lock        pin all dependencies anew"

# The stamps are made anew only when what they stand for has changed, so that the second time needs no network.
.venv/run.stamp: requirements.txt pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@echo "$(CURDIR)" > "$$($(BIN)/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/regionrom.pth"
	@printf '#!%s\nfrom workspace.cli import main\nmain()\n' "$(CURDIR)/$(BIN)/python" > $(BIN)/workspace
	@chmod +x $(BIN)/workspace
	@touch $@

.venv/test.stamp: .venv/run.stamp requirements-test.txt
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-test.txt
	@touch $@

setup: .venv/run.stamp

run: .venv/run.stamp
	@$(BIN)/workspace demo
	@exec $(BIN)/workspace serve --demo --port $(PORT)

test: .venv/test.stamp
	$(BIN)/pytest -n $(WORKERS)

check: .venv/test.stamp
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(MAKE) test

axe: .venv/test.stamp
	AXE=all REQUIRE_BROWSER=1 $(BIN)/pytest -s tests/browser/test_axe.py

lighthouse: .venv/test.stamp
	$(BIN)/python -m tests.browser.lighthouse

guide: .venv/test.stamp
	$(BIN)/python -m tests.help.pictures

bench: .venv/test.stamp
	$(BIN)/workspace bench store
	$(BIN)/workspace bench pages

catalogues: .venv/test.stamp
	$(BIN)/pybabel -q extract -F babel.cfg --no-location --sort-output --project regionrom -o .venv/messages.pot .
	for locale in nn en; do $(BIN)/pybabel -q update --no-fuzzy-matching --ignore-obsolete --omit-header -i .venv/messages.pot -d workspace/translations -l $$locale; done
	$(BIN)/pybabel -q compile --use-fuzzy -d workspace/translations

lock: .venv/test.stamp
	$(BIN)/pip-compile --quiet --generate-hashes --no-emit-index-url --no-emit-trusted-host --no-emit-find-links --strip-extras -o requirements.txt pyproject.toml
	$(BIN)/pip-compile --quiet --generate-hashes --no-emit-index-url --no-emit-trusted-host --no-emit-find-links --strip-extras --allow-unsafe --extra test -o requirements-test.txt pyproject.toml
