"""Documents, units and citing units of all segments of a generation, by rows of the whole."""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import overload

import numpy as np
import orjson
from numpy.typing import NDArray

from corpus.types import Anomaly, Document, Metadata, Omission, Unit, UnitKind
from indexer.content.heads import arrivals, newest_arrival
from indexer.content.rows import Place, RowMap
from indexer.content.types import Cited, StoredDocument
from indexer.reading.codec import (
    anomalies_from_json,
    coverage_from_json,
    metadata_from_values,
    omissions_from_json,
    pages_from_json,
    unit_from_json,
)
from indexer.reading.conforming import conforming
from indexer.segment.reader import Segment
from indexer.segment.tables import KINDS, look_up

__all__ = ["CitingStore", "DocumentStore", "UnitStore"]

Rows = NDArray[np.int64]
_MOST_NUMBER = 1 << 62


class UnitStore:
    """Units by row, from 0 without gaps.

    Example: `units.get(units.rows(document="r19", kind=UnitKind.RECOMMENDATION, number=17)[0]).text`
    """

    def __init__(self, rows: RowMap) -> None:
        """Read units of open segments."""
        self._rows = rows
        self._unit = lru_cache(maxsize=4096)(self._read)  # units never change while a generation is open

    def __len__(self) -> int:
        """How many units there are."""
        return self._rows.units

    def get(self, row: int) -> Unit:
        """The unit of a row; raises IndexError where there is none."""
        return self._unit(row)

    def _read(self, row: int) -> Unit:
        if not 0 <= row < len(self):
            raise IndexError(f"unit row {row} of {len(self)}; expected 0 to {len(self) - 1}")
        segment, local = self._rows.locate_one(row)
        return _unit(segment, local, self._rows.id_of(row))

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

        With `last`, any number from `number` to it fits: a range is read at once, not number by number.
        Example: `units.rows(document="r19", number=7)` may give `[6, 53]`, 段7 and 建议7.
        """
        if document is not None:
            place = self._rows.find(document)
            places = [] if place is None else [place]
        else:
            places = [self._rows.place(index) for index in range(len(self._rows.ids))]
        found = [row for place in places for row in self._of(place, kind, number, last)]
        if part is not None:
            found = [row for row in found if (self.get(row).part or "") == part]
        return found

    def _of(self, place: Place, kind: UnitKind | None, number: int | None, last: int | None) -> list[int]:
        segment = self._rows.segments[place.segment]
        first = int(segment["documents"]["first_rows"][place.number])
        fits = np.ones(place.units, np.bool_)
        if kind is not None:
            fits &= segment["units"]["kinds"][first : first + place.units] == KINDS.index(kind)
        if number is not None:
            numbers = segment["units"]["numbers"][first : first + place.units]
            low, high = (
                min(max(value, -1), _MOST_NUMBER) for value in (number, number if last is None else last)
            )
            fits &= (numbers >= low) & (numbers <= high)
        found: list[int] = (np.flatnonzero(fits) + place.first_row).tolist()
        return found

    def all(self) -> Iterator[tuple[int, Unit]]:
        """Every row with its unit, in row order."""
        for index in range(len(self._rows.ids)):
            place = self._rows.place(index)
            yield from zip(
                range(place.first_row, place.first_row + place.units), _units(self._rows, place), strict=True
            )


def _unit(segment: Segment, local: int, document: str) -> Unit:
    """A unit, which is one of its document and stands under the kind and number by which it is found."""
    table = segment["units"]
    expected = (document, KINDS[table["kinds"][local]], int(table["numbers"][local]))

    def parse(line: bytes) -> Unit:
        unit = unit_from_json(line.decode())
        if (unit.document, unit.kind, unit.number) != expected:
            raise ValueError(f"unit {unit.kind} {unit.number} of {unit.document!r:.40}, not {expected!r:.80}")
        ends = [(run.text_start, run.text_start + run.length) for run in unit.runs]
        ends += [(item.start, item.end) for item in unit.items]
        if not unit.runs or not all(0 <= start <= end <= len(unit.text) for start, end in ends):
            raise ValueError("a run or an item outside of the text")
        return unit

    return segment.read("units", "lines", local, parse)


def _units(rows: RowMap, place: Place) -> Iterator[Unit]:
    """The units of a document, in reading order."""
    segment = rows.segments[place.segment]
    first = int(segment["documents"]["first_rows"][place.number])
    return (_unit(segment, local, place.id) for local in range(first, first + place.units))


class DocumentStore(Sequence[StoredDocument]):
    """Documents by rising id.

    Example: `[document.metadata.title for document in snapshot.documents]`
    """

    def __init__(self, rows: RowMap) -> None:
        """Read documents of open segments."""
        self._rows = rows
        self._stored = lru_cache(maxsize=4096)(self._read)
        self._source = lru_cache(maxsize=16)(self._read_source)

    def __len__(self) -> int:
        """How many documents there are."""
        return len(self._rows.ids)

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
        return self._rows.ids

    def find(self, document_id: str) -> StoredDocument | None:
        """The document with an id, or None."""
        index = self._rows.index(document_id)
        return None if index is None else self._stored(index)

    def _read(self, index: int) -> StoredDocument:
        return self._read_place(self._rows.place(index))

    def _read_place(self, place: Place) -> StoredDocument:
        segment = self._rows.segments[place.segment]
        details = segment.read("texts", "details", place.number, _anomalies_and_pages)
        return segment.read("documents", "heads", place.number, lambda head: _stored(place, head, details))

    def owners(self, rows: Rows) -> Rows:
        """The place of each row's document in the order of ids."""
        return self._rows.document_of(rows)

    def metadata(self) -> Iterator[tuple[str, Metadata]]:
        """The id and the metadata of every document, by rising id."""
        for index in range(len(self)):
            place = self._rows.place(index)
            segment = self._rows.segments[place.segment]
            yield place.id, segment.read("documents", "heads", place.number, _metadata)

    def newest(self) -> Iterator[tuple[str, int | None]]:
        """Of every document its id, and when the newest of its units came in; None if not known."""
        for index in range(len(self)):
            place = self._rows.place(index)
            yield (
                place.id,
                self._rows.segments[place.segment].read("documents", "heads", place.number, newest_arrival),
            )

    def known(self) -> Iterator[tuple[str, str, str]]:
        """Of every document its id, the path it was read from, and its digest; by rising id."""
        for index in range(len(self)):
            place = self._rows.place(index)
            yield self._rows.segments[place.segment].read("documents", "heads", place.number, _three_names)

    def source(self, document_id: str) -> str:
        """The source text of a document as decoded; raises KeyError where there is none."""
        return self._source(document_id)

    def _read_source(self, document_id: str) -> str:
        place = self._rows.find(document_id)
        if place is None:
            raise KeyError(document_id)
        return self._rows.segments[place.segment].read("texts", "sources", place.number, bytes.decode)

    def load(self, document_id: str) -> Document:
        """A document as it was read, units and all; raises KeyError where there is none."""
        place = self._rows.find(document_id)
        if place is None:
            raise KeyError(document_id)
        stored = self._read_place(place)
        segment = self._rows.segments[place.segment]
        omissions = segment.read("texts", "details", place.number, _omissions)
        return Document(
            id=document_id,
            source=self.source(document_id),
            encoding=stored.encoding,
            metadata=stored.metadata,
            units=tuple(_units(self._rows, place)),
            anomalies=stored.anomalies,
            omissions=omissions,
            pages=stored.pages,
        )


