"""The pages and the API through Flask's client, over a small archive with hostile, revised, withdrawn and undated articles."""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from urllib.parse import parse_qs, parse_qsl, quote, urlencode, urljoin, urlsplit

import pytest
from bs4 import BeautifulSoup, Tag
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml.html import document_fromstring

from corpus.archive import ARCHIVE_FILE, Archive
from corpus.article import Article, Block, RelatedLink
from corpus.permalink import permalink
from index.snapshot import INDEX_FOLDER
from index.writer import update_index
from language.timestamp import VIETNAM
from searcher.request import SearchRequest
from searcher.search import Searcher
from web import create_app
from web.around.security import HEADERS

Fetch = Callable[..., BeautifulSoup]

PAGE = "<html><script>alert('trường')</script></html>".encode("utf-16")
SCHOOL = Article(
    title="Trường THPT đạt chuẩn ở Quảng Ninh",
    lead="Ba trường trung học phổ thông vừa đạt chuẩn quốc gia.",
    blocks=(
        Block("heading", "Trường mới, chuẩn mới"),
        Block("paragraph", "Trường THPT Bình Liêu đạt chuẩn mức độ 2."),
        Block("caption", "Sân trường ngày khai giảng", "Ảnh: Lã Nam"),
    ),
    url="https://bao.example/truong.html",
    authors=("Lê Thu Hà", "Trần Minh"),
    source="Báo Núi",
    section="Giáo dục",
    tags=("giáo dục", "Quảng Ninh"),
    published=datetime(2022, 7, 12, 8, 30, tzinfo=VIETNAM),
    modified=datetime(2022, 7, 13, 9, 0, tzinfo=VIETNAM),
    fetched_at=datetime(2024, 1, 2, 3, 4, tzinfo=VIETNAM),
    related=(
        RelatedLink("Bài số 3", "http://bao.example/3/?utm_source=x"),
        RelatedLink("Bài ngoài kho", "https://bao.example/xa"),
        RelatedLink("Bài bẫy", "javascript:alert(2)"),
    ),
)
FIRST_SCHOOL = replace(SCHOOL, lead="Bản đầu: hai trường đạt chuẩn.")
HOSTILE = Article(
    title="<script>alert(1)</script> \"trường\" & 'đạt'</title>",
    lead='"><img src=x onerror=alert(1)> trường',
    blocks=(Block("paragraph", "{{ 7 * 7 }} {% raw %} trường </mark></p><b>đậm</b>"),),
    url="javascript:alert(1)",
    authors=("<i>Kẻ xấu</i>",),
    source='Nguồn "><b>',
    section="' onclick='alert(1)",
    tags=("<img onerror=alert(1)>", 'a" b', "../../etc/passwd"),
)
UNMARKED = Article(title="Truong THPT dat chuan o Binh Lieu", url="https://bao.example/khong-dau", source="Báo Núi")
GONE = Article(title="Bài đã rút về trường", url="https://bao.example/rut", source="Báo Núi")
MANY = tuple(
    Article(
        title=f"Bài số {number} về trường học",
        lead="Trường học ở xã." if number % 2 else "Đường đến trường.",
        url=f"https://bao.example/{number}",
        source=("Báo Núi", "Báo Biển", "Báo Đồng")[number % 3],
        section=("Giáo dục", "Thời sự")[number % 2],
        tags=tuple(tag for tag, every in (("giáo dục", 2), ("nông thôn mới", 3), ("chuyển đổi số", 5)) if number % every == 0),
        published=datetime(2019 + number % 5, 1 + number % 12, 3, tzinfo=VIETNAM) if number % 9 else None,
    )
    for number in range(45)
)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("kho")
    with Archive.open(home / ARCHIVE_FILE, create=True) as archive:
        archive.add(FIRST_SCHOOL)
        archive.add(SCHOOL, PAGE)
        for article in (HOSTILE, UNMARKED, GONE, *MANY):
            archive.add(article)
        archive.withdraw(GONE.id)
    update_index(home / ARCHIVE_FILE, home / INDEX_FOLDER)
    return home


@pytest.fixture(scope="module")
def searcher(home: Path) -> Iterator[Searcher]:
    searcher = Searcher.open(home)
    yield searcher
    searcher.archive.close()


@contextmanager
def serving(app: Flask) -> Iterator[FlaskClient]:
    yield app.test_client()
    app.extensions["lucbao"].close()


@pytest.fixture(scope="module")
def client(home: Path) -> Iterator[FlaskClient]:
    with serving(create_app(home, base_url="https://kho.example/")) as client:
        yield client


@pytest.fixture(scope="module")
def fetch(client: FlaskClient) -> Fetch:
    def fetch(address: str, *, status: int = 200) -> BeautifulSoup:
        response = client.get(address)
        assert response.status_code == status, address
        return BeautifulSoup(response.data, "lxml")

    return fetch


def href(link: Tag | None) -> str:
    assert link is not None
    return str(link["href"])


def total(page: BeautifulSoup) -> int:
    """Return the number of articles that a page of results says it found."""
    shown = page.select_one("[role=status] b")
    assert shown is not None
    number = re.match(r"[\d.]+", shown.text)
    return int(number[0].replace(".", "")) if number else 0


def path_of(article: Article) -> str:
    return permalink(article.id, article.title)


def texts(page: Tag, selector: str) -> list[str]:
    return [element.text.strip() for element in page.select(selector)]


@pytest.mark.slow
def test_every_page_that_links_lead_to_is_whole_and_safe(client: FlaskClient) -> None:
    seen: set[str] = set()
    kinds: Counter[tuple[str, ...]] = Counter()  # of a path's first part and the names of parameters, at most three pages
    waiting = ["/", "/tim-kiem?q=truong", "/the", path_of(HOSTILE) + "?q=trường"]
    while waiting and len(seen) < 60:
        parts = urlsplit(waiting.pop(0))
        address = parts._replace(fragment="").geturl()
        kind = (parts.path.split("/")[1], *sorted(dict(parse_qsl(parts.query))))
        if address in seen or kinds[kind] == 3:
            continue
        seen.add(address)
        kinds[kind] += 1
        response = client.get(address)
        assert response.status_code == 200, address
        for name in HEADERS:
            assert name in response.headers, (name, address)
        assert "Set-Cookie" not in response.headers
        if response.mimetype != "text/html":
            continue
        page = BeautifulSoup(response.data, "lxml")
        assert page.html is not None and page.html["lang"] == "vi"
        assert len(page.select("main")) == len(page.select("main h1")) == 1
        elements = page.find_all(True)
        ids = [str(one["id"]) for one in elements if one.has_attr("id")]
        assert len(set(ids)) == len(ids), address
        scripts = [one.attrs for one in elements if one.name == "script"]
        assert [one["src"] for one in scripts if "src" in one] == [scripts[0]["src"]]
        assert all(one.get("type") == "application/ld+json" for one in scripts if "src" not in one)
        assert not {"style", "iframe", "object", "embed", "base", "img"} & {one.name for one in elements}
        assert not [name for one in elements for name in one.attrs if name == "style" or name.startswith("on")]
        for box in (one for one in elements if one.name == "input" and one.get("type") != "hidden"):
            assert box.find_parent("label") or page.select(f"label[for={box['id']}]")
        for link in (one for one in elements if one.name == "a" and one.has_attr("href")):
            target = urlsplit(href(link))
            assert (
                target.scheme in ("", "http", "https") and (link.text.strip() or link.get("aria-label")) or link.select("title")
            )
            if not target.netloc and not link.get("hreflang"):
                if not target.path:
                    assert target.fragment in ids, link
                waiting.append(urljoin(address, href(link)))
    assert len(seen) == 60


