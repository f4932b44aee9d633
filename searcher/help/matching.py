"""What was asked and what it found, as help sees it: totals of a search and of others like it, whatever engine counts them.

Which article matches is the engine's affair; help asks how many do. So it may ask of an index in this process or of one elsewhere, where a question
costs a way there and back: what is asked in one call is answered in one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol, TypeAlias

from searcher.match.collection import Collection
from searcher.query.tree import Node
from searcher.request import SearchRequest

TotalsOf: TypeAlias = Callable[[Sequence[SearchRequest]], Sequence[int]]
"""Requests -> how many articles match each in full. Raises DeadlineExceeded."""


class Matching(Protocol):
    """A search and what it found. Methods raise DeadlineExceeded when the time of that search is over.

    `node` is what the request means; `collection` says how the archive writes, and which facet values it has.
    """

    @property
    def collection(self) -> Collection: ...

    @property
    def request(self) -> SearchRequest: ...

    @property
    def node(self) -> Node: ...

    @property
    def total(self) -> int:
        """How many articles match in full."""
        ...

    @property
    def has_earlier(self) -> bool:
        """Whether any article lost anything that an earlier version of it had."""
        ...

    def count(self, node: Node, *, narrowed: bool = True) -> int:
        """Return how many articles match `node`, marks read as the request wants it, under its days and facets or under none."""
        ...

    def counts(self, nodes: Sequence[Node], *, narrowed: bool = True) -> Sequence[int]:
        """Return what `count` does of each of `nodes`."""
        ...

    def total_of(self, request: SearchRequest, node: Node | None = None) -> int:
        """Return how many articles match another request in full; `node` is what it means, if that is known."""
        ...

    def totals_of(self, requests: Sequence[SearchRequest]) -> Sequence[int]:
        """Return what `total_of` does of each of `requests`."""
        ...

    def most_held(self, parts: Sequence[Node]) -> tuple[bool, ...]:
        """Return which of `parts` those articles have that have most of them, of all that days and facets of the request leave.

        As most of these have it; of what equally many have the first, False before True, part by part. () if no article has any.
        """
        ...
