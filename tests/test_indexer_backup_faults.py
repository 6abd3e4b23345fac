"""A copy that fails, has no room or is killed: what was committed stays, and nothing half-made is left."""

import errno
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from indexer.care.backup import backup, restore
from indexer.disk.lock import write_lock
from indexer.errors import IndexLocked, WriteFailed
from tests.backup_support import make, sources, version
from tests.faulty_storage import Fault, FaultyStorage, Killed, Power, PoweredStorage
from tests.faulty_storage import restore as restore_image

ROOT = Path(__file__).parents[1]
LIMITED = """
import resource, sys
from pathlib import Path
from indexer.care.backup import backup, restore
from indexer.errors import WriteFailed
source, index, aside = map(Path, sys.argv[1:])
resource.setrlimit(resource.RLIMIT_FSIZE, (2_000, 2_000))
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
from indexer.care.backup import restore
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
        patch.setattr(f"indexer.care.backup.{step}", raising(error))
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
    """The system refuses to write beyond 2,000 bytes a file."""
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


def operations(run: Callable[[FaultyStorage], object]) -> int:
    """How many operations a sound run takes."""
    storage = FaultyStorage()
    run(storage)
    return len(storage.operations)


# Each operation with one of the four faults; the long form has the other three.
TURNS = [0, *(pytest.param(turn, marks=pytest.mark.long) for turn in (1, 2, 3))]


@pytest.mark.parametrize("turn", TURNS)
def test_a_restoration_that_fails_at_any_operation(tmp_path: Path, copy: Path, turn: int) -> None:
    """The old state or the new, sound, whatever the operation; and the next restoration goes through."""
    target = make(tmp_path / "target", count=2)
    old, new = sources(target), sources(copy)
    shutil.copytree(target, tmp_path / "sound")
    total = operations(lambda storage: restore(copy, tmp_path / "sound", replace_index=True, storage=storage))
    seen = set()
    for at in range(total):
        place = Path(shutil.copytree(target, tmp_path / f"at{at}"))
        fault = list(Fault)[(at + turn) % 4]
        with suppress(WriteFailed, IndexLocked, OSError, Killed):
            restore(copy, place, replace_index=True, storage=FaultyStorage(at, fault))
        after = sources(place)
        assert after in (old, new), at
        seen.add(tuple(after))
        restore(copy, place, replace_index=True)
        assert sources(place) == new
    assert seen == {tuple(old), tuple(new)}


@pytest.mark.parametrize("turn", TURNS)
def test_a_backup_that_fails_at_any_operation(tmp_path: Path, index: Path, turn: int) -> None:
    """It is there and sound, or it is not there; the index answers as before."""
    before = sources(index)
    for at in range(operations(lambda storage: backup(index, tmp_path / "sound", storage=storage))):
        try:
            backup(index, tmp_path / f"at{at}", storage=FaultyStorage(at, list(Fault)[(at + turn) % 4]))
            told = True
        except (WriteFailed, Killed):
            told = False
        assert (tmp_path / f"at{at}").exists() or not told, "success was told without a backup"
        if (tmp_path / f"at{at}").exists():
            assert sources(tmp_path / f"at{at}") == before
    assert sources(index) == before


def test_power_that_goes_at_any_operation(tmp_path: Path, copy: Path) -> None:
    """Whatever a disk may have kept at any moment of a restoration is the old state or the new."""
    target = make(tmp_path / "target", count=2)
    states = [sources(target), sources(copy)]
    power = Power(target)
    power.settle()
    storage = PoweredStorage(power)
    restore(copy, target, replace_index=True, storage=storage)
    assert len(storage.images) > 10
    for number, image in enumerate(storage.images):
        restore_image(image, tmp_path / f"image{number}")
        assert sources(tmp_path / f"image{number}") in states, storage.images[image]
    assert sources(tmp_path / f"image{number}") == states[1]
