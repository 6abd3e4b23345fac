"""Folders that cannot be listed, files that cannot be looked for, names that cannot be written down."""

import errno
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from indexer.build import build
from indexer.reading.collect import is_gone
from indexer.report import BuildReport
from tests.indexer_fakes import CountingEncoder, SplitSegmenter, report, write_reports


@pytest.fixture
def reports(tmp_path: Path) -> Path:
    """Three documents, and a fourth in a folder of its own."""
    write_reports(tmp_path / "in")
    (tmp_path / "in" / "sub").mkdir()
    (tmp_path / "in" / "sub" / "d.txt").write_text(report("第四份", ["缔约国应监测塑料。"]), "utf-8")
    return tmp_path / "in"


def indexed(reports: Path, *, prune: bool = False) -> BuildReport:
    return build([reports], reports.parent / "index", CountingEncoder(), SplitSegmenter(), prune=prune)


def lock(folder: Path, monkeypatch: pytest.MonkeyPatch, listing: int, looking: int | None) -> None:
    """Let listing a folder fail, and looking at what is in it; permissions would not bind the root user."""

    def failing(act: Callable[..., Any], number: int, *, inside: bool) -> Callable[..., Any]:
        def tried(path: Any = ".", *more: Any, **named: Any) -> Any:
            if isinstance(path, str | os.PathLike):
                place = Path(path)
                if (inside and folder in place.parents) or (not inside and place == folder):
                    raise OSError(number, os.strerror(number), str(path))
            return act(path, *more, **named)

        return tried

    monkeypatch.setattr("os.scandir", failing(os.scandir, listing, inside=False))
    if looking is not None:
        monkeypatch.setattr("os.stat", failing(os.stat, looking, inside=True))


@pytest.mark.parametrize(
    ("listing", "looking"), [(errno.EACCES, None), (errno.EACCES, errno.EACCES), (errno.EIO, errno.EIO)]
)
@pytest.mark.parametrize("prune", [False, True])
def test_a_folder_that_cannot_be_listed_is_told_and_costs_no_document(
    reports: Path, monkeypatch: pytest.MonkeyPatch, listing: int, looking: int | None, prune: bool
) -> None:
    assert indexed(reports).added == ["a", "b", "c", "sub/d"]
    lock(reports / "sub", monkeypatch, listing, looking)
    again = indexed(reports, prune=prune)
    assert (again.unchanged, again.removed) == (["a", "b", "c", "sub/d"], [])
    (failure,) = again.failures
    assert (failure.path, failure.error) == (reports / "sub", "UnreadableFolder")
    assert failure.message.endswith("expected a folder to read. Check its permissions.")


def test_a_folder_given_that_cannot_be_looked_for_is_told(
    reports: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    indexed(reports)
    lock(reports, monkeypatch, errno.EACCES, errno.EACCES)
    index = reports.parent / "index"
    again = build([reports / "sub"], index, CountingEncoder(), SplitSegmenter(), prune=True)
    assert (again.documents, again.removed) == (4, [])
    assert [failure.error for failure in again.failures] == ["UnreadableFile"]


def test_the_id_of_a_document_that_cannot_be_looked_at_is_not_given_to_another(
    reports: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (reports / "sub" / "d.toml").write_text('id = "d"\n', "utf-8")
    indexed(reports)
    other = write_reports(reports.parent / "other", count=1)[0].rename(reports.parent / "other" / "d.txt")
    lock(reports / "sub", monkeypatch, errno.EACCES, errno.EACCES)
    found = build([other], reports.parent / "index", CountingEncoder(), SplitSegmenter())
    assert (found.added, found.documents) == (["other/d"], 5)


def test_a_file_is_gone_only_where_that_is_known(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").touch()
    assert not is_gone(tmp_path / "file")
    assert is_gone(tmp_path / "nothing")
    assert is_gone(tmp_path / "file" / "below")
    lock(tmp_path, monkeypatch, errno.EIO, errno.EIO)
    assert not is_gone(tmp_path / "nothing")


def test_a_name_that_is_not_utf_8_is_a_failure_that_says_so(reports: Path) -> None:
    try:
        Path(os.fsdecode(os.fsencode(reports) + b"/\xb1\xa8\xb8\xe6.txt")).write_text("1. 甲。\n", "utf-8")
    except OSError:
        pytest.skip("this file system takes names in UTF-8 only")
    (failure,) = indexed(reports).failures
    assert failure.error == "UnreadableFile"
    assert "name that is not UTF-8; expected one that can be written down. Rename it." in failure.message
