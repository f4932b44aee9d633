"""What an article is: the one shape in which every other part of Lục Báo sees the news.

Invariant: every text in an Article is clean (see language.text.clean): NFC, white space folded, Đ as U+0110, no zero-width
characters. Offsets of search hits are offsets into these texts.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Literal

from corpus.identity import article_id, canonical_url

BlockKind = Literal["heading", "paragraph", "caption"]


@dataclass(frozen=True)
class Block:
    """One piece of an article's body, in reading order. `credit` is a caption's photo credit ("Ảnh: L. Nam"), kept apart."""

    kind: BlockKind
    text: str
    credit: str = ""


@dataclass(frozen=True)
class RelatedLink:
    """A "Tin liên quan" entry of the page: the title it shows and the address it leads to, which may be unknown."""

    title: str
    url: str = ""


@dataclass(frozen=True)
class Article:
    """A news article as it was published.

    `published` and `modified` are aware datetimes, or None when the page does not say. `tags` are labels, one for each tag key
    (see corpus.hashtag). `origins` says for each attribute where its value was found ("json-ld", "meta", "microdata", "visible",
    "url", "given"); `notes` are sentences about what was dropped or repaired while reading. `source` is the paper's name; where the archive's
    table of papers (see corpus.paper) gave it, `stated_source` is what was read in its place.
    """

    title: str
    blocks: tuple[Block, ...] = ()
    lead: str = ""
    url: str = ""
    authors: tuple[str, ...] = ()
    source: str = ""
    section: str = ""
    tags: tuple[str, ...] = ()
    published: datetime | None = None
    modified: datetime | None = None
    fetched_at: datetime | None = None
    related: tuple[RelatedLink, ...] = ()
    origins: Mapping[str, str] = field(default_factory=dict, hash=False)
    notes: tuple[str, ...] = ()
    stated_source: str | None = None

    @cached_property
    def id(self) -> str:
        """Twelve characters of base32: of the canonical url, or without one of the title and the text."""
        return article_id(self.url, [self.title, self.lead, *(block.text for block in self.blocks)])

    @cached_property
    def content_hash(self) -> str:
        """SHA-256 (64 hexadecimal digits) of what the paper published: not of when or how we read it, nor of what we call the paper."""
        published = [
            canonical_url(self.url) or self.url,
            self.title,
            self.lead,
            [[block.kind, block.text, block.credit] for block in self.blocks],
            self.authors,
            self.source if self.stated_source is None else self.stated_source,
            self.section,
            self.tags,
            self.published and self.published.isoformat(),
            self.modified and self.modified.isoformat(),
        ]
        return hashlib.sha256(json.dumps(published, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()

    def known_as(self, article_id: str) -> Article:
        """Return the article with its id given, so that it is not computed from the address again."""
        return self._remembering(id=article_id)

    def of_paper(self, name: str) -> Article:
        """Return the article as one of the paper called `name`."""
        return (
            self if name == self.source else self._with(name, self.source if self.stated_source is None else self.stated_source)
        )

    def as_stated(self) -> Article:
        """Return the article as it was read, its source not yet named by a table of papers."""
        return self if self.stated_source is None else self._with(self.stated_source, None)

    def _with(self, source: str, stated_source: str | None) -> Article:
        return self._remembering(source=source, stated_source=stated_source)  # neither id nor content hash depends on the name

    def _remembering(self, **values: object) -> Article:
        """Return a copy with what is cached, and with `values` in the place of what it had."""
        article = copy(self)
        article.__dict__.update(values)
        return article


@dataclass(frozen=True)
class Heading:
    """What a list of all articles says of one: its id, its title and when this revision was archived."""

    article_id: str
    title: str
    archived_at: datetime
