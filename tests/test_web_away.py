"""What is taken away from the pages: exports, feeds, citations, the ledger of a list; and what browsers and robots are told."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import openpyxl
import pytest
import rispy
from bs4 import BeautifulSoup
from flask.testing import FlaskClient
from lxml import etree

from corpus.archive import ARCHIVE_FILE, Archive
from corpus.article import Article, Block, RelatedLink
from corpus.permalink import permalink
from corpus.writing.citation import csl
from corpus.writing.column import COLUMNS
from index.snapshot import INDEX_FOLDER
from index.writer import update_index
from language.timestamp import VIETNAM
from searcher.deadline import DeadlineExceeded
from searcher.request import SearchRequest
from searcher.search import Searcher
from web import create_app
from web.around.security import LARGEST_BODY
from web.view import batch
from web.view.batch import MOST_QUERIES

pytestmark = pytest.mark.slow

SITE = "https://luc.example"
ATOM = "{http://www.w3.org/2005/Atom}"
SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
TRAP = "</script><script>alert(1)</script><!-- ]]> & \" ' trường"
HOSTILE = Article(
    TRAP,
    (Block("paragraph", TRAP), Block("paragraph", '=HYPERLINK("http://xau.example")')),
    url="javascript:alert(1)",
    lead=TRAP,
    source=TRAP,
    authors=("@SUM(1+1)", "<b>Kẻ xấu</b>"),
    tags=("<img onerror=alert(1)>",),
)
SCHOOL = Article(
    "Trường Bình Liêu đạt chuẩn",
    (
        Block("paragraph", "Trường THPT Bình Liêu đạt chuẩn mức độ 2, thêm 12 phòng học."),
        Block("caption", "Sân trường", "Ảnh: Lã Nam"),
    ),
    url="https://bao.example/truong.html",
    lead="Thêm một trường đạt chuẩn.",
    authors=("Lê Thu Hà", "Trần Minh"),
    source="Báo Núi",
    tags=("giáo dục",),
    published=datetime(2022, 7, 12, 8, 30, tzinfo=VIETNAM),
    related=(RelatedLink("Bẫy", "javascript:alert(2)"),),
)
FIRST_SCHOOL = replace(
    SCHOOL, title="Trường Bình Liêu sắp đạt chuẩn", blocks=(Block("paragraph", "Trường THPT Bình Liêu đạt chuẩn mức độ 1."),)
)
MOVED = Article(
    "Cầu Bạch Đằng nối nhịp", (Block("paragraph", "Trụ tháp cuối đã xong ở trường hợp này."),), url="https://bao.example/cu"
)
MOVED_TO = replace(MOVED, url="https://bao.example/moi")
MANY = tuple(
    Article(
        f"Bài {number} về trường học",
        (Block("paragraph", "Trường ở xã vùng cao."),),
        url=f"https://bao.example/{number}",
        published=datetime(2020, 1 + number % 12, 1 + number % 28, tzinfo=VIETNAM) if number % 7 else None,
    )
    for number in range(130)
)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("mang-di")
    with Archive.open(home / ARCHIVE_FILE, create=True) as archive, archive.batch():
        for article in (FIRST_SCHOOL, SCHOOL, HOSTILE, MOVED, MOVED_TO, *MANY):
            archive.add(article)
        archive.withdraw(MOVED.id)
    update_index(home / ARCHIVE_FILE, home / INDEX_FOLDER)
    return home


@pytest.fixture(scope="module")
def client(home: Path) -> Iterator[FlaskClient]:
    app = create_app(home, base_url=SITE)
    yield app.test_client()
    app.extensions["lucbao"].close()


@pytest.fixture(scope="module")
def searcher(home: Path) -> Iterator[Searcher]:
    searcher = Searcher.open(home)
    yield searcher
    searcher.archive.close()


def page_of(client: FlaskClient, article: Article, query: str = "") -> BeautifulSoup:
    return BeautifulSoup(client.get(permalink(article.id, article.title) + query).data, "lxml")


# Exports


@pytest.mark.parametrize(
    "query", ["", "q=trường", "q=truong+xa&sort=oldest", "q=trường&from=2020-03&to=2020-05", "q=khongco", "q=bình+liêu+xyz"]
)
def test_every_format_has_as_many_records_as_the_page_says(client: FlaskClient, searcher: Searcher, query: str) -> None:
    page = client.get(f"/api/v1/search?{query}&size=1").json
    sent = {extension: client.get(f"/tim-kiem.{extension}?{query}") for extension in ("csv", "xlsx", "jsonl", "ris", "bib")}
    for extension, response in sent.items():
        assert response.status_code == 200 and response.headers["X-Total-Count"] == str(page["total"])
        assert response.headers["Content-Disposition"].endswith(f'.{extension}"')
    rows = list(csv.DictReader(io.StringIO(sent["csv"].data.decode("utf-8-sig"), newline="")))
    lines = [json.loads(line)["title"] for line in sent["jsonl"].text.splitlines()]
    assert len(rows) == len(lines) == page["total"]
    assert [row["title"] for row in rows] == lines
    names, *cells = openpyxl.load_workbook(io.BytesIO(sent["xlsx"].data)).worksheets[0].values
    assert [dict(zip(names, each, strict=True))["id"] for each in cells] == [row["id"] for row in rows]
    assert [read["id"] for read in rispy.loads(sent["ris"].text)] == [row["id"] for row in rows]
    assert sent["bib"].text.count("\n@") + sent["bib"].text.startswith("@") == page["total"]


def test_a_spreadsheet_opens_the_table_and_runs_nothing_of_it(client: FlaskClient) -> None:
    sent = client.get("/tim-kiem.csv?q=trường").data
    assert sent.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(sent.decode("utf-8-sig"), newline="")))
    assert not [cell for row in rows for cell in row.values() if cell.startswith(("=", "+", "-", "@"))]
    assert "'@SUM(1+1); <b>Kẻ xấu</b>" in {row["authors"] for row in rows}


def test_a_table_says_how_each_article_matches_and_where(client: FlaskClient) -> None:
    address = "/tim-kiem.csv?q=truong&from=2020-03&to=2020-05&columns=id,match,snippets,permalink,content_hash"
    rows = list(csv.DictReader(io.StringIO(client.get(address).data.decode("utf-8-sig"), newline="")))
    hits = client.get("/api/v1/search?q=truong&from=2020-03&to=2020-05&fold=0&near=0&size=100").json["hits"]
    assert rows and list(rows[0]) == ["id", "match", "snippets", "permalink", "content_hash"]
    assert [(row["id"], row["match"]) for row in rows] == [(hit["id"], hit["match"]) for hit in hits]
    texts = ["\n".join(snippet["text"] for snippet in hit["snippets"]) for hit in hits]
    assert [row["snippets"].removeprefix("'") for row in rows] == texts
    for row in rows:
        assert client.get(row["permalink"]).status_code == 200 and row["permalink"].startswith(SITE)
        assert client.get(f"/api/v1/articles/{row['id']}").json["content_hash"] == row["content_hash"]


def test_columns_are_chosen_on_a_page(client: FlaskClient) -> None:
    results = BeautifulSoup(client.get("/tim-kiem?q=trường&sort=oldest&page=2").data, "lxml")
    (link,) = [link for link in results.select(".away a") if link.text == "Chọn cột…"]
    page = BeautifulSoup(client.get(str(link["href"])).data, "lxml")
    boxes = page.select("form.list input[type=checkbox]")
    assert [str(box["value"]) for box in boxes] == list(COLUMNS)
    assert [str(box["value"]) for box in boxes if box.get("checked") is None] == ["snippets"]
    hidden = {str(field["name"]): str(field["value"]) for field in page.select("form.list input[type=hidden]")}
    assert hidden == {"q": "trường", "sort": "oldest"}
    for button in page.select("form.list button"):
        sent = client.get(str(button["formaction"]), query_string={**hidden, "columns": ["url", "title"]})
        assert sent.status_code == 200 and sent.headers["X-Total-Count"] == results.select("[role=status] b")[0].text.split()[0]
    assert sent.data.decode("utf-8-sig").splitlines()[0] == "url,title"


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("/tim-kiem.csv?q=a&columns=title,tit", "không có cột “tit”; các cột là: id, url, title"),
        ("/tim-kiem.xlsx?q=a&columns=%3Cb%3E", "không có cột “&lt;b&gt;”"),
        ("/tim-kiem.jsonl?q=a&columns=title", "Tệp .jsonl không có cột để chọn."),
    ],
)
def test_columns_that_there_are_not_are_refused(client: FlaskClient, address: str, said: str) -> None:
    response = client.get(address)
    assert response.status_code == 400 and said in response.text


def test_citations_name_the_permalink(client: FlaskClient) -> None:
    (read,) = rispy.loads(client.get("/tim-kiem.ris?q=Bình+Liêu").text)
    assert read["notes"][0] == f"Bản lưu: {SITE}{permalink(SCHOOL.id, SCHOOL.title)}"


@pytest.mark.parametrize("name", ["csv", "xlsx", "jsonl", "ris", "bib", "atom"])
def test_what_is_not_understood_is_not_exported_as_something_else(client: FlaskClient, name: str) -> None:
    assert client.get(f"/tim-kiem.{name}?q=trường&from=hôm+nọ").status_code == 400


def test_a_query_that_takes_too_long_says_so(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("web.view.export.TIME_LIMIT", -1.0)
    response = client.get("/tim-kiem.csv?q=trường")
    assert response.status_code == 503 and "quá lâu" in response.text


def test_the_search_page_links_to_its_files_and_its_feed(client: FlaskClient) -> None:
    page = BeautifulSoup(client.get("/tim-kiem?q=trường&sort=oldest&page=2").data, "lxml")
    for link in page.select(".away a[download]"):
        assert client.get(str(link["href"])).headers["X-Total-Count"] == page.select("[role=status] b")[0].text.split()[0]
    (feed,) = page.select("link[type='application/atom+xml']")
    assert client.get(str(feed["href"])).mimetype == "application/atom+xml"
    assert client.get(str(page.select("link[rel=search]")[0]["href"])).mimetype == "application/opensearchdescription+xml"


# Feed


@pytest.mark.parametrize("query", ["", "q=trường", "q=khongco", "q=%00%0B%1F<b>&tag=giáo+dục", "q=%22%3C%26"])
def test_the_feed_is_what_rfc_4287_asks_for(client: FlaskClient, query: str) -> None:
    feed = etree.fromstring(client.get(f"/tim-kiem.atom?{query}").data)
    assert feed.tag == ATOM + "feed"
    for element in (feed, *feed.iter(ATOM + "entry")):
        assert [len(element.findall(ATOM + name)) for name in ("id", "title", "updated")] == [1, 1, 1]
        assert urlsplit(element.findtext(ATOM + "id")).scheme == "urn"
        assert datetime.fromisoformat(element.findtext(ATOM + "updated")).tzinfo is not None
        assert len(element.findall(f"{ATOM}link[@rel='alternate']")) == 1
        for link in element.findall(ATOM + "link"):
            assert urlsplit(link.get("href")).scheme in ("http", "https")
    assert feed.find(f"{ATOM}author/{ATOM}name").text == "Lục Báo"
    (itself,) = feed.findall(f"{ATOM}link[@rel='self']")
    assert itself.get("href").startswith(f"{SITE}/tim-kiem.atom")
    entries = feed.findall(ATOM + "entry")
    assert len({entry.findtext(ATOM + "id") for entry in entries}) == len(entries) <= 50
    assert feed.findtext(ATOM + "updated") == max(
        [entry.findtext(ATOM + "updated") for entry in entries] or ["1970-01-01T00:00:00+00:00"]
    )


def feed_of(client: FlaskClient, query: str) -> tuple[str | None, list[tuple[str, str, str | None]], list[str]]:
    """Return when a feed was updated, title, `updated` and `published` of its entries, and where its next page is."""
    feed = etree.fromstring(client.get(f"/tim-kiem.atom?{query}").data)
    entries = [
        (*(entry.findtext(ATOM + name) for name in ("title", "updated", "published")),) for entry in feed.findall(ATOM + "entry")
    ]
    return feed.findtext(ATOM + "updated"), entries, [link.get("href") for link in feed.findall(f"{ATOM}link[@rel='next']")]


@pytest.fixture
def told_time(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The time that the archive is told, to be set."""
    told = ["2024-01-01T00:00:00+00:00"]
    monkeypatch.setattr("corpus.archive.archive._now", lambda: told[0])
    return told


