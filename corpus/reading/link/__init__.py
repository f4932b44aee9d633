"""What a paper publishes to say which articles it has -> their addresses: feeds, sitemaps, pages of a section."""

from corpus.reading.link.link import KINDS, Link, ListKind
from corpus.reading.link.reader import read_links

__all__ = ["KINDS", "Link", "ListKind", "read_links"]
