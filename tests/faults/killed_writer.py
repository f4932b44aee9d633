"""A data folder that is served -> one writer who changes it by real commands, some of them killed; and what is served otherwise than it should.

What must hold: whatever a command has acknowledged is served after the next `index`, and counts are those of a model that knows nothing of search.
"""

from __future__ import annotations

import http.client
import json
import random
import threading
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

import archive_maker
from archive_maker import EVERYWHERE, identity, marker
from lucbao_process import Outcome, Server, finish, kill, run, start

CHANGED = 40  # articles a round
BETWEEN_ROUNDS = 12.0  # seconds


@dataclass
class Model:
    """Which version of each article is to be found, by the writer's own account; None: withdrawn."""

    seed: int
    versions: dict[int, int | None] = field(default_factory=dict)
    latest: dict[int, int] = field(default_factory=dict)  # version last written, withdrawn or not

    def live(self) -> int:
        """Return how many articles are to be found."""
        return sum(version is not None for version in self.versions.values())


class Writer(threading.Thread):
    """One writer: changes articles by real commands, kills some of them, and holds what is served against the model."""

    def __init__(self, home: Path, server: Server, model: Model, seed: int, stop: threading.Event) -> None:
        super().__init__(daemon=True)
        self._home = home
        self._server = server
        self._model = model
        self._chance = random.Random(f"writer {seed}")
        self._stopped = stop
        self.rounds = self.kills = self.compared = self.checks = 0
        self.troubles: list[str] = []

    def run(self) -> None:
        """Go round until stopped."""
        while not self._stopped.wait(BETWEEN_ROUNDS):
            try:
                self._round()
            except Exception as error:  # it must be told, and the other threads must go on
                self.troubles.append(f"round {self.rounds}: {error!r}")
            self.rounds += 1

    def _command(self, *arguments: str, killed: bool = False, codes: tuple[int, ...] = (0,)) -> Outcome:
        if killed:
            process = start(self._home, *arguments)
            self._stopped.wait(self._chance.uniform(0.05, 1.5))
            kill(process)
            finish(process)
            self.kills += 1
        outcome = run(self._home, *arguments)
        if outcome.code not in codes:
            self.troubles.append(f"round {self.rounds}: lucbao {' '.join(arguments[:2])} {outcome}")
        return outcome

    def _round(self) -> None:
        chance, model = self._chance, self._model
        killed = [chance.random() < 0.12 for _ in range(3)]
        numbers = chance.sample(range(len(model.versions)), CHANGED)
        versions = [(number, model.latest.get(number, -1) + 1) for number in numbers]
        new = archive_maker.write_lines(self._home.parent / "moi.jsonl", model.seed, versions)
        outcome = self._command("add", str(new), killed=killed[0])
        if outcome.code == 0:
            model.versions.update(versions)
            model.latest.update(versions)
        gone = [number for number in chance.sample(range(len(model.versions)), 5) if model.versions[number] is not None]
        if self.rounds % 3 == 0:
            # Killed and asked again, those already gone are reported as unknown (1).
            self._command("withdraw", *map(identity, gone), killed=killed[1], codes=(0, 1))
            model.versions.update(dict.fromkeys(gone))
        self._command("index", killed=killed[2])
        self._compare(numbers + gone)
        if self.rounds % 15 == 7:
            self._command("check")
            self.checks += 1
        if self.rounds % 15 == 11:
            target = self._home.parent / "xuat.jsonl"
            self._command("export", EVERYWHERE, "--format", "jsonl", "-o", str(target))
            with target.open(encoding="utf-8") as lines:
                self._equal("lines exported", sum(1 for _ in lines), model.live())

    def _equal(self, what: str, found: object, expected: object) -> None:
        self.compared += 1
        if found != expected:
            self.troubles.append(f"round {self.rounds}: {what}: {found!r}, by the model {expected!r}")

    def _compare(self, numbers: list[int]) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self._server.port, timeout=60)

        def total(query: str) -> int:
            connection.request("GET", f"/api/v1/search?{urlencode({'q': query, 'size': 1})}")
            return int(json.loads(connection.getresponse().read())["total"])

        model = self._model
        self._equal("all articles", total(EVERYWHERE), model.live())
        self._equal("all articles of an empty query", total(""), model.live())
        for number in self._chance.sample(numbers, 15):
            version, latest = model.versions[number], model.latest[number]
            self._equal(f"article {number} {version}", total(marker(model.seed, number, latest)), int(version is not None))
            if latest:
                self._equal(f"article {number} before {latest}", total(marker(model.seed, number, latest - 1)), 0)
            connection.request("GET", f"/api/v1/articles/{identity(number)}")
            answer = connection.getresponse()
            body = answer.read().decode()
            if version is None:
                self._equal(f"status of withdrawn article {number}", answer.status in (404, 410), True)
            else:
                self._equal(f"text of article {number}", marker(model.seed, number, version) in body, True)
        connection.close()