@pytest.mark.slow
@pytest.mark.parametrize(
    "query",
    [
        "",
        "q=truong",
        "q=trường&tag=nông_thôn_mới",
        "q=truong&from=2020&to=2022-06",
        "q=đường HOẶC THPT&source=báo+núi&exact=1",
        "q=trường&tag=nong-thon-moi&tag=giao-duc",
        "q=trường&tag=giáo_dục&tag=chuyển_đổi_số&tag_any=1&source=báo+núi&source=biển",
        "author=le-thu-ha",
        "not_tag=giáo_dục&not_source=báo+biển&section=giáo+dục",
        "q=truong&from=2021-01-01&to=2021-12-31&month=2021-03&month=2021-09",
        "tag=khong-co&source=báo+núi",
    ],
)
def test_facets_and_bars_count_what_a_click_shows(fetch: Fetch, shown_by: Callable[[str], int], query: str) -> None:
    page = fetch(f"/tim-kiem?{query}" if query else "/tim-kiem?sort=newest")
    everything = total(page)
    barred = len(page.select(".chips .barred"))
    checked = 0
    for link in page.select(".facet li a:has(.tick)"):
        count = link.select_one(".count")
        assert count is not None and shown_by(href(link)) == int(count.text.replace(".", "")), link
        taken = {"chosen", "barred"} & set(link.get("class") or ())
        if taken:
            assert f"{count.text} bài" in link.text and "×" in link.text
        without = link.find_next_sibling("a", class_="without")
        if isinstance(without, Tag) and not taken and not count.get("title"):
            left = fetch(href(without))
            assert total(left) == everything - int(count.text)
            assert len(left.select(".chips .barred")) == barred + 1
        checked += 1
    for more in page.select(".facet .every a"):
        for row in fetch(href(more)).select(".values li"):
            count, box = row.select_one(".count"), row.select_one("input")
            assert count is not None and box is not None
            facet, value = str(box["name"]), str(box["value"])
            pairs = [pair for pair in parse_qsl(urlsplit(href(more)).query) if pair != (facet, value)]
            clicked = pairs if box.has_attr("checked") else [*pairs, (facet, value)]
            assert shown_by(f"/tim-kiem?{urlencode(clicked)}") == int(count.text.replace(".", "")), row
            checked += 1
    for bar in page.select(".chart svg a:has(rect)"):
        assert bar.title is not None
        shown = shown_by(href(bar))
        assert f"bỏ thì còn lại {shown} bài" in bar.title.text if bar.get("class") else f": {shown} bài" in bar.title.text
        checked += 1
    for row in page.select(".chart dt"):
        count = row.select_one(".count")
        assert count is not None and shown_by(href(row.a)) == int(count.text.replace(".", ""))
        checked += 1
    assert checked >= 2


@pytest.fixture(scope="module")
def shown_by(client: FlaskClient) -> Callable[[str], int]:
    """Return a function that says how many articles a page of results, or the front page where nothing is asked, is about."""

    @cache
    def shown_by(address: str) -> int:
        response = client.get(address)
        assert response.status_code == 200, address
        page = document_fromstring(response.get_data(as_text=True))
        (said, *_) = page.xpath("//*[@id='kho']") or page.xpath("//*[@role='status']//b")
        number = re.match(r"[\d.]+", said.text_content().strip())
        return int(number[0].replace(".", "")) if number else 0

    return shown_by


@pytest.mark.slow
def test_two_hashtags_narrow_and_a_switch_widens(fetch: Fetch) -> None:
    page = fetch("/tim-kiem?tag=giao-duc&tag=nong-thon-moi")
    assert texts(page, ".chips li a")[:2] == ["hashtag giáo dục ×bỏ lọc này", "hashtag nông thôn mới ×bỏ lọc này"]
    assert total(page) == 8
    assert texts(page, ".switch") == ["Bài có đủ những mục đã chọn. Bất kỳ mục nào"]
    either = fetch(href(page.select_one(".switch a")))
    assert total(either) == 24 + 15 - 8
    assert texts(either, ".switch") == ["Bài có ít nhất một mục đã chọn. Đủ mọi mục"]
    assert total(fetch(href(either.select_one(".switch a")))) == 8
    assert not fetch("/tim-kiem?tag=giao-duc").select(".switch") and not fetch("/tim-kiem?source=biển&source=đồng").select(
        ".switch"
    )


def test_authors_are_a_facet(fetch: Fetch) -> None:
    page = fetch("/tim-kiem?author=lê+thu+hà")
    assert texts(page, "[aria-labelledby=loc-author] h3") == ["Tác giả"]
    assert {"Lê Thu Hà", "Trần Minh"} <= set(texts(page, "[aria-labelledby=loc-author] .value"))
    assert total(fetch("/tim-kiem?author=LE-THU-HA")) == total(fetch(f"/tim-kiem?q={quote('tác-giả:trần-minh')}")) == 1
    assert total(fetch("/tim-kiem?not_author=lê+thu+hà")) == 47
    assert texts(fetch("/tim-kiem?author=le-thu-ha"), ".chips li a")[0] == "tác giả Lê Thu Hà ×bỏ lọc này"
    assert fetch("/tim-kiem/loc/author").select(".values li")


