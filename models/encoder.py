"""What an encoder is: text in, unit vectors out."""

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

__all__ = ["Encoder", "Vectors"]

Vectors = NDArray[np.float32]


class Encoder(Protocol):
    """Turns texts into vectors whose inner product is their cosine similarity.

    `encode_*` return `(n, dim) float32`, each row of unit norm (a text without any known token
    gives the zero row, which matches nothing). Queries and documents are told apart because some
    models prefix one of them. Equal `fingerprint` means equal vectors for equal texts: it covers
    weights, vocabulary, pooling, prefixes and segmentation.

    Example: `encoder.encode_queries(["器官"]).shape == (1, encoder.dim)`
    """

    @property
    def name(self) -> str:
        """What `--encoder` was given, e.g. `packaged` or `BAAI/bge-small-zh-v1.5`."""
        ...

    @property
    def dim(self) -> int:
        """Length of a vector."""
        ...

    @property
    def fingerprint(self) -> str:
        """Hexadecimal digest of everything that decides the vectors."""
        ...

    def encode_documents(self, texts: Sequence[str]) -> Vectors:
        """Vectors of texts to be found, `(n, dim) float32`."""
        ...

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """Vectors of texts to search with, `(n, dim) float32`."""
        ...
