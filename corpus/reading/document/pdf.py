"""A PDF -> Article: the text of its pages in reading order, without what is printed on every page.

Runs in the reading process: a PDF that unfolds without end, or takes for ever, ends with it. Scans hold no text and are refused.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any, NamedTuple

from corpus.article import Article
from corpus.errors import NotAnArticle
from corpus.message import note
from corpus.reading.document.layout import Piece, columns
from corpus.reading.document.official import documented
from corpus.reading.document.paragraph import paragraphs
from corpus.reading.document.running_head import without_running_heads
from language.old_encoding import converted, draws_capitals, font_encoding, reads_as_vietnamese, restored

MAX_PAGES = 1_000
# Of the letters of a text, so many may be of fonts that do not say which letters they are.
_MOST_UNKNOWN = 0.2
_UNKNOWN = re.compile(r"\(cid:\d+\)")
_BOLD = re.compile(r"bold|black|heavy|demi", re.I)
# In heights of a letter: how far one letter stands from the next of the same word, of the same line.
_WORD, _LINE = 0.18, 1.0


_HYPHEN_CODE, _SOFT_HYPHEN = 0xAD, "\u00ad"


class _Run(NamedTuple):
    text: str
    left: float
    right: float
    base: float
    size: float
    font: str


def read_pdf(content: bytes, *, fetched_at: datetime | None = None) -> Article:
    """Return the document in a PDF. Raises NotAnArticle for one without text, locked, broken or of more than MAX_PAGES pages."""
    pages = [list(_runs(page)) for page in _pages(content)]
    text = "".join(run.text for page in pages for run in page)
    unknown = len(_UNKNOWN.findall(text))
    letters = len("".join(_UNKNOWN.sub("", text).split()))
    if not letters and not unknown:
        raise NotAnArticle("pdf_without_text")
    if unknown > _MOST_UNKNOWN * (letters + unknown):
        raise NotAnArticle("pdf_unknown_letters")
    notes = [note("note_unknown_letters", count=unknown)] if unknown else []
    pages = _in_letters(pages, notes)
    laid_out = without_running_heads([columns(_piece(run) for run in page if run.text.strip()) for page in pages], notes)
    return documented(paragraphs([column for page in laid_out for column in page]), notes, fetched_at)


def _pages(content: bytes) -> Iterator[Any]:
    """Yield the pages as pdfminer lays them out: letters with their places."""
    try:
        from pdfminer.converter import PDFPageAggregator
        from pdfminer.encodingdb import EncodingDB
        from pdfminer.pdfdocument import PDFDocument, PDFPasswordIncorrect
        from pdfminer.pdfinterp import PDFPageInterpreter, PDFResourceManager
        from pdfminer.pdfpage import PDFPage
        from pdfminer.pdfparser import PDFParser
    except ImportError as error:
        raise NotAnArticle("pdf_reader_missing") from error
    EncodingDB.win2unicode[_HYPHEN_CODE] = _SOFT_HYPHEN  # read as a space otherwise, and it is the letter ư of TCVN3
    try:
        document = PDFDocument(PDFParser(io.BytesIO(content)))
        found = []
        for page in PDFPage.create_pages(document):
            found.append(page)
            if len(found) > MAX_PAGES:
                raise NotAnArticle("pdf_too_many_pages", most=MAX_PAGES)
        resources = PDFResourceManager()
        device = PDFPageAggregator(resources, laparams=None)
        interpreter = PDFPageInterpreter(resources, device)
        for page in found:
            interpreter.process_page(page)
            yield device.get_result()
    except NotAnArticle:
        raise
    except PDFPasswordIncorrect as error:
        raise NotAnArticle("pdf_locked") from error
    except MemoryError as error:
        raise NotAnArticle("pdf_unfolds_too_far") from error
    except Exception as error:  # whatever a broken file makes of a parser of this size
        raise NotAnArticle("pdf_broken", error=f"{type(error).__name__}: {error}"[:200]) from error
    if not found:
        raise NotAnArticle("pdf_broken", error="no pages")


def _letters(element: Any) -> Iterator[Any]:
    """Yield the upright letters of a page, in the order in which they are drawn, those inside figures too."""
    from pdfminer.layout import LTChar

    waiting = [iter(element)]
    while waiting:
        inner = next(waiting[-1], None)
        if inner is None:
            waiting.pop()
        elif isinstance(inner, LTChar):
            if inner.upright and inner.size > 0:
                yield inner
        elif hasattr(inner, "__iter__"):
            waiting.append(iter(inner))


def _runs(page: Any) -> Iterator[_Run]:
    """Yield what is drawn on one line of a page, in one font, one letter after another."""
    run: _Run | None = None
    for letter in _letters(page):
        text, base, size = letter.get_text(), float(letter.matrix[5]), float(letter.size)
        if run is not None:
            gap = letter.x0 - run.right
            near = abs(base - run.base) < 0.1 * size and -0.5 * size < gap < _LINE * size
            if near and letter.fontname == run.font and abs(size - run.size) < 0.5:
                space = " " if gap > _WORD * size and not run.text.endswith(" ") and text != " " else ""
                run = run._replace(text=run.text + space + text, right=letter.x1)
                continue
            yield run
        run = _Run(text, letter.x0, letter.x1, base, size, letter.fontname)
    if run is not None:
        yield run


def _in_letters(pages: list[list[_Run]], notes: list[str]) -> list[list[_Run]]:
    """Return the runs in letters, where a font of before Unicode (.VnTime, VNI-Times) shows codes."""
    coded = [run for page in pages for run in page if font_encoding(run.font)]
    if coded and not reads_as_vietnamese("\n".join(run.text for run in coded)):
        names = sorted({font_encoding(run.font) for run in coded})
        notes.append(note("note_old_encoding", encoding=", ".join(names)))
        return [[_meant(run) for run in page] for page in pages]
    found = restored("\n".join(run.text for page in pages for run in page))
    if found is None:
        return pages
    notes.append(note("note_old_encoding", encoding=found.encoding))
    encoding = found.encoding.split()[0]
    return [[run._replace(text=converted(run.text, encoding)) for run in page] for page in pages]


def _meant(run: _Run) -> _Run:
    encoding = font_encoding(run.font)
    text = converted(run.text, encoding) if encoding else run.text
    return run._replace(text=text.upper() if draws_capitals(run.font) else text)


def _piece(run: _Run) -> Piece:
    return Piece(
        _UNKNOWN.sub("\ufffd", run.text).replace(_SOFT_HYPHEN, "-"),
        run.left,
        run.right,
        run.base,
        run.size,
        _BOLD.search(run.font) is not None,
    )
