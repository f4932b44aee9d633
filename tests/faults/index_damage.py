"""Every file of an index, damaged -> whatever is answered wrongly from it, not reported by `check`, or not mended by `index --rebuild`.

Every answer must be the one over the sound index, or 503; `check` must report the damage, unless every answer is as it was.
"""

from __future__ import annotations

import random
import shutil
import sys
import tempfile
from pathlib import Path

import archive_maker
from file_damage import DAMAGES
from lucbao_process import run
from site_answers import Answers, addresses, ask
from tally import Plan, Tally, read_plan

from corpus.archive import ARCHIVE_FILE, Archive
from index.snapshot import INDEX_FOLDER

_SEED = 14


ASKED = addresses([archive_maker.identity(number) for number in (0, 15, 70, 500)])


def make(folder: Path) -> Path:
    """Make a data folder whose index has several segments and deleted documents."""
    home = folder / "lanh" / "kho"
    for batch in range(3):
        versions = [(number, 0) for number in range(40 * batch, 40 * batch + 40)] + [(number, 1) for number in range(10 * batch)]
        lines = archive_maker.write_lines(folder / "bai.jsonl", _SEED, versions, paragraphs=2)
        page = archive_maker.write_page(folder / "trang.html", _SEED, 500 + batch)
        archive_maker.load(home, lines, page, folder / "khong-co.html")
        archive_maker.index(home)
    with Archive.open(home / ARCHIVE_FILE) as archive:
        archive.withdraw(archive_maker.identity(30))
    archive_maker.index(home)
    return home


def wrong_answers(sound: Answers, damaged: Answers) -> list[str]:
    """Return in which answers over a damaged index something else than 503 differs from those over the sound one."""
    found = [f"the server died: {damaged.died}"] if damaged.died else []
    if damaged.traceback:
        found.append(f"a traceback: {damaged.traceback}")
    different = [
        f"{address} {answer}"
        for address, answer in damaged.answers.items()
        if answer != sound.answers[address] and answer[0] != 503
    ]
    return found + ([f"{len(different)} wrong answers, the first: {different[:3]}"] if different else [])


def spoil(folder: Path, chance: random.Random) -> str:
    """Damage the index in `folder` and say how."""
    files = sorted(path for path in folder.iterdir() if path.stat().st_size)
    path, other = chance.choice(files), chance.choice(files)
    way = chance.random()
    if way < 0.08:
        path.unlink()
        return f"{path.name} removed"
    if way < 0.16 and path != other:
        kept = path.read_bytes()
        path.write_bytes(other.read_bytes())
        other.write_bytes(kept)
        return f"{path.name} and {other.name} exchanged"
    damage = chance.choice(DAMAGES)
    path.write_bytes(damage(path.read_bytes(), chance))
    return f"{path.name}: {damage.__name__}"


def attack(plan: Plan, folder: Path) -> Tally:
    """Make the attempts in `folder`."""
    tally = Tally("damages of the index")
    home = make(folder)
    sound = ask(home, ASKED)
    if sound.check or sound.traceback or sound.died or any(status >= 500 for status, _ in sound.answers.values()):
        raise RuntimeError(f"not sound from the start: {sound}")
    for number, chance in plan.attempts():
        place = folder / "hong"
        shutil.rmtree(place, ignore_errors=True)
        shutil.copytree(home.parent, place)
        how = spoil(place / "kho" / INDEX_FOLDER, chance)
        damaged = ask(place / "kho", ASKED)
        wrong = wrong_answers(sound, damaged)
        if damaged.check != 3 and damaged.answers != sound.answers:
            wrong.append(f"check: {damaged.check} {damaged.said}")
        mended = run(place / "kho", "index", "--rebuild")
        if mended.code or run(place / "kho", "check").code:
            wrong.append(f"not mended: {mended}")
        tally.tried += 1
        if wrong:
            tally.fail(f"--seed {number}: {how}: {'; '.join(wrong)}")
    return tally


def main(arguments: list[str] | None = None) -> int:
    """Damage indexes and look."""
    plan = read_plan(__doc__, tries=160, arguments=arguments)
    with tempfile.TemporaryDirectory(prefix="lucbao-damage-") as folder:
        return attack(plan, Path(folder)).close()


if __name__ == "__main__":
    sys.exit(main())
