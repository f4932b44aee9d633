"""The environment -> what whoever runs the web decides: address, password, proxies, limits, what is logged and measured.

Read once, by create_app. A value that cannot be meant is an error at the start, never a guess: a misspelled password setting must
not open a private archive.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from language.errors import ToldError
from web.around.host import ANY, host_name, is_address

PREFIX = "LUCBAO_"
_NAMES = ("HOME", "BASE_URL", "HOSTS", "CORS", "PASSWORD", "SESSIONS", "PROXIES", "RATE", "METRICS", "ACCESS_LOG")
_PATH = re.compile(r"(/[\w.~!$&()*+,;=:@%-]*)*")  # an address' path, without quotes
_MOST_PROXIES = 10
_MOST_REQUESTS = 1_000_000


class SettingError(ToldError):
    """A variable of the environment cannot be meant as it is; the message names it and says what it may be."""

    room = "web"


@dataclass(frozen=True)
class Settings:
    """How the web is run.

    `base_url` is where readers reach the site, without a slash at its end, "" if unknown; `hosts` are other names that it is reached by, "*"
    for any; `origins` are sites whose pages may read what is for programs, "*" for any; `password` protects everything but health unless it is ""; `sessions` is a word that all sessions begun with it end with; `proxies` says how many reverse proxies stand in front, whose X-Forwarded-* headers are then believed; `rate` is how
    many searches a client may make in a minute, 0 for no limit (see web.around.limit); `open_metrics` shows /metrics to other machines too;
    `access_log` is "off", "paths" (without what was searched and by whom) or "full"; `many_processes` says that prometheus-client keeps its
    figures in files that processes share.
    """

    base_url: str = ""
    hosts: tuple[str, ...] = ()
    origins: tuple[str, ...] = ()
    password: str = ""
    sessions: str = ""
    proxies: int = 0
    rate: int = 120
    open_metrics: bool = False
    access_log: str = "paths"
    many_processes: bool = False


def read_settings(environment: Mapping[str, str]) -> Settings:
    """Return the settings in `environment`, defaults for what is absent or empty. Raises SettingError."""
    for name in environment:
        if name.startswith(PREFIX + "PASS") and name != PREFIX + "PASSWORD":
            raise SettingError("setting.unknown", setting=name)
    values = {name: _plain(environment.get(PREFIX + name, ""), name).strip() for name in _NAMES}
    return Settings(
        base_url=_address(values["BASE_URL"]),
        hosts=_hosts(values["HOSTS"]),
        origins=_origins(values["CORS"]),
        sessions=values["SESSIONS"],
        password=environment.get(PREFIX + "PASSWORD", ""),
        proxies=_whole(values["PROXIES"], "PROXIES", 0, _MOST_PROXIES),
        rate=_whole(values["RATE"], "RATE", Settings.rate, _MOST_REQUESTS),
        open_metrics=_choice(values["METRICS"], "METRICS", ("local", "all")) == "all",
        access_log=_choice(values["ACCESS_LOG"], "ACCESS_LOG", ("paths", "off", "full")),
        many_processes=bool(environment.get("PROMETHEUS_MULTIPROC_DIR")),
    )


def data_folder(home: Path | str) -> Path:
    """Return the data folder `home`, which need not be there yet. Raises SettingError for what cannot be a folder."""
    if not str(home).isprintable():
        raise SettingError("setting.not_one_line", setting=f"{PREFIX}HOME={str(home)!r}")
    path = Path(home)
    above = next((one for one in (path, *path.parents) if os.path.lexists(one)), path)
    if os.path.isfile(above):
        raise SettingError("setting.no_folder", setting=f"{PREFIX}HOME={home}", path=above)
    return path


def _address(value: str) -> str:
    try:
        parts = urlsplit(value)
        good = not value or (
            parts.scheme in ("http", "https")
            and bool(host_name(_bracketed(parts.hostname or "")))
            and not set("@?#\\") & set(value)
            and _PATH.fullmatch(parts.path) is not None
            and parts.port != 0
        )
    except ValueError:
        good = False
    if not good:
        raise SettingError("setting.no_address", setting=f"{PREFIX}BASE_URL={value}")
    return value.rstrip("/")


def _bracketed(name: str) -> str:
    return f"[{name}]" if ":" in name else name


def _hosts(value: str) -> tuple[str, ...]:
    names = [name.strip() for name in value.split(",") if name.strip()]
    for name in names:
        if name != ANY and (not host_name(name) or is_address(name)):
            raise SettingError("setting.no_hosts", setting=f"{PREFIX}HOSTS={value}", every=ANY)
    return tuple(name if name == ANY else host_name(name) for name in names)


def _origins(value: str) -> tuple[str, ...]:
    origins = [origin.strip() for origin in value.split(",") if origin.strip()]
    for origin in origins:
        try:
            parts = urlsplit(_address(origin))
        except SettingError:
            parts = urlsplit("")
        if origin != ANY and f"{parts.scheme}://{parts.netloc}".lower() != origin.lower():
            raise SettingError("setting.no_origins", setting=f"{PREFIX}CORS={value}", every=ANY)
    return tuple(map(str.lower, origins))


def _plain(value: str, name: str) -> str:
    """Return `value` if it is text that one can type on one line."""
    if not value.isprintable():
        shown = "" if name in ("PASSWORD", "SESSIONS") else f"={value!r}"
        raise SettingError("setting.not_one_line", setting=f"{PREFIX}{name}{shown}")
    return value


def _whole(value: str, name: str, default: int, most: int) -> int:
    if not value:
        return default
    if not value.isascii() or not value.isdecimal() or len(value) > 9 or int(value) > most:
        raise SettingError("setting.no_number", setting=f"{PREFIX}{name}={value}", most=most)
    return int(value)


def _choice(value: str, name: str, choices: tuple[str, ...]) -> str:
    if value and value not in choices:
        raise SettingError("setting.no_choice", setting=f"{PREFIX}{name}={value}", choices=", ".join(choices))
    return value or choices[0]
