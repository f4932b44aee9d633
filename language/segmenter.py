"""Text -> words, as pyvi.ViTokenizer segments it, many times faster and without loading scikit-learn.

pyvi cuts text into syllables (also numbers, addresses, punctuation marks) and lets a CRF say of each whether it continues the
word of the one before. No syllable holds white space, so text is worked on in pieces between white space, and what the model says
of a piece by itself is worked out once. With two labels, Viterbi's algorithm needs one number a syllable: how much better the
best path is that calls it the beginning of a word (B) than the best that calls it a continuation (I).

Invariant: segmenting never changes, adds or drops text; and `tokenize` is pyvi's own, letter for letter, on any text.
"""

from __future__ import annotations

import re
import string
import unicodedata
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import accumulate, chain
from typing import Final

from language.crf import Model, load_model
from language.memo import Memo

# A syllable as the model sees it: its text; the same, or "" if it has no letter or digit; in lower case; its weight (B less I)
# by itself, what it adds to the next and to the one before; the syllables, and the pairs of them, that follow it in pyvi's word
# list; whether it never joins another; whether it is capitalised. A plain tuple: unpacking one is the inner loop.
_Row = tuple[str, str, str, float, float, float, frozenset[str], frozenset[tuple[str, str]], bool, bool]
_TEXT: Final = 0
_WORD: Final = 1
_ALONE: Final = 8
_CAPITAL: Final = 9

# pyvi's regular expression but for its e-mail pattern, which comes after what is named "first", and takes quadratic time on
# "a.a.a.a"; `_split` looks for the domain instead, and then back.
_SYLLABLE = re.compile(
    r"(?P<first>[A-ZĐ]+\.|Tp\.|Mr\.|Mrs\.|Ms\.|Dr\.|ThS\.|==>|->|\.\.\.|>>|\n|\w+://[^\s]+)"
    r"|\d+(?:[.,_]\d+)+|[^\w\s]|\w+"
)
_MAILBOX = string.ascii_letters + string.digits + "_.+-"
_MAIL_DOMAIN = re.compile(r"@(?:[a-zA-Z0-9-]+\.)+[a-zA-Z0-9-]+")


def split(piece: str) -> tuple[str, ...]:
    """Return pyvi's syllables of a piece, which together are the piece. A piece has no white space, or is one line feed."""
    return tuple(_split(piece))


def _split(piece: str) -> Iterator[str]:
    done = 0
    for domain in _MAIL_DOMAIN.finditer(piece):
        at, end = domain.span()
        mailbox = done + len(piece[done:at].rstrip(_MAILBOX))
        for syllable in _SYLLABLE.finditer(piece, done):
            if syllable.start() >= at:
                break
            if syllable.start() >= mailbox and not syllable["first"]:
                yield piece[syllable.start() : end]
                done = end
                break
            yield syllable[0]
            done = syllable.end()
    for syllable in _SYLLABLE.finditer(piece, done):
        yield syllable[0]


def segment(text: str) -> tuple[list[str], list[int]]:
    """Return (pieces, joined) of `text`.

    `pieces` are what stands between white space, in NFC; a line feed is a piece, too. `joined` are the syllables that continue
    the word of the one before, as ascending numbers: syllables are counted from 0 through `split(piece)` of all pieces.
    """
    pieces = _pieces(text)
    return pieces, _joined(_rows_of(pieces))


def _pieces(text: str) -> list[str]:
    text = unicodedata.normalize("NFC", text)
    if "\n" not in text:
        return text.split()
    return list(chain.from_iterable(("\n", *line.split()) for line in text.split("\n")))[1:]


def _rows_of(pieces: list[str]) -> list[_Row]:
    return list(chain.from_iterable(map(_rows().__getitem__, pieces)))


def _joined(rows: list[_Row]) -> list[int]:
    """Return the numbers of the syllables that continue a word.

    They are what the model says, less what pyvi forbids it afterwards: no punctuation mark or number in a compound, no capital
    letter after a small one.
    """
    joined = []
    for number in _continuing(rows):
        before, row = rows[number - 1], rows[number]
        if not (before[_ALONE] or row[_ALONE] or (row[_CAPITAL] and not before[_CAPITAL])):
            joined.append(number)
    return joined


def join(forms: Iterable[str], joined: Iterable[int]) -> list[str]:
    """Return words from one form for each syllable: those whose numbers are in `joined` continue the one before by "_".

    White space in a form parts it into words. An empty form (punctuation) is left out, and no word reaches across it.
    """
    forms = list(forms)
    glue = [" "] * len(forms)
    for number in joined:
        if forms[number] and forms[number - 1]:
            glue[number] = "_"
    return "".join(chain.from_iterable(zip(glue, forms, strict=True))).split()


def tokenize(text: str) -> str:
    """Return what pyvi.ViTokenizer.tokenize returns: syllables parted by spaces, those of one word joined by "_"."""
    rows = _rows_of(_pieces(text))
    if not rows:
        return text
    glue = [" "] * len(rows)
    for number in _joined(rows):
        glue[number] = "_"
    return "".join(chain.from_iterable(zip(glue, [row[_TEXT] for row in rows], strict=True)))[1:]


