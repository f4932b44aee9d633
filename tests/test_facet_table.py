"""corpus.facet: everything that knows the facets follows from the table, so that one more is one more entry."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from corpus.facet import FACETS, Facet
from language.wording import LANGUAGES, messages

ROOT = Path(__file__).resolve().parents[1]

# Runs in a process of its own: what follows from the table is worked out when modules are imported.
MADE_UP = """
import sys
from pathlib import Path
import corpus.facet as table

home = Path(sys.argv[1])
length = table.Facet(
    "length",
    ("độ-dài", "do-dai", "length"),
    lambda article: {"dài": "Dài"} if len(article.blocks) > 1 else {"ngắn": "Ngắn"},
    lambda typed: typed.strip().casefold(),
)
table.FACETS = (*table.FACETS[:-1], length, table.FACETS[-1])
code = Path(table.__file__).read_text(encoding="utf-8")
exec(compile("from __future__ import annotations\\n" + code[code.index("FACET: Mapping") :], table.__file__, "exec"), vars(table))

from language.wording import LANGUAGES, messages
for language in LANGUAGES:
    messages("searcher", language).update({"unknown_length": "?{typed}", "bad.length": "?{value}"})
    keys = ("chip.length", "facet.length", "facet.every.length", "api.facet.length", "api.not.length")
    messages("web", language).update(dict.fromkeys(keys, "độ dài"))
    messages("command", language).update({"option.length": "độ dài", "option.length.value": "DÀI"})

from command.parser import parsed
from command.speaker import Speaker
from command.typed.search_option import search_request
from corpus.archive import ARCHIVE_FILE, Archive
from corpus.article import Article, Block
from index.snapshot import INDEX_FOLDER
from index.writer import update_index
from searcher.request import SearchRequest
from searcher.search import Searcher
from web import create_app
from web.setting import Settings

paragraph = Block("paragraph", "Xã đạt chuẩn nông thôn mới.")
home.mkdir()
with Archive.open(home / ARCHIVE_FILE, create=True) as archive, archive.batch():
    for number in (1, 2, 3):
        archive.add(Article(title=f"Bài {number}", blocks=(paragraph,) * number, url=f"https://bao.example/{number}"))
update_index(home / ARCHIVE_FILE, home / INDEX_FOLDER)
searcher = Searcher.open(home)


def found(request):
    page = searcher.search(request)
    assert page.total == len(page.hits)
    return sorted(hit.title for hit in page.hits), {value.value: value.count for value in page.facets["length"]}


assert found(SearchRequest("nông thôn")) == (["Bài 1", "Bài 2", "Bài 3"], {"dài": 2, "ngắn": 1})
for query in ("do-dai:dai", "độ-dài:dài", "length:Dài"):
    assert found(SearchRequest(query))[0] == ["Bài 2", "Bài 3"], query
assert found(SearchRequest("chuẩn", selected={"length": ("ngắn",)}))[0] == ["Bài 1"]
assert found(SearchRequest("chuẩn", excluded={"length": ("ngắn",)}))[0] == ["Bài 2", "Bài 3"]
assert found(search_request(parsed(["search", "chuẩn", "--length", "Dài"], Speaker())))[0] == ["Bài 2", "Bài 3"]
(problem,) = searcher.search(SearchRequest("độ-dài:vừa")).problems
assert problem.code == "unknown_length"

client = create_app(home, settings=Settings(access_log="off")).test_client()
page = client.get("/tim-kiem?q=chuẩn&length=dài").get_data(as_text=True)
assert "Bài 2" in page and "Bài 1<" not in page and "not_length" in page
assert client.get("/api/v1/search?q=chuẩn&not_length=dài").json["total"] == 1
assert client.get("/api/v1/search?q=chuẩn&lengths=dài").status_code == 400
described = client.get("/api/v1/openapi.json").json["paths"]["/api/v1/search"]["get"]["parameters"]
assert {"length", "not_length"} <= {parameter["name"] for parameter in described}
print("all of it")
"""


@pytest.mark.slow
def test_a_made_up_facet_is_one_entry(tmp_path: Path) -> None:
    code = [sys.executable, "-c", MADE_UP, str(tmp_path / "kho")]
    result = subprocess.run(code, cwd=ROOT, capture_output=True, text=True, encoding="utf-8", check=False)
    assert (result.stderr, result.stdout) == ("", "all of it\n")


@pytest.mark.parametrize("facet", FACETS, ids=lambda facet: facet.name)
def test_each_facet_has_its_words_in_both_languages(facet: Facet) -> None:
    wanted = {f"{kind}.{facet.name}" for kind in ("chip", "facet", "api.facet", "api.not")}
    wanted |= {f"facet.every.{facet.name}"} if not facet.is_month else set()
    wanted |= {f"api.any.{facet.name}"} if facet.has_many else set()
    searched = {f"unknown_{facet.name}", f"bad.{facet.name}", *[f"bad.{facet.name}_any"] * facet.has_many}
    for language in LANGUAGES:
        assert wanted <= set(messages("web", language))
        assert searched <= set(messages("searcher", language))
        assert facet.is_month or {f"option.{facet.name}", f"option.{facet.name}.value"} <= set(messages("command", language))


def test_names_in_queries_are_in_small_letters_and_one_facet_each() -> None:
    fields = [field for facet in FACETS for field in facet.fields]
    assert len(fields) == len(set(fields)) and all(field == field.casefold() for field in fields)
    assert [facet.fields[-1] for facet in FACETS] == [facet.name for facet in FACETS]
