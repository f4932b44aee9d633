"""What a paper publishes to say which articles it has -> their addresses: feeds, sitemaps, pages of a section. The way in is reader.read_links."""

from corpus.reading.link.link import KINDS, Link, ListKind

__all__ = ["KINDS", "Link", "ListKind"]
