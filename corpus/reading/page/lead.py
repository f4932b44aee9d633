"""The lead (sapo) of a story: which line it is, and its text without the outlet's stamp.

A lead is marked by its class, stands between headline and body, is set in bold before plain text, or is what the metadata gives as the
description. A description cut out of the body by machine says nothing; then the first paragraph is a paragraph.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from corpus.reading.page.label import fold
from corpus.reading.page.metadata import Metadata
from corpus.reading.page.node import HEADINGS, Line
from corpus.reading.page.region import Region

_LEAST = 30
_LONGEST = 1200
_LONGEST_SUBHEADING = 70
_LONGEST_QUESTION = 120
_SYLLABLE = 7
# "(Dân trí) - ", "(VTC News) – ", "TTO - ", "VOV.VN - ", "(PLO)-", "QĐND Online – "
_STAMP = re.compile(
    r"^\s*(?:[(\[](?P<braced>[^()\[\]]{2,40})[)\]]\s*[-–—.:,]*\s*|(?P<bare>[A-ZĐ][\w&.]{0,14}(?:\s(?:Online|News|điện tử|[A-ZĐ][\w.]{0,9})){0,2})\s*[-–—]\s*)(?=[\"“”'‘(\[]?[\dA-ZĐÀ-Ý\u0102\u0110\u01a0\u01af\u1ea0-\u1ef9])"
)
_BEGINNING = re.compile(r"[\"“”'‘(\[]?[\dA-ZĐÀ-Ý\u0102\u0110\u01a0\u01af\u1ea0-\u1ef9]")
_SENTENCE = re.compile(r"[.!…][\"”'’)»]*$")
_CUT = re.compile(r"(?:\.\.\.|…|\[\S{0,3}\])\s*$")


def without_stamp(text: str, outlets: Sequence[str] = ()) -> str:
    """Return a lead without the outlet's name before it: "(Dân trí) - Giá vàng giảm" -> "Giá vàng giảm". Datelines stay.

    `outlets` are names of the paper, which may also stand there without a dash or braces.
    """
    match = _STAMP.match(text)
    if match is not None and len(text) - match.end() >= _LEAST and _names_outlet(match):
        return text[match.end() :]
    for outlet in outlets:
        rest = text[len(outlet) :].lstrip(" -–—:.,")
        if (
            text[: len(outlet)].casefold() == outlet.casefold()
            and len(rest) >= _LEAST
            and _BEGINNING.match(rest)
            and rest != text
        ):
            return rest
    return text


def find_lead(
    lines: Sequence[Line], before: int, headings: Collection[int], region: Region, metadata: Metadata
) -> tuple[int, ...]:
    """Return the indexes in `lines` (the story's, captions and bylines left out) that make up its lead, () when it has none.

    The first `before` of `lines` stand before the body proper; those at `headings` are set as headings are.
    """
    marked = _marked(lines, before, region)
    if marked:
        return marked
    descriptions = [value.text for value in metadata.all("description") if len(value.text) >= _LEAST]
    opening = [index for index, line in enumerate(lines[: before + 3]) if len(line.text) >= _LEAST and not line.is_link]
    for index in opening[1:]:  # what stands before the lead is no lead, whatever it looks like
        if _is_set_off_description(lines[index], lines[index + 1 : index + 4], descriptions):
            return (index,)
    if not opening or len(lines[opening[0]].text) > _LONGEST or opening[0] >= before + 2:
        return ()
    return (opening[0],) if _leads_unmarked(lines, opening[0], before, headings, descriptions) else ()


def _marked(lines: Sequence[Line], before: int, region: Region) -> tuple[int, ...]:
    """Return the indexes of the lead whose class says that it is one, () when there is none."""
    for index, line in enumerate(lines[: before + 2]):
        if not _LEAST <= len(line.text) <= _LONGEST or line.is_link:
            continue
        if "lead" in _own_zones(line, region):
            last = index
            while last + 1 < len(lines) and "lead" in _own_zones(lines[last + 1], region) and _same_lead(line, lines[last + 1]):
                last += 1
            return tuple(range(index, last + 1))
    return ()


def _is_set_off_description(line: Line, following: Sequence[Line], descriptions: Sequence[str]) -> bool:
    """Is `line` the whole of a description, and set as the text that follows is not?"""
    described = any(_is_whole_description(description, line.text) for description in descriptions)
    return described and _set_off(line) and _differs(line, following)


def _leads_unmarked(
    lines: Sequence[Line], first: int, before: int, headings: Collection[int], descriptions: Sequence[str]
) -> bool:
    """Is line `first` a lead, by how it stands and looks and by what the page says it is about?"""
    line, following = lines[first], lines[first + 1 : first + 4]
    described = any(_is_description(description, line.text) for description in descriptions)
    if not following or first in headings and not described and _is_subheading(lines, first, headings):
        return False
    if any(_excerpt(description, line.text, following) for description in descriptions):
        return False
    if _is_stamped(line, following):
        return True
    if first < before:
        return described or before - first == 1 or _differs(line, following)
    return _stands_over(line, following) or _differs(line, following) and (_set_off(line) or described)


def _is_stamped(line: Line, following: Sequence[Line]) -> bool:
    """Does `line` begin with the outlet's name in braces, or with the bare name and looks other than what follows?"""
    stamp = _STAMP.match(line.text)
    if stamp is None or without_stamp(line.text) == line.text:
        return False
    return bool(stamp["braced"]) or _differs(line, following)


def _stands_over(line: Line, following: Sequence[Line]) -> bool:
    """Do the paragraphs after `line` stand together in a node of their own beside it?"""
    body, above = following[0].node.parent, line.node.parent
    if body is None or above is None or len(following) < 3 or len(line.text) > _LONGEST // 2:
        return False
    return body is not above and above.holds(body) and all(other.node.parent is body for other in following)


def _is_subheading(lines: Sequence[Line], first: int, headings: Collection[int]) -> bool:
    """Is heading `first` short, or one of several of its kind, as subheadings are and leads are not?"""
    head = lines[first]
    if _SENTENCE.search(head.text):
        return False
    return len(head.text) <= _LONGEST_SUBHEADING or any(
        (lines[index].node.tag, lines[index].node.hint, lines[index].is_bold) == (head.node.tag, head.node.hint, head.is_bold)
        for index in headings
        if index > first
    )


def _names_outlet(match: re.Match[str]) -> bool:
    """Is what stands before a lead a paper's name and no place ("Đà Nẵng - ")? By braces, capitals, a domain, a foreign word."""
    name = match["braced"] or match["bare"]
    plain = name.isupper() or "." in name or any(word in ("Online", "News") or len(word) > _SYLLABLE for word in name.split())
    return bool(match["braced"]) or plain


def _own_zones(line: Line, region: Region) -> frozenset[str]:
    found = region.zones[line.node.number] - region.zones[region.core.number]
    return found - {"lead"} if found & {"caption", "related", "other"} else found


def _same_lead(first: Line, second: Line) -> bool:
    """Is `second` in the same marked lead as `first` (a lead of two paragraphs)?"""
    return first.node is second.node or (
        first.node.parent is second.node.parent and first.node.tag == second.node.tag and first.node.hint == second.node.hint
    )


def _set_off(line: Line) -> bool:
    asked = line.text.endswith("?") and len(line.text) <= _LONGEST_QUESTION
    return (line.is_bold or line.node.tag in HEADINGS or line.is_italic) and not asked


def _differs(line: Line, following: Sequence[Line]) -> bool:
    """Is `line` marked up otherwise than the text that follows?"""

    def style(other: Line) -> tuple[bool, bool, str, str]:
        return other.is_bold, other.is_italic, other.node.tag, other.node.hint

    return any(style(other) != style(line) for other in following if len(other.text) > 80)


def _is_description(description: str, text: str) -> bool:
    ours, theirs = fold(_CUT.sub("", description)), fold(text)
    return len(ours) >= _LEAST and (theirs.startswith(ours) or ours.startswith(theirs) or ours in theirs[: len(ours) + 40])


def _is_whole_description(description: str, text: str) -> bool:
    ours, theirs = fold(description), fold(text)
    return len(ours) >= _LEAST and (ours == theirs or theirs in ours and len(ours) < len(theirs) + 40)


def _excerpt(description: str, text: str, following: Sequence[Line]) -> bool:
    """Was the description cut out of the body, going on from the first paragraph into the second?"""
    ours, theirs = fold(_CUT.sub("", description)), fold(text)
    if not ours.startswith(theirs) or len(ours) < len(theirs) + 15:
        return False
    return fold(following[0].text).startswith(ours[len(theirs) :].strip()[:25]) if following else False
