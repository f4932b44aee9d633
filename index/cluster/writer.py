"""The archive's changes since the watermark -> one more commit of an index in the cluster.

Each batch of changed articles is analysed by a worker process and sent; a commit is a refresh, to which every part of the index says yes, and then
`_meta`, which carries the watermark (index.cluster.commit). The watermark covers only what was acknowledged. What is interrupted is taken up again
from the last commit: what had been sent is sent again and changes nothing. Another analysis, or another archive, is indexed anew beside the index
that readers have, which is then put in its place in one step.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain, takewhile
from pathlib import Path
from typing import Any

from corpus.archive import Archive, Change
from corpus.archive.paper_file import load_papers
from corpus.paper import PaperTable
from index.batch import batched, worked, workers
from index.cluster.building import Built, build, build_batch
from index.cluster.bulk import Sending, send
from index.cluster.channel import PATIENCE, Channel
from index.cluster.commit import Begun, Commit, is_of_newer, known_reach
from index.cluster.connection import Cluster
from index.cluster.copies import Copies, Found, Member
from index.cluster.errors import ArchiveForeign, ClusterUnavailable
from index.cluster.hold import Hold, folder_lock
from index.cluster.host import Trouble
from index.cluster.mapping import mapping, settings
from index.cluster.packing import pack
from index.cluster.standing import Standing, is_numbered, number_of, numbered, standing, why_anew
from index.errors import IndexBusy, IndexWriteFailed, told
from index.report import IndexReport
from index.snapshot import ANOTHER_ARCHIVE
from language.wording import Told

BATCH = 1000
BATCHES_A_COMMIT = 8
_RESERVED = 1 << 10
"""Writings that a run says it may begin, before it says so once more."""
_AT_ONCE = 2  # seconds
_ELSEWHERE = 5
"""Seconds that a node has to find the one that manages the cluster, before another is asked: it may be cut off."""
_SICK = 150.0
"""Seconds after which a node that takes nothing is no part of the cluster: cluster.publish.timeout and cluster.follower_lag.timeout, and some more."""
_READERS_HAVE = 60.0
"""Seconds that readers of the index before have to come to the end of what they read at a point in time."""


def update_cluster(
    archive_path: Path,
    cluster: Cluster,
    *,
    rebuild: bool = False,
    processes: int = 2,
    progress: Callable[[int, int], None] = lambda done, total: None,
    patience: float = PATIENCE,
    waiting: Callable[[Told], None] = lambda reason: None,
) -> IndexReport:
    """Bring the index behind the cluster's alias up to the archive; `progress(done, total)` counts change numbers of the archive.

    As index.writer.update_index does for a folder: papers are named by the table beside the archive. Raises SourcesInvalid, IndexBusy if another
    process writes the index, on any machine, ArchiveForeign if the index is of another archive or a newer copy and is not to be rebuilt,
    ClusterUnavailable if the cluster is not well for longer than `patience`, IndexWriteFailed if a worker died; what was committed stays. `waiting` is told once, and why, if the cluster has to be waited for.
    """
    channel = Channel(cluster, patience=patience, waiting=waiting)
    with Archive.open(archive_path, read_only=True) as archive, folder_lock(archive_path.parent, channel.alias) as owner:
        papers = load_papers(archive_path.parent, archive)
        try:
            return _Run(archive, archive_path, papers, channel, owner, processes, progress, cluster.shows_after).update(rebuild)
        except BrokenProcessPool as error:
            raise IndexWriteFailed("worker_died") from error


@dataclass
class _Run:
    """One run. `commit` is the last, `writing` the number of the last batch sent, `index` what it is sent to, through `fence`."""

    archive: Archive
    archive_path: Path
    papers: PaperTable
    channel: Channel
    owner: str
    processes: int
    progress: Callable[[int, int], None]
    shows_after: Callable[[int], bool]

    def update(self, rebuild: bool) -> IndexReport:
        before = standing(self.channel)
        reason = self._why_anew(before, rebuild) if before else None
        if before and not reason and self._is_done(before):
            self.progress(0, 0)
            return IndexReport(0, 0, self._segments(before.index))
        with self._held(before) as hold:
            self.channel.lost = hold.check
            before = standing(self.channel)
            if before is None or before.index != hold.index:
                raise IndexBusy(self.channel.alias)
            self.last_number = self._sweep(before.index)
            self._set_replicas(before)
            if reason:
                return self._anew(hold, before, reason)
            assert before.commit is not None
            self.index, self.fence, self.commit = before.index, hold.fence, before.commit
            report = self._catch_up(is_read=True)
            return replace(report, segments=self._segments(self.index))

    def _why_anew(self, before: Standing, rebuild: bool) -> Told | None:
        """Return why the index is to be built anew, None if it is not. Raises ArchiveForeign where nobody asked for it and it may be that of others."""
        reason, commit = why_anew(before.commit, self.archive), before.commit
        # An index in a folder is this archive's and may be made anew; one in a cluster may be that of others.
        if commit and not rebuild and (reason == ANOTHER_ARCHIVE or is_of_newer(commit, self.archive)):
            raise ArchiveForeign(before.index, known_reach(commit), self.archive.last_change())
        return reason or (told("asked_to_rebuild") if rebuild else None)

    def _is_done(self, before: Standing) -> bool:
        commit = before.commit
        if commit is None or commit.begun or commit.papers != self.papers:
            return False
        return commit.watermark == self.archive.last_change() and self._has_replicas(before)

    @contextmanager
    def _held(self, before: Standing | None) -> Iterator[Hold]:
        if before is None:
            made = self._form(Commit(self.archive.traits.identity(), papers=self.papers).next())
            number = max(map(number_of, numbered(self.channel)), default=0) + 1
            hold = Hold.create(self.channel, self.owner, f"{self.channel.alias}-{number}", made, alias=self.channel.alias)
        else:
            hold = Hold.take(self.channel, self.owner, before.index, before.aliases)
        with hold.renewed():
            yield hold

    def _form(self, commit: Commit) -> dict[str, Any]:
        shards, replicas = self.channel.settings.shards, self.channel.settings.replicas
        return {"settings": settings(shards, replicas), "mappings": mapping(commit.meta())}

    def _sweep(self, index: str) -> int:
        """Remove what runs that were killed have left: indexes that are not behind the alias. Who holds that which is may do so.

        Return the highest number that any had: none is used twice.
        """
        found = numbered(self.channel)
        for left in found:
            if left != index:
                self._remove(left)
        return max(map(number_of, [*found, index]))

    def _remove(self, index: str) -> None:
        try:
            self.channel.ask("DELETE", f"/{index}")
        except Trouble as trouble:
            if trouble.kind != "missing":
                raise

    def _has_replicas(self, before: Standing) -> bool:
        return int(before.settings.get("number_of_replicas", 0)) == self.channel.settings.replicas

    def _set_replicas(self, before: Standing) -> None:
        if not self._has_replicas(before):
            wanted = {"index": {"number_of_replicas": self.channel.settings.replicas}}
            self.channel.ask("PUT", f"/{before.index}/_settings", wanted)

    def _anew(self, hold: Hold, before: Standing, reason: Told) -> IndexReport:
        """Build an index beside that which readers have, and put it in its place."""
        generation = before.commit.generation if before.commit else 0
        self.commit = replace(Commit(self.archive.traits.identity(), papers=self.papers), generation=generation).next()
        self.index = f"{self.channel.alias}-{self.last_number + 1}"
        self.fence = hold.make_beside(self.index, self._form(self.commit))
        report = self._catch_up(is_read=False)
        hold.move(self.index, self.fence, self.channel.alias)
        if is_numbered(before.index, self.channel.alias):  # else somebody else put it behind the alias, and may want it
            self._wait_for_readers(before.index)
            self._remove(before.index)
        return replace(report, segments=self._segments(self.index), rebuilt=reason)

    def _wait_for_readers(self, index: str) -> None:
        until = time.monotonic() + _READERS_HAVE
        while time.monotonic() < until:
            found = self.channel.ask("GET", f"/{index}/_stats/search")
            if not found["_all"]["total"]["search"].get("point_in_time_current"):
                return
            self.channel.lost()
            time.sleep(0.5)

    def _segments(self, index: str) -> int:
        return int(self.channel.ask("GET", f"/{index}/_stats/segments")["_all"]["primaries"]["segments"]["count"])

    def _catch_up(self, *, is_read: bool) -> IndexReport:
        """Send all that is new and commit it, as one commit or several. Of an index that `is_read`, what shows before its time is committed early."""
        self.withdrawn: list[Sending] = []
        self.under_way: Future[None] | None = None
        self.found = Found(self.channel.search, self.index)
        self.copies = Copies(self.found)
        start, again, killed = self.commit.watermark, self._renamed(), self.commit.begun
        self.writing = killed.reserved if killed else self.commit.writing
        reach = self.archive.last_change()
        total = len(again) + reach - start
        indexed = removed = renamed = 0
        self.progress(0, total)
        left = killed.left if killed else frozenset()
        fingerprint, shows = self.archive.fingerprint(reach), killed is not None and killed.shows
        self._put(replace(self.commit, begun=Begun(self.writing + _RESERVED, reach, fingerprint, self.papers, left, shows)))
        if killed:
            self._mend(left)
        watermark, batches = start, 0
        may_be_early = is_read and killed is None  # a run that was killed may have sent as much as goes into one commit
        with workers(self.processes if total > BATCH else 1) as executor, ThreadPoolExecutor(1) as sender:
            for changes, built in self._build_batches(executor, again, reach):
                removed += sum(change.withdrawn for change in changes)
                self._send_batch(sender, changes, built)
                if changes[-1].number <= start:  # no commit before all of these are done: it has one table for all its articles
                    renamed += len(built)
                else:
                    indexed += len(built)
                    watermark, batches = changes[-1].number, batches + 1
                    if batches == BATCHES_A_COMMIT or (may_be_early and self._shows()):
                        self._commit(watermark, more=True)
                        batches, may_be_early = 0, is_read
                self.progress(renamed + watermark - start, total)
        self._commit(reach, more=False)
        if indexed > BATCHES_A_COMMIT * BATCH:
            pack(self.channel, self.index)
        return IndexReport(indexed, removed, 0, None, renamed)

    def _renamed(self) -> list[Change]:
        """Return the changes of indexed articles whose papers have other names now than by the table they were indexed with.

        A run that was killed may have begun to name them by yet another.
        """
        before = [self.commit.papers, *([self.commit.begun.papers] if self.commit.begun else [])]
        again = {
            change.number: change
            for papers in before
            if papers != self.papers
            for change in self.archive.renamed(papers, self.papers, self.commit.watermark)
        }
        return [again[number] for number in sorted(again)]

    def _build_batches(
        self, executor: Executor | None, again: Sequence[Change], reach: int
    ) -> Iterator[tuple[list[Change], list[Built]]]:
        """Yield each batch of changes, those to index `again` before those since the watermark, both in order, with the documents made of it.

        What changes after the run has begun is left to the next.
        """
        since = takewhile(lambda change: change.number <= reach, self.archive.changes(self.commit.watermark))
        batches = chain(batched(again, BATCH), batched(since, BATCH))
        yield from worked(
            executor,
            2 * self.processes,
            batches,
            lambda batch: partial(build_batch, self.archive_path, _present(batch), self.papers),
        )

    def _send_batch(self, sender: Executor, changes: Sequence[Change], built: Sequence[Built]) -> None:
        """Begin to send a batch, once that before it is acknowledged: what it does to groups is worked out meanwhile."""
        members = {one.id: Member(one.id, one.change, one.signature) for one in built if one.signature}
        regrouping = self.copies.regroup({change.article_id: members.get(change.article_id) for change in changes})
        self._wait_for_sending()
        self._reserve(regrouping.left)
        self._move(regrouping.moved)
        self.writing += 1
        groups = regrouping.groups
        sendings = [one.sending(self.writing, groups.get(one.id, "")) for one in built]
        self.under_way = sender.submit(send, self.channel, self.index, self.fence, sendings, self.writing)
        self.withdrawn += [Sending(change.article_id, change.number, None) for change in changes if change.withdrawn]
        sent = {id: replace(member, group=groups.get(id, "")) for id, member in members.items()}
        self.copies.sent({change.article_id: sent.get(change.article_id) for change in changes})

    def _wait_for_sending(self) -> None:
        """Wait until all that is under way is acknowledged. Raises what sending raises."""
        if self.under_way:
            self.under_way.result()
            self.under_way = None

    def _shows(self) -> bool:
        """Say whether something that was sent since the last commit can be found already: a copy was opened anew."""
        try:
            return self.shows_after(self.commit.writing)
        except ClusterUnavailable:
            return False  # asked again after the next batch

    def _reserve(self, left: frozenset[str] = frozenset()) -> None:
        """Say, before it is done, which writings may be begun and which groups left."""
        begun = self.commit.begun
        assert begun is not None
        if begun.reserved - self.writing < _RESERVED // 2 or not left <= begun.left:
            begun = replace(begun, reserved=max(begun.reserved, self.writing + _RESERVED), left=begun.left | left)
            self._put(replace(self.commit, begun=begun))

    def _move(self, moved: Sequence[Member]) -> None:
        """Send documents once more, as they were indexed, for they are in other groups now."""
        for start in range(0, len(moved), BATCH):
            self._reserve()
            some = {member.change: member for member in moved[start : start + BATCH]}
            self.writing += 1
            built = build(self.archive, [*some], self.papers)
            sendings = [one.sending(self.writing, some[one.change].group) for one in built]
            send(self.channel, self.index, self.fence, sendings, self.writing)
        self.copies.sent({member.id: member for member in moved})

    def _mend(self, left: frozenset[str]) -> None:
        """Put right the groups that a run which was killed has left half done."""
        self._refresh()
        changed = (change.article_id for change in self.archive.changes(self.commit.watermark))
        dirty = {member.id: member for member in self.found.written_after(self.commit.writing)}
        dirty |= {member.id: member for member in self.found.having("id", changed)}
        self._move(self.copies.mend(dirty.values(), left))

    def _refresh(self) -> None:
        """Have all that was sent found, and say so before: readers wait for the commit.

        Withdrawals are sent only now. A document that shows too early tells so itself (`_shows`); one that is gone does not.
        """
        self._wait_for_sending()
        if self.commit.begun and not self.commit.begun.shows:
            self._await_calm()
            self._put(replace(self.commit, begun=replace(self.commit.begun, shows=True)))
        if self.withdrawn:
            self.writing += 1
            send(self.channel, self.index, self.fence, self.withdrawn, self.writing)
            self.withdrawn = []
        self.channel.refresh(self.index)
        self.copies.refreshed()

    def _await_calm(self) -> None:
        """Wait until every node takes at once what is said in `_meta`.

        While one does not (its disk is full, it is cut off), everything that is said waits for it, up to half a minute, and so would readers, from where
        something begins to show until its commit. Such a node is no part of the cluster any more after a minute or two. Where something shows already,
        readers wait as it is.
        """
        until = time.monotonic() + _SICK
        while self.commit.begun and not self._is_calm(self.commit.begun):
            if time.monotonic() > until or self._shows():
                return
            self.channel.lost()
            time.sleep(1)

    def _is_calm(self, begun: Begun) -> bool:
        """Say something that changes nothing, and return whether all nodes had it at once; all may say so though one was waited for."""
        began = time.monotonic()
        has_come = self._put(replace(self.commit, begun=replace(begun, reserved=begun.reserved + 1)), within=_AT_ONCE)
        return has_come and time.monotonic() - began < _AT_ONCE

    def _commit(self, watermark: int, *, more: bool) -> None:
        self._refresh()
        self.archive.file.refuse_replaced()  # workers open the file anew: what they read may be another archive's
        begun = replace(self.commit.begun, left=frozenset(), shows=False) if more and self.commit.begun else None
        fingerprint = self.archive.fingerprint(watermark)
        self._put(
            self.commit.next(watermark=watermark, fingerprint=fingerprint, papers=self.papers, writing=self.writing, begun=begun)
        )

    def _put(self, commit: Commit, *, within: int = 30) -> bool:
        """Write `_meta`; return whether all nodes say `within` so many seconds that they have it. Raises IndexBusy if another run has taken the index."""
        try:
            said = self.channel.ask(
                "PUT", f"/{self.fence}/_mapping?timeout={within}s&cluster_manager_timeout={_ELSEWHERE}s", {"_meta": commit.meta()}
            )
        except Trouble as trouble:
            if trouble.kind != "missing":
                raise
            raise IndexBusy(self.channel.alias) from None
        self.commit = commit
        return bool(said["acknowledged"])


def _present(changes: Sequence[Change]) -> list[int]:
    return [change.number for change in changes if not change.withdrawn]
