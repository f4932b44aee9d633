"""The places of several terms -> those where all of them stand near each other."""

from __future__ import annotations

from collections.abc import Sequence


def near_places(places: Sequence[Sequence[int]], reach: int) -> list[int]:
    """Return, sorted, every position that belongs to a choice of one for each term, all distinct, no two more than `reach` apart.

    `places` are the positions of each term in one text, in any order; two terms may share some (`dan` and `dân`). Linear in their
    number unless they do.
    """
    if not all(places):
        return []
    takers: dict[int, int] = {}  # position -> the terms that can take it, as bits
    for term, positions in enumerate(places):
        for position in positions:
            takers[position] = takers.get(position, 0) | 1 << term
    every = sorted(takers)
    bits = [takers[position] for position in every]
    shared = any(mask & (mask - 1) for mask in bits)
    present = [0] * len(places)  # how often each term stands in the window
    absent = len(places)
    found: list[int] = []
    right = marked = 0  # the window is every[left:right]; every[:marked] has been dealt with
    for left, first in enumerate(every):
        while right < len(every) and every[right] - first <= reach:
            for term in _bits(bits[right]):
                absent -= not present[term]
                present[term] += 1
            right += 1
        # In a window with room for all terms every position will do: the term it is taken from gets it in place of its own.
        if not absent and right - left >= len(places) and (not shared or _assignable(bits[left:right], len(places))):
            found += every[max(left, marked) : right]
            marked = right
        for term in _bits(bits[left]):
            present[term] -= 1
            absent += not present[term]
    return found


def _bits(mask: int) -> list[int]:
    bits = []
    while mask:
        low = mask & -mask
        bits.append(low.bit_length() - 1)
        mask ^= low
    return bits


def _assignable(takers: Sequence[int], terms: int) -> bool:
    """Tell whether each term can have a position of its own (Kuhn's augmenting paths)."""
    choices = [[place for place, mask in enumerate(takers) if mask >> term & 1] for term in range(terms)]
    holder: dict[int, int] = {}

    def seat(term: int, tried: set[int]) -> bool:
        for place in choices[term]:
            if place not in tried:
                tried.add(place)
                if place not in holder or seat(holder[place], tried):
                    holder[place] = term
                    return True
        return False

    return all(seat(term, set()) for term in range(terms))
