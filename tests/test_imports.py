"""The walls of the house: web -> alert -> searcher -> index -> corpus -> language, rooms inside them, and each library in its own room."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
ROOMS = ("language", "corpus", "index", "searcher", "alert", "web", "command")
# Errors are caught where they can be shown, so web knows the names of the index's.
ALLOWED = {
    "language": {"language"},
    "corpus": {"corpus", "language"},
    "index": {"index", "corpus", "language"},
    "searcher": {"searcher", "index", "corpus", "language"},
    "alert": {"alert", "searcher", "corpus", "language"},
    "web": {"web", "alert", "searcher", "corpus", "language"},
    "command": {"command", "web", "alert", "searcher", "index", "corpus", "language"},
    "lucbao.py": {"command", "corpus.errors", "language.errors"},
}
# Rooms inside a room import those before them, and what stands at their room's door.
INSIDE = {
    "searcher": ("query", "match", "meaning", "rank", "help"),
    "corpus": ("reading", "archive", "gathering"),
    "web": ("around", "view"),
    "command": ("machine", "typed", "shown"),
}
LIBRARIES = {
    "flask": {"web"},
    "werkzeug": {"web"},
    "markupsafe": {"web"},
    "jinja2": {"web"},
    "waitress": {"web"},
    "flask_limiter": {"web"},
    "limits": {"web"},
    "prometheus_client": {"web"},
    "whoosh": {"index"},
    "opensearchpy": {"index/cluster/"},
    "pyvi": set(),
    "pycrfsuite": set(),
    "bs4": {"corpus"},
    "lxml": {"corpus"},
    "trafilatura": {"corpus"},
    "warcio": {"corpus"},
    "brotli": {"corpus"},
    "fastwarc": set(),
    "pdfminer": {"corpus/reading/document/pdf.py"},
    "fontTools": set(),
    "requests": set(),
    "httpx": set(),
    "http": {"web", "corpus/gathering/fetch.py"},  # the latter for the name of an error
    "feedparser": {"corpus"},
    "protego": {"corpus/gathering/visit.py"},
    "xlsxwriter": {"corpus/writing/workbook.py"},
    "openpyxl": set(),
    "shtab": {"command/completion.py"},
    "packaging": {"command/machine/package.py"},
    "urllib3": {"corpus/gathering/fetch.py", "alert/webhook.py", "index/cluster/host.py"},  # the last for the name of an error
    "smtplib": {"alert/mail.py"},
    # One listens and connects to nobody, the others look up names.
    "socket": {"web/serving/connection.py", "corpus/gathering/network.py", "corpus/gathering/fetch.py"},
}


def modules() -> list[Path]:
    return [*(path for room in ROOMS for path in sorted((ROOT / room).rglob("*.py"))), ROOT / "lucbao.py"]


@cache
def statements(path: Path) -> list[ast.stmt]:
    """Return the imports of a module, wherever in it they stand."""
    nodes = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    return [node for node in nodes if isinstance(node, ast.Import | ast.ImportFrom)]


def imported(path: Path) -> set[str]:
    names = set()
    for node in statements(path):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            names.add(node.module or "")
    return names


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_point_one_way(path: Path) -> None:
    room = path.relative_to(ROOT).parts[0]
    for name in imported(path):
        top = name.split(".")[0]
        if top in ROOMS:
            assert top in ALLOWED[room] or name in ALLOWED[room], f"{room} may not import {name}"
        if top in LIBRARIES:
            assert str(path.relative_to(ROOT)).startswith(tuple(LIBRARIES[top])), f"{path} may not import {name}"


@pytest.mark.parametrize("room", INSIDE)
def test_imports_between_the_rooms_inside_point_one_way(room: str) -> None:
    for number, inner in enumerate(INSIDE[room]):
        later = tuple(f"{room}.{name}" for name in INSIDE[room][number + 1 :])
        for path in sorted((ROOT / room / inner).rglob("*.py")):
            wrong = [name for name in imported(path) if name.startswith(later)]
            assert not wrong, f"{path.relative_to(ROOT)} may not import {wrong}"


@pytest.mark.slow
@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(ROOT)))
def test_no_file_imports_two_modules_of_one_name(path: Path) -> None:
    ours = {
        name
        for name in imported(path)
        if name.split(".")[0] in ROOMS and (ROOT / Path(*name.split("."))).with_suffix(".py").exists()
    }
    names = [name.rpartition(".")[2] for name in ours if not name.endswith(".errors")]  # every room has errors of its own
    assert len(names) == len(set(names)), sorted(ours)


def test_of_whoosh_neither_search_nor_writer_is_used() -> None:
    """Its top-k drops documents, its writer is slow and leaves its lock held, its own codecs and its open_dir unpickle what they find."""
    used = {name for path in modules() for name in imported(path) if name.partition(".")[0] == "whoosh"}
    assert used <= {
        "whoosh",  # analysis and fields
        "whoosh.analysis",
        "whoosh.codec",
        "whoosh.fields",
        "whoosh.filedb.filestore",
        "whoosh.filedb.structfile",
        "whoosh.formats",
        "whoosh.index",
        "whoosh.matching",
        "whoosh.matching.mcore",
        "whoosh.query.spans",
        "whoosh.reading",
    }
    taken = {
        alias.name
        for path in modules()
        for node in statements(path)
        if isinstance(node, ast.ImportFrom) and node.module in ("whoosh", "whoosh.index", "whoosh.codec")
        for alias in node.names
    }
    assert taken == {"analysis", "fields", "base", "TOC", "clean_files"}


def test_unpickling_is_restricted() -> None:
    """pickle.load and loads call whatever they read; our unpicklers say what they know."""
    unpickling = {str(path.relative_to(ROOT)) for path in modules() if "pickle" in imported(path)}
    assert unpickling == {"index/contents.py", "language/crf.py"}
    for name in unpickling:
        text = (ROOT / name).read_text(encoding="utf-8")
        assert "pickle.load" not in text and "def find_class" in text
    calls = {
        str(path.relative_to(ROOT)) for path in modules() if re.search(r"\bTOC\.read\(|\bread_pickle\(", path.read_text("utf-8"))
    }
    assert calls == set()


def test_the_environment_is_read_in_two_places_only() -> None:
    readers = {
        str(path.relative_to(ROOT))
        for path in modules()
        if any(word in path.read_text(encoding="utf-8") for word in ("os.environ", "getenv"))
    }
    assert readers == {"lucbao.py", "web/__init__.py"}


@pytest.mark.slow
def test_a_search_loads_neither_html_nor_web_libraries() -> None:
    code = "import sys, searcher.search; print(*sorted({'bs4', 'lxml', 'trafilatura', 'flask', 'sklearn', 'scipy', 'pyvi', 'warcio', 'opensearchpy'} & set(sys.modules)))"
    result = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert result.stdout.split() == []


def test_help_is_there_at_once() -> None:
    code = "import sys, lucbao; print(*sorted({'numpy', 'whoosh', 'lxml', 'flask', 'tqdm', 'pyvi'} & set(sys.modules)))"
    result = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert result.stdout.split() == []


def test_the_entry_stays_small() -> None:
    assert len((ROOT / "lucbao.py").read_text(encoding="utf-8").splitlines()) < 100
