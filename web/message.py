"""A key -> the words a reader sees, in the language of the page; the words live in messages/<language>.json (see language.wording).

The language is the reader's choice, kept in a cookie; without one, what the browser prefers; Vietnamese if it says nothing we speak.
The address of a page is the same in both languages: `?lang=en` only sets the cookie and leads back to the address without it.
"""

from __future__ import annotations

from urllib.parse import quote, urlencode

from flask import Flask, g, has_app_context, has_request_context, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from language.wording import LANGUAGES, grouped, messages, worded
from web.choice import keep, kept

COOKIE = "language"
PARAMETER = "lang"
_LONGEST = 10_000  # characters of one value that a page repeats


def language() -> str:
    """Return the language of the page being made."""
    if not has_app_context():
        return LANGUAGES[0]
    if "language" not in g:
        g.language = _preferred() if has_request_context() else LANGUAGES[0]
    return str(g.language)


def _preferred() -> str:
    chosen = kept(COOKIE)
    return chosen if chosen in LANGUAGES else request.accept_languages.best_match(LANGUAGES) or LANGUAGES[0]


def t(key: str, **values: object) -> str:
    """Return the message `key` with its places filled. Raises KeyError for a key or a place that does not exist."""
    return worded("web", language(), key, values)


def has_message(key: str) -> bool:
    """Return whether there is such a message."""
    return key in messages("web", LANGUAGES[0])


def number(value: int) -> str:
    """Return `value` grouped by thousands: 1.234 in Vietnamese."""
    return grouped(value, language())


def other_languages() -> list[tuple[str, str]]:
    """Return for each language that the page is not in its code and the address that switches to it."""
    pairs = [(name, value[:_LONGEST]) for name, value in request.args.items(multi=True) if name != PARAMETER]
    return [(code, f"{_here()}?{urlencode([*pairs, (PARAMETER, code)])}") for code in LANGUAGES if code != language()]


def speak(app: Flask) -> None:
    """Make `app` obey the switch."""

    @app.before_request
    def switch() -> AnyResponse | None:
        chosen = request.args.get(PARAMETER, "")
        if chosen not in LANGUAGES or request.blueprint == "api":
            return None
        rest = urlencode([pair for pair in request.args.items(multi=True) if pair[0] != PARAMETER])
        response = redirect(_here() + (f"?{rest}" if rest else ""))
        keep(response, COOKIE, chosen)
        return response


def _here() -> str:
    """Return the path of this page, one that cannot be read as the address of another site."""
    return quote(request.script_root + "/" + request.path.lstrip("/\\"), safe="/~!$&'()*+,;=:@")
