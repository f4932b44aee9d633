"""A cluster, its index and the archive -> what stands, and what is off with what to do about it, as it is told.

Asked is what can be asked even of a cluster that is ill, for so many seconds in all: whatever gives no answer is one more thing that is off, once.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from corpus.archive import Archive
from index.cluster.channel import Channel
from index.cluster.commit import check_not_behind
from index.cluster.connection import Cluster
from index.cluster.errors import ClusterIndexOutdated, ClusterLate, ClusterUnavailable
from index.cluster.hold import leases
from index.cluster.host import Host, Request, Trouble, client
from index.cluster.mapping import LATE, mapping
from index.cluster.setting import ClusterSettings
from index.cluster.standing import Standing, is_numbered, numbered, standing, why_anew
from index.errors import IndexingError, told
from index.snapshot import ANOTHER_ARCHIVE
from language.wording import Told

OLDEST = (2, 4)
"""The first version of OpenSearch that has points in time; tried is 3.9."""
IN_ALL = 10.0
"""Seconds that all looks may take together, once it is known which hosts answer."""
_PATIENCE = 1.0
_SECONDS = 3.0  # of one request
_STUCK = 60_000
"""Milliseconds that a copy may take to begin to be made; it begins at once, or its source is not able to (OpenSearch #21692)."""
_UNMANAGED = "cluster_manager_not_discovered_exception"
_LEVELS = {"flood_stage": "doctor_disk_flood_stage", "high": "doctor_disk_high", "low": "doctor_disk_low"}
_UNITS = {"b": 1, "kb": 1 << 10, "mb": 1 << 20, "gb": 1 << 30, "tb": 1 << 40, "pb": 1 << 50}


@dataclass(frozen=True)
class Diagnosis:
    """What stands, and what is off."""

    facts: list[Told]
    troubles: list[Told]


def diagnose(cluster: Cluster, archive: Archive) -> Diagnosis:
    """Look at everything. Raises nothing that can be told but what the archive raises."""
    found = Diagnosis([], [])
    hosts = cluster.settings.hosts
    with ThreadPoolExecutor(len(hosts)) as asking:
        missing = dict(zip(hosts, asking.map(partial(_missing, settings=cluster.settings), hosts), strict=True))
    found.troubles.extend(told("doctor_host", host=host, reason=reason) for host, reason in missing.items() if reason)
    reached = tuple(host for host in hosts if missing[host] is None)
    if not reached:
        return found
    with closing(Cluster(replace(cluster.settings, hosts=reached))) as those:
        channel = _Looking(those)
        for look in (_server, _managed, _health, _disks, _index(archive)):
            try:
                look(channel, found)
            except _Unmanaged:
                break
            except IndexingError as error:
                _add(error.told, found)
            except Trouble as trouble:
                if trouble.reason not in missing.values():  # else it is said of the host
                    _add(ClusterUnavailable(trouble.reason).told, found)
    return found


def _add(trouble: Told, found: Diagnosis) -> None:
    if trouble not in found.troubles:
        found.troubles.append(trouble)


class _Looking(Channel):
    """A way to the hosts that answer, each look tried once, until the time for all of them is over."""

    def __init__(self, cluster: Cluster) -> None:
        hosts = cluster.settings.hosts
        once = client(hosts, cluster.settings, max_retries=len(hosts) - 1, retry_on_timeout=False, retry_on_status=())
        super().__init__(cluster, patience=_PATIENCE, client=once)
        self._until = time.monotonic() + IN_ALL

    def once(self, method: str, path: str, body: Any = None, *, seconds: float = _SECONDS) -> Any:
        left = self._until - time.monotonic()
        if left <= 0:
            raise ClusterLate
        return super().once(method, path, body, seconds=min(seconds, _SECONDS, left))


class _Unmanaged(Exception):
    """Raised where no node manages the cluster, so that it says no more."""


def _missing(address: str, settings: ClusterSettings) -> Told | None:
    """Return why a host gives no answer, None if it gives one."""
    host = Host(address, settings)
    try:
        host.ask(Request("GET", "/"), _SECONDS)
    except Trouble as trouble:
        return trouble.reason
    finally:
        host.close()
    return None


def _server(channel: Channel, found: Diagnosis) -> None:
    version = channel.once("GET", "/").get("version") or {}
    number, distribution = str(version.get("number", "")), str(version.get("distribution", ""))
    release = tuple(int(part) for part in re.findall(r"[0-9]+", number)[:2])
    if distribution != "opensearch" or release < OLDEST:
        oldest = ".".join(map(str, OLDEST))
        found.troubles.append(told("doctor_server", found=f"{distribution} {number}".strip() or "-", oldest=oldest))
    else:
        found.facts.append(told("doctor_server_is", version=number))


def _managed(channel: Channel, found: Diagnosis) -> None:
    try:
        channel.once("GET", "/_cluster/health?cluster_manager_timeout=1s&timeout=1s")
    except Trouble as trouble:
        if trouble.status != 503 or _UNMANAGED not in trouble.named:
            raise
        found.troubles.append(told("doctor_unmanaged"))
        raise _Unmanaged from None


def _health(channel: Channel, found: Diagnosis) -> None:
    health = channel.once("GET", "/_cluster/health")
    found.facts.append(told("doctor_nodes", count=int(health["number_of_nodes"]), status=str(health["status"])))
    if health.get("number_of_pending_tasks", 0) > 100:
        found.troubles.append(told("doctor_pending", count=int(health["number_of_pending_tasks"])))
    shards = channel.once("GET", f"/_cluster/health/{channel.alias}-*?level=shards")
    ours = {index: each for index, each in shards.get("indices", {}).items() if is_numbered(index, channel.alias)}
    for index, each in sorted(ours.items()):
        if each["status"] == "red":
            found.troubles.append(told("doctor_red", index=index, why=_why_unassigned(channel)))
        elif each["status"] == "yellow" and each["unassigned_shards"]:
            nodes = int(health["number_of_data_nodes"])
            found.troubles.append(told("doctor_yellow", index=index, count=int(each["unassigned_shards"]), nodes=nodes))
        elif each["status"] == "yellow":
            found.facts.append(told("doctor_copying", index=index, count=int(each["initializing_shards"])))
            found.troubles.extend(_stuck(channel, index))


def _stuck(channel: Channel, index: str) -> Iterator[Told]:
    """Yield which nodes give nobody a copy that is to be made of theirs: they were to take a part over, and never did."""
    recoveries = channel.once("GET", f"/_cat/recovery/{index}?active_only=true&format=json&time=ms")
    for each in recoveries:
        if each["stage"] == "init" and int(each["time"].removesuffix("ms")) > _STUCK:
            yield told("doctor_stuck", node=str(each["source_node"]), index=index, part=str(each["shard"]))


def _why_unassigned(channel: Channel) -> str:
    try:
        answer = channel.once("POST", "/_cluster/allocation/explain")
    except Trouble:
        return "-"
    return str((answer.get("unassigned_info") or {}).get("reason", "-"))


def _disks(channel: Channel, found: Diagnosis) -> None:
    answer = channel.once("GET", "/_cluster/settings?include_defaults=true&flat_settings=true")
    settings = {**answer.get("defaults", {}), **answer.get("persistent", {}), **answer.get("transient", {})}
    stats = channel.once("GET", "/_nodes/stats/fs?filter_path=nodes.*.name,nodes.*.fs.total")
    for node in stats.get("nodes", {}).values():
        total, free = (int(node["fs"]["total"][part]) for part in ("total_in_bytes", "available_in_bytes"))
        for level, code in _LEVELS.items():
            if free < least_free(str(settings.get(f"cluster.routing.allocation.disk.watermark.{level}", "")), total):
                found.troubles.append(told(code, node=str(node["name"]), free=free / 1e9, total=total / 1e9))
                break


def least_free(watermark: str, total: int) -> float:
    """Return how many bytes of a disk must be free by a watermark: `85%` or `0.85` is how full it may be, `50gb` what must be left."""
    if found := re.fullmatch(r"([0-9.]+)%", watermark):
        return total * (1 - float(found[1]) / 100)
    if found := re.fullmatch(r"([0-9.]+)([kmgtp]?b)", watermark.lower()):
        return float(found[1]) * _UNITS[found[2]]
    if re.fullmatch(r"0?\.[0-9]+|[01]", watermark):
        return total * (1 - float(watermark))
    return 0.0


def _index(archive: Archive) -> Callable[[Channel, Diagnosis], None]:
    def look(channel: Channel, found: Diagnosis) -> None:
        index = standing(channel)
        if index is None:
            found.troubles.append(told("cluster_none", name=channel.alias))
            return
        found.facts.append(told("doctor_index", name=channel.alias, index=index.index))
        found.troubles.extend(_form(index, channel))
        for fact, is_trouble in _progress(index, archive):
            (found.troubles if is_trouble else found.facts).append(fact)
        left = [each for each in numbered(channel) if each != index.index]
        if left and not leases(index.aliases):
            found.troubles.append(told("doctor_left", indexes=", ".join(left)))

    return look


def _form(index: Standing, channel: Channel) -> Iterator[Told]:
    """Yield what is not in an index's form as it was made, or as it is wanted."""
    settings, wanted = index.settings, channel.settings
    blocks = [name for name, value in (settings.get("blocks") or {}).items() if str(value) == "true"]
    if blocks:
        yield told("doctor_blocked", index=index.index, blocks=", ".join(sorted(blocks)))
    if int(settings["number_of_shards"]) != wanted.shards:
        yield told("doctor_shards", found=int(settings["number_of_shards"]), wanted=wanted.shards)
    if int(settings["number_of_replicas"]) != wanted.replicas:
        yield told("doctor_replicas", found=int(settings["number_of_replicas"]), wanted=wanted.replicas)
    for name, value in (("refresh_interval", "-1"), ("gc_deletes", LATE)):
        if settings.get(name) != value:
            yield told("doctor_setting", index=index.index, name=name, found=str(settings.get(name)), wanted=value)
    mapped = channel.once("GET", f"/{index.index}/_mapping")[index.index]["mappings"]
    wrong = sorted(_unlike(mapped, mapping({})))
    if wrong:
        yield told("doctor_mapping", index=index.index, fields=", ".join(wrong))


def _unlike(found: Mapping[str, Any], wanted: Mapping[str, Any]) -> Iterator[str]:
    """Yield the fields that are mapped otherwise than they were."""
    if str(found.get("dynamic")) != wanted["dynamic"] or found.get("_source") != wanted["_source"]:
        yield "dynamic, _source"
    there, ours = found.get("properties", {}), wanted["properties"]
    for field in there.keys() | ours.keys():
        # What is as it is by default is not said.
        kept = {name: value for name, value in ours.get(field, {}).items() if (name, value) != ("index_options", "positions")}
        if there.get(field) != kept:
            yield field


def _progress(index: Standing, archive: Archive) -> Iterator[tuple[Told, bool]]:
    """Yield how far an index has come, each with whether something is to be done about it."""
    commit = index.commit
    if commit is not None:
        check_not_behind(commit, archive)
    reason = why_anew(commit, archive)
    if reason or commit is None:
        yield ClusterIndexOutdated(index.index, reason or ANOTHER_ARCHIVE).told, True
        return
    lag = archive.last_change() - commit.watermark
    at_work = bool(leases(index.aliases))
    if commit.begun and at_work:
        yield told("doctor_at_work"), False
    elif commit.begun:
        yield told("doctor_killed"), True
    if lag:
        yield told("doctor_lag", count=lag), not at_work
    else:
        yield told("doctor_up_to_date", watermark=commit.watermark), False
