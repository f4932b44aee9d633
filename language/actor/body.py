"""A text and the places that it names -> the bodies that it names: ministries, committees, courts, companies, schools.

A body is known by its whole name (Bộ Y tế, EVN), by what it is and where (UBND tỉnh Quảng Ninh), or by what it is and a name of its own (Công ty Hoàng Hậu).
Papers, clubs and bands are none. Keys are without marks, `bo-y-te`, `ubnd.quang-ninh`; those of names of their own have the marks: `công-ty-hoàng-hậu`.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache

from language.actor.capital import CAPITAL, WORD, Row, capital_rows, level, listed
from language.actor.head import FIRST_WORD, Head, by_first_word, by_letters, marked_slug, slug
from language.crf import load_model
from language.mark import without_marks
from language.place import Place, mentions, named
from language.place.unit import PROVINCE, SHORT_KINDS
from language.syllable import is_syllable

_KIND = re.compile(
    r" (?P<kind>tỉnh|thành phố|quận|huyện|thị xã|phường|xã|thị trấn|đặc khu|Tỉnh|Thành phố|Quận|Huyện|Thị xã|Phường|Xã|T[Pp]|T[Xx]|TT|[QHPX](?=\.))(?:\. ?| |(?=\W|\Z))"
)
_FOREIGN = re.compile(rf" (?:của )?({'|'.join(sorted(map(re.escape, listed('countries.txt')), key=len, reverse=True))})(?![\w-])")
_ABROAD = re.compile(r" (?:nước (?:này|ngoài|đó)|của nước)")
_OUR_COUNTRY = frozenset(("Việt Nam", "VN"))
# Begins with a set of letters because the search for those is fast.
_LOWER_HEAD = re.compile(
    r"[ (\"“](?P<head>sở|bộ|bệnh viện|công (?:ty|an)|cảnh sát|tập đoàn|trường|toà án|tổng công ty|thượng viện|ngân hàng|đại học|đại sứ quán|đảng [Cc]ộng|học viện"
    r"|hợp tác xã|hạ viện|uỷ ban|viện kiểm sát|phòng)(?= )"
)
_NEEDS_NAME = frozenset(("Trường", "Đại học", "Bệnh viện", "Cao đẳng"))
"""Heads that with a place alone name a body: Đại học Hà Nội."""
_SCHOOL = re.compile(
    r"Trường (?:THPT|THCS|TH|PT|[Tt]iểu học|[Mm]ầm non|[Mm]ẫu giáo|[Tt]rung (?:học|cấp)|[Pp]hổ thông|[Qq]uốc tế|[Cc]huyên)(?!\w)"
)
_PAPER = re.compile(r"(?<!\w)(?:[Bb]áo|[Tt]ạp chí|[Tt]ờ|[Đđ]ài|[Kk]ênh) \Z")
_LONGEST = 120


Places = Mapping[int, tuple[int, Place | None]]
"""The places that a text names: where each name begins -> where it ends, and which it is, None if that stays open."""


@dataclass(frozen=True)
class NamedBody:
    """A body named at text[start:end]; `key` is "" where it stays open whose it is: then `head` and `kind` (tỉnh in UBND tỉnh) may tell."""

    start: int
    end: int
    key: str
    label: str
    head: Head
    kind: str = ""


def bodies(text: str, places: Places, capitals: Sequence[Row]) -> list[NamedBody]:
    """Return the bodies that a level text names, sorted and disjoint; `places` are those it names: where each name begins -> where it ends, and which it is."""
    firsts = by_first_word()
    begins = [match.start("head") for match in _LOWER_HEAD.finditer(text)]
    for row in capitals:
        if not firsts.keys().isdisjoint(row.words):
            begins += [start for start, word in zip(row.starts, row.words, strict=True) if word in firsts]
    found: list[NamedBody] = []
    for begin in sorted(begins):
        if not found or begin >= found[-1].end:
            body = _body(text, begin, places)
            if body is not None and not _PAPER.search(text, max(0, begin - 10), begin):
                found.append(body)
    return found


def body_key(typed: str) -> str:
    """Return the key of the body whose name is typed, "" if it is none that is known by its name."""
    text = level(typed)
    places = {mention.start: (mention.end, mention.place) for mention in mentions([typed])}
    body = next(iter(bodies(text, places, list(capital_rows(text)))), None)
    return body.key if body is not None and (body.start, body.end) == (0, len(text)) else ""


def _body(text: str, begin: int, places: Places) -> NamedBody | None:
    """Return the body whose name begins at `begin`, None if none does."""
    first = FIRST_WORD.match(text, begin)
    pattern = by_first_word().get(first[0] if first else "")
    match = pattern.match(text, begin) if pattern else None
    if match is None:
        return None
    head = by_letters()[match[0].lower()]
    end = match.end()
    if text[begin].islower() and _PART_OF_OFFICE.search(text, max(0, begin - 6), begin):
        return None
    if head.goes_on == "named":
        return _with_own_name(text, begin, end, head)
    if head.goes_on == "abroad":
        return _abroad(text, begin, end, head)
    if head.goes_on in ("place", "field"):
        return _of_place(text, begin, end, head, places)
    return _by_itself(text, begin, end, head)


def _abroad(text: str, begin: int, end: int, head: Head) -> NamedBody | None:
    """Return the body of the country that follows, None if none does but ours: Cảnh sát Thuỵ Điển."""
    country = _FOREIGN.match(text, end)
    if country is None or country[1] in _OUR_COUNTRY:
        return None
    label = f"{head.label} {country[1]}"
    return NamedBody(begin, country.end(), slug(label), label, head)


def _by_itself(text: str, begin: int, end: int, head: Head) -> NamedBody | None:
    """Return the body whose head is all of its name, that of another country if one follows; None if what follows leaves open whose it is."""
    country = _FOREIGN.match(text, end)
    if head.goes_on == "only":
        is_ours = country is None or country[1] in _OUR_COUNTRY
        is_ours = is_ours and not text.startswith((" Thượng viện", " Hạ viện"), end)
        return NamedBody(begin, end, head.key, head.label, head) if is_ours else None
    if country is None:
        is_open = _ABROAD.match(text, end) is not None or _goes_on_abroad(text, end)
        return None if is_open else NamedBody(begin, end, head.key, head.label, head)
    if country[1] in _OUR_COUNTRY:
        return NamedBody(begin, country.end(), head.key, head.label, head)
    return _abroad(text, begin, end, head)


def _goes_on_abroad(text: str, end: int) -> bool:
    """Say whether a name of another language follows: Bộ Quốc phòng Kosovo."""
    after = _NEXT_WORD.match(text, end)
    return after is not None and after[1].isascii() and after[1] not in listed("surnames.txt") and not _is_ours(after[1])


def _is_ours(word: str) -> bool:
    return is_syllable(without_marks(word.lower()))


def _of_place(text: str, begin: int, end: int, head: Head, places: Places) -> NamedBody | None:
    """Return the body of the place that follows, or of one that is left open where only its kind does."""
    kind = _KIND.match(text, end)
    for start in (end + 1, kind.end() if kind else -1):
        if start in places and (text[end:start] == " " or start != end + 1):
            stop, place = places[start]
            if place is None or not _is_its_kind(head, place):
                return None
            return replace(of_place(head, place), start=begin, end=stop)
    return _of_open_place(text, begin, end, head, kind)


def _of_open_place(text: str, begin: int, end: int, head: Head, kind: re.Match[str] | None) -> NamedBody | None:
    """Return a body of which only the kind of its place is told, by that or by the head itself: UBND tỉnh, Sở Y tế, Tỉnh ủy."""
    if kind is not None:
        if text[begin] == "p" or _goes_on_named(text, kind.end("kind")):  # các phòng giáo dục quận
            return None
        written = SHORT_KINDS.get(kind["kind"].lower(), kind["kind"].lower())
        return NamedBody(begin, kind.end("kind"), "", head.label, head, written)
    if _goes_on_named(text, end):
        return None
    kinds = ("tỉnh",) if head.goes_on == "field" else _KINDS_OF.get(_party_level(head))
    return NamedBody(begin, end, "", head.label, head, kinds[0]) if kinds else None


def _goes_on_named(text: str, end: int) -> bool:
    """Say whether another word with a capital follows that begins no person's name."""
    return _NEXT_WORD.match(text, end) is not None and not _person_next().match(text, end)


