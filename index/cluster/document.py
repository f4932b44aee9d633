"""An article -> the document by which the cluster finds it, and the tokens of documents -> codes and positions again.

Invariant: terms and positions are those of the embedded index (index.inversion), for both are made of index.field_text. A white-space token stands
for one position, with all forms that a reader may find it by: the exact form, STRIPPED and the stripped form, and where a whole begins (57/2022/NĐ-CP)
those of the whole and of its first part.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any
from zlib import crc32

import numpy as np

from corpus.article import Article
from corpus.earlier import lost_texts
from corpus.facet import FACETS
from index.cluster.mapping import BETWEEN_FORMS, LENGTH_FIELDS, STRIPPED, label_field
from index.field_text import AnalysedBlock, all_terms, analysed, judged_blocks, story
from index.schema import BODY, EARLIER, POSITION_GAP, TITLE, words_field
from index.segment_file import Array
from index.signature import bands, signature
from index.sketch import sketch
from language.memo import Memo
from language.normalizer import stripped

_NEXT_BLOCK, _WHOLE, _BODY = 0, 1, 3
_FIRST_CODE = 4
_LONGEST_KEYWORD = 32_000  # bytes; the server takes no document with a keyword of more than 32,766


def document(change: int, article: Article, earlier: Iterable[Article] = ()) -> dict[str, Any]:
    """Return the document of an article as of change number `change`; `earlier` are its earlier revisions, the newest first.

    It lacks the fields that only the writer knows: `writing`, `group`.
    """
    texts = {field: list(analysed(judged)) for field, judged in judged_blocks(article).items()}
    found: dict[str, Any] = {"id": article.id, "change": change}
    if article.published:
        found["published"] = int(article.published.timestamp())
    for field, blocks in texts.items():
        words = list(chain.from_iterable(block.words for block in blocks))
        found[field] = _positions_of(blocks)
        found[words_field(field)] = " ".join(words)
        found[LENGTH_FIELDS[field]] = sum(len(block.terms) for block in blocks)
        found[LENGTH_FIELDS[words_field(field)]] = len(words)
    found[EARLIER] = _positions_of(analysed(lost_texts(article, earlier), segmented=False))
    if any(block.is_bare for block in chain.from_iterable(texts.values())):
        found["bare"] = True
    found["tokens"] = b64encode(encode_tokens(texts[TITLE], texts[BODY])).decode()
    found["sketch"] = b64encode(sketch(all_terms(texts)).tobytes()).decode()
    for facet in FACETS:
        if labels := dict(_sendable(facet.values_of(article).items())):
            found[facet.name] = list(labels)
            found[label_field(facet.name)] = [f"{key}\t{label}" for key, label in labels.items()]
    drawn = signature(story(article, texts[BODY]))
    if drawn.any():
        found["signature"] = b64encode(drawn.tobytes()).decode()
        found["band"] = bands(drawn.tobytes())
    return {field: value for field, value in found.items() if value not in ([], "")}


def _sendable(labels: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """Yield those values of a facet that are no longer than the server takes; what is read from files is many times shorter."""
    for key, label in labels:
        if key and len(f"{key}\t{label}".encode()) <= _LONGEST_KEYWORD:
            yield key, label


def forms(term: str) -> str:
    """Return the forms by which a term is found at its position."""
    return _FORMS[term]


_FORMS = Memo(lambda term: f"{term}{BETWEEN_FORMS}{STRIPPED}{stripped(term)}")


def _positions_of(blocks: Iterable[AnalysedBlock]) -> list[str]:
    """Return a text for each block that has terms, with a token for each position."""
    return [" ".join(_tokens(block)) for block in blocks if block.terms]


def _tokens(block: AnalysedBlock) -> Iterator[str]:
    if isinstance(block.positions, range):
        yield from map(_FORMS.__getitem__, block.terms)
        return
    before = ""
    for term, is_whole in zip(block.terms, _are_whole(block.positions), strict=True):
        here = before + _FORMS[term]
        before = here + BETWEEN_FORMS if is_whole else ""
        if not is_whole:
            yield here


def _are_whole(positions: Sequence[int]) -> list[bool]:
    """Return of each term whether it is a whole: the term after it has the same position."""
    return [here == after for here, after in zip(positions, (*positions[1:], -1), strict=True)]


def encode_tokens(title: Iterable[AnalysedBlock], body: Iterable[AnalysedBlock]) -> bytes:
    """Return the terms of title and body as codes, little-endian uint32: see decode_tokens."""
    codes = [*_codes(title), _BODY, *_codes(body)]
    return np.array(codes, "<u4").tobytes()


def _codes(blocks: Iterable[AnalysedBlock]) -> list[int]:
    codes: list[int] = []
    for block in blocks:
        if not block.terms:
            continue
        if codes:
            codes.append(_NEXT_BLOCK)
        if isinstance(block.positions, range):
            codes += map(_CODE.__getitem__, block.terms)
            continue
        for term, is_whole in zip(block.terms, _are_whole(block.positions), strict=True):
            codes += (_WHOLE, _CODE[term]) if is_whole else (_CODE[term],)
    return codes


def kept(value: str) -> bytes:
    """Return the bytes of a binary field (`tokens`, `sketch`, `signature`) from what the server says of it (docvalue_fields): base64 without what fills it up."""
    return b64decode(value + "=" * (-len(value) % 4))


def code(term: str) -> int:
    """Return the number that stands for an exact form in `tokens`. Two forms may have the same: one chance in four thousand millions."""
    return _CODE[term]


def _code(term: str) -> int:
    checksum = crc32(term.encode())
    return checksum + _FIRST_CODE if checksum < _FIRST_CODE else checksum


_CODE = Memo(_code)


@dataclass(frozen=True)
class FieldTokens:
    """The terms of one text field of several documents, laid end to end: the `codes` (uint32) and `positions` (int64) of their exact forms.

    Those of document number n are at ends[n - 1] to ends[n] (from 0 for the first).
    """

    codes: Array
    positions: Array
    ends: Array

    def slice_of(self, number: int) -> slice:
        """Return where the terms of document number `number` are."""
        return slice(int(self.ends[number - 1]) if number else 0, int(self.ends[number]))


def decode_tokens(tokens: bytes) -> tuple[Array, Array, Array, Array]:
    """Return the codes and positions of a document's title, then those of its body."""
    title, body = decode_documents([tokens])
    return title.codes, title.positions, body.codes, body.positions


