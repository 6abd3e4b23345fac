"""Writing that survives a crash: contents reach the disk before the name that makes them count."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from indexer.errors import WriteFailed

__all__ = ["replace_file", "sync_directory", "sync_tree", "writing"]

READABLE = 0o644  # tantivy writes some of its files 0600; other users may only read the index


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


def sync_file(path: Path) -> None:
    """Return once the contents of a file are on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_directory(path: Path) -> None:
    """Return once the names in a directory are on the disk (fsync of a file does not cover its name)."""
    sync_file(path)


def sync_tree(root: Path) -> None:
    """Make every file below `root` readable by others and durable, then every directory, deepest first."""
    below = sorted(root.rglob("*"), key=lambda path: len(path.parts), reverse=True)
    for path in below:
        if path.is_file():
            path.chmod(READABLE & ~_umask())
            sync_file(path)
    for path in (*(path for path in below if path.is_dir()), root):
        sync_directory(path)


def replace_file(path: Path, data: bytes) -> None:
    """Put `data` at `path` so that a reader sees the old contents or the new ones, never a part."""
    aside = path.with_name(path.name + ".new")
    with aside.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    aside.replace(path)
    sync_directory(path.parent)


def _umask() -> int:
    """The process's umask, which can only be read by setting it."""
    current = os.umask(0o077)
    os.umask(current)
    return current
