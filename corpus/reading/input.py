"""Paths as a user names them -> the inputs to read, one by one: a page, a text file, a line, a record. Nothing is fetched, nothing is changed.

Invariant: whatever is wrong with a path, a file or a line becomes an input that says why it is refused, and what a folder holds besides is
told to be passed over: nothing is raised, nothing silent. Memory does not grow with the number of files and lines.
"""

from __future__ import annotations

import gzip
import importlib.util
import io
import os
import re
import stat
import zlib
from collections.abc import Iterable, Iterator, Mapping
from gzip import GzipFile
from pathlib import Path
from typing import BinaryIO, Literal, NamedTuple, TypeAlias

from corpus.capture import Capture
from corpus.errors import NotAnArticle
from corpus.message import told
from corpus.reading.bundle import HIDDEN, members
from corpus.reading.container import HEAD, several_pages
from corpus.reading.file_kind import ARCHIVES, FileKind, file_kind
from corpus.reading.jsonl import MAX_LINE
from corpus.reading.saved_page import Saved, saved_mhtml, saved_page
from language.wording import Told

MAX_FILE = 20_000_000
# A compressed file of text unfolds to five or ten times its size; one that unfolds to more than this is a bomb.
UNFOLDS, UNFOLDS_FREELY = 100, 100_000_000
_MOST_BLANK = 1_000_000  # blank lines, one after another

_HTML = (".html", ".htm", ".xhtml", ".shtml", ".aspx", ".php", ".chn")
_LINES = (".jsonl", ".jsonl.gz")
_TEXT = (".txt",)
# A longer ending is part of the name.
_ENDING = re.compile(r"\.\w{1,10}")
# Enough of a file to see what it is.
_HEAD = 1024
_SYSTEM = ("/proc/", "/sys/")
MARKUP = re.compile(rb"<(?:!doctype\s+html|html|head|body|meta|title)[\s>]", re.I)


InputKind: TypeAlias = Literal[
    "html", "text", "line", "article", "pdf", "docx", "mhtml", "letter",
    "refused", "passed file", "passed folder", "passed record", "sound",
]  # fmt: skip


class Input(NamedTuple):
    """One thing to read. `line` is its number in `origin`, of lines or of records, or None for the whole file.

    A "refused" one cannot be read, for `reason`. A "passed file" or "passed folder" was found in a folder, a "passed record" in a web archive,
    and is not for us: `reason` is its kind (".png", "hidden"). "sound" says, after them, that the file or folder itself could be read to its
    end. A page out of a web archive, or one that says where and when it was saved, comes with its `capture`; what says one of the two only,
    with what it says as `saved`. An "article" is a line of JSON that an archive of ours wrote into a web archive
    (corpus.reading.web_archive.exchange), with its raw `page` if there is one.
    """

    kind: InputKind
    origin: str
    line: int | None = None
    content: bytes = b""
    reason: Told | None = None
    capture: Capture | None = None
    saved: Saved = Saved()
    page: bytes | None = None


def inputs(paths: Iterable[str | Path], columns: Mapping[str, str] | None = None) -> Iterator[Input]:
    """Yield what is in the files and folders `paths`, in the order given, folders in sorted order.

    `columns` says which columns of tables hold what, where these are not named as the keys of JSONL (see corpus.reading.sheet).

    Passed over are files of kinds that we do not read, hidden entries, what is no file (devices, links to nowhere), links that lead out of
    the folder, what the system itself shows as files (/proc, /sys), the "page_files" folder beside a saved "page.html" (it holds the page's
    frames and pictures), and a folder that another link has led to before. None of these is opened.
    """
    entered: set[tuple[int, int]] = set()
    for path in paths:
        if not os.fspath(path):
            yield _refused("", told("no_path"))
        else:
            yield from _walk(os.path.abspath(path), entered, columns or {})


def _walk(path: str, entered: set[tuple[int, int]], columns: Mapping[str, str]) -> Iterator[Input]:
    waiting = [path]
    while waiting:
        here = waiting.pop()
        try:
            status = os.stat(here)
            barred = _barred(here, path)
            if barred:
                kind: Literal["folder", "file"] = "folder" if stat.S_ISDIR(status.st_mode) else "file"
                yield _refused(here, told("of_the_system")) if here == path else _passed(here, kind, barred)
                continue
            if not stat.S_ISDIR(status.st_mode):
                yield from _file(here, status, columns, named=here == path)
                continue
            if (status.st_dev, status.st_ino) in entered:
                yield _passed(here, "folder", told("passed_again"))
                continue
            entered.add((status.st_dev, status.st_ino))
            names = sorted(os.listdir(here), reverse=True)
        except FileNotFoundError:
            yield _refused(here, told("no_such_path")) if here == path else _passed(here, "file", _gone(here))
            continue
        except (OSError, ValueError) as error:
            yield _refused(here, _unreadable(error))
            continue
        parts = _saved_parts(names)
        for name in names:
            entry = os.path.join(here, name)
            if name.startswith("."):
                yield _passed(entry, "folder" if os.path.isdir(entry) else "file", told("passed_hidden"))
            elif name in parts and os.path.isdir(entry):
                yield _passed(entry, "folder", told("passed_saved_parts"))
            else:
                waiting.append(entry)
        yield Input("sound", _origin(here))


