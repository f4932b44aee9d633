"""The positions of several terms -> those positions at which all the terms stand near each other."""

from __future__ import annotations

from collections.abc import Sequence


def near_positions(positions_of: Sequence[Sequence[int]], reach: int) -> list[int]:
    """Return, sorted, the positions at which the terms stand near each other.

    They are those in some choice of one position for each term, all different and no two more than `reach` apart.

    `positions_of` are the positions of each term in one text, in any order; two terms may share some (`dan` and `dân`). Linear in their
    number, for the few terms that the parser lets stand in a near.
    """
    if not all(positions_of):
        return []
    takers = _takers(positions_of)
    every = sorted(takers)
    # Positions that the same terms can take are of one kind. All that matters of a window is how many it has of each kind, and
    # of each no more than there are terms to take it: so few different windows that each is looked at once.
    kinds = list(dict.fromkeys(takers.values()))
    number = {mask: kind for kind, mask in enumerate(kinds)}
    kind_at = [number[takers[position]] for position in every]
    useful = [bin(mask).count("1") for mask in kinds]
    digits = [(len(positions_of) + 1) ** kind for kind in range(len(kinds))]
    standing = [0] * len(kinds)  # how many of each kind the window has
    window = 0  # the same, no more than are useful, as the digits of one number
    known: dict[int, bool] = {}
    found: list[int] = []
    right = marked = 0  # the window is every[left:right]; every[:marked] has been dealt with
    for left, first in enumerate(every):
        while right < len(every) and every[right] - first <= reach:
            kind = kind_at[right]
            if standing[kind] < useful[kind]:
                window += digits[kind]
            standing[kind] += 1
            right += 1
        if marked < right:
            if window not in known:
                known[window] = _assignable(_useful(kinds, standing, useful), len(positions_of))
            # In a window with room for all terms every position will do: the term it is taken from gets it in place of its own.
            if known[window]:
                found += every[max(left, marked) : right]
                marked = right
        kind = kind_at[left]
        standing[kind] -= 1
        if standing[kind] < useful[kind]:
            window -= digits[kind]
    return found


def _takers(positions_of: Sequence[Sequence[int]]) -> dict[int, int]:
    """Return position -> the terms that can take it, as bits."""
    askers: dict[int, int] = {}  # the terms that share one list of positions, as a repeated term does, as bits
    for term, positions in enumerate(positions_of):
        askers[id(positions)] = askers.get(id(positions), 0) | 1 << term
    takers: dict[int, int] = {}
    for positions in {id(positions): positions for positions in positions_of}.values():
        mask = askers[id(positions)]
        for position in positions:
            takers[position] = takers.get(position, 0) | mask
    return takers


def _useful(kinds: Sequence[int], standing: Sequence[int], most: Sequence[int]) -> list[int]:
    """Return the kind of each position of a window, of each kind no more than `most`; `standing` is how many it has."""
    return [mask for kind, mask in enumerate(kinds) for _ in range(min(standing[kind], most[kind]))]


def _assignable(takers: Sequence[int], terms: int) -> bool:
    """Tell whether each term can have a position of its own (Kuhn's augmenting paths)."""
    choices = [[at for at, mask in enumerate(takers) if mask >> term & 1] for term in range(terms)]
    holder: dict[int, int] = {}

    def seat(term: int, tried: set[int]) -> bool:
        for at in choices[term]:
            if at not in tried:
                tried.add(at)
                if at not in holder or seat(holder[at], tried):
                    holder[at] = term
                    return True
        return False

    return all(seat(term, set()) for term in range(terms))
