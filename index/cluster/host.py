"""One address of the cluster: a request -> its answer, or what is in the way, in our words.

A request is tried once, within the seconds it is given. Nothing of the client library leaves this module but the client itself, and no
trouble carries what lets us in: neither the client's errors nor a node's sentences are handed on, only statuses and kinds of errors.
"""

from __future__ import annotations

import base64
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import urlsplit

from index.cluster.errors import ClientMissing
from index.cluster.setting import ClusterSettings
from index.errors import told
from language.wording import Told

if TYPE_CHECKING:
    from opensearchpy import OpenSearch

Kind = Literal[
    "silent",
    "hung",
    "unreachable",
    "tls",
    "foreign",
    "failed",
    "busy",
    "away",
    "access",
    "missing",
    "shards",
    "pit",
    "late",
    "malformed",
]
_CONNECTIONS = 32  # kept open to a host; more are opened and closed
_SECONDS = 30.0  # of what the writer asks without saying how long it may take
_EXPIRED = {"search_context_missing_exception", "point_in_time_not_found_exception"}
_TIME_OVER = {"timeout_exception"}
_NO_COPY = ("no data nodes with criteria", "no data node with")
_AWAY = {
    "cluster_block_exception",
    "cluster_manager_not_discovered_exception",
    "connect_transport_exception",
    "illegal_index_shard_state_exception",
    "index_shard_closed_exception",
    "no_shard_available_action_exception",
    "node_closed_exception",
    "node_disconnected_exception",
    "node_not_connected_exception",
    "receive_timeout_transport_exception",
    "shard_not_found_exception",
}
"""What is said of a node that has just gone, and of its shards until others have taken its place; and for as long as there is no quorum."""


@dataclass(frozen=True)
class Request:
    """What a node is asked: a method, a path, parameters, a body (JSON, or lines of it already written)."""

    method: str
    path: str
    params: Mapping[str, str] = field(default_factory=dict)
    body: Any = None


class Trouble(Exception):
    """Raised when a request had no answer: of which kind, with which status of HTTP, and the kinds of errors that the node named."""

    def __init__(self, kind: Kind, *, status: int = 0, named: str = "", said: str = "") -> None:
        super().__init__(kind, status, named)
        self.kind = kind
        self.status = status
        self.named = named
        self.said = said
        """The node's whole answer; only for a request that is malformed, which holds no secret."""

    @property
    def reason(self) -> Told:
        """What a reader is told."""
        match self.kind:
            case "silent" | "hung":
                return told("cluster_silent")
            case "unreachable":
                return told("cluster_unreachable")
            case "tls":
                return told("cluster_tls")
            case "foreign":
                return told("cluster_foreign")
            case "access":
                return told("cluster_access", status=self.status)
            case "busy":
                return told("cluster_busy")
            case "missing":
                return told("cluster_missing")
            case "shards":
                return told("cluster_shards")
            case "away" if self.named:
                return told("cluster_shards")
            case _:
                return told("cluster_failed", status=self.status, named=self.named or "-")


class Host:
    """One address of the cluster, with connections that threads share."""

    def __init__(self, address: str, settings: ClusterSettings) -> None:
        self.address = address
        self.node = ""  # the id of the node that was last there
        self._client = client((address,), settings, max_retries=0, retry_on_status=())

    def __repr__(self) -> str:
        return f"Host({self.address!r})"

    def ask(self, request: Request, seconds: float) -> Any:
        """Return the answer, read as JSON. Raises Trouble."""
        from opensearchpy.exceptions import OpenSearchException

        try:
            return self._client.transport.perform_request(
                request.method, request.path, params=dict(request.params), body=request.body, timeout=max(seconds, 0.001)
            )
        except OpenSearchException as error:
            raise trouble_of(error) from None  # its text may hold what the node says of who we are

    def ping(self, seconds: float) -> Trouble | None:
        """Note which node answers there by itself, whatever the others do; return what is in the way. One that lets us not in answers, too."""
        try:
            answer = self.ask(Request("GET", "/_nodes/_local", {"filter_path": "nodes.*.name"}), seconds)
            self.node = next(iter(answer["nodes"]))
        except Trouble as trouble:
            return None if trouble.kind == "access" else trouble
        except (TypeError, LookupError, StopIteration):
            return Trouble("foreign")
        return None

    def close(self) -> None:
        """Close its connections."""
        self._client.close()


