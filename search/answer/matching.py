"""How far the words of a question are met by the words of a text: exactly, or by one near in meaning."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from models.encoder import Encoder, Vectors
from models.encoders.registry import word_encoder
from models.segmenter import Segmenter
from search.answer.asked import Asked

__all__ = ["Matcher", "mean_met"]

Met = NDArray[np.float64]

NEAR = 0.35
"""Cosine up to which two words have nothing in common: unrelated words of the packaged encoder stay below."""


class Matcher:
    """Compares one question with many texts; made for each question, keeps its words' vectors.

    Each question word is met by the nearest word of a text, exactly (1) or in part, as `second_look.rerank`
    has it for whole units (MaxSim of Khattab and Zaharia, SIGIR 2020), by the encoder of words that
    stands beside `encoder`; where there is none only equal words count.
    """

    def __init__(self, asked: Asked, texts: Sequence[str], encoder: Encoder, segmenter: Segmenter) -> None:
        """`texts` are all that will be compared, encoded together."""
        self._asked = asked
        self._words = tuple(dict.fromkeys([*asked.words, *(part for parts in asked.parts for part in parts)]))
        self._held = {text: frozenset(segmenter.words(text)) for text in dict.fromkeys(texts)}
        self._nearness: Mapping[str, Met] = {}
        words = word_encoder(encoder)
        if words is not None and self._words:
            known = list(dict.fromkeys(word for held in self._held.values() for word in sorted(held)))
            self._nearness = _nearness(self._words, known, words)

    def met(self, texts: Sequence[str]) -> Met:
        """For each question word how far the texts together meet it, `(words,) float64`, 0 to 1.

        Example: `[1.0, 0.0]` for 押金, 总统 against `["押金为两角。"]`
        """
        held = frozenset().union(*(self._held[text] for text in texts))
        met = np.array([float(word in held) for word in self._words])
        near = [self._nearness[word] for word in held if word in self._nearness]
        if near and len(self._words):
            met = np.maximum(met, np.max(near, axis=0))
        by_word = dict(zip(self._words, met.tolist(), strict=True))
        pairs = zip(self._asked.words, self._asked.parts, strict=True)
        return np.array([max(by_word[word], _by_parts(word, parts, by_word)) for word, parts in pairs])


def _by_parts(word: str, parts: Sequence[str], met: Mapping[str, float]) -> float:
    """How far the words inside a longer one are met, by character: 拾荒者 by 拾荒 two thirds."""
    characters = [0.0] * len(word)
    for part in parts:
        start = word.find(part)
        for at in range(start, start + len(part)):
            characters[at] = max(characters[at], met[part])
    return sum(characters) / len(characters)


def mean_met(met: Met, weights: Met) -> float:
    """The weighted mean, 0 where nothing was asked."""
    total = float(weights.sum())
    return float(met @ weights) / total if total else 0.0


def _nearness(words: Sequence[str], known: Sequence[str], encoder: Encoder) -> dict[str, Met]:
    """For each known word its nearness to each question word: cosine spread from NEAR..1 to 0..1."""
    if not known:
        return {}
    vectors: Vectors = encoder.encode_documents([*words, *known])
    asked, others = vectors[: len(words)], vectors[len(words) :]
    cosines = np.clip((others @ asked.T).astype(np.float64), NEAR, 1.0)
    return dict(zip(known, (cosines - NEAR) / (1 - NEAR), strict=True))
