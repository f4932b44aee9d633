"""A real process with a real port: what a signal to stop does to a running request."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[1]
# A page that takes as long as the test wants, and is larger than any socket's buffer.
SLOW = """
import sys, threading, web
from functools import partial
from pathlib import Path
from web.serving import server
made = web.create_app
def create_app(home, hosts):
    app = made(home, hosts=hosts)
    @app.get("/cham")
    def slow():
        print("asked", flush=True)
        sys.stdin.readline()
        return "a" * 5_000_000
    return app
server.create_app = create_app
server.serve(Path(sys.argv[1]), "127.0.0.1", int(sys.argv[2]), listening=lambda: print("listening", flush=True))
print("stopped", flush=True)
"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(home: Path, *command: object, **environment: str) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, *map(str, command)],
        cwd=ROOT,
        env={**os.environ, "LUCBAO_HOME": str(home), **environment},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_running_request_is_answered_whole_after_the_signal(archive_home: Path, number: signal.Signals) -> None:
    port = free_port()
    with running(archive_home, "-c", SLOW, archive_home, port) as process:
        assert line(process) == "listening"
        with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
            connection.sendall(b"GET /cham HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            assert line(process) == "asked"
            process.send_signal(number)
            while True:  # the port closes though the request still runs
                try:
                    socket.create_connection(("127.0.0.1", port), timeout=30).close()
                except ConnectionRefusedError:
                    break
                except ConnectionResetError:  # it was closing just then
                    continue
            assert process.stdin is not None
            process.stdin.write("\n")
            process.stdin.flush()
            answer = b"".join(iter(lambda: connection.recv(1 << 16), b""))
        assert answer.startswith(b"HTTP/1.1 200") and answer.endswith(b"a" * 5_000_000)
        assert line(process) == "stopped"
        assert process.wait(timeout=30) == 0


def test_an_idle_server_stops_and_has_logged_no_query(archive_home: Path) -> None:
    port = free_port()
    with running(archive_home, "lucbao.py", "serve", "--port", port) as process:
        assert process.stderr is not None and f":{port}" in process.stderr.readline()
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/tim-kiem?q=nguon-tin", timeout=30) as answer:
            assert answer.status == 200 and answer.headers["Server"] == "lucbao"
        process.send_signal(signal.SIGTERM)
        _, said = process.communicate(timeout=30)
        assert process.returncode == 0
        assert [json.loads(line)["path"] for line in said.splitlines()] == ["/tim-kiem"] and "nguon-tin" not in said


def test_a_setting_that_makes_no_sense_is_wrong_usage(archive_home: Path) -> None:
    with running(archive_home, "lucbao.py", "serve", LUCBAO_PROXIES="nhiều") as process:
        _, said = process.communicate(timeout=30)
    assert process.returncode == 2 and "LUCBAO_PROXIES" in said and "Traceback" not in said


def test_processes_forked_after_the_app_is_made_open_the_archive_each_for_itself(archive_home: Path) -> None:
    program = """
import os, sys
from functools import partial
from pathlib import Path
from web import create_app
app = create_app(Path(sys.argv[1]))
children = []
for _ in range(3):
    child = os.fork()
    if child == 0:
        statuses = {app.test_client().get("/tim-kiem?q=truong").status_code for _ in range(2)}
        os._exit(statuses != {200})
    children.append(child)
print([os.waitpid(child, 0)[1] for child in children], app.extensions["lucbao"]._searcher)
"""
    done = subprocess.run([sys.executable, "-c", program, archive_home], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.stdout.strip() == "[0, 0, 0] None", done.stderr


def test_of_many_short_requests_during_the_signal_none_is_cut(archive_home: Path) -> None:
    port, answered, cut = free_port(), [], []
    busy = threading.Barrier(17)

    def take(connection: socket.socket) -> bytes:
        with connection:
            connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            return b"".join(iter(lambda: connection.recv(1 << 16), b""))

    def keep_asking() -> None:
        for number in range(100_000):
            if number == 5:
                busy.wait(30)
            try:
                connection = socket.create_connection(("127.0.0.1", port), timeout=30)
            except OSError:  # the port is closed, which everybody sees before anything is sent
                return
            try:
                said = take(connection)
                whole = said.startswith(b"HTTP/1.1 200 OK\r\n") and said.endswith(b'{"status":"ok"}\n')
                (answered if whole else cut).append(said)
            except OSError as error:
                cut.append(repr(error).encode())

    with running(archive_home, "lucbao.py", "serve", "--port", port) as process:
        assert process.stderr is not None and f":{port}" in process.stderr.readline()
        askers = [threading.Thread(target=keep_asking) for _ in range(16)]
        for asker in askers:
            asker.start()
        busy.wait(30)
        process.send_signal(signal.SIGTERM)
        for asker in askers:
            asker.join()
        assert process.wait(timeout=30) == 0
    assert cut == [] and len(answered) >= 16 * 5
