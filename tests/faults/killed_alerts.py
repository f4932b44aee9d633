"""Alerts killed (SIGKILL) at a random moment of looking and sending -> whether every article was told, and each in one digest only.

Invariant looked at: whatever was killed and whenever, each article that came in and matches stands in what a real mail server and a real webhook
took; no other does; it stands in one digest, whose every copy is the same delivery. Called as `killed_alerts.py --look HOME NOW`, it is the
program that is killed: one round of all alerts, at a time of its own.
"""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import defaultdict
from email import message_from_bytes
from email.policy import default
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import archive_maker
from lucbao_process import ROOT
from tally import Tally, read_plan

from alert.alert_file import ALERTS_FILE, entry, read_alerts
from alert.round import Desk, deliver, look, sender
from alert.setting import read_settings
from alert.state import State
from corpus.archive import ARCHIVE_FILE, Archive
from searcher.request import SearchRequest
from searcher.search import Searcher

_SEED = 11
_DAY = 86_400.0
_BEGIN = 1_800_000_000.0
_ARTICLE = re.compile(r"bien-the\.example/bai/(\d+)\b")


class Receivers:
    """A mail server and a webhook on this machine: delivery -> what was in each copy of it that was taken."""

    def __init__(self) -> None:
        from aiosmtpd.controller import Controller

        self.taken: dict[str, list[tuple[int, ...]]] = defaultdict(list)
        self._mail = Controller(self, hostname="127.0.0.1", port=_free_port())
        self._mail.start()
        taken = self.taken

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                posted: dict[str, Any] = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                taken[f"webhook {posted['delivery']}"].append(_numbers(" ".join(each["url"] for each in posted["articles"])))
                self.send_response(204)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        self._hook = HTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self._hook.serve_forever, daemon=True).start()
        self.webhook = f"http://127.0.0.1:{self._hook.server_port}/"
        self.environment = {
            "LUCBAO_SMTP": f"smtp://127.0.0.1:{self._mail.port}",
            "LUCBAO_MAIL_FROM": "luc-bao@kho.example",
            "LUCBAO_WEBHOOK_SECRET": "x",
            "LUCBAO_WEBHOOK_HOSTS": "127.0.0.1",
        }

    async def handle_DATA(self, server: object, session: object, envelope: Any) -> str:
        """Take a mail."""
        mail = message_from_bytes(envelope.content, policy=default)
        self.taken[f"mail {mail['Message-ID']}"].append(_numbers(mail.get_body(("plain",)).get_content()))  # type: ignore[union-attr]
        return "250 OK"

    def close(self) -> None:
        """Take nothing more."""
        self._mail.stop()
        self._hook.shutdown()
        self._hook.server_close()


def _free_port() -> int:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(sorted({int(number) for number in _ARTICLE.findall(text)}))


def one_round(home: Path, now: float) -> None:
    """Have every alert look, and deliver all that is due at a time."""
    with State(home) as state, Archive.open(home / ARCHIVE_FILE, read_only=True) as archive:
        desk = Desk(Searcher.open(home, archive), archive, "", "vi")
        for alert in read_alerts(home / ALERTS_FILE):
            look(alert, desk, state, now)
        list(deliver(state, sender(read_settings(os.environ), now), archive.traits.identity(), now))


def wrong(taken: dict[str, list[tuple[int, ...]]], wanted: set[int]) -> list[str]:
    """Return what does not hold of what was taken, by each of the two ways."""
    found = []
    for channel in ("mail", "webhook"):
        copies = {name: each for name, each in taken.items() if name.startswith(f"{channel} ")}
        if any(len(set(each)) > 1 for each in copies.values()):
            found.append(f"{channel}: one delivery with two contents")
        told = sorted(number for each in copies.values() for number in each[0])
        if len(told) != len(set(told)):
            found.append(f"{channel}: told in two digests: {[number for number in set(told) if told.count(number) > 1][:5]}")
        if set(told) != wanted:
            found.append(f"{channel}: lacks {sorted(wanted - set(told))[:5]}, has {sorted(set(told) - wanted)[:5]} besides")
    return found


