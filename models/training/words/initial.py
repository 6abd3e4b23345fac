"""Rows to start training from, already in the teacher's space."""

import numpy as np
from numpy.typing import NDArray

from models.encoders.static import mean_rows, unit_rows
from models.training.texts.pairs import Corpus
from models.training.words.cooccurrence import cooccurrence_vectors
from models.training.words.student import FREQUENCY_WEIGHT
from models.training.words.vocabulary import Vocabulary

__all__ = ["initial_rows", "latin_tokens"]


def latin_tokens(vocabulary: Vocabulary) -> dict[str, int]:
    """English words and pieces, and their rows."""
    return {token: row for row, token in enumerate(vocabulary.tokens) if token.isascii() and token.isalpha()}


def initial_rows(
    corpus: Corpus,
    vocabulary: Vocabulary,
    translated: NDArray[np.float32],
    latin: NDArray[np.float32],
    seed: int,
) -> NDArray[np.float32]:
    """`(tokens, dim) float32`, rows of unit norm or zero, `dim` that of the teacher.

    A Chinese token starts where its neighbours in running text put it, turned into the teacher's space by
    the rotation that best brings the Chinese side of the translations onto the teacher's vectors
    `translated` of the English side (orthogonal Procrustes, Schönemann 1966). An English token starts at
    the teacher's vector of that word: `latin` has one row for each of `latin_tokens`, in order.
    """
    size, dim = len(vocabulary.tokens), translated.shape[1]
    near = cooccurrence_vectors(corpus.sentences, size, dim, seed)
    seen = np.linalg.norm(near, axis=1) > 0
    near[seen] = unit_rows(near[seen] - near[seen].mean(axis=0))
    frequencies = np.array(vocabulary.frequencies, dtype=np.float32)[:, None]
    weighted = near * (FREQUENCY_WEIGHT / (FREQUENCY_WEIGHT + frequencies))
    chinese = unit_rows(mean_rows(weighted, corpus.chinese.flat, corpus.chinese.lengths()))
    left, _, right = np.linalg.svd(chinese.T @ translated)
    rows = near @ (left @ right)
    rows[list(latin_tokens(vocabulary).values())] = latin
    return np.asarray(rows, dtype=np.float32)