def test_the_feed_goes_by_arrival_not_by_the_day_of_the_paper(build: Callable[..., Path], told_time: list[str]) -> None:
    def school(number: int, year: int | None, text: str = "Trường ở vùng cao.") -> Article:
        published = year and datetime(year, 5, 6, 8, 30, tzinfo=VIETNAM)
        url = f"https://bao.example/{number}"
        return Article(f"Trường {number}", (Block("paragraph", text),), url=url, published=published or None)

    home = build([school(1, 2023), school(2, 2020)])
    told_time[0] = "2024-02-01T00:00:00+00:00"
    build([school(3, 2011)])  # an old story, archived late
    told_time[0] = "2024-03-01T00:00:00+00:00"
    build([school(4, None), Article("Cầu", (Block("paragraph", "Cầu mới."),), url="https://bao.example/cau")])
    app = create_app(home, base_url=SITE)
    client = app.test_client()
    expected = [
        ("Trường 4", "2024-03-01T00:00:00+00:00", None),
        ("Trường 3", "2024-02-01T00:00:00+00:00", "2011-05-06T08:30:00+07:00"),
        ("Trường 2", "2024-01-01T00:00:00+00:00", "2020-05-06T08:30:00+07:00"),
        ("Trường 1", "2024-01-01T00:00:00+00:00", "2023-05-06T08:30:00+07:00"),
    ]
    for order in ("", "&sort=oldest", "&sort=newest", "&page=2&size=3"):
        assert feed_of(client, f"q=trường{order}") == (expected[0][1], expected, [])
    told_time[0] = "2024-04-01T00:00:00+00:00"
    build([school(2, 2020, "Trường ở vùng cao đã sửa.")])
    revised = ("Trường 2", "2024-04-01T00:00:00+00:00", "2020-05-06T08:30:00+07:00")
    assert feed_of(client, "q=trường") == (revised[1], [revised, *(entry for entry in expected if entry[0] != "Trường 2")], [])
    told_time[0] = "2024-05-01T00:00:00+00:00"
    build([school(2, 2020)])  # the same text as before is no news
    assert feed_of(client, "q=trường")[0] == revised[1]
    app.extensions["lucbao"].close()


