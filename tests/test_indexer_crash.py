"""Whatever stops a writer, and wherever: the index opens with exactly the old state or the new one."""

import errno
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import orjson
import pytest

from indexer.build import build
from indexer.care.verify import verify
from indexer.disk.lock import OWNER, write_lock
from indexer.errors import IndexLocked, WriteFailed
from indexer.snapshot import open_snapshot
from tests.indexer_fakes import CountingEncoder, SplitSegmenter, write_reports

ROOT = Path(__file__).parents[1]
WRITER = """
import sys, time
from pathlib import Path
from indexer.build import build
from tests.indexer_fakes import CountingEncoder, SplitSegmenter
print("ready", flush=True)
build([Path(sys.argv[1])], Path(sys.argv[2]), CountingEncoder(), SplitSegmenter())
print("done", flush=True)
time.sleep(60)
"""

LIMITED = """
import resource, signal, sqlite3, sys
from pathlib import Path
import numpy as np
from indexer.build import build
from indexer.segment.arrays import write_arrays
from indexer.content.dense import write_nearest
from indexer.errors import WriteFailed
from tests.indexer_fakes import CountingEncoder, SplitSegmenter
reports, index, aside = map(Path, sys.argv[1:])
writers = {
    "arrays": lambda: write_arrays(aside / "arrays", {"a": np.ones((999, 32), np.float32)}),
    "nearest": lambda: write_nearest(aside / "nearest", np.random.default_rng(1).random((9999, 32)).astype(np.float16)),
    "build": lambda: build([reports], index, CountingEncoder(dim=2048), SplitSegmenter()),
}
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))
for name, write in writers.items():
    try:
        write()
        print(name, "wrote")
    except (OSError, sqlite3.Error, WriteFailed) as error:
        print(name, type(error).__name__, error)
"""


@pytest.fixture
def reports(tmp_path: Path) -> Path:
    write_reports(tmp_path / "reports")
    return tmp_path / "reports"


@pytest.fixture
def index(tmp_path: Path, reports: Path) -> Path:
    """An index of a and b; indexing the folder would add c."""
    build([reports / "a.txt", reports / "b.txt"], tmp_path / "index", CountingEncoder(), SplitSegmenter())
    return tmp_path / "index"


def state(index: Path) -> tuple[str, ...]:
    assert verify(index) == []
    with open_snapshot(index) as snapshot:
        return tuple(document.id for document in snapshot.documents)


def folders(index: Path) -> list[str]:
    return sorted(path.name for path in (index / "generations").iterdir())


STEPS = [
    "indexer.publisher.write_arrays",
    "indexer.publisher.make_segment",
    "indexer.publisher.commit",
    "indexer.disk.generation.sync_tree",
    "indexer.disk.generation.sync_directory",
    "indexer.disk.generation.replace_file",
    "indexer.disk.storage.Disk.sync",
    "indexer.disk.generation.digest_file",
]
FULL = OSError(errno.ENOSPC, "No space left on device")
FAILURES = [(step, error) for step in STEPS for error in (FULL, KeyboardInterrupt())]
FAILURES.remove(("indexer.publisher.make_segment", FULL))
FAILURES.remove(("indexer.publisher.commit", FULL))
FAILURES.append(("indexer.cache.VectorCache.put", KeyboardInterrupt()))


