"""The running service under attack and under load, for seconds; `make load-test` has the minutes."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.api_support import build_samples
from tests.clock import TRIES
from tests.load.connections import big_body, half_open, honest, p95, strange_heads
from tests.load.mixed import MEBIBYTE, mixed_load, mixed_paths
from tests.load.service import Service, running
from tests.load.swaps import swap_under_load

RATE = 20.0
SECONDS = 8  # of mixed load; `make load-test` has ten minutes
FLAT = 32 * MEBIBYTE  # a body of 300 MB that is kept takes ten times that


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_samples(tmp_path_factory.mktemp("index"), "packaged")


@pytest.fixture(scope="module")
def service(index: Path) -> Iterator[Service]:
    with running(index) as service:
        yield service


@pytest.fixture(scope="module")
def paths(index: Path) -> list[tuple[str, str]]:
    return mixed_paths(index, 60)


def test_mixed_load_has_no_error(service: Service, paths: list[tuple[str, str]]) -> None:
    seen = mixed_load(service, paths, seconds=SECONDS, rate=RATE).seen
    assert seen.wrong == []
    assert len(seen.all) > SECONDS * RATE / 2, "half of what was due at least, on a machine however slow"
    assert len(seen.milliseconds) == 5
    assert service.errors() == []


def test_half_open_connections_do_not_hold_up_honest_clients(
    service: Service, paths: list[tuple[str, str]]
) -> None:
    """Twice the time, and 100 ms for what else a busy machine does; it may do more in one of three tries."""

    def held_up() -> bool:
        alone = honest(service, paths, seconds=2, rate=RATE)
        with half_open(service, 300):
            beside = honest(service, paths, seconds=4, rate=RATE)
        assert beside.wrong == []
        return p95(beside) > 2 * p95(alone) + 100

    assert not all(held_up() for _ in range(TRIES))


def test_a_body_of_300_megabytes_is_refused_and_not_kept(service: Service) -> None:
    status, grown = big_body(service, 300 * 1000 * 1000)
    assert status == 413
    assert grown < FLAT
    assert service.get("/healthz")[0] == 200


def test_strange_heads_are_answered_or_closed(service: Service) -> None:
    assert strange_heads(service) == []
    assert service.errors() == []


def test_every_answer_is_from_one_generation(tmp_path: Path) -> None:
    swapped = swap_under_load(tmp_path / "place", swaps=4, rate=RATE, workers=2, pause=0.3)
    assert swapped.seen.wrong == []
    assert len(swapped.seen.all) > 20
    assert swapped.generations > 2
