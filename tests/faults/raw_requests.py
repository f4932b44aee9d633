"""Bytes that are almost HTTP, sent to a real server over real connections -> whatever it answers with 5xx, with a traceback, or not at all.

After each connection the server must still answer; what it sends must be HTTP to the last byte.
"""

from __future__ import annotations

import http.client
import io
import random
import re
import socket
import sys
import tempfile
from contextlib import suppress
from pathlib import Path

import random_queries
from lucbao_process import Server, look_out, serving
from tally import Plan, Tally, read_plan

SECONDS = 20.0  # without a byte
_METHODS = (
    "GET",
    "GET",
    "GET",
    "HEAD",
    "POST",
    "OPTIONS",
    "PUT",
    "DELETE",
    "TRACE",
    "CONNECT",
    "PATCH",
    "get",
    "",
    "G ET",
    "\x00",
    "A" * 300,
)
_TARGETS = (
    "/", "/tim-kiem?q=truong", "/tim-kiem.csv?q=", "//", "///evil.example/", "/%2F", "/%2e%2e/%2e%2e/etc/passwd", "*", "", "http://a.example/", "/%", "/%zz", "/%00", "/\xff",
    "/tim-kiem?q=%ff%fe", "/tim-kiem?" + "&".join(["q=a"] * 300), "/" + "a" * 9000, "/static/../web/__init__.py", "/static/%2e%2e/x", "/tra-hang-loat", "/bai-viet/", "/the/%E0%A4%A",
    "/tim-kiem?q", "/tim-kiem?=", "/tim-kiem?q=a#b", "/tim-kiem;x?q=a", "/metrics", "/khong-co", "/tim-kiem?page=0&size=-1&sort=x", "/\\evil.example", "/bai-viet?url=http://[",
)  # fmt: skip
_VERSIONS = ("HTTP/1.1", "HTTP/1.1", "HTTP/1.1", "HTTP/1.0", "HTTP/2.0", "HTTP/0.9", "HTTP/1.1 x", "", "http/1.1", "HTTP/9999.1")
_HEADERS = (
    "Host: 127.0.0.1", "Host: xn--", "Host: a..b", "Host: " + "a" * 64 + ".example", "Host: [::1", "Host: evil.example", "Host:", "Host: a b", "Host: 127.0.0.1:99999", "Host: \xff",
    "Accept-Encoding: gzip", "Accept-Encoding: gzip;q=0, *;q=x", "Accept-Language: vi-VN,vi;q=x", "Accept-Language: " + "a," * 2000, "Cookie: lang=en; lang=\x01", "Cookie: " + "a=b; " * 500,
    "If-None-Match: *", 'If-None-Match: "a", W/"b"', "If-Modified-Since: x", "Range: bytes=0-1", "Range: bytes=9-1,,", "Content-Length: 5", "Content-Length: -1", "Content-Length: x",
    "Content-Length: 99999999999999", "Content-Length: 5\r\nContent-Length: 6", "Transfer-Encoding: chunked", "Transfer-Encoding: x", "Expect: 100-continue", "Expect: x", "Connection: close",
    "Connection: keep-alive", "Connection: upgrade\r\nUpgrade: websocket", "X-Forwarded-For: 1.2.3.4, <xq7>", "X-Forwarded-Proto: javascript", "X-Forwarded-Host: a\x00b", "Forwarded: for=x",
    "Origin: null", "Origin: http://[", "Sec-Fetch-Site: same-origin", "Authorization: Basic x", "Authorization: Basic " + "A" * 4000, "Content-Type: multipart/form-data", "no-colon",
    "Content-Type: multipart/form-data; boundary=a", "Content-Type: application/x-www-form-urlencoded; charset=x", " folded", ": no name", "A" * 9000 + ": b", "X: " + "b" * 70_000, "X\x00: y",
)  # fmt: skip
_BODIES = (
    b"", b"a=b", b"danh-sach=a%0Ab&dang=csv", b"5\r\nhello\r\n0\r\n\r\n", b"ffffffffffffffff\r\n", b"-1\r\n", b"--a\r\nContent-Disposition: form-data; name=tep; filename=x\r\n\r\n\xff\xfe\r\n--a--\r\n",
    b"\x00" * 100, b"danh-sach=" + b"%FF" * 200, b"danh-sach=" + b"a%0A" * 3000, b"kieu=bang&cot=x&danh-sach=a%2Cb%0A1%2C2", b"&" * 5000, b"GET / HTTP/1.1\r\n\r\n",
)  # fmt: skip
_STATUS = re.compile(rb"HTTP/1\.[01] [1-5]\d\d [^\r\n]*\r\n")