def _is_its_kind(head: Head, place: Place) -> bool:
    """Say whether a place may have such a body: only a city has a Thành ủy."""
    return place.kind in _KINDS_OF.get(_party_level(head), (place.kind,))


def _party_level(head: Head) -> str:
    """Return of which level a committee of the party is: tinh of Tỉnh ủy and of Ban Tổ chức Tỉnh ủy, "" of other bodies."""
    return head.key.rpartition("-uy")[0].rpartition("-")[2]


_KINDS_OF = {
    "tinh": ("tỉnh", "thành phố"),
    "thanh": ("thành phố",),
    "huyen": ("huyện", "thị xã", "quận", "thành phố"),
    "quan": ("quận", "thành phố"),
}


def of_place(head: Head, place: Place) -> NamedBody:
    """Return the body with a head of a place, standing nowhere."""
    is_plain = head.goes_on == "field" and place.level == PROVINCE or head.key.endswith("-uy") and head.key != "dang-uy"
    kind = "" if is_plain and place.key != "ho-chi-minh" else "TP " if place.kind == "thành phố" else f"{place.kind} "
    outer = f" ({place.around[-1].name})" if place.around else ""
    return NamedBody(0, 0, f"{head.key}.{place.key}", f"{head.label} {kind}{place.name}{outer}", head, place.kind)


