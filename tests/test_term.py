"""index.term: a term's ordinal is its rank, and prefixes are ranges."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from index.term import TermDictionary, encode_terms

terms = st.sets(st.text("aăâbđơ1/", min_size=1, max_size=6), max_size=40).map(
    lambda found: sorted(term.encode() for term in found)
)


@given(terms, st.text("aăâbđơ1/", max_size=3))
def test_dictionary_against_a_list(known: list[bytes], text: str) -> None:
    dictionary = TermDictionary(*encode_terms(known))
    probe = text.encode()
    assert len(dictionary) == len(known)
    assert list(dictionary) == known
    assert [dictionary.ordinal(term) for term in known] == list(range(len(known)))
    assert dictionary.ordinal(probe) == (known.index(probe) if probe in known else None)
    assert [known[ordinal] for ordinal in dictionary.prefixed(probe)] == [term for term in known if term.startswith(probe)]
