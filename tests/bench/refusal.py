"""Fits when `ask` refuses: `python tests/bench/refusal.py [--write]`.

Questions: those about the samples under tests/data, and, where ../shared exists, CMRC 2018 training questions over
an index of half their paragraphs (answerable), over an index of the other half (their paragraph is absent),
and with another year or number in place of their own (right words, no answer). Prints the area under the
ROC curve of each source, the curve, and the chosen point: the threshold at which two in a hundred answerable
questions are refused. `--write` writes search/data/answerability.tsv. It takes two to three minutes.
"""

import argparse
import gzip
import json
import random
import re
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from indexer.build import build
from models.encoders.registry import load_encoder
from models.segmenter import Segmenter
from search.answer.candidates import ask_of, evidence_of
from search.answer.decision import FEATURES
from search.answer.ranking import rank
from search.library import Library, open_library
from search.query import Query

ROOT = Path(__file__).parents[2]
CMRC = ROOT.parent / "shared/data/qa/cmrc2018_train.jsonl.gz"
OUT = ROOT / "search/data/answerability.tsv"
FOLDS = 5
# About one in twenty of the questions about the samples, half of them in everyday words, and hardly one of the
# others (docs/decisions/0056).
FALSE_REFUSALS = 0.02
PENALTY = 1.0
STEPS = 16_000
# More of a question met can never speak against a unit, nor an entity that is absent for it.
SIGNS = {"lost": -1, "untyped": -1}

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Sample:
    """The evidence for the best unit of a question, and whether the index holds the answer."""

    source: str
    question: str
    wanted: bool
    features: tuple[float, ...]
    barred: bool
    answerable: bool


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true")
    write = parser.parse_args().write
    samples = list(gather())
    columns = [fitted([s for s in samples if s.wanted == wanted], wanted) for wanted in (True, False)]
    lines = [
        "# own work of this project: fitted by tests/bench/refusal.py (feature, questions that want a kind, open)"
    ]
    lines += ["\t".join((name, *(f"{column[name]:.3f}" for column in columns))) for name in columns[0]]
    print("\n".join(lines))
    if write:
        OUT.write_text("\n".join(lines) + "\n", encoding="utf-8")


def fitted(samples: Sequence[Sample], wanted: bool) -> dict[str, float]:
    """Weights and threshold of one model, after its cross-validated report."""
    features = np.array([sample.features for sample in samples])  # (n, features)
    truth = np.array([float(sample.answerable) for sample in samples])
    weight = balanced(samples)
    # The encoder has seen the pairs of CMRC in training, which makes its cosine look better than it is;
    # questions about the samples, which it has not seen, gain by it all the same. An open question is put in
    # other words, which lead elsewhere: that search by words disagrees says nothing against a unit.
    unused = frozenset() if wanted else frozenset({"agreed"})
    print("questions that want an expression of some kind" if wanted else "open questions and keywords")
    passed = np.array([not sample.barred for sample in samples])
    report(samples, truth, passed * cross_validated(features, truth, weight * passed, unused))
    beta = fit(features, truth, weight * passed, unused)
    scores = passed * probabilities(features, beta)
    sources = np.array([sample.source for sample in samples])
    threshold = pooled_quantile(scores[truth == 1], sources[truth == 1], FALSE_REFUSALS)
    return {
        "bias": float(beta[0]),
        **dict(zip(FEATURES, beta[1:].tolist(), strict=True)),
        "threshold": threshold,
    }


def pooled_quantile(scores: Array, sources: NDArray[np.str_], refused: float) -> float:
    """The threshold at which a share of answerable questions is refused, each source counting the same.

    Questions that a rule refuses outright (score 0) are no matter of the threshold.
    """
    scores, sources = scores[scores > 0], sources[scores > 0]
    order = np.argsort(scores)
    share = np.array([1.0 / (sources == source).sum() for source in sources])
    below = np.cumsum(share[order]) / share.sum()
    return float(scores[order][np.searchsorted(below, refused)])


def gather() -> Iterator[Sample]:
    with tempfile.TemporaryDirectory() as folder:
        yield from about_samples(Path(folder))
        if CMRC.is_file():
            yield from about_public_text(Path(folder))


def about_samples(folder: Path) -> Iterator[Sample]:
    library = indexed(ROOT / "corpus/samples", folder / "samples")
    for name in ("sample_questions.jsonl", "refusal_questions.jsonl"):
        for line in (ROOT / "tests/data" / name).read_text(encoding="utf-8").splitlines():
            record = json.loads(line)
            if record["query"] and record["type"] != "reference":
                yield from sample("samples", library, record["query"], record["type"] != "unanswerable")


