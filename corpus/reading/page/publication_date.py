"""Everything on a page that looks like its date -> when it was published and when modified, or None, with a note on what was dropped.

What machines are told and what readers see are held against each other. Servers stamp a Vietnamese clock with the offset of some
other country; templates print the moment of the visit; converters write the day of the crawl. Published is never taken from what the
page calls an update while it also says when it was published.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta, timezone
from itertools import accumulate

from corpus.message import note
from corpus.reading.page.date import VIETNAM, Moment, looks_like_date, read_moment, without_date
from corpus.reading.page.label import fold, zones
from corpus.reading.page.metadata import Metadata
from corpus.reading.page.node import Line, Tree
from corpus.reading.page.page import Page
from corpus.reading.page.region import Region, afterword

_LONGEST = 160
_UPDATE = re.compile(r"\b(?:cap nhat|sua lan cuoi|chinh sua|lan cuoi|updated?|modified)\b")
_POSTED = re.compile(
    r"\b(?:dang luc|ngay dang|dang ngay|xuat ban|dang tai|dua tin|phat hanh|posted|published|thoi gian dang|ngay tao)\b"
)
# A date among so many other words belongs to a sentence.
_WORDS_BESIDE, _WORDS_BESIDE_MARKED = 9, 14
_URL_DAYS = (
    re.compile(r"(?<!\d)((?:19|20)\d\d)(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(?=\d{6,12}(?!\d)|(?!\d))"),
    re.compile(r"(?<!\d)((?:19|20)\d\d)[/-](0?[1-9]|1[0-2])[/-]([12]\d|3[01]|0?[1-9])(?!\d)"),
)
_TIME = re.compile(r"\d\s?[:hg]\s?\d\d")
_LEAST_SCORE = 3
_ALMOST = timedelta(minutes=3)


@dataclass(frozen=True)
class Publication:
    """When the article came out and was last changed, each with its origin ("" when unknown), and what was dropped or repaired."""

    published: datetime | None
    origin: str
    modified: datetime | None
    modified_origin: str
    notes: tuple[str, ...]


@dataclass(frozen=True)
class _Candidate:
    moment: Moment
    origin: str
    update: bool = False
    score: int = 0
    line: int = -1


def find_publication(page: Page, fetched_at: datetime | None) -> Publication:
    """Return when the article was published and modified. `fetched_at` is when the page was read, now when unknown."""
    now = _now(fetched_at)
    notes: list[str] = []
    machine = _machine(page.metadata, "published", now, notes)
    modified = _machine(page.metadata, "modified", now, notes)
    visible = _visible(page, now, notes)
    shown = _likeliest(visible, update=False)
    changed = _likeliest(visible, update=True)
    of_url = _of_url(page.address, now)
    chosen = _choose(machine, shown or changed, of_url, fetched_at, notes)
    if chosen is None and of_url is not None:
        chosen = of_url
        notes.append(note("note_date_of_address"))
    if chosen is None:
        notes.append(note("note_no_date"))
    elif chosen.update and machine is None:
        notes.append(note("note_only_updated"))
    published = chosen.moment.local if chosen else None
    later = _modified(modified, machine, chosen, changed if shown else None, notes)
    return Publication(
        published,
        chosen.origin if chosen else "",
        later.moment.local if later else None,
        later.origin if later else "",
        tuple(notes),
    )


def _now(fetched_at: datetime | None) -> datetime:
    """Return what time it was for who read the page, with its offset: in Vietnam when it says none."""
    now = fetched_at or datetime.now(timezone.utc)
    return now.replace(tzinfo=VIETNAM) if now.tzinfo is None else now


def _likeliest(visible: Iterable[_Candidate], *, update: bool) -> _Candidate | None:
    """Return the first of the updates, or of the other dates, in `visible`."""
    return next((candidate for candidate in visible if candidate.update == update), None)


def is_date_line(text: str) -> bool:
    """Is `text` a date and little else ("Thứ ba, 12/7/2022, 08:30 (GMT+7)")?"""
    return len(text) <= 100 and looks_like_date(text) and len(without_date(text).split()) <= 3


def is_dated_line(text: str) -> bool:
    """Is `text`, above a story, a line of dates, authors and counters ("Tỉnh Báo 07:05 15/04/2023 5 bình luận")?"""
    return (
        len(text) <= _LONGEST
        and looks_like_date(text)
        and len(without_date(text).split()) <= _WORDS_BESIDE_MARKED
        and not text.endswith(".")
    )


def _machine(metadata: Metadata, name: str, now: datetime, notes: list[str]) -> _Candidate | None:
    for value in metadata.all(name):
        moment = read_moment(value.text)
        if moment is None:
            if any(character.isdigit() for character in value.text):
                notes.append(note("note_impossible_moment", text=value.text[:60]))
        elif moment.aware > now + timedelta(days=2) and not (moment.swapped and moment.swapped.replace(tzinfo=VIETNAM) <= now):
            notes.append(note("note_future_date", text=value.text[:60]))
        else:
            return _Candidate(_not_future(moment, now), value.origin)
    return None


def _not_future(moment: Moment, now: datetime) -> Moment:
    if moment.swapped is not None and moment.aware > now + timedelta(days=2):
        return replace(moment, clock=moment.swapped, swapped=moment.clock)
    return moment


def _visible(page: Page, now: datetime, notes: list[str]) -> list[_Candidate]:
    """Return the dates printed around the page.headline and the ends of the story, the likeliest first."""
    anchor = page.headline.first if page.headline.first >= 0 else max(page.region.body.start, page.region.core.start - 6)
    found: list[_Candidate] = []
    least = _LEAST_SCORE if page.metadata.all("published") else _LEAST_SCORE - 1
    marked, stamps = _marked(page.tree), _stamps(page.tree)
    clock = ""
    links = [0, *accumulate(len(line.links) for line in page.tree.lines)]
    linked = [0, *accumulate(line.is_link for line in page.tree.lines)]
    for line in (*page.tree.lines[: page.region.core.end], *afterword(page.tree, page.region)):
        text = _dated_text(line, stamps)
        if not text:
            continue
        score = _visible_score(line, text, anchor, page.headline.last, page.region, line.number in marked)
        if line.number <= page.headline.last:
            score -= _doubt_above(line, text, anchor, links, linked)
        if score < least:
            if not clock and _is_clock(line, score, anchor):
                clock = text
            continue
        moment = _printed_moment(text, now, notes)
        if moment is not None:
            found.append(_Candidate(moment, "visible", _is_update(text), score, line.number))
    found.sort(key=lambda candidate: (-candidate.score, candidate.line))
    if not found and clock:
        notes.append(note("note_clock", text=clock[:60]))
    return found


def _dated_text(line: Line, stamps: Mapping[int, str]) -> str:
    """Return the text of `line`, or what its <time> says to machines, whichever has a date; "" when neither has."""
    if line.media or not 0 < len(line.text) <= _LONGEST:
        return ""
    if looks_like_date(line.text):
        return line.text
    stamp = stamps.get(line.number, "")
    return stamp if looks_like_date(stamp) else ""


def _is_clock(line: Line, score: int, anchor: int) -> bool:
    """Does `line`, far above the headline at `anchor`, say when the page was visited?"""
    return line.number < anchor - 8 and score > _LEAST_SCORE - 5


def _marked(tree: Tree) -> set[int]:
    """Return the lines whose markup says that they are dates."""
    return {
        node.start for node in tree.nodes if node.end - node.start <= 1 and (node.tag == "time" or "date" in zones(node.hint))
    }


def _stamps(tree: Tree) -> dict[int, str]:
    """Return what <time> says to machines, by the line where it stands."""
    return {
        node.start: node.attributes["datetime"] for node in tree.nodes if node.tag == "time" and "datetime" in node.attributes
    }


def _printed_moment(text: str, now: datetime, notes: list[str]) -> Moment | None:
    """Return the moment printed in `text`, or None, with a note, when no calendar has it or it is still to come."""
    moment = read_moment(text)
    if moment is None:
        notes.append(note("note_impossible_date", text=text[:60]))
        return None
    moment = _not_future(moment, now)
    if moment.aware > now + timedelta(days=2):
        notes.append(note("note_future_date", text=text[:60]))
        return None
    return moment


def _is_update(text: str) -> bool:
    """Does the line `text` of a date say when the article was changed, and not when it came out?"""
    folded = fold(text)
    return _UPDATE.search(folded) is not None and not _POSTED.search(folded)


def _doubt_above(line: Line, text: str, anchor: int, links: Sequence[int], linked: Sequence[int]) -> int:
    """Return how much less a date above the headline, at `anchor`, is worth for the menus there.

    `links` are how many links stand before each line, `linked` how many lines of nothing but links.
    """
    doubt = 0
    if linked[max(line.number + 1, anchor)] > linked[line.number + 1]:
        doubt = 2 if _TIME.search(text) else 4
    return doubt + (4 if _in_page_header(links, line, anchor) else 0)


def _visible_score(line: Line, text: str, first: int, last: int, region: Region, marked: bool) -> int:
    around = region.zones[line.node.number]
    beside = len(re.findall(r"\w+", without_date(text)))
    if beside > (_WORDS_BESIDE_MARKED if marked else _WORDS_BESIDE):
        return -10
    score = (0 if beside > 4 else 1) + _beside_headline(line, first, last, region) + _beside_story(line, region)
    score += 2 if "date" in around or marked else 0
    score += 1 if _POSTED.search(fold(text)) else 0
    moment = read_moment(text)
    if moment is not None:
        score += moment.timed + moment.weekday
    if region.noise[line.number] and "share" not in around or line.is_link:
        score -= 5
    return score


def _beside_headline(line: Line, first: int, last: int, region: Region) -> int:
    """Return how much the place of `line` under or over the headline, lines `first` to `last`, speaks for its date."""
    if line.number > last:
        near = line.number - last
        return 4 if near <= 8 else 2 if near <= 20 and line.number <= region.core.start + 1 else 0
    near = first - line.number
    return 3 if near <= 3 else 2 if near <= 8 else -2


def _beside_story(line: Line, region: Region) -> int:
    """Return how much it speaks against a date that it stands in the story, as those of documents and events do, or after it."""
    if line.number >= region.core.end:
        return -2 if line.number - region.core.end <= 4 else -4
    return -3 if line.number > region.core.start + 1 else 0


def _in_page_header(links: Sequence[int], line: Line, headline: int) -> bool:
    """Does `line` stand in the part of the page that has the menu and not the headline? The date there is that of the visit.

    `links` are how many links stand before each line.
    """
    part = line.node
    for node in line.node.upwards():
        if node.start <= headline < node.end:
            break
        part = node
    return links[part.end] - links[part.start] >= 4


def _of_url(url: str, now: datetime) -> _Candidate | None:
    for match in (match for shape in _URL_DAYS for match in shape.finditer(url)):
        moment = read_moment("-".join(match.groups()))
        if moment is not None and moment.aware <= now + timedelta(days=2):
            return _Candidate(moment, "url")
    return None


def _choose(
    machine: _Candidate | None, shown: _Candidate | None, of_url: _Candidate | None, fetched_at: datetime | None, notes: list[str]
) -> _Candidate | None:
    """Return which to believe of the date for machines, the date that readers see and that in the address, and note why."""
    firm = _firm_days((machine, shown, of_url))
    shown = _ordered(shown, firm)
    machine = _ordered(machine, firm or ({shown.moment.local.date()} if shown else set()))
    if machine is None or shown is None:
        return machine or shown
    ours, theirs = machine.moment, shown.moment
    if shown.update and theirs.local.date() >= ours.local.date() or _agrees(ours, theirs):
        return _truthful(machine, shown, notes)
    if not ours.timed and ours.clock.date() == theirs.local.date():
        return replace(shown, origin=machine.origin)
    if _is_utc(ours, theirs):
        notes.append(note("note_utc_without_offset"))
        return shown
    if ours.local.date() == theirs.local.date():
        return machine
    if _outweighs(machine, shown, of_url, fetched_at):
        notes.append(note("note_metadata_taken", day=theirs.local))
        return machine
    notes.append(note("note_printed_taken", day=ours.local))
    return shown


def _is_utc(machine: Moment, shown: Moment) -> bool:
    """Does the clock for machines, without an offset, say in UTC what readers see?"""
    return machine.offset is None and shown.timed and abs(machine.local + timedelta(hours=7) - shown.local) <= _ALMOST


def _outweighs(machine: _Candidate, shown: _Candidate, of_url: _Candidate | None, fetched_at: datetime | None) -> bool:
    """Is the day for machines to be believed rather than another that readers see?"""
    if _is_of_visit(shown.moment, fetched_at):
        return True
    if _is_of_visit(machine.moment, fetched_at):
        return False
    return _is_in_address(machine.moment, shown.moment, of_url) or shown.score < _LEAST_SCORE + 3


def _is_of_visit(moment: Moment, fetched_at: datetime | None) -> bool:
    """Is `moment` that at which the page was fetched?"""
    return fetched_at is not None and abs(moment.aware - fetched_at) < timedelta(hours=1)


def _is_in_address(machine: Moment, shown: Moment, of_url: _Candidate | None) -> bool:
    """Is the day in the address that for machines, and not that which readers see?"""
    if of_url is None:
        return False
    day = of_url.moment.local
    return abs(machine.local - day) < timedelta(days=2) <= abs(shown.local - day)


def _firm_days(candidates: Iterable[_Candidate | None]) -> set[date]:
    """Return the days of those of `candidates` that can be read in one way only."""
    return {known.moment.local.date() for known in candidates if known and known.moment.swapped is None}


def _ordered(candidate: _Candidate | None, firm: Collection[date]) -> _Candidate | None:
    """Return the date with day and month changed about if only so it is one of the `firm`, which can be read in one way only."""
    moment = candidate.moment if candidate else None
    if (
        candidate is None
        or moment is None
        or moment.swapped is None
        or moment.clock.date() in firm
        or moment.swapped.date() not in firm
    ):
        return candidate
    return replace(candidate, moment=replace(moment, clock=moment.swapped, swapped=moment.clock))


def _agrees(machine: Moment, shown: Moment) -> bool:
    if shown.timed:
        return abs(machine.clock - shown.clock) <= _ALMOST or abs(machine.local - shown.local) <= _ALMOST
    return machine.clock.date() == shown.clock.date()


def _truthful(machine: _Candidate, shown: _Candidate, notes: list[str]) -> _Candidate:
    """Return the machine's date, without its offset if the clock on the page shows that to be false."""
    if _lies(machine.moment, shown.moment):
        notes.append(note("note_false_offset"))
        return replace(machine, moment=replace(machine.moment, offset=None))
    return machine


def _lies(machine: Moment, shown: Moment) -> bool:
    if machine.offset in (None, timedelta(hours=7)) or not machine.timed:
        return False
    if shown.timed:
        return abs(machine.clock - shown.clock) <= _ALMOST and shown.offset in (None, timedelta(hours=7))
    return machine.clock.date() == shown.clock.date() != machine.local.date()


def _modified(
    machine: _Candidate | None,
    published: _Candidate | None,
    chosen: _Candidate | None,
    shown: _Candidate | None,
    notes: list[str],
) -> _Candidate | None:
    found = machine or shown
    if found is None or chosen is None:
        return found
    repaired = published is not None and published.moment.offset is not None and chosen.moment.offset is None
    if repaired and published is not None and found.moment.offset == published.moment.offset:
        found = replace(found, moment=replace(found.moment, offset=None))
    if found.moment.local < chosen.moment.local - _ALMOST and found.moment.timed and chosen.moment.timed:
        notes.append(note("note_modified_early"))
        return None
    return found
