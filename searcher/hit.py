"""What is known of the documents found -> hits: their articles, snippets, earlier versions, and the copies folded into them.

Of all articles of a search less is said: how each matches, and where.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice

from corpus.article import Article
from corpus.permalink import permalink
from searcher.answer import Matched
from searcher.deadline import Deadline
from searcher.match.earlier_version import earlier_versions
from searcher.match.snippet import snippets
from searcher.query.tree import Node
from searcher.rank.ingredient import DIGITS
from searcher.rank.scored_document import ScoredDocument
from searcher.result import Copy, Headline, Hit
from searcher.shelf import Shelf


def make_hits(
    documents: Sequence[ScoredDocument], node: Node, shelf: Shelf, *, exact_marks: bool, deadline: Deadline
) -> tuple[tuple[Hit, ...], bool]:
    """Return the hits of the documents that `node` found, and whether there was time to find the snippets of all of them."""
    shown = chain.from_iterable(document.copies for document in documents)
    articles = iter(shelf.articles([*(document.revision for document in documents), *shown]))
    firsts = list(islice(articles, len(documents)))
    absences = shelf.absences(firsts)
    hits = []
    whole = True
    for document, article in zip(documents, firsts, strict=True):
        path = permalink(article.id, article.title)
        excerpt = snippets(node, article, exact_marks=exact_marks, deadline=deadline)
        earlier, is_whole = earlier_versions(
            document.earlier,
            shelf.earlier(*document.revision) if document.earlier else (),
            path,
            exact_marks=exact_marks,
            deadline=deadline,
        )
        whole = whole and excerpt.whole and is_whole
        hits.append(
            Hit(
                id=article.id,
                permalink=path,
                url=article.url,
                title=article.title,
                source=article.source,
                section=article.section,
                published=article.published.isoformat() if article.published else None,
                tags=article.tags,
                score=round(document.score, DIGITS),
                match=document.match,
                missing=document.missing,
                snippets=excerpt.snippets,
                copies=tuple(map(_copy, islice(articles, len(document.copies)))),
                copies_total=document.copies_total,
                earlier=earlier,
                explanation=document.explanation,
                gone=absences[article.id].seen_at.isoformat() if article.id in absences else None,
            )
        )
    return tuple(hits), whole


def make_matches(
    found: Iterable[tuple[Article, bool]], node: Node, *, exact_marks: bool, with_snippets: bool
) -> Iterator[Matched]:
    """Yield what is said of articles that `node` found, each with whether the marks that were typed are written in it."""
    for article, is_spelled in found:
        excerpt = snippets(node, article, exact_marks=exact_marks).snippets if with_snippets else ()
        yield Matched(article, "exact" if is_spelled else "unmarked", excerpt)


def headline(article: Article, change: int) -> Headline:
    """Return what a list says of an article, in the revision that change number `change` brought."""
    published = article.published.isoformat() if article.published else None
    return Headline(article.id, permalink(article.id, article.title), article.title, article.source, published, change)


def _copy(article: Article) -> Copy:
    published = article.published.isoformat() if article.published else None
    return Copy(article.id, permalink(article.id, article.title), article.title, article.source, published)
