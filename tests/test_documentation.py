"""What the documents tell is so: what is to be typed finds something in the sample archive, what is named is there, bounds are what is told."""

from __future__ import annotations

import csv
import gzip
import io
import json
import re
import shlex
from pathlib import Path

import pytest

import lucbao
from command.batch import _LONGEST_LIST
from corpus.hashtag import MAX_LABEL, MAX_TAGS
from corpus.ingest import _KEPT_BYTES, _KEPT_REJECTS
from corpus.reading.address import LONGEST
from corpus.reading.bound import MAX_AUTHORS, MAX_BLOCKS, MAX_LEAD, MAX_NAME, MAX_RELATED, MAX_TEXT, MAX_TITLE
from corpus.reading.bundle import MAX_MEMBERS
from corpus.reading.document.docx import MAX_XML
from corpus.reading.document.letter import MAX_ATTACHMENTS
from corpus.reading.document.pdf import MAX_PAGES
from corpus.reading.input import _MOST_BLANK, MAX_FILE, UNFOLDS, UNFOLDS_FREELY
from corpus.reading.jsonl import MAX_LINE
from corpus.reading.page.reader import MAX_BYTES as LARGEST_PAGE
from corpus.reading.page.tree import MAX_ELEMENTS
from corpus.reading.page.tree import MAX_TEXT as MOST_ON_A_PAGE
from corpus.reading.page_process import _DOCUMENT, _MEMORY, SECONDS
from corpus.reading.plain_text import MAX_BYTES as LARGEST_TEXT
from corpus.reading.web_archive.record import _LONGEST_HEAD as _LONGEST_HEADERS
from corpus.reading.web_archive.record import _LONGEST_LINE as _LONGEST_HEADER
from corpus.table_file import LARGEST, LONGEST_LINE
from index.cluster.setting import ClusterSettings
from language.text import _MOST_MARKS
from language.wording import LANGUAGES, messages
from searcher.request import SearchRequest
from searcher.search import Searcher
from web.around.security import LARGEST_BODY
from web.serving.connection import Limits
from web.serving.server import LONGEST_HEAD

ROOT = Path(lucbao.__file__).parent
ROOMS = ("language", "corpus", "index", "searcher", "alert", "web", "command")
READMES = [ROOT / "README.md", ROOT / "README.vi.md"]
NO_QUERIES = {"OR", "HOẶC", "NOT", "KHÔNG", "-từ", "( )"}  # operators, told beside a query that has one
LISTS = {
    "cau-hoi.txt": "nông thôn mới\ntruong dat chuan\n",
    "ten.csv": "STT;Họ và tên;họ tên\n1;Quảng Ninh;Quảng Ninh\n",
    "names.csv": "name,note\nQuảng Ninh,tỉnh\n",
}


