"""A file of a web archive, compressed or not -> its bytes from any place on, and the next place where a record may begin.

A compressed one is a row of gzip members, usually one a record. Invariant: no more than a few blocks are in memory, and no more is unfolded
than a file of that size can hold.
"""

from __future__ import annotations

import os
import zlib
from typing import IO, NamedTuple

from corpus.errors import NotAnArticle
from corpus.reading.input import UNFOLDS, UNFOLDS_FREELY

_MAGIC = b"\x1f\x8b\x08"
_VERSION = b"WARC/"
_BLOCK = 1 << 16
_LOOK = 1 << 12


class Place(NamedTuple):
    """Where a record begins: `inside` bytes behind the beginning of what the member at byte `offset` of the file holds."""

    offset: int
    inside: int = 0


class Stream:
    """Reads on from the place gone to last, at first the beginning.

    `damaged` is set when nothing more can be read from here on, `ended` when nothing more can be read at all.
    """

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._size = file.seek(0, os.SEEK_END)
        self._most = self._size * UNFOLDS + UNFOLDS_FREELY
        file.seek(0)
        self._folded = file.read(len(_MAGIC)) == _MAGIC
        self.ended = self.damaged = self._full = False
        self._buffer, self._at = b"", 0
        self._unfolding: zlib._Decompress | None = None
        self._start(0)

    @property
    def place(self) -> Place:
        """Where the next byte is."""
        left = len(self._buffer) - self._at
        return Place(self._member, self._unfolded - left) if self._folded else Place(self._file.tell() - left)

    def go_to(self, place: Place) -> None:
        """Read on from `place`."""
        here = self.place
        if self.damaged or here.offset != place.offset or here.inside > place.inside:
            self._start(place.offset)
            here = Place(place.offset)
        self.skip(place.inside - here.inside)

    def read(self, size: int) -> bytes:
        """Return at most `size` bytes, none at the end. Raises NotAnArticle when the file is damaged here."""
        if self._at == len(self._buffer) and not self._fill():
            return b""
        piece = self._buffer[self._at : self._at + size]
        self._at += len(piece)
        return piece

    def readline(self, most: int) -> bytes:
        """Return what is up to the end of the line, at most `most` bytes, nothing at the end. Raises as `read` does."""
        line = b""
        while len(line) < most and not line.endswith(b"\n") and (self._at < len(self._buffer) or self._fill()):
            end = self._buffer.find(b"\n", self._at, self._at + most - len(line)) + 1
            line += self.read((end or self._at + most - len(line)) - self._at)
        return line

    def skip(self, size: int) -> int:
        """Pass over `size` bytes, and return how many fewer there were. Raises as `read` does."""
        while size > 0 and (piece := self.read(size)):
            size -= len(piece)
        return size

    def at_record(self) -> bool:
        """Pass over blank lines, and say whether anything follows. Raises as `read` does."""
        while self._at < len(self._buffer) or self._fill():
            left = self._buffer[self._at :].lstrip(b"\r\n")
            self._at = len(self._buffer) - len(left)
            if left:
                return True
        return False

    def has(self, size: int) -> bool:
        """Can there be `size` bytes more? Of a compressed file that is not known."""
        return self._folded or size <= self._size - self.place.offset

    def find_record(self, broken: Place) -> bool:
        """Go on to the next place where a record may begin, behind the broken one at a place; False when there is none."""
        if self._folded and self.place.offset != broken.offset and not self.damaged:
            self._member, self.damaged = broken.offset, True  # it ran on into the members behind its own, perhaps to the end
        while not self.ended:
            if self.damaged and not self._find_member():
                return False
            try:
                return self._find_line()
            except NotAnArticle:
                continue  # damaged here too, which was told of the record before
        return False

    def _start(self, offset: int) -> None:
        self._file.seek(offset)
        self._buffer, self._at = b"", 0
        self._member, self._unfolded = offset, 0
        self._unfolding = None
        self._full = self.damaged = False

    def _fill(self) -> bool:
        """Have the next bytes in the buffer, which is read to its end; False when there are none."""
        if not self._folded:
            self._buffer, self._at = self._file.read(_BLOCK), 0
            return bool(self._buffer)
        while True:
            if self._unfolding is None or self._unfolding.eof:
                raw = self._begin_member()
                if not raw:
                    return False
            elif not (raw := self._unfolding.unconsumed_tail) and not self._full:
                raw = self._file.read(_BLOCK)
                if not raw:
                    raise self._broken("record_cut")
            assert self._unfolding is not None
            try:
                self._buffer, self._at = self._unfolding.decompress(raw, _BLOCK), 0
            except zlib.error as error:
                raise self._broken("record_badly_compressed") from error
            self._full = len(self._buffer) == _BLOCK
            self._unfolded += len(self._buffer)
            self._most -= len(self._buffer)
            if self._most < 0:
                self.ended = True
                raise self._broken("web_archive_unfolds_too_far")
            if self._buffer:
                return True

    def _begin_member(self) -> bytes:
        """Begin to unfold the next member, and return the first of its raw bytes; none at the end of the file."""
        raw = b"" if self._unfolding is None else self._unfolding.unused_data
        while not (raw := raw.lstrip(b"\0")) and (more := self._file.read(_BLOCK)):  # zeros pad files on tape
            raw = more
        if not raw:
            return b""
        if len(raw) < len(_MAGIC):
            raw += self._file.read(_BLOCK)
        offset = self._file.tell() - len(raw)
        if not raw.startswith(_MAGIC):
            self._member = offset
            raise self._broken("record_badly_compressed")
        self._member, self._unfolded = offset, 0
        self._unfolding = zlib.decompressobj(wbits=31)
        return raw

    def _broken(self, why: str) -> NotAnArticle:
        self.damaged = True
        self._buffer, self._at = b"", 0
        return NotAnArticle(why)

    def _find_line(self) -> bool:
        whole = True  # whether a line begins here
        while line := self.readline(_LOOK):
            if whole and line.startswith(_VERSION):
                self._buffer, self._at = line + self._buffer[self._at :], 0
                return True
            whole = line.endswith(b"\n")
        return False

    def _find_member(self) -> bool:
        """Go to the next gzip member that begins with a record."""
        offset, before = self._member + 1, b""
        self._file.seek(offset)
        while block := self._file.read(_BLOCK):
            searched = before + block
            found = searched.find(_MAGIC)
            while found >= 0:
                if self._begins_record(offset - len(before) + found):
                    self._start(offset - len(before) + found)
                    return True
                found = searched.find(_MAGIC, found + 1)
            offset, before = offset + len(block), searched[1 - len(_MAGIC) :]
            self._file.seek(offset)
        return False

    def _begins_record(self, offset: int) -> bool:
        self._file.seek(offset)
        try:
            beginning = zlib.decompressobj(wbits=31).decompress(self._file.read(_LOOK), len(_VERSION) * 2)
        except zlib.error:
            return False
        return beginning.lstrip().startswith(_VERSION)