def test_a_feed_has_what_matches_in_full_and_no_more(client: FlaskClient) -> None:
    assert client.get("/api/v1/search?q=bình+liêu+thêm+phòng+học+xyz").json["near"]
    assert feed_of(client, "q=bình+liêu+thêm+phòng+học+xyz")[1:] == ([], [])
    assert [entry[0] for entry in feed_of(client, "q=bình+liêu+thêm+phòng+học")[1]] == [SCHOOL.title]


def test_a_feed_goes_on_to_what_came_before(client: FlaskClient, searcher: Searcher) -> None:
    titles, pages = [], ["q=trường"]
    while pages:
        _, entries, following = feed_of(client, pages[-1])
        titles += [entry[0] for entry in entries]
        pages = [page.partition("?")[2] for page in following]
    assert len(titles) == len(set(titles)) == searcher.search(SearchRequest("trường")).total > 100
    assert titles[:2] == ["Bài 129 về trường học", "Bài 128 về trường học"] and titles[-1] == SCHOOL.title
    assert feed_of(client, "q=trường&before=1")[1:] == ([], [])
    for wrong in ("x", "-1", "", "1" * 30):
        assert client.get(f"/tim-kiem.atom?q=trường&before={wrong}").status_code == 400


def test_a_search_has_one_feed_however_it_is_looked_at(client: FlaskClient) -> None:
    ids = {
        etree.fromstring(client.get(f"/tim-kiem.atom?{query}").data).findtext(ATOM + "id")
        for query in ("q=a", "q=a&page=3", "q=a&sort=newest", "q=a&size=20&fold=0&near=0", "q=a&before=3")
    }
    assert len(ids) == 1


