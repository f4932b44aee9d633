"""alerts.toml, written by hand or by `lucbao alert add`, <-> the saved searches of a data folder.

Invariant: a file that is not as it should be gives no alert at all but AlertsInvalid, which names the line.
"""

from __future__ import annotations

import json
import os
import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from alert.errors import AlertRefused, AlertsInvalid
from alert.message import told
from corpus.disk import synchronize
from corpus.table_file import EntryReader, read_tables
from language.interval import seconds, written
from language.text import clean
from language.wording import Told
from searcher.parameter import encoded, parameters, read_parameters
from searcher.request import SearchRequest

ALERTS_FILE = "alerts.toml"
"""Its place in the data folder."""

EVERY = "1h"
"""How often an alert looks that does not say."""

MOST_ALERTS, MOST_RECIPIENTS = 500, 50
_LONGEST_NAME, _LONGEST_ADDRESS = 80, 2000
_KEYS = ("name", "query", "every", "mail", "webhook")
_SEARCH = re.compile(r"(?:https?://[^/?#\s]+)?(?:/[^?#\s]*)?/tim-kiem(?:\.atom)?(?:[?#]|$)")
_MAIL = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]{1,64}@(?=.{1,255}$)[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?", re.ASCII)


@dataclass(frozen=True)
class Alert:
    """A saved search: looked at `every` so many seconds, told to addresses of mail and to a `webhook` ("" if there is none)."""

    name: str
    request: SearchRequest
    every: int
    mail: tuple[str, ...] = ()
    webhook: str = ""


def read_alerts(path: Path) -> tuple[Alert, ...]:
    """Return the alerts in the file at `path`, none if there is no file. Raises AlertsInvalid."""
    text, tables = read_tables(path, AlertsInvalid)
    return _Reader(path, text, "alert", AlertsInvalid).alerts(tables)


def alert_named(alerts: tuple[Alert, ...], name: str) -> Alert:
    """Return the alert of a name, however its letters are cased. Raises AlertRefused if there is none."""
    for alert in alerts:
        if alert.name.casefold() == clean(name).casefold():
            return alert
    raise AlertRefused("no_such_alert", name=name)


def asked(query: str) -> SearchRequest | Told:
    """Return the search that `query` is, as text or as the address of a search; or why it is none."""
    if not _SEARCH.match(query):
        request, bad = read_parameters([("q", query)])
    else:
        try:
            request, bad = read_parameters(parse_qsl(urlsplit(query).query, max_num_fields=1000))
        except ValueError:
            return told("query_no_address")
    if bad:
        return told("query_not_understood", reason=Told("searcher", bad[0].code, bad[0].values))
    # What only concerns pages of hits makes no other search.
    request = replace(request, sort="relevance", page=1, size=10, fold=True, near=True)
    return request if parameters(replace(request, exact_marks=False, expand=True)) else told("query_empty")


def entry(name: str, request: SearchRequest, every: str = EVERY, mail: tuple[str, ...] = (), webhook: str = "") -> str:
    """Return the lines that stand for an alert in the file."""
    query = request.query if parameters(request) == [("q", request.query)] else f"/tim-kiem?{encoded(request)}"
    lines = ["[[alert]]", f"name = {_quoted(name)}", f"query = {_quoted(query)}", f"every = {_quoted(every)}"]
    if mail:
        lines.append(f"mail = [{', '.join(map(_quoted, mail))}]")
    if webhook:
        lines.append(f"webhook = {_quoted(webhook)}")
    return "\n".join(lines) + "\n"


def add(path: Path, lines: str) -> Alert:
    """Add the lines of one alert to the file at `path`, made first if there is none, and return the alert.

    Raises AlertsInvalid, and changes nothing, if the file is not as it should be, with or without them.
    """
    read_alerts(path)
    before = path.read_text(encoding="utf-8-sig") if path.exists() else ""
    pending = path.with_name(f"{path.name}.new")
    pending.write_bytes(f"{before.rstrip()}\n\n{lines}".lstrip("\n").encode("utf-8", "backslashreplace"))
    try:
        added = read_alerts(pending)[-1]
    except AlertsInvalid as error:
        pending.unlink()
        raise AlertsInvalid(path, error.line, error.reason) from error
    synchronize(pending)
    os.replace(pending, path)
    synchronize(path.parent)
    return added


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")  # a string of JSON is one of TOML


class _Reader(EntryReader):
    """Checks what TOML has read."""

    def alerts(self, tables: dict[str, Any]) -> tuple[Alert, ...]:
        self._check_known(tables, ("alert",), None)
        entries = tables.get("alert", [])
        if not isinstance(entries, list) or not all(isinstance(each, dict) for each in entries):
            raise self._wrong(None, told("alerts_no_entries"), "alert")
        if len(entries) > MOST_ALERTS:
            raise self._wrong(MOST_ALERTS, told("alerts_many", most=MOST_ALERTS))
        found: dict[str, Alert] = {}
        for number, each in enumerate(entries):
            self._check_known(each, _KEYS, number)
            alert = self._alert(each, number)
            if alert.name.casefold() in found:
                raise self._wrong(number, told("name_taken", name=alert.name), "name")
            found[alert.name.casefold()] = alert
        return tuple(found.values())

    def _alert(self, each: dict[str, Any], number: int) -> Alert:
        name = self._string(each, "name", number)
        if (
            name != clean(name)
            or not name.isprintable()
            or "/" in name
            or not 0 < len(name) <= _LONGEST_NAME
            or name in (".", "..")
        ):
            raise self._wrong(number, told("name_wrong", most=_LONGEST_NAME), "name")
        request = asked(self._string(each, "query", number))
        if isinstance(request, Told):
            raise self._wrong(number, request, "query")
        every = seconds(self._string(each, "every", number, EVERY))
        if every is None:
            raise self._wrong(number, told("every_wrong"), "every")
        mail = tuple(dict.fromkeys(self._strings(each, "mail", number)))
        for address in mail:
            if not _MAIL.fullmatch(address):
                raise self._wrong(number, told("mail_wrong", address=address), address, "mail")
        if len(mail) > MOST_RECIPIENTS:
            raise self._wrong(number, told("mail_many", most=MOST_RECIPIENTS), "mail")
        webhook = self._string(each, "webhook", number, "")
        if webhook and not is_webhook(webhook):
            raise self._wrong(number, told("webhook_wrong", address=webhook), "webhook")
        return Alert(name, request, every, mail, webhook)

    def _string(self, each: dict[str, Any], key: str, number: int, default: str | None = None) -> str:
        value = each.get(key, default)
        if not isinstance(value, str):
            raise self._wrong(number, told("no_string", key=key), key)
        return value

    def _check_known(self, table: dict[str, Any], ours: tuple[str, ...], number: int | None) -> None:
        """Refuse every key that is none of ours: nobody else reads this file."""
        self._check_keys(table, ours, number)
        for key in table:
            if key not in ours:
                raise self._wrong(number, told("no_such_key", key=key, keys=", ".join(ours)), key)


def is_webhook(address: str) -> bool:
    """Tell whether something can be posted to `address`: http or https, a host, a port if any, no password, no fragment."""
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        return False
    plain = address.isascii() and address.isprintable() and " " not in address and len(address) <= _LONGEST_ADDRESS
    known = parts.scheme in ("http", "https") and bool(parts.hostname) and port != 0
    return plain and known and "@" not in parts.netloc and not parts.fragment


def shown(alert: Alert) -> str:
    """Return an alert's search as it is written in the file, and how often."""
    return f"{alert.request.query if parameters(alert.request) == [('q', alert.request.query)] else '/tim-kiem?' + encoded(alert.request)} · {written(alert.every)}"
