"""Raw pages -> Article, kept for ever.

The room's contract: readers (corpus.reading.page.read_page, corpus.reading.plain_text.read_plain_text, corpus.reading.jsonl.read_line) turn bytes into
an Article or raise NotAnArticle; corpus.ingest.ingest does so for files and folders and keeps the results in an Archive, which is
the source of truth for the index and the web. Importing this package loads no HTML library.
"""

from corpus.archive import Archive, Change, Revision
from corpus.archive.reject import Reject
from corpus.archive.statistic import Statistics
from corpus.article import Article, Block, RelatedLink
from corpus.errors import CorpusError, NotAnArticle

__all__ = [
    "Archive",
    "Article",
    "Block",
    "Change",
    "CorpusError",
    "NotAnArticle",
    "Reject",
    "RelatedLink",
    "Revision",
    "Statistics",
]
