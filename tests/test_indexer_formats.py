"""What a version of the format promises: older ones are refused by name, and each run writes what changed alone."""

from dataclasses import replace
from pathlib import Path

import orjson
import pytest

from indexer.build import build
from indexer.care.verify import verify
from indexer.disk.manifest import FORMAT_VERSION, Current, digest
from indexer.errors import FormatTooOld
from indexer.segment.words import compared_words, segment
from indexer.snapshot import open_snapshot
from tests.indexer_fakes import CountingEncoder, SplitSegmenter, make_document, report, write_reports
from tests.segment_support import add


@pytest.mark.parametrize("version", [1, 2])
def test_an_older_format_says_how_to_rebuild(tmp_path: Path, version: int) -> None:
    folder = tmp_path / "generations" / "00000001"
    folder.mkdir(parents=True)
    manifest = orjson.dumps({"format_version": version, "generation": 1, "files": {}})
    (folder / "manifest.json").write_bytes(manifest)
    (tmp_path / "CURRENT").write_bytes(Current(version, 1, digest(manifest)).to_bytes())
    for act in (open_snapshot, verify):
        with pytest.raises(
            FormatTooOld, match=f"format {version}; this version reads {FORMAT_VERSION}. Rebuild"
        ):
            act(tmp_path)


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
    with open_snapshot(tmp_path / "index") as snapshot:
        units = [unit for _, unit in snapshot.units.all()]
        for row, unit in enumerate(units):
            words = compared_words(segment(unit, SplitSegmenter()))
            assert set(snapshot.words.of(row)) == set(words)
        assert len(snapshot.lexical.search({"words": {"缔": 1.0}}, 20)[0]) == len(units) == 9
    asked.clear()
    build([tmp_path / "reports"], tmp_path / "index", CountingEncoder(), Counting("another"))
    assert len(asked) == 18


def test_an_update_writes_one_small_segment(tmp_path: Path) -> None:
    write_reports(tmp_path / "reports", count=20, paragraphs=30)
    build([tmp_path / "reports"], tmp_path / "index", CountingEncoder(), SplitSegmenter())
    before = {path.name for path in (tmp_path / "index" / "segments").iterdir()}
    (tmp_path / "reports" / "b.txt").write_text(report("第二份", ["缔约国应另作安排。"]), encoding="utf-8")
    build([tmp_path / "reports"], tmp_path / "index", CountingEncoder(), SplitSegmenter())
    after = {path.name for path in (tmp_path / "index" / "segments").iterdir()}
    assert before < after
    (new,) = after - before
    size = sum(path.stat().st_size for path in (tmp_path / "index" / "segments" / new).iterdir())
    assert size < 20_000
    with open_snapshot(tmp_path / "index") as snapshot:
        assert len(snapshot.units) == 19 * 30 + 1


def test_pages_are_kept(tmp_path: Path) -> None:
    document = replace(make_document("a", ["甲", "乙"]), pages=(0, 4))
    add(tmp_path / "index", [document])
    with open_snapshot(tmp_path / "index") as snapshot:
        stored = snapshot.documents.find("a")
        assert stored is not None
        assert stored.pages == (0, 4)
        assert snapshot.documents.load("a") == document
        assert snapshot.documents.load("a").page_at(document.units[1].span.start) == 2
