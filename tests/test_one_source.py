"""One paper is one source: from saved pages that call it many names to facets, clicks, pages and exports."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest
from conftest import ARCHIVE_FILE, INDEX_FOLDER, Once
from flask.testing import FlaskClient
from page_maker import PARAGRAPHS, make_page

from corpus.archive import Archive
from corpus.archive.paper_file import SOURCES_FILE
from corpus.article import Article, Block
from corpus.errors import SourcesInvalid
from corpus.ingest import ingest
from corpus.reading.jsonl import read_line, write_line
from index.report import IndexReport
from index.snapshot import open_snapshot
from index.writer import update_index
from lucbao import main
from searcher.request import SearchRequest
from searcher.search import Searcher
from web import create_app

pytestmark = pytest.mark.slow

OWNER = "Công ty CP Truyền thông Núi Rừng"
# A page for each way in which one paper names itself: its address, what stands in its head.
PAGES = {
    "https://nuisong.example/nong-thon-moi-1.html": "<meta property='og:site_name' content='Báo Núi Sông'>",
    "https://m.nuisong.example/nong-thon-moi-2.html": "<meta property='og:site_name' content='Báo Núi Sông - Tiếng nói của miền ngược'>",
    "https://www.nuisong.example/nong-thon-moi-3.html": f"<meta name='copyright' content='Copyright © {OWNER}'>",
    "http://nuisong.example/nong-thon-moi-4.html": '<script type="application/ld+json">'
    + json.dumps({"@type": "NewsArticle", "headline": "{title}", "publisher": {"@type": "Organization", "name": OWNER}})
    + "</script>",
    "https://amp.nuisong.example/nong-thon-moi-5.html": "<meta name='dc.publisher' content='Cơ quan của Tỉnh ủy miền ngược'>",
}
TABLE = '[[source]]\nname = "Núi Sông Nhật Báo"\nhosts = ["nuisong.example"]\nfeeds = ["https://nuisong.example/rss"]\n'


def saved_pages(folder: Path) -> Path:
    folder.mkdir()
    for number, (url, head) in enumerate(PAGES.items(), start=1):
        title = f"Xã thứ {number} gỡ khó tiêu chí trường học để về đích nông thôn mới"
        body = "".join(f"<p>{text}</p>" for text in (*PARAGRAPHS, f"Xã thứ {number} xong đường thôn."))
        address = f"<link rel='canonical' href='{url}'>" + head.replace("{title}", title)
        page = make_page(title=title, heading=f"<h1>{title}</h1>", head=address, body=body)
        (folder / f"{number}.html").write_bytes(page)
    return folder


@pytest.fixture
def home(once: Once, tmp_path_factory: pytest.TempPathFactory, tmp_path: Path) -> Path:
    """A data folder with the saved pages of one paper, and lines in which a person gave the source."""

    def make(home: Path) -> None:
        folder = tmp_path_factory.mktemp("nguon")
        lines = folder / "dong.jsonl"
        given = [("Báo Núi Sông", "https://luu.example/1"), ("Công ty Sách Lạ", "https://luu.example/2")]
        articles = [Article(f"Nông thôn mới {name}", (Block("paragraph", "Đoạn."),), url=url, source=name) for name, url in given]
        lines.write_text("".join(write_line(article) + "\n" for article in articles), encoding="utf-8")
        with Archive.open(home / ARCHIVE_FILE, create=True) as archive:
            report = ingest([saved_pages(folder / "trang"), lines], archive)
        assert (report.added, report.rejects) == (7, ())

    return Path(shutil.copytree(once("kho một báo", make), tmp_path / "kho"))


def index(home: Path, **options: bool) -> IndexReport:
    return update_index(home / ARCHIVE_FILE, home / INDEX_FOLDER, **options)


def client(home: Path) -> FlaskClient:
    return create_app(home).test_client()


def sources(pages: FlaskClient) -> dict[str, int]:
    """Return the sources that a search shows, having held each count against the total that a click on it gives."""
    found = pages.get("/api/v1/search", query_string={"q": "nông thôn mới", "size": 100, "fold": 0}).get_json()
    for value in found["facets"]["source"]:
        clicked = pages.get(
            "/api/v1/search", query_string={"q": "nông thôn mới", "source": value["value"], "size": 100, "fold": 0}
        ).get_json()
        assert clicked["total"] == value["count"] == len(clicked["hits"])
        assert {hit["source"] for hit in clicked["hits"]} == {value["label"]}
    return {value["label"]: value["count"] for value in found["facets"]["source"]}


def hashes(home: Path) -> dict[str, list[str]]:
    with Archive.open(home / ARCHIVE_FILE, read_only=True) as archive:
        return {id: [revision.content_hash for revision in archive.revisions(id)] for id in archive.ids()}


def test_pages_of_one_paper_are_one_source_and_its_count_is_its_click(home: Path) -> None:
    index(home)
    assert sources(client(home)) == {"Báo Núi Sông": 6, "Công ty Sách Lạ": 1}


def test_a_changed_table_renames_without_adding_anything_again(home: Path) -> None:
    index(home)
    before = hashes(home)
    (home / SOURCES_FILE).write_text(TABLE, encoding="utf-8")
    pages = client(home)
    assert sources(pages) == {"Báo Núi Sông": 6, "Công ty Sách Lạ": 1}, "until `lucbao index` the names are those of the index"
    report = index(home)
    assert (report.indexed, report.removed, report.rebuilt, report.renamed) == (0, 0, None, 5)
    assert sources(pages) == {"Núi Sông Nhật Báo": 5, "Báo Núi Sông": 1, "Công ty Sách Lạ": 1}, "and the running server follows"
    assert hashes(home) == before
    (home / SOURCES_FILE).write_text(TABLE + 'other_names = ["Báo Núi Sông"]\n', encoding="utf-8")
    assert index(home).renamed == 1
    assert sources(pages) == {"Núi Sông Nhật Báo": 6, "Công ty Sách Lạ": 1}
    (home / SOURCES_FILE).unlink()
    assert index(home).renamed == 6
    assert sources(pages) == {"Báo Núi Sông": 6, "Công ty Sách Lạ": 1}
    assert hashes(home) == before
    with Archive.open(home / ARCHIVE_FILE, read_only=True) as archive:
        assert archive.check() == []


def test_a_table_that_has_not_changed_writes_nothing(home: Path) -> None:
    (home / SOURCES_FILE).write_text(TABLE, encoding="utf-8")
    index(home)
    generation = open_snapshot(home / INDEX_FOLDER).generation
    (home / SOURCES_FILE).write_text(f"# ghi chú\n{TABLE}delay = 3\n", encoding="utf-8")
    assert index(home).renamed == 0
    assert open_snapshot(home / INDEX_FOLDER).generation == generation


def test_an_index_renamed_is_an_index_built_anew(home: Path) -> None:
    index(home)
    (home / SOURCES_FILE).write_text(TABLE, encoding="utf-8")
    index(home)
    renamed = Searcher.open(home).search(SearchRequest("nông thôn mới"))
    assert str(index(home, rebuild=True).rebuilt) == "theo yêu cầu"
    anew = Searcher.open(home).search(SearchRequest("nông thôn mới"))
    assert renamed.facets == anew.facets
    assert [hit.id for hit in renamed.hits] == [hit.id for hit in anew.hits]


def test_articles_changed_and_withdrawn_since_take_part(home: Path, tmp_path: Path) -> None:
    index(home)
    (home / SOURCES_FILE).write_text(TABLE, encoding="utf-8")
    with Archive.open(home / ARCHIVE_FILE) as archive:
        first, second, *_ = sorted(archive.articles(), key=lambda article: article.url)
        archive.withdraw(first.id)
        archive.add(
            Article("Nông thôn mới ở bài mới", url="https://nuisong.example/moi", source=OWNER, origins={"source": "meta"})
        )
        archive.add(Article(second.title, url=second.url, lead="Bản hai.", source=OWNER, origins={"source": "meta"}))
    report = index(home)
    assert (report.indexed, report.removed, report.renamed) == (2, 1, 3)
    assert sources(client(home)) == {"Núi Sông Nhật Báo": 5, "Báo Núi Sông": 1, "Công ty Sách Lạ": 1}


def test_whatever_interrupts_a_renaming_the_old_names_stand_until_all_are_new(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    index(home)
    (home / SOURCES_FILE).write_text(TABLE, encoding="utf-8")
    monkeypatch.setattr("index.writer.BATCH", 1)
    monkeypatch.setattr("index.writer._BATCHES_A_COMMIT", 1)
    written: list[int] = []

    def stop(done: int, total: int) -> None:
        written.append(done)
        assert total == 5
        if len(written) == 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        update_index(home / ARCHIVE_FILE, home / INDEX_FOLDER, processes=1, progress=stop)
    assert written == [0, 1, 2, 3]
    assert sources(client(home)) == {"Báo Núi Sông": 6, "Công ty Sách Lạ": 1}
    assert update_index(home / ARCHIVE_FILE, home / INDEX_FOLDER, processes=1).renamed == 5
    assert sources(client(home)) == {"Núi Sông Nhật Báo": 5, "Báo Núi Sông": 1, "Công ty Sách Lạ": 1}


def test_a_broken_table_stops_indexing_and_nothing_else(home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    monkeypatch.setenv("LUCBAO_HOME", str(home))
    index(home)
    (home / SOURCES_FILE).write_text('[[source]]\nname = "Núi Sông"\nhosts = "nuisong.example"\n', encoding="utf-8")
    with pytest.raises(SourcesInvalid):
        index(home)
    article = next(iter(hashes(home)))
    for command in (["index"], ["index", "--rebuild"], ["stats"], ["withdraw", article]):
        assert main(command) == 2
        said = capsys.readouterr()
        assert (said.out, said.err.count("\n")) == ("", 1)
        assert f"{home / SOURCES_FILE}, dòng 3: “hosts” cần một danh sách chuỗi" in said.err
    assert article in hashes(home), "an article is taken out of archive and index, or of neither"
    assert sources(client(home)) == {"Báo Núi Sông": 6, "Công ty Sách Lạ": 1}
    assert main(["search", "nông thôn mới", "--source", "Báo Núi Sông"]) == main(["check"]) == main(["stats", "--rejects"]) == 0


def test_the_command_line_says_that_names_have_changed(
    home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LUCBAO_HOME", str(home))
    assert main(["index"]) == 0
    assert capsys.readouterr().out == "lập chỉ mục 7 bài · gỡ 0\n"
    (home / SOURCES_FILE).write_text(TABLE, encoding="utf-8")
    assert main(["index"]) == 0
    assert capsys.readouterr().out == "lập chỉ mục 0 bài · gỡ 0 · bảng tên báo đã đổi: 5 bài mang tên báo mới\n"
    assert main(["stats"]) == 0
    assert re.search(r"Theo báo:\n +5  Núi Sông Nhật Báo\n", capsys.readouterr().out)


def test_article_citation_and_export_carry_the_name(home: Path) -> None:
    (home / SOURCES_FILE).write_text(TABLE, encoding="utf-8")
    index(home)
    pages = client(home)
    hits = pages.get("/api/v1/search", query_string={"q": "tiêu chí trường học", "size": 100, "fold": 0}).get_json()["hits"]
    assert len(hits) == 5
    for hit in hits:
        article = pages.get(f"/api/v1/articles/{hit['id']}").get_json()
        assert article["source"] == "Núi Sông Nhật Báo"
        assert article["content_hash"] == article["revisions"][-1]["content_hash"]
        assert "Núi Sông Nhật Báo" in pages.get(hit["permalink"]).get_data(as_text=True)
    rows = pages.get("/tim-kiem.csv", query_string={"q": "tiêu chí trường học"}).get_data(as_text=True)
    assert rows.count("Núi Sông Nhật Báo") == 5


def test_what_a_paper_was_called_once_still_finds_it(home: Path) -> None:
    index(home)
    pages = client(home)

    def total(**asked: str) -> int:
        return int(pages.get("/api/v1/search", query_string={"fold": "0", **asked}).get_json()["total"])

    (home / SOURCES_FILE).write_text(f'{TABLE}other_names = ["Báo Núi Sông", "Tờ Vùng Cao"]\n', encoding="utf-8")
    index(home)
    for called in ("Báo Núi Sông", "bao-nui-song", "tờ vùng cao", "nuisong.example", "m.nuisong.example", "Núi Sông Nhật Báo"):
        assert total(source=called) == total(q=f'nguồn:"{called}"') == 6, called
    for never in ("Báo Núi Sống", "khac.example", "song.example"):
        assert total(source=never) == 0, never


def test_what_is_exported_comes_back_as_what_it_was(home: Path, tmp_path: Path) -> None:
    """Added to its own archive an export changes nothing; another archive names the papers by its own table."""
    (home / SOURCES_FILE).write_text(TABLE, encoding="utf-8")
    index(home)
    found = Searcher.open(home).find_all(SearchRequest(""))
    exported = tmp_path / "xuat.jsonl"
    exported.write_text("".join(write_line(article) + "\n" for article in found), encoding="utf-8")
    assert (
        sum('"source": "Núi Sông Nhật Báo", "stated_source": ' in line for line in exported.read_text("utf-8").splitlines()) == 5
    )
    before = hashes(home)
    with Archive.open(home / ARCHIVE_FILE) as archive:
        report = ingest([exported], archive)
    assert (report.unchanged, report.added, report.updated) == (7, 0, 0)
    other = tmp_path / "kho khác"
    with Archive.open(other / ARCHIVE_FILE, create=True) as archive:
        ingest([exported], archive)
    assert hashes(other) == before
    index(other)
    assert sources(client(other)) == {"Báo Núi Sông": 6, "Công ty Sách Lạ": 1}


def test_a_line_says_what_the_page_stated() -> None:
    named = Article("Tít", (Block("paragraph", "Đoạn."),), url="https://nuisong.example/1", source=OWNER).of_paper("Báo Núi Sông")
    read, _ = read_line(write_line(named))
    assert (read.source, read.stated_source, read.origins["source"]) == (OWNER, None, "stated")
    assert read.content_hash == named.content_hash
    nameless = Article("Tít", (Block("paragraph", "Đoạn."),), url="https://nuisong.example/1").of_paper("Báo Núi Sông")
    assert read_line(write_line(nameless))[0].content_hash == nameless.content_hash