def _with_own_name(text: str, begin: int, end: int, head: Head) -> NamedBody | None:
    """Return the body whose own name follows its head; None if none does, or it is cut by words that are no name's."""
    is_other = head.label == "Trường" and text[begin] == "T" and not _SCHOOL.match(text, begin)
    if is_other or _PART_OF_WORD.search(text, max(0, begin - 8), begin):
        return None
    stop = _own_end(text, end)
    if stop == end:
        return None
    stop = _before_person(text, begin, end, stop, head)
    own = text[end:stop].strip()
    if (
        _is_no_own_name(own, head, is_lower=text[begin].islower())
        or text[stop : stop + 1] in (".", "&")
        and not own[-2:-1].strip()
    ):
        return None
    label = f"{head.label} {own}"
    return NamedBody(begin, stop, marked_slug(re.sub(r"\b(?:CP|[Cc]ổ [Pp]hần)\b", "cổ phần", label)), label, head)


def _is_no_own_name(own: str, head: Head, *, is_lower: bool) -> bool:
    """Say whether what follows a head is no body's own name: nothing but a country or a place, or none at all."""
    bare = _leading_phrases().sub("", own + " ").strip()
    if not _OWN_WORD.search(bare) or _country_first().match(bare) or own.startswith("trung ương"):
        return True
    is_described = bare != own and (not is_lower or head.label == "Trường")  # Công ty Điện lực Đống Đa
    return (is_lower or head.label not in _NEEDS_NAME) and not is_described and bool(named(bare))


def _own_end(text: str, end: int) -> int:
    """Return where the own name that begins at `end` ends: words with capitals, compounds that begin with one, and phrases of names of bodies."""
    phrases, last, joined, named_end = _phrases(), end, False, end
    while last - end < _LONGEST:
        start = last
        joiner = _JOINER.match(text, start)
        if joiner is not None:
            if not joined:
                break
            start = joiner.end()
        elif text[start : start + 1] == " ":
            start += 1
        else:
            break
        first = _LETTERS.match(text, start)
        pattern = phrases.get(first[0].lower()) if first else None
        phrase = pattern.match(text, start) if pattern else None
        word = _OWN_UNIT.match(text, start)
        if word is None and phrase is None:
            break
        last = max(phrase.end() if phrase else 0, _compound_end(text, word) if word else 0)
        joined = bool(phrase) or word is not None and last > word.end()
        if word is not None:
            named_end = last
    return end if _goes_on(text, end, named_end) else named_end


def _goes_on(text: str, begin: int, end: int) -> bool:
    """Say whether an own name goes on with words that are not known as such: Lọc in "Công ty Lọc hoá dầu Bình Sơn"."""
    if text[end : end + 1] == "." and text[end + 1 : end + 2].isalnum():
        return True
    following = _LOWER_NEXT.match(text, end)
    if following is None or following[1] in _AFTER_NAMES:
        return False
    last = text[begin:end].split(" ")[-1]
    return last.islower() or _is_ours(last) and len(_leading_phrases().sub("", text[begin + 1 : end] + " ").split()) == 1


def _compound_end(text: str, word: re.Match[str]) -> int:
    """Return where the compound ends that a word with a capital begins: Giao thông; the word itself if it begins none."""
    following = _LOWER_NEXT.match(text, word.end())
    if following is None or following[1] not in _pairs().get(word[0].lower(), ()):
        return word.end()
    return following.end()


