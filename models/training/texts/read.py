"""Texts as token ids in one flat array: so that millions of sentences fit in memory."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

__all__ = ["Texts", "tokenize"]

CHUNK = 20_000  # texts tokenised at once


@dataclass(frozen=True)
class Texts:
    """Text `i` is `flat[starts[i]:starts[i + 1]]`; `flat` int32, `starts` int64 of length `n + 1`."""

    flat: NDArray[np.int32]
    starts: NDArray[np.int64]

    def __len__(self) -> int:
        """How many texts."""
        return len(self.starts) - 1

    def __getitem__(self, row: int) -> NDArray[np.int32]:
        """Token ids of one text."""
        return self.flat[self.starts[row] : self.starts[row + 1]]

    def lengths(self) -> NDArray[np.int64]:
        """Tokens in each text."""
        return np.diff(self.starts)


def tokenize(tokenizer: Tokenizer, texts: Iterable[str]) -> Texts:
    """Token ids of each text, in order; a text without a known token is empty."""
    flat: list[NDArray[np.int32]] = []
    lengths: list[int] = []
    remaining = iter(texts)
    while chunk := list(islice(remaining, CHUNK)):
        encodings = tokenizer.encode_batch_fast(chunk, add_special_tokens=False)
        lengths += [len(encoding.ids) for encoding in encodings]
        flat.append(np.array([token for encoding in encodings for token in encoding.ids], dtype=np.int32))
    starts = np.concatenate([[0], np.cumsum(np.array(lengths, dtype=np.int64))]).astype(np.int64)
    return Texts(np.concatenate(flat) if flat else np.zeros(0, np.int32), starts)
