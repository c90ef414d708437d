# Two commands: `make demo` shows everything, `make test` tests everything. Each sets up what it needs first.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: demo test check-long lock sbom data translations rule-pages format clean

demo: $(VENV)/installed
	$(BIN)/publiccode demo

test: $(VENV)/installed $(VENV)/browser $(VENV)/schemas/pins
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy publiccode tests
	$(BIN)/python -m pytest -n 3 --dist loadgroup

# What takes minutes: 100,000 mutated files, hostile files, the harvest of the real corpus, 20 kills, 11,000 simulated repositories with
# and without faults, the activity of 10,000 entries, the search engines at 20,000 entries and by judged queries.
check-long: $(VENV)/installed $(VENV)/browser $(VENV)/schemas/pins
	CHECK_LONG=1 $(BIN)/python -m pytest -q tests/browser tests/harvesters/test_hosts_faults.py
	$(BIN)/python bench/fuzz_validator.py
	$(BIN)/python bench/validate_speed.py
	$(BIN)/python bench/fix_corpus.py
	$(BIN)/python bench/hostile_yaml.py
	$(BIN)/python bench/corpus.py
	$(BIN)/python bench/kill_harvest.py --kills 20
	$(BIN)/python bench/harvest_scale.py
	$(BIN)/python bench/activity_speed.py
	$(BIN)/python bench/search_speed.py
	$(BIN)/python bench/search_http.py
	$(BIN)/python bench/search_hostile.py
	$(BIN)/python bench/search/quality.py

# Exact versions with their hashes; made again whenever the lock file changes.
$(VENV)/installed: requirements.lock pyproject.toml deploy/make-venv
	deploy/make-venv $(PYTHON) $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	touch $@

# Chromium and Chinese fonts, for the tests in a real browser; without them those tests are skipped, visibly.
$(VENV)/browser: deploy/install-browser $(VENV)/installed
	deploy/install-browser
	touch $@

# The schemas that GitHub publishes of its interfaces; without them the tests with a simulated GitHub are skipped, visibly.
$(VENV)/schemas/pins: deploy/install-schemas $(VENV)/installed
	deploy/install-schemas $(VENV)
	mkdir -p $(@D) && touch $@

# The newest versions that pyproject.toml allows.
lock: $(VENV)/installed
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile pyproject.toml --all-extras --upgrade --universal --python-version 3.11 \
		--generate-hashes --no-header --no-emit-index-url --quiet --output-file requirements.lock

# Our own bill of materials, from requirements.lock; after `make lock`.
sbom: $(VENV)/installed
	$(BIN)/python deploy/own_sbom.py

# The data files of others, made again at their recorded versions; the newest ones: make data ARGS=--latest
data: $(VENV)/installed
	$(BIN)/python deploy/refresh_data.py $(ARGS)

# Every .po brought up to date with the code, every .mo compiled.
translations: $(VENV)/installed
	$(BIN)/python deploy/refresh_translations.py

# The manual page of every rule, in both languages, below docs/rules/.
rule-pages: $(VENV)/installed
	$(BIN)/python deploy/refresh_rule_pages.py

format: $(VENV)/installed
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

clean:
	rm -rf $(VENV) demo-data build dist *.egg-info
