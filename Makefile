# `make serve` and `make test` need nothing but Python 3.10 or newer: they make a virtual environment here and install into it.
PYTHON ?= python3
PORT ?= 8000
VENV = .venv
RUN = $(VENV)/bin/python
# Older pip warns that lxml lacks the extra html_clean, which justext, of trafilatura, asks for (docs/dependencies.md); newer pip tells what
# setuptools says of any editable installation.
INSTALL = PYTHONWARNINGS='ignore:Editable installation' $(RUN) -m pip install --quiet --disable-pip-version-check

# What runs the site, to the byte: versions and hashes of everything, and nothing is built but Lục Báo itself.
LOCK = requirements/served.txt
LOCKED = --require-hashes --only-binary :all: --no-deps -r $(LOCK)

.PHONY: serve test test-quick lint bench faults lock sbom fonts pictures clean

serve: $(VENV)/installed-served
	$(RUN) -m lucbao demo --port $(PORT)

# A process for each processor; whichever is done first takes over tests from the others.
PARALLEL = -n auto --dist worksteal

test: $(VENV)/installed-test
	$(RUN) -m pytest $(PARALLEL)

# Between two edits: no browser, no cluster, no crashes, nothing that takes seconds, and of what is drawn by chance a fifth.
test-quick: $(VENV)/installed-test
	$(RUN) -m pytest $(PARALLEL) -m "not browser and not cluster and not crash and not slow" --hypothesis-profile quick

lint: $(VENV)/installed-lint
	$(RUN) -m ruff check .
	$(RUN) -m ruff format --check .
	$(RUN) -m mypy language corpus index searcher alert web command lucbao.py

# Measures on articles and queries of your own: make bench ARTICLES=news.jsonl.gz QUERIES=queries.tsv
bench: $(VENV)/installed-bench
	@test -n "$(ARTICLES)" || { echo "Cần bài để đo: make bench ARTICLES=news.jsonl.gz [QUERIES=queries.tsv]"; exit 1; }
	$(RUN) benchmarks/speed.py --articles "$(ARTICLES)"
	@test -z "$(QUERIES)" || $(RUN) benchmarks/quality.py --articles "$(ARTICLES)" --queries "$(QUERIES)" --without-titles --half held-back --peers

# Writes requirements/served.txt anew, with the newest releases that setup.cfg allows, for every platform and Python at once.
lock: $(VENV)/installed-lock
	$(RUN) -m uv pip compile --quiet --upgrade --universal --generate-hashes --python-version 3.10 --no-emit-index-url --no-emit-find-links \
		--custom-compile-command 'make lock' --extra build --extra gunicorn setup.cfg --output-file $(LOCK)

# Lists what the lock file installs on this platform, with licences: dist/lucbao.cdx.json (CycloneDX).
sbom: $(VENV)/installed-release
	rm -rf build/locked
	$(PYTHON) -m venv build/locked
	PYTHONWARNINGS='ignore:Editable installation' build/locked/bin/python -m pip install --quiet --disable-pip-version-check $(LOCKED)
	@mkdir -p dist
	$(RUN) -m cyclonedx_py environment --output-reproducible --output-format JSON --output-file dist/lucbao.cdx.json build/locked/bin/python

# Makes web/static/fonts anew from the fonts as they are published; what the style sheet has to name is printed.
fonts: $(VENV)/installed-drawing
	$(RUN) drawing/fonts.py

# Draws the pages of the sample archive for README and docs, with the system's Chromium.
pictures: $(VENV)/installed-drawing
	PYTHONPATH=. $(RUN) drawing/pictures.py

# Attacks everything that is promised in docs/reliability.md, for an hour at most; a part of it: make faults SHARE=0.1
SHARE ?= 1
faults: $(VENV)/installed-test
	$(RUN) tests/faults/attack.py --share $(SHARE)

clean:
	rm -rf $(VENV) build dist *.egg-info

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 10))' \
		|| { echo "Cần Python 3.10 trở lên; chỉ ra nó bằng: make $(MAKECMDGOALS) PYTHON=python3.11"; exit 1; }
	$(PYTHON) -m venv $(VENV)

# Only where the lock file has no wheel for this platform do the ranges of setup.cfg serve; what is not as it was locked is never installed.
$(VENV)/installed-served: $(VENV)/bin/python setup.cfg pyproject.toml $(LOCK)
	@if $(INSTALL) $(LOCKED) 2>$(VENV)/refused; then \
		$(INSTALL) --no-build-isolation --no-deps -e .; \
	elif grep 'No matching distribution' $(VENV)/refused; then \
		echo "$(LOCK) không có bản dựng sẵn cho máy này: cài theo các khoảng phiên bản trong setup.cfg, không kiểm mã băm."; \
		$(INSTALL) 'pip>=23.3' && $(INSTALL) -e .; \
	else \
		cat $(VENV)/refused; exit 1; \
	fi
	@touch $@

$(VENV)/installed-%: $(VENV)/bin/python setup.cfg pyproject.toml
	$(INSTALL) 'pip>=23.3'
	$(INSTALL) -e '.[$*]'
	@touch $@
