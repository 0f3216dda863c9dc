# Yiqi. `make help` lists what there is; nothing but Python 3.11+ and make has to be there before.

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
I18N   := site/yiqi/i18n
STATIC := instance/static
# What serves is compiled without docstrings, in a folder of its own: seven megabytes less in each process. So nothing is
# compiled when it is installed.
SERVED := PYTHONDONTWRITEBYTECODE= PYTHONOPTIMIZE=2 PYTHONPYCACHEPREFIX="$(abspath $(VENV))/served"
BENCH  := only db people places clients seconds watch even full keep

.DEFAULT_GOAL := help
.PHONY: help run demo not-production test nightly races hosts check fmt lock upgrade i18n migrate assets served clean bench types style agreement fuzz sbom
.DELETE_ON_ERROR:

help: ## this list
	@awk -F ':.*## ' '/^[a-z0-9]+:.*## / {printf "  make %-9s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: $(BIN)/.installed assets not-production ## start the site with its demo on HOST:PORT (127.0.0.1:8000); Ctrl-C stops it
	@YIQI_ENV=demo $(SERVED) $(BIN)/flask demo prepare
	@YIQI_ENV=demo $(SERVED) exec $(BIN)/gunicorn -c gunicorn.conf.py wsgi:app

demo: $(BIN)/.installed not-production ## load the demo data (again) without starting the site
	@YIQI_ENV=demo $(BIN)/flask db upgrade
	@YIQI_ENV=demo $(BIN)/flask demo load

# The demo opens /demo/messages, where everybody's codes can be read: never on the database of a real site.
not-production:
	@! grep -Eqs '^(export )?YIQI_ENV=.?production' .env || { echo "This checkout's .env says production; the demo does not touch its database."; exit 1; }

test: $(BIN)/.installed-dev assets ## every test: SQLite, PostgreSQL, a real browser; the last line says what was skipped. at='2026-12-31 23:50': as if it were then
	@YIQI_TEST_AT='$(at)' $(BIN)/python -m tests

nightly: $(BIN)/.installed-dev assets ## races, fuzz, hosts, every test without taking turns and at other times: some hours; only=fuzz, races=2, fuzz=100 for less
	@$(BIN)/python -m tests.night $(foreach one,only races fuzz,$(if $($(one)),$(one)=$($(one))))

races: $(BIN)/.installed-dev assets ## the races a hundred times over on both databases, with their numbers: some ten minutes
	@PYTHONPATH=site $(BIN)/python -m tests.concurrency $(or $(n),100)

hosts: $(BIN)/.installed-dev assets ## two app hosts, a proxy and a database in network namespaces, one of them lost: as root, some ten minutes
	@$(BIN)/python -m tests.hosts

bench: $(BIN)/.installed-dev assets ## the site under load, checked and timed: some ten minutes; only=signup,rush db=sqlite people=500 keep=1 …
	@PYTHONPATH=site $(BIN)/python -m tests.bench $(foreach word,$(BENCH),$(if $($(word)),$(word)=$($(word))))

fuzz: $(BIN)/.installed-dev assets ## bad requests to every address on both databases: make fuzz n=50000 seed=20261122 (or again=FILE)
	@PYTHONPATH=site $(BIN)/python -m tests.fuzz $(foreach one,n seed again only,$(if $($(one)),$(one)=$($(one))))

check: types style agreement ## style, types, import contracts, templates, catalogue, migrations on both databases

types: $(BIN)/.installed-dev
	$(BIN)/mypy

style: $(BIN)/.installed-dev
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	PYTHONPATH=site $(BIN)/lint-imports
	$(BIN)/djlint --lint --quiet templates

agreement: $(BIN)/.installed-dev
	$(BIN)/python -m pytest -q -k catalogue tests/promises
	$(BIN)/python -m tests.servers check

fmt: $(BIN)/.installed-dev ## put the Python source in order
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

sbom: $(BIN)/python ## the list of everything the site is made of (CycloneDX), into instance/sbom.json
	@mkdir -p instance
	@$(BIN)/python -m tests.sbom > instance/sbom.json && echo instance/sbom.json

