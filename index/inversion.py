"""Articles -> the arrays of one segment.

Every term of every block goes through the one analysis (language.analyzer). No posting is touched one by one in Python: term numbers are
sorted as arrays.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from itertools import chain, count
from pathlib import Path

import numpy as np

from corpus.article import Article
from corpus.earlier import lost_texts
from corpus.facet import FACETS
from corpus.identity import ID_LENGTH
from index.field_text import AnalysedBlock, all_terms, analysed, judged_blocks, story, text_blocks
from index.posting import Postings
from index.schema import (
    ABBREVIATION_FIELD,
    BODY,
    EARLIER,
    LABELLED_FIELDS,
    PHRASE_FIELD,
    POSITIONAL_FIELDS,
    TEXT_FIELDS,
    stripped_field,
    words_field,
)
from index.segment import LENGTH_FIELDS, UNDATED, Documents, write_segment
from index.segment_file import Array
from index.signature import SIGNATURE_LENGTH, signature
from index.sketch import SKETCH_LENGTH, sketch
from language.abbreviation import explained
from language.normalizer import stripped
from language.phrase import phrases


class _Numbering(dict[str, int]):
    """Numbers terms in the order in which they are first seen."""

    def __init__(self) -> None:
        super().__init__()
        self._next = count()

    def __missing__(self, term: str) -> int:
        number = self[term] = next(self._next)
        return number


class FieldInversion:
    """Collects the terms of one field, document by document, and turns them into postings."""

    def __init__(self, *, positions: bool) -> None:
        self._numbering = _Numbering()
        self._terms: list[Array] = []
        self._positions: list[Array] | None = [] if positions else None
        self.lengths: list[int] = []

    def add(self, terms: list[str], positions: Array | None = None) -> None:
        """Add the next document's terms; `positions` (one for each term) if the field has them."""
        self._terms.append(np.fromiter(map(self._numbering.__getitem__, terms), np.uint32, len(terms)))
        self.lengths.append(len(terms))
        if self._positions is not None and positions is not None:
            self._positions.append(positions)

    def postings(self) -> Postings:
        """Return the postings of all documents added."""
        terms = sorted(self._numbering)
        rank = np.empty(len(terms), np.uint32)
        rank[np.fromiter((self._numbering[term] for term in terms), np.int64, len(terms))] = np.arange(
            len(terms), dtype=np.uint32
        )
        token_rank = rank[np.concatenate(self._terms)] if self._terms else np.empty(0, np.uint32)
        token_doc = np.repeat(np.arange(len(self.lengths), dtype=np.uint16), self.lengths)
        order = stable_order(token_rank)
        token_rank, token_doc = token_rank[order], token_doc[order]
        positions = np.concatenate(self._positions)[order] if self._positions else None
        encoded = [term.encode() for term in terms]
        return _postings(encoded, token_rank, token_doc, np.ones(token_doc.size, np.uint32), positions)


def stable_order(keys: Array) -> Array:
    """Return a stable argsort of uint32 `keys`: numpy sorts 16 bits by radix, many times faster than 32 by comparison."""
    order = np.argsort((keys & 0xFFFF).astype(np.uint16), kind="stable")
    high = (keys >> 16).astype(np.uint16)
    return order[np.argsort(high[order], kind="stable")] if high.any() else order


def _postings(terms: list[bytes], ranks: Array, docs: Array, weights: Array, positions: Array | None) -> Postings:
    """Sum `weights` of equal (rank, document) pairs, which must stand together, ranks ascending."""
    first = np.ones(ranks.size, bool)
    first[1:] = (ranks[1:] != ranks[:-1]) | (docs[1:] != docs[:-1])
    starts = np.flatnonzero(first)
    freqs = np.add.reduceat(weights, starts).astype(np.uint32) if starts.size else np.empty(0, np.uint32)
    return Postings(terms, np.bincount(ranks[starts], minlength=len(terms)), docs[starts], freqs, positions)


def strip_postings(exact: Postings) -> Postings:
    """Return the postings of the stripped field from those of the exact field: forms that differ only in marks become one term."""
    forms = [stripped(term.decode()).encode() for term in exact.terms]
    terms = sorted(set(forms))
    ordinal = {term: number for number, term in enumerate(terms)}
    group = np.fromiter((ordinal[form] for form in forms), np.uint32, len(forms))
    ranks = np.repeat(group, exact.counts)
    order = np.argsort(exact.docs.astype(np.uint16), kind="stable")
    order = order[stable_order(ranks[order])]
    return _postings(terms, ranks[order], exact.docs[order], exact.freqs[order], None)