def _saved_parts(names: Iterable[str]) -> set[str]:
    """Return what the folders beside the pages among `names` are called in which browsers save their parts."""
    return {f"{os.path.splitext(name)[0]}_files" for name in names if name.lower().endswith(_HTML)}


def _gone(entry: str) -> Told:
    return told("passed_broken_link") if os.path.islink(entry) else told("passed_removed")


def _barred(here: str, path: str) -> Told | None:
    """Return why `here`, found in the folder `path` or named itself, is not to be opened, None when it may be."""
    if os.path.islink(here) and here != path:
        inside = os.path.join(os.path.realpath(path), "")
        if not f"{os.path.realpath(here)}/".startswith(inside):
            return told("passed_outward_link")
    return told("passed_system") if f"{os.path.realpath(here)}/".startswith(_SYSTEM) else None


def _opened(path: str, flags: int) -> int:
    """Open a file so that a pipe put in its place meanwhile cannot hold us."""
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def _file(path: str, status: os.stat_result, columns: Mapping[str, str], *, named: bool) -> Iterator[Input]:
    """Yield what one file holds. A file that was `named` is refused when it is of no kind we read, else passed over."""
    if not stat.S_ISREG(status.st_mode):
        yield _refused(path, told("no_regular_file")) if named else _passed(path, "file", told("passed_irregular"))
        return
    try:
        with open(path, "rb", opener=_opened) as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                yield _refused(path, told("unreadable", reason=told("no_longer_a_file")))
                return
            yield from _contents(file, path, os.path.basename(path), columns, named=named)
    except OSError as error:
        yield _refused(path, _unreadable(error))


def attached(path: str, name: str, content: bytes) -> list[Input]:
    """Return what a file holds that is attached to the letter at `path`, told by both."""
    return list(_contents(io.BytesIO(content), _inside(path, name), name, {}, named=False, inside=True))


def _contents(
    file: BinaryIO, path: str, name: str, columns: Mapping[str, str], *, named: bool, inside: bool = False
) -> Iterator[Input]:
    """Yield what an open file holds; `inside` says that it was in another, and may hold no further files."""
    name = name.lower()
    head = file.read(HEAD)
    other = file_kind(head, name)
    if isinstance(other, Told):
        yield _refused(path, other) if named else _passed(path, "file", _kind_of(name))
        return
    if other is not None:
        yield from _other(other, head, file, path, name, columns, named=named, inside=inside)
        return
    several = several_pages(head)
    if several:
        yield _refused(path, told("several_pages", kind=several))
        return
    if name.endswith(_LINES):
        file.seek(0)
        yield from _lines(file, path, inside=inside)
        return
    if MARKUP.search(head[:_HEAD].replace(b"\0", b"")):  # without zeros UTF-16 shows too
        kind: InputKind = "html"
    elif name.endswith(_HTML + _TEXT):
        kind = "text" if name.endswith(_TEXT) else "html"
    else:
        yield _refused(path, told("unknown_kind")) if named else _passed(path, "file", _kind_of(name))
        return
    yield _whole(kind, path, head + file.read(MAX_FILE + 1 - len(head)), saved_page(head) if kind == "html" else Saved())


