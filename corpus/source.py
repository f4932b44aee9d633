"""Paths as a user names them -> the inputs to read, one by one: a page, a text file, a line. Nothing is fetched, nothing is changed.

Invariant: whatever is wrong with a path, a file or a line becomes an input that says why it is refused, and what a folder holds besides is
told to be passed over: nothing is raised, nothing silent. Memory does not grow with the number of files and lines.
"""

from __future__ import annotations

import gzip
import os
import re
import stat
import zlib
from collections.abc import Iterable, Iterator
from io import BufferedIOBase
from pathlib import Path
from typing import Literal, NamedTuple

from corpus.container import HEAD, several_pages
from corpus.jsonl import MAX_LINE

MAX_FILE = 20_000_000

_HTML = (".html", ".htm", ".xhtml", ".shtml", ".aspx", ".php", ".chn")
_LINES = (".jsonl", ".jsonl.gz")
_TEXT = (".txt",)
# A longer ending is part of the name.
_ENDING = re.compile(r"\.\w{1,10}")
# Enough of a file to see what it is.
_HEAD = 1024
_MARKUP = re.compile(rb"<(?:!doctype\s+html|html|head|body|meta|title)[\s>]", re.I)


class Source(NamedTuple):
    """One thing to read. `line` is its number in `origin` or None for the whole file.

    A "refused" one cannot be read, for `reason`. A "passed file" or "passed folder" was found in a folder and is not for us: `reason` is its
    kind (".pdf", "ẩn"). "sound" says, after them, that the file or folder itself could be read to its end.
    """

    kind: Literal["html", "text", "line", "refused", "passed file", "passed folder", "sound"]
    origin: str
    line: int | None = None
    content: bytes = b""
    reason: str = ""


def sources(paths: Iterable[str | Path]) -> Iterator[Source]:
    """Yield what is in the files and folders `paths`, in the order given, folders in sorted order.

    Passed over are files of kinds that we do not read, hidden entries, what is no file (devices, links to nowhere), the "page_files" folder
    beside a saved "page.html" (it holds the page's frames and pictures), and a folder that another link has led to before.
    """
    entered: set[tuple[int, int]] = set()
    for path in paths:
        if not os.fspath(path):
            yield _refused("", "Đường dẫn trống.")
        else:
            yield from _walk(os.path.abspath(path), entered)


def _walk(path: str, entered: set[tuple[int, int]]) -> Iterator[Source]:
    waiting = [path]
    while waiting:
        here = waiting.pop()
        try:
            status = os.stat(here)
            if not stat.S_ISDIR(status.st_mode):
                yield from _file(here, status, named=here == path)
                continue
            if (status.st_dev, status.st_ino) in entered:
                yield _passed(here, "folder", "đã đọc")
                continue
            entered.add((status.st_dev, status.st_ino))
            names = sorted(os.listdir(here), reverse=True)
        except FileNotFoundError:
            if here == path:
                yield _refused(here, "Không có tệp hay thư mục này.")
            else:
                yield _passed(here, "file", "liên kết hỏng" if os.path.islink(here) else "vừa bị xoá")
            continue
        except (OSError, ValueError) as error:
            yield _refused(here, _unreadable(error))
            continue
        pages = {os.path.splitext(name)[0] for name in names if name.lower().endswith(_HTML)}
        parts = {f"{page}_files" for page in pages}
        for name in names:
            entry = os.path.join(here, name)
            if name.startswith("."):
                yield _passed(entry, "folder" if os.path.isdir(entry) else "file", "ẩn")
            elif name in parts and os.path.isdir(entry):
                yield _passed(entry, "folder", "kèm trang đã lưu")
            else:
                waiting.append(entry)
        yield Source("sound", _origin(here))


def _file(path: str, status: os.stat_result, *, named: bool) -> Iterator[Source]:
    """Yield what one file holds. A file that was `named` is refused when it is of no kind we read, else passed over."""
    name = os.path.basename(path).lower()
    if not stat.S_ISREG(status.st_mode):
        yield _refused(path, "Đây không phải một tệp thường.") if named else _passed(path, "file", "không phải tệp thường")
        return
    try:
        with open(path, "rb") as file:
            head = file.read(HEAD)
            refusal = several_pages(head)
            if refusal:
                yield _refused(path, refusal)
                return
            if name.endswith(_LINES):
                yield from _lines(path)
                return
            if _MARKUP.search(head[:_HEAD].replace(b"\0", b"")):  # without zeros UTF-16 shows too
                kind: Literal["html", "text"] = "html"
            elif name.endswith(_HTML + _TEXT):
                kind = "text" if name.endswith(_TEXT) else "html"
            else:
                unknown = "Không nhận ra loại tệp; Lục Báo đọc HTML, .txt, .jsonl và .jsonl.gz."
                yield _refused(path, unknown) if named else _passed(path, "file", _kind_of(name))
                return
            content = head + file.read(MAX_FILE + 1 - len(head))
    except OSError as error:
        yield _refused(path, _unreadable(error))
        return
    if len(content) > MAX_FILE:
        yield _refused(path, f"Tệp lớn hơn {MAX_FILE // 1_000_000} MB, không thể là một bài báo.")
    elif not content.strip(b"\0 \t\r\n"):
        yield _refused(path, "Tệp trống.")
    else:
        yield Source(kind, _origin(path), content=content)


def _lines(path: str) -> Iterator[Source]:
    origin = _origin(path)
    number = 0
    try:
        with gzip.open(path, "rb") if path.lower().endswith(".gz") else open(path, "rb") as file:
            while line := file.readline(MAX_LINE + 1):
                number += 1
                if number == 1 and b"\0" in line[:_HEAD]:
                    yield _refused(path, "Tệp không phải văn bản UTF-8; hãy lưu lại bằng UTF-8 (không phải UTF-16).")
                    return
                if len(line) > MAX_LINE:
                    _skip_line(file, line)
                    yield Source("refused", origin, number, reason=f"Dòng dài hơn {MAX_LINE // 1_000_000} MB.")
                elif line.strip():
                    yield Source("line", origin, number, line)
    except (EOFError, zlib.error, gzip.BadGzipFile):
        yield _refused(path, f"Tệp nén bị cắt cụt hoặc hỏng sau dòng {number}; các dòng trước đó vẫn được đọc.")
    except OSError as error:
        yield _refused(path, _unreadable(error))
    else:
        if number == 0:
            yield _refused(path, "Tệp trống.")
        else:
            yield Source("sound", origin)


def _skip_line(file: BufferedIOBase, line: bytes) -> None:
    while line and not line.endswith(b"\n"):
        line = file.readline(1 << 20)


def _refused(path: str, reason: str) -> Source:
    return Source("refused", _origin(path), reason=reason)


def _passed(path: str, what: Literal["file", "folder"], kind: str) -> Source:
    return Source("passed file" if what == "file" else "passed folder", _origin(path), reason=kind)


def _kind_of(name: str) -> str:
    ending = os.path.splitext(_origin(name))[1]
    return ending if _ENDING.fullmatch(ending) else "không rõ loại"


def _origin(path: str) -> str:
    """Return `path` as text: the names of files are bytes, and not always UTF-8."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def _unreadable(error: Exception) -> str:
    return f"Không đọc được: {getattr(error, 'strerror', None) or error}."
