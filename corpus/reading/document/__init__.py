"""Files that are no page (PDF, Word, saved letters) -> Article: each reader takes bytes and returns what `read_page` would."""

from corpus.reading.document.reader import read_document

__all__ = ["read_document"]