def test_facets_stand_in_the_order_of_their_use_and_only_where_they_tell_something(fetch: Fetch) -> None:
    page = fetch("/tim-kiem?q=trường")
    assert texts(page, ".facet h3") == ["Hashtag", "Nguồn", "Năm", "Chuyên mục", "Ngày đăng"]  # each author has one article
    chosen = fetch("/tim-kiem?q=trường&from=2021&to=2021&month=2021-03")
    assert texts(chosen, ".facet h3") == ["Năm", "Tháng", "Ngày đăng"]  # one article, but something is chosen there
    assert texts(fetch("/tim-kiem?q=thpt"), ".facet h3") == ["Nguồn", "Ngày đăng"]  # two articles of one paper
    assert texts(page, ".facets > .kind") == ["Bấm một mục để chỉ xem bài có nó, bấm − để loại trừ."]
    skip = page.select("a.skip")[1]
    assert href(skip) == "#ket-qua" and skip.find_next("details", class_="filters") and page.select("#ket-qua .hits")


@pytest.mark.parametrize(
    "address", ["/tim-kiem?tag=nong-thon-moj", "/tim-kiem?q=%23n%C3%B4ng_th%C3%B4ng_m%E1%BB%9Bi", "/the/nong-thon-moj"]
)
def test_a_hashtag_that_nobody_has_offers_the_nearest(client: FlaskClient, address: str) -> None:
    page = BeautifulSoup(client.get(address, follow_redirects=True).data, "lxml")
    offer = page.select_one(".offers li a")
    assert offer is not None and offer.text == "nông thôn mới"
    assert "(15 bài)" in page.select(".offers li")[0].text
    assert total(BeautifulSoup(client.get(href(offer)).data, "lxml")) == 15


def test_tags_count_what_a_click_shows(fetch: Fetch) -> None:
    links = fetch("/the").select(".columns li")
    assert len(links) == 7
    for link in links:
        count = link.select_one(".count")
        assert count is not None and total(fetch(href(link.a))) == int(count.text)
    assert texts(fetch("/"), ".tags.counted li")[:2] == ["#giáo_dục 24", "#nông_thôn_mới 15"]


def test_the_home_page_introduces_the_archive(fetch: Fetch) -> None:
    page = fetch("/")
    assert texts(page, "#kho") == ["48 bài từ 3/2/2019 đến 3/11/2023"]
    assert page.select_one(".chart svg rect")
    examples = page.select(".examples a")
    assert [link.text for link in examples] == ["quang ninh", '"trường học"', "#giáo_dục từ:2023"]
    assert all(total(fetch(href(link))) > 0 for link in examples)
    assert str(fetch("/tim-kiem?q=+").main) == str(page.main)
    assert total(fetch(href(page.select_one("#kho a")))) == 48


def test_hits_are_marked_badged_and_lead_to_the_article(fetch: Fetch) -> None:
    page = fetch("/tim-kiem?q=trường+THPT+đạt+chuẩn&section=&page=1")
    hits = page.select(".hit")
    assert texts(page, ".hit h2") == [SCHOOL.title, UNMARKED.title]
    assert texts(page, ".hit .badge") == ["đúng dấu", "không dấu"]
    unmarked, also = "1 bài viết không dấu, nên không biết có đúng dấu đã gõ hay không", "cũng tìm: trung học phổ thông"
    assert texts(page, ".notes .also") == [unmarked, f"{also} · chỉ tìm đúng chữ đã gõ"]
    assert texts(page, ".notes .all") == [f"{unmarked} · {also}"]
    assert texts(hits[0], ".outlet > *") == ["Báo Núi", "Giáo dục", "12/7/2022", "đúng dấu"]
    assert {mark.lower() for mark in texts(hits[0], "h2 mark")} == {"trường", "thpt", "đạt", "chuẩn"} or texts(
        hits[0], "h2 mark"
    ) == ["Trường THPT đạt chuẩn"]
    assert texts(hits[0], ".tags a") == ["#giáo_dục", "#Quảng_Ninh"]
    assert href(hits[0].select_one("h2 a")).startswith(path_of(SCHOOL) + "?q=")


def test_a_query_that_no_article_answers_in_full_says_so_first(fetch: Fetch) -> None:
    page = fetch("/tim-kiem?q=trường+Bình+Liêu+vắng")
    assert texts(page, ".line [role=status]")[0].startswith("Không có bài nào có đủ · dưới đây là 2 bài gần đúng")
    assert texts(page, ".hit .badge")[0] == "thiếu: vắng"


def test_a_long_query_shows_how_many_have_it_all(fetch: Fetch) -> None:
    page = fetch("/tim-kiem?q=trường+THPT+đạt+chuẩn+ở+Quảng+Ninh")
    assert texts(page, ".hit h2") == [SCHOOL.title, UNMARKED.title]
    assert texts(page, ".hit .badge") == ["thiếu: Quảng, Ninh"]
    status = page.select_one(".line [role=status]")
    assert status and texts(page, ".line [role=status]")[0].startswith("1 bài có đủ · thêm 1 bài gần đúng")
    only = fetch(href(status.select_one("a")))
    assert texts(only, ".hit h2") == [SCHOOL.title]
    assert "xem cả bài gần đúng" in texts(only, ".line [role=status]")[0]


@pytest.mark.slow
def test_what_else_is_looked_for_is_said_and_one_click_turns_it_off(fetch: Fetch, client: FlaskClient) -> None:
    page = fetch("/tim-kiem?q=trung+học+phổ+thông&page=1")
    off = page.select_one(".also a")
    assert texts(page, ".also") == ["cũng tìm: THPT · chỉ tìm đúng chữ đã gõ"]
    assert href(off) == "/tim-kiem?" + urlencode({"q": "trung học phổ thông", "expand": 0})
    without = fetch(href(off))
    assert total(without) < total(page)
    assert texts(without, ".also") == ["đang không tìm: THPT · tìm cả"]
    assert href(without.select_one(".also a")) == "/tim-kiem?" + urlencode({"q": "trung học phổ thông"})
    assert not fetch("/tim-kiem?q=trường").select(".also a")
    answers = [client.get("/api/v1/search", query_string={"q": "thpt", **more}).json for more in ({}, {"expand": "0"})]
    forms = {"typed": "thpt", "expansion": "trung học phổ thông"}
    assert [answer and answer["expansions"] for answer in answers] == [[{**forms, "on": True}], [{**forms, "on": False}]]


@pytest.mark.parametrize("more", ["", "&expand=0"])
def test_an_article_is_marked_as_the_search_found_it(fetch: Fetch, more: str) -> None:
    marks = texts(fetch(f"{path_of(SCHOOL)}?q=%22trường%22+thpt{more}"), "article mark")
    assert any("trung học phổ thông" in mark for mark in marks) is (not more)


