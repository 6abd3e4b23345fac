"""The measures of `make bench-encoder`, against rankings counted by hand and a naive cosine."""

import gzip
import importlib
import json
import math
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from corpus.reader import read_document
from corpus.types import UnitKind

BENCH = Path(__file__).parent / "bench"


@pytest.fixture
def bench(monkeypatch: pytest.MonkeyPatch) -> dict[str, ModuleType]:
    monkeypatch.syspath_prepend(str(BENCH))
    return {name: importlib.import_module(name) for name in ("baselines", "distractors", "encoder")}


def test_retrieval_counts_a_tie_against_the_right_paragraph(bench: dict[str, ModuleType]) -> None:
    scores = np.array([[0.9, 0.1, 0.2], [0.5, 0.5, 0.1], [0.9, 0.8, 0.7]], np.float32)
    found = bench["encoder"].retrieval(scores, np.array([0, 0, 2]))  # ranks 1, 2 (tied), 3
    assert found.recall_1 == pytest.approx(1 / 3)
    assert found.recall_10 == 1.0
    assert found.mrr_10 == pytest.approx((1 + 1 / 2 + 1 / 3) / 3)


def test_a_rank_beyond_ten_counts_nothing(bench: dict[str, ModuleType]) -> None:
    scores = np.arange(12, 0, -1, dtype=np.float32)[None, :]
    found = bench["encoder"].retrieval(scores, np.array([10]))  # rank 11
    assert (found.recall_1, found.recall_10, found.mrr_10) == (0.0, 0.0, 0.0)


def test_bigram_scores_are_cosines_of_tf_idf(bench: dict[str, ModuleType]) -> None:
    paragraphs, query = ["甲乙丙甲乙", "乙 丙丁", "戊己"], "甲乙丙丁"

    def vector(text: str) -> dict[str, float]:
        pairs = [text[i : i + 2] for i in range(len(text) - 1)]
        held = {p: sum(p in other.replace(" ", "") for other in paragraphs) for p in pairs}
        return {p: (1 + math.log(pairs.count(p))) * math.log(3 / held[p]) for p in pairs if held[p]}

    asked = vector(query)
    expected = []
    for text in paragraphs:
        weights = vector(text.replace(" ", ""))
        norm = math.sqrt(sum(weight**2 for weight in weights.values()))
        expected.append(sum(weights.get(pair, 0.0) * weight for pair, weight in asked.items()) / norm)
    assert bench["baselines"].bigram_scores(paragraphs, [query])[0] == pytest.approx(expected, rel=1e-5)


def test_bm25_finds_the_paragraph_with_the_word(bench: dict[str, ModuleType]) -> None:
    scores = bench["baselines"].bm25_scores(["缔约国应保护证人", "会议通过了报告"], ["谁保护证人", "报告"])
    assert scores.argmax(axis=1).tolist() == [0, 1]
    assert scores[0, 1] == scores[1, 0] == 0.0


def test_every_article_becomes_one_numbered_paragraph(bench: dict[str, ModuleType], tmp_path: Path) -> None:
    records = [
        {
            "law": f"第{law}法",
            "chapter": "总则",
            "article": "第一条",
            "text": f"本条 第{law}\n1. 与 {n} 有关。",
        }
        for law in range(3)
        for n in range(4)
    ]
    laws = tmp_path / "laws.jsonl.gz"
    laws.write_bytes(gzip.compress("\n".join(json.dumps(r) for r in records).encode()))
    folder = tmp_path / "documents"
    folder.mkdir()
    assert bench["distractors"].write_articles(laws, folder, 10) == 10
    units = [unit for path in sorted(folder.iterdir()) for unit in read_document(path).units]
    assert len(units) == 10
    assert {unit.kind for unit in units} == {UnitKind.PARAGRAPH}
