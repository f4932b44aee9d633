"""A piece of HTML that is text of an article throughout (a body in JSONL) -> its blocks. Nothing in it is taken for a menu or a box."""

from __future__ import annotations

from corpus.article import Block
from corpus.reading.page.region import everything
from corpus.reading.page.story import read_blocks
from corpus.reading.page.tree import parse


def read_fragment(html: str) -> tuple[Block, ...]:
    """Return the headings, paragraphs and captions of `html` in reading order. Raises NotAnArticle when it has too many elements."""
    tree = parse(f"<body>{html}</body>")
    return read_blocks(tree, everything(tree))
