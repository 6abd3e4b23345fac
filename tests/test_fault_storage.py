"""A fault at every operation in turn: afterwards the index is exactly as before the run or as after it."""

from collections import Counter
from pathlib import Path

import pytest

from indexer.errors import WriteFailed
from tests.fault_cases import (
    Case,
    ReadersHere,
    State,
    assert_next_run_succeeds,
    figures,
    make_cases,
    state,
)
from tests.faulty_storage import Fault, FaultyStorage, Killed, Power, PoweredStorage, restore

NAMES = ("first", "update", "prune", "nothing", "encoder")
EVERY = 12  # of the operations, those that the short form tries; the long form tries all


@pytest.fixture(autouse=True)
def _readers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("indexer.merge.Readers", ReadersHere)
    monkeypatch.setattr("indexer.encode.BATCH", 4)
    monkeypatch.setattr("os.fsync", lambda descriptor: None)  # what it would do is worked out here


@pytest.fixture(scope="module")
def cases(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Case]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("indexer.merge.Readers", ReadersHere)
        return {case.name: case for case in make_cases(tmp_path_factory.mktemp("cases"))}


def both_states(case: Case, place: Path) -> tuple[State | None, State | None, list[str]]:
    """The states before and after a run without a fault, and its operations."""
    index, counting = case.begin(place / "sound"), FaultyStorage()
    old = state(index)
    case.run(index, counting)
    return old, state(index), counting.operations


def try_fault(case: Case, index: Path, storage: FaultyStorage, old: State | None, new: State | None) -> str:
    """One run with a fault, and everything that must hold afterwards; returns what became of it."""
    case.begin(index)
    done, told = False, None
    try:
        case.run(index, storage)
        done = True
    except WriteFailed as error:
        told = str(error)
    except Killed:
        pass
    assert told is None or "What was committed before stays and answers" in told
    found = state(index)
    assert found in ((new,) if done else (old, new)), storage.operations[-1]
    assert_next_run_succeeds(case, index, new)
    return "went well" if done else "no change" if old == new else "new" if found == new else "old"


def every_operation(case: Case, place: Path, fault: Fault, every: int) -> Counter[str]:
    old, new, operations = both_states(case, place)
    assert len(operations) > (3 if case.name == "nothing" else 30)
    offset = sum(map(ord, case.name + fault)) % every  # other operations for each case and fault
    tried = range(offset, len(operations), every)
    return Counter(try_fault(case, place / f"{at}", FaultyStorage(at, fault), old, new) for at in tried)


@pytest.mark.parametrize("fault", list(Fault))
@pytest.mark.parametrize("name", NAMES)
def test_faults_at_some_operations(cases: dict[str, Case], tmp_path: Path, name: str, fault: Fault) -> None:
    every_operation(cases[name], tmp_path, fault, EVERY * (2 if name == "encoder" else 1))


@pytest.mark.long
@pytest.mark.parametrize("fault", list(Fault))
@pytest.mark.parametrize("name", NAMES)
def test_faults_at_every_operation(cases: dict[str, Case], tmp_path: Path, name: str, fault: Fault) -> None:
    figures(f"{name}, {fault} at every operation", every_operation(cases[name], tmp_path, fault, 1))


@pytest.mark.parametrize("name", NAMES)
def test_power_is_lost_at_every_operation(cases: dict[str, Case], tmp_path: Path, name: str) -> None:
    """Only what was synced counts, or names come before contents, or some of both."""
    case = cases[name]
    old, new, _ = both_states(case, tmp_path)
    place = tmp_path / "powered"
    place.mkdir()
    index = case.begin(place / "index")
    power = Power(place)
    power.settle()
    storage = PoweredStorage(power)
    case.run(index, storage)
    found = Counter()
    for number, (image, after) in enumerate(storage.images.items()):
        restore(image, tmp_path / f"{number}")
        left = tmp_path / f"{number}" / "index"
        found["old" if (was := state(left)) == old else "new"] += 1
        assert was in (old, new), after
        if number % 5 == 0:
            assert_next_run_succeeds(case, left, new)
    for number, image in enumerate(power.images()):  # the run has said that it is done
        restore(frozenset(image.items()), tmp_path / f"done{number}")
        assert state(tmp_path / f"done{number}" / "index") == new
    if name != "nothing":
        assert found["old"] > 3
        assert found["new"] > 0
    figures(f"{name}, power lost, different states of the disk", found)


def room_of_a_run(case: Case, place: Path) -> int:
    """Bytes that a run writes in all."""
    storage = FaultyStorage(room=1 << 40)
    case.run(case.begin(place / "measured"), storage)
    return (1 << 40) - (storage._room or 0)


def full_disks(case: Case, place: Path, steps: int) -> Counter[str]:
    old, new, _ = both_states(case, place)
    needed = room_of_a_run(case, place)
    assert needed > 30_000
    rooms = [needed * step // steps for step in range(steps + 1)]
    found = Counter(try_fault(case, place / str(room), FaultyStorage(room=room), old, new) for room in rooms)
    assert found["went well"] >= 1
    assert found["old"] >= steps // 2
    return found


@pytest.mark.parametrize("name", ["first", "update"])
def test_disks_of_some_sizes(cases: dict[str, Case], tmp_path: Path, name: str) -> None:
    full_disks(cases[name], tmp_path, 5)


@pytest.mark.long
@pytest.mark.parametrize("name", ["first", "update", "prune", "encoder"])
def test_disks_of_rising_sizes(cases: dict[str, Case], tmp_path: Path, name: str) -> None:
    figures(f"{name}, disk full at rising sizes", full_disks(cases[name], tmp_path, 60))


def test_the_faults_are_seen(cases: dict[str, Case], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the syncs the same test finds an index that is neither old nor new."""
    monkeypatch.setattr("indexer.disk.generation.sync_tree", lambda folder, storage: None)
    with pytest.raises(AssertionError):
        test_power_is_lost_at_every_operation(cases, tmp_path, "update")


def test_a_new_index_directory_is_named_durably(cases: dict[str, Case], tmp_path: Path) -> None:
    """A first build into a folder below folders that do not exist either."""
    power = Power(tmp_path)
    power.settle()
    storage = PoweredStorage(power)
    cases["first"].run(tmp_path / "deep" / "down" / "index", storage)
    assert f"sync {tmp_path.name}" in storage.operations
    for image in power.images():
        assert image["/deep/down/index/CURRENT"]
