"""Arguments -> a real process of the command line or of the server over a data folder, and what it said.

Invariant: every process stands in a group of its own, so that killing it kills what it started, and nothing else.
"""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
GOODBYE = 20.0  # seconds
SURVIVED = -1000
_STARTS = 60.0  # seconds that a server may take to answer


@dataclass(frozen=True)
class Outcome:
    """How a command ended (negative: by a signal) and what it said."""

    code: int
    said: str
    complained: str

    def __str__(self) -> str:
        return f"exit {self.code}: {self.said[-300:]!r} {self.complained[-1200:]!r}"

    @property
    def crashed(self) -> bool:
        """Whether it ended with an exception that nobody caught."""
        return "Traceback (most recent call last)" in self.complained


def environment(home: Path, more: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return the environment of a process of this checkout over the data folder `home`, with `more` in it."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("LUCBAO_")}
    path = os.pathsep.join(filter(None, ((more or {}).get("PYTHONPATH", ""), str(ROOT))))
    return {
        **kept,
        "LUCBAO_ACCESS_LOG": "off",
        "LUCBAO_LANG": "vi",
        **(more or {}),
        "LUCBAO_HOME": str(home),
        "PYTHONPATH": path,
        "PYTHONIOENCODING": "utf-8",
    }


def start(home: Path, *arguments: str, more: Mapping[str, str] | None = None) -> subprocess.Popen[str]:
    """Start a command in a process group of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "lucbao", *arguments],
        env=environment(home, more),
        cwd=home.parent,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def finish(process: subprocess.Popen[str], *, within: float = 300.0) -> Outcome:
    """Wait until a command and all that it started has ended; what does not end is killed, and the exit code is SURVIVED."""
    try:
        said, complained = process.communicate(timeout=within)
    except subprocess.TimeoutExpired:
        kill(process)
        said, complained = process.communicate()
        return Outcome(SURVIVED, said, complained)
    return Outcome(process.returncode, said, complained)


def run(home: Path, *arguments: str, more: Mapping[str, str] | None = None, within: float = 300.0) -> Outcome:
    """Run a command to its end."""
    return finish(start(home, *arguments, more=more), within=within)


def kill(process: subprocess.Popen[str]) -> None:
    """Kill a command and all that it started, at once."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        return


def run_killed(home: Path, *arguments: str, after: float, alone: bool = False) -> Outcome:
    """Start a command, kill it `after` seconds later, and say how far it had come.

    All that it started is killed with it, or with `alone` has GOODBYE seconds to see that it is gone; if anything does not, the
    exit code is SURVIVED.
    """
    process = start(home, *arguments)
    try:
        process.wait(timeout=after)
    except subprocess.TimeoutExpired:
        if not alone:
            kill(process)
        process.kill()
    try:
        return finish(process, within=GOODBYE)
    finally:
        kill(process)


@dataclass(frozen=True)
class Server:
    """A running server: its process id, where it listens, and the file of what it complains about."""

    pid: int
    port: int
    complaints: Path

    @property
    def origin(self) -> str:
        """Its address, without a path."""
        return f"http://127.0.0.1:{self.port}"

    def said(self) -> str:
        """Return all that it has complained about so far."""
        return self.complaints.read_text(encoding="utf-8", errors="replace")

    def seconds(self) -> float:
        """Return the processor time it has used."""
        return processor_seconds(self.pid)


def free_port() -> int:
    """Return a port of this machine on which nobody listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def processor_seconds(pid: int) -> float:
    """Return the processor time that a process has used, without those it started."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def serving(home: Path, complaints: Path, command: str = "serve", more: Mapping[str, str] | None = None) -> Iterator[Server]:
    """Run `lucbao serve`, or another command that serves, on a free port until the block ends, then ask it to stop."""
    port = free_port()
    with complaints.open("w", encoding="utf-8") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "lucbao", command, "--port", str(port)],
            env=environment(home, more),
            cwd=home.parent,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
            text=True,
            start_new_session=True,
        )
    try:
        _await(process, port, complaints)
        yield Server(process.pid, port, complaints)
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=40)
    finally:
        kill(process)
        process.wait()


def _await(process: subprocess.Popen[str], port: int, complaints: Path) -> None:
    until = time.monotonic() + _STARTS
    while time.monotonic() < until and process.poll() is None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        try:
            connection.request("GET", "/healthz")
            if connection.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.05)
        finally:
            connection.close()
    raise RuntimeError(f"the server does not answer: {complaints.read_text(encoding='utf-8', errors='replace')[-2000:]}")


def look_out(server: Server) -> None:
    """Raise OSError unless the server answers a plain question."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
    try:
        connection.request("GET", "/healthz")
        answer = connection.getresponse()
        answer.read()
        if answer.status != 200:
            raise OSError(f"/healthz says {answer.status}")
    finally:
        connection.close()
