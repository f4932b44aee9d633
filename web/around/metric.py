"""Every request -> counters and latencies for Prometheus at /metrics, and a line of JSON in the access log.

Neither knows what was searched: metrics go by route, the log holds paths without their query and without the reader's address, unless
LUCBAO_ACCESS_LOG=full. /metrics is for this machine unless LUCBAO_METRICS=all, and is not there for others. With several processes,
PROMETHEUS_MULTIPROC_DIR (prometheus-client's own variable) makes one sum of all. A proxy on this machine that adds no header looks like
somebody who sits here, so the Host that was asked for must be this machine's too.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timezone

from flask import Blueprint, Flask, Response, current_app, g, request
from flask.typing import ResponseReturnValue
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector
from werkzeug.exceptions import NotFound

from language.errors import ToldError
from web.around.host import is_this_machine, refused
from web.around.limit import is_local
from web.around.proxy import is_forwarded
from web.desk import searcher

blueprint = Blueprint("metric", __name__)

_BUCKETS = (0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10)  # seconds
_QUIET = ("static", "health.alive", "health.ready", "metric.show")


class _Archive(Collector):
    """What the archive and its index are like at the moment of asking; nothing while they cannot be opened."""

    def collect(self) -> Iterator[Metric]:
        try:
            engine = searcher()
            engine.health()
            overview = engine.overview()
        except ToldError:
            yield GaugeMetricFamily("lucbao_ready", "1 if archive and index are open", value=0)
            return
        yield GaugeMetricFamily("lucbao_ready", "1 if archive and index are open", value=1)
        yield GaugeMetricFamily("lucbao_articles", "Articles that can be found", value=overview.articles)
        yield GaugeMetricFamily("lucbao_index_generation", "Number of the index's commit", value=overview.generation)


def measure(app: Flask, *, access_log: str, open_metrics: bool, has_proxy: bool, many_processes: bool) -> None:
    """Make `app` count, time and log its requests; must come before whatever else looks at them."""
    registry = CollectorRegistry()
    requests = Counter("lucbao_requests", "Requests answered", ["route", "method", "status"], registry=registry)
    seconds = Histogram("lucbao_request_seconds", "Time to answer", ["route"], buckets=_BUCKETS, registry=registry)
    app.extensions["metrics"] = registry
    app.config.update(
        OPEN_METRICS=open_metrics, HAS_PROXY=has_proxy, MANY_PROCESSES=many_processes, ACCESS_LOG=access_log
    )  # the footer says what is logged
    app.register_blueprint(blueprint)

    @app.before_request
    def begin() -> None:
        g.began = time.perf_counter()

    @app.after_request
    def end(response: Response) -> Response:
        began = g.get("began", time.perf_counter())
        rule, path, method = (
            request.url_rule,
            request.path,
            request.method if request.method in ("GET", "HEAD", "POST") else "other",
        )
        route = rule.rule if rule else "none"
        line: dict[str, object] = {"time": "", "method": method, "path": path, "status": response.status_code}
        if access_log == "full":
            line |= {"query": request.query_string.decode("ascii", "replace"), "client": request.remote_addr}
        if said := refused():
            line["host"] = said[0]
        quiet = access_log == "off" or request.endpoint in _QUIET

        def finish() -> None:
            took = time.perf_counter() - began
            requests.labels(route, method, str(response.status_code)).inc()
            seconds.labels(route).observe(took)
            if not quiet:
                line.update(time=datetime.now(timezone.utc).isoformat(timespec="milliseconds"), ms=round(took * 1000, 1))
                line["bytes"] = response.content_length
                sys.stderr.write(json.dumps(line, ensure_ascii=False) + "\n")

        if response.is_streamed:
            response.call_on_close(finish)  # a stream's time is until its last byte
        else:
            finish()
        return response


def measure_cluster(app: Flask) -> Callable[[str, float], None]:
    """Return what counts and times each request to the search cluster, by how it ended; "open": it was not even made, as no node answers."""
    registry = app.extensions["metrics"]
    requests = Counter("lucbao_cluster_requests", "Requests to the search cluster", ["outcome"], registry=registry)
    seconds = Histogram("lucbao_cluster_request_seconds", "Time of the cluster to answer", buckets=_BUCKETS, registry=registry)
    circuit = Gauge(
        "lucbao_cluster_circuit_open",
        "1 while no node of the cluster answers and searches fail at once",
        registry=registry,
        multiprocess_mode="livemax",
    )

    def observe(outcome: str, took: float) -> None:
        requests.labels(outcome).inc()
        if outcome == "open":
            circuit.set(1)
            return
        seconds.observe(took)
        if outcome == "answered":
            circuit.set(0)

    return observe


@blueprint.get("/metrics")
def show() -> ResponseReturnValue:
    """Answer with the figures in Prometheus's text format."""
    if not (current_app.config["OPEN_METRICS"] or _sits_here()):
        raise NotFound
    registry = current_app.extensions["metrics"]
    if current_app.config["MANY_PROCESSES"]:
        registry = CollectorRegistry()
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    own = CollectorRegistry()
    own.register(_Archive())
    return Response(generate_latest(registry) + generate_latest(own), content_type=CONTENT_TYPE_LATEST)


def _sits_here() -> bool:
    """Return whether the asker is at this machine for certain, with no proxy in between, told of or not."""
    direct = not current_app.config["HAS_PROXY"] and not is_forwarded(request)
    return direct and is_local(request.remote_addr) and is_this_machine(request.host)
