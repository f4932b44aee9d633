"""A text -> the names of persons in it, each with what tells that it is one.

Told by what stands before (ông, Thủ tướng, Chủ tịch UBND tỉnh …, luật sư) or after (its age, its office, a verb of saying), or by the name itself: a surname
and two or three syllables more. Names after a word for a street, school or the like are none.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Sequence
from functools import cache
from typing import NamedTuple

from language.actor.body import NamedBody, Places
from language.actor.capital import Row, level, listed
from language.actor.saying import says
from language.actor.title import (
    LONGEST_BEFORE,
    is_aged,
    is_degree,
    last_word,
    office_after,
    title_before,
    title_ends,
    titles,
    titles_within,
    told_after,
    words_before,
)
from language.actor.whole_name import (
    LONGEST_NAME,
    Words,
    clans,
    is_foreign_name,
    is_vietnamese,
    is_whole,
    may_be_foreign,
    may_be_whole,
    names_itself,
    surnames,
    whole_behind,
)
from language.mark import without_marks
from language.normalizer import exact

_CREDIT = re.compile(
    r"(?:[Ảả]nh|Photo|Video|Clip|Nguồn|Đồ hoạ|PV|CTV|Tin|Bài|Thực hiện|Biên tập)[^:.,;]{0,14}: ?\Z|(?:[Ảả]nh|Photo|PV|Nguồn)\.? \Z|[(-] ?(?:[Ảả]nh|Photo) \Z"
)
_LISTED = re.compile(r" ?(?:,|và|hay|với|-|/|;| )* ?(?:đường |phố )?")
_NUMBER = re.compile("(?:số )?[0-9]+[a-z]?(?:/[0-9a-z]+)*")
_LONGEST_JOINER = 12
_OPENERS = frozenset(
    "Theo Và Nhưng Khi Còn Với Tại Của Do Cả Riêng Như Vì Nếu Sau Trước Trong Ngoài Từ Đến Để Có Cùng Dù Gặp Hỏi".split()
)
"""Words that begin a sentence before a name; their capital says nothing."""
_VOWELS = frozenset("aeiouy")
_PARTICLES = frozenset(("Al", "El", "Bin", "Van", "De", "Von", "La", "Abu"))
_TWO_PARTS = frozenset("Kim Park Lee Moon Chung Choe Choi Ri Hwang Yoon Kang Pak Jang Song Han Ban Prayut Prayuth".split())
_SECOND_PART = re.compile(r" ?- ?([a-z]{2,6}|o ?- ?cha)(?![\w-])")
"""How given names of two syllables go on where the hyphen has spaces: Kim Jong - un."""


class NamedPerson(NamedTuple):
    """A name in the text: its words, at text[start:end]; what was said before it; `is_sure`: it is a person's, whoever that is.

    `kind` is "honorific", "office", "role" or "artist" of what stands before it, "" if nothing does. `office`: where the office told with the name stands.
    """

    start: int
    end: int
    words: Words
    kind: str
    is_sure: bool
    is_whole: bool
    office: tuple[int, int] | None = None


def person_key(name: str) -> str:
    """Return the key of a person's name: nguyễn-văn-a; marks matter, the place of the tone and capitals do not."""
    return "-".join(exact(part) for part in re.findall(r"[^\W_]+(?:['’][^\W_]+)*", level(name)))


