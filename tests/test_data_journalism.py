"""docs/data-journalism.md and its notebook: what is told is run, over the sample archive."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pandas
import pytest
from conftest import serve

from corpus.writing.column import COLUMNS
from searcher.request import SearchRequest
from searcher.search import Searcher
from web import create_app

DOCS = Path(__file__).resolve().parents[1] / "docs"
D3 = "const dsv = require('/usr/share/nodejs/d3-dsv');"  # where Debian puts node-d3-dsv
GUIDE = (DOCS / "data-journalism.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def address(archive_home: Path) -> Iterator[str]:
    with serve(create_app(archive_home)) as address:
        yield address


@pytest.fixture(scope="module")
def searcher(archive_home: Path) -> Iterator[Searcher]:
    searcher = Searcher.open(archive_home)
    yield searcher
    searcher.archive.close()


def code_of(heading: str) -> str:
    """Return the lines to be typed below a heading of the guide."""
    section = GUIDE.split(f"\n## {heading}\n", 1)[1].split("\n## ")[0]
    return textwrap.dedent("\n".join(re.findall(r"^(?: {4}.*|)$", section, re.M))).strip() + "\n"


def run(code: str, **names: Any) -> dict[str, Any]:
    space: dict[str, Any] = dict(names)
    exec(compile(code, "docs", "exec"), space)
    return space


def test_the_notebook_runs_and_is_kept_without_what_it_showed(
    address: str, searcher: Searcher, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    notebook = json.loads((DOCS / "data-journalism.ipynb").read_text(encoding="utf-8"))
    cells = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    assert all(cell["outputs"] == [] and cell["execution_count"] is None for cell in cells)
    monkeypatch.setenv("LUCBAO", address)
    space: dict[str, Any] = {}
    for cell in cells:
        exec(compile("".join(cell["source"]), "notebook", "exec"), space)
    found = searcher.search(SearchRequest("nông thôn mới"))
    assert capsys.readouterr().out.startswith(f"{found.total} ")
    assert len(space["articles"]) == found.total > 10 and space["by_year"].to_dict() == dict(found.years)
    assert space["table"].to_numpy().sum() == sum(count for _, count in found.years)
    ledger = space["ledger"]
    assert list(ledger.iloc[:, 0]) == ["nông thôn mới", "trường THPT", "cao tốc"]
    assert ledger.iloc[0, 1] == searcher.search(SearchRequest('"nông thôn mới"')).total


def test_three_lines_of_pandas(address: str, searcher: Searcher) -> None:
    code = code_of("pandas, in three lines")
    assert len(code.splitlines()) == 3
    found = searcher.search(SearchRequest("nong thon moi"))
    assert run(code.replace("http://127.0.0.1:8000", address))["by_year"].to_dict() == dict(found.years)


def test_counts_become_a_table(address: str, searcher: Searcher) -> None:
    table = run(code_of("How many, of what, when").replace("http://127.0.0.1:8000", address))["table"]
    assert isinstance(table, pandas.DataFrame)
    assert int(table.loc[2022].sum()) == dict(searcher.search(SearchRequest("nong thon moi")).years)[2022]


def given(tool: str, *check: str) -> str:
    """Return a tool's path; skip where it, or what it is to have loaded, is not installed."""
    path = shutil.which(tool)
    if path is None or subprocess.run([path, *check], capture_output=True, timeout=120, check=False).returncode != 0:
        pytest.skip(f"no {tool} with what the guide loads")
    return path


@pytest.mark.slow
def test_r_counts_years_as_the_archive_does(address: str, searcher: Searcher) -> None:
    rscript = given("Rscript", "-e", "library(readr)")
    *lines, counted = code_of("R").replace("http://127.0.0.1:8000", address).splitlines()
    code = "\n".join([*lines, f"years <- {counted}", 'cat(paste(names(years), years, sep = "="), sep = "\\n")'])
    done = subprocess.run([rscript, "-e", code], capture_output=True, text=True, timeout=120, check=True)
    found = searcher.search(SearchRequest("nong thon moi"))
    assert [line.split("=") for line in done.stdout.split()] == [[str(year), str(count)] for year, count in sorted(found.years)]


@pytest.mark.slow
def test_d3_is_given_moments(address: str, searcher: Searcher) -> None:
    """The line of the guide as it stands, its request made here: that a script may ask, tests/test_web_cross_origin.py says."""
    node = given("node", "-e", D3)
    (line,) = [line for line in code_of("Observable, D3, a page of your own").splitlines() if "d3.csv" in line]
    text = urlopen(f"{address}/tim-kiem.csv?q=nong+thon+moi").read().decode("utf-8-sig")
    counted = (
        "const inVietnam = {year: 'numeric', timeZone: 'Asia/Ho_Chi_Minh'}, years = {};"
        "for (const {published: day} of articles) if (!isNaN(day)) {"
        " const year = day.toLocaleDateString('en', inVietnam); years[year] = (years[year] || 0) + 1 }"
        "console.log(JSON.stringify(years))"
    )
    asked = f"const d3 = {{...dsv, csv: (_, row) => dsv.csvParse({json.dumps(text)}, row)}};"
    code = "\n".join([D3, asked, f"const {line}", counted])
    done = subprocess.run([node], input=code, capture_output=True, text=True, timeout=120, check=True)
    found = searcher.search(SearchRequest("nong thon moi"))
    assert json.loads(done.stdout) == {str(year): count for year, count in found.years}


def test_the_engine_is_asked_without_a_server(archive_home: Path) -> None:
    space = run(code_of("Python, without a server").replace('"lucbao-data"', repr(str(archive_home))))
    assert space["page"].total == len(space["every"]) == sum(each.count for each in space["counts"]) > 0
    space["searcher"].archive.close()


def test_every_column_is_told() -> None:
    told = re.findall(r"^\| (`[^|]+`) \|", GUIDE, re.M)
    assert {name for cell in told for name in re.findall("`(.+?)`", cell)} == set(COLUMNS)