def _labelled_values(article: Article) -> dict[str, Mapping[str, str]]:
    """Return an article's values (key -> label) of each facet and, in the same form, the abbreviations that it explains."""
    return {
        **{facet.name: facet.values_of(article) for facet in FACETS},
        ABBREVIATION_FIELD: {
            f"{sense.abbreviation}\t{sense.expansion}": "\t".join(sense.written)
            for field in TEXT_FIELDS
            for block in text_blocks(article, field)
            for sense in explained(block)
        },
    }


def best_label(first: str, second: str) -> str:
    """Return which of two spellings of a facet value to show: that in proper case, not all capitals, not all small letters.

    Associative and commutative, so the choice does not depend on how articles were batched.
    """

    def merit(label: str) -> tuple[bool, int, str]:
        shouted = label.isupper() and len(label) > 6
        return (not shouted, sum(word[:1].isupper() for word in label.split()), label)

    return max(first, second, key=merit)


def invert(
    articles: Iterable[tuple[int, Article]], path: Path, earlier_of: Callable[[int], Iterable[Article]] = lambda change: ()
) -> int:
    """Write a segment file at `path` of (change number, article) pairs, at most 65,536; return their number.

    `earlier_of` gives the earlier revisions of the article that a change brought, the newest first.
    """
    exact = {field: FieldInversion(positions=True) for field in POSITIONAL_FIELDS}
    words = {field: FieldInversion(positions=False) for field in TEXT_FIELDS}
    facets = {field: FieldInversion(positions=False) for field in LABELLED_FIELDS}
    labels: dict[str, dict[str, str]] = {field: {} for field in LABELLED_FIELDS}
    repeated = FieldInversion(positions=False)
    identity = FieldInversion(positions=False)
    ids: list[str] = []
    changes: list[int] = []
    published: list[int] = []
    signatures: list[Array] = []
    sketches: list[Array] = []
    for change, article in articles:
        ids.append(article.id)
        identity.add([article.id])
        changes.append(change)
        published.append(int(article.published.timestamp()) if article.published else UNDATED)
        texts = {field: _add_text(exact[field], words[field], judged) for field, judged in judged_blocks(article).items()}
        signatures.append(signature(story(article, texts[BODY])))
        sketches.append(sketch(all_terms(texts)))
        _add_text(exact[EARLIER], None, lost_texts(article, earlier_of(change)))
        repeated.add(phrases(block.words for block in chain.from_iterable(texts.values())))
        for field, values in _labelled_values(article).items():
            facets[field].add(list(values))
            for key, label in values.items():
                known = labels[field].get(key)
                labels[field][key] = label if known is None else best_label(known, label)
    postings = {"id": identity.postings(), PHRASE_FIELD: repeated.postings()}
    for field in POSITIONAL_FIELDS:
        postings[field] = exact[field].postings()
        postings[stripped_field(field)] = strip_postings(postings[field])
    postings |= {words_field(field): words[field].postings() for field in TEXT_FIELDS}
    postings |= {field: _with_labels(facets[field].postings(), labels[field]) for field in LABELLED_FIELDS}
    documents = Documents(
        np.array(ids, f"S{ID_LENGTH}"),
        np.array(changes, np.int64),
        np.array(published, np.int64),
        np.array(signatures, np.uint8).reshape(-1, SIGNATURE_LENGTH),
        np.array(sketches, np.uint8).reshape(-1, SKETCH_LENGTH),
        _lengths(exact, words),
    )
    write_segment(path, documents, postings.__getitem__)
    return len(ids)


def _lengths(exact: Mapping[str, FieldInversion], words: Mapping[str, FieldInversion]) -> dict[str, Array]:
    """Return field -> how long each document's text is in it."""
    inverted = {name: one for field in TEXT_FIELDS for name, one in ((field, exact[field]), (words_field(field), words[field]))}
    lengths = {name: np.array(one.lengths, np.uint32) for name, one in inverted.items()}
    assert set(lengths) == set(LENGTH_FIELDS)
    return lengths


def _with_labels(found: Postings, labels: Mapping[str, str]) -> Postings:
    """Return the postings of a facet with the label of each key."""
    shown = [labels[term.decode()].encode() for term in found.terms]
    return Postings(found.terms, found.counts, found.docs, found.freqs, labels=shown)


def _add_text(exact: FieldInversion, words: FieldInversion | None, judged: Iterable[tuple[str, bool]]) -> list[AnalysedBlock]:
    """Add a document's text to a field, each block with whether it is bare; return the blocks. Where `words` is None, none are looked for."""
    blocks = list(analysed(judged, segmented=words is not None))
    positions = [np.asarray(block.positions, np.uint32) for block in blocks if block.terms]
    exact.add(
        list(chain.from_iterable(block.terms for block in blocks)),
        np.concatenate(positions) if positions else np.empty(0, np.uint32),
    )
    if words is not None:
        words.add(list(chain.from_iterable(block.words for block in blocks)))
    return blocks