def words(text: str) -> list[str]:
    """Return the words of `text` (in NFC) as written, compounds joined by "_", without punctuation."""
    rows = _rows_of(_pieces(text))
    return join([row[_WORD] for row in rows], _joined(rows))


def spans(text: str) -> list[tuple[int, int]]:
    """Return (start, end) of each of `words(text)` in `text`: in order, disjoint, with no letter or digit between them."""
    rows = _rows_of(_pieces(text))
    continued = set(_joined(rows))
    composed = unicodedata.normalize("NFC", text)
    found: list[tuple[int, int]] = []
    place, broken = 0, True
    for number, (syllable, word, *_) in enumerate(rows):
        start = composed.index(syllable, place)
        place = start + len(syllable)
        if word:
            found.append((found.pop()[0] if number in continued and not broken else start, place))
        broken = not word
    return found if composed == text else _spans_before_composing(text, composed, found)


def _spans_before_composing(text: str, composed: str, spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the spans in `text` of what has `spans` in its NFC form. Both have equally many characters when decomposed."""
    ends, composed_ends = (
        list(accumulate((len(unicodedata.normalize("NFD", letter)) for letter in version), initial=0))
        for version in (text, composed)
    )
    return [(bisect_left(ends, composed_ends[start]), bisect_left(ends, composed_ends[end])) for start, end in spans]


@cache
def _model() -> Model:
    return load_model()


@cache
def _rows() -> Memo[tuple[_Row, ...]]:
    row = Memo(_row)
    return Memo(lambda piece: tuple(map(row.__getitem__, split(piece))))


def _row(syllable: str) -> _Row:
    model = _model()
    weight = model.weights.get
    lower = syllable.lower()
    # CRFsuite's strings end at a NUL.
    name = lower.partition("\0")[0]
    traits = ["word.lower():" + name]
    if syllable.isupper():
        traits.append("word.isupper()")
    if syllable.istitle():
        traits.append("word.istitle()")
    own = [*traits, "bias"]
    if syllable.isdigit():
        own.append("word.isdigit()")
    return (
        syllable,
        syllable if any(map(str.isalnum, syllable)) else "",
        lower,
        sum(weight(trait, 0.0) for trait in own),
        sum(weight("-1:" + trait, 0.0) for trait in traits),
        sum(weight("+1:" + trait, 0.0) for trait in traits),
        model.pairs.get(lower, frozenset()),
        model.triples.get(lower, frozenset()),
        syllable in string.punctuation or syllable[0].isdigit(),
        syllable[0].istitle(),
    )


def _state_scores(rows: list[_Row]) -> list[float]:
    """Return for each syllable the sum of its weights for B less those for I, transitions apart."""
    weight = _model().weights.get
    pair_here, pair_before = weight("-1:word.bi_gram()", 0.0), weight("+1:word.bi_gram()", 0.0)
    triple_here, triple_before = weight("-2:word.tri_gram()", 0.0), weight("+2:word.tri_gram()", 0.0)
    scores: list[float] = []
    # "1" is the syllable before, "2" the one before that: a syllable's score is complete only two syllables later.
    score2 = score1 = to_next1 = 0.0
    lower1 = ""
    pairs1: frozenset[str] = frozenset()
    triples1: frozenset[tuple[str, str]] = frozenset()
    triples2 = triples1
    for _, _, lower, own, to_next, to_before, pairs, triples, _, _ in rows:
        score = own + to_next1
        score1 += to_before
        if lower in pairs1:
            score += pair_here
            score1 += pair_before
        if triples2 and (lower1, lower) in triples2:
            score += triple_here
            score2 += triple_before
        scores.append(score2)
        score2, score1 = score1, score
        to_next1, lower1, pairs1, triples2, triples1 = to_next, lower, pairs, triples1, triples
    return [*scores, score2, score1][2:]


def _continuing(rows: list[_Row]) -> list[int]:
    """Return the numbers, ascending, of the syllables that the best path of labels calls I; never the first one's."""
    if len(rows) < 2:
        return []
    model = _model()
    bb, bi, ib, ii = model.bb, model.bi, model.ib, model.ii
    # A B comes best from a B if that leads by at least `to_b`, an I if by at least `to_i`. Ties go to B, the model's first label.
    to_b, to_i = ib - bb, ii - bi
    scores = _state_scores(rows)
    lead = scores[0]
    leads = [lead]
    leads += [lead := score + (lead + bb if lead >= to_b else ib) - (lead + bi if lead >= to_i else ii) for score in scores[1:]]
    # Backwards: the label follows from the lead and the next label. Few leads are so low that it can be I.
    last = len(leads) - 1
    highest = max(to_b, to_i)
    found = [last] if leads[last] < 0 else []
    later = last if found else -1
    for number in reversed([number for number, lead in enumerate(leads[:last]) if lead < highest]):
        if leads[number] < (to_i if later == number + 1 else to_b):
            found.append(number)
            later = number
    if found and found[-1] == 0:
        found.pop()
    found.reverse()
    return found
