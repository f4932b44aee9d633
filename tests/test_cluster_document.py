"""index.cluster.document: the cluster is sent the terms and positions that the embedded index has, and gets them back from `tokens`."""

from __future__ import annotations

import random
import tempfile
from base64 import b64decode
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from conftest import random_article
from hypothesis import example, given
from hypothesis import strategies as st

from corpus.article import Article, Block
from index.cluster.document import FieldTokens, code, decode_documents, decode_tokens, document
from index.cluster.mapping import mapping, settings
from index.inversion import invert
from index.posting import single
from index.schema import POSITION_GAP, POSITIONAL_FIELDS, words_field
from index.segment import LENGTH_FIELDS, UNDATED, SegmentReader
from index.segment_file import SegmentFile
from index.signature import SIGNATURE_LENGTH
from language.normalizer import stripped

Terms = dict[str, list[int]]
"""Term -> its positions."""


def as_split(texts: Iterable[str]) -> Terms:
    """Return the terms of a field as the server finds them: white space between positions, "|" between forms, a gap between texts."""
    found: Terms = defaultdict(list)
    position = 0
    for text in texts:
        for token in text.split():
            for form in filter(None, token.split("|")):
                found[form].append(position)
            position += 1
        position += POSITION_GAP
    return found


def segment_of(articles: list[Article], earlier: dict[int, list[Article]]) -> SegmentReader:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "one.arrays")
        invert(enumerate(articles), path, lambda change: earlier.get(change, ()))
        return SegmentReader(SegmentFile(path))


def indexed(segment: SegmentReader, field: str, number: int) -> Terms:
    """Return the terms of one document in the embedded index."""
    postings = segment.field(field)
    found = {}
    for ordinal, term in enumerate(postings.terms):
        docs, freqs, positions = (read(single(ordinal)).tolist() for read in (postings.docs, postings.freqs, postings.positions))
        for doc, freq in zip(docs, freqs, strict=True):
            here, positions = positions[:freq], positions[freq:]
            if doc == number:
                found[term.decode()] = here
    return found


def check(articles: list[Article], earlier: dict[int, list[Article]] | None = None) -> None:
    """Compare the documents of articles with what a segment of them holds."""
    earlier = earlier or {}
    segment = segment_of(articles, earlier)
    documents = [document(change, article, earlier.get(change, ())) for change, article in enumerate(articles)]
    titles, bodies = decode_documents([b64decode(one["tokens"]) for one in documents])
    for number, one in enumerate(documents):
        terms = {field: indexed(segment, field, number) for field in POSITIONAL_FIELDS}
        for field in POSITIONAL_FIELDS:
            expected: dict[str, set[int]] = defaultdict(set)
            for term, positions in terms[field].items():
                expected[term] |= set(positions)
                expected[f"={stripped(term)}"] |= set(positions)
            found = as_split(one.get(field, []))
            assert {term: sorted(set(positions)) for term, positions in found.items()} == {
                term: sorted(positions) for term, positions in expected.items()
            }
            assert all(found[term] == positions for term, positions in terms[field].items())
        for field, tokens in (("title", titles), ("body", bodies)):
            assert pairs(tokens, number) == sorted((at, code(term)) for term, places in terms[field].items() for at in places)
            words = one.get(words_field(field), "").split()
            assert len(words) == one[f"{words_field(field)}_length"]
            assert words == sorted_words(segment, field, number, words)
        for field in LENGTH_FIELDS:
            assert one[f"{field}_length"] == segment.lengths(field)[number]
        drawn = segment.signatures[number].tobytes()
        assert b64decode(one.get("signature", "")) == (drawn if any(drawn) else b"")
        assert b64decode(one["sketch"]) == segment.sketches[number].tobytes()
        assert one.get("published", UNDATED) == segment.published[number]


def sorted_words(segment: SegmentReader, field: str, number: int, like: list[str]) -> list[str]:
    """Return `like` if the embedded index has these words, else its own."""
    postings = segment.field(words_field(field))
    own = []
    for ordinal, term in enumerate(postings.terms):
        for doc, freq in zip(postings.docs(single(ordinal)), postings.freqs(single(ordinal)), strict=True):
            own += [term.decode()] * (int(freq) if doc == number else 0)
    return like if sorted(like) == sorted(own) else own


def pairs(tokens: FieldTokens, number: int) -> list[tuple[int, int]]:
    here = tokens.slice_of(number)
    return sorted(zip(tokens.positions[here].tolist(), tokens.codes[here].tolist(), strict=True))


def test_sample_articles(sample_articles: dict[bytes, Article]) -> None:
    check(list(sample_articles.values()))


