"""Meaning: the query's vector, and the units whose vectors are nearest to it."""

from collections import OrderedDict

import numpy as np

from indexer.snapshot import ALL, Scope, Snapshot
from models.encoder import Encoder, Vectors
from search.candidates.fusion import Candidates, ranked

__all__ = ["QueryVectors", "dense_candidates"]


class QueryVectors:
    """Encodes folded queries one at a time and keeps the latest: pages of one query encode once."""

    def __init__(self, encoder: Encoder, keep: int = 256) -> None:
        """`keep` vectors of 384 dimensions and 4 bytes take 400 kB."""
        self._encoder = encoder
        self._keep = keep
        self._cache: OrderedDict[str, Vectors] = OrderedDict()

    def of(self, folded: str) -> Vectors:
        """The query's vector, `(dim,) float32` of unit norm; zero where no token is known."""
        vector = self._cache.pop(folded, None)
        if vector is None:
            vector = self._encoder.encode_queries([folded])[0]
        self._cache[folded] = vector
        if len(self._cache) > self._keep:
            self._cache.popitem(last=False)
        return vector


def dense_candidates(snapshot: Snapshot, vector: Vectors, limit: int, scope: Scope = ALL) -> Candidates:
    """The units nearest to the vector by inner product; none for the zero vector."""
    if not vector.any():
        return ranked([], [])
    found, scores = snapshot.dense.search(vector, limit, scope)
    return Candidates(found, scores.astype(np.float64))
