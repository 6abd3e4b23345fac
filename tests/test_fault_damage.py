"""Damaged files are refused by name, or are proven to change nothing; never a wrong answer."""

import shutil
from collections import Counter
from pathlib import Path

import pytest

from indexer.care.verify import verify
from indexer.errors import FormatTooNew, FormatTooOld, IndexingError, SnapshotDamaged, SnapshotMissing
from indexer.snapshot import open_snapshot
from tests.fault_cases import Case, ReadersHere, State, figures, state
from tests.index_damage import KINDS, damage
from tests.indexer_fakes import report, write_reports

SHORT, LONG = 60, 1000


@pytest.fixture(autouse=True)
def _readers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("indexer.merge.Readers", ReadersHere)
    monkeypatch.setattr("os.fsync", lambda descriptor: None)  # nothing here is about power


class Sound:
    """An index of two generations, the states of both, and what the next run will make of it."""

    def __init__(self, place: Path) -> None:
        reports, self.index = place / "reports", place / "index"
        write_reports(reports)
        self.case = Case("damage", place / "nowhere", reports)
        self.case.run(self.index)
        self.first = state(self.index)
        current = (self.index / "CURRENT").read_bytes()
        (reports / "b.txt").write_text(report("第二份", ["缔约国应监测洗钱。"]), "utf-8")
        self.case.run(self.index)
        self.second = state(self.index)
        assert self.first != self.second
        (reports / "c.txt").write_text(report("第三份", ["三者皆应监测。"]), "utf-8")
        shutil.copytree(self.index, place / "copy")
        self.case.run(place / "copy")
        self.third = state(place / "copy")
        (self.index / "CURRENT.of-1").write_bytes(current)


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Sound:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("indexer.merge.Readers", ReadersHere)
        return Sound(tmp_path_factory.mktemp("sound"))


def opened(index: Path) -> State | IndexingError | None:
    """The state of an index, or why it is refused."""
    try:
        with open_snapshot(index, check=True):
            return state(index)
    except IndexingError as error:
        return error


def changed(sound: Path, index: Path) -> set[str]:
    """Names of the files that are not what they were."""
    files = {
        path.relative_to(place) for place in (sound, index) for path in place.rglob("*") if path.is_file()
    }
    return {
        name.name
        for name in files
        if not (index / name).is_file()
        or not (sound / name).is_file()
        or (sound / name).read_bytes() != (index / name).read_bytes()
    }


def assert_told(error: IndexingError, names: set[str]) -> None:
    """The message names a file that is damaged, and what to do."""
    message = str(error)
    if isinstance(error, SnapshotDamaged):
        # CURRENT and the manifest vouch for each other: where they differ, the manifest is named.
        suspects = names | {"manifest.json"} if "CURRENT" in names else names
        assert any(f"{name}: found" in message for name in suspects), message
        assert "Remedy: restore the directory from a copy, or delete its CURRENT and rebuild" in message
    elif isinstance(error, FormatTooNew | FormatTooOld):
        assert "CURRENT has format" in message
        assert "CURRENT" in names
        assert "yinzheng index" in message
    else:
        assert isinstance(error, SnapshotMissing)
        assert "CURRENT" in names
        assert "Make it with `yinzheng index" in message


def try_damage(sound: Sound, index: Path, seed: int) -> str:
    """Damage a copy, look at it, and go on with it where that is allowed; returns what became of it."""
    shutil.copytree(sound.index, index)
    kind, file = damage(index, seed)
    found = opened(index)
    if isinstance(found, IndexingError):
        assert_told(found, changed(sound.index, index))
        if not isinstance(found, SnapshotMissing):
            with pytest.raises(IndexingError):
                sound.case.run(index)
        shutil.rmtree(index)
        return "refused"
    # Another generation answers only where CURRENT itself was put back, with its own version.
    assert found == sound.second or (found == sound.first and kind == "misdirected"), (kind, file)
    sound.case.run(index)
    assert state(index) == sound.third, (kind, file)
    shutil.rmtree(index)
    return "harmless" if found == sound.second else "an earlier CURRENT, answers as it did"


@pytest.mark.parametrize("part", range(SHORT // 10))
def test_some_damages(sound: Sound, tmp_path: Path, part: int) -> None:
    found = Counter(try_damage(sound, tmp_path / "index", 10 * part + n) for n in range(10))
    assert found["refused"] >= 4


@pytest.mark.long
def test_a_thousand_damages(sound: Sound, tmp_path: Path) -> None:
    found: Counter[str] = Counter()
    for seed in range(10_000, 10_000 + LONG):
        found[try_damage(sound, tmp_path / "index", seed)] += 1
    assert found["refused"] > LONG / 2
    figures("damages", found)


def test_the_remedy_mends_every_damage(sound: Sound, tmp_path: Path) -> None:
    """CURRENT deleted and all documents indexed again: the state is that of the documents."""
    for seed in range(500, 500 + len(KINDS)):
        index = Path(shutil.copytree(sound.index, tmp_path / str(seed)))
        damage(index, seed)
        (index / "CURRENT").unlink(missing_ok=True)
        sound.case.run(index)
        assert state(index) == sound.third


def test_every_kind_of_damage_is_damage(sound: Sound, tmp_path: Path) -> None:
    for number, kind in enumerate(KINDS):
        for seed in range(number, 200 + number, len(KINDS)):
            index = Path(shutil.copytree(sound.index, tmp_path / str(seed)))
            before = {path: path.read_bytes() for path in index.rglob("*") if path.is_file()}
            assert damage(index, seed)[0] == kind.__name__
            after = {path: path.read_bytes() for path in index.rglob("*") if path.is_file()}
            del before[index / "CURRENT.of-1"]
            shutil.rmtree(index)
            if before != after:
                break
        else:
            pytest.fail(f"{kind.__name__} changes nothing")
    assert verify(sound.index) == []
