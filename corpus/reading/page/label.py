"""Words that say what a piece of a page is for: printed ones ("Tin liên quan") and those of ids and classes ("tin-lien-quan").

Both lists are data (corpus/data/page_labels.tsv and page_hints.tsv) and hold the habits of the press, never one paper's templates.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cache, lru_cache
from pathlib import Path

from language.mark import without_marks

_DATA = Path(__file__).resolve().parents[2] / "data"
_COUNT = re.compile(r"\b\d+\b")
_NOT_WORD = re.compile(r"[\W_]+")
# Beyond this a line is a sentence, not a label.
_LONGEST_LABEL = 80


def fold(text: str) -> str:
    """Return `text` without case, marks and punctuation, its words parted by single spaces. Idempotent."""
    return _fold_label(text) if len(text) <= _LONGEST_LABEL else _fold(text)


def _fold(text: str) -> str:
    return _NOT_WORD.sub(" ", without_marks(text.casefold())).strip()


_fold_label = lru_cache(maxsize=20_000)(_fold)


@lru_cache(maxsize=20_000)
def label(text: str) -> str:
    """Return what the printed line `text` announces: "related", "other", "comment", "tag", "share" or "".

    "related" are stories about the same thing, "other" those that merely stand on the same page (most read, newest).
    """
    if not text or len(text) > _LONGEST_LABEL:
        return ""
    folded = fold(text)
    exact, prefixes = _labels()
    counted = _COUNT.sub("", folded).strip()  # "Bình luận (3)", "2 nhận xét"
    if counted in exact:
        return exact[counted]
    if text.endswith("."):
        return ""
    return next((kind for prefix, kind in prefixes if folded.startswith(prefix)), "")


@lru_cache(maxsize=5_000)
def is_internal(text: str) -> bool:
    """Is `text` a label papers give their articles for themselves ("Tin nóng"), not a hashtag for readers?"""
    return fold(text) in _words("internal") or is_site_word(text) or label(text) == "share"


@lru_cache(maxsize=5_000)
def is_site_word(text: str) -> bool:
    """Is `text` a word that a paper gives as keyword of each of its pages ("tin tức")?"""
    return fold(text) in _words("site")


@lru_cache(maxsize=2_000)
def title_kind(text: str) -> str:
    """Return what a page with this title is when it is no article: "error", "search", "static" or "".

    "static…" says only that it begins like one of the paper's own pages: "Giới thiệu sách mới" may be an article.
    """
    folded = fold(text[:200])
    if folded in _words("static"):
        return "static"
    if len(folded.split()) <= 9 and any(folded.startswith(phrase + " ") for phrase in _words("static") if " " in phrase):
        return "static…"
    if any(f" {phrase} " in f" {folded} " for phrase in _words("error")) and len(folded.split()) <= 14:
        return "error"
    return "search" if any(folded.startswith(phrase + " ") or folded == phrase for phrase in _words("search")) else ""


def names_outlet(text: str) -> bool:
    """Is `text` the name of a desk or paper rather than of a person?"""
    folded = f" {fold(text)} "
    return any(f" {word} " in folded for word in _words("outlet"))


@lru_cache(maxsize=20_000)
def zones(hint: str) -> frozenset[str]:
    """Return what the words of an id and class say the element is for: "related", "other", "comment", "caption", "lead" and so on."""
    if hint == " ":
        return frozenset()
    squeezed = hint.replace(" ", "")
    words = set(hint.split())
    exact, inside = _hints()
    return frozenset(
        [zone for word in words & exact.keys() for zone in exact[word]] + [zone for part, zone in inside if part in squeezed]
    )


def _rows(name: str) -> Iterator[tuple[str, str]]:
    for row in (_DATA / name).read_text(encoding="utf-8").splitlines():
        if row and not row.startswith("#"):
            kind, _, word = row.partition("\t")
            yield kind, word


@cache
def _labels() -> tuple[dict[str, str], tuple[tuple[str, str], ...]]:
    exact: dict[str, str] = {}
    prefixes: list[tuple[str, str]] = []
    for kind, phrase in _rows("page_labels.tsv"):
        if kind in ("outlet", "error", "search", "static", "site", "internal"):
            continue
        if phrase.endswith("…"):
            prefixes.append((fold(phrase), kind))
        else:
            exact.setdefault(fold(phrase), kind)
    return exact, tuple(prefixes)


@cache
def _words(kind: str) -> frozenset[str]:
    return frozenset(fold(phrase) for found, phrase in _rows("page_labels.tsv") if found == kind)


@cache
def _hints() -> tuple[dict[str, list[str]], tuple[tuple[str, str], ...]]:
    exact: dict[str, list[str]] = defaultdict(list)
    inside = []
    for zone, word in _rows("page_hints.tsv"):
        if word.startswith("="):
            exact[word[1:]].append(zone)
        else:
            inside.append((word, zone))
    return exact, tuple(inside)
