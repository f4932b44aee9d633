from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from web import create_app
from web.around.metric import measure_cluster
from web.setting import Settings


@pytest.fixture
def app(archive_home: Path) -> Iterator[Flask]:
    app = create_app(archive_home, settings=Settings())
    yield app
    app.extensions["lucbao"].close()


def figures(app: Flask) -> dict[str, float]:
    text = app.test_client().get("/metrics").text
    return {line.rpartition(" ")[0]: float(line.rpartition(" ")[2]) for line in text.splitlines() if not line.startswith("#")}


def test_requests_are_counted_by_route_and_the_index_is_described(app: Flask, archive_home: Path) -> None:
    client = app.test_client()
    for path in ("/tim-kiem?q=trường", "/tim-kiem?q=chuẩn", "/bai-viet/aaaaaaaaaaaa", "/bai-viet/bbbbbbbbbbbb", "/khong-co"):
        client.get(path)
    client.open("/", method="BREW")
    seen = figures(app)
    assert seen['lucbao_requests_total{method="GET",route="/tim-kiem",status="200"}'] == 2
    assert seen['lucbao_requests_total{method="GET",route="/bai-viet/<name>",status="404"}'] == 2
    assert seen['lucbao_requests_total{method="GET",route="none",status="404"}'] == 1
    assert seen['lucbao_requests_total{method="other",route="none",status="405"}'] == 1
    assert seen['lucbao_request_seconds_count{route="/tim-kiem"}'] == 2
    assert seen["lucbao_ready"] == 1
    ready = client.get("/readyz").json
    assert ready is not None and seen["lucbao_articles"] == ready["articles"]
    assert seen["lucbao_index_generation"] == ready["generation"]
    assert not [name for name in seen if "trường" in name or "chuẩn" in name]


def test_without_an_archive_the_figures_say_so(tmp_path: Path) -> None:
    seen = figures(create_app(tmp_path / "chưa có", settings=Settings()))
    assert seen["lucbao_ready"] == 0 and "lucbao_articles" not in seen


def test_requests_to_a_cluster_are_counted_by_how_they_ended(app: Flask) -> None:
    assert not [name for name in figures(app) if "cluster" in name]
    observe = measure_cluster(app)
    for outcome, took in (("answered", 0.004), ("answered", 0.3), ("silent", 1.0), ("open", 0.0), ("open", 0.0)):
        observe(outcome, took)
    seen = figures(app)
    counted = {
        outcome: seen[f'lucbao_cluster_requests_total{{outcome="{outcome}"}}'] for outcome in ("answered", "silent", "open")
    }
    assert counted == {"answered": 2, "silent": 1, "open": 2}
    assert seen["lucbao_cluster_request_seconds_count"] == 3
    assert seen["lucbao_cluster_circuit_open"] == 1
    observe("answered", 0.01)
    assert figures(app)["lucbao_cluster_circuit_open"] == 0


@pytest.mark.parametrize(
    ("address", "headers", "open_metrics", "status"),
    [
        ("127.0.0.1", {}, False, 200),
        ("::1", {}, False, 200),
        ("203.0.113.7", {}, False, 404),
        ("127.0.0.1", {"X-Forwarded-For": "203.0.113.7"}, False, 404),  # a proxy that nobody told us of
        ("127.0.0.1", {"X-Real-IP": "203.0.113.7"}, False, 404),
        ("127.0.0.1", {"X-Forwarded-Proto": "https"}, False, 404),
        ("127.0.0.1", {"Via": "1.1 proxy"}, False, 404),
        ("127.0.0.1", {"Host": "192.168.1.7"}, False, 404),  # a proxy that adds no header, but tells what it was asked for
        ("127.0.0.1", {"Host": "127.0.0.1:8000"}, False, 200),
        ("127.0.0.1", {"Host": "192.168.1.7"}, True, 200),
        ("203.0.113.7", {}, True, 200),
    ],
)
def test_the_figures_are_for_this_machine_unless_opened(
    archive_home: Path, address: str, headers: dict[str, str], open_metrics: bool, status: int
) -> None:
    app = create_app(archive_home, settings=Settings(open_metrics=open_metrics))
    response = app.test_client().get("/metrics", headers=headers, environ_overrides={"REMOTE_ADDR": address})
    assert response.status_code == status
    app.extensions["lucbao"].close()


def test_behind_a_proxy_the_figures_are_closed_though_it_adds_no_header(archive_home: Path) -> None:
    for open_metrics, status in ((False, 404), (True, 200)):
        app = create_app(archive_home, settings=Settings(proxies=1, open_metrics=open_metrics))
        assert app.test_client().get("/metrics").status_code == status
        app.extensions["lucbao"].close()


@pytest.mark.parametrize("kind", ["paths", "full", "off"])
def test_the_log_does_not_know_what_was_searched_unless_told_to(
    archive_home: Path, capsys: pytest.CaptureFixture[str], kind: str
) -> None:
    app = create_app(archive_home, settings=Settings(access_log=kind))
    client = app.test_client()
    capsys.readouterr()
    for path in ("/tim-kiem?q=nguon-tin", "/healthz", "/static/lucbao.css", "/khong%0Acó"):
        client.get(path, environ_overrides={"REMOTE_ADDR": "203.0.113.7"}).close()
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    app.extensions["lucbao"].close()
    if kind == "off":
        assert lines == []
        return
    assert [(line["method"], line["path"], line["status"]) for line in lines] == [
        ("GET", "/tim-kiem", 200),
        ("GET", "/khong\ncó", 404),
    ]
    assert all(line["ms"] >= 0 and line["bytes"] > 0 and line["time"].endswith("+00:00") for line in lines)
    known = "q=nguon-tin" in str(lines), "203.0.113.7" in str(lines)
    assert known == ((True, True) if kind == "full" else (False, False))
