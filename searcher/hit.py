"""Documents found and their scores -> hits: how each matches, what it lacks, its snippets, and the copies folded into it."""

from __future__ import annotations

from itertools import chain, islice

from corpus.article import Article
from corpus.permalink import permalink
from index.segment_file import Array
from searcher.deadline import Deadline
from searcher.match.earlier_version import earlier_versions
from searcher.match.snippet import snippets
from searcher.query.tree import as_typed, asked_of_earlier
from searcher.rank.retrieval import Retrieval
from searcher.result import Copy, Hit, Match
from searcher.shelf import Shelf

MOST_COPIES = 20
"""Copies that a hit lists; all of them are counted."""


def make_hits(found: Retrieval, order: Array, scores: Array, deadline: Deadline, shelf: Shelf) -> tuple[tuple[Hit, ...], bool]:
    """Return the hits of the docids in `order`, and whether there was time to find the snippets of all of them."""
    collection = found.collection
    located = collection.locate(order)
    copies = [found.copies_of(docid) if found.request.fold else order[:0] for docid in order.tolist()]
    shown = [collection.locate(others[:MOST_COPIES]) for others in copies]
    articles = iter(shelf.articles(collection, [*located, *chain.from_iterable(shown)]))
    firsts = list(islice(articles, len(located)))
    absences = shelf.absences(firsts)
    of_earlier = asked_of_earlier(found.node)
    hits = []
    whole = True
    for (segment, document), article, score, others, few in zip(located, firsts, scores.tolist(), copies, shown, strict=True):
        match, missing = _explain(found, segment, document)
        excerpt = snippets(found.node, article, exact_marks=found.request.exact_marks, deadline=deadline)
        asked = [each for each in of_earlier if found.evaluations[segment].part_mask(each)[document]]
        earlier, is_whole = earlier_versions(
            asked,
            shelf.earlier(collection, segment, document) if asked else (),
            permalink(article.id, article.title),
            exact_marks=found.request.exact_marks,
            deadline=deadline,
        )
        whole = whole and excerpt.whole and is_whole
        hits.append(
            Hit(
                id=article.id,
                permalink=permalink(article.id, article.title),
                url=article.url,
                title=article.title,
                source=article.source,
                section=article.section,
                published=article.published.isoformat() if article.published else None,
                tags=article.tags,
                score=round(score, 6),
                match=match,
                missing=missing,
                snippets=excerpt.snippets,
                copies=tuple(map(_copy, islice(articles, len(few)))),
                copies_total=others.size,
                earlier=earlier,
                gone=absences[article.id].seen_at.isoformat() if article.id in absences else None,
            )
        )
    return tuple(hits), whole


def _copy(article: Article) -> Copy:
    published = article.published.isoformat() if article.published else None
    return Copy(article.id, permalink(article.id, article.title), article.title, article.source, published)


def _explain(found: Retrieval, segment: int, document: int) -> tuple[Match, tuple[str, ...]]:
    """Return how the document matches, and the parts of the query it lacks, as typed."""
    evaluation = found.evaluations[segment]
    if not found.masks[segment][document]:
        return "partial", tuple(dict.fromkeys(as_typed(part) for part in found.parts if not evaluation.part_mask(part)[document]))
    return ("exact" if found.spelled[segment][document] else "unmarked"), ()
