"""A WACZ file -> the WARC files in it, each of which is as the package says it is.

A WACZ is a zip file: datapackage.json lists its files with their hashes, datapackage-digest.json may hold the hash of that list, archive/ has
the WARC files. Invariant: what is not as it is listed is refused, nothing is unpacked under a name of its own.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import IO, Any, BinaryIO
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from corpus.errors import NotAnArticle
from corpus.message import told
from corpus.reading.bundle import DAMAGE, open_zip
from corpus.reading.input import UNFOLDS, UNFOLDS_FREELY, Input
from corpus.reading.web_archive.reader import Source, read_sources

LARGEST_LIST = 20_000_000
_LIST, _DIGEST = "datapackage.json", "datapackage-digest.json"


def read_wacz(origin: str, package_file: BinaryIO) -> Iterator[Input]:
    """Yield what is in a WACZ file, which is called `origin`. Raises OSError when it cannot be read."""
    with ExitStack() as stack:
        try:
            package = stack.enter_context(open_zip(package_file))
            members = {member.filename: member for member in package.infolist()}
            listed = _listed(package, members)
        except NotAnArticle as refusal:
            yield Input("refused", origin, reason=refusal.told)
            return
        except DAMAGE as error:
            yield Input("refused", origin, reason=told("wacz_damaged", reason=str(error)))
            return
        sources = []
        for name in filter(_is_archive, sorted(members)):
            try:
                file = stack.enter_context(_opened(package, members[name]))
                _check(file, listed.get(name))
            except NotAnArticle as refusal:
                sources.append(Source(name, None, refusal.told))
            except DAMAGE as error:
                sources.append(Source(name, None, told("wacz_damaged", reason=str(error))))
            else:
                sources.append(Source(name, file))
        if sources:
            yield from read_sources(origin, sources)
            yield Input("sound", origin)
        else:
            yield Input("refused", origin, reason=told("wacz_without_archive"))


def _is_archive(name: str) -> bool:
    return name.startswith("archive/") and name.lower().endswith((".warc", ".warc.gz"))


def _listed(package: ZipFile, members: dict[str, ZipInfo]) -> dict[str, str]:
    """Return the hash of each file that is listed, by its name."""
    if _LIST not in members:
        raise NotAnArticle("wacz_without_list")
    written = _small(package, members[_LIST])
    if _DIGEST in members:
        digest = _object(_small(package, members[_DIGEST])).get("hash")
        if digest != _sha256(written):
            raise NotAnArticle("wacz_list_changed")
    resources = _object(written).get("resources")
    if not isinstance(resources, list):
        raise NotAnArticle("wacz_list_unreadable")
    return {str(each.get("path")): str(each.get("hash")) for each in resources if isinstance(each, dict) and each.get("hash")}


def _small(package: ZipFile, member: ZipInfo) -> bytes:
    with package.open(member) as file:
        content = file.read(LARGEST_LIST + 1)
    if len(content) > LARGEST_LIST:
        raise NotAnArticle("wacz_list_unreadable")
    return content


def _object(content: bytes) -> dict[str, Any]:
    try:
        found = json.loads(content, parse_int=float)
    except (ValueError, RecursionError) as error:
        raise NotAnArticle("wacz_list_unreadable") from error
    if not isinstance(found, dict):
        raise NotAnArticle("wacz_list_unreadable")
    return found


def _sha256(content: bytes) -> str:
    return f"sha256:{hashlib.sha256(content).hexdigest()}"


@contextmanager
def _opened(package: ZipFile, member: ZipInfo) -> Iterator[IO[bytes]]:
    """Open a file of the package so that any place in it can be gone to."""
    if member.file_size > member.compress_size * UNFOLDS + UNFOLDS_FREELY:
        raise NotAnArticle("web_archive_unfolds_too_far")
    with package.open(member) as file:
        if member.compress_type == ZIP_STORED:
            yield file
            return
        with tempfile.TemporaryFile() as unfolded:  # in a compressed one every step back would begin anew
            shutil.copyfileobj(file, unfolded)  # zipfile gives no more than file_size
            yield unfolded


def _check(file: IO[bytes], listed: str | None) -> None:
    if listed is None:
        raise NotAnArticle("wacz_not_listed")
    algorithm, _, value = listed.partition(":")
    if algorithm not in ("sha256", "md5", "sha1", "sha512"):
        raise NotAnArticle("wacz_hash_unknown", algorithm=algorithm[:40])
    digest = hashlib.new(algorithm, usedforsecurity=False)
    file.seek(0)
    while block := file.read(1 << 20):
        digest.update(block)
    if digest.hexdigest() != value.lower():
        raise NotAnArticle("wacz_file_changed")
