"""Vectors to start from: which words stand near which, factorised.

Positive pointwise mutual information of words within a window, contexts smoothed by the power 0.75 and
pairs weighted by one over their distance (Levy, Goldberg and Dagan 2015), then the leading eigenvectors
by subspace iteration (Halko, Martinsson and Tropp 2011). It needs a minute where skip-gram training needs
ten, and has no randomness but its starting block.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.encoders.static import unit_rows
from models.training.texts.read import Texts

__all__ = ["cooccurrence_vectors"]

WINDOW = 6
SMOOTHING = 0.75
ITERATIONS = 4
MIN_WEIGHT = 1.5  # rarer pairs are mostly chance, and there are very many of them


def cooccurrence_vectors(texts: Texts, vocabulary_size: int, dim: int, seed: int) -> NDArray[np.float32]:
    """`(vocabulary_size, dim) float32`, rows of unit norm, zero for tokens without neighbours."""
    counts = _windowed_counts(texts, vocabulary_size)
    return unit_rows(_leading_vectors(_positive_information(counts), dim, seed))


def _windowed_counts(texts: Texts, size: int) -> Any:
    from scipy import sparse  # type: ignore[import-untyped, unused-ignore] # no stubs in its wheel

    owner = np.repeat(np.arange(len(texts), dtype=np.int32), texts.lengths())
    total = sparse.csr_matrix((size, size), dtype=np.float32)
    for distance in range(1, WINDOW + 1):
        together = owner[:-distance] == owner[distance:]
        left, right = texts.flat[:-distance][together], texts.flat[distance:][together]
        weights = np.full(len(left), 1.0 / distance, dtype=np.float32)
        total = total + sparse.coo_matrix((weights, (left, right)), shape=(size, size)).tocsr()
    return (total + total.T).tocsr()


def _positive_information(counts: Any) -> Any:
    counts.data[counts.data < MIN_WEIGHT] = 0.0
    counts.eliminate_zeros()
    totals = np.maximum(np.asarray(counts.sum(axis=1)).ravel(), 1e-9)
    smoothed = totals**SMOOTHING / np.sum(totals**SMOOTHING)
    rows = np.repeat(np.arange(counts.shape[0]), np.diff(counts.indptr))
    counts.data = np.log(counts.data / totals[rows] / smoothed[counts.indices])
    counts.data = np.maximum(counts.data, 0.0).astype(np.float32)
    counts.eliminate_zeros()
    return ((counts + counts.T) * 0.5).tocsr()  # smoothing made it slightly unsymmetric


def _leading_vectors(matrix: Any, dim: int, seed: int) -> NDArray[np.float32]:
    random = np.random.default_rng(seed)
    block = random.standard_normal((matrix.shape[0], dim + 16)).astype(np.float32)
    for _ in range(ITERATIONS):
        block = np.linalg.qr(matrix @ block)[0]
    image = matrix @ block
    values, turn = np.linalg.eigh(block.T @ image)
    strongest = np.argsort(-np.abs(values))[:dim]
    found = block @ (turn[:, strongest] * np.sqrt(np.abs(values[strongest])))
    return np.asarray(found, dtype=np.float32)
