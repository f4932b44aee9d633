"""What a server sent, as a web archive has it: status, headers, body -> the page as a browser would have had it.

Bodies come in chunks, compressed, or as the program that captured them had already undone that, whatever their headers say.
Invariant: a page is whole and no larger than a page may be, or it is refused.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import importlib.util
import re
import zlib
from collections.abc import Callable
from typing import TYPE_CHECKING

from corpus.errors import NotAnArticle
from corpus.reading.input import MARKUP, MAX_FILE

if TYPE_CHECKING:
    from warcio.statusandheaders import StatusAndHeaders

_CHUNK = re.compile(rb"([0-9A-Fa-f]{1,8})[ \t]*(?:;[^\r\n]{0,1000})?\r?\n")
_ALGORITHMS = ("md5", "sha1", "sha256", "sha384", "sha512")
_GZIP = b"\x1f\x8b"


def page_of(headers: StatusAndHeaders, body: bytes) -> bytes:
    """Return the page in the `body` of a response. Raises NotAnArticle when it is damaged, too large, or in an encoding that we lack."""
    if "chunked" in (headers.get_header("Transfer-Encoding") or "").lower():
        body = whole(body)
    encodings = [each.strip().lower() for each in (headers.get_header("Content-Encoding") or "").split(",")]
    for encoding in reversed([each for each in encodings if each not in ("", "identity")]):
        if not MARKUP.search(body[:1024]):
            if encoding not in _DECODERS:
                raise NotAnArticle("body_encoding", encoding=encoding[:40])
            body = _DECODERS[encoding](body)
    if len(body) > MAX_FILE:
        raise NotAnArticle("file_too_large", most=MAX_FILE // 1_000_000)
    return body


def whole(body: bytes) -> bytes:
    """Return what stands in the chunks of a body; a body that is not in chunks as it is. Raises NotAnArticle when a chunk is cut."""
    chunk = _CHUNK.match(body)
    if chunk is None:
        return body
    pieces = []
    while chunk is not None and (size := int(chunk[1], 16)):
        pieces.append(body[chunk.end() : chunk.end() + size])
        end = chunk.end() + size
        end += 2 if body.startswith(b"\r\n", end) else 1
        chunk = _CHUNK.match(body, end)
    if chunk is None:
        raise NotAnArticle("body_cut")
    return b"".join(pieces)


def agrees(digest: str, *contents: bytes) -> bool:
    """Say whether a digest ("sha1:…", in base32 or hexadecimal digits) is of one of `contents`; one of an unknown kind is taken to be."""
    kind, colon, value = digest.strip().partition(":")
    algorithm = kind.lower().replace("-", "")
    if not colon or algorithm not in _ALGORITHMS:
        return True
    for content in contents:
        found = hashlib.new(algorithm, content, usedforsecurity=False).digest()
        if _bytes(value, len(found)) == found:
            return True
    return False


def _bytes(value: str, size: int) -> bytes:
    """Return the bytes that are written in a digest, b"" if it is none of `size` bytes."""
    try:
        if len(value) == 2 * size:
            return bytes.fromhex(value)
        return base64.b32decode(value.upper() + "=" * (-len(value) % 8))
    except (ValueError, binascii.Error):
        return b""


def _gunzip(body: bytes) -> bytes:
    pieces: list[bytes] = []
    while body.startswith(_GZIP):
        piece, body = _unfold(body, 31)
        pieces.append(piece)
        if sum(map(len, pieces)) > MAX_FILE:
            break
    if not pieces:
        raise NotAnArticle("body_badly_compressed")
    return b"".join(pieces)


def _inflate(body: bytes) -> bytes:
    try:
        return _unfold(body, 15)[0]
    except NotAnArticle:
        return _unfold(body, -15)[0]  # many servers leave out the header


def _unfold(body: bytes, wbits: int) -> tuple[bytes, bytes]:
    """Return what is unfolded, one byte more than a page may have at most, and what follows it."""
    unfolding = zlib.decompressobj(wbits=wbits)
    try:
        found = unfolding.decompress(body, MAX_FILE + 1)
    except zlib.error as error:
        raise NotAnArticle("body_badly_compressed") from error
    if not unfolding.eof and len(found) <= MAX_FILE:
        raise NotAnArticle("body_cut")
    return found, unfolding.unused_data


def _brotli(body: bytes) -> bytes:
    if importlib.util.find_spec("brotli") is None:
        raise NotAnArticle("body_encoding", encoding="br")
    import brotli

    unfolding = brotli.Decompressor()
    found = bytearray()
    try:
        piece = unfolding.process(body, output_buffer_limit=MAX_FILE)
        while piece and len(found) <= MAX_FILE:
            found += piece
            piece = b"" if unfolding.is_finished() else unfolding.process(b"", output_buffer_limit=MAX_FILE)
    except brotli.error as error:
        raise NotAnArticle("body_badly_compressed") from error
    if not unfolding.is_finished() and len(found) <= MAX_FILE:
        raise NotAnArticle("body_cut")
    return bytes(found)


_DECODERS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": _gunzip,
    "x-gzip": _gunzip,
    "deflate": _inflate,
    "br": _brotli,
}
