"""Backups: exactly one committed state whatever a writer does; restorations: the whole of it or nothing."""

import os
import random
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import orjson
import pytest

from indexer.build import build
from indexer.care.backup import backup, restore
from indexer.care.verify import verify
from indexer.disk.manifest import digest
from indexer.errors import (
    BadDestination,
    ForeignDirectory,
    SnapshotDamaged,
    SnapshotMissing,
)
from tests.backup_support import committed, contents, file_of, flip, make, sources, version
from tests.indexer_fakes import CountingEncoder, SplitSegmenter, write_reports
from tests.segment_support import sign

ROOT = Path(__file__).parents[1]
# Commits one state after the other: state N has the word "状态N。" in all of its documents.
WRITER = """
import sys
from pathlib import Path
from indexer.build import build
from tests.backup_support import committed, contents, file_of, flip, make, sources, version
from tests.indexer_fakes import CountingEncoder, SplitSegmenter, report
reports, index = Path(sys.argv[1]), Path(sys.argv[2])
for state in range(1, 10_000):
    for name in "ab":
        (reports / f"{name}.txt").write_text(report(f"报告{name}", [f"状态{state}。", "各国应当合作。"]), encoding="utf-8")
    done = build([reports], index, CountingEncoder(), SplitSegmenter())
    print(state, done.index_version, flush=True)
"""


@pytest.fixture
def index(tmp_path: Path) -> Path:
    return make(tmp_path / "index")


@pytest.fixture
def copy(tmp_path: Path, index: Path) -> Path:
    backup(index, tmp_path / "copy")
    return tmp_path / "copy"


def test_a_backup_is_the_committed_generation_byte_for_byte(index: Path, copy: Path) -> None:
    assert contents(copy) == {**committed(index), "CURRENT": (index / "CURRENT").read_bytes()}
    assert sources(copy) == sources(index)


def test_the_report_says_what_was_copied(tmp_path: Path, index: Path) -> None:
    report = backup(index, tmp_path / "deep" / "down" / "copy")
    generation = committed(index)
    assert (report.index_version, report.documents, report.units) == (version(index), 3, 12)
    assert report.size == sum(map(len, generation.values()))
    assert report.created == orjson.loads(generation["generations/00000001/manifest.json"])["created"]
    assert report.replaced is None


def test_what_was_backed_up_and_restored_is_the_same_index(tmp_path: Path, copy: Path) -> None:
    report = restore(copy, tmp_path / "new")
    assert report.index_version == version(copy) == version(tmp_path / "new")
    assert contents(tmp_path / "new") == contents(copy)
    backup(tmp_path / "new", tmp_path / "again")
    assert contents(tmp_path / "again") == contents(copy)


def test_a_restored_index_can_be_indexed_into(tmp_path: Path, copy: Path) -> None:
    restore(copy, tmp_path / "new")
    more = write_reports(tmp_path / "index-reports", count=4)
    report = build(more, tmp_path / "new", CountingEncoder(), SplitSegmenter())
    assert (report.documents, report.added) == (4, ["d"])
    assert sources(tmp_path / "new").keys() == {"a", "b", "c", "d"}


