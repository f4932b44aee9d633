"""A stripped syllable -> the others that many speakers say alike: trinh and chinh, suat and xuat. Which exist the caller asks the archive."""

from __future__ import annotations

import re
from functools import lru_cache
from importlib.resources import files

_PARTS = re.compile("(ngh?|nh|gh|gi(?=[aeou])|ch|kh|ph|th|tr|[bcdghklmnpqrstvx])?([aeiouy]+)(ch|nh|ng|[cmnpt])?")


def _pairs(part: str) -> dict[str, list[str]]:
    """Return for each onset or coda those it is confused with."""
    pairs: dict[str, list[str]] = {}
    for line in files("language").joinpath("data/confusions.tsv").read_text("utf-8").splitlines():
        if line.startswith(part):
            _, one, other = line.split("\t")
            pairs.setdefault(one, []).append(other)
            pairs.setdefault(other, []).append(one)
    return pairs


_ONSETS, _CODAS = _pairs("onset"), _pairs("coda")


@lru_cache(4096)
def confused(syllable: str) -> tuple[str, ...]:
    """Return the stripped forms that `syllable`, a stripped form, is confused with; () if it is no Vietnamese syllable."""
    parts = _PARTS.fullmatch(syllable)
    if parts is None:
        return ()
    onset, rime, coda = parts[1] or "", parts[2], parts[3] or ""
    others = [other + rime + coda for other in _ONSETS.get(onset, ())]
    return (*others, *(onset + rime + other for other in _CODAS.get(coda, ())))
