"""What a reader holds of a generation in memory: a line for each document, and where its rows are."""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import orjson
from numpy.typing import NDArray

from indexer.content.types import Scope
from indexer.disk.manifest import Manifest, SegmentInfo
from indexer.milvus.commits import damage
from indexer.milvus.impacts import Means
from indexer.milvus.server import Server
from indexer.milvus.tables import Kind, collection
from indexer.milvus.texts import read_all, read_texts
from indexer.segment.fields import FIELDS
from indexer.segment.tables import KINDS

__all__ = ["Held", "Line", "RemoteSegment"]

Rows = NDArray[np.int64]

_MOST_LISTED = 64  # documents named in an expression one by one, before runs of them are


@dataclass(frozen=True, slots=True)
class RemoteSegment:
    """A segment on the server: how its collections are called, and what it was made with."""

    name: str
    info: SegmentInfo
    means: Means
    tokens: bool

    def collection(self, table: str) -> str:
        """The name of one of its collections."""
        return collection(self.name, self.info.name, table)


@dataclass(frozen=True, slots=True)
class Line:
    """A document: its segment and number there, its first row there and in the whole, its units."""

    id: str
    segment: int
    number: int
    local: int
    units: int
    lengths: tuple[int, ...]
    head: bytes
    first: int = 0


class Held:
    """The documents of a generation that are not deleted, by rising id; rows of the whole against those of
    segments.

    Example: `held.locate(np.array([7]))` is `(array([0]), array([7]))` in an index of one segment
    """

    def __init__(self, server: Server, manifest: Manifest) -> None:
        """Read the line of every document. Raises SnapshotDamaged, EngineFailed."""
        self.server = server
        self.manifest = manifest
        self.segments = [_segment(server, info) for info in manifest.segments]
        lines = sorted(
            (line for which in range(len(self.segments)) for line in self._read(which)),
            key=lambda line: line.id,
        )
        counts = np.array([line.units for line in lines], np.int64)
        self.first = np.concatenate([[0], np.cumsum(counts)])  # (documents + 1,)
        self.lines = lines
        self.ids = [line.id for line in lines]
        self.index = {id: place for place, id in enumerate(self.ids)}
        self._starts: list[int] = self.first.tolist()
        self._segment = np.array([line.segment for line in lines], np.int64)
        self._local = np.array([line.local for line in lines], np.int64)
        self._by_segment = [np.flatnonzero(self._segment == which) for which in range(len(self.segments))]
        self._by_segment = [here[np.argsort(self._local[here])] for here in self._by_segment]
        self.where = lru_cache(maxsize=32)(self._where)
        expected = (manifest.counts.documents, manifest.counts.units)
        if (len(lines), self.units) != expected or len(self.index) != len(lines):
            found = f"{len(lines)} documents, {len(self.index)} ids, {self.units} units"
            raise damage(server.address, found, f"{expected[0]} documents of {expected[1]} units")

    @property
    def units(self) -> int:
        """How many rows there are."""
        return int(self.first[-1])

    @property
    def means(self) -> Means:
        """The mean number of tokens of each field over all units."""
        totals = np.zeros(len(FIELDS), np.int64)
        for line in self.lines:
            totals += line.lengths
        return tuple(float(total) / max(1, self.units) for total in totals.tolist())

    def _read(self, which: int) -> Iterable[Line]:
        segment = self.segments[which]
        deleted = frozenset(segment.info.deleted)
        if not segment.info.documents:
            return
        read = 0
        for key, text in read_all(self.server, segment.collection("texts"), Kind.HEAD):
            number = int(key.split("/")[1])
            read += 1
            if number in deleted:
                continue
            told, _, head = text.partition("\n")
            facts = orjson.loads(told)
            yield Line(
                str(orjson.loads(head)["id"]),
                which,
                number,
                facts["first"],
                facts["units"],
                tuple(facts["lengths"]),
                head.encode(),
            )
        if read != segment.info.documents:
            found = f"{read} documents in {segment.collection('texts')}"
            raise damage(self.server.address, found, f"{segment.info.documents}")

    def owners(self, rows: Rows) -> Rows:
        """The place of each row's document in the order of ids."""
        return np.searchsorted(self.first, rows, side="right") - 1

    def locate(self, rows: Rows) -> tuple[Rows, Rows]:
        """The segment of each row, and its row there; raises IndexError for a row that does not exist."""
        if len(rows) and not (int(rows.min()) >= 0 and int(rows.max()) < self.units):
            wrong = int(rows.min()) if rows.min() < 0 else int(rows.max())
            raise IndexError(f"unit row {wrong} of {self.units}; expected 0 to {self.units - 1}")
        owners = self.owners(rows)
        return self._segment[owners], rows - self.first[owners] + self._local[owners]

    def locate_one(self, row: int) -> tuple[int, int]:
        """The segment of a row, and its row there; raises IndexError."""
        if not 0 <= row < self.units:
            raise IndexError(f"unit row {row} of {self.units}; expected 0 to {self.units - 1}")
        line = self.lines[bisect_right(self._starts, row) - 1]
        return line.segment, row - self._starts[self.index[line.id]] + line.local

    def whole(self, which: int, local: Rows) -> Rows:
        """The rows of the whole that rows of a segment are, −1 for those of deleted documents."""
        here = self._by_segment[which]
        found = np.full(len(local), -1, np.int64)
        if not len(here):
            return found
        at = np.searchsorted(self._local[here], local, side="right") - 1
        owner = here[np.maximum(at, 0)]
        shifted = local - self._local[owner]
        inside = (at >= 0) & (shifted < np.diff(self.first)[owner])
        found[inside] = (self.first[owner] + shifted)[inside]
        return found

    def allowed(self, scope: Scope) -> list[int]:
        """The documents that pass a scope, by their place in the order of ids."""
        passing = range(len(self.ids)) if scope.documents is None else self._places(scope.documents)
        without = frozenset(self._places(scope.without))
        if not scope.facets:
            return [place for place in passing if place not in without]
        return [
            place
            for place in passing
            if place not in without
            and all(values & self._facets(place).get(name, frozenset()) for name, values in scope.facets)
        ]

    def facet_counts(self) -> dict[str, dict[str, int]]:
        """How many documents have each value of each facet, sorted."""
        counts: dict[str, dict[str, int]] = {}
        for place in range(len(self.ids)):
            for name, values in self._facets(place).items():
                for value in values:
                    of_name = counts.setdefault(name, {})
                    of_name[value] = of_name.get(value, 0) + 1
        return {name: dict(sorted(counts[name].items())) for name in sorted(counts)}

    def _facets(self, place: int) -> dict[str, frozenset[str]]:
        told = orjson.loads(self.lines[place].head)["facets"]
        return {str(name): frozenset(map(str, values)) for name, values in told.items()}

    def _places(self, ids: Iterable[str]) -> list[int]:
        return sorted(self.index[id] for id in ids if id in self.index)

    def _where(self, scope: Scope) -> list[str | None]:
        """A scope as the expression of each segment, None where nothing of it may answer."""
        wanted: list[list[int]] = [[] for _ in self.segments]
        for place in self.allowed(scope):
            wanted[self.lines[place].segment].append(self.lines[place].number)
        kinds = ",".join(str(number) for number, kind in enumerate(KINDS) if kind in scope.kinds)
        told: list[str | None] = []
        for segment, numbers in zip(self.segments, wanted, strict=True):
            if not numbers:
                told.append(None)
                continue
            terms = [f"kind in [{kinds}]"] if scope.kinds else []
            if len(numbers) < segment.info.documents:
                terms.append(_numbers(sorted(numbers)))
            told.append(" and ".join(terms))
        return told