def _before_person(text: str, begin: int, end: int, stop: int, head: Head) -> int:
    """Return where the body's name ends if that of a person follows whose office is named before it: Giám đốc Công ty Sao Mai Nguyễn Văn A."""
    if not _OFFICE_BEFORE.search(text, max(0, begin - 24), begin):
        return stop
    row = [(end + match.start(), match[0]) for match in re.finditer(r"\S+", text[end:stop])]
    for number in range(1, len(row) - 1):
        is_name = row[number][1] in listed("surnames.txt") and row[number][1] != "Thị" and 2 <= len(row) - number <= 4
        if is_name and (head.label != "Trường" or _OWN_WORD.search(_leading_phrases().sub("", text[end + 1 : row[number][0]]))):
            return row[number][0] - 1
    return stop


_OFFICE_BEFORE = re.compile(r"(?:[Gg]iám đốc|[Hh]iệu trưởng|[Hh]iệu phó|[Cc]hủ tịch|[Vv]iện trưởng|[Gg]Đ) \Z")
_NEXT_WORD = re.compile(rf" ({WORD})")
_LOWER_NEXT = re.compile(r" ([^\W\d_]+)(?![\w-])")
_OWN_UNIT = re.compile(rf"{WORD}|[0-9]+(?=[,;:.)\"”](?![0-9])|\Z)")
_OWN_WORD = re.compile(CAPITAL)
_LETTERS = re.compile(r"[^\W\d_]+")
_AFTER_NAMES = frozenset(
    "đã cho và được bị là có tại ở trong về với đang sẽ vừa không của do khi cũng để này đó hay hoặc cùng từ đến tới theo vào ra lên xuống còn nên phải như thì mà nhận khẳng xác thông yêu đề nói "
    "tổ tiếp làm thực phối chịu thu tuyển công đưa gửi lại luôn mới hiện chưa nhưng vì nếu sau trước thuộc chi ngày hôm sáng chiều tối năm trả mở ký bán mua đầu chia".split()
)
"""Words that follow a name and go on no name."""
_JOINER = re.compile(r" (?:và|&|-) (?![Bb]ệnh viện|[Tt]rường|[Cc]ông ty)")
_PART_OF_WORD = re.compile(
    r"(?<!\w)(?:thị|quảng|hội|môi|hiện|công|nông|chính|cầu|trụ|sân|phim|lâm|chiến|thao|đấu|đường|phố) \Z", re.IGNORECASE
)
_PART_OF_OFFICE = re.compile(r"(?<!\w)(?:cán|toàn|cục|nội|đảng|tiến|trụ|cơ|công) \Z")


@cache
def _person_next() -> re.Pattern[str]:
    """A pattern of a whole name of a person of three words and more."""
    return re.compile(rf" (?:{'|'.join(listed('surnames.txt'))})(?: {WORD}){{2,3}}(?! {CAPITAL})")


@cache
def _country_first() -> re.Pattern[str]:
    """A pattern of names that begin with a country's: those of no body of ours, and of no one body of theirs."""
    return re.compile(f"(?:{'|'.join(map(re.escape, listed('countries.txt') - _OUR_COUNTRY))})(?!\\w)")


@cache
def _pairs() -> Mapping[str, frozenset[str]]:
    return load_model().pairs


@cache
def _phrases() -> Mapping[str, re.Pattern[str]]:
    """Return the first word of each phrase of body_words.txt, in small letters -> a pattern of the phrases that begin with it, the longest first."""
    groups: dict[str, list[str]] = defaultdict(list)
    for phrase in listed("body_words.txt"):
        first = _LETTERS.match(phrase)
        groups[first[0].lower() if first else phrase].append(phrase)
    return {first: re.compile(f"(?:{_either(group)})(?![^\\W_])") for first, group in groups.items()}


@cache
def _leading_phrases() -> re.Pattern[str]:
    return re.compile(rf"\A(?:(?:{_either(listed('body_words.txt'))}) (?:(?:và|&|-) )?)+")


def _either(phrases: Iterable[str]) -> str:
    """Return a pattern of phrases, the longest first; those in small letters may have capitals."""

    def spelled(phrase: str) -> str:
        return "(?i:" + re.escape(phrase) + ")" if phrase.islower() else re.escape(phrase)

    return "|".join(map(spelled, sorted(phrases, key=len, reverse=True)))
