"""What changed in the archive's articles and which vanished from their addresses: a list, newest first, and the same as an Atom feed."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timezone
from threading import Lock
from urllib.parse import urlencode
from uuid import NAMESPACE_URL, uuid5

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from corpus.archive import Archive
from corpus.article import Article
from corpus.difference import TEXT_PARTS
from corpus.permalink import permalink
from searcher.chronicle import KINDS, Asked, Choice, Chronicle, Event, Events
from web.address import article_url, full
from web.around.error import error_response
from web.desk import archive, searcher
from web.message import t
from web.presentation import month
from web.view.feed import xml_response

blueprint = Blueprint("change", __name__)

LINES = 30
SMALL = 3
"""Words put in and taken out, at most, of what is told as a small change."""
_LONGEST = 200  # characters of a typed text
_NEVER = datetime(1970, 1, 1, tzinfo=timezone.utc)
_FILTERS = ("source", "kind", "month", "least", "taken")


@dataclass(frozen=True)
class Line:
    """An event of the list with its article, what it says in short, and where it leads."""

    event: Event
    article: Article
    said: tuple[str, ...]
    href: str


@dataclass(frozen=True)
class Way:
    """A value of a filter: its label, how many events it leaves, the address that chooses it or lets it go."""

    label: str
    count: int
    href: str
    is_chosen: bool


class _Held:
    """The chronicle of the archive's newest state."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._state = (-1, -1)
        self._chronicle: Chronicle | None = None

    def of(self, kept: Archive) -> Chronicle:
        with self._lock:
            state = (kept.last_change(), kept.absences.last())
            if self._chronicle is None or state != self._state:
                self._chronicle, self._state = Chronicle(kept), state
            return self._chronicle


@blueprint.get("/thay-doi")
def show() -> ResponseReturnValue:
    """List what changed and vanished; `after` is where the page before ended."""
    asked = _asked()
    if asked is None:
        return error_response(400, "bad_parameter", t("change.bad"))
    found = _events(asked, request.args.get("after", ""))
    return render_template(
        "change/list.html",
        asked=None,
        filters=asked,
        found=found,
        lines=_lines(found),
        ways=_ways(asked, found),
        following=_address(_pairs(asked), found.following) if found.following else "",
        first=_address(_pairs(asked)) if request.args.get("after") else "",
        everything=_address([]) if asked != Asked() else "",
        feed=_address(_pairs(asked), feed=True),
        state=[(name, value) for name, value in _pairs(asked) if name != "taken"],
    )


@blueprint.get("/thay-doi.atom")
def atom() -> ResponseReturnValue:
    """Answer with the same list as an Atom feed, page by page."""
    asked = _asked()
    if asked is None:
        return error_response(400, "bad_parameter", t("change.bad"))
    after = request.args.get("after", "")
    found = _events(asked, after)
    lines = _lines(found)
    identity = archive().traits.identity()
    text = render_template(
        "feed/changes.xml",
        id=uuid5(NAMESPACE_URL, f"lucbao:{identity}:changes:{urlencode(_pairs(asked))}").urn,
        total=found.total,
        updated=(lines[0].event.at if lines else _NEVER).isoformat(timespec="seconds"),
        self_url=full(_address(_pairs(asked), after, feed=True)),
        older_url=full(_address(_pairs(asked), found.following, feed=True)) if found.following else "",
        page_url=full(_address(_pairs(asked))),
        lines=lines,
        entry_id=lambda line: uuid5(NAMESPACE_URL, f"lucbao:{identity}:{line.event.article_id}:{line.event.cursor}").urn,
        full=full,
    )
    return xml_response(text, "application/atom+xml")


def _asked() -> Asked | None:
    """Return what the address asks for, None if that is not understood."""
    said = {name: request.args.get(name, "").strip() for name in _FILTERS}
    kind = next((kind for kind in KINDS if kind == said["kind"]), None)
    if (said["kind"] and kind is None) or not re.fullmatch("[0-9]{0,6}", said["least"]):
        return None
    if not re.fullmatch("([0-9]{4}-[0-9]{2})?", said["month"]) or len(said["taken"]) > _LONGEST:
        return None
    return Asked(said["source"].casefold(), kind, said["month"], int(said["least"] or 0), said["taken"])


def _pairs(asked: Asked) -> list[tuple[str, str]]:
    values = {name: str(getattr(asked, name) or "") for name in _FILTERS}
    return [(name, value) for name, value in values.items() if value]


def _address(pairs: list[tuple[str, str]], after: str = "", *, feed: bool = False) -> str:
    query = urlencode([*pairs, *([("after", after)] if after else [])])
    return url_for("change.atom" if feed else "change.show") + (f"?{query}" if query else "")


def _events(asked: Asked, after: str) -> Events:
    return searcher().kept(_held, _Held).of(archive()).list(asked, LINES, after)


def _held() -> _Held:
    """Name what is kept with a commit: the chronicle, made anew when the archive has changed since."""
    return _Held()


def _ways(asked: Asked, found: Events) -> dict[str, list[Way]]:
    """Return for each filter the ways to choose its values, and to let go of the one chosen."""
    labels: dict[str, Callable[[str], str]] = {
        "kind": lambda value: t(f"change.kind.{value}"),
        "least": lambda value: t("change.least", count=int(value)),
        "month": month,
    }

    pairs = dict(_pairs(asked))

    def way(name: str, choice: Choice) -> Way:
        is_chosen = pairs.get(name) == choice.value
        changed = {key: value for key, value in pairs.items() if key != name} | ({} if is_chosen else {name: choice.value})
        label = labels[name](choice.value) if name in labels else choice.label
        return Way(label, choice.count, _address(list(changed.items())), is_chosen)

    return {name: [way(name, choice) for choice in choices] for name, choices in found.choices.items() if choices}


def _lines(found: Events) -> list[Line]:
    kept = archive()
    lines = []
    for event in found.events:
        article = kept.get(event.article_id)
        if article is None:  # withdrawn this moment
            continue
        path = permalink(article.id, article.title)
        href = article_url(path)
        if event.difference:
            href = f"{url_for('article.compare', name=path.rpartition('/')[2])}?den={event.difference.change}"
        lines.append(Line(event, article, tuple(_said(event)), href))
    return lines


def _said(event: Event) -> list[str]:
    """Return what an event says in short: how much changed, and which parts."""
    if event.difference is None:
        return []
    found = event.difference
    said = []
    words = found.added + found.taken
    if words:
        said.append(t("change.words", added=found.added, taken=found.taken))
    elif any(part in TEXT_PARTS for part in found.parts):
        said.append(t("change.no_words"))
    if 0 < words <= SMALL:
        said.append(t("change.small"))
    said += [t("change.title_changed")] if "title" in found.parts else []
    others = [t(f"part.{part}") for part in found.parts if part and part not in TEXT_PARTS]
    return [*said, *([t("change.others", parts=", ".join(others))] if others else [])]