@pytest.mark.parametrize(("step", "error"), FAILURES)
def test_a_failed_run_leaves_the_old_state(
    reports: Path, index: Path, step: str, error: BaseException, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = WriteFailed if error is FULL else KeyboardInterrupt
    with monkeypatch.context() as patch:
        patch.setattr(step, raising(error))
        with pytest.raises(expected) as caught:
            build([reports], index, CountingEncoder(), SplitSegmenter())
    if expected is WriteFailed:
        assert "No space left on device" in str(caught.value)
        assert "What was committed before stays and answers" in str(caught.value)
    assert state(index) == ("a", "b")
    assert not [name for name in folders(index) if name.startswith(".")]
    report = build([reports], index, CountingEncoder(), SplitSegmenter())
    assert (state(index), report.added) == (("a", "b", "c"), ["c"])
    assert report.encoded == (4 if step.endswith("put") else 0)


def raising(error: BaseException) -> Callable[..., None]:
    def fail(*arguments: object, **options: object) -> None:
        raise error

    return fail


def test_files_that_cannot_grow(tmp_path: Path, reports: Path, index: Path) -> None:
    """The system refuses to write beyond 20,000 bytes a file: everyone who writes says so."""
    (tmp_path / "aside").mkdir()
    command = [sys.executable, "-c", LIMITED, str(reports), str(index), str(tmp_path / "aside")]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    arrays, nearest, whole = run.stdout.splitlines()
    assert arrays.startswith("arrays OSError safetensors could not write")
    assert nearest.startswith("nearest OSError FAISS could not write")
    assert whole.startswith("build WriteFailed writing ")
    assert "Make sure that the disk has room" in whole
    assert state(index) == ("a", "b")
    assert folders(index) == ["00000001"]


def test_a_killed_writer_leaves_the_old_state_or_the_new(reports: Path, index: Path) -> None:
    chooser = random.Random()  # other moments in every run: none may fail
    seen = set()
    for delay in [0.0, 0.02, chooser.uniform(0, 0.1), chooser.uniform(0, 0.1), None]:
        command = [sys.executable, "-c", WRITER, str(reports), str(index)]
        writer = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        assert writer.stdout is not None
        assert writer.stdout.readline() == "ready\n"
        if delay is None:
            assert writer.stdout.readline() == "done\n"
        else:
            time.sleep(delay)
        writer.send_signal(signal.SIGKILL)
        writer.communicate()
        seen.add(state(index))
        assert state(index) in {("a", "b"), ("a", "b", "c")}
    assert ("a", "b", "c") in seen
    build([reports / "a.txt"], index, CountingEncoder(), SplitSegmenter("another"))
    assert len(folders(index)) == 2
    assert all(name.isdecimal() for name in folders(index))


def test_leftovers_are_removed_and_two_generations_kept(reports: Path, index: Path) -> None:
    generations = index / "generations"
    (generations / ".building-99999-abcd").mkdir()
    (index / "segments" / ".building-abcd").mkdir()
    (generations / ".building-99999-abcd" / "manifest.json").write_bytes(b"half")
    (generations / "00000002").mkdir()
    for expected in (["00000001", "00000003"], ["00000003", "00000004"], ["00000004", "00000005"]):
        build([reports], index, CountingEncoder(), SplitSegmenter(str(expected)))
        assert folders(index) == expected


def test_a_reader_keeps_its_generation(reports: Path, index: Path) -> None:
    with open_snapshot(index) as old:
        for fingerprint in ("one", "two", "three"):
            build([reports], index, CountingEncoder(), SplitSegmenter(fingerprint))
        assert "00000001" not in folders(index)
        assert [document.id for document in old.documents] == ["a", "b"]
        assert [unit.document for _, unit in old.units.all()] == ["a"] * 4 + ["b"] * 4
        assert old.documents.source("a") == (reports / "a.txt").read_text("utf-8")
        assert len(old.lexical.search({"words": {"国": 1.0}}, 100)[0]) == 8
        assert old.dense.search(old.dense.vector(7), 1)[0].tolist() == [7]
    assert state(index) == ("a", "b", "c")


def test_a_reader_overtaken_by_a_writer_opens_the_newer(
    reports: Path, index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from indexer import embedded

    real, first = embedded.read_manifest, []

    def overtaken(*arguments: object) -> object:
        if not first:
            first.append(True)
            for fingerprint in ("one", "two", "three"):
                build([reports], index, CountingEncoder(), SplitSegmenter(fingerprint))
        return real(*arguments)

    monkeypatch.setattr(embedded, "read_manifest", overtaken)
    with open_snapshot(index) as opened:
        assert len(opened.documents) == 3


def test_a_second_writer_is_refused(reports: Path, index: Path) -> None:
    with write_lock(index), pytest.raises(IndexLocked) as caught:
        build([reports], index, CountingEncoder(), SplitSegmenter())
    assert f"being written by process {os.getpid()} on " in str(caught.value)
    assert "Wait until it ends" in str(caught.value)
    assert not (index / OWNER).exists()
    assert build([reports], index, CountingEncoder(), SplitSegmenter()).added == ["c"]


def test_a_directory_that_cannot_be_written(
    reports: Path, index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    denied = PermissionError(errno.EACCES, "Permission denied")
    monkeypatch.setattr("filelock.BaseFileLock.acquire", raising(denied))
    with pytest.raises(WriteFailed, match=r"LOCK failed: .*Permission denied.* the directory is writable"):
        build([reports], index, CountingEncoder(), SplitSegmenter())


def test_the_lock_of_a_dead_writer_is_free(reports: Path, index: Path) -> None:
    (index / OWNER).write_bytes(orjson.dumps({"pid": 1, "host": "gone", "since": "2026-01-01"}))
    assert build([reports], index, CountingEncoder(), SplitSegmenter()).added == ["c"]
