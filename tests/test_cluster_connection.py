"""A question to the cluster: an answer that is whole or an error that says why not, whatever the nodes do."""

from __future__ import annotations

import base64
import json
import logging
import math
import shutil
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest
from fake_node import META, WHOLE, FakeNode, Misbehave, breaking_off, fake_node, fake_nodes, hanging, refusing, say, saying

from index.cluster import connection, reach
from index.cluster.connection import Cluster
from index.cluster.errors import ClientMissing, ClusterLate, ClusterUnavailable, PitLost, RequestMalformed
from index.cluster.host import Host, Request, Trouble
from index.cluster.setting import ClusterSettings
from language.wording import LANGUAGES

ALL: dict[str, Any] = {"query": {"match_all": {}}}
SHARDS = {
    "total": 2,
    "successful": 1,
    "skipped": 0,
    "failed": 1,
    "failures": [{"reason": {"type": "node_disconnected_exception"}}],
}
Make = Callable[..., tuple[Cluster, list[FakeNode]]]


@pytest.fixture
def make(monkeypatch: pytest.MonkeyPatch) -> Iterator[Make]:
    """Return a function that makes a cluster of fake nodes, in which a second is short."""
    monkeypatch.setattr(connection, "TRY", 0.15)
    monkeypatch.setattr(connection, "_PAUSES", (0.01, 0.01, 0.01))
    with ExitStack() as stack:

        def make(count: int = 1, **options: Any) -> tuple[Cluster, list[FakeNode]]:
            nodes = stack.enter_context(fake_nodes(count))
            cluster = Cluster(ClusterSettings(hosts=tuple(node.host for node in nodes), index="t"), **options)
            stack.callback(cluster.close)
            return cluster, nodes

        yield make


def code(error: pytest.ExceptionInfo[ClusterUnavailable]) -> str:
    return error.value.reason.code


# What is asked


def test_a_search_asks_for_whole_answers_of_the_alias(make: Make) -> None:
    cluster, (node,) = make()
    assert cluster.search(ALL, time_limit=60, search_type="dfs_query_then_fetch") == WHOLE
    (asked,) = node.asked
    assert (asked.method, asked.path, json.loads(asked.body)) == ("POST", "/t/_search", ALL)
    assert asked.params == {"allow_partial_search_results": "false", "search_type": "dfs_query_then_fetch"}


def test_several_searches_are_one_request(make: Make) -> None:
    cluster, (node,) = make()
    assert [answer["hits"] for answer in cluster.searches([ALL, ALL], time_limit=60)] == [WHOLE["hits"]] * 2
    assert cluster.searches([], time_limit=60) == []
    (asked,) = node.asked
    lines = [json.loads(line) for line in asked.body.decode().splitlines()]
    assert lines == [{"allow_partial_search_results": False, "index": "t"}, ALL] * 2


def test_a_point_in_time_is_opened_read_and_given_up(make: Make) -> None:
    cluster, (node,) = make()
    pit = cluster.open_pit("5m")
    cluster.search({"pit": {"id": pit}}, time_limit=math.inf)
    cluster.close_pit(pit)
    assert [(asked.method, asked.path) for asked in node.asked] == [
        ("POST", "/t/_search/point_in_time"),
        ("POST", "/_search"),
        ("DELETE", "/_search/point_in_time"),
    ]
    assert node.asked[0].params == {"keep_alive": "5m", "allow_partial_pit_creation": "false"}
    assert json.loads(node.asked[2].body) == {"pit_id": [pit]}
    node.instead["/_search/point_in_time"] = refusing(404, "x")
    cluster.close_pit(pit)


# What goes wrong on every node

