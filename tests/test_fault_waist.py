"""Nothing changes an index directory but the operations of a storage, or the faults of the tests would miss it."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from indexer.care.backup import backup, restore
from indexer.disk import generation
from indexer.disk.storage import Storage
from tests.fault_cases import Case, ReadersHere, make_cases
from tests.faulty_storage import FaultyStorage

Tree = dict[str, tuple[int, int, int]]


def tree(place: Path) -> Tree:
    """Every name below a place, with number, size and time of its last change."""
    found = {}
    for path in sorted(place.rglob("*")):
        status = path.lstat()
        found[str(path.relative_to(place))] = (status.st_ino, status.st_size, status.st_mtime_ns)
    return found


class WatchingStorage(FaultyStorage):
    """A sound disk that looks, before each operation, whether anything has changed since the last one."""

    def __init__(self, place: Path) -> None:
        super().__init__()
        self.place, self.left = place, tree(place)
        self.besides: list[str] = []

    def look(self, before: str) -> None:
        """Note what was changed by nobody who asked."""
        now = tree(self.place)
        changed = sorted(name for name in now.keys() | self.left if now.get(name) != self.left.get(name))
        self.besides += [f"{name} before {before}" for name in changed]

    def _do(self, name: str, path: Path, act: Callable[[], object], tear: Callable[[], None]) -> object:  # type: ignore[override]  # any result
        self.look(f"{name} {path.name}")
        try:
            return super()._do(name, path, act, tear)
        finally:
            self.left = tree(self.place)


@pytest.fixture(scope="module")
def cases(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Case]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("indexer.merge.Readers", ReadersHere)
        return {case.name: case for case in make_cases(tmp_path_factory.mktemp("cases"))}


@pytest.fixture(autouse=True)
def _readers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("indexer.merge.Readers", ReadersHere)
    monkeypatch.setattr("indexer.encode.BATCH", 4)


def watched(place: Path, act: Callable[[Storage], object]) -> list[str]:
    """What an action changed beside the storage that it was given, which it has used."""
    storage = WatchingStorage(place)
    act(storage)
    storage.look("the end")
    assert storage.operations
    return storage.besides


@pytest.mark.parametrize("name", ["first", "update", "prune", "nothing", "encoder"])
def test_a_run_changes_its_directory_through_the_storage(
    cases: dict[str, Case], tmp_path: Path, name: str
) -> None:
    index = cases[name].begin(tmp_path / "in" / "index")
    index.parent.mkdir(exist_ok=True)
    assert watched(index.parent, lambda storage: cases[name].run(index, storage)) == []


def test_a_copy_changes_its_directory_through_the_storage(cases: dict[str, Case], tmp_path: Path) -> None:
    index = cases["update"].begin(tmp_path / "index")
    (tmp_path / "to").mkdir()
    assert watched(tmp_path / "to", lambda to: backup(index, tmp_path / "to" / "copy", storage=to)) == []
    copy, back = tmp_path / "to" / "copy", tmp_path / "back"
    back.mkdir()
    assert watched(back, lambda to: restore(copy, back / "index", storage=to)) == []
    assert watched(back, lambda to: restore(copy, back / "index", replace_index=True, storage=to)) == []


def test_what_goes_beside_it_is_seen(
    cases: dict[str, Case], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A sync that also touches what it syncs, past the storage that it was given."""
    sound = generation.sync_tree

    def besides(folder: Path, storage: Storage) -> None:
        for path in folder.iterdir():
            os.utime(path, ns=(1, 1))
        sound(folder, storage)

    monkeypatch.setattr(generation, "sync_tree", besides)
    index = tmp_path / "index"
    (found, *_) = watched(tmp_path, lambda storage: cases["first"].run(index, storage))
    assert ".safetensors before" in found
