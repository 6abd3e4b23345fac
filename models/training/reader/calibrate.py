"""`python -m models.training.reader.calibrate --reader FOLDER`: probabilities from scores.

Each question of the fifth that was never trained on is read in its own passage and in the passages of other
documents that look most alike, as `ask` reads what search found. Curves are fitted by logistic regression;
ECE and the table of reliability come from ten folds, so that no figure is of questions it was fitted on.
Writes `calibration.json` into the folder of the reader.
"""

import argparse
import json
import random
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.reader import Passage, Reader, Reading
from models.reading.calibration import (
    FILE,
    Curve,
    answer_features,
    bare,
    openness,
    order,
    passage_features,
    read_alone,
    span_features,
)
from models.reading.onnx_reader import OnnxReader
from models.reading.windows import best_window
from models.training.reader.measure import own_held_out
from models.training.reader.negatives import Lookalikes
from models.training.reader.sources import Item
from models.training.reader.sources import Passage as Stored

__all__ = ["fit", "reliability"]

ALIKE = 3
Case = tuple[Item, list[Stored], list[Reading]]


def fit(rows: Sequence[Mapping[str, float]], right: Sequence[bool], penalty: float = 1.0) -> Curve:
    """Logistic regression by Newton's method with a ridge `penalty` on standardised features."""
    names = list(rows[0])
    raw = np.array([[row[name] for name in names] for row in rows])
    mean, spread = raw.mean(axis=0), raw.std(axis=0) + 1e-9
    matrix = np.hstack([np.ones((len(raw), 1)), (raw - mean) / spread])
    target = np.array(right, float)
    weights = np.zeros(matrix.shape[1])
    ridge = np.diag([1e-6, *[penalty] * len(names)])
    for _ in range(40):
        chances = _sigmoid(matrix @ weights)
        slope = matrix.T @ (chances - target) + ridge @ weights
        curve = (matrix * (chances * (1 - chances) + 1e-9)[:, None]).T @ matrix + ridge
        step = np.linalg.solve(curve, slope)
        weights = weights - step
        if float(np.abs(step).max()) < 1e-6:
            break
    scaled = weights[1:] / spread
    bias = float(weights[0] - (scaled * mean).sum())
    return Curve(
        round(bias, 5), {name: round(float(one), 5) for name, one in zip(names, scaled, strict=True)}
    )


def out_of_fold(
    rows: Sequence[Mapping[str, float]], right: Sequence[bool], folds: int = 10
) -> NDArray[np.float64]:
    """Probabilities of each row by a curve fitted without its fold."""
    found = np.zeros(len(rows))
    for fold in range(folds):
        curve = fit([r for n, r in enumerate(rows) if n % folds != fold],
                    [r for n, r in enumerate(right) if n % folds != fold])  # fmt: skip
        for n in range(fold, len(rows), folds):
            found[n] = curve(rows[n])
    return found


def reliability(
    chances: NDArray[np.float64], right: Sequence[bool], bins: int = 10
) -> tuple[float, list[tuple[float, float, int]]]:
    """ECE, and for each tenth of the scale: mean probability, share right, count."""
    told, target = [], np.array(right, float)
    error = 0.0
    places = np.minimum((chances * bins).astype(int), bins - 1)
    for number in range(bins):
        held = places == number
        if held.any():
            mean, share = float(chances[held].mean()), float(target[held].mean())
            told.append((round(mean, 3), round(share, 3), int(held.sum())))
            error += abs(mean - share) * float(held.mean())
    return round(error, 4), told


def read_cases(reader: Reader, items: Sequence[Item], alike: int = ALIKE) -> list[Case]:
    """Each question with its passages, in the order in which bigrams find them, and what was read."""
    passages = list({item.passage.key: item.passage for item in items}.values())
    index = Lookalikes([passage.text for passage in passages])
    cases: list[Case] = []
    for item in items:
        found = [passages[number] for number in index.best(item.query, 3 * alike)]
        document = item.passage.key.split("#")[0]
        held = [one for one in found if one is item.passage or one.key.split("#")[0] != document][: alike + 1]
        if all(one.key != item.passage.key for one in held):
            held = [*held[:alike], item.passage]
        texts = [one.text[slice(*best_window(item.query, one.text))] for one in held]
        readings = reader.read(
            item.query, [Passage(text, one.context) for text, one in zip(texts, held, strict=True)]
        )
        cases.append((item, [replace(one, text=t) for one, t in zip(held, texts, strict=True)], readings))
    return cases


