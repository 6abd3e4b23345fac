"""The shared index: generations are swapped without failing or mixing requests under way."""

import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import pytest

from api.errors import NotReady
from api.service.generations import IndexService
from indexer.errors import SnapshotDamaged
from search.library import Library


class FakeLibrary:
    """Stands for one generation; remembers whether it was closed."""

    def __init__(self, version: str) -> None:
        self.index_version = version
        self.closed = False

    def close(self) -> None:
        self.closed = True


class Shelf:
    """An index directory whose generations are fakes; `damaged` makes the next opening fail."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.opened: list[FakeLibrary] = []
        self.notes: list[tuple[str, dict[str, Any]]] = []
        self.damaged = False
        self.tried = 0

    def commit(self, version: str) -> None:
        (self.folder / "CURRENT").write_text(version)

    def open(self, folder: Path) -> Library:
        self.tried += 1
        if self.damaged:
            raise SnapshotDamaged("the store is cut short")
        self.opened.append(FakeLibrary((folder / "CURRENT").read_text()))
        return cast(Library, self.opened[-1])

    def note(self, event: str, **fields: Any) -> None:
        self.notes.append((event, fields))


@pytest.fixture
def kept(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path)


@pytest.fixture
def service(kept: Shelf) -> Iterator[IndexService]:
    kept.commit("1-a")
    service = IndexService(kept.folder, interval=0.01, opener=kept.open, note=kept.note)
    service.refresh()
    yield service
    service.stop()


def test_a_request_keeps_its_generation_and_the_next_gets_the_new_one(
    kept: Shelf, service: IndexService
) -> None:
    with service.lease() as before:
        kept.commit("2-b")
        assert service.refresh()
        with service.lease() as after:
            assert (before.index_version, after.index_version) == ("1-a", "2-b")
        assert not kept.opened[0].closed
    assert kept.opened[0].closed
    assert not kept.opened[1].closed


def test_the_same_generation_is_not_opened_again(kept: Shelf, service: IndexService) -> None:
    assert not service.refresh()
    assert len(kept.opened) == 1


def test_a_damaged_generation_leaves_the_old_one_answering_and_is_noted_once(
    kept: Shelf, service: IndexService
) -> None:
    kept.damaged = True
    kept.commit("2-b")
    assert [service.refresh(), service.refresh()] == [False, False]
    with service.lease() as library:
        assert library.index_version == "1-a"
    assert [event for event, _ in kept.notes] == ["index_opened", "index_not_opened"]
    assert kept.notes[-1][1]["reason"] == "the store is cut short"
    kept.damaged = False
    assert service.refresh()


def test_what_was_put_back_is_no_failure(kept: Shelf, service: IndexService) -> None:
    kept.damaged = True
    kept.commit("2-b")
    service.refresh()
    assert service.failure == "the store is cut short"
    kept.commit("1-a")
    assert not service.refresh()
    assert service.failure is None


def test_a_damaged_generation_is_not_read_again_at_every_look(
    kept: Shelf, service: IndexService, monkeypatch: pytest.MonkeyPatch
) -> None:
    """But after a while, at once where it is asked for, and at once where another one is committed."""
    monkeypatch.setattr("api.service.generations.RETRY_SECONDS", 3600)
    kept.damaged = True
    kept.commit("2-b")
    service.start()
    tried = kept.tried
    time.sleep(0.2)  # twenty looks
    assert kept.tried == tried
    service.refresh()
    assert kept.tried == tried + 1
    monkeypatch.setattr("api.service.generations.RETRY_SECONDS", 0)
    assert _wait(lambda: kept.tried > tried + 1)
    monkeypatch.setattr("api.service.generations.RETRY_SECONDS", 3600)
    kept.damaged = False
    kept.commit("3-c")
    assert _wait(lambda: _version(service) == "3-c")


def test_a_vanished_current_file_changes_nothing(kept: Shelf, service: IndexService) -> None:
    (kept.folder / "CURRENT").unlink()
    assert not service.refresh()
    with service.lease() as library:
        assert library.index_version == "1-a"


def test_without_an_index_the_reason_is_told_and_a_later_one_is_taken(kept: Shelf) -> None:
    kept.damaged = True
    service = IndexService(kept.folder, interval=0.01, opener=kept.open)
    service.start()
    try:
        with pytest.raises(NotReady, match="cut short"), service.lease():
            pass
        kept.damaged = False
        kept.commit("3-c")
        assert _wait(lambda: _version(service) == "3-c")
    finally:
        service.stop()
    assert all(library.closed for library in kept.opened)


def test_many_threads_and_many_generations(kept: Shelf, service: IndexService) -> None:
    """No lease ever holds a closed library, and every retired library is closed in the end."""
    wrong: list[str] = []

    def ask() -> None:
        for _ in range(300):
            with service.lease() as library:
                if cast(FakeLibrary, library).closed:
                    wrong.append(library.index_version)

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for number in range(2, 40):
        kept.commit(f"{number}-x")
        service.refresh()
    for thread in threads:
        thread.join()
    assert wrong == []
    assert [library.closed for library in kept.opened] == [True] * 38 + [False]


def _version(service: IndexService) -> str | None:
    try:
        with service.lease() as library:
            return library.index_version
    except NotReady:
        return None


def _wait(condition: Any, seconds: float = 5.0) -> bool:
    done = threading.Event()
    for _ in range(int(seconds / 0.01)):
        if condition():
            return True
        done.wait(0.01)
    return False
