"""What trafilatura takes for the main text of a page: a second opinion on which lines are the story.

It mixes leads, captions and bylines into the text and loses last lines, but it is seldom wrong about where the story is. Where it has no
opinion, or fails on a page, our own reading is all there is.
"""

from __future__ import annotations

import logging
from collections.abc import Collection

import trafilatura

from corpus.reading.page.label import fold
from corpus.reading.page.node import Tree
from corpus.reading.page.region import PREFIX

# Past these trafilatura takes seconds, and our own reading is what counts.
_MOST_NODES, _MOST_LINES, _DEEPEST, _LONGEST = 20_000, 8_000, 200, 3_000_000
_MOST_CHILDREN = 2_000  # of one element; its time is quadratic in them

logging.getLogger("trafilatura").setLevel(logging.CRITICAL)


def main_lines(text: str, tree: Tree) -> Collection[str]:
    """Return the folded beginnings of the lines that trafilatura calls main text; none for pages too large for it."""
    if len(tree.nodes) > _MOST_NODES or len(tree.lines) > _MOST_LINES or len(text) > _LONGEST:
        return frozenset()
    if max((node.depth for node in tree.nodes), default=0) > _DEEPEST or any(
        len(node.children) > _MOST_CHILDREN for node in tree.nodes
    ):
        return frozenset()
    try:
        extracted = trafilatura.extract(text, include_comments=False, include_tables=True, deduplicate=False, fast=True) or ""
    except Exception:  # whatever a page does to the library: its opinion is missing then, and nothing else
        return frozenset()
    return frozenset(fold(line.lstrip("-•| ")[:200])[:PREFIX] for line in extracted.splitlines() if len(line) > 20)