class Reading:
    """A level text that is read for persons; `capitals`, `bodies` and `places` are what it has of each.

    `names` are those that may be whole, or stand after a title; `left` the stretches of rows that can only be short for a person whom the article
    names elsewhere, which `name` looks at.
    """

    def __init__(self, text: str, capitals: Sequence[Row], bodies: Sequence[NamedBody], places: Places) -> None:
        self._text, self._places = text, places
        self._taken = _Taken(bodies)
        self._blocked = -LONGEST_BEFORE  # where the last name ends that is something else's
        self.names: list[NamedPerson] = []
        self.left: list[tuple[Row, int, int]] = []
        for row in capitals:
            for begin, stop in self._taken.left(row):
                first = begin + (row.words[begin] in _OPENERS and stop > begin + 1)
                if not self._may_begin(row, first, stop):
                    self.left.append((row, first, stop))
                    continue
                name = self.name(row, first, stop)
                if name is not None:
                    self.names.append(name)

    def _may_begin(self, row: Row, first: int, stop: int) -> bool:
        """Say whether a stretch may have a whole name, or stands after a title."""
        text, start, word = self._text, row.starts[first], row.words[first]
        place = self._places.get(start)
        if place is not None:
            return place[0] < row.end(stop - 1)
        if stop == first + 1 and word in listed("countries.txt"):
            return False
        if word in _beginnings() or start - 1 in self._taken.ends:
            return True
        last = last_word(text, start)
        return last in title_ends() or is_degree(last)

    def unnamed(self) -> Iterator[tuple[Row, int, int]]:
        """Yield the stretches of two words and more that may be a name of another language, if something tells so."""
        for row, first, stop in self.left:
            if 2 <= stop - first < LONGEST_NAME and may_be_foreign(row.words[first:stop]):
                yield row, first, stop

    def speaking(self, surnames: Container[str]) -> Iterator[str]:
        """Yield those of `surnames` that stand alone before a verb of saying."""
        for row, first, stop in self.left:
            is_one = stop == first + 1 and row.words[first] in surnames and self._text.startswith(" ", row.end(first))
            if is_one and says(self._text, row.end(first) + 1):
                yield row.words[first]

    def introduced(self, surnames: Container[str]) -> Iterator[NamedPerson]:
        """Yield the names of other languages that end with one of `surnames`, who speak or have a title elsewhere."""
        for row, first, stop in self.unnamed():
            words, start, end = row.words[first:stop], row.starts[first], row.end(stop - 1)
            if words[-1] not in surnames or _is_no_name(self._text, start, end, words):
                continue
            if not _is_blocked(self._text, start, -LONGEST_BEFORE, words):
                yield NamedPerson(start, end, words, "", True, True, office_after(self._text, end))

    def name(self, row: Row, first: int, stop: int) -> NamedPerson | None:
        """Return the name that a stretch of a row may be, None if it is none."""
        piece = _piece(self._text, row, first, stop, self._places, self._taken)
        if piece is None:
            return None
        words = row.words[piece.first : piece.stop]
        if not piece.kind and _is_blocked(self._text, row.starts[piece.first], self._blocked, words):
            self._blocked = row.end(piece.stop - 1)
            return None
        return _judged(self._text, row, piece)


class _Taken:
    """What of a text is a body's already."""

    def __init__(self, found: Sequence[NamedBody]) -> None:
        self._found = found
        self._next = 0
        self.ends = {body.end: body for body in found}

    def left(self, row: Row) -> Iterator[tuple[int, int]]:
        """Yield the stretches of a row, from word to before word, that are no body's; rows are asked in order."""
        while self._next < len(self._found) and self._found[self._next].end <= row.starts[0]:
            self._next += 1
        first, number = 0, self._next
        while number < len(self._found) and self._found[number].start < row.end(len(row.words) - 1):
            body = self._found[number]
            stop = first
            while stop < len(row.words) and row.starts[stop] < body.start:
                stop += 1
            if stop > first:
                yield first, stop
            first = stop
            while first < len(row.words) and row.starts[first] < body.end:
                first += 1
            number += 1
        if first < len(row.words):
            yield first, len(row.words)


class _Piece(NamedTuple):
    """Words of a row from `first` to before `stop` that may be a name; `kind` of what stands before, and where that begins."""

    first: int
    stop: int
    kind: str
    begin: int


def _piece(text: str, row: Row, first: int, stop: int, places: Places, taken: _Taken) -> _Piece | None:
    """Return the part of a stretch behind titles, countries and places that stand before a name, None if nothing is left."""
    begin, kind = row.starts[first], ""
    inner = titles_within(row.words[first:stop])
    if inner:
        kind = titles()[" ".join(row.words[first : first + inner]).lower()]
        first += inner
    else:
        begin, kind = _before(text, row.starts[first], taken)
    if first == stop:
        return None
    skipped = _skipped(row, first, stop, places)
    if skipped:
        if first + skipped >= stop:
            return None
        first += skipped
        kind = kind if kind != "honorific" else ""
        if not kind and row.words[first] not in surnames():
            return None
    return _Piece(first, stop, kind, begin)


def _skipped(row: Row, first: int, stop: int, places: Places) -> int:
    """Return how many words of a stretch are a country or place before a name: Mỹ in "Mỹ Donald Trump"."""
    for length in (3, 2, 1):
        if first + length <= stop and " ".join(row.words[first : first + length]) in listed("countries.txt"):
            return length
    place = places.get(row.starts[first])
    if place is None:
        return 0
    return sum(row.starts[number] < place[0] for number in range(first, stop))


