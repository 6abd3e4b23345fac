"""What stands in an index directory, and what an index directory is not.

INDEX/
  CURRENT                 which generation counts (`indexer.disk.manifest`)
  LOCK, LOCK.owner        the writer's lock and who holds it (`indexer.disk.lock`)
  generations/00000007/   the manifest of one generation, never changed after its commit
  segments/NAME/          documents of one run, never changed; shared by the generations that name it
  cache/vectors.sqlite3   vectors already encoded (`indexer.cache`)
"""

import errno
import os
import stat
from pathlib import Path

from indexer.disk.durable import ASIDE, make_directories, writing
from indexer.disk.manifest import Current, damaged
from indexer.disk.storage import DISK, Storage
from indexer.errors import DirectoryClosed, ForeignDirectory, SnapshotDamaged

__all__ = ["CACHE", "CURRENT", "GENERATIONS", "SEGMENTS", "claim_directory", "read_current", "read_small"]

CURRENT = "CURRENT"
GENERATIONS = "generations"
SEGMENTS = "segments"
MOST_BYTES = 64 << 20  # of a manifest: some hundred thousand deleted documents
CACHE = Path("cache", "vectors.sqlite3")
ENTRIES = frozenset({CURRENT, CURRENT + ASIDE, "LOCK", "LOCK.owner", GENERATIONS, SEGMENTS, "cache"})


def read_current(index_dir: Path) -> Current | None:
    """What CURRENT says, None where nothing was ever committed.

    Raises ForeignDirectory where the path is a file or a directory of something else, DirectoryClosed,
    SnapshotDamaged, FormatTooOld, FormatTooNew.
    """
    names = _names(index_dir)
    if names is None:
        return None
    foreign = sorted(names - ENTRIES)
    path = index_dir / CURRENT
    try:
        return Current.from_bytes(read_small(path), path)
    except FileNotFoundError:
        if foreign:
            raise _foreign(index_dir, foreign[0]) from None
        return None
    except SnapshotDamaged:
        if foreign:  # other programs have a file CURRENT too
            raise _foreign(index_dir, foreign[0]) from None
        raise
    except OSError as error:
        raise damaged(path, f"a file that cannot be read ({error.strerror})", "a readable file") from error


def read_small(path: Path) -> bytes:
    """A file of a few lines, or a manifest; raises OSError where it is a link, a pipe or too long."""
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
    with os.fdopen(descriptor, "rb") as file:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode) or status.st_size > MOST_BYTES:
            raise OSError(errno.EINVAL, f"no regular file of at most {MOST_BYTES:,} bytes", str(path))
        return file.read(MOST_BYTES)


def claim_directory(index_dir: Path, storage: Storage = DISK) -> None:
    """Make the directory where it does not exist; raises as `read_current` does, and WriteFailed."""
    read_current(index_dir)
    with writing(index_dir):
        make_directories(index_dir / GENERATIONS, storage)
        make_directories(index_dir / SEGMENTS, storage)


def _names(index_dir: Path) -> set[str] | None:
    """The names in the directory, None where there is none."""
    try:
        if not index_dir.exists():
            return None
        if index_dir.is_dir():
            return {entry.name for entry in index_dir.iterdir()}
    except OSError as error:
        raise DirectoryClosed(
            f"{index_dir} cannot be looked into ({error.strerror}); expected a directory that may be read. "
            "Check its permissions, or run as the user who made it."
        ) from error
    raise ForeignDirectory(f"{index_dir} is a file; expected a directory. Name another path with --index.")


def _foreign(index_dir: Path, name: str) -> ForeignDirectory:
    return ForeignDirectory(
        f"{index_dir} holds {name}, which no index has; expected an index or an empty directory. "
        "Nothing was written. Name another directory with --index."
    )
