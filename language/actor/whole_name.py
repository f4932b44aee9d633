"""Words with capitals -> whether they have the shape of a person's whole name, of ours or of another language."""

from __future__ import annotations

from functools import cache

from language.actor.capital import listed
from language.mark import without_marks
from language.memo import Memo
from language.syllable import is_syllable

Words = tuple[str, ...]
LONGEST_NAME = 5
_SURE_MIDDLE = frozenset(("Thị", "Văn"))


def is_vietnamese(words: Words) -> bool:
    """Say whether all of a name's words can be Vietnamese syllables."""
    return all(map(_IS_OURS.__getitem__, words))


_IS_OURS = Memo(lambda word: is_syllable(without_marks(word.lower())))


def may_be_whole(words: Words, kind: str) -> bool:
    """Say whether a name that begins with no surname we know is whole after its title: of three words and more, or an artist's."""
    least = {"honorific": 3, "artist": 2}.get(kind, LONGEST_NAME)
    return least <= len(words) < LONGEST_NAME and is_vietnamese(words)


def is_foreign_name(words: Words, kind: str) -> bool:
    """Say whether words of another language are a person's name: after a title, or by the given name that they begin with."""
    countries = listed("countries.txt")
    if not listed("foreign_body_words.txt").isdisjoint(words) or words[-1] in countries or " ".join(words[-2:]) in countries:
        return False
    if len(words) == 1:
        return kind == "honorific"
    return bool(kind) or words[0] in listed("foreign_given_names.txt")


def may_be_foreign(words: Words) -> bool:
    """Say whether words may be a name of another language: none is Vietnamese by its marks, not all can be."""
    return (
        not is_vietnamese(words)
        and listed("foreign_body_words.txt").isdisjoint(words)
        and " ".join(words).isascii()
        and words[0] not in listed("countries.txt")
    )


def whole_behind(words: Words) -> int:
    """Return how many words stand before a whole name, as a company's do: Sacombank Dương Công Minh; of two words only after another language."""
    least = 3 if is_vietnamese(words[:1]) else 2
    if words[0] in surnames() or len(words) <= least or not clans().isdisjoint(words):
        return 0
    starts = range(1, len(words) - least + 1)
    return next((at for at in starts if words[at] in surnames() and is_whole(words[at:]) and len(words) - at < LONGEST_NAME), 0)


def is_whole(words: Words) -> bool:
    """Say whether words have the shape of a whole name of ours: a surname and one to four syllables, or names of a clan."""
    if clans().intersection(words):
        return len(words) >= 2
    has_surname = words[0] in surnames() or words[0] in listed("rare_surnames.txt")
    return (
        2 <= len(words) <= LONGEST_NAME and has_surname and is_vietnamese(words) and (len(words) < LONGEST_NAME or "Thị" in words)
    )


def names_itself(words: Words) -> bool:
    """Say whether a whole name can be nothing else."""
    if clans().intersection(words):
        return len(words) >= 2
    if len(words) < 3:
        return False
    return words[0] in surnames() and words[0] not in listed("weak_surnames.txt") or not _SURE_MIDDLE.isdisjoint(words[1:-1])


@cache
def surnames() -> frozenset[str]:
    return listed("surnames.txt") - {"Thị"}


@cache
def clans() -> frozenset[str]:
    return listed("person_clans.txt")
