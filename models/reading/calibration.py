"""From a reader's scores to probabilities: logistic curves fitted on questions that were never trained on."""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from models.errors import DamagedModel
from models.reader import Reading

__all__ = ["FILE", "Calibration", "answer_features", "span_features"]

FILE = "calibration.json"
FLAT = 12.0  # a score beyond it says no more


@dataclass(frozen=True)
class Curve:
    """`1 / (1 + exp(-(bias + sum of weight × feature)))`."""

    bias: float
    weights: Mapping[str, float]

    def __call__(self, features: Mapping[str, float]) -> float:
        """Probability, 0 to 1, for features of the names the curve was fitted on."""
        score = self.bias + sum(weight * features[name] for name, weight in self.weights.items())
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, score))))


@dataclass(frozen=True)
class Calibration:
    """Two curves: does this passage answer, and is the marked span the answer.

    Example: `Calibration.open(PACKAGED).answers(reading)` is 0.93
    """

    answers_curve: Curve
    span_curve: Curve

    @classmethod
    def open(cls, folder: Path) -> "Calibration":
        """Read `calibration.json` of a reader's folder; raises DamagedModel."""
        path = folder / FILE
        try:
            stored = json.loads(path.read_bytes())
            curves = [
                Curve(float(stored[name]["bias"]), stored[name]["weights"]) for name in ("answers", "span")
            ]
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise DamagedModel(f"{path} holds no curves ({error!r}): restore the folder") from error
        return cls(*curves)

    def answers(self, reading: Reading) -> float:
        """Probability that the passage answers the question."""
        return self.answers_curve(answer_features(reading))

    def span(self, reading: Reading) -> float:
        """Probability that the best span is right, given that the question asks for one."""
        return self.span_curve(span_features(reading))


def answer_features(reading: Reading) -> dict[str, float]:
    """What the first curve looks at."""
    return {
        "answers": _flat(reading.answers),
        "relevance": _flat(reading.relevance),
        "margin": _flat(reading.margin),
        "evidence": max((one.evidence for one in reading.sentences), default=0.0),
    }


def span_features(reading: Reading) -> dict[str, float]:
    """What the second curve looks at: also how far the next span is behind, and whether the tags agree."""
    rival = reading.spans[1].score if len(reading.spans) > 1 else -FLAT
    best = reading.spans[0] if reading.spans else None
    agreed = best is not None and any(
        one.start < best.end and best.start < one.end for one in reading.members
    )
    alike = best is not None and any(
        (one.start, one.end) == (best.start, best.end) for one in reading.members
    )
    return {
        "answers": _flat(reading.answers),
        "margin": _flat(reading.margin),
        "ahead": _flat(reading.margin - rival),
        "tagged": float(agreed),
        "same": float(alike),
        "single": float(len(reading.members) == 1),
        "fact": reading.sureness if reading.kind == "fact" else 0.0,
    }


def _flat(score: float) -> float:
    return max(-FLAT, min(FLAT, score))
