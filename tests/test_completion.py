"""The beginning of a query becomes tags, phrases and titles of the archive, each count the one a search shows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.article import Article, Block
from searcher.help.completion import Completion
from searcher.request import SearchRequest
from searcher.search import Searcher
from web import create_app

TEXTS = (
    ("Nông thôn mới ở Quảng Ninh", "Xây dựng nông thôn mới ở tỉnh.", ("nông thôn mới",)),
    ("Chính phủ bàn đầu tư công", "Nông thôn và thành phố.", ("đầu tư công", "Nông thôn mới")),
    ("Giáo dục vùng cao", "Chính phủ họp về giáo dục.", ("Giáo dục",)),
)


@pytest.fixture
def home(build: Callable[..., Path]) -> Path:
    return build(
        [
            Article(title=title, blocks=(Block("paragraph", text),), tags=tags, url=f"https://bao.example/{title}")
            for title, text, tags in TEXTS
        ]
    )


@pytest.mark.parametrize(
    ("typed", "kind", "text", "count"),
    [
        ("nong th", "tag", "nông thôn mới", 2),
        ("nông th", "tag", "nông thôn mới", 2),
        ("#nông_th", "tag", "nông thôn mới", 2),
        ("tu co", "tag", "đầu tư công", 1),
        ("nong th", "phrase", "nông thôn", 2),
        ("chinh p", "phrase", "chính phủ", 2),
        ("chính ", "phrase", "chính phủ", 2),
        ("xây dựng nong tho", "phrase", "xây dựng nông thôn", 1),
        ("giao d", "title", "Giáo dục vùng cao", None),
        ("vùng c", "title", "Giáo dục vùng cao", None),
        ("quang", "title", "Nông thôn mới ở Quảng Ninh", None),
    ],
)
def test_a_beginning_is_completed(home: Path, typed: str, kind: str, text: str, count: int | None) -> None:
    found = {(each.kind, each.text.casefold()): each for each in Searcher.open(home).complete(typed)}
    assert found[kind, text.casefold()].count == count


REPEATED = "Trường THPT đạt chuẩn. Phường đạt chuẩn, xã đạt chuẩn. Kĩ thuật và kinh tế."


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("trường thpt đạt ch", "trường thpt đạt chuẩn"),  # two words that stand together, not one
        ("truong thpt dat ch", "truong thpt đạt chuẩn"),
        ("đạt ", "đạt chuẩn"),
        ("ki", "kỹ thuật"),
        ("ki", "kinh tế"),
        ("ky", "kỹ thuật"),
    ],
)
def test_phrases_are_words_and_what_articles_repeat(build: Callable[..., Path], typed: str, text: str) -> None:
    others = [("Tin khác", "Chuẩn bị đến trường."), ("Tin nữa", "Xã họp.")]
    home = build(
        [
            Article(title=title, blocks=(Block("paragraph", body),), url=f"https://bao.example/{number}")
            for number, (title, body) in enumerate([("Tin một", REPEATED), ("Tin hai", REPEATED), *others])
        ]
    )
    assert Completion(text, "phrase", 2) in Searcher.open(home).complete(typed)


def test_marks_that_were_typed_stay(build: Callable[..., Path]) -> None:
    """Though a search for `giáo dịch` also finds articles that have `giao` without marks, nothing written with marks is meant by it."""
    texts = ("Bộ giao dịch đất, phòng giao dịch.", "Sàn giao dịch hôm nay.")
    home = build([Article(title=f"Tin {text}", lead=text, url=f"https://bao.example/{text}") for text in texts])
    searcher = Searcher.open(home)
    assert [each.text for each in searcher.complete("giao d") if each.kind == "phrase"] == ["giao dịch"]
    assert [each for each in searcher.complete("giáo d") if each.kind == "phrase"] == []


@pytest.mark.parametrize(("typed", "texts"), [("giao th", ["giao thong"]), ("giao thô", []), ("giáo th", [])])
def test_a_tag_written_without_marks_is_found_by_the_marks_rule(build: Callable[..., Path], typed: str, texts: list[str]) -> None:
    home = build([Article(title="Tin", tags=("giao thong",), url="https://bao.example/1")])
    assert [each.text for each in Searcher.open(home).complete(typed)] == texts


def test_titles_with_the_row_typed_come_first(build: Callable[..., Path]) -> None:
    titles = ("Nông dân ở thôn Đông", "Nông thôn hôm nay", "Thôn có nông cụ", "Về nông thôn", "Thôn nông")
    days = (datetime(2022, 1, 1 + number, tzinfo=timezone.utc) for number in range(len(titles)))
    home = build(
        [Article(title=title, url=f"https://bao.example/{title}", published=day) for title, day in zip(titles, days, strict=True)]
    )
    found = [each.text for each in Searcher.open(home).complete("nông thô") if each.kind == "title"]
    assert found == ["Về nông thôn", "Nông thôn hôm nay", "Thôn nông"]


@pytest.mark.parametrize("typed", ["", "   ", "nòng th", "xyz", "!!", "x" * 500, "đàu tư c"])
def test_nothing_completes_what_the_archive_does_not_have(home: Path, typed: str) -> None:
    assert Searcher.open(home).complete(typed) == ()


def test_counts_are_what_a_search_shows(home: Path) -> None:
    searcher = Searcher.open(home)
    completions = [each for typed in ("n", "c", "gi", "đ", "chính ph") for each in searcher.complete(typed)]
    phrases = [each for each in completions if each.kind == "phrase"]
    assert phrases
    for each in phrases:
        assert searcher.search(SearchRequest(each.text)).total == each.count
    for each in (each for each in completions if each.kind == "tag"):
        assert searcher.search(SearchRequest("", {"tag": (each.text,)})).total == each.count


def test_completions_follow_a_new_commit(home: Path, build: Callable[..., Path]) -> None:
    searcher = Searcher.open(home)
    assert searcher.complete("the ki") == ()
    build([Article(title="Tin mới", tags=("thế kỷ",), url="https://bao.example/moi")])
    assert Completion("thế kỷ", "tag", 1) in searcher.complete("the k")


def test_the_api_answers_with_completions(home: Path) -> None:
    client = create_app(home).test_client()
    answer = client.get("/api/v1/suggest", query_string={"q": "giáo d"}).get_json()
    assert answer["query"] == "giáo d"
    assert {"text": "#Giáo_dục", "kind": "tag", "count": 1, "permalink": None} in answer["completions"]
    for one in answer["completions"]:
        assert (
            one["count"] is None
            or client.get("/api/v1/search", query_string={"q": one["text"]}).get_json()["total"] == one["count"]
        )
    titles = [each for each in answer["completions"] if each["kind"] == "title"]
    assert [title["text"] for title in titles] == ["Giáo dục vùng cao"]
    assert client.get(titles[0]["permalink"]).status_code == 200
    assert client.get("/api/v1/suggest").get_json() == {"query": "", "completions": []}


@pytest.mark.slow
@given(st.text(max_size=30))
def test_anything_may_be_typed(archive_home: Path, text: str) -> None:
    assert len(Searcher.open(archive_home).complete(text)) <= 8
