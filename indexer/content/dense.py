"""Vectors of units and their nearest neighbours by inner product: `vectors.faiss`, vector i = unit row i.

Up to 50,000 units the file is a FAISS IndexFlatIP: every search is exact. Above, it is an IndexHNSWSQ (32
links, 8 bits a dimension, inner product), where a search is approximate unless few rows are allowed.
faiss 1.15 reads many damaged files without a word, so nothing but `indexer.snapshot`, which has compared the
checksum, should open one.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from indexer.content.ranking import Hits, Rows, Scores, exact_top, round_scores

if TYPE_CHECKING:
    import faiss

__all__ = ["FLAT_LIMIT", "DenseIndex", "write_vectors"]

FLAT_LIMIT = 50_000  # units; Flat takes some 8 CPU ms a query there at 384 dimensions
HNSW = "HNSW32_SQ8"  # the factory's name for IndexHNSWSQ with 32 links
EF_SEARCH = 64  # recall@10 .989 at 100,000 vectors of 384 dimensions
SCAN_LIMIT = 20_000  # allowed rows up to which an HNSW index is scanned instead, which is exact


def write_vectors(path: Path, vectors: NDArray[np.float32], *, flat_limit: int = FLAT_LIMIT) -> None:
    """Write `(n, dim) float32` as an index file; n may be 0. Raises OSError."""
    import faiss

    n, dim = vectors.shape
    index: faiss.Index
    if n <= flat_limit:
        index = faiss.IndexFlatIP(dim)
    else:
        index = faiss.index_factory(dim, HNSW, faiss.METRIC_INNER_PRODUCT)
        index.train(vectors)
    if n:
        index.add(np.ascontiguousarray(vectors, np.float32))
    try:
        faiss.write_index(index, str(path))
    except RuntimeError as error:  # how FAISS reports a full disk
        raise OSError(f"FAISS could not write {path}: {error}") from error


class DenseIndex:
    """Nearest neighbours of a vector. Safe to share between threads.

    Example: `rows, scores = dense.search(encoder.encode_queries(["器官"])[0], 10)`
    """

    def __init__(self, index: "faiss.Index") -> None:
        """Use `open`."""
        self._index = index

    @classmethod
    def open(cls, path: Path) -> "DenseIndex":
        """Read an index file whose checksum has been compared."""
        import faiss

        return cls(faiss.read_index(str(path)))

    def __len__(self) -> int:
        """How many vectors there are."""
        return int(self._index.ntotal)

    @property
    def dim(self) -> int:
        """Length of a vector."""
        return int(self._index.d)

    @property
    def is_exact(self) -> bool:
        """Whether every search looks at every allowed vector."""
        import faiss

        return not isinstance(self._index, faiss.IndexHNSW)

    def vector(self, row: int) -> Scores:
        """The vector of a row, `(dim,) float32` (decoded from 8 bits a dimension in an HNSW index)."""
        if not 0 <= row < len(self):
            raise IndexError(f"row {row} of {len(self)}; expected 0 to {len(self) - 1}")
        return np.asarray(self._index.reconstruct(row), np.float32)

    def search(self, vector: Scores, limit: int, rows: Rows | None = None) -> Hits:
        """The rows with the greatest inner product above 0, best first, ties by rising row.

        `vector` is `(dim,) float32`; `rows` restricts the search to these rows (None: all of them).
        Returns `(≤limit,) int64`, `(≤limit,) float32`; a zero vector finds nothing.
        """
        query = np.ascontiguousarray(vector, np.float32)
        if query.shape != (self.dim,):
            raise ValueError(f"a query vector of shape {query.shape}; expected ({self.dim},)")
        if not np.isfinite(query).all():
            raise ValueError("a query vector with NaN or infinity; expected finite numbers")
        if rows is not None:
            rows = np.unique(np.asarray(rows, np.int64))
            rows = rows[(rows >= 0) & (rows < len(self))]
        if rows is None:
            return exact_top(lambda n: self._fetch(query, n, None), limit, len(self))
        if 2 * len(rows) > len(self):  # a selector costs more than it saves: fetch more, and leave out
            allowed = np.zeros(len(self), np.bool_)
            allowed[rows] = True
            return exact_top(lambda n: self._fetch(query, n, None), limit, len(self), allowed)
        if not self.is_exact and len(rows) <= SCAN_LIMIT:
            return self._scan(query, limit, rows)
        return exact_top(lambda n: self._fetch(query, n, rows), limit, len(rows))

    def _fetch(self, query: Scores, n: int, rows: Rows | None) -> Hits:
        """The best n rows as FAISS orders them."""
        import faiss

        selector = None if rows is None else faiss.IDSelectorBatch(rows)
        parameters: faiss.SearchParameters
        if self.is_exact:
            parameters = faiss.SearchParameters(sel=selector)  # type: ignore[call-arg]  # faiss's stubs lack it
        else:
            parameters = faiss.SearchParametersHNSW(  # type: ignore[attr-defined]  # faiss's stubs lack it
                efSearch=max(EF_SEARCH, 2 * n), sel=selector
            )
        with _one_thread():
            scores, found = self._index.search(query[None, :], n, params=parameters)  # (1, n), (1, n)
        real = found[0] >= 0  # FAISS fills what it did not find with −1
        return found[0][real], scores[0][real]

    def _scan(self, query: Scores, limit: int, rows: Rows) -> Hits:
        """Every allowed row of an HNSW index, compared one by one."""
        if not len(rows):
            return rows, np.empty(0, np.float32)
        vectors = np.asarray(self._index.reconstruct_batch(rows), np.float32)  # (len(rows), dim)
        scores = round_scores(np.einsum("ij,j->i", vectors, query))
        keep = scores > 0
        found, scores = rows[keep], scores[keep]
        order = np.lexsort((found, -scores))[: max(limit, 0)]
        return found[order], scores[order]


@contextmanager
def _one_thread() -> Iterator[None]:
    """Keep FAISS in the calling thread: it gains nothing from others on one query, and waits for them.

    On two busy cores the 95th percentile of a query over 10,000 vectors fell from 52 ms to 5 ms.
    """
    import faiss

    threads = faiss.omp_get_max_threads()
    faiss.omp_set_num_threads(1)
    try:
        yield
    finally:
        faiss.omp_set_num_threads(threads)