TROUBLES: list[tuple[Misbehave, str]] = [
    (saying({"error": "Unauthorized"}, 401), "cluster_access"),
    (refusing(403, "security_exception", "no permissions for User [name=toa-soan]"), "cluster_access"),
    (refusing(404, "index_not_found_exception"), "cluster_missing"),
    (refusing(429, "rejected_execution_exception"), "cluster_busy"),
    (refusing(429, "circuit_breaking_exception"), "cluster_busy"),
    (refusing(500, "null_pointer_exception"), "cluster_failed"),
    (refusing(503, "cluster_block_exception"), "cluster_shards"),
    (refusing(500, "node_not_connected_exception"), "cluster_shards"),
    (saying(b"", 503), "cluster_failed"),
    (refusing(503, "no_shard_available_action_exception"), "cluster_shards"),
    (saying({**WHOLE, "_shards": SHARDS}), "cluster_shards"),
    (saying({**WHOLE, "_shards": {**SHARDS, "failed": 0}}), "cluster_shards"),
    (saying({**WHOLE, "_shards": {"total": 0, "successful": 0, "failed": 0}}), "cluster_shards"),
    (saying({"hits": {}, "timed_out": False}), "cluster_foreign"),
    (saying([]), "cluster_foreign"),
    (saying({}), "cluster_foreign"),
    (saying(b'{"took": 1'), "cluster_foreign"),
    (saying(b"<html>nginx</html>", kind="text/html"), "cluster_foreign"),
    (saying(b"\xff\xfe"), "cluster_unreachable"),
    (saying(b"", 302), "cluster_failed"),
    (saying(b"<html>Bad Gateway</html>", 502, "text/html"), "cluster_failed"),
    (breaking_off, "cluster_unreachable"),
]


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize(("misbehave", "expected"), TROUBLES)
def test_what_is_no_whole_answer_is_an_error_with_its_reason(make: Make, misbehave: Misbehave, expected: str, count: int) -> None:
    cluster, nodes = make(count)
    for node in nodes:
        node.instead["/t/_search"] = misbehave
    with pytest.raises(ClusterUnavailable) as error:
        cluster.search(ALL, time_limit=60)
    assert code(error) == expected
    assert all(error.value.in_words(language) for language in LANGUAGES)
    assert sum(asked.path == "/t/_search" for node in nodes for asked in node.asked) <= 20


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ({"status": 429, "error": {"type": "rejected_execution_exception"}}, "cluster_busy"),
        ({"status": 403, "error": {"type": "security_exception"}}, "cluster_access"),
        ({"status": 404, "error": {"type": "index_not_found_exception"}}, "cluster_missing"),
        ({"error": "?"}, "cluster_failed"),
        ({**WHOLE, "_shards": SHARDS}, "cluster_shards"),
        ({"status": 200}, "cluster_foreign"),
        (None, "cluster_foreign"),
    ],
)
def test_one_of_several_searches_that_fails_fails_all(make: Make, answer: object, expected: str) -> None:
    cluster, (node,) = make()
    node.instead["/_msearch"] = saying({"responses": [{**WHOLE, "status": 200}, answer]})
    with pytest.raises(ClusterUnavailable) as error:
        cluster.searches([ALL, ALL], time_limit=60)
    assert code(error) == expected


def test_as_many_searches_are_answered_as_asked(make: Make) -> None:
    cluster, (node,) = make()
    node.instead["/_msearch"] = saying({"responses": [{**WHOLE, "status": 200}]})
    with pytest.raises(ClusterUnavailable):
        cluster.searches([ALL, ALL], time_limit=60)


def test_a_question_that_is_wrong_in_itself_is_our_fault(make: Make) -> None:
    cluster, (node,) = make()
    node.instead["/t/_search"] = refusing(400, "parsing_exception", "unknown query [nonsense]")
    with pytest.raises(RequestMalformed, match=r"unknown query \[nonsense\]"):
        cluster.search(ALL, time_limit=60)
    assert node.count("/t/_search") == 1 and not cluster.is_open


@pytest.mark.parametrize(
    "misbehave",
    [
        saying({**WHOLE, "timed_out": True}),
        refusing(500, "query_phase_execution_exception", "Time exceeded"),
        refusing(504, "timeout_exception"),
    ],
)
def test_what_took_too_long_in_the_cluster_is_late(make: Make, misbehave: Misbehave) -> None:
    cluster, (node,) = make()
    node.instead["/t/_search"] = misbehave
    with pytest.raises(ClusterLate):
        cluster.search(ALL, time_limit=60)


def test_a_slow_answer_is_waited_for_until_the_time_is_over(make: Make) -> None:
    cluster, (node,) = make()

    def slow(_: FakeNode, handler: BaseHTTPRequestHandler) -> None:
        if not asked_again.wait(60):
            return
        say(handler, WHOLE)

    asked_again = threading.Event()
    node.instead["/t/_search"] = slow
    node.instead["/_nodes/_local"] = lambda _, handler: (asked_again.set(), say(handler, {"nodes": {"id-n1": {}}}))[1]
    assert cluster.search(ALL, time_limit=60) == WHOLE  # it is not asked twice
    assert node.count("/t/_search") == 1
    node.instead["/t/_search"] = hanging
    with pytest.raises(ClusterLate):
        cluster.search(ALL, time_limit=0.3)
    assert not cluster.is_open


