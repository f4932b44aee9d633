"""An article by its permalink: what the paper published, where the query stands in it, and the evidence for both."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from flask import Blueprint, Response, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from corpus.archive import Archive, Revision
from corpus.article import Article
from corpus.comparison import compared
from corpus.facet import places_named
from corpus.identity import ID_LENGTH, article_id, canonical_url
from corpus.permalink import id_in, permalink
from searcher.answer import Standing
from searcher.engine import SearchEngine
from searcher.match.occurrence import Highlights, Slot
from searcher.request import SearchRequest
from web.address import article_url, is_blank, pairs, read_request, search_url, site
from web.around.error import error_response
from web.desk import archive, searcher
from web.paper_link import related
from web.presentation import mark, places
from web.view.citation import DOWNLOADS, footnote, linked_data, metadata

_ENDINGS = ((b"%PDF", ".pdf"), (b"PK\x03\x04", ".docx"))
"""First bytes of documents that are archived -> the ending of their names; letters and texts are texts."""

blueprint = Blueprint("article", __name__)

TITLE, LEAD, PARAGRAPH = "tieu-de", "sa-po", "doan-"
"""Anchors of an article's title, its lead, and before its number of each block of its text."""
_MARK_LINKS = 12
_MOST_MARK_LINKS = 500
_SIMILAR = 6
MOST_BLOCKS_A_PART = 5_000
"""Blocks of a text that one page shows; a novel has fewer."""
_MOST_TEXT_A_PART = 2_000_000  # characters, but one block at least


@dataclass(frozen=True)
class MarkedBlock:
    """A block of the text, ready to be shown; `number` counts the blocks of the whole article from 1, and does so for ever."""

    kind: str
    text: Markup
    credit: str
    number: int

    @property
    def anchor(self) -> str:
        """The fragment of the address that leads to it."""
        return f"{PARAGRAPH}{self.number}"


@dataclass(frozen=True)
class MarkedText:
    """An article's texts with the query's matches marked, at so many `places`; `passages` are the anchors of the texts that have any.

    Not `whole` if there was no time to find all of them: the text is, its marks end somewhere. Of a text of several `parts` this is the
    part with number `part`, from 1.
    """

    title: Markup
    lead: Markup
    blocks: tuple[MarkedBlock, ...]
    places: int
    passages: tuple[str, ...]
    whole: bool = True
    part: int = 1
    parts: int = 1

    @property
    def parameters(self) -> list[tuple[str, str]]:
        """The named values of an address that lead to this part."""
        return [("phan", str(self.part))] if self.part > 1 else []


@dataclass(frozen=True)
class Neighbours:
    """The hit's `position` among `total`, and the titles and addresses of the hits beside it, "" at the ends."""

    position: int
    total: int
    previous: tuple[str, str]
    next: tuple[str, str]


@blueprint.get("/bai-viet")
def by_address() -> ResponseReturnValue:
    """Lead from the address at which a paper published an article (`url`) to its permalink."""
    url = request.args.get("url", "")
    known = archive().get(article_id(url, [])) if canonical_url(url) else None
    if known is None:
        return error_response(404, "no_article", query=url[:200])
    return redirect(article_url(permalink(known.id, known.title)), 302)


