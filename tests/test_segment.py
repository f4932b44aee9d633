"""index.segment: what lies in a segment, and that the version goes up when that changes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from corpus.article import Article, Block
from index.schema import VERSION
from index.snapshot import INDEX_FOLDER, open_snapshot

POSITIONAL = {
    "terms",
    "ends",
    "postings",
    "forms",
    "gaps",
    "docs",
    "freqs",
    "often",
    "counts",
    "occurrences",
    "steps",
    "positions",
}
FREQUENT = POSITIONAL - {"occurrences", "steps", "positions"}
PLAIN = FREQUENT - {"freqs", "often", "counts"}
FACET = PLAIN | {"labels", "label_ends"}
VARIANTS = {"variants", "variant_ends"}
ARRAYS = {
    "document": {"id", "change", "published", "signature", "sketch"} | FACET,
    "id": PLAIN,
    "title": POSITIONAL | {"lengths"},
    "title_stripped": FREQUENT | VARIANTS,
    "title_words": FREQUENT | {"lengths"},
    "body": POSITIONAL | {"lengths"},
    "body_stripped": FREQUENT | VARIANTS,
    "body_words": FREQUENT | {"lengths"},
    "earlier": POSITIONAL - {"freqs", "often", "counts"},
    "earlier_stripped": PLAIN | VARIANTS,
    "tag": FACET,
    "source": FACET,
    "section": FACET,
    "author": FACET,
    "place": FACET,
    "person": FACET,
    "organisation": FACET,
    "speaker": FACET,
    "month": FACET,
    "abbreviation": FACET,
    "phrase": PLAIN,
}


def test_arrays_of_this_version(build: Callable[..., Path]) -> None:
    """If this fails, indexes on people's disks lack what the code now reads: raise the number in index.schema.VERSION, then mend the table."""
    article = Article(
        "tin tin", (Block("paragraph", "đất đất 57/2022/NĐ-CP"),), url="https://a.example/1", tags=("a",), source="b", section="c"
    )
    names = open_snapshot(build([article]) / INDEX_FOLDER).segments[0].file.names()
    found: dict[str, set[str]] = {}
    for name in names:
        field, _, array = name.partition("/")
        found.setdefault(field, set()).add(array)
    assert found == ARRAYS
    assert VERSION.startswith("10/")
