"""An article -> its texts analysed, block by block: what every engine's index is made of.

Each text goes through the one analysis (language.analyzer) once. A bare text's terms are BARE forms, and it has no words: without marks the
segmenter would find wrong ones.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from corpus.article import Article
from index.schema import POSITION_GAP, TEXT_FIELDS
from language import analyzer
from language.bare_text import bare_texts
from language.normalizer import bare


@dataclass(frozen=True)
class AnalysedBlock:
    """One text: its terms, the position of each, counted from where its field begins, and its segmented words."""

    terms: list[str]
    positions: Sequence[int]
    words: list[str]
    is_bare: bool


def text_blocks(article: Article, field: str) -> Iterator[str]:
    """Yield the texts of a text field in order: empty ones too."""
    if field == "title":
        yield article.title
        return
    yield article.lead
    for block in article.blocks:
        yield block.text


def judged_blocks(article: Article) -> dict[str, list[tuple[str, bool]]]:
    """Return the texts of each text field, each with whether it is bare."""
    texts = {field: list(text_blocks(article, field)) for field in TEXT_FIELDS}
    judged = iter(bare_texts(list(chain.from_iterable(texts.values()))))
    return {field: [(text, next(judged)) for text in blocks] for field, blocks in texts.items()}


def analysed(judged: Iterable[tuple[str, bool]], *, segmented: bool = True) -> Iterator[AnalysedBlock]:
    """Yield each of a field's texts, given with whether it is bare, analysed; without words unless they are to be `segmented`.

    POSITION_GAP positions are left free after each text that has terms.
    """
    base = 0
    for text, is_bare in judged:
        terms, places = analyzer.terms(text)
        if not terms:
            yield AnalysedBlock([], (), [], is_bare)
            continue
        positions = range(base, base + len(terms)) if isinstance(places, range) else [base + place for place in places]
        base = positions[-1] + 1 + POSITION_GAP
        words = analyzer.words(text) if segmented and not is_bare else []
        yield AnalysedBlock(list(map(bare, terms)) if is_bare else terms, positions, words, is_bare)


def all_terms(texts: Mapping[str, Iterable[AnalysedBlock]]) -> Iterator[str]:
    """Yield the terms of all text fields, by which is known what an article is about."""
    return (term for blocks in texts.values() for block in blocks for term in block.terms)


def story(article: Article, body: Sequence[AnalysedBlock]) -> list[str]:
    """Return the terms of the lead and the paragraphs, by which copies are known: each paper writes its own captions."""
    lead, *blocks = body
    told = (analysed.terms for block, analysed in zip(article.blocks, blocks, strict=True) if block.kind == "paragraph")
    return lead.terms + list(chain.from_iterable(told))