def request(chance: random.Random) -> bytes:
    """Return the bytes of a request, some of them changed."""
    headers = chance.sample(_HEADERS, chance.choice((0, 1, 2, 3, 6)))
    if chance.random() < 0.7:
        headers = ["Host: 127.0.0.1", *(header for header in headers if not header.startswith("Host"))]
    body = chance.choice(_BODIES) if chance.random() < 0.4 else b""
    if body and chance.random() < 0.6:
        headers.append(f"Content-Length: {len(body)}")
        headers.append("Content-Type: application/x-www-form-urlencoded")
    line = " ".join(filter(None, (chance.choice(_METHODS), chance.choice(_TARGETS), chance.choice(_VERSIONS))))
    content = "\r\n".join((line, *headers, "", "")).encode("latin-1") + body
    if chance.random() < 0.2:
        at = chance.randrange(len(content))
        content = (
            content[:at]
            + chance.choice((b"", b"\x00", b"\r", b"\n", b"\xff", b" ", b"\r\n\r\n", chance.randbytes(20)))
            + content[at + chance.randint(0, 3) :]
        )
    return content


def converse(server: Server, sent: bytes) -> bytes:
    """Send bytes and nothing after them, and return all that comes back. Raises TimeoutError if neither a byte nor the end comes."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=SECONDS) as connection:
        received = io.BytesIO()
        # Refused and closed before all is sent: what was answered until then counts.
        with suppress(ConnectionResetError, BrokenPipeError):
            connection.sendall(sent)
        with suppress(OSError):
            connection.shutdown(socket.SHUT_WR)
        with suppress(ConnectionResetError):
            while part := connection.recv(1 << 16):
                received.write(part)
        return received.getvalue()


def wrong(received: bytes) -> str:
    """Return what is wrong with the answers on a connection, "" if nothing is."""
    if received and not _STATUS.match(received):
        return f"this is not HTTP: {received[:80]!r}"
    statuses = [int(line.split()[1]) for line in _STATUS.findall(received)]
    bad = [status for status in statuses if status >= 500 and status != 501]
    return f"status {bad}" if bad else ""


def attack(plan: Plan, folder: Path) -> Tally:
    """Send over an archive in `folder`."""
    tally, home = Tally("raw requests"), random_queries.make(folder)
    with serving(home, folder / "serve.txt") as server:
        said = 0
        for number, chance in plan.attempts():
            sent = request(chance)
            try:
                found = wrong(converse(server, sent))
                if number % 20 == 0 or found:
                    look_out(server)
            except (OSError, http.client.HTTPException) as error:
                found = repr(error)
            complaints = server.said()
            if "Traceback" in complaints[said:]:
                found += f" a traceback: {complaints[said:][-600:]}"
            said = len(complaints)
            tally.tried += 1
            if found:
                tally.fail(f"--seed {number}: {sent[:400]!r}: {found}")
    return tally


def main(arguments: list[str] | None = None) -> int:
    """Send and look."""
    plan = read_plan(__doc__, tries=5000, arguments=arguments)
    with tempfile.TemporaryDirectory(prefix="lucbao-requests-") as folder:
        return attack(plan, Path(folder)).close()


if __name__ == "__main__":
    sys.exit(main())
