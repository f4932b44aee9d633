"""What the help and the READMEs tell to type finds something in the sample archive."""

from __future__ import annotations

import csv
import io
import json
import re
import shlex
from pathlib import Path

import pytest

import lucbao
from searcher.request import SearchRequest
from searcher.search import Searcher

ROOT = Path(lucbao.__file__).parent
READMES = [ROOT / "README.md", ROOT / "README.vi.md"]
NO_QUERIES = {"OR", "HOẶC", "NOT", "KHÔNG", "-từ", "( )"}  # operators, told beside a query that has one
LISTS = {
    "cau-hoi.txt": "nông thôn mới\ntruong dat chuan\n",
    "ten.csv": "STT;Họ và tên;họ tên\n1;Quảng Ninh;Quảng Ninh\n",
    "names.csv": "name,note\nQuảng Ninh,tỉnh\n",
}


def commands() -> list[str]:
    """Return every search and export that the help of a command or a README shows, without what the shell does with its output."""
    helped = "\n".join(lucbao._EXAMPLES.values())
    told = "\n".join(path.read_text(encoding="utf-8") for path in READMES)
    lines = re.findall(r"^ +(?:\.venv/bin/)?lucbao ((?:search|export) .*)", helped + "\n" + told, re.M)
    return sorted({re.split(r"  +| > ", line)[0] for line in lines})


def queries() -> list[str]:
    """Return the queries in the first column of the tables of the READMEs."""
    cells = [
        line.split(" | ")[0] for path in READMES for line in path.read_text(encoding="utf-8").splitlines() if line[:3] == "| `"
    ]
    return sorted({query for cell in cells for query in re.findall("`([^`]+)`", cell)} - NO_QUERIES)


def test_there_is_something_to_try() -> None:
    assert len(commands()) >= 8 and len(queries()) >= 10


@pytest.mark.slow
@pytest.mark.parametrize("command", commands())
def test_a_command_as_it_is_told(
    archive_home: Path, command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LUCBAO_HOME", str(archive_home))
    for name, text in LISTS.items():
        Path(name).write_text(text, encoding="utf-8")
    words = shlex.split(command)
    written = Path(words[words.index("-o") + 1]) if "-o" in words else None
    plain = words[0] == "search" and not {"--json", "--batch"} & set(words)
    assert lucbao.main([*words, "--json"] if plain else words) == lucbao.DONE
    said = written.read_text(encoding="utf-8") if written else capsys.readouterr().out
    if words[0] == "export":
        assert said.strip().count("\n") > 0
    elif "--csv" in words:
        rows = list(csv.reader(io.StringIO(said.removeprefix("\ufeff"), newline="")))
        assert len(rows) > 1 and all(int(row[1]) > 0 for row in rows[1:])
    else:
        answers = [json.loads(line) for line in said.splitlines()]
        assert answers and all(answer["total"] > 0 and not answer["problems"] for answer in answers)


@pytest.mark.parametrize("query", queries())
def test_a_query_as_it_is_told(archive_home: Path, query: str) -> None:
    searcher = Searcher.open(archive_home)
    page = searcher.search(SearchRequest(query, near=False))
    assert page.total > 0 and page.problems == ()
    searcher.archive.close()


def documents() -> list[Path]:
    return [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").glob("*.md"))]


@pytest.mark.parametrize("path", documents(), ids=lambda path: path.name)
def test_links_lead_somewhere(path: Path) -> None:
    targets = re.findall(r"\]\(([^)#]+)", path.read_text(encoding="utf-8"))
    missing = [target for target in targets if "://" not in target and not (path.parent / target).exists()]
    assert missing == []


def test_how_to_report_a_hole_is_said_and_invents_no_address() -> None:
    text = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
    for question in (
        "How do I report a hole?",
        "What is supported?",
        "Who may do what to whom?",
        "What must the operator do?",
        "What is promised?",
    ):
        assert f"## {question}" in text
    assert not re.search(r"\S+@\S+\.\w", text)
    for readme in READMES:
        assert "(SECURITY.md)" in readme.read_text(encoding="utf-8")
