"""What a search found -> how many articles there are by values of a facet and by periods, asked of the cluster as combinations of values.

The counterpart of searcher.match.tally.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from corpus.facet import FacetName
from language.timestamp import VIETNAM
from searcher.answer import Period, Tallied, Tally, TallyCount
from searcher.cluster.ranked_list import ClusterRetrieval
from searcher.cluster.translation import every

_EPOCH = date(1970, 1, 1)
_ZONE = int(VIETNAM.utcoffset(None).total_seconds())
_DATED = {"exists": {"field": "published"}}
# The day in Vietnam, counted from 1970; a quotient is cut towards 0, so before that year it is one too high.
_DAY = {
    "lang": "painless",
    "source": f"long at = doc['published'].value + {_ZONE}L; return at < 0 && at % 86400L != 0 ? at / 86400L - 1 : at / 86400L;",
}


def tally(found: ClusterRetrieval, facet: FacetName | None, period: Period | None, most: int) -> Tally:
    """Count what was found by the `most` frequent values of `facet` and by `period`; None: not by that."""
    every_one = _values(found, facet) if facet else []
    values = every_one[:most]
    rows: list[tuple[str | None, int]] = [(each.value, each.count) for each in values] if facet else [(None, found.total)]
    dated = _dated(found, facet, [each.value for each in values], period) if period and found.total else Counter()
    counts = []
    for value, total in rows:
        own = sorted((name, count) for (carried, name), count in dated.items() if carried == value)
        undated = total - sum(count for _, count in own)
        counts += [TallyCount(value, name, count) for name, count in own]
        counts += [TallyCount(value, None, undated)] * (undated > 0)
    return Tally(found.total, tuple(values), len(every_one) - len(values), tuple(counts))


def _values(found: ClusterRetrieval, facet: FacetName) -> list[Tallied]:
    """Return all values of a facet, the most frequent first."""
    table = found.collection.facet(facet)
    label = dict(zip(table.keys, table.labels, strict=True))
    values = found.collection.every_value(facet, found.full, found.deadline)
    return [Tallied(key, label.get(key, key), count) for key, count in sorted(values, key=lambda each: (-each[1], each[0]))]


def _dated(
    found: ClusterRetrieval, facet: FacetName | None, values: Sequence[str], period: Period
) -> Counter[tuple[str | None, str]]:
    """Return how many articles each value (None without a facet) has in each period; of values that are not asked for, perhaps some."""
    by_period = {"script": _DAY, "value_type": "long"} if period == "day" else {"field": "month"}
    sources: dict[str, Any] = {"value": {"terms": {"field": facet}}} if facet else {}
    query = every([found.full, _DATED, *([{"terms": {facet: list(values)}}] if facet else [])])
    counts: Counter[tuple[str | None, str]] = Counter()
    for key, count in found.collection.every_combination({**sources, "period": {"terms": by_period}}, query, found.deadline):
        counts[key.get("value"), _name(key["period"], period)] += count
    return counts


def _name(value: str | int, period: Period) -> str:
    if period == "day":
        return (_EPOCH + timedelta(days=int(value))).isoformat()
    return str(value)[:4] if period == "year" else str(value)