def about_public_text(folder: Path, paragraphs: int = 300) -> Iterator[Sample]:
    by_paragraph: dict[str, list[str]] = {}
    with gzip.open(CMRC, "rt", encoding="utf-8") as stream:
        for line in stream:
            record = json.loads(line)
            by_paragraph.setdefault("".join(record["paragraph"].split()), []).append(record["question"])
    chance = random.Random(20_261_122)
    chosen = chance.sample(sorted(p for p in by_paragraph if len(p) < 900), paragraphs)
    halves = [chosen[0::2], chosen[1::2]]
    libraries = [written(half, folder / f"half{n}") for n, half in enumerate(halves)]
    for n, half in enumerate(halves):
        for paragraph in half:
            question = chance.choice(by_paragraph[paragraph])
            yield from sample("public", libraries[n], question, True)
            yield from sample("public", libraries[1 - n], question, False)
            altered = re.sub(r"\d{4}", lambda year: str(int(year[0]) + 7), question)
            if altered != question:
                yield from sample("public", libraries[n], altered, False)


def sample(source: str, library: Library, question: str, answerable: bool) -> Iterator[Sample]:
    """The evidence of the unit that would answer; nothing where none is found."""
    query = Query(question, k=10)
    hits = library.searcher.search(query).hits
    if hits:
        asked = ask_of(library, query.folded)
        found = evidence_of(library, asked, hits)
        best = rank(asked, [hit.score for hit in hits], found)[0].evidence
        strict = asked.wanted is not None and asked.wanted.strict
        yield Sample(source, question, strict, best.features.values(), best.barred, answerable)


def written(paragraphs: Sequence[str], folder: Path) -> Library:
    """An index of paragraphs, twenty to a document."""
    source = folder / "source"
    source.mkdir(parents=True)
    for first in range(0, len(paragraphs), 20):
        lines = [f"{n}. {text}" for n, text in enumerate(paragraphs[first : first + 20], 1)]
        (source / f"paragraphs-{first:04}.txt").write_text("\n\n".join(lines), encoding="utf-8")
    return indexed(source, folder / "index")


def indexed(source: Path, index: Path) -> Library:
    build([source], index, load_encoder("packaged"), Segmenter())
    return open_library(index)


def balanced(samples: Sequence[Sample]) -> Array:
    """Weights by which each source and each truth counts the same."""
    groups = [(sample.source, sample.answerable) for sample in samples]
    return np.array([len(samples) / groups.count(group) / len(set(groups)) for group in groups])


def fit(features: Array, truth: Array, weight: Array, unused: frozenset[str]) -> Array:
    """Logistic regression with a ridge penalty and bounded signs, by projected gradient; bias first."""
    design = np.hstack([np.ones((len(features), 1)), features])
    beta = np.zeros(design.shape[1])
    rate = 4.0 / float((weight[:, None] * design**2).sum())
    for _ in range(STEPS):
        gap = weight * (truth - 1 / (1 + np.exp(-design @ beta)))
        slope = design.T @ gap
        slope[1:] -= PENALTY * beta[1:]
        beta = projected(beta + rate * slope, unused)
    return beta


def projected(beta: Array, unused: frozenset[str]) -> Array:
    for n, name in enumerate(FEATURES, 1):
        if name in unused or beta[n] * SIGNS.get(name, 1) < 0:
            beta[n] = 0.0
    return beta


def probabilities(features: Array, beta: Array) -> Array:
    return np.asarray(1 / (1 + np.exp(-(beta[0] + features @ beta[1:]))))


def cross_validated(features: Array, truth: Array, weight: Array, unused: frozenset[str]) -> Array:
    """The probability of each question by a model that has not seen it."""
    fold = np.random.default_rng(7).permutation(len(truth)) % FOLDS
    held_out = np.zeros(len(truth))
    for n in range(FOLDS):
        train = fold != n
        beta = fit(features[train], truth[train], weight[train], unused)
        held_out[~train] = probabilities(features[~train], beta)
    return held_out


def area(truth: Array, scores: Array) -> float:
    """The chance that an answerable question scores higher than an unanswerable one (Mann and Whitney)."""
    positive, negative = scores[truth == 1], scores[truth == 0]
    above = (positive[:, None] > negative).mean() + 0.5 * (positive[:, None] == negative).mean()
    return float(above)


def report(samples: Sequence[Sample], truth: Array, scores: Array) -> None:
    sources = np.array([sample.source for sample in samples])
    for source in dict.fromkeys(sources.tolist()):
        chosen = sources == source
        answerable, rest = scores[chosen & (truth == 1)], scores[chosen & (truth == 0)]
        print(
            f"{source}: {len(answerable)} answerable, {len(rest)} not; area {area(truth[chosen], scores[chosen]):.3f}"
        )
        for refused in (0.01, 0.02, 0.03, 0.05, 0.08, 0.1, 0.15, 0.2):
            at = np.quantile(answerable, refused)
            print(
                f"  false refusals {refused:.2f}: refused of the unanswerable {(rest < at).mean():.3f} (at {at:.3f})"
            )


if __name__ == "__main__":
    main()
