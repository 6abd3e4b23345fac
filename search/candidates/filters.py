"""Filters on kinds and documents as sorted arrays of the rows they allow."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from corpus.types import UnitKind
from indexer.snapshot import Snapshot
from search.query import Query
from search.records.records import Records

__all__ = ["Filters"]

Rows = NDArray[np.int64]

_CACHED = 64
"""Filter combinations kept; a service sees few, and an array of a million rows takes 8 MB."""


class Filters:
    """Allowed rows of one snapshot, computed once for each combination of filters."""

    def __init__(self, snapshot: Snapshot, records: Records) -> None:
        """Remember the snapshot; nothing is read until a filter is used."""
        self._snapshot = snapshot
        self._records = records
        self._cache: dict[tuple[frozenset[UnitKind], frozenset[str] | None], Rows] = {}

    def rows(self, query: Query) -> Rows | None:
        """Sorted `(n,) int64` rows that pass every filter of the query, or None where all do.

        Values of one filter are alternatives; filters combine. A unit passes a filter on documents by its
        document. Raises UnknownDocument, UnknownFacet.
        """
        return self.among(query.kinds, self._records.allowed(query))

    def among(self, kinds: frozenset[UnitKind], documents: frozenset[str] | None) -> Rows | None:
        """Sorted rows of the units of some kinds in some documents; None, or no kind: of all."""
        if not kinds and documents is None:
            return None
        key = (kinds, documents)
        rows = self._cache.get(key)
        if rows is None:
            rows = self._compute(kinds, documents)
            if len(self._cache) >= _CACHED:
                self._cache = {}  # a new dict, so that threads reading the old one are not disturbed
            self._cache[key] = rows
        return rows

    def _compute(self, kinds: frozenset[UnitKind], documents: frozenset[str] | None) -> Rows:
        units = self._snapshot.units
        ids = self._records.metadata.keys() if documents is None else documents
        if not kinds:
            return _sorted(row for id in ids for row in units.rows(document=id))
        return _sorted(row for id in ids for kind in kinds for row in units.rows(document=id, kind=kind))


def _sorted(rows: Iterable[int]) -> Rows:
    return np.sort(np.fromiter(rows, np.int64))
