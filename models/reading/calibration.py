"""From a reader's scores to probabilities: logistic curves fitted on questions that were never trained on.

A question is read in several passages. Three curves, each over few features:

| curve | says |
|---|---|
| `passage` | this passage answers; its score orders the passages |
| `answers` | the best of them answers the question at all |
| `span` | the best span of that passage is the fact asked for |
"""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from models.errors import DamagedModel
from models.reader import Passage, Reader, Reading

__all__ = [
    "CURVES", "FILE", "Alone", "Calibration", "Curve", "answer_features", "openness", "order",
    "passage_features", "read_alone", "span_features",
]  # fmt: skip

FILE = "calibration.json"
CURVES = ("passage", "answers", "span")
FLAT = 10.0  # a score beyond it says no more
UNSURE = -4.0  # log-probability of a span's ends below which they are unsure enough
IGNORED = frozenset(" \t\n\u3000,，、“”\"'‘’「」『』《》（）()[]")


@dataclass(frozen=True)
class Curve:
    """`1 / (1 + exp(-score))`, where score = bias + sum of weight × feature.

    Example: `Curve(0.0, {"margin": 1.0})({"margin": 0.0}) == 0.5`
    """

    bias: float
    weights: Mapping[str, float]

    def score(self, features: Mapping[str, float]) -> float:
        """The logit, for features of the names the curve was fitted on."""
        return self.bias + sum(weight * features[name] for name, weight in self.weights.items())

    def __call__(self, features: Mapping[str, float]) -> float:
        """Probability, 0 to 1."""
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, self.score(features)))))


@dataclass(frozen=True)
class Calibration:
    """The curves of a reader, and from which probability on to answer and to mark.

    Example: `Calibration.open(PACKAGED).answers({"passage": 2.1, "margin": 5.0, "ahead": 3.0})` is 0.93
    """

    passage: Curve
    answers: Curve
    span: Curve
    answer_from: float = 0.5
    mark_from: float = 0.8

    @classmethod
    def open(cls, folder: Path) -> "Calibration":
        """Read `calibration.json` of a reader's folder; raises DamagedModel."""
        path = folder / FILE
        try:
            stored = json.loads(path.read_bytes())
            passage, answers, span = (
                Curve(float(stored[name]["bias"]), stored[name]["weights"]) for name in CURVES
            )
            bounds = float(stored["answer_from"]), float(stored["mark_from"])
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise DamagedModel(f"{path} holds no curves ({error!r}): restore the folder") from error
        return cls(passage, answers, span, *bounds)


def openness(readings: Sequence[Reading]) -> float:
    """How sure it is that a question is open, 0 to 1: one question, so all its passages say it together."""
    said = [one.sureness if one.kind == "open" else (1 - one.sureness) / 2 for one in readings]
    return sum(said) / len(said) if said else 0.0


def passage_features(reading: Reading, rank: int, open_share: float) -> dict[str, float]:
    """What says that a passage answers; `rank` is its place in the search, from 0.

    Spans are taught by facts alone: the more a question is open (`openness`), the less the margin says, and
    the more the evidence.
    """
    evidence = max((one.evidence for one in reading.sentences), default=0.0)
    return {
        "answers": flat(reading.answers),
        "fact_margin": (1 - open_share) * flat(reading.margin),
        "fact_evidence": (1 - open_share) * evidence,
        "open": open_share,
        "open_evidence": open_share * evidence,
        "rank": 1 / (1 + rank),
    }


def order(readings: Sequence[Reading], curve: Curve) -> list[tuple[int, float]]:
    """Places of the readings with their scores, best first; the readings stand in the order of the search."""
    share = openness(readings)
    scores = [curve.score(passage_features(one, rank, share)) for rank, one in enumerate(readings)]
    return sorted(enumerate(scores), key=lambda one: (-one[1], one[0]))


def answer_features(readings: Sequence[Reading], ordered: Sequence[tuple[int, float]]) -> dict[str, float]:
    """What says that the best passage answers: all that says so of a passage, and how far it is ahead."""
    best, score = ordered[0]
    return {
        **passage_features(readings[best], best, openness(readings)),
        "ahead": flat(score - ordered[1][1]) if len(ordered) > 1 else FLAT,
    }


@dataclass(frozen=True)
class Alone:
    """The sentence of a span, read once more by itself: what stands around it cannot help there.

    Example: `Alone("会议在维也纳举行。", reading)`
    """

    text: str
    reading: Reading


def read_alone(reader: Reader, question: str, passage: Passage, reading: Reading) -> Alone:
    """Read the sentence in which the best span of `reading` begins by itself; it holds the span whole.

    Raises IndexError where the reading has no span.
    """
    span = reading.spans[0]
    holding = (one for one in reading.sentences if one.start <= span.start < one.end)
    start, end = next(((one.start, max(one.end, span.end)) for one in holding), (span.start, span.end))
    text = passage.text[start:end]
    return Alone(text, reader.read(question, [Passage(text, passage.context)])[0])


def span_features(
    readings: Sequence[Reading],
    texts: Sequence[str],
    ordered: Sequence[tuple[int, float]],
    alone: Alone,
) -> dict[str, float]:
    """What says that the best span of the best passage is the fact; rivals near it speak against it.

    `alone` is its sentence by itself.
    """
    best, score = ordered[0]
    reading = readings[best]
    span = reading.spans[0]
    said = bare(texts[best][span.start : span.end])
    rival = max((one.score for one in reading.spans[1:]), default=-FLAT)
    others = [
        (readings[place].spans[0].score, bare(_said(readings[place], texts[place])), other)
        for place, other in ordered[1:]
        if readings[place].spans
    ]
    away = max((margin for margin, value, _ in others if value != said), default=-FLAT)
    members = [one for one in reading.members if one.start < span.end and span.start < one.end]
    covered = bool(members) and (members[0].start, members[-1].end) == (span.start, span.end)
    return {
        "passage": flat(score),
        "margin": flat(span.score),
        "ahead": flat(span.score - rival),
        "edges": max(UNSURE, span.edges),
        "elsewhere": flat(span.score - away),
        "agreed": float(any(value == said and margin > 0 for margin, value, _ in others)),
        "tag": max((one.score for one in members), default=0.0),
        "same": float(covered),
        "open": openness(readings),
        "length": math.log1p(len(said)),
        "alone_margin": flat(alone.reading.margin),
        "alone_answers": flat(alone.reading.answers),
        "alone_same": float(bool(alone.reading.spans) and bare(_said(alone.reading, alone.text)) == said),
    }


def bare(text: str) -> str:
    """Without white space, commas, quotation marks and brackets, in which equal values may differ."""
    return "".join(character for character in text if character not in IGNORED)


def flat(score: float) -> float:
    """A score kept within ±FLAT."""
    return max(-FLAT, min(FLAT, score))


def _said(reading: Reading, text: str) -> str:
    return text[reading.spans[0].start : reading.spans[0].end]
