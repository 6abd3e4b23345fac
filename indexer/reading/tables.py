"""The tables of metadata, `metadata.csv`, of the folders that documents lie in: each read once."""

from pathlib import Path

from corpus.errors import BadMetadata
from corpus.metadata.listed import TABLE, Row, read_table
from indexer.report import Failure

__all__ = ["ROW_BYTES", "Tables"]

ROW_BYTES = 1 << 15
"""Of one row: it is sent to the process that reads the file."""

_DEPTH = 8
"""Folders above a document in which a table is looked for."""


class Tables:
    """Finds the row of a file in the table of its folder, or of the nearest folder above that lists it.

    Example: `Tables([]).row_of(Path("/cases/2031/a.txt"))` may be `(("country", "林泽"),)`
    """

    def __init__(self, failures: list[Failure]) -> None:
        """A table that cannot be read joins the failures, once."""
        self._failures = failures
        self._read: dict[Path, dict[str, Row]] = {}

    def row_of(self, path: Path) -> Row:
        """What the tables say of a file; empty where none lists it."""
        for folder in path.parents[:_DEPTH]:
            row = self._table(folder).get(path.relative_to(folder).as_posix())
            if row is not None:
                return self._fitting(path, row)
        return ()

    def _table(self, folder: Path) -> dict[str, Row]:
        if folder not in self._read:
            self._read[folder] = {}
            path = folder / TABLE
            try:
                if path.is_file():
                    self._read[folder] = read_table(path)
            except (BadMetadata, OSError) as error:
                self._failures.append(Failure(path, "BadMetadata", str(error)))
        return self._read[folder]

    def _fitting(self, path: Path, row: Row) -> Row:
        if sum(len(cell.encode(errors="replace")) for pair in row for cell in pair) <= ROW_BYTES:
            return row
        message = (
            f"{TABLE}: the line of {path} has over {ROW_BYTES:,} bytes; a few cells were expected: shorten it"
        )
        self._failures.append(Failure(path, "BadMetadata", message))
        return ()