@pytest.mark.parametrize("backups", [10, pytest.param(100, marks=pytest.mark.long)])
def test_backups_while_a_process_commits(tmp_path: Path, backups: int) -> None:
    """Each is one of the states that were committed: its version and all of its documents agree."""
    index, log = tmp_path / "index", tmp_path / "log"
    chooser, versions = random.Random(), list[str]()  # other moments in every run: none may fail
    (tmp_path / "reports").mkdir()
    with log.open("wb") as out:
        command = [sys.executable, "-c", WRITER, str(tmp_path / "reports"), str(index)]
        writer = subprocess.Popen(command, cwd=ROOT, stdout=out)
        try:
            for number in range(1, backups + 1):
                while log.read_bytes().count(b"\n") < number:
                    assert writer.poll() is None, "the writer has ended before the backups"
                    time.sleep(0.002)
                time.sleep(chooser.uniform(0, 0.05))
                versions.append(backup(index, tmp_path / f"copy{number}").index_version)
        finally:
            writer.kill()
            writer.wait()
    committed = {line.split()[1]: int(line.split()[0]) for line in log.read_text().splitlines()}
    committed.setdefault(version(index), len(committed) + 1)  # killed before it could say so
    for number, made in enumerate(versions, 1):
        texts = sources(tmp_path / f"copy{number}")
        assert version(tmp_path / f"copy{number}") == made
        assert {re.findall(r"状态(\d+)。", text)[0] for text in texts.values()} == {str(committed[made])}
        assert texts.keys() == {"a", "b"}
        assert committed[made] >= number, "older than what was committed when the backup began"
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def commits(index: Path, times: int = 3) -> str:
    """So many commits that every generation of before is removed; returns the last version."""
    for count in range(times):
        make(index, segmenter=f"other {count}")
    return version(index)


def test_a_generation_removed_while_it_is_copied_is_copied_whole(
    tmp_path: Path, index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from indexer.care import backup as module

    before, real = committed(index), module._copy

    def overtaken(*arguments: object) -> None:
        monkeypatch.setattr(module, "_copy", real)
        commits(index)
        assert not (index / "generations/00000001").exists()
        real(*arguments)  # type: ignore[arg-type]  # passed on as given

    monkeypatch.setattr(module, "_copy", overtaken)
    backup(index, tmp_path / "copy")
    assert committed(tmp_path / "copy") == before
    assert verify(tmp_path / "copy") == []


@pytest.mark.parametrize("step", ["read_manifest", "_open_files"])
def test_a_generation_removed_before_it_is_held_gives_way_to_the_newer(
    tmp_path: Path, index: Path, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from indexer.care import backup as module

    real, newest = getattr(module, step), []

    def overtaken(*arguments: object) -> object:
        if not newest:
            newest.append(commits(index))
        return real(*arguments)

    monkeypatch.setattr(module, step, overtaken)
    assert backup(index, tmp_path / "copy").index_version == newest[0]
    assert version(tmp_path / "copy") == newest[0]


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1])


@pytest.mark.parametrize("damage", [cut, flip, Path.unlink])
def test_a_damaged_backup_is_refused_and_nothing_changes(
    tmp_path: Path, copy: Path, damage: Callable[[Path], None]
) -> None:
    """Every file in turn, the commit file and the manifest among them."""
    target = make(tmp_path / "target", count=2)
    before = contents(target)
    for name in contents(copy):
        shutil.rmtree(tmp_path / "bad", ignore_errors=True)
        shutil.copytree(copy, tmp_path / "bad")
        damage(tmp_path / "bad" / name)
        with pytest.raises((SnapshotDamaged, SnapshotMissing)) as caught:
            restore(tmp_path / "bad", target, replace_index=True)
        assert str(tmp_path / "bad") in str(caught.value), name
        assert contents(target) == before
    assert verify(target) == []


def test_a_damaged_index_is_not_backed_up(tmp_path: Path, index: Path) -> None:
    flip(file_of(index))
    with pytest.raises(SnapshotDamaged, match=r"units\.safetensors: found xxh3"):
        backup(index, tmp_path / "copy")
    assert [path.name for path in tmp_path.iterdir() if "copy" in path.name] == []


def test_what_checksums_cannot_see_is_seen(tmp_path: Path, copy: Path) -> None:
    """A file whose checksum was made to fit but whose units are not what their sources say."""
    path = file_of(copy, "texts")
    path.write_bytes(path.read_bytes().replace("缔约国".encode(), "缔约方".encode()))
    sign(copy)
    with pytest.raises(SnapshotDamaged, match="text differs from the source"):
        restore(copy, tmp_path / "target")
    assert contents(tmp_path / "target") == {}


