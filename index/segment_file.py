"""Named arrays -> one checksummed file, and back as numpy views of a memory map.

Layout: a magic number with the format version; the arrays, each beginning at a multiple of 8 bytes; the directory (JSON: for each array its
dtype, length, offset and the CRC-32 of each of its pages); a footer that says where the directory is, with its own CRC-32.
Invariant: no byte is answered from before the CRC-32 of the page it lies in has been compared. A page is checked once, at first use.
"""

from __future__ import annotations

import json
import mmap
import os
import struct
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from index.errors import SegmentDamaged, told
from index.rights import FILE_RIGHT, readable

Array: TypeAlias = NDArray[Any]

MAGIC = b"LUCBAO\x00\x01"  # the last byte is the version of this format
PAGE = 1 << 16
_FOOTER = struct.Struct("<QQI8s")  # directory offset, directory length, directory CRC-32, magic
_ALIGNMENT = 8


class SegmentFileWriter:
    """Writes arrays one after the other, in pieces if they are large; nothing is readable before `close`, which fsyncs."""

    def __init__(self, path: Path) -> None:
        self._file = open(path, "wb")  # noqa: SIM115 - closed by close or abandon
        self._directory: dict[str, list[Any]] = {}
        self._name = ""
        self._checksums: list[int] = []
        self._in_page = 0
        self._file.write(MAGIC)

    def add(self, name: str, *pieces: Array) -> None:
        """Write one array given as pieces of one dtype."""
        self.begin(name, pieces[0].dtype)
        for piece in pieces:
            self.append(piece)

    def begin(self, name: str, dtype: np.dtype[Any]) -> None:
        """Start the next array; what is appended until the next `begin` is its content."""
        self._file.write(b"\0" * (-self._file.tell() % _ALIGNMENT))
        self._checksums, self._in_page = [], 0
        self._directory[name] = [dtype.newbyteorder("<").str, 0, self._file.tell(), self._checksums]
        self._name = name

    def append(self, piece: Array) -> None:
        """Write more elements of the array begun last."""
        entry = self._directory[self._name]
        data = memoryview(np.ascontiguousarray(piece, dtype=entry[0]).view(np.uint8).data)
        entry[1] += piece.size
        self._file.write(data)
        while data:
            if self._in_page == 0:
                self._checksums.append(0)
            part = data[: PAGE - self._in_page]
            self._checksums[-1] = zlib.crc32(part, self._checksums[-1])
            self._in_page = (self._in_page + len(part)) % PAGE
            data = data[len(part) :]

    def close(self) -> None:
        """Write the directory and put everything on disk."""
        directory = json.dumps(self._directory, separators=(",", ":")).encode()
        where = self._file.tell()
        self._file.write(directory)
        self._file.write(_FOOTER.pack(where, len(directory), zlib.crc32(directory), MAGIC))
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()

    def abandon(self) -> None:
        """Close without finishing: the file stays unreadable, for the caller to remove."""
        self._file.close()


class SegmentFile:
    """The arrays of a closed segment file, read through a memory map and safe to share between threads."""

    def __init__(self, path: Path) -> None:
        """Open `path`.

        Raises FileNotFoundError if it is not there (a later commit may have removed it), IndexUnreadable if it may not be read,
        SegmentDamaged if it is truncated, of another format, or its directory is not as written.
        """
        self.path = path
        try:
            with readable(path, FILE_RIGHT), open(path, "rb") as file:
                size = os.fstat(file.fileno()).st_size
                if size < len(MAGIC) + _FOOTER.size:
                    raise SegmentDamaged(path, told("file_cut"))
                self._map = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        except FileNotFoundError:
            raise
        except OSError as error:
            raise SegmentDamaged(path, told("file_unreadable", reason=str(error.strerror))) from error
        where, length, checksum, magic = _FOOTER.unpack_from(self._map, size - _FOOTER.size)
        if self._map[: len(MAGIC)] != MAGIC or magic != MAGIC:
            raise SegmentDamaged(path, told("file_cut_or_other"))
        if where + length + _FOOTER.size != size or zlib.crc32(self._map[where : where + length]) != checksum:
            raise SegmentDamaged(path, told("file_directory_changed"))
        self._directory: Mapping[str, list[Any]] = json.loads(self._map[where : where + length])
        self._views: dict[str, Array] = {}
        self._checked: dict[str, bytearray] = {}
        for name, (dtype, count, offset, checksums) in self._directory.items():
            self._views[name] = np.frombuffer(self._map, dtype, count, offset)
            self._checked[name] = bytearray(len(checksums))

    def __contains__(self, name: str) -> bool:
        return name in self._views

    def names(self) -> list[str]:
        """Return the names of the arrays, in the order written."""
        return list(self._views)

    def read(self, name: str, start: int = 0, stop: int | None = None) -> Array:
        """Return a read-only view of array `name`, elements `start` to `stop`; raise SegmentDamaged if a page of it is not as written."""
        view = self._views.get(name)
        if view is None:
            raise SegmentDamaged(self.path, told("array_missing", name=name))
        stop = view.size if stop is None else stop
        if stop > start:
            width = view.itemsize
            first, last = start * width // PAGE, (stop * width - 1) // PAGE + 1
            if self._checked[name].find(0, first, last) >= 0:
                self._check(name, first, last)
        return view[start:stop]

    def unchecked(self, name: str) -> Array:
        """Return a view of all of array `name`, of which only parts that have been read before may be used."""
        return self._views[name]

    def _check(self, name: str, first: int, last: int) -> None:
        _, count, offset, checksums = self._directory[name]
        end = offset + count * self._views[name].itemsize
        with memoryview(self._map) as whole:
            for page in range(first, last):
                at = offset + page * PAGE
                if zlib.crc32(whole[at : min(at + PAGE, end)]) != checksums[page]:
                    raise SegmentDamaged(self.path, told("array_changed", name=name))
                self._checked[name][page] = 1

    def release(self) -> None:
        """Give back the memory of pages that have been read. Views stay valid: what is touched again is mapped again."""
        if hasattr(mmap, "MADV_DONTNEED"):
            self._map.madvise(mmap.MADV_DONTNEED)

    def check(self) -> None:
        """Compare every page with its CRC-32; raise SegmentDamaged at the first that differs."""
        for name in self._views:
            self.read(name)
