"""Readers beside a writer: opening and verifying never fail, and each answer is of one committed state."""

import errno
import os
import subprocess
import sys
import threading
import traceback
from collections.abc import Iterator
from pathlib import Path

import pytest

from indexer.care.verify import verify
from indexer.disk.manifest import Current, digest, generation_folder
from indexer.embedded import ATTEMPTS, read_committed
from indexer.errors import SnapshotDamaged
from indexer.snapshot import committed_manifest, open_snapshot
from tests.fault_cases import Case, ReadersHere
from tests.indexer_fakes import write_reports

ROOT = Path(__file__).parents[1]
COMMITS = 50
WRITER = """
import sys
from pathlib import Path
from tests.fault_cases import Case, without_processes
from tests.indexer_fakes import report
import os
os.fsync = lambda descriptor: None  # commits come as fast as they can
without_processes()
place, commits = Path(sys.argv[1]), int(sys.argv[2])
case = Case("writer", place / "nowhere", place / "reports")
for number in range(commits):
    for name in "abc":
        text = report(name, [f"缔约国应第{number}次监测。"] * 2)
        (case.reports / f"{name}.txt").write_text(text, "utf-8")
    case.run(place / "index")
"""


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr("indexer.merge.Readers", ReadersHere)
    write_reports(tmp_path / "reports")
    Case("first", tmp_path / "nowhere", tmp_path / "reports").run(tmp_path / "index")
    return tmp_path


def test_readers_beside_fifty_commits(place: Path) -> None:
    command = [sys.executable, "-c", WRITER, str(place), str(COMMITS)]
    writer = subprocess.Popen(command, cwd=ROOT)
    versions: set[str] = set()
    wrong: list[object] = []

    def read() -> None:
        while writer.poll() is None and not wrong:
            try:
                with open_snapshot(place / "index") as snapshot:
                    texts = {unit.text.partition("第")[2][:3] for _, unit in snapshot.units.all()}
                    if snapshot.index_version[:2] != "1-" and len(texts) != 1:
                        wrong.append(texts)
                    versions.add(snapshot.index_version)
                committed_manifest(place / "index")
                wrong.extend(verify(place / "index"))
            except Exception:
                wrong.append(traceback.format_exc())  # pytest shows where, not only what

    readers = [threading.Thread(target=read) for _ in range(2)]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()
    assert writer.wait() == 0
    assert not wrong, "\n".join(map(str, wrong))
    assert len(versions) > 5
    with open_snapshot(place / "index") as snapshot:
        assert snapshot.manifest.generation == COMMITS + 1


def test_damage_is_told_though_commits_go_on(place: Path) -> None:
    """A generation that stays damaged is damage, whatever CURRENT comes to say; no endless loop."""
    seen = []

    def read(folder: Path, current: Current) -> None:
        seen.append(folder)
        text = Current(current.format_version, current.generation + 1, digest(b"")).to_bytes()
        (place / "index" / "CURRENT").write_bytes(text)
        raise SnapshotDamaged("damaged")

    with pytest.raises(SnapshotDamaged):
        read_committed(place / "index", read)
    assert len(seen) == ATTEMPTS


def test_verify_looks_at_what_was_committed_meanwhile(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from indexer.care import verify as module

    real, commits = module.read_manifest, iter(range(3))
    case = Case("more", place / "nowhere", place / "reports")

    def overtaken(index: Path, current: Current) -> object:
        for number in commits:  # when it is called for the first time
            (place / "reports" / "a.txt").write_text(f"报告\n\n1. 缔约国应第{number}次监测。\n", "utf-8")
            case.run(place / "index")
        return real(index, current)

    monkeypatch.setattr(module, "read_manifest", overtaken)
    assert verify(place / "index") == []
    assert not (place / "index" / "generations" / "00000001").exists()


def test_a_folder_that_goes_while_verify_looks_into_it_is_no_error(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As when a writer removes a generation between two looks of pathlib."""
    case, first = Case("more", place / "nowhere", place / "reports"), generation_folder(place / "index", 1)
    real = Path.rglob
    looked_into = []

    def removed(folder: Path, pattern: str) -> Iterator[Path]:
        if folder == first and not looked_into:
            looked_into.append(folder)
            for number in range(3):
                (place / "reports" / "a.txt").write_text(f"报告\n\n1. 缔约国应第{number}次监测。\n", "utf-8")
                case.run(place / "index")
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT))
        yield from real(folder, pattern)

    monkeypatch.setattr(Path, "rglob", removed)
    assert verify(place / "index") == []
    assert looked_into
    assert not first.exists()
