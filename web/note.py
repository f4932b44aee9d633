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
        found.append(Note(told(f"unmarked.{'only' if result.unmarked == result.total else 'some'}", count=result.unmarked)))
    forms = ", ".join(dict.fromkeys(each.expansion for each in result.expansions))
    if forms:
        on, other = ("on", "off") if asked.expand else ("off", "on")
        turned = search_url(replace(asked, expand=not asked.expand, page=1))
        found.append(Note(told(f"also.{on}", forms=vietnamese(forms)), t(f"also.turn_{other}"), turned))
    if not asked.fold or result.groups < result.total + result.near:
        on, other = ("on", "off") if asked.fold else ("off", "on")
        turned = search_url(replace(asked, fold=not asked.fold, page=1))
        found.append(Note(told(f"fold.{on}", count=result.groups), t(f"fold.turn_{other}"), turned))
    return found
