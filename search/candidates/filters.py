"""Kind, document and year filters as sorted arrays of the rows they allow."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from corpus.types import UnitKind
from indexer.snapshot import Snapshot
from search.errors import UnknownDocument
from search.query import Query

__all__ = ["Filters"]

Rows = NDArray[np.int64]

_CACHED = 64
"""Filter combinations kept; a service sees few, and an array of a million rows takes 8 MB."""


class Filters:
    """Allowed rows of one snapshot, computed once for each combination of filters."""

    def __init__(self, snapshot: Snapshot) -> None:
        """Remember the snapshot; nothing is read until a filter is used."""
        self._snapshot = snapshot
        self._cache: dict[tuple[frozenset[UnitKind], frozenset[str], frozenset[int]], Rows] = {}

    def rows(self, query: Query) -> Rows | None:
        """Sorted `(n,) int64` rows that pass every filter of the query, or None for no filter.

        Values of one filter are alternatives; filters combine. A unit passes the year filter by
        the year of its document. Raises UnknownDocument.
        """
        if not (query.kinds or query.documents or query.years):
            return None
        key = (query.kinds, query.documents, query.years)
        rows = self._cache.get(key)
        if rows is None:
            rows = self._compute(*key)
            if len(self._cache) >= _CACHED:
                self._cache = {}  # a new dict, so that threads reading the old one are not disturbed
            self._cache[key] = rows
        return rows

    def _compute(self, kinds: frozenset[UnitKind], documents: frozenset[str], years: frozenset[int]) -> Rows:
        known = {stored.id: stored.metadata.year for stored in self._snapshot.documents}
        _check_known(documents, known)
        allowed = {id for id, year in known.items() if not years or year in years}
        if documents:
            allowed &= documents
        units = self._snapshot.units
        if not kinds:
            return _sorted(row for id in allowed for row in units.rows(document=id))
        return _sorted(row for id in allowed for kind in kinds for row in units.rows(document=id, kind=kind))


def _check_known(documents: Iterable[str], known: Iterable[str]) -> None:
    missing = sorted(set(documents) - set(known))
    if missing:
        raise UnknownDocument(
            f"no document {', '.join(missing)} in this index; the id of an indexed document was expected "
            f"(there are {len(set(known)):,}); `yinzheng documents` lists them"
        )


def _sorted(rows: Iterable[int]) -> Rows:
    return np.sort(np.fromiter(rows, np.int64))