def _other(
    kind: FileKind, head: bytes, file: BinaryIO, path: str, name: str, columns: Mapping[str, str], *, named: bool, inside: bool
) -> Iterator[Input]:
    """Yield what a file holds that is neither a page, a text nor lines."""
    if inside and kind in ARCHIVES:
        yield _refused(path, told("archive_inside"))
    elif kind == "zip":
        yield from _zipped(file, path, columns)
    elif kind == "warc" or kind == "wacz":
        yield from _web_archive(kind, file, path)
    elif kind == "packed":
        file.seek(0)
        try:
            with gzip.open(file) as unfolded:
                content = unfolded.read(MAX_FILE + 1)
        except (EOFError, zlib.error, gzip.BadGzipFile):
            yield _refused(path, told("packed_broken"))
            return
        if len(content) > MAX_FILE:
            yield _refused(path, told("file_too_large", most=MAX_FILE // 1_000_000))
        else:
            yield from _contents(io.BytesIO(content), path, name[: -len(".gz")], columns, named=named, inside=True)
    elif kind == "table":
        yield from _table(file, path, columns)
    else:
        saved = saved_mhtml(head) if kind == "mhtml" else Saved()
        yield _whole(kind, path, head + file.read(MAX_FILE + 1 - len(head)), saved)


def _whole(kind: InputKind, path: str, content: bytes, saved: Saved) -> Input:
    if len(content) > MAX_FILE:
        return _refused(path, told("file_too_large", most=MAX_FILE // 1_000_000))
    if not content.strip(b"\0 \t\r\n"):
        return _refused(path, told("empty_file"))
    if saved.url and saved.at:
        return Input(kind, _origin(path), content=content, capture=Capture(saved.url, saved.at))
    return Input(kind, _origin(path), content=content, saved=saved)


def _zipped(file: BinaryIO, path: str, columns: Mapping[str, str]) -> Iterator[Input]:
    most = file.seek(0, os.SEEK_END) * UNFOLDS + UNFOLDS_FREELY
    try:
        for member in members(file, largest=MAX_FILE, most=most):
            inner = _inside(path, member.name)
            if member.reason == HIDDEN:
                yield _passed(inner, "file", HIDDEN)
            elif member.reason:
                yield _refused(inner, member.reason)
            else:
                name = member.name.rpartition("/")[2]
                yield from _contents(io.BytesIO(member.content), inner, name, columns, named=False, inside=True)
    except NotAnArticle as refusal:
        yield _refused(path, refusal.told)
        return
    yield Input("sound", _origin(path))


def _web_archive(kind: Literal["warc", "wacz"], file: BinaryIO, path: str) -> Iterator[Input]:
    if importlib.util.find_spec("warcio") is None:
        yield _refused(path, told("warcio_missing"))
        return
    origin = _origin(path)
    if kind == "wacz":
        from corpus.reading.web_archive.wacz import read_wacz

        yield from read_wacz(origin, file)
    else:
        from corpus.reading.web_archive.reader import Source, read_sources

        yield from read_sources(origin, [Source(os.path.basename(origin), file)])
        yield Input("sound", origin)


def _table(file: BinaryIO, path: str, columns: Mapping[str, str]) -> Iterator[Input]:
    from corpus.reading.sheet import rows  # loads what recognises encodings

    origin = _origin(path)
    file.seek(0)
    try:
        for row in rows(file, columns):
            if row.reason:
                yield Input("refused", origin, row.line, reason=row.reason)
            else:
                yield Input("line", origin, row.line, row.content)
    except NotAnArticle as refusal:
        yield _refused(path, refusal.told)
        return
    yield Input("sound", origin)


def _inside(path: str, name: str) -> str:
    return f"{path} › {name}"


def _lines(raw: BinaryIO, path: str, *, inside: bool) -> Iterator[Input]:
    origin = _origin(path)
    number = 0
    try:
        most = MAX_FILE if inside else raw.seek(0, os.SEEK_END) * UNFOLDS + UNFOLDS_FREELY
        raw.seek(0)
        with gzip.open(raw) if path.lower().endswith(".gz") else raw as file:
            blank = 0
            while line := file.readline(MAX_LINE + 1):
                number += 1
                most -= len(line)
                blank = 0 if line.strip() else blank + 1
                if number == 1 and b"\0" in line[:_HEAD]:
                    yield _refused(path, told("lines_not_utf_8"))
                    return
                if most < 0:
                    yield _refused(path, told("unfolds_too_far", line=number))
                    return
                if blank > _MOST_BLANK:
                    yield _refused(path, told("too_many_blank_lines", most=_MOST_BLANK, line=number))
                    return
                if len(line) > MAX_LINE:
                    most -= _skip_line(file, line, most)
                    yield Input("refused", origin, number, reason=told("line_too_long", most=MAX_LINE // 1_000_000))
                elif not blank:
                    yield Input("line", origin, number, line)
    except (EOFError, zlib.error, gzip.BadGzipFile):
        yield _refused(path, told("compressed_file_cut", line=number))
    except OSError as error:
        yield _refused(path, _unreadable(error))
    else:
        if number == 0:
            yield _refused(path, told("empty_file"))
        else:
            yield Input("sound", origin)


def _skip_line(file: GzipFile | BinaryIO, line: bytes, most: int) -> int:
    """Read on to the end of a line, at most about `most` bytes, and return how many that were."""
    skipped = 0
    while line and not line.endswith(b"\n") and skipped <= most:
        line = file.readline(1 << 20)
        skipped += len(line)
    return skipped


def _refused(path: str, reason: Told) -> Input:
    return Input("refused", _origin(path), reason=reason)


def _passed(path: str, what: Literal["file", "folder"], kind: Told) -> Input:
    return Input("passed file" if what == "file" else "passed folder", _origin(path), reason=kind)


def _kind_of(name: str) -> Told:
    ending = os.path.splitext(_origin(name))[1]
    return told("passed_ending", ending=ending) if _ENDING.fullmatch(ending) else told("passed_unknown")


def _origin(path: str) -> str:
    """Return `path` as text: the names of files are bytes, and not always UTF-8."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def _unreadable(error: Exception) -> Told:
    return told("unreadable", reason=str(getattr(error, "strerror", None) or error))