def test_nothing_found_helps_on(fetch: Fetch) -> None:
    page = fetch("/tim-kiem?q=khongcotunay&tag=giáo_dục&exact=1")
    assert texts(page, "main [role=status]:not(.hidden)") == ["Không tìm thấy bài nào"]
    assert texts(page, ".obstacles li") == ["Không bài nào có “khongcotunay”."]
    assert [href(link) for link in page.select(".help a")] == [
        "/tim-kiem?sort=newest",
        "/the",
    ]  # without its filters it finds nothing either


def test_what_filters_leave_out_is_one_click_away(fetch: Fetch) -> None:
    page = fetch("/tim-kiem?q=truong&tag=giáo_dục&from=2050")
    (way,) = [link for link in page.select(".obstacles a") if "from=" not in href(link)]
    count = int(re.search(r"\((\d+) bài\)", way.parent.text)[1])  # type: ignore[index]
    assert href(way) == f"/tim-kiem?q=truong&tag={quote('giáo_dục')}" and count
    assert texts(fetch(href(way)), "main [role=status]:not(.hidden)")[0].startswith(f"{count} bài")


def test_what_operators_bind_is_shown_each_with_the_way_to_be_rid_of_it(fetch: Fetch) -> None:
    query = urlencode({"q": "tiêu-đề:trường học đạt -nông thôn", "tag": "giáo_dục", "page": "1"})
    page = fetch(f"/tim-kiem?{query}")
    words = page.select(".bound a")
    assert [word.text.split(" ×")[0] for word in words] == ["tiêu đề có: trường học", "không có: nông thôn"]
    assert [parse_qs(urlsplit(href(word)).query) for word in words] == [
        {"q": ["đạt -nông thôn"], "tag": ["giáo_dục"]},
        {"q": ["tiêu-đề:trường học đạt"], "tag": ["giáo_dục"]},
    ]
    assert texts(page, ".filters summary")[0] == "Lọc (1)"
    assert not fetch("/tim-kiem?q=nông+thôn").select(".bound")
    assert [word.text.split(" ×")[0] for word in fetch("/tim-kiem?q=<b>+-<i>nông+-nông").select(".bound a")] == ["không có: nông"]


def test_signs_of_other_engines_are_told_on_the_page(fetch: Fetch) -> None:
    told = texts(fetch("/tim-kiem?" + urlencode({"q": "trường site:bao.example || chuẩn"})), ".problems li")
    assert told[0].startswith("“site:” không phải") and "nguồn:bao.example" in told[0] and "OR hoặc HOẶC" in told[1]


def test_chips_take_away_one_filter_each(fetch: Fetch) -> None:
    state = "q=truong&tag=giáo_dục&tag=nông_thôn_mới&source=báo+núi&from=2020&to=2022&sort=newest&page=2&size=5"
    page = fetch(f"/tim-kiem?{state}")
    chips = page.select(".chips a")
    assert [chip.text.split(" ×")[0] for chip in chips] == [
        "hashtag giáo dục",
        "hashtag nông thôn mới",
        "nguồn Báo Núi",
        "ngày 2020–2022",
        "Xoá lọc",
    ]
    assert texts(page, ".filters summary")[0] == "Lọc (4)"
    without = parse_qs(urlsplit(href(chips[0])).query)
    assert without == {
        "q": ["truong"],
        "tag": ["nông_thôn_mới"],
        "source": ["báo núi"],
        "from": ["2020-01-01"],
        "to": ["2022-12-31"],
        "sort": ["newest"],
        "size": ["5"],
    }
    assert parse_qs(urlsplit(href(chips[4])).query) == {"q": ["truong"], "sort": ["newest"], "size": ["5"]}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("preferred", "cookie", "spoken"),
    [
        ("", "", "vi"),
        ("en-GB,en;q=0.9", "", "en"),
        ("fr, vi;q=0.5, en;q=0.4", "", "vi"),
        ("fr", "", "vi"),
        ("en", "vi", "vi"),
        ("vi", "en", "en"),
        ("vi", "<script>", "vi"),
        ("\x00;;q=,,*", "", "vi"),
    ],
)
def test_the_language_is_the_readers_choice_then_the_browsers(home: Path, preferred: str, cookie: str, spoken: str) -> None:
    with serving(create_app(home)) as client:
        if cookie:
            client.set_cookie("language", cookie)
        for path in ("/", "/tim-kiem?q=*", "/the", path_of(SCHOOL), "/khong-co"):
            response = client.get(path, headers={"Accept-Language": preferred})
            assert BeautifulSoup(response.data, "lxml").html["lang"] == spoken  # type: ignore[index]
            assert {"Accept-Language", "Cookie"} <= set(response.vary)
        problem = client.get("/api/v1/search?q=*", headers={"Accept-Language": preferred}).json["problems"][0]  # type: ignore[index]
        assert problem["code"] == "star_alone" and problem["message"].startswith({"vi": "Dấu", "en": "A *"}[spoken])


def test_the_switch_stays_and_leaves_the_address_as_it_was(home: Path) -> None:
    with serving(create_app(home)) as client:
        address = f"/tim-kiem?q={quote('trường #x&y')}&tag=a&tag=b"
        link = BeautifulSoup(client.get(address).data, "lxml").select_one("a[hreflang=en]")
        response = client.get(href(link))
        assert response.status_code == 302 and parse_qs(response.headers["Location"]) == parse_qs(address)
        assert "SameSite=Lax" in response.headers["Set-Cookie"] and "HttpOnly" in response.headers["Set-Cookie"]
        page = BeautifulSoup(client.get(response.headers["Location"]).data, "lxml")
        assert page.html is not None and page.html["lang"] == "en" and texts(page, "h1") == ["Search results"]
        assert client.get("/?lang=vi").headers["Location"] == "/"
        assert "Set-Cookie" not in client.get("/?lang=fr").headers


@pytest.mark.parametrize("path", ["//evil.example/", "/\\evil.example", "/%5Cevil.example", "/%2Fevil.example"])
def test_the_switch_never_leaves_the_site(client: FlaskClient, path: str) -> None:
    location = client.get(path, query_string="lang=en", base_url="http://localhost").headers.get("Location", "/")
    assert urlsplit(location).netloc in ("", "localhost") and not location.startswith(("//", "/\\"))
    client.delete_cookie("language")


