"""Checking a whole index: not only that its files are as they were written, but that what they say holds."""

import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import repeat
from pathlib import Path

import numpy as np

from corpus.types import Unit
from indexer.content.store import Database
from indexer.content.words import Words
from indexer.disk.manifest import REMEDY, Current
from indexer.errors import SnapshotDamaged
from indexer.snapshot import Snapshot, check_files, read_committed, read_manifest

__all__ = ["Problem", "verify"]


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that does not hold, and what to do about it.

    Example: `Problem("store.sqlite3", "unit row 7 (r19): text differs from the source at 812")`
    """

    where: str
    message: str
    remedy: str = REMEDY


def verify(index_dir: Path) -> list[Problem]:
    """Everything wrong with the committed generation; an empty list is a sound index.

    Every size and checksum, files that do not belong there, sqlite's integrity check, equal row counts, and
    that every unit is reproduced by its runs from the stored source. What a writer commits meanwhile is no
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


def _check(folder: Path, current: Current) -> list[Problem]:
    """An empty list, or _Unsound."""
    manifest = read_manifest(folder, current)
    problems = [_told(error) for error in check_files(folder, manifest, contents=True)]
    problems += _strangers(folder, {*manifest.files, "manifest.json"})
    if not problems:
        problems += _integrity(folder)
    if not problems:
        with Snapshot.open_generation(folder, current, verify=False) as snapshot:
            problems += [*_documents(snapshot), *_units(snapshot), *_rows(snapshot)]
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


def _strangers(folder: Path, known: set[str]) -> Iterator[Problem]:
    """Files that the manifest does not name; lock files of tantivy are harmless."""
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_file() and name not in known and not path.name.startswith(".tantivy-"):
            yield Problem(name, "the manifest does not name this file; expected no other files", "remove it")


def _integrity(folder: Path) -> Iterator[Problem]:
    try:
        database = Database(folder / "store.sqlite3")
    except sqlite3.Error as error:
        yield Problem("store.sqlite3", f"it cannot be opened: {error}")
        return
    for (found,) in database.rows("PRAGMA integrity_check"):
        if found != "ok":
            yield Problem("store.sqlite3", f"integrity check: {found}")
    database.close()


def _documents(snapshot: Snapshot) -> Iterator[Problem]:
    """Documents own contiguous rows that together are all rows."""
    row = 0
    for document in snapshot.documents:
        rows = snapshot.units.rows(document=document.id)
        if rows != list(range(row, row + document.units)) or document.first_row != row:
            yield Problem(
                "store.sqlite3", f"document {document.id}: rows are not {document.units} from {row}"
            )
        row += document.units
    if row != len(snapshot.units):
        yield Problem("store.sqlite3", f"documents own {row} rows, there are {len(snapshot.units)}")


def _units(snapshot: Snapshot) -> Iterator[Problem]:
    """Every unit is what its runs take from the source, and the words kept beside it have its parts."""
    document, source = None, ""
    kept: Iterable[Words | None] = snapshot.units.all_words() if snapshot.units.has_words else repeat(None)
    for (row, unit), words in zip(snapshot.units.all(), kept, strict=False):
        if words and (len(words.headings), len(words.topics)) != (len(unit.headings), len(unit.topics)):
            message = f"unit row {row} ({unit.document}): words of other headings or topics"
            yield Problem("store.sqlite3", message)
        if unit.document != document:
            document, source = unit.document, snapshot.documents.source(unit.document)
        wrong = check_runs(unit, source)
        if wrong is not None:
            yield Problem("store.sqlite3", f"unit row {row} ({unit.document}): {wrong}")


def _rows(snapshot: Snapshot) -> Iterator[Problem]:
    """The lexical index has every row once."""
    rows = snapshot.lexical.all_rows()
    if not np.array_equal(np.sort(rows), np.arange(len(snapshot.units))):
        yield Problem("lexical", f"rows are not 0 to {len(snapshot.units) - 1}, each once")
