"""A deterministic fake that ships: for tests and demonstrations that are not about quality."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import xxhash

from corpus.plain_text.folding import fold
from models.encoder import Vectors

__all__ = ["HashEncoder"]

_LONGEST_GRAM = 3
_SIGN_BIT = 1 << 63


class HashEncoder:
    """Hashed character n-grams (one to three characters of the folded text), signed, unit norm.

    Feature hashing as in Weinberger et al. 2009, "Feature Hashing for Large Scale Multitask
    Learning". Texts that share characters come out similar; it knows nothing of meaning. Needs no
    file and no download.

    Example: `HashEncoder().encode_queries(["器官"]).shape == (1, 256)`
    """

    name = "hash"

    def __init__(self, dim: int = 256) -> None:
        """`dim` is the length of a vector, 1 at least, else ValueError."""
        if dim < 1:
            raise ValueError(f"dim is {dim}, expected 1 or more; 256 is the default")
        self.dim = dim

    @property
    def fingerprint(self) -> str:
        """Hexadecimal digest of the scheme and the dimension."""
        return xxhash.xxh3_128_hexdigest(f"hash-1:{self.dim}:{_LONGEST_GRAM}".encode())

    def encode_documents(self, texts: Sequence[str]) -> Vectors:
        """`(n, dim) float32`, unit norm; a text without characters gives the zero row."""
        vectors: Vectors = np.zeros((len(texts), self.dim), dtype=np.float32)
        for row, text in zip(vectors, texts, strict=True):
            for gram in _grams("".join(fold(text).split())):
                digest = xxhash.xxh3_64_intdigest(gram.encode())
                row[digest % self.dim] += 1 if digest & _SIGN_BIT else -1
        norms = np.linalg.norm(vectors, axis=1, keepdims=True)
        np.divide(vectors, norms, out=vectors, where=norms > 0)
        return vectors

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """As documents: nothing is prefixed."""
        return self.encode_documents(texts)


def _grams(text: str) -> list[str]:
    sizes = range(1, _LONGEST_GRAM + 1)
    return [text[at : at + size] for size in sizes for at in range(len(text) - size + 1)]
