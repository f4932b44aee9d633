"""Articles kept for ever in one SQLite file: revisions, raw pages, rejects, each change with its number."""

from corpus.archive.archive import ARCHIVE_FILE, Archive, Change, Revision

__all__ = ["ARCHIVE_FILE", "Archive", "Change", "Revision"]
