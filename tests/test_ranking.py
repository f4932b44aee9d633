"""searcher.rank.ranking: the scores computed over arrays are those of the formulas, worked out article by article."""

from __future__ import annotations

import csv
import math
import random
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest
from conftest import SYLLABLES, random_article
from writing import unmarked

from corpus.archive import ARCHIVE_FILE, Archive
from corpus.article import Article, Block
from index.snapshot import INDEX_FOLDER
from language import analyzer
from language.analyzer import Token, tokens
from language.bare_text import bare_texts
from language.normalizer import bare, is_marked
from language.timestamp import VIETNAM
from searcher.meaning.interpretation import interpret
from searcher.query.acceptance import acceptance
from searcher.query.parser import parse
from searcher.query.tree import Term
from searcher.rank.evidence import evidence, terms_in_order
from searcher.rank.weighting import RankingParameters, inverse_document_frequency
from searcher.request import SearchRequest
from searcher.search import Searcher

pytestmark = pytest.mark.slow

KNOWN_ITEMS = Path(__file__).parent / "golden" / "known_items.tsv"
FLOOR = 0.9
FIELDS = ("title", "body")
PARAMETERS = RankingParameters(lead=5, feedback_weight=0)  # what the first few add: tests/test_feedback.py


Text = tuple[str, bool]
"""One text of an article, and whether it is bare."""


@cache
def blocks(article: Article, field: str) -> list[Text]:
    texts = [article.title, article.lead, *(block.text for block in article.blocks)]
    judged = list(zip(texts, bare_texts(texts), strict=True))
    return judged[:1] if field == "title" else judged[1:]


@cache
def tokens_of(text: Text) -> list[Token]:
    return [token._replace(exact=bare(token.exact)) if text[1] else token for token in tokens(text[0])]


@cache
def words_of(text: Text) -> list[str]:
    return [] if text[1] else analyzer.words(text[0])


def frequencies(article: Article, field: str, accepts: Callable[[Token], float]) -> float:
    return sum(accepts(token) for block in blocks(article, field) for token in tokens_of(block))


def lengths(articles: Sequence[Article], field: str, count: Callable[[Text], int]) -> dict[str, float]:
    sizes = {article.id: sum(map(count, blocks(article, field))) for article in articles}
    average = sum(sizes.values()) / len(articles)
    return {each: (1 - PARAMETERS.b) + PARAMETERS.b * size / average for each, size in sizes.items()}


