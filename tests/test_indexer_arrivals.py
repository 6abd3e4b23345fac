"""When units first came in: kept while their words stand in the document, whatever else becomes of it."""

from pathlib import Path

import orjson
import pytest

from indexer import arrivals
from indexer.build import build, optimize
from indexer.care.verify import verify
from indexer.content import store
from indexer.snapshot import open_snapshot
from tests.indexer_fakes import CountingEncoder, SplitSegmenter, report, write_reports


class Clock:
    now = 1_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(arrivals, "clock", clock)
    return clock


def dates(index: Path) -> dict[str, list[int | None]]:
    """By document, the date of each unit in reading order."""
    with open_snapshot(index) as snapshot:
        return {
            one.id: [one.came_in(row) for row in range(one.first_row, one.first_row + one.units)]
            for one in snapshot.documents
        }


def indexed(folder: Path, index: Path, **more: object) -> None:
    report = build([folder], index, CountingEncoder(), SplitSegmenter(), **more)  # type: ignore[arg-type]
    assert report.failures == []


def test_what_is_new_has_the_date_of_its_run_and_the_rest_its_own(tmp_path: Path, clock: Clock) -> None:
    folder, index = tmp_path / "reports", tmp_path / "index"
    write_reports(folder, count=2, paragraphs=3)
    indexed(folder, index)
    assert dates(index) == {"a": [1000] * 3, "b": [1000] * 3}
    clock.now = 2_000.9
    text = (folder / "b.txt").read_text("utf-8")
    (folder / "b.txt").write_text(text.replace("第2点", "第二点") + "\n4. 另外一段全新的文字。\n", "utf-8")
    indexed(folder, index)
    assert dates(index) == {"a": [1000] * 3, "b": [1000, 2000, 1000, 2000]}
    with open_snapshot(index) as snapshot:
        assert dict(snapshot.documents.newest()) == {"a": 1000, "b": 2000}
    assert verify(index) == []


def test_a_unit_keeps_its_date_through_numbers_names_encoders_and_mergers(
    tmp_path: Path, clock: Clock
) -> None:
    folder, index = tmp_path / "reports", tmp_path / "index"
    folder.mkdir()
    (folder / "a.txt").write_text(report("报告", ["甲段的文字在此。", "乙段的文字在此。"]), "utf-8")
    indexed(folder, index)
    clock.now = 2_000.0
    (folder / "a.txt").write_text(
        report("报告", ["丙段先于其他两段。", "甲段的文字在此。", "乙段的文字在此。"]), "utf-8"
    )
    indexed(folder, index)
    assert dates(index) == {"a": [2000, 1000, 1000]}
    clock.now = 3_000.0
    (folder / "a.txt").rename(folder / "z.txt")
    indexed(folder, index, prune=True)
    assert dates(index) == {"z": [2000, 1000, 1000]}
    clock.now = 4_000.0
    build([folder], index, CountingEncoder("other"), SplitSegmenter())
    assert dates(index) == {"z": [2000, 1000, 1000]}
    optimize(index, CountingEncoder("other"), SplitSegmenter())
    assert dates(index) == {"z": [2000, 1000, 1000]}


def test_each_run_is_later_than_the_last_whatever_the_clock_says(tmp_path: Path, clock: Clock) -> None:
    folder, index = tmp_path / "reports", tmp_path / "index"
    write_reports(folder, count=1, paragraphs=2)
    indexed(folder, index)
    clock.now = 900.0
    write_reports(folder, count=2, paragraphs=2)
    indexed(folder, index)
    assert dates(index) == {"a": [1000, 1000], "b": [1001, 1001]}


def test_an_index_of_before_does_not_know_and_guesses_nothing(
    tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, index = tmp_path / "reports", tmp_path / "index"
    write_reports(folder, count=1, paragraphs=2)
    indexed(folder, index)
    whole = orjson.loads
    monkeypatch.setattr(store.orjson, "loads", lambda data: _without(whole(data)))
    assert dates(index) == {"a": [None, None]}
    clock.now = 2_000.0
    with (folder / "a.txt").open("a", encoding="utf-8") as file:
        file.write("\n3. 这一段是后来才有的。\n")
    indexed(folder, index)
    monkeypatch.undo()
    assert dates(index) == {"a": [None, None, 2000]}


def _without(told: object) -> object:
    if isinstance(told, dict):
        told.pop("came", None)
    return told
