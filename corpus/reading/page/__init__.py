"""The page of a newspaper, as bytes -> Article. Pure: the same bytes give the same article; nothing is fetched, nothing kept.

    from corpus.reading.page import read_page
    article = read_page(page, url="https://…", fetched_at=…)

The way through the room: encoding -> tree (nodes and lines) -> metadata; region (where the story stands) -> title -> publication
(dates) -> story (lead, blocks) -> tag; verdict (is it an article at all?). Rules are about structure and about the words the Vietnamese
press uses; no rule names a newspaper. What is no article raises corpus.errors.NotAnArticle with a reason in Vietnamese.
"""

from corpus.reading.page.fragment import read_fragment
from corpus.reading.page.reader import MAX_BYTES, read_page

__all__ = ["MAX_BYTES", "read_fragment", "read_page"]
