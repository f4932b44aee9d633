"""A zip of files -> its members one by one, within bounds: their names are shown, never used as paths, and nothing is written."""

from __future__ import annotations

import os
import struct
import zipfile
import zlib
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

from corpus.errors import NotAnArticle
from corpus.message import told
from language.wording import Told

MAX_MEMBERS = 20_000
# The directory of so many members takes no more.
_MAX_DIRECTORY = 5_000_000
HIDDEN = told("passed_hidden")
_END, _END_SIZE = b"PK\x05\x06", 22
DAMAGE = (zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, struct.error, EOFError, RuntimeError, ValueError)
"""What zipfile raises where a zip is damaged, locked, or packed in a way it does not know."""


class Member(NamedTuple):
    """A file in a zip: its name and bytes, or why it cannot be read; HIDDEN is one that is not to be."""

    name: str
    content: bytes = b""
    reason: Told | None = None


def open_zip(file: BinaryIO) -> zipfile.ZipFile:
    """Open a zip. Raises NotAnArticle when it is broken or has more than MAX_MEMBERS files."""
    size = file.seek(0, os.SEEK_END)
    file.seek(max(0, size - 65_536 - _END_SIZE))
    tail = file.read()
    end = tail.rfind(_END)
    directory = int.from_bytes(tail[end + 12 : end + 16], "little") if end >= 0 else 0
    if directory > _MAX_DIRECTORY:  # read whole by zipfile
        raise NotAnArticle("zip_many_members", most=MAX_MEMBERS)
    try:
        archive = zipfile.ZipFile(file)
    except (*DAMAGE, OSError) as error:  # that of a place before the beginning of the file
        raise NotAnArticle("zip_broken") from error
    if len(archive.infolist()) > MAX_MEMBERS:
        raise NotAnArticle("zip_many_members", most=MAX_MEMBERS)
    return archive


def members(file: BinaryIO, *, largest: int, most: int) -> Iterator[Member]:
    """Yield the files in a zip, none of which has more than `largest` bytes, until `most` bytes have been unfolded.

    Raises NotAnArticle as `open_zip` does, before any, or when there is more than `most`.
    """
    with open_zip(file) as archive:
        for member in archive.infolist():
            name = member.filename
            if member.is_dir():
                continue
            if name.startswith("__MACOSX/") or any(part.startswith(".") for part in name.split("/") if part.strip(".")):
                yield Member(name, reason=HIDDEN)
                continue
            read = _member(archive, member, largest)
            most -= len(read.content)
            if most < 0:
                raise NotAnArticle("zip_unfolds_too_far", name=name[:200])
            yield read


def _member(archive: zipfile.ZipFile, member: zipfile.ZipInfo, largest: int) -> Member:
    if member.flag_bits & 1:
        return Member(member.filename, reason=told("zip_member_locked"))
    try:
        with archive.open(member) as file:
            content = file.read(largest + 1)
    except (*DAMAGE, OSError):
        return Member(member.filename, reason=told("packed_broken"))
    if len(content) > largest:
        return Member(member.filename, content, told("file_too_large", most=largest // 1_000_000))
    return Member(member.filename, content)
