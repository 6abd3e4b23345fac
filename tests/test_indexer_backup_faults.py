"""A copy that fails, has no room or is killed: what was committed stays, and nothing half-made is left."""

import errno
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from indexer.backup import backup, restore
from indexer.errors import IndexLocked, WriteFailed
from indexer.lock import write_lock
from tests.backup_support import make, sources, version

ROOT = Path(__file__).parents[1]
LIMITED = """
import resource, sys
from pathlib import Path
from indexer.backup import backup, restore
from indexer.errors import WriteFailed
source, index, aside = map(Path, sys.argv[1:])
resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))
for name, copy in {"backup": lambda: backup(source, aside), "restore": lambda: restore(source, index, replace_index=True)}.items():
    try:
        copy()
        print(name, "wrote")
    except WriteFailed as error:
        print(name, error)
"""
RESTORER = """
import sys
from pathlib import Path
from indexer.backup import restore
print("ready", flush=True)
restore(Path(sys.argv[1]), Path(sys.argv[2]), replace_index=True)
print("done", flush=True)
"""


@pytest.fixture
def index(tmp_path: Path) -> Path:
    return make(tmp_path / "index")


@pytest.fixture
def copy(tmp_path: Path, index: Path) -> Path:
    backup(index, tmp_path / "copy")
    return tmp_path / "copy"


def test_a_writer_is_waited_for_by_whoever_restores(tmp_path: Path, index: Path, copy: Path) -> None:
    was = version(index)
    with write_lock(index), pytest.raises(IndexLocked, match="being written by process"):
        restore(copy, index, replace_index=True)
    assert version(index) == was


def raising(error: BaseException) -> Callable[..., None]:
    def fail(*arguments: object, **options: object) -> None:
        raise error

    return fail


FULL = OSError(errno.ENOSPC, "No space left on device")


@pytest.mark.parametrize("error", [FULL, KeyboardInterrupt()])
@pytest.mark.parametrize("step", ["_copy", "sync_tree", "verify", "sync_directory", "replace_file"])
def test_a_failed_copy_leaves_everything_as_it_was(
    tmp_path: Path, copy: Path, step: str, error: BaseException, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = make(tmp_path / "target", count=2)
    was = version(target)
    with monkeypatch.context() as patch:
        patch.setattr(f"indexer.backup.{step}", raising(error))
        with pytest.raises((WriteFailed, OSError) if error is FULL else KeyboardInterrupt):
            restore(copy, target, replace_index=True)
        if step not in ("sync_directory", "replace_file"):
            with pytest.raises((WriteFailed, OSError) if error is FULL else KeyboardInterrupt):
                backup(target, tmp_path / "other")
            assert not (tmp_path / "other").exists()
    assert version(target) == was
    assert sources(target).keys() == {"a", "b"}
    assert [path for path in tmp_path.rglob(".*") if path.name.startswith((".other", ".building"))] == []
    restore(copy, target, replace_index=True)
    assert sources(target) == sources(copy)


def test_a_disk_without_room(tmp_path: Path, copy: Path) -> None:
    """The system refuses to write beyond 20,000 bytes a file."""
    target = make(tmp_path / "target", count=2)
    was = version(target)
    command = [sys.executable, "-c", LIMITED, str(copy), str(target), str(tmp_path / "other")]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    backed_up, restored = run.stdout.splitlines()
    for line in (backed_up, restored):
        assert "failed: [Errno 27] File too large" in line
        assert "Make sure that the disk has room" in line
    assert version(target) == was
    assert not (tmp_path / "other").exists()
    assert sorted(path.name for path in (target / "generations").iterdir()) == ["00000001"]


def test_a_killed_restoration_leaves_the_old_state_or_the_new(tmp_path: Path, copy: Path) -> None:
    target = make(tmp_path / "target", count=2)
    states = {tuple(sources(target)), tuple(sources(copy))}
    for delay in (0.0, 0.005, 0.01, 0.02, None):
        command = [sys.executable, "-c", RESTORER, str(copy), str(target)]
        process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        if delay is None:
            assert process.stdout.readline() == "done\n"
        else:
            time.sleep(delay)
        os.kill(process.pid, signal.SIGKILL)
        process.communicate()
        assert tuple(sources(target)) in states
    assert sources(target) == sources(copy)
    assert len(list((target / "generations").iterdir())) == 2
