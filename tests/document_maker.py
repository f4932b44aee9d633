"""Texts with their places -> a small PDF; paragraphs -> a small Word document: as programs write them, without any of theirs."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from xml.sax.saxutils import escape

# Name, and whether its codes are Unicode (else those of windows-1252).
FONTS = {"F1": ("Times-Roman", True), "F2": ("Times-Bold", True), "F3": (".VnTime", False), "F4": ("Lost", False)}
_TO_UNICODE = (
    b"/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /X def /CMapType 2 def 1 begincodespacerange <0000> <FFFF> "
    b"endcodespacerange 100 beginbfrange "
    + b" ".join(b"<%02X00> <%02XFF> <%02X00>" % (high, high, high) for high in range(0x20))
    + b" <2000> <20FF> <2000> endbfrange endcmap end end"
)
Text = tuple[float, float, float, str, str]
"""Where a text begins, from the left and from the foot of the page, how large it is, its font, what it says."""


def make_pdf(pages: Sequence[Sequence[Text]], *, encrypt: bytes = b"") -> bytes:
    """Return a PDF of A4 pages on which every letter is half as wide as it is high."""
    objects: list[bytes] = [b"<< /Type /Catalog /Pages 2 0 R >>", b""]

    def put(content: bytes) -> int:
        objects.append(content)
        return len(objects)

    fonts = {}
    for name, (base, is_unicode) in FONTS.items():
        described = put(
            b"<< /Type /FontDescriptor /FontName /%s /Flags 32 /FontBBox [0 -200 1000 800] /Ascent 800 /Descent -200 >>"
            % base.encode()
        )
        if is_unicode:
            to_unicode = put(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(_TO_UNICODE), _TO_UNICODE))
            below = put(
                b"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /%s /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> /DW 500 /FontDescriptor %d 0 R >>"
                % (base.encode(), described)
            )
            fonts[name] = put(
                b"<< /Type /Font /Subtype /Type0 /BaseFont /%s /Encoding /Identity-H /DescendantFonts [%d 0 R] /ToUnicode %d 0 R >>"
                % (base.encode(), below, to_unicode)
            )
        else:
            widths = b" ".join([b"500"] * 224)
            fonts[name] = put(
                b"<< /Type /Font /Subtype /TrueType /BaseFont /%s /FirstChar 32 /LastChar 255 /Widths [%s] /Encoding /WinAnsiEncoding /FontDescriptor %d 0 R >>"
                % (base.encode(), widths, described)
            )
    resources = b"<< /Font << %s >> >>" % b" ".join(b"/%s %d 0 R" % (name.encode(), number) for name, number in fonts.items())
    kids = []
    for texts in pages:
        drawn = b"\n".join(
            b"BT /%s %g Tf 1 0 0 1 %g %g Tm <%s> Tj ET" % (font.encode(), size, x, y, _codes(text, FONTS[font][1]).hex().encode())
            for x, y, size, font, text in texts
        )
        content = put(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(drawn), drawn))
        kids.append(
            put(b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources %s /Contents %d 0 R >>" % (resources, content))
        )
    objects[1] = b"<< /Type /Pages /Count %d /Kids [%s] >>" % (len(kids), b" ".join(b"%d 0 R" % kid for kid in kids))
    out, places = io.BytesIO(), []
    out.write(b"%PDF-1.4\n")
    for number, content in enumerate(objects, 1):
        places.append(out.tell())
        out.write(b"%d 0 obj\n%s\nendobj\n" % (number, content))
    table = out.tell()
    out.write(
        b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1) + b"".join(b"%010d 00000 n \n" % place for place in places)
    )
    out.write(b"trailer\n<< /Size %d /Root 1 0 R %s >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, encrypt, table))
    return out.getvalue()


def _codes(text: str, is_unicode: bool) -> bytes:
    return text.encode("utf-16-be") if is_unicode else text.encode("cp1252")


_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def paragraph(text: str, *, bold: bool = False, font: str = "", style: str = "") -> str:
    """Return a paragraph of a Word document."""
    marked = ("<w:b/>" if bold else "") + (f'<w:rFonts w:ascii="{font}"/>' if font else "")
    styled = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    return f'<w:p>{styled}<w:r><w:rPr>{marked}</w:rPr><w:t xml:space="preserve">{escape(text)}</w:t></w:r></w:p>'


def table(*rows: Sequence[str]) -> str:
    """Return a table whose cells are given as paragraphs."""
    return (
        "<w:tbl>" + "".join("<w:tr>" + "".join(f"<w:tc>{cell}</w:tc>" for cell in row) + "</w:tr>" for row in rows) + "</w:tbl>"
    )


def make_docx(body: str, *, title: str = "", created: str = "", styles: str = "", before: str = "") -> bytes:
    """Return a Word document; `before` stands before its root element."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("[Content_Types].xml", "<Types/>")
        file.writestr("word/document.xml", f'{before}<w:document xmlns:w="{_W}"><w:body>{body}</w:body></w:document>')
        if styles:
            file.writestr("word/styles.xml", f'<w:styles xmlns:w="{_W}">{styles}</w:styles>')
        core = f"<dc:title>{escape(title)}</dc:title><dcterms:created>{created}</dcterms:created>"
        file.writestr(
            "docProps/core.xml",
            f'<p xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/">{core}</p>',
        )
    return out.getvalue()
