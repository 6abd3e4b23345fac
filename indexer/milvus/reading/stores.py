"""Documents, units and what they cite, read from the server when they are asked for."""

from collections.abc import Iterator, Sequence
from functools import cached_property, lru_cache
from threading import Lock
from typing import Any, overload

import numpy as np
import orjson
from numpy.typing import NDArray

from corpus.types import Document, Metadata, Unit, UnitKind
from indexer.content.heads import arrivals, newest_arrival
from indexer.content.types import Cited, StoredDocument
from indexer.milvus.commits import damage
from indexer.milvus.reading.documents import Held, Line
from indexer.milvus.tables import Kind, key_of
from indexer.milvus.texts import read_all, read_rest, read_texts
from indexer.reading.codec import (
    anomalies_from_json,
    coverage_from_json,
    metadata_from_json,
    omissions_from_json,
    pages_from_json,
    unit_from_json,
)
from indexer.segment.tables import KINDS

__all__ = ["RemoteCiting", "RemoteDocuments", "RemoteUnits"]

Rows = NDArray[np.int64]

_KEPT = 4_096  # units, or documents
_MOST_NUMBER = (1 << 62) - 1
_EXPECTED = 1_024  # units that are fetched at once because a search has just met them


class RemoteUnits:
    """Units by row. Those that a search has met are fetched together when the first of them is wanted."""

    def __init__(self, held: Held) -> None:
        """Read nothing yet."""
        self._held = held
        self._kept: dict[int, Unit] = {}
        self._expected: dict[int, None] = {}
        self._lock = Lock()
        self._found = lru_cache(maxsize=1024)(self._find)

    def __len__(self) -> int:
        """How many units there are."""
        return self._held.units

    def expect(self, rows: Rows) -> None:
        """Say that these rows, best first, are likely to be asked for."""
        with self._lock:
            self._expected = dict.fromkeys(rows.tolist()[:_EXPECTED]) | self._expected
            while len(self._expected) > 2 * _EXPECTED:
                self._expected.popitem()

    def get(self, row: int) -> Unit:
        """The unit of a row; raises IndexError where there is none."""
        with self._lock:
            kept = self._kept.get(row)
            if kept is not None:
                return kept
            met = [each for each in self._expected if each not in self._kept]
            wanted = [row, *(each for each in met if each != row)] if row in self._expected else [row]
            wanted = wanted[:_EXPECTED]
        read = self._read(np.array(wanted, np.int64))
        with self._lock:
            if len(self._kept) + len(read) > _KEPT:
                self._kept.clear()
            self._kept |= read
        return read[row]

    def _read(self, rows: Rows) -> dict[int, Unit]:
        which, local = self._held.locate(rows)
        found: dict[int, Unit] = {}
        for segment in np.unique(which).tolist():
            here = np.flatnonzero(which == segment)
            lines = self._lines(segment, local[here].tolist())
            pairs = zip(rows[here].tolist(), local[here].tolist(), strict=True)
            found |= {row: lines[at] for row, at in pairs}
        return found

    def _lines(self, segment: int, local: Sequence[int]) -> dict[int, Unit]:
        """Units of a segment by their row there; raises SnapshotDamaged where one is missing."""
        server, about = self._held.server, self._held.segments[segment]
        name = about.collection("units")
        told = {f"line/{row['row']}": row["line"] for row in server.get(name, local, ["row", "line"])}
        try:
            texts = read_rest(server, about.collection("texts"), told)
            return {row: unit_from_json(texts[f"line/{row}"]) for row in local}
        except (KeyError, ValueError, TypeError) as error:
            found = f"no unit, or not all of one ({error!r:.200})"
            raise damage(server.address, f"{found} in {name}", "one") from error

    def rows(
        self,
        *,
        document: str | None = None,
        kind: UnitKind | None = None,
        number: int | None = None,
        last: int | None = None,
        part: str | None = None,
    ) -> list[int]:
        """Rising rows of the units that fit everything given; `part=""` means the body alone.

        With `last`, any number from `number` to it fits.
        """
        found = list(self._found(document, kind, number, last))
        if part is None:
            return found
        self.expect(np.array(found, np.int64))
        return [row for row in found if (self.get(row).part or "") == part]

    def _find(
        self, document: str | None, kind: UnitKind | None, number: int | None, last: int | None
    ) -> tuple[int, ...]:
        place = None if document is None else self._held.index.get(document)
        if document is not None and place is None:
            return ()
        terms = [] if kind is None else [f"kind == {KINDS.index(kind)}"]
        if number is not None:
            low, high = (
                min(max(value, -1), _MOST_NUMBER) for value in (number, number if last is None else last)
            )
            terms.append(f"number >= {low} and number <= {high}")
        if place is not None:
            line, (first, end) = self._held.lines[place], self._held.first[place : place + 2].tolist()
            if not terms:
                return tuple(range(first, end))
            return self._fitting(line.segment, [f"document == {line.number}", *terms])
        if not terms:
            return tuple(range(len(self)))
        found = [row for which in range(len(self._held.segments)) for row in self._fitting(which, terms)]
        return tuple(sorted(found))

    def _fitting(self, segment: int, terms: Sequence[str]) -> tuple[int, ...]:
        about = self._held.segments[segment]
        if not about.info.units:
            return ()
        rows = self._held.server.all(about.collection("units"), " and ".join(terms), ["row"], 10_000)
        whole = self._held.whole(segment, np.array([int(row["row"]) for row in rows], np.int64))
        return tuple(sorted(whole[whole >= 0].tolist()))

    def all(self) -> Iterator[tuple[int, Unit]]:
        """Every row with its unit, in row order."""
        for place, line in enumerate(self._held.lines):
            first = int(self._held.first[place])
            yield from zip(range(first, first + line.units), self.of(line), strict=True)

    def of(self, line: Line) -> Iterator[Unit]:
        """The units of a document, in reading order."""
        for start in range(line.local, line.local + line.units, _EXPECTED):
            end = min(start + _EXPECTED, line.local + line.units)
            read = self._lines(line.segment, range(start, end))
            yield from (read[row] for row in range(start, end))


