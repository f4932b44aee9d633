"""A search -> an Atom feed (RFC 4287) of the articles that came into the archive last, page by page (RFC 5005).

Entries are in the order of the archive's change numbers, so whatever is archived late or revised stands first, however old it is: who follows
the feed misses nothing. Ids depend on neither the site's address nor an article's title.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime, timezone
from urllib.parse import urlencode
from uuid import NAMESPACE_URL, uuid5

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue

from corpus.article import Article
from corpus.writing.column import address
from searcher.answer import Arrival
from searcher.parameter import parameters
from searcher.request import SearchRequest
from web.address import away_url, full, read_request, search_url, site
from web.around.error import error_response
from web.desk import archive, searcher
from web.message import language, t
from web.presentation import day, outside_link

blueprint = Blueprint("feed", __name__)

ENTRIES = 50
_LONGEST_SUMMARY = 500
_NEVER = datetime(1970, 1, 1, tzinfo=timezone.utc)
# Whatever XML 1.0 cannot say, not even escaped.
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True)
class Entry:
    """An article of the feed, `updated` when this revision was archived.

    `link` is its permalink in full, `via` where the paper published it, or "".
    """

    id: str
    article: Article
    updated: str
    link: str
    via: str
    summary: str


@blueprint.get("/tim-kiem.atom")
def atom() -> ResponseReturnValue:
    """Answer with the articles that a search finds in full, the last archived first, however the search itself is sorted.

    `before` is a change number: the entries older than that, where a page's `next` leads.
    """
    asked, bad = read_request(request.args)
    if bad:
        return error_response(
            400, "bad_parameter", " ".join(parameter.in_words(language()) for parameter in bad), query=asked.query
        )
    before = request.args.get("before")
    if before is not None and not re.fullmatch("[0-9]{1,18}", before):
        return error_response(400, "bad_parameter", t("bad.before", value=before[:40]), query=asked.query)
    # What only concerns the pages of hits makes no other feed.
    asked = replace(asked, sort="relevance", page=1, size=10, fold=True, near=True)
    desk = searcher()
    found = desk.arrivals(asked, ENTRIES, before=None if before is None else int(before))
    entries = [_entry(arrival) for arrival in found.latest]
    said = asked.query.strip() or t("feed.everything")
    # Sorted, so that an address that says the same in another order is the same feed.
    state = urlencode(sorted(parameters(asked)))
    text = render_template(
        "feed/atom.xml",
        id=uuid5(NAMESPACE_URL, f"lucbao:{archive().traits.identity()}:{state}").urn,
        title=t("feed.title", query=said),
        total=found.total,
        updated=entries[0].updated if entries else _NEVER.isoformat(),
        self_url=_address(asked, before),
        older_url=_address(asked, found.latest[-1].change) if found.more else "",
        page_url=full(search_url(replace(asked, sort="newest"))),
        entries=entries,
    )
    return xml_response(text, "application/atom+xml")


def xml_response(text: str, media_type: str) -> Response:
    """Return an XML document as a response, without the characters that XML does not have."""
    return Response(_NOT_XML.sub("\ufffd", text), content_type=f"{media_type}; charset=utf-8")


def _address(asked: SearchRequest, before: int | str | None) -> str:
    page = full(away_url(asked, "atom"))
    return page if before is None else f"{page}{'&' if '?' in page else '?'}before={before}"


def _entry(arrival: Arrival) -> Entry:
    article = arrival.article
    gone = archive().absences.since(article.id)
    absence = t("gone.since", day=day(gone.isoformat())) + " " if gone else ""
    summary = absence + (article.lead or next((block.text for block in article.blocks if block.kind == "paragraph"), ""))
    return Entry(
        id=uuid5(NAMESPACE_URL, f"lucbao:{article.id}").urn,
        article=article,
        updated=arrival.archived_at.astimezone(timezone.utc).isoformat(timespec="seconds"),
        link=address(article, site()),
        via=outside_link(article.url),
        summary=summary if len(summary) <= _LONGEST_SUMMARY else summary[:_LONGEST_SUMMARY].rpartition(" ")[0] + "…",
    )
