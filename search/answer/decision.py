"""Decide: does the best unit answer, is its span the fact, and which other units say it too."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from corpus.types import Span
from models.reading.calibration import Calibration, answer_features, order
from models.reading.packaged import Judge
from search.answer.asked import Asked
from search.answer.marking import find_mark
from search.answer.reading import ReadUnit

__all__ = ["Choice", "decide"]

MOST_UNITS = 5
NEAR = 0.6
"""Share of the best unit's probability from which another one is quoted with it."""

LEAST = 0.5
"""Probability below which no second unit is quoted."""

SAME_DOCUMENT = 0.1
"""What a unit loses for each one quoted before it from its document."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A unit to be quoted, how likely it answers, and the span of its text that is the fact, if marked."""

    read: ReadUnit
    probability: float
    mark: Span | None = None


def decide(asked: Asked, question: str, read: Sequence[ReadUnit], judge: Judge) -> tuple[float, list[Choice]]:
    """How likely the question is answered, 0 to 1, and the units to quote, the decisive one first.

    `question` is what the units were read for.
    """
    if not read:
        return 0.0, []
    calibration = judge.calibration
    readings = [one.reading for one in read]
    ordered = order(readings, calibration.passage)
    best = read[ordered[0][0]]
    answered = calibration.answers(answer_features(readings, ordered))
    chosen = [Choice(best, answered, find_mark(asked, question, read, ordered, judge))]
    if chosen[0].mark is None:
        chosen += _others(read, ordered, calibration, answered)
    return answered, chosen


def _others(
    read: Sequence[ReadUnit], ordered: Sequence[tuple[int, float]], calibration: Calibration, answered: float
) -> list[Choice]:
    rest = []
    for place, score in ordered[1:]:
        chance = min(answered, _logistic(score))
        if chance >= max(LEAST, NEAR * answered):
            rest.append(Choice(read[place], chance))
    documents = [read[ordered[0][0]].hit.unit.document]
    chosen: list[Choice] = []
    while rest and len(chosen) < MOST_UNITS - 1:
        best = max(rest, key=lambda one: _spread(one, documents))
        rest.remove(best)
        chosen.append(best)
        documents.append(best.read.hit.unit.document)
    return chosen


def _spread(one: Choice, documents: Sequence[str]) -> float:
    return one.probability - SAME_DOCUMENT * documents.count(one.read.hit.unit.document)


def _logistic(score: float) -> float:
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, score))))
