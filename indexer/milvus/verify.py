"""Checking a whole generation on a Milvus server: that what its rows say holds."""

from collections import Counter
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from indexer.care.verify import Problem, check_runs
from indexer.errors import SnapshotDamaged
from indexer.milvus.address import MilvusAddress
from indexer.milvus.commits import REMEDY
from indexer.milvus.reading.documents import Line
from indexer.milvus.reading.snapshot import MilvusSnapshot
from indexer.segment.fields import FIELDS
from indexer.segment.tables import KINDS

__all__ = ["verify"]

_ROWS_AT_ONCE = 1_000


def verify(address: MilvusAddress) -> list[Problem]:
    """Everything wrong with the committed generation; an empty list is a sound index.

    The digest of the manifest, the rows of every collection, that each unit is reproduced by its runs from
    the stored source and stands where it is looked up, and that the frequencies of all terms are those of
    the units that stand. Raises SnapshotMissing, EngineMissing, EngineFailed.
    """
    try:
        with MilvusSnapshot.open(address, check=True) as snapshot:
            return [*_units(snapshot), *_frequencies(snapshot)]
    except SnapshotDamaged as error:
        where, _, message = str(error).partition(": ")
        return [Problem(where, message.partition(". Remedy: ")[0], REMEDY)]


def _units(snapshot: MilvusSnapshot) -> Iterator[Problem]:
    held = snapshot.held
    for place, line in enumerate(held.lines):
        where = held.segments[line.segment].collection("units")
        source, address = snapshot.documents.source(line.id), _addresses(snapshot, line)
        for number, unit in enumerate(snapshot.units.of(line)):
            row = int(held.first[place]) + number
            wrong = check_runs(unit, source)
            if wrong is not None:
                yield Problem(where, f"unit row {row} ({unit.document}): {wrong}", REMEDY)
            if address.get(line.local + number) != (line.number, KINDS.index(unit.kind), unit.number):
                message = f"unit row {row} ({unit.document}): another kind or number in its address"
                yield Problem(where, message, REMEDY)


def _addresses(snapshot: MilvusSnapshot, line: Line) -> dict[int, tuple[int, int, int]]:
    """Document, kind and number of the rows of a document, as they are looked up."""
    name = snapshot.held.segments[line.segment].collection("units")
    rows = snapshot.server.get(
        name, range(line.local, line.local + line.units), ["row", "document", "kind", "number"]
    )
    return {int(row["row"]): (int(row["document"]), int(row["kind"]), int(row["number"])) for row in rows}


def _frequencies(snapshot: MilvusSnapshot) -> Iterator[Problem]:
    """Terms whose stated frequency is not that of the units that stand."""
    told: dict[str, NDArray[np.int64]] = {}
    none = np.zeros(len(FIELDS), np.int64)
    for which, segment in enumerate(snapshot.held.segments):
        counted = _counted(snapshot, which)
        name = segment.collection("terms")
        for row in snapshot.server.all(name, "", ["key", "serial", *FIELDS], _ROWS_AT_ONCE):
            stated = np.array([int(row[field]) for field in FIELDS], np.int64)
            first = 8 * int(row["serial"])
            found = np.array([counted[first + field] if first else 0 for field in range(len(FIELDS))])
            told[row["key"]] = told.get(row["key"], none) + stated - found
    wrong = [key for key, left in told.items() if left.any()]
    if wrong:
        message = f"the frequencies of {len(wrong)} terms (the first: {wrong[0]}) are not those of the units"
        yield Problem(str(snapshot.server.address), message, REMEDY)


def _counted(snapshot: MilvusSnapshot, which: int) -> Counter[int]:
    """How many units of a segment, in documents that are not deleted, have each dimension."""
    counted: Counter[int] = Counter()
    for line in snapshot.held.lines:
        if line.segment != which:
            continue
        for start in range(line.local, line.local + line.units, _ROWS_AT_ONCE):
            rows = range(start, min(start + _ROWS_AT_ONCE, line.local + line.units))
            for dimensions, codes in snapshot.codes.read(which, rows).values():
                counted.update(dimensions[codes > 0].tolist())
    return counted