def test_the_forms_keep_the_state_that_is_not_theirs(fetch: Fetch) -> None:
    page = fetch("/tim-kiem?q=truong&tag=giáo_dục&from=2020&sort=newest&exact=1&page=2")

    def hidden(form: Tag | None) -> set[tuple[str, str]]:
        assert form is not None
        return {(str(one["name"]), str(one["value"])) for one in form.select("input[type=hidden]")}

    kept = {("tag", "giáo_dục"), ("sort", "newest")}
    assert hidden(page.select_one("form[role=search]")) == kept | {("from", "2020-01-01")}
    assert hidden(page.select_one(".facet form")) == kept | {("q", "truong"), ("exact", "1")}
    assert page.select_one("input[name=exact][checked]") and page.select_one("input[type=date][name=from][value='2020-01-01']")


def test_pages_show_each_article_once_and_link_to_their_neighbours(fetch: Fetch) -> None:
    address, found = "/tim-kiem?q=truong&sort=oldest", []
    while address:
        page = fetch(address)
        found += [str(hit["id"]) for hit in page.select(".hit")]
        assert total(page) == 48
        following = page.select_one("a[rel=next]")
        address = href(following) if following else ""
        assert page.select("head link[rel=next]") == [] or href(page.select_one("head link[rel=next]")) == address
    assert len(found) == len(set(found)) == 48
    assert texts(fetch("/tim-kiem?q=truong&page=5"), ".pages [aria-current]") == ["5"]
    beyond = fetch("/tim-kiem?q=truong&page=99")
    assert texts(beyond, ".notice") == ["Kết quả không có trang 99; trang cuối là 5. Về trang cuối"]
    assert href(beyond.select_one(".notice a")) == "/tim-kiem?q=truong&page=5"
    for path, last in (("/the", 1), ("/the/giáo_dục", 3), ("/tim-kiem/loc/tag", 1)):
        said = f"Kết quả không có trang 1.234; trang cuối là {last}. Về trang cuối"
        assert texts(fetch(f"{path}?page=1234"), ".notice") == [said]


def test_a_chart_is_a_table_and_a_picture_to_take_away(client: FlaskClient, fetch: Fetch) -> None:
    page = fetch("/tim-kiem?q=trường&tag=giáo_dục&from=2020")
    table, picture = (href(link) for link in page.select(".chart .files a"))
    answer = client.get(table)
    assert answer.mimetype == "text/csv" and "attachment" in answer.headers["Content-Disposition"]
    head, *rows = answer.get_data(as_text=True).lstrip("\ufeff").splitlines()
    counts = {row.split(",")[0]: int(row.split(",")[1]) for row in rows}
    bars = {bar["data-first"]: int(re.findall(r"\d+(?= bài)", bar.text)[0]) for bar in page.select(".chart a[data-first]")}
    assert head == "month,articles" and {month: count for month, count in counts.items() if count} == bars
    assert list(counts) == sorted(counts) and list(counts)[0] == min(bars) and list(counts)[-1] == max(bars)
    drawn = client.get(picture)
    assert drawn.mimetype == "image/svg+xml" and drawn.headers["Content-Disposition"].endswith('.svg"')
    tree = BeautifulSoup(drawn.data, "xml")
    assert [one.title.text for one in tree.select("rect:has(title)")] == [
        bar.title.text for bar in page.select(".chart a:has(rect)")
    ]
    assert tree.svg and tree.svg.title and tree.svg.title.text == "Số bài theo thời gian: trường · giáo dục · từ 1/1/2020"
    assert "https://kho.example/tim-kiem?q=trường&tag=giáo_dục&from=2020-01-01" in tree.text
    hostile = client.get("/tim-kiem/bieu-do.svg", query_string={"q": "</text><script>alert(1)</script>\x00\x0b&amp;"})
    assert hostile.status_code == 200 and not BeautifulSoup(hostile.data, "xml").select("script")
    assert client.get("/tim-kiem/bieu-do.csv?q=khongcotunay").get_data(as_text=True) == "\ufeffmonth,articles\r\n"
    for wrong in ("/tim-kiem/bieu-do.csv?from=xyz", "/tim-kiem/bieu-do.svg?sort=best"):
        assert client.get(wrong).status_code == 400
    assert client.get("/tim-kiem/bieu-do.png").status_code == 404


@pytest.mark.parametrize(
    ("today", "offered"),
    [
        (date(2023, 11, 5), ["7 ngày", "30 ngày", "Năm nay", "Năm ngoái"]),
        (date(2023, 11, 20), ["30 ngày", "Năm nay", "Năm ngoái"]),
        (date(2024, 6, 1), ["Năm ngoái"]),
        (date(2019, 2, 3), ["7 ngày", "30 ngày", "Năm nay"]),
        (date(2026, 1, 1), []),
    ],
)
def test_spans_in_which_the_archive_has_articles_are_one_click_away(
    fetch: Fetch, monkeypatch: pytest.MonkeyPatch, today: date, offered: list[str]
) -> None:
    monkeypatch.setattr("web.preset.today_in_vietnam", lambda: today)
    page = fetch("/tim-kiem?q=trường&month=2022-03&sort=newest")
    assert texts(page, ".presets a") == offered
    for link in page.select(".presets a"):
        state = parse_qs(urlsplit(href(link)).query)
        assert (state["q"], state["sort"]) == (["trường"], ["newest"]) and "month" not in state
        days = {"7 ngày": 6, "30 ngày": 29}.get(link.text)
        span = (
            (today - timedelta(days), today)
            if days
            else (date(int(state["from"][0][:4]), 1, 1), date(int(state["to"][0][:4]), 12, 31))
        )
        assert (state["from"], state["to"]) == ([str(span[0])], [str(span[1])])
        assert texts(fetch(href(link)), ".presets [aria-current]") == [link.text]


def test_a_search_that_was_stopped_counts_nothing(
    client: FlaskClient, searcher: Searcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client.application.extensions["lucbao"].searcher(), "_time_limit", -1.0)
    stopped = BeautifulSoup(client.get("/tim-kiem?q=truong").data, "lxml")
    assert texts(stopped, ".line [role=status]") == ["Đã dừng giữa chừng nên chưa có số bài"]
    assert "cần hơn -1 giây" in stopped.select_one(".problems").text and not stopped.select(".help")


BAD = [
    "page=abc",
    "size=1000000000",
    "from=xyz",
    "to=31/2/2022",
    "sort=best",
    "exact=yes",
    "month=2022-13",
    "from=2023&to=2022",
    "tag=<>",
]


@pytest.mark.parametrize("query", BAD)
def test_a_bad_parameter_is_a_problem_on_the_page_and_a_400_in_the_api(client: FlaskClient, fetch: Fetch, query: str) -> None:
    page = fetch(f"/tim-kiem?q=truong&{query}")
    assert len(page.select(".problems li")) == 1 and total(page) == 48
    response = client.get(f"/api/v1/search?q=truong&{query}")
    assert response.status_code == 400
    assert response.json is not None and set(response.json) == {"error"} and set(response.json["error"]) == {"code", "message"}
    assert response.json["error"]["code"] == "bad_parameter"


