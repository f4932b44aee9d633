"""Records of web archives for the tests, written by hand so that anything can be wrong with them, and what is read from them."""

from __future__ import annotations

import base64
import gzip
import hashlib
import io
import json
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path

from page_maker import PARAGRAPHS, make_page

from corpus.reading.input import Input, inputs

DATE = "2022-07-12T01:30:00Z"
URL = "https://nhippho.example/bai-1.html"


def sha1(content: bytes) -> str:
    return f"sha1:{base64.b32encode(hashlib.sha1(content).digest()).decode()}"


def story(number: int, note: str = "") -> bytes:
    """Return the page of an article with its own title."""
    title = f"Xã thứ {number} gỡ khó tiêu chí trường học để về đích nông thôn mới"
    body = "".join(f"<p>{text}</p>" for text in (*PARAGRAPHS, f"{note} Xã thứ {number} xong đường thôn."))
    return make_page(title=title, heading=f"<h1>{title}</h1>", body=body)


def record(kind: str, block: bytes = b"", **headers: str | None) -> bytes:
    """Return a record; a header given as None is left out. Names are written with _ for -."""
    given: dict[str, str | None] = {
        "WARC-Type": kind,
        "WARC-Record-ID": f"<urn:sha1:{hashlib.sha1(block + repr(headers).encode()).hexdigest()}>",
        "WARC-Date": DATE,
        "Content-Length": str(len(block)),
    }
    given |= {name.replace("_", "-"): value for name, value in headers.items()}
    lines = "".join(f"{name}: {value}\r\n" for name, value in given.items() if value is not None)
    return f"WARC/1.1\r\n{lines}\r\n".encode() + block + b"\r\n\r\n"


def response(
    body: bytes,
    url: str = URL,
    *,
    status: str = "200 OK",
    http: Mapping[str, str] | None = None,
    kind: str = "response",
    **headers: str | None,
) -> bytes:
    """Return a response of a server, of HTML unless `http` says otherwise."""
    lines = {"Content-Type": "text/html; charset=utf-8", **(http or {})}
    head = f"HTTP/1.1 {status}\r\n" + "".join(f"{name}: {value}\r\n" for name, value in lines.items()) + "\r\n"
    given: dict[str, str | None] = {"WARC_Target_URI": url, "Content_Type": "application/http; msgtype=response"}
    return record(kind, head.encode() + body, **(given | headers))


def members(records: Iterable[bytes]) -> bytes:
    """Return the records, each compressed by itself."""
    return b"".join(gzip.compress(each, mtime=0) for each in records)


def chunked(body: bytes, size: int = 1000) -> bytes:
    pieces = [body[start : start + size] for start in range(0, len(body), size)]
    return b"".join(b"%x\r\n%b\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"


def wacz(files: Mapping[str, bytes], **packaged: object) -> bytes:
    """Return a WACZ of the files, listed as they are; `packaged` is put in the place of the list's own keys, or of its digest's `hash`."""
    digest = packaged.pop("hash", None)
    resources = [
        {
            "name": name.rpartition("/")[2],
            "path": name,
            "hash": f"sha256:{hashlib.sha256(content).hexdigest()}",
            "bytes": len(content),
        }
        for name, content in files.items()
    ]
    listed = json.dumps({"profile": "data-package", "wacz_version": "1.1.1", "resources": resources, **packaged}).encode()
    digest = digest or f"sha256:{hashlib.sha256(listed).hexdigest()}"
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        for name, content in files.items():
            package.writestr(name, content)
        package.writestr("datapackage.json", listed)
        package.writestr("datapackage-digest.json", json.dumps({"path": "datapackage.json", "hash": digest}))
    return out.getvalue()


def read(folder: Path, content: bytes, name: str = "a.warc.gz") -> list[Input]:
    """Return what a web archive holds."""
    path = folder / name
    path.write_bytes(content)
    found = list(inputs([path]))
    assert {each.origin for each in found} == {str(path)}
    return found


def told(found: list[Input], kind: str) -> list[tuple[int | None, str]]:
    return [(each.line, str(each.reason)) for each in found if each.kind == kind]


def pages(found: list[Input]) -> list[tuple[int | None, bytes]]:
    return [(each.line, each.content) for each in found if each.kind == "html"]


def revisit(url: str, date: str, body_head: bytes = b"", **headers: str) -> bytes:
    return record(
        "revisit", body_head, WARC_Target_URI=url, WARC_Date=date, Content_Type="application/http; msgtype=response", **headers
    )
