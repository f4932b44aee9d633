"""A place in a web archive -> the record there: its headers, and its block, read once and no further than it goes."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

from corpus.errors import NotAnArticle
from corpus.reading.web_archive.stream import Stream

if TYPE_CHECKING:
    from warcio.statusandheaders import StatusAndHeaders

_VERSIONS = ("WARC/1.1", "WARC/1.0", "WARC/0.18", "WARC/0.17")
_LONGEST_LINE, _LONGEST_HEAD = 64_000, 256_000


class Block:
    """The bytes of a record behind its headers."""

    def __init__(self, stream: Stream, length: int) -> None:
        self._stream = stream
        self.left = length

    def read(self) -> bytes:
        """Return all that is left. Raises NotAnArticle when the file ends before, or is damaged."""
        pieces = []
        while self.left and (piece := self._stream.read(self.left)):
            pieces.append(piece)
            self.left -= len(piece)
        if self.left:
            raise NotAnArticle("record_cut")
        return b"".join(pieces)

    def readline(self, most: int) -> bytes:
        """Return what is up to the end of the line, at most `most` bytes; nothing at the end."""
        line = self._stream.readline(min(most, self.left))
        self.left -= len(line)
        return line

    def skip(self) -> None:
        """Pass over what is left. Raises as `read` does."""
        self.left = self._stream.skip(self.left) if self._stream.has(self.left) else self.left
        if self.left:
            raise NotAnArticle("record_cut")


@dataclass(frozen=True)
class Record:
    """A record whose block has not been read yet."""

    headers: StatusAndHeaders
    block: Block

    def header(self, name: str) -> str:
        """Return what a header says, "" without it; an address without the angle brackets that some programs put around it."""
        return (self.headers.get_header(name) or "").strip().removeprefix("<").removesuffix(">")

    @property
    def media_type(self) -> str:
        """What the block is ("text/html"), in lower case, without its parameters."""
        return media_type(self.header("Content-Type"))


def read_record(stream: Stream) -> Record:
    """Return the record that begins here. Raises NotAnArticle when none does, or the file is damaged."""
    head = read_head(stream)
    if not head.startswith(tuple(version.encode() for version in _VERSIONS)):
        raise NotAnArticle("record_not_here")
    headers = parse_head(head)
    length = (headers.get_header("Content-Length") or "").strip()
    if not (length.isascii() and length.isdigit() and len(length) < 16):
        raise NotAnArticle("record_without_length")
    return Record(headers, Block(stream, int(length)))


def read_head(lines: Stream | Block) -> bytes:
    """Return the first line and the headers here, with the blank line behind them. Raises NotAnArticle where they have no end."""
    head = b""
    while line := lines.readline(_LONGEST_LINE):
        head += line
        if len(head) > _LONGEST_HEAD or not line.endswith(b"\n"):
            break
        if not line.strip():
            return head
    raise NotAnArticle("record_head_endless")


def parse_head(head: bytes) -> StatusAndHeaders:
    """Return the first line and the headers in `head`."""
    from warcio.statusandheaders import StatusAndHeadersParser  # an extra, and nothing else needs it

    return StatusAndHeadersParser([], verify=False).parse(io.BytesIO(head))


def media_type(content_type: str) -> str:
    """Return a Content-Type in lower case, without its parameters."""
    return content_type.partition(";")[0].strip().lower()
