"""Vectors already computed, so that an unchanged text is never encoded again: INDEX/cache/vectors.sqlite3.

Table `vectors`

| column   | type    | meaning                                                                              |
|----------|---------|--------------------------------------------------------------------------------------|
| key      | BLOB    | xxh3-128 of encoder fingerprint, NUL, text in UTF-8 (primary key)                    |
| vector   | BLOB    | `dim` little-endian float32                                                          |
| checksum | TEXT    | xxh3-64 of key and vector, 16 hex digits                                             |
| used     | INTEGER | last generation for which a document with the text was read (index `by_used`)        |

A row whose checksum or length is wrong counts as absent and is written over. A file that sqlite cannot read
is begun anew: everything in it can be computed again. Where the file has grown beyond twice what the units of
the index need, each run drops some of the rows that were used longest ago: no run looks at all of them.
"""

import os
import sqlite3
from collections.abc import Iterable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np
import xxhash
from numpy.typing import NDArray

from indexer.disk.durable import writing
from indexer.disk.storage import DISK, Storage

__all__ = ["VectorCache"]

SCHEMA = (
    "CREATE TABLE IF NOT EXISTS vectors "
    "(key BLOB PRIMARY KEY, vector BLOB NOT NULL, checksum TEXT NOT NULL, used INTEGER NOT NULL) "
    "WITHOUT ROWID"
)
INDEX = "CREATE INDEX IF NOT EXISTS by_used ON vectors (used)"
DROPPED = 5_000  # rows that one run drops at most
SPARE_BYTES = 64 << 20  # beside what twice the units need
ROW_BYTES = 120  # of a row, beside its vector
DISK_FAULTS = frozenset(
    {
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_NOMEM,
        sqlite3.SQLITE_PERM,
    }
)


class VectorCache:
    """Vectors of one encoder, by text. Only the holder of the write lock may open it.

    Example: `VectorCache(path, fingerprint="3f2a…", dim=256, generation=7)`
    """

    def __init__(
        self, path: Path, *, fingerprint: str, dim: int, generation: int, storage: Storage = DISK
    ) -> None:
        """Open or create the cache file; `generation` is the one being built."""
        self._path = path
        self._storage = storage
        with writing(path):
            storage.make_directory(path.parent)
            self._connection = _open(path, storage)
        self._prefix = fingerprint.encode() + b"\0"
        self._dim = dim
        self._generation = generation

    def get(self, texts: Sequence[str]) -> list[NDArray[np.float32] | None]:
        """For each text its vector `(dim,) float32`, or None where there is none that can be trusted."""
        return [self._get(text) for text in texts]

    def put(self, texts: Iterable[str], vectors: NDArray[np.float32]) -> None:
        """Keep `(n, dim) float32` vectors of n texts, durably: a run killed later finds them again."""
        rows = []
        for text, vector in zip(texts, vectors, strict=True):
            key, blob = self._key(text), vector.astype("<f4").tobytes()
            rows.append((key, blob, _checksum(key, blob), self._generation))
        self._change([("INSERT OR REPLACE INTO vectors VALUES (?, ?, ?, ?)", rows)])

    def mark_used(self, texts: Iterable[str]) -> None:
        """Remember that documents of the new generation hold these texts."""
        keys = [(self._generation, self._key(text), self._generation) for text in texts]
        self._change([("UPDATE vectors SET used = ? WHERE key = ? AND used <> ?", keys)])

    def trim(self, units: int, *, spare: int = SPARE_BYTES) -> None:
        """Drop rows used longest ago where the file is larger than an index of `units` units needs."""
        enough = 2 * units * (4 * self._dim + ROW_BYTES) + spare
        oldest = "SELECT key FROM vectors WHERE used < ? ORDER BY used LIMIT ?"
        if self._size() > enough:
            drop = f"DELETE FROM vectors WHERE key IN ({oldest})"
            self._change([(drop, [(self._generation, DROPPED)])])

    def _size(self) -> int:
        """Bytes in use of the file; 0 where sqlite cannot say."""
        try:
            pages, free, size = (
                self._connection.execute(f"PRAGMA {name}").fetchone()[0]
                for name in ("page_count", "freelist_count", "page_size")
            )
        except sqlite3.DatabaseError:
            return 0
        return int((pages - free) * size)

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def __enter__(self) -> Self:
        """Close the file at the end of the block."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the file."""
        self.close()

    def _change(self, statements: Sequence[tuple[str, Sequence[tuple[object, ...]]]]) -> None:
        """Run statements, each once for each of its rows, as one transaction."""

        def run() -> None:
            with self._connection:
                for statement, rows in statements:
                    self._connection.executemany(statement, rows)

        with writing(self._path):
            try:
                self._storage.let_write(self._path, run)
            except sqlite3.DatabaseError as error:
                if _is_the_disks_fault(error, self._path):
                    raise
                self._connection.close()
                self._connection = _begun_anew(self._path, self._storage)
                self._storage.let_write(self._path, run)

    def _get(self, text: str) -> NDArray[np.float32] | None:
        key = self._key(text)
        try:
            query = self._connection.execute("SELECT vector, checksum FROM vectors WHERE key = ?", (key,))
            row = query.fetchone()
        except sqlite3.DatabaseError:
            return None
        if row is None or not isinstance(row[0], bytes) or _checksum(key, row[0]) != row[1]:
            return None
        vector = np.frombuffer(row[0], "<f4")
        return vector if vector.shape == (self._dim,) else None

    def _key(self, text: str) -> bytes:
        return xxhash.xxh3_128_digest(self._prefix + text.encode())


def _open(path: Path, storage: Storage) -> sqlite3.Connection:
    """A connection to the file, begun anew where sqlite finds it damaged."""
    try:
        return storage.let_write(path, lambda: _connect(path))
    except sqlite3.Error as error:
        if _is_the_disks_fault(error, path):
            raise
        return _begun_anew(path, storage)


def _begun_anew(path: Path, storage: Storage) -> sqlite3.Connection:
    """A connection to an empty file."""
    for name in (path.name, *(path.name + ending for ending in ("-journal", "-wal", "-shm"))):
        storage.remove(path.with_name(name))
    return storage.let_write(path, lambda: _connect(path))


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path)
    try:
        connection.execute(SCHEMA)
        connection.execute(INDEX)
        schema = connection.execute("SELECT type, sql FROM sqlite_schema ORDER BY type").fetchall()
        made = [statement.replace("IF NOT EXISTS ", "") for statement in (INDEX, SCHEMA)]
        if schema != [("index", made[0]), ("table", made[1])]:  # a trigger would be run
            raise sqlite3.DatabaseError("another schema")
        connection.execute("DELETE FROM vectors WHERE key = x''")  # a damaged header may forbid writing
        connection.rollback()
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def _is_the_disks_fault(error: sqlite3.Error, path: Path) -> bool:
    """Whether the file may be sound: the disk is full, fails or may not be written."""
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT) & 0xFF  # the rest of it is detail
    if code == sqlite3.SQLITE_READONLY:  # also what a damaged header looks like
        return not os.access(path, os.W_OK)
    return code in DISK_FAULTS


def _checksum(key: bytes, blob: bytes) -> str:
    return xxhash.xxh3_64_hexdigest(key + blob)