def test_hostile_facets_are_shown_as_text(client: FlaskClient, fetch: Fetch) -> None:
    page = fetch(
        "/tim-kiem?" + urlencode({"q": '"><script>alert(1)</script>', "source": "<script>alert(1)</script>", "tag": "<script>"})
    )
    assert len(page.select("script")) == 1
    assert [chip.text.split(" ×")[0] for chip in page.select(".chips a")][:2] == [
        "hashtag script",
        "nguồn <script>alert(1)</script>",
    ]
    assert page.select_one("#q") and page.select("#q")[0]["value"] == '"><script>alert(1)</script>'


def test_a_long_query_is_cut_and_said_to_be(client: FlaskClient, fetch: Fetch) -> None:
    long = "a" * 12_000
    page = fetch(f"/tim-kiem?q={long}")
    assert texts(page, ".problems li") == ["Câu tìm quá dài nên chỉ 10.000 ký tự đầu được đọc."]
    assert long not in str(page)
    assert client.get(f"/api/v1/search?q={long}").status_code == 400


def test_problems_in_the_query_are_shown_with_the_part_they_mean(fetch: Fetch) -> None:
    problems = texts(fetch("/tim-kiem?q=trường+*"), ".problems li")
    assert len(problems) == 1 and problems[0].startswith("“*”: ")


@pytest.mark.slow
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=80) | st.text(alphabet='"()-*:#~ORANDtừđến2022 ', max_size=80))
def test_no_query_makes_an_error(client: FlaskClient, query: str) -> None:
    for path in ("/tim-kiem", "/api/v1/search", path_of(SCHOOL)):
        response = client.get(path, query_string={"q": query.encode("utf-8", "surrogatepass")})
        assert response.status_code == 200


def test_the_longest_query_is_answered(client: FlaskClient) -> None:
    assert client.get("/tim-kiem", query_string={"q": "trường " * 3000}).status_code == 200


def test_an_article_shows_everything_the_paper_published(fetch: Fetch) -> None:
    page = fetch(path_of(SCHOOL))
    assert texts(page, "main h1") == [SCHOOL.title]
    assert texts(page, ".byline") == ["Lê Thu Hà, Trần Minh"]
    assert texts(page, ".lead") == [SCHOOL.lead]
    assert texts(page, ".text h2") == ["Trường mới, chuẩn mới"]
    assert texts(page, ".picture") == ["Chú thích ảnh: Sân trường ngày khai giảng Ảnh: Lã Nam"]
    assert texts(page, ".credit") == ["Ảnh: Lã Nam"]
    assert texts(page, "article > .tags a") == ["#giáo_dục", "#Quảng_Ninh"]
    evidence = page.select_one(".evidence")
    assert evidence is not None
    for said in (
        "12/7/2022, 08:30",
        "13/7/2022, 09:00",
        "2/1/2024, 03:04",
        SCHOOL.content_hash,
        hashlib.sha256(PAGE).hexdigest(),
    ):
        assert said in evidence.text
    assert page.select("mark, .marks, .back") == []
    assert href(page.select_one("link[rel=canonical]")) == "https://kho.example" + path_of(SCHOOL)


def test_related_articles_are_permalinks_where_the_archive_has_them(fetch: Fetch) -> None:
    related = fetch(path_of(SCHOOL)).select(".related li")
    assert [(entry.a and entry.a["href"]) for entry in related] == [path_of(MANY[3]), "https://bao.example/xa", None]
    assert related[2].text.strip() == "Bài bẫy"


@pytest.mark.parametrize("query", ["trường thpt", "truong", '"đạt chuẩn"', "tiêu-đề:trường", "khongco"])
@pytest.mark.parametrize("exact", [False, True])
def test_marks_are_the_searchers_highlights_in_order(fetch: Fetch, searcher: Searcher, query: str, exact: bool) -> None:
    page = fetch(f"{path_of(SCHOOL)}?{urlencode({'q': query, **({'exact': 1} if exact else {})})}")
    ranges = searcher.highlights(SearchRequest(query, exact_marks=exact), SCHOOL).ranges
    slots = [("title", SCHOOL.title, "tieu-de"), ("lead", SCHOOL.lead, "sa-po")]
    slots += [(number, block.text, f"doan-{number + 1}") for number, block in enumerate(SCHOOL.blocks)]  # type: ignore[misc]
    expected, passages = [], []
    for slot, text, anchor in slots:
        found = ranges.get(slot, ())  # type: ignore[call-overload]
        if found:
            passages.append(anchor)
        for number, (start, end) in enumerate(found):
            if number and not text[found[number - 1][1] : start].strip():
                expected[-1] += text[found[number - 1][1] : end]
            else:
                expected.append(text[start:end])
    assert [mark.text for mark in page.select("article mark")] == expected
    assert [href(link) for link in page.select(".marks a")] == [f"#{anchor}" for anchor in passages]
    assert all(page.select(f"article #{anchor} mark") for anchor in passages)
    if passages:
        assert texts(page, "[data-plain]")[0].startswith(f"{len(passages)} đoạn · {len(expected)} chỗ:")


def test_every_paragraph_has_an_anchor_and_is_quoted_with_its_source(fetch: Fetch, searcher: Searcher) -> None:
    page = fetch(path_of(SCHOOL))
    assert [str(one["id"]) for one in page.select("article [id]")][:5] == ["tieu-de", "sa-po", "doan-1", "doan-2", "doan-3"]
    assert [href(link) for link in page.select(".text .anchor")] == ["#doan-1", "#doan-2", "#doan-3"]
    form = page.select_one(".cite form")
    assert form is not None and form.select_one("input[name=doan][max='3']")
    plain = texts(page, "#dan-nguon")[0]
    quoted = texts(fetch(path_of(SCHOOL) + "?doan=2"), "#dan-nguon")[0]
    address = "https://kho.example" + path_of(SCHOOL)
    assert quoted == "“Trường THPT Bình Liêu đạt chuẩn mức độ 2.”\n" + plain.replace(address, address + "#doan-2")
    first = searcher.archive.revisions(SCHOOL.id)[0].change
    assert f"{address}?ban={first}#doan-2 " in texts(fetch(f"{path_of(SCHOOL)}?ban={first}&doan=2"), "#dan-nguon")[0]
    for wrong in ("0", "4", "x", "9" * 30):
        assert texts(fetch(f"{path_of(SCHOOL)}?doan={wrong}"), "#dan-nguon")[0] == plain


