"""Storages that fail: at one operation, for ever after it, when the disk is full, or by losing power.

| fault | at operation n                                                              | afterwards            |
|-------|-----------------------------------------------------------------------------|-----------------------|
| FAIL  | it raises EIO; what a library had to write is there by half                  | all goes well         |
| FULL  | it raises ENOSPC, if it takes room                                           | so do all that take room |
| KILL  | the process stops before it                                                  | nothing ever happens  |
| TORN  | the process stops in the middle of it: half of the bytes, half of the files  | nothing ever happens  |
"""

import errno
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from random import Random
from typing import TypeVar

from indexer.disk.storage import DISK

Result = TypeVar("Result")
GROWING = frozenset({"make_directory", "write", "let_write"})


class Killed(BaseException):
    """The process is gone: no handler may go on as if it were not."""


class Fault(StrEnum):
    FAIL = "fail"
    FULL = "full"
    KILL = "kill"
    TORN = "torn"


class FaultyStorage:
    """A disk with one fault at operation `at`, counted from 0; None: it only counts.

    `operations` says what was asked for, e.g. `["make_directory generations", "sync index", …]`.
    """

    def __init__(self, at: int | None = None, fault: Fault = Fault.FAIL, *, room: int | None = None) -> None:
        """With `room` the disk has that many bytes left, whatever `at` says."""
        self.operations: list[str] = []
        self.dead = False
        self._at, self._fault, self._room = at, fault, room

    def make_directory(self, path: Path) -> None:
        self._do("make_directory", path, lambda: DISK.make_directory(path), lambda: None)

    def write(self, path: Path, data: bytes) -> None:
        half = data[: len(data) // 2]
        self._do("write", path, lambda: DISK.write(path, data), lambda: DISK.write(path, half))

    def let_write(self, path: Path, write: Callable[[], Result]) -> Result:
        def torn() -> None:
            write()
            # A connection or a lock that is open is the library's, and the library keeps it whole.
            if path.parent.name != "cache" and path.name != "LOCK":
                for file in _files(path):
                    os.truncate(file, file.stat().st_size // 2)

        return self._do("let_write", path, write, torn)

    def make_readable(self, path: Path, mode: int) -> None:
        self._do("make_readable", path, lambda: DISK.make_readable(path, mode), lambda: None)

    def sync(self, path: Path) -> None:
        self._do("sync", path, lambda: DISK.sync(path), lambda: None)

    def rename(self, source: Path, target: Path) -> None:
        def rename() -> None:
            DISK.rename(source, target)

        self._do("rename", target, rename, rename)

    def remove(self, path: Path) -> None:
        self._do("remove", path, lambda: DISK.remove(path), lambda: DISK.remove(path))

    def remove_tree(self, path: Path) -> None:
        def half() -> None:
            for file in list(_files(path))[::2]:
                file.unlink()

        if self._fault in {Fault.FAIL, Fault.FULL} and self._at == len(self.operations):
            self.operations.append(f"remove_tree {path.name}")
            half()  # what cannot be removed stays, and that is no error
            return
        self._do("remove_tree", path, lambda: DISK.remove_tree(path), half)

    def _do(self, name: str, path: Path, act: Callable[[], Result], tear: Callable[[], None]) -> Result:
        """Do the operation, or what becomes of it."""
        if self.dead:
            raise Killed
        number = len(self.operations)
        self.operations.append(f"{name} {path.name}")
        if self._room is not None:
            return self._within_room(name, path, act, tear)
        if self._fault is Fault.FULL and self._at is not None and number >= self._at and name in GROWING:
            raise OSError(errno.ENOSPC, "No space left on device")
        if number != self._at or self._fault is Fault.FULL:
            return act()
        if self._fault is Fault.FAIL:
            if name == "let_write" and path.parent.name != "cache":
                tear()
            raise OSError(errno.EIO, "Input/output error")
        if self._fault is Fault.TORN:
            tear()
        self.dead = True
        raise Killed

    def _within_room(
        self, name: str, path: Path, act: Callable[[], Result], tear: Callable[[], None]
    ) -> Result:
        """Take from the room what the operation has written; by half and ENOSPC where it is too much."""
        assert self._room is not None
        if name not in GROWING:
            return act()
        before = _size(path)
        if self._room <= 0:
            raise OSError(errno.ENOSPC, "No space left on device")
        result = act()
        self._room -= max(0, _size(path) - before) + (4096 if name == "make_directory" else 0)
        if self._room < 0:
            tear()
            raise OSError(errno.ENOSPC, "No space left on device")
        return result


def _files(path: Path) -> Iterator[Path]:
    """The files that a path stands for, in order."""
    if path.is_file():
        yield path
    elif path.is_dir():
        yield from sorted(file for file in path.rglob("*") if file.is_file())


def _size(path: Path) -> int:
    return sum(file.stat().st_size for file in _files(path))


@dataclass
class Node:
    """What the disk would still hold of a file (`content`, None: nothing) or of a directory (`names`)."""

    content: bytes | None = None
    names: dict[str, "Node"] | None = None


Image = dict[str, bytes | None]  # path below the root → contents, None for a directory


@dataclass
class Power:
    """What a loss of power would leave of a directory at any moment: `images()` gives three extremes.

    A file is as it was when it was last synced, a directory as when it was last synced; so says POSIX of
    fsync. But a file system may write anything earlier than asked. Hence three images: names only as
    synced (late), all names at once but contents only as synced, so that a file not synced is empty
    (early), and names of some directories late, of others early (mixed).
    """

    root: Path
    nodes: dict[int, Node] = field(default_factory=dict)
    random: Random = field(default_factory=lambda: Random(5))

    def settle(self) -> None:
        """Everything below the root is on the disk."""
        for path in sorted([self.root, *self.root.rglob("*")], reverse=True):
            self.synced(path)

    def synced(self, path: Path) -> None:
        node = self._node(path)
        if path.is_dir():
            node.names = {child.name: self._node(child) for child in path.iterdir()}
        else:
            node.content = path.read_bytes()

    def forget(self, path: Path) -> None:
        """The file or folder is about to be removed; its number may be given to another one."""
        for gone in (path, *path.rglob("*")) if path.is_dir() else (path,):
            if gone.exists():
                self.nodes.pop(gone.stat().st_ino, None)

    def images(self) -> list[Image]:
        late: Image = {}
        self._late(self._node(self.root), "", late)
        return [late, self._early(lambda: True), self._early(lambda: self.random.random() < 0.5)]

    def _node(self, path: Path) -> Node:
        node = self.nodes.setdefault(path.stat().st_ino, Node())
        if path.is_dir() and node.names is None:
            node.names = {}
        return node

    def _late(self, node: Node, name: str, image: Image) -> None:
        if node.names is None:
            image[name] = node.content or b""
            return
        image[name] = None
        for child, inner in node.names.items():
            self._late(inner, f"{name}/{child}", image)

    def _early(self, is_early: Callable[[], bool]) -> Image:
        image: Image = {"": None}

        def walk(folder: Path, name: str) -> None:
            for path in folder.iterdir():
                inner = f"{name}/{path.name}"
                node = self._node(path)
                if path.is_file():
                    image[inner] = node.content or b""
                elif is_early():
                    image[inner] = None
                    walk(path, inner)
                else:
                    self._late(node, inner, image)

        walk(self.root, "")
        return image


class PoweredStorage(FaultyStorage):
    """A sound disk that keeps, after every operation, what a loss of power there would leave."""

    def __init__(self, power: Power) -> None:
        super().__init__()
        self.images: dict[frozenset[tuple[str, bytes | None]], str] = {}
        self._power = power

    def sync(self, path: Path) -> None:
        super().sync(path)
        self._power.synced(path)
        self._keep()

    def rename(self, source: Path, target: Path) -> None:
        if target.is_file():
            self._power.forget(target)
        super().rename(source, target)
        self._keep()

    def remove(self, path: Path) -> None:
        self._power.forget(path)
        super().remove(path)
        self._keep()

    def remove_tree(self, path: Path) -> None:
        self._power.forget(path)
        super().remove_tree(path)
        self._keep()

    def write(self, path: Path, data: bytes) -> None:
        if path.exists():
            self._power.forget(path)
        super().write(path, data)
        self._keep()

    def let_write(self, path: Path, write: Callable[[], Result]) -> Result:
        result = super().let_write(path, write)
        self._keep()
        return result

    def _keep(self) -> None:
        for image in self._power.images():
            self.images.setdefault(frozenset(image.items()), self.operations[-1])


def restore(image: frozenset[tuple[str, bytes | None]], place: Path) -> None:
    """Put an image on the disk, at a place that is free."""
    for name, content in sorted(image, key=lambda entry: entry[0]):
        path = place / name.lstrip("/") if name else place
        if content is None:
            path.mkdir(parents=True)
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