class RemoteDocuments(Sequence[StoredDocument]):
    """Documents by rising id; their heads are in memory, their texts on the server."""

    def __init__(self, held: Held, units: RemoteUnits) -> None:
        """Read nothing yet."""
        self._held = held
        self._units = units
        self._stored = lru_cache(maxsize=_KEPT)(self._read)
        self._source = lru_cache(maxsize=16)(self._read_source)

    def __len__(self) -> int:
        """How many documents there are."""
        return len(self._held.ids)

    @overload
    def __getitem__(self, index: int) -> StoredDocument: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[StoredDocument]: ...
    def __getitem__(self, index: int | slice) -> StoredDocument | Sequence[StoredDocument]:
        """The document, or documents, at a place in the order of ids."""
        if isinstance(index, slice):
            return [self[number] for number in range(*index.indices(len(self)))]
        return self._stored(range(len(self))[index])

    @property
    def ids(self) -> Sequence[str]:
        """The ids of all documents, rising."""
        return self._held.ids

    def find(self, document_id: str) -> StoredDocument | None:
        """The document with an id, or None."""
        place = self._held.index.get(document_id)
        return None if place is None else self._stored(place)

    def metadata(self) -> Iterator[tuple[str, Metadata]]:
        """The id and the metadata of every document, by rising id."""
        for line in self._held.lines:
            yield line.id, metadata_from_json(_line(orjson.loads(line.head)["metadata"]))

    def known(self) -> Iterator[tuple[str, str, str]]:
        """Of every document its id, the path it was read from, and its digest; by rising id."""
        for line in self._held.lines:
            told = orjson.loads(line.head)
            yield line.id, str(told["path"]), str(told["digest"])

    def newest(self) -> Iterator[tuple[str, int | None]]:
        """The id of every document, and when the newest of its units came in; None if not known."""
        for line in self._held.lines:
            yield line.id, newest_arrival(line.head)

    def owners(self, rows: Rows) -> Rows:
        """The place of each row's document in the order of ids."""
        return self._held.owners(rows)

    def source(self, document_id: str) -> str:
        """The source text of a document as decoded; raises KeyError where there is none."""
        return self._source(document_id)

    def _read_source(self, document_id: str) -> str:
        return self._text(self._held.lines[self._held.index[document_id]], "sources")

    def load(self, document_id: str) -> Document:
        """A document as it was read, units and all; raises KeyError where there is none."""
        place = self._held.index[document_id]
        line, stored = self._held.lines[place], self._stored(place)
        _, omissions, _ = orjson.loads(self._text(line, "details"))
        return Document(
            id=document_id,
            source=self.source(document_id),
            encoding=stored.encoding,
            metadata=stored.metadata,
            units=tuple(self._units.of(line)),
            anomalies=stored.anomalies,
            omissions=omissions_from_json(_line(omissions)),
            pages=stored.pages,
        )

    def _read(self, place: int) -> StoredDocument:
        line = self._held.lines[place]
        told, details = orjson.loads(line.head), orjson.loads(self._text(line, "details"))
        return StoredDocument(
            id=line.id,
            path=told["path"],
            digest=told["digest"],
            encoding=told["encoding"],
            metadata=metadata_from_json(_line(told["metadata"])),
            anomalies=anomalies_from_json(_line(details[0])),
            first_row=int(self._held.first[place]),
            kinds=tuple((str(kind), int(count)) for kind, count in told["kinds"].items()),
            pages=pages_from_json(_line(details[2])),
            facets=tuple((str(name), tuple(map(str, values))) for name, values in told["facets"].items()),
            coverage=coverage_from_json(_line(told["coverage"])) if "coverage" in told else None,
            came=arrivals(told),
        )

    def _text(self, line: Line, name: str) -> str:
        key = f"{name}/{line.number}"
        collection = self._held.segments[line.segment].collection("texts")
        try:
            return read_texts(self._held.server, collection, [key])[key]
        except KeyError as error:
            raise damage(self._held.server.address, f"no text {key} in {collection}", "one") from error


