"""An article by its permalink: what the paper published, where the query stands in it, and the evidence for both."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from urllib.parse import urlencode

from flask import Blueprint, Response, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from corpus.article import Article
from corpus.identity import ID_LENGTH, article_id, canonical_url, permalink
from searcher.occurrence import Slot
from searcher.request import SearchRequest
from searcher.search import Searcher
from web.address import article_url, is_blank, parameters, read_request, search_url
from web.desk import searcher
from web.error import error_response
from web.presentation import mark

blueprint = Blueprint("article", __name__)

_NAME = re.compile(rf"([a-z2-7]{{{ID_LENGTH}}})(?:-.*)?", re.IGNORECASE | re.ASCII)
_MOST_RELATED = 20
_MARK_LINKS = 12


@dataclass(frozen=True)
class MarkedBlock:
    """A block of the text, ready to be shown."""

    kind: str
    text: Markup
    credit: str


@dataclass(frozen=True)
class MarkedText:
    """An article's texts with the query's matches marked; the marks are numbered m1, m2, … in reading order."""

    title: Markup
    lead: Markup
    blocks: tuple[MarkedBlock, ...]
    total: int


@dataclass(frozen=True)
class Related:
    """A "Tin liên quan" entry: the permalink if the archive has the article, else "", and the address the paper gave."""

    title: str
    permalink: str
    url: str


@blueprint.get("/bai-viet/<name>")
def show(name: str) -> ResponseReturnValue:
    """Show an article; any other spelling of its permalink leads to the right one."""
    desk = searcher()
    id = read_name(name)
    latest = desk.archive.get(id) if id else None
    if latest is None:
        if id and desk.archive.revisions(id):
            return error_response(410, "withdrawn")
        return error_response(404, "no_article", query=_words(name))
    path = permalink(id, latest.title)
    query = f"?{request.query_string.decode('ascii', 'replace')}" if request.query_string else ""
    if path != f"/bai-viet/{name}":
        return redirect(article_url(path) + query, 301)
    asked, _ = read_request(request.args)
    revisions = desk.archive.revisions(id)
    chosen = next((revision for revision in revisions if str(revision.change) == request.args.get("ban")), None)
    if "ban" in request.args and chosen is None:
        return error_response(404, "no_revision")
    shown = chosen or revisions[-1]
    article = desk.archive.revision(shown.change) if chosen else latest
    raw = desk.archive.page(id, shown.change)
    base = current_app.config["BASE_URL"]
    return render_template(
        "article/show.html",
        asked=asked,
        article=article,
        id=id,
        path=path,
        canonical=base + path if base else article_url(path),
        printed_address=(base or request.url_root.rstrip("/")) + path,
        text=marked(desk, article, asked),
        mark_links=_MARK_LINKS,
        back="" if is_blank(asked) else search_url(asked, anchor=f"b-{id}"),
        raw_address=_address("article.raw_page", path, [("ban", str(shown.change))]),
        revision_address=lambda revision: _address("article.show", path, [*parameters(asked), ("ban", str(revision.change))]),
        revisions=revisions,
        shown=shown,
        is_latest=shown.change == revisions[-1].change,
        related=related(desk, article),
        raw_hash=hashlib.sha256(raw).hexdigest() if raw else "",
    )


@blueprint.get("/bai-viet/<name>/goc")
def raw_page(name: str) -> ResponseReturnValue:
    """Hand out the page as it was archived, byte for byte, in a form that no browser runs or shows."""
    archive = searcher().archive
    id = read_name(name)
    revisions = archive.revisions(id) if id and archive.get(id) else []
    change = request.args.get("ban")
    shown = next((revision for revision in reversed(revisions) if change in (None, str(revision.change))), None)
    raw = archive.page(id, shown.change) if shown else None
    if raw is None:
        return error_response(404, "no_page")
    response = Response(raw, mimetype="application/octet-stream")
    response.headers["Content-Disposition"] = f'attachment; filename="{id}.html.txt"'
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'; frame-ancestors 'none'"
    return response


def read_name(name: str) -> str:
    """Return the article id that the last part of a permalink begins with, or "" if it begins with none."""
    match = _NAME.fullmatch(name)
    return match[1].lower() if match else ""


def marked(desk: Searcher, article: Article, asked: SearchRequest) -> MarkedText:
    """Return the article's texts with the matches of the query marked and numbered."""
    ranges = desk.highlights(asked, article) if asked.query.strip() else {}
    number = 1
    texts: list[Markup] = []
    slots: list[tuple[Slot, str]] = [("title", article.title), ("lead", article.lead)]
    slots += [(place, block.text) for place, block in enumerate(article.blocks)]
    for slot, text in slots:
        here = ranges.get(slot, ())
        texts.append(mark(text, here, first=number))
        number += len(here)
    title, lead, *bodies = texts
    blocks = tuple(MarkedBlock(block.kind, text, block.credit) for block, text in zip(article.blocks, bodies, strict=True))
    return MarkedText(title, lead, blocks, number - 1)


def related(desk: Searcher, article: Article) -> list[Related]:
    """Return the paper's own related articles, with permalinks to those that the archive has."""
    found = []
    for link in article.related[:_MOST_RELATED]:
        known = desk.archive.get(article_id(link.url, [])) if canonical_url(link.url) else None
        title = link.title or (known.title if known else link.url)
        found.append(Related(title, permalink(known.id, known.title) if known else "", link.url))
    return found


def _address(endpoint: str, path: str, query: list[tuple[str, str]]) -> str:
    return f"{url_for(endpoint, name=path.rpartition('/')[2])}?{urlencode(query)}"


def _words(name: str) -> str:
    """Return the words of a permalink's slug: without marks as they are, the search still finds their article."""
    slug = name[ID_LENGTH + 1 :] if read_name(name) else name
    return " ".join(re.findall(r"\w+", slug))[:200]
