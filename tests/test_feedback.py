"""searcher.rank.feedback: what is about the same as the first few rises, by so much as the formula says, and nothing falls."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.archive import ARCHIVE_FILE, Archive
from corpus.article import Article, Block
from index.sketch import directions, sketch
from index.snapshot import INDEX_FOLDER
from language.timestamp import VIETNAM
from searcher.rank.feedback import feedback_scores
from searcher.rank.weighting import RankingParameters
from searcher.request import SearchRequest
from searcher.search import Searcher

PARAMETERS = RankingParameters()
Vector = Sequence[float]


def unit(vector: Vector) -> list[float]:
    length = math.sqrt(sum(value * value for value in vector))
    return [value / length if length > 1e-3 else value for value in vector]


def plain(vectors: Sequence[Vector], scores: Sequence[float]) -> list[float]:
    """The formula, number by number."""
    vectors = [unit(vector) for vector in vectors]
    mean = [sum(column) / (len(vectors) + 10) for column in zip(*vectors, strict=True)]
    apart = [unit([value - other for value, other in zip(vector, mean, strict=True)]) for vector in vectors]
    meant = unit([sum(value / rank for rank, value in enumerate(column[:3], start=1)) for column in zip(*apart, strict=True)])
    return [0.5 * scores[0] * max(0, sum(a * b for a, b in zip(vector, meant, strict=True))) for vector in apart]


def sketches(texts: Sequence[str]) -> np.ndarray[tuple[int, int], np.dtype[np.uint8]]:
    return np.array([sketch(text.split()) for text in texts])


@given(st.lists(st.text(st.sampled_from("ab cd ef gh"), max_size=12), min_size=1, max_size=8), st.integers(1, 90))
def test_the_formula(texts: list[str], best: int) -> None:
    drawn = sketches(texts)
    scores = [best / rank for rank in range(1, len(texts) + 1)]
    added = feedback_scores(drawn, np.array(scores), PARAMETERS)
    assert added.tolist() == pytest.approx(plain(directions(drawn).tolist(), scores), abs=1e-3)
    assert (added >= 0).all() and (added <= 0.5 * best + 1e-3).all()


def test_no_candidates() -> None:
    assert feedback_scores(np.empty((0, 128), np.uint8), np.empty(0), PARAMETERS).tolist() == []


def test_candidates_without_a_word_have_nothing_in_common() -> None:
    assert feedback_scores(sketches(["", ""]), np.array([5.0, 4.0]), PARAMETERS).tolist() == [0, 0]


@pytest.mark.parametrize("count", [1, 5])
def test_all_that_are_alike_rise_alike(count: int) -> None:
    added = feedback_scores(sketches(["bão số ba vào bờ"] * count), np.full(count, 9.0), PARAMETERS)
    assert added.tolist() == pytest.approx([4.5] * count)


def article(number: int, title: str, text: str, lead: str = "") -> Article:
    url = f"https://bao.example/{number}"
    return Article(title, (Block("paragraph", text),), lead=lead, url=url, published=datetime(2024, 1, number, tzinfo=VIETNAM))


ABOUT_A_FLOOD = [
    article(1, "Sông Lèn", "Ba thôn ngập, bộ đội chở gạo vào mái trường nơi dân tránh lũ sông Lèn.", "Chuyện vỡ đê."),
    article(2, "Vỡ đê", "Dân ba thôn lên mái trường tránh lũ sông Lèn, bộ đội tiếp gạo giữa đêm.", "Chuyện vỡ đê."),
]
OTHERS = [
    article(3, "Bảo tàng", "Triển lãm ảnh thời bao cấp khai mạc với nhiều hiện vật quý hiếm ở phố cổ.", "Chuyện vỡ đê."),
    article(4, "Ca trù", "Nghệ nhân hát khúc cổ tại nhà hát lớn, khán giả đứng dậy vỗ tay thật lâu.", "Chuyện vỡ đê."),
    article(5, "Sách mới", "Cuốn tiểu thuyết kể mối tình hai người trẻ vừa in xong mười nghìn bản đầu.", "Chuyện vỡ đê."),
]
OF_SOMETHING_ELSE = [
    article(number, f"Tin {number}", f"Giá lúa tuần {number} tăng nhẹ ở chợ đầu mối.") for number in range(6, 26)
]


def test_what_tells_of_the_same_event_stands_together(build: Callable[..., Path]) -> None:
    """It is put last by the words of the query alone, and before what tells of something else by feedback."""
    home = build([*ABOUT_A_FLOOD, *OTHERS, *OF_SOMETHING_ELSE])
    ranked = {}
    for weight in (0.0, 0.5):
        with Archive.open(home / ARCHIVE_FILE, read_only=True) as archive:
            searcher = Searcher(archive, home / INDEX_FOLDER, parameters=RankingParameters(feedback_weight=weight))
            ranked[weight] = [hit.title for hit in searcher.search(SearchRequest("vỡ đê")).hits]
    assert ranked[0.0] == ["Vỡ đê", "Bảo tàng", "Ca trù", "Sách mới", "Sông Lèn"]
    assert ranked[0.5] == ["Vỡ đê", "Sông Lèn", "Bảo tàng", "Ca trù", "Sách mới"]