# Citations


def test_an_article_is_cited(client: FlaskClient) -> None:
    page = page_of(client, SCHOOL)
    address = SITE + permalink(SCHOOL.id, SCHOOL.title)
    cited = page.select("textarea[readonly]")[0].text
    assert cited.startswith(
        "Lê Thu Hà, Trần Minh: “Trường Bình Liêu đạt chuẩn”, Báo Núi, 12/7/2022. https://bao.example/truong.html. "
    )
    assert address in cited
    for link in page.select(".cite a[download]"):
        sent = client.get(str(link["href"]))
        assert sent.status_code == 200 and SCHOOL.title in sent.text and "attachment" in sent.headers["Content-Disposition"]
    assert client.get(f"/bai-viet/{SCHOOL.id}.json").json == [csl(SCHOOL, address)]


@pytest.mark.parametrize("name", ["aaaaaaaaaaaa.ris", "x.bib", f"{MOVED.id}.json", f"{SCHOOL.id}.exe"])
def test_what_cannot_be_cited_is_not_found(client: FlaskClient, name: str) -> None:
    response = client.get(f"/bai-viet/{name}")
    assert response.status_code in (301, 404)
    if response.status_code == 301:  # any end of a permalink leads to the article
        assert response.headers["Location"] == permalink(SCHOOL.id, SCHOOL.title)


def test_zotero_reads_the_head(client: FlaskClient) -> None:
    page = page_of(client, SCHOOL)
    said: dict[str, list[str]] = {}
    for meta in page.select("head meta[name]"):
        said.setdefault(str(meta["name"]), []).append(str(meta["content"]))
    assert said["citation_title"] == said["DC.title"] == [SCHOOL.title]
    assert said["citation_author"] == said["DC.creator"] == list(SCHOOL.authors)
    assert (said["citation_publication_date"], said["DC.date"]) == (["2022/07/12"], ["2022-07-12"])
    assert said["citation_journal_title"] == ["Báo Núi"] and said["z:itemType"] == ["newspaperArticle"]


@pytest.mark.parametrize("article", [SCHOOL, HOSTILE])
def test_linked_data_is_whole_and_ends_nothing(client: FlaskClient, article: Article) -> None:
    page = page_of(client, article)
    (script,) = page.select("script:not([src])")
    data = json.loads(str(script.string))
    assert (data["@type"], data["headline"], data["@id"]) == (
        "NewsArticle",
        article.title,
        SITE + permalink(article.id, article.title),
    )
    assert not [link for link in page.select("[href]") if str(link["href"]).lower().startswith("javascript")]
    assert "isBasedOn" in data if article is SCHOOL else "isBasedOn" not in data


# The article's neighbours and revisions


def test_the_way_through_the_results_passes_each_once(client: FlaskClient, searcher: Searcher) -> None:
    hits = [article.id for article in searcher.find_all(SearchRequest("trường xã"))]
    first = client.get("/tim-kiem?q=trường+xã")
    address = str(BeautifulSoup(first.data, "lxml").select(".hit h2 a")[0]["href"])
    for number in range(23):
        assert hits[number] in address
        page = BeautifulSoup(client.get(address).data, "lxml")
        assert page.select(".places > span")[0].text == f"Bài {number + 1}/{len(hits)}"
        assert f"page={number // 10 + 1}" in str(page.select(".back")[0]["href"]) or number < 10
        assert bool(page.select(".places a[rel=prev]")) == (number > 0)
        address = str(page.select(".places a[rel=next]")[0]["href"])
    assert not page_of(client, SCHOOL).select(".places")


