"""What stands before and behind a name -> whether it tells of a person: an honorific, office, degree or role; an age, an office, a verb of saying."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache

from language.actor.capital import level
from language.actor.saying import says
from language.actor.whole_name import Words
from language.document_kind import rows

LONGEST_BEFORE = 34
_AGED = re.compile(
    r",? ?\((?:SN|[Ss]inh năm|[0-9]{1,2} tuổi|[0-9]{4}|[Tt]rú|[Nn]gụ|[Qq]uê|áo|bìa|trái|phải|giữa|thứ)|,? [0-9]{1,2} tuổi|, (?:sinh năm|SN|ngụ|trú)\b| sinh năm\b"
)
_BEYOND = re.compile(r",? ?(?:-|,) ?")
_OPENED = re.compile(r" \(")
_OFFICE_END = re.compile(
    r"[,.;:()“”\"\n]| - | (?:cho biết|cho hay|cho rằng|khẳng định|nói|chia sẻ|nhấn mạnh|cũng|đã|thông tin|trả lời)\b|\Z"
)
_LONGEST_OFFICE = 90
_ENDS_DEGREE = frozenset("spiauđdt.ư")
_DEGREES = re.compile(
    r"(?:(?:gs|pgs|ts|ths|bs|cki|ckii|bscki|bsckii|ls|kts|tskh|nsnd|nsưt|ths|th\.s|nhà giáo|ttnd|ttưt|ngnd|ngưt)[.,\s-]*)+\Z",
    re.IGNORECASE,
)
_OPENING = "(\"“‘'-[,"


def titles_within(words: Words) -> int:
    """Return how many words at the beginning of a row are a title: Ông in "Ông Nguyễn Văn A"."""
    for length in (2, 1):
        if len(words) > length and " ".join(words[:length]).lower() in titles() and " ".join(words[:length]) not in _NO_TITLES:
            return 0 if words[:2] in _NOT_TITLED else length
    return 0


_NO_TITLES = frozenset(("Anh Quốc", "Em", "EM"))
_NOT_TITLED = frozenset(
    (
        ("Bà", "Rịa"),
        ("Bà", "Nà"),
        ("Cô", "Tô"),
        ("Anh", "Quốc"),
        ("Chị", "Em"),
        ("Bà", "Triệu"),
        ("Bà", "Đen"),
        ("Bà", "Trưng"),
        ("Anh", "Sơn"),
        ("Ông", "Táo"),
    )
)


def last_word(text: str, start: int) -> str:
    """Return the word right before `start`, in small letters, "" if none stands there."""
    if start == 0 or text[start - 1] != " ":
        return ""
    return text[text.rfind(" ", 0, start - 1) + 1 : start - 1].lower().lstrip(_OPENING)


def words_before(text: str, start: int) -> Iterator[str]:
    """Yield the one to four words right before `start`, in small letters, the last of them alone first."""
    before = text[max(0, start - LONGEST_BEFORE) : start - 1].lower()
    place = len(before)
    for _ in range(4):
        place = before.rfind(" ", 0, place)
        yield before[place + 1 :].lstrip(_OPENING)
        if place < 0:
            return


def is_degree(word: str) -> bool:
    """Say whether a word in small letters is academic degrees or the like, shortened: pgs.ts."""
    return word[-1:] in _ENDS_DEGREE and _DEGREES.fullmatch(word) is not None


def title_before(text: str, start: int) -> tuple[int, str]:
    """Return where the longest title right before `start` begins, and its kind; (start, "") if there is none."""
    last, kinds, at, best = last_word(text, start), titles(), start, ""
    if last not in title_ends():
        return start, "office" if is_degree(last) else ""
    for words in words_before(text, start):
        kind = kinds.get(words)
        if kind:
            best, at = kind, start - 1 - len(words)
    return at, best


def told_after(text: str, end: int) -> bool:
    """Say whether what follows tells that a person was named: an age, an office, a verb of saying."""
    if is_aged(text, end):
        return True
    joiner = _BEYOND.match(text, end)
    if joiner is not None:
        return is_title(text, joiner.end())
    return text[end : end + 1] == " " and says(text, end + 1)


def office_after(text: str, end: int) -> tuple[int, int] | None:
    """Return where the office stands that is told behind a name, up to the next comma, dash or verb of saying."""
    joiner = _BEYOND.match(text, end) or _OPENED.match(text, end)
    if joiner is None or not is_title(text, joiner.end(), "office"):
        return None
    stop = _OFFICE_END.search(text, joiner.end(), joiner.end() + _LONGEST_OFFICE)
    return (joiner.end(), stop.start()) if stop is not None and stop.start() > joiner.end() else None


def is_title(text: str, start: int, *kinds: str) -> bool:
    """Say whether an office or role, or a title of `kinds`, begins at `start` of a level text."""
    words = text[start : start + 40].lower().split(" ")
    return any(titles().get(" ".join(words[:length])) in (kinds or ("office", "role", "artist")) for length in (1, 2, 3, 4))


def is_aged(text: str, end: int) -> bool:
    """Say whether an age, a year of birth or where somebody lives follows."""
    return _AGED.match(text, end) is not None


@cache
def titles() -> Mapping[str, str]:
    """Return each title, in small letters -> its kind."""
    return {level(title): kind for kind, titles in rows("person_titles.tsv") for title in titles.split("; ")}


@cache
def title_ends() -> frozenset[str]:
    """Return the last word of each title."""
    return frozenset(title.rpartition(" ")[2] for title in titles())
