"""How browsers and robots find their way: OpenSearch description, sitemap, robots.txt."""

from __future__ import annotations

import json
from collections.abc import Generator

from flask import Blueprint, Response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import escape

from corpus.permalink import permalink
from searcher.engine import SearchEngine
from searcher.request import SearchRequest
from web.address import article_url, full, search_url, site
from web.around.error import error_response
from web.desk import searcher
from web.stream import Begun
from web.view.api import completions
from web.view.feed import xml_response

blueprint = Blueprint("discovery", __name__)

URLS_A_SITEMAP = 50_000  # the most that sitemaps.org allows
_ARTICLES_A_PIECE = 200  # sent at a time
_CLOSED = ("/tim-kiem", "/tra-hang-loat", "/theo-doi", "/api/", "/bai-viet/*/goc", "/bai-viet/*/thay-doi", "/bai-viet/*?")
_SITEMAPS = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'


@blueprint.get("/opensearch.xml")
def description() -> Response:
    """Describe the search to browsers, so that their address bar can ask it."""
    text = render_template(
        "feed/opensearch.xml",
        site=site(),
        suggestions=full(url_for("discovery.suggestions")),
        self_url=full(url_for("discovery.description")),
        icon=full(url_for("static", filename="favicon.svg")),
    )
    return xml_response(text, "application/opensearchdescription+xml")


@blueprint.get("/goi-y")
def suggestions() -> Response:
    """Answer with what the API suggests for `q` as address bars read it: what was typed, completions, their kinds, their addresses."""
    typed = request.args.get("q", "")
    found = completions(typed)
    places = [full(article_url(one.permalink) if one.permalink else search_url(SearchRequest(one.text))) for one in found]
    answer = json.dumps([typed, [one.text for one in found], [one.kind for one in found], places], ensure_ascii=False)
    return Response(answer, content_type="application/x-suggestions+json; charset=utf-8")


@blueprint.get("/robots.txt")
def robots() -> Response:
    """Ask robots to leave out searches, which have no end, and to read the sitemap."""
    lines = [
        "User-agent: *",
        *(f"Disallow: {path}" for path in _CLOSED),
        "",
        f"Sitemap: {full(url_for('discovery.sitemap'))}",
        "",
    ]
    return Response("\n".join(lines), content_type="text/plain; charset=utf-8")


@blueprint.get("/sitemap.xml")
def sitemap() -> Response:
    """List the parts of the sitemap; an empty archive has one, which is empty."""
    parts = max(1, -(-searcher().coverage().articles // URLS_A_SITEMAP))
    places = (full(url_for("discovery.sitemap_part", number=number + 1)) for number in range(parts))
    urls = "".join(f"<sitemap><loc>{escape(place)}</loc></sitemap>\n" for place in places)
    return xml_response(
        f'<?xml version="1.0" encoding="utf-8"?>\n<sitemapindex {_SITEMAPS}>\n{urls}</sitemapindex>\n', "application/xml"
    )


@blueprint.get("/sitemap-<int:number>.xml")
def sitemap_part(number: int) -> ResponseReturnValue:
    """List the permalinks of at most 50,000 articles, in order of their ids, and when each text was archived."""
    desk = searcher()
    if number < 1 or number > 1 and (number - 1) * URLS_A_SITEMAP >= desk.coverage().articles:
        return error_response(404, "http_404")
    return Response(Begun(_urls(desk, (number - 1) * URLS_A_SITEMAP, site())), content_type="application/xml; charset=utf-8")


def _urls(desk: SearchEngine, start: int, base: str) -> Generator[str, None, None]:
    waiting = [f'<?xml version="1.0" encoding="utf-8"?>\n<urlset {_SITEMAPS}>\n']
    begin = str(escape(base))
    for heading in desk.in_order_of_id(start, start + URLS_A_SITEMAP):
        # A permalink is ASCII letters, digits and hyphens: nothing in it needs to be escaped but what `base` has.
        place = begin + permalink(heading.article_id, heading.title)
        waiting.append(f"<url><loc>{place}</loc><lastmod>{heading.archived_at.isoformat(timespec='seconds')}</lastmod></url>\n")
        if len(waiting) >= _ARTICLES_A_PIECE:
            yield "".join(waiting)
            waiting.clear()
    yield "".join([*waiting, "</urlset>\n"])
