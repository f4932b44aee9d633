"""A page as far as its headline: what the steps of reading it look at, handed on as one."""

from __future__ import annotations

from dataclasses import dataclass

from corpus.reading.page.metadata import Metadata
from corpus.reading.page.node import Tree
from corpus.reading.page.region import Region
from corpus.reading.page.title import Headline


@dataclass(frozen=True)
class Page:
    """A page: its parsed text, where its story stands, what it declares, its headline, and its own address, else the one it was fetched from."""

    tree: Tree
    region: Region
    metadata: Metadata
    headline: Headline
    address: str
