"""Ports between the nodes of a cluster -> whatever goes through them, until one node is cut off from the others, in both directions.

    python transport_relay.py n1=LISTEN:TARGET n2=LISTEN:TARGET …

Each line read is done and answered with it: `pid n1 1234` (whose connections are n1's), `cut n1`, `heal`. What is cut off is not refused: as behind a
firewall that drops everything nothing arrives, and what was sent meanwhile does when it is healed.
"""

from __future__ import annotations

import asyncio
import os
import re
import subprocess
import sys
import threading
from collections.abc import Awaitable, Callable
from pathlib import Path

_MOST = 1 << 16  # bytes at a time


class Relay:
    """The ports of all nodes, and who is cut off."""

    def __init__(self) -> None:
        self.pids: dict[int, str] = {}
        self.cut = ""
        self._healed = asyncio.Event()
        self._healed.set()

    def do(self, line: str) -> None:
        """Do what a line asks for."""
        match line.split():
            case ["pid", name, pid]:
                self.pids[int(pid)] = name
            case ["cut", name]:
                self.cut = name
                self._healed.clear()
            case ["heal"]:
                self.cut = ""
                self._healed.set()

    async def listen(self, name: str, port: int, target: int) -> None:
        """Relay what comes to a port."""

        async def relay(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            ends = [name, ""]
            local = writer.get_extra_info("peername")[1]

            async def opened() -> None:
                while self.cut:
                    ends[1] = ends[1] or self._owner(local, port)
                    if self.cut not in ends:
                        return
                    await self._healed.wait()

            await opened()
            try:
                far_reader, far_writer = await asyncio.open_connection("127.0.0.1", target)
            except OSError:  # that node is not there
                writer.transport.abort()
                return
            await asyncio.gather(_pump(reader, far_writer, opened), _pump(far_reader, writer, opened))

        await asyncio.start_server(relay, "127.0.0.1", port)

    def _owner(self, local: int, remote: int) -> str:
        """Return which node has the connection from port `local` to port `remote`, "" if none is known to."""
        ends = re.compile(f"[0-9A-F]+:{local:04X} [0-9A-F]+:{remote:04X}")
        for table in ("tcp", "tcp6"):
            for line in Path("/proc/net", table).read_text(encoding="ascii").splitlines():
                if ends.search(line):
                    return self._owner_of(f"socket:[{line.split()[9]}]")
        return ""

    def _owner_of(self, socket: str) -> str:
        for pid, name in self.pids.items():
            try:
                if any(os.readlink(each.path) == socket for each in os.scandir(f"/proc/{pid}/fd")):
                    return name
            except OSError:
                continue
        return ""


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, opened: Callable[[], Awaitable[None]]) -> None:
    try:
        while data := await reader.read(_MOST):
            await opened()
            writer.write(data)
            await writer.drain()
        await opened()
    except OSError:
        pass
    finally:
        writer.close()


async def _run(ports: list[str]) -> None:
    relay, loop = Relay(), asyncio.get_running_loop()
    for each in ports:
        name, listened, target = re.split("[=:]", each)
        await relay.listen(name, int(listened), int(target))
    print("ready", flush=True)
    ended = asyncio.Event()

    def read() -> None:
        for line in sys.stdin:
            loop.call_soon_threadsafe(_do, relay, line)
        loop.call_soon_threadsafe(ended.set)

    threading.Thread(target=read, daemon=True).start()
    await ended.wait()


def _do(relay: Relay, line: str) -> None:
    relay.do(line)
    print(line, end="", flush=True)


class Transport:
    """A relay in a process of its own, for as long as the block lasts: `ports` are name -> (port that it listens on, port of the node)."""

    def __init__(self, ports: dict[str, tuple[int, int]]) -> None:
        self._ports = [f"{name}={listened}:{target}" for name, (listened, target) in ports.items()]

    def __enter__(self) -> Transport:
        self._process = subprocess.Popen(
            [sys.executable, __file__, *self._ports], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        assert self._process.stdout is not None
        self._process.stdout.readline()
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.communicate()

    def ask(self, line: str) -> None:
        """Have a line done; when this returns, it is."""
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.write(f"{line}\n")
        self._process.stdin.flush()
        self._process.stdout.readline()


if __name__ == "__main__":
    asyncio.run(_run(sys.argv[1:]))
