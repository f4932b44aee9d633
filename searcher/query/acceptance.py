"""The marks rule, in one place: which forms in an article a typed syllable accepts.

A mark that is typed must stand in the article, or the text be bare (language.bare_text): `bão` is found in `bão` and in an old e-mail's `bao`, never in
`bao gồm`. A syllable without a mark accepts any marks where it is read as one whose marks were left out (Term.any_marks, decided by
searcher.meaning.level_tone for the query as a whole); else it is read as it stands. A partly marked one (`truơng`) widens nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from language.normalizer import BARE, bare, exact, is_marked, stripped
from searcher.query.tree import Prefix, Term

# The tones of the letter that stands for both i and y where one of them is the whole rime.
_TONES = {"i": "iíìỉĩị", "y": "yýỳỷỹỵ"}


@dataclass(frozen=True)
class Acceptance:
    """What one Term or Prefix accepts; of a Prefix read "begins with" for "is" below.

    An index term is accepted if its exact form is one of `exact`, or, where `stripped` is not None, if its stripped form is that.
    """

    exact: frozenset[str]
    stripped: str | None = None
    prefix: bool = False

    def admits(self, exact: str, stripped: str) -> bool:
        """Tell whether an index term with these two forms is accepted."""
        if not self.prefix:
            return exact in self.exact or stripped == self.stripped
        return exact.startswith(tuple(self.exact)) or (self.stripped is not None and stripped.startswith(self.stripped))


class Acceptances:
    """Several acceptances, by number: tells at once which of them admit an index term."""

    def __init__(self, accepted: Iterable[Acceptance]) -> None:
        self._exact: dict[str, list[int]] = defaultdict(list)
        self._stripped: dict[str, list[int]] = defaultdict(list)
        self._prefixes: list[tuple[int, Acceptance]] = []
        for number, each in enumerate(accepted):
            if each.prefix:
                self._prefixes.append((number, each))
                continue
            for form in each.exact:
                self._exact[form].append(number)
            if each.stripped is not None:
                self._stripped[each.stripped].append(number)
        self.stripped_forms = {*map(stripped, self._exact), *self._stripped}
        """The stripped forms that an index term admitted by any may have; of prefixes only the beginnings are known, and not among them."""

    @property
    def have_prefixes(self) -> bool:
        """Whether any of them is that of a prefix."""
        return bool(self._prefixes)

    def admitting(self, exact: str, stripped: str) -> set[int]:
        """Return the numbers of those that admit an index term with these two forms."""
        found = {*self._exact.get(exact, ()), *self._stripped.get(stripped, ())}
        if self._prefixes:
            found.update(number for number, each in self._prefixes if each.admits(exact, stripped))
        return found


@lru_cache(1024)
def acceptance(node: Term | Prefix, *, exact_marks: bool = False, in_bare_text: bool = True) -> Acceptance:
    """Return what `node` accepts; with `exact_marks` only its own spelling, marks and all.

    Unless `in_bare_text`, marks that are typed must stand in bare texts, too.
    """
    if isinstance(node, Prefix):
        return _beginnings(node, exact_marks, in_bare_text)
    if exact_marks:
        return Acceptance(frozenset((node.exact,)))
    if node.any_marks:
        return Acceptance(frozenset((node.exact,)), node.stripped)
    return Acceptance(frozenset((node.exact, bare(node.stripped)) if in_bare_text else (node.exact,)))


def may_lack_marks(exact_form: str) -> bool:
    """Tell whether marks may have been left out of a syllable: it has none, and is no number."""
    return not is_marked(exact_form) and any(map(str.isalpha, exact_form))


def beginning(text: str) -> tuple[str, str]:
    """Return the exact and the stripped form of the beginning of a syllable, as a Prefix has them.

    A beginning is no whole syllable: its last i or y stays what it is, for `ki*` begins `kinh`.
    """
    longer = text + "n"  # in which neither i nor y is the whole rime
    return exact(longer)[:-1], stripped(longer)[:-1]


def _beginnings(node: Prefix, exact_marks: bool, in_bare_text: bool) -> Acceptance:
    # The syllable may also be complete: `kĩ*` reaches `kỹ`, under whichever letter the index has it.
    complete = exact(node.text)
    if exact_marks:
        return Acceptance(frozenset((node.exact, complete)), prefix=True)
    if node.exact != node.stripped:
        left_out = (BARE + node.stripped, BARE + stripped(complete)) if in_bare_text else ()
        return Acceptance(frozenset((node.exact, complete, *left_out)), prefix=True)
    forms = {node.exact}
    if complete != node.exact:
        forms.update(complete[:-1] + letter for letter in _TONES.get(complete[-1], complete[-1]))
    return Acceptance(frozenset(forms), node.stripped, prefix=True)
