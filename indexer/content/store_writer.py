"""Writing the store: documents, their units in row order, and the citations printed in them.

Table `documents`, one row a document, ordered by id

| column                      | type    | meaning                                                          |
|-----------------------------|---------|------------------------------------------------------------------|
| id                          | TEXT    | document id (primary key)                                        |
| path                        | TEXT    | absolute path of the file it was read from                       |
| digest                      | TEXT    | `collect.content_digest` of file and sidecar                     |
| encoding                    | TEXT    | name of the file's encoding                                      |
| source                      | TEXT    | the whole source text as decoded                                 |
| metadata, anomalies, omissions, pages | TEXT | JSON of `indexer.reading.codec`; pages since format 2     |
| first_row                   | INTEGER | row of its first unit; its units are contiguous                  |
| paragraphs, recommendations, blocks | INTEGER | how many units of each kind it has                       |

Table `units`, one row a unit; documents by rising id, units in reading order

| column           | type    | meaning                                                                     |
|------------------|---------|-----------------------------------------------------------------------------|
| row              | INTEGER | primary key, from 0 without gaps: vector and tantivy document of this number |
| document         | TEXT    | id of its document                                                          |
| part             | TEXT    | name of the annex, NULL in the body                                         |
| kind, number     |         | its address: `paragraph`, `recommendation` or `block`, and the number       |
| json             | TEXT    | the unit, as in `indexer.reading.codec`                                     |
| words            | TEXT    | its words, as in `indexer.content.words`; since format 2                    |

Table `citations`, one row for each key of each citation: its own key, those of a range's members, those of
the wholes that it is a part of

| column           | type    | meaning                                                                     |
|------------------|---------|-----------------------------------------------------------------------------|
| key              | TEXT    | as in `corpus.citations.types`                                               |
| row              | INTEGER | the citing unit                                                             |
| start, end       | INTEGER | where in the unit's text                                                    |
| raw              | TEXT    | the text between them                                                       |
"""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from corpus.citations.find import find_citations
from corpus.citations.names import short_names_of
from corpus.types import Document, UnitKind
from indexer.content.word_source import WordSource
from indexer.reading.codec import (
    anomalies_to_json,
    metadata_to_json,
    omissions_to_json,
    pages_to_json,
    unit_to_json,
)

__all__ = ["IndexedDocument", "write_store"]

SCHEMA = """
CREATE TABLE documents (
    id TEXT PRIMARY KEY, path TEXT NOT NULL, digest TEXT NOT NULL,
    encoding TEXT NOT NULL, source TEXT NOT NULL,
    metadata TEXT NOT NULL, anomalies TEXT NOT NULL, omissions TEXT NOT NULL, pages TEXT NOT NULL,
    first_row INTEGER NOT NULL,
    paragraphs INTEGER NOT NULL, recommendations INTEGER NOT NULL, blocks INTEGER NOT NULL
);
CREATE TABLE units (
    row INTEGER PRIMARY KEY, document TEXT NOT NULL, part TEXT, kind TEXT NOT NULL, number INTEGER NOT NULL,
    json TEXT NOT NULL, words TEXT NOT NULL
);
CREATE TABLE citations (
    key TEXT NOT NULL, row INTEGER NOT NULL, start INTEGER NOT NULL, end INTEGER NOT NULL, raw TEXT NOT NULL
);
"""
INDICES = """
CREATE INDEX units_by_address ON units (document, kind, number);
CREATE INDEX units_by_number ON units (kind, number);
CREATE INDEX citations_by_key ON citations (key, row);
"""


@dataclass(frozen=True, slots=True)
class IndexedDocument:
    """A document with where it came from and the digest of what was read there."""

    document: Document
    path: str
    digest: str


def write_store(path: Path, documents: Sequence[IndexedDocument], source: WordSource) -> None:
    """Write all documents, which are ordered by id, and the words of their units to a new file."""
    connection = sqlite3.connect(path)
    try:
        # The file counts only once it is synced and named by a manifest, so no journal is needed.
        connection.execute("PRAGMA journal_mode = OFF")
        connection.execute("PRAGMA synchronous = OFF")
        connection.executescript(SCHEMA)
        with connection:
            first_row = 0
            for indexed in documents:
                _insert_document(connection, indexed, first_row)
                _insert_units(connection, indexed.document, source.lines(indexed.document), first_row)
                first_row += len(indexed.document.units)
        connection.executescript(INDICES)
    finally:
        connection.close()


def _insert_document(connection: sqlite3.Connection, indexed: IndexedDocument, first_row: int) -> None:
    document = indexed.document
    kinds = [unit.kind for unit in document.units]
    connection.execute(
        "INSERT INTO documents VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            document.id,
            indexed.path,
            indexed.digest,
            document.encoding,
            document.source,
            metadata_to_json(document.metadata),
            anomalies_to_json(document.anomalies),
            omissions_to_json(document.omissions),
            pages_to_json(document.pages),
            first_row,
            kinds.count(UnitKind.PARAGRAPH),
            kinds.count(UnitKind.RECOMMENDATION),
            kinds.count(UnitKind.BLOCK),
        ),
    )


def _insert_units(
    connection: sqlite3.Connection, document: Document, words: Sequence[str], first_row: int
) -> None:
    head = document.source[: document.units[0].span.start] if document.units else ""
    short_names = short_names_of(head)
    for row, (unit, line) in enumerate(zip(document.units, words, strict=True), first_row):
        connection.execute(
            "INSERT INTO units VALUES (?, ?, ?, ?, ?, ?, ?)",
            (row, unit.document, unit.part, unit.kind.value, unit.number, unit_to_json(unit), line),
        )
        connection.executemany(
            "INSERT INTO citations VALUES (?, ?, ?, ?, ?)",
            [
                (key, row, citation.span.start, citation.span.end, citation.raw)
                for citation in find_citations(unit.text, short_names)
                for key in citation.keys
            ],
        )