@pytest.mark.parametrize("name", ["../../../../outside", "sub/../../outside", "/absolute", "..", "a\\b"])
def test_names_that_lead_out_of_the_copy_are_refused(tmp_path: Path, copy: Path, name: str) -> None:
    (tmp_path / "outside").write_bytes(b"x")
    path = copy / "generations/00000001/manifest.json"
    manifest = orjson.loads(path.read_bytes())
    manifest["segments"][0]["files"][name] = {"size": 1, "xxh3": digest(b"x")}
    path.write_bytes(orjson.dumps(manifest))
    current = orjson.loads((copy / "CURRENT").read_bytes())
    (copy / "CURRENT").write_bytes(orjson.dumps({**current, "manifest_xxh3": digest(path.read_bytes())}))
    with pytest.raises(SnapshotDamaged, match="manifest"):
        restore(copy, tmp_path / "target")
    assert not (tmp_path / "target").exists()


@pytest.mark.parametrize("what", ["/dev/zero", "pipe"])
def test_a_backup_with_a_link_or_a_pipe_in_it_is_refused_at_once(
    tmp_path: Path, copy: Path, what: str
) -> None:
    path = file_of(copy, "texts")
    path.unlink()
    os.mkfifo(path) if what == "pipe" else path.symlink_to(what)
    with pytest.raises(SnapshotDamaged, match=r"texts\.safetensors: found "):
        restore(copy, tmp_path / "target")


def test_an_index_is_replaced_only_where_that_is_said(tmp_path: Path, copy: Path) -> None:
    target = make(tmp_path / "target", count=2)
    was = version(target)
    with pytest.raises(BadDestination, match=f"holds the index {was}; expected .* Add --replace"):
        restore(copy, target)
    assert version(target) == was
    report = restore(copy, target, replace_index=True)
    assert (report.replaced, report.index_version[:2]) == (was, "2-")
    assert sources(target) == sources(copy)
    kept = sorted(path.name for path in (target / "generations").iterdir())
    assert kept == ["00000001", "00000002"], "what answered before stays as the last but one"


@pytest.mark.parametrize("name", ["CURRENT", "segment", "generations"])
def test_a_damaged_index_is_mended_by_a_restoration(tmp_path: Path, copy: Path, name: str) -> None:
    target = make(tmp_path / "target", count=2)
    if name == "generations":
        shutil.rmtree(target / name)
    else:
        flip(file_of(target) if name == "segment" else target / name)
    with pytest.raises(BadDestination):
        restore(copy, target)
    restore(copy, target, replace_index=True)
    assert sources(target) == sources(copy)


def test_numbers_of_generations_are_never_used_again(tmp_path: Path, index: Path) -> None:
    commits(index, 4)
    backup(index, tmp_path / "five")
    target = make(tmp_path / "target", count=2)
    assert restore(tmp_path / "five", target, replace_index=True).index_version == version(index)
    assert restore(tmp_path / "five", target, replace_index=True).index_version.startswith("6-")
    assert sources(target) == sources(index)


def test_places_that_are_taken_or_overlap_are_refused(tmp_path: Path, index: Path, copy: Path) -> None:
    before = contents(copy)
    with pytest.raises(BadDestination, match="copy exists; expected a name that is free"):
        backup(index, copy)
    (tmp_path / "file").write_text("mine")
    with pytest.raises(BadDestination, match="exists"):
        backup(index, tmp_path / "file")
    for source, destination in ((index, index / "copy"), (index / "generations", index), (index, index)):
        with pytest.raises(BadDestination, match="or one lies in the other"):
            restore(source, destination, replace_index=True)
    with pytest.raises(BadDestination, match="or one lies in the other"):
        backup(index, index / "copy")
    (tmp_path / "foreign").mkdir()
    (tmp_path / "foreign" / "letters.txt").write_text("mine")
    with pytest.raises(ForeignDirectory):
        restore(copy, tmp_path / "foreign", replace_index=True)
    with pytest.raises(SnapshotMissing, match="holds no index"):
        backup(tmp_path / "nothing", tmp_path / "new")
    assert contents(copy) == before
    assert (tmp_path / "file").read_text() == "mine"
