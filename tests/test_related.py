"""searcher.rank.related, and where an article stands among hits: what an article's page leads on to."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from corpus.article import Article, Block
from searcher.rank.related import characteristic
from searcher.request import SearchRequest
from searcher.search import Searcher

FILLER = ("Hôm qua trời nắng và gió nhẹ", "Người dân đi lại bình thường", "Phóng viên có mặt từ sáng sớm")


def story(number: int, title: str, text: str) -> Article:
    blocks = (Block("paragraph", text), *(Block("paragraph", line) for line in FILLER))
    return Article(title=title, blocks=blocks, url=f"https://bao.example/{number}")


BRIDGE = story(1, "Khởi công cầu Bạch Đằng", "Cầu Bạch Đằng nối Quảng Ninh với Hải Phòng, trụ tháp cao nhất miền Bắc.")
BRIDGE_AGAIN = story(
    2, "Cầu Bạch Đằng nối nhịp", "Trụ tháp cuối của cầu Bạch Đằng đã xong, Quảng Ninh sắp thông xe sang Hải Phòng."
)
BRIDGE_COPY = replace(BRIDGE_AGAIN, url="https://bao.example/2-dang-lai")
RICE = story(3, "Giá lúa đông xuân tăng", "Nông dân Đồng Tháp bán lúa đông xuân được giá, thương lái đặt cọc sớm.")
RICE_AGAIN = story(4, "Thương lái tranh mua lúa", "Lúa đông xuân ở Đồng Tháp được giá, thương lái đặt cọc cả ruộng xanh.")
OTHERS = [story(number, f"Tin vắn số {number}", f"Ghi nhận ở điểm {number} không có gì lạ.") for number in range(10, 40)]


@pytest.fixture(params=["một đợt", "hai đợt"])
def searcher(request: pytest.FixtureRequest, build: Callable[..., Path]) -> Iterator[Searcher]:
    articles = [BRIDGE, RICE, *OTHERS, BRIDGE_AGAIN, BRIDGE_COPY, RICE_AGAIN]
    searcher = Searcher.open(build(articles) if request.param == "một đợt" else build(articles[:20], articles[20:]))
    yield searcher
    searcher.archive.close()


@pytest.mark.parametrize(("article", "near"), [(BRIDGE, BRIDGE_AGAIN.title), (RICE, RICE_AGAIN.title), (RICE_AGAIN, RICE.title)])
def test_the_nearest_is_about_the_same(searcher: Searcher, article: Article, near: str) -> None:
    found = searcher.related(article, 3)
    assert found[0].title == near
    assert article.id not in {other.id for other in found}
    assert not {BRIDGE.title, RICE.title} <= {other.title for other in [article, *found]}


def test_copies_are_one_and_which_does_not_depend_on_when_it_came(searcher: Searcher) -> None:
    found = [found.id for found in searcher.related(BRIDGE, 6) if found.title == BRIDGE_AGAIN.title]
    assert found == [min(BRIDGE_AGAIN.id, BRIDGE_COPY.id)]


def test_of_three_copies_the_one_with_the_smallest_id_is_shown(build: Callable[..., Path]) -> None:
    copies = [replace(BRIDGE_AGAIN, url=f"https://bao.example/2-{number}") for number in range(3)]
    for ordered in (copies, copies[::-1]):
        found = Searcher.open(build([BRIDGE, *OTHERS, *ordered])).related(BRIDGE, 6)
        assert found[0].id == min(copy.id for copy in copies)


@pytest.mark.parametrize("article", [Article("Xyz"), Article("…"), Article("Tít", (Block("paragraph", "a " * 50_000),))])
def test_what_nothing_is_like_has_nothing_related(searcher: Searcher, article: Article) -> None:
    assert searcher.related(article, 6) == []


def test_a_withdrawn_article_is_not_related(build: Callable[..., Path]) -> None:
    searcher = Searcher.open(build([BRIDGE, RICE, *OTHERS, BRIDGE_AGAIN], withdrawn=[BRIDGE_AGAIN.id]))
    assert BRIDGE_AGAIN.id not in {found.id for found in searcher.related(BRIDGE, 6)}
    searcher.archive.close()


def test_an_empty_archive_has_nothing_related(build: Callable[..., Path]) -> None:
    searcher = Searcher.open(build([]))
    assert searcher.related(BRIDGE, 6) == [] and list(searcher.in_order_of_id(0, 9)) == []
    searcher.archive.close()


@pytest.mark.parametrize("sort", ["relevance", "newest", "oldest"])
def test_the_place_of_every_hit_is_where_the_pages_show_it(searcher: Searcher, sort: str) -> None:
    everything = [article.id for article in searcher.find_all(SearchRequest("phóng viên", sort=sort))]  # type: ignore[arg-type]
    assert len(everything) > 30
    for number, article_id in enumerate(everything):
        request = SearchRequest("phóng viên", sort=sort, page=number // 10 + 1)  # type: ignore[arg-type]
        place = searcher.standing(request, article_id)
        assert place is not None and (place.position, place.total) == (number + 1, len(everything))
        assert (place.previous and place.previous.id) == (everything[number - 1] if number else None)
        assert (place.next and place.next.id) == (everything[number + 1] if number + 1 < len(everything) else None)
    assert searcher.standing(SearchRequest("phóng viên", sort=sort), everything[10]) is None  # type: ignore[arg-type]
    assert searcher.standing(SearchRequest("lúa"), BRIDGE.id) is None


def test_everything_found_is_counted_before_it_is_read(searcher: Searcher) -> None:
    found = searcher.find_all(SearchRequest("cầu bạch đằng"))
    assert len(found) == len(list(found)) == 3


def test_articles_in_order_of_id_are_all_of_them(searcher: Searcher) -> None:
    everything = [heading.article_id for heading in searcher.in_order_of_id(0, 1000)]
    assert everything == sorted(searcher.archive.ids())
    assert [heading.article_id for heading in searcher.in_order_of_id(5, 8)] == everything[5:8]


def test_what_tells_an_article_from_others_is_in_some_of_them_and_not_in_many(build: Callable[..., Path]) -> None:
    """In two articles at least, and in ten at most where there are so few."""
    counts = {"một": 1, "hai": 2, "mười": 10, "trăm": 11, "nghìn": 30}
    texts = [". ".join(word for word, count in counts.items() if number < count) for number in range(30)]
    searcher = Searcher.open(
        build(
            [
                Article("Tin", (Block("paragraph", text),), url=f"https://bao.example/{number}")
                for number, text in enumerate(texts)
            ]
        )
    )
    asked = Article("", (Block("paragraph", ". ".join(counts)),))
    assert sorted(characteristic(searcher.collection(), asked)) == ["hai", "mười"]
    searcher.archive.close()
