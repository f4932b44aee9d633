"""An article -> how it is cited: a line for a footnote, files for reference managers, and what machines read in a page's head."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from flask import Blueprint, Response
from flask.typing import ResponseReturnValue

from corpus.article import Article
from corpus.writing.citation import csl
from corpus.writing.column import ExportedArticle
from corpus.writing.export import FORMATS
from language.timestamp import VIETNAM
from web.address import site
from web.around.error import error_response
from web.desk import archive
from web.message import t
from web.presentation import day, outside_link

blueprint = Blueprint("citation", __name__)

DOWNLOADS = {"ris": "RIS", "bib": "BibTeX", "json": "CSL-JSON"}
_LONGEST_TEXT = 50_000  # characters of the text that a page repeats for machines


@blueprint.get("/bai-viet/<id>.<any(ris, bib, json):extension>")
def download(id: str, extension: str) -> ResponseReturnValue:
    """Hand out an article's citation as a file: RIS, BibTeX or CSL-JSON."""
    article = archive().get(id)
    if article is None:
        return error_response(404, "no_article")
    exported = ExportedArticle(article, site(), archive().absences.since(id))
    if extension == "json":
        text, media_type = (
            json.dumps([csl(article, exported.address, exported.gone)], ensure_ascii=False),
            "application/vnd.citationstyles.csl+json",
        )
    else:
        format = next(format for format in FORMATS.values() if format.extension == extension)
        text, media_type = format.piece(exported), format.media_type
    response = Response(text, content_type=f"{media_type}; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{id}.{extension}"'
    return response


def footnote(article: Article, permalink: str, archived_at: datetime) -> str:
    """Return the citation as a Vietnamese newspaper or thesis prints it: author, title, paper, day, address, archived copy."""
    said = [t("cite.title", title=article.title), article.source, day(article.published.isoformat()) if article.published else ""]
    begun = f"{', '.join(article.authors)}: " if article.authors else ""
    archived = t("cite.archived", address=permalink, day=day(archived_at.isoformat()))
    return ". ".join(filter(None, (begun + ", ".join(filter(None, said)), outside_link(article.url), archived))) + "."


def metadata(article: Article, permalink: str) -> list[tuple[str, str]]:
    """Return (name, content) of the meta elements that Zotero and library catalogues read: Highwire's and Dublin Core's."""
    published = article.published and article.published.astimezone(VIETNAM)
    found = [("citation_title", article.title), *(("citation_author", author) for author in article.authors)]
    found += [("citation_publication_date", f"{published:%Y/%m/%d}")] if published else []
    found += [("citation_journal_title", article.source), ("citation_public_url", permalink), ("citation_language", "vi")]
    found += [("citation_keywords", "; ".join(article.tags)), ("z:itemType", "newspaperArticle")]
    found += [("DC.title", article.title), *(("DC.creator", author) for author in article.authors)]
    found += [("DC.date", f"{published:%Y-%m-%d}")] if published else []
    found += [("DC.publisher", article.source), ("DC.identifier", permalink), ("DC.source", outside_link(article.url))]
    found += [("DC.language", "vi"), ("DC.type", "Text"), *(("DC.subject", tag) for tag in article.tags)]
    return [(name, content) for name, content in found if content]


def linked_data(article: Article, permalink: str) -> dict[str, Any]:
    """Return the article as schema.org's NewsArticle; the template escapes it so that no text of it can end the element."""
    organisation = {"@type": "NewsMediaOrganization", "name": article.source} if article.source else None
    text = "\n".join(block.text for block in article.blocks if block.kind != "caption")
    found: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "@id": permalink,
        "mainEntityOfPage": permalink,
        "headline": article.title,
        "description": article.lead,
        "articleBody": text if len(text) <= _LONGEST_TEXT else "",
        "articleSection": article.section,
        "keywords": list(article.tags),
        "author": [{"@type": "Person", "name": author} for author in article.authors] or organisation,
        "publisher": organisation,
        "datePublished": article.published and article.published.isoformat(),
        "dateModified": article.modified and article.modified.isoformat(),
        "isBasedOn": outside_link(article.url),
        "inLanguage": "vi",
    }
    return {name: value for name, value in found.items() if value}
