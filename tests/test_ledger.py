"""searcher.ledger: each line says what a search for it would have said."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from corpus.article import Article, Block
from corpus.timestamp import VIETNAM
from searcher.ledger import ledger
from searcher.request import SearchRequest
from searcher.search import Searcher

ARTICLES = [
    Article(
        f"Tin số {number}",
        (Block("paragraph", "Ông Nguyễn Văn Bảy phát biểu." if number % 2 else "Bà Trần Thị Sáu đi chợ Bảy Hiền."),),
        url=f"https://bao.example/{number}",
        published=datetime(2019 + number, 5, 6, tzinfo=VIETNAM),
    )
    for number in range(4)
]


def test_lines(build: Callable[..., Path]) -> None:
    searcher = Searcher.open(build(ARTICLES))
    queries = ['"Nguyễn Văn Bảy"', "tran thi sau", "Bảy", "Nguyễn Thị Bảy", "không-có-ai", "("]
    found = ledger(searcher, queries, SearchRequest(), time_limit=60)
    assert found.left == () and [line.query for line in found.lines] == queries
    assert [line.total for line in found.lines] == [2, 2, 4, 0, 0, 4]
    phrase, unmarked, _, partly, nobody, broken = found.lines
    assert (phrase.first_published, phrase.last_published) == ("2020-05-06", "2022-05-06")
    assert phrase.newest is not None and phrase.newest.title == "Tin số 3"
    assert unmarked.newest is not None and unmarked.newest.title == "Tin số 2"
    assert partly.near > 0 and partly.newest is None and partly.first_published is None
    assert nobody.near == 0 and nobody.newest is None and nobody.last_published is None
    assert broken.problems and not phrase.problems
    for line in found.lines:
        page = searcher.search(SearchRequest(line.query))
        assert line.total == page.complete and line.total + line.near == page.total
    strict = ledger(searcher, ["tran thi sau"], replace(SearchRequest(), exact_marks=True), time_limit=60)
    assert strict.lines[0].total == 0
    searcher.archive.close()


def test_what_there_is_no_time_for_is_said(build: Callable[..., Path]) -> None:
    searcher = Searcher.open(build(ARTICLES))
    found = ledger(searcher, ["a", "b"], SearchRequest(), time_limit=-1)
    assert found.lines == () and found.left == ("a", "b")
    searcher.archive.close()
