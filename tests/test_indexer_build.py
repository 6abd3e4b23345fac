"""What a run adds, updates, keeps and removes, and what it says about it."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from indexer.build import build
from indexer.care.verify import verify
from indexer.errors import BadVectors, NothingIndexed
from indexer.reading.reader import Readers
from indexer.reading.received import Read
from indexer.report import BuildReport, Failure
from indexer.segment.fields import encoded_text
from indexer.snapshot import open_snapshot
from tests.indexer_fakes import SEEDS, CountingEncoder, SplitSegmenter, report, write_reports
from tests.misbehaving_reader import misbehave


@pytest.fixture
def reports(tmp_path: Path) -> Path:
    write_reports(tmp_path / "reports")
    return tmp_path / "reports"


@pytest.fixture
def index(tmp_path: Path) -> Path:
    return tmp_path / "index"


def units_of(index: Path) -> list[tuple[str, int, str]]:
    with open_snapshot(index) as snapshot:
        return [(unit.document, unit.number, unit.text) for _, unit in snapshot.units.all()]


def test_a_folder_becomes_a_snapshot(reports: Path, index: Path) -> None:
    encoder, said = CountingEncoder(), []
    report = build([reports], index, encoder, SplitSegmenter(), progress=said.append)
    assert (report.documents, report.units, report.encoded, report.reused) == (3, 12, 12, 0)
    assert (report.added, report.updated, report.unchanged, report.removed) == (["a", "b", "c"], [], [], [])
    assert report.failures == []
    assert said[0] == "found 3 documents"
    with open_snapshot(index) as snapshot:
        assert snapshot.index_version == report.index_version
        assert snapshot.index_version.startswith("1-")
        for row, unit in snapshot.units.all():
            vector = encoder.encode_queries([encoded_text(unit)])[0]
            np.testing.assert_allclose(snapshot.dense.vector(row), vector, atol=1e-3)  # kept in 16 bits
            assert snapshot.dense.search(vector, 1)[0].tolist() == [row]
            assert row in snapshot.lexical.search({"bigrams": {unit.text[-4:-2]: 1.0}}, 12)[0]
            assert "导" in "".join(unit.headings)
        assert snapshot.lexical.doc_freq("headings", "导") == 12
    assert verify(index) == []


def test_nothing_new_writes_nothing(reports: Path, index: Path) -> None:
    first = build([reports], index, CountingEncoder(), SplitSegmenter())
    again = build([reports], index, CountingEncoder(), SplitSegmenter())
    assert again.index_version == first.index_version
    assert (again.unchanged, again.encoded, again.reused) == (["a", "b", "c"], 0, 12)
    assert [folder.name for folder in (index / "generations").iterdir()] == ["00000001"]


def test_an_update_encodes_only_what_changed(reports: Path, index: Path) -> None:
    build([reports], index, CountingEncoder(), SplitSegmenter())
    changed = reports / "b.txt"
    text = changed.read_text("utf-8").replace("第3点", "第三点").replace("第4点", "第四点")
    changed.write_text(text, "utf-8")
    encoder = CountingEncoder()
    report = build([changed], index, encoder, SplitSegmenter())
    assert (report.updated, report.unchanged, report.removed) == (["b"], ["a", "c"], [])
    assert (report.encoded, report.reused, report.units) == (2, 10, 12)
    assert ["第三点" in encoder.texts[0], "第四点" in encoder.texts[1]] == [True, True]
    assert sum("第三点" in text for _, _, text in units_of(index)) == 1
    assert verify(index) == []


def test_a_sidecar_is_part_of_its_document(reports: Path, index: Path) -> None:
    build([reports], index, CountingEncoder(), SplitSegmenter())
    (reports / "a.toml").write_text('title = "另一标题"\n', "utf-8")
    report = build([reports], index, CountingEncoder(), SplitSegmenter())
    assert (report.updated, report.encoded) == (["a"], 0)
    with open_snapshot(index) as snapshot:
        assert snapshot.documents[0].metadata.title == "另一标题"
    (reports / "a.toml").write_text('id = "z"\n', "utf-8")
    report = build([reports], index, CountingEncoder(), SplitSegmenter())
    assert (report.added, report.removed, report.unchanged) == (["z"], ["a"], ["b", "c"])


def test_documents_stay_until_pruned(reports: Path, index: Path, tmp_path: Path) -> None:
    elsewhere = write_reports(tmp_path / "elsewhere", count=4)[3]
    build([reports, elsewhere], index, CountingEncoder(), SplitSegmenter())
    (reports / "a.txt").unlink()
    elsewhere.unlink()
    kept = build([reports], index, CountingEncoder(), SplitSegmenter())
    assert (kept.unchanged, kept.removed) == (["a", "b", "c", "d"], [])
    assert [(notice.path.name, notice.error) for notice in kept.notices] == [("a.txt", "FileGone")]
    pruned = build([reports], index, CountingEncoder(), SplitSegmenter(), prune=True)
    assert (pruned.unchanged, pruned.removed) == (["b", "c", "d"], ["a"])
    assert {document for document, _, _ in units_of(index)} == {"b", "c", "d"}


def test_a_missing_folder_prunes_nothing(reports: Path, index: Path) -> None:
    build([reports], index, CountingEncoder(), SplitSegmenter())
    shutil.move(reports, reports.with_name("away"))
    report = build([reports], index, CountingEncoder(), SplitSegmenter(), prune=True)
    assert (report.documents, report.removed) == (3, [])
    assert "does not exist" in report.failures[0].message


def test_everything_may_be_pruned(reports: Path, index: Path) -> None:
    build([reports], index, CountingEncoder(), SplitSegmenter())
    for path in reports.iterdir():
        path.unlink()
    report = build([reports], index, CountingEncoder(), SplitSegmenter(), prune=True)
    assert (report.documents, report.units, report.removed) == (0, 0, ["a", "b", "c"])
    assert units_of(index) == verify(index) == []


def test_two_files_with_one_id_by_their_metadata_are_told_and_stop_nothing(
    reports: Path, index: Path
) -> None:
    for name in ("b", "c"):
        (reports / f"{name}.toml").write_text('id = "a"\n', "utf-8")
    report = build([reports], index, CountingEncoder(), SplitSegmenter())
    assert report.added == ["a"]
    assert [(failure.path.name, failure.error) for failure in report.failures] == [
        ("b.txt", "DuplicateDocument"),
        ("c.txt", "DuplicateDocument"),
    ]
    assert str(reports / "a.txt") in report.failures[0].message
    assert f'Write another `id = "…"` in {reports / "b.toml"}' in report.failures[0].message
    (reports / "b.toml").write_text('id = "a2"\n', "utf-8")
    assert build([reports], index, CountingEncoder(), SplitSegmenter()).added == ["a2"]


def test_an_id_taken_by_a_file_indexed_earlier_is_not_taken_from_it(
    reports: Path, index: Path, tmp_path: Path
) -> None:
    build([reports], index, CountingEncoder(), SplitSegmenter())
    other = tmp_path / "other"
    other.mkdir()
    shutil.copy(reports / "b.txt", other / "a.txt")
    assert build([other], index, CountingEncoder(), SplitSegmenter()).added == ["other/a"]
    assert build([other, reports], index, CountingEncoder(), SplitSegmenter()).documents == 4


def test_a_moved_folder_is_found_again(reports: Path, index: Path) -> None:
    build([reports], index, CountingEncoder(), SplitSegmenter())
    moved = Path(shutil.move(reports, reports.with_name("moved")))
    report = build([moved], index, CountingEncoder(), SplitSegmenter())
    assert (report.updated, report.encoded) == (["a", "b", "c"], 0)


def test_a_file_that_fails_costs_the_others_nothing(reports: Path, index: Path) -> None:
    build([reports], index, CountingEncoder(), SplitSegmenter())
    before = units_of(index)
    (reports / "a.txt").write_bytes(b"\x89PNG\r\n\0\0\0")
    (reports / "d.txt").write_text("  \n", "utf-8")
    (reports / ".hidden.txt").write_bytes(b"\0")
    (reports / "notes.csv").write_bytes(b"\0")
    report = build([reports, reports / "nowhere.txt"], index, CountingEncoder(), SplitSegmenter(), prune=True)
    found = {(failure.path.name, failure.error) for failure in report.failures}
    assert found == {
        ("nowhere.txt", "UnreadableFile"),
        ("a.txt", "BinaryFile"),
        ("d.txt", "EmptyFile"),
    }
    assert all(failure.path.name in failure.message for failure in report.failures)
    assert [(notice.path.name, notice.error) for notice in report.notices] == [("notes.csv", "NotADocument")]
    assert units_of(index) == before


def test_a_bug_in_one_document_is_a_failure(
    reports: Path, index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    misbehave(monkeypatch)
    (reports / "b.txt").write_text("raise RecursionError('too deep')", "utf-8")
    report = build([reports], index, CountingEncoder(), SplitSegmenter())
    assert report.added == ["a", "c"]
    assert [(f.path.name, f.error) for f in report.failures] == [("b.txt", "ParserCrashed")]
    assert "RecursionError (too deep)" in report.failures[0].message


def test_nothing_to_index(tmp_path: Path, index: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(NothingIndexed, match="no document was found"):
        build([tmp_path / "empty"], index, CountingEncoder(), SplitSegmenter())
    (tmp_path / "empty" / "a.txt").write_bytes(b"")
    with pytest.raises(NothingIndexed, match="none of the 1 documents could be read"):
        build([tmp_path / "empty"], index, CountingEncoder(), SplitSegmenter())


def test_another_encoder_or_segmenter_writes_anew(reports: Path, index: Path) -> None:
    build([reports], index, CountingEncoder("one"), SplitSegmenter())
    second = build([reports], index, CountingEncoder("two", dim=24), SplitSegmenter())
    assert (second.unchanged, second.encoded) == (["a", "b", "c"], 12)
    third = build([reports], index, CountingEncoder("two", dim=24), SplitSegmenter("other"))
    assert (third.encoded, third.index_version[0]) == (0, "3")
    with open_snapshot(index) as snapshot:
        assert snapshot.manifest.encoder.dim == snapshot.dense.dim == 24
        assert snapshot.manifest.segmenter == "other"


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda v: v[:-1], r"shape \(11, 16\), expected \(12, 16\)"),
        (lambda v: v.astype(np.float64), "of float64, expected float32"),
        (lambda v: v * np.float32(np.nan), "NaN"),
    ],
)
def test_an_encoder_that_breaks_its_contract(reports: Path, index: Path, spoil: object, message: str) -> None:
    encoder = CountingEncoder()
    honest = encoder.encode_documents
    encoder.encode_documents = lambda texts: spoil(honest(texts))
    with pytest.raises(BadVectors, match=message):
        build([reports], index, encoder, SplitSegmenter())


@pytest.mark.skipif(not SEEDS.is_dir(), reason="the seed documents are not in this checkout")
def test_the_seeds(index: Path) -> None:
    report = build([SEEDS], index, CountingEncoder(), SplitSegmenter())
    assert (report.documents, report.failures) == (4, [])
    assert verify(index) == []


def indexed(reports: Path, index: Path) -> BuildReport:
    return build([reports], index, CountingEncoder(), SplitSegmenter())


TEXTS = [report("甲报告", ["缔约国应监测塑料。"]), report("甲报告", ["缔约国应监测噪声。"])]


@pytest.mark.parametrize(
    ("suffix", "states"),
    [(".txt", TEXTS), (".toml", ["session = 8", "session = 9"])],
    ids=["text", "sidecar"],
)
def test_a_file_exchanged_while_it_is_indexed_is_known_by_what_was_read(
    reports: Path, index: Path, monkeypatch: pytest.MonkeyPatch, suffix: str, states: list[str]
) -> None:
    """Looked at as one text, read as another, and put back: the next run reads what stands there."""
    file = (reports / "a").with_suffix(suffix)
    indexed(reports, index)
    file.write_text(states[0], "utf-8")

    class Exchanging(Readers):
        def read(self, *given: Any) -> Iterator[Read | Failure]:
            file.write_text(states[1], "utf-8")
            return super().read(*given)

    monkeypatch.setattr("indexer.merge.Readers", Exchanging)
    assert indexed(reports, index).updated == ["a"]
    monkeypatch.undo()
    assert indexed(reports, index).updated == []
    file.write_text(states[0], "utf-8")
    assert indexed(reports, index).updated == ["a"]
    with open_snapshot(index) as snapshot:
        held = snapshot.documents.source("a") if suffix == ".txt" else snapshot.documents[0].metadata.session
    assert held == (states[0] if suffix == ".txt" else 8)


@pytest.mark.parametrize("become", ["pipe", "device"])
def test_a_file_that_becomes_a_pipe_or_a_device_is_not_waited_for(
    reports: Path, index: Path, monkeypatch: pytest.MonkeyPatch, become: str
) -> None:
    """It was a file when it was looked at; it is opened once by the run and once by the process that reads it."""
    indexed(reports, index)
    monkeypatch.setattr("indexer.reading.collect._unfit", lambda path, most: None)
    (reports / "a.txt").unlink()
    if become == "pipe":
        os.mkfifo(reports / "a.txt")
    else:
        (reports / "a.txt").symlink_to("/dev/zero")
    found = build([reports], index, CountingEncoder(), SplitSegmenter(), follow_links=True)
    assert (found.updated, found.unchanged) == ([], ["a", "b", "c"])
    (failure,) = found.failures
    assert (failure.path.name, failure.error) == ("a.txt", "UnreadableFile")
    assert "it is a pipe, a socket or a device" in failure.message