@pytest.mark.parametrize("name", [SCHOOL.id, f"{SCHOOL.id}-ten-cu", f"{SCHOOL.id.upper()}-truong", f"{SCHOOL.id}-"])
def test_any_spelling_of_a_permalink_leads_to_the_right_one(client: FlaskClient, name: str) -> None:
    response = client.get(f"/bai-viet/{name}?q=tr%C6%B0%E1%BB%9Dng&page=2")
    assert (response.status_code, response.headers["Location"]) == (301, f"{path_of(SCHOOL)}?q=tr%C6%B0%E1%BB%9Dng&page=2")


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("aaaaaaaaaaaa-nong-thon-moi", "nong thon moi"),
        ("nong-thon-moi", "nong thon moi"),
        ("<script>", "script"),
        ("x" * 3000, "x" * 200),
    ],
)
def test_an_unknown_article_is_a_404_that_helps(fetch: Fetch, name: str, words: str) -> None:
    page = fetch(f"/bai-viet/{quote(name)}", status=404)
    assert texts(page, "h1") == ["Kho không có bài này"]
    assert page.select("#q")[0]["value"] == words
    assert fetch(f"/bai-viet/{quote(name)}/goc", status=404)


def test_a_withdrawn_article_is_gone_but_not_unknown(client: FlaskClient, fetch: Fetch) -> None:
    assert texts(fetch(path_of(GONE), status=410), "h1") == ["Bài này đã được rút khỏi kho"]
    assert client.get(path_of(GONE) + "/goc").status_code == 404
    assert client.get(f"/api/v1/articles/{GONE.id}").status_code == 404


def test_every_revision_stays_readable(fetch: Fetch, searcher: Searcher) -> None:
    first, last = searcher.archive.revisions(SCHOOL.id)
    page = fetch(path_of(SCHOOL) + "?q=hai+trường")
    older = page.select_one(".evidence ol a")
    assert parse_qs(urlsplit(href(older)).query) == {"q": ["hai trường"], "ban": [str(first.change)]}
    old = fetch(href(older))
    assert texts(old, ".lead") == ["Bản đầu: hai trường đạt chuẩn."]
    assert first.content_hash in old.text and last.content_hash not in old.text
    assert href(old.select_one(".notice a")) == path_of(SCHOOL) + "?q=hai+tr%C6%B0%E1%BB%9Dng"
    assert href(old.select_one("link[rel=canonical]")) == "https://kho.example" + path_of(SCHOOL)
    for wrong in ("0", "abc", "999999", str(searcher.archive.revisions(UNMARKED.id)[0].change)):
        fetch(f"{path_of(SCHOOL)}?ban={wrong}", status=404)


def test_the_way_back_is_the_search_that_led_here(fetch: Fetch) -> None:
    address = "/tim-kiem?" + urlencode({"q": "truong", "tag": "giáo_dục", "sort": "newest", "page": 2})
    link = fetch(address).select_one(".hit h2 a")
    article = href(link)
    back = href(fetch(article).select_one(".back"))
    assert back.split("#") == [address, f"b-{article.split('/')[2][:12]}"]
    assert fetch(back).find(id=back.split("#")[1])


@pytest.mark.parametrize(
    "query",
    [
        "q=//ke-xau.example",
        "q=javascript:alert(1)",
        "tag=x&ve=https://ke-xau.example",
        "q=x&source=//ke-xau.example/",
        "q=%0d%0aLocation:x",
    ],
)
def test_the_way_back_never_leaves_the_site(fetch: Fetch, query: str) -> None:
    back = href(fetch(f"{path_of(SCHOOL)}?{query}").select_one(".back"))
    assert back.startswith("/tim-kiem?") and urlsplit(back).netloc == "" and "ve=" not in back


def test_a_hostile_article_is_shown_as_text(fetch: Fetch) -> None:
    page = fetch(path_of(HOSTILE) + "?q=trường")
    assert texts(page, "h1") == [HOSTILE.title] and texts(page, ".lead") == [HOSTILE.lead]
    assert texts(page, ".text > p")[1] == HOSTILE.blocks[0].text
    assert texts(page, ".byline") == ["<i>Kẻ xấu</i>"]
    assert not [link for link in page.select("a") if "javascript" in href(link)]
    assert "javascript:alert(1)" in texts(page, ".evidence dd")[0]
    for link in page.select("article > .tags a"):
        assert total(fetch(href(link))) == 1


def test_the_raw_page_is_handed_out_whole_and_inert(client: FlaskClient, searcher: Searcher) -> None:
    first, last = searcher.archive.revisions(SCHOOL.id)
    for address in (f"/bai-viet/{SCHOOL.id}/goc", f"{path_of(SCHOOL)}/goc?ban={last.change}"):
        response = client.get(address)
        assert (response.status_code, response.data) == (200, PAGE)
        assert response.mimetype == "application/octet-stream"
        assert response.headers["Content-Disposition"] == f'attachment; filename="{SCHOOL.id}.html.txt"'
        assert response.headers["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
        assert response.headers["X-Content-Type-Options"] == "nosniff"
    for address in (
        f"/bai-viet/{SCHOOL.id}/goc?ban={first.change}",
        f"/bai-viet/{UNMARKED.id}/goc",
        f"/bai-viet/{SCHOOL.id}/goc?ban=x",
    ):
        assert client.get(address).status_code == 404


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("nông_thôn_mới", 200),
        ("Nông thôn mới", 301),
        ("#nông_thôn_mới", 301),
        ("khong_co", 404),
        ("<>", 404),
        ("a/b", 301),
        ("nong-thon-moi", 302),
        ("nong_thon_moi", 302),
        ("NONG THON MOI", 302),
        ("nong_thôn_mới", 302),
        ("\x00\ufffd", 404),
    ],
)
def test_a_tag_has_one_address(client: FlaskClient, name: str, status: int) -> None:
    response = client.get(f"/the/{quote(name)}")
    assert response.status_code == status
    if status in (301, 302) and name != "a/b":
        assert response.headers["Location"] == f"/the/{quote('nông_thôn_mới')}"


def test_a_tags_articles_come_newest_first(fetch: Fetch) -> None:
    page = fetch("/the/giáo_dục")
    days = [str(time["datetime"])[:10] for time in page.select(".hit time")]
    assert days == sorted(days, reverse=True) and len(days) == 10
    assert texts(page, "h1") == ["#giáo_dục"]
    second = href(page.select_one("a[rel=next]"))
    assert second == f"/the/{quote('giáo_dục')}?page=2"
    assert len(fetch(second).select(".hit")) == 10


