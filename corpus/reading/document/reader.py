"""The kind and bytes of a file that is no page -> Article, by the reader of that kind, which is loaded when it is first needed."""

from __future__ import annotations

from datetime import datetime

from corpus.article import Article


def read_document(kind: str, content: bytes, *, url: str = "", fetched_at: datetime | None = None) -> Article:
    """Return the article in a "pdf", "docx", "letter" or "mhtml"; `url` is where a page saved as MHTML was. Raises NotAnArticle."""
    if kind == "pdf":
        from corpus.reading.document.pdf import read_pdf

        return read_pdf(content, fetched_at=fetched_at)
    if kind == "docx":
        from corpus.reading.document.docx import read_docx

        return read_docx(content, fetched_at=fetched_at)
    if kind == "letter":
        from corpus.reading.document.letter import read_letter

        return read_letter(content, fetched_at=fetched_at)
    if kind == "mhtml":
        from corpus.reading.document.mhtml import read_mhtml

        return read_mhtml(content, url=url, fetched_at=fetched_at)
    raise ValueError(kind)
