"""Input vectors of Chinese words for a transformer that was trained on English.

The packaged static encoder holds words of both languages in one space. A word that the English model knows
keeps its input vector; any other word gets a mean of the input vectors of the English words nearest to it, as
in WECHSEL (Minixhofer, Paischer and Rekabsaz, NAACL 2022). Before any training the English layers can then
read Chinese text, word by word.
"""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from models.encoders.static import unit_rows

__all__ = ["NEIGHBOURS", "input_vectors"]

NEIGHBOURS = 8  # English words that stand for a Chinese one
TEMPERATURE = 0.05  # of the softmax over their cosines; the nearest two or three hold most of the weight
BLOCK = 2_048  # words compared at once: bounds memory

Rows = NDArray[np.float32]


def input_vectors(
    vocabulary: Mapping[str, int], rows: Rows, teacher_vocabulary: Mapping[str, int], teacher_rows: Rows
) -> Rows:
    """Input vectors `(tokens, width)` for the tokens of `vocabulary`, whose static rows are `(tokens, dim)`.

    `teacher_rows` `(pieces, width)` are the English model's own input vectors. Ties in nearness go to the
    smaller token id, so equal inputs give equal vectors.
    """
    shared = sorted(
        (row, teacher_vocabulary[word])
        for word, row in vocabulary.items()
        if word.isascii() and word in teacher_vocabulary
    )
    known, pieces = np.array([row for row, _ in shared]), np.array([piece for _, piece in shared])
    unit = unit_rows(rows)
    mapped = np.empty((len(rows), teacher_rows.shape[1]), np.float32)
    for begin in range(0, len(rows), BLOCK):
        cosines = unit[begin : begin + BLOCK] @ unit[known].T  # (block, shared)
        nearest = np.argsort(-cosines, axis=1, kind="stable")[:, :NEIGHBOURS]
        near = np.take_along_axis(cosines, nearest, axis=1)
        weights = np.exp((near - near[:, :1]) / TEMPERATURE)
        weights /= weights.sum(axis=1, keepdims=True)
        mapped[begin : begin + BLOCK] = (weights[:, :, None] * teacher_rows[pieces[nearest]]).sum(axis=1)
    mapped[known] = teacher_rows[pieces]
    return mapped
