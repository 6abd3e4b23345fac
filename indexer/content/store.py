"""Reading the store that `store_writer` wrote: units by row, documents by id, citing units by key."""

import sqlite3
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, overload
from urllib.parse import quote

from corpus.types import Anomaly, Document, Metadata, Unit, UnitKind
from indexer.content.words import Words, words_from_json
from indexer.reading.codec import (
    anomalies_from_json,
    metadata_from_json,
    omissions_from_json,
    pages_from_json,
    unit_from_json,
)

__all__ = ["Cited", "CitingStore", "Database", "DocumentStore", "StoredDocument", "UnitStore"]

BATCH = 1000  # rows read at once where all are wanted


@dataclass(frozen=True, slots=True)
class StoredDocument:
    """A document without its text; counts are of its units, `path` is where it was read from.

    `pages` are the offsets at which its pages begin, as in `corpus.types.Document`.
    """

    id: str
    path: str
    digest: str
    encoding: str
    metadata: Metadata
    anomalies: tuple[Anomaly, ...]
    first_row: int
    paragraphs: int
    recommendations: int
    blocks: int
    pages: tuple[int, ...]

    @property
    def units(self) -> int:
        """How many units it has; they are rows `first_row` to `first_row + units`, end excluded."""
        return self.paragraphs + self.recommendations + self.blocks


class Database:
    """A read-only connection to `store.sqlite3` that threads may share.

    Format 1 has no column `pages` in `documents` and no column `words` in `units`.
    """

    def __init__(self, path: Path) -> None:
        """Open the file, which nobody changes any more (hence immutable: no lock, no journal, no write)."""
        uri = f"file:{quote(str(path.resolve()))}?mode=ro&immutable=1"
        self._connection = sqlite3.connect(uri, uri=True, check_same_thread=False)
        self._lock = threading.Lock()
        try:
            self._refuse_programs(path)
        except BaseException:
            self.close()
            raise
        self.has_words = bool(self.rows("SELECT 1 FROM pragma_table_info('units') WHERE name = 'words'"))
        self.has_pages = bool(self.rows("SELECT 1 FROM pragma_table_info('documents') WHERE name = 'pages'"))

    def _refuse_programs(self, path: Path) -> None:
        """Raise sqlite3.DatabaseError where the file holds more than tables and indices of its own.

        A view or a trigger would be run by what reads or writes the table of that name.
        """
        self._connection.execute("PRAGMA trusted_schema = OFF")  # sqlite.org/security.html
        programs = "type NOT IN ('table', 'index') OR sql LIKE '%VIRTUAL%'"
        query = f"SELECT type, name FROM sqlite_schema WHERE {programs}"
        found = self._connection.execute(query).fetchone()
        if found:
            raise sqlite3.DatabaseError(f"{path.name} holds a {found[0]} {found[1]}; expected tables only")

    def rows(self, query: str, *values: str | int) -> list[Any]:
        """All rows that a query gives; none where a value is one that no file can hold."""
        with self._lock:
            try:
                return self._connection.execute(query, values).fetchall()
            except (UnicodeEncodeError, OverflowError):  # a lone surrogate, a number beyond 64 bits
                return []

    def count(self, table: str) -> int:
        """How many rows a table has."""
        return int(self.rows(f"SELECT count(*) FROM {table}")[0][0])

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._connection.close()


class UnitStore:
    """Units by row, from 0 without gaps.

    Example: `units.get(units.rows(document="r19", kind=UnitKind.RECOMMENDATION, number=17)[0]).text`
    """

    def __init__(self, database: Database) -> None:
        """Read units from an open store."""
        self._database = database
        self._count = database.count("units")
        self._unit = lru_cache(maxsize=4096)(self._read)  # units never change while a generation is open

    @property
    def has_words(self) -> bool:
        """Whether the words of units are kept, as they are since format 2."""
        return self._database.has_words

    def __len__(self) -> int:
        """How many units there are."""
        return self._count

    def get(self, row: int) -> Unit:
        """The unit of a row; raises IndexError where there is none."""
        return self._unit(row)

    def _read(self, row: int) -> Unit:
        found = self._database.rows("SELECT json FROM units WHERE row = ?", row)
        if not found:
            raise IndexError(f"unit row {row} of {self._count}; expected 0 to {self._count - 1}")
        return unit_from_json(found[0][0])

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
        conditions = {
            "document = ?": document,
            "kind = ?": kind and kind.value,
            "number = ?" if last is None else "number >= ?": number,
            "number <= ?": last,
            "part = ?": part or None,
        }
        given = {clause: value for clause, value in conditions.items() if value is not None}
        clauses = [*given] + ["part IS NULL"] * (part == "")
        where = f" WHERE {' AND '.join(clauses)}" if clauses else ""
        found = self._database.rows(f"SELECT row FROM units{where} ORDER BY row", *given.values())
        return [row for (row,) in found]

    def words(self, rows: Sequence[int]) -> list[Words] | None:
        """The words of each row, as the segmenter of the manifest cut them; None where format 1 kept none.

        Raises IndexError where a row does not exist.
        Example: `units.words([7])[0].text[:2] == ["缔约国", "应"]`
        """
        if not self._database.has_words:
            return None
        found: dict[int, str] = {}
        for first in range(0, len(rows), BATCH):
            batch = rows[first : first + BATCH]
            marks = ", ".join("?" * len(batch))
            found.update(self._database.rows(f"SELECT row, words FROM units WHERE row IN ({marks})", *batch))
        absent = [row for row in rows if row not in found]
        if absent:
            raise IndexError(f"unit row {absent[0]} of {self._count}; expected 0 to {self._count - 1}")
        return [words_from_json(found[row]) for row in rows]

    def all(self) -> Iterator[tuple[int, Unit]]:
        """Every row with its unit, in row order."""
        for first in range(0, self._count, BATCH):
            query = "SELECT row, json FROM units WHERE row >= ? AND row < ? ORDER BY row"
            for row, line in self._database.rows(query, first, first + BATCH):
                yield row, unit_from_json(line)

    def all_words(self) -> Iterator[Words]:
        """The words of every row, in row order; nothing where format 1 kept none."""
        for first in range(0, self._count, BATCH):
            yield from self.words(range(first, min(first + BATCH, self._count))) or []


