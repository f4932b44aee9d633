"""An article with what an archive keeps of it <-> the line of JSON in the records that we write into web archives for ourselves.

It is a line of corpus.reading.jsonl with one key more, `kept`: `content_hash`, `origins`, `notes`, `seen_at`, the version of the `reader` that
read its page, and every capture. Invariant: read_kept(line, read_line(line)) gives back what write_kept was given.
"""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from corpus.article import Article
from corpus.capture import Capture
from corpus.errors import NotAnArticle
from corpus.identity import canonical_url
from corpus.reading.jsonl import write_line
from language.timestamp import parse_iso

MEDIA_TYPE = "application/vnd.lucbao.article+json"
WHENCE = "Lucbao-Headers"
"""The header of a response that we write which says whence its HTTP headers come."""


@dataclass(frozen=True)
class KeptArticle:
    """A revision as an archive keeps it: last seen by `seen_at`, its page read by version `reader` (0 if by none), the page's captures."""

    article: Article
    seen_at: datetime
    reader: int = 0
    captures: tuple[Capture, ...] = ()


def write_kept(kept: KeptArticle) -> bytes:
    """Return a line of JSON, without a line break, in UTF-8."""
    article = kept.article.as_stated()
    line: dict[str, Any] = json.loads(write_line(article))
    line["kept"] = {
        "content_hash": article.content_hash,
        "origins": dict(article.origins),
        "notes": article.notes,
        "seen_at": kept.seen_at.isoformat(),
        "reader": kept.reader,
        "captures": [
            {
                "url": capture.url,
                "captured_at": capture.captured_at.isoformat(),
                "headers": base64.b64encode(capture.headers).decode("ascii"),
                "record": capture.record,
                "sha256": capture.sha256.hex(),
            }
            for capture in kept.captures
        ],
    }
    return json.dumps(line, ensure_ascii=False).encode()


def read_kept(line: bytes, article: Article) -> KeptArticle:
    """Return what the `line` keeps beside the `article` that read_line found in it.

    Raises NotAnArticle when that is not as we write it, or the article is not the one that was written.
    """
    try:
        given = json.loads(line, parse_int=float)["kept"]
        origins = {_text(name): _text(origin) for name, origin in given["origins"].items()}
        article = replace(article, origins=origins, notes=tuple(map(_text, given["notes"])))
        captures = tuple(map(_capture, given["captures"]))
        kept = KeptArticle(article, _moment(given["seen_at"]), int(given["reader"]), captures)
        content_hash = _text(given["content_hash"])
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError) as error:
        raise NotAnArticle("kept_unreadable") from error
    if content_hash != article.content_hash:
        raise NotAnArticle("kept_differs")
    return kept


def _capture(given: dict[str, Any]) -> Capture:
    url = _text(given["url"])
    if not canonical_url(url):
        raise ValueError(url)
    headers = base64.b64decode(_text(given["headers"]), validate=True)
    sha256 = bytes.fromhex(_text(given["sha256"]))
    return Capture(url, _moment(given["captured_at"]), headers, _text(given["record"]), sha256)


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError
    value.encode()  # half a character cannot be kept
    return value


def _moment(value: object) -> datetime:
    moment = parse_iso(_text(value))
    if moment is None:
        raise ValueError(value)
    return moment