METHODS = ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW"]


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("path", ["/", "/tim-kiem", "/api/v1/search", "/healthz", "/static/lucbao.css", "/khong-co"])
def test_only_reading_is_allowed(client: FlaskClient, method: str, path: str) -> None:
    response = client.open(path, method=method)
    assert (response.status_code, response.headers["Allow"]) == (405, "GET, HEAD")
    assert set(HEADERS) <= set(response.headers.keys())
    if path.startswith("/api"):
        assert response.json is not None and response.json["error"]["code"] == "http_405"


@pytest.mark.parametrize(
    "path", ["/", "/tim-kiem?q=truong", "/the", path_of(SCHOOL), f"/bai-viet/{SCHOOL.id}/goc", "/healthz", "/api/v1/search"]
)
def test_head_is_get_without_the_body(client: FlaskClient, path: str) -> None:
    head, get = client.head(path), client.get(path)
    assert (head.status_code, head.data) == (200, b"") and head.headers["Content-Type"] == get.headers["Content-Type"]


@pytest.mark.parametrize("path", ["/khong-co", "/bai-viet/", "/static/../web/__init__.py", "/static/khong-co.css", "/%00"])
def test_an_unknown_address_is_a_page_that_helps(client: FlaskClient, path: str) -> None:
    response = client.get(path)
    assert response.status_code == 404 and set(HEADERS) <= set(response.headers.keys())
    assert BeautifulSoup(response.data, "lxml").select_one("form[role=search]")


@pytest.mark.parametrize("path", ["/api/v1/khong-co", "/api/khong-co", "/api/v1/articles/aaaaaaaaaaaa", "/api/v1/articles/x"])
def test_the_api_speaks_json_of_errors_too(client: FlaskClient, path: str) -> None:
    response = client.get(path)
    assert response.status_code == 404
    assert response.json is not None and set(response.json["error"]) == {"code", "message"}


def test_the_api_gives_the_searchers_answer(client: FlaskClient, searcher: Searcher) -> None:
    response = client.get("/api/v1/search?q=truong thpt&tag=Giáo dục&sort=newest&size=3")
    asked = SearchRequest(query="truong thpt", selected={"tag": ("giáo_dục",)}, sort="newest", size=3)
    answer, expected = response.json, searcher.search(asked).as_json(base="https://kho.example")
    assert answer is not None
    assert json.loads(json.dumps({**expected, "took_ms": 0, "next": answer["next"]})) == {**answer, "took_ms": 0}
    assert "giáo dục" in response.get_data(as_text=True)  # not \\u00f4
    for hit in answer["hits"]:
        for snippet in hit["snippets"]:
            assert all(0 <= start < end <= len(snippet["text"]) for start, end in snippet["marks"])


def test_the_api_gives_an_article_whole(client: FlaskClient) -> None:
    answer = client.get(f"/api/v1/articles/{SCHOOL.id}").json
    assert answer is not None
    assert (answer["title"], answer["permalink"], answer["content_hash"]) == (
        SCHOOL.title,
        f"https://kho.example{path_of(SCHOOL)}",
        SCHOOL.content_hash,
    )
    assert answer["blocks"][2] == {"kind": "caption", "text": "Sân trường ngày khai giảng", "credit": "Ảnh: Lã Nam"}
    assert answer["published"] == "2022-07-12T08:30:00+07:00"
    assert [link["permalink"] for link in answer["related"]] == [f"https://kho.example{path_of(MANY[3])}", None, None]
    assert [revision["content_hash"] for revision in answer["revisions"]] == [FIRST_SCHOOL.content_hash, SCHOOL.content_hash]


def test_a_fault_of_ours_is_a_500_that_tells_nothing(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("bí mật /đường/dẫn")

    monkeypatch.setattr(Searcher, "search", fail)
    with serving(create_app(home)) as client:
        for path in ("/tim-kiem?q=x", "/api/v1/search?q=x"):
            response = client.get(path)
            assert response.status_code == 500 and set(HEADERS) <= set(response.headers.keys())
            assert "bí mật" not in response.get_data(as_text=True)
        assert response.json is not None and response.json["error"]["code"] == "http_500"


def test_health_and_readiness(client: FlaskClient) -> None:
    assert client.get("/healthz").json == {"status": "ok"}
    ready = client.get("/readyz").json
    assert ready is not None and (ready["status"], ready["articles"]) == ("ready", 48)


def test_without_an_archive_the_process_lives_and_says_what_to_do(tmp_path: Path, home: Path) -> None:
    app = create_app(tmp_path / "chưa có")
    with serving(app) as client:
        assert client.get("/healthz").status_code == 200
        for path in ("/", "/tim-kiem?q=x", "/the", f"/bai-viet/{SCHOOL.id}", "/readyz", "/api/v1/search?q=x"):
            response = client.get(path)
            assert (response.status_code, response.headers["Retry-After"]) == (503, "10")
            assert "lucbao index" in response.get_data(as_text=True) and str(tmp_path) not in response.get_data(as_text=True)
        assert client.get("/readyz").json["error"]["code"] == "not_ready"  # type: ignore[index]
        app.extensions["lucbao"].home = home  # the archive appears
        assert client.get("/readyz").status_code == 200


def test_the_environment_says_where_the_archive_is(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LUCBAO_HOME", str(home))
    monkeypatch.setenv("LUCBAO_BASE_URL", "https://lucbao.example/kho/")
    with serving(create_app()) as client:
        page = BeautifulSoup(client.get(path_of(SCHOOL)).data, "lxml")
    assert href(page.select_one("link[rel=canonical]")) == "https://lucbao.example/kho" + path_of(SCHOOL)


def test_style_and_script_are_small_and_cached_by_their_content(client: FlaskClient, fetch: Fetch) -> None:
    page = fetch("/")
    sheets = [href(page.select_one("link[rel=stylesheet]"))]
    sheets += [href(link) for link in fetch("/tim-kiem?q=truong").select("link[rel=stylesheet]")[1:]]
    sheets += [href(link) for link in fetch(path_of(SCHOOL)).select("link[rel=stylesheet]")[1:]]
    assert len(set(sheets)) == 3
    for address, most in (*((sheet, 20_480) for sheet in sheets), (str(page.select("script")[0]["src"]), 15_000)):
        with client.get(address) as response:
            assert response.status_code == 200 and len(response.data) < most
            assert re.search(r"\?v=[0-9a-f]{8}$", address) and "max-age=31536000" in response.headers["Cache-Control"]
