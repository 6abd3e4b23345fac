"""What one step sees: questions with what answers them, sentences with their context, translations, terms."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from models.training.texts.pairs import BatchSizes, Corpus, draw_batch
from models.training.texts.terms import Concept, Mention, draw_mention, draw_pair

__all__ = ["Lengths", "Sizes", "Step", "Terms", "draw_step"]

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
    terms: int = 0  # concepts of which two names are compared
    mentions: int = 0  # concepts of which a word stands for the term that a passage prints


@dataclass(frozen=True)
class Terms:
    """A term bank to train on: its concepts, where text prints their terms, and how a text is tokenised."""

    concepts: Sequence[Concept]
    mentions: Sequence[Mention]
    tokens: Callable[[str], Tokens]


@dataclass(frozen=True)
class Step:
    """`queries[i]` belongs to `documents[i]`; `chinese[i]` means row `translation_rows[i]` of the teacher.

    `english` are the originals of the first rows. `words[i]` and `terms[i]` name one thing.
    """

    queries: list[Tokens]
    documents: list[Tokens]
    chinese: list[Tokens]
    english: list[Tokens]
    translation_rows: NDArray[np.int64]
    words: list[Tokens] = field(default_factory=list)
    terms: list[Tokens] = field(default_factory=list)


def draw_step(
    corpus: Corpus, sizes: Sizes, lengths: Lengths, random: np.random.Generator, bank: Terms | None = None
) -> Step:
    """Texts of one step. Equal states of `random` give equal steps."""
    batch = draw_batch(corpus, BatchSizes(sizes.questions, sizes.contexts, sizes.translations, 0), random)
    ends = np.cumsum([batch.pairs, batch.pairs, sizes.translations, sizes.translations])
    queries, documents, chinese, english = (
        batch.texts[begin:end] for begin, end in zip([0, *ends[:-1]], ends, strict=True)
    )
    kept = [row for row in range(batch.pairs) if len(queries[row]) and len(documents[row])]
    asked = [(queries[row], documents[row]) for row in kept]
    names: list[tuple[Tokens, Tokens]] = []
    if bank is not None:
        asked += _mentions(bank, sizes.mentions, random)
        names = _names(bank, sizes.terms, random)
    return Step(
        [query[: lengths.query] for query, _ in asked],
        [document[: lengths.document] for _, document in asked],
        [text[: lengths.translation] for text in chinese],
        [text[: lengths.translation] for text in english[: sizes.english]],
        batch.translation_rows,
        [word[: lengths.query] for word, _ in names],
        [term[: lengths.query] for _, term in names],
    )


def _names(bank: Terms, wanted: int, random: np.random.Generator) -> list[tuple[Tokens, Tokens]]:
    """Two names of each of some concepts; a concept drawn twice would be its own false negative."""
    rows = random.permutation(len(bank.concepts))[:wanted]
    pairs = [pair for row in rows if (pair := draw_pair(bank.concepts[row], random))]
    return _tokenised(bank, pairs)


def _mentions(bank: Terms, wanted: int, random: np.random.Generator) -> list[tuple[Tokens, Tokens]]:
    """Everyday words, and passages that print the term; each concept once."""
    drawn: dict[int, tuple[str, str]] = {}
    for row in random.permutation(len(bank.mentions)):
        mention = bank.mentions[row]
        if len(drawn) < wanted and mention.concept not in drawn:
            drawn[mention.concept] = draw_mention(mention, bank.concepts[mention.concept], random)
        if len(drawn) == wanted:
            break
    return _tokenised(bank, list(drawn.values()))


def _tokenised(bank: Terms, pairs: Sequence[tuple[str, str]]) -> list[tuple[Tokens, Tokens]]:
    tokens = [(bank.tokens(one), bank.tokens(other)) for one, other in pairs]
    return [pair for pair in tokens if len(pair[0]) and len(pair[1])]
