"""Checking a whole index: not only that its files are as they were written, but that what they say holds."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
import orjson

from corpus.types import Unit
from indexer.disk.manifest import REMEDY, Current, generation_folder
from indexer.embedded import EmbeddedSnapshot, read_committed, read_manifest
from indexer.errors import SnapshotDamaged
from indexer.segment.fields import FIELDS
from indexer.segment.reader import Segment

__all__ = ["Problem", "check_runs", "verify"]


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that does not hold, and what to do about it.

    Example: `Problem("units.safetensors", "unit row 7 (r19): text differs from the source at 812")`
    """

    where: str
    message: str
    remedy: str = REMEDY


def verify(index_dir: Path) -> list[Problem]:
    """Everything wrong with the committed generation; an empty list is a sound index.

    Every size and checksum, files that do not belong there, that the arrays of each segment fit together,
    and that each unit is reproduced by its runs from the stored source. What a writer commits meanwhile is no
    problem: then the newer generation is checked. Raises SnapshotMissing, ForeignDirectory, DirectoryClosed,
    FormatTooOld, FormatTooNew.
    """
    try:
        return read_committed(index_dir, _check)
    except _Unsound as unsound:
        return unsound.problems
    except SnapshotDamaged as error:
        return [_told(error)]


class _Unsound(SnapshotDamaged):
    """Problems of a generation; damage like any other, unless CURRENT has come to name another one."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__(str(problems))
        self.problems = problems


def _check(index_dir: Path, current: Current) -> list[Problem]:
    """An empty list, or _Unsound."""
    manifest = read_manifest(index_dir, current)
    with EmbeddedSnapshot(index_dir, current, manifest, lenient=True) as snapshot:
        problems = [_told(error) for segment in snapshot.segments for error in segment.damage(contents=True)]
    problems += _strangers(generation_folder(index_dir, manifest.generation), {"manifest.json"})
    for segment in snapshot.segments:
        problems += _strangers(segment.folder, set(segment.info.files))
    if not problems:
        with EmbeddedSnapshot(index_dir, current, manifest) as snapshot:
            for segment in snapshot.segments:
                problems += [*_documents(segment), *_postings(segment)]
            problems += _units(snapshot)
    if problems:
        raise _Unsound(problems)
    return problems


def _told(error: SnapshotDamaged) -> Problem:
    """The error as `indexer.disk.manifest.damaged` words it: the path, what was found, the remedy."""
    where, _, message = str(error).partition(": ")
    return Problem(where, message.partition(". Remedy: ")[0])


def check_runs(unit: Unit, source: str) -> str | None:
    """What is wrong with a unit's alignment to its source, None where it reproduces the text."""
    covered = 0
    for text_start, source_start, length in unit.runs:
        if unit.text[covered:text_start].strip() or text_start < covered or length < 1:
            return f"text before character {text_start} comes from no run"
        taken = source[source_start : source_start + length]
        if len(taken) != length or taken != unit.text[text_start : text_start + length]:
            return f"text differs from the source at {source_start}"
        covered = text_start + length
    if unit.text[covered:].strip():
        return f"text after character {covered} comes from no run"
    if unit.runs:
        ends = (unit.runs[0].source_start, unit.runs[-1].source_start + unit.runs[-1].length)
        if ends != tuple(unit.span):
            return f"span {tuple(unit.span)} is not that of its runs {ends}"
    return None


def _strangers(folder: Path, known: set[str]) -> list[Problem]:
    """Files that the manifest does not name; a folder that a writer is just removing is a problem too."""
    try:
        names = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*"))
    except OSError as error:  # pathlib looks again after it has seen the folder
        return [Problem(folder.name, f"cannot be looked into ({error.strerror}); expected a folder")]
    message = "the manifest does not name this file; expected no other files"
    return [Problem(f"{folder.name}/{name}", message, "remove it") for name in names if name not in known]


def _documents(segment: Segment) -> Iterator[Problem]:
    """Documents stand by rising id."""
    where = str(segment.folder / "documents.safetensors")
    ids = [
        segment.read("documents", "heads", number, lambda head: str(orjson.loads(head)["id"]))
        for number in range(segment.info.documents)
    ]
    if any(first >= second for first, second in pairwise(ids)):
        yield Problem(where, "documents are not in the order of their ids")


def _postings(segment: Segment) -> Iterator[Problem]:
    """The units of each term rise, and the lengths of the documents are those of their units."""
    where = str(segment.folder / "postings.safetensors")
    for field in FIELDS:
        rows = segment["postings"][f"{field}_rows"].astype(np.int64)
        falls = np.flatnonzero(np.diff(rows) <= 0) + 1
        if not np.isin(falls, segment["postings"][f"{field}_starts"]).all():
            yield Problem(where, f"the units of a term of {field} do not rise")


def _units(snapshot: EmbeddedSnapshot) -> Iterator[Problem]:
    """Every unit is what its runs take from the source; its address is compared at each reading."""
    document, source = None, ""
    for row, unit in snapshot.units.all():
        if unit.document != document:
            document, source = unit.document, snapshot.documents.source(unit.document)
        wrong = check_runs(unit, source)
        if wrong is not None:
            yield Problem("units.safetensors", f"unit row {row} ({unit.document}): {wrong}")
