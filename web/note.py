"""A SearchRequest and its ResultPage -> notes on what is counted and how, each with the link that has it otherwise."""

from __future__ import annotations

from dataclasses import dataclass, replace

from markupsafe import Markup

from searcher.request import SearchRequest
from searcher.result import ResultPage
from web.address import search_url
from web.message import t
from web.presentation import told, vietnamese


@dataclass(frozen=True)
class Note:
    """What is said, and the link that turns it: "" where there is none."""

    said: Markup
    label: str = ""
    href: str = ""


def notes(asked: SearchRequest, result: ResultPage) -> list[Note]:
    """Return what is to be said of the hits as a whole: matches without marks, other forms looked for, copies folded."""
    found: list[Note] = []
    if result.unmarked:
        key = "results.unmarked_only" if result.unmarked == result.total else "results.unmarked_some"
        found.append(Note(told(key, count=result.unmarked)))
    forms = ", ".join(dict.fromkeys(each.expansion for each in result.expansions))
    if forms:
        said = told("also.on" if asked.expand else "also.off", forms=vietnamese(forms))
        turned = search_url(replace(asked, expand=not asked.expand, page=1))
        found.append(Note(said, t("also.turn_off" if asked.expand else "also.turn_on"), turned))
    if not asked.fold or result.groups < result.total + result.near:
        said = told("fold.on", count=result.groups) if asked.fold else told("fold.off")
        turned = search_url(replace(asked, fold=not asked.fold, page=1))
        found.append(Note(said, t("fold.turn_off" if asked.fold else "fold.turn_on"), turned))
    return found
