"""JSON-LD as pages really carry it -> the objects in it. Broken JSON is repaired where the repair is certain, else read field by field.

Invariant: never raises; what cannot be read is missing from the result.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

from language.text import clean

_LARGEST = 500_000
_DEEPEST = 20
ARTICLE_TYPES = frozenset(
    "Article NewsArticle ReportageNewsArticle OpinionNewsArticle AnalysisNewsArticle BackgroundNewsArticle AskPublicNewsArticle"
    " ReviewNewsArticle SatiricalArticle BlogPosting LiveBlogPosting Report TechArticle ScholarlyArticle SocialMediaPosting".split()
)
_TRAILING_COMMA = re.compile(r",(?=\s*[}\]])")
_COMMENT = re.compile(r"<!--|-->|<!\[CDATA\[|\]\]>|^[^\S\n]*//.*?$", re.M)
_FIELDS = ("headline", "description", "datePublished", "dateModified", "articleSection", "keywords")
# The value of a field whose quotes are not escaped ends before the next field, or the end of the object.
_FIELD = r'"%s"\s*:\s*"(.{0,5000}?)"\s*(?:,\s*["}]|[}\]])'


def read_objects(scripts: Iterable[str]) -> list[dict[str, Any]]:
    """Return the objects of `scripts` that have a type, outermost first; those listed as entries of a list are left out."""
    found: list[dict[str, Any]] = []
    for script in scripts:
        if len(script) <= _LARGEST:
            found += _typed(_load(script), 0)
    return found


def types(entry: dict[str, Any]) -> frozenset[str]:
    """Return the types of `entry`, without the vocabulary they come from."""
    named = entry.get("@type")
    listed = named if isinstance(named, list) else [named]
    return frozenset(name.rsplit("/", 1)[-1] for name in listed if isinstance(name, str))


def texts(value: Any, depth: int = 0) -> list[str]:
    """Return what `value` says in words: strings, and the names of people, papers and things, as clean text."""
    if depth > _DEEPEST:
        return []
    if isinstance(value, str):
        text = clean(html.unescape(html.unescape(value)))
        return [text] if text else []
    if isinstance(value, dict):
        return texts(value.get("name") or value.get("@value") or value.get("@id") or "", depth + 1)
    if isinstance(value, list):
        return [text for part in value[:100] if not isinstance(part, list) for text in texts(part, depth + 1)]
    return []


def _load(script: str) -> Any:
    script = script.strip().rstrip(";")
    bare = _COMMENT.sub("", script)
    for candidate in (script, bare, _TRAILING_COMMA.sub("", bare), html.unescape(bare)):
        loaded = _parse(candidate)
        if isinstance(loaded, str):  # encoded twice
            loaded = _parse(loaded)
        if isinstance(loaded, (dict, list)):
            return loaded
    return _salvage(bare)


def _parse(text: str) -> Any:
    try:
        return json.loads(text, strict=False)
    except (ValueError, RecursionError):
        return None


def _salvage(script: str) -> dict[str, Any] | None:
    """Read the fields of an article out of what is no JSON: unescaped quotes, missing commas, a cut-off end."""
    named = re.search(r'"@type"\s*:\s*"(\w+)"', script)
    kinds = re.findall(r'"@type"\s*:\s*"(\w+)"', script)
    kind = next((name for name in kinds if name in ARTICLE_TYPES), named[1] if named else "")
    if not kind:
        return None
    start = max(0, script.find(f'"{kind}"'))
    entry: dict[str, Any] = {"@type": kind}
    for name in _FIELDS:
        value = re.compile(_FIELD % name, re.S).search(script, start) or re.compile(_FIELD % name, re.S).search(script)
        if value:
            entry[name] = value[1].replace('\\"', '"').replace("\\/", "/")
    author = re.search(r'"author"\s*:\s*[\[{][^}]{0,300}?"name"\s*:\s*"([^"]{1,100})"', script)
    if author:
        entry["author"] = {"name": author[1]}
    return entry


def _typed(value: Any, depth: int) -> Iterator[dict[str, Any]]:
    if depth > _DEEPEST:
        return
    if isinstance(value, list):
        for part in value[:200]:
            yield from _typed(part, depth + 1)
    elif isinstance(value, dict):
        if "@type" in value:
            yield value
        for name in ("@graph", "mainEntity", "mainEntityOfPage"):
            if isinstance(value.get(name), (dict, list)):
                yield from _typed(value[name], depth + 1)