def test_random_articles_with_earlier_revisions() -> None:
    chance = random.Random(5)
    articles = [random_article(chance, number) for number in range(60)]
    check(articles, {number: [random_article(chance, number) for _ in range(number % 3)] for number in range(60)})


@given(st.lists(st.tuples(st.text(max_size=40), st.lists(st.text(max_size=60), max_size=3)), min_size=1, max_size=3))
@example([("Nghị định 57/2022/NĐ-CP lúc 8h30", ["H'Mông và J.D.", "", "57/2022/NĐ-CP", "de nghi cac xa bao cao ve viec nay"])])
@example([("ﷺ", ["½ ㎡ km²", "a|b =c ~d", "İ ß ŉ"])])
def test_any_text(texts: list[tuple[str, list[str]]]) -> None:
    check(
        [
            Article(title, tuple(Block("paragraph", text) for text in blocks), url=f"https://a.example/{number}")
            for number, (title, blocks) in enumerate(texts)
        ]
    )


def test_document() -> None:
    article = Article(
        "Bão số 3",
        (Block("paragraph", "Theo 57/2022/NĐ-CP"),),
        url="https://a.example/1",
        source="Báo Một",
        tags=("nông thôn mới",),
    )
    found = document(7, article)
    assert len(b64decode(found.pop("sketch"))) == 128
    tokens = decode_tokens(b64decode(found.pop("tokens")))
    assert [array.tolist() for array in tokens] == [
        [code("bão"), code("số"), code("3")],
        [0, 1, 2],
        [code("theo"), *map(code, ("57/2022/nđ-cp", "57", "2022", "nđ", "cp"))],
        [0, 1, 1, 2, 3, 4],
    ]
    assert found == {
        "id": article.id,
        "change": 7,
        "title": ["bão|=bao số|=so 3|=3"],
        "title_words": "bão số 3",
        "title_length": 3,
        "title_words_length": 3,
        "body": ["theo|=theo 57/2022/nđ-cp|=57/2022/nd-cp|57|=57 2022|=2022 nđ|=nd cp|=cp"],
        "body_words": "theo 57 2022 nđ cp",
        "body_length": 6,
        "body_words_length": 5,
        "source": ["báo một"],
        "source_label": ["báo một\tBáo Một"],
        "tag": ["nông_thôn_mới"],
        "tag_label": ["nông_thôn_mới\tnông thôn mới"],
        "document": ["57/2022/nd-cp"],
        "document_label": ["57/2022/nd-cp\tNghị định 57/2022/NĐ-CP"],
    }


def test_bare_texts_are_told_apart() -> None:
    found = document(
        1, Article("de nghi cac xa bao cao", (Block("paragraph", "de nghi cac xa bao cao ngay 3"),), url="https://a.example/1")
    )
    assert found["bare"] is True
    assert found["title"] == ["~de|=de ~nghi|=nghi ~cac|=cac ~xa|=xa ~bao|=bao ~cao|=cao"]
    assert found["body"][0].endswith("~ngay|=ngay 3|=3")
    assert "title_words" not in found


def test_copies_share_bands() -> None:
    text = " ".join(f"tiếng{chr(97 + number % 26)}{number}" for number in range(200))
    one, other = (document(1, Article(title, (Block("paragraph", text),), url=f"https://a.example/{title}")) for title in "ab")
    assert one["band"] == other["band"]
    assert len(one["band"]) == 16
    assert len(b64decode(one["signature"])) == SIGNATURE_LENGTH
    assert bytes.fromhex("".join(band.partition(":")[2] for band in one["band"])) == b64decode(one["signature"])


def test_values_longer_than_the_server_takes_are_left_out() -> None:
    found = document(1, Article("a", url="https://a.example/1", source="x" * 40_000, section="Xã hội"))
    assert "source" not in found
    assert found["section_label"] == ["xã hội\tXã hội"]


def test_no_documents_no_tokens() -> None:
    for tokens in decode_documents([]):
        assert tokens.codes.size == tokens.positions.size == tokens.ends.size == 0


@pytest.mark.parametrize("title", ["", "a"])
def test_an_empty_text(title: str) -> None:
    found = decode_tokens(b64decode(document(1, Article(title, url="https://a.example/1"))["tokens"]))
    assert [array.size for array in found] == [len(title), len(title), 0, 0]
    assert [array.dtype for array in found] == [np.dtype(np.uint32), np.dtype(np.int64)] * 2


def test_every_field_sent_is_mapped(sample_articles: dict[bytes, Article]) -> None:
    fields: dict[str, Any] = mapping({})["properties"]
    sent = {field for article in sample_articles.values() for field in document(1, article, [])}
    assert sent <= fields.keys()
    assert fields.keys() - sent <= {"writing", "group", "earlier", "bare", "band", "signature"}
    assert settings(3, 1)["index"]["number_of_shards"] == 3