@pytest.mark.parametrize("early", [0.02, 0.0, -0.02])
def test_the_end_of_the_time_is_no_silence_of_the_host_however_its_timer_goes(
    make: Make, monkeypatch: pytest.MonkeyPatch, early: float
) -> None:
    cluster, (node,) = make()
    ask = Host.ask

    def ticking(host: Host, request: Request, seconds: float) -> object:
        if request.method == "GET":
            return ask(host, request, seconds)
        time.sleep(seconds - early)
        raise Trouble("silent")

    monkeypatch.setattr(Host, "ask", ticking)
    with pytest.raises(ClusterLate):
        cluster.search(ALL, time_limit=0.3)
    assert not cluster.is_open and node.asked


def test_if_a_node_falls_silent_as_the_time_ends_the_others_are_not_away(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    cluster, nodes = make(2)
    monkeypatch.setattr(reach, "PING", 0.1)
    for node in nodes:
        node.instead["/t/_search"] = hanging
    nodes[0].instead["/_nodes/_local"] = hanging
    for _ in range(2):
        with pytest.raises(ClusterLate):
            cluster.search(ALL, time_limit=0.3)


def test_a_busy_cluster_is_asked_again_after_a_pause(make: Make) -> None:
    cluster, (node,) = make()

    def soon(_: FakeNode, handler: BaseHTTPRequestHandler) -> None:
        if node.count("/t/_search") < 3:
            return refusing(429, "rejected_execution_exception")(node, handler)
        return say(handler, WHOLE)

    node.instead["/t/_search"] = soon
    assert cluster.search(ALL, time_limit=60) == WHOLE
    with pytest.raises(ClusterUnavailable):
        node.asked.clear()
        cluster.search(ALL, time_limit=0.005)  # no pause has room in it


# What goes wrong on one node


@pytest.mark.parametrize(
    "misbehave",
    [misbehave for misbehave, expected in TROUBLES if expected not in ("cluster_access", "cluster_missing", "cluster_shards")],
)
def test_another_node_answers_instead(make: Make, misbehave: Misbehave) -> None:
    cluster, nodes = make(3)
    nodes[0].instead["/t/_search"] = misbehave
    for _ in range(6):
        assert cluster.search(ALL, time_limit=60) == WHOLE


def test_a_host_that_refuses_is_put_aside_and_asked_again_later(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    cluster, nodes = make(2)
    nodes[0].instead["/t/_search"] = breaking_off
    for _ in range(6):
        cluster.search(ALL, time_limit=60)
    assert nodes[0].count("/t/_search") == 1
    del nodes[0].instead["/t/_search"]
    monkeypatch.setattr(reach, "AGAIN", 0)
    cluster.search(ALL, time_limit=60)
    while nodes[0].count("/t/_search") == 1:  # another thread finds out that it answers
        cluster.search(ALL, time_limit=60)


def test_where_no_host_answers_all_fail_at_once_but_one_that_tries(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    cluster, nodes = make(2)
    for node in nodes:
        node.stop()
    for _ in range(3):
        with pytest.raises(ClusterUnavailable) as error:
            cluster.search(ALL, time_limit=60)
        assert code(error) == "cluster_unreachable" and cluster.is_open
    monkeypatch.setattr(reach, "PROBE", 1000)
    monkeypatch.setattr(reach.Reach, "look", lambda _: pytest.fail("it is not yet time"))
    with pytest.raises(ClusterUnavailable):
        cluster.search(ALL, time_limit=60)


def test_a_cluster_that_hangs_opens_the_circuit_and_closes_it_when_it_answers(
    make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reach, "PING", 0.1)
    monkeypatch.setattr(reach, "PROBE", 0)
    cluster, (node,) = make()
    node.frozen = True
    for _ in range(2):
        with pytest.raises(ClusterUnavailable) as error:
            cluster.search(ALL, time_limit=0.5)
        assert code(error) == "cluster_silent" and cluster.is_open
    assert node.count("/t/_search") == 1
    node.frozen = False
    monkeypatch.setattr(reach, "PING", 10)
    assert cluster.search(ALL, time_limit=60) == WHOLE
    assert not cluster.is_open


def waiting_for(*others: FakeNode) -> Misbehave:
    """Hang as a node that waits for the shards of others, unless these are to have no part in the answer."""

    def answer(node: FakeNode, handler: BaseHTTPRequestHandler) -> None:
        preference = node.asked[-1].params.get("preference", "")
        if not preference or any(f"id-{other.name}" in preference for other in others):
            hanging(node, handler)
        else:
            say(handler, WHOLE)

    return answer


def test_a_frozen_node_is_kept_out_of_answers(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reach, "AGAIN", 1000)
    cluster, nodes = make(3)
    cluster._reach.look()  # as it does whenever something is slow
    monkeypatch.setattr(reach, "PING", 0.4)
    nodes[2].frozen = True
    for node in nodes[:2]:
        node.instead["/t/_search"] = waiting_for(nodes[2])
    for _ in range(4):
        assert cluster.search(ALL, time_limit=60) == WHOLE
    searches = [asked for node in nodes for asked in node.asked if asked.path == "/t/_search"]
    assert {asked.params["preference"] for asked in searches[-2:]} == {"_only_nodes:id-n1,id-n2"}
    assert nodes[2].count("/t/_search") <= 1
    assert cluster.searches([ALL], time_limit=60)
    assert json.loads(next(each for node in nodes for each in node.asked if each.path == "/_msearch").body.splitlines()[0])[
        "preference"
    ]
    nodes[2].frozen = False
    cluster._reach.look()
    assert cluster._reach.preference() == ""


def test_who_comes_while_another_looks_is_told_what_that_one_finds(make: Make) -> None:
    cluster, (node,) = make()
    assert cluster._reach.look() == frozenset()
    cluster._reach._found = math.inf, frozenset(cluster._reach.hosts)  # found after this one has come
    assert cluster._reach.look() == frozenset(cluster._reach.hosts)
    assert node.count("/_nodes/_local") == 1


def test_nodes_that_are_not_named_as_hosts_are_not_kept_out(make: Make) -> None:
    cluster, nodes = make(3)
    for node in nodes:
        node.nodes = [*node.nodes, "n4"]
    cluster._reach.look()
    assert cluster._reach.preference(cluster._reach.hosts[0]) == "_only_nodes:id-n2,id-n3,id-n4"
    for node in nodes:
        node.instead["/_cluster/state/nodes"] = refusing(403, "security_exception")
    cluster._reach.look()
    assert cluster._reach.preference(cluster._reach.hosts[0]) == "_only_nodes:id-n2,id-n3"


def test_a_node_that_only_the_cluster_cannot_reach_is_found_by_asking_around_each(make: Make) -> None:
    cluster, nodes = make(3)
    for node in nodes[1:]:
        node.instead["/t/_search"] = waiting_for(nodes[0])
    nodes[0].instead["/t/_search"] = hanging  # cut off from the others, it waits for them, whatever the preference
    for _ in range(4):
        assert cluster.search(ALL, time_limit=60) == WHOLE
    assert cluster._reach.preference() == "_only_nodes:id-n2,id-n3"


def test_a_node_is_suspected_no_more_when_an_answer_is_slow_without_it(make: Make) -> None:
    cluster, nodes = make(3)
    cluster._reach.look()
    one, other, _ = cluster._reach.hosts
    cluster._reach.accuse(one)
    assert cluster._reach.suspect is one and cluster._reach.preference() == "_only_nodes:id-n2,id-n3"
    for node in nodes:  # it was another that the cluster cannot reach
        node.instead["/t/_search"] = waiting_for(nodes[1])
    assert cluster.search(ALL, time_limit=60) == WHOLE
    assert cluster._reach.suspect is other
    cluster._reach.accuse(one)
    assert cluster._reach.suspect is other


def test_copies_that_only_a_node_out_of_reach_has_are_had_through_the_others(make: Make) -> None:
    cluster, nodes = make(2)

    def only_together(node: FakeNode, handler: BaseHTTPRequestHandler) -> None:
        if "preference" in node.asked[-1].params:
            refusing(400, "illegal_argument_exception", "no data nodes with criteria [id-n1] found for shard: [t-1][0]")(
                node, handler
            )
        else:
            say(handler, WHOLE)

    nodes[0].instead["/t/_search"] = only_together
    cluster._reach.look()
    nodes[1].frozen = True
    cluster._reach.put_all_aside()
    cluster._reach._aside.pop(cluster._reach.hosts[0])
    cluster._reach._hung.discard(cluster._reach.hosts[0])
    assert cluster.search(ALL, time_limit=60) == WHOLE
    assert nodes[0].count("/t/_search") == 2


def test_a_suspect_has_part_again_where_the_others_have_not_everything(make: Make) -> None:
    cluster, nodes = make(3)
    cluster._reach.look()

    def only_together(node: FakeNode, handler: BaseHTTPRequestHandler) -> None:
        kept_out = "preference" in node.asked[-1].params
        (refusing(503, "search_phase_execution_exception") if kept_out else saying(WHOLE))(node, handler)

    for node in nodes:
        node.instead["/t/_search"] = only_together
    cluster._reach.accuse(cluster._reach.hosts[0])
    assert cluster.search(ALL, time_limit=60) == WHOLE
    assert sum(node.count("/t/_search") for node in nodes) == 2
    assert cluster._reach.suspect is None


def test_the_circuit_does_not_open_because_hosts_were_slow_one_after_the_other(make: Make) -> None:
    cluster, _ = make(3)
    for host in cluster._reach.hosts:
        cluster._reach.look()
        cluster._reach.put_aside(host, Trouble("silent"))
    for host in cluster._reach.hosts:
        cluster._reach.put_aside(host, Trouble("silent"))
    assert cluster.search(ALL, time_limit=60) == WHOLE


@pytest.mark.parametrize("misbehave", [refusing(404, "search_context_missing_exception"), breaking_off])
def test_a_lost_point_in_time_is_said_to_be_lost(make: Make, misbehave: Misbehave) -> None:
    cluster, nodes = make(2)
    for node in nodes:
        node.instead["/_search"] = misbehave
    with pytest.raises(PitLost):
        cluster.search({"pit": {"id": "pit"}}, time_limit=60)


def test_a_point_in_time_of_which_a_frozen_node_has_a_part_is_lost(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    cluster, nodes = make(2)
    cluster._reach.look()
    monkeypatch.setattr(reach, "PING", 0.3)
    nodes[1].frozen = True
    nodes[0].instead["/_search"] = hanging
    with pytest.raises(PitLost):
        cluster.search({"pit": {"id": "pit"}}, time_limit=60)


# What is committed


def test_meta_is_that_of_the_index_behind_the_alias(make: Make) -> None:
    cluster, (node,) = make()
    assert cluster.meta() == META
    assert node.asked[0].params["local"] == "true"
    node.index = ""
    assert Cluster(cluster.settings).meta() == {}
    node.instead["/t/_mapping"] = saying({"error": "?"})
    with pytest.raises(ClusterUnavailable):
        cluster.meta()


def test_a_node_that_cannot_say_in_time_what_is_committed_is_gone_around(make: Make) -> None:
    cluster, nodes = make(3)
    nodes[1].instead["/t/_mapping"] = refusing(429, "timeout_exception")
    assert [cluster.meta() for _ in range(6)] == [META] * 6
    assert nodes[1].count("/t/_mapping") >= 1
    for node in nodes:
        node.instead["/t/_mapping"] = refusing(429, "timeout_exception")
    with pytest.raises(ClusterUnavailable):
        cluster.meta(time_limit=0.2)


def test_meta_never_goes_back_while_a_node_lags(make: Make) -> None:
    cluster, nodes = make(3)
    nodes[0].meta = {"generation": 2, "watermark": 60}
    while cluster.meta() != META:
        pass
    for _ in range(6):
        assert cluster.meta() == META
        before = nodes[0].count("/t/_search")
        cluster.search(ALL, time_limit=60)
        assert nodes[0].count("/t/_search") == before  # the question goes to the node that said it
    nodes[1].stop()
    nodes[2].stop()
    with pytest.raises(ClusterUnavailable) as error:  # one of three knows nothing of what the other two may have
        cluster.meta()
    assert code(error) == "cluster_lags"


def test_what_most_nodes_have_said_for_long_is_so_though_it_is_older(make: Make) -> None:
    cluster, nodes = make(3, patience=1000)
    assert cluster.meta() == META
    for node in nodes:
        node.meta = {"generation": 1, "watermark": 5}
    with pytest.raises(ClusterUnavailable) as error:
        cluster.meta()
    assert code(error) == "cluster_lags"
    cluster._newest._patience = 0
    assert cluster.meta() == nodes[0].meta
    assert cluster.meta() == nodes[0].meta


def test_an_index_of_a_later_number_is_newer_and_nothing_is_older_than_anything(make: Make) -> None:
    cluster, (node,) = make(patience=1000)
    cluster.meta()
    node.index, node.meta = "t-2", {"generation": 1, "watermark": 5}
    assert cluster.meta() == node.meta
    node.index = ""
    with pytest.raises(ClusterUnavailable):
        cluster.meta()
    cluster.forget()
    assert cluster.meta() == {}


def test_an_alias_of_two_indexes_answers_nothing(make: Make) -> None:
    cluster, (node,) = make()
    node.instead["/t/_mapping"] = saying({name: {"mappings": {"_meta": META}} for name in ("t-1", "x-2")})
    with pytest.raises(ClusterUnavailable) as error:
        cluster.meta()
    assert code(error) == "cluster_several" and "t-1, x-2" in error.value.in_words("en")


# What lets us in

PASSWORD = "mật-khẩu-Kín-0"
KEY = "a0V5LWtoYTpr"


@pytest.mark.parametrize(
    ("access", "header"),
    [
        ({"user": "toa-soan", "password": PASSWORD}, "Basic " + base64.b64encode(f"toa-soan:{PASSWORD}".encode()).decode()),
        ({"api_key": KEY}, f"ApiKey {KEY}"),
    ],
)
def test_the_secret_goes_to_the_node_and_nowhere_else(
    make: Make, access: dict[str, str], header: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    _, (node,) = make()
    cluster = Cluster(ClusterSettings(hosts=(node.host,), index="t", **access))
    seen: list[str] = [repr(cluster), repr(cluster.settings), repr(cluster.client), repr(cluster._reach.hosts)]
    for misbehave in [misbehave for misbehave, _ in TROUBLES] + [refusing(400, "parsing_exception"), saying(WHOLE)]:
        node.instead["/t/_search"] = misbehave
        cluster._reach.look()
        try:
            cluster.search(ALL, time_limit=60)
        except Exception as error:
            seen += [repr(error), str(error), repr(error.__cause__), repr(error.args)]
    assert {asked.headers["authorization"] for asked in node.asked} == {header}
    cluster.client.search(index="t", body=ALL)
    node.stop()
    with pytest.raises(ClusterUnavailable):
        cluster.search(ALL, time_limit=60)
    seen += [caplog.text]
    secrets = {PASSWORD, KEY, header, header.partition(" ")[2]}
    assert [(secret, text) for secret in secrets for text in seen if secret in text] == []
    cluster.close()


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if shutil.which("openssl") is None:
        pytest.skip("there is no openssl to make a certificate")
    folder = tmp_path_factory.mktemp("cert")
    made = "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=nut -addext subjectAltName=IP:127.0.0.1 -keyout key.pem -out cert.pem"
    subprocess.run(made.split(), cwd=folder, check=True, capture_output=True)
    return folder


def test_a_certificate_counts_only_if_its_authority_does(certificate: Path) -> None:
    certified = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    certified.load_cert_chain(certificate / "cert.pem", certificate / "key.pem")
    with fake_node("n1", ["n1"], certified) as node:
        trusting = Cluster(ClusterSettings(hosts=(node.host,), index="t", ca=str(certificate / "cert.pem")))
        assert trusting.search(ALL, time_limit=60) == WHOLE
        trusting.close()
        doubting = Cluster(ClusterSettings(hosts=(node.host,), index="t"))
        with pytest.raises(ClusterUnavailable) as error:
            doubting.search(ALL, time_limit=60)
        assert code(error) == "cluster_tls"
        doubting.close()


# Around it


def test_tries_are_told_to_whoever_counts_them(make: Make) -> None:
    told: list[str] = []
    cluster, nodes = make(2, observe=lambda outcome, seconds: told.append(outcome))
    nodes[0].instead["/t/_search"] = breaking_off
    for _ in range(3):
        cluster.search(ALL, time_limit=60)
    assert sorted(told) == ["answered"] * 3 + ["unreachable"]
    for node in nodes:
        node.stop()
    told.clear()
    for _ in range(2):
        with pytest.raises(ClusterUnavailable):
            cluster.search(ALL, time_limit=60)
    assert told[-1] == "open"


def test_health_is_what_the_cluster_says(make: Make) -> None:
    cluster, _ = make(2)
    assert cluster.health()["status"] == "green"


def test_without_the_library_it_is_said_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "opensearchpy", None)
    with pytest.raises(ClientMissing, match=r"pip install 'lucbao\[opensearch\]'"):
        Cluster(ClusterSettings())


def test_many_threads_share_a_cluster(make: Make) -> None:
    cluster, nodes = make(3)
    nodes[1].instead["/t/_search"] = breaking_off
    answers: list[object] = []

    def ask() -> None:
        for _ in range(10):
            assert cluster.meta() == META
            answers.append(cluster.search(ALL, time_limit=60))

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [WHOLE] * 80


# A real node


@pytest.fixture
def real(cluster_hosts: tuple[str, ...]) -> Iterator[Cluster]:
    cluster = Cluster(ClusterSettings(hosts=cluster_hosts, index="thu-noi"))
    client = cluster.client
    client.indices.delete(index="thu-noi-1", ignore_unavailable=True)
    yield cluster
    client.indices.delete(index="thu-noi-1", ignore_unavailable=True)
    cluster.close()


def fill(cluster: Cluster, count: int = 10) -> None:
    mappings = {"_meta": META, "properties": {"a": {"type": "keyword"}, "n": {"type": "long"}}}
    settings = {"number_of_shards": 2, "number_of_replicas": 0, "refresh_interval": -1}
    body = {"settings": settings, "mappings": mappings, "aliases": {"thu-noi": {}}}
    cluster.client.indices.create(index="thu-noi-1", body=body)
    lines = [line for number in range(count) for line in ({"index": {"_id": str(number)}}, {"a": str(number), "n": number})]
    cluster.client.bulk(index="thu-noi-1", body=lines, params={"refresh": "true"})


@pytest.mark.cluster
def test_a_real_node_answers_in_whole(real: Cluster) -> None:
    assert real.meta() == {}
    with pytest.raises(ClusterUnavailable) as error:
        real.search(ALL, time_limit=60)
    assert code(error) == "cluster_missing"
    fill(real)
    assert real.meta() == META
    count = {**ALL, "size": 3, "track_total_hits": True, "sort": ["n"]}
    answer = real.search(count, time_limit=60)
    assert answer["hits"]["total"]["value"] == 10 and [hit["_id"] for hit in answer["hits"]["hits"]] == ["0", "1", "2"]
    few, all_ = real.searches([{"query": {"term": {"a": "7"}}}, ALL], time_limit=60, search_type="dfs_query_then_fetch")
    assert (few["hits"]["total"]["value"], all_["hits"]["total"]["value"]) == (1, 10)
    assert real.health()["status"] == "green"


@pytest.mark.cluster
def test_a_real_node_keeps_a_point_in_time(real: Cluster) -> None:
    fill(real)
    pit = real.open_pit()
    real.client.delete(index="thu-noi-1", id="3", params={"refresh": "true"})
    assert len(real.search({"pit": {"id": pit}, "size": 100}, time_limit=60)["hits"]["hits"]) == 10
    real.close_pit(pit)
    with pytest.raises(PitLost):
        real.search({"pit": {"id": pit}}, time_limit=60)


@pytest.mark.cluster
def test_a_real_node_refuses_and_is_late(real: Cluster) -> None:
    fill(real, 1000)
    with pytest.raises(RequestMalformed, match="nonsense"):
        real.search({"query": {"nonsense": {}}}, time_limit=60)
    with pytest.raises(RequestMalformed, match="nonsense"):
        real.searches([ALL, {"query": {"nonsense": {}}}], time_limit=60)
    source = "long n = 0; for (int i = 0; i < 900000; i++) { n += i % 7 } return 1 + n % 2"
    slow = {"query": {"script_score": {"query": ALL["query"], "script": {"source": source}}}, "timeout": "1ms"}
    with pytest.raises(ClusterLate):
        real.search(slow, time_limit=60)
    real._reach.look()
    (host,) = real._reach.hosts
    assert host.node
    for ids in ("a", "a,b"):
        with pytest.raises(Trouble) as trouble:
            host.ask(Request("POST", "/thu-noi/_search", {"preference": f"_only_nodes:{ids}"}), 60)
        assert trouble.value.kind == "shards"
