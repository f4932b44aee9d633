"""searcher.match.evaluation: arrays find what the slow, plain definition of a match finds."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from conftest import SYLLABLES, random_article

from corpus.article import Article
from index.snapshot import INDEX_FOLDER, open_snapshot
from searcher.deadline import Deadline, DeadlineExceeded
from searcher.match.evaluation import Evaluation
from searcher.match.occurrence import matches
from searcher.query.parser import parse
from searcher.query.tree import Everything

pytestmark = pytest.mark.slow


def random_query(chance: random.Random) -> str:
    def words(most: int) -> str:
        return " ".join(chance.choice(SYLLABLES) for _ in range(chance.randint(1, most)))

    pieces = [
        lambda: words(3),
        lambda: f'"{words(3)}"',
        lambda: f'"{words(3)}"~{chance.randint(0, 4)}',
        lambda: f"({words(2)} OR {words(2)})",
        lambda: f"-{chance.choice(SYLLABLES)}",
        lambda: f"{chance.choice(['đư', 'du', 'tr', 'trư', 'n', 'k'])}*",
        lambda: f"tiêu-đề:{chance.choice(SYLLABLES)}",
        lambda: chance.choice(["#nông_thôn_mới", "tag:giáo_dục", 'nguồn:"Báo Một"']),
        lambda: chance.choice(["từ:2020-06", "đến:2021", "từ:2021-02-03 đến:3/2022"]),
    ]
    return " ".join(chance.choice(pieces)() for _ in range(chance.randint(1, 3)))


@pytest.fixture
def collection(build: Callable[..., Path]) -> tuple[Path, dict[str, Article]]:
    chance = random.Random(11)
    articles = [random_article(chance, number) for number in range(120)]
    gone = [article.id for article in articles[::11]]
    home = build(articles[:70], articles[70:], withdrawn=gone)
    return home / INDEX_FOLDER, {article.id: article for article in articles if article.id not in gone}


def test_same_articles_as_the_plain_definition(collection: tuple[Path, dict[str, Article]]) -> None:
    folder, articles = collection
    snapshot = open_snapshot(folder)
    chance = random.Random(5)
    nonempty = 0
    for _ in range(120):
        query = random_query(chance)
        node, _ = parse(query, today=date(2024, 1, 1))
        for exact_marks in (False, True):
            found = set()
            for segment in snapshot.segments:
                mask = Evaluation(segment, exact_marks=exact_marks, deadline=Deadline.after(60)).matches(node)
                found |= {article.decode() for article in segment.ids[np.flatnonzero(mask)]}
            expected = {article.id for article in articles.values() if matches(node, article, exact_marks=exact_marks)}
            assert found == expected, (query, exact_marks)
            nonempty += bool(expected)
    assert nonempty > 70


def test_unmarked_query_finds_all_that_marked_ones_find(collection: tuple[Path, dict[str, Article]]) -> None:
    snapshot = open_snapshot(collection[0])
    for marked, unmarked in [("đường", "duong"), ('"nông thôn mới"', '"nong thon moi"'), ("trườ*", "truo*"), ("dương", "duong")]:
        for segment in snapshot.segments:
            evaluation = Evaluation(segment, exact_marks=False, deadline=Deadline.after(60))
            assert not (evaluation.matches(parse(marked)[0]) & ~evaluation.matches(parse(unmarked)[0])).any()


def test_a_deadline_ends_the_evaluation(collection: tuple[Path, dict[str, Article]]) -> None:
    evaluation = Evaluation(open_snapshot(collection[0]).segments[0], exact_marks=False, deadline=Deadline.after(-1))
    with pytest.raises(DeadlineExceeded):
        evaluation.matches(Everything())


def test_a_phrase_whose_second_term_begins_the_first_document(build: Callable[..., Path]) -> None:
    """Its position less one is no document, and must not be taken for the last one."""
    titles = ["giá giá vé giá", *["xe"] * 10, "vé"]
    home = build([Article(title, url=f"https://bao.example/{number}") for number, title in enumerate(titles)])
    (segment,) = open_snapshot(home / INDEX_FOLDER).segments
    mask = Evaluation(segment, exact_marks=False, deadline=Deadline.after(60)).matches(parse('"vé giá"')[0])
    assert np.flatnonzero(mask).tolist() == [0]