def test_a_change_is_shown_by_words_not_only_by_colour(client: FlaskClient) -> None:
    page = page_of(client, SCHOOL)
    (link,) = page.select("main a[href*=thay-doi]")
    compared = BeautifulSoup(client.get(str(link["href"])).data, "lxml")
    assert [one.text for one in compared.select("dl del")] == ["[−sắp −]", "[−1−]"]
    assert [one.text for one in compared.select("dl ins")][0] == "[+2, thêm 12 phòng học+]"
    assert compared.select("dt")[0].text == "Tít"
    revisions = [str(one["href"]).rpartition("=")[2] for one in compared.select("header a[href*='ban=']")]
    same = client.get(f"/bai-viet/{SCHOOL.id}/thay-doi?tu={revisions[0]}&den={revisions[0]}")
    assert same.status_code == 200 and "không khác nhau" in same.text
    latest = BeautifulSoup(client.get(f"/bai-viet/{SCHOOL.id}/thay-doi").data, "lxml")
    assert str(latest.main) == str(compared.main)
    for query in ("tu=99999", "den=x", f"tu={revisions[0]}&den=-1"):
        assert client.get(f"/bai-viet/{SCHOOL.id}/thay-doi?{query}").status_code == 404


def test_related_articles_are_offered(client: FlaskClient) -> None:
    links = page_of(client, MANY[5]).select("section[aria-labelledby=cung-chuyen] a")
    assert all(client.get(str(link["href"])).status_code == 200 for link in links)


# Old addresses


@pytest.mark.parametrize(
    ("path", "status", "to"),
    [
        (permalink(FIRST_SCHOOL.id, FIRST_SCHOOL.title), 301, permalink(SCHOOL.id, SCHOOL.title)),
        (permalink(MOVED.id, MOVED.title), 301, permalink(MOVED_TO.id, MOVED_TO.title)),
        ("/bai-viet?url=http://bao.example/truong.html%3Futm_source%3Dx", 302, permalink(SCHOOL.id, SCHOOL.title)),
        ("/bai-viet?url=https://bao.example/khong-co", 404, ""),
        ("/bai-viet?url=javascript:alert(1)", 404, ""),
        ("/bai-viet", 404, ""),
    ],
)
def test_old_addresses_lead_on(client: FlaskClient, path: str, status: int, to: str) -> None:
    response = client.get(path)
    assert (response.status_code, response.headers.get("Location", "")) == (status, to)


# Robots and browsers


def test_the_sitemap_lists_every_article(client: FlaskClient, searcher: Searcher, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("web.view.discovery.URLS_A_SITEMAP", 50)
    assert f"Sitemap: {SITE}/sitemap.xml" in client.get("/robots.txt").text
    parts = [one.text for one in etree.fromstring(client.get("/sitemap.xml").data).iter(SITEMAP + "loc")]
    assert len(parts) == 3
    listed = []
    for part in parts:
        urls = etree.fromstring(client.get(part.removeprefix(SITE)).data).findall(SITEMAP + "url")
        assert 0 < len(urls) <= 50
        listed += [url.findtext(SITEMAP + "loc") for url in urls]
    assert sorted(listed) == sorted(SITE + permalink(article.id, article.title) for article in searcher.archive.articles())
    assert client.get(listed[0].removeprefix(SITE)).status_code == 200
    assert client.get("/sitemap-4.xml").status_code == client.get("/sitemap-0.xml").status_code == 404


def test_browsers_learn_how_to_ask(client: FlaskClient) -> None:
    description = etree.fromstring(client.get("/opensearch.xml").data)
    templates = {url.get("type"): url.get("template") for url in description.iter("{*}Url") if url.get("rel") is None}
    assert templates["text/html"] == SITE + "/tim-kiem?q={searchTerms}"
    assert len(description.findtext("{*}ShortName")) <= 16
    for template in templates.values():
        assert client.get(template.removeprefix(SITE).replace("{searchTerms}", "tr%C6%B0%E1%BB%9Dng")).status_code == 200


def test_the_address_bar_is_told_what_the_box_is(home: Path) -> None:
    app = create_app(home, base_url=SITE)
    client = app.test_client()
    (url,) = etree.fromstring(client.get("/opensearch.xml").data).findall("{*}Url[@type='application/x-suggestions+json']")
    response = client.get(url.get("template").removeprefix(SITE).replace("{searchTerms}", "gi%C3%A1o"))
    assert response.mimetype == "application/x-suggestions+json"
    typed, texts, kinds, places = json.loads(response.text)
    box = client.get("/api/v1/suggest?q=gi%C3%A1o").get_json()["completions"]
    assert typed == "giáo" and texts == [one["text"] for one in box] and kinds == [one["kind"] for one in box]
    assert "tag" in kinds and all(place.startswith(SITE) for place in places)
    assert [client.get(place.removeprefix(SITE)).status_code for place in places] == [200] * len(places)
    app.extensions["lucbao"].close()


# The ledger of a list

NAMES = "Bình Liêu\n\n  truong   dat chuan \nKhông Có Ai\nBình Liêu\n=cmd|' /C calc'!A0\n"


def test_a_list_is_looked_up(client: FlaskClient) -> None:
    page = BeautifulSoup(client.post("/tra-hang-loat", data={"danh-sach": NAMES}).data, "lxml")
    rows = [[cell.get_text(" ", strip=True) for cell in row.select("th, td")] for row in page.select("tbody tr")]
    assert [row[0].split("  ")[0] for row in rows][:3] == ["Bình Liêu", "truong dat chuan", "Không Có Ai"]
    assert rows[0][1:4] == ["1", "12/7/2022–12/7/2022", SCHOOL.title]
    for link in page.select("tbody a"):
        assert client.get(str(link["href"])).status_code == 200
    whole = BeautifulSoup(client.post("/tra-hang-loat", data={"danh-sach": NAMES, "cum": "1"}).data, "lxml")
    assert [row.select("th")[0].text.strip() for row in whole.select("tbody tr")][1] == "truong dat chuan"
    assert parse_qs(urlsplit(str(whole.select("tbody th a")[1]["href"])).query)["q"] == ['"truong dat chuan"']
    assert [row[0] for row in rows].count("Bình Liêu") == 2  # as often as the list has it
    assert page.select("textarea")[0].text.strip("\n").split("\n") == NAMES.strip("\n").split("\n")
    assert "1 dòng trống được bỏ qua." in page.text


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_file_is_looked_up_as_a_table(client: FlaskClient, encoding: str) -> None:
    file = (io.BytesIO(NAMES.encode(encoding)), "ten.txt")
    sent = client.post("/tra-hang-loat", data={"tep": file, "dang": "csv"}, content_type="multipart/form-data")
    assert sent.mimetype == "text/csv" and sent.data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(sent.data.decode("utf-8-sig"), newline="")))
    assert [(row[0], row[-1]) for row in rows[1:]] == [
        ("Bình Liêu", "1"),
        ("  truong   dat chuan ", "3"),
        ("Không Có Ai", "4"),
        ("Bình Liêu", "5"),
        ("'=cmd|' /C calc'!A0", "6"),
    ]
    again = (io.BytesIO(NAMES.encode(encoding)), "ten.txt")
    book = client.post("/tra-hang-loat", data={"tep": again, "dang": "xlsx"}, content_type="multipart/form-data")
    read = openpyxl.load_workbook(io.BytesIO(book.data)).worksheets[0]
    assert [tuple(cell.value for cell in row)[:2] for row in read.iter_rows(min_row=2, max_row=3)] == [
        ("Bình Liêu", 1),
        ("  truong   dat chuan ", int(rows[2][1])),
    ]
    assert read["A6"].value == "=cmd|' /C calc'!A0" and read["A6"].data_type == "s"
    assert rows[1][1:5] == ["1", "0", "2022-07-12", "2022-07-12"] and rows[1][6] == SITE + permalink(SCHOOL.id, SCHOOL.title)


