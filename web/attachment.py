"""A body and what was asked -> a file to be saved, named by that and the day."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from flask import Response

from corpus.permalink import slug
from corpus.writing.export import MEDIA_TYPES, XLSX
from language.timestamp import VIETNAM


def attachment(body: Iterable[str] | Iterable[bytes], extension: str, name: str, *, total: int) -> Response:
    """Return a file to be saved, named by what was asked and the day."""
    charset = "" if extension == XLSX else "; charset=utf-8"
    response = Response(body, content_type=MEDIA_TYPES[extension] + charset)
    name = "-".join(filter(None, ("lucbao", slug(name)[:40].strip("-"), f"{datetime.now(VIETNAM):%Y-%m-%d}")))
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.{extension}"'
    response.headers["X-Total-Count"] = str(total)
    response.headers["X-Robots-Tag"] = "noindex"
    return response
