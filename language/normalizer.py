"""A syllable as written -> its exact form, in which marks matter, and its stripped form, in which they do not.

A syllable of a bare text (language.bare_text) has an exact form of its own kind: BARE before the letters, for nobody knows which marks were left out.

Invariant: normalising twice is normalising once, and text in NFC and in NFD has the same forms.
"""

from __future__ import annotations

import re
import unicodedata

from language.compatibility import plain
from language.mark import without_marks
from language.memo import Memo
from language.tone import new_style, toned, with_tone_in_place

_HYPHENS = str.maketrans("\u2010\u2011\u2013", "---")  # of a document number
BARE = "~"
"""What the exact forms of a bare text's syllables begin with; no syllable contains it."""
GROUPED_NUMBER = r"[1-9][0-9]{0,2}(?:\.[0-9]{3}){1,6}"
"""A pattern of whole numbers whose thousands are parted, as is done in Vietnamese: 1.500, 12.345.678."""
_GROUPED = re.compile(GROUPED_NUMBER)
TIME = r"(?:[01]?[0-9]|2[0-4])(?:[hHgG:]|[gG][iI][ờỜ])[0-5][0-9]"
"""A pattern of the times of a day: 8h30, 08g30, 8:30."""
_TIME = re.compile(r"0?([0-9]+)(?:[hg:]|giờ)([0-5][0-9])")
APOSTROPHISED = r"[^\W\d_]{1,3}'[^\W\d_]{1,20}|[b-df-hj-np-tv-xzB-DF-HJ-NP-TV-XZ]-[^\W\d_]{2,20}"
"""A pattern of names that are also written without the apostrophe, or the hyphen after one letter: H'Mông, M'Đrắk, K-pop."""
INITIALS = r"[^\W\d_](?:\.[^\W\d_]){1,5}"
"""A pattern of initials, J.D, also written JD."""
_WRITTEN_APART = re.compile(f"{APOSTROPHISED}|{INITIALS}")
# A day, month or number of a document is written 04 as well as 4. In longer numbers (of telephones) a 0 at the beginning means something.
_LEADING_ZERO = re.compile(r"0(?=[1-9](?:[/-]|\Z))")
_I_AS_RIME = re.compile(f"([hklmst])([i{toned('i')}])")


def exact(syllable: str) -> str:
    """Return the exact form of a syllable or document number: case-folded, tone mark in the new-style place, i and y made one.

    Numbers are written as a person types them: 1.500 is 1500, 04 is 4, 01/CT-UBND is 1/ct-ubnd; decimals (1,5) are two syllables. A time is
    8:30 however it is written. H'Mông is hmông and J.D. is jd.

    Where i or y is all that follows a single h, k, l, m, s or t, both spellings of a word are in use (kĩ = kỹ, lí = lý, tỉ = tỷ,
    ti = ty); the key has y. Thi and Thy, chi and chy have another consonant and stay two. So do qui and quy:
    q is none of the six consonants, and what follows it is not i but uy. A word of another language is only case-folded, unless it looks like these.
    """
    return _EXACT[syllable]


def stripped(syllable: str) -> str:
    """Return the exact form without any mark, đ made d: what is typed by a reader who leaves the marks out."""
    return _STRIPPED[syllable]


def bare(exact_form: str) -> str:
    """Return the form that a syllable with this exact form has in a bare text: one with marks keeps them, and a number has none to lose."""
    return _BARE_FORM[exact_form]


def is_marked(exact_form: str) -> bool:
    """Say whether an exact form has marks (đ counts), so that it differs from its stripped form."""
    return exact_form != stripped(exact_form) and not exact_form.startswith(BARE)


def spelled(syllable: str) -> str:
    """Return a case-folded syllable (NFC) in one spelling: its tone in the new-style place, i made y where it is the whole rime after h, k, l, m, s, t."""
    form = with_tone_in_place(new_style(syllable))
    i_as_rime = _I_AS_RIME.fullmatch(form)
    if i_as_rime is None:
        return form
    consonant, i = i_as_rime.groups()
    return str(consonant) + unicodedata.normalize("NFC", unicodedata.normalize("NFD", i).replace("i", "y"))


def _exact(syllable: str) -> str:
    composed = unicodedata.normalize("NFC", plain(syllable)).translate(_HYPHENS)
    form = plain(unicodedata.normalize("NFC", composed.casefold()))
    form = spelled(unicodedata.normalize("NFC", form))
    if _GROUPED.fullmatch(form):
        return form.replace(".", "")
    if time := _TIME.fullmatch(form):
        return f"{time[1]}:{time[2]}"
    if _WRITTEN_APART.fullmatch(form):
        return re.sub("['.-]", "", form)
    return form[1:] if _LEADING_ZERO.match(form) else form


def _stripped(syllable: str) -> str:
    # Once more, because only now may i be the whole rime (hĭ, from a language that is not ours).
    return exact(without_marks(exact(syllable.removeprefix(BARE))))


def _bare(exact_form: str) -> str:
    return exact_form if exact_form != stripped(exact_form) or not _LETTER.search(exact_form) else BARE + exact_form


_LETTER = re.compile(r"[^\W\d_]")
_BARE_FORM = Memo(_bare)
_EXACT = Memo(_exact)
_STRIPPED = Memo(_stripped)
