"""index.codec: Whoosh's own exhaustive searcher, on the very same index, finds what our evaluation over arrays finds."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest
from conftest import SYLLABLES, random_article
from whoosh import analysis, fields, scoring
from whoosh import query as wq
from whoosh.index import FileIndex, create_in

from index.schema import EARLIER, TEXT_FIELDS
from index.snapshot import INDEX_FOLDER, INDEX_NAME, Snapshot, open_snapshot
from index.storage import DurableStorage
from language.analyzer import terms, tokens
from language.normalizer import exact, stripped
from searcher.deadline import Deadline
from searcher.match.evaluation import Evaluation
from searcher.query.tree import And, Earlier, Node, Not, Or, Phrase, Prefix, Term

pytestmark = pytest.mark.slow


def found_by_us(snapshot: Snapshot, node: Node) -> set[str]:
    ids: set[str] = set()
    for segment in snapshot.segments:
        mask = Evaluation(segment, exact_marks=True, deadline=Deadline.after(60)).matches(node)
        ids |= {article.decode() for article in segment.ids[np.flatnonzero(mask)]}
    return ids


def as_whoosh(node: Node, fields: Sequence[str] = TEXT_FIELDS) -> wq.Query:
    """Return the query as Whoosh asks it: exact forms in title or body."""
    match node:
        case Term():
            return wq.Or([wq.Term(field, node.exact) for field in fields])
        case Prefix():
            return wq.Or([wq.Prefix(field, node.exact) for field in fields])
        case Phrase():
            return wq.Or([wq.Phrase(field, [term.exact for term in node.terms]) for field in fields])
        case Earlier(leaf):
            return wq.And([as_whoosh(leaf, (EARLIER,)), wq.Not(as_whoosh(leaf))])
        case And(children):
            return wq.And([as_whoosh(child) for child in children])
        case Or(children):
            return wq.Or([as_whoosh(child) for child in children])
        case Not(child):
            return wq.And([wq.Every(), wq.Not(as_whoosh(child))])
    raise AssertionError(node)


def term(chance: random.Random) -> Term:
    form = chance.choice(tokens(chance.choice(SYLLABLES))).exact
    return Term(form, stripped(form), form)


def tree(chance: random.Random, depth: int = 2) -> Node:
    kind = chance.choice(["term", "phrase", "prefix", "earlier", "and", "or", "not"] if depth else ["term", "phrase", "prefix"])
    if kind == "earlier":
        leaf = tree(chance, 0)
        assert isinstance(leaf, (Term, Prefix, Phrase))
        return Earlier(leaf)
    if kind == "term":
        return term(chance)
    if kind == "phrase":
        return Phrase(tuple(term(chance) for _ in range(chance.randint(2, 3))))
    if kind == "prefix":
        beginning = term(chance).exact[: chance.randint(1, 2)]
        return Prefix(exact(beginning), stripped(beginning), beginning)
    if kind == "not":
        return And((tree(chance, depth - 1), Not(tree(chance, depth - 1))))
    children = tuple(tree(chance, depth - 1) for _ in range(chance.randint(2, 3)))
    return And(children) if kind == "and" else Or(children)


@pytest.fixture
def home(build: Callable[..., Path]) -> Path:
    chance = random.Random(7)
    articles = [random_article(chance, number) for number in range(90)]
    earlier = [random_article(chance, number) for number in range(0, 90, 2)]
    return build(earlier, articles[:40], articles[40:70], articles[70:], withdrawn=[article.id for article in articles[5:85:9]])


def test_same_articles_as_whoosh(home: Path) -> None:
    chance = random.Random(3)
    index = FileIndex(DurableStorage(home / INDEX_FOLDER), indexname=INDEX_NAME)
    snapshot = open_snapshot(home / INDEX_FOLDER)
    assert len(snapshot.segments) > 1
    assert any(segment.deleted for segment in snapshot.segments)
    nonempty = 0
    with index.searcher() as searcher:
        for _ in range(80):
            node = tree(chance)
            theirs = {hit["id"] for hit in searcher.search(as_whoosh(node), limit=None)}
            assert found_by_us(snapshot, node) == theirs, node
            nonempty += bool(theirs)
    assert nonempty > 40


def test_the_best_of_whoosh_are_the_best_of_all(home: Path) -> None:
    """Whoosh 2.7.4 skips blocks that cannot be among the best, and drops documents that are: we give it no quality to skip by."""
    chance = random.Random(17)
    index = FileIndex(DurableStorage(home / INDEX_FOLDER), indexname=INDEX_NAME)
    cut = 0
    with index.searcher() as searcher:
        assert not searcher.postings("body", "của").supports_block_quality()
        for _ in range(60):
            query = as_whoosh(And((term(chance), Or((term(chance), term(chance))))))
            every = [hit.score for hit in searcher.search(query, limit=None)]
            best = [hit.score for hit in searcher.search(query, limit=3)]
            assert best == pytest.approx(every[:3])
            cut += len(every) > 3
    assert cut > 20


def test_whoosh_reads_terms_lengths_and_positions(home: Path) -> None:
    index = FileIndex(DurableStorage(home / INDEX_FOLDER), indexname=INDEX_NAME)
    with index.reader() as reader:
        assert reader.doc_count() == 81
        assert reader.doc_frequency("body", "của") > 0
        assert reader.frequency("body", "của") >= reader.doc_frequency("body", "của")
        assert ("body", "không-có") not in reader
        assert sorted(reader.lexicon("month"))[0].startswith(b"2020-")
        matcher = reader.postings("body", "của")
        assert matcher.value_as("positions")
        assert reader.doc_field_length(matcher.id(), "body") > 0


@pytest.mark.parametrize(("weighting", "tolerance"), [(scoring.TF_IDF(), 1e-9), (scoring.BM25F(), 0.05)])
def test_whoosh_scores_as_on_its_own_codec(
    build: Callable[..., Path], tmp_path: Path, weighting: scoring.WeightingModel, tolerance: float
) -> None:
    """The same articles in a stock Whoosh index get the same scores from Whoosh; BM25F up to its own codec's lengths, kept in 8 bits."""
    chance = random.Random(13)
    articles = [random_article(chance, number) for number in range(60)]
    ours = FileIndex(DurableStorage(build(articles[:25], articles[25:]) / INDEX_FOLDER), indexname=INDEX_NAME)
    spaced = analysis.SpaceSeparatedTokenizer()
    schema = fields.Schema(id=fields.ID(stored=True), title=fields.TEXT(analyzer=spaced), body=fields.TEXT(analyzer=spaced))
    (tmp_path / "stock").mkdir()
    stock = create_in(str(tmp_path / "stock"), schema)
    for batch in (articles[:25], articles[25:]):
        writer = stock.writer()
        for article in batch:
            texts = [article.lead, *(block.text for block in article.blocks)]
            body = " ".join(form for text in texts for form in terms(text)[0])
            writer.add_document(id=article.id, title=" ".join(terms(article.title)[0]), body=body)
        writer.commit(merge=False)
    with ours.searcher(weighting=weighting) as here, stock.searcher(weighting=weighting) as there:
        for _ in range(60):
            node = And((term(chance), Or((term(chance), term(chance)))))
            found, expected = (
                {hit["id"]: hit.score for hit in searcher.search(as_whoosh(node), limit=None)} for searcher in (here, there)
            )
            assert found == pytest.approx(expected, rel=tolerance)