@blueprint.get("/bai-viet/<name>")
def show(name: str) -> ResponseReturnValue:
    """Show an article; any other spelling of its permalink leads to the right one."""
    desk, kept = searcher(), archive()
    id = id_in(name)
    latest = kept.get(id) if id else None
    if latest is None:
        return _absent(kept, id, name)
    path = permalink(id, latest.title)
    query = f"?{request.query_string.decode('ascii', 'replace')}" if request.query_string else ""
    if path != f"/bai-viet/{name}":
        return redirect(article_url(path) + query, 301)
    asked, _ = read_request(request.args)
    revisions = kept.revisions(id)
    shown = _chosen(revisions, request.args.get("ban"), revisions[-1])
    if shown is None:
        return error_response(404, "no_revision")
    article = kept.revision(shown.change) if "ban" in request.args else latest
    raw = kept.pages.of(id, shown.change)
    is_latest = shown.change == revisions[-1].change
    revision = [] if is_latest else [("ban", str(shown.change))]
    lasting = site() + path + ("" if is_latest else f"?ban={shown.change}")
    text = marked(desk, article, asked, _part(), earlier=not is_latest)
    return render_template(
        "article/show.html",
        asked=asked,
        article=article,
        id=id,
        path=path,
        canonical=site() + path if current_app.config["BASE_URL"] else article_url(path),
        printed_address=lasting,
        text=text,
        anchors=(TITLE, LEAD),
        state=[*pairs(asked), *revision, *text.parameters],
        part_address=lambda number: _address("article.show", path, [*pairs(asked), *revision, ("phan", str(number))]),
        mark_links=_MARK_LINKS,
        most_mark_links=_MOST_MARK_LINKS,
        back="" if is_blank(asked) else search_url(asked, anchor=f"b-{id}"),
        neighbours=None if is_blank(asked) else neighbours(desk.standing(asked, id), asked),
        absence=kept.absences.of([id]).get(id),
        raw_address=_address("article.raw_page", path, [("ban", str(shown.change))]),
        revision_address=lambda revision: _address("article.show", path, [*pairs(asked), ("ban", str(revision.change))]),
        changes_address=lambda revision: _address("article.compare", path, [("den", str(revision.change))]),
        revisions=revisions,
        shown=shown,
        is_latest=is_latest,
        related=related(kept, article),
        similar=desk.related(article, _SIMILAR),
        named_places=places_named(article),
        raw_hash=hashlib.sha256(raw).hexdigest() if raw else "",
        **_cited(article, text, lasting, shown),
        downloads=DOWNLOADS,
        metadata=metadata(article, site() + path),
        linked_data=linked_data(article, site() + path),
    )


@blueprint.get("/bai-viet/<name>/thay-doi")
def compare(name: str) -> ResponseReturnValue:
    """Show what changed between two revisions: `tu` and `den` are their numbers, by default the last and the one before `den`."""
    kept = archive()
    id = id_in(name)
    latest = kept.get(id) if id else None
    if latest is None:
        return error_response(404, "no_article")
    revisions = kept.revisions(id)
    newer = _chosen(revisions, request.args.get("den"), revisions[-1])
    before = [revision for revision in revisions if newer and revision.change < newer.change]
    older = _chosen(revisions, request.args.get("tu"), before[-1] if before else newer)
    if newer is None or older is None:
        return error_response(404, "no_revision")
    path = permalink(id, latest.title)
    found, whole = compared(kept.revision(older.change), kept.revision(newer.change))
    return render_template(
        "article/changes.html",
        title=latest.title,
        path=path,
        older=older,
        newer=newer,
        changes=found,
        whole=whole,
        revision_address=lambda revision: _address("article.show", path, [("ban", str(revision.change))]),
    )


@blueprint.get("/bai-viet/<name>/goc")
def raw_page(name: str) -> ResponseReturnValue:
    """Hand out the page as it was archived, byte for byte, in a form that no browser runs or shows."""
    kept = archive()
    id = id_in(name)
    revisions = kept.revisions(id) if id and kept.get(id) else []
    change = request.args.get("ban")
    shown = next((revision for revision in reversed(revisions) if change in (None, str(revision.change))), None)
    raw = kept.pages.of(id, shown.change) if shown else None
    if raw is None:
        return error_response(404, "no_page")
    response = Response(raw, mimetype="application/octet-stream")
    response.headers["Content-Disposition"] = f'attachment; filename="{id}{_ending(raw)}"'
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'; frame-ancestors 'none'"
    return response


def _ending(raw: bytes) -> str:
    """Return how to name a file of what was archived: so that no system opens a page as one, and each a document by its own program."""
    return next((ending for sign, ending in _ENDINGS if raw.startswith(sign)), ".html.txt")