class Plain:
    """The formulas of searcher.rank.ranking, slow and plain."""

    def __init__(self, articles: Sequence[Article]) -> None:
        self.articles = articles
        self.norm = {field: lengths(articles, field, lambda text: len(tokens_of(text))) for field in FIELDS}
        self.word_norm = {field: lengths(articles, field, lambda text: len(words_of(text))) for field in FIELDS}

    def weighed(self, tf: dict[str, float], frequency: int) -> dict[str, float]:
        idf = inverse_document_frequency(len(self.articles), frequency)
        return {each: idf * value * (PARAMETERS.k1 + 1) / (value + PARAMETERS.k1) for each, value in tf.items()}

    def word(self, word: str) -> dict[str, float]:
        count = {
            field: {a.id: sum(Counter(words_of(b))[word] for b in blocks(a, field)) for a in self.articles} for field in FIELDS
        }
        frequency = max(sum(value > 0 for value in count[field].values()) for field in FIELDS)
        tf = {
            a.id: sum(PARAMETERS.field_weights[field] * count[field][a.id] / self.word_norm[field][a.id] for field in FIELDS)
            for a in self.articles
        }
        return self.weighed(tf, frequency) if frequency else {}

    def syllable(self, term: Term) -> dict[str, float]:
        accepted = acceptance(term)

        def worth(token: Token) -> float:
            if not accepted.admits(token.exact, token.stripped):
                return 0
            if accepted.stripped is not None:
                return 1 + PARAMETERS.typed_frequency * (token.exact == term.exact)
            return 1 if token.exact == term.exact else PARAMETERS.unmarked_frequency

        tf = {
            a.id: sum(PARAMETERS.field_weights[field] * frequencies(a, field, worth) / self.norm[field][a.id] for field in FIELDS)
            for a in self.articles
        }

        def holders(field: str, form: str | None) -> int:
            return sum(
                frequencies(a, field, lambda t: accepted.admits(t.exact, t.stripped) and form in (None, t.exact)) > 0
                for a in self.articles
            )

        forms: list[str | None] = [None] if accepted.stripped is not None else sorted(accepted.exact)
        return self.weighed(tf, max(min(len(self.articles), sum(holders(field, form) for form in forms)) for field in FIELDS))

    def near(
        self, weight: float, candidates: Sequence[Article], count: Callable[[Article, str], int], among: int | None = None
    ) -> dict[str, float]:
        """What `count`, of an article and the name of a field, says of each candidate; how rare it is among so many articles, or the candidates."""
        size = among or len(candidates)
        tf = {a.id: sum(PARAMETERS.field_weights[f] * count(a, f) / self.norm[f][a.id] for f in FIELDS) for a in candidates}
        holding = sum(value > 0 for value in tf.values())
        weight *= math.log1p((size - holding + 0.5) / (holding + 0.5)) if holding else 0
        return {each: weight * value * (PARAMETERS.k1 + 1) / (value + PARAMETERS.k1) for each, value in tf.items()}

    def apart(self, weight: float, first: Term, second: Term, steps: set[int], candidates: Sequence[Article]) -> dict[str, float]:
        """How often `second` stands one of these steps from `first`."""

        def count(article: Article, field: str) -> int:
            return sum(
                any(place + step in places(block, second) for step in steps)
                for block in blocks(article, field)
                for place in places(block, first)
            )

        return self.near(weight, candidates, count)

    def row(self, terms: Sequence[Term], candidates: Sequence[Article]) -> dict[str, float]:
        """How often all the terms stand in a row."""

        def count(article: Article, field: str) -> int:
            return sum(
                all(start + step in places(block, term) for step, term in enumerate(terms))
                for block in blocks(article, field)
                for start in places(block, terms[0])
            )

        if len(terms) == 1:
            return {}
        often = self.near(1.0, candidates, count, len(self.articles))
        holding = [each for each, value in often.items() if value]
        rarity = inverse_document_frequency(len(self.articles), len(holding))
        return {each: PARAMETERS.row_weight * often[each] + PARAMETERS.row_presence * rarity for each in holding}

    def lead(self, term: Term, candidates: Sequence[Article]) -> dict[str, float]:
        """How often the term stands in the lead: early in the first block of the body that has any syllable."""

        def count(article: Article, field: str) -> int:
            first = next((block for block in blocks(article, field) if tokens_of(block)), ("", False))
            return sum(place < PARAMETERS.lead for place in places(first, term)) if field == "body" else 0

        return self.near(PARAMETERS.lead_weight, candidates, count)


def places(block: Text, term: Term) -> set[int]:
    return {t.position for t in tokens_of(block) if acceptance(term).admits(t.exact, t.stripped)}