class DocumentStore(Sequence[StoredDocument]):
    """Documents by rising id.

    Example: `[document.metadata.title for document in snapshot.documents]`
    """

    def __init__(self, database: Database) -> None:
        """Read documents from an open store."""
        self._database = database
        pages = "pages" if database.has_pages else "'[]'"
        columns = (
            f"id, path, digest, encoding, metadata, anomalies, {pages}, "
            "first_row, paragraphs, recommendations, blocks"
        )
        rows = database.rows(f"SELECT {columns} FROM documents ORDER BY id")
        self._documents = tuple(_stored(*row) for row in rows)
        self._by_id = {document.id: document for document in self._documents}

    def __len__(self) -> int:
        """How many documents there are."""
        return len(self._documents)

    @overload
    def __getitem__(self, index: int) -> StoredDocument: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[StoredDocument]: ...
    def __getitem__(self, index: int | slice) -> StoredDocument | Sequence[StoredDocument]:
        """The document, or documents, at a place in the order of ids."""
        return self._documents[index]

    def find(self, document_id: str) -> StoredDocument | None:
        """The document with an id, or None."""
        return self._by_id.get(document_id)

    def source(self, document_id: str) -> str:
        """The source text of a document as decoded; raises KeyError where there is none."""
        found = self._database.rows("SELECT source FROM documents WHERE id = ?", document_id)
        if not found:
            raise KeyError(document_id)
        return str(found[0][0])

    def load(self, document_id: str) -> Document:
        """A document as it was read, units and all; raises KeyError where there is none."""
        stored = self._by_id[document_id]
        query = "SELECT json FROM units WHERE row >= ? AND row < ? ORDER BY row"
        lines = self._database.rows(query, stored.first_row, stored.first_row + stored.units)
        units = tuple(unit_from_json(line) for (line,) in lines)
        query = "SELECT source, omissions FROM documents WHERE id = ?"
        source, omissions = self._database.rows(query, document_id)[0]
        return Document(
            id=document_id,
            source=source,
            encoding=stored.encoding,
            metadata=stored.metadata,
            units=units,
            anomalies=stored.anomalies,
            omissions=omissions_from_json(omissions),
            pages=stored.pages,
        )

    def words(self, document_id: str) -> list[str] | None:
        """A line of JSON (`words`) for each unit of a document; None where format 1 kept none."""
        if not self._database.has_words:
            return None
        stored = self._by_id[document_id]
        query = "SELECT words FROM units WHERE row >= ? AND row < ? ORDER BY row"
        lines = self._database.rows(query, stored.first_row, stored.first_row + stored.units)
        return [line for (line,) in lines]


@dataclass(frozen=True, slots=True)
class Cited:
    """A key, and where it is first printed: `raw` is `text[start:end]` of the unit of `row`.

    Example: `Cited("symbol:CTOC/COP/WG.4/2019/2", 73, 4, 25, "CTOC/COP/WG.4/2019/2")`
    """

    key: str
    row: int
    start: int
    end: int
    raw: str


class CitingStore:
    """Which units cite what."""

    def __init__(self, database: Database) -> None:
        """Read citations from an open store."""
        self._database = database

    def rows(self, key: str) -> list[int]:
        """Rising rows of the units whose text carries a citation with this key."""
        query = "SELECT DISTINCT row FROM citations WHERE key = ? ORDER BY row"
        return [row for (row,) in self._database.rows(query, key)]

    def cited(self) -> list[Cited]:
        """Everything that is cited, once each, by key; a whole where it is printed without a part."""
        # A citation's own key is written before those of the wholes it belongs to. With min(), SQLite takes
        # the other columns from the row that holds the minimum (sqlite.org/lang_select.html, section 2.5).
        own = "SELECT min(rowid) FROM citations GROUP BY row, start"
        query = (
            f"SELECT key, row, start, end, raw, min(rowid) FROM citations WHERE rowid IN ({own}) "
            "GROUP BY key ORDER BY key"
        )
        return [Cited(*columns) for *columns, _ in self._database.rows(query)]

    def keys_ending(self, ending: str) -> list[str]:
        """Every key that ends so, sorted, e.g. `公约:9:1` for that article of whichever convention."""
        query = "SELECT DISTINCT key FROM citations WHERE substr(key, -length(?)) = ? ORDER BY key"
        return [key for (key,) in self._database.rows(query, ending, ending)]


def _stored(
    id: str, path: str, digest: str, encoding: str, metadata: str, anomalies: str, pages: str, *numbers: int
) -> StoredDocument:
    """A row of `documents`, without the source."""
    first_row, paragraphs, recommendations, blocks = numbers
    return StoredDocument(
        id=id,
        path=path,
        digest=digest,
        encoding=encoding,
        metadata=metadata_from_json(metadata),
        anomalies=anomalies_from_json(anomalies),
        first_row=first_row,
        paragraphs=paragraphs,
        recommendations=recommendations,
        blocks=blocks,
        pages=pages_from_json(pages),
    )