def commands() -> list[str]:
    """Return every search and export that the help of a command or a README shows, without what the shell does with its output."""
    helped = "\n".join(
        line
        for language in LANGUAGES
        for key, lines in messages("command", language).items()
        if key.endswith("examples")
        for line in lines
    )
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
    content = written.read_bytes() if written else b""
    said = (
        (gzip.decompress(content) if content.startswith(b"\x1f\x8b") else content).decode(errors="replace")
        if written
        else capsys.readouterr().out
    )
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
    return [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md"))]


def each_document() -> pytest.MarkDecorator:
    return pytest.mark.parametrize("path", documents(), ids=lambda path: str(path.relative_to(ROOT)))


def files() -> set[Path]:
    """Return every file of ours a document may name."""
    folders = [ROOT / name for name in (*ROOMS, "tests", "benchmarks", "docs", "deploy")]
    return {*(path for folder in folders for path in folder.rglob("*") if path.is_file()), *(ROOT.glob("*.*"))}


@each_document()
def test_files_that_are_named_are_there(path: Path) -> None:
    """Those in backquotes: from the root, from where the document lies, or by a bare name."""
    text = re.sub(r"^    .*$", "", path.read_text(encoding="utf-8"), flags=re.M)
    bare = {each.name for each in files()}
    named = re.findall(r"`([\w./-]+\.(?:py|md|tsv))`", text)
    missing = [name for name in named if name not in bare and not (ROOT / name).exists() and not (path.parent / name).exists()]
    assert missing == []
    folders = {*(parent.name for each in files() for parent in each.parents)}
    named = re.findall(r"`([a-z_]+/(?:[a-z_]+/)*)`", text)
    assert [name for name in named if name[:-1] not in folders and not (ROOT / name).is_dir()] == []


def test_the_architecture_tells_of_every_module_under_the_name_of_its_folder() -> None:
    """Each heading that names a folder is followed by a table with all its modules, and no others."""
    told: set[str] = set()
    folder = ""
    for line in (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            folder = "".join(re.findall(r"`([a-z_/]+/)`$", line))
        elif folder and line.startswith("| `"):
            told |= {folder + name for name in re.findall(r"`(\w+\.py)`", line.split(" | ")[0])}
    there = [path for room in ROOMS for path in (ROOT / room).rglob("*.py") if path.name != "__init__.py"]
    assert told ^ {path.relative_to(ROOT).as_posix() for path in there} == set()


@each_document()
def test_prose_is_wrapped(path: Path) -> None:
    """At 100 columns, but for code, tables and what has no place to be broken."""
    lines = path.read_text(encoding="utf-8").splitlines()
    prose = [line for line in lines if not line.startswith(("|", "    ")) and " " in line.strip("#*- ")]
    assert [line for line in prose if len(line) > 100] == []
    assert [line for line in lines if path.name == "ARCHITECTURE.md" and len(line) > 200] == []


@each_document()
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


def rows(document: str, heading: str) -> dict[str, str]:
    """Return the first two columns of the table below a heading of a document."""
    section = (ROOT / "docs" / document).read_text(encoding="utf-8").split(f"\n## {heading}\n", 1)[1].split("\n## ")[0]
    table = [line.strip("| ").split(" | ") for line in section.splitlines() if line.startswith("| ")]
    return {cells[0]: cells[1] for cells in table[1:]}


def test_what_is_read_at_most_is_what_is_told() -> None:
    """These bounds are promises: whoever moves one tells of it."""
    megabyte = 1_000_000
    assert rows("reading.md", "How large may it be?") == {
        "a page, a line of JSONL": f"{LARGEST_PAGE / megabyte:g} MB",
        "a plain text": f"{LARGEST_TEXT / megabyte:g} MB",
        "pages of a PDF": f"{MAX_PAGES:,}",
        "the text of a .docx, unfolded": f"{MAX_XML / megabyte:g} MB",
        "files attached to a letter": f"{MAX_ATTACHMENTS}",
        "files in a zip": f"{MAX_MEMBERS:,}",
        "elements, characters of text on a page": f"{MAX_ELEMENTS:,}, {MOST_ON_A_PAGE:,}",
        "time to read one page, line or text; a document": f"{SECONDS:g} seconds; {_DOCUMENT * SECONDS:g} seconds (and {_MEMORY / (1 << 30):g} GB)",
        "the text of an article: lead, paragraphs, captions": f"{MAX_TEXT:,} characters",
        "paragraphs, headings and captions of an article": f"{MAX_BLOCKS:,}",
        "title": f"{MAX_TITLE:,} characters",
        "lead": f"{MAX_LEAD:,} characters",
        "source, section, an author's name": f"{MAX_NAME} characters",
        "authors, related links": f"{MAX_AUTHORS}, {MAX_RELATED}",
        "hashtags": f"{MAX_TAGS}, of {MAX_LABEL} characters",
        "an address": f"{LONGEST:,} characters",
        "marks on one letter": f"{_MOST_MARKS}",
        "a compressed file": f"unfolds to {UNFOLDS} times its size and {UNFOLDS_FREELY / megabyte:g} MB; inside another file to {MAX_FILE / megabyte:g} MB",
        "blank lines one after another in JSONL": f"{_MOST_BLANK:,}",
        "rejects kept of one file": f"{_KEPT_REJECTS:,}, {_KEPT_BYTES / megabyte:g} MB of what was refused",
        "`sources.toml`": f"{LARGEST / megabyte:g} MB, lines of {LONGEST_LINE:,} bytes",
        "a list for `search --batch`": f"{_LONGEST_LIST / megabyte:g} MB",
    }
    assert LARGEST_PAGE == MAX_LINE


def test_what_is_taken_of_a_web_archive_at_most_is_what_is_told() -> None:
    told = rows("web-archives.md", "What is refused?")
    assert told["headers"] == f"lines of {_LONGEST_HEADER // 1000} kB, {_LONGEST_HEADERS // 1000} kB in all"
    assert told["a page, compressed or not"] == f"{MAX_FILE // 1_000_000} MB"
    assert told["a compressed file"] == f"unfolds to {UNFOLDS} times its size and {UNFOLDS_FREELY // 1_000_000} MB; read that far"
    assert any(f"more than {MAX_MEMBERS:,} files" in row for row in told)


def test_the_settings_of_a_cluster_are_all_told_with_what_they_are_by_default() -> None:
    told = rows("cluster.md", "Which settings are there?")
    named = {name for cell in told for name in re.findall("`(LUCBAO_[A-Z_]+)`", cell)}
    read = re.findall(r'"(LUCBAO_[A-Z_]+)"', (ROOT / "index/cluster/setting.py").read_text(encoding="utf-8"))
    assert set(read) <= named and all(f"`LUCBAO_CLUSTER_{field.upper()}`" in " ".join(told) for field in ("index", "user", "ca"))
    default = ClusterSettings()
    assert told["`LUCBAO_CLUSTER`"] == f"`{default.hosts[0]}`"
    assert told["`LUCBAO_CLUSTER_INDEX`"] == f"`{default.index}`"
    assert told["`LUCBAO_CLUSTER_SHARDS`"] == f"`{default.shards}`"
    several = ClusterSettings.from_environment({"LUCBAO_ENGINE": "opensearch", "LUCBAO_CLUSTER": "http://a,http://b"})
    assert several is not None
    assert told["`LUCBAO_CLUSTER_REPLICAS`"] == f"`{default.replicas}` with one host, `{several.replicas}` with several"


def test_how_long_a_client_may_keep_us_waiting_is_what_is_told() -> None:
    limits = Limits()
    told = rows("serving.md", "How long a client may keep `lucbao serve` waiting")
    assert told.pop("connections at once").startswith(f"{limits.connections}, {limits.of_one_client} of them of one client")
    assert told == {
        "the head of a request, from its first byte or from connecting": f"{limits.head:g} seconds, and {LONGEST_HEAD / (1 << 10):g} KB",
        "a whole request": f"{limits.body:g} seconds, and {LARGEST_BODY / (1 << 20):g} MB",
        "between two requests": f"{limits.idle:g} seconds",
        "reading an answer": f"{limits.slowest:,} bytes in every {limits.window:g} seconds",
    }
