"""Every command that writes -> a data folder to run it in, and what must hold in that folder whenever it was broken off.

What must hold: each article reads as it did before or as it will have when the command is done, never as anything else; what the command
has reported as done is done; archive and index are sound and the index answers; the same command once more completes.
"""

from __future__ import annotations

import gzip
import re
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import archive_maker
from archive_maker import EVERYWHERE, identity
from lucbao_process import Outcome, run

from corpus.archive import ARCHIVE_FILE, Archive
from corpus.archive.backup import back_up
from corpus.errors import ArchiveMissing
from index.errors import IndexMissing
from index.snapshot import INDEX_FOLDER
from index.verification import check_index
from searcher.request import SearchRequest
from searcher.search import Searcher

SEED = 14
_OLD = 100
_NAMED = re.compile(r"Bản tin số (\d+), lần (\d+):")

State = dict[int, int]
"""Number of an article -> its version; those withdrawn are not in it."""
_UNFINISHED = re.compile(r"(?<![a-z0-9])(?:tmp|pending|partial)")  # a segment's name is of random letters, tmp may be among them


@dataclass(frozen=True)
class Command:
    """A command to run in a copy of the data folder `template`, beside which its input stands, and the state that it leads to.

    `target` is a file that it writes, beside the data folder; `whole` says of one that is there whether it is whole. Where it `replaces` the
    file, there is one before.
    """

    name: str
    template: str
    arguments: tuple[str, ...]
    before: State
    after: State
    codes: tuple[int, ...] = (0,)
    target: str = ""
    whole: Callable[[Path], bool] = field(default=lambda path: True)
    replaces: bool = False
    again: tuple[int, ...] = ()  # exit codes of a second run, where they are not `codes`

    @property
    def indexes(self) -> bool:
        """Whether the index has followed the archive when the command is done."""
        return self.arguments[0] in ("index", "withdraw", "restore")

    @property
    def leads_astray(self) -> bool:
        """Whether the index may be of another archive until the command is done."""
        return self.arguments[0] == "restore"


_BEFORE: State = dict.fromkeys(range(_OLD), 0)
_CHANGED: State = dict.fromkeys(range(0, _OLD, 2), 1) | dict.fromkeys(range(_OLD, 600), 0)  # more than one batch of `add`
_PAGES: State = dict.fromkeys(range(1, 30, 2), 1) | dict.fromkeys(range(1300, 1315), 0)
_TEXTS: State = dict.fromkeys(range(2000, 2030), 0)


def make(folder: Path) -> None:
    """Make the data folders to copy, and the inputs to read."""
    archive_maker.write_lines(folder / "cu.jsonl", SEED, _BEFORE.items(), paragraphs=1)
    lines = archive_maker.write_lines(folder / "moi.jsonl", SEED, _CHANGED.items(), paragraphs=1)
    (folder / "moi.jsonl.gz").write_bytes(gzip.compress(lines.read_bytes(), 1))
    (folder / "trang").mkdir()
    for number, version in _PAGES.items():
        archive_maker.write_page(folder / "trang" / f"{number}.html", SEED, number, version)
    (folder / "chu").mkdir()
    for number in _TEXTS:
        archive_maker.write_text(folder / "chu" / f"{number}.txt", SEED, number)
    home = folder / "day" / "kho"
    archive_maker.load(home, folder / "cu.jsonl")
    archive_maker.index(home)
    back_up(home / ARCHIVE_FILE, folder / "ban-sao.sqlite3")
    shutil.copytree(folder / "day", folder / "cho")
    archive_maker.load(folder / "cho" / "kho", lines)


