"""Documents found -> how many of them there are by values of a facet and by days, months or years.

Invariant: a count is the total of the same search with that value chosen besides and that period as its days. What has no date is in no period.
"""

from __future__ import annotations

import numpy as np

from corpus.facet import FacetName
from index.segment import UNDATED
from index.segment_file import Array
from language.timestamp import VIETNAM
from searcher.answer import Period, Tallied, Tally, TallyCount
from searcher.match.collection import Collection

_DAY = 24 * 3600
_ZONE = int(VIETNAM.utcoffset(None).total_seconds())
_UNITS: dict[Period, str] = {"day": "datetime64[D]", "month": "datetime64[M]", "year": "datetime64[Y]"}


def tally(collection: Collection, docids: Array, facet: FacetName | None, period: Period | None, most: int) -> Tally:
    """Count the documents at `docids`, ascending, by the `most` frequent values of `facet` and by `period`; None: not by that."""
    periods, of_document = _periods(collection, docids, period)
    if facet is None:
        counts = np.bincount(of_document, minlength=len(periods))
        return Tally(docids.size, (), 0, tuple(_counts(None, periods, counts)))
    table = collection.facet_table(facet)
    totals = table.counts(docids)
    present = np.flatnonzero(totals)
    chosen = present[np.lexsort((present, -totals[present]))][:most]
    row = np.full(len(table.keys), -1)
    row[chosen] = np.arange(chosen.size)
    places, values = table.values_of(docids)
    rows = row[values]
    cells = (rows * len(periods) + of_document[places])[rows >= 0]
    matrix = np.bincount(cells, minlength=chosen.size * len(periods)).reshape(chosen.size, len(periods))
    return Tally(
        total=docids.size,
        values=tuple(Tallied(table.keys[n], table.labels[n], int(totals[n])) for n in chosen.tolist()),
        more=present.size - chosen.size,
        counts=tuple(
            count for n, counts in zip(chosen.tolist(), matrix, strict=True) for count in _counts(table.keys[n], periods, counts)
        ),
    )


def _periods(collection: Collection, docids: Array, period: Period | None) -> tuple[list[str | None], Array]:
    """Return the periods in which documents were published, ascending, None behind them, and for each document which of these it is."""
    if period is None:
        return [None], np.zeros(docids.size, np.int64)
    published = collection.joined([segment.published for segment in collection.segments])[docids]
    days = (np.where(published == UNDATED, 0, published) + _ZONE) // _DAY
    named, numbers = np.unique(days.astype("datetime64[D]").astype(_UNITS[period]), return_inverse=True)
    return [*named.astype(str).tolist(), None], np.where(published == UNDATED, named.size, numbers.ravel())


def _counts(value: str | None, periods: list[str | None], counts: Array) -> list[TallyCount]:
    return [TallyCount(value, name, count) for name, count in zip(periods, counts.tolist(), strict=True) if count]
