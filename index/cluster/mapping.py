"""The fields of the cluster's index -> its settings and mapping, as they are sent when it is made.

Everything follows from the tables of index.schema and corpus.facet. Nothing is taken that is not named here (`dynamic: strict`), and nothing is kept but
what is searched or read back: no `_source`, for the archive has the articles.
"""

from __future__ import annotations

from typing import Any

from corpus.facet import FACET_NAMES
from index.schema import POSITION_GAP, POSITIONAL_FIELDS, TEXT_FIELDS, words_field
from language.analyzer import ANALYSIS_VERSION

VERSION = f"3/{ANALYSIS_VERSION}"
"""Names everything that decides what lies in the index; the number goes up whenever the fields or what stands in them change."""
FORMS, WORDS = "forms", "words"
"""The two analyzers: all forms of one position, and words."""
BETWEEN_FORMS = "|"
"""Stands between the forms of one position; no form has it, nor white space."""
STRIPPED = "="
"""What stripped forms begin with; exact forms of a bare text begin with language.normalizer.BARE."""
LENGTH_FIELDS = {field: f"{field}_length" for name in TEXT_FIELDS for field in (name, words_field(name))}
"""The fields that say how many terms a text field has, by its name."""
LATE = "1d"
"""How long the server remembers that a document was deleted, and at which version (see index.cluster.bulk)."""
_RETRIES = 1000
"""How often a copy is tried to be made before somebody has to ask for it. The server's own five are over within a minute in which a node cannot let
go of an older copy, because its disk is full."""
_LONGEST_TOKEN = 4096  # characters: all forms of one position


def label_field(facet: str) -> str:
    """Return the name of the field that keeps how each value of a facet is written: key, tab, label."""
    return f"{facet}_label"


def settings(shards: int, replicas: int) -> dict[str, Any]:
    """Return the settings of a new index. Nothing is to be found before the writer says so: no refresh by the clock."""
    whitespace = {"type": "whitespace", "max_token_length": _LONGEST_TOKEN}
    apart = {"type": "pattern_capture", "preserve_original": False, "patterns": [f"([^{BETWEEN_FORMS}]+)"]}
    return {
        "index": {
            "number_of_shards": shards,
            "number_of_replicas": replicas,
            "refresh_interval": "-1",
            "gc_deletes": LATE,
            "allocation": {"max_retries": _RETRIES},
            "analysis": {
                "tokenizer": {"spaces": whitespace},
                "filter": {"apart": apart},
                "analyzer": {
                    FORMS: {"type": "custom", "tokenizer": "spaces", "filter": ["apart"]},
                    WORDS: {"type": "custom", "tokenizer": "spaces"},
                },
            },
        }
    }


def mapping(meta: dict[str, Any]) -> dict[str, Any]:
    """Return the mapping of a new index whose first commit is `meta`."""
    return {"dynamic": "strict", "_source": {"enabled": False}, "_meta": meta, "properties": _properties()}


def _properties() -> dict[str, dict[str, Any]]:
    text = {"type": "text"}  # with norms: Lucene's own BM25 chooses what is scored (searcher.cluster.scoring)
    positional = {**text, "analyzer": FORMS, "index_options": "positions", "position_increment_gap": POSITION_GAP}
    key, number, kept = {"type": "keyword"}, {"type": "long"}, {"type": "binary", "doc_values": True}
    return {
        "id": key,
        "change": number,
        "writing": number,
        "published": number,
        **dict.fromkeys(POSITIONAL_FIELDS, positional),
        **{words_field(field): {**text, "analyzer": WORDS, "index_options": "freqs"} for field in TEXT_FIELDS},
        **dict.fromkeys(LENGTH_FIELDS.values(), {"type": "integer", "index": False}),
        **dict.fromkeys(FACET_NAMES, key),
        **{label_field(facet): {"type": "keyword", "index": False} for facet in FACET_NAMES},
        "bare": {"type": "boolean"},
        "tokens": kept,
        "sketch": kept,
        "signature": kept,
        "band": {"type": "keyword", "doc_values": False},
        "group": key,
    }
