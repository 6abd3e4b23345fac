"""The narrow waist: every change of an index directory goes through one of these operations.

`Disk` does them. Tests put another storage in its place that fails, or stops for ever, at any one of them, or
says what of the directory would be left after a loss of power (`tests/faulty_storage.py`).
"""

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Protocol, TypeVar

__all__ = ["DISK", "Disk", "Storage"]

Result = TypeVar("Result")


class Storage(Protocol):
    """What changes a directory. All raise OSError, save those that say otherwise.

    Nothing that is written or named is durable before it is synced: a file by itself, its name by the
    directory that holds it.
    """

    def make_directory(self, path: Path) -> None:
        """Make one directory, whose parent exists; one that is there already stays."""
        ...

    def write(self, path: Path, data: bytes) -> None:
        """Write a whole file."""
        ...

    def let_write(self, path: Path, write: Callable[[], Result]) -> Result:
        """Let a library write the file or folder `path` by itself; raises what it raises."""
        ...

    def make_readable(self, path: Path, mode: int) -> None:
        """Set the permissions of a file."""
        ...

    def sync(self, path: Path) -> None:
        """Return once the contents of a file, or the names in a directory, are on the disk."""
        ...

    def rename(self, source: Path, target: Path) -> None:
        """Give a file or folder another name; a file of that name is replaced."""
        ...

    def remove(self, path: Path) -> None:
        """Remove a file, if it is there."""
        ...

    def remove_tree(self, path: Path) -> None:
        """Remove a folder as far as that is possible; never raises OSError."""
        ...


class Disk:
    """The file system."""

    def make_directory(self, path: Path) -> None:
        """`Storage.make_directory`."""
        path.mkdir(exist_ok=True)

    def write(self, path: Path, data: bytes) -> None:
        """`Storage.write`."""
        path.write_bytes(data)

    def let_write(self, path: Path, write: Callable[[], Result]) -> Result:
        """`Storage.let_write`."""
        return write()

    def make_readable(self, path: Path, mode: int) -> None:
        """`Storage.make_readable`."""
        path.chmod(mode)

    def sync(self, path: Path) -> None:
        """`Storage.sync`: fsync of a file does not cover its name, which its directory's does."""
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    def rename(self, source: Path, target: Path) -> None:
        """`Storage.rename`."""
        source.replace(target)

    def remove(self, path: Path) -> None:
        """`Storage.remove`."""
        path.unlink(missing_ok=True)

    def remove_tree(self, path: Path) -> None:
        """`Storage.remove_tree`."""
        shutil.rmtree(path, ignore_errors=True)


DISK = Disk()