TABLE = 'STT;Tên trường;Ghi chú\n1;"Bình Liêu";"có; không"\n2;;"ô trống"\n3;"?!";\n4;Không Có Ai;=1+1\n'


def ask(client: FlaskClient, **form: str) -> list[list[str]]:
    """Send the form with TABLE as its file and return the rows of the CSV."""
    file = (io.BytesIO(TABLE.encode("utf-8-sig")), "Danh sách.CSV")
    sent = client.post("/tra-hang-loat", data={"tep": file, "dang": "csv", **form}, content_type="multipart/form-data")
    assert sent.status_code == 200 and sent.mimetype == "text/csv"
    return list(csv.reader(io.StringIO(sent.data.decode("utf-8-sig"), newline="")))


def test_a_table_comes_back_with_its_rows(client: FlaskClient) -> None:
    names, *rows = ask(client, nam="1")
    assert names[:3] == ["Tên trường", "Số bài", "Bài khớp một phần"]
    assert names[-4:] == ["2022", "Dòng", "STT", "Ghi chú"]
    assert [(row[0], row[1], *row[-4:]) for row in rows] == [
        ("Bình Liêu", "1", "1", "2", "1", "có; không"),
        ("", "", "", "3", "2", "ô trống"),
        ("?!", "", "", "4", "3", ""),
        ("Không Có Ai", "0", "0", "5", "4", "'=1+1"),
    ]
    assert [row[names.index("Chỗ chưa hiểu")] for row in rows] == ["", *["Không có chữ hay số nào để tìm."] * 2, ""]


def test_a_column_and_its_header_are_chosen(client: FlaskClient) -> None:
    assert [row[0] for row in ask(client, cot="ghi chu")] == ["Ghi chú", "có; không", "ô trống", "", "'=1+1"]
    assert [row[0] for row in ask(client, cot="2", dau="0")] == ["Câu tìm", "Tên trường", "Bình Liêu", "", "?!", "Không Có Ai"]
    assert [row[0] for row in ask(client, kieu="dong")][1:3] == ["STT;Tên trường;Ghi chú", '1;"Bình Liêu";"có; không"']
    missing = client.post("/tra-hang-loat", data={"danh-sach": TABLE, "cot": "Xã<b>"})
    page = BeautifulSoup(missing.data, "lxml")
    assert missing.status_code == 400 and page.select_one("[role=alert]").text == (
        "Bảng không có cột Xã<b>. Các cột của nó: STT, Tên trường, Ghi chú."
    )
    assert page.select_one("textarea").text.strip() == TABLE.strip()


