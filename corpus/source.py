"""The bytes that a document is made of, each file read once."""

import errno
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

__all__ = ["Source", "read_source"]

_PIECE = 1 << 20  # bytes


@dataclass(frozen=True, slots=True)
class Source:
    """A file and the sidecar `NAME.toml` beside it, None where there is none, each read once.

    Whatever is said of a document, what it holds and which version of it this is, is taken from here.
    Example: `Source(Path("a.txt"), "1. 甲。".encode(), b"session = 9")`
    """

    path: Path
    data: bytes
    sidecar: bytes | None = None


def read_source(path: Path, most_bytes: int | None = None) -> Source:
    """Read a file and its sidecar, if there is one.

    Raises OSError, which names the file: also for a pipe, which would be waited for, a device, which has no
    end, and a file of more than `most_bytes`, whatever stood there when it was looked at before.
    """
    beside = path.with_suffix(".toml")
    data = _bytes(path, most_bytes)
    return Source(path, data, _bytes(beside, most_bytes) if beside.is_file() else None)


def _bytes(path: Path, most: int | None) -> bytes:
    with open(path, "rb", opener=_without_waiting) as file:  # Path.open takes no opener
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise OSError(errno.EINVAL, "it is a pipe, a socket or a device", str(path))
        data = file.read() if most is None else b"".join(_pieces(file, most + 1))
    if most is not None and len(data) > most:
        raise OSError(errno.EFBIG, f"it has more than {most:,} bytes", str(path))
    return data


def _pieces(file: BinaryIO, most: int) -> Iterator[bytes]:
    """At most so many bytes: room for all of them is not set aside before it is known how many there are."""
    while most > 0 and (piece := file.read(min(most, _PIECE))):
        most -= len(piece)
        yield piece


def _without_waiting(path: str, flags: int) -> int:
    """To open a pipe that nobody writes to takes for ever; nothing else is changed by the flag."""
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))