def client(hosts: Sequence[str], settings: ClusterSettings, **options: Any) -> OpenSearch:
    """Return a client of the library for some of the hosts, which never looks for others by itself. Raises ClientMissing."""
    try:
        from opensearchpy import OpenSearch
    except ImportError as error:
        raise ClientMissing from error
    for name in ("opensearch", "opensearchpy.trace"):  # a failed try is ours to tell of; a program that logs, logs it
        logger = logging.getLogger(name)
        if not logger.handlers:
            logger.addHandler(logging.NullHandler())
    return OpenSearch(
        [_parts(host) for host in hosts],
        headers=_letting_in(settings),
        ca_certs=settings.ca or None,
        pool_maxsize=_CONNECTIONS,
        timeout=_SECONDS,
        sniff_on_start=False,
        sniff_on_connection_fail=False,
        **options,
    )


def _parts(host: str) -> dict[str, object]:
    parts = urlsplit(host)
    return {"host": parts.hostname, "port": parts.port, "use_ssl": parts.scheme == "https"}


def _letting_in(settings: ClusterSettings) -> dict[str, str]:
    if settings.api_key:
        return {"authorization": f"ApiKey {settings.api_key}"}
    if settings.user:
        return {"authorization": "Basic " + base64.b64encode(f"{settings.user}:{settings.password}".encode()).decode()}
    return {}


def trouble_of(error: Exception) -> Trouble:
    from opensearchpy.exceptions import ConnectionError, ConnectionTimeout, SSLError, TransportError

    match error:
        case ConnectionTimeout():
            return Trouble("silent")
        case SSLError():
            return Trouble("tls")
        case ConnectionError():
            return Trouble(_connecting(error))
        case TransportError() if isinstance(error.status_code, int):
            return refusal(error.status_code, error.info)
        case _:
            return Trouble("foreign")


def _connecting(error: Any) -> Kind:
    from urllib3.exceptions import ConnectTimeoutError, NewConnectionError

    if isinstance(error.info, ConnectTimeoutError) and not isinstance(error.info, NewConnectionError):
        return "silent"
    return "unreachable"


def refusal(status: int, answer: object) -> Trouble:
    """Return what a status other than 200 means, with the errors that the answer names."""
    error = answer.get("error") if isinstance(answer, dict) else None
    names = _names(error)
    named = ", ".join(dict.fromkeys(names))
    if _EXPIRED & set(names):
        return Trouble("pit", status=status, named=named)
    if any(sign in str(error).lower() for sign in _NO_COPY):
        return Trouble("shards", status=status, named=named)
    if _TIME_OVER & set(names) or "time exceeded" in str(error).lower():
        return Trouble("late", status=status, named=named)
    kinds: dict[int, Kind] = {401: "access", 403: "access", 404: "missing", 408: "failed", 429: "busy", 503: "away"}
    if _AWAY & set(names):
        return Trouble("away", status=status, named=named)
    if status in kinds:
        return Trouble(kinds[status], status=status, named=named)
    if 400 <= status < 500:
        return Trouble("malformed", status=status, named=named, said=str(answer)[:4000])
    return Trouble("failed", status=status, named=named)


def _names(error: object) -> list[str]:
    """Return the kinds of an error and of all that caused it, the outermost first."""
    if isinstance(error, list):
        return [name for each in error for name in _names(each)]
    if not isinstance(error, dict):
        return []
    inner = [error.get(key) for key in ("failed_shards", "reason", "caused_by", "root_cause")]
    own = error.get("type")
    return [*([own] if isinstance(own, str) else []), *(name for each in inner for name in _names(each))]
