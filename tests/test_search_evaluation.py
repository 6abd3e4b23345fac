"""The development questions on the seeds: what search must reach, and not lose again."""

import json
import math
from collections import defaultdict
from collections.abc import Iterator
from statistics import mean
from typing import Any

import pytest

from corpus.types import UnitKind
from indexer.snapshot import Snapshot
from search.hits import Results
from search.query import Mode, Query
from search.searcher import Searcher
from tests.search_library import SHARED, opened

QUESTIONS = SHARED / "eval" / "dev_questions.jsonl"
pytestmark = pytest.mark.skipif(
    not QUESTIONS.is_file(),
    reason="the development questions and seed documents are not beside this checkout",
)

Key = tuple[str, str, int]
Opened = tuple[Snapshot, Searcher]


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Opened]:
    with opened(tmp_path_factory.mktemp("seeds"), [SHARED / "seeds"], "packaged") as pair:
        yield pair


@pytest.fixture(scope="module")
def questions() -> list[dict[str, Any]]:
    lines = [json.loads(line) for line in QUESTIONS.read_text("utf-8").splitlines()]
    return [question for question in lines if question["relevant"]]


def ask(library: Opened, question: dict[str, Any], mode: Mode) -> Results:
    snapshot, searcher = library
    if "source" not in question:
        return searcher.search(Query(question["query"], mode=mode))
    source = question["source"]
    kind = UnitKind(source["kind"])
    row = snapshot.units.rows(document=source["document"], kind=kind, number=source["number"])[0]
    return searcher.related(row, mode=mode)


def ndcg(found: list[Key], relevant: dict[Key, int]) -> float:
    def gain(grades: list[int]) -> float:
        return sum((2.0**grade - 1) / math.log2(rank + 1) for rank, grade in enumerate(grades[:10], start=1))

    return gain([relevant.get(key, 0) for key in found]) / gain(sorted(relevant.values(), reverse=True))


def measure(library: Opened, questions: list[dict[str, Any]], mode: Mode) -> dict[str, float]:
    scores: dict[str, list[float]] = defaultdict(list)
    for question in questions:
        relevant = {(r["document"], r["kind"], r["number"]): r["grade"] for r in question["relevant"]}
        hits = ask(library, question, mode).hits
        score = ndcg([(hit.unit.document, hit.unit.kind.value, hit.unit.number) for hit in hits], relevant)
        scores[question["type"]].append(score)
        scores["all"].append(score)
    return {type: mean(values) for type, values in scores.items()}


def test_every_reference_comes_first(library: Opened, questions: list[dict[str, Any]]) -> None:
    for question in (one for one in questions if one["type"] == "reference"):
        relevant = {(r["document"], r["kind"], r["number"]) for r in question["relevant"]}
        hits = ask(library, question, Mode.FUSED).hits[: len(relevant)]
        found = {(hit.unit.document, hit.unit.kind.value, hit.unit.number) for hit in hits}
        assert found == relevant, question["query"]


def test_fused_never_loses_to_bm25(library: Opened, questions: list[dict[str, Any]]) -> None:
    bm25 = measure(library, questions, Mode.BM25)
    fused = measure(library, questions, Mode.FUSED)
    lost = {type: (bm25[type], fused[type]) for type in bm25 if fused[type] < bm25[type] - 1e-9}
    assert not lost
    assert fused["all"] >= 0.68