def test_the_page_of_a_table_can_be_sent_again(client: FlaskClient) -> None:
    file = (io.BytesIO(TABLE.encode("utf-16")), "ten.csv")
    data = {"tep": file, "nam": "1", "cot": "2"}
    page = BeautifulSoup(client.post("/tra-hang-loat", data=data, content_type="multipart/form-data").data, "lxml")
    assert "Dòng 1 là tên các cột nên không tra; tra cột Tên trường." in page.text
    assert [cell.text for cell in page.select("tbody tr:first-child .year")] == ["1"]
    assert page.select("tbody th")[1].text.startswith("(dòng 3: ô trống)")
    again = {
        field["name"]: field.get("value", "") for field in page.select(".list input[value]") if field.get("checked") is not None
    }
    again |= {field["name"]: field.get("value", "") for field in page.select(".list input:not([type])")}
    again |= {field["name"]: (field.select_one("[selected]") or {"value": ""})["value"] for field in page.select(".list select")}
    again |= {"danh-sach": page.select_one("textarea").text.removeprefix("\n"), "dang": "csv"}
    sent = client.post("/tra-hang-loat", data=again)
    assert list(csv.reader(io.StringIO(sent.data.decode("utf-8-sig"), newline=""))) == ask(client, nam="1", cot="2")


@pytest.mark.parametrize(
    ("filters", "total"),
    [
        ({}, "1"),
        ({"tag": "#giáo_dục"}, "1"),
        ({"tag": "không có"}, "0"),
        ({"source": "Báo Núi; Báo Biển"}, "1"),
        ({"source": "Báo Biển"}, "0"),
        ({"section": "giáo dục"}, "0"),
        ({"from": "2022", "to": "7/2022"}, "1"),
        ({"from": "2023"}, "0"),
    ],
)
def test_a_list_is_looked_up_in_a_part_of_the_archive(client: FlaskClient, filters: dict[str, str], total: str) -> None:
    assert ask(client, **filters)[1][1] == total
    page = BeautifulSoup(client.post("/tra-hang-loat", data={"danh-sach": "Bình Liêu", **filters}).data, "lxml")
    link = page.select_one("tbody th a")
    found = client.get(str(link["href"]).replace("/tim-kiem", "/api/v1/search")).get_json()
    assert page.select_one("tbody td").text.strip() == total == str(found["total"])


def test_a_filter_that_is_not_understood_is_said(client: FlaskClient) -> None:
    strange = client.post("/tra-hang-loat", data={"danh-sach": "Bình Liêu\nQuảng Ninh", "tag": "chuyện lạ"})
    page = BeautifulSoup(strange.data, "lxml")
    assert len(page.select(".problems li")) == 1 and "chuyện_lạ" in page.select_one(".problems").text.replace(" ", "_")
    assert not page.select("tbody .kind")
    data = {"danh-sach": "Bình Liêu", "from": "hôm nào"}
    page = BeautifulSoup(client.post("/tra-hang-loat", data=data).data, "lxml")
    assert "Ngày “hôm nào” không đọc được" in page.select_one(".problems").text
    assert client.post("/tra-hang-loat", data={**data, "dang": "csv"}).status_code == 400


def test_the_ledger_comes_before_the_form(client: FlaskClient) -> None:
    page = BeautifulSoup(client.post("/tra-hang-loat", data={"danh-sach": "Bình Liêu", "nam": "1"}).data, "lxml")
    places = [each.name for each in page.select("main .ledger table, main form")]
    assert places == ["table", "form"]
    assert [cell.text.strip() for cell in page.select("tbody .number")] == ["1", "1"]
    assert page.select_one(".list button.primary").text == "Tra"
    assert not page.select(".done")
    empty = BeautifulSoup(client.get("/tra-hang-loat").data, "lxml")
    assert not empty.select(".ledger, table") and empty.select_one("[name=nam]").get("checked") is not None


def test_a_long_list_says_how_far_it_is(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batch, "_LINES_A_STEP", 2)
    names = ["Bình Liêu", "trường", "không có ai", "trường", "Bình Liêu"]
    with client.post("/tra-hang-loat", data={"danh-sach": "\n".join(names)}) as sent:
        pieces = [piece.decode() for piece in sent.iter_encoded()]
    assert [piece.count("dòng …") for piece in pieces] == [1, 1, 0] and "</html>" in pieces[-1]
    page = BeautifulSoup("".join(pieces), "lxml")
    assert [each.text.strip() for each in page.select(".done")] == ["Đã tra 2/5 dòng …", "Đã tra 4/5 dòng …"]
    assert [(each["value"], each["max"]) for each in page.select(".done progress")] == [("2", "5"), ("4", "5")]
    assert [row.text for row in page.select("tbody th")] == names
    assert (
        page.select_one("main [role=status]").text == "4 trong 5 dòng có bài" and "Bình Liêu" in page.select_one("textarea").text
    )


