"""When each unit first came in: what a feed tells as new.

A unit keeps its date while its document has a unit of the same text, in whatever place, and under whatever
name the file is indexed again; a document that is read anew unchanged is no news.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import groupby

from corpus.types import Unit
from indexer.segment.writer import IndexedDocument
from indexer.snapshot import Snapshot

__all__ = ["Arrivals", "clock"]

clock: Callable[[], float] = time.time

Seconds = int | None


class Arrivals:
    """Dates of the units of one run, beside those of the generation before it.

    Example: `Arrivals(None).of(indexed).came == ((0, 1796094000),)`
    """

    def __init__(self, current: Snapshot | None) -> None:
        """`current` is the committed generation, None in a new index; what is new gets the run's second."""
        self._current = current
        self._now: int | None = None
        self._by_digest: dict[str, str] | None = None

    def of(self, indexed: IndexedDocument) -> IndexedDocument:
        """The document with the dates of its units, in runs: first unit, seconds since 1970 (UTC)."""
        known = self._known(indexed.document.units, self._before(indexed))
        runs, place = [], 0
        for seconds, group in groupby(known):
            runs.append((place, seconds))
            place += len(list(group))
        return replace(indexed, came=tuple(runs))

    @property
    def now(self) -> int:
        """The second of this run, later than everything that came in before, whatever the clock says.

        So whoever has read all up to one second has missed nothing that is committed later.
        """
        if self._now is None:
            held = () if self._current is None else self._current.documents.newest()
            self._now = max([int(clock()), *(when + 1 for _, when in held if when is not None)])
        return self._now

    def _known(self, units: Sequence[Unit], before: str | None) -> list[Seconds]:
        """The date of each unit; None where it came in before dates were kept."""
        if before is None or self._current is None:
            return [self.now] * len(units)
        stored = self._current.documents.find(before)
        assert stored is not None
        rows = range(stored.first_row, stored.first_row + stored.units)
        dates = {self._current.units.get(row).text: stored.came_in(row) for row in rows}
        return [dates.get(unit.text, self.now) for unit in units]

    def _before(self, indexed: IndexedDocument) -> str | None:
        """The id under which the document, or its file under another name, is indexed already."""
        if self._current is None:
            return None
        if self._current.documents.find(indexed.document.id) is not None:
            return indexed.document.id
        if self._by_digest is None:
            self._by_digest = {digest: id for id, _, digest in self._current.documents.known()}
        return self._by_digest.get(indexed.digest)
