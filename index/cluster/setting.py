"""The environment, as a mapping -> which cluster there is, and how it lets us in.

Invariants: a secret is never sent over a line that others can read, but on this machine, and is in no message and no `repr`. A value that
cannot be meant is an error at the start, never a guess.
"""

from __future__ import annotations

import re
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from urllib.parse import urlsplit

from index.cluster.errors import ClusterSettingInvalid
from language.wording import shortened

_PORT = 9200
_INDEX = re.compile(r"[a-z0-9][a-z0-9_-]{0,99}")
_MOST_SHARDS = 1000
_MOST_REPLICAS = 20


@dataclass(frozen=True)
class ClusterSettings:
    """Where the cluster is, and what is ours in it.

    `hosts` are addresses, scheme and port included; `index` is the alias that readers ask; `user` with `password`, or `api_key`, are ""
    where nobody is asked who he is; `ca` is the file of the authority that signed the nodes' certificates, "" for those the system knows;
    `shards` and `replicas` are those of an index that is made anew.
    """

    hosts: tuple[str, ...] = ("http://127.0.0.1:9200",)
    index: str = "lucbao"
    user: str = ""
    password: str = field(default="", repr=False)
    api_key: str = field(default="", repr=False)
    ca: str = ""
    shards: int = 1
    replicas: int = 0

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> ClusterSettings | None:
        """Return what LUCBAO_CLUSTER and its like say; None where the embedded engine is asked for. Raises ClusterSettingInvalid."""
        engine = environment.get("LUCBAO_ENGINE", "").strip()
        if engine in ("", "embedded"):
            return None
        if engine != "opensearch":
            raise ClusterSettingInvalid("setting_engine", value=shortened(engine))
        names = ("INDEX", "USER", "PASSWORD", "API_KEY", "CA", "SHARDS", "REPLICAS")
        values = {name: environment.get(f"LUCBAO_CLUSTER_{name}", "").strip() for name in names}
        hosts = _hosts(environment.get("LUCBAO_CLUSTER", ""))
        settings = cls(
            hosts=hosts,
            index=_index(values["INDEX"]),
            user=values["USER"],
            password=values["PASSWORD"],
            api_key=values["API_KEY"],
            ca=values["CA"],
            shards=_number("SHARDS", values["SHARDS"], 1, 1, _MOST_SHARDS),
            replicas=_number("REPLICAS", values["REPLICAS"], int(len(hosts) > 1), 0, _MOST_REPLICAS),
        )
        settings.check()
        return settings

    def check(self) -> None:
        """Raise ClusterSettingInvalid if what lets us in does not fit together, would be sent in the open, or cannot be sent."""
        if bool(self.user) != bool(self.password) or (self.user and self.api_key):
            raise ClusterSettingInvalid("setting_access")
        if ":" in self.user or not (self.user + self.password).isprintable() or not re.fullmatch(r"[!-~]*", self.api_key):
            raise ClusterSettingInvalid("setting_access_letters")
        if self.user or self.api_key:
            for host in self.hosts:
                if not host.startswith("https:") and not _is_this_machine(host):
                    raise ClusterSettingInvalid("setting_open_line", host=host)
        if self.ca:
            try:
                ssl.create_default_context(cafile=self.ca)
            except (OSError, ValueError) as error:  # ssl's own error is an OSError
                raise ClusterSettingInvalid("setting_ca", path=self.ca) from error


def _hosts(written: str) -> tuple[str, ...]:
    hosts = dict.fromkeys(_host(each) for each in written.replace(",", " ").split())
    return tuple(hosts) or ClusterSettings.hosts


def _host(written: str) -> str:
    try:
        parts = urlsplit(written)
        port = parts.port
    except ValueError:
        raise ClusterSettingInvalid("setting_cluster") from None  # it says what was given
    further = parts.path.strip("/") or parts.query or parts.fragment or "@" in parts.netloc
    if parts.scheme not in ("http", "https") or not parts.hostname or further or port == 0:
        raise ClusterSettingInvalid("setting_cluster")  # not what was given: it may hold a password
    name = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return f"{parts.scheme}://{name}:{port or _PORT}"


def _is_this_machine(host: str) -> bool:
    name = urlsplit(host).hostname or ""
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return name == "localhost"


def _index(written: str) -> str:
    if written and not _INDEX.fullmatch(written):
        raise ClusterSettingInvalid("setting_index", value=shortened(written))
    return written or ClusterSettings.index


def _number(name: str, written: str, default: int, least: int, most: int) -> int:
    if not written:
        return default
    if not re.fullmatch(r"[0-9]{1,6}", written) or not least <= int(written) <= most:
        raise ClusterSettingInvalid("setting_number", setting=f"LUCBAO_CLUSTER_{name}", least=least, most=most)
    return int(written)
