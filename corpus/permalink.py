"""An article's id and title -> the path it is cited by, and back to the id."""

from __future__ import annotations

import re

from corpus.identity import ID_LENGTH
from language.mark import without_marks

_NAME = re.compile(rf"([a-z2-7]{{{ID_LENGTH}}})(?:-.*)?", re.IGNORECASE | re.ASCII)


def slug(title: str) -> str:
    """Return `title` as lower-case ASCII words joined by hyphens, at most 80 characters, for the readable part of a permalink."""
    words = "-".join(re.findall(r"[a-z0-9]+", without_marks(title.casefold())))
    return words if len(words) <= 80 else words[:81].rpartition("-")[0] or words[:80]


def permalink(article_id: str, title: str) -> str:
    """Return the path an article is cited by; only the id decides what it shows, the slug is for the eye."""
    readable = slug(title)
    return f"/bai-viet/{article_id}-{readable}" if readable else f"/bai-viet/{article_id}"


def id_in(name: str) -> str:
    """Return the article id that the last part of a permalink begins with, or "" if it begins with none."""
    match = _NAME.fullmatch(name)
    return match[1].lower() if match else ""