def _metadata(head: bytes) -> Metadata:
    return metadata_from_values(orjson.loads(head)["metadata"])


def _three_names(head: bytes) -> tuple[str, str, str]:
    told = orjson.loads(head)
    return str(told["id"]), str(told["path"]), str(told["digest"])


def _anomalies_and_pages(details: bytes) -> tuple[tuple[Anomaly, ...], tuple[int, ...]]:
    anomalies, _, pages = orjson.loads(details)
    return anomalies_from_json(_line(anomalies)), pages_from_json(_line(pages))


def _omissions(details: bytes) -> tuple[Omission, ...]:
    _, omissions, _ = orjson.loads(details)
    return omissions_from_json(_line(omissions))


def _line(value: object) -> str:
    return orjson.dumps(value).decode()


def _stored(
    place: Place, head: bytes, details: tuple[tuple[Anomaly, ...], tuple[int, ...]]
) -> StoredDocument:
    """A document as its two texts tell it."""
    told = orjson.loads(head)
    stored = StoredDocument(
        id=place.id,
        path=told["path"],
        digest=told["digest"],
        encoding=told["encoding"],
        metadata=metadata_from_values(told["metadata"]),
        anomalies=details[0],
        first_row=place.first_row,
        kinds=tuple((str(kind), int(count)) for kind, count in told["kinds"].items()),
        pages=details[1],
        facets=tuple((str(name), tuple(map(str, values))) for name, values in told["facets"].items()),
        coverage=coverage_from_json(_line(told["coverage"])) if "coverage" in told else None,
        came=arrivals(told),
    )
    if stored.units != place.units:
        raise ValueError(f"kinds of {stored.units} units in a document of {place.units}")
    conforming((stored.path, stored.digest, stored.encoding), tuple[str, str, str])
    return stored


