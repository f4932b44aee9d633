"""The Host header of a request -> one of ours, or a 400 that says what to set.

A page of another site whose name is made to point at this machine (DNS rebinding) asks with that name, so only names that we were told are
answered. An address cannot be made to point elsewhere: every IP address is. The port is no part of it, for who rebinds a name uses our port.
Invariant: behind `check`, Host is a well-formed name or address in lower case, with a port or none.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from ipaddress import IPv4Address, ip_address
from typing import TYPE_CHECKING

from flask import Flask, Response, g, jsonify, make_response, render_template, request

from language.wording import LANGUAGES
from web.around.error import speaks_json
from web.message import PARAMETER, t

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

ANY = "*"
LOCAL = "localhost"
_REFUSED = "lucbao.host_refused"  # in the environ: the header as it came, and whether it is a name at all
_HOST = re.compile(r"([a-z0-9.-]+|\[[0-9a-f:.]+\])(?::([0-9]{0,5}))?", re.ASCII | re.IGNORECASE)
_LONGEST_NAME, _LONGEST_LABEL = 253, 63  # RFC 1035
_LAST_PORT = 65535


def check(app: Flask, names: Iterable[str]) -> None:
    """Make `app` answer requests to this machine, to IP addresses and to `names` only; `*` among them is any name."""
    known = frozenset({LOCAL, *(name if name == ANY else host_name(name) for name in names)})
    app.wsgi_app = _Host(app.wsgi_app, known)  # type: ignore[method-assign]

    @app.before_request
    def refuse() -> Response | None:
        if not (said := refused()):
            return None
        header, is_name = said
        if request.args.get(PARAMETER) in LANGUAGES:
            g.language = request.args[PARAMETER]
        code = "unknown_host" if is_name else "bad_host"
        message = t(f"error.{code}.message", host=header)
        if speaks_json():
            response = jsonify(error={"code": code, "message": message})
        else:
            response = make_response(render_template("refused.html", code=code, message=message))
        response.status_code = 400
        response.headers["Cache-Control"] = "no-store"
        return response


def refused() -> tuple[str, bool] | None:
    """Return (Host as it came, whether it is a name at all) of a request whose Host is not ours; None if it is."""
    said: tuple[str, bool] | None = request.environ.get(_REFUSED)
    return said


class _Host:
    """Checks Host before Flask reads it. One that is not ours is noted for `refused`, and a name of ours put in its place."""

    def __init__(self, application: WSGIApplication, names: Collection[str]) -> None:
        self._application = application
        self._names = names

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        header = environ.get("HTTP_HOST")
        if header is None and environ.get("SERVER_PROTOCOL") == "HTTP/1.0":
            header = LOCAL  # no browser leaves it out, and the probes that do mean this machine
        name, port = parts(header or "")
        if name and (ANY in self._names or name in self._names or is_address(name)):
            environ["HTTP_HOST"] = f"{name}:{port}" if port else name
        else:
            environ[_REFUSED] = (header or "")[:_LONGEST_NAME], bool(name)
            environ["HTTP_HOST"] = LOCAL
        return self._application(environ, start_response)


def parts(header: str) -> tuple[str, str]:
    """Return name and port of a Host header, the name in lower case without a last dot; "" for both if it makes no sense."""
    found = _HOST.fullmatch(header)
    if found is None or (found[2] and not 0 < int(found[2]) <= _LAST_PORT):
        return "", ""
    name = found[1].lower().removesuffix(".")
    return (name, found[2] or "") if is_address(name) or _is_name(name) else ("", "")


def host_name(name: str) -> str:
    """Return `name` as browsers send it (IDNA, lower case), "" if it cannot be that of a machine."""
    try:
        ascii_name, port = parts(name.encode("idna").decode("ascii"))
    except UnicodeError:
        return ""
    return "" if port else ascii_name


def is_address(name: str) -> bool:
    """Return whether a host is an IP address as it stands in a Host header."""
    return _address(name) is not None


def is_this_machine(header: str) -> bool:
    """Return whether a Host header means the machine that the asker sits at."""
    name, _ = parts(header)
    address = _address(name)
    return name == LOCAL or (address is not None and address.is_loopback)


def _address(name: str) -> IPv4Address | None:
    inside = name[1:-1] if name.startswith("[") else name
    try:
        address = ip_address(inside)
    except ValueError:
        return None
    return address if (address.version == 6) == name.startswith("[") else None  # type: ignore[return-value]


def _is_name(name: str) -> bool:
    labels = name.split(".")
    if len(name) > _LONGEST_NAME or labels[-1].isdecimal():  # 127.1 and 1.2.3.999 are neither names nor addresses
        return False
    if not all(0 < len(label) <= _LONGEST_LABEL and label[0] != "-" != label[-1] for label in labels):
        return False
    try:
        name.encode("ascii").decode("idna")
    except UnicodeError:
        return False
    return name[0] != "["
