"""benchmarks/peer.py and expert.py: each peer indexes, finds the best, and counts; how well it ranks is no test's business."""

from __future__ import annotations

from pathlib import Path

import expert
import pytest
from expert import ExpertOpenSearch
from peer import Fts5, Peer, StockWhoosh

from corpus.article import Article, Block

pytestmark = pytest.mark.slow

TEXTS = (
    "Hội đồng nhân dân tỉnh họp bàn giá nước sạch",
    "Nông thôn mới ở xã Tân Lập: đường làng đã sáng đèn",
    "Giá lúa tăng, nông dân xã Tân Lập vui",
)
PEERS = (Fts5, StockWhoosh, pytest.param(ExpertOpenSearch, marks=pytest.mark.cluster))


class Started:
    """In the place of nodes of its own: those that all tests have."""

    hosts: tuple[str, ...] = ()

    def __init__(self, **_: object) -> None:
        pass

    def start(self) -> None:
        """They have been."""


@pytest.mark.parametrize("kind", PEERS)
def test_a_peer_finds_what_it_indexed(
    kind: type[Peer], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    if kind is ExpertOpenSearch:
        monkeypatch.setattr(Started, "hosts", request.getfixturevalue("cluster_hosts"))
        monkeypatch.setattr(expert, "ClusterNodes", Started)
        request.addfinalizer(lambda: peer._send("DELETE", f"/{expert.INDEX}"))  # type: ignore[attr-defined]
    peer = kind(tmp_path, 1)
    peer.build(Article(title="", blocks=(Block("paragraph", text),), url=f"https://bao.example/{text}") for text in TEXTS)
    peer.open()
    assert peer.best("nông thôn mới", "any")[0] == 1
    assert set(peer.best("xã Tân Lập", peer.ways[-1])) == {1, 2}
    assert peer.ask(("phrase", ["xã", "tân", "lập"])) == 2
    assert peer.ask(("headline", ["giá", "đèn"])) == 3
    if kind is not StockWhoosh:  # which keeps marks
        assert peer.best("nong thon moi", "any")[0] == 1