lock: $(BIN)/.installed-dev ## write requirements*.txt anew from requirements*.in, versions kept where they can be
	$(BIN)/uv pip compile --quiet requirements.in -o requirements.txt
	$(BIN)/uv pip compile --quiet requirements-dev.in -o requirements-dev.txt

upgrade: $(BIN)/.installed-dev ## the same, with the newest versions that are a week old
	$(BIN)/uv pip compile --quiet --upgrade requirements.in -o requirements.txt
	$(BIN)/uv pip compile --quiet --upgrade requirements-dev.in -o requirements-dev.txt

i18n: $(BIN)/.installed ## bring the English catalogue up to date with the Chinese source, and compile it
	$(BIN)/pybabel --quiet extract -F $(I18N)/babel.cfg -k _l -k lazy_gettext --no-location --sort-output \
		--project=yiqi -o instance/messages.pot .
	@test -f $(I18N)/en/LC_MESSAGES/messages.po \
		|| $(BIN)/pybabel --quiet init -i instance/messages.pot -d $(I18N) -l en
	$(BIN)/pybabel --quiet update -i instance/messages.pot -d $(I18N) -l en --no-fuzzy-matching --ignore-obsolete \
		--ignore-pot-creation-date
	$(BIN)/pybabel --quiet compile -d $(I18N) -l en

migrate: $(BIN)/.installed ## write the next numbered migration from the models: make migrate m="what it does"
	@test -n "$(m)" || { echo 'Say what it does: make migrate m="people have a nickname"'; exit 1; }
	$(BIN)/flask db upgrade
	$(BIN)/flask db revision --autogenerate -m "$(m)"

assets: $(STATIC)/staticfiles.json ## hashed and compressed static files in instance/static

# Once for all processes, where each start would compile what it may not keep, and have eight megabytes more for it.
served: $(BIN)/.installed ## what the site runs on, compiled as it is served: after an installation or upgrade of a real site
	@$(SERVED) $(BIN)/python -m compileall -q -j 0 -x '^/.*/(site|dist)-packages/|/(test|tests|idlelib|lib2to3)/' wsgi.py site $(VENV)/lib \
		"$$($(BIN)/python -c 'import sysconfig; print(sysconfig.get_path("stdlib"))')"

clean: ## remove what can be made again; the data in instance/ stays
	rm -rf $(VENV) $(STATIC) instance/compiled instance/messages.pot .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis \
		.coverage .coverage.* htmlcov test-results
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(STATIC)/staticfiles.json: $(shell find static) $(BIN)/.installed
	@mkdir -p $(STATIC)
	@$(BIN)/servestatic --quiet --hash --manifest --compress --clear static $(STATIC).new
# What is there stays: a site that runs, and pages that are open, name the files of before.
	@cd $(STATIC).new && find . -type f ! -name staticfiles.json | while read -r file; do \
		there="$(abspath $(STATIC))/$$file"; \
		[ -e "$$there" ] || { mkdir -p "$${there%/*}" && mv "$$file" "$$there"; } || exit 1; done
	@mv $(STATIC).new/staticfiles.json $@ && rm -rf $(STATIC).new && touch $@

$(BIN)/python:
	@command -v $(PYTHON) >/dev/null || { echo "Yiqi needs Python 3.11 or newer; there is no '$(PYTHON)' here."; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "Yiqi needs Python 3.11 or newer; '$(PYTHON)' is $$($(PYTHON) -V 2>&1). Try: make run PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); \
		echo "Python cannot make a virtual environment here. On Debian and Ubuntu: apt install python3-venv"; exit 1; }

# A stamp, so that a second start takes seconds. Order-only: a touched interpreter is no reason to install again.
$(BIN)/.installed: requirements.txt | $(BIN)/python
	@echo "Installing what the site runs on …"
	@$(BIN)/python -m pip install --quiet --no-compile --disable-pip-version-check --require-hashes -r requirements.txt
	@touch $@

$(BIN)/.installed-dev: requirements-dev.txt $(BIN)/.installed
	@echo "Installing what the tests need …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt -r requirements-dev.txt
	@touch $@
