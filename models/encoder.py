"""What an encoder is: text in, unit vectors out."""

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

__all__ = ["Encoder", "TokenEncoder", "Vectors", "is_instant"]

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


def is_instant(encoder: Encoder) -> bool:
    """Whether encoding a text again costs less than keeping its vector: where the encoder says `instant`.

    Example: `is_instant(load_encoder("fast"))` is true, `is_instant(load_encoder("quality"))` is not
    """
    return bool(getattr(encoder, "instant", False))


@runtime_checkable
class TokenEncoder(Protocol):
    """What an encoder may have beside: a vector for each token of a text, for a closer look at few texts.

    Vectors are `(tokens, dim) float32` of unit norm, dim the same for all texts and not that of
    `Encoder.dim`; a text without a known token gives `(0, dim)`. The index keeps them in eight bits, and
    `fingerprint` of the encoder covers them.
    """

    def encode_tokens(self, texts: Sequence[str]) -> list[Vectors]:
        """Token vectors of texts to be found, one array a text."""
        ...

    def encode_query_tokens(self, text: str) -> tuple[list[str], Vectors]:
        """The tokens of a text to search with, as they are spelled, and the vector of each."""
        ...
