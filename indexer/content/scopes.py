"""Filters as bitmaps of each segment: which of its rows may answer."""

from collections import OrderedDict
from dataclasses import dataclass
from threading import Lock

import numpy as np
import orjson
from numpy.typing import NDArray

from corpus.types import UnitKind
from indexer.content.rows import RowMap
from indexer.content.types import Scope
from indexer.segment.tables import KINDS

__all__ = ["Allowed", "Scopes"]

_KEPT = 32
"""Filters whose bitmaps are kept; one of a million units takes a megabyte."""


@dataclass(frozen=True, slots=True)
class Allowed:
    """The rows of a segment that may answer: `mask (units,) bool`, None where all may; `count` of them."""

    mask: NDArray[np.bool_] | None
    count: int


class Scopes:
    """Bitmaps of filters, made from the documents that a filter lets through and the kinds of units."""

    def __init__(self, rows: RowMap) -> None:
        """Read nothing yet: facets are read when a filter first names one."""
        self._rows = rows
        self._kept: OrderedDict[Scope, list[Allowed]] = OrderedDict()
        self._facets: dict[tuple[str, str], list[int]] | None = None
        self._lock = Lock()

    def of(self, scope: Scope) -> list[Allowed]:
        """What of each segment a filter lets through; deleted documents never pass."""
        with self._lock:
            kept = self._kept.pop(scope, None)
            if kept is None:
                kept = self._made(scope)
            self._kept[scope] = kept
            if len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
            return kept

    def passes(self, rows: NDArray[np.int64], scope: Scope) -> NDArray[np.bool_]:
        """Whether each of some rows passes a filter; raises IndexError for a row that does not exist."""
        passes = np.ones(len(rows), np.bool_)
        if scope.lets_all:
            return passes
        which, local = self._rows.locate(rows)
        for segment, allowed in enumerate(self.of(scope)):
            if allowed.mask is not None:
                here = which == segment
                passes[here] = allowed.mask[local[here]]
        return passes

    def facet_counts(self) -> dict[str, dict[str, int]]:
        """How many documents have each value of each facet, e.g. `{"year": {"2019": 3}}`."""
        with self._lock:
            facets = self._read_facets()
        counts: dict[str, dict[str, int]] = {}
        for (name, value), documents in sorted(facets.items()):
            counts.setdefault(name, {})[value] = len(documents)
        return counts

    def _made(self, scope: Scope) -> list[Allowed]:
        documents = None if scope == Scope(kinds=scope.kinds) else self._documents(scope)
        return [self._of_segment(which, documents, scope.kinds) for which in range(len(self._rows.segments))]

    def _documents(self, scope: Scope) -> NDArray[np.bool_]:
        """Which documents pass, by their place in the order of ids."""
        allowed = np.ones(len(self._rows.ids), np.bool_)
        if scope.documents is not None:
            allowed[:] = False
            allowed[self._places(scope.documents)] = True
        allowed[self._places(scope.without)] = False
        for name, values in scope.facets:
            facets = self._read_facets()
            having = np.zeros(len(allowed), np.bool_)
            for value in values:
                having[facets.get((name, value), [])] = True
            allowed &= having
        return allowed

    def _places(self, ids: frozenset[str]) -> list[int]:
        return [place for id in ids if (place := self._rows.index(id)) is not None]

    def _of_segment(
        self, which: int, documents: NDArray[np.bool_] | None, kinds: frozenset[UnitKind]
    ) -> Allowed:
        segment = self._rows.segments[which]
        passes = ~segment.deleted
        if documents is not None:
            here, numbers = self._rows.of_segment(which)
            passes[numbers] &= documents[here]
        if passes.all() and not kinds:
            return Allowed(None, segment.units)
        mask = np.repeat(passes, np.diff(segment["documents"]["first_rows"]))
        if kinds:
            fits = np.array([kind in kinds for kind in KINDS], np.bool_)
            mask &= fits[segment["units"]["kinds"]]
        return Allowed(mask, int(np.count_nonzero(mask)))

    def _read_facets(self) -> dict[tuple[str, str], list[int]]:
        if self._facets is None:
            found: dict[tuple[str, str], list[int]] = {}
            for index in range(len(self._rows.ids)):
                place = self._rows.place(index)
                told = self._rows.segments[place.segment].read("documents", "heads", place.number, _facets)
                for name, values in told:
                    for value in values:
                        found.setdefault((name, value), []).append(index)
            self._facets = found
        return self._facets


def _facets(head: bytes) -> list[tuple[str, list[str]]]:
    return [(str(name), list(map(str, values))) for name, values in orjson.loads(head)["facets"].items()]
