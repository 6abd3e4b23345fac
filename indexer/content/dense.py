"""Nearest units by inner product: exact in small segments, by inverted lists in large ones.

Vectors stand in the file `vectors` of each segment in 16 bits. Those of segments up to 16,384 units are laid
side by side in memory and compared one by one. A larger segment has `nearest.faiss`, an inverted file of
FAISS with 8 bits a dimension, that proposes candidates; every score is computed anew from the 16 bits, so
that it does not depend on the segment that a unit happens to be in.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from indexer.content.ranking import Hits, Rows, Scores, round_scores
from indexer.content.rows import RowMap
from indexer.content.scopes import Allowed, Scopes
from indexer.content.types import ALL, Scope
from indexer.disk.manifest import NEAREST, damaged
from indexer.segment.reader import Segment

if TYPE_CHECKING:
    import faiss

__all__ = ["EXACT_UNITS", "DenseIndex", "write_nearest"]

EXACT_UNITS = (
    16_384  # units of a segment, and of all that are compared one by one: 1 CPU ms at 256 dimensions
)
LISTS_EACH = 4  # lists are this many times the root of the units
PROBED = 224  # lists that are looked through: recall@10 of .98 also among near copies (docs/decisions/0251)
LEAST_FETCHED = 256
MORE = 4  # candidates fetched for each that is wanted, since they are told apart in 16 bits only
SCANNED = 2_048  # allowed rows up to which a large segment is compared one by one
MARGIN = 16
_TRAINED_EACH = 48  # vectors for each list that the lists are learned from


def write_nearest(path: Path, vectors: NDArray[np.float16]) -> None:
    """Write the inverted file of `(n, dim) float16` vectors. Raises OSError."""
    import faiss

    n, dim = vectors.shape
    lists = max(1, int(LISTS_EACH * n**0.5))
    quantizer = faiss.IndexFlatIP(dim)
    index = faiss.IndexIVFScalarQuantizer(
        quantizer, dim, lists, faiss.ScalarQuantizer.QT_8bit, faiss.METRIC_INNER_PRODUCT
    )
    index.cp.niter = 6
    index.cp.max_points_per_centroid = _TRAINED_EACH
    index.cp.min_points_per_centroid = 1  # no warning on stderr
    index.by_residual = False
    step = max(1, n // (lists * _TRAINED_EACH))
    with _one_thread():
        index.train(np.ascontiguousarray(vectors[::step], np.float32))
        for begin in range(0, n, EXACT_UNITS):
            index.add(np.ascontiguousarray(vectors[begin : begin + EXACT_UNITS], np.float32))
    try:
        faiss.write_index(index, str(path))
    except RuntimeError as error:  # how FAISS reports a full disk
        raise OSError(f"FAISS could not write {path}: {error}") from error


class DenseIndex:
    """Nearest neighbours of a vector. Safe to share between threads.

    Example: `rows, scores = dense.search(encoder.encode_queries(["器官"])[0], 10)`
    """

    def __init__(self, rows: RowMap, scopes: Scopes, dim: int) -> None:
        """Read nothing yet."""
        self._rows = rows
        self._scopes = scopes
        self.dim = dim
        self._lock = threading.Lock()
        self._small: tuple[faiss.Index, NDArray[np.int64]] | None = None
        self._large: dict[int, faiss.Index] = {}

    def __len__(self) -> int:
        """How many vectors there are."""
        return self._rows.units

    @property
    def is_exact(self) -> bool:
        """Whether every search looks at every allowed vector."""
        return all(not segment.is_large for segment in self._rows.segments)

    def vector(self, row: int) -> Scores:
        """The vector of a row, `(dim,) float32`."""
        which, local = self._rows.locate(np.array([row], np.int64))
        return np.asarray(self._vectors(int(which[0]))[local[0]], np.float32)

    def search(self, vector: Scores, limit: int, scope: Scope = ALL) -> Hits:
        """The rows with the greatest inner product above 0, best first, ties by rising row.

        `vector` is `(dim,) float32`; `scope` says which units may answer. Returns `(≤limit,) int64`,
        `(≤limit,) float32`; a zero vector finds nothing.
        """
        query = np.ascontiguousarray(vector, np.float32)
        if query.shape != (self.dim,):
            raise ValueError(f"a query vector of shape {query.shape}; expected ({self.dim},)")
        if not np.isfinite(query).all():
            raise ValueError("a query vector with NaN or infinity; expected finite numbers")
        if limit < 1:
            return np.empty(0, np.int64), np.empty(0, np.float32)
        allowed = self._scopes.of(scope)
        parts = [self._in_small(query, limit, allowed)]
        for which, segment in enumerate(self._rows.segments):
            if segment.is_large and allowed[which].count:
                parts.append(self._in_large(which, query, limit, allowed[which]))
        rows = np.concatenate([part[0] for part in parts])
        scores = np.concatenate([part[1] for part in parts])
        order = np.lexsort((rows, -scores))[:limit]
        return rows[order], scores[order]

    def _in_small(self, query: Scores, limit: int, allowed: list[Allowed]) -> Hits:
        """The best rows of the segments that are compared one by one."""
        index, bases = self._flat()
        total = int(bases[-1])
        if not total:
            return np.empty(0, np.int64), np.empty(0, np.float32)
        mask = self._small_mask(allowed, bases)
        wanted, most = limit + MARGIN, total if mask is None else int(np.count_nonzero(mask))
        while True:
            found, raw = _fetch(index, query, min(wanted, most), mask)
            # FAISS adds in an order of its own: rows that may be equal to the last one are fetched too.
            if wanted >= most or len(raw) <= limit or raw[limit - 1] - raw[-1] > 1e-4 or raw[-1] <= 0:
                break
            wanted *= 4
        which = np.searchsorted(bases, found, side="right") - 1
        return self._scored(query, which, found - bases[which])

    def _small_mask(self, allowed: list[Allowed], bases: Rows) -> NDArray[np.bool_] | None:
        small = [which for which, segment in enumerate(self._rows.segments) if not segment.is_large]
        if all(allowed[which].mask is None for which in small):
            return None
        mask = np.ones(int(bases[-1]), np.bool_)
        for which in small:
            here = allowed[which].mask
            if here is not None:
                mask[bases[which] : bases[which + 1]] = here
        return mask

    def _in_large(self, which: int, query: Scores, limit: int, allowed: Allowed) -> Hits:
        """The best rows of a large segment, as far as its lists find them."""
        if allowed.mask is not None and allowed.count <= SCANNED:
            local = np.flatnonzero(allowed.mask)
        else:
            import faiss

            index: Any = self._inverted(which)
            share = allowed.count / max(1, self._rows.segments[which].units)
            probed = min(index.nlist, int(PROBED / max(share, 0.1) ** 0.5))
            parameters = faiss.SearchParametersIVF(
                nprobe=probed,  # type: ignore[call-arg]  # faiss's stubs lack both
                sel=_selector(allowed.mask),
            )
            with _one_thread():
                _, found = index.search(query[None, :], max(MORE * limit, LEAST_FETCHED), params=parameters)
            local = found[0][found[0] >= 0]
        return self._scored(query, np.full(len(local), which, np.int64), local)

    def _scored(self, query: Scores, which: Rows, local: Rows) -> Hits:
        """Rows of the whole with their scores, those above 0, in no order."""
        rows = np.empty(len(local), np.int64)
        scores = np.empty(len(local), np.float32)
        for segment in np.unique(which).tolist():
            here = which == segment
            vectors = self._vectors(segment)[local[here]].astype(np.float32)
            scores[here] = np.einsum("ij,j->i", vectors, query)
            rows[here] = self._rows.whole(segment, local[here])
        scores = round_scores(scores)
        kept = scores > 0
        return rows[kept], scores[kept]

    def _vectors(self, which: int) -> NDArray[np.float16]:
        segment = self._rows.segments[which]
        vectors: NDArray[np.float16] = segment["vectors"]["vectors"]
        if vectors.shape[1] != self.dim:
            raise damaged(
                segment.folder / "vectors.safetensors", f"{vectors.shape[1]} dimensions", f"{self.dim}"
            )
        return vectors

    def _flat(self) -> tuple["faiss.Index", NDArray[np.int64]]:
        """The vectors of small segments side by side, and where those of each segment begin."""
        import faiss

        with self._lock:
            if self._small is None:
                # 16 bits, as they are stored: the products are those of 32, with half the memory to read.
                kind, metric = faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT
                index, bases = faiss.IndexScalarQuantizer(self.dim, kind, metric), [0]
                for which, segment in enumerate(self._rows.segments):
                    if segment.units and not segment.is_large:
                        index.add(np.ascontiguousarray(self._vectors(which), np.float32))
                    bases.append(int(index.ntotal))
                self._small = index, np.array(bases, np.int64)
            return self._small

    def _inverted(self, which: int) -> "faiss.Index":
        with self._lock:
            if which not in self._large:
                self._large[which] = _read_nearest(self._rows.segments[which], self.dim)
            return self._large[which]


def _read_nearest(segment: Segment, dim: int) -> "faiss.Index":
    """The inverted file of a segment, its checksum compared before FAISS sees it."""
    import faiss

    path = segment.folder / NEAREST
    data = segment.nearest_bytes()
    try:
        index = faiss.deserialize_index(data)
    except RuntimeError as error:
        raise damaged(path, f"no index of FAISS ({error!s:.200})", "one") from error
    if not isinstance(index, faiss.IndexIVFScalarQuantizer) or (index.d, index.ntotal) != (
        dim,
        segment.units,
    ):
        what = f"{type(index).__name__} of {index.ntotal} vectors in {index.d} dimensions"
        raise damaged(path, what, f"IndexIVFScalarQuantizer of {segment.units} in {dim}")
    return index


def _fetch(
    index: "faiss.Index", query: Scores, n: int, mask: NDArray[np.bool_] | None
) -> tuple[Rows, Scores]:
    """The best n as FAISS orders them."""
    import faiss

    if n < 1:
        return np.empty(0, np.int64), np.empty(0, np.float32)
    parameters = (
        None if mask is None else faiss.SearchParameters(sel=_selector(mask))  # type: ignore[call-arg]
    )  # faiss's stubs lack it
    with _one_thread():
        scores, found = index.search(query[None, :], n, params=parameters)  # (1, n), (1, n)
    real = found[0] >= 0  # FAISS fills what it did not find with −1
    return found[0][real], scores[0][real]


def _selector(mask: NDArray[np.bool_] | None) -> "faiss.IDSelector | None":
    import faiss

    if mask is None:
        return None
    bits = np.packbits(mask, bitorder="little")
    return faiss.IDSelectorBitmap(bits)  # type: ignore[call-arg, arg-type]  # as faiss's Python takes it


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
