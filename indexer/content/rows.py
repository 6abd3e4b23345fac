"""Rows of the whole index, and where in the segments they are.

A row of the whole counts the units of all documents that are not deleted, documents by rising id, units in
reading order: rows, and with them the order of equal scores, do not depend on how the documents came in.
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import orjson
from numpy.typing import NDArray

from indexer.segment.reader import Segment

__all__ = ["Place", "RowMap"]

Rows = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a document is: its segment, its number there, its first row of the whole, its units."""

    id: str
    segment: int
    number: int
    first_row: int
    units: int


class RowMap:
    """Rows of the whole against rows of segments; its tables have a line for each document.

    Example: `rows.locate(np.array([7]))` is `(array([0]), array([7]))` in an index of one segment
    """

    def __init__(self, segments: Sequence[Segment]) -> None:
        """Read the ids of all documents. Raises SnapshotDamaged."""
        self.segments = segments
        found = [
            (segment.read("documents", "heads", number, _id), which, number)
            for which, segment in enumerate(segments)
            for number in range(segment.info.documents)
            if not segment.deleted[number]
        ]
        found.sort()
        firsts = [segment["documents"]["first_rows"] for segment in segments]
        self._ids = [id for id, _, _ in found]
        self._segment = np.array([which for _, which, _ in found], np.int64)
        self._number = np.array([number for _, _, number in found], np.int64)
        counts = [int(firsts[which][number + 1] - firsts[which][number]) for _, which, number in found]
        self._first = np.zeros(len(found) + 1, np.int64)
        np.cumsum(counts, out=self._first[1:])
        self._starts: list[int] = self._first.tolist()
        self._index = {id: place for place, id in enumerate(self._ids)}
        self._shift = []  # by segment and document: what makes a row of the segment one of the whole
        for which, segment in enumerate(segments):
            shift = np.full(segment.info.documents, np.iinfo(np.int64).min, np.int64)
            here = self._segment == which
            numbers = self._number[here]
            shift[numbers] = self._first[:-1][here] - firsts[which][numbers]
            self._shift.append(shift)

    @property
    def units(self) -> int:
        """How many rows there are."""
        return int(self._first[-1])

    @property
    def ids(self) -> list[str]:
        """The ids of all documents, rising."""
        return self._ids

    def index(self, id: str) -> int | None:
        """The place of a document in the order of ids, None where there is none."""
        return self._index.get(id)

    def find(self, id: str) -> Place | None:
        """Where the document with an id is, None where there is none."""
        index = self._index.get(id)
        return None if index is None else self.place(index)

    def place(self, index: int) -> Place:
        """Where a document is, by its place in the order of ids."""
        first, end = self._first[index : index + 2].tolist()
        return Place(
            self._ids[index], int(self._segment[index]), int(self._number[index]), first, end - first
        )

    def of_segment(self, which: int) -> tuple[Rows, Rows]:
        """The documents of a segment that are not deleted: places in the order of ids, numbers in it."""
        here = np.flatnonzero(self._segment == which)
        return here, self._number[here]

    def document_of(self, rows: Rows) -> Rows:
        """The place of each row's document in the order of ids."""
        return np.searchsorted(self._first, rows, side="right") - 1

    def locate(self, rows: Rows) -> tuple[Rows, Rows]:
        """The segment of each row, and its row there; raises IndexError for a row that does not exist."""
        if len(rows) and not (int(rows.min()) >= 0 and int(rows.max()) < self.units):
            wrong = int(rows.min()) if rows.min() < 0 else int(rows.max())
            raise IndexError(f"unit row {wrong} of {self.units}; expected 0 to {self.units - 1}")
        index = self.document_of(rows)
        which = self._segment[index]
        local = rows - self._first[index]
        for segment in np.unique(which).tolist():
            here = which == segment
            local[here] += self.segments[segment]["documents"]["first_rows"][self._number[index[here]]]
        return which, local

    def locate_one(self, row: int) -> tuple[Segment, int]:
        """The segment of a row that exists, and its row there."""
        index = bisect_right(self._starts, row) - 1
        segment = self.segments[self._segment[index]]
        first = segment["documents"]["first_rows"][self._number[index]]
        return segment, int(first) + row - self._starts[index]

    def id_of(self, row: int) -> str:
        """The id of the document of a row that exists."""
        return self._ids[bisect_right(self._starts, row) - 1]

    def whole(self, segment: int, rows: Rows) -> Rows:
        """The rows of the whole that rows of a segment are; their documents must not be deleted."""
        owners = self.segments[segment]["units"]["owners"][rows]
        return rows + self._shift[segment][owners]


def _id(head: bytes) -> str:
    id = orjson.loads(head)["id"]
    if not isinstance(id, str):
        raise TypeError(f"an id {id!r:.40}")
    return id