def neighbours(place: Standing | None, asked: SearchRequest) -> Neighbours | None:
    """Return the ways to the hits before and after the article; each carries the page of hits that it stands on."""
    if place is None:
        return None

    def way(article: Article | None, position: int) -> tuple[str, str]:
        if article is None:
            return "", ""
        on_its_page = replace(asked, page=(position - 1) // asked.size + 1)
        return article.title, article_url(permalink(article.id, article.title), on_its_page)

    beside = (way(place.previous, place.position - 1), way(place.next, place.position + 1))
    return Neighbours(place.position, place.total, *beside)


def marked(desk: SearchEngine, article: Article, asked: SearchRequest, part: int = 1, *, earlier: bool = False) -> MarkedText:
    """Return a part of the article's texts, by default the first and mostly only one, with the matches of the query marked.

    The last part stands for every one after it. Of an `earlier` revision also what the query asks of such is marked.
    """
    ranges, whole = desk.highlights(asked, article, earlier=earlier) if asked.query.strip() else Highlights({})
    starts = _parts(article)
    part = min(part, len(starts))
    first, stop = [*starts, len(article.blocks)][part - 1 : part + 1]
    found = 0
    passages: list[str] = []

    def shown(slot: Slot, text: str, anchor: str) -> Markup:
        nonlocal found
        here = ranges.get(slot, ()) if text else ()
        if here:
            found += len(places(text, here))
            passages.append(anchor)
        return mark(text, here)

    title = shown("title", article.title, TITLE)
    lead = shown("lead", article.lead if part == 1 else "", LEAD)
    blocks = tuple(
        MarkedBlock(block.kind, shown(place, block.text, f"{PARAGRAPH}{place + 1}"), block.credit, place + 1)
        for place, block in enumerate(article.blocks[first:stop], first)
    )
    return MarkedText(title, lead, blocks, found, tuple(passages), whole, part, len(starts))


def _parts(article: Article) -> list[int]:
    """Return the blocks with which the parts of an article's text begin that are shown one by one: mostly there is one."""
    starts = [0]
    length = 0
    for place, block in enumerate(article.blocks):
        length += len(block.text)
        if place > starts[-1] and (place - starts[-1] == MOST_BLOCKS_A_PART or length > _MOST_TEXT_A_PART):
            starts.append(place)
            length = len(block.text)
    return starts


def _part() -> int:
    """Return which part of the text is asked for; the first by whatever is no number."""
    asked = request.args.get("phan", "")
    return max(1, int(asked)) if re.fullmatch("[0-9]{1,6}", asked) else 1


def _cited(article: Article, text: MarkedText, lasting: str, shown: Revision) -> dict[str, object]:
    """Return what a reader cites by: the article's `citation`, after the words of the block with number `quoted` if one is asked for.

    `source` is what is cited with any of its blocks: its address ends with the sign that their anchors begin with.
    """
    address = lasting + ("&" if "?" in lasting else "?") + urlencode(text.parameters) if text.parameters else lasting
    block = next((block for block in text.blocks if str(block.number) == request.args.get("doan")), None)
    if block is None:
        citation = footnote(article, lasting, shown.archived_at)
    else:
        words = article.blocks[block.number - 1].text
        citation = f"“{words}”\n{footnote(article, f'{address}#{block.anchor}', shown.archived_at)}"
    source = footnote(article, f"{address}#", shown.archived_at)
    return {"citation": citation, "quoted": block.number if block else "", "source": source}


def _absent(kept: Archive, id: str, name: str) -> ResponseReturnValue:
    """Answer for an article that is not there: one that was withdrawn because it is kept under another address leads there."""
    revisions = kept.revisions(id) if id else []
    if not revisions:
        return error_response(404, "no_article", query=_words(name))
    withdrawn = kept.revision(revisions[-1].change)
    words = " ".join(re.findall(r"\w+", withdrawn.title))
    title = SearchRequest(f'"{words}"', exact_marks=True)
    others = (kept.get(hit.id) for hit in searcher().search(title).hits)
    heir = next((other for other in others if other and withdrawn.blocks and other.blocks == withdrawn.blocks), None)
    if heir is None:
        return error_response(410, "withdrawn")
    return redirect(article_url(permalink(heir.id, heir.title)), 301)


def _chosen(revisions: list[Revision], number: str | None, default: Revision | None) -> Revision | None:
    return default if number is None else next((revision for revision in revisions if str(revision.change) == number), None)


def _address(endpoint: str, path: str, query: list[tuple[str, str]]) -> str:
    return f"{url_for(endpoint, name=path.rpartition('/')[2])}?{urlencode(query)}"


def _words(name: str) -> str:
    """Return the words of a permalink's slug: without marks as they are, the search still finds their article."""
    slug = name[ID_LENGTH + 1 :] if id_in(name) else name
    return " ".join(re.findall(r"\w+", slug))[:200]