def attempt(folder: Path, receivers: Receivers, chance: Any) -> tuple[int, list[str]]:
    """Add articles again and again, kill a round that looks for them, and at the end let all be delivered; return kills, and what is wrong."""
    home, now, number, killed = folder / "kho", _BEGIN, 0, 0
    home.mkdir()
    request = SearchRequest(archive_maker.EVERYWHERE)
    (home / ALERTS_FILE).write_text(entry("A", request, mail=("a@b.example",), webhook=receivers.webhook), encoding="utf-8")
    receivers.taken.clear()
    wanted: set[int] = set()
    lasts = 0.0
    for turn in range(7):
        several = range(number, number + chance.randint(1, 5))
        number = several.stop
        archive_maker.load(home, archive_maker.write_lines(folder / "moi.jsonl", _SEED, [(each, 0) for each in several]))
        archive_maker.index(home)
        wanted |= set(several) if turn else set()  # it begins with the first turn
        now += _DAY
        if turn < 2:
            lasts = one_round_in_peace(home, now, receivers)
        else:
            killed += killed_round(home, now, receivers, chance.uniform(0, 1.2 * lasts))
    for _ in range(3):
        now += 2 * _DAY
        one_round_in_peace(home, now, receivers)
    with State(home, read_only=True) as state:
        left = [f"{len(state.waiting())} deliveries still wait"] if state.waiting() else []
    return killed, left + wrong(receivers.taken, wanted)


def one_round_in_peace(home: Path, now: float, receivers: Receivers) -> float:
    """Run a round to its end; return how many seconds it took, once the program was there."""
    with _begun(home, now, receivers) as child:
        began = time.monotonic()
    if child.returncode:
        raise RuntimeError(f"a round that nobody disturbed ended with {child.returncode}")
    return time.monotonic() - began


def killed_round(home: Path, now: float, receivers: Receivers, seconds: float) -> bool:
    """Run a round and kill it so many seconds after the program is there; return whether it had not ended."""
    with _begun(home, now, receivers) as child:
        try:
            child.wait(seconds)
        except subprocess.TimeoutExpired:
            child.send_signal(signal.SIGKILL)
    return child.returncode == -signal.SIGKILL


def _begun(home: Path, now: float, receivers: Receivers) -> subprocess.Popen[bytes]:
    child = subprocess.Popen(_command(home, now), env=_environment(receivers), cwd=ROOT, stdout=subprocess.PIPE)
    assert child.stdout is not None
    child.stdout.readline()
    return child


def _command(home: Path, now: float) -> list[str]:
    return [sys.executable, str(Path(__file__)), "--look", str(home), str(now)]


def _environment(receivers: Receivers) -> dict[str, str]:
    return {**os.environ, **receivers.environment, "PYTHONPATH": os.pathsep.join((str(ROOT), str(ROOT / "tests")))}


def main() -> int:
    """Make the attempts and tell the figures."""
    plan, tally, kills = read_plan(__doc__, tries=40), Tally("killed_alerts"), 0
    receivers = Receivers()
    try:
        for number, chance in plan.attempts():
            with tempfile.TemporaryDirectory() as folder:
                tally.tried += 1
                killed, found = attempt(Path(folder), receivers, chance)
                kills += killed
                if found:
                    tally.fail(f"--tries 1 --seed {number}: {'; '.join(found)}")
    finally:
        receivers.close()
    print(f"killed {kills} times", flush=True)
    return tally.close()


if __name__ == "__main__":
    if sys.argv[1:2] == ["--look"]:
        print("begins", flush=True)
        one_round(Path(sys.argv[2]), float(sys.argv[3]))
    else:
        sys.exit(main())
