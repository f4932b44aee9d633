"""The password of a private newsroom -> a signed cookie in the reader's browser; without it, everything but health is closed.

Programs (feed readers, curl) send the password with HTTP Basic, any user name. Invariant: the password is compared in constant time,
wrong ones are counted (web.around.limit), and no page leads to another site after it. The key that signs is made from the password, so all
processes agree on it and a new password, or another LUCBAO_SESSIONS, ends every session.
"""

from __future__ import annotations

import hashlib
import hmac
from datetime import timedelta

from flask import Blueprint, Flask, Response, current_app, make_response, redirect, render_template, request, session, url_for
from flask.sessions import SecureCookieSessionInterface
from flask.typing import ResponseReturnValue

from web.around.error import error_response, speaks_json
from web.around.limit import count_wrong_password, may_try_password, too_many_passwords

blueprint = Blueprint("login", __name__)

_OPEN = ("health.alive", "health.ready", "login.form", "login.enter", "static")
_STAYS = timedelta(days=30)
_SCRYPT = {
    "n": 1 << 14,
    "r": 8,
    "p": 1,
    "dklen": 32,
}  # RFC 7914; some 50 ms, once a process: a stolen cookie is no help in guessing


class _Session(SecureCookieSessionInterface):
    """Flask's signed cookie, sent over https only where readers use https."""

    def get_cookie_secure(self, app: Flask) -> bool:
        return request.is_secure or str(app.config["BASE_URL"]).startswith("https:")


def close(app: Flask, password: str, sessions: str = "") -> None:
    """Make `app` ask for `password` before it shows anything but its health; another word `sessions` ends all that were begun."""
    app.config["PASSWORD_DIGEST"] = _digest(password)
    app.secret_key = hashlib.scrypt(password.encode(), salt=b"lucbao session" + sessions.encode(), **_SCRYPT)
    app.config.update(
        PERMANENT_SESSION_LIFETIME=_STAYS,
        SESSION_COOKIE_NAME="lucbao",
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_REFRESH_EACH_REQUEST=False,
    )
    app.session_interface = _Session()
    app.register_blueprint(blueprint)

    @app.before_request
    def ask_for_password() -> ResponseReturnValue | None:
        if request.endpoint in _OPEN or session.get("in"):
            return None
        given = request.authorization
        if given is not None and given.type == "basic":
            if not may_try_password():
                return too_many_passwords()
            if _is_right(given.password or ""):
                return None
            count_wrong_password()
        if speaks_json() or not request.accept_mimetypes.accept_html:
            response = error_response(401, "http_401")
            response.headers["WWW-Authenticate"] = 'Basic realm="Luc Bao", charset="UTF-8"'
            return response
        query = f"?{request.query_string.decode('ascii', 'replace')}" if request.query_string else ""
        return redirect(url_for("login.form", to=request.path + query), 303)


@blueprint.get("/dang-nhap")
def form() -> Response:
    """Show the form; to who is in already, the way out."""
    return _form()


@blueprint.post("/dang-nhap")
def enter() -> ResponseReturnValue:
    """Let in who knows the password, and lead where they wanted to go; `leave` ends the session."""
    if "leave" in request.form:
        session.clear()
        return redirect(url_for("login.form"), 303)
    if not may_try_password():
        return too_many_passwords()
    if not _is_right(request.form.get("password", "")):
        count_wrong_password()
        return _form(wrong=True)
    session.clear()
    session["in"] = True
    session.permanent = True
    return redirect(request.script_root + own_path(request.form.get("to", "")), 303)


def own_path(address: str) -> str:
    """Return `address` if it is a path on this site that no browser can read as another's, else the front page's."""
    plain = address.startswith("/") and not address.startswith("//") and "\\" not in address and address.isprintable()
    return address if plain else "/"


def _form(*, wrong: bool = False) -> Response:
    wanted = own_path(request.values.get("to", ""))
    page = render_template("login/form.html", wrong=wrong, to=wanted, inside=bool(session.get("in")))
    response = make_response(page, 403 if wrong else 200)
    response.headers["Referrer-Policy"] = "same-origin"  # or browsers would not say where the form comes from
    response.headers["Cache-Control"] = "no-store"
    return response


def _is_right(password: str) -> bool:
    return hmac.compare_digest(_digest(password), current_app.config["PASSWORD_DIGEST"])


def _digest(password: str) -> bytes:
    return hashlib.sha256(password.encode("utf-8", "surrogatepass")).digest()
