"""The kinds of legal and administrative documents: their signs, their names, and what is said of a number after the name (data/document_kinds.tsv)."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files

from language.normalizer import stripped


@dataclass(frozen=True)
class Kind:
    """A kind of document. `use` ("plain", "capital", "counted") says when its name and a number cite a document."""

    sign: str
    name: str
    use: str


def rows(name: str) -> list[list[str]]:
    """Return the rows of a table in data/, without its comments."""
    lines = files("language").joinpath(f"data/{name}").read_text("utf-8").splitlines()
    return [line.split("\t") for line in lines if line and not line.startswith("#")]


KINDS = [Kind(*row) for row in rows("document_kinds.tsv")]
SIGNS = "|".join(
    sorted({form for kind in KINDS for form in (kind.sign, stripped(kind.sign).upper())}, key=lambda sign: (-len(sign), sign))
)
"""A pattern of the signs, with and without marks: the longest first."""