def _numbers(numbers: list[int]) -> str:
    """An expression for rising numbers of documents: runs of them where there are many.

    Example: `[1, 2, 3, 9]` gives `document in [1,2,3,9]`
    """
    if len(numbers) <= _MOST_LISTED:
        return f"document in [{','.join(map(str, numbers))}]"
    values = np.array(numbers)
    breaks = np.flatnonzero(np.diff(values) > 1)
    firsts = values[np.concatenate([[0], breaks + 1])].tolist()
    lasts = values[np.concatenate([breaks, [len(values) - 1]])].tolist()
    alone = [str(first) for first, last in zip(firsts, lasts, strict=True) if first == last]
    runs = [
        f"(document >= {first} and document <= {last})"
        for first, last in zip(firsts, lasts, strict=True)
        if first < last
    ]
    listed = [f"document in [{','.join(alone)}]"] if alone else []
    return f"({' or '.join([*runs, *listed])})"


def _segment(server: Server, info: SegmentInfo) -> RemoteSegment:
    """What the segment says of itself; raises SnapshotDamaged."""
    name = collection(server.address.name, info.name, "texts")
    try:
        about = orjson.loads(read_texts(server, name, ["about"])["about"])
        means = tuple(float(mean) for mean in about["means"])
        return RemoteSegment(server.address.name, info, means, bool(about["tokens"]))
    except (KeyError, ValueError, TypeError) as error:
        raise damage(server.address, f"no text `about` in {name} ({error})", "one") from error
