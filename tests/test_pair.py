"""searcher.batch.pair: which lines of a ledger articles have together."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from corpus.article import Article, Block
from searcher.batch.ledger import ledger
from searcher.batch.pair import MOST_PAIRED, Pair, pairs
from searcher.request import SearchRequest
from searcher.search import Searcher

TEXTS = (
    "Ông Lê Văn Tám gặp bà Trần Thị Chín.",
    "Ông Lê Văn Tám đi Huế.",
    "Bà Trần Thị Chín, ông Lê Văn Tám ở Huế.",
    "Trời mưa ở Vinh.",
)
ARTICLES = [
    Article(f"Tin {number}", (Block("paragraph", text),), url=f"https://bao.example/{number}")
    for number, text in enumerate(TEXTS)
]


def test_pairs(build: Callable[..., Path]) -> None:
    searcher = Searcher.open(build(ARTICLES))
    queries = ['"Lê Văn Tám"', '"Trần Thị Chín"', "Huế", "Vinh", "không-có-ai", "(", '"Lê Văn Tám"', "Huế OR Vinh"]
    found = ledger(searcher, queries, SearchRequest(), time_limit=60)
    told = pairs(searcher, found.lines, SearchRequest(), time_limit=60)
    assert (told.paired, told.whole) == (5, True)
    totals = {(pair.first, pair.second): pair.total for pair in told.found}
    assert totals == {
        ('"Lê Văn Tám"', "Huế OR Vinh"): 2,
        ('"Lê Văn Tám"', '"Trần Thị Chín"'): 2,
        ('"Lê Văn Tám"', "Huế"): 2,
        ("Huế OR Vinh", '"Trần Thị Chín"'): 1,
        ("Huế OR Vinh", "Huế"): 2,
        ("Huế OR Vinh", "Vinh"): 1,
        ('"Trần Thị Chín"', "Huế"): 1,
    }
    for pair in told.found:
        assert searcher.search(SearchRequest(pair.query)).total == pair.total
    narrowed = pairs(searcher, found.lines, SearchRequest(excluded={"source": ("bao.example",)}), time_limit=60)
    assert narrowed.paired == 5 and [pair.total for pair in narrowed.found] == sorted(totals.values(), reverse=True)
    late = pairs(searcher, found.lines, SearchRequest(), time_limit=-1)
    assert late.found == () and not late.whole
    searcher.archive.close()


def test_of_many_lines_those_with_most_articles_are_paired(build: Callable[..., Path]) -> None:
    many = [
        Article(f"Tin {number}", (Block("paragraph", f"chung riêng{number}"),), url=f"https://b.example/{number}")
        for number in range(40)
    ]
    searcher = Searcher.open(build(many))
    found = ledger(searcher, ["chung", *(f"riêng{number}" for number in range(40))], SearchRequest(), time_limit=60)
    told = pairs(searcher, found.lines, SearchRequest(), time_limit=60)
    assert told.paired == MOST_PAIRED == 25
    assert told.found == tuple(Pair("chung", f"riêng{number}", f"(chung) (riêng{number})", 1) for number in range(24))
    searcher.archive.close()