@pytest.mark.parametrize("seed", range(6))
def test_scores_are_those_of_the_formulas(build: Callable[..., Path], seed: int) -> None:
    chance = random.Random(seed)
    articles = [random_article(chance, number) for number in range(30)]
    home = build(articles[:20], articles[20:])
    archive = Archive.open(home / ARCHIVE_FILE, read_only=True)
    searcher = Searcher(archive, home / INDEX_FOLDER, parameters=PARAMETERS)
    plain = Plain(articles)
    for _ in range(12):
        query = " ".join(chance.choice(SYLLABLES) for _ in range(chance.randint(1, 4)))
        request = SearchRequest(query, size=100, expand=False, near=False)
        node = interpret(searcher.collection(), request).node
        terms = [term for term in terms_in_order(node) if isinstance(term, Term)]
        marked = any(term.exact != term.stripped for term in terms)
        words = [word for word in analyzer.words(" ".join(term.text for term in terms)) if marked and is_marked(word)]
        page = searcher.search(request)
        found = [article for article in articles if article.id in {hit.id for hit in page.hits}]
        evidence = [(PARAMETERS.word_weight, plain.word(word)) for word in words]
        in_words = "_".join(words).split("_")
        for term in dict.fromkeys(terms):
            weight = PARAMETERS.syllable_weight if term.exact in in_words else PARAMETERS.lone_syllable_weight
            evidence += [(weight if words else 1, plain.syllable(term)), (1, plain.lead(term, found))]
        evidence.append((1, plain.row(terms, found)))
        window = {step for step in range(-PARAMETERS.window, PARAMETERS.window + 1) if step}
        for first, second in pairwise(terms):
            pair_weight = PARAMETERS.pair_weight if marked else PARAMETERS.wordless_pair_weight
            pair_weight *= 1 + PARAMETERS.few_pairs / (len(terms) - 1)
            evidence.append((1, plain.apart(pair_weight, first, second, {1}, found)))
            evidence.append((1, plain.apart(PARAMETERS.window_weight, first, second, window, found)))
        for hit in page.hits:
            expected = sum(weight * scores.get(hit.id, 0) for weight, scores in evidence)
            assert hit.score == pytest.approx(expected, rel=1e-4, abs=2e-6), query


@pytest.mark.parametrize(
    "query", ["trường thpt nguyễn hiền", "hội đồng nhân dân hà nội", "nên bỏ hội phụ huynh", "ông trần thanh sang"]
)
def test_capitals_do_not_change_what_counts(query: str) -> None:
    """The segmenter goes by them: `Nguyễn Hiền` is one word to it, `nguyễn hiền` two."""
    of = [
        [each[2:] for each in evidence(parse(typed)[0], PARAMETERS, exact_marks=False)]  # all but what is shown
        for typed in (query, query.title(), query.upper(), query.capitalize())
    ]
    assert of == of[:1] * len(of)


@pytest.mark.parametrize(
    ("query", "apart", "in_a_row"),
    [
        (
            "trường THPT đạt chuẩn",
            "Trường THPT Tân Lập, trường THPT Hồ Bưởi: hai trường THPT có nhà đa năng đạt yêu cầu, thư viện theo chuẩn mới.",
            "Cả huyện mới có một trường THPT đạt chuẩn, còn lại chờ kinh phí sửa nhà vệ sinh và sân chơi cho học sinh vùng xa.",
        ),
        (
            "Trần Thị Kim Xuyến",
            "Bà Trần Thị Kim Oanh nói vậy, bà Trần Thị Kim Liên cũng thế, còn chị Xuyến ở cuối bến thì vắng từ đầu buổi họp.",
            "Ý kiến cuối buổi họp thôn là của bà Trần Thị Kim Xuyến, về con đường ra bến và giá nước sạch từ đầu năm tới.",
        ),
    ],
)
@pytest.mark.parametrize("typed", [str, unmarked])
def test_what_stands_in_a_row_comes_before_the_same_syllables_apart(
    build: Callable[..., Path], query: str, apart: str, in_a_row: str, typed: Callable[[str], str]
) -> None:
    texts = [apart, in_a_row, *(f"Tin thứ {number}: trời nhiều mây, có mưa vài nơi." for number in range(60))]
    articles = [
        Article(title="", blocks=(Block("paragraph", text),), url=f"https://bao.example/{number}")
        for number, text in enumerate(texts)
    ]
    home = build(articles)
    archive = Archive.open(home / ARCHIVE_FILE, read_only=True)

    def first(parameters: RankingParameters) -> str:
        searcher = Searcher(archive, home / INDEX_FOLDER, parameters=parameters, time_limit=60)
        return searcher.search(SearchRequest(typed(query))).hits[0].url

    assert first(RankingParameters()) == "https://bao.example/1"
    assert first(RankingParameters(row_weight=0, row_presence=0)) == "https://bao.example/0"


