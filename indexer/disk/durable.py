"""Writing that survives a crash: contents reach the disk before the name that makes them count."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from indexer.disk.storage import DISK, Storage
from indexer.errors import WriteFailed

__all__ = ["make_directories", "replace_file", "sync_directory", "sync_tree", "writing"]

READABLE = 0o644  # libraries write some files 0600; other users may only read the index
ASIDE = ".new"  # ending of a file that is about to replace another


@contextmanager
def writing(target: Path) -> Iterator[None]:
    """Turn what the disk and sqlite raise into WriteFailed."""
    try:
        yield
    except (OSError, sqlite3.Error) as error:
        raise WriteFailed(
            f"writing {target} failed: {error}. What was committed before stays and answers. "
            "Make sure that the disk has room and that the directory is writable, then run again."
        ) from error


def make_directories(path: Path, storage: Storage = DISK) -> None:
    """Make a directory and those above it, each with its name on the disk before the next."""
    if path.is_dir():
        return
    make_directories(path.parent, storage)
    storage.make_directory(path)
    storage.sync(path.parent)


def sync_directory(path: Path, storage: Storage = DISK) -> None:
    """Return once the names in a directory are on the disk."""
    storage.sync(path)


def sync_tree(root: Path, storage: Storage = DISK) -> None:
    """Make every file below `root` readable by others and durable, then every directory, deepest first."""
    below = sorted(root.rglob("*"), key=lambda path: (-len(path.parts), path))
    for path in below:
        if path.is_file():
            storage.make_readable(path, READABLE & ~_umask())
            storage.sync(path)
    for path in (*(path for path in below if path.is_dir()), root):
        storage.sync(path)


def replace_file(path: Path, data: bytes, storage: Storage = DISK) -> None:
    """Put `data` at `path` so that a reader sees the old contents or the new ones, never a part."""
    aside = path.with_name(path.name + ASIDE)
    storage.write(aside, data)
    storage.sync(aside)
    storage.rename(aside, path)
    storage.sync(path.parent)


def _umask() -> int:
    """The process's umask, which can only be read by setting it."""
    current = os.umask(0o077)
    os.umask(current)
    return current
