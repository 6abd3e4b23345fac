"""Late interaction over the token vectors that an index keeps."""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from indexer.snapshot import Snapshot
from models.encoder import TokenEncoder
from search.terms.termbank import Trigger

__all__ = ["TokenInteraction"]

Rows = NDArray[np.int64]
Scores = NDArray[np.float64]
Whole = NDArray[np.float32]

LEVELS = 127  # of a number in eight bits, beside its sign
_ONE_THREAD = 1 << 18  # multiplications up to which OpenBLAS starts no thread (interface/gemm.c)


class TokenInteraction:
    """Is each token of the query met by some token of the unit, as both are meant in their context?

    MaxSim of Khattab and Zaharia, "ColBERT: efficient and effective passage search via contextualized late
    interaction over BERT", SIGIR 2020, here the mean over the query's tokens weighted by their rarity.
    """

    def __init__(self, snapshot: Snapshot, encoder: TokenEncoder, weight: Callable[[str], float]) -> None:
        """`weight` is what a token of the query counts, by its spelling; read nothing yet."""
        self._snapshot = snapshot
        self._encoder = encoder
        self._weight = weight

    def scores(self, folded: str, triggers: Sequence[Trigger], rows: Rows) -> Scores:
        """Mean of the nearest token's cosine, `(len(rows),) float64`; 0 for a unit without tokens.

        Both sides are in eight bits. Their products are whole numbers, whose sums float32 holds exactly below
        2^24: a score depends neither on the order of adding nor on the other rows.
        """
        spelled, vectors = self._encoder.encode_query_tokens(folded)
        weights = np.array([self._weight(token) for token in spelled], np.float64)
        found = np.zeros(len(rows))
        if not weights.sum() > 0:
            return found
        units = self._snapshot.tokens.of(rows)
        lengths = np.array([len(unit.values) for unit in units], np.int64)
        filled = lengths > 0
        if not filled.any():
            return found
        flat = np.concatenate([unit.values for unit in units if len(unit.values)])  # (all tokens, dim) int8
        starts = (np.cumsum(lengths) - lengths)[filled]
        asked = np.rint(vectors * LEVELS).astype(np.float32)  # (tokens, dim), whole numbers
        nearest = np.maximum.reduceat(_products(asked, flat), starts, axis=1)  # (tokens, filled units)
        scales = np.array([unit.scale for unit in units])[filled] / LEVELS
        met = (weights[:, None] * nearest).sum(
            axis=0
        )  # row by row: BLAS adds in an order that depends on the shape
        found[filled] = met / weights.sum() * scales
        return found


def _products(asked: Whole, flat: NDArray[np.int8]) -> Whole:
    """`asked @ flat.T`, `(tokens, all tokens) float32`, in pieces that stay in the calling thread."""
    size = max(1, _ONE_THREAD // max(1, asked.size))
    product = np.empty((len(asked), len(flat)), np.float32)
    for start in range(0, len(flat), size):
        piece = flat[start : start + size].astype(np.float32)
        np.matmul(asked, piece.T, out=product[:, start : start + size])
    return product
