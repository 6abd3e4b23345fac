"""Indexes that many tests read, each built once a run, however many workers run it.

They are shared and are not to be written to: a test that writes takes a copy (`copy_index`). The fixtures
of `conftest.py` name the ones that most tests want.
"""

import shutil
from functools import cache
from pathlib import Path

from filelock import FileLock

ROOT = Path(__file__).parents[1]
SAMPLES = ROOT / "corpus" / "samples"
SHARED = ROOT.parent / "shared"
SEEDS = SHARED / "seeds"
SOURCES = {"samples": SAMPLES, "seeds": SEEDS}


class Shelf:
    """Where the indexes of this run stand; `conftest.py` sets it before the first test."""

    place: Path | None = None


def shared_index(name: str, encoder: str = "hash") -> Path:
    """The index over `samples` or `seeds`, built by the first worker that asks for it; read only.

    Example: `shared_index("samples", "packaged") / "CURRENT"`
    """
    assert Shelf.place is not None, "the session fixture `shelf` of conftest.py sets the place"
    return _built(Shelf.place, name, encoder)


def copy_index(target: Path, name: str, encoder: str = "hash") -> Path:
    """A copy to write to; returns the directory."""
    shutil.copytree(shared_index(name, encoder), target, dirs_exist_ok=True)
    return target


@cache
def _built(place: Path, name: str, encoder: str) -> Path:
    index = place / f"{name}-{encoder}"
    with FileLock(f"{index}.lock"):
        if not (index / "CURRENT").exists():
            build_index(SOURCES[name], index, encoder)
    return index


def build_index(source: Path, index: Path, encoder: str) -> None:
    from indexer.build import build
    from models.encoders.registry import load_encoder
    from models.segmenter import Segmenter

    report = build([source], index, load_encoder(encoder), Segmenter())
    assert not report.failures


def stamp(place: Path) -> dict[str, tuple[int, int]]:
    """Size and time of every file of the shared indexes: what a test that writes to one would change."""
    files = [path for index in place.iterdir() if index.is_dir() for path in index.rglob("*")]
    return {
        str(path.relative_to(place)): (path.stat().st_size, path.stat().st_mtime_ns)
        for path in files
        if path.is_file() and path.name != "LOCK"
    }
