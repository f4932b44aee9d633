"""What an article gives as its authors -> the persons among them, each with one key however the name is written.

Agencies, papers and desks are no persons: those of data/agencies.txt, and the article's own source. Of a line for several ("T.LÊ - Đ.MINH", "Lê Thị Mẫu (TTXVN)")
each person is one.
"""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

from corpus.article import Article
from corpus.hashtag import tag_key
from language.text import clean

_BRACKETS = re.compile(r"\s*[(\[][^()\[\]]*[)\]]\s*")
_JOINER = re.compile(r"\s+(?:[-–—|&+]|và)\s+|\s*[/;]\s*|,\s+")
_ROLE = re.compile(
    r"\A(?:theo|nguồn|pv|p\.v|ctv|btv|phóng viên|cộng tác viên|biên tập viên|nhà báo|tác giả|bài|tin)(?:\s*:\s*|\.?\s+)(?=\S)",
    re.I,
)
_ADDRESS = re.compile(r"@|://|\.(?:vn|com|net|org|info|asia)\b", re.I)
_MORE = "…"
_LEAST_AFTER_ONE = 2
"""Words after a beginning of one word that make a desk of it: "Ban Thời sự" is one, "Ban Mai" a person."""


def author_key(name: str) -> str:
    """Return the key of a name as papers or readers write it: `LÊ THỊ MẪU` and `Lê Thị Mẫu`, `T.Lê` and `T. Lê` have one; "" if it can be none."""
    return tag_key(name).replace("_", " ")


def persons(article: Article) -> dict[str, str]:
    """Return key -> name of the persons among the authors of an article, in order."""
    papers = {author_key(article.source), author_key(article.source).removeprefix("báo ")} - {""}
    found: dict[str, str] = {}
    for author in map(clean, article.authors):
        for part in _JOINER.split(_BRACKETS.sub(" ", author) if author[:1] not in "([" else author):
            name = _ROLE.sub("", _trimmed(part)).rstrip(".")
            key = author_key(name)
            if any(map(str.isalpha, key)) and key not in papers and not is_agency(name):
                found.setdefault(key, name)
    return found


def is_agency(name: str) -> bool:
    """Say whether `name` is that of an agency, a paper or a desk."""
    key = author_key(name)
    wholes, beginnings = _agencies()
    return (
        bool(_ADDRESS.search(name))
        or key in wholes
        or any(
            key.startswith(beginning + " ") and (" " in beginning or key.count(" ") >= _LEAST_AFTER_ONE)
            for beginning in beginnings
        )
    )


def _trimmed(name: str) -> str:
    return name.strip(" ,:;-–—*•()[]\"“”'")


@cache
def _agencies() -> tuple[frozenset[str], tuple[str, ...]]:
    """Return the keys of the names listed, and those that only begin one."""
    lines = (files("corpus") / "data" / "agencies.txt").read_text(encoding="utf-8").splitlines()
    names = [line.strip() for line in lines if line.strip() and not line.startswith("#")]
    wholes = {author_key(name) for name in names}
    return frozenset(wholes), tuple(sorted(author_key(name) for name in names if name.endswith(_MORE)))
