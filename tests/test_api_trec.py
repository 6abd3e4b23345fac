"""What `eval --trec` writes, read by the tools of the field: they come to the same figures."""

import json
from collections import defaultdict
from pathlib import Path

import ir_measures
import pytest
from ir_measures import RR, R, nDCG

from api.evaluation.trec import FILES, unit_name
from corpus.types import UnitKind
from search.library import Library
from search.unit_key import UnitKey
from tests.api_support import SAMPLE_QUESTIONS, yinzheng


@pytest.fixture(scope="module")
def written(samples_index: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, object]]:
    folder = tmp_path_factory.mktemp("trec") / "new"
    done = yinzheng("eval", SAMPLE_QUESTIONS, "--index", samples_index, "--trec", folder, "--json")
    assert done.returncode == 0
    assert all((folder / name).is_file() and name in done.stderr for name in FILES)
    return folder, json.loads(done.stdout)


@pytest.mark.parametrize("system", ["bm25", "dense", "fused"])
def test_figures_of_other_tools_are_those_of_the_report(
    written: tuple[Path, dict[str, object]], system: str
) -> None:
    folder, report = written
    judged = list(ir_measures.read_trec_qrels(str(folder / "qrels.txt")))
    run = list(ir_measures.read_trec_run(str(folder / f"{system}.run")))
    theirs = ir_measures.calc_aggregate([nDCG(gains={1: 1, 2: 3}) @ 10, R @ 10, RR(rel=2) @ 10], judged, run)
    ours = report["types"]["all"][system]  # type: ignore[index]
    found = {str(measure): value for measure, value in theirs.items()}
    assert found["R@10"] == pytest.approx(ours["recall@10"], abs=1e-3)
    assert found["RR(rel=2)@10"] == pytest.approx(ours["mrr@10"], abs=1e-3)
    assert next(v for k, v in found.items() if k.startswith("nDCG")) == pytest.approx(
        ours["ndcg@10"]["mean"], abs=1e-3
    )


def test_the_dataset_holds_every_unit_and_every_judgment(
    written: tuple[Path, dict[str, object]], samples_library: Library
) -> None:
    folder, _ = written
    corpus = {
        one["_id"]: one for one in map(json.loads, (folder / "corpus.jsonl").read_text("utf-8").splitlines())
    }
    assert [one["text"] for one in corpus.values()] == [place.text for place in samples_library.places()]
    queries = {
        one["_id"] for one in map(json.loads, (folder / "queries.jsonl").read_text("utf-8").splitlines())
    }
    head, *rows = (folder / "qrels/test.tsv").read_text("utf-8").splitlines()
    assert head == "query-id\tcorpus-id\tscore"
    grades: dict[str, dict[str, int]] = defaultdict(dict)
    for row in rows:
        query, unit, grade = row.split("\t")
        grades[query][unit] = int(grade)
        assert unit in corpus
    assert grades.keys() == queries


def test_a_name_has_no_white_space_and_is_one_of_a_unit() -> None:
    names = [
        unit_name(UnitKey("报告 a", UnitKind.PARAGRAPH, 4, "附件一，第3段")),
        unit_name(UnitKey("报告 a", UnitKind.ARTICLE, 4, None, 1, 2)),
        unit_name(UnitKey("a/paragraph", UnitKind.PARAGRAPH, 4)),
        unit_name(UnitKey("a", UnitKind.PARAGRAPH, 4)),
    ]
    assert len(set(names)) == 4
    assert not any(character.isspace() for name in names for character in name)


def test_a_folder_that_cannot_be_made_is_told(samples_index: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", "utf-8")
    done = yinzheng("eval", SAMPLE_QUESTIONS, "--index", samples_index, "--trec", tmp_path / "file" / "x")
    assert done.returncode == 2
    assert "name another" in done.stderr
