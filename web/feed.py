"""A search -> an Atom feed (RFC 4287) of its newest articles. Ids depend on neither the site's address nor an article's title."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime, timezone
from itertools import islice
from urllib.parse import urlencode
from uuid import NAMESPACE_URL, uuid5

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue

from corpus.article import Article
from corpus.export import address
from searcher.evaluation import DeadlineExceeded
from searcher.search import TIME_LIMIT, Searcher
from web.address import away_url, full, parameters, read_request, search_url, site
from web.desk import searcher
from web.error import error_response
from web.message import t
from web.presentation import outside_link

blueprint = Blueprint("feed", __name__)

ENTRIES = 50
_LONGEST_SUMMARY = 500
_NEVER = datetime(1970, 1, 1, tzinfo=timezone.utc)
# Whatever XML 1.0 cannot say, not even escaped.
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True)
class Entry:
    """An article of the feed: `link` is its permalink in full, `via` where the paper published it, or ""."""

    id: str
    article: Article
    updated: str
    link: str
    via: str
    summary: str


@blueprint.get("/tim-kiem.atom")
def atom() -> ResponseReturnValue:
    """Answer with the newest articles that a search finds, however the search itself is sorted."""
    asked, bad = read_request(request.args)
    if bad:
        return error_response(400, "bad_parameter", " ".join(parameter.message for parameter in bad), query=asked.query)
    asked = replace(asked, sort="newest", page=1, size=ENTRIES)
    desk = searcher()
    try:
        found = desk.find_all(asked, time_limit=TIME_LIMIT)
    except DeadlineExceeded:  # an empty feed would say that there is nothing
        return error_response(503, "too_slow", query=asked.query)
    entries = [_entry(desk, article) for article in islice(found, ENTRIES)]
    said = asked.query.strip() or t("feed.everything")
    # Sorted, so that an address that says the same in another order is the same feed.
    state = urlencode(sorted(pair for pair in parameters(asked) if pair[0] not in ("sort", "size")))
    text = render_template(
        "feed/atom.xml",
        id=uuid5(NAMESPACE_URL, f"lucbao:{desk.archive.identity()}:{state}").urn,
        title=t("feed.title", query=said),
        total=found.total,
        updated=max((entry.updated for entry in entries), default=_NEVER.isoformat()),
        self_url=full(away_url(asked, "atom")),
        page_url=full(search_url(replace(asked, size=10))),
        entries=entries,
    )
    return xml_response(text, "application/atom+xml")


def xml_response(text: str, media_type: str) -> Response:
    """Return an XML document as a response, without the characters that XML does not have."""
    return Response(_NOT_XML.sub("\ufffd", text), content_type=f"{media_type}; charset=utf-8")


def _entry(desk: Searcher, article: Article) -> Entry:
    updated = max(filter(None, (article.published, article.modified)), default=None)
    if updated is None:  # RFC 4287 wants a moment: that of our text then
        updated = desk.archive.revisions(article.id)[-1].archived_at
    summary = article.lead or next((block.text for block in article.blocks if block.kind == "paragraph"), "")
    return Entry(
        id=uuid5(NAMESPACE_URL, f"lucbao:{article.id}").urn,
        article=article,
        updated=updated.astimezone(timezone.utc).isoformat(timespec="seconds"),
        link=address(article, site()),
        via=outside_link(article.url),
        summary=summary if len(summary) <= _LONGEST_SUMMARY else summary[:_LONGEST_SUMMARY].rpartition(" ")[0] + "…",
    )
