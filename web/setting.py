"""The environment -> what whoever runs the web decides: address, password, proxies, limits, what is logged and measured.

Read once, by create_app. A value that cannot be meant is an error at the start, never a guess: a misspelled password setting must
not open a private archive.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

PREFIX = "LUCBAO_"
_NAMES = ("HOME", "BASE_URL", "PASSWORD", "PROXIES", "RATE", "METRICS", "ACCESS_LOG")
_MOST_PROXIES = 10
_MOST_REQUESTS = 1_000_000


class SettingError(Exception):
    """A variable of the environment cannot be meant as it is; the message names it and says what it may be."""


@dataclass(frozen=True)
class Settings:
    """How the web is run.

    `base_url` is where readers reach the site, without a slash at its end, "" if unknown; `password` protects everything but health
    unless it is ""; `proxies` says how many reverse proxies stand in front, whose X-Forwarded-* headers are then believed; `rate` is how
    many searches a client may make in a minute, 0 for no limit (see web.limit); `open_metrics` shows /metrics to other machines too;
    `access_log` is "off", "paths" (without what was searched and by whom) or "full"; `many_processes` says that prometheus-client keeps its
    figures in files that processes share.
    """

    base_url: str = ""
    password: str = ""
    proxies: int = 0
    rate: int = 120
    open_metrics: bool = False
    access_log: str = "paths"
    many_processes: bool = False


def read_settings(environment: Mapping[str, str]) -> Settings:
    """Return the settings in `environment`, defaults for what is absent or empty. Raises SettingError."""
    for name in environment:
        if name.startswith(PREFIX + "PASS") and name != PREFIX + "PASSWORD":
            raise SettingError(f"{name}: không có biến này; mật khẩu đặt ở {PREFIX}PASSWORD.")
    values = {name: environment.get(PREFIX + name, "").strip() for name in _NAMES}
    return Settings(
        base_url=_address(values["BASE_URL"]),
        password=environment.get(PREFIX + "PASSWORD", ""),
        proxies=_whole(values["PROXIES"], "PROXIES", 0, _MOST_PROXIES),
        rate=_whole(values["RATE"], "RATE", Settings.rate, _MOST_REQUESTS),
        open_metrics=_choice(values["METRICS"], "METRICS", ("local", "all")) == "all",
        access_log=_choice(values["ACCESS_LOG"], "ACCESS_LOG", ("paths", "off", "full")),
        many_processes=bool(environment.get("PROMETHEUS_MULTIPROC_DIR")),
    )


def _address(value: str) -> str:
    try:
        parts = urlsplit(value)
        good = not value or bool(parts.scheme in ("http", "https") and parts.hostname) and not (parts.query or parts.fragment)
    except ValueError:
        good = False
    if not good:
        raise SettingError(f"{PREFIX}BASE_URL={value}: phải là địa chỉ như https://luubao.example.")
    return value.rstrip("/")


def _whole(value: str, name: str, default: int, most: int) -> int:
    if not value:
        return default
    if not value.isascii() or not value.isdecimal() or len(value) > 9 or int(value) > most:
        raise SettingError(f"{PREFIX}{name}={value}: phải là số nguyên từ 0 đến {most}.")
    return int(value)


def _choice(value: str, name: str, choices: tuple[str, ...]) -> str:
    if value and value not in choices:
        raise SettingError(f"{PREFIX}{name}={value}: phải là một trong {', '.join(choices)}.")
    return value or choices[0]