def test_what_a_reader_remembers_of_an_article_finds_it(archive_home: Path) -> None:
    """MRR@10 of words from titles (the first rows) and leads of the sample archive: 1.0 today, .87 if titles counted nothing, .66 if leads did.

    The queries were chosen because these ingredients decide them: a guard, no measure of quality.
    """
    with open(KNOWN_ITEMS, encoding="utf-8", newline="") as table:
        known = list(csv.DictReader(table, delimiter="\t", quoting=csv.QUOTE_NONE))
    searcher = Searcher.open(archive_home)
    total = 0.0
    for row in known:
        titles = [hit.title for hit in searcher.search(SearchRequest(row["query"], size=10, fold=False)).hits]
        total += next((1 / rank for rank, title in enumerate(titles, start=1) if title.startswith(row["title"])), 0)
    assert total / len(known) >= FLOOR
    searcher.archive.close()


FILLING = "Chiều nay cơn mưa nhỏ qua phố".split()


def text(length: int, places: dict[int, str], *, filling: Sequence[str] = FILLING) -> str:
    """Return a text of so many syllables, these ones at these positions."""
    return " ".join(places.get(place, filling[place % len(filling)]) for place in range(length))


def article(title: str, length: int, places: dict[int, str], *, filling: Sequence[str] = FILLING) -> Article:
    return Article(title, (Block("paragraph", text(length, places, filling=filling)),))


@pytest.mark.parametrize(
    ("query", "better", "other"),
    [
        pytest.param("kênh", article("Một tin về kênh", 90, {}), article("Một tin về chợ", 90, {70: "kênh"}), id="in the title"),
        pytest.param("kênh", article("Một", 90, {5: "kênh"}), article("Hai", 90, {70: "kênh"}), id="in the lead"),
        pytest.param("kênh", article("Một", 90, {59: "kênh"}), article("Hai", 90, {60: "kênh"}), id="at the end of the lead"),
        pytest.param("kênh", article("Một", 90, {70: "kênh", 80: "kênh"}), article("Hai", 90, {70: "kênh"}), id="twice"),
        pytest.param("kênh", article("Một", 90, {70: "kênh"}), article("Hai", 180, {70: "kênh"}), id="in a shorter text"),
        pytest.param(
            "bán gạo", article("Một", 90, {70: "bán", 71: "gạo"}), article("Hai", 90, {70: "gạo", 71: "bán"}), id="side by side"
        ),
        pytest.param(
            "ban gao",
            article("Một", 90, {70: "bán", 71: "gạo"}),
            article("Hai", 90, {70: "gạo", 71: "bán"}),
            id="side by side without marks",
        ),
        pytest.param(
            "bán gạo",
            article("Một", 90, {70: "gạo", 78: "bán"}),
            article("Hai", 90, {70: "gạo", 79: "bán"}),
            id="near one another",
        ),
        pytest.param(
            "bán",  # in a word of two syllables, so that no word counts but syllables
            article("Một", 90, {69: "buôn", 70: "bán"}),
            article("Hai", 90, {69: "buon", 70: "ban"}, filling="Chieu nay con mua nho qua pho".split()),
            id="with its marks",
        ),
        pytest.param("ban", article("Một", 90, {70: "ban"}), article("Hai", 90, {70: "bán"}), id="just as typed"),
    ],
)
def test_what_stands_better_comes_first(build: Callable[..., Path], query: str, better: Article, other: Article) -> None:
    """Whichever of the two is the newer one: what scores the same would be put by date."""
    for name, pair in {"kho": (better, other), "kho đảo": (other, better)}.items():
        searcher = Searcher.open(
            build(
                [
                    replace(each, url=f"https://bao.example/{day}", published=datetime(2024, 1, day, tzinfo=VIETNAM))
                    for day, each in enumerate(pair, start=1)
                ],
                name=name,
            )
        )
        hits = searcher.search(SearchRequest(query, fold=False)).hits
        assert [hit.title for hit in hits] == [better.title, other.title]
        searcher.archive.close()
