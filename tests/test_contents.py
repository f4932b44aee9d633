"""index.contents: a table of contents says what it says, and does nothing, whoever wrote it."""

from __future__ import annotations

import os
import pickle
import struct
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from whoosh.filedb.structfile import BufferFile
from whoosh.index import TOC, FileIndex

from corpus.archive import ARCHIVE_FILE, Archive
from corpus.article import Article
from index.contents import read_contents
from index.errors import IndexingError, IndexOutdated, SegmentDamaged
from index.snapshot import INDEX_FOLDER, INDEX_NAME, open_snapshot, read_toc
from index.storage import DurableStorage
from index.verification import check_index
from index.writer import update_index


class Attack:
    """What a stranger would put in: unpickled, it makes a file."""

    def __init__(self, call: Callable[..., object], *arguments: object) -> None:
        self.call, self.arguments = call, arguments

    def __reduce__(self) -> tuple[Callable[..., object], tuple[object, ...]]:
        return self.call, self.arguments


@pytest.fixture
def home(build: Callable[..., Path]) -> Path:
    return build([Article(title="Xã đạt chuẩn nông thôn mới", url="https://bao.example/1", source="Báo Một")])


def toc_path(home: Path) -> Path:
    (path,) = (home / INDEX_FOLDER).glob("_MAIN_*.toc")
    return path


def sealed(body: bytes) -> bytes:
    return body + struct.pack("<I4s", zlib.crc32(body), b"SEAL")


def parts(home: Path) -> tuple[bytes, bytes, bytes, bytes]:
    """Return what stands before the schema, its pickle, what stands between, the pickle of the segments."""
    body = toc_path(home).read_bytes()[:-8]
    stream = BufferFile(body)
    start = 3 + 4 + 4 + 3  # three sizes of a byte each, the byte order, the format, the release
    stream.seek(start)
    schema = stream.read_string()
    between = stream.tell()
    return body[:start], schema, body[between : between + 8], body[between + 8 :]


def put(home: Path, *, schema: bytes | None = None, segments: bytes | None = None, before: bytes | None = None) -> None:
    """Write the table of contents anew, sealed as it should be, with other pickles in it."""
    head, own_schema, between, own_segments = parts(home)
    schema = own_schema if schema is None else schema
    length, size = b"", len(schema)
    while size >= 0x80:
        length, size = length + bytes([size & 0x7F | 0x80]), size >> 7
    length += bytes([size])
    body = (before or head) + length + schema + between + (own_segments if segments is None else segments)
    toc_path(home).write_bytes(sealed(body))


def test_what_was_written_is_read(home: Path) -> None:
    put(home)  # taken apart and put together again
    toc = read_toc(home / INDEX_FOLDER)
    assert toc.generation == 0
    assert len(toc.segments) == 1
    assert (toc.schema.provenance.watermark, "tag" in toc.schema) == (1, True)
    assert open_snapshot(home / INDEX_FOLDER).document_count() == 1


@pytest.mark.parametrize("place", ["schema", "segments"])
@pytest.mark.parametrize("protocol", range(2, pickle.HIGHEST_PROTOCOL + 1))
def test_a_pickle_that_acts_is_refused_and_does_not_act(home: Path, place: str, protocol: int) -> None:
    made = home / "made"
    put(home, **{place: pickle.dumps(Attack(os.system, f"touch '{made}'"), protocol)})  # type: ignore[arg-type]
    with pytest.raises(SegmentDamaged, match=r"gọi đến '(posix|nt)\.system'.*--rebuild"):
        open_snapshot(home / INDEX_FOLDER)
    with pytest.raises(SegmentDamaged):
        read_toc(home / INDEX_FOLDER)
    with pytest.raises(SegmentDamaged):  # Whoosh's own way to an index
        FileIndex(DurableStorage(home / INDEX_FOLDER), indexname=INDEX_NAME)
    with pytest.raises(SegmentDamaged):
        TOC.read(DurableStorage(home / INDEX_FOLDER), INDEX_NAME)
    with Archive.open(home / ARCHIVE_FILE, read_only=True) as archive:
        (problem,) = check_index(home / INDEX_FOLDER, archive)
    assert "system" in str(problem)
    assert not made.exists()
    report = update_index(home / ARCHIVE_FILE, home / INDEX_FOLDER)
    assert report.rebuilt is not None and "system" in str(report.rebuilt)
    assert not made.exists()
    assert open_snapshot(home / INDEX_FOLDER).document_count() == 1


@pytest.mark.parametrize(
    "named",
    [
        b"cbuiltins\neval\n.",
        b"c__builtin__\ngetattr\n.",
        b"cbuiltins\nprint\n.",
        b"ccopyreg\n_reconstructor\n.",
        b"cfunctools\npartial\n.",
        b"cwhoosh.util\nnow\n.",
        b"cindex.writer\nupdate_index\n.",
        b"cindex.codec\nArrayCodec\n.",
        b"cindex.schema\nfields\n.",
        b"ccorpus.archive\nArchive\n.",
        b"cwhoosh.fields\nSchema\n.",
        b"\x80\x04\x8c\x0cindex.schema\x94\x8c\x14ArchiveSchema.delete\x94\x93.",
    ],
)
def test_only_what_lies_in_an_index_is_known(home: Path, named: bytes) -> None:
    put(home, schema=named)
    with pytest.raises(SegmentDamaged, match="không phải do chương trình này ghi"):
        open_snapshot(home / INDEX_FOLDER)


def test_what_a_stranger_named_is_shown_without_acting_on_a_terminal(home: Path) -> None:
    put(home, schema=b"c\x1b[2Jx\n\x07y\n.")
    with pytest.raises(SegmentDamaged) as caught:
        open_snapshot(home / INDEX_FOLDER)
    assert "\x1b" not in str(caught.value) and "\\x1b" in str(caught.value)


@pytest.mark.parametrize(
    "schema", [b"", b".", b"N.", b"]q", b"I1\n.", b"\x80\xff.", b"\x80\x04\x95\xff\xff\xff\xff\xff\xff\xff\x7f.", b"R.", b"(" * 9]
)
def test_other_pickles_are_of_another_version(home: Path, schema: bytes) -> None:
    put(home, schema=schema)
    with pytest.raises(IndexOutdated, match="phiên bản khác.*--rebuild"):
        open_snapshot(home / INDEX_FOLDER)


@pytest.mark.parametrize("segments", [pickle.dumps("MAIN"), pickle.dumps([1]), pickle.dumps(None)])
def test_segments_are_segments(home: Path, segments: bytes) -> None:
    put(home, segments=segments)
    with pytest.raises(IndexOutdated, match="phiên bản khác"):
        open_snapshot(home / INDEX_FOLDER)


def test_older_formats_of_whoosh_are_not_read(home: Path) -> None:
    """Whoosh reads them by another road, with an unpickler of its own."""
    head, *_ = parts(home)
    put(home, before=head[:7] + struct.pack("!i", -110) + head[11:])
    with pytest.raises(IndexOutdated, match="phiên bản khác"):
        open_snapshot(home / INDEX_FOLDER)


@pytest.mark.slow
def test_a_table_cut_anywhere_is_never_a_traceback(home: Path) -> None:
    body = toc_path(home).read_bytes()[:-8]
    for length in range(0, len(body), 7):
        with pytest.raises(IndexingError):
            read_contents(body[:length], Path("kho/index/_MAIN_0.toc"))
