"""What one step sees: questions with what answers them, sentences with their context, translations."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.training.pairs import BatchSizes, Corpus, draw_batch

__all__ = ["Lengths", "Sizes", "Step", "draw_step"]

Tokens = NDArray[np.int32]


@dataclass(frozen=True)
class Lengths:
    """The most tokens of each kind of text: the cost of a step grows with them."""

    query: int = 32
    document: int = 72
    translation: int = 56


@dataclass(frozen=True)
class Sizes:
    """Texts of each kind in one step."""

    questions: int = 48
    contexts: int = 48
    translations: int = 64
    english: int = 16  # of the translations, how many are also read in English


@dataclass(frozen=True)
class Step:
    """`queries[i]` belongs to `documents[i]`; `chinese[i]` means row `translation_rows[i]` of the teacher.

    `english` are the originals of the first rows.
    """

    queries: list[Tokens]
    documents: list[Tokens]
    chinese: list[Tokens]
    english: list[Tokens]
    translation_rows: NDArray[np.int64]


def draw_step(corpus: Corpus, sizes: Sizes, lengths: Lengths, random: np.random.Generator) -> Step:
    """Texts of one step. Equal states of `random` give equal steps."""
    batch = draw_batch(corpus, BatchSizes(sizes.questions, sizes.contexts, sizes.translations, 0), random)
    ends = np.cumsum([batch.pairs, batch.pairs, sizes.translations, sizes.translations])
    queries, documents, chinese, english = (
        batch.texts[begin:end] for begin, end in zip([0, *ends[:-1]], ends, strict=True)
    )
    kept = [row for row in range(batch.pairs) if len(queries[row]) and len(documents[row])]
    return Step(
        [queries[row][: lengths.query] for row in kept],
        [documents[row][: lengths.document] for row in kept],
        [text[: lengths.translation] for text in chinese],
        [text[: lengths.translation] for text in english[: sizes.english]],
        batch.translation_rows,
    )