def decode_documents(tokens: Sequence[bytes]) -> tuple[FieldTokens, FieldTokens]:
    """Return the terms of the titles and those of the bodies of documents, from what their fields `tokens` hold. No loop over terms or documents."""
    codes = np.frombuffer(b"".join(tokens), "<u4")
    sizes = np.array([len(one) for one in tokens], np.int64) // 4
    ends = np.cumsum(sizes)
    is_term = codes >= _FIRST_CODE
    is_whole = np.zeros(codes.size, bool)
    is_whole[1:] = codes[:-1] == _WHOLE
    # How far each code moves the position on for what comes after it.
    steps = (is_term & ~is_whole).astype(np.int64) + POSITION_GAP * (codes == _NEXT_BLOCK)
    before = np.cumsum(steps) - steps
    bodies = np.flatnonzero(codes == _BODY)
    number = np.repeat(np.arange(len(tokens)), sizes)
    in_body = np.arange(codes.size) > bodies[number]
    starts = np.where(in_body, before[bodies][number], before[np.minimum(ends - sizes, max(codes.size - 1, 0))][number])
    positions = before - starts
    return _field(codes, positions, is_term & ~in_body, number, len(tokens)), _field(
        codes, positions, is_term & in_body, number, len(tokens)
    )


def _field(codes: Array, positions: Array, chosen: Array, number: Array, documents: int) -> FieldTokens:
    counts = np.bincount(number[chosen], minlength=documents)
    return FieldTokens(codes[chosen], positions[chosen], np.cumsum(counts))
