"""What the archive never writes side by side is offered as it does write it, even where its syllables occur apart."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from corpus.article import Article, Block
from searcher.request import SearchRequest
from searcher.search import Searcher

NAME = "Hôm qua, Bộ trưởng Trần Đình Hoàng trả lời báo chí về học phí. Ông Trần Đình Hoàng nói hãng sản xuất ô tô đã xong."
APART = "Ông Trần gặp ông Định, bà Hoàng nói to. Anh học, ông chi phi vụ này; nhà sản có suất ăn."
CARDS = "Người có thẻ xe vào cổng trước. Ai có thẻ cũng vào được."
MAYBE = "Ai cũng có thể xem, có thể hỏi."


def article(number: int, text: str) -> Article:
    return Article(title=f"Tin số {number}", blocks=(Block("paragraph", text),), url=f"https://bao.example/{number}")


@pytest.fixture(scope="module")
def searcher(tmp_path_factory: pytest.TempPathFactory) -> Searcher:
    from corpus.archive import ARCHIVE_FILE, Archive
    from index.snapshot import INDEX_FOLDER
    from index.writer import update_index

    home = tmp_path_factory.mktemp("kho")
    texts = [NAME] * 24 + [APART] * 8 + [CARDS] * 12 + [MAYBE] * 40
    with Archive.open(home / ARCHIVE_FILE, create=True) as archive, archive.batch():
        for number, text in enumerate(texts):
            archive.add(article(number, text))
    update_index(home / ARCHIVE_FILE, home / INDEX_FOLDER)
    return Searcher.open(home)


@pytest.mark.parametrize(
    ("typed", "found", "meant", "total", "reason"),
    [
        ("Trần Định Hoàng", 8, "Trần Đình Hoàng", 24, "spelling"),
        ("bô trưởng Trần", 0, "bộ trưởng Trần", 24, "spelling"),
        ("ông Trần Định Hoàng", 8, "ông Trần Đình Hoàng", 24, "spelling"),
        ("học phi", 8, "học phí", 24, "marks"),
        ("ông chi học phi", 8, "ông chi học phí", 0, ""),  # no article has it
        ("sản suất", 8, "sản xuất", 24, "spelling"),
    ],
)
def test_a_row_is_offered_as_the_archive_writes_it(
    searcher: Searcher, typed: str, found: int, meant: str, total: int, reason: str
) -> None:
    page = searcher.search(SearchRequest(typed))
    assert page.total == found  # its syllables occur apart, in more than a few articles
    offered = [(each.query, each.total, each.reason) for each in page.suggestions]
    assert offered == ([(meant, total, reason)] if total else [])


@pytest.mark.parametrize("typed", ["có thẻ", "Trần Đình Hoàng", "học phí", "có thể", "sản xuất ô tô", "báo chí"])
def test_what_the_archive_writes_is_left_as_it_is(searcher: Searcher, typed: str) -> None:
    assert searcher.search(SearchRequest(typed)).suggestions == ()


def test_rows_are_counted_without_what_was_withdrawn(build: Callable[..., Path]) -> None:
    right = [article(number, NAME) for number in range(24)]
    wrong = [article(100 + number, "Ông Trần Định Hoàng đến. Ông Trần Định Hoàng đi.") for number in range(8)]
    build(right + wrong)
    searcher = Searcher.open(build([], withdrawn=[each.id for each in right]))
    assert searcher.search(SearchRequest("Trần Định Hoàng")).suggestions == ()


@pytest.mark.parametrize(
    ("typed", "right", "wrong", "meant"),
    [
        # Marks typed otherwise: the other row must stand in more than twenty times as many articles.
        ("Trần Định Hoàng", 20, 1, ""),
        ("Trần Định Hoàng", 21, 1, "Trần Đình Hoàng"),
        ("Trần Định Hoàng", 1, 0, ""),
        ("Trần Định Hoàng", 2, 0, "Trần Đình Hoàng"),
        # Marks left out: in more than four times as many.
        ("học phi", 4, 1, ""),
        ("học phi", 5, 1, "học phí"),
        ("học phi", 8, 2, ""),
        ("học phi", 9, 2, "học phí"),
    ],
)
def test_what_is_offered_stands_in_so_many_times_more_articles(
    build: Callable[..., Path], typed: str, right: int, wrong: int, meant: str
) -> None:
    slip = "Hôm qua có người viết Trần Định Hoàng ở đây. Anh ấy đi học phi công."
    texts = [NAME] * right + [slip] * wrong + [APART] * 8  # so that the query itself finds more than a few
    searcher = Searcher.open(build([article(number, text) for number, text in enumerate(texts)]))
    assert [each.query for each in searcher.search(SearchRequest(typed)).suggestions] == ([meant] if meant else [])
    searcher.archive.close()


@pytest.mark.parametrize(("right", "wrong", "meant"), [(205, 10, ["sản xuất"]), (300, 11, [])])
def test_two_syllables_that_more_than_a_few_articles_write_are_no_slip(
    build: Callable[..., Path], right: int, wrong: int, meant: list[str]
) -> None:
    """More than ten, and one for each four hundred that have the other, however many these are."""
    texts = ["Hãng sản xuất"] * right + ["Có sản suất"] * wrong
    searcher = Searcher.open(build([Article(text, url=f"https://bao.example/{number}") for number, text in enumerate(texts)]))
    assert [each.query for each in searcher.search(SearchRequest("sản suất")).suggestions] == meant
    searcher.archive.close()