def curves(cases: Sequence[Case], reader: Reader) -> dict[str, Any]:
    """The three curves, and what is known of them; `reader` reads sentences by themselves."""
    passages = [
        (passage_features(reading, rank, openness(readings)), _answers(item, one))
        for item, held, readings in cases
        for rank, (one, reading) in enumerate(zip(held, readings, strict=True))
    ]
    passage = fit(*_parted(passages))
    answered, spans = [], []
    for item, held, readings in cases:
        ordered = order(readings, passage)
        best = held[ordered[0][0]]
        answered.append((answer_features(readings, ordered), _answers(item, best)))
        reading = readings[ordered[0][0]]
        if reading.spans:  # of an open question whatever is marked is wrong
            span = reading.spans[0]
            alone = read_alone(reader, item.query, Passage(best.text, best.context), reading)
            said = best.text[span.start : span.end]
            features = span_features(readings, [one.text for one in held], ordered, alone)
            spans.append((features, _is_fact(item, best, said)))
    stored: dict[str, Any] = {"passage": _stored(passage)}
    for name, listed in (("answers", answered), ("span", spans)):
        rows, right = _parted(listed)
        chances = out_of_fold(rows, right)
        error, table = reliability(chances, right)
        stored[name] = _stored(fit(rows, right))
        stored[f"{name}_reliability"] = {"ece": error, "of": len(right), "mean_share_count": table}
        stored[f"{name}_bound"] = _bounds(chances, right)
    return stored


def _answers(item: Item, best: Stored) -> bool:
    """Whether a window holds the answer: that of another passage, or beside the answer, does not."""
    if item.kind == "none" or best.key != item.passage.key:
        return False
    held = [bare(answer) in bare(best.text) for answer in item.answers]
    return all(held) if item.kind in ("list", "double") else any(held)


def _is_fact(item: Item, best: Stored, said: str) -> bool:
    if item.kind in ("none", "open"):
        return False
    value = bare(said)
    if item.kind == "fact":
        return _answers(item, best) and any(_holds(value, bare(answer)) for answer in item.answers)
    return _answers(item, best) and all(bare(answer) in value for answer in item.answers)


def _holds(value: str, answer: str) -> bool:
    """Equal, or a few characters more and no digit beside it: 23个国家 for 23个."""
    at = value.find(answer)
    if at < 0 or len(value) - len(answer) > max(6, len(answer)):
        return False
    beside = value[at - 1 : at] + value[at + len(answer) : at + len(answer) + 1]
    return not any(character.isdigit() for character in beside)


def _bounds(chances: NDArray[np.float64], right: Sequence[bool]) -> list[tuple[float, float, float]]:
    """For each bound: share of all that clear it, and the share right of those."""
    target = np.array(right, float)
    return [
        (round(bound, 2), round(float((chances >= bound).mean()), 3),
         round(float(target[chances >= bound].mean()), 3))
        for bound in np.arange(0.1, 1.0, 0.1)
        if (chances >= bound).any()
    ]  # fmt: skip


def _parted(listed: Sequence[tuple[dict[str, float], bool]]) -> tuple[list[dict[str, float]], list[bool]]:
    return [features for features, _ in listed], [right for _, right in listed]


def _stored(curve: Curve) -> dict[str, Any]:
    return {"bias": curve.bias, "weights": dict(curve.weights)}


def _sigmoid(values: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(1 / (1 + np.exp(-np.clip(values, -30, 30))))


def main() -> None:
    """Fit, print the reliability, write the file."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--reader", type=Path, required=True)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--questions", type=int, default=800, help="drawn at random from those held out")
    parser.add_argument("--answer-from", type=float, default=0.5)
    parser.add_argument("--mark-from", type=float, default=0.75)
    options = parser.parse_args()
    items = own_held_out(options.data)
    items = random.Random(0).sample(items, min(options.questions, len(items)))
    reader = OnnxReader.open(options.reader)
    stored = curves(read_cases(reader, items), reader)
    stored |= {"answer_from": options.answer_from, "mark_from": options.mark_from}
    text = json.dumps(stored, ensure_ascii=False, indent=1) + "\n"
    (options.reader / FILE).write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