def test_what_fails_on_the_way_leaves_the_rest_unasked(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batch, "_LINES_A_STEP", 2)
    search, asked = Searcher.search, []

    def fail(searcher: Searcher, request: SearchRequest, **more: object) -> object:
        asked.append(request.query)
        if request.query == "xã 4":
            raise DeadlineExceeded
        return search(searcher, request)

    monkeypatch.setattr(Searcher, "search", fail)
    names = [f"xã {number}" for number in range(6)]
    with client.post("/tra-hang-loat", data={"danh-sach": "\n".join(names)}) as sent:
        page = BeautifulSoup(sent.data, "lxml")
    assert sent.status_code == 200 and len(page.select("tbody tr")) == 6
    assert [row.text.strip().endswith("chưa tra") for row in page.select("tbody tr")] == [False] * 4 + [True] * 2
    assert page.select(".notice")[0].text.startswith("2 dòng")
    assert client.post("/tra-hang-loat", data={"danh-sach": "xã 4\nxã 5\nxã 6"}).status_code == 503


def test_lines_that_occur_together_are_counted_as_a_search_for_both_counts(client: FlaskClient) -> None:
    names = ["Bình Liêu", "trường", "không có ai", "xã OR thị trấn"]
    data = {"danh-sach": "\n".join(names), "cung": "1", "cum": "1"}
    page = BeautifulSoup(client.post("/tra-hang-loat", data=data).data, "lxml")
    rows = page.select(".pairs tbody tr")
    totals = [int(row.select_one("td").text.replace(".", "")) for row in rows]
    assert rows and totals == sorted(totals, reverse=True) and "không có ai" not in page.select_one(".pairs").text
    for row, total in zip(rows, totals, strict=True):
        found = client.get(str(row.select_one("a")["href"]).replace("/tim-kiem", "/api/v1/search")).get_json()
        assert found["total"] == total > 0
    without = BeautifulSoup(client.post("/tra-hang-loat", data={"danh-sach": "Bình Liêu"}).data, "lxml")
    assert not without.select(".pairs")


@pytest.mark.slow
def test_a_list_has_its_bounds(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batch, "TIME_LIMIT", 600.0)
    assert MOST_QUERIES == 2000
    monkeypatch.setattr(batch, "MOST_QUERIES", 50)
    many = "\n".join(f"tên {number}" for number in range(53))
    page = BeautifulSoup(client.post("/tra-hang-loat", data={"danh-sach": many}).data, "lxml")
    assert len(page.select("tbody tr")) == 50 and page.select(".notice")[0].text.startswith("3 dòng")
    assert "Từ dòng 51 (tên 50) đến dòng 53." in page.select(".notice")[0].text
    sent = client.post("/tra-hang-loat", data={"danh-sach": many, "dang": "csv"})
    rows = list(csv.reader(io.StringIO(sent.data.decode("utf-8-sig"), newline="")))[1:]
    assert len(rows) == 53 and ["chưa tra" in row for row in rows] == [False] * 50 + [True] * 3
    nothing = BeautifulSoup(client.post("/tra-hang-loat", data={"danh-sach": " \n"}).data, "lxml")
    assert nothing.select_one("main [role=status]").text == "Danh sách không có dòng nào" and not nothing.select("table")
    assert client.post("/tra-hang-loat", data={"danh-sach": "x" * (LARGEST_BODY + 1)}).status_code == 413
    assert client.post("/tra-hang-loat", data={"tep": (io.BytesIO(b"\xff\xfe\x00"), "x.txt")}).status_code == 400
    assert client.post("/tra-hang-loat").status_code == client.get("/tra-hang-loat").status_code == 200


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Origin": "http://localhost"}, 200),
        ({"Origin": SITE}, 200),
        ({"Origin": "https://xau.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Sec-Fetch-Site": "same-origin", "Origin": "null"}, 200),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({}, 200),
    ],
)
def test_another_site_cannot_post_a_list(client: FlaskClient, headers: dict[str, str], status: int) -> None:
    assert client.post("/tra-hang-loat", data={"danh-sach": "trường"}, headers=headers).status_code == status


@pytest.mark.parametrize(
    "path", ["/", "/tim-kiem", "/tim-kiem.csv", "/tim-kiem.atom", f"/bai-viet/{SCHOOL.id}", "/api/v1/search"]
)
def test_nothing_else_takes_a_post(client: FlaskClient, path: str) -> None:
    assert client.post(path, data={"danh-sach": "trường"}).status_code == 405


@pytest.mark.parametrize(
    ("called", "configured", "warned"),
    [
        ("http://127.0.0.1:8000", "", True),
        ("http://localhost", "", True),
        ("http://[::1]:8000", "", True),
        ("http://192.168.1.5", "", False),
        ("http://127.0.0.1:8000", SITE, False),
        ("http://192.168.1.5", "http://localhost:8000", True),
    ],
)
@pytest.mark.parametrize("path", ["article", "columns"])
def test_who_cites_is_warned_of_an_address_that_only_this_machine_opens(
    home: Path, called: str, configured: str, warned: bool, path: str
) -> None:
    app = create_app(home, base_url=configured)
    address = permalink(SCHOOL.id, SCHOOL.title) if path == "article" else "/tim-kiem/tai-ve?q=truong"
    page = BeautifulSoup(app.test_client().get(address, base_url=called).data, "lxml")
    assert ["LUCBAO_BASE_URL" in notice.text for notice in page.select(".notice")] == ([True] if warned else [])
    app.extensions["lucbao"].close()
