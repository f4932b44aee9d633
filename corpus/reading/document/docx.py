"""A Word document (.docx) -> Article: its paragraphs, headings and tables in order, its head as an official document's.

The file is a zip of XML: what is read of it is bounded before it is parsed, nothing it refers to is opened, nothing in it is run.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from lxml import etree  # type: ignore[import-untyped]

from corpus.article import Article
from corpus.errors import NotAnArticle
from corpus.message import note
from corpus.reading.document.official import documented
from corpus.reading.document.paragraph import Paragraph
from language.old_encoding import converted, draws_capitals, font_encoding, reads_as_vietnamese, restored
from language.text import clean
from language.timestamp import parse_iso

# Of the text of a document, of what else is read; no document of Word's is larger.
MAX_XML, _MAX_PART = 60_000_000, 5_000_000
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_STRICT = "{http://purl.oclc.org/ooxml/wordprocessingml/main}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_PARTS = ("word/document.xml", "word/styles.xml", "word/footnotes.xml", "docProps/core.xml")
_HEADING = re.compile(r"heading [1-6]|title", re.I)
_DEFAULT_TITLE = re.compile(
    r"(?:microsoft word\b.*|(?:tài liệu|document|doc)\s*\d*|cộng h(?:òa|oà) xã hội chủ nghĩa việt nam|.*\.docx?)", re.I
)
_WIDE_CELL = 3  # paragraphs: what has so many is no cell of a table of figures


class _Style(NamedTuple):
    name: str = ""
    font: str = ""
    bold: bool = False


@dataclass(frozen=True)
class _Run:
    text: str
    font: str


def read_docx(content: bytes, *, fetched_at: datetime | None = None) -> Article:
    """Return the document in a .docx. Raises NotAnArticle for one without text, locked, broken, or that unfolds to more than MAX_XML."""
    parts = _parts(content)
    body = parts["word/document.xml"]
    styles = _styles(parts.get("word/styles.xml"))
    given = list(_blocks(body, styles))
    given += _blocks(parts["word/footnotes.xml"], styles) if "word/footnotes.xml" in parts else []
    notes: list[str] = []
    if next(body.iter(_W + "numPr"), None) is not None:
        notes.append(note("note_numbers_of_lists"))
    title, made = _properties(parts.get("docProps/core.xml"))
    return documented(_paragraphs(given, notes), notes, fetched_at, title=title, made=made)


def _parts(content: bytes) -> dict[str, Any]:
    """Return the parts of the file that are read, by name, each parsed."""
    found: dict[str, Any] = {}
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as file:
            names = set(file.namelist())
            for name in _PARTS:
                if name in names:
                    most = MAX_XML if name == _PARTS[0] else _MAX_PART
                    with file.open(name) as part:
                        xml = part.read(most + 1)
                    if len(xml) > most:
                        raise NotAnArticle("docx_unfolds_too_far", most=most // 1_000_000)
                    found[name] = _parsed(xml)
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        NotImplementedError,
        RuntimeError,
        ValueError,
        etree.XMLSyntaxError,
    ) as error:
        raise NotAnArticle("docx_broken", error=str(error)[:200]) from error
    if "word/document.xml" not in found:
        raise NotAnArticle("docx_broken", error="word/document.xml")
    return found


def _parsed(xml: bytes) -> Any:
    if b"<!DOCTYPE" in xml[:1000] or b"<!ENTITY" in xml:
        raise ValueError("DTD")
    return etree.fromstring(
        xml.replace(_STRICT[1:-1].encode(), _W[1:-1].encode()),
        etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True),
    )


def _styles(root: Any) -> dict[str, _Style]:
    """Return the styles by id, each with what it has of those it is based on; "" is the default."""
    if root is None:
        return {"": _Style()}
    raw = {style.get(_W + "styleId", ""): style for style in root.iter(_W + "style")}
    default = next((_font(fonts) for fonts in root.iter(_W + "rFonts")), "")
    found = {"": _Style("", default)}
    for name, style in raw.items():
        chain: list[str] = []
        here = name
        while here in raw and here not in chain and len(chain) < 20:
            chain.append(here)
            based = raw[here].find(_W + "basedOn")
            here = based.get(_W + "val", "") if based is not None else ""
        fonts = [font for one in chain if (font := _font(raw[one].find(f"{_W}rPr/{_W}rFonts")))]
        called = style.find(_W + "name")
        bold = any(_is_on(raw[one].find(f"{_W}rPr/{_W}b")) for one in chain)
        found[name] = _Style(called.get(_W + "val", "") if called is not None else "", fonts[0] if fonts else default, bold)
    return found


def _font(fonts: Any) -> str:
    return str(fonts.get(_W + "ascii") or fonts.get(_W + "hAnsi") or "") if fonts is not None else ""


def _is_on(element: Any) -> bool:
    return element is not None and element.get(_W + "val", "1") not in ("0", "false", "off")


class _Given(NamedTuple):
    """A paragraph as it stands in the file; a row of a table is one, its cells parted by " | "."""

    runs: list[_Run]
    heads: bool
    bold: bool


def _blocks(root: Any, styles: dict[str, _Style]) -> Iterator[_Given]:
    """Yield the paragraphs and rows of tables below an element, in order, however deep they are."""
    waiting = [iter(root)]
    while waiting:
        element = next(waiting[-1], None)
        if element is None:
            waiting.pop()
        elif element.tag == _W + "p":
            yield _given(element, styles)
        elif element.tag == _W + "tbl" and _holds_figures(element):
            for row in element.iter(_W + "tr"):
                yield _row(row, styles)
        elif element.tag not in (_FALLBACK, _W + "del", _W + "moveFrom"):
            waiting.append(iter(element))


def _holds_figures(table: Any) -> bool:
    """Is this a table whose rows are to be read across? One that lays out the head of a document has several paragraphs in a cell."""
    cells = list(table.iter(_W + "tc"))
    if next((inner for inner in table.iter(_W + "tbl") if inner is not table), None) is not None:
        return False
    return all(sum(1 for _ in cell.iter(_W + "p")) < _WIDE_CELL for cell in cells) and len(cells) > 2


def _row(row: Any, styles: dict[str, _Style]) -> _Given:
    runs: list[_Run] = []
    for cell in row.iter(_W + "tc"):
        inner = [run for given in _blocks(cell, styles) for run in (*given.runs, _Run(" ", ""))]
        if "".join(run.text for run in inner).strip():
            runs += ([_Run(" | ", "")] if runs else []) + inner
    return _Given(runs, False, False)


def _given(element: Any, styles: dict[str, _Style]) -> _Given:
    chosen = element.find(f"{_W}pPr/{_W}pStyle")
    style = styles.get(chosen.get(_W + "val", "") if chosen is not None else "Normal", styles[""])
    level = element.find(f"{_W}pPr/{_W}outlineLvl")
    runs: list[_Run] = []
    bold = True
    for run in _runs(element):
        text = "".join(map(_text, run))
        own = run.find(_W + "rPr")
        font = _font(own.find(_W + "rFonts")) if own is not None else ""
        if text.strip():
            marked = own.find(_W + "b") if own is not None else None
            bold = bold and (_is_on(marked) if marked is not None else style.bold)
        runs.append(_Run(text, font or style.font))
    return _Given(runs, _HEADING.fullmatch(style.name) is not None or level is not None, bold and bool(runs))


def _runs(element: Any) -> Iterator[Any]:
    """Yield the runs of a paragraph, inside links and insertions too, but not what was deleted; text boxes come where they stand."""
    waiting = [iter(element)]
    while waiting:
        inner = next(waiting[-1], None)
        if inner is None:
            waiting.pop()
        elif inner.tag == _W + "r":
            yield inner
            waiting.extend(iter(box) for box in inner.iter(_W + "txbxContent") if not _is_fallback(box))
        elif inner.tag not in (_FALLBACK, _W + "del", _W + "moveFrom"):
            waiting.append(iter(inner))


def _is_fallback(box: Any) -> bool:
    return any(above.tag == _FALLBACK for above in box.iterancestors())


def _text(part: Any) -> str:
    if part.tag == _W + "t":
        return part.text or ""
    return " " if part.tag in (_W + "tab", _W + "br", _W + "cr") else "-" if part.tag == _W + "noBreakHyphen" else ""


def _paragraphs(given: list[_Given], notes: list[str]) -> list[Paragraph]:
    """Return the paragraphs in letters, with headings told."""
    in_letters = _reading(given, notes)
    found = []
    for block in given:
        text = clean(in_letters(block.runs))
        if text:
            found.append(Paragraph(text, bold=block.bold, heads=block.heads or block.bold and _may_head(text)))
    return found


def _reading(given: list[_Given], notes: list[str]) -> Callable[[list[_Run]], str]:
    """Return what makes letters of runs, also of those set in a font of before Unicode (.VnTime, VNI-Times)."""
    coded = [run for block in given for run in block.runs if font_encoding(run.font)]
    if coded and not reads_as_vietnamese("\n".join(run.text for run in coded)):
        notes.append(note("note_old_encoding", encoding=", ".join(sorted({font_encoding(run.font) for run in coded}))))
        return _meant
    whole = restored("\n".join(_written(block.runs) for block in given))
    if whole is None:
        return _written
    notes.append(note("note_old_encoding", encoding=whole.encoding))
    encoding = whole.encoding.split()[0]
    return lambda runs: converted(_written(runs), encoding)


def _written(runs: list[_Run]) -> str:
    return "".join(run.text for run in runs)


def _meant(runs: list[_Run]) -> str:
    """Return the text of runs, those side by side in one font read together: a letter may be parted between two."""
    text, here = "", 0
    while here < len(runs):
        end = here + 1
        while end < len(runs) and runs[end].font == runs[here].font:
            end += 1
        part = "".join(run.text for run in runs[here:end])
        encoding = font_encoding(runs[here].font)
        part = converted(part, encoding) if encoding else part
        text += part.upper() if draws_capitals(runs[here].font) else part
        here = end
    return text


def _may_head(text: str) -> bool:
    return len(text) <= 160 and not text.endswith((".", ";", ",", ":", "!", "?", "…"))


def _properties(root: Any) -> tuple[str, datetime | None]:
    """Return the title and the time of making that the file states; a title that the program made up is none."""
    title, made = "", None
    for element in root if root is not None else ():
        name = etree.QName(element).localname
        text = clean(element.text or "")
        if name == "title" and not _DEFAULT_TITLE.fullmatch(text):
            title = text
        elif name == "created":
            made = parse_iso(text)
    return title, made