def _line(value: object) -> str:
    return orjson.dumps(value).decode()


class RemoteCiting:
    """Which units cite what."""

    def __init__(self, held: Held, units: RemoteUnits) -> None:
        """Read nothing yet."""
        self._held = held
        self._units = units
        self._rows = lru_cache(maxsize=_KEPT)(self._find)

    def rows(self, key: str) -> list[int]:
        """Rising rows of the units whose text carries a citation with this key."""
        return list(self._rows(key))

    def _find(self, key: str) -> tuple[int, ...]:
        wanted, found = f"cited/{key_of(key)}", [np.empty(0, np.int64)]
        for which, segment in enumerate(self._held.segments):
            texts = read_texts(self._held.server, segment.collection("texts"), [wanted])
            if wanted in texts:
                places = orjson.loads(texts[wanted])["places"]
                found.append(self._held.whole(which, np.array([place[0] for place in places], np.int64)))
        rows = np.unique(np.concatenate(found))
        return tuple(rows[rows >= 0].tolist())

    @cached_property
    def _all(self) -> dict[str, list[tuple[int, int, int, int]]]:
        """Every key with its places in the whole, rising: row, start, end, 1 for the citation's own key."""
        found: dict[str, list[tuple[int, int, int, int]]] = {}
        for which, segment in enumerate(self._held.segments):
            for _, text in read_all(self._held.server, segment.collection("texts"), Kind.CITED):
                told: dict[str, Any] = orjson.loads(text)
                rows = self._held.whole(which, np.array([place[0] for place in told["places"]], np.int64))
                places = [
                    (row, *map(int, place[1:]))
                    for row, place in zip(rows.tolist(), told["places"], strict=True)
                    if row >= 0
                ]
                if places:
                    found.setdefault(told["key"], []).extend(places)
        return {key: sorted(found[key]) for key in sorted(found)}

    def cited(self) -> list[Cited]:
        """Everything that is cited, once each, by key; a whole where it is printed without a part."""
        first = {
            key: next((place for place in places if place[3] == 1), None) for key, places in self._all.items()
        }
        self._units.expect(np.array([place[0] for place in first.values() if place], np.int64))
        return [
            Cited(key, place[0], place[1], place[2], self._units.get(place[0]).text[place[1] : place[2]])
            for key, place in first.items()
            if place
        ]

    def keys_ending(self, ending: str) -> list[str]:
        """Every key that ends so, sorted."""
        return [key for key in self._all if key.endswith(ending)]
