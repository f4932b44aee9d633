"""index.sketch: the angle between two sketches is nearly that between the articles' vectors of terms; what is kept of each survives updates and merges."""

from __future__ import annotations

import math
import random
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from hashlib import shake_128
from pathlib import Path

import numpy as np
import pytest
from conftest import random_article
from hypothesis import given
from hypothesis import strategies as st

from corpus.article import Article
from index.field_text import all_terms, analysed, judged_blocks
from index.sketch import directions, sketch
from index.snapshot import INDEX_FOLDER, open_snapshot

SYLLABLES = [f"{first}{rime}" for first in "b c d đ g h k l m n".split() for rime in "a ă â e ê i o ô ơ u".split()]


def text_of(seed: int, length: int) -> list[str]:
    return [SYLLABLES[number] for number in np.random.default_rng(seed).integers(0, len(SYLLABLES), length)]


def cosine(one: Sequence[float], other: Sequence[float]) -> float:
    product = sum(a * b for a, b in zip(one, other, strict=True))
    return product / math.sqrt(sum(a * a for a in one) * sum(b * b for b in other))


def by_definition(terms: Sequence[str]) -> list[int]:
    """Add up the signs of the terms one by one, and keep of each sum in which of 15 steps it is."""
    sums = [0] * 256
    for term, count in Counter(terms).items():
        weight = round(16 * math.log(1 + count))
        bits = "".join(f"{byte:08b}" for byte in shake_128(term.encode()).digest(32))
        for number, bit in enumerate(bits):
            sums[number] += weight if bit == "1" else -weight
    deviation = math.sqrt(sum(value * value for value in sums) / 256) or 1
    return [max(-7, min(7, round(value / deviation / 2.5 * 7))) for value in sums]


@given(st.lists(st.sampled_from([*SYLLABLES, "57/2022/nđ-cp", "~ban"]), max_size=60))
def test_a_sketch_is_what_its_definition_says(terms: list[str]) -> None:
    drawn = sketch(terms)
    assert (drawn.dtype, drawn.shape) == (np.uint8, (128,))
    assert directions(drawn[None])[0].tolist() == by_definition(terms)


@pytest.mark.parametrize("shared", [0, 60, 120, 180, 200])
@pytest.mark.parametrize("seed", range(4))
def test_sketches_are_as_far_apart_as_texts(seed: int, shared: int) -> None:
    one = text_of(seed, 200)
    other = one[:shared] + text_of(seed + 100, 200 - shared)
    counts = [Counter(terms) for terms in (one, other)]
    expected = cosine(*([math.log(1 + count[term]) for term in SYLLABLES] for count in counts))
    assert cosine(*directions(np.array([sketch(one), sketch(other)])).tolist()) == pytest.approx(expected, abs=0.2)


def test_the_order_of_terms_makes_no_difference() -> None:
    terms = text_of(1, 300)
    assert sketch(terms).tolist() == sketch(sorted(terms)).tolist()


def test_a_long_text_is_added_up_in_pieces_as_in_one(monkeypatch: pytest.MonkeyPatch) -> None:
    terms = [f"{syllable}{number}" for number in range(40) for syllable in text_of(number, 30)]
    whole = sketch(terms).tolist()
    monkeypatch.setattr("index.sketch._PIECE", 7)
    assert sketch(terms).tolist() == whole


def test_no_terms_point_nowhere() -> None:
    assert directions(sketch([])[None]).tolist() == [[0] * 256]


def test_the_same_for_ever() -> None:
    """If this fails, indexes on people's disks have other sketches than those made now: raise the numbers of index.schema and index.cluster.mapping."""
    assert sketch("tỉnh quảng ninh công bố quyết định phê duyệt quy hoạch tỉnh".split())[:8].tolist() == [
        165,
        115,
        183,
        71,
        122,
        173,
        135,
        116,
    ]


def sketch_of(article: Article) -> list[int]:
    return sketch(all_terms({field: analysed(judged) for field, judged in judged_blocks(article).items()})).tolist()


def test_updates_and_merges_keep_each_article_its_sketch(build: Callable[..., Path]) -> None:
    chance = random.Random(3)
    articles = [random_article(chance, number) for number in range(40)]
    changed = [replace(article, lead=f"{article.lead} thêm một dòng") for article in articles[::3]]
    batches = [articles[number : number + 4] for number in range(0, 40, 4)]  # more than are kept as segments of their own
    now = {article.id: article for article in [*articles, *changed]}
    found = {
        segment.ids[document].decode(): segment.sketches[document].tolist()
        for segment in open_snapshot(build(*batches, changed) / INDEX_FOLDER).segments
        for document in np.flatnonzero(segment.live).tolist()
    }
    assert found == {id: sketch_of(article) for id, article in now.items()}
