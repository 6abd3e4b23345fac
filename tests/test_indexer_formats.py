"""Snapshots of every format that was ever released open, and answer what they answered when they were made."""

import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from indexer.build import build
from indexer.care.verify import verify
from indexer.content.words import segment
from indexer.disk.generation import commit, write_generation
from indexer.disk.layout import claim_directory
from indexer.disk.manifest import FORMAT_VERSION
from indexer.snapshot import Snapshot
from models.encoders.hashing import HashEncoder
from models.encoders.registry import load_encoder
from models.segmenter import Segmenter
from search.second_look.unit_words import UnitWords
from tests.format_snapshots import DIM, SAMPLES, answers
from tests.indexer_fakes import (
    CountingEncoder,
    SplitSegmenter,
    indexed,
    make_document,
    report,
    write_reports,
)

DATA = Path(__file__).parent / "data"
FORMATS = sorted(path.name for path in DATA.glob("format-*"))


def expected(name: str) -> Any:
    return json.loads((DATA / name / "expected.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", FORMATS)
def test_an_old_snapshot_answers_as_it_did(name: str) -> None:
    found = answers(DATA / name / "index")
    for wanted, document in zip(expected(name)["documents"], found["documents"], strict=True):
        assert {field: document[field] for field in wanted} == wanted
    for part, wanted in expected(name).items():
        if part not in {"documents", "units"}:
            assert found[part] == wanted, part
    for wanted, unit in zip(expected(name)["units"], found["units"], strict=True):
        assert {field: unit[field] for field in wanted} == wanted
    assert len(found["units"]) == 119
    assert verify(DATA / name / "index") == []


def copy_of(name: str, place: Path) -> Path:
    return Path(shutil.copytree(DATA / name / "index", place / "index"))


def test_format_1_becomes_the_present_one_with_the_next_run(tmp_path: Path) -> None:
    """The documents are loaded from the old index (their files are nowhere), and nothing is lost."""
    index, segmenter = copy_of("format-1", tmp_path), Segmenter()
    before = answers(index)
    with Snapshot.open(index) as old:
        assert old.manifest.format_version == 1
        assert old.units.words([0]) is None
    (tmp_path / "new.txt").write_text("新的报告\n\n1. 缔约国应设立押金制度。\n", encoding="utf-8")
    report = build([tmp_path / "new.txt"], index, HashEncoder(DIM), segmenter)
    assert (report.added, len(report.unchanged), report.units) == (["new"], 3, 120)
    assert verify(index) == []
    after = answers(index)
    assert [unit for unit in after["units"] if unit["document"] != "new"] == before["units"]
    assert [document for document in after["documents"] if document["id"] != "new"] == before["documents"]
    with Snapshot.open(index) as new:
        assert new.manifest.format_version == FORMAT_VERSION
        assert list(new.units.all_words()) == [segment(unit, segmenter) for _, unit in new.units.all()]


def test_the_second_look_sees_the_same_in_every_format(tmp_path: Path) -> None:
    """Bit for bit: the words kept in the index are those that format 1 has cut at each query."""
    encoder, segmenter = load_encoder("packaged"), Segmenter()
    index = copy_of("format-1", tmp_path)
    with Snapshot.open(index) as old:
        build([SAMPLES], tmp_path / "new", HashEncoder(DIM), segmenter)
        with Snapshot.open(tmp_path / "new") as new:
            rows = np.array([118, 3, 57, 20, 4], np.int64)
            for words in (["押金", "拾荒者", "deposit"], ["实验室", "比对", "不见于任何文件"]):
                cut, kept = (UnitWords(s, encoder, segmenter) for s in (old, new))
                for part in (rows, np.arange(119, dtype=np.int64)):
                    np.testing.assert_array_equal(
                        cut.best_cosines(words, part), kept.best_cosines(words, part)
                    )


def test_only_what_changed_is_segmented_again(tmp_path: Path) -> None:
    class Counting(SplitSegmenter):
        def words(self, text: str) -> list[str]:
            asked.append(text)
            return super().words(text)

    asked: list[str] = []
    write_reports(tmp_path / "reports")
    build([tmp_path / "reports"], tmp_path / "index", CountingEncoder(), Counting())
    first = len(asked)
    assert first == 24  # twelve units, each with one heading
    (tmp_path / "reports" / "b.txt").write_text(report("第二份", ["缔约国应另作安排。"]), encoding="utf-8")
    build([tmp_path / "reports"], tmp_path / "index", CountingEncoder(), Counting())
    assert "缔约国应另作安排。" in asked[first:]
    assert len(asked) - first == 2
    assert verify(tmp_path / "index") == []
    with Snapshot.open(tmp_path / "index") as snapshot:
        units = [unit for _, unit in snapshot.units.all()]
        assert list(snapshot.units.all_words()) == [segment(unit, SplitSegmenter()) for unit in units]
        assert len(snapshot.lexical.search({"words": {"缔": 1.0}}, 20)[0]) == len(units) == 9
    asked.clear()
    build([tmp_path / "reports"], tmp_path / "index", CountingEncoder(), Counting("another"))
    assert len(asked) == 18


def test_pages_are_kept(tmp_path: Path) -> None:
    document = replace(make_document("a", ["甲", "乙"]), pages=(0, 4))
    encoder, index = CountingEncoder(), tmp_path / "index"
    claim_directory(index)
    vectors = encoder.encode_documents(["甲", "乙"])
    commit(index, write_generation(index, 1, indexed(document), vectors, encoder, SplitSegmenter()), 1)
    with Snapshot.open(index) as snapshot:
        assert snapshot.documents[0].pages == (0, 4)
        assert snapshot.documents.load("a") == document
        assert snapshot.documents.load("a").page_at(document.units[1].span.start) == 2
