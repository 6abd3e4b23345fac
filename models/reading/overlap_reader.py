"""A deterministic fake: marks by shared characters. For tests that are not about quality."""

import re
from collections.abc import Sequence
from itertools import pairwise

from models.reader import AnswerKind, Passage, Reading, Sentence, Span
from models.reading.windows import sentences

__all__ = ["OverlapReader"]

EXPRESSION = re.compile(r"[A-Z][A-Z0-9./]*/[A-Z0-9./]+|《[^》]+》|\d[\d.,]*(?:年\d*月?\d*日?|个|人|次|%)?")
ANSWERED = 0.5  # share of the question's bigrams in one sentence from which it counts as answered


class OverlapReader:
    """Holds a sentence for decisive as far as it shares character bigrams with the question.

    The spans of the best sentence are its symbols, titles and numbers, in order. Example:
    `OverlapReader().read("会议有多少人？", [Passage("会议有23人。")])[0].spans[0]` is characters 3 to 6.
    """

    @property
    def name(self) -> str:
        """Always `overlap`."""
        return "overlap"

    @property
    def fingerprint(self) -> str:
        """Constant: there are no weights."""
        return "overlap-1"

    def read(self, question: str, passages: Sequence[Passage]) -> list[Reading]:
        """One reading for each passage, in their order."""
        return [_read(question, passage) for passage in passages]

    def likeness(self, source: str, passages: Sequence[Passage]) -> list[float]:
        """Share of the source's bigrams that a passage has, as a logit around a half."""
        return [_logit(_shared(source, passage.text)) for passage in passages]


def _read(question: str, passage: Passage) -> Reading:
    found = tuple(
        Sentence(start, end, _shared(question, passage.text[start:end]))
        for start, end in sentences(passage.text)
    )
    best = max(found, key=lambda one: one.evidence, default=Sentence(0, 0, 0.0))
    logit = _logit(best.evidence)
    spans = tuple(
        Span(best.start + match.start(), best.start + match.end(), logit - rank)
        for rank, match in enumerate(EXPRESSION.finditer(passage.text[best.start : best.end]))
    )
    kind: AnswerKind = "fact" if spans else "open"
    margin = spans[0].score if spans else -abs(logit)
    return Reading(logit, logit, margin, kind, 1.0, spans, spans[:1] if margin > 0 else (), found)


def _logit(share: float) -> float:
    return 10 * (share - ANSWERED)


def _shared(question: str, text: str) -> float:
    asked, held = _bigrams(question), _bigrams(text)
    return len(asked & held) / len(asked) if asked else 0.0


def _bigrams(text: str) -> set[str]:
    bare = [character for character in text if character.isalnum()]
    return {first + second for first, second in pairwise(bare)}
