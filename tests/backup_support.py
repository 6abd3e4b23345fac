"""Small indexes for the tests of backups: made, looked at, damaged."""

from pathlib import Path

from indexer.build import build
from indexer.care.verify import verify
from indexer.disk.layout import read_current
from indexer.snapshot import open_snapshot
from tests.indexer_fakes import CountingEncoder, SplitSegmenter, write_reports


def make(folder: Path, count: int = 3, segmenter: str = "characters") -> Path:
    """An index over `count` reports that lie beside it."""
    reports = write_reports(folder.with_name(folder.name + "-reports"), count=count)
    build(reports, folder, CountingEncoder(), SplitSegmenter(segmenter))
    return folder


def version(index: Path) -> str:
    current = read_current(index)
    assert current is not None
    return current.index_version


def sources(index: Path) -> dict[str, str]:
    """The documents of an index that is sound."""
    assert verify(index) == []
    with open_snapshot(index) as snapshot:
        return {document.id: snapshot.documents.source(document.id) for document in snapshot.documents}


def contents(folder: Path) -> dict[str, bytes]:
    """Every file below a folder but the lock."""
    files = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
    return {name: path.read_bytes() for name, path in files.items() if not name.startswith("LOCK")}


def committed(index: Path) -> dict[str, bytes]:
    """The files that a generation consists of: its manifest and its segments."""
    names = {f"generations/{path.parent.name}/manifest.json" for path in index.glob("generations/*/*")}
    return {
        name: data for name, data in contents(index).items() if name in names or name.startswith("segments/")
    }


def file_of(index: Path, name: str = "units") -> Path:
    """A file of the one segment of an index."""
    (path,) = index.glob(f"segments/*/{name}.safetensors")
    return path


def flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