def _before(text: str, start: int, taken: _Taken) -> tuple[int, str]:
    """Return where what tells a person begins before `start`, and its kind: a title, or an office with the body that it is of."""
    if start == 0 or text[start - 1] != " ":
        return start, ""
    body = taken.ends.get(start - 1)
    if body is not None:
        begin, kind = title_before(text, body.start)
        return (begin, "office") if kind in ("office", "role", "artist") else (start, "")
    return title_before(text, start)


def _is_blocked(text: str, start: int, blocked: int, words: Words) -> bool:
    """Say whether a name without a title is that of something else: by the word before it, or as it goes on a list of such."""
    last, bearers = last_word(text, start), listed("name_bearers.txt")
    if _NUMBER.fullmatch(last) or last in _bearer_ends() and any(before in bearers for before in words_before(text, start)):
        return True
    if " ".join(words) in listed("street_names.txt") or _CREDIT.search(text, max(0, start - 24), start):
        return True
    return 0 <= start - blocked <= _LONGEST_JOINER and _LISTED.fullmatch(text, blocked, start) is not None


def _judged(text: str, row: Row, piece: _Piece) -> NamedPerson | None:
    """Return the name that a piece is, None if it is none."""
    start, end, words = _spelled(text, row, piece)
    if len(words) > LONGEST_NAME or _is_no_name(text, start, end, words) or _is_anonymous(text, words, end):
        return None
    office = _office(text, piece, start, end)
    whole = is_whole(words) or may_be_whole(words, piece.kind)
    if whole and (piece.kind or names_itself(words) or _is_told_after(text, words, end)):
        return NamedPerson(start, end, words, piece.kind, True, True, office)
    is_sure = not is_vietnamese(words) and is_foreign_name(words, piece.kind)
    if is_sure or whole or len(words) <= 2:
        return NamedPerson(start, end, words, piece.kind, is_sure, is_sure and len(words) > 1, office)
    return None


def _office(text: str, piece: _Piece, start: int, end: int) -> tuple[int, int] | None:
    """Return where the office stands that is told with a name, before it or after."""
    is_before = piece.kind == "office" and piece.begin < start - 1
    return (piece.begin, start - 1) if is_before else office_after(text, end)


def _spelled(text: str, row: Row, piece: _Piece) -> tuple[int, int, Words]:
    """Return where the name of a piece begins and ends, and its words: without those of what the person leads, with what a hyphen adds."""
    words = row.words[piece.first : piece.stop]
    start, end = row.starts[piece.first], row.end(piece.stop - 1)
    if words[0] in _TWO_PARTS and (rest := _SECOND_PART.match(text, end)):
        words, end = (*words[:-1], f"{words[-1]}-{rest[1]}"), rest.end()
    if piece.kind and (cut := whole_behind(words)):
        start, words = row.starts[piece.first + cut], words[cut:]
    return start, end, words


def _is_no_name(text: str, start: int, end: int, words: Words) -> bool:
    """Say whether words cannot be a person's name: letters for more words among them, or cut by what is no capital."""
    if words[-1] in _PARTICLES or any(len(word) > 1 and word.isupper() or word[-1].isdigit() for word in words):
        return True
    return text.endswith(" - ", 0, start) and not is_vietnamese(words)


def _is_told_after(text: str, words: Words, end: int) -> bool:
    """Say whether what follows a whole name tells that it is a person's; of one that may well be none, only an age does."""
    is_likely = words[0] in surnames() and (len(words) > 2 or words[0] not in listed("weak_surnames.txt"))
    return told_after(text, end) if is_likely else is_aged(text, end)


def _is_anonymous(text: str, words: Words, end: int) -> bool:
    """Say whether a name is cut to letters so that nobody is named: Nguyễn Văn A., N.T.H."""
    last = words[-1]
    return (
        len(last) == 1
        and text[end : end + 1] == "."
        or "." in last
        or not is_vietnamese(words)
        and len(last) == 1 < len(words)
        or _VOWELS.isdisjoint(without_marks(last.lower()))
    )


@cache
def _bearer_ends() -> frozenset[str]:
    """Return the last word of each word for what bears persons' names."""
    return frozenset(bearer.rpartition(" ")[2] for bearer in listed("name_bearers.txt"))


@cache
def _beginnings() -> frozenset[str]:
    """Return the words with which a whole name, or a title before one in its row, may begin."""
    firsts = {title.partition(" ")[0] for title in titles()}
    spelled = {form for first in firsts for form in (first.capitalize(), first.upper())}
    countries = {country.partition(" ")[0] for country in listed("countries.txt")}
    return frozenset(
        spelled | countries | surnames() | clans() | listed("foreign_given_names.txt") | listed("rare_surnames.txt") | {"Y", "A"}
    )
