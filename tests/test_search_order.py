"""What a ranking must not depend on: how many hits are asked for, and how the documents came in."""

from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from indexer.build import build, optimize
from indexer.snapshot import open_snapshot
from models.encoders.registry import load_encoder
from models.segmenter import Segmenter
from search.query import Mode, Query
from search.searcher import Searcher
from search.weights import Weights
from tests.indexer_fakes import report
from tests.search_library import SAMPLES, opened

QUESTIONS = [
    "押金数额过低会怎样？",
    "邻国押金不同怎么办？",
    "捡破烂的人",
    "实验室间比对",
    "deposit return schemes",
]
WORDS = ["押金", "回收", "容器", "实验室", "比对", "渔具", "许可证", "拾荒者", "标准", "缔约国", "应", "可"]


@pytest.fixture(scope="module")
def searcher(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Searcher]:
    """Looks at thirty candidates of each list: the samples have fewer units than it does otherwise."""
    few = Weights(candidates=30, reranked=20)
    with opened(tmp_path_factory.mktemp("index"), [SAMPLES], "fast", few) as (_, searcher):
        yield searcher


@pytest.mark.parametrize("mode", Mode)
@pytest.mark.parametrize("question", QUESTIONS)
def test_the_first_hits_are_the_same_however_many_are_asked_for(
    searcher: Searcher, question: str, mode: Mode
) -> None:
    """And so is what is said of each: why it was found, and how far both lists agree."""
    longest = searcher.search(Query(question, 1_000, mode=mode)).hits
    for k in (1, 3, 10, 50, 119, 350):
        hits = searcher.search(Query(question, k, mode=mode)).hits
        assert hits == longest[:k]
        scores = [hit.score for hit in hits]
        assert scores == sorted(scores, reverse=True)
        assert len({hit.row for hit in hits}) == len(hits)


@pytest.mark.parametrize("mode", Mode)
def test_the_first_precedents_are_the_same_however_many_are_asked_for(searcher: Searcher, mode: Mode) -> None:
    for row in range(0, 90, 7):
        longest = searcher.related(row, 1_000, mode=mode).hits
        assert all(searcher.related(row, k, mode=mode).hits == longest[:k] for k in (1, 10, 50, 200)), row


def text(chooser: Random) -> str:
    return report("报告", ["".join(chooser.choices(WORDS, k=chooser.randrange(3, 20))) for _ in range(4)])


def answers(index: Path) -> list[list[tuple[str, int, float]]]:
    with open_snapshot(index) as snapshot:
        searcher = Searcher(snapshot, load_encoder("fast"), Segmenter())
        return [
            [(hit.unit.document, hit.unit.number, hit.score) for hit in searcher.search(Query(question)).hits]
            for question in [*QUESTIONS, *WORDS]
        ]


@pytest.mark.parametrize("seed", range(2))
def test_the_same_documents_give_the_same_ranking_however_they_came_in(tmp_path: Path, seed: int) -> None:
    """Added, changed and removed in random order, against an index built at once; then in one segment."""
    chooser, encoder, segmenter = Random(seed), load_encoder("fast"), Segmenter()
    files = tmp_path / "files"
    files.mkdir()
    for _ in range(6):
        for _ in range(chooser.randrange(1, 4)):
            path = files / f"{chooser.choice('abcdefgh')}.txt"
            if path.exists() and chooser.random() < 0.3:
                path.unlink()
            else:
                path.write_text(text(chooser), encoding="utf-8")
        if any(files.iterdir()):
            build([files], tmp_path / "updated", encoder, segmenter, prune=True)
    build([files], tmp_path / "at once", encoder, segmenter)
    expected = answers(tmp_path / "at once")
    assert answers(tmp_path / "updated") == expected
    optimize(tmp_path / "updated", encoder, segmenter)
    with open_snapshot(tmp_path / "updated") as snapshot:
        assert len(snapshot.manifest.segments) == 1
        assert not snapshot.manifest.segments[0].deleted
    assert answers(tmp_path / "updated") == expected
