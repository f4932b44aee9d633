"""kill -9 at a random moment of `lucbao gather` -> whatever of what was noted is lost, asked for twice, or cannot be taken up again.

Half of the attempts gather a paper for the first time, half come back to one where an article has changed and another is gone.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections import Counter
from dataclasses import replace
from datetime import datetime, timezone
from pathlib import Path

from lucbao_process import Outcome, kill, run, start
from paper_site import PaperSite, sample_paper, serving
from tally import Plan, Tally, read_plan
from writing_command import check

from corpus.archive import ARCHIVE_FILE, Archive
from corpus.archive.ledger import Target, Visit
from index.snapshot import INDEX_FOLDER

ARTICLES = 6
_CONTACT = {"LUCBAO_CONTACT": "thu@luubao.example"}
_LONGEST = 6.0  # seconds that a run takes here at most


def attack(plan: Plan, folder: Path) -> Tally:
    """Make the attempts in `folder`."""
    tally = Tally("killed gathering")
    for number, chance in plan.attempts():
        home = folder / f"{number}" / "kho"
        home.mkdir(parents=True)
        site = _site()
        with serving(site):
            site.set_lists()
            _follow(home, site)
            comes_back = number % 2 == 1
            if comes_back:
                run(home, "gather", more=_CONTACT)
                _change(home, site)
            wrong = _attempt(home, site, chance.uniform(0.3, _LONGEST), comes_back)
        tally.tried += 1
        if wrong:
            tally.fail(f"--seed {number}: {'; '.join(wrong)}")
        shutil.rmtree(home.parent)
    return tally


def _attempt(home: Path, site: PaperSite, after: float, comes_back: bool) -> list[str]:
    site.asked.clear()
    killed = _killed(home, after)
    begun = (home / ARCHIVE_FILE).exists() and (
        home / ARCHIVE_FILE
    ).stat().st_size > 0  # else it was killed before there was an archive
    noted = _noted(home) if begun else {}
    asked = Counter(site.paths())
    wrong = [f"asked {count} times for {path} before it was killed" for path, count in asked.items() if count > 1]
    wrong += check(home, index=any((home / INDEX_FOLDER).glob("*.toc"))) if begun else []
    site.asked.clear()
    rest = run(home, "gather", more=_CONTACT)
    if rest.crashed or rest.code not in (0, 1):
        wrong.append(f"gathering again: {rest}")
    again = Counter(site.paths())
    wrong += [f"asked again for {path}, which was noted" for path in noted if again[path]]
    wrong += [f"asked {count} times for {path}" for path, count in again.items() if count > 1]
    if killed.crashed:
        wrong.append(f"before it was killed: {killed}")
    return wrong + _lost(home, site, noted, comes_back)


def _killed(home: Path, after: float) -> Outcome:
    process = start(home, "gather", more=_CONTACT)
    try:
        said, complained = process.communicate(timeout=after)
    except BaseException:
        kill(process)
        said, complained = process.communicate()
    return Outcome(process.returncode, said, complained)


def _noted(home: Path) -> dict[str, str]:
    """Return path -> outcome of the articles that the ledger says were visited and are not due."""
    with Archive.open(home / ARCHIVE_FILE) as archive:
        visits = archive.ledger.visits(1000)
        done = {visit.url: visit.outcome for visit in visits if visit.kind == "article" and visit.outcome != "failed"}
        now = datetime.now(timezone.utc)
        due = {target.url for target in archive.ledger.due("Báo Thử", ("article",), now, 1000)}
    return {"/" + url.split("/", 3)[3]: outcome for url, outcome in done.items() if url not in due}


def _lost(home: Path, site: PaperSite, noted: dict[str, str], comes_back: bool) -> list[str]:
    """Return what the archive lacks in the end."""
    with Archive.open(home / ARCHIVE_FILE, read_only=True) as archive:
        held = {archive.pages.of(article.id) for article in archive.articles()}
        lost = [path for path in site.pages if path.endswith(".html") and site.pages[path] not in held]
        revisions = [len(archive.revisions(article.id)) for article in archive.articles()]
        gone = len(archive.absences.of(archive.ids()))
    expected = sorted([2, *[1] * (ARTICLES - 1)] if comes_back else [1] * ARTICLES)
    wrong = [f"not in the archive: {lost}"] if lost else []
    wrong += [f"revisions {revisions}"] if sorted(revisions) != expected else []
    wrong += [f"{gone} are gone"] if gone != int(comes_back) else []
    return wrong + check(home)


def _site() -> PaperSite:
    site = sample_paper("bao-nui-song")
    for path in sorted(path for path in site.pages if path.endswith(".html"))[ARTICLES:]:
        del site.pages[path]
    return site


def _follow(home: Path, site: PaperSite) -> None:
    entry = f'[[source]]\nname = "Báo Thử"\nhosts = ["{site.host}"]\nfeeds = ["{site.origin}/rss"]\ndelay = 0\nprivate_hosts = ["{site.host}"]\n'
    (home / "sources.toml").write_text(entry, encoding="utf-8")


def _change(home: Path, site: PaperSite) -> None:
    """Let all articles be due, after one was changed and one was taken away."""
    changed, lost, *_ = sorted(path for path in site.pages if path.endswith(".html"))
    site.pages[changed] = site.pages[changed].replace(b"</p>", " Tòa soạn đã đính chính.</p>".encode(), 3)
    del site.pages[lost]
    now = datetime.now(timezone.utc)
    with Archive.open(home / ARCHIVE_FILE) as archive, archive.batch():
        for visit in archive.ledger.visits(1000):
            target = archive.ledger.target(visit.url.replace("http:", "https:"))
            if visit.kind == "article" and target is not None:
                _let_be_due(archive, target, replace(visit, outcome="failed"), now)


def _let_be_due(archive: Archive, target: Target, visit: Visit, now: datetime) -> None:
    archive.ledger.visited(
        target, replace(visit, visited_at=now), due=now, steps=target.steps, etag=target.etag, modified=target.modified
    )


def main(arguments: list[str] | None = None) -> int:
    """Kill and look."""
    plan = read_plan(__doc__, tries=200, arguments=arguments)
    with tempfile.TemporaryDirectory(prefix="lucbao-killed-gathering-") as folder:
        return attack(plan, Path(folder)).close()


if __name__ == "__main__":
    sys.exit(main())
