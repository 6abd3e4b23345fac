"""Whether a unit answers: logistic models of its evidence, with weights in a data file.

Two models: a question that must have a number, a date, a person … has to find nearly all its words again,
and most of all the one beside the question word; one that asks how or whether is put in other words than
the document's, so that meaning counts.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cache
from importlib.resources import files

from search.answer.asked import Asked
from search.answer.evidence import Features

__all__ = ["FEATURES", "Decision", "Model", "packaged_decision", "parse_decision"]

FEATURES = tuple(field.name for field in fields(Features))


@dataclass(frozen=True, slots=True)
class Model:
    """Weights in the order of `FEATURES`, and from which probability on to answer."""

    weights: tuple[float, ...]
    bias: float
    threshold: float

    def probability(self, features: Features) -> float:
        """How likely a unit with this evidence answers, 0 to 1."""
        logit = self.bias + sum(w * x for w, x in zip(self.weights, features.values(), strict=True))
        return 1.0 / (1.0 + math.exp(-logit))


@dataclass(frozen=True, slots=True)
class Decision:
    """One model for questions that want an expression of some kind, one for open questions and keywords."""

    wanted: Model
    open: Model

    def model(self, asked: Asked) -> Model:
        """The model for a question."""
        return self.wanted if asked.wanted is not None and asked.wanted.strict else self.open

    def margin(self, asked: Asked, features: Features) -> float:
        """How far the probability lies above the threshold; below 0 the unit does not answer."""
        model = self.model(asked)
        return model.probability(features) - model.threshold


def parse_decision(text: str) -> Decision:
    """Read lines of name, weight for wanted, weight for open, tabs between, after a line of their source.

    Raises ValueError for a name that is missing: a model of other features decides nothing here.
    """
    rows = {name: values for name, *values in (line.split("\t") for line in text.splitlines()[1:] if line)}
    missing = {*FEATURES, "bias", "threshold"} - rows.keys()
    if missing:
        raise ValueError(
            f"no weight for {', '.join(sorted(missing))}; one line for each feature was expected; "
            "fit again with tests/bench/refusal.py"
        )
    return Decision(*(_model(rows, column) for column in (0, 1)))


def _model(rows: Mapping[str, Sequence[str]], column: int) -> Model:
    weights = tuple(float(rows[name][column]) for name in FEATURES)
    return Model(weights, float(rows["bias"][column]), float(rows["threshold"][column]))


@cache
def packaged_decision() -> Decision:
    """The packaged weights, fitted by tests/bench/refusal.py."""
    return parse_decision(files("search").joinpath("data/answerability.tsv").read_text("utf-8"))
