"""The fields of the index, and what a commit says about itself: which archive, how far into it, which analysis."""

from __future__ import annotations

from dataclasses import dataclass

from whoosh import analysis, fields

from corpus.facet import FACET_NAMES
from corpus.paper import PaperTable
from language.analyzer import ANALYSIS_VERSION

VERSION = f"10/{ANALYSIS_VERSION}"
"""Names everything that decides what lies in an index; the number goes up whenever the arrays of a segment change (tests/test_segment.py)."""
TITLE, BODY = "title", "body"
TEXT_FIELDS = (TITLE, BODY)
EARLIER = "earlier"
"""The texts that earlier revisions of an article had and the present one has no more (see corpus.earlier): empty for nearly all."""
POSITIONAL_FIELDS = (*TEXT_FIELDS, EARLIER)
ABBREVIATION_FIELD = "abbreviation"
"""What an article explains: terms are the keys of an abbreviation and of its expansion with a tab between, labels the same as written."""
PHRASE_FIELD = "phrase"
"""The phrases of an article (see language.phrase), title and body together."""
LABELLED_FIELDS = (*FACET_NAMES, ABBREVIATION_FIELD)
POSITION_GAP = 100
"""Positions left free between two blocks of a body, so that no phrase or near reaches across."""


def stripped_field(field: str) -> str:
    """Return the name of the field that holds the stripped forms of `field`."""
    return f"{field}_stripped"


def words_field(field: str) -> str:
    """Return the name of the field that holds the segmented words of `field`."""
    return f"{field}_words"


@dataclass(frozen=True)
class Provenance:
    """What an index was built from.

    The archive's identity, the last change seen (the watermark) and that change's fingerprint, by which an archive restored from an older
    copy is told from the one indexed; the version of analysis and schema; the table by which papers are named in it, and by which the articles
    it finds are to be named, so that what is shown is what is counted.
    """

    archive: str
    watermark: int
    version: str
    fingerprint: str = ""
    papers: PaperTable | None = None


class ArchiveSchema(fields.Schema):  # type: ignore[misc]
    """The Whoosh schema, which carries the provenance into the table of contents: one rename commits postings and watermark together."""

    provenance: Provenance


def create_schema(provenance: Provenance) -> ArchiveSchema:
    """Return the schema of a commit: title and body in exact, stripped and segmented form, what earlier revisions had in the first
    two, the facets, the abbreviations explained, the phrases and the article id.
    """
    whole = analysis.IDAnalyzer()
    schema = ArchiveSchema(id=fields.ID(unique=True))
    for field in POSITIONAL_FIELDS:
        schema.add(field, fields.TEXT(analyzer=whole, phrase=True))
        schema.add(stripped_field(field), fields.TEXT(analyzer=whole, phrase=False))
    for field in TEXT_FIELDS:
        schema.add(words_field(field), fields.TEXT(analyzer=whole, phrase=False))
    for field in (*LABELLED_FIELDS, PHRASE_FIELD):
        schema.add(field, fields.TEXT(analyzer=whole, phrase=False))
    schema.provenance = provenance
    return schema
