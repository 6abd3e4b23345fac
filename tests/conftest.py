"""What all tests share: threads that do not fight for cores, and indexes that are built once a run."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

from tests.indexes import SEEDS, Shelf, shared_index

if TYPE_CHECKING:
    from search.library import Library

# Before a numerical library is loaded: the workers share the cores already.
for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "RAYON_NUM_THREADS"):
    os.environ.setdefault(_name, "1")


# The same examples in every run, and no bound on the time of one: a busy machine is no fault of the code.
settings.register_profile("house", derandomize=True, deadline=None)
settings.load_profile("house")

os.environ["LC_ALL"] = "C.UTF-8"  # whatever the language of the machine, messages are in English


@pytest.fixture(scope="session", autouse=True)
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One folder for the indexes of this run, which all workers share."""
    own = tmp_path_factory.getbasetemp()
    place = (own if os.environ.get("PYTEST_XDIST_WORKER") is None else own.parent) / "indexes"
    place.mkdir(exist_ok=True)
    Shelf.place = place
    return place


@pytest.fixture(scope="session", autouse=True)
def kept_readings(shelf: Path) -> Iterator[None]:
    """What the packaged reader has read for one test it need not read for another."""
    from tests.kept_readings import keep_readings

    with pytest.MonkeyPatch.context() as patch:
        keep_readings(shelf.with_name("readings"), patch)
        yield


@pytest.fixture(scope="session")
def samples_index(shelf: Path) -> Path:
    """The samples with the encoder `hash`, which knows nothing of meaning; read only."""
    return shared_index("samples")


@pytest.fixture(scope="session")
def packaged_index(shelf: Path) -> Path:
    """The samples with the packaged encoder; read only."""
    return shared_index("samples", "packaged")


@pytest.fixture(scope="session")
def seeds_index(shelf: Path) -> Path:
    """The real documents beside the repository with the packaged encoder; skips where there are none."""
    if not SEEDS.is_dir():
        pytest.skip("../shared is absent")
    return shared_index("seeds", "packaged")


@pytest.fixture(scope="session")
def samples_library(samples_index: Path) -> Iterator["Library"]:
    """`samples_index`, open."""
    yield from _open(samples_index)


@pytest.fixture(scope="session")
def packaged_library(packaged_index: Path) -> Iterator["Library"]:
    """`packaged_index`, open."""
    yield from _open(packaged_index)


@pytest.fixture(scope="session")
def seeds_library(seeds_index: Path) -> Iterator["Library"]:
    """`seeds_index`, open."""
    yield from _open(seeds_index)


def _open(index: Path) -> Iterator["Library"]:
    from search.library import open_library

    library = open_library(index)
    yield library
    library.close()