class Ground:
    """A folder with data folders to copy and inputs to read, made once for all attempts."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._number = 0
        make(folder)
        old, gone = _BEFORE, range(0, 40, 3)
        present = old | _CHANGED
        left = {number: version for number, version in present.items() if number not in gone}
        self.commands = (
            Command("add lines", "day", ("add", "../moi.jsonl"), old, present),
            Command("add gzip", "day", ("add", "../moi.jsonl.gz"), old, present),
            Command("add pages", "day", ("add", "../trang"), old, old | _PAGES),
            Command("add text", "day", ("add", "../chu"), old, old | _TEXTS),
            Command("index", "cho", ("index",), present, present),
            Command("index --rebuild", "cho", ("index", "--rebuild"), present, present),
            Command("withdraw", "cho", ("withdraw", *map(identity, gone)), present, left, codes=(0, 1)),
            Command("export", "day", ("export", EVERYWHERE, "--format", "jsonl", "-o", "xuat.jsonl"), old, old, target="xuat.jsonl", whole=_exported, replaces=True),
            Command("backup", "cho", ("backup", "sao.sqlite3"), present, present, target="sao.sqlite3", whole=_backed_up, again=(0, 3)),
            Command("restore", "cho", ("restore", "../ban-sao.sqlite3"), present, old),
        )  # fmt: skip
        self._indexed = {"day": len(old), "cho": len(old)}

    def copy(self, command: Command, *, below: Path | None = None) -> Path:
        """Return a data folder of its own for one run of `command`, the last one's removed."""
        self._number += 1
        for old in self.folder.glob("lan-*"):
            shutil.rmtree(old)
        place = (below or self.folder) / (f"lan-{self._number}" if below is None else "day")
        shutil.copytree(self.folder / command.template, place)
        if command.replaces:
            (place / command.target).write_text("bản cũ\n", encoding="utf-8")
        return place / "kho"

    def arguments(self, command: Command) -> tuple[str, ...]:
        """Return the arguments of `command` as they are typed: its input stands in this folder."""
        return tuple(
            str(self.folder / argument[3:]) if argument.startswith("../") else argument for argument in command.arguments
        )

    def duration(self, command: Command) -> float:
        """Run `command` undisturbed and return how many seconds it took. Raises RuntimeError if it does not what it should."""
        home, before = self.copy(command), time.monotonic()
        outcome = run(home, *self.arguments(command))
        taken = time.monotonic() - before
        wrong = self.wrong(command, home, outcome)
        if wrong or outcome.code not in command.codes:
            raise RuntimeError(f"{command.name}, undisturbed: {wrong} {outcome}")
        return taken

    def wrong(self, command: Command, home: Path, outcome: Outcome) -> list[str]:
        """Return what does not hold after a run of `command` that was broken off, or was not."""
        done = outcome.code in (0, 1)
        found = ["a traceback"] if outcome.crashed else []
        state = read_state(home)
        mixed = [
            n
            for n in {*command.before, *command.after, *state}
            if state.get(n) not in (command.before.get(n), command.after.get(n))
        ]
        if mixed:
            found.append(
                f"{len(mixed)} articles are neither as before nor as after, the first {[(n, state.get(n)) for n in mixed[:3]]}"
            )
        if done and state != command.after:
            found.append("reported as done, but is not")
        if command.leads_astray and not done:
            return (
                found
                + (["neither the archive before nor the one after"] if state not in (command.before, command.after) else [])
                + check(home, index=False)
            )
        total, before = search_total(home), self._indexed[command.template]
        expected = len(command.after) if command.indexes else before
        if not (min(before, expected) <= total <= max(before, expected, len(command.before))) or (done and total != expected):
            found.append(f"a search finds {total}; {before} were indexed before, {expected} will be after")
        found += check(home)
        target = home.parent / command.target
        if command.target and target.exists() and target.read_bytes() != "bản cũ\n".encode() and not command.whole(target):
            found.append(f"{command.target} is there by half")
        return found

    def wrong_when_repeated(self, command: Command, home: Path) -> list[str]:
        """Run `command` once more, then bring the index up, and return what does not hold then."""
        again = run(home, *self.arguments(command))
        found = self.wrong(command, home, again)
        if again.code not in (command.again or command.codes):
            found.append(f"exit code of the second run: {again}")
        follows = run(home, "index")
        total = search_total(home) if not follows.code else -1
        if total != len(command.after):
            found.append(f"after all a search finds {total} of {len(command.after)}; index: {follows}")
        strange = [path.name for path in home.rglob("*") if _UNFINISHED.search(path.name)]
        return [f"once more: {sentence}" for sentence in (*found, *(f"{name} was left behind" for name in strange))]


def read_state(home: Path) -> State:
    """Return what the archive holds, by what stands in its texts."""
    state = {}
    try:
        with Archive.open(home / ARCHIVE_FILE, read_only=True) as archive:
            changes = [change.number for change in archive.changes(0) if not change.withdrawn]
            for article in archive.revisions_at(changes).values():
                named = _NAMED.search(" ".join(block.text for block in article.blocks))
                state[int(named[1])] = int(named[2]) if named else -1
    except ArchiveMissing:
        return {}
    return state


def search_total(home: Path) -> int:
    """Return how many articles a search for the word that stands in all of them finds; 0 without an index."""
    try:
        searcher = Searcher.open(home)
    except (ArchiveMissing, IndexMissing):
        return 0
    with searcher.archive:
        return searcher.search(SearchRequest(EVERYWHERE)).total


def check(home: Path, *, index: bool = True) -> list[str]:
    """Return what `lucbao check` would print of a data folder, or of its archive alone."""
    with Archive.open(home / ARCHIVE_FILE, read_only=True) as archive:
        return [
            f"check: {problem}" for problem in (*archive.check(), *(check_index(home / INDEX_FOLDER, archive) if index else ()))
        ]


def _backed_up(path: Path) -> bool:
    with Archive.open(path, read_only=True) as archive:
        return not archive.check() and archive.statistics().articles == 600


def _exported(path: Path) -> bool:
    return path.read_text(encoding="utf-8").count("\n") == _OLD
