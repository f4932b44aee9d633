"""Where, when and how a page was fetched: the evidence that is kept beside it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from datetime import datetime


@dataclass(frozen=True)
class Capture:
    """A page as it was at the address `url` at the moment `captured_at` (aware).

    `headers` are the status line and headers as the server sent them, empty where nobody knows; `record` is the id of the record of a web
    archive that the page came in, "" if it came from the server itself. `sha256` is of the page that came, b"" where nobody knows: of a
    revision only its first page is kept.
    """

    url: str
    captured_at: datetime
    headers: bytes = b""
    record: str = ""
    sha256: bytes = field(default=b"", compare=False)

    def of_page(self, page: bytes | None) -> Capture:
        """Return the capture with the digest of the page that came, where that is known and was not."""
        return self if page is None or self.sha256 else replace(self, sha256=hashlib.sha256(page).digest())
