"""Two font families as their makers publish them -> the three small files that the pages are set in: web/static/fonts/.

    make fonts

Be Vietnam Pro (regular, semi-bold) is for controls, Source Serif 4 (one file, regular to bold) for titles and text; both are under the SIL Open
Font License 1.1, whose texts are put beside the files. They come from PyPI, packed by fontpkg (the extra `drawing` of setup.cfg), and are
compared with what they were. Kept are Vietnamese, Latin 1 and the signs that pages use, kerning and figures of one width; Be Vietnam Pro has
none of those, so its figures are set on one width here. What is changed may not bear a reserved name ("Source"): ours are "Luc Bao Sans" and
"Luc Bao Serif".

Invariant: the same packages and the same fontTools give the same bytes. A file's name ends with the hash of its bytes, for it is kept by caches
for a year, and stands in the style sheet; `main` says where it does not.
"""

from __future__ import annotations

import hashlib
import io
import sys
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from fontTools.feaLib.builder import addOpenTypeFeaturesFromString
from fontTools.pens.transformPen import TransformPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont

FOLDER = Path(__file__).parents[1] / "web" / "static" / "fonts"
SHEET = FOLDER.parent / "lucbao.css"
BUDGET = 60_000  # bytes, of all files together

_TONES = ("", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323")
_VOWELS = "aăâeêioôơuưy"
VIETNAMESE = "".join(unicodedata.normalize("NFC", vowel + tone) for vowel in _VOWELS + _VOWELS.upper() for tone in _TONES) + "đĐ"
LATIN = "".join(map(chr, (*range(0x20, 0x7F), *range(0xA0, 0x100))))
SIGNS = "←↑→↓–—‘’‚“”„…•‹›€−₫‰≤≥≈"

_FIGURE_WIDTH = 640  # of 1000 units: the widest figure still has 10 on either side
_KEPT_NAMES = (0, 1, 2, 4, 6, 13, 14)  # copyright, family, style, whole name, PostScript's name, licence and its address


@dataclass(frozen=True)
class Drawn:
    """A font as it is published, and what is made of it."""

    package: str
    file: str
    sha256: str
    name: str  # of our file
    family: str
    style: str
    axes: Mapping[str, float | tuple[float, float]]
    licence: str  # the file that the package's licence becomes


DRAWN = (
    Drawn(
        "fontpkg_be_vietnam_pro",
        "BeVietnamPro-Regular.ttf",
        "cd1ef6e9d7db28ad5cdb88a65ccbe693870e60d340b791f349d248342b4fe4c3",
        "luc-bao-sans-400",
        "Luc Bao Sans",
        "Regular",
        {},
        "be-vietnam-pro.txt",
    ),
    Drawn(
        "fontpkg_be_vietnam_pro",
        "BeVietnamPro-SemiBold.ttf",
        "bd8e27eb02720b9d91e59e4f10a90878643219f25ce6a8d9a4f06a8a88d3bb71",
        "luc-bao-sans-600",
        "Luc Bao Sans",
        "SemiBold",
        {},
        "be-vietnam-pro.txt",
    ),
    Drawn(
        "fontpkg_source_serif_4",
        "SourceSerif4[opsz,wght].ttf",
        "97b2d4da6e3cb494b5a1e66ae176914d852ccabef49e0c02c0df25f3e39aca0b",
        "luc-bao-serif",
        "Luc Bao Serif",
        "Regular",
        {"opsz": 16, "wght": (400, 700)},  # drawn for 16 points, about what text is read at
        "source-serif-4.txt",
    ),
)


def made(drawn: Drawn) -> bytes:
    """Return a font as WOFF2: its letters, kerning and figures only. Raises ValueError if what is installed is not what is meant."""
    source = (files(drawn.package) / "files" / drawn.file).read_bytes()
    if (found := hashlib.sha256(source).hexdigest()) != drawn.sha256:
        raise ValueError(f"{drawn.file} of {drawn.package} is another one: {found}")
    options = Options(layout_features=["kern", "tnum"], hinting=False, name_IDs=[*_KEPT_NAMES], notdef_outline=True)
    font = TTFont(io.BytesIO(source), recalcTimestamp=False)
    if not any(record.FeatureTag == "tnum" for record in font["GSUB"].table.FeatureList.FeatureRecord):
        _add_tabular_figures(font)
    subsetter = Subsetter(options)
    subsetter.populate(text=VIETNAMESE + LATIN + SIGNS)
    subsetter.subset(font)
    if drawn.axes:
        font = instantiateVariableFont(_again(font), drawn.axes)
    for id, said in (
        (1, drawn.family),
        (4, f"{drawn.family} {drawn.style}"),
        (6, f"{drawn.family}-{drawn.style}".replace(" ", "")),
    ):
        font["name"].setName(said, id, 3, 1, 0x409)
    font.flavor = "woff2"
    return _written(font)


def _add_tabular_figures(font: TTFont) -> None:
    """Give a font a second set of figures, each in the middle of one width, and the feature that chooses them."""
    glyphs = font.getGlyphSet()
    rules = []
    for figure in map(font.getBestCmap().get, map(ord, "0123456789")):
        pen = TTGlyphPen(glyphs)
        shift = (_FIGURE_WIDTH - font["hmtx"][figure][0]) // 2
        glyphs[figure].draw(TransformPen(pen, (1, 0, 0, 1, shift, 0)))
        font["glyf"][f"{figure}.tnum"] = pen.glyph()
        font["hmtx"][f"{figure}.tnum"] = (_FIGURE_WIDTH, font["hmtx"][figure][1] + shift)
        rules.append(f"sub {figure} by {figure}.tnum;")
    font.setGlyphOrder([*font.getGlyphOrder()])  # it knows what was added only when told
    addOpenTypeFeaturesFromString(font, f"feature tnum {{ {' '.join(rules)} }} tnum;", tables=["GSUB"])


def _again(font: TTFont) -> TTFont:
    return TTFont(io.BytesIO(_written(font)), recalcTimestamp=False)


def _written(font: TTFont) -> bytes:
    written = io.BytesIO()
    font.save(written)
    return written.getvalue()


def main() -> int:
    """Make the files anew; return 1 if they are too large together, or the style sheet does not name each."""
    FOLDER.mkdir(exist_ok=True)
    for old in FOLDER.iterdir():
        old.unlink()
    sheet = SHEET.read_text(encoding="utf-8")
    total = 0
    wrong = False
    for drawn in DRAWN:
        content = made(drawn)
        name = f"{drawn.name}.{hashlib.sha256(content).hexdigest()[:8]}.woff2"
        (FOLDER / name).write_bytes(content)
        (FOLDER / drawn.licence).write_bytes((files(drawn.package) / "LICENSE").read_bytes())
        total += len(content)
        print(f"{name}: {len(content)} bytes" + ("" if name in sheet else f"; {SHEET.name} does not name it"))
        wrong |= name not in sheet
    print(f"{total} bytes of {BUDGET}")
    return int(wrong or total > BUDGET)


if __name__ == "__main__":
    sys.exit(main())
