"""searcher.match.duplicate, and copies folded into one hit: only copies, each article found in one group, every count as it was."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import chain
from pathlib import Path

import numpy as np
import pytest
from bs4 import BeautifulSoup
from conftest import SYLLABLES, Once, fill, random_article
from hypothesis import given
from hypothesis import strategies as st

from command.shown.hit_page import render_page
from command.speaker import Speaker
from corpus.article import Article, Block
from index.signature import SIGNATURE_LENGTH
from language.text import clean
from language.timestamp import VIETNAM
from searcher.match.duplicate import components, duplicates, links
from searcher.rank.scored_document import MOST_COPIES
from searcher.request import SearchRequest, Sort
from searcher.search import Searcher
from web import create_app

pytestmark = pytest.mark.slow

PARAGRAPHS = (
    "Sáng 12/7, Ủy ban nhân dân tỉnh Sông Trăng công bố quyết định đưa vào sử dụng hồ chứa nước Khe Dẻ sau ba năm thi công, cấp nước cho "
    "hơn 4.200 ha lúa và cây ăn quả của hai huyện phía tây.",
    "Theo chủ đầu tư, hồ có dung tích 18 triệu mét khối, đập chính cao 41 m, tổng vốn 612 tỷ đồng từ ngân sách trung ương và địa phương. Hệ "
    "thống kênh dẫn dài 37 km đi qua chín xã, trong đó năm xã trước đây năm nào cũng thiếu nước vào tháng ba.",
    "Ông Lò Văn Dẻ, ở bản Nà Khoang, nói gia đình đã chuyển nửa mẫu ruộng một vụ sang trồng hai vụ ngay trong năm nay, và mong tuyến kênh "
    "nhánh cuối cùng sớm xong để bà con không phải bơm nước đêm.",
    "Ban quản lý cho biết sẽ vận hành thử đến hết tháng 9, đồng thời lắp thêm sáu trạm đo mưa ở thượng nguồn để báo lũ sớm cho vùng hạ du.",
)
BULLETIN = "Giá {} tại chợ {} sáng nay {} đồng một cân, tăng {} đồng so với hôm qua; thương lái mua vào {} tấn trong ngày."


def story(number: int, *paragraphs: str, title: str = "", lead: str = "", day: int = 0, captions: Sequence[str] = ()) -> Article:
    return Article(
        title=clean(title or f"Hồ Khe Dẻ bắt đầu tích nước, bản {number}"),
        lead=clean(lead),
        blocks=(*(Block("paragraph", clean(each)) for each in paragraphs), *(Block("caption", clean(each)) for each in captions)),
        url=f"https://bao{number % 7}.example/{number}",
        source=f"Báo {number % 7}",
        published=datetime(2022, 7, 12, tzinfo=VIETNAM) + timedelta(days=day or number),
    )


def bulletin(day: int) -> str:
    chance = random.Random(day)
    goods = ("cà phê", "hồ tiêu", "lúa khô", "sắn tươi", "ngô hạt", "chuối tây", "cam sành", "lợn hơi")
    rows = (BULLETIN.format(good, "Đầm", *(chance.randint(10, 99) * 100 for _ in range(3))) for good in goods)
    return " ".join(rows)


ORIGINAL = story(1, *PARAGRAPHS)
WHOLE = " ".join(PARAGRAPHS)


@pytest.mark.parametrize(
    ("other", "copy"),
    [
        (story(2, *PARAGRAPHS, title="Tỉnh Sông Trăng có thêm hồ chứa nước"), True),
        (story(2, WHOLE), True),
        (story(2, *PARAGRAPHS[1:], lead=PARAGRAPHS[0]), True),
        (story(2, *PARAGRAPHS, lead="(Báo Núi Sông) -"), True),
        (story(2, f"BNS - {PARAGRAPHS[0]}", *PARAGRAPHS[1:], "Theo Báo Núi Sông"), True),
        (story(2, *PARAGRAPHS, captions=["Toàn cảnh hồ Khe Dẻ nhìn từ đập chính vào sáng 12/7, ngày bắt đầu tích nước."]), True),
        (story(2, WHOLE.replace("Ủy", "Uỷ").replace("tỷ", "tỉ"), lead=""), True),
        (story(2, WHOLE.translate(str.maketrans("ăâđêôơư", "aadeoou"))), True),
        (story(2, *PARAGRAPHS[:2]), False),  # half of it: a reader would miss the rest
        (story(2, *PARAGRAPHS, bulletin(1)), False),  # what has come to light since is new
        (story(2, WHOLE.replace(" và ", " cùng ").replace("tháng", "kỳ").replace("huyện", "xã").replace("năm", "vụ")), False),
        (story(2, bulletin(1)), False),
    ],
)
def test_what_is_a_copy(build: Callable[..., Path], other: Article, copy: bool) -> None:
    searcher = Searcher.open(build([ORIGINAL, other]))
    page = searcher.search(SearchRequest(""))
    assert (page.total, page.groups) == (2, 1 if copy else 2)
    assert [hit.copies_total for hit in page.hits] == ([1] if copy else [0, 0])
    searcher.archive.close()


def test_bulletins_of_two_days_and_short_notices_are_not_copies(build: Callable[..., Path]) -> None:
    days = [story(day, bulletin(day), title="Giá nông sản") for day in range(6)]
    notices = [story(day, "Sáng nay chợ Đầm họp như thường lệ.", title="Chợ Đầm") for day in range(10, 16)]
    searcher = Searcher.open(build([*days, *notices]))
    assert searcher.search(SearchRequest("")).groups == 12
    searcher.archive.close()


def shuffled_copies() -> list[Article]:
    """Return articles of which some are copies, some nearly, most neither."""
    chance = random.Random(4)
    articles = [random_article(chance, number) for number in range(60)]
    for number in range(100, 130):
        words = [chance.choice(SYLLABLES) + str(chance.randint(0, 9)) for _ in range(150)]
        for again in range(chance.randint(1, 5)):
            text = [*words[again * 2 :], "của", "trường"]
            articles.append(story(number * 10 + again, " ".join(text), title="Trường", day=chance.randint(1, 900)))
    chance.shuffle(articles)
    return articles


COPIES = shuffled_copies()


@pytest.fixture(scope="module", params=["một đợt", "ba đợt"])
def searcher(request: pytest.FixtureRequest, once: Once) -> Iterator[Searcher]:
    batches = [COPIES] if request.param == "một đợt" else [COPIES[:50], COPIES[50:55], COPIES[55:]]
    searcher = Searcher.open(once(f"kho bản sao {request.param}", lambda home: fill(home, batches)))
    yield searcher
    searcher.archive.close()


SORTS: tuple[Sort, ...] = ("relevance", "newest", "oldest")
QUERIES = ("", "của", "trường của", '"của trường"', "đường OR trường")


@pytest.mark.slow
@pytest.mark.parametrize("sort", SORTS)
@pytest.mark.parametrize("query", QUERIES)
def test_groups_part_the_articles_found_and_counts_stay(searcher: Searcher, query: str, sort: Sort) -> None:
    request = SearchRequest(query, sort=sort, size=100)
    folded, apart = ([searcher.search(replace(request, page=page, fold=fold)) for page in (1, 2)] for fold in (True, False))
    for one, other in zip(folded, apart, strict=True):
        same = ("total", "near", "facets", "first_published", "last_published")
        assert [getattr(one, name) for name in same] == [getattr(other, name) for name in same]
    order = [hit.id for page in apart for hit in page.hits]
    assert len(order) == apart[0].total == apart[0].groups == len(list(searcher.find_all(request)))
    hits = [hit for page in folded for hit in page.hits]
    assert len(hits) == folded[0].groups < folded[0].total
    groups = [[hit.id, *(copy.id for copy in hit.copies)] for hit in hits]
    assert sorted(chain.from_iterable(groups)) == sorted(order)
    assert [hit.id for hit in hits] == sorted((hit.id for hit in hits), key=order.index)
    for hit, group in zip(hits, groups, strict=True):
        assert hit.copies_total == len(group) - 1 and hit.id == min(group, key=order.index)
        assert list(hit.copies) == sorted(hit.copies, key=lambda copy: copy.published or "")


@pytest.mark.slow
@pytest.mark.parametrize("sort", SORTS)
def test_pages_cursors_and_places_go_by_groups(searcher: Searcher, sort: Sort) -> None:
    request = SearchRequest("của", sort=sort, size=7)
    whole = searcher.search(replace(request, size=100))
    ids = [hit.id for hit in whole.hits]
    paged, followed, after = [], [], None
    for page in range(1, -(-whole.groups // 7) + 1):
        paged += [hit.id for hit in searcher.search(replace(request, page=page)).hits]
        followed += [hit.id for hit in searcher.search(request, after=after).hits]
        after = len(followed), followed[-1]
    assert paged == followed == ids and not searcher.search(request, after=after).hits
    for number, hit in enumerate(whole.hits):
        for article_id in (hit.id, *(copy.id for copy in hit.copies)):
            place = searcher.standing(replace(request, page=number // 7 + 1), article_id)
            assert place is not None and (place.position, place.total) == (number + 1, whole.groups)
            assert (place.previous and place.previous.id) == (ids[number - 1] if number else None)
            assert (place.next and place.next.id) == (ids[number + 1] if number + 1 < len(ids) else None)
    with_copies = next(number for number, hit in enumerate(whole.hits) if hit.copies and number)
    copy = whole.hits[with_copies].copies[0].id  # it stood for its group when it was seen, and does no more
    assert searcher.search(request, after=(1, copy)).start == with_copies + 1


@pytest.mark.slow
def test_batches_make_no_difference(build: Callable[..., Path]) -> None:
    found = []
    for name, batches in {
        "một": [COPIES],
        "ngược": [COPIES[::-1]],
        "nhiều": [COPIES[at : at + 25] for at in range(0, 200, 25)],
    }.items():
        searcher = Searcher.open(build(*batches, name=name))
        for sort in SORTS:
            page = searcher.search(SearchRequest("của", sort=sort, size=100))
            found.append((sort, page.groups, [(hit.id, hit.copies) for hit in page.hits]))
        searcher.archive.close()
    assert found[:3] == found[3:6] == found[6:]


def test_a_withdrawn_copy_is_no_copy(build: Callable[..., Path]) -> None:
    copies = [replace(ORIGINAL, url=f"https://bao.example/{number}") for number in range(3)]
    searcher = Searcher.open(build(copies, withdrawn=[copies[0].id]))
    page = searcher.search(SearchRequest("hồ"))
    assert (page.total, page.groups, page.hits[0].copies_total) == (2, 1, 1)
    searcher.archive.close()


def test_only_copies_that_are_found_are_counted(build: Callable[..., Path]) -> None:
    copies = [story(number, *PARAGRAPHS) for number in range(1, 4)]
    searcher = Searcher.open(build(copies))
    page = searcher.search(SearchRequest("hồ", selected={"source": ("báo 2",)}))
    assert (page.total, page.groups, page.hits[0].copies) == (1, 1, ())
    assert "+2 bản đăng lại: Báo 1, Báo 2" in render_page(searcher.search(SearchRequest("hồ", sort="newest")), Speaker())
    searcher.archive.close()


def test_a_hit_lists_the_oldest_of_many(build: Callable[..., Path]) -> None:
    searcher = Searcher.open(build([story(number, *PARAGRAPHS) for number in range(1, MOST_COPIES + 11)]))
    (hit,) = searcher.search(SearchRequest("hồ khe dẻ", sort="newest")).hits
    assert hit.copies_total == MOST_COPIES + 9 and len(hit.copies) == MOST_COPIES
    assert hit.copies[0].id == story(1).id
    searcher.archive.close()


def test_an_empty_archive_has_none(build: Callable[..., Path]) -> None:
    searcher = Searcher.open(build([]))
    assert duplicates(searcher.collection()).docids.size == searcher.search(SearchRequest("")).groups == 0
    searcher.archive.close()


@given(st.integers(1, 30), st.lists(st.tuples(st.integers(0, 29), st.integers(0, 29)), max_size=40))
def test_components_are_those_that_links_reach(size: int, pairs: list[tuple[int, int]]) -> None:
    pairs = [(a, b) for a, b in pairs if a < size and b < size]
    group = list(range(size))
    for _ in range(size):
        for a, b in pairs:
            group[a] = group[b] = min(group[a], group[b])
    assert components(np.array(pairs, np.int64).reshape(-1, 2), size).tolist() == group


def test_links_hold_a_thousand_copies_together() -> None:
    chance = np.random.default_rng(1)
    alike = np.repeat(chance.integers(1, 256, (3, SIGNATURE_LENGTH), np.uint8), 1000, axis=0)
    found = components(links(np.concatenate([alike, np.zeros((500, SIGNATURE_LENGTH), np.uint8)])), 3500)
    assert np.unique(found[:3000]).tolist() == [0, 1000, 2000] and np.unique(found[3000:]).size == 500


@pytest.mark.parametrize(("same", "linked"), [(128, True), (104, True), (103, True), (102, False), (96, False), (8, False)])
def test_four_fifths_of_a_signature_make_a_copy(same: int, linked: bool) -> None:
    chance = np.random.default_rng(7)
    one = chance.integers(1, 256, SIGNATURE_LENGTH, np.uint8)
    other = np.concatenate([one[:same], one[same:] ^ np.uint8(1)])
    assert links(np.stack([one, other])).tolist() == ([[0, 1]] if linked else [])


@pytest.mark.parametrize(("changed", "copy"), [(5, True), (20, True), (25, False), (45, False)])
def test_what_differs_in_a_fifth_is_no_copy(build: Callable[..., Path], changed: int, copy: bool) -> None:
    """The first of 200 syllables are others: of the runs of five in either text 95, 81, 77 and 63 in a hundred are in both."""
    chance = random.Random(1)
    words, others = (
        [first + rime for first in chance.choices("bcdghklmnprstvx", k=200) for rime in ("a", "ân", "ê")] for _ in "ab"
    )
    texts = [" ".join(words[:200]), " ".join(others[:changed] + words[changed:200])]
    searcher = Searcher.open(build([story(number, each) for number, each in enumerate(texts)]))
    assert searcher.search(SearchRequest("")).groups == (1 if copy else 2)
    searcher.archive.close()


@pytest.mark.parametrize(("syllables", "copy"), [(79, False), (80, True)])
def test_what_is_short_is_no_copy(build: Callable[..., Path], syllables: int, copy: bool) -> None:
    text = " ".join(SYLLABLES[number % 11] for number in range(syllables))
    searcher = Searcher.open(build([story(number, text) for number in range(2)]))
    assert searcher.search(SearchRequest("")).groups == (1 if copy else 2)
    searcher.archive.close()


@pytest.mark.slow
@pytest.mark.parametrize(("language", "said"), [("vi", "+2 bản đăng lại"), ("en", "+2 reprints")])
def test_the_page_offers_copies_without_script(build: Callable[..., Path], language: str, said: str) -> None:
    app = create_app(build([story(number, *PARAGRAPHS) for number in range(1, 4)]))
    client = app.test_client()

    def page(address: str) -> BeautifulSoup:
        return BeautifulSoup(client.get(address, headers={"Accept-Language": language}).data, "lxml")

    folded = page("/tim-kiem?q=hồ")
    (hit,) = folded.select(".hit")
    assert hit.select_one("details.copies > summary").text == said  # type: ignore[union-attr]
    for link in hit.select(".copies a"):
        assert page(str(link["href"])).select_one(".places span").text.replace(" of ", "/").endswith("1/1")  # type: ignore[union-attr]
    apart = page(str(folded.select(".also a")[0]["href"]))
    assert len(apart.select(".hit")) == 3 and not apart.select(".copies")
    assert str(apart.select(".also a")[0]["href"]) == "/tim-kiem?q=h%E1%BB%93"
    assert client.get("/api/v1/search?fold=2").status_code == 400
    assert client.get("/tim-kiem.jsonl?q=hồ&fold=1").data.count(b"\n") == 3
    app.extensions["lucbao"].close()