class CitingStore:
    """Which units cite what."""

    def __init__(self, rows: RowMap, units: UnitStore) -> None:
        """Read citations of open segments."""
        self._rows = rows
        self._units = units

    def rows(self, key: str) -> list[int]:
        """Rising rows of the units whose text carries a citation with this key."""
        wanted, found = [key.encode("utf-8", "replace")], []
        for which, segment in enumerate(self._rows.segments):
            citations = segment["citations"]
            (at,) = look_up(citations["key_hashes"], segment.blob("citations", "keys"), wanted).tolist()
            if at >= 0:
                begin, end = citations["places_starts"][at : at + 2].tolist()
                found.append(self._whole(which, citations["rows"][begin:end])[0])
        return np.unique(np.concatenate(found)).tolist() if found else []

    def _whole(self, which: int, local: NDArray[np.uint32]) -> tuple[Rows, NDArray[np.bool_]]:
        """The rows of the whole, without those of deleted documents, and which these were not."""
        segment = self._rows.segments[which]
        rows = local.astype(np.int64)
        live = ~segment.deleted[segment["units"]["owners"][rows]]
        return self._rows.whole(which, rows[live]), live

    def cited(self) -> list[Cited]:
        """Everything that is cited, once each, by key; a whole where it is printed without a part."""
        first: dict[str, tuple[int, int, int]] = {}
        for which, segment in enumerate(self._rows.segments):
            citations = segment["citations"]
            starts = citations["places_starts"]
            for number, key in enumerate(segment.blob("citations", "keys")):
                places = np.arange(starts[number], starts[number + 1])[
                    citations["own"][starts[number] : starts[number + 1]] == 1
                ]
                rows, live = self._whole(which, citations["rows"][places])
                if not len(rows):
                    continue
                at = places[live][0]
                place = (int(rows[0]), int(citations["begins"][at]), int(citations["ends"][at]))
                name = key.decode("utf-8", "replace")
                first[name] = min(first.get(name, place), place)
        return [
            Cited(key, row, start, end, self._units.get(row).text[start:end])
            for key, (row, start, end) in sorted(first.items())
        ]

    def keys_ending(self, ending: str) -> list[str]:
        """Every key that ends so, sorted, e.g. `公约:9:1` for that article of whichever convention."""
        wanted = ending.encode("utf-8", "replace")
        found = {
            key.decode("utf-8", "replace")
            for which, segment in enumerate(self._rows.segments)
            for key in segment.blob("citations", "keys")
            if key.endswith(wanted)
            and (not segment.info.deleted or self.rows(key.decode("utf-8", "replace")))
        }
        return sorted(found)
