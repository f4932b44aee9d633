"""An article's texts and the persons they name -> who is quoted, and where what he or she says stands.

What is said stands in quotation marks beside the speaker and a verb of saying ("…", ông A nói), or goes on from the verb to the end of its sentence (ông A cho
biết …), or comes after "Theo ông A,". Who speaks is a person whom the sentence names; "ông nói" is the one who spoke right before, nobody else being named
since. What has no such speaker is nobody's.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from language.actor.capital import CAPITAL, level
from language.actor.mention import Actor, Named
from language.actor.saying import verb_at
from language.actor.title import is_title

_QUOTED = re.compile(r"“[^“”]{8,}”|\"[^\"]{8,}\"|«[^«»]{8,}»")
_MASK = "\0"
_BOUNDARY = re.compile(rf"(?:[.!?…;]+|(?<={_MASK}))[\"”»)]* (?=[\"“«(-]?{CAPITAL}|{_MASK})")
_SHORTENED = re.compile(r"(?:\b(?:TP|Tp|PGS|GS|TS|ThS|BS|LS|Ths|ThS|KTS|Q|P|H|TX|Tx|St|Mr|T)|\b[A-ZĐ])\.\Z")
_BESIDE = re.compile(r"(?: ?\([^()]{1,90}\))?(?:(?:,| -) [^.;:!?\0]{2,140}?(?:,| -)| ?,)? ")
"""What may stand between a name and its verb: an age, an office between commas."""
_ACCORDING = re.compile(r"[Tt]heo(?: (?:lời|chia sẻ của|đánh giá của))?(?: (?!của |lời )[^\W\d_.]+){0,5} \Z")
_CITED = re.compile(r"(?:[Dd]ẫn lời|[Tt]rích lời|lời của)(?: (?!của )[^\W\d_.]+){0,5} \Z")
_OF_ANOTHER = re.compile(
    r"(?:vợ|chồng|con|con trai|con gái|mẹ|bố|cha|ba|gia đình|em trai|em gái|anh trai|chị gái|anh ruột|em ruột|của|bạn|phía|cháu|hàng xóm|nhà|với|cùng|tới|đến|cho"
    r"|gặp|thay|về|hỏi|mời|nhờ|do|bị|được)(?: (?:ông|bà|anh|chị|cô|em|cháu))? \Z|của(?: [^\W\d_]+){1,4} \Z",
    re.IGNORECASE,
)
"""What makes a name that of somebody else than who speaks: vợ ông A, trao đổi với ông A."""
_PARENTHESIS = re.compile(r" ?\([^()]*\)")
_THAT = re.compile(r"(?: (?:thêm|rằng|là|rõ|lại|như sau|như vậy|với [^,.:;]{2,60}?(?=,|:| rằng| là)))*(?:,|:)? ?")
_NOT_SAID = ("với ", "đến ", "như vậy", "như thế", "điều ", "về ", "trong ", "trên ", "tại ", "cho ", "thêm ", "lên ", "ra ")
_PRONOUN = re.compile(rf"(?:(?<=^)|(?<={_MASK})|(?<=[,\s-]))(?P<pronoun>[Ôô]ng|[Bb]à|[Aa]nh|[Cc]hị|[Cc]ô)(?: (?:này|ấy|ta))? ")
_PRONOUNS = frozenset(("ông", "bà", "anh", "chị", "cô"))
_LONGEST_PRONOUN = 3
_LEAST_SAID = 15
"""Characters of what is said, at least, where no quotation marks tell."""
_NEAR = 6
_TITLES = 90
_LONGEST_GAP = 150
_NEXT_COMMA = re.compile(r"[^.;:!?\0]{0,120}?(?:,| -) ")


@dataclass(frozen=True)
class Quotation:
    """What `speaker` says at texts[text][start:end]; `is_direct`: in quotation marks, which are left out."""

    text: int
    start: int
    end: int
    speaker: Actor
    is_direct: bool


@dataclass(frozen=True)
class _Attribution:
    """A speaker named (or meant) at text[start:end] of a sentence; what is said goes on from `said`, -1 if it stands elsewhere in the sentence."""

    start: int
    end: int
    said: int
    speaker: Actor


@dataclass(frozen=True)
class _Sentence:
    """A sentence, the persons it names, what of it stands in quotation marks, and who was said to speak now."""

    start: int
    end: int
    persons: Sequence[Named]
    marks: Sequence[tuple[int, int]]
    awaited: Actor | None


def quotations(texts: Sequence[str], found: Sequence[Named]) -> list[Quotation]:
    """Return what the persons `found` in the clean `texts` of one article say, sorted and disjoint in each."""
    reader = _Reader(_addressed(texts, found))
    persons: dict[int, list[Named]] = {}
    for named in found:
        if named.actor.kind == "person":
            persons.setdefault(named.text, []).append(named)
    for number, text in enumerate(map(level, texts)):
        if number:  # a headline says what the story says
            reader.read(number, text, persons.get(number, []))
    return reader.quotations


class _Reader:
    """Reads the texts of an article one after the other; `_last` is who spoke last, None once another is named."""

    def __init__(self, addressed: Mapping[Actor, frozenset[str]]) -> None:
        self._addressed = addressed
        self.quotations: list[Quotation] = []
        self._last: Actor | None = None
        self._awaited: Actor | None = None  # who is to speak in the next text: "ông A nói:"

    def read(self, number: int, text: str, persons: Sequence[Named]) -> None:
        quoted = [match.span() for match in _QUOTED.finditer(text)]
        if not persons and self._last is None or not quoted and not persons and "ng " not in text and "à " not in text:
            self._last = self._awaited = None
            return
        masked = _masked(text, quoted)
        awaited, self._awaited = self._awaited, None
        starts = [person.start for person in persons]
        for start, end in _sentences(masked):
            here = persons[bisect_left(starts, start) : bisect_left(starts, end)]
            marks = [span for span in quoted if start <= span[0] < end]
            self._sentence(number, masked, _Sentence(start, end, here, marks, awaited))
            awaited = None

    def _sentence(self, number: int, text: str, sentence: _Sentence) -> None:
        """Take what a sentence of a masked text says, and who said it."""
        told = _attribution(text, sentence)
        if told is None and not sentence.persons and self._last is not None:
            told = _by_pronoun(text, sentence, self._last, self._addressed.get(self._last, frozenset()))
        if told is None:
            self._last = self._spoken_on(number, sentence)
            return
        self._last = told.speaker
        beside = [span for span in sentence.marks if _is_beside(text, span, told)]
        if beside:
            self.quotations += (Quotation(number, first + 1, last - 1, told.speaker, True) for first, last in beside)
        elif told.said >= 0 and sentence.end - told.said >= _LEAST_SAID:
            stop = sentence.end - 1 if text[sentence.end - 1] in ".!?;" else sentence.end
            self.quotations.append(Quotation(number, told.said, stop, told.speaker, False))
        elif text[: sentence.end].rstrip().endswith(":"):
            self._awaited = told.speaker

    def _spoken_on(self, number: int, sentence: _Sentence) -> Actor | None:
        """Take a sentence that nobody is said to say: after "ông A nói:" it is his if it is in quotation marks. Return who spoke last then."""
        marks = sentence.marks
        if sentence.awaited is not None and marks and marks[0][0] - sentence.start <= 1:
            self.quotations.append(Quotation(number, marks[0][0] + 1, marks[0][1] - 1, sentence.awaited, True))
            return sentence.awaited
        return None if sentence.persons else self._last


def _masked(text: str, quoted: Sequence[tuple[int, int]]) -> str:
    """Return the text with what stands in quotation marks blotted out, the marks with it."""
    pieces: list[str] = []
    at = 0
    for start, end in quoted:
        pieces += (text[at:start], _MASK * (end - start))
        at = end
    return "".join((*pieces, text[at:]))


def _sentences(text: str) -> Iterator[tuple[int, int]]:
    """Yield where the sentences of a masked text begin and end."""
    start = 0
    for match in _BOUNDARY.finditer(text):
        if _SHORTENED.search(text, max(start, match.start() - 4), match.start() + 1):
            continue
        yield start, match.end() - 1
        start = match.end()
    if start < len(text):
        yield start, len(text)


def _attribution(text: str, sentence: _Sentence) -> _Attribution | None:
    """Return who speaks in a sentence, and from where on; None if nobody is said to, or several are."""
    persons = [person for person in sentence.persons if text[person.start] != _MASK]
    ends = [*(person.start for person in persons[1:]), sentence.end][: len(persons)]
    found = list(filter(None, map(partial(_said_by, text, sentence), persons, ends)))
    return found[0] if len({each.speaker for each in found}) == 1 else None


def _said_by(text: str, sentence: _Sentence, person: Named, nearest: int) -> _Attribution | None:
    """Return what tells that a person of a sentence speaks; `nearest` is where the next is named, or the sentence ends."""
    start, end = sentence.start, sentence.end
    if _CITED.search(text, max(start, person.start - 60), person.start):
        return _Attribution(person.start, person.end, -1, person.actor)
    if _ACCORDING.search(text, max(start, person.start - 60), person.start):
        return _Attribution(person.start, person.end, _behind_office(text, person.end, end), person.actor)
    if _OF_ANOTHER.search(text, max(start, person.start - 24), person.start):
        return None
    limit = min(nearest, person.end + _LONGEST_GAP)
    gap = _BESIDE.match(text, person.end, end)
    while gap is not None and gap.end() <= limit:
        if verb_at(text, gap.end()):
            return _Attribution(person.start, person.end, _after_verb(text, gap.end(), end), person.actor)
        gap = _NEXT_COMMA.match(text, gap.end(), limit) if gap.end() > person.end + 1 else None
    return None


def _behind_office(text: str, begin: int, end: int) -> int:
    """Return where what is said begins after "Theo ông A": behind the comma, and behind an office between commas; -1 if no comma tells."""
    parenthesis = _PARENTHESIS.match(text, begin, end)
    at = parenthesis.end() if parenthesis else begin
    if text.startswith(" - ", at):
        at = text.find(",", at + 3, end)
    if at < 0 or not text.startswith(", ", at):
        return -1
    at += 2
    while is_title(text, at):
        comma = text.find(", ", at, end)
        if comma < 0:
            return -1
        at = comma + 2
    return at


def _by_pronoun(text: str, sentence: _Sentence, last: Actor, addressed: frozenset[str]) -> _Attribution | None:
    """Return that the last speaker goes on, if a sentence that names nobody says so by a word by which the article calls him or her, or no other."""
    for match in _PRONOUN.finditer(text, sentence.start, sentence.end):
        is_another = bool(addressed) and match["pronoun"].lower() not in addressed
        if not is_another and verb_at(text, match.end()):
            return _Attribution(match.start(), match.end(), _after_verb(text, match.end(), sentence.end), last)
    return None


def _addressed(texts: Sequence[str], found: Sequence[Named]) -> dict[Actor, frozenset[str]]:
    """Return by which of the words before names that are pronouns, too (ông, bà), each person is called."""
    called: dict[Actor, set[str]] = {}
    for named in found:
        word = texts[named.text][max(0, named.start - _LONGEST_PRONOUN - 1) : named.start].lower().split()[-1:]
        if named.actor.kind == "person" and word and word[0] in _PRONOUNS:
            called.setdefault(named.actor, set()).add(word[0])
    return {actor: frozenset(words) for actor, words in called.items()}


def _after_verb(text: str, verb: int, end: int) -> int:
    """Return where what is said begins behind the verb at `verb`, -1 if nothing follows it that is known to be said."""
    found = verb_at(text, verb)
    if found is None:
        return -1
    stop, is_act = found
    that = _THAT.match(text, stop, end)
    begin = that.end() if that else stop
    while begin < end and text[begin] in ' "“':
        begin += 1
    is_told = begin < end and text[begin] not in ".!?;" and not text.startswith(_NOT_SAID, begin)
    return begin if is_told and (not is_act or text[begin] == _MASK or ":" in text[stop:begin]) else -1


def _is_beside(text: str, span: tuple[int, int], told: _Attribution) -> bool:
    """Say whether a stretch in quotation marks is what the speaker says: it stands before the speaker with a comma or dash, or after the verb with a colon or that."""
    start, end = span
    if end <= told.start:
        between = text[end : told.start]
        return len(between) <= _TITLES and between.lstrip(" ")[:1] in (",", "-", "")
    before = text[:start].rstrip()
    return told.said >= 0 and start >= told.said - 1 and (start - told.said <= _NEAR or before.endswith((":", "rằng", "là")))
