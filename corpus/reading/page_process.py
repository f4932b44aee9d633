"""The readers of pages, lines, texts and lists in a process of their own: what kills its reader, or holds it for too long, costs itself alone.

Invariant: each call returns what it is to read or raises NotAnArticle (of lists: NotAList), whatever the input does to the process. Nothing that
comes back is executed (the answer is a record, see corpus.record, or JSON), and the process ends when this one does.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import signal
import struct
import subprocess
import sys
import threading
from datetime import datetime
from typing import IO, cast

from corpus import record
from corpus.article import Article
from corpus.errors import NotAList, NotAnArticle
from corpus.message import decode, encode, told
from corpus.reading.link import link as links
from corpus.reading.link.link import KINDS, Link, ListKind

# No page of a newspaper takes a tenth of this; what does was made to.
SECONDS = 30.0
_MEMORY = 4 << 30
_LENGTHS = struct.Struct(">II")
_ANSWER = struct.Struct(">cI")
_RECORD = struct.Struct(">I?")  # length of an article's record, and whether the page it was read from follows
# A document of some hundred pages takes so many times as long as a page.
_DOCUMENT = 4
_TOOK_LONG = {"page": "page_took_long", "line": "line_took_long", "text": "text_took_long"} | dict.fromkeys(
    KINDS, "list_took_long"
)
_ENDED_READER = {"page": "page_ended_reader", "line": "line_ended_reader", "text": "text_ended_reader"} | dict.fromkeys(
    KINDS, "list_ended_reader"
)
OF_THE_READER = frozenset({*_TOOK_LONG.values(), *_ENDED_READER.values(), "reader_failed"})
"""Reasons for which nothing was read that say nothing of what there was to read."""
_READY, _ARTICLE, _LINKS, _PARTS, _REASON = b"R", b"A", b"L", b"P", b"N"


class PageProcess:
    """One reading process, started when it is first needed and again after it was killed. For one thread at a time."""

    def __init__(self, *, seconds: float = SECONDS) -> None:
        """Allow each input `seconds` before its reading is given up."""
        self._seconds = seconds
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> PageProcess:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def stop(self) -> None:
        """Give up the page that another thread is having read, if any."""
        if self._process is not None:
            self._process.kill()

    def close(self) -> None:
        """End the process. The next page would start another."""
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None

    def read_page(self, page: bytes, *, url: str = "", fetched_at: datetime | None = None) -> Article:
        """Return what corpus.reading.page.read_page returns. Raises NotAnArticle as it does, and when it fails or takes too long."""
        return self._read("page", page, url, fetched_at)[0]

    def read_text(self, page: bytes, *, fetched_at: datetime | None = None) -> Article:
        """Return what corpus.reading.plain_text.read_plain_text returns. Raises NotAnArticle as `read_page` does."""
        return self._read("text", page, "", fetched_at)[0]

    def read_line(self, line: bytes) -> tuple[Article, bytes | None]:
        """Return what corpus.reading.jsonl.read_line returns. Raises NotAnArticle as `read_page` does."""
        return self._read("line", line, "", None)

    def read_links(self, kind: ListKind, content: bytes, *, url: str, content_type: str = "") -> list[Link]:
        """Return what corpus.reading.link.read_links returns. Raises NotAList as it does, and when it fails or takes too long."""
        return links.decode(self._ask(NotAList, content, kind=kind, url=url, content_type=content_type))

    def read_document(self, kind: str, content: bytes, *, url: str = "", fetched_at: datetime | None = None) -> Article:
        """Return what the reader of a kind of document (corpus.reading.document) returns. Raises NotAnArticle as `read_page` does."""
        return self._read(kind, content, url, fetched_at)[0]

    def attachments(self, letter: bytes) -> list[tuple[str, bytes]]:
        """Return the names and bytes of what is attached to a letter. Raises NotAnArticle when it has too many or cannot be taken apart."""
        return unpacked(self._ask(NotAnArticle, letter, kind="attachments", url=""))

    def _read(self, kind: str, content: bytes, url: str, fetched_at: datetime | None) -> tuple[Article, bytes | None]:
        moment = fetched_at.isoformat() if fetched_at else None
        answer = self._ask(NotAnArticle, content, kind=kind, url=url, fetched_at=moment)
        length, paged = _RECORD.unpack_from(answer)
        end = _RECORD.size + length
        return record.decode(answer[_RECORD.size : end]), answer[end:] if paged else None

    def _ask(self, refusal: type[NotAnArticle | NotAList], content: bytes, *, kind: str, **more: str | None) -> bytes:
        """Return what the other process makes of `content`. Raises a `refusal` when it refuses, fails, or takes too long."""
        process = self._process or self._start()
        request = json.dumps({"kind": kind, **more}).encode()
        late = threading.Event()

        def give_up() -> None:
            late.set()
            process.kill()

        seconds = self._seconds * (_DOCUMENT if kind not in _TOOK_LONG else 1)
        timer = threading.Timer(seconds, give_up)
        timer.start()
        try:
            assert process.stdin is not None and process.stdout is not None
            try:
                process.stdin.write(_LENGTHS.pack(len(request), len(content)) + request + content)
                process.stdin.flush()
                outcome, answer = _receive(process.stdout)
            finally:
                timer.cancel()
        except (BrokenPipeError, EOFError) as error:
            self.close()
            if late.is_set():
                raise refusal(_TOOK_LONG.get(kind, _TOOK_LONG["text"]), seconds=seconds) from error
            raise refusal(_ENDED_READER.get(kind, _ENDED_READER["text"]), status=process.returncode) from error
        if outcome == _REASON:
            reason = decode(answer.decode())
            raise refusal(reason.code, **dict(reason.values))
        return answer

    def _start(self) -> subprocess.Popen[bytes]:
        command = (
            f"import sys; sys.path[:] = {sys.path!r}; from corpus.reading.page_process import serve; serve({self._seconds!r})"
        )
        process = subprocess.Popen([sys.executable, "-W", "ignore", "-c", command], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self._process = process
        assert process.stdout is not None
        try:
            _receive(process.stdout)
        except EOFError as error:
            self.close()
            raise RuntimeError("the page reader does not start; what it printed says why") from error
        return process


def serve(seconds: float) -> None:
    """Answer requests on standard input until it ends. This is the other process's side."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the process that asked
    logging.disable(logging.CRITICAL)
    requests, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints must not be taken for an answer
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    from corpus.reading.document import read_document
    from corpus.reading.jsonl import read_line
    from corpus.reading.link.reader import read_links
    from corpus.reading.page import read_page
    from corpus.reading.plain_text import read_plain_text

    def read(request: dict[str, str], content: bytes) -> tuple[bytes, bytes]:
        """Return the kind of the answer, and the answer."""
        kind, url = request["kind"], request["url"]
        if kind in KINDS:
            return _LINKS, links.encode(read_links(cast(ListKind, kind), content, url=url, content_type=request["content_type"]))
        if kind == "attachments":
            from corpus.reading.document.letter import attachments

            return _PARTS, packed(attachments(content))
        moment = request["fetched_at"]
        fetched_at, page = datetime.fromisoformat(moment) if moment else None, None
        if kind == "line":
            article, page = read_line(content)
        elif kind == "text":
            article = read_plain_text(content, fetched_at=fetched_at)
        elif kind == "page":
            article = read_page(content, url=url, fetched_at=fetched_at)
        else:
            article = read_document(kind, content, url=url, fetched_at=fetched_at)
        kept = record.encode(article)
        return _ARTICLE, _RECORD.pack(len(kept), page is not None) + kept + (page or b"")

    with (
        contextlib.suppress(EOFError, BrokenPipeError),
        answers,
    ):  # whoever asked has gone, perhaps killed: there is nobody to tell
        _send(answers, _READY, b"")
        while True:
            asked, length = _LENGTHS.unpack(_exactly(requests, _LENGTHS.size))
            request = json.loads(_exactly(requests, asked))
            content = _exactly(requests, length)
            if hasattr(signal, "alarm"):
                signal.alarm(int(2 * _DOCUMENT * seconds) + 1)  # for when nobody is left to stop us
            try:
                _send(answers, *read(request, content))
            except (NotAnArticle, NotAList) as refusal:
                _send(answers, _REASON, encode(refusal.told).encode())
            except Exception as error:  # a mistake of the reader: this input is refused, with what happened, and the next is read
                failed = told("reader_failed", error=f"{type(error).__name__}: {error}")
                _send(answers, _REASON, encode(failed).encode("utf-8", "replace"))
            finally:
                if hasattr(signal, "alarm"):
                    signal.alarm(0)


def packed(parts: list[tuple[str, bytes]]) -> bytes:
    """Return names and contents as one piece of bytes."""
    head = json.dumps([[name, len(content)] for name, content in parts]).encode()
    return _RECORD.pack(len(head), False) + head + b"".join(content for _, content in parts)


def unpacked(answer: bytes) -> list[tuple[str, bytes]]:
    """Return the names and contents that `packed` put together."""
    length, _ = _RECORD.unpack_from(answer)
    here = _RECORD.size + length
    found = []
    for name, size in json.loads(answer[_RECORD.size : here]):
        found.append((name, answer[here : here + size]))
        here += size
    return found


def _send(answers: IO[bytes], kind: bytes, answer: bytes) -> None:
    answers.write(_ANSWER.pack(kind, len(answer)) + answer)
    answers.flush()


def _receive(answers: IO[bytes]) -> tuple[bytes, bytes]:
    kind, length = _ANSWER.unpack(_exactly(answers, _ANSWER.size))
    return kind, _exactly(answers, length)


def _exactly(stream: IO[bytes], length: int) -> bytes:
    found = stream.read(length)
    if len(found) < length:
        raise EOFError
    return found
