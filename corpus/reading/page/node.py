"""The shapes of a page that was parsed: its elements as nodes, what readers see as lines, and both together as a tree.

A *line* is a run of text that a reader sees as one piece (a paragraph, a list entry, a table cell, what stands between two
<br>), or a picture. Lines are numbered in reading order; the lines below a node are one slice, lines[node.start:node.end].
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

HEADINGS = frozenset("h1 h2 h3 h4 h5 h6".split())


@dataclass(frozen=True)
class Link:
    """A link in a line: the text it shows and where it leads, as written."""

    text: str
    target: str


@dataclass(eq=False)
class Node:
    """An element of the page. `hint` holds the words of its id and class, " article lead ", also when written articleLead."""

    tag: str
    hint: str
    attributes: Mapping[str, str]
    parent: Node | None
    depth: int
    number: int
    start: int = 0
    end: int = 0
    last: int = 0  # number of the last node below this one
    hidden: bool = False
    block: Node | None = None  # the nearest block around it, or itself
    text: str = ""  # of an inline element that names itself (id, class, itemprop, rel): what it shows
    children: list[Node] = field(default_factory=list)

    def upwards(self, levels: int = 10_000) -> Iterator[Node]:
        """Yield this node and at most `levels` of those it is in, the nearest first."""
        node: Node | None = self
        while node is not None and levels >= 0:
            yield node
            node, levels = node.parent, levels - 1

    def within(self, tags: frozenset[str], levels: int = 10_000) -> bool:
        return any(node.tag in tags for node in self.upwards(levels))

    def holds(self, other: Node) -> bool:
        return self.number <= other.number <= self.last


@dataclass(eq=False)
class Line:
    """What a reader sees as one piece. The counts are of characters without white space; `media` lines have only alt text."""

    text: str
    node: Node
    number: int
    size: int = 0
    linked: int = 0
    bold: int = 0
    italic: int = 0
    small: int = 0
    links: tuple[Link, ...] = ()
    media: bool = False
    alignment: str = ""

    @property
    def is_link(self) -> bool:
        return self.linked * 5 >= self.size * 4 and self.size > 0

    @property
    def is_bold(self) -> bool:
        return self.bold * 10 >= self.size * 9 and self.size > 0

    @property
    def is_small(self) -> bool:
        return self.small * 10 >= self.size * 9 and self.size > 0

    @property
    def is_italic(self) -> bool:
        return self.italic * 10 >= self.size * 9 and self.size > 0


@dataclass(frozen=True)
class Tree:
    """A parsed page. `metas` are (name, property, itemprop or http-equiv in lower case; content), `links` (rel, href) of the head."""

    title: str
    metas: tuple[tuple[str, str], ...]
    links: tuple[tuple[str, str], ...]
    linked_data: tuple[str, ...]
    nodes: tuple[Node, ...]
    lines: tuple[Line, ...]
    cut: bool  # the parser gave up before the end of the page

    def texts(self, node: Node) -> str:
        """Return the text below `node` on one line."""
        return " ".join(line.text for line in self.lines[node.start : node.end] if not line.media)
