# `make serve` and `make test` need nothing but Python 3.10 or newer: they make a virtual environment here and install into it.
PYTHON ?= python3
PORT ?= 8000
VENV = .venv
RUN = $(VENV)/bin/python
# Older pip warns that lxml lacks the extra html_clean, which justext, of trafilatura, asks for (docs/dependencies.md); newer pip tells what
# setuptools says of any editable installation.
INSTALL = PYTHONWARNINGS='ignore:Editable installation' $(RUN) -m pip install --quiet --disable-pip-version-check

.PHONY: serve test lint bench clean

serve: $(VENV)/installed
	$(RUN) -m lucbao demo --port $(PORT)

test: $(VENV)/installed-test
	$(RUN) -m pytest

lint: $(VENV)/installed-lint
	$(RUN) -m ruff check .
	$(RUN) -m ruff format --check .
	$(RUN) -m mypy corpus index searcher web lucbao.py

# Measures on articles and queries of your own: make bench ARTICLES=news.jsonl.gz QUERIES=queries.tsv
bench: $(VENV)/installed-bench
	@test -n "$(ARTICLES)" || { echo "Cần bài để đo: make bench ARTICLES=news.jsonl.gz [QUERIES=queries.tsv]"; exit 1; }
	$(RUN) benchmarks/speed.py --articles "$(ARTICLES)"
	@test -z "$(QUERIES)" || $(RUN) benchmarks/quality.py --articles "$(ARTICLES)" --queries "$(QUERIES)" --without-titles --half held-back --peers

clean:
	rm -rf $(VENV) build dist *.egg-info

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 10))' \
		|| { echo "Cần Python 3.10 trở lên; chỉ ra nó bằng: make $(MAKECMDGOALS) PYTHON=python3.11"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(INSTALL) 'pip>=23.3'

$(VENV)/installed: $(VENV)/bin/python setup.cfg pyproject.toml
	$(INSTALL) -e .
	@touch $@

$(VENV)/installed-test $(VENV)/installed-lint $(VENV)/installed-bench: $(VENV)/installed-%: $(VENV)/installed
	$(INSTALL) -e '.[$*]'
	@touch $@
